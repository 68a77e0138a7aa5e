using DoubleRandom.Basics;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Credit;
using DoubleRandom.Inspections.Hazards;
using DoubleRandom.Inspections.Penalties;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Inspections.Publications;
using DoubleRandom.Inspections.Rectification;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Deadlines;

/// <summary>The day a clock counts from, and the last day when the document names it.</summary>
/// <param name="Event">Which of the rule's events the day is of; null: its only or first one.</param>
/// <param name="Part">What of the matter it concerns, where the matter has several clocks of the rule.</param>
internal sealed record DeadlineAnchor(DateOnly On, DateOnly? DueOn = null, string? Event = null, string? Part = null);

/// <summary>
/// Reads the anchor of a rule from the rows of the law: the end of the check, the filing, the service. A rule without a fact of its own
/// counts from today, the day its step was reached (a report received, a request made).
/// </summary>
internal static class DeadlineAnchors
{
    /// <summary>One, or for an order one for each of its last days.</summary>
    public static async Task<IReadOnlyList<DeadlineAnchor>> FindAsync(DbContext db, string rule, Guid subjectId, ChangeContext change, CancellationToken cancellationToken)
    {
        if (rule == "rectify" && await OrderAsync(db, subjectId, cancellationToken) is { Count: > 0 } order) return order;
        var found = rule switch
        {
            "result.publish" or "lead.transfer" or "major.list" => await CheckedOnAsync(db, subjectId, cancellationToken),
            "file.case" => await ReinspectedOnAsync(db, subjectId, cancellationToken) ?? await CheckedOnAsync(db, subjectId, cancellationToken),
            "report.close" => await LastCheckedOnAsync(db, subjectId, cancellationToken),
            "recheck" => await RecheckAsync(db, subjectId, cancellationToken),
            "case.decide" => await OfPenaltyAsync(db, subjectId, p => p.FiledOn, cancellationToken),
            "plead" => await DiscreditNoticeAsync(db, subjectId, cancellationToken) ?? await OfPenaltyAsync(db, subjectId, p => p.NoticeOn, cancellationToken),
            "hearing.request" => await OfPenaltyAsync(db, subjectId, p => p.NoticeOn, cancellationToken),
            "serve" or "penalty.publish" => await OfPenaltyAsync(db, subjectId, p => p.DecidedOn, cancellationToken),
            "fine.pay" => await OfPenaltyAsync(db, subjectId, p => p.ServedOn, cancellationToken),
            "penalty.withdraw" => At((await db.Set<Publication>().FindAsync([subjectId], cancellationToken))?.WithdrawalGroundOn),
            "serve.public" => await OfPenaltyAsync(db, subjectId, p => p.AnnouncedOn, cancellationToken),
            "plan.year" => At(await db.Set<AnnualPlan>().FindAsync([subjectId], cancellationToken) is { } year ? new DateOnly(year.Year, 1, 1) : null),
            "plan.change" => At((await db.Set<AnnualPlan>().FindAsync([subjectId], cancellationToken))?.GovernmentOn),
            "major.publish" => await OfHazardAsync(db, subjectId, h => h.DelistedOn ?? h.ListedOn, cancellationToken),
            "major.term" => await TermAsync(db, subjectId, cancellationToken),
            _ => null,
        };
        return [found ?? new DeadlineAnchor(change.On)];
    }

    private static DeadlineAnchor? At(DateOnly? on) => on is { } day ? new DeadlineAnchor(day) : null;

    private static async Task<DeadlineAnchor?> CheckedOnAsync(DbContext db, Guid caseId, CancellationToken cancellationToken)
        => At((await db.Set<InspectionCase>().FindAsync([caseId], cancellationToken))?.CheckedOn);

    /// <summary>A failed re-inspection is itself the discovery of the offence: 逾期未整改.</summary>
    private static async Task<DeadlineAnchor?> ReinspectedOnAsync(DbContext db, Guid caseId, CancellationToken cancellationToken)
        => At((await LatestOrderAsync(db, caseId, cancellationToken)) is { Status: RectificationStatus.Failed } order ? order.ReinspectedOn : null);

