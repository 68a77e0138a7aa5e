using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.WorkItems;

/// <summary>
/// 催办: asks whoever has the item to do it. Who started the case, who heads it, the escalation officer, who delegated it or did a step of the case
/// before may; once a day each, so that urging stays a word and does not become a storm.
/// </summary>
public sealed record UrgeWorkItem(Guid WorkItemId, string? Opinion = null);

public sealed class UrgeWorkItemHandler(WorkItemDesk desk, IOutbox outbox, IDirectory directory, TimeProvider time)
{
    public async Task<Result<WorkItem>> HandleAsync(UrgeWorkItem command, ChangeContext change, CancellationToken cancellationToken)
    {
        var begun = await desk.BeginAsync(command.WorkItemId, null, command.Opinion, change, cancellationToken, opinionNeeded: false);
        if (begun.Refusal is { } bad) return bad;
        var (item, opinion, isDone) = begun.Value;
        if (isDone) return item;
        if (item.Status is not WorkItemStatus.Open) return await desk.StaleAsync(item, cancellationToken);
        if (item.ClaimedById == change.By.Id) return Refusal.Invalid("work-items.urge-self", null, item.Title);
        if (!await MayAsync(desk.Db, item, change.By, cancellationToken)) return Refusal.Forbidden("work-items.urge-not-yours", item.Title);
        var dayBegan = time.InstantOf(change.On, TimeOnly.MinValue);
        if (await desk.Db.Set<WorkItemAct>().AnyAsync(a => a.WorkItemId == item.Id && a.Verb == "催办" && a.ById == change.By.Id && a.At >= dayBegan, cancellationToken))
            return Refusal.Conflict("work-items.urged-today", item.Title);
        item.UrgedCount++;
        item.UrgedAt = change.At;
        var holders = HoldersOf(item);
        var act = desk.Note(item, change, "催办", ClockNotes.Unchanged, opinion.Length == 0 ? null : opinion, item.ClaimedById, item.ClaimedByName ?? Roles.Find(item.Role)?.Name);
        foreach (var holder in holders.Where(h => h.Mail is not null))
        {
            outbox.Enqueue(change, "mail", string.Create(CultureInfo.InvariantCulture, $"urge/{act.Id:N}/{holder.Id:N}"), new JsonObject
            {
                ["to"] = holder.Mail,
                ["name"] = holder.Name,
                ["subject"] = $"【催办】{item.Title}",
                ["text"] = $"{change.By.Name}催办：{item.CaseNo} {item.SubjectName} {item.Title}。{(item.DueOn is { } due ? $"最后期限 {due.Iso()}。" : "")}\n{opinion}".TrimEnd(),
                ["path"] = $"/work-items/{item.Id}",
            });
        }
        return item;
    }

    /// <summary>Whether the person may urge at all; today's urging aside.</summary>
    public static async Task<bool> MayAsync(DbContext db, WorkItem item, Actor by, CancellationToken cancellationToken)
        => WorkItemPeople.Leads(by) || by.Is(Roles.Escalation) || item.DelegatedById == by.Id
            || await db.Set<CaseStart>().AnyAsync(s => s.CaseNo == item.CaseNo && s.ById == by.Id, cancellationToken)
            || await db.Set<WorkItem>().AnyAsync(i => i.CaseNo == item.CaseNo && i.Status == WorkItemStatus.Completed && i.CompletedById == by.Id, cancellationToken);

    private IReadOnlyList<Recipient> HoldersOf(WorkItem item)
        => item.ClaimedById is { } holder ? [.. directory.Person(holder) is { } one ? [one] : Array.Empty<Recipient>()]
            : item.AssigneeNumbers is { Count: > 0 } numbers ? [.. numbers.Select(directory.WithNumber).OfType<Recipient>()]
            : directory.WithRole(item.Role, null);
}
