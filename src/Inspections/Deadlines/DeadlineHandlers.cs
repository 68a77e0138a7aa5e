using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Deadlines;

/// <summary>Starts a clock.</summary>
/// <param name="Profile">应急, 城管 or 市监: chooses between rules of one key.</param>
/// <param name="ExplicitDueOn">The last day named in the document; required by rules of unit <c>date</c>.</param>
/// <param name="SubjectName">What the alert names beside the rule: the inspectee's or campaign's name.</param>
/// <param name="Chain">Audit chain; default <c>case/&lt;CaseNo&gt;</c>.</param>
public sealed record OpenDeadline(
    string RuleKey, string CaseNo, string SubjectKind, Guid SubjectId, DateOnly AnchorOn, string OwnerRole,
    Guid? OwnerId = null, string? OwnerName = null, string? Section = null, DateOnly? ExplicitDueOn = null, string? SubjectName = null,
    Guid? InstanceId = null, Guid? WorkItemId = null, string Profile = "应急", string? Chain = null);

public sealed class OpenDeadlineHandler(DbContext db, IAuditTrail audit, CalendarSource calendars, DeadlineRuleSource rules)
{
    public async Task<Result<Deadline>> HandleAsync(OpenDeadline command, ChangeContext change, CancellationToken cancellationToken)
    {
        var rule = (await rules.CurrentAsync(cancellationToken)).Find(command.RuleKey, command.Profile, command.AnchorOn);
        if (rule is null) return Refusal.Invalid("deadlines.unknown-rule", nameof(command.RuleKey), command.RuleKey);
        if (rule.Amount is null && command.ExplicitDueOn is null) return Refusal.Invalid("deadlines.date-needed", nameof(command.ExplicitDueOn), rule.Name);
        if (rule.Direction == DeadlineDirection.After && command.ExplicitDueOn < command.AnchorOn)
            return Refusal.Invalid("deadlines.due-before-start", nameof(command.ExplicitDueOn), command.ExplicitDueOn!.Value.Iso(), command.AnchorOn.Iso());
        if (command.RuleKey == "major.term" && command.ExplicitDueOn > command.AnchorOn.AddDays(rule.Amount!.Value))
            return Refusal.Invalid("deadlines.term-too-long", nameof(command.ExplicitDueOn), rule.Amount.Value, command.AnchorOn.AddDays(rule.Amount.Value).Iso());

        var calendar = await calendars.CurrentAsync(cancellationToken);
        var title = command.SubjectName is null ? rule.Name : $"{rule.Name}：{command.SubjectName}";
        var deadline = new Deadline
        {
            Id = Ids.New(change),
            RuleKey = rule.Key,
            Citation = rule.Citation,
            CaseNo = command.CaseNo,
            SubjectKind = command.SubjectKind,
            SubjectId = command.SubjectId,
            InstanceId = command.InstanceId,
            WorkItemId = command.WorkItemId,
            Title = title.Length > Deadline.TitleMaxLength ? title[..Deadline.TitleMaxLength] : title,
            Anchor = rule.Anchor,
            AnchorOn = command.AnchorOn,
            Amount = rule.Amount,
            Unit = rule.Unit,
            Direction = rule.Direction,
            Rollover = rule.Rollover,
            IsWindow = rule.Window,
            Rungs = rule.Rungs is null ? null : DeadlineRungs.Write(rule.Rungs),
            ExplicitDueOn = command.ExplicitDueOn,
            Chain = command.Chain ?? $"case/{command.CaseNo}",
            OpenedOn = change.On,
            RoundOn = change.On,
            CalendarVersion = calendar.Version,
            Explanation = "",
            ExplanationJson = "{}",
            OwnerRole = command.OwnerRole,
            OwnerId = command.OwnerId,
            OwnerName = command.OwnerName,
            Section = command.Section,
        };
        deadline.Take(DeadlineClock.Count(deadline.Terms([]), calendar), calendar.Version);
        deadline.NextCheckOn = DeadlineLadder.NextCheck(deadline, calendar, []);
        db.Add(deadline);
        audit.Record(change, deadline.Chain, "启动办理时限", deadline.Title,
            new JsonObject { ["rule"] = rule.Key, ["anchorOn"] = deadline.AnchorOn.Iso(), ["dueOn"] = deadline.DueOn.Iso(), ["explanation"] = deadline.Explanation });
        return deadline;
    }
}

