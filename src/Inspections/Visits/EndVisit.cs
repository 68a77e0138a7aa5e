using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Rectification;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Visits;

/// <summary>检查结束: feedback given, or no entry had. Decides which proceedings follow.</summary>
public sealed record EndVisit(Guid CaseId);

/// <param name="Rectification">A rectification order was issued and is to be followed up.</param>
/// <param name="Penalty">A case is to be filed, or a penalty on the spot is to be published, paid and entered.</param>
/// <param name="Hazard">A major hazard goes to listed supervision.</param>
/// <param name="Transfer">Another body is competent for something.</param>
/// <param name="CampaignDone">This was the last object of the campaign still to be checked.</param>
public sealed record VisitEnd(InspectionCase Case, bool Rectification, bool Penalty, bool Hazard, bool Transfer, bool CampaignDone);

public sealed class EndVisitHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<VisitEnd>> HandleAsync(EndVisit command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindCaseAsync(command.CaseId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (!change.By.IsSystem && inspection.RequireGroup(change) is { } forbidden) return forbidden;
        if (inspection.RequireStatus(InspectionStatus.FindingsLocked, InspectionStatus.Unreachable, InspectionStatus.Closed, InspectionStatus.EntryRefused) is { } wrong) return wrong;
        if (inspection.Status is InspectionStatus.FindingsLocked && inspection.FeedbackAt is null) return Refusal.Conflict("visits.no-feedback", inspection.InspectionNo);

        var first = inspection.VisitEndedOn is null;
        if (first)
        {
            inspection.VisitEndedOn = change.On;
            inspection.CheckedOn = change.On;
            inspection.Revision++;
            audit.Record(change, inspection.Chain, "检查结束", inspection.InspectionNo, new JsonObject { ["result"] = CaseRows.Of(inspection.Status) });
        }
        var done = first && await CampaignProgress.IsLastAsync(db, inspection, cancellationToken);
        if (inspection.Status is not InspectionStatus.FindingsLocked)
            return new VisitEnd(inspection, false, inspection.NoEntryFiling, false, inspection.NoEntryTransferTo is not null, done);

        var summary = await FindingsSummary.LoadAsync(db, inspection, cancellationToken);
        var ordered = (await db.WithStagedAsync<RectificationOrder>(o => o.CaseId == inspection.Id && o.Status == RectificationStatus.Issued, cancellationToken)).Count > 0;
        return new VisitEnd(inspection, ordered, summary.NeedsPenalty, summary.HasMajor, summary.NeedsTransfer, done);
    }
}

/// <summary>How far a campaign's checks have come.</summary>
internal static class CampaignProgress
{
    /// <summary>
    /// Whether all other objects of the campaign are through: visited to the end or not approved. Two last visits that end at the same moment
    /// must not each take the other for unfinished, so the campaign's row is held until the transaction ends.
    /// </summary>
    public static async Task<bool> IsLastAsync(DbContext db, InspectionCase ended, CancellationToken cancellationToken)
    {
        await db.Set<Campaign>().Where(c => c.Id == ended.CampaignId).ExecuteUpdateAsync(s => s.SetProperty(c => c.Revision, c => c.Revision), cancellationToken);
        return !await db.Set<InspectionCase>().AnyAsync(
            c => c.CampaignId == ended.CampaignId && c.VisitEndedOn == null && c.Status != InspectionStatus.Refused && c.Id != ended.Id, cancellationToken);
    }
}
