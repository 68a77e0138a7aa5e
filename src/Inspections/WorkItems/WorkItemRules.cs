using DoubleRandom.Basics;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.WorkItems;

/// <summary>Who may act on a work item. Decided here, whatever a workflow definition says (law 8).</summary>
public static class WorkItemRules
{
    public static Refusal? MayAct(this WorkItem item, Actor actor)
    {
        if (item.Status is WorkItemStatus.Completed) return Refusal.Conflict("work-items.already-done", item.Title, item.CompletedByName ?? "");
        if (item.Status is WorkItemStatus.Void) return Refusal.Conflict("work-items.void", item.Title, item.VoidReason ?? "");
        if (!actor.Is(item.Role)) return Refusal.Forbidden("work-items.not-your-role", item.Title);
        if (item.AssigneeNumbers is { Count: > 0 } numbers && (actor.RegisterNumber is null || !numbers.Contains(actor.RegisterNumber)))
            return Refusal.Forbidden("work-items.not-assigned", item.Title);
        if (item.ClaimedById is { } claimed && claimed != actor.Id)
            return Refusal.Conflict("work-items.claimed-by-other", item.Title, item.ClaimedByName ?? "");
        return null;
    }

    /// <summary>The open items a person may act on: of his roles, and not reserved to or claimed by others.</summary>
    public static IQueryable<WorkItem> OpenFor(this IQueryable<WorkItem> items, Actor actor)
    {
        var roles = actor.Roles.ToArray();
        var number = $";{actor.RegisterNumber};";
        return items.Where(i => i.Status == WorkItemStatus.Open && roles.Contains(i.Role)
            && (i.Assignees == null || i.Assignees.Contains(number))
            && (i.ClaimedById == null || i.ClaimedById == actor.Id));
    }

    /// <summary>Mine: claimed by the person or reserved to him by number.</summary>
    public static IQueryable<WorkItem> MineOf(this IQueryable<WorkItem> open, Actor actor)
    {
        var number = $";{actor.RegisterNumber};";
        return open.Where(i => i.ClaimedById == actor.Id || (i.Assignees != null && i.Assignees.Contains(number)));
    }

    /// <summary>My group's: anybody of the role may take it.</summary>
    public static IQueryable<WorkItem> GroupOf(this IQueryable<WorkItem> open, Actor actor)
        => open.Where(i => i.ClaimedById == null && i.Assignees == null);
}

internal static class WorkItemHandOver
{
    /// <summary>Open items about a subject that are reserved to a person go to the successor; a claim of the predecessor ends with it.</summary>
    public static async Task HandOverAsync(this DbContext db, Guid subjectId, string from, string to, CancellationToken cancellationToken)
    {
        var mark = $";{from};";
        foreach (var item in await db.Set<WorkItem>().Where(i => i.SubjectId == subjectId && i.Status == WorkItemStatus.Open && i.Assignees != null && i.Assignees.Contains(mark)).ToListAsync(cancellationToken))
        {
            item.Assignees = WorkItem.JoinAssignees(item.AssigneeNumbers.Select(n => n == from ? to : n).Distinct());
            (item.ClaimedById, item.ClaimedByName) = (null, null);
            item.Revision++;
        }
    }
}

/// <summary>签收: takes a group's item for oneself, so that nobody else starts on it.</summary>
public sealed record ClaimWorkItem(Guid WorkItemId);

public sealed class ClaimWorkItemHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<WorkItem>> HandleAsync(ClaimWorkItem command, ChangeContext change, CancellationToken cancellationToken)
    {
        var item = await db.Set<WorkItem>().FindAsync([command.WorkItemId], cancellationToken);
        if (item is null) return Refusal.NotFound("work-items.not-found");
        if (item.MayAct(change.By) is { } refusal) return refusal;
        if (item.ClaimedById == change.By.Id) return item;
        item.ClaimedById = change.By.Id;
        item.ClaimedByName = change.By.Name;
        item.Revision++;
        audit.Record(change, $"case/{item.CaseNo}", "签收待办", item.Title);
        return item;
    }
}

/// <summary>退签: gives a claimed item back to the group.</summary>
public sealed record ReleaseWorkItem(Guid WorkItemId);

public sealed class ReleaseWorkItemHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<WorkItem>> HandleAsync(ReleaseWorkItem command, ChangeContext change, CancellationToken cancellationToken)
    {
        var item = await db.Set<WorkItem>().FindAsync([command.WorkItemId], cancellationToken);
        if (item is null) return Refusal.NotFound("work-items.not-found");
        if (item.MayAct(change.By) is { } refusal) return refusal;
        if (item.ClaimedById is null) return Refusal.Conflict("work-items.not-claimed", item.Title);
        item.ClaimedById = null;
        item.ClaimedByName = null;
        item.Revision++;
        audit.Record(change, $"case/{item.CaseNo}", "退回签收", item.Title);
        return item;
    }
}