/// <summary>The thing was done; on the day given or today.</summary>
public sealed record MeetDeadline(Guid DeadlineId, DateOnly? MetOn = null);

public sealed class MeetDeadlineHandler(DbContext db, IAuditTrail audit)
{
    /// <summary>A deadline already met stays as it was.</summary>
    public async Task<Result<Deadline>> HandleAsync(MeetDeadline command, ChangeContext change, CancellationToken cancellationToken)
    {
        var deadline = await db.Set<Deadline>().FindAsync([command.DeadlineId], cancellationToken);
        if (deadline is null) return Refusal.NotFound("deadlines.not-found");
        if (deadline.Status == DeadlineStatus.Met) return deadline;
        if (deadline.Status == DeadlineStatus.Cancelled) return Refusal.Conflict("deadlines.closed", deadline.Title);
        deadline.Status = DeadlineStatus.Met;
        deadline.MetOn = command.MetOn ?? change.On;
        deadline.NextCheckOn = null;
        deadline.Revision++;
        audit.Record(change, deadline.Chain, "办结时限事项", deadline.Title,
            new JsonObject { ["dueOn"] = deadline.DueOn.Iso(), ["metOn"] = deadline.MetOn.Value.Iso(), ["late"] = deadline.MetOn > deadline.DueOn });
        return deadline;
    }
}

/// <summary>The clock no longer matters: the case ended, the step was withdrawn.</summary>
public sealed record CancelDeadline(Guid DeadlineId, string Reason);

public sealed class CancelDeadlineHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<Deadline>> HandleAsync(CancelDeadline command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(command.Reason)) return Refusal.Invalid("deadlines.reason-needed", nameof(command.Reason));
        var deadline = await db.Set<Deadline>().FindAsync([command.DeadlineId], cancellationToken);
        if (deadline is null) return Refusal.NotFound("deadlines.not-found");
        if (deadline.Status == DeadlineStatus.Cancelled) return deadline;
        if (!deadline.IsRunning) return Refusal.Conflict("deadlines.closed", deadline.Title);
        deadline.Status = DeadlineStatus.Cancelled;
        deadline.ClosedReason = command.Reason;
        deadline.NextCheckOn = null;
        deadline.Revision++;
        audit.Record(change, deadline.Chain, "取消办理时限", deadline.Title, new JsonObject { ["reason"] = command.Reason });
        return deadline;
    }
}

/// <summary>延长: a leader grants a later last day. The ladder of reminders starts anew before it.</summary>
public sealed record ExtendDeadline(Guid DeadlineId, DateOnly NewDueOn, string Reason);

public sealed class ExtendDeadlineHandler(DbContext db, IAuditTrail audit, CalendarSource calendars)
{
    public async Task<Result<Deadline>> HandleAsync(ExtendDeadline command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(command.Reason)) return Refusal.Invalid("deadlines.reason-needed", nameof(command.Reason));
        var deadline = await db.Set<Deadline>().FindAsync([command.DeadlineId], cancellationToken);
        if (deadline is null) return Refusal.NotFound("deadlines.not-found");
        if (DeadlineApproval.Check(deadline, change.By) is { } refusal) return refusal;
        if (deadline.PausedOn is not null) return Refusal.Conflict("deadlines.paused", deadline.Title);
        if (command.NewDueOn <= deadline.DueOn) return Refusal.Invalid("deadlines.not-later", nameof(command.NewDueOn), deadline.DueOn.Iso());

