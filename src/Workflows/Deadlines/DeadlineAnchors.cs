using DoubleRandom.Basics;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Hazards;
using DoubleRandom.Inspections.Penalties;
using DoubleRandom.Inspections.Rectification;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Deadlines;

/// <summary>The day a clock counts from, and the last day when the document names it.</summary>
internal sealed record DeadlineAnchor(DateOnly On, DateOnly? DueOn = null);

/// <summary>
/// Reads the anchor of a rule from the rows of the law: the end of the check, the filing, the service. A rule without a fact of its own
/// counts from today, the day its step was reached (a report received, a request made).
/// </summary>
internal static class DeadlineAnchors
{
    public static async Task<DeadlineAnchor> FindAsync(DbContext db, string rule, Guid subjectId, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = rule switch
        {
            "result.publish" or "lead.transfer" or "major.list" => await CheckedOnAsync(db, subjectId, cancellationToken),
            "file.case" => await ReinspectedOnAsync(db, subjectId, cancellationToken) ?? await CheckedOnAsync(db, subjectId, cancellationToken),
            "report.close" => await LastCheckedOnAsync(db, subjectId, cancellationToken),
            "rectify" => await OrderAsync(db, subjectId, cancellationToken),
            "recheck" => null,
            "case.decide" => await OfPenaltyAsync(db, subjectId, p => p.FiledOn, cancellationToken),
            "plead" or "hearing.request" => await OfPenaltyAsync(db, subjectId, p => p.NoticeOn, cancellationToken),
            "serve" or "penalty.publish" => await OfPenaltyAsync(db, subjectId, p => p.DecidedOn, cancellationToken),
            "fine.pay" => await OfPenaltyAsync(db, subjectId, p => p.ServedOn, cancellationToken),
            "major.publish" => await OfHazardAsync(db, subjectId, h => h.DelistedOn ?? h.ListedOn, cancellationToken),
            "major.term" => await TermAsync(db, subjectId, cancellationToken),
            _ => null,
        };
        return found ?? new DeadlineAnchor(change.On);
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

    private static async Task<DeadlineAnchor?> OrderAsync(DbContext db, Guid caseId, CancellationToken cancellationToken)
        => await LatestOrderAsync(db, caseId, cancellationToken) is { } order ? new DeadlineAnchor(order.IssuedOn, order.DueOn) : null;

    private static Task<RectificationOrder?> LatestOrderAsync(DbContext db, Guid caseId, CancellationToken cancellationToken)
        => db.Set<RectificationOrder>().Where(o => o.CaseId == caseId).OrderByDescending(o => o.Sequence).FirstOrDefaultAsync(cancellationToken);

    private static async Task<DeadlineAnchor?> OfPenaltyAsync(DbContext db, Guid id, Func<PenaltyCase, DateOnly?> fact, CancellationToken cancellationToken)
        => await db.Set<PenaltyCase>().FindAsync([id], cancellationToken) is { } penalty ? At(fact(penalty)) : null;

    private static async Task<DeadlineAnchor?> OfHazardAsync(DbContext db, Guid id, Func<MajorHazard, DateOnly?> fact, CancellationToken cancellationToken)
        => await db.Set<MajorHazard>().FindAsync([id], cancellationToken) is { } hazard ? At(fact(hazard)) : null;

    private static async Task<DeadlineAnchor?> TermAsync(DbContext db, Guid id, CancellationToken cancellationToken)
        => await db.Set<MajorHazard>().FindAsync([id], cancellationToken) is { ListedOn: { } listed } hazard ? new DeadlineAnchor(listed, hazard.DueOn) : null;
}
