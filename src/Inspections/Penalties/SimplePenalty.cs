using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Visits;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Penalties;

/// <summary>
/// 当场处罚 (行政处罚法 arts. 51, 52): a warning, or a fine of 3,000 yuan at most for a unit and 200 for a person, by two officers of the group,
/// after the party was told and heard, the decision handed over there and then.
/// </summary>
/// <param name="FindingIds">Findings of the locked summary to be punished on the spot.</param>
/// <param name="Officers">Register numbers of those present; two certified officers besides the leader.</param>
/// <param name="Told">Facts, reasons, clause and rights were told, and the party was heard.</param>
/// <param name="HandedOver">The decision was handed over on the spot.</param>
/// <param name="OnSpotReceiptNo">Receipt of a fine collected on the spot; only up to 100 yuan, or with <paramref name="OnSpotReason"/> (art. 68).</param>
public sealed record RecordSimplePenalty(
    Guid CaseId, IReadOnlyList<Guid> FindingIds, IReadOnlyList<string> Officers, PenaltyKind Kind, long AmountFen, string Facts, string BasisKey, string ServedTo, string Place,
    bool Told, bool HandedOver, bool PartyIsUnit = true, string? PartyName = null, string? OtherClause = null, string? OnSpotReceiptNo = null, string? OnSpotReason = null);

