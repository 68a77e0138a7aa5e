using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.WorkItems;

/// <summary>How many of the signers must agree before the holder may decide: none were asked, all (会签), one (或签), a share (票签).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SignRule>))]
public enum SignRule { None, All, Any, Share }

/// <summary>Where a work item stands. Void (已失效): its step was cancelled or the case ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WorkItemStatus>))]
public enum WorkItemStatus { Open, Completed, Void }

/// <summary>
/// 待办: what a person has to do, made in the transaction of its bookmark. Completing it resumes the bookmark; transfer, claim and
/// release change the work item and never the bookmark.
/// </summary>
public sealed class WorkItem
{
    public const int TitleMaxLength = 200;

    public Guid Id { get; set; }

    /// <summary>The bookmark that waits for this item, of which there is one. Who looks for an item by it knows the case's number too (<see cref="CaseNoOf"/>), so it stands in no index.</summary>
    public Guid BookmarkId { get; set; }

    public Guid InstanceId { get; set; }

    /// <summary>The root instance: the case this item belongs to.</summary>
    public Guid RootInstanceId { get; set; }

    /// <summary>The case's human number: inspection, campaign or plan number.</summary>
    public required string CaseNo { get; set; }

    /// <summary>What the item is about: id of the inspection case, campaign, penalty case … as the form expects it.</summary>
    public Guid? SubjectId { get; set; }

    /// <summary>What the clerk reads beside the title: the inspectee's or the campaign's name.</summary>
    public string? SubjectName { get; set; }

    public required string NodeId { get; set; }

    public required string ActivityId { get; set; }

    public required string Title { get; set; }

    /// <summary>Key of the form in the form catalogue.</summary>
    public required string FormKey { get; set; }

    /// <summary>JSON array of the outcomes the person chooses from.</summary>
    public required string OutcomesJson { get; set; }

    /// <summary>Role of the catalogue whose holders may act.</summary>
    public required string Role { get; set; }

    /// <summary>Register numbers of the only persons who may act, `;` before, between and after (`;R002;R010;`); null: every holder of the role.</summary>
    public string? Assignees { get; set; }

    /// <summary>JSON values the step hands to the form (defaults, what to decide on).</summary>
    public string DataJson { get; set; } = "{}";

    public WorkItemStatus Status { get; set; }

    public Guid? ClaimedById { get; set; }

    public string? ClaimedByName { get; set; }

    /// <summary>委派: who asked the holder for his opinion; the item goes back to him with it.</summary>
    public Guid? DelegatedById { get; set; }

    public string? DelegatedByName { get; set; }

    public SignRule SignRule { get; set; }

    /// <summary>票签: that many of a hundred signers must agree; 1 to 100.</summary>
    public int SignShare { get; set; }

    /// <summary>挂起: nobody acts until it is resumed.</summary>
    public DateTime? SuspendedAt { get; set; }

    public string? SuspendedByName { get; set; }

    public string? SuspendReason { get; set; }

    /// <summary>The deadline was stopped with the item, by a leader and on a document; resuming starts it again.</summary>
    public bool ClockStopped { get; set; }

    /// <summary>催办: how often somebody asked for it to be done.</summary>
    public int UrgedCount { get; set; }

    public DateTime? UrgedAt { get; set; }

    /// <summary>退回 or 撤回: who sent the step back and why, as its person reads it.</summary>
    public string? BackNote { get; set; }

    /// <summary>The item from which the step was sent back; its end leads there again. Null: it goes on through all that follows.</summary>
    public Guid? BackFromId { get; set; }

    public DateTime CreatedAt { get; set; }

    public DateOnly CreatedOn { get; set; }

    /// <summary>The deadline's last day, when the step carries one.</summary>
    public DateOnly? DueOn
    {
        get;
        set
        {
            field = value;
            DueKey = value ?? DateOnly.MaxValue;
        }
    }

    /// <summary>The order of every list: what has no last day comes after everything that has one.</summary>
    public DateOnly DueKey { get; private set; } = DateOnly.MaxValue;

