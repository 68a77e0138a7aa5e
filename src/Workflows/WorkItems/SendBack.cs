using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.WorkItems;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Workflows.WorkItems;

/// <summary>
/// 退回: leaves the waiting step and has an earlier one done anew, by whoever did it. The engine begins it as a backward edge would; what was done
/// stays in the record, with the number and the papers it has.
/// </summary>
/// <param name="ToActivityId">A step from <see cref="BackDesk.TargetsAsync"/>.</param>
/// <param name="ComesBack">Done again, it comes straight back to the sender; else it goes through all that lies between once more.</param>
public sealed record SendBackWorkItem(Guid WorkItemId, string ToActivityId, bool ComesBack, string Opinion, int? Revision = null);

/// <summary>撤回: the person who did the last step takes it back, as long as nobody has touched what follows.</summary>
/// <param name="WorkItemId">The completed item.</param>
public sealed record TakeBackWorkItem(Guid WorkItemId, string Opinion);

/// <summary>The earlier step as it waits again.</summary>
public sealed record SentBack(Guid WorkItemId, string Title, string CaseNo, string? HolderName);

/// <param name="IsStart">The case's first step.</param>
/// <param name="IsPrevious">The last one before.</param>
public sealed record BackTarget(string ActivityId, string Title, string? ByName, DateTime? At, bool IsStart, bool IsPrevious);

