using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Deadlines;

/// <summary>Starts a clock.</summary>
/// <param name="Profile">应急, 城管 or 市监: chooses between rules of one key. Null: as the subject's campaign or the office has it (<see cref="DeadlineProfiles"/>).</param>
/// <param name="ExplicitDueOn">The last day named in the document; required by rules of unit <c>date</c>.</param>
/// <param name="SubjectName">What the alert names beside the rule: the inspectee's or campaign's name.</param>
/// <param name="AnchorEvent">Which of the rule's events the day is of; null: the first.</param>
/// <param name="AnchorAt">For rules of hours: the moment of the event, UTC; null: now, for an event of today.</param>
/// <param name="Chain">Audit chain; default <c>case/&lt;CaseNo&gt;</c>.</param>
public sealed record OpenDeadline(
    string RuleKey, string CaseNo, string SubjectKind, Guid SubjectId, DateOnly AnchorOn, string OwnerRole,
    Guid? OwnerId = null, string? OwnerName = null, string? Section = null, DateOnly? ExplicitDueOn = null, string? SubjectName = null,
    Guid? InstanceId = null, Guid? WorkItemId = null, string? Profile = null, string? Chain = null, string? AnchorEvent = null, DateTime? AnchorAt = null);

public sealed class OpenDeadlineHandler(DbContext db, IAuditTrail audit, CalendarSource calendars, DeadlineRuleSource rules, DeadlineProfiles profiles)
{
    public async Task<Result<Deadline>> HandleAsync(OpenDeadline command, ChangeContext change, CancellationToken cancellationToken)
    {
        var current = await rules.CurrentAsync(cancellationToken);
        var profile = command.Profile ?? (current.DependsOnProfile(command.RuleKey) ? await profiles.OfAsync(command.SubjectId, command.AnchorOn, cancellationToken) : "*");
        var rule = current.Find(command.RuleKey, profile, command.AnchorOn);
        if (rule is null) return Refusal.Invalid("deadlines.unknown-rule", nameof(command.RuleKey), command.RuleKey);
        var explicitDueOn = command.ExplicitDueOn ?? rule.FixedDay(command.AnchorOn);
        if (rule.Amount is null && explicitDueOn is null) return Refusal.Invalid("deadlines.date-needed", nameof(command.ExplicitDueOn), rule.Name);
        if (rule.Direction == DeadlineDirection.After && command.ExplicitDueOn < command.AnchorOn)
            return Refusal.Invalid("deadlines.due-before-start", nameof(command.ExplicitDueOn), command.ExplicitDueOn!.Value, command.AnchorOn);
        var anchorAt = rule.Unit == DeadlineUnit.Hours ? command.AnchorAt ?? (command.AnchorOn == change.On ? change.At : null) : null;
        if (rule.Unit == DeadlineUnit.Hours && anchorAt is null) return Refusal.Invalid("deadlines.hour-needed", nameof(command.AnchorAt), rule.Name, rule.Anchor);
        var calendar = await calendars.CurrentAsync(cancellationToken);
        // The notice may name an earlier day than the longest term, never a later one.
        if (command.RuleKey == "major.term" && explicitDueOn is { } term
            && DeadlineClock.Count(new DeadlineTerms(command.AnchorOn, rule.Anchor, rule.Amount, rule.Unit, rule.Direction, rule.Rollover, null, []), calendar).DueOn is var limit && term > limit)
            return Refusal.Invalid("deadlines.term-too-long", nameof(command.ExplicitDueOn), rule.Amount!.Value, limit);

        var title = command.SubjectName is null ? rule.Name : $"{rule.Name}：{command.SubjectName}";
        var deadline = new Deadline
        {
            Id = Ids.New(change),
            RuleKey = rule.Key,
            Profile = rule.Profile,
            Citation = rule.Citation,
            CaseNo = command.CaseNo,
            SubjectKind = command.SubjectKind,
            SubjectId = command.SubjectId,
            InstanceId = command.InstanceId,
            WorkItemId = command.WorkItemId,
            Title = title.Length > Deadline.TitleMaxLength ? title[..Deadline.TitleMaxLength] : title,
            Anchor = rule.Anchors is { } events ? events.FirstOrDefault(e => e == command.AnchorEvent) ?? events[0] : rule.Anchor,
            AnchorOn = command.AnchorOn,
            AnchorAt = anchorAt,
            AnchorChoice = rule.AnchorChoice,
            Amount = rule.Amount,
            Unit = rule.Unit,
            Direction = rule.Direction,
            Rollover = rule.Rollover,
            IsWindow = rule.Window,
            Rungs = current.RungsOf(rule),
            ExplicitDueOn = explicitDueOn,
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
        DeadlineLadder.Schedule(deadline, calendar);
        db.Add(deadline);
        db.Add(new DeadlineFact { Id = Ids.New(change), DeadlineId = deadline.Id, Event = deadline.Anchor, On = deadline.AnchorOn, RecordedByName = change.By.Name, RecordedAt = change.At });
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
        (deadline.NextCheckOn, deadline.NextCheckAt) = (null, null);
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
        (deadline.NextCheckOn, deadline.NextCheckAt) = (null, null);
        deadline.Revision++;
        audit.Record(change, deadline.Chain, "取消办理时限", deadline.Title, new JsonObject { ["reason"] = command.Reason });
        return deadline;
    }
}

/// <summary>延长: a leader grants a later last day, as far and as often as the rule allows. The ladder of reminders starts anew before it.</summary>
/// <param name="EvidenceSha256">The paper it rests on, recorded as evidence of the case.</param>
/// <param name="Document">Number or title of that paper. Both are needed where the rule names one (<see cref="ExtensionTerms.Document"/>).</param>
public sealed record ExtendDeadline(Guid DeadlineId, DateOnly NewDueOn, string Reason, string? EvidenceSha256 = null, string? Document = null);

public sealed class ExtendDeadlineHandler(DbContext db, CalendarSource calendars, DeadlineRuleSource rules, DeadlineMoving moving)
{
    public async Task<Result<Deadline>> HandleAsync(ExtendDeadline command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (DeadlineWords.CheckReason(command.Reason) is { } unsaid) return unsaid;
        var deadline = await db.Set<Deadline>().FindAsync([command.DeadlineId], cancellationToken);
        if (deadline is null) return Refusal.NotFound("deadlines.not-found");
        if (await db.CheckLeaderAsync(deadline, change.By, cancellationToken) is { } refusal) return refusal;
        var rule = (await rules.CurrentAsync(cancellationToken)).TermsOf(deadline);
        if (rule?.MovedBy is { } procedure) return Refusal.Conflict("deadlines.extend-elsewhere", deadline.Title, procedure);
        if (rule?.Extension is not { } terms) return Refusal.Conflict("deadlines.no-extension", deadline.Title, deadline.Citation);
        if (!terms.By.Any(change.By.Is)) return Refusal.Forbidden("deadlines.extend-by", deadline.Title, string.Join('、', terms.By.Select(r => Roles.Find(r)?.Name ?? r)));
        if (deadline.PausedOn is not null) return Refusal.Conflict("deadlines.paused", deadline.Title);
        if (deadline.Extensions >= terms.Times) return Refusal.Conflict("deadlines.extended-enough", deadline.Title, terms.Times);
        if (command.NewDueOn <= deadline.DueOn) return Refusal.Invalid("deadlines.not-later", nameof(command.NewDueOn), deadline.DueOn);
        var calendar = await calendars.CurrentAsync(cancellationToken);
        var latest = LatestOf(terms, deadline, calendar);
        if (command.NewDueOn > latest) return Refusal.Invalid("deadlines.too-far", nameof(command.NewDueOn), terms.Amount, DeadlineClock.UnitWord(terms.Unit), latest);
        if (await CheckPaperAsync(terms, deadline, command, cancellationToken) is { } unwritten) return unwritten;
        if (await db.CheckProofAsync(deadline, command.EvidenceSha256, cancellationToken) is { } unproved) return unproved;
        var reason = string.IsNullOrWhiteSpace(command.Document) ? command.Reason : $"{command.Reason.Trim()}（{command.Document.Trim()}）";
        await moving.ExtendAsync(deadline, command.NewDueOn, reason, calendar, change, cancellationToken, command.EvidenceSha256);
        return deadline;
    }

