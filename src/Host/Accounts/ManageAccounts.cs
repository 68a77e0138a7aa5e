using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Accounts;

public sealed record AddAccount(
    string UserName, string DisplayName, IReadOnlyList<string> Roles, string Password,
    string? RegisterNumber = null, string? Section = null, string? Department = null, string? Mail = null);

public sealed class AddAccountHandler(DbContext db, Passwords passwords, IAuditTrail audit)
{
    public async Task<Result<Account>> HandleAsync(AddAccount command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!AccountRules.MayManage(change.By)) return Refusal.Forbidden("accounts.not-admin");
        var name = command.UserName.Trim().ToLowerInvariant();
        if (name.Length is 0 or > Account.UserNameMaxLength || name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
            return Refusal.Invalid("accounts.bad-user-name", "userName", Account.UserNameMaxLength);
        if (command.DisplayName.Trim().Length is 0 or > Account.DisplayNameMaxLength) return Refusal.Invalid("accounts.bad-display-name", "displayName", Account.DisplayNameMaxLength);
        if (command.Roles.FirstOrDefault(r => !AccountRules.Roles.Contains(r)) is { } unknown)
            return Refusal.Invalid("accounts.unknown-role", "roles", unknown, string.Join(' ', AccountRules.Roles));
        if (Passwords.Check(command.Password) is { } weak) return weak;
        if (await db.Set<Account>().AnyAsync(a => a.UserName == name, cancellationToken)) return Refusal.Conflict("accounts.exists", name);

        var account = new Account
        {
            Id = Ids.New(change),
            UserName = name,
            DisplayName = command.DisplayName.Trim(),
            RolesJson = JsonSerializer.Serialize(command.Roles.Distinct()),
            RegisterNumber = command.RegisterNumber,
            Section = command.Section,
            Department = command.Department,
            Mail = command.Mail,
            PasswordHash = passwords.Hash(command.Password),
            SecurityStamp = Passwords.NewStamp(),
            CreatedAt = change.At,
        };
        db.Add(account);
        audit.Record(change, "office", "新建账号", $"account/{name}", new JsonObject { ["displayName"] = account.DisplayName, ["roles"] = JsonNode.Parse(account.RolesJson) });
        return account;
    }
}

public sealed record ResetPassword(string UserName, string Password);

public sealed class ResetPasswordHandler(DbContext db, Passwords passwords, IAuditTrail audit)
{
    public async Task<Result<Account>> HandleAsync(ResetPassword command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!AccountRules.MayManage(change.By)) return Refusal.Forbidden("accounts.not-admin");
        if (Passwords.Check(command.Password) is { } weak) return weak;
        var name = command.UserName.Trim().ToLowerInvariant();
        var account = await db.Set<Account>().SingleOrDefaultAsync(a => a.UserName == name, cancellationToken);
        if (account is null) return Refusal.NotFound("accounts.unknown", name);

        account.PasswordHash = passwords.Hash(command.Password);
        account.SecurityStamp = Passwords.NewStamp();
        account.FailedCount = 0;
        account.LockedUntil = null;
        account.Revision++;
        audit.Record(change, "office", "重置口令", $"account/{name}");
        return account;
    }
}

internal static class AccountRules
{
    /// <summary>The keys of the role catalogue.</summary>
    public static readonly IReadOnlyList<string> Roles = [.. Inspections.People.Roles.All.Select(r => r.Key)];

    /// <summary>Administrators, and whoever can run a command on the server (acts as the system).</summary>
    public static bool MayManage(Actor by) => by.IsSystem || by.Is("admin");
}