public sealed class SendBackWorkItemHandler(WorkItemDesk desk, WorkItemPeople people, WorkflowRuntime runtime, BackDesk back)
{
    public async Task<Result<SentBack>> HandleAsync(SendBackWorkItem command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (command.Opinion?.Trim() is not { Length: > 0 and <= WorkItemAct.OpinionMaxLength } opinion) return Refusal.Invalid("work-items.opinion-needed", "opinion");
        var found = await desk.FindAsync(command.WorkItemId, null, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var item = found.Value;
        if (await desk.IsDoneAsync(item.Id, change, cancellationToken)) return await back.DoneAsync(item, cancellationToken);
        if (command.Revision is { } seen && seen != item.Revision) return await desk.StaleAsync(item, cancellationToken);
        var capacity = await people.CapacityAsync(item, change, cancellationToken);
        if (capacity.Refusal is { } refusal) return refusal;
        var earlier = await back.FindAsync(item, command.ToActivityId, cancellationToken);
        if (earlier is null) return Refusal.Invalid("work-items.back-nowhere", "to", item.Title);
        var by = change with { By = capacity.Value.As, Reason = opinion };
        // To whom it comes back.
        (item.ClaimedById, item.ClaimedByName) = (change.By.Id, by.By.Name);
        var sent = await runtime.SendBackAsync(item.InstanceId, item.BookmarkId, command.ToActivityId, command.ComesBack, takenBack: false, by, cancellationToken);
        if (sent.Refusal is { } no) return no;
        if (sent.Value.Incidents is [{ } incident, ..]) return Refusal.Conflict("work-items.back-domain", earlier.Title, incident.Message);
        var again = back.Begun(sent.Value, command.ToActivityId);
        await back.HandAsync(again, earlier, item, $"{by.By.Name}退回：{opinion}", command.ComesBack, cancellationToken);
        desk.Note(item, by, "退回", ClockNotes.Back, opinion, again.ClaimedById, $"{again.Title}{(again.ClaimedByName is { } name ? $"（{name}）" : "")}");
        desk.Note(again, by, "退回", ClockNotes.Back, opinion, again.ClaimedById, again.ClaimedByName);
        return new SentBack(again.Id, again.Title, again.CaseNo, again.ClaimedByName);
    }
}

public sealed class TakeBackWorkItemHandler(DbContext db, WorkItemDesk desk, WorkflowRuntime runtime, BackDesk back)
{
    public async Task<Result<SentBack>> HandleAsync(TakeBackWorkItem command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (command.Opinion?.Trim() is not { Length: > 0 and <= WorkItemAct.OpinionMaxLength } opinion) return Refusal.Invalid("work-items.opinion-needed", "opinion");
        var found = await desk.FindAsync(command.WorkItemId, null, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var item = found.Value;
        if (await desk.IsDoneAsync(item.Id, change, cancellationToken)) return await back.DoneAsync(item, cancellationToken);
        if (item.Status is not WorkItemStatus.Completed || item.CompletedById != change.By.Id) return Refusal.Forbidden("work-items.take-back-not-yours", item.Title);
        var next = await db.Set<WorkItem>().Where(i => i.InstanceId == item.InstanceId && i.Id != item.Id && (i.CreatedAt >= item.CompletedAt || i.CompletedAt > item.CompletedAt)).ToListAsync(cancellationToken);
        // Within one burst, and on a clock that stands, instants do not tell what came first; the flowchart does.
        var follows = await back.FollowsAsync(item, cancellationToken);
        next.RemoveAll(i => !follows(i));
        if (next.Find(i => i.Status is WorkItemStatus.Completed) is { } done) return Refusal.Conflict("work-items.take-back-late", item.Title, done.CompletedByName ?? "", done.Title);
        var open = next.Where(i => i.Status is WorkItemStatus.Open).ToList();
        if (open.Count == 0) return Refusal.Conflict("work-items.take-back-passed", item.Title);
        var ids = open.Select(i => i.Id).ToList();
        var touched = open.Find(i => i.ClaimedById is { } holder && holder != change.By.Id);
        var act = await db.Set<WorkItemAct>().AsNoTracking().Where(a => ids.Contains(a.WorkItemId) && a.ById != change.By.Id && a.Verb != "催办").OrderBy(a => a.At).FirstOrDefaultAsync(cancellationToken);
        if (touched is not null || act is not null) return Refusal.Conflict("work-items.take-back-late", item.Title, act?.ByName ?? touched!.ClaimedByName ?? "", open.First(i => i.Id == (act?.WorkItemId ?? touched!.Id)).Title);
        var by = change with { Reason = opinion };
        var taken = await runtime.SendBackAsync(item.InstanceId, open[0].BookmarkId, item.ActivityId, comesBack: false, takenBack: true, by, cancellationToken);
        if (taken.Refusal is { } no) return no;
        if (taken.Value.Incidents is [{ } incident, ..]) return Refusal.Conflict("work-items.back-domain", item.Title, incident.Message);
        var again = back.Begun(taken.Value, item.ActivityId);
        await back.HandAsync(again, item, open[0], $"本人撤回：{opinion}", comesBack: false, cancellationToken);
        desk.Note(item, by, "撤回", ClockNotes.Back, opinion);
        desk.Note(again, by, "撤回", ClockNotes.Back, opinion);
        return new SentBack(again.Id, again.Title, again.CaseNo, again.ClaimedByName);
    }
}

/// <summary>What sending back and taking back share: where it may go, who gets it, what its clock is.</summary>
public sealed class BackDesk(DbContext db, INewRows made, WorkItemPeople people, WorkflowRuntime runtime)
{
    /// <summary>The steps done before the open item to which it may be sent, the last one first.</summary>
    public async Task<IReadOnlyList<BackTarget>> TargetsAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var done = await EarlierAsync(item, cancellationToken);
        return [.. done.Select((d, i) => new BackTarget(d.ActivityId, d.Title, d.CompletedByName, d.CompletedAt, i == done.Count - 1, i == 0))];
    }

    internal async Task<WorkItem?> FindAsync(WorkItem item, string activityId, CancellationToken cancellationToken)
        => (await EarlierAsync(item, cancellationToken)).Find(i => i.ActivityId == activityId);

