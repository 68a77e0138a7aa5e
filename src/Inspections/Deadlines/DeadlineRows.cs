using DoubleRandom.Basics;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Deadlines;

internal static class DeadlineWords
{
    public static Refusal? CheckReason(string? text)
        => string.IsNullOrWhiteSpace(text) ? Refusal.Invalid("deadlines.reason-needed", "Reason") : text.Trim().Length > 400 ? Refusal.Invalid("deadlines.words-too-long", "Reason", 400) : null;

    public const int DocumentMaxLength = 200;

    public static Refusal? CheckDocument(string? text)
        => string.IsNullOrWhiteSpace(text) ? Refusal.Invalid("deadlines.document-needed", "Document") : text.Trim().Length > DocumentMaxLength ? Refusal.Invalid("deadlines.words-too-long", "Document", DocumentMaxLength) : null;
}

/// <summary>Who may extend, pause and resume (law 8): a leader, and never one whose clock it is.</summary>
public static class DeadlineApproval
{
    internal static async Task<Refusal?> CheckLeaderAsync(this DbContext db, Deadline deadline, Actor by, CancellationToken cancellationToken)
    {
        if (!by.IsAny(Roles.SectionHead, Roles.DeputyDirector, Roles.Director)) return Refusal.Forbidden("deadlines.leader-needed", deadline.Title);
        if (!by.IsAny(Roles.DeputyDirector, Roles.Director) && deadline.Section is { } section && by.Section is { } own && own != section) return Refusal.Forbidden("deadlines.other-section", deadline.Title, section);
        if (await db.IsOwnAsync(deadline, by, cancellationToken)) return Refusal.Forbidden("deadlines.own-clock", deadline.Title);
        return deadline.IsRunning ? null : Refusal.Conflict("deadlines.closed", deadline.Title);
    }

    /// <summary>Whether the matter is in the person's hands: named, or claimed, or open to the role and not yet claimed by somebody else.</summary>
    public static async Task<bool> IsOwnAsync(this DbContext db, Deadline deadline, Actor by, CancellationToken cancellationToken)
    {
        if (deadline.OwnerId is { } owner) return owner == by.Id;
        if (deadline.OwnerNumbers is { } numbers && by.RegisterNumber is { } number && numbers.Contains($";{number};", StringComparison.Ordinal)) return true;
        var items = await db.Set<WorkItem>().Where(i => i.DeadlineId == deadline.Id && i.Status == WorkItemStatus.Open).ToListAsync(cancellationToken);
        if (items.Any(i => i.ClaimedById == by.Id)) return true;
        // A section's matter is not of another section's head.
        if (deadline is { OwnerRole: Roles.SectionHead, Section: { } section } && by.Section is { } own && own != section) return false;
        return deadline.OwnerNumbers is null && by.Is(deadline.OwnerRole) && !items.Any(i => i.ClaimedById is not null);
    }
}

internal static class DeadlineRows
{
    public static DeadlineMove AddMove(this DbContext db, Deadline deadline, DeadlineState before, MoveCause cause, string why, ChangeContext change)
    {
        var move = new DeadlineMove
        {
            Id = Ids.New(change),
            DeadlineId = deadline.Id,
            CaseNo = deadline.CaseNo,
            Title = deadline.Title,
            Cause = cause,
            From = before.DueOn,
            To = deadline.DueOn,
            Why = why.Length > DeadlineMove.WhyMaxLength ? why[..DeadlineMove.WhyMaxLength] : why,
            Before = before.Explanation,
            After = deadline.Explanation,
            CalendarBefore = before.CalendarVersion,
            CalendarAfter = deadline.CalendarVersion,
            MovedAt = change.At,
            MovedOn = change.On,
            MovedByName = change.By.Name,
        };
        db.Add(move);
        return move;
    }

    /// <summary>The open work items that carry the clock show its new last day.</summary>
    public static async Task FollowAsync(this DbContext db, Deadline deadline, CancellationToken cancellationToken)
    {
        foreach (var item in await db.Set<WorkItem>().Where(i => i.DeadlineId == deadline.Id && i.Status == WorkItemStatus.Open).ToListAsync(cancellationToken))
        {
            item.DueOn = deadline.DueOn;
            await db.ReseatAsync(item, cancellationToken);
        }
    }

    public static Task<Guid?> CaseOfAsync(this DbContext db, Deadline deadline, CancellationToken cancellationToken)
        => db.Set<Cases.InspectionCase>().Where(c => c.InspectionNo == deadline.CaseNo).Select(c => (Guid?)c.Id).FirstOrDefaultAsync(cancellationToken);

    /// <summary>A file that is to show something must be evidence of the clock's own case.</summary>
    public static async Task<Refusal?> CheckProofAsync(this DbContext db, Deadline deadline, string? sha256, CancellationToken cancellationToken)
    {
        if (sha256 is null) return null;
        return await db.CaseOfAsync(deadline, cancellationToken) is { } id ? await Evidence.EvidenceRows.CheckEvidenceAsync(db, id, [sha256], cancellationToken) : Refusal.Conflict("deadlines.no-file-of-case", deadline.CaseNo);
    }

    public static Task<List<DeadlinePause>> PausesAsync(this DbContext db, Guid deadlineId, CancellationToken cancellationToken)
        => db.Set<DeadlinePause>().Where(p => p.DeadlineId == deadlineId).OrderBy(p => p.PausedOn).ToListAsync(cancellationToken);
}
