using DoubleRandom.Inspections.Alerts;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Accounts;

/// <summary>Who holds a role, as the accounts say now; a blocked account gets no mail.</summary>
internal sealed class AccountDirectory(DbContext db) : IDirectory
{
    // An office has some hundred accounts at most: read once a unit instead of once an alert.
    private List<Entry>? _entries;

    private List<Entry> Entries => _entries ??= [.. db.Set<Account>().AsNoTracking().Where(a => !a.IsDisabled).OrderBy(a => a.UserName).AsEnumerable()
        .Select(a => new Entry(new Recipient(a.Id, a.DisplayName, Filled(a.Mail), Filled(a.Phone), a.MailBounce is not null), a.Roles, a.RegisterNumber, a.Section))];

    public IReadOnlyList<Recipient> WithRole(string role, string? section)
        => [.. Entries.Where(e => e.Roles.Contains(role) && (section is null || e.Section == section)).Select(e => e.Person)];

    public Recipient? Person(Guid id) => Entries.Find(e => e.Person.Id == id)?.Person;

    public Recipient? WithNumber(string registerNumber) => Entries.Find(e => e.RegisterNumber == registerNumber)?.Person;

    private static string? Filled(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private sealed record Entry(Recipient Person, IReadOnlySet<string> Roles, string? RegisterNumber, string? Section);
}