    private async Task<List<WorkItem>> EarlierAsync(WorkItem item, CancellationToken cancellationToken)
    {
        if (item.Status is not WorkItemStatus.Open) return [];
        var version = await db.Set<WorkflowInstanceRow>().AsNoTracking().Where(i => i.Id == item.InstanceId).Select(i => i.DefinitionVersionId).SingleAsync(cancellationToken);
        var before = await runtime.StepsBeforeAsync(version, item.NodeId, cancellationToken);
        var done = await db.Set<WorkItem>().AsNoTracking().Where(i => i.InstanceId == item.InstanceId && i.Status == WorkItemStatus.Completed).OrderByDescending(i => i.CompletedAt).ToListAsync(cancellationToken);
        // Each step once, as it was done last.
        return [.. before.Select(step => done.Find(i => i.ActivityId == step)).OfType<WorkItem>()];
    }

    /// <summary>Whether an item of the instance can come after the given one.</summary>
    internal async Task<Func<WorkItem, bool>> FollowsAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var version = await db.Set<WorkflowInstanceRow>().AsNoTracking().Where(i => i.Id == item.InstanceId).Select(i => i.DefinitionVersionId).SingleAsync(cancellationToken);
        var before = await runtime.StepsBeforeAsync(version, item.NodeId, cancellationToken);
        return other => other.ActivityId != item.ActivityId && !before.Contains(other.ActivityId);
    }

    /// <summary>The work item that the engine's burst has just made for the step.</summary>
    internal WorkItem Begun(BurstReport report, string activityId)
    {
        var bookmarks = report.OpenBookmarks.Where(b => b.ActivityId == activityId).Select(b => b.Id).ToHashSet();
        return made.Of<WorkItem>().Single(i => bookmarks.Contains(i.BookmarkId));
    }

    /// <summary>Gives the step to whoever did it, with the reason and the clock that was running.</summary>
    internal async Task HandAsync(WorkItem again, WorkItem earlier, WorkItem from, string note, bool comesBack, CancellationToken cancellationToken)
    {
        again.BackNote = note.Length > WorkItemAct.OpinionMaxLength + 200 ? note[..(WorkItemAct.OpinionMaxLength + 200)] : note;
        again.BackFromId = comesBack ? from.Id : null;
        if (earlier.CompletedById is { } id && people.Staff.Find(id) is { } person && again.MayHold(person) is null) (again.ClaimedById, again.ClaimedByName) = (person.Id, person.Name);
        if (again.HasSeats()) await db.ReseatAsync(again, cancellationToken);
        var clock = again.DeadlineId ?? from.DeadlineId;
        if (clock is not { } deadlineId || await db.Set<Deadline>().FindAsync([deadlineId], cancellationToken) is not { IsRunning: true } deadline) return;
        (again.DeadlineId, again.DueOn) = (deadline.Id, deadline.DueOn);
        (deadline.OwnerRole, deadline.OwnerNumbers, deadline.WorkItemId, deadline.OwnerId, deadline.OwnerName) = (again.Role, again.Assignees, again.Id, again.ClaimedById, again.ClaimedByName);
        deadline.Revision++;
    }

    /// <summary>Done again, it comes back to the person who had sent it.</summary>
    internal async Task WelcomeAsync(WorkItem done, CancellationToken cancellationToken)
    {
        if (done.BackFromId is not { } senderItem || await db.Set<WorkItem>().FindAsync([senderItem], cancellationToken) is not { } sender) return;
        if (made.Of<WorkItem>().FirstOrDefault(i => i.InstanceId == done.InstanceId && i.ActivityId == sender.ActivityId && i.Status is WorkItemStatus.Open) is not { } again) return;
        again.BackNote = $"{done.CompletedByName}已按退回意见重新办理：{done.Outcome}";
        if (sender.ClaimedById is not { } id || people.Staff.Find(id) is not { } person || again.MayHold(person) is not null) return;
        (again.ClaimedById, again.ClaimedByName) = (person.Id, person.Name);
        if (again.HasSeats()) await db.ReseatAsync(again, cancellationToken);
        if (again.DeadlineId is { } deadlineId && await db.Set<Deadline>().FindAsync([deadlineId], cancellationToken) is { } deadline) (deadline.OwnerId, deadline.OwnerName) = (person.Id, person.Name);
    }

