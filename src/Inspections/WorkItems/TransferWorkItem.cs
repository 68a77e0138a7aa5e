using DoubleRandom.Basics;

namespace DoubleRandom.Inspections.WorkItems;

/// <summary>
/// 转办: gives the item to another holder of its role, for good. The holder does it with his own; whoever heads the holder's section does it
/// with anybody's, so that an absent person's work goes on.
/// </summary>
public sealed record TransferWorkItem(Guid WorkItemId, Guid ToId, string Opinion, int? Revision = null);

public sealed class TransferWorkItemHandler(WorkItemDesk desk, WorkItemPeople people)
{
    public async Task<Result<WorkItem>> HandleAsync(TransferWorkItem command, ChangeContext change, CancellationToken cancellationToken)
    {
        var begun = await desk.BeginAsync(command.WorkItemId, command.Revision, command.Opinion, change, cancellationToken);
        if (begun.Refusal is { } bad) return bad;
        var (item, opinion, isDone) = begun.Value;
        if (isDone) return item;
        if (people.Staff.Find(command.ToId) is not { } to) return Refusal.Invalid("work-items.to-unknown", "to");
        var capacity = await people.CapacityAsync(item, change, cancellationToken, mayHoldOnly: true);
        if (capacity.Refusal is { } refusal && !IsHeadsAct(item, change.By, to)) return refusal;
        if (item.DelegatedById is not null) return Refusal.Conflict("work-items.only-opinion", item.Title, item.DelegatedByName ?? "");
        if (item.ClaimedById == to.Id) return Refusal.Invalid("work-items.to-holder", "to", to.Name);
        if (await people.MayReceiveAsync(item, to, change, forOpinion: false, cancellationToken) is { } unfit) return unfit;
        (item.ClaimedById, item.ClaimedByName) = (to.Id, to.Name);
        var by = capacity.Refusal is null ? capacity.Value.As : change.By;
        desk.Note(item, change with { By = by }, "转办", await desk.FollowHolderAsync(item, cancellationToken), opinion, to.Id, to.Name);
        return item;
    }

    /// <summary>What another one holds is given by who heads both; what nobody holds, by who heads the receiver.</summary>
    private bool IsHeadsAct(WorkItem item, Actor by, Actor to)
        => item.Status is WorkItemStatus.Open && WorkItemPeople.Heads(by, to) && (item.ClaimedById is not { } holder || people.Staff.Find(holder) is not { } held || WorkItemPeople.Heads(by, held));
}
