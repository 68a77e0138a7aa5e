using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Evidence;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Penalties;

/// <summary>调查终结: facts, clause and evidence that lies in the case (行政处罚法 arts. 46, 54).</summary>
/// <param name="EvidenceHashes">SHA-256 of evidence of the same inspection; at least one.</param>
public sealed record RecordInvestigation(Guid PenaltyId, string Facts, string ViolatedClause, IReadOnlyList<string> EvidenceHashes);

/// <summary>A clause that is not among the shipped ones, with the amounts it allows.</summary>
public sealed record EnteredBasis(string Clause, long MinFen, long MaxFen);

/// <summary>
/// 提出处理意见: what is proposed and on which clause. Whether the party may be heard and whether the heads must discuss it is computed
/// (arts. 57, 63); the officers may say complex, they cannot say simple.
/// </summary>
/// <param name="Other">With <see cref="PenaltyBasis.OtherKey"/>.</param>
/// <param name="Mitigation">Reason for less than the least fine (art. 32).</param>
public sealed record ProposePenalty(
    Guid PenaltyId, string BasisKey, IReadOnlyList<PenaltyKind> Kinds, long AmountFen, string Discretion, long ConfiscatedFen = 0, bool Complex = false, string? Mitigation = null, EnteredBasis? Other = null);

public sealed class RecordInvestigationHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<PenaltyCase>> HandleAsync(RecordInvestigation command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindPenaltyAsync(command.PenaltyId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var penalty = found.Value;
        if (penalty.RequireCaseOfficer(change) is { } forbidden) return forbidden;
        if (penalty.RequireStatus(PenaltyStatus.Investigating) is { } wrong) return wrong;
        if (CaseRows.IsBlank(command.Facts)) return Refusal.Invalid("penalties.incomplete", "facts", "违法事实");
        if (CaseRows.IsBlank(command.ViolatedClause)) return Refusal.Invalid("penalties.incomplete", "clause", "违反条款");
        var officers = await db.CertifiedOfficersAsync([.. penalty.Officers], penalty.InspecteeNumber, change.On, cancellationToken);
        if (officers.Refusal is { } unfit) return unfit;
        var hashes = command.EvidenceHashes.Distinct().ToList();
        if (hashes.Count == 0) return Refusal.Invalid("penalties.no-evidence", "evidence", penalty.PenaltyNo);
        var known = (await db.WithStagedAsync<EvidenceItem>(e => e.CaseId == penalty.CaseId, cancellationToken)).Select(e => e.Sha256).ToHashSet();
        if (hashes.FirstOrDefault(h => !known.Contains(h)) is { } unknown) return Refusal.Invalid("penalties.unknown-evidence", "evidence", unknown);
        penalty.Status = PenaltyStatus.Investigated;
        penalty.InvestigatedOn = change.On;
        penalty.Facts = command.Facts;
        penalty.ViolatedClause = command.ViolatedClause;
        penalty.EvidenceHashes = string.Join(';', hashes);
        penalty.Revision++;
        audit.Record(change, penalty.Chain, "调查终结", penalty.PenaltyNo, new JsonObject { ["clause"] = command.ViolatedClause, ["evidence"] = hashes.Count });
        return penalty;
    }
}