    /// <summary>The answer to a second press: where the first has led.</summary>
    internal async Task<Result<SentBack>> DoneAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var again = await db.Set<WorkItem>().AsNoTracking().Where(i => i.InstanceId == item.InstanceId && i.Status == WorkItemStatus.Open && i.BackNote != null).OrderByDescending(i => i.CreatedAt).FirstOrDefaultAsync(cancellationToken);
        return again is null ? Refusal.Conflict("work-items.void", item.Title, item.VoidReason ?? "") : new SentBack(again.Id, again.Title, again.CaseNo, again.ClaimedByName);
    }
}

/// <summary>
/// Sends or takes back only where the law of the case allows the earlier step to be done again. That is tried first, with what was entered then, in a
/// transaction of its own that is rolled back: a case that is sent back can always go on.
/// </summary>
public sealed class BackRehearsal(IUnitOfWork units)
{
    private static readonly Refusal Rehearsed = new("work-items.rehearsed");

    public Task<Result<SentBack>> SendBackAsync(SendBackWorkItem command, ChangeContext change, CancellationToken cancellationToken)
        => RunAsync((s, c, ct) => s.GetRequiredService<SendBackWorkItemHandler>().HandleAsync(command, c, ct), change, cancellationToken);

    public Task<Result<SentBack>> TakeBackAsync(TakeBackWorkItem command, ChangeContext change, CancellationToken cancellationToken)
        => RunAsync((s, c, ct) => s.GetRequiredService<TakeBackWorkItemHandler>().HandleAsync(command, c, ct), change, cancellationToken);

    private async Task<Result<SentBack>> RunAsync(Func<IServiceProvider, ChangeContext, CancellationToken, Task<Result<SentBack>>> act, ChangeContext change, CancellationToken cancellationToken)
    {
        var tried = await units.RunAsync<Done>(async (services, ct) =>
        {
            var back = await act(services, change, ct);
            return back.Refusal ?? await AgainAsync(services, back.Value, change, ct) ?? Rehearsed;
        }, cancellationToken);
        if (tried.Refusal is { } refusal && refusal != Rehearsed) return refusal;
        return await units.RunAsync((services, ct) => act(services, change, ct), cancellationToken);
    }

    /// <summary>Why the step could not be done a second time; null: it can. What has to be entered anew (a date that is past) does not count.</summary>
    private static async Task<Refusal?> AgainAsync(IServiceProvider services, SentBack back, ChangeContext change, CancellationToken cancellationToken)
    {
        await services.GetRequiredService<IUnitFlush>().FlushAsync(cancellationToken);
        var db = services.GetRequiredService<DbContext>();
        var item = await db.Set<WorkItem>().SingleAsync(i => i.Id == back.WorkItemId, cancellationToken);
        var before = await db.Set<WorkItem>().AsNoTracking().Where(i => i.InstanceId == item.InstanceId && i.ActivityId == item.ActivityId && i.Status == WorkItemStatus.Completed).OrderByDescending(i => i.CompletedAt).FirstOrDefaultAsync(cancellationToken);
        if (before is not { ValuesJson: { } values, Outcome: { } outcome, CompletedById: { } id } || services.GetRequiredService<IStaff>().Find(id) is not { } person) return null;
        var again = await services.GetRequiredService<CompleteWorkItemHandler>().HandleAsync(
            new CompleteWorkItem(item.Id, outcome, JsonNode.Parse(values)!.AsObject()), change with { By = person, OperationId = Guid.Empty, Reason = null }, cancellationToken);
        if (again.Refusal is { Kind: RefusalKind.Conflict or RefusalKind.Forbidden } no) return Refusal.Conflict("work-items.back-domain", item.Title, Texts.Of(no));
        return again.Refusal is null && again.Value.Incidents is [{ } incident, ..] ? Refusal.Conflict("work-items.back-domain", item.Title, incident) : null;
    }
}
