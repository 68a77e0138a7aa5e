using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Findings;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Cases;

/// <summary>An entry of the checklist template as it applies to this inspectee.</summary>
public sealed record PlannedCheck(
    string Code, string Content, string? Method = null, string? Basis = null, bool Mandatory = true, HazardGrade DefaultGrade = HazardGrade.General, string? PenaltyBasis = null,
    string? MajorCriterion = null, string? Advice = null);

/// <summary>现场检查方案: time, scope, focus and division of work, all four mandatory (S000-22), and the checklist it is carried out by.</summary>
/// <param name="FileRead">The group has read the inspectee's file (S000-13).</param>
public sealed record RecordSitePlan(Guid CaseId, DateOnly VisitOn, string Scope, string Focus, string Division, IReadOnlyList<PlannedCheck> Checklist, bool FileRead = false);

public sealed class RecordSitePlanHandler(DbContext db, IAuditTrail audit)
{
    public const int MaxChecks = 500;

    public async Task<Result<InspectionCase>> HandleAsync(RecordSitePlan command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindCaseAsync(command.CaseId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (inspection.RequireGroup(change) is { } forbidden) return forbidden;
        if (inspection.RequireStatus(InspectionStatus.Approved, InspectionStatus.Planned) is { } wrong) return wrong;
        if (command.VisitOn < change.On) return Refusal.Invalid("cases.plan-past", "visitOn", command.VisitOn);
        if (CaseRows.IsBlank(command.Scope)) return Refusal.Invalid("cases.plan-incomplete", "scope", "检查范围");
        if (CaseRows.IsBlank(command.Focus)) return Refusal.Invalid("cases.plan-incomplete", "focus", "重点内容");
        if (CaseRows.IsBlank(command.Division)) return Refusal.Invalid("cases.plan-incomplete", "division", "分工");
        if (!command.FileRead) return Refusal.Invalid("cases.file-not-read", "fileRead", inspection.InspecteeName);
        if (command.Checklist.Count is 0 or > MaxChecks) return Refusal.Invalid("cases.plan-checklist", "checklist", MaxChecks);
        if (command.Checklist.GroupBy(c => c.Code).FirstOrDefault(g => g.Count() > 1) is { } twice) return Refusal.Invalid("cases.plan-entry-twice", "checklist", twice.Key);
        if (command.Checklist.FirstOrDefault(c => CaseRows.IsBlank(c.Code) || CaseRows.IsBlank(c.Content)) is { } empty) return Refusal.Invalid("cases.plan-entry-empty", "checklist", empty.Code);

        // A plan made anew replaces the entries; nothing is checked yet in this state.
        var old = (await db.WithStagedAsync<CheckResult>(r => r.CaseId == inspection.Id, cancellationToken)).ToDictionary(r => r.Code);
        var position = 0;
        foreach (var check in command.Checklist)
        {
            if (!old.Remove(check.Code, out var row)) db.Add(row = new CheckResult { Id = Ids.New(change), CaseId = inspection.Id, Code = check.Code, Content = check.Content });
            row.Position = ++position;
            row.Content = check.Content;
            row.Method = check.Method;
            row.Basis = check.Basis;
            row.PenaltyBasis = check.PenaltyBasis;
            row.Mandatory = check.Mandatory;
            row.DefaultGrade = check.DefaultGrade;
            row.MajorCriterion = check.MajorCriterion;
            row.Advice = check.Advice;
        }
        db.RemoveRange(old.Values);
        inspection.Status = InspectionStatus.Planned;
        inspection.PlannedOn = command.VisitOn;
        inspection.SiteScope = command.Scope;
        inspection.SiteFocus = command.Focus;
        inspection.SiteDivision = command.Division;
        inspection.SitePlanOn = change.On;
        inspection.FileReadByName = change.By.Name;
        inspection.Revision++;
        audit.Record(change, inspection.Chain, "制定现场检查方案", inspection.InspectionNo, new JsonObject { ["scope"] = command.Scope, ["focus"] = command.Focus, ["division"] = command.Division, ["entries"] = position });
        return inspection;
    }
}
