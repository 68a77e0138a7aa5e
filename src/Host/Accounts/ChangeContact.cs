using System.Net.Mail;
using DoubleRandom.Basics;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Accounts;

/// <summary>Where one's own alerts go. Empty: nowhere but the inbox.</summary>
public sealed record ChangeContact(string? Mail, string? Phone);

public sealed class ChangeContactHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<Account>> HandleAsync(ChangeContact command, ChangeContext change, CancellationToken cancellationToken)
    {
        var (mail, phone) = (command.Mail?.Trim() ?? "", command.Phone?.Trim() ?? "");
        if (mail.Length > 0 && (mail.Length > 200 || !MailAddress.TryCreate(mail, out var address) || address.Address != mail)) return Refusal.Invalid("accounts.bad-mail", "mail");
        if (phone.Length > 0 && (phone.Length is < 5 or > 20 || phone.TrimStart('+').Any(c => !char.IsAsciiDigit(c)))) return Refusal.Invalid("accounts.bad-phone", "phone");
        if (await db.Set<Account>().FindAsync([change.By.Id], cancellationToken) is not { } account) return Refusal.NotFound("accounts.unknown", change.By.Name);
        (account.Mail, account.Phone) = (mail.Length == 0 ? null : mail, phone.Length == 0 ? null : phone);
        // Whoever enters the address again vouches for it.
        account.MailBounce = null;
        account.Revision++;
        audit.Record(change, "office", "修改联系方式", $"account/{account.UserName}");
        return account;
    }
}
