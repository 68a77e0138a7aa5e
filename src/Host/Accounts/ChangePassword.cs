using DoubleRandom.Basics;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Accounts;

/// <summary>修改口令: one's own, with the old one. Every other session of the account ends.</summary>
public sealed record ChangePassword(string Old, string New);

public sealed class ChangePasswordHandler(DbContext db, Passwords passwords, IAuditTrail audit)
{
    public async Task<Result<Account>> HandleAsync(ChangePassword command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (await db.Set<Account>().FindAsync([change.By.Id], cancellationToken) is not { } account) return Refusal.NotFound("accounts.unknown", change.By.Name);
        if (!passwords.Fits(account.PasswordHash, command.Old)) return Refusal.Invalid("accounts.old-wrong", "old");
        if (Passwords.Check(command.New) is { } weak) return weak;
        if (command.New == command.Old) return Refusal.Invalid("accounts.same-password", "password");

        account.PasswordHash = passwords.Hash(command.New);
        account.SecurityStamp = Passwords.NewStamp();
        account.Revision++;
        audit.Record(change, "office", "修改口令", $"account/{account.UserName}");
        return account;
    }
}
