using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Penalties;

/// <summary>
/// 申请法院强制执行 (行政强制法 arts. 53, 54): the party neither paid nor went to law; it was urged and ten working days passed; within three months
/// after the period to sue.
/// </summary>
/// <param name="UrgedOn">The day the demand was served.</param>
public sealed record ApplyToCourt(Guid PenaltyId, DateOnly UrgedOn, DateOnly AppliedOn, string Court);

/// <summary>制作催告书 (行政强制法 art. 54): the fine is overdue; its service is recorded as an act of its own, from which the ten working days run.</summary>
public sealed record DemandPayment(Guid PenaltyId);

/// <summary>法院执行结果: what came of it. Money that came in is recorded as payments.</summary>
/// <param name="Executed">In full; otherwise the court ended the enforcement.</param>
public sealed record RecordEnforcement(Guid PenaltyId, bool Executed, string Result, IReadOnlyList<PaymentReceipt> Receipts);

public sealed class EnforcePenaltyHandler(DbContext db, IAuditTrail audit, Periods periods, RecordPaymentsHandler payments, Deadlines.ClockActs clocks)
{
    public async Task<Result<PenaltyCase>> HandleAsync(ApplyToCourt command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindPenaltyAsync(command.PenaltyId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var penalty = found.Value;
        if (penalty.RequirePayee(change) is { } forbidden) return forbidden;
        if (penalty.RequireStatus(PenaltyStatus.Served) is { } wrong) return wrong;
        if (penalty.PaymentDueOn is not { } due || penalty.PaidFen >= penalty.AmountFen) return Refusal.Conflict("penalties.nothing-owed", penalty.PenaltyNo);
        if (CaseRows.IsBlank(command.Court)) return Refusal.Invalid("penalties.incomplete", "court", "人民法院");
        if (command.AppliedOn > change.On) return Refusal.Invalid("penalties.bad-date", "appliedOn", "申请日期", due, change.On);
        if (command.UrgedOn <= due) return Refusal.Invalid("penalties.urged-early", "urgedOn", due);
        var urgedUntil = await periods.LastDayAsync("fine.urge", command.UrgedOn, penalty.CaseId, cancellationToken);
        if (command.AppliedOn <= urgedUntil) return Refusal.Invalid("penalties.urge-running", "appliedOn", urgedUntil);
        var suitUntil = await periods.LastDayAsync("suit", penalty.ServedOn!.Value, penalty.CaseId, cancellationToken);
        var latest = await periods.LastDayAsync("court.apply", suitUntil, penalty.CaseId, cancellationToken);
        if (command.AppliedOn <= suitUntil || command.AppliedOn > latest) return Refusal.Invalid("penalties.court-period", "appliedOn", suitUntil, latest);
        penalty.UrgedOn = command.UrgedOn;
        penalty.CourtAppliedOn = command.AppliedOn;
        penalty.Court = command.Court;
        penalty.Revision++;
        audit.Record(change, penalty.Chain, "申请法院强制执行", penalty.PenaltyNo, new JsonObject { ["urgedOn"] = command.UrgedOn.Iso(), ["appliedOn"] = command.AppliedOn.Iso(), ["court"] = command.Court });
        return await clocks.HappenedAsync("court.applied", Deadlines.ClockActs.Of(penalty), command.AppliedOn, change, cancellationToken) is { } stuck ? stuck : penalty;
    }

    public async Task<Result<PenaltyCase>> HandleAsync(DemandPayment command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindPenaltyAsync(command.PenaltyId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var penalty = found.Value;
        if (penalty.RequirePayee(change) is { } forbidden) return forbidden;
        if (penalty.RequireStatus(PenaltyStatus.Served) is { } wrong) return wrong;
        if (!penalty.IsOwed(change.On)) return Refusal.Conflict("penalties.not-overdue", penalty.PenaltyNo, penalty.PaymentDueOn ?? change.On);
        audit.Record(change, penalty.Chain, "制作催告书", penalty.PenaltyNo, new JsonObject { ["owedFen"] = penalty.AmountFen - penalty.PaidFen, ["dueOn"] = penalty.PaymentDueOn!.Value.Iso() });
        return penalty;
    }

    public async Task<Result<PenaltyCase>> HandleAsync(RecordEnforcement command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindPenaltyAsync(command.PenaltyId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        if (found.Value.CourtAppliedOn is null) return Refusal.Conflict("penalties.no-court", found.Value.PenaltyNo);
        if (CaseRows.IsBlank(command.Result)) return Refusal.Invalid("penalties.incomplete", "result", "执行结果");
        var recorded = await payments.HandleAsync(new RecordPayments(command.PenaltyId, command.Receipts, InFull: false), change, cancellationToken);
        if (recorded.Refusal is { } no) return no;
        var penalty = recorded.Value;
        if (command.Executed && penalty.PaidFen < penalty.AmountFen) return Refusal.Conflict("penalties.not-paid", PenaltyWords.Yuan(penalty.PaidFen), PenaltyWords.Yuan(penalty.AmountFen));
        penalty.CourtResult = command.Result;
        penalty.Revision++;
        audit.Record(change, penalty.Chain, "登记法院执行结果", penalty.PenaltyNo, new JsonObject { ["executed"] = command.Executed, ["result"] = command.Result });
        return penalty;
    }
}