    /// <summary>Where the law asks for written approval, the leader's press of a button is none: the paper's number and the paper itself are needed.</summary>
    private async Task<Refusal?> CheckPaperAsync(ExtensionTerms terms, Deadline deadline, ExtendDeadline command, CancellationToken cancellationToken)
    {
        if (command.Document?.Trim().Length > DeadlineWords.DocumentMaxLength) return Refusal.Invalid("deadlines.words-too-long", nameof(command.Document), DeadlineWords.DocumentMaxLength);
        if (terms.Document is not { } paper) return null;
        if (string.IsNullOrWhiteSpace(command.Document)) return Refusal.Invalid("deadlines.extension-paper", nameof(command.Document), deadline.Title, terms.Basis ?? deadline.Citation, paper);
        // A clock of no case has no file to lay it into.
        return command.EvidenceSha256 is null && await db.CaseOfAsync(deadline, cancellationToken) is not null ? Refusal.Invalid("deadlines.extension-file", nameof(command.EvidenceSha256), paper) : null;
    }

    /// <summary>The last day that may be granted.</summary>
    public static DateOnly LatestOf(ExtensionTerms terms, Deadline deadline, IWorkingCalendar calendar) => LatestOf(terms, deadline.DueOn, deadline.Rollover, calendar);

    internal static DateOnly LatestOf(ExtensionTerms terms, DateOnly dueOn, bool rollover, IWorkingCalendar calendar)
        => DeadlineClock.Count(new DeadlineTerms(dueOn, "", terms.Amount, terms.Unit, DeadlineDirection.After, rollover, null, []), calendar).DueOn;
}

/// <summary>中止: stops the clock for a legal reason with its document; from today, or from a day that lies behind when it was told late.</summary>
/// <param name="Reason">One of <see cref="DeadlinePause.Reasons"/>.</param>
/// <param name="From">The day it stopped; it counts itself. Null: today.</param>
/// <param name="Until">The last day that does not count, when it is over already. Null: until it is resumed.</param>
public sealed record PauseDeadline(Guid DeadlineId, string Reason, string Document, DateOnly? From = null, DateOnly? Until = null, string? EvidenceSha256 = null);

public sealed class PauseDeadlineHandler(DbContext db, IAuditTrail audit, CalendarSource calendars, DeadlineRuleSource rules, DeadlineMoving moving)
{
    public async Task<Result<Deadline>> HandleAsync(PauseDeadline command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(command.Reason)) return Refusal.Invalid("deadlines.reason-needed", nameof(command.Reason));
        if (!DeadlinePause.Reasons.Contains(command.Reason)) return Refusal.Invalid("deadlines.pause-reason", nameof(command.Reason), command.Reason, string.Join('、', DeadlinePause.Reasons));
        if (DeadlineWords.CheckDocument(command.Document) is { } undocumented) return undocumented;
        var deadline = await db.Set<Deadline>().FindAsync([command.DeadlineId], cancellationToken);
        if (deadline is null) return Refusal.NotFound("deadlines.not-found");
        if (await db.CheckLeaderAsync(deadline, change.By, cancellationToken) is { } refusal) return refusal;
        var allowed = (await rules.CurrentAsync(cancellationToken)).TermsOf(deadline)?.Pauses ?? [];
        if (allowed.Count == 0) return Refusal.Conflict("deadlines.no-pause", deadline.Title, deadline.Citation);
        if (!allowed.Contains(command.Reason)) return Refusal.Invalid("deadlines.pause-reason", nameof(command.Reason), command.Reason, string.Join('、', allowed));
        if (deadline.PausedOn is not null) return Refusal.Conflict("deadlines.paused", deadline.Title);
        var from = command.From ?? change.On;
        if (from > change.On) return Refusal.Invalid("deadlines.pause-ahead", nameof(command.From), change.On);
        if (command.Until is { } end && end < from) return Refusal.Invalid("deadlines.pause-backwards", nameof(command.Until), end, from);
        if (command.Until > change.On) return Refusal.Invalid("deadlines.pause-end-ahead", nameof(command.Until), change.On);
        if (deadline.Direction == DeadlineDirection.After && from < deadline.AnchorOn) return Refusal.Invalid("deadlines.pause-before-start", nameof(command.From), deadline.AnchorOn);
        // What was overdue before it stopped stays overdue: a pause heals nothing.
        if (from > deadline.DueOn) return Refusal.Conflict("deadlines.overdue", deadline.Title, deadline.DueOn);
        var pauses = await db.PausesAsync(deadline.Id, cancellationToken);
        if (pauses.FirstOrDefault(p => from < p.ResumedOn && (command.Until ?? DateOnly.MaxValue) > p.PausedOn) is { } other)
            return Refusal.Conflict("deadlines.pause-overlaps", other.PausedOn, other.ResumedOn!.Value, other.Reason);