    /// <summary>
    /// In whose inbox it lies (<see cref="WorkItemQueue"/>); null when nobody has to do anything. Follows from the other fields: the column is
    /// there to be searched by, and what is read back from it is not used.
    /// </summary>
    public string? Queue
    {
        get => WorkItemQueue.Of(this);
        private set => _ = value;
    }

    /// <summary>Where it lies besides: with the second of several named persons, while nobody holds it. As <see cref="Queue"/> it follows from the other fields.</summary>
    public string? SecondQueue
    {
        get => WorkItemQueue.SecondOf(this);
        private set => _ = value;
    }

    public Guid? DeadlineId { get; set; }

    public DateTime? CompletedAt { get; set; }

    public Guid? CompletedById { get; set; }

    public string? CompletedByName { get; set; }

    public string? Outcome { get; set; }

    public string? ValuesJson { get; set; }

    public string? VoidReason { get; set; }

    /// <summary>The operation that completed it: the same press a second time is answered "already done".</summary>
    public Guid? OperationId { get; set; }

    public int Revision { get; set; }

    /// <summary>Under which number a step's item is filed: its bookmark carries the same correlation.</summary>
    public static string CaseNoOf(string? correlationId, Guid instanceId) => correlationId ?? instanceId.ToString();

    public IReadOnlyList<string> Outcomes => JsonSerializer.Deserialize<string[]>(OutcomesJson)!;

    public IReadOnlyList<string> AssigneeNumbers
        => Assignees is null ? [] : Assignees.Split(';', StringSplitOptions.RemoveEmptyEntries);

    public static string? JoinAssignees(IEnumerable<string> numbers)
    {
        var joined = string.Join(';', numbers.Distinct(StringComparer.Ordinal));
        return joined.Length == 0 ? null : $";{joined};";
    }
}

internal sealed class WorkItemMapping : IEntityTypeConfiguration<WorkItem>
{
    public void Configure(EntityTypeBuilder<WorkItem> builder)
    {
        builder.ToTable("work_items");
        builder.HasKey(i => i.Id);
        builder.Property(i => i.Title).HasMaxLength(WorkItem.TitleMaxLength);
        builder.Property(i => i.CaseNo).HasMaxLength(60);
        builder.Property(i => i.Role).HasMaxLength(40);
        builder.Property(i => i.FormKey).HasMaxLength(60);
        builder.Property(i => i.Assignees).HasMaxLength(400);
        builder.Property(i => i.Queue).HasMaxLength(60).UsePropertyAccessMode(PropertyAccessMode.Property);
        builder.Property(i => i.SecondQueue).HasMaxLength(60).UsePropertyAccessMode(PropertyAccessMode.Property);
        builder.Property(i => i.ClaimedByName).HasMaxLength(140);
        builder.Property(i => i.DelegatedByName).HasMaxLength(140);
        builder.Property(i => i.SuspendedByName).HasMaxLength(140);
        builder.Property(i => i.SuspendReason).HasMaxLength(WorkItemAct.OpinionMaxLength);
        builder.Property(i => i.BackNote).HasMaxLength(WorkItemAct.OpinionMaxLength + 200);
        builder.Property(i => i.Revision).IsConcurrencyToken();
        builder.Ignore(i => i.Outcomes).Ignore(i => i.AssigneeNumbers);
        // The inbox: one range of this index is one person's or one role's open items in the order of the list.
        builder.HasIndex(i => new { i.Queue, i.DueKey, i.Id }).HasFilter("queue IS NOT NULL");
        builder.HasIndex(i => new { i.SecondQueue, i.DueKey, i.Id }).HasFilter("second_queue IS NOT NULL");
        // All that is asked of one case; an item is never filed under another number.
        builder.HasIndex(i => i.CaseNo);
        // Who acted before in the same process, under whatever number.
        builder.HasIndex(i => i.RootInstanceId).HasFilter("completed_by_id IS NOT NULL");
        builder.HasIndex(i => new { i.CompletedById, i.CompletedAt }).HasFilter("completed_by_id IS NOT NULL");
    }
}
