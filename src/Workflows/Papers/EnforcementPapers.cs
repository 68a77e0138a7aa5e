using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Penalties;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Papers;

/// <summary>Where a penalty case does not end with payment: no penalty, the statutory demand, the application to the court. The subject is the penalty.</summary>
internal static class EnforcementPapers
{
    public static IReadOnlyList<(string Code, PaperBuilder Build)> All { get; } = [("D30", NoPenaltyAsync), ("D32", DemandAsync), ("D33", CourtAsync)];

    private static async Task<Result<Paper>> NoPenaltyAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        var found = await PenaltyPapers.FindAsync(s, id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var (penalty, data) = found.Value;
        if (penalty.DecidedOn is null || penalty.Outcome is not PenaltyOutcome.NoPenalty) return PaperWords.NotDecided("不予行政处罚决定书", "不予处罚的决定");
        data["facts"] ??= penalty.Cause.Wide();
        // What was proposed to the party is no ground any more: only the clause that is concerned.
        data["clause"] = penalty.ViolatedClause?.Wide();
        data["reasons"] = penalty.DecisionReason?.Wide();
        // Art. 33: who is not punished is to be taught; the paper itself does it.
        data["education"] = $"依据《中华人民共和国行政处罚法》第三十三条第三款的规定，现对你（单位）进行教育：应当吸取教训，遵守{data["clause"] ?? "有关规定"}，改正违法行为，不得再犯。";
        return PenaltyPapers.Of(penalty, data, penalty.DecidedByName);
    }

    private static async Task<Result<Paper>> DemandAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        var found = await PenaltyPapers.FindAsync(s, id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var (penalty, data) = found.Value;
        if (!penalty.IsOwed(s.Change.On)) return PaperWords.NotDecided("履行行政处罚决定催告书", "逾期未缴的罚款");
        await OwedAsync(s, penalty, data, cancellationToken);
        data["contact"] = PenaltyPapers.Contact(s);
        data["account"] = PenaltyPapers.Account(s);
        return PenaltyPapers.Of(penalty, data);
    }

    private static async Task<Result<Paper>> CourtAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        var found = await PenaltyPapers.FindAsync(s, id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var (penalty, data) = found.Value;
        if (penalty.CourtAppliedOn is null) return PaperWords.NotDecided("强制执行申请书", "向人民法院的申请");
        await OwedAsync(s, penalty, data, cancellationToken);
        data["courtName"] = penalty.Court;
        data["urgedOn"] = penalty.UrgedOn?.Iso();
        data["urgeNumber"] = (await s.Documents.LastAsync(penalty.Id, "D32", cancellationToken))?.Number;
        data["statement"] = penalty.StatementWaived switch
        {
            true => "当事人在处罚告知后未提出陈述、申辩。",
            false => $"当事人的陈述、申辩意见已经复核：{(penalty.StatementReview ?? penalty.StatementText)?.Wide().TrimEnd('。')}。",
            _ => null,
        };
        return PenaltyPapers.Of(penalty, data);
    }

    /// <summary>The decision and what is still owed on it, with the surcharge up to today.</summary>
    private static async Task OwedAsync(PaperSources s, PenaltyCase penalty, JsonObject data, CancellationToken cancellationToken)
    {
        var decision = await s.Documents.LastAsync(penalty.Id, "D29", cancellationToken) ?? await s.Documents.LastAsync(penalty.Id, "D28", cancellationToken) ?? await s.Documents.LastAsync(penalty.CaseId, "D28", cancellationToken);
        var payments = await s.Db.Set<PenaltyPayment>().Where(p => p.PenaltyId == penalty.Id && !p.IsSurcharge).ToListAsync(cancellationToken);
        var due = penalty.PaymentDueOn!.Value;
        var inTime = payments.Where(p => p.PaidOn <= due).Sum(p => p.AmountFen);
        data["decisionTitle"] = decision?.Title;
        data["decisionNumber"] = decision?.Number;
        data["decidedOn"] = penalty.DecidedOn?.Iso();
        data["servedOn"] = penalty.ServedOn?.Iso();
        data["paymentDueOn"] = due.Iso();
        data["paidFen"] = penalty.PaidFen;
        data["unpaidFen"] = penalty.AmountFen - penalty.PaidFen;
        data["surchargeFen"] = Surcharge.Of(penalty.AmountFen, inTime, due, s.Change.On) - penalty.SurchargeFen;
        data["surchargeCapFen"] = penalty.AmountFen - inTime;
    }
}
