using DoubleRandom.Basics;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.WorkItems;

/// <summary>
/// 催办: asks whoever has the item to do it. Who started the case, who heads it, the escalation officer, who delegated it or did a step of the case
/// before may; once a day each, so that urging stays a word and does not become a storm. It is an alert like those of the ladder: it stands among the
/// reader's, and its mail keeps the quiet hours and is gathered with others.
/// </summary>
public sealed record UrgeWorkItem(Guid WorkItemId, string? Opinion = null);

public sealed class UrgeWorkItemHandler(WorkItemDesk desk, AlertDesk alerts, TimeProvider time)
{
    public async Task<Result<WorkItem>> HandleAsync(UrgeWorkItem command, ChangeContext change, CancellationToken cancellationToken)
    {
        var begun = await desk.BeginAsync(command.WorkItemId, null, command.Opinion, change, cancellationToken, opinionNeeded: false);
        if (begun.Refusal is { } bad) return bad;
        var (item, opinion, isDone) = begun.Value;
        if (isDone) return item;
        if (item.Status is not WorkItemStatus.Open) return await desk.StaleAsync(item, cancellationToken);
        if (IsOwn(item, change.By)) return Refusal.Invalid("work-items.urge-self", null, item.Title);
        if (!await MayAsync(desk.Db, item, change.By, cancellationToken)) return Refusal.Forbidden("work-items.urge-not-yours", item.Title);
        var dayBegan = time.InstantOf(change.On, TimeOnly.MinValue);
        if (await desk.Db.Set<WorkItemAct>().AnyAsync(a => a.WorkItemId == item.Id && a.Verb == "催办" && a.ById == change.By.Id && a.At >= dayBegan, cancellationToken))
            return Refusal.Conflict("work-items.urged-today", item.Title);
        item.UrgedCount++;
        item.UrgedAt = change.At;
        var act = desk.Note(item, change, "催办", ClockNotes.Unchanged, opinion.Length == 0 ? null : opinion, item.ClaimedById, item.ClaimedByName ?? Roles.Find(item.Role)?.Name);
        alerts.TellUrge(item, act.Id, $"{change.By.Name}催办：{item.CaseNo} {item.SubjectName} {item.Title}。{(item.DueOn is { } due ? $"最后期限 {due.Iso()}。" : "")}{opinion}", change);
        return item;
    }

    /// <summary>Whether the person may urge at all; today's urging aside.</summary>
    public static async Task<bool> MayAsync(DbContext db, WorkItem item, Actor by, CancellationToken cancellationToken)
        => !IsOwn(item, by) && (WorkItemPeople.Leads(by) || by.Is(Roles.Escalation) || item.DelegatedById == by.Id
            || await db.Set<CaseStart>().AnyAsync(s => s.CaseNo == item.CaseNo && s.ById == by.Id, cancellationToken)
            || await db.Set<WorkItem>().AnyAsync(i => i.CaseNo == item.CaseNo && i.Status == WorkItemStatus.Completed && i.CompletedById == by.Id, cancellationToken));

    /// <summary>What lies with nobody else than himself.</summary>
    private static bool IsOwn(WorkItem item, Actor by) => item.ClaimedById is { } holder ? holder == by.Id : item.AssigneeNumbers is [var only] && only == by.RegisterNumber;
}
