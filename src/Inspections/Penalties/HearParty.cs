using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Penalties;

/// <summary>The party was told what is proposed, why, and its rights (行政处罚法 art. 44). From this day its periods count.</summary>
public sealed record ServeNotice(Guid PenaltyId, DateOnly ServedOn, string How, string To);

/// <summary>陈述申辩 (art. 45): what the party said and the answer to it, or that it waived.</summary>
/// <param name="Waived">Nothing was said: after the period, or before its end with <paramref name="WrittenWaiver"/>.</param>
/// <param name="Review">复核意见: whether facts and reasons hold; mandatory when something was said.</param>
public sealed record RecordStatement(Guid PenaltyId, bool Waived, bool WrittenWaiver = false, string? Text = null, string? Review = null);

/// <summary>听证 (arts. 63–65): asked for within five working days, held with seven whole working days' notice by somebody who did not investigate.</summary>
public sealed record RecordHearing(Guid PenaltyId, DateOnly RequestedOn, DateOnly NotifiedOn, DateOnly HeldOn, string PresiderNumber, string Report);

/// <summary>The five working days have passed and no hearing was asked for.</summary>
public sealed record RecordNoHearing(Guid PenaltyId);

public sealed class ServeNoticeHandler(DbContext db, IAuditTrail audit, Periods periods)
{
    public async Task<Result<PenaltyCase>> HandleAsync(ServeNotice command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindPenaltyAsync(command.PenaltyId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var penalty = found.Value;
        if (penalty.RequireCaseOfficer(change) is { } forbidden) return forbidden;
        if (penalty.RequireStatus(PenaltyStatus.Proposed) is { } wrong) return wrong;
        if (command.ServedOn < penalty.InvestigatedOn || command.ServedOn > change.On) return Refusal.Invalid("penalties.bad-date", "noticeOn", "告知书送达日期", penalty.InvestigatedOn!.Value, change.On);
        if (CaseRows.IsBlank(command.How)) return Refusal.Invalid("penalties.incomplete", "noticeHow", "送达方式");
        if (CaseRows.IsBlank(command.To)) return Refusal.Invalid("penalties.incomplete", "noticeTo", "受送达人");
        penalty.Status = PenaltyStatus.Noticed;
        penalty.NoticeOn = command.ServedOn;
        penalty.NoticeHow = command.How;
        penalty.NoticeTo = command.To;
        penalty.StatementUntil = await periods.LastDayAsync("plead", command.ServedOn, penalty.CaseId, cancellationToken);
        penalty.HearingUntil = penalty.HearingEligible ? await periods.LastDayAsync("hearing.request", command.ServedOn, penalty.CaseId, cancellationToken) : null;
        penalty.Revision++;
        audit.Record(change, penalty.Chain, "送达处罚告知书", penalty.PenaltyNo, new JsonObject { ["on"] = command.ServedOn.Iso(), ["how"] = command.How, ["to"] = command.To });
        return penalty;
    }
}

public sealed class RecordStatementHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<PenaltyCase>> HandleAsync(RecordStatement command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindPenaltyAsync(command.PenaltyId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var penalty = found.Value;
        if (penalty.RequireCaseOfficer(change) is { } forbidden) return forbidden;
        if (penalty.RequireStatus(PenaltyStatus.Noticed) is { } wrong) return wrong;
        if (command.Waived)
        {
            if (!command.WrittenWaiver && change.On <= penalty.StatementUntil) return Refusal.Conflict("penalties.statement-running", penalty.PenaltyNo, penalty.StatementUntil!.Value);
        }
        else
        {
            if (CaseRows.IsBlank(command.Text)) return Refusal.Invalid("penalties.incomplete", "statement", "陈述申辩内容");
            if (CaseRows.IsBlank(command.Review)) return Refusal.Invalid("penalties.incomplete", "review", "复核意见");
        }
        penalty.StatementWaived = command.Waived;
        penalty.StatementText = command.Waived ? command.WrittenWaiver ? "当事人书面放弃陈述、申辩" : "当事人逾期未陈述、申辩" : command.Text;
        penalty.StatementReview = command.Waived ? null : command.Review;
        penalty.Revision++;
        audit.Record(change, penalty.Chain, command.Waived ? "放弃陈述申辩" : "听取陈述申辩", penalty.PenaltyNo, new JsonObject { ["text"] = penalty.StatementText, ["review"] = penalty.StatementReview });
        return penalty;
    }
}

public sealed class RecordHearingHandler(DbContext db, IAuditTrail audit, Periods periods)
{
    public async Task<Result<PenaltyCase>> HandleAsync(RecordHearing command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindPenaltyAsync(command.PenaltyId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var penalty = found.Value;
        if (penalty.RequireCaseOfficer(change) is { } forbidden) return forbidden;
        if (penalty.RequireStatus(PenaltyStatus.Noticed) is { } wrong) return wrong;
        if (penalty.HearingUntil is not { } until) return Refusal.Conflict("penalties.no-hearing-right", penalty.PenaltyNo);
        if (command.RequestedOn < penalty.NoticeOn || command.RequestedOn > until) return Refusal.Invalid("penalties.bad-date", "requestedOn", "要求听证日期", penalty.NoticeOn!.Value, until);
        if (command.HeldOn > change.On) return Refusal.Invalid("penalties.bad-date", "heldOn", "听证日期", command.RequestedOn, change.On);
        var latest = await periods.LastDayAsync("hearing.notify", command.HeldOn, penalty.CaseId, cancellationToken);
        if (command.NotifiedOn < command.RequestedOn || command.NotifiedOn > latest) return Refusal.Invalid("penalties.hearing-notice", "notifiedOn", command.HeldOn, latest);
        if (await db.Set<Officer>().FindAsync([command.PresiderNumber], cancellationToken) is not { } presider) return Refusal.Invalid("penalties.unknown-officer", "presider", command.PresiderNumber);
        if (penalty.Officers.Contains(presider.Number)) return Refusal.Invalid("penalties.presider-investigated", "presider", presider.Name);
        if (CaseRows.IsBlank(command.Report)) return Refusal.Invalid("penalties.incomplete", "report", "听证报告");
        penalty.HearingRequested = true;
        penalty.HearingRequestedOn = command.RequestedOn;
        penalty.HearingNotifiedOn = command.NotifiedOn;
        penalty.HearingHeldOn = command.HeldOn;
        penalty.HearingPresider = presider.Name;
        penalty.HearingReport = command.Report;
        penalty.Revision++;
        audit.Record(change, penalty.Chain, "举行听证", penalty.PenaltyNo, new JsonObject { ["notifiedOn"] = command.NotifiedOn.Iso(), ["heldOn"] = command.HeldOn.Iso(), ["latest"] = latest.Iso(), ["presider"] = presider.Name });
        return penalty;
    }
}

public sealed class RecordNoHearingHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<PenaltyCase>> HandleAsync(RecordNoHearing command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindPenaltyAsync(command.PenaltyId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var penalty = found.Value;
        if (penalty.RequireCaseOfficer(change) is { } forbidden) return forbidden;
        if (penalty.RequireStatus(PenaltyStatus.Noticed) is { } wrong) return wrong;
        if (penalty.HearingUntil is { } until && change.On <= until) return Refusal.Conflict("penalties.hearing-running", penalty.PenaltyNo, until);
        penalty.HearingRequested = false;
        penalty.Revision++;
        audit.Record(change, penalty.Chain, "逾期未要求听证", penalty.PenaltyNo);
        return penalty;
    }
}
