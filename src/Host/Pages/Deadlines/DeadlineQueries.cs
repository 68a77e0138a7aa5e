using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Host.Pages.Alerts;
using DoubleRandom.Host.Pages.Parts;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.Evidence;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Pages.Deadlines;

/// <param name="Counted">Its number in the count; null: it does not count.</param>
public sealed record WalkedDay(DateOnly On, int? Counted, string? Name);

/// <param name="Due">Null once it is met, cancelled or paused.</param>
/// <param name="Days">Every day walked over, for clocks that count working days.</param>
/// <param name="MayExtendTo">The last day an extension may name; null: none is left, or the rule knows none.</param>
/// <param name="IsOwn">The reader deals with the matter: another leader decides.</param>
public sealed record DeadlineView(
    Deadline Deadline, DueView? Due, IReadOnlyList<WalkedDay> Days, IReadOnlyList<DeadlineFact> Facts, IReadOnlyList<DeadlinePause> Pauses, IReadOnlyList<DeadlineMove> Moves, IReadOnlyList<AlertLine> Alerts,
    DeadlineRule? Rule, DateOnly? MayExtendTo, bool IsOwn, Guid? CaseId, IReadOnlyDictionary<string, ProofFile> Proofs, IReadOnlyList<ComingStep> Coming);

/// <summary>A rung of the ladder that is still to come.</summary>
/// <param name="At">For a clock of hours: the moment, UTC.</param>
public sealed record ComingStep(DeadlineRung Rung, DateOnly On, DateTime? At);

/// <summary>A file that shows a fact, a pause or an extension.</summary>
public sealed record ProofFile(Guid Id, string Name);

/// <param name="Moves">Those of one act: a notice that was loaded, a local day that was set.</param>
public sealed record MoveGroup(DateTime At, string ByName, MoveCause Cause, string Calendar, IReadOnlyList<DeadlineMove> Moves);

/// <param name="Name">The holiday's or make-up day's name.</param>
public sealed record MonthDay(DateOnly On, bool IsWorking, string? Name, IReadOnlyList<Deadline> Deadlines);

/// <param name="Days">Whole weeks, Monday first.</param>
/// <param name="Next">When nothing falls into the month: the first of the next one with a deadline.</param>
public sealed record MonthView(DateOnly Month, int All, bool IsCut, IReadOnlyList<MonthDay> Days, DateOnly? Next);

/// <summary>One deadline with all it rests on, and the deadlines that moved.</summary>
public sealed class DeadlineQueries(DbContext db, DueReader dues, DeadlineRuleSource rules, AlertRecordQueries alerts)
{
    public const int MostMoves = 500;
    public const int MostInAMonth = 600;

    /// <param name="scope"><c>mine</c>, <c>section</c> or <c>all</c>.</param>
    public async Task<MonthView> MonthAsync(DateOnly month, string scope, Actor actor, CancellationToken cancellationToken)
    {
        var first = month.AddDays(-(((int)month.DayOfWeek + 6) % 7));
        var end = month.AddMonths(1);
        var last = end.AddDays((7 - ((int)end.DayOfWeek + 6) % 7) % 7);
        var all = db.Set<Deadline>().AsNoTracking();
        all = scope switch
        {
            "mine" => all.RunningOf(actor),
            "section" => all.Where(d => d.Section != null && d.Section == actor.Section && d.Status != DeadlineStatus.Cancelled && d.PausedOn == null),
            _ => all.Where(d => d.Status != DeadlineStatus.Cancelled && d.PausedOn == null),
        };
        var later = all.Where(d => d.DueOn >= end);
        all = all.Where(d => d.DueOn >= first && d.DueOn < last);
        var rows = await all.OrderBy(d => d.DueOn).ThenBy(d => d.Id).Take(MostInAMonth + 1).ToListAsync(cancellationToken);
        var byDay = rows.Take(MostInAMonth).ToLookup(d => d.DueOn);
        var calendar = await dues.CalendarAsync(cancellationToken);
        List<MonthDay> days = [];
        for (var day = first; day < last; day = day.AddDays(1)) days.Add(new MonthDay(day, calendar.IsWorkingDay(day), calendar.NameOf(day), [.. byDay[day]]));
        var count = await all.CountAsync(d => d.DueOn >= month && d.DueOn < end, cancellationToken);
        var next = count == 0 ? await later.MinAsync(d => (DateOnly?)d.DueOn, cancellationToken) : null;
        return new MonthView(month, count, rows.Count > MostInAMonth, days, next is { } on ? new DateOnly(on.Year, on.Month, 1) : null);
    }

