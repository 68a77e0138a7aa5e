using DoubleRandom.Inspections.Alerts;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Deadlines;

/// <summary>The rules last put together, for all scopes. The key names the rows, so a newer approval is never hidden by it.</summary>
public sealed class DeadlineRuleCache
{
    private volatile Entry? _entry;

    internal DeadlineRules? Find(string key) => _entry is { } entry && entry.Key == key ? entry.Rules : null;

    internal void Keep(string key, DeadlineRules rules) => _entry = new Entry(key, rules);

    private sealed record Entry(string Key, DeadlineRules Rules);
}

/// <summary>The rules in force: the office's first, then those shipped with the product.</summary>
public sealed class DeadlineRuleSource(DbContext db, DeadlineRuleCache cache)
{
    public async Task<DeadlineRules> CurrentAsync(CancellationToken cancellationToken)
    {
        var rows = await db.Set<DeadlineRuleVersion>().AsNoTracking().Where(r => r.Status == DeadlineRuleStatus.InForce).OrderBy(r => r.Id).ToListAsync(cancellationToken);
        var ladder = (await db.Set<AlertPolicy>().AsNoTracking().SingleOrDefaultAsync(cancellationToken))?.Ladder;
        if (rows.Count == 0 && ladder is null) return DeadlineRules.Embedded;
        // With the revision: an approval that was rolled back must not lend its rule to the next one.
        var key = string.Join(';', rows.Select(r => FormattableString.Invariant($"{r.Id:N}@{r.Revision}/{r.DecidedAt?.Ticks}"))) + '|' + ladder;
        if (cache.Find(key) is { } known) return known;
        var rules = DeadlineRules.Embedded.With(rows.Select(r => r.ToRule()), ladder is null ? null : DeadlineRungs.Read(ladder));
        cache.Keep(key, rules);
        return rules;
    }
}
