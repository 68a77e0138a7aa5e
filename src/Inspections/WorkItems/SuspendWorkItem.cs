using DoubleRandom.Basics;
using DoubleRandom.Inspections.Deadlines;

namespace DoubleRandom.Inspections.WorkItems;

/// <summary>
/// 挂起: nobody acts on the item until it is resumed. The deadline goes on, unless a leader stops it with the item on the document that the law asks
/// for (鉴定、听证、公告送达、不可抗力 …).
/// </summary>
/// <param name="Reason">Why, in the person's own words.</param>
/// <param name="Document">The document on which the deadline is stopped; null: it goes on.</param>
/// <param name="PauseReason">For which of the law's reasons it is stopped (<see cref="DeadlineRule.Pauses"/>); with a document only.</param>
public sealed record SuspendWorkItem(Guid WorkItemId, string Reason, string? Document = null, int? Revision = null, string? PauseReason = null);

public sealed class SuspendWorkItemHandler(WorkItemDesk desk, WorkItemPeople people, PauseDeadlineHandler pause)
{
    public async Task<Result<WorkItem>> HandleAsync(SuspendWorkItem command, ChangeContext change, CancellationToken cancellationToken)
    {
        var begun = await desk.BeginAsync(command.WorkItemId, command.Revision, command.Reason, change, cancellationToken);
        if (begun.Refusal is { } bad) return bad;
        var (item, reason, isDone) = begun.Value;
        if (isDone) return item;
        if (item.Status is not WorkItemStatus.Open) return await desk.StaleAsync(item, cancellationToken);
        if (item.SuspendedAt is not null) return Refusal.Conflict("work-items.suspended", item.Title, item.SuspendedByName ?? "", item.SuspendReason ?? "");
        var capacity = await people.CapacityAsync(item, change, cancellationToken, mayHoldOnly: true);
        // A leader may stop what one of his people has in hand; who is asked for an opinion only gives it.
        var commands = people.CommandsWork(change.By, item);
        if (capacity.Refusal is { } refusal && !commands) return refusal;
        if (item.DelegatedById is not null && !commands) return Refusal.Conflict("work-items.only-opinion", item.Title, item.DelegatedByName ?? "");
        var by = capacity.Refusal is null ? capacity.Value.As : change.By;
        var stops = !string.IsNullOrWhiteSpace(command.Document);
        // Half a wish to stop the clock is none the person would notice.
        if (!stops && !string.IsNullOrWhiteSpace(command.PauseReason)) return Refusal.Invalid("deadlines.document-needed", "document");
        if (stops)
        {
            if (item.DeadlineId is not { } deadlineId) return Refusal.Invalid("work-items.no-clock", "document", item.Title);
            var paused = await pause.HandleAsync(new PauseDeadline(deadlineId, command.PauseReason?.Trim() ?? "", command.Document!.Trim()), change with { By = by }, cancellationToken);
            if (paused.Refusal is { } no) return no;
        }
        (item.SuspendedAt, item.SuspendedByName, item.SuspendReason, item.ClockStopped) = (change.At, by.Name, reason, stops);
        desk.Note(item, change with { By = by }, "挂起", stops ? ClockNotes.Stopped : ClockNotes.Runs, reason);
        return item;
    }
}

/// <summary>恢复: the item can be done again; a deadline that was stopped with it goes on and ends later by the days between.</summary>
public sealed record ResumeWorkItem(Guid WorkItemId, string? Opinion = null, int? Revision = null);

public sealed class ResumeWorkItemHandler(WorkItemDesk desk, WorkItemPeople people, ResumeDeadlineHandler resume)
{
    public async Task<Result<WorkItem>> HandleAsync(ResumeWorkItem command, ChangeContext change, CancellationToken cancellationToken)
    {
        var begun = await desk.BeginAsync(command.WorkItemId, command.Revision, command.Opinion, change, cancellationToken, opinionNeeded: false);
        if (begun.Refusal is { } bad) return bad;
        var (item, opinion, isDone) = begun.Value;
        if (isDone) return item;
        if (item.Status is not WorkItemStatus.Open) return await desk.StaleAsync(item, cancellationToken);
        if (item.SuspendedAt is null) return Refusal.Conflict("work-items.not-suspended", item.Title);
        var capacity = await people.CapacityAsync(item, change, cancellationToken, mayHoldOnly: true);
        if (capacity.Refusal is { } refusal && !people.CommandsWork(change.By, item)) return refusal;
        var by = capacity.Refusal is null ? capacity.Value.As : change.By;
        var note = ClockNotes.Unchanged;
        // Who is in charge of the clock may have started it again already.
        if (item.ClockStopped && item.DeadlineId is { } deadlineId && await desk.Db.Set<Deadline>().FindAsync([deadlineId], cancellationToken) is { PausedOn: not null })
        {
            var resumed = await resume.HandleAsync(new ResumeDeadline(deadlineId), change with { By = by }, cancellationToken);
            if (resumed.Refusal is { } no) return no;
            item.DueOn = resumed.Value.DueOn;
            note = ClockNotes.Until(resumed.Value.DueOn);
        }
        (item.SuspendedAt, item.SuspendedByName, item.SuspendReason, item.ClockStopped) = (null, null, null, false);
        desk.Note(item, change with { By = by }, "恢复", note, opinion.Length == 0 ? null : opinion);
        return item;
    }
}