    public async Task<DeadlineView?> FindAsync(Guid id, Actor reader, CancellationToken cancellationToken)
    {
        if (await db.Set<Deadline>().AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, cancellationToken) is not { } deadline) return null;
        var rule = (await rules.CurrentAsync(cancellationToken)).TermsOf(deadline);
        DateOnly? latest = rule is { Extension: { } terms, MovedBy: null } && deadline.Extensions < terms.Times ? ExtendDeadlineHandler.LatestOf(terms, deadline, await dues.CalendarAsync(cancellationToken)) : null;
        return new DeadlineView(
            deadline, deadline.IsRunning && deadline.PausedOn is null ? await dues.ReadAsync(deadline, cancellationToken) : null, Days(deadline),
            await db.Set<DeadlineFact>().AsNoTracking().Where(f => f.DeadlineId == id).OrderBy(f => f.RecordedAt).ThenBy(f => f.Id).ToListAsync(cancellationToken),
            await db.Set<DeadlinePause>().AsNoTracking().Where(p => p.DeadlineId == id).OrderBy(p => p.PausedOn).ToListAsync(cancellationToken),
            await db.Set<DeadlineMove>().AsNoTracking().Where(m => m.DeadlineId == id).OrderByDescending(m => m.MovedAt).ToListAsync(cancellationToken),
            await alerts.OfDeadlineAsync(id, cancellationToken), rule, latest, await db.IsOwnAsync(deadline, reader, cancellationToken),
            await db.Set<InspectionCase>().Where(c => c.InspectionNo == deadline.CaseNo).Select(c => (Guid?)c.Id).FirstOrDefaultAsync(cancellationToken), await ProofsAsync(deadline, cancellationToken), await ComingAsync(deadline, cancellationToken));
    }

    /// <summary>Who will be told when, while the clock runs: also after the ladder was changed.</summary>
    private async Task<IReadOnlyList<ComingStep>> ComingAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        if (!deadline.IsRunning || deadline.PausedOn is not null) return [];
        return [.. DeadlineLadder.Ahead(deadline, await dues.CalendarAsync(cancellationToken)).OrderBy(s => s.At).ThenBy(s => s.On).Select(s => new ComingStep(s.Rung, s.On, s.At))];
    }

    private async Task<IReadOnlyDictionary<string, ProofFile>> ProofsAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        var hashes = db.Set<DeadlineFact>().Where(f => f.DeadlineId == deadline.Id).Select(f => f.EvidenceSha256)
            .Concat(db.Set<DeadlinePause>().Where(p => p.DeadlineId == deadline.Id).Select(p => p.EvidenceSha256))
            .Concat(db.Set<DeadlineMove>().Where(m => m.DeadlineId == deadline.Id).Select(m => m.EvidenceSha256));
        return await db.Set<EvidenceItem>().AsNoTracking().Where(e => e.InspectionNo == deadline.CaseNo && hashes.Contains(e.Sha256)).ToDictionaryAsync(e => e.Sha256, e => new ProofFile(e.Id, e.Name), cancellationToken);
    }

    /// <summary>The newest first; at most <see cref="MostMoves"/> rows.</summary>
    public async Task<IReadOnlyList<MoveGroup>> MovedAsync(MoveCause? cause, CancellationToken cancellationToken)
    {
        var moves = db.Set<DeadlineMove>().AsNoTracking();
        if (cause is { } one) moves = moves.Where(m => m.Cause == one);
        var rows = await moves.OrderByDescending(m => m.MovedAt).ThenBy(m => m.From).ThenBy(m => m.Id).Take(MostMoves).ToListAsync(cancellationToken);
        return [.. rows.GroupBy(m => (m.MovedAt, m.MovedByName, m.Cause)).Select(g => new MoveGroup(g.Key.MovedAt, g.Key.MovedByName, g.Key.Cause, Versions(g.First()), [.. g]))];
    }

    /// <summary>Only the years that changed: 2027：内置 → 第1版.</summary>
    private static string Versions(DeadlineMove move)
    {
        var before = ByYear(move.CalendarBefore);
        return string.Join('；', ByYear(move.CalendarAfter).Where(y => before.GetValueOrDefault(y.Key) != y.Value).Select(y => $"{y.Key} 年：{before.GetValueOrDefault(y.Key) ?? "—"} → {y.Value}"));
    }

    private static Dictionary<string, string> ByYear(string version)
        => version.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split(':', 2)).Where(v => v.Length == 2).ToDictionary(v => v[0], v => v[1]);

    private static List<WalkedDay> Days(Deadline deadline)
    {
        var json = JsonNode.Parse(deadline.ExplanationJson);
        var counted = (json?["counted"] as JsonArray ?? []).Select((d, i) => new WalkedDay(DateOnly.Parse(d!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture), i + 1, null));
        var skipped = (json?["skipped"] as JsonArray ?? []).Select(s => new WalkedDay(DateOnly.Parse(s!["on"]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture), null, s["name"]?.GetValue<string>()));
        return [.. counted.Concat(skipped).OrderBy(d => d.On)];
    }
}
