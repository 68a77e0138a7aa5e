using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Deadlines;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Pages.Escalation;

/// <param name="Rule">The one in force today, else the next to come.</param>
/// <param name="Waiting">A change of it waits for a second person.</param>
internal sealed record RuleLine(DeadlineRule Rule, bool IsOwn, bool Waiting);

/// <param name="Examples">What it gives today, around the next long holiday and the turn of the year.</param>
internal sealed record RuleView(DeadlineRule Rule, IReadOnlyList<DeadlineRung> Ladder, IReadOnlyList<DeadlineRule> InForce, IReadOnlyList<DeadlineRuleVersion> History, IReadOnlyList<DeadlineExample> Examples);

/// <summary>What the pages of the deadline rules show.</summary>
internal sealed class RuleQueries(DbContext db, DeadlineRuleSource source, CalendarSource calendars, TimeProvider time)
{
    public async Task<IReadOnlyList<RuleLine>> ListAsync(string? text, CancellationToken cancellationToken)
    {
        var rules = await source.CurrentAsync(cancellationToken);
        var versions = await db.Set<DeadlineRuleVersion>().AsNoTracking().Where(r => r.Status != DeadlineRuleStatus.Rejected).ToListAsync(cancellationToken);
        var own = versions.Where(v => v.Status == DeadlineRuleStatus.InForce).Select(v => (v.Key, v.Profile, v.EffectiveFrom)).ToHashSet();
        return [.. rules.All.GroupBy(r => (r.Key, r.Profile))
            .Select(g => rules.Find(g.Key.Key, g.Key.Profile, time.Today) is { } current && current.Profile == g.Key.Profile ? current : g.OrderBy(r => r.EffectiveFrom).First())
            .Where(r => string.IsNullOrWhiteSpace(text) || $"{r.Name} {r.Anchor} {r.Citation} {r.Key}".Contains(text.Trim(), StringComparison.OrdinalIgnoreCase))
            .OrderBy(r => Order(r.Key)).ThenBy(r => r.Profile, StringComparer.Ordinal)
            .Select(r => new RuleLine(r, own.Contains((r.Key, r.Profile, r.EffectiveFrom)), versions.Exists(v => v.Status == DeadlineRuleStatus.Proposed && v.Key == r.Key && v.Profile == r.Profile)))];
    }

    public async Task<RuleView?> FindAsync(string key, string profile, CancellationToken cancellationToken)
    {
        var rules = await source.CurrentAsync(cancellationToken);
        var rule = rules.Find(key, profile, time.Today) ?? rules.All.FirstOrDefault(r => r.Key == key);
        if (rule is null) return null;
        var history = await db.Set<DeadlineRuleVersion>().AsNoTracking().Where(r => r.Key == key && r.Profile == profile).OrderByDescending(r => r.ProposedAt).ToListAsync(cancellationToken);
        return new RuleView(rule, rule.Rungs ?? rules.Ladder, [.. rules.All.Where(r => r.Key == key).OrderBy(r => r.Profile, StringComparer.Ordinal).ThenByDescending(r => r.EffectiveFrom)],
            history, await ExamplesAsync(rule, cancellationToken));
    }

    public async Task<IReadOnlyList<DeadlineExample>> ExamplesAsync(DeadlineRule rule, CancellationToken cancellationToken)
        => DeadlineExamples.Of(rule, await calendars.CurrentAsync(cancellationToken), time.Today);

    // As the catalogue has them: along the way of an inspection.
    private static int Order(string key) => DeadlineRules.Embedded.All.Select((r, i) => (r.Key, i)).First(r => r.Key == key).i;
}