        var before = deadline.DueOn;
        deadline.ExplicitDueOn = command.NewDueOn;
        foreach (var pause in await db.PausesAsync(deadline.Id, cancellationToken)) pause.Counts = false;
        var calendar = await calendars.CurrentAsync(cancellationToken);
        deadline.Take(DeadlineClock.Count(deadline.Terms([]), calendar), calendar.Version);
        if (deadline.DueOn >= change.On) deadline.Status = DeadlineStatus.Open;
        (deadline.Round, deadline.RoundOn) = (deadline.Round + 1, change.On);
        deadline.NextCheckOn = DeadlineLadder.NextCheck(deadline, calendar, []);
        deadline.Revision++;
        await db.FollowAsync(deadline, cancellationToken);
        audit.Record(change, deadline.Chain, "批准延长时限", deadline.Title,
            new JsonObject { ["from"] = before.Iso(), ["to"] = deadline.DueOn.Iso(), ["reason"] = command.Reason });
        return deadline;
    }
}

/// <summary>中止: stops the clock for a legal reason (鉴定、听证、公告送达、等待其他机关、不可抗力) with its document.</summary>
public sealed record PauseDeadline(Guid DeadlineId, string Reason, string Document);

public sealed class PauseDeadlineHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<Deadline>> HandleAsync(PauseDeadline command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(command.Reason)) return Refusal.Invalid("deadlines.reason-needed", nameof(command.Reason));
        if (string.IsNullOrWhiteSpace(command.Document)) return Refusal.Invalid("deadlines.document-needed", nameof(command.Document));
        var deadline = await db.Set<Deadline>().FindAsync([command.DeadlineId], cancellationToken);
        if (deadline is null) return Refusal.NotFound("deadlines.not-found");
        if (DeadlineApproval.Check(deadline, change.By) is { } refusal) return refusal;
        if (deadline.PausedOn is not null) return Refusal.Conflict("deadlines.paused", deadline.Title);
        // What was overdue before it stopped stays overdue: a pause heals nothing.
        if (change.On > deadline.DueOn) return Refusal.Conflict("deadlines.overdue", deadline.Title, deadline.DueOn.Iso());
        deadline.PausedOn = change.On;
        deadline.NextCheckOn = null;
        deadline.Revision++;
        db.Add(new DeadlinePause
        {
            Id = Ids.New(change),
            DeadlineId = deadline.Id,
            PausedOn = change.On,
            Reason = command.Reason,
            Document = command.Document,
            ApprovedByName = change.By.Name,
        });
        audit.Record(change, deadline.Chain, "中止办理时限", deadline.Title, new JsonObject { ["reason"] = command.Reason, ["document"] = command.Document });
        return deadline;
    }
}

/// <summary>恢复: the clock goes on; the days between do not count.</summary>
public sealed record ResumeDeadline(Guid DeadlineId);

public sealed class ResumeDeadlineHandler(DbContext db, IAuditTrail audit, CalendarSource calendars)
{
    public async Task<Result<Deadline>> HandleAsync(ResumeDeadline command, ChangeContext change, CancellationToken cancellationToken)
    {
        var deadline = await db.Set<Deadline>().FindAsync([command.DeadlineId], cancellationToken);
        if (deadline is null) return Refusal.NotFound("deadlines.not-found");
        if (DeadlineApproval.Check(deadline, change.By) is { } refusal) return refusal;
        if (deadline.PausedOn is null) return Refusal.Conflict("deadlines.not-paused", deadline.Title);
        var pauses = await db.PausesAsync(deadline.Id, cancellationToken);
        pauses.Single(p => p.ResumedOn is null).ResumedOn = change.On;
        deadline.PausedOn = null;
        var before = deadline.DueOn;
        var calendar = await calendars.CurrentAsync(cancellationToken);
        deadline.Take(DeadlineClock.Count(deadline.Terms(pauses), calendar), calendar.Version);
        var fired = await db.Set<FiredRung>().Where(r => r.DeadlineId == deadline.Id && r.Round == deadline.Round).Select(r => r.Rung).ToListAsync(cancellationToken);
        deadline.NextCheckOn = DeadlineLadder.NextCheck(deadline, calendar, fired);
        deadline.Revision++;
        await db.FollowAsync(deadline, cancellationToken);
        audit.Record(change, deadline.Chain, "恢复办理时限", deadline.Title, new JsonObject { ["from"] = before.Iso(), ["to"] = deadline.DueOn.Iso() });
        return deadline;
    }
}

