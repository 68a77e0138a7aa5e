using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Penalties;

/// <summary>
/// 决定 (行政处罚法 art. 57): by the director who did not investigate. A punishment needs the party's rights observed and, where the law asks, the
/// legal review and the discussion; it lies in the clause's bounds and is never heavier than what the party was told (art. 45).
/// </summary>
/// <param name="Kinds">With <see cref="PenaltyOutcome.Punish"/>.</param>
public sealed record DecidePenalty(Guid PenaltyId, PenaltyOutcome Outcome, string Reason, IReadOnlyList<PenaltyKind> Kinds, long AmountFen = 0, long ConfiscatedFen = 0, bool TransferToPolice = false)
{
    public static DecidePenalty NotPunished(Guid penaltyId, PenaltyOutcome outcome, string reason, bool transferToPolice = false) => new(penaltyId, outcome, reason, [], TransferToPolice: transferToPolice);
}

/// <summary>送达 (art. 61): within seven working days; a later service says why.</summary>
/// <param name="AnnouncedOn">公告送达: the day of the announcement; served thirty days after it.</param>
/// <param name="Witness">留置送达: who witnessed the refusal to sign, or the recording.</param>
public sealed record ServeDecision(Guid PenaltyId, DateOnly ServedOn, string How, string To, string Place, DateOnly? AnnouncedOn = null, string? Witness = null, string? LateReason = null);

/// <summary>发出送达公告: the seven working days are kept by it; the period of the announcement begins.</summary>
/// <param name="Where">公告刊登处.</param>
public sealed record AnnounceDecision(Guid PenaltyId, DateOnly AnnouncedOn, string Where, string? LateReason = null);

public sealed class DecidePenaltyHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<PenaltyCase>> HandleAsync(DecidePenalty command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (change.RequireAny(Roles.Director) is { } forbidden) return forbidden;
        var found = await db.FindPenaltyAsync(command.PenaltyId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var penalty = found.Value;
        if (penalty.Procedure is not PenaltyProcedure.Ordinary) return Refusal.Conflict("penalties.wrong-state", penalty.PenaltyNo, PenaltyRows.Of(penalty.Status));
        if (penalty.IsCaseOfficer(change.By)) return Refusal.Forbidden("penalties.own-case", penalty.PenaltyNo);
        if (CaseRows.IsBlank(command.Reason)) return Refusal.Invalid("penalties.incomplete", "reason", "决定理由");
        if (command.Outcome is PenaltyOutcome.Punish)
        {
            if (penalty.RequireStatus(PenaltyStatus.Noticed) is { } wrong) return wrong;
            if (MayPunish(penalty, command, change) is { } no) return no;
            penalty.Status = PenaltyStatus.Decided;
            penalty.KindCodes = string.Join(';', command.Kinds.Distinct());
            penalty.AmountFen = command.AmountFen;
            penalty.ConfiscatedFen = command.ConfiscatedFen;
        }
        else
        {
            if (penalty.RequireStatus(PenaltyStatus.Investigated, PenaltyStatus.Proposed, PenaltyStatus.Noticed) is { } wrong) return wrong;
            penalty.Status = PenaltyStatus.Closed;
            (penalty.KindCodes, penalty.AmountFen, penalty.ConfiscatedFen) = ("", 0, 0);
            penalty.Closing = command.Outcome switch
            {
                PenaltyOutcome.NoPenalty => ClosingKind.NoPenalty,
                PenaltyOutcome.Dropped => ClosingKind.Dropped,
                _ => command.TransferToPolice ? ClosingKind.TransferredToPolice : ClosingKind.TransferredToOthers,
            };
            penalty.ClosedOn = change.On;
        }
        penalty.Outcome = command.Outcome;
        penalty.DecisionReason = command.Reason;
        penalty.DecidedOn = change.On;
        penalty.DecidedById = change.By.Id;
        penalty.DecidedByName = change.By.Name;
        penalty.Revision++;
        audit.Record(change, penalty.Chain, command.Outcome is PenaltyOutcome.Punish ? "作出处罚决定" : "决定不予处罚或者移送", penalty.PenaltyNo, new JsonObject
        {
            ["outcome"] = command.Outcome.ToString(),
            ["kinds"] = penalty.KindCodes,
            ["amountFen"] = penalty.AmountFen.ToString(CultureInfo.InvariantCulture),
            ["reason"] = command.Reason,
        });
        return penalty;
    }

    private static Refusal? MayPunish(PenaltyCase penalty, DecidePenalty command, ChangeContext change)
    {
        if (PenaltyRights.Missing(penalty, change.On) is { } right) return right;
        if (penalty.LegalReviewRequired && penalty.LegalOpinion is not LegalOpinion.Agree) return Refusal.Conflict("penalties.no-legal-review", penalty.PenaltyNo);
        if (penalty.LegalById == change.By.Id) return Refusal.Forbidden("penalties.decider-reviewed", penalty.PenaltyNo);
        if (penalty.Complex && penalty.DiscussedOn is null) return Refusal.Conflict("penalties.no-discussion", penalty.PenaltyNo);
        if (command.Kinds.Where(k => !penalty.Kinds.Contains(k)).Select(k => (PenaltyKind?)k).FirstOrDefault() is { } kind) return Refusal.Invalid("penalties.kind-not-told", "kinds", PenaltyWords.Of(kind));
        if (command.AmountFen > penalty.ProposedFen) return Refusal.Invalid("penalties.heavier", "amount", PenaltyWords.Yuan(command.AmountFen), PenaltyWords.Yuan(penalty.ProposedFen));
        if (command.ConfiscatedFen > penalty.ConfiscatedFen) return Refusal.Invalid("penalties.heavier", "confiscated", PenaltyWords.Yuan(command.ConfiscatedFen), PenaltyWords.Yuan(penalty.ConfiscatedFen));
        return PenaltyAmounts.Check(command.Kinds, command.AmountFen, command.ConfiscatedFen, penalty.MinFen, penalty.MaxFen, penalty.Mitigation);
    }
}

