using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Deadlines;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.WorkItems;

/// <summary>办理经过: what was done with a work item besides completing it, with the opinion given. Append-only.</summary>
public sealed class WorkItemAct
{
    public const int OpinionMaxLength = 1000;

    public Guid Id { get; set; }

    public Guid WorkItemId { get; set; }

    /// <summary>The press: the same one a second time at the same item changes nothing.</summary>
    public Guid OperationId { get; set; }

    public DateTime At { get; set; }

    public Guid ById { get; set; }

    /// <summary>As whom: a substitute is 张三代李四.</summary>
    public required string ByName { get; set; }

    /// <summary>签收、转办、委派 …</summary>
    public required string Verb { get; set; }

    public Guid? ToId { get; set; }

    public string? ToName { get; set; }

    public string? Opinion { get; set; }

    /// <summary>In Chinese: what it did to the deadline.</summary>
    public required string ClockNote { get; set; }
}

internal sealed class WorkItemActMapping : IEntityTypeConfiguration<WorkItemAct>
{
    public void Configure(EntityTypeBuilder<WorkItemAct> builder)
    {
        builder.ToTable("work_item_acts");
        builder.HasKey(a => a.Id);
        builder.Property(a => a.Id).ValueGeneratedNever();
        builder.Property(a => a.ByName).HasMaxLength(140);
        builder.Property(a => a.Verb).HasMaxLength(20);
        builder.Property(a => a.ToName).HasMaxLength(400);
        builder.Property(a => a.Opinion).HasMaxLength(WorkItemAct.OpinionMaxLength);
        builder.Property(a => a.ClockNote).HasMaxLength(200);
        builder.HasIndex(a => new { a.WorkItemId, a.OperationId }).IsUnique();
    }
}

/// <summary>What the acts do to the deadline, as page, record and API say it. One place, so that all say the same.</summary>
public static class ClockNotes
{
    public const string None = "本事项没有办理时限。";
    public const string Group = "办理时限不变，今后的提醒发给本组。";
    public const string Unchanged = "办理时限不变，照常计算。";
    public const string Delegated = "办理时限不变，期限仍由委派人负责，提醒仍发给委派人。";
    public const string Stopped = "办理时限已中止，恢复后顺延，中止的日子不计入。";
    public const string Runs = "办理时限继续计算，已发生的逾期不因挂起而消除。";
    public const string Cancelled = "本案未办结的时限全部取消，不再提醒。";
    public const string Back = "办理时限不重新起算，继续按原期限；提醒发给接办人。";

    public static string To(string holder) => $"办理时限不变，今后的提醒发给{holder}。";

    public static string Until(DateOnly due) => $"办理时限恢复计算，期限顺延至 {due.Iso()}。";
}

/// <param name="Opinion">Trimmed; empty where none was given and none is needed.</param>
/// <param name="IsDone">The same press came before and did it.</param>
internal sealed record BegunAct(WorkItem Item, string Opinion, bool IsDone);

/// <summary>What every verb does the same way: finds, checks that the page is not stale, keeps the record.</summary>
public sealed class WorkItemDesk(DbContext db, IAuditTrail audit)
{
    internal DbContext Db => db;

    internal IAuditTrail Audit => audit;

    /// <summary>The item; null value with no refusal never happens. A press that was carried out already is told by <see cref="IsDoneAsync"/>.</summary>
    /// <param name="revision">What the person saw; null: not checked.</param>
    public async Task<Result<WorkItem>> FindAsync(Guid id, int? revision, CancellationToken cancellationToken)
    {
        if (await db.Set<WorkItem>().FindAsync([id], cancellationToken) is not { } item) return Refusal.NotFound("work-items.not-found");
        return revision is { } seen && seen != item.Revision ? await StaleAsync(item, cancellationToken) : item;
    }

    /// <summary>How a verb with an opinion begins: the opinion is good, the item is there, and as the person saw it unless the press was carried out already.</summary>
    /// <param name="revision">What the person saw; null: not checked.</param>
    internal async Task<Result<BegunAct>> BeginAsync(Guid id, int? revision, string? opinion, ChangeContext change, CancellationToken cancellationToken, bool opinionNeeded = true)
    {
        var words = Opinion(opinion, opinionNeeded);
        if (words.Refusal is { } bad) return bad;
        var isDone = await IsDoneAsync(id, change, cancellationToken);
        var found = await FindAsync(id, isDone ? null : revision, cancellationToken);
        return found.Refusal is { } refusal ? refusal : new BegunAct(found.Value, words.Value, isDone);
    }

