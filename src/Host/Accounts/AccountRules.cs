using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Accounts;

internal static class AccountRules
{
    /// <summary>Chain of who may do what: apart from the office's, which has every sign-in.</summary>
    public const string Chain = "accounts";

    /// <summary>The keys of the role catalogue.</summary>
    public static readonly IReadOnlyList<string> Roles = [.. Inspections.People.Roles.All.Select(r => r.Key)];

    /// <summary>Administrators, and whoever can run a command on the server (acts as the system).</summary>
    public static bool MayManage(Actor by) => by.IsSystem || by.Is(Inspections.People.Roles.Admin);

    /// <summary>Who supervises the office sees who may do what.</summary>
    public static bool MaySee(Actor by) => MayManage(by) || by.Is(Inspections.People.Roles.Auditor);

    /// <param name="account">Null: a new one.</param>
    public static async Task<Refusal?> CheckAsync(DbContext db, Account? account, IReadOnlyList<string> roles, string? registerNumber, string? section, string? department, bool acceptsConcerns, ChangeContext change, CancellationToken cancellationToken)
    {
        if (roles.FirstOrDefault(r => !Roles.Contains(r)) is { } unknown) return Refusal.Invalid("accounts.unknown-role", "roles", unknown, string.Join(' ', Roles));
        if (section?.Length > Account.SectionMaxLength || department?.Length > Account.SectionMaxLength) return Refusal.Invalid("accounts.long-section", section?.Length > Account.SectionMaxLength ? "section" : "department", Account.SectionMaxLength);
        // Whoever sets an installation up from the server has no registers yet and answers for the rest.
        if (change.By.IsSystem) return null;
        if (string.IsNullOrWhiteSpace(change.Reason) || change.Reason.Length > 400) return Refusal.Invalid("accounts.say-why", "reason", 400);
        if (roles.Count == 0) return Refusal.Invalid("accounts.no-role", "roles");
        if (registerNumber is not null && registerNumber != account?.RegisterNumber)
        {
            if (!await db.Set<Officer>().AnyAsync(o => o.Number == registerNumber, cancellationToken) && !await db.Set<Expert>().AnyAsync(e => e.Number == registerNumber, cancellationToken))
                return Refusal.Invalid("accounts.no-number", "registerNumber", registerNumber);
            var own = account?.Id ?? Guid.Empty;
            if (await db.Set<Account>().Where(a => a.RegisterNumber == registerNumber && a.Id != own).Select(a => a.DisplayName).FirstOrDefaultAsync(cancellationToken) is { } holder)
                return Refusal.Invalid("accounts.number-taken", "registerNumber", registerNumber, holder);
        }
        var known = DutyConflicts.Of([.. account?.Roles ?? new HashSet<string>()]);
        return acceptsConcerns || DutyConflicts.Of([.. roles.Distinct()]).Where(c => !known.Contains(c)).ToList() is not { Count: > 0 } concerns ? null
            : Refusal.Invalid("accounts.concern", "roles", string.Join('；', concerns.Select(Words)));
    }

    public static string Words(DutyConflict c) => $"{NameOf(c.One)}、{NameOf(c.Other)}：{c.Why}";

    /// <summary>What the audit keeps of an account: roles given and withdrawn, where the person belongs, and what spoke against it.</summary>
    public static JsonObject DataOf(Account account, string[] before, string[] after) => new()
    {
        ["displayName"] = account.DisplayName,
        ["roles"] = JsonNode.Parse(account.RolesJson),
        ["given"] = new JsonArray([.. after.Except(before).Select(r => JsonValue.Create(NameOf(r)))]),
        ["withdrawn"] = new JsonArray([.. before.Except(after).Select(r => JsonValue.Create(NameOf(r)))]),
        ["section"] = account.Section,
        ["department"] = account.Department,
        ["registerNumber"] = account.RegisterNumber,
        ["disabled"] = account.IsDisabled,
        ["concerns"] = new JsonArray([.. DutyConflicts.Of(after).Select(c => JsonValue.Create(Words(c)))]),
    };

    /// <summary>The same in words, for the page.</summary>
    public static string WordsOf(string? data)
    {
        if (data is null || JsonNode.Parse(data) is not JsonObject kept) return "";
        List<string> words = [];
        foreach (var (key, title) in ((string, string)[])[("given", "给予"), ("withdrawn", "收回"), ("concerns", "职责冲突")])
        {
            if (kept[key] is JsonArray { Count: > 0 } names) words.Add($"{title}：{string.Join('、', names.Select(n => n!.GetValue<string>()))}");
        }
        if (kept["section"]?.GetValue<string>() is { } section) words.Add($"科室：{section}");
        return string.Join('；', words);
    }

    private static string NameOf(string role) => Inspections.People.Roles.Find(role)?.Name ?? role;
}
