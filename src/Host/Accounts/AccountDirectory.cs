using DoubleRandom.Inspections.Alerts;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Accounts;

/// <summary>Who holds a role, as the accounts say now; a blocked account gets no mail.</summary>
internal sealed class AccountDirectory(DbContext db) : IDirectory
{
    // An office has some hundred accounts at most: read once a unit instead of once an alert.
    private List<Account>? _accounts;

    private List<Account> Accounts => _accounts ??= [.. db.Set<Account>().AsNoTracking().Where(a => !a.IsDisabled).OrderBy(a => a.UserName)];

    public IReadOnlyList<Recipient> WithRole(string role, string? section)
        => [.. Accounts.Where(a => a.Roles.Contains(role) && (section is null || a.Section == section)).Select(Of)];

    public Recipient? Person(Guid id) => Accounts.Where(a => a.Id == id).Select(Of).FirstOrDefault();

    public Recipient? WithNumber(string registerNumber) => Accounts.Where(a => a.RegisterNumber == registerNumber).Select(Of).FirstOrDefault();

    private static Recipient Of(Account account) => new(account.Id, account.DisplayName, string.IsNullOrWhiteSpace(account.Mail) ? null : account.Mail);
}
