using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Penalties;

/// <summary>A receipt of the bank or of the officers.</summary>
public sealed record PaymentReceipt(long AmountFen, DateOnly PaidOn, string ReceiptNo, bool IsSurcharge = false);

/// <summary>登记缴款. A receipt recorded before, with the same amount, changes nothing.</summary>
/// <param name="InFull">The step ends with it: fine and surcharge must be settled.</param>
/// <param name="SurchargeNote">Why less surcharge than counted is collected.</param>
public sealed record RecordPayments(Guid PenaltyId, IReadOnlyList<PaymentReceipt> Receipts, bool InFull = true, string? SurchargeNote = null);

/// <summary>结案: approved by the director.</summary>
/// <param name="Kind"><see cref="ClosingKind.Executed"/>, <see cref="ClosingKind.CourtEnforced"/> or <see cref="ClosingKind.Terminated"/>; the others come with the decision.</param>
public sealed record ClosePenalty(Guid PenaltyId, ClosingKind Kind, string Note);

/// <summary>加处罚款 (行政处罚法 art. 72): three per cent of the fine a day after the last day to pay, never more than the fine.</summary>
public static class Surcharge
{
    /// <param name="paidInTime">Fen paid up to the last day; the surcharge is counted on the rest.</param>
    public static long Of(long fineFen, long paidInTime, DateOnly dueOn, DateOnly paidOn)
    {
        var owed = Math.Max(0, fineFen - paidInTime);
        var days = Math.Max(0, paidOn.DayNumber - dueOn.DayNumber);
        return Math.Min(owed, owed * 3 * days / 100);
    }
}