        if (await db.CheckProofAsync(deadline, command.EvidenceSha256, cancellationToken) is { } unproved) return unproved;
        var pause = new DeadlinePause
        {
            Id = Ids.New(change),
            DeadlineId = deadline.Id,
            PausedOn = from,
            ResumedOn = command.Until,
            Reason = command.Reason,
            Document = command.Document.Trim(),
            EvidenceSha256 = command.EvidenceSha256,
            ApprovedByName = change.By.Name,
        };
        db.Add(pause);
        audit.Record(change, deadline.Chain, command.Until is null ? "中止办理时限" : "补记中止", deadline.Title,
            new JsonObject { ["reason"] = pause.Reason, ["document"] = pause.Document, ["from"] = from.Iso(), ["until"] = command.Until?.Iso(), ["evidence"] = pause.EvidenceSha256 });
        if (command.Until is not null)
        {
            await moving.RecountAsync(deadline, [.. pauses, pause], await calendars.CurrentAsync(cancellationToken), MoveCause.Paused, $"补记中止（{pause.Reason}，{pause.Document}）", change, cancellationToken);
            return deadline;
        }
        deadline.PausedOn = from;
        (deadline.NextCheckOn, deadline.NextCheckAt) = (null, null);
        if (deadline.Status == DeadlineStatus.Overdue) deadline.Status = DeadlineStatus.Open;
        deadline.Revision++;
        return deadline;
    }
}

