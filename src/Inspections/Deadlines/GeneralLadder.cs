using DoubleRandom.Basics;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Calendars;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Deadlines;

/// <summary>
/// A general ladder that was agreed to takes hold of the running clocks that have none of their own: from that day on they are told by it. What was told is not
/// told again, and a step that only the new ladder has is passed over where its day is gone.
/// </summary>
public sealed class GeneralLadder(DbContext db, CalendarSource calendars)
{
    private const int BatchSize = 1_000;

    /// <summary>How many running clocks go by the general ladder.</summary>
    public async Task<int> CountAsync(CancellationToken cancellationToken) => await (await FollowersAsync(cancellationToken)).CountAsync(cancellationToken);

    /// <summary>The running clocks that began with a general ladder, whichever was in force then.</summary>
    private async Task<IQueryable<Deadline>> FollowersAsync(CancellationToken cancellationToken)
    {
        var past = await db.Set<LadderProposal>().AsNoTracking().Where(p => p.Status == DeadlineRuleStatus.InForce && p.Ladder != null).Select(p => p.Ladder!).Distinct().ToArrayAsync(cancellationToken);
        return db.Set<Deadline>().AsNoTracking().Where(d => (d.Status == DeadlineStatus.Open || d.Status == DeadlineStatus.Overdue) && !d.IsWindow && (d.Rungs == null || EF.Parameter(past).Contains(d.Rungs)));
    }

    /// <param name="ladder">As <see cref="DeadlineRungs"/> writes it; null: the shipped one.</param>
    /// <returns>How many clocks go by it now.</returns>
    internal async Task<int> ApplyAsync(string? ladder, ChangeContext change, CancellationToken cancellationToken)
    {
        var calendar = await calendars.CurrentAsync(cancellationToken);
        var followers = await FollowersAsync(cancellationToken);
        var (last, count) = (Guid.Empty, 0);
        while (true)
        {
            var batch = await followers.Where(d => d.Id.CompareTo(last) > 0).OrderBy(d => d.Id).Take(BatchSize).ToListAsync(cancellationToken);
            if (batch.Count == 0) return count;
            foreach (var deadline in batch) Change(deadline, ladder, calendar, change);
            foreach (var same in batch.GroupBy(d => (d.RungsTaken, d.NextCheckOn, d.NextCheckAt, d.Revision)))
            {
                var ((taken, next, nextAt, revision), some) = (same.Key, same.Select(d => d.Id).ToArray());
                var written = await db.Set<Deadline>().Where(d => EF.Parameter(some).Contains(d.Id) && d.Revision == revision)
                    .ExecuteUpdateAsync(s => s.SetProperty(d => d.Rungs, ladder).SetProperty(d => d.RungsTaken, taken).SetProperty(d => d.NextCheckOn, next).SetProperty(d => d.NextCheckAt, nextAt).SetProperty(d => d.Revision, revision + 1), cancellationToken);
                if (written != some.Length) throw new DbUpdateConcurrencyException($"{some.Length - written} deadlines were changed by another transaction.");
            }
            (last, count) = (batch[^1].Id, count + batch.Count);
        }
    }

    private static void Change(Deadline deadline, string? ladder, IWorkingCalendar calendar, ChangeContext change)
    {
        var before = DeadlineLadder.Steps(deadline, calendar).Select(r => r.Rung.Code).ToHashSet();
        deadline.Rungs = ladder;
        // What both ladders have and the sweep has not come to yet is still told.
        deadline.Note([.. DeadlineLadder.Ahead(deadline, calendar).Where(r => !before.Contains(r.Rung.Code) && (r.At is { } at ? at <= change.At : r.On < change.On)).Select(r => r.Rung.Code)]);
        // A clock that stands still is looked at when it goes on.
        if (deadline.PausedOn is null) DeadlineLadder.Schedule(deadline, calendar);
    }
}