public sealed class RecordSimplePenaltyHandler(DbContext db, IAuditTrail audit, Periods periods, Deadlines.ClockActs clocks)
{
    public async Task<Result<PenaltyCase>> HandleAsync(RecordSimplePenalty command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindCaseAsync(command.CaseId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (inspection.RequireGroup(change) is { } forbidden) return forbidden;
        if (inspection.RequireStatus(InspectionStatus.FindingsLocked) is { } wrong) return wrong;
        var present = await Quorum.OfAsync(db, inspection, command.Officers, change.On, cancellationToken);
        if (present.Refusal is { } few) return few;
        var certified = await db.CertifiedOfficersAsync(command.Officers, inspection.InspecteeNumber, change.On, cancellationToken);
        if (certified.Refusal is { } unfit) return unfit;
        var penalties = await db.WithStagedAsync<PenaltyCase>(p => p.CaseId == inspection.Id, cancellationToken);
        if (await PenaltyFindings.CheckAsync(db, inspection, command.FindingIds, penalties, Disposal.SimplePenalty, cancellationToken) is { } bad) return bad;
        if (CaseRows.IsBlank(command.Facts)) return Refusal.Invalid("penalties.incomplete", "facts", "违法事实");
        if (CaseRows.IsBlank(command.ServedTo)) return Refusal.Invalid("penalties.incomplete", "servedTo", "签收人");
        if (CaseRows.IsBlank(command.Place)) return Refusal.Invalid("penalties.incomplete", "place", "处罚地点");
        if (!command.PartyIsUnit && CaseRows.IsBlank(command.PartyName)) return Refusal.Invalid("penalties.incomplete", "partyName", "当事人姓名");
        if (!command.Told) return Refusal.Conflict("penalties.simple-not-told", inspection.InspectionNo);
        if (!command.HandedOver) return Refusal.Conflict("penalties.simple-not-handed-over", inspection.InspectionNo);
        if (Amount(command, change.On) is { } outside) return outside;
        var clause = command.BasisKey == PenaltyBasis.OtherKey ? command.OtherClause! : PenaltyLaw.Find(command.BasisKey, change.On)!.Citation;

        var collected = command.OnSpotReceiptNo is not null;
        var fine = command.Kind is PenaltyKind.Fine;
        var penalty = new PenaltyCase
        {
            Id = Ids.New(change),
            PenaltyNo = PenaltyFindings.NextNo(inspection, penalties),
            CaseId = inspection.Id,
            InspectionNo = inspection.InspectionNo,
            InspecteeNumber = inspection.InspecteeNumber,
            Procedure = PenaltyProcedure.Simple,
            Status = fine && !collected ? PenaltyStatus.Served : PenaltyStatus.Closed,
            Cause = command.Facts.Length <= 100 ? command.Facts : command.Facts[..100],
            PartyName = command.PartyName ?? inspection.InspecteeName,
            PartyIsUnit = command.PartyIsUnit,
            FindingIds = string.Join(';', command.FindingIds),
            OfficerNumbers = string.Join(';', certified.Value.Select(o => o.Number)),
            OfficerNames = string.Join('、', certified.Value.Select(o => o.Name)),
            ProposedById = change.By.Id,
            FiledOn = change.On,
            InvestigatedOn = change.On,
            Facts = command.Facts,
            ViolatedClause = clause,
            PenaltyClause = clause,
            BasisKey = command.BasisKey,
            KindCodes = command.Kind.ToString(),
            ProposedFen = command.AmountFen,
            AmountFen = command.AmountFen,
            NoticeOn = change.On,
            NoticeHow = "当场口头告知",
            NoticeTo = command.ServedTo,
            StatementWaived = false,
            StatementText = "当场听取",
            Outcome = PenaltyOutcome.Punish,
            DecisionReason = "违法事实确凿并有法定依据，适用简易程序",
            DecidedOn = change.On,
            DecidedById = change.By.Id,
            DecidedByName = string.Join('、', certified.Value.Select(o => o.Name)),
            ServedOn = change.On,
            ServedHow = "当场交付",
            ServedTo = command.ServedTo,
            ServedPlace = command.Place,
            PaymentDueOn = fine ? await periods.LastDayAsync("fine.pay", change.On, inspection.Id, cancellationToken) : null,
            PaidFen = collected ? command.AmountFen : 0,
            Closing = fine && !collected ? null : ClosingKind.Executed,
            ClosingNote = collected ? command.OnSpotReason ?? "当场收缴" : null,
            ClosedOn = fine && !collected ? null : change.On,
        };
        db.Add(penalty);
        if (collected)
        {
            db.Add(new PenaltyPayment { Id = Ids.New(change), PenaltyId = penalty.Id, AmountFen = command.AmountFen, PaidOn = change.On, ReceiptNo = command.OnSpotReceiptNo!, RecordedByName = change.By.Name, RecordedAt = change.At });
        }
        audit.Record(change, penalty.Chain, "当场处罚", penalty.PenaltyNo, new JsonObject
        {
            ["kind"] = penalty.KindCodes,
            ["amountFen"] = command.AmountFen.ToString(CultureInfo.InvariantCulture),
            ["officers"] = penalty.OfficerNames,
            ["to"] = command.ServedTo,
            ["collected"] = collected,
        });
        var subject = Deadlines.ClockActs.Of(penalty);
        if (await clocks.HappenedAsync("onspot.fined", subject, change.On, change, cancellationToken) is { } unfiled) return unfiled;
        if (collected && await clocks.HappenedAsync("onspot.collected", subject, change.On, change, cancellationToken) is { } unhanded) return unhanded;
        if (await clocks.HappenedAsync("decision.served", subject, change.On, change, cancellationToken) is { } unserved) return unserved;
        if (penalty.Status is PenaltyStatus.Closed) await clocks.FinishedAsync(penalty, change, cancellationToken);
        return penalty;
    }

    private static Refusal? Amount(RecordSimplePenalty command, DateOnly on)
    {
        var thresholds = PenaltyLaw.ThresholdsOn(on);
        if (command.Kind is not (PenaltyKind.Warning or PenaltyKind.Fine)) return Refusal.Invalid("penalties.simple-kind", "kind", PenaltyWords.Of(command.Kind));
        if (command.Kind is PenaltyKind.Warning) return command.AmountFen == 0 ? null : Refusal.Invalid("penalties.fine-without-kind", "amount");
        if (command.AmountFen <= 0) return Refusal.Invalid("penalties.fine-without-amount", "amount");
        var limit = thresholds.SimpleFen(command.PartyIsUnit);
        if (command.AmountFen > limit) return Refusal.Invalid("penalties.simple-limit", "amount", PenaltyWords.Yuan(command.AmountFen), PenaltyWords.Yuan(limit));
        if (command.OnSpotReceiptNo is not null && command.AmountFen > thresholds.CollectOnSpotYuan * 100 && CaseRows.IsBlank(command.OnSpotReason))
            return Refusal.Invalid("penalties.collect-on-spot", "onSpotReceiptNo", thresholds.CollectOnSpotYuan);
        if (command.BasisKey == PenaltyBasis.OtherKey) return CaseRows.IsBlank(command.OtherClause) ? Refusal.Invalid("penalties.incomplete", "clause", "处罚依据条款") : null;
        if (PenaltyLaw.Find(command.BasisKey, on) is not { } basis) return Refusal.Invalid("penalties.unknown-basis", "basis", command.BasisKey);
        if (basis.Party is PenaltyParty.Unit != command.PartyIsUnit) return Refusal.Invalid("penalties.wrong-party", "basis", basis.Label);
        if (!basis.Kinds.Contains(PenaltyKind.Fine)) return Refusal.Invalid("penalties.kind-not-allowed", "basis", basis.Label, PenaltyWords.Of(PenaltyKind.Fine));
        return PenaltyAmounts.Check([PenaltyKind.Fine], command.AmountFen, 0, basis.MinFen, basis.MaxFen, null);
    }
}