/// <summary>恢复: the clock goes on; the days between do not count.</summary>
/// <param name="On">The last day that does not count. Null: today.</param>
public sealed record ResumeDeadline(Guid DeadlineId, DateOnly? On = null);

public sealed class ResumeDeadlineHandler(DbContext db, IAuditTrail audit, CalendarSource calendars, DeadlineMoving moving)
{
    public async Task<Result<Deadline>> HandleAsync(ResumeDeadline command, ChangeContext change, CancellationToken cancellationToken)
    {
        var deadline = await db.Set<Deadline>().FindAsync([command.DeadlineId], cancellationToken);
        if (deadline is null) return Refusal.NotFound("deadlines.not-found");
        if (await db.CheckLeaderAsync(deadline, change.By, cancellationToken) is { } refusal) return refusal;
        if (deadline.PausedOn is not { } since) return Refusal.Conflict("deadlines.not-paused", deadline.Title);
        var on = command.On ?? change.On;
        if (on < since) return Refusal.Invalid("deadlines.pause-backwards", nameof(command.On), on, since);
        if (on > change.On) return Refusal.Invalid("deadlines.pause-end-ahead", nameof(command.On), change.On);
        var pauses = await db.PausesAsync(deadline.Id, cancellationToken);
        var pause = pauses.Single(p => p.ResumedOn is null);
        (pause.ResumedOn, deadline.PausedOn) = (on, null);
        var before = deadline.DueOn;
        await moving.RecountAsync(deadline, pauses, await calendars.CurrentAsync(cancellationToken), MoveCause.Resumed, $"{since.Iso()} 起中止（{pause.Reason}，{pause.Document}），{on.Iso()} 恢复", change, cancellationToken);
        audit.Record(change, deadline.Chain, "恢复办理时限", deadline.Title, new JsonObject { ["from"] = before.Iso(), ["to"] = deadline.DueOn.Iso(), ["on"] = on.Iso() });
        return deadline;
    }
}

/// <summary>补记、更正起算事实: an event the clock counts from, told late or told wrong at first. The last day is counted anew.</summary>
/// <param name="Event">One of the rule's events.</param>
/// <param name="Document">What shows the day: 送达回证, 笔录 …</param>
/// <param name="At">The moment, UTC; for clocks of hours, and on that day.</param>
public sealed record RecordDeadlineFact(Guid DeadlineId, string Event, DateOnly On, string Document, string? EvidenceSha256 = null, DateTime? At = null);

