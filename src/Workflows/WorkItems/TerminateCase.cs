using DoubleRandom.Basics;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.WorkItems;

/// <summary>
/// 终止: ends a case that the office has drawn up itself, with the reason. A procedure of the law is not ended by a button: it ends with one of its own
/// decisions (不予立案、不予批准、无法联系 …).
/// </summary>
public sealed record TerminateCase(Guid WorkItemId, string Opinion, int? Revision = null);

public sealed record TerminatedCase(string CaseNo, int CancelledDeadlines);

public sealed class TerminateCaseHandler(DbContext db, WorkItemDesk desk, WorkItemPeople people, WorkflowRuntime runtime, CancelDeadlineHandler cancel)
{
    /// <summary>Definitions of the law's procedures, whatever version of them is in force.</summary>
    private static readonly HashSet<string> OfTheLaw = new(StringComparer.Ordinal) { "plan", "campaign", "inspection", "rectification", "penalty", "major-hazard", "publication", "credit", "supervision", "withdrawal" };

    public static bool IsOfTheLaw(string definitionId) => OfTheLaw.Contains(definitionId);

    public async Task<Result<TerminatedCase>> HandleAsync(TerminateCase command, ChangeContext change, CancellationToken cancellationToken)
    {
        var said = WorkItemDesk.Opinion(command.Opinion);
        if (said.Refusal is { } unsaid) return unsaid;
        var opinion = said.Value;
        var found = await desk.FindAsync(command.WorkItemId, null, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var item = found.Value;
        if (await desk.IsDoneAsync(item.Id, change, cancellationToken)) return new TerminatedCase(item.CaseNo, 0);
        if (item.Status is not WorkItemStatus.Open || (command.Revision is { } seen && seen != item.Revision)) return await desk.StaleAsync(item, cancellationToken);
        var root = await db.Set<WorkflowInstanceRow>().AsNoTracking().SingleAsync(i => i.Id == item.RootInstanceId, cancellationToken);
        if (IsOfTheLaw(root.DefinitionId)) return Refusal.Conflict("work-items.terminate-law", root.Name ?? root.DefinitionId);
        if (!people.MayEnd(change.By, item) && !await db.Set<CaseStart>().AnyAsync(s => s.Id == root.Id && s.ById == change.By.Id, cancellationToken)) return Refusal.Forbidden("work-items.terminate-not-yours", item.CaseNo);
        var ended = await runtime.CancelAsync(root.Id, $"{change.By.Name}终止：{opinion}", change with { Reason = opinion }, cancellationToken);
        if (ended.Refusal is { } no) return no;
        var deadlines = await db.Set<Deadline>().Where(d => d.CaseNo == item.CaseNo && (d.Status == DeadlineStatus.Open || d.Status == DeadlineStatus.Overdue)).Select(d => d.Id).ToListAsync(cancellationToken);
        foreach (var deadline in deadlines)
        {
            if ((await cancel.HandleAsync(new CancelDeadline(deadline, $"案件终止：{opinion}"), change, cancellationToken)).Refusal is { } kept) return kept;
        }
        desk.Note(item, change, "终止", ClockNotes.Cancelled, opinion);
        return new TerminatedCase(item.CaseNo, deadlines.Count);
    }
}