/// <summary>Counts every running deadline again after the calendar changed; says what moved and tells each owner once.</summary>
public sealed class DeadlineRecount(DbContext db, IAuditTrail audit, Alerts.AlertDesk alerts)
{
    public async Task<IReadOnlyList<MovedDeadline>> RunAsync(IWorkingCalendar calendar, bool dryRun, ChangeContext change, CancellationToken cancellationToken)
    {
        var open = await db.Set<Deadline>().Where(d => d.Status == DeadlineStatus.Open || d.Status == DeadlineStatus.Overdue).OrderBy(d => d.Id).ToListAsync(cancellationToken);
        var ids = open.Select(d => d.Id).ToList();
        var pauses = (await db.Set<DeadlinePause>().Where(p => ids.Contains(p.DeadlineId)).ToListAsync(cancellationToken)).ToLookup(p => p.DeadlineId);
        var fired = (await db.Set<FiredRung>().Where(r => ids.Contains(r.DeadlineId)).ToListAsync(cancellationToken)).ToLookup(r => (r.DeadlineId, r.Round), r => r.Rung);
        var moved = new List<MovedDeadline>();
        foreach (var deadline in open)
        {
            var counted = DeadlineClock.Count(deadline.Terms(pauses[deadline.Id]), calendar);
            var before = deadline.DueOn;
            if (counted.DueOn != before) moved.Add(new MovedDeadline(deadline.Id, deadline.CaseNo, deadline.Title, before, counted.DueOn));
            if (dryRun) continue;
            deadline.Take(counted, calendar.Version);
            if (deadline.Status == DeadlineStatus.Overdue && deadline.DueOn >= change.On) deadline.Status = DeadlineStatus.Open;
            deadline.NextCheckOn = deadline.PausedOn is null ? DeadlineLadder.NextCheck(deadline, calendar, fired[(deadline.Id, deadline.Round)]) : null;
            deadline.Revision++;
            if (counted.DueOn == before) continue;
            await db.FollowAsync(deadline, cancellationToken);
            audit.Record(change, deadline.Chain, "日历更新，重算时限", deadline.Title, new JsonObject { ["from"] = before.Iso(), ["to"] = deadline.DueOn.Iso() });
            alerts.TellMoved(deadline, before, change);
        }
        return moved;
    }
}

/// <summary>Who may extend, pause and resume (law 8): a leader, and never the person whose clock it is.</summary>
internal static class DeadlineApproval
{
    public static Refusal? Check(Deadline deadline, Actor by)
    {
        if (!by.IsAny(Roles.SectionHead, Roles.DeputyDirector, Roles.Director)) return Refusal.Forbidden("deadlines.leader-needed", deadline.Title);
        if (deadline.OwnerId is { } owner && owner == by.Id) return Refusal.Forbidden("deadlines.own-clock", deadline.Title);
        return deadline.IsRunning ? null : Refusal.Conflict("deadlines.closed", deadline.Title);
    }
}

internal static class DeadlineRows
{
    /// <summary>The open work items that carry the clock show its new last day.</summary>
    public static async Task FollowAsync(this DbContext db, Deadline deadline, CancellationToken cancellationToken)
    {
        foreach (var item in await db.Set<WorkItem>().Where(i => i.DeadlineId == deadline.Id && i.Status == WorkItemStatus.Open).ToListAsync(cancellationToken))
            item.DueOn = deadline.DueOn;
    }

    public static Task<List<DeadlinePause>> PausesAsync(this DbContext db, Guid deadlineId, CancellationToken cancellationToken)
        => db.Set<DeadlinePause>().Where(p => p.DeadlineId == deadlineId).OrderBy(p => p.PausedOn).ToListAsync(cancellationToken);
}
