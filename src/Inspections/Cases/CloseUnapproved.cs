using DoubleRandom.Basics;
using DoubleRandom.Inspections.Visits;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Cases;

/// <summary>审批未通过的检查销案: the record stays, nothing follows from it.</summary>
public sealed record CloseUnapproved(Guid CaseId);

/// <param name="CampaignDone">All other objects of the campaign are through already.</param>
public sealed record UnapprovedClosed(InspectionCase Case, bool CampaignDone);

public sealed class CloseUnapprovedHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<UnapprovedClosed>> HandleAsync(CloseUnapproved command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindCaseAsync(command.CaseId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (inspection.RequireStatus(InspectionStatus.Refused) is { } wrong) return wrong;
        audit.Record(change, inspection.Chain, "未获批准，检查终止", inspection.InspectionNo);
        return new UnapprovedClosed(inspection, await CampaignProgress.IsLastAsync(db, inspection, cancellationToken));
    }
}
