using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Deadlines;

/// <summary>How a clock stood before something moved it.</summary>
internal sealed record DeadlineState(DateOnly DueOn, DateTime? DueAt, string Explanation, string CalendarVersion)
{
    public static DeadlineState Of(Deadline deadline) => new(deadline.DueOn, deadline.DueAt, deadline.Explanation, deadline.CalendarVersion);
}

/// <summary>Counts one clock again after a person changed what it rests on: writes down the move and tells the owner once.</summary>
public sealed class DeadlineMoving(DbContext db, IAuditTrail audit, Alerts.AlertDesk alerts)
{
    /// <summary>The later last day that was granted, by the leader or in the matter's own procedure, takes the place of what was counted.</summary>
    internal async Task ExtendAsync(Deadline deadline, DateOnly dueOn, string reason, IWorkingCalendar calendar, ChangeContext change, CancellationToken cancellationToken, string? proof = null)
    {
        var before = DeadlineState.Of(deadline);
        deadline.ExplicitDueOn = dueOn;
        deadline.Extensions++;
        foreach (var pause in await db.PausesAsync(deadline.Id, cancellationToken)) pause.Counts = false;
        deadline.Take(DeadlineClock.Count(deadline.Terms([]), calendar), calendar.Version);
        if (deadline.DueOn >= change.On) deadline.Status = DeadlineStatus.Open;
        deadline.BeginRound(change.On);
        DeadlineLadder.Schedule(deadline, calendar);
        deadline.Revision++;
        await db.FollowAsync(deadline, cancellationToken);
        db.AddMove(deadline, before, MoveCause.Extended, $"{change.By.Name}批准延长：{reason.Trim()}", change).EvidenceSha256 = proof;
        audit.Record(change, deadline.Chain, "批准延长时限", deadline.Title,
            new JsonObject { ["from"] = before.DueOn.Iso(), ["to"] = deadline.DueOn.Iso(), ["reason"] = reason, ["evidence"] = proof });
    }

    internal async Task RecountAsync(
        Deadline deadline, IReadOnlyList<DeadlinePause> pauses, IWorkingCalendar calendar, MoveCause cause, string why, ChangeContext change, CancellationToken cancellationToken)
    {
        var before = DeadlineState.Of(deadline);
        deadline.Remember(pauses);
        deadline.Take(DeadlineClock.Count(deadline.Terms(pauses), calendar), calendar.Version);
        if (deadline.Status == DeadlineStatus.Overdue && !deadline.IsPast(change)) deadline.Status = DeadlineStatus.Open;
        DeadlineLadder.Renew(deadline, before.DueOn, calendar, change.On, change.At);
        DeadlineLadder.Schedule(deadline, calendar);
        deadline.Revision++;
        if (deadline.DueOn == before.DueOn && deadline.DueAt == before.DueAt) return;
        await db.FollowAsync(deadline, cancellationToken);
        alerts.TellMoved(deadline, db.AddMove(deadline, before, cause, why, change), change);
    }
}

/// <summary>Counts every running deadline again after the calendar changed; says what moved and why, and tells each owner once.</summary>
public sealed class DeadlineRecount(DbContext db, IAuditTrail audit, Alerts.AlertDesk alerts)
{
    public async Task<IReadOnlyList<MovedDeadline>> RunAsync(IWorkingCalendar before, IWorkingCalendar calendar, bool dryRun, ChangeContext change, CancellationToken cancellationToken)
    {
        var open = await db.Set<Deadline>().Where(d => d.Status == DeadlineStatus.Open || d.Status == DeadlineStatus.Overdue).OrderBy(d => d.Id).ToListAsync(cancellationToken);
        var ids = open.Select(d => d.Id).ToList();
        var pauses = (await db.Set<DeadlinePause>().Where(p => ids.Contains(p.DeadlineId)).ToListAsync(cancellationToken)).ToLookup(p => p.DeadlineId);
        var moved = new List<MovedDeadline>();
        foreach (var deadline in open)
        {
            var counted = DeadlineClock.Count(deadline.Terms(pauses[deadline.Id]), calendar);
            var was = DeadlineState.Of(deadline);
            var why = counted.DueOn == was.DueOn ? "" : CalendarDifference.Explain(before, calendar, deadline.AnchorOn, was.DueOn, counted.DueOn);
            if (counted.DueOn != was.DueOn) moved.Add(new MovedDeadline(deadline.Id, deadline.CaseNo, deadline.Title, was.DueOn, counted.DueOn, why));
            if (dryRun) continue;
            deadline.Take(counted, calendar.Version);
            if (deadline.Status == DeadlineStatus.Overdue && !deadline.IsPast(change)) deadline.Status = DeadlineStatus.Open;
            DeadlineLadder.Renew(deadline, was.DueOn, calendar, change.On);
            if (deadline.PausedOn is null) DeadlineLadder.Schedule(deadline, calendar);
            else (deadline.NextCheckOn, deadline.NextCheckAt) = (null, null);
            deadline.Revision++;
            if (counted.DueOn == was.DueOn) continue;
            await db.FollowAsync(deadline, cancellationToken);
            audit.Record(change, deadline.Chain, "日历更新，重算时限", deadline.Title, new JsonObject
            {
                ["from"] = was.DueOn.Iso(),
                ["to"] = deadline.DueOn.Iso(),
                ["calendarBefore"] = was.CalendarVersion,
                ["calendarAfter"] = deadline.CalendarVersion,
                ["why"] = why,
            });
            alerts.TellMoved(deadline, db.AddMove(deadline, was, MoveCause.Calendar, why, change), change);
        }
        return moved;
    }
}
