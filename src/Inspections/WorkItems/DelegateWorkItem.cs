using DoubleRandom.Basics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.WorkItems;

/// <summary>委派: the holder asked another person's opinion; the item comes back with it.</summary>
public sealed class Delegation
{
    public Guid Id { get; set; }

    public Guid WorkItemId { get; set; }

    /// <summary>1 for the holder's own; one more when a delegate asks further.</summary>
    public int Level { get; set; }

    public Guid FromId { get; set; }

    /// <summary>As the holder was named, so that he is named the same when it comes back.</summary>
    public required string FromName { get; set; }

    public Guid ToId { get; set; }

    public required string ToName { get; set; }

    public required string Question { get; set; }

    public DateTime At { get; set; }

    public string? Answer { get; set; }

    /// <summary>Answered, or taken back.</summary>
    public DateTime? EndedAt { get; set; }
}

internal sealed class DelegationMapping : IEntityTypeConfiguration<Delegation>
{
    public void Configure(EntityTypeBuilder<Delegation> builder)
    {
        builder.ToTable("work_item_delegations");
        builder.HasKey(d => d.Id);
        builder.Property(d => d.Id).ValueGeneratedNever();
        builder.Property(d => d.FromName).HasMaxLength(140);
        builder.Property(d => d.ToName).HasMaxLength(140);
        builder.Property(d => d.Question).HasMaxLength(WorkItemAct.OpinionMaxLength);
        builder.Property(d => d.Answer).HasMaxLength(WorkItemAct.OpinionMaxLength);
        builder.HasIndex(d => d.WorkItemId);
        builder.HasIndex(d => new { d.FromId, d.EndedAt });
    }
}

public sealed record DelegateWorkItem(Guid WorkItemId, Guid ToId, string Question, int? Revision = null);

public sealed class DelegateWorkItemHandler(WorkItemDesk desk, WorkItemPeople people)
{
    public async Task<Result<WorkItem>> HandleAsync(DelegateWorkItem command, ChangeContext change, CancellationToken cancellationToken)
    {
        var begun = await desk.BeginAsync(command.WorkItemId, command.Revision, command.Question, change, cancellationToken);
        if (begun.Refusal is { } bad) return bad;
        var (item, question, isDone) = begun.Value;
        if (isDone) return item;
        var capacity = await people.CapacityAsync(item, change, cancellationToken, mayHoldOnly: true);
        if (capacity.Refusal is { } refusal) return refusal;
        if (item.SuspendedAt is not null) return Refusal.Conflict("work-items.suspended", item.Title, item.SuspendedByName ?? "", item.SuspendReason ?? "");
        if (people.Staff.Find(command.ToId) is not { } to) return Refusal.Invalid("work-items.to-unknown", "to");
        var open = await desk.OpenDelegationsAsync(item.Id, cancellationToken);
        if (to.Id == change.By.Id || open.Exists(d => d.FromId == to.Id))
            return Refusal.Invalid("work-items.delegate-loop", "to", to.Name, string.Join(" → ", [.. open.Select(d => d.FromName), capacity.Value.As.Name]));
        if (await people.MayReceiveAsync(item, to, change, forOpinion: true, cancellationToken) is { } unfit) return unfit;
        var by = capacity.Value.As;
        // A group's item is the delegator's from now on: it has to come back to somebody.
        (item.ClaimedById, item.ClaimedByName) = (change.By.Id, item.ClaimedById == change.By.Id ? item.ClaimedByName : by.Name);
        await desk.FollowHolderAsync(item, cancellationToken);
        desk.Db.Add(new Delegation
        {
            Id = Ids.New(change),
            WorkItemId = item.Id,
            Level = open.Count + 1,
            FromId = change.By.Id,
            FromName = item.ClaimedByName!,
            ToId = to.Id,
            ToName = to.Name,
            Question = question,
            At = change.At,
        });
        (item.DelegatedById, item.DelegatedByName) = (change.By.Id, item.ClaimedByName);
        (item.ClaimedById, item.ClaimedByName) = (to.Id, to.Name);
        desk.Note(item, change with { By = by }, "委派", await desk.FollowHolderAsync(item, cancellationToken), question, to.Id, to.Name);
        return item;
    }
}