public sealed class ServeDecisionHandler(DbContext db, IAuditTrail audit, Periods periods, Deadlines.ClockActs clocks)
{
    public const string Announced = "公告送达";
    public const string LeftBehind = "留置送达";

    /// <summary>送达方式 (行政处罚法 art. 61; 民事诉讼法 arts. 87–95).</summary>
    public static IReadOnlyList<string> Methods { get; } = ["直接送达", LeftBehind, "委托送达", "邮寄送达", "电子送达", Announced];

    public async Task<Result<PenaltyCase>> HandleAsync(AnnounceDecision command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindPenaltyAsync(command.PenaltyId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var penalty = found.Value;
        if (penalty.RequireCaseOfficer(change) is { } forbidden) return forbidden;
        if (penalty.RequireStatus(PenaltyStatus.Decided) is { } wrong) return wrong;
        if (penalty.AnnouncedOn is { } known) return Refusal.Conflict("penalties.announced", penalty.PenaltyNo, known);
        if (CaseRows.IsBlank(command.Where)) return Refusal.Invalid("penalties.incomplete", "place", "公告刊登处");
        if (command.AnnouncedOn < penalty.DecidedOn || command.AnnouncedOn > change.On) return Refusal.Invalid("penalties.bad-date", "announcedOn", "公告日期", penalty.DecidedOn!.Value, change.On);
        var latest = await periods.LastDayAsync("serve", penalty.DecidedOn!.Value, penalty.CaseId, cancellationToken);
        if (command.AnnouncedOn > latest && CaseRows.IsBlank(command.LateReason)) return Refusal.Invalid("penalties.serve-late", "lateReason", latest);
        (penalty.AnnouncedOn, penalty.ServedPlace, penalty.ServedLateReason) = (command.AnnouncedOn, command.Where, command.AnnouncedOn > latest ? command.LateReason : null);
        penalty.Revision++;
        audit.Record(change, penalty.Chain, "发出送达公告", penalty.PenaltyNo, new JsonObject { ["on"] = command.AnnouncedOn.Iso(), ["where"] = command.Where, ["late"] = penalty.ServedLateReason });
        return penalty;
    }

    public async Task<Result<PenaltyCase>> HandleAsync(ServeDecision command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindPenaltyAsync(command.PenaltyId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var penalty = found.Value;
        if (penalty.RequireCaseOfficer(change) is { } forbidden) return forbidden;
        if (penalty.RequireStatus(PenaltyStatus.Decided) is { } wrong) return wrong;
        var decidedOn = penalty.DecidedOn!.Value;
        if (!Methods.Contains(command.How)) return Refusal.Invalid("penalties.serve-method", "how", command.How);
        if (CaseRows.IsBlank(command.To)) return Refusal.Invalid("penalties.incomplete", "to", "受送达人");
        if (command.How is not Announced && CaseRows.IsBlank(command.Place)) return Refusal.Invalid("penalties.incomplete", "place", "送达地点");
        if (command.How is LeftBehind && CaseRows.IsBlank(command.Witness)) return Refusal.Invalid("penalties.incomplete", "witness", "见证人或者录像");
        if (command.ServedOn < decidedOn || command.ServedOn > change.On) return Refusal.Invalid("penalties.bad-date", "servedOn", "送达日期", decidedOn, change.On);
        var sentOn = command.ServedOn;
        if (command.How is Announced)
        {
            if ((penalty.AnnouncedOn ?? command.AnnouncedOn) is not { } announced || announced < decidedOn) return Refusal.Invalid("penalties.incomplete", "announcedOn", "公告日期");
            var until = await periods.LastDayAsync("serve.public", announced, penalty.CaseId, cancellationToken);
            if (command.ServedOn < until) return Refusal.Invalid("penalties.serve-announced", "servedOn", announced, until);
            sentOn = announced;
            penalty.AnnouncedOn = announced;
        }
        // Found after all while the announcement ran: it went out in time.
        else if (penalty.AnnouncedOn is { } issued) sentOn = issued;
        var latest = await periods.LastDayAsync("serve", decidedOn, penalty.CaseId, cancellationToken);
        if (sentOn > latest && CaseRows.IsBlank(command.LateReason ?? penalty.ServedLateReason)) return Refusal.Invalid("penalties.serve-late", "lateReason", latest);
        penalty.Status = PenaltyStatus.Served;
        penalty.ServedOn = command.ServedOn;
        penalty.ServedHow = command.How;
        penalty.ServedTo = command.Witness is { Length: > 0 } witness ? $"{command.To}（见证：{witness}）" : command.To;
        // For an announcement the place is where it was issued.
        penalty.ServedPlace = CaseRows.IsBlank(command.Place) ? penalty.ServedPlace : command.Place;
        penalty.ServedLateReason = sentOn > latest ? command.LateReason ?? penalty.ServedLateReason : null;
        penalty.PaymentDueOn = penalty.HasFine ? await periods.LastDayAsync("fine.pay", command.ServedOn, penalty.CaseId, cancellationToken) : null;
        penalty.Revision++;
        audit.Record(change, penalty.Chain, "送达处罚决定", penalty.PenaltyNo, new JsonObject { ["on"] = command.ServedOn.Iso(), ["how"] = command.How, ["to"] = penalty.ServedTo, ["late"] = penalty.ServedLateReason });
        return await clocks.HappenedAsync("decision.served", Deadlines.ClockActs.Of(penalty), command.ServedOn, change, cancellationToken) is { } no ? no : penalty;
    }
}
