using DoubleRandom.Basics;

namespace DoubleRandom.Inspections.WorkItems;

/// <summary>签收: takes a group's item for oneself, so that nobody else starts on it.</summary>
/// <param name="Revision">What the person saw; null: not checked.</param>
public sealed record ClaimWorkItem(Guid WorkItemId, int? Revision = null);

public sealed class ClaimWorkItemHandler(WorkItemDesk desk, WorkItemPeople people)
{
    public async Task<Result<WorkItem>> HandleAsync(ClaimWorkItem command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await desk.FindAsync(command.WorkItemId, null, cancellationToken);
        if (found.Refusal is not null) return found;
        var item = found.Value;
        var capacity = await people.CapacityAsync(item, change, cancellationToken);
        if (capacity.Refusal is { } refusal) return refusal;
        // A second press, and a press on an older page: it is his, and that is what he wanted.
        if (item.ClaimedById == change.By.Id) return item;
        if (command.Revision is { } seen && seen != item.Revision) return await desk.StaleAsync(item, cancellationToken);
        (item.ClaimedById, item.ClaimedByName) = (change.By.Id, capacity.Value.As.Name);
        desk.Note(item, change with { By = capacity.Value.As }, "签收", await desk.FollowHolderAsync(item, cancellationToken));
        return item;
    }
}

/// <summary>放回: gives a claimed item back to the group.</summary>
public sealed record ReleaseWorkItem(Guid WorkItemId, int? Revision = null, string? Opinion = null);

public sealed class ReleaseWorkItemHandler(WorkItemDesk desk, WorkItemPeople people)
{
    public async Task<Result<WorkItem>> HandleAsync(ReleaseWorkItem command, ChangeContext change, CancellationToken cancellationToken)
    {
        var begun = await desk.BeginAsync(command.WorkItemId, command.Revision, command.Opinion, change, cancellationToken, opinionNeeded: false);
        if (begun.Refusal is { } bad) return bad;
        var (item, opinion, isDone) = begun.Value;
        if (isDone) return item;
        var capacity = await people.CapacityAsync(item, change, cancellationToken);
        if (capacity.Refusal is { } refusal) return refusal;
        if (item.ClaimedById is null) return Refusal.Conflict("work-items.not-claimed", item.Title);
        (item.ClaimedById, item.ClaimedByName) = (null, null);
        desk.Note(item, change with { By = capacity.Value.As }, "放回", await desk.FollowHolderAsync(item, cancellationToken), opinion.Length == 0 ? null : opinion);
        return item;
    }
}