/// <summary>交回: the delegate's opinion; the item is the delegator's again.</summary>
public sealed record ReturnDelegated(Guid WorkItemId, string Answer, int? Revision = null);

public sealed class ReturnDelegatedHandler(WorkItemDesk desk, WorkItemPeople people)
{
    public async Task<Result<WorkItem>> HandleAsync(ReturnDelegated command, ChangeContext change, CancellationToken cancellationToken)
    {
        var begun = await desk.BeginAsync(command.WorkItemId, command.Revision, command.Answer, change, cancellationToken);
        if (begun.Refusal is { } bad) return bad;
        var (item, answer, isDone) = begun.Value;
        if (isDone) return item;
        if (item.DelegatedById is null) return Refusal.Conflict("work-items.not-delegated", item.Title);
        var capacity = await people.CapacityAsync(item, change, cancellationToken, mayHoldOnly: true);
        if (capacity.Refusal is { } refusal) return refusal;
        var by = capacity.Value.As;
        var back = await desk.EndDelegationAsync(item, answer, change, cancellationToken);
        desk.Note(item, change with { By = by }, "交回", await desk.FollowHolderAsync(item, cancellationToken), answer, back.FromId, back.FromName);
        return item;
    }
}

/// <summary>收回委派: the delegator no longer waits for the opinion.</summary>
public sealed record RecallDelegated(Guid WorkItemId, string? Opinion = null, int? Revision = null);

public sealed class RecallDelegatedHandler(WorkItemDesk desk)
{
    public async Task<Result<WorkItem>> HandleAsync(RecallDelegated command, ChangeContext change, CancellationToken cancellationToken)
    {
        var begun = await desk.BeginAsync(command.WorkItemId, command.Revision, command.Opinion, change, cancellationToken, opinionNeeded: false);
        if (begun.Refusal is { } bad) return bad;
        var (item, opinion, isDone) = begun.Value;
        if (isDone) return item;
        if (item.Status is not WorkItemStatus.Open) return await desk.StaleAsync(item, cancellationToken);
        var open = await desk.OpenDelegationsAsync(item.Id, cancellationToken);
        if (open.Count == 0) return Refusal.Conflict("work-items.not-delegated", item.Title);
        if (!open.Exists(d => d.FromId == change.By.Id)) return Refusal.Forbidden("work-items.not-delegator", item.Title, item.DelegatedByName ?? "");
        // What a delegate has passed on comes back with it.
        var from = item.ClaimedByName;
        Delegation last;
        do last = await desk.EndDelegationAsync(item, null, change, cancellationToken);
        while (last.FromId != change.By.Id);
        desk.Note(item, change, "收回委派", await desk.FollowHolderAsync(item, cancellationToken), opinion.Length == 0 ? null : opinion, null, from);
        return item;
    }
}

internal static class Delegations
{
    public static Task<List<Delegation>> OpenDelegationsAsync(this WorkItemDesk desk, Guid itemId, CancellationToken cancellationToken)
        => desk.Db.Set<Delegation>().Where(d => d.WorkItemId == itemId && d.EndedAt == null).OrderBy(d => d.Level).ToListAsync(cancellationToken);

    /// <summary>Ends the last delegation: its delegator holds the item again.</summary>
    public static async Task<Delegation> EndDelegationAsync(this WorkItemDesk desk, WorkItem item, string? answer, ChangeContext change, CancellationToken cancellationToken)
    {
        var open = (await desk.OpenDelegationsAsync(item.Id, cancellationToken)).Where(d => d.EndedAt is null).ToList();
        var last = open[^1];
        (last.Answer, last.EndedAt) = (answer, change.At);
        (item.ClaimedById, item.ClaimedByName) = (last.FromId, last.FromName);
        var before = open.Count > 1 ? open[^2] : null;
        (item.DelegatedById, item.DelegatedByName) = (before?.FromId, before?.FromName);
        return last;
    }
}
