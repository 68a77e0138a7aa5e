using System.Text.Json;
using DoubleRandom.Basics;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Accounts;

public sealed record AddAccount(
    string UserName, string DisplayName, IReadOnlyList<string> Roles, string Password,
    string? RegisterNumber = null, string? Section = null, string? Department = null, string? Mail = null, bool AcceptsConcerns = false);

public sealed class AddAccountHandler(DbContext db, Passwords passwords, IAuditTrail audit)
{
    public async Task<Result<Account>> HandleAsync(AddAccount command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!AccountRules.MayManage(change.By)) return Refusal.Forbidden("accounts.not-admin");
        var name = command.UserName.Trim().ToLowerInvariant();
        if (name.Length is 0 or > Account.UserNameMaxLength || name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
            return Refusal.Invalid("accounts.bad-user-name", "userName", Account.UserNameMaxLength);
        if (command.DisplayName.Trim().Length is 0 or > Account.DisplayNameMaxLength) return Refusal.Invalid("accounts.bad-display-name", "displayName", Account.DisplayNameMaxLength);
        if (await AccountRules.CheckAsync(db, null, command.Roles, command.RegisterNumber, command.Section, command.Department, command.AcceptsConcerns, change, cancellationToken) is { } wrong) return wrong;
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
        audit.Record(change, AccountRules.Chain, "新建账号", $"account/{name}", AccountRules.DataOf(account, [], [.. account.Roles]));
        return account;
    }
}

/// <summary>修改账号: what a person may do, where they belong, whether they may sign in. The change's reason is kept; nobody changes the own account.</summary>
/// <param name="Seen"><see cref="Account.Seen"/> as the administrator had it; another one since then is a conflict.</param>
/// <param name="AcceptsConcerns">Roles that one person should not hold together (<see cref="DutyConflicts"/>) are given all the same.</param>
public sealed record ChangeAccount(
    Guid Id, string DisplayName, IReadOnlyList<string> Roles, string? RegisterNumber, string? Section, string? Department, bool IsDisabled, string Seen, bool AcceptsConcerns = false);

public sealed class ChangeAccountHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<Account>> HandleAsync(ChangeAccount command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!AccountRules.MayManage(change.By)) return Refusal.Forbidden("accounts.not-admin");
        if (await db.Set<Account>().FindAsync([command.Id], cancellationToken) is not { } account) return Refusal.NotFound("accounts.unknown", command.Id);
        if (account.Id == change.By.Id) return Refusal.Forbidden("accounts.own");
        if (account.Seen != command.Seen) return Refusal.Conflict("accounts.changed-meanwhile", account.DisplayName);
        if (command.DisplayName.Trim().Length is 0 or > Account.DisplayNameMaxLength) return Refusal.Invalid("accounts.bad-display-name", "displayName", Account.DisplayNameMaxLength);
        if (await AccountRules.CheckAsync(db, account, command.Roles, command.RegisterNumber, command.Section, command.Department, command.AcceptsConcerns, change, cancellationToken) is { } wrong) return wrong;
        string[] before = [.. account.Roles], after = [.. command.Roles.Distinct()];
        // Who may give roles is asked of those who can sign in: without one nobody could be helped but from the server.
        if (before.Contains(Inspections.People.Roles.Admin) && (command.IsDisabled || !after.Contains(Inspections.People.Roles.Admin)) && !account.IsDisabled
            && !(await db.Set<Account>().AsNoTracking().Where(a => !a.IsDisabled && a.Id != account.Id).ToListAsync(cancellationToken)).Exists(a => a.Roles.Contains(Inspections.People.Roles.Admin)))
            return Refusal.Conflict("accounts.last-admin", account.DisplayName);

        var was = account.IsDisabled;
        (account.DisplayName, account.RolesJson, account.IsDisabled) = (command.DisplayName.Trim(), JsonSerializer.Serialize(after), command.IsDisabled);
        (account.RegisterNumber, account.Section, account.Department) = (command.RegisterNumber, command.Section, command.Department);
        account.SecurityStamp = Passwords.NewStamp();
        account.Revision++;
        audit.Record(change, AccountRules.Chain, was == account.IsDisabled ? "修改账号" : was ? "启用账号" : "停用账号", $"account/{account.UserName}", AccountRules.DataOf(account, before, after));
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
        audit.Record(change, AccountRules.Chain, "重置口令", $"account/{name}");
        return account;
    }
}
