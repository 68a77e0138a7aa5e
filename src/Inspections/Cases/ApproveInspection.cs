using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Cases;

/// <summary>
/// 行政检查审批: no visit without it (国办发〔2024〕54号). Counts the inspectee's approved checks of the planned year against the lowest
/// cap the item list gives the items of the check.
/// </summary>
/// <param name="WaiverReason">Why the cap is exceeded (complaint, transfer, order from above); only then it may be.</param>
public sealed record ApproveInspection(Guid CaseId, string? WaiverReason = null);

/// <summary>How often an inspectee was checked in the year of a planned check.</summary>
/// <param name="Approved">Checks approved before, the one in question not among them.</param>
/// <param name="Cap">Checks a year by the item list; null: none given.</param>
public sealed record CheckFrequency(int Approved, int? Cap)
{
    public bool IsOverCap => Approved + 1 > Cap;

    public static async Task<CheckFrequency> LoadAsync(DbContext db, InspectionCase inspection, CancellationToken cancellationToken)
    {
        var from = new DateOnly(inspection.PlannedOn.Year, 1, 1);
        var before = from.AddYears(1);
        var approved = await db.WithStagedAsync<InspectionCase>(
            c => c.InspecteeNumber == inspection.InspecteeNumber && c.PlannedOn >= from && c.PlannedOn < before && c.ApprovedOn != null, cancellationToken);
        var items = await KeptItems.ItemsAsync(db, inspection.Items, inspection.ItemVersions, inspection.PlannedOn, cancellationToken);
        var rules = await Planning.PlanRules.InForceAsync(db, inspection.PlannedOn, cancellationToken);
        var cap = items.Select(i => i.YearlyCap).Append(rules.VisitsPerInspectee).Min();
        return new CheckFrequency(approved.Count(c => c.Id != inspection.Id), cap);
    }
}

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

        var frequency = await CheckFrequency.LoadAsync(db, inspection, cancellationToken);
        var overCap = frequency.IsOverCap;
        if (overCap && CaseRows.IsBlank(command.WaiverReason))
            return Refusal.Conflict("cases.over-cap", inspection.InspecteeName, frequency.Approved, frequency.Cap!);

        inspection.Status = InspectionStatus.Approved;
        inspection.ApprovedOn = change.On;
        inspection.ApprovedByName = change.By.Name;
        inspection.CapWaiverReason = overCap ? command.WaiverReason : null;
        inspection.Revision++;
        audit.Record(change, inspection.Chain, overCap ? "审批同意（超频次上限）" : "审批同意", inspection.InspectionNo,
            new JsonObject { ["approvedThisYear"] = frequency.Approved, ["cap"] = frequency.Cap, ["waiver"] = inspection.CapWaiverReason });
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
