using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Cases;

/// <summary>
/// 行政检查审批: no visit without it (国办发〔2024〕54号). Counts the inspectee's approved checks of the planned year: those of each item against the item's
/// cap, all of them against the office's.
/// </summary>
/// <param name="WaiverReason">Why the cap is exceeded (complaint, transfer, order from above); only then it may be.</param>
public sealed record ApproveInspection(Guid CaseId, string? WaiverReason = null);

/// <summary>A cap that holds for a check, with what counts against it.</summary>
/// <param name="ItemCode">Checks of this item count; null: those of all items and departments together.</param>
/// <param name="Approved">Checks of the year that were approved before, the one in question not among them.</param>
/// <param name="Cap">Checks a year.</param>
public sealed record FrequencyCap(string? ItemCode, int Approved, int Cap)
{
    public string Name => ItemCode is null ? "各部门合计" : $"事项 {ItemCode}";
}

/// <summary>How often an inspectee was checked in the year of a planned check, by the rule the draw's list is made by: each item against its own cap, all together against the office's.</summary>
/// <param name="Approved">Checks approved before, of whatever item.</param>
public sealed record CheckFrequency(int Approved, IReadOnlyList<FrequencyCap> Caps)
{
    /// <summary>A cap that one check more would exceed; null: none.</summary>
    public FrequencyCap? Reached => Caps.FirstOrDefault(c => c.Approved + 1 > c.Cap);

    public bool IsOverCap => Reached is not null;

    /// <summary>In Chinese, for who approves.</summary>
    public string Words => Caps.Count == 0 ? "清单没有规定年度上限。"
        : string.Join("；", Caps.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Name}年度上限{c.Cap}次，已批准{c.Approved}次"))) + "。";

    /// <param name="on">A day it is to be moved to; null: as planned.</param>
    public static async Task<CheckFrequency> LoadAsync(DbContext db, InspectionCase inspection, CancellationToken cancellationToken, DateOnly? on = null)
    {
        var day = on ?? inspection.PlannedOn;
        var from = new DateOnly(day.Year, 1, 1);
        var before = from.AddYears(1);
        var others = (await db.WithStagedAsync<InspectionCase>(
            c => c.InspecteeNumber == inspection.InspecteeNumber && c.PlannedOn >= from && c.PlannedOn < before && c.ApprovedOn != null, cancellationToken)).Where(c => c.Id != inspection.Id).ToList();
        var items = (await KeptItems.ItemsAsync(db, inspection.Items, inspection.ItemVersions, day, cancellationToken)).ToDictionary(i => i.Code, StringComparer.Ordinal);
        var campaign = await db.Set<Campaign>().FindAsync([inspection.CampaignId], cancellationToken);
        var ofLine = campaign is null ? null : (await Planning.PlanLines.ApprovedLineAsync(db, campaign.PlanNo, campaign.PlanLineNo, cancellationToken))?.YearlyCap;
        List<FrequencyCap> caps = [];
        foreach (var code in inspection.Items)
        {
            var own = items.GetValueOrDefault(code)?.YearlyCap;
            if (code == campaign?.ItemCodes.Split(';')[0]) own = YearlyCaps.Least(own, ofLine);
            if (own is { } cap) caps.Add(new FrequencyCap(code, others.Count(c => c.Items.Contains(code)), cap));
        }
        if ((await Planning.PlanRules.InForceAsync(db, day, cancellationToken)).VisitsPerInspectee is { } all) caps.Add(new FrequencyCap(null, others.Count, all));
        return new CheckFrequency(others.Count, caps);
    }
}

/// <summary>The director does not approve the check; the case ends.</summary>
public sealed record RefuseInspection(Guid CaseId, string Reason);

public sealed class ApproveInspectionHandler(DbContext db, IAuditTrail audit, Deadlines.ClockActs clocks)
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
        if (frequency.Reached is { } reached && CaseRows.IsBlank(command.WaiverReason))
            return Refusal.Conflict("cases.over-cap", inspection.InspecteeName, reached.Approved, reached.Cap, reached.Name);

        inspection.Status = InspectionStatus.Approved;
        inspection.ApprovedOn = change.On;
        inspection.ApprovedByName = change.By.Name;
        inspection.CapWaiverReason = overCap ? command.WaiverReason : null;
        inspection.Revision++;
        audit.Record(change, inspection.Chain, overCap ? "审批同意（超频次上限）" : "审批同意", inspection.InspectionNo,
            new JsonObject { ["approvedThisYear"] = frequency.Approved, ["caps"] = frequency.Words, ["waiver"] = inspection.CapWaiverReason });
        return await clocks.HappenedAsync("check.decided", Deadlines.ClockActs.Of(inspection), change.On, change, cancellationToken) is { } stuck ? stuck : inspection;
    }
}

public sealed class RefuseInspectionHandler(DbContext db, IAuditTrail audit, Deadlines.ClockActs clocks)
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
        return await clocks.HappenedAsync("check.decided", Deadlines.ClockActs.Of(inspection), change.On, change, cancellationToken) is { } stuck ? stuck : inspection;
    }
}
