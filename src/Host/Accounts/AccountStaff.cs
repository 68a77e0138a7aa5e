using DoubleRandom.Basics;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Accounts;

internal sealed class AccountStaff(DbContext db) : IStaff
{
    // An office has some hundred accounts at most: read once a scope.
    private List<Actor>? _all;

    public IReadOnlyList<Actor> All => _all ??= [.. db.Set<Account>().AsNoTracking().Where(a => !a.IsDisabled).OrderBy(a => a.UserName).AsEnumerable().Select(a => a.ToActor())];

    public Actor? Find(Guid id) => All.FirstOrDefault(a => a.Id == id);
}
