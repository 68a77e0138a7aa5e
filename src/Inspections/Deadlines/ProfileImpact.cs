using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Deadlines;

/// <summary>A rule that another profile has otherwise.</summary>
/// <param name="Before">Null: the profile that is left has no such rule.</param>
/// <param name="After">Null: the new one has none.</param>
public sealed record ChangedRule(DeadlineRule? Before, DeadlineRule? After)
{
    public DeadlineRule Either => After ?? Before!;
}

/// <param name="Moved">Running clocks whose last day moves.</param>
/// <param name="Kept">Running clocks of those rules that stay: extended, named in a paper, or without a rule in the new profile.</param>
public sealed record ProfileRecount(IReadOnlyList<MovedDeadline> Moved, int Kept);

/// <summary>What going by another law's periods changes: the rules, and the clocks that run by them.</summary>
public sealed class ProfileImpact(DbContext db, IAuditTrail audit, DeadlineRuleSource source, CalendarSource calendars, DeadlineProfiles profiles, DeadlineMoving moving)
{
    /// <param name="on">The day the change takes effect.</param>
    public async Task<IReadOnlyList<ChangedRule>> RulesAsync(string before, string after, DateOnly on, CancellationToken cancellationToken)
    {
        var rules = await source.CurrentAsync(cancellationToken);
        return [.. rules.All.Select(r => r.Key).Distinct().Select(key => new ChangedRule(rules.Find(key, before, on), rules.Find(key, after, on))).Where(r => !ReferenceEquals(r.Before, r.After))];
    }

    /// <summary>Counts the office's running clocks by the new profile's rules; what other units lead stays theirs.</summary>
    /// <param name="proposal">Null: a trial, which changes nothing.</param>
    public async Task<ProfileRecount> RecountAsync(string before, string after, ProfileChange? proposal, ChangeContext change, CancellationToken cancellationToken)
    {
        var rules = await source.CurrentAsync(cancellationToken);
        var calendar = await calendars.CurrentAsync(cancellationToken);
        var keys = rules.All.Where(r => r.Profile == before || r.Profile == after).Select(r => r.Key).Distinct().ToList();
        var running = await db.Set<Deadline>().Where(d => keys.Contains(d.RuleKey) && (d.Status == DeadlineStatus.Open || d.Status == DeadlineStatus.Overdue)).OrderBy(d => d.DueOn).ThenBy(d => d.Id).ToListAsync(cancellationToken);
        List<MovedDeadline> moved = [];
        var kept = 0;
        foreach (var deadline in running)
        {
            if (!await profiles.IsOfficesAsync(deadline.SubjectId, cancellationToken)) continue;
            var rule = rules.Find(deadline.RuleKey, after, deadline.AnchorOn);
            if (rule?.Amount is null || deadline.ExplicitDueOn is not null || rule.Unit == DeadlineUnit.Hours != deadline.AnchorAt is not null)
            {
                kept++;
                continue;
            }
            var pauses = await db.PausesAsync(deadline.Id, cancellationToken);
            var counted = DeadlineClock.Count(deadline.Terms(pauses) with { Amount = rule.Amount, Unit = rule.Unit, Direction = rule.Direction, Rollover = rule.Rollover }, calendar);
            var why = $"执法领域由{before}改为{after}：{Period(deadline.Amount, deadline.Unit)}改为{Period(rule.Amount, rule.Unit)}（{rule.Citation}）";
            if (counted.DueOn != deadline.DueOn) moved.Add(new MovedDeadline(deadline.Id, deadline.CaseNo, deadline.Title, deadline.DueOn, counted.DueOn, why));
            if (proposal is null) continue;
            var was = deadline.DueOn;
            Take(deadline, rule, rules);
            await moving.RecountAsync(deadline, pauses, calendar, MoveCause.Profile, $"{why}，{proposal.Document}", change, cancellationToken);
            // The recount sets the next look; a clock that stands still needs none.
            if (deadline.PausedOn is not null) (deadline.NextCheckOn, deadline.NextCheckAt) = (null, null);
            audit.Record(change, deadline.Chain, "执法领域变更，重算时限", deadline.Title, new JsonObject { ["from"] = was.Iso(), ["to"] = deadline.DueOn.Iso(), ["why"] = why });
        }
        return new ProfileRecount(moved, kept);
    }

    private static void Take(Deadline deadline, DeadlineRule rule, DeadlineRules rules)
    {
        (deadline.Profile, deadline.Citation, deadline.Amount, deadline.Unit) = (rule.Profile, rule.Citation, rule.Amount, rule.Unit);
        (deadline.Direction, deadline.Rollover, deadline.IsWindow, deadline.Rungs) = (rule.Direction, rule.Rollover, rule.Window, rules.RungsOf(rule));
    }

    private static string Period(int? amount, DeadlineUnit unit) => $"{amount}{DeadlineClock.UnitWord(unit)}";
}