public sealed class ProposePenaltyHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<PenaltyCase>> HandleAsync(ProposePenalty command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindPenaltyAsync(command.PenaltyId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var penalty = found.Value;
        if (penalty.RequireCaseOfficer(change) is { } forbidden) return forbidden;
        // Again after the legal review has returned it: everything the party was told before is told anew.
        if (penalty.RequireStatus(PenaltyStatus.Investigated, PenaltyStatus.Proposed, PenaltyStatus.Noticed) is { } wrong) return wrong;
        if (CaseRows.IsBlank(command.Discretion)) return Refusal.Invalid("penalties.incomplete", "discretion", "裁量理由");
        var allowed = Allowed(command, penalty, change.On);
        if (allowed.Refusal is { } outside) return outside;

        var thresholds = PenaltyLaw.ThresholdsOn(change.On);
        penalty.Status = PenaltyStatus.Proposed;
        penalty.BasisKey = command.BasisKey;
        penalty.PenaltyClause = allowed.Value.Clause;
        (penalty.MinFen, penalty.MaxFen) = (allowed.Value.MinFen, allowed.Value.MaxFen);
        penalty.KindCodes = string.Join(';', command.Kinds.Distinct());
        penalty.ProposedFen = penalty.AmountFen = command.AmountFen;
        penalty.ConfiscatedFen = command.ConfiscatedFen;
        penalty.Discretion = command.Discretion;
        penalty.Mitigation = command.Mitigation;
        penalty.HearingEligible = thresholds.MayBeHeard(penalty.PartyIsUnit, command.Kinds, command.AmountFen, command.ConfiscatedFen);
        penalty.Complex = command.Complex || thresholds.MustBeDiscussed(penalty.PartyIsUnit, command.Kinds, command.AmountFen, command.ConfiscatedFen);
        (penalty.NoticeOn, penalty.NoticeHow, penalty.NoticeTo, penalty.StatementUntil, penalty.StatementWaived, penalty.StatementText, penalty.StatementReview) = (null, null, null, null, null, null, null);
        (penalty.HearingUntil, penalty.HearingRequested, penalty.HearingRequestedOn, penalty.HearingNotifiedOn, penalty.HearingHeldOn, penalty.HearingPresider, penalty.HearingReport) = (null, null, null, null, null, null, null);
        (penalty.LegalOpinion, penalty.LegalText, penalty.LegalById, penalty.LegalByName, penalty.LegalOn) = (null, null, null, null, null);
        (penalty.DiscussionJson, penalty.DiscussedOn, penalty.DiscussionConclusion) = (null, null, null);
        penalty.Revision++;
        audit.Record(change, penalty.Chain, "提出处理意见", penalty.PenaltyNo, new JsonObject
        {
            ["clause"] = penalty.PenaltyClause,
            ["kinds"] = penalty.KindCodes,
            ["amountFen"] = command.AmountFen.ToString(CultureInfo.InvariantCulture),
            ["hearing"] = penalty.HearingEligible,
            ["complex"] = penalty.Complex,
        });
        return penalty;
    }

    /// <summary>The clause with its bounds, when kinds and amount lie within it.</summary>
    private static Result<EnteredBasis> Allowed(ProposePenalty command, PenaltyCase penalty, DateOnly on)
    {
        EnteredBasis basis;
        if (command.BasisKey == PenaltyBasis.OtherKey)
        {
            if (command.Other is not { } other || CaseRows.IsBlank(other.Clause)) return Refusal.Invalid("penalties.incomplete", "clause", "处罚依据条款");
            if (other.MinFen < 0 || other.MaxFen < other.MinFen) return Refusal.Invalid("penalties.bad-bounds", "maxAmount");
            basis = other;
        }
        else
        {
            if (PenaltyLaw.Find(command.BasisKey, on) is not { } law) return Refusal.Invalid("penalties.unknown-basis", "basis", command.BasisKey);
            if (law.Party is PenaltyParty.Unit != penalty.PartyIsUnit) return Refusal.Invalid("penalties.wrong-party", "basis", law.Label);
            if (command.Kinds.Where(k => !law.Kinds.Contains(k)).Select(k => (PenaltyKind?)k).FirstOrDefault() is { } kind) return Refusal.Invalid("penalties.kind-not-allowed", "kinds", law.Label, PenaltyWords.Of(kind));
            basis = new EnteredBasis($"{law.Citation}（{law.Circumstance}）", law.MinFen, law.MaxFen);
        }
        return PenaltyAmounts.Check(command.Kinds, command.AmountFen, command.ConfiscatedFen, basis.MinFen, basis.MaxFen, command.Mitigation) is { } refusal ? refusal : basis;
    }
}

/// <summary>Kinds and amounts must fit each other and the clause; the same rule for what is proposed and what is decided.</summary>
internal static class PenaltyAmounts
{
    public static Refusal? Check(IReadOnlyCollection<PenaltyKind> kinds, long amountFen, long confiscatedFen, long minFen, long maxFen, string? mitigation)
    {
        if (kinds.Count == 0) return Refusal.Invalid("penalties.no-kind", "kinds");
        if (amountFen < 0 || confiscatedFen < 0) return Refusal.Invalid("penalties.negative", "amount");
        if (kinds.Contains(PenaltyKind.Confiscation) != confiscatedFen > 0) return Refusal.Invalid("penalties.confiscation", "confiscated");
        if (!kinds.Contains(PenaltyKind.Fine)) return amountFen == 0 ? null : Refusal.Invalid("penalties.fine-without-kind", "amount");
        if (amountFen == 0) return Refusal.Invalid("penalties.fine-without-amount", "amount");
        if (amountFen > maxFen) return Refusal.Invalid("penalties.over-basis", "amount", PenaltyWords.Yuan(amountFen), PenaltyWords.Yuan(maxFen));
        return amountFen < minFen && CaseRows.IsBlank(mitigation) ? Refusal.Invalid("penalties.under-basis", "amount", PenaltyWords.Yuan(amountFen), PenaltyWords.Yuan(minFen)) : null;
    }
}
