using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Findings;

/// <summary>《问题汇总表》: counts and what follows from it. Withdrawn findings are not in it.</summary>
public sealed record FindingsSummary(
    Guid CaseId, string InspectionNo, int Entries, int Conforming, int NotApplicable, int Blank, int Findings, int Major,
    bool NeedsRectification, bool NeedsPenalty, bool SimplePenalty, bool HasMajor, bool NeedsTransfer, IReadOnlyList<Finding> Lines)
{
    public static async Task<FindingsSummary> LoadAsync(DbContext db, InspectionCase inspection, CancellationToken cancellationToken)
    {
        var results = await db.WithStagedAsync<CheckResult>(r => r.CaseId == inspection.Id, cancellationToken);
        var lines = (await db.WithStagedAsync<Finding>(f => f.CaseId == inspection.Id && f.Status != FindingStatus.Withdrawn, cancellationToken))
            .OrderBy(f => f.EntryCode, StringComparer.Ordinal).ToList();
        return Of(inspection, results, lines);
    }

    internal static FindingsSummary Of(InspectionCase inspection, IReadOnlyCollection<CheckResult> results, IReadOnlyList<Finding> lines)
    {
        var ordinary = lines.Any(f => f.Has(Disposal.FileCase));
        var simple = lines.Any(f => f.Has(Disposal.SimplePenalty));
        return new FindingsSummary(inspection.Id, inspection.InspectionNo, results.Count, results.Count(r => r.Outcome is CheckOutcome.Conforms),
            results.Count(r => r.Outcome is CheckOutcome.NotApplicable), results.Count(r => r.Outcome is null), lines.Count, lines.Count(f => f.Grade is HazardGrade.Major),
            lines.Any(f => f.NeedsRectification), ordinary || simple, simple && !ordinary, lines.Any(f => f.Grade is HazardGrade.Major),
            lines.Any(f => f.Has(Disposal.Transfer)), lines);
    }
}

/// <summary>Confirms the summary for the side the person stands on: experts of the group for the experts, officers for the officers (S000-33).</summary>
public sealed record ConfirmSummary(Guid CaseId);

/// <summary>Closes the summary; from here on it is read only.</summary>
public sealed record LockSummary(Guid CaseId);

public sealed class ConfirmSummaryHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<InspectionCase>> HandleAsync(ConfirmSummary command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindCaseAsync(command.CaseId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (inspection.RequireMember(change) is { } forbidden) return forbidden;
        var member = inspection.MemberOf(change)!;
        if (inspection.RequireStatus(InspectionStatus.OnSite) is { } wrong) return wrong;
        if (member.Part is TeamPart.Expert) (inspection.ExpertConfirmedById, inspection.ExpertConfirmedByName) = (change.By.Id, change.By.Name);
        else (inspection.OfficerConfirmedById, inspection.OfficerConfirmedByName) = (change.By.Id, change.By.Name);
        inspection.Revision++;
        audit.Record(change, inspection.Chain, member.Part is TeamPart.Expert ? "专家确认问题汇总" : "执法人员确认问题汇总", inspection.InspectionNo);
        return inspection;
    }
}

public sealed class LockSummaryHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<FindingsSummary>> HandleAsync(LockSummary command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindCaseAsync(command.CaseId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (!change.By.IsSystem && inspection.RequireGroup(change) is { } forbidden) return forbidden;
        if (inspection.RequireStatus(InspectionStatus.OnSite) is { } wrong) return wrong;
        var results = await db.WithStagedAsync<CheckResult>(r => r.CaseId == inspection.Id, cancellationToken);
        var blank = results.Where(r => r.Mandatory && r.Outcome is null).OrderBy(r => r.Position).Select(r => r.Code).ToList();
        if (blank.Count > 0) return Refusal.Conflict("findings.blank", blank.Count, string.Join("、", blank.Take(10)));
        if ((await db.WithStagedAsync<Dispute>(d => d.CaseId == inspection.Id && d.Outcome == null, cancellationToken)).Count is > 0 and var open) return Refusal.Conflict("findings.open-dispute", open);
        if (inspection.OfficerConfirmedByName is null) return Refusal.Conflict("findings.not-confirmed", "执法人员");
        if (inspection.ExpertNumbers.Count > 0 && inspection.ExpertConfirmedByName is null) return Refusal.Conflict("findings.not-confirmed", "专家");

        var summary = await FindingsSummary.LoadAsync(db, inspection, cancellationToken);
        var booklet = (await db.WithStagedAsync<Finding>(f => f.InspecteeNumber == inspection.InspecteeNumber && f.BookletNo != null, cancellationToken)).Max(f => f.BookletNo) ?? 0;
        foreach (var line in summary.Lines)
        {
            line.BookletNo = ++booklet;
            if (line.Disposals is [Disposal.CorrectedOnSpot]) (line.Status, line.ClosedOn) = (FindingStatus.Closed, change.On);
            line.Revision++;
        }
        inspection.Status = InspectionStatus.FindingsLocked;
        inspection.LockedAt = change.At;
        inspection.CheckedOn = change.On;
        inspection.Revision++;
        audit.Record(change, inspection.Chain, "锁定问题汇总表", inspection.InspectionNo, new JsonObject { ["findings"] = summary.Findings, ["major"] = summary.Major });
        return summary;
    }
}