    private static async Task<DeadlineAnchor?> LastCheckedOnAsync(DbContext db, Guid campaignId, CancellationToken cancellationToken)
        => At(await db.Set<Campaign>().AnyAsync(c => c.Id == campaignId, cancellationToken)
            ? await db.Set<InspectionCase>().Where(c => c.CampaignId == campaignId).MaxAsync(c => c.CheckedOn, cancellationToken) : null);

    /// <summary>Each last day of the order is a clock: what is due first must not wait for the reminder of what is due last.</summary>
    private static async Task<IReadOnlyList<DeadlineAnchor>> OrderAsync(DbContext db, Guid caseId, CancellationToken cancellationToken)
    {
        if (await LatestOrderAsync(db, caseId, cancellationToken) is not { } order) return [];
        var days = (await db.Set<RectificationLine>().Where(l => l.OrderId == order.Id && l.Passed == null).ToListAsync(cancellationToken)).GroupBy(l => l.DueOn).OrderBy(g => g.Key).ToList();
        if (days.Count < 2) return [new DeadlineAnchor(order.IssuedOn, order.DueOn)];
        return [.. days.Select(g => new DeadlineAnchor(order.IssuedOn, g.Key, Part: $"第{string.Join('、', g.Select(l => l.Position).Order())}项"))];
    }

    /// <summary>整改期限届满 or the application, whichever came first.</summary>
    private static async Task<DeadlineAnchor?> RecheckAsync(DbContext db, Guid caseId, CancellationToken cancellationToken)
    {
        if (await LatestOrderAsync(db, caseId, cancellationToken) is not { } order) return null;
        var asked = await db.Set<RectificationProgress>().Where(p => p.OrderId == order.Id && p.AsksReinspection).OrderBy(p => p.On).Select(p => (DateOnly?)p.On).FirstOrDefaultAsync(cancellationToken);
        return asked is { } on && on <= order.DueOn ? new DeadlineAnchor(on, Event: "收到复查申请") : new DeadlineAnchor(order.DueOn, Event: "整改期限届满");
    }

    /// <summary>拟列入失信名单的告知: the party that was told of it, perhaps long after the penalty it follows from.</summary>
    private static async Task<DeadlineAnchor?> DiscreditNoticeAsync(DbContext db, Guid subjectId, CancellationToken cancellationToken)
        => At(await db.Set<DiscreditProposal>().Where(p => p.SubjectId == subjectId && p.Status == DiscreditStatus.Noticed).OrderByDescending(p => p.Id).Select(p => p.NoticeOn).FirstOrDefaultAsync(cancellationToken));

    private static Task<RectificationOrder?> LatestOrderAsync(DbContext db, Guid caseId, CancellationToken cancellationToken)
        => db.Set<RectificationOrder>().Where(o => o.CaseId == caseId).OrderByDescending(o => o.Sequence).FirstOrDefaultAsync(cancellationToken);

    private static async Task<DeadlineAnchor?> OfPenaltyAsync(DbContext db, Guid id, Func<PenaltyCase, DateOnly?> fact, CancellationToken cancellationToken)
        => await db.Set<PenaltyCase>().FindAsync([id], cancellationToken) is { } penalty ? At(fact(penalty)) : null;

    private static async Task<DeadlineAnchor?> OfHazardAsync(DbContext db, Guid id, Func<MajorHazard, DateOnly?> fact, CancellationToken cancellationToken)
        => await db.Set<MajorHazard>().FindAsync([id], cancellationToken) is { } hazard ? At(fact(hazard)) : null;

    private static async Task<DeadlineAnchor?> TermAsync(DbContext db, Guid id, CancellationToken cancellationToken)
        => await db.Set<MajorHazard>().FindAsync([id], cancellationToken) is { ListedOn: { } listed } hazard ? new DeadlineAnchor(listed, hazard.DueOn) : null;
}
