using DoubleRandom.Basics;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Deadlines;

/// <param name="Row">As the sweep leaves it.</param>
/// <param name="Before">Its status until then.</param>
public sealed record LookedAt(Deadline Row, DeadlineStatus Before);

/// <summary>The clocks the sweep has to look at, read and written by the thousand in its unit of work. What a database does best with many rows of a large table differs.</summary>
public interface IDueDeadlines
{
    /// <summary>Those whose next look is due, the longest waiting first; not tracked and without what the sweep does not need, the explanations above all.</summary>
    Task<IReadOnlyList<Deadline>> ReadAsync(ChangeContext now, int most, CancellationToken cancellationToken);

    /// <summary>Writes what the sweep may change: status, day it was met, steps taken, next look; and the revision, which must still be as it was read.</summary>
    Task WriteAsync(IReadOnlyList<LookedAt> looked, CancellationToken cancellationToken);
}

/// <summary>A statement for all that come to the same: after a bad day they are few. Right on every database, and quickest where a statement is a round trip.</summary>
internal sealed class DueDeadlines(DbContext db) : IDueDeadlines
{
    public async Task<IReadOnlyList<Deadline>> ReadAsync(ChangeContext now, int most, CancellationToken cancellationToken)
        => await db.Set<Deadline>().Where(d => d.NextCheckOn <= now.On && (d.NextCheckAt == null || d.NextCheckAt <= now.At)).OrderBy(d => d.NextCheckOn).ThenBy(d => d.Id).Take(most).Select(d => new Deadline
        {
            Id = d.Id,
            RuleKey = d.RuleKey,
            CaseNo = d.CaseNo,
            Chain = d.Chain,
            SubjectKind = d.SubjectKind,
            SubjectId = d.SubjectId,
            Title = d.Title,
            IsWindow = d.IsWindow,
            Rungs = d.Rungs,
            RungsTaken = d.RungsTaken,
            Round = d.Round,
            RoundOn = d.RoundOn,
            DueOn = d.DueOn,
            DueAt = d.DueAt,
            AnchorOn = d.AnchorOn,
            AnchorAt = d.AnchorAt,
            StoodStill = d.StoodStill,
            Unit = d.Unit,
            Direction = d.Direction,
            Provisional = d.Provisional,
            OwnerRole = d.OwnerRole,
            OwnerId = d.OwnerId,
            OwnerNumbers = d.OwnerNumbers,
            Section = d.Section,
            Status = d.Status,
            Revision = d.Revision,
            Citation = "",
            Anchor = "",
            CalendarVersion = "",
            Explanation = "",
            ExplanationJson = "",
        }).ToListAsync(cancellationToken);

    public async Task WriteAsync(IReadOnlyList<LookedAt> looked, CancellationToken cancellationToken)
    {
        foreach (var same in looked.GroupBy(l => (l.Row.Status != l.Before, l.Row.Status, l.Row.MetOn, l.Row.RungsTaken, l.Row.NextCheckOn, l.Row.NextCheckAt, l.Row.Revision)))
        {
            var ((changed, status, metOn, taken, next, nextAt, revision), ids) = (same.Key, same.Select(l => l.Row.Id).ToArray());
            var rows = db.Set<Deadline>().Where(d => EF.Parameter(ids).Contains(d.Id) && d.Revision == revision);
            // A status that stays is not written: its index would be written with it.
            var written = changed
                ? await rows.ExecuteUpdateAsync(s => s.SetProperty(d => d.Status, status).SetProperty(d => d.MetOn, metOn).SetProperty(d => d.RungsTaken, taken).SetProperty(d => d.NextCheckOn, next).SetProperty(d => d.NextCheckAt, nextAt).SetProperty(d => d.Revision, revision + 1), cancellationToken)
                : await rows.ExecuteUpdateAsync(s => s.SetProperty(d => d.RungsTaken, taken).SetProperty(d => d.NextCheckOn, next).SetProperty(d => d.NextCheckAt, nextAt).SetProperty(d => d.Revision, revision + 1), cancellationToken);
            if (written != ids.Length) throw new DbUpdateConcurrencyException($"{ids.Length - written} deadlines were changed by another transaction.");
        }
    }
}