    /// <summary>The same press came twice: the first did it.</summary>
    public Task<bool> IsDoneAsync(Guid itemId, ChangeContext change, CancellationToken cancellationToken)
        => change.OperationId == Guid.Empty ? Task.FromResult(false) : db.Set<WorkItemAct>().AnyAsync(a => a.WorkItemId == itemId && a.OperationId == change.OperationId, cancellationToken);

    /// <summary>Says who did what since the page was read.</summary>
    public async Task<Refusal> StaleAsync(WorkItem item, CancellationToken cancellationToken)
    {
        if (item.Status is WorkItemStatus.Completed) return Refusal.Conflict("work-items.already-done", item.Title, item.CompletedByName ?? "");
        if (item.Status is WorkItemStatus.Void) return Refusal.Conflict("work-items.void", item.Title, item.VoidReason ?? "");
        var last = await db.Set<WorkItemAct>().AsNoTracking().Where(a => a.WorkItemId == item.Id).OrderByDescending(a => a.At).ThenByDescending(a => a.Id).FirstOrDefaultAsync(cancellationToken);
        return last is null ? Refusal.Conflict("work-items.stale", item.Title)
            : Refusal.Conflict("work-items.stale-by", item.Title, last.ByName, last.Verb, last.ToName is null ? "" : $"：{last.ToName}");
    }

    /// <summary>Writes the act beside the item and into the case's audit chain; the item has a new revision.</summary>
    public WorkItemAct Note(WorkItem item, ChangeContext change, string verb, string clockNote, string? opinion = null, Guid? toId = null, string? toName = null)
    {
        var id = Ids.New(change);
        var act = new WorkItemAct
        {
            Id = id,
            WorkItemId = item.Id,
            // Without a press of its own (a program, a sweep) each act is its own operation.
            OperationId = change.OperationId == Guid.Empty ? id : change.OperationId,
            At = change.At,
            ById = change.By.Id,
            ByName = change.By.Name,
            Verb = verb,
            ToId = toId,
            ToName = toName,
            Opinion = opinion,
            ClockNote = item.DeadlineId is null ? ClockNotes.None : clockNote,
        };
        db.Add(act);
        item.Revision++;
        var details = new JsonObject { ["workItem"] = item.Id.ToString() };
        if (toName is not null) details["to"] = toName;
        if (opinion is not null) details["opinion"] = opinion;
        audit.Record(change, $"case/{item.CaseNo}", $"{verb}“{item.Title}”", item.NodeId, details);
        return act;
    }

    /// <summary>
    /// The item has another holder: the places of its named persons follow, and reminders go to whoever answers for it: the delegator while it is
    /// delegated, else the holder, else the group.
    /// </summary>
    internal async Task<string> FollowHolderAsync(WorkItem item, CancellationToken cancellationToken)
    {
        if (item.HasSeats()) await db.ReseatAsync(item, cancellationToken);
        if (item.DeadlineId is not { } id || await db.Set<Deadline>().FindAsync([id], cancellationToken) is not { } deadline || deadline.WorkItemId != item.Id) return ClockNotes.Unchanged;
        if (item.DelegatedById is null && (deadline.OwnerId, deadline.OwnerName) != (item.ClaimedById, item.ClaimedByName))
        {
            (deadline.OwnerId, deadline.OwnerName) = (item.ClaimedById, item.ClaimedByName);
            deadline.Revision++;
        }
        return item.DelegatedById is not null ? ClockNotes.Delegated : item.ClaimedByName is { } holder ? ClockNotes.To(holder) : ClockNotes.Group;
    }

    /// <summary>An opinion that must be given, trimmed and not too long.</summary>
    public static Result<string> Opinion(string? text, bool required = true)
    {
        var trimmed = text?.Trim() ?? "";
        if (required && trimmed.Length == 0) return Refusal.Invalid("work-items.opinion-needed", "opinion");
        return trimmed.Length > WorkItemAct.OpinionMaxLength ? Refusal.Invalid("work-items.opinion-long", "opinion", WorkItemAct.OpinionMaxLength) : trimmed;
    }
}
