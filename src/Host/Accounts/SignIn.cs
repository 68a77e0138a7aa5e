using DoubleRandom.Basics;
using DoubleRandom.Host.Clock;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Accounts;

public sealed record SignIn(string UserName, string Password);

/// <summary>A wrong password is counted, so the unit commits: the refusal is a part of the answer.</summary>
public sealed record SignInAnswer(Account? Account, Refusal? Refusal);

public sealed class SignInHandler(DbContext db, Passwords passwords, MachineTime machine, IAuditTrail audit)
{
    public const int MaxFailures = 5;
    public static readonly TimeSpan LockTime = TimeSpan.FromMinutes(15);

    /// <param name="change">The system's: who signs in is known only afterwards.</param>
    public async Task<Result<SignInAnswer>> HandleAsync(SignIn command, ChangeContext change, CancellationToken cancellationToken)
    {
        var name = command.UserName.Trim().ToLowerInvariant();
        var account = await db.Set<Account>().SingleOrDefaultAsync(a => a.UserName == name, cancellationToken);
        var fits = passwords.Fits(account?.PasswordHash, command.Password);
        if (account is null || account.IsDisabled) return new SignInAnswer(null, Refusal.Invalid("accounts.wrong", null));
        // Said only about an account that is locked; the right password does not shorten the lock.
        if (account.LockedUntil > machine.UtcNow) return new SignInAnswer(null, Refusal.Invalid("accounts.locked", null, LockTime.TotalMinutes));

        account.Revision++;
        if (fits)
        {
            account.FailedCount = 0;
            account.LockedUntil = null;
            audit.Record(change with { By = account.ToActor() }, "office", "登录", $"account/{account.UserName}");
            return new SignInAnswer(account, null);
        }
        if (++account.FailedCount < MaxFailures) return new SignInAnswer(null, Refusal.Invalid("accounts.wrong", null));
        account.FailedCount = 0;
        account.LockedUntil = machine.UtcNow + LockTime;
        audit.Record(change, "office", "账号锁定", $"account/{account.UserName}");
        return new SignInAnswer(null, Refusal.Invalid("accounts.locked", null, LockTime.TotalMinutes));
    }
}