public sealed class RecordDeadlineFactHandler(DbContext db, IAuditTrail audit, CalendarSource calendars, DeadlineMoving moving)
{
    public async Task<Result<Deadline>> HandleAsync(RecordDeadlineFact command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (DeadlineWords.CheckDocument(command.Document) is { } undocumented) return undocumented;
        var deadline = await db.Set<Deadline>().FindAsync([command.DeadlineId], cancellationToken);
        if (deadline is null) return Refusal.NotFound("deadlines.not-found");
        if (await db.CheckLeaderAsync(deadline, change.By, cancellationToken) is { } refusal) return refusal;
        if (deadline.PausedOn is not null) return Refusal.Conflict("deadlines.paused", deadline.Title);
        if (deadline.ExplicitDueOn is { } named) return Refusal.Conflict("deadlines.day-named", deadline.Title, named);
        if (deadline.AnchorAt is not null && command.At is null) return Refusal.Invalid("deadlines.hour-needed", nameof(command.At), deadline.Title, command.Event);
        var at = deadline.AnchorAt is null ? null : command.At;
        var events = EventsOf(deadline);
        if (!events.Contains(command.Event)) return Refusal.Invalid("deadlines.unknown-event", nameof(command.Event), command.Event, string.Join('、', events));
        if (deadline.Direction == DeadlineDirection.After && command.On > change.On) return Refusal.Invalid("deadlines.fact-ahead", nameof(command.On), change.On);
        if (command.On < change.On.AddYears(-MostYears) || command.On > change.On.AddYears(MostYears)) return Refusal.Invalid("deadlines.fact-far", nameof(command.On), MostYears);
        if (await CaseBeginning.CheckAsync(db, deadline.CaseNo, deadline.RuleKey, deadline.Direction, command.On, cancellationToken) is { } tooEarly) return tooEarly;

        var facts = await db.Set<DeadlineFact>().Where(f => f.DeadlineId == deadline.Id && !f.IsReplaced && !f.IsEnd).ToListAsync(cancellationToken);
        if (await db.CheckProofAsync(deadline, command.EvidenceSha256, cancellationToken) is { } unproved) return unproved;
        var old = facts.SingleOrDefault(f => f.Event == command.Event);
        if (old?.On == command.On && (at is null || at == deadline.AnchorAt)) return Refusal.Conflict("deadlines.fact-known", command.Event, command.On);
        if (old is not null) old.IsReplaced = true;
        var fact = new DeadlineFact
        {
            Id = Ids.New(change),
            DeadlineId = deadline.Id,
            Event = command.Event,
            On = command.On,
            Document = command.Document.Trim(),
            EvidenceSha256 = command.EvidenceSha256,
            RecordedByName = change.By.Name,
            RecordedAt = change.At,
        };
        db.Add(fact);
        facts.Add(fact);
        var current = facts.Where(f => !f.IsReplaced).OrderBy(f => f.On).ThenBy(f => f.Event, StringComparer.Ordinal).ToList();
        var chosen = deadline.AnchorChoice == AnchorChoice.Latest ? current[^1] : current[0];
        (deadline.Anchor, deadline.AnchorOn, deadline.AnchorAt) = (chosen.Event, chosen.On, at);
        var why = old is null ? $"补记起算事实“{fact.Event}”{fact.On.Iso()}（{fact.Document}）" : $"起算事实“{fact.Event}”由{old.On.Iso()}更正为{fact.On.Iso()}（{fact.Document}）";
        var before = deadline.DueOn;
        await moving.RecountAsync(deadline, await db.PausesAsync(deadline.Id, cancellationToken), await calendars.CurrentAsync(cancellationToken), MoveCause.Fact, why, change, cancellationToken);
        audit.Record(change, deadline.Chain, "更正起算事实", deadline.Title,
            new JsonObject { ["event"] = fact.Event, ["was"] = old?.On.Iso(), ["on"] = fact.On.Iso(), ["document"] = fact.Document, ["from"] = before.Iso(), ["to"] = deadline.DueOn.Iso() });
        return deadline;
    }

    private const int MostYears = 5;

    /// <summary>The events a clock can count from.</summary>
    public static IReadOnlyList<string> EventsOf(Deadline deadline)
        => deadline.AnchorChoice == AnchorChoice.Only ? [deadline.Anchor] : DeadlineRules.Embedded.All.First(r => r.Key == deadline.RuleKey).Anchors ?? [deadline.Anchor];
}