public sealed class RecordPaymentsHandler(DbContext db, IAuditTrail audit, Deadlines.ClockActs clocks)
{
    public async Task<Result<PenaltyCase>> HandleAsync(RecordPayments command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindPenaltyAsync(command.PenaltyId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var penalty = found.Value;
        if (penalty.RequirePayee(change) is { } forbidden) return forbidden;
        if (penalty.RequireStatus(PenaltyStatus.Served) is { } wrong) return wrong;
        var known = (await db.WithStagedAsync<PenaltyPayment>(p => p.PenaltyId == penalty.Id, cancellationToken)).ToDictionary(p => p.ReceiptNo);
        foreach (var receipt in command.Receipts)
        {
            if (CaseRows.IsBlank(receipt.ReceiptNo)) return Refusal.Invalid("penalties.incomplete", "receipts", "票据号");
            if (receipt.AmountFen <= 0) return Refusal.Invalid("penalties.negative", "receipts");
            if (receipt.PaidOn < penalty.ServedOn || receipt.PaidOn > change.On) return Refusal.Invalid("penalties.bad-date", "receipts", "缴款日期", penalty.ServedOn!.Value, change.On);
            if (known.TryGetValue(receipt.ReceiptNo, out var same))
            {
                if (same.AmountFen != receipt.AmountFen || same.IsSurcharge != receipt.IsSurcharge) return Refusal.Conflict("penalties.receipt-taken", receipt.ReceiptNo);
                continue;
            }
            var row = new PenaltyPayment
            {
                Id = Ids.New(change),
                PenaltyId = penalty.Id,
                AmountFen = receipt.AmountFen,
                IsSurcharge = receipt.IsSurcharge,
                PaidOn = receipt.PaidOn,
                ReceiptNo = receipt.ReceiptNo,
                RecordedByName = change.By.Name,
                RecordedAt = change.At,
            };
            db.Add(row);
            known.Add(row.ReceiptNo, row);
            audit.Record(change, penalty.Chain, receipt.IsSurcharge ? "登记加处罚款" : "登记缴款", penalty.PenaltyNo, new JsonObject { ["receipt"] = receipt.ReceiptNo, ["fen"] = receipt.AmountFen.ToString(CultureInfo.InvariantCulture), ["paidOn"] = receipt.PaidOn.Iso() });
        }
        penalty.PaidFen = known.Values.Where(p => !p.IsSurcharge).Sum(p => p.AmountFen);
        penalty.SurchargeFen = known.Values.Where(p => p.IsSurcharge).Sum(p => p.AmountFen);
        if (penalty.PaidFen > penalty.AmountFen) return Refusal.Invalid("penalties.overpaid", "receipts", PenaltyWords.Yuan(penalty.PaidFen), PenaltyWords.Yuan(penalty.AmountFen));
        if (penalty.SurchargeFen > penalty.AmountFen) return Refusal.Invalid("penalties.surcharge-cap", "receipts", PenaltyWords.Yuan(penalty.AmountFen));
        if (command.InFull && Owed(penalty, [.. known.Values], command.SurchargeNote) is { } owed) return owed;
        penalty.SurchargeNote = command.SurchargeNote ?? penalty.SurchargeNote;
        penalty.Revision++;
        // A penalty on the spot ends with its payment: nobody has to approve that nothing is left to do.
        if (command.InFull && penalty.Procedure is PenaltyProcedure.Simple) (penalty.Status, penalty.Closing, penalty.ClosedOn) = (PenaltyStatus.Closed, ClosingKind.Executed, change.On);
        if (penalty.PaidFen >= penalty.AmountFen && await clocks.HappenedAsync("fine.paid", Deadlines.ClockActs.Of(penalty), change.On, change, cancellationToken) is { } no) return no;
        if (penalty.Status is PenaltyStatus.Closed) await clocks.FinishedAsync(penalty, change, cancellationToken);
        return penalty;
    }

    private static Refusal? Owed(PenaltyCase penalty, IReadOnlyList<PenaltyPayment> payments, string? note)
    {
        if (penalty.PaidFen < penalty.AmountFen) return Refusal.Conflict("penalties.not-paid", PenaltyWords.Yuan(penalty.PaidFen), PenaltyWords.Yuan(penalty.AmountFen));
        if (penalty.PaymentDueOn is not { } due || penalty.AmountFen == 0) return null;
        var fines = payments.Where(p => !p.IsSurcharge).ToList();
        var surcharge = Surcharge.Of(penalty.AmountFen, fines.Where(p => p.PaidOn <= due).Sum(p => p.AmountFen), due, fines.Max(p => p.PaidOn));
        return penalty.SurchargeFen < surcharge && CaseRows.IsBlank(note)
            ? Refusal.Conflict("penalties.surcharge-owed", due, PenaltyWords.Yuan(surcharge), PenaltyWords.Yuan(penalty.SurchargeFen)) : null;
    }
}

public sealed class ClosePenaltyHandler(DbContext db, IAuditTrail audit, Deadlines.ClockActs clocks)
{
    public async Task<Result<PenaltyCase>> HandleAsync(ClosePenalty command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (change.RequireAny(Roles.Director) is { } forbidden) return forbidden;
        var found = await db.FindPenaltyAsync(command.PenaltyId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var penalty = found.Value;
        if (penalty.RequireStatus(PenaltyStatus.Served) is { } wrong) return wrong;
        if (penalty.IsCaseOfficer(change.By)) return Refusal.Forbidden("penalties.own-case", penalty.PenaltyNo);
        if (CaseRows.IsBlank(command.Note)) return Refusal.Invalid("penalties.incomplete", "note", "执行情况");
        if (command.Kind is not (ClosingKind.Executed or ClosingKind.CourtEnforced or ClosingKind.Terminated)) return Refusal.Invalid("penalties.closing-kind", "kind");
        if (command.Kind is ClosingKind.CourtEnforced && penalty.CourtResult is null) return Refusal.Conflict("penalties.no-court", penalty.PenaltyNo);
        if (command.Kind is ClosingKind.Executed && penalty.PaidFen < penalty.AmountFen) return Refusal.Conflict("penalties.not-paid", PenaltyWords.Yuan(penalty.PaidFen), PenaltyWords.Yuan(penalty.AmountFen));
        penalty.Status = PenaltyStatus.Closed;
        penalty.Closing = command.Kind;
        penalty.ClosingNote = command.Note;
        penalty.ClosedOn = change.On;
        penalty.Revision++;
        audit.Record(change, penalty.Chain, "批准结案", penalty.PenaltyNo, new JsonObject { ["kind"] = command.Kind.ToString(), ["note"] = command.Note });
        if (await clocks.HappenedAsync("fine.paid", Deadlines.ClockActs.Of(penalty), change.On, change, cancellationToken) is { } no) return no;
        await clocks.FinishedAsync(penalty, change, cancellationToken);
        return penalty;
    }
}
