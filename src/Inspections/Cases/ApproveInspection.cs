using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Cases;

/// <summary>行政检查审批: no visit without it (国办发〔2024〕54号). Counts the inspectee's approved checks of the planned year.</summary>
/// <param name="YearlyCap">The published cap a year for one inspectee, this check included.</param>
/// <param name="WaiverReason">Why the cap is exceeded (complaint, transfer, order from above); only then it may be.</param>
public sealed record ApproveInspection(Guid CaseId, int YearlyCap, string? WaiverReason = null);

/// <summary>The director does not approve the check; the case ends.</summary>
public sealed record RefuseInspection(Guid CaseId, string Reason);

public sealed class ApproveInspectionHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<InspectionCase>> HandleAsync(ApproveInspection command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (change.RequireAny(Roles.Director) is { } forbidden) return forbidden;
        var found = await db.FindCaseAsync(command.CaseId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (inspection.RequireStatus(InspectionStatus.Opened) is { } wrong) return wrong;

        var from = new DateOnly(inspection.PlannedOn.Year, 1, 1);
        var before = from.AddYears(1);
        var approved = (await db.WithStagedAsync<InspectionCase>(
            c => c.InspecteeNumber == inspection.InspecteeNumber && c.PlannedOn >= from && c.PlannedOn < before && c.ApprovedOn != null, cancellationToken)).Count;
        var overCap = approved + 1 > command.YearlyCap;
        if (overCap && CaseRows.IsBlank(command.WaiverReason))
            return Refusal.Conflict("cases.over-cap", inspection.InspecteeName, approved, command.YearlyCap);

        inspection.Status = InspectionStatus.Approved;
        inspection.ApprovedOn = change.On;
        inspection.ApprovedByName = change.By.Name;
        inspection.CapWaiverReason = overCap ? command.WaiverReason : null;
        inspection.Revision++;
        audit.Record(change, inspection.Chain, overCap ? "审批同意(超频次上限)" : "审批同意", inspection.InspectionNo,
            new JsonObject { ["approvedThisYear"] = approved, ["cap"] = command.YearlyCap, ["waiver"] = inspection.CapWaiverReason });
        return inspection;
    }
}

public sealed class RefuseInspectionHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<InspectionCase>> HandleAsync(RefuseInspection command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (change.RequireAny(Roles.Director) is { } forbidden) return forbidden;
        if (CaseRows.IsBlank(command.Reason)) return Refusal.Invalid("cases.no-reason", "reason");
        var found = await db.FindCaseAsync(command.CaseId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (inspection.RequireStatus(InspectionStatus.Opened) is { } wrong) return wrong;
        inspection.Status = InspectionStatus.Refused;
        inspection.RefusalReason = command.Reason;
        inspection.Revision++;
        audit.Record(change, inspection.Chain, "审批不同意", inspection.InspectionNo, new JsonObject { ["reason"] = command.Reason });
        return inspection;
    }
}
