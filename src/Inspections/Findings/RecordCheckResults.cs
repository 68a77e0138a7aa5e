using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Evidence;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Findings;

/// <param name="Basis">Null: the entry's own.</param>
/// <param name="EvidenceHashes">At least one.</param>
/// <param name="MajorCriterion">Null: the entry's own, when the grade is major.</param>
public sealed record FoundIssue(
    string Description, string Place, string? Basis, HazardGrade Grade, IReadOnlyList<Disposal> Disposals, string Requirement,
    IReadOnlyList<string> EvidenceHashes, DateOnly? DueOn = null, string? MajorCriterion = null, string? TransferTo = null);

/// <param name="Note">The reason, with NotApplicable (S000-27).</param>
/// <param name="Issues">What was found, one or more with Fails.</param>
public sealed record CheckEntry(string Code, CheckOutcome Outcome, string? Note = null, IReadOnlyList<FoundIssue>? Issues = null);

/// <summary>逐项检查: results of some entries. An entry recorded again replaces its result and its findings; confirmations given before lapse.</summary>
/// <param name="Statement">What the inspectee's person in charge stated (负责人陈述); null: nothing new.</param>
/// <param name="Complete">The checklist is handed in: no mandatory entry may stay blank (S000-27).</param>
public sealed record RecordCheckResults(Guid CaseId, IReadOnlyList<CheckEntry> Entries, string? Statement = null, bool Complete = false);

public sealed class RecordCheckResultsHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<InspectionCase>> HandleAsync(RecordCheckResults command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindCaseAsync(command.CaseId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (inspection.RequireMember(change) is { } forbidden) return forbidden;
        if (inspection.RequireStatus(InspectionStatus.OnSite) is { } wrong) return wrong;
        if (command.Entries.GroupBy(e => e.Code).FirstOrDefault(g => g.Count() > 1) is { } twice) return Refusal.Invalid("findings.entry-twice", "entries", twice.Key);

        var rows = (await db.WithStagedAsync<CheckResult>(r => r.CaseId == inspection.Id, cancellationToken)).ToDictionary(r => r.Code);
        foreach (var entry in command.Entries)
        {
            if (!rows.TryGetValue(entry.Code, out var row)) return Refusal.Invalid("findings.unknown-entry", "entries", entry.Code);
            if (Check(entry, row, change.On) is { } bad) return bad;
            if (await db.CheckEvidenceAsync(inspection.Id, (entry.Issues ?? []).SelectMany(i => i.EvidenceHashes), cancellationToken) is { } unknown) return unknown;
        }

        if (command.Complete)
        {
            var given = command.Entries.Select(e => e.Code).ToHashSet();
            var blank = rows.Values.Where(r => r.Mandatory && r.Outcome is null && !given.Contains(r.Code)).OrderBy(r => r.Position).Select(r => r.Code).ToList();
            if (blank.Count > 0) return Refusal.Invalid("findings.blank", "results", blank.Count, string.Join('、', blank.Take(10)));
        }

        var findings = (await db.WithStagedAsync<Finding>(f => f.CaseId == inspection.Id, cancellationToken)).ToLookup(f => f.EntryCode);
        foreach (var entry in command.Entries)
        {
            var row = rows[entry.Code];
            row.Outcome = entry.Outcome;
            row.Note = entry.Note;
            row.RecordedByName = change.By.Name;
            row.RecordedAt = change.At;
            db.RemoveRange(findings[entry.Code]);
            foreach (var issue in entry.Issues ?? []) db.Add(Make(inspection, row, issue, change));
        }
        if (!CaseRows.IsBlank(command.Statement)) inspection.SiteStatement = command.Statement;
        inspection.ForgetConfirmations();
        inspection.Revision++;
        audit.Record(change, inspection.Chain, "记录检查结果", inspection.InspectionNo,
            new JsonObject { ["entries"] = new JsonArray([.. command.Entries.Select(e => (JsonNode)$"{e.Code} {e.Outcome}")]) });
        return inspection;
    }

    internal static Refusal? Check(CheckEntry entry, CheckResult row, DateOnly today)
    {
        var issues = entry.Issues ?? [];
        if (entry.Outcome is CheckOutcome.NotApplicable && CaseRows.IsBlank(entry.Note)) return Refusal.Invalid("findings.no-reason", "note", entry.Code);
        if (entry.Outcome is not CheckOutcome.Fails) return issues.Count == 0 ? null : Refusal.Invalid("findings.issue-without-fail", "issues", entry.Code);
        if (issues.Count == 0) return Refusal.Invalid("findings.no-issue", "issues", entry.Code);
        foreach (var issue in issues)
        {
            if (CaseRows.IsBlank(issue.Description) || CaseRows.IsBlank(issue.Place) || CaseRows.IsBlank(issue.Requirement)) return Refusal.Invalid("findings.incomplete", "issues", entry.Code);
            if (CaseRows.IsBlank(issue.Basis ?? row.Basis)) return Refusal.Invalid("findings.no-basis", "issues", entry.Code);
            if (issue.EvidenceHashes.Count == 0) return Refusal.Invalid("findings.no-evidence", "issues", entry.Code);
            if (CheckDisposal(entry.Code, issue.Disposals, issue.Grade, issue.MajorCriterion ?? row.MajorCriterion, issue.DueOn, issue.TransferTo, today) is { } bad) return bad;
        }
        return null;
    }

    /// <summary>What the chosen disposals demand; asked again when a consultation amends a finding.</summary>
    internal static Refusal? CheckDisposal(
        string code, IReadOnlyList<Disposal> disposals, HazardGrade grade, string? criterion, DateOnly? dueOn, string? transferTo, DateOnly today)
    {
        if (disposals.Count == 0) return Refusal.Invalid("findings.no-disposal", "issues", code);
        if (grade is HazardGrade.Major && CaseRows.IsBlank(criterion)) return Refusal.Invalid("findings.no-criterion", "issues", code);
        if (disposals.Any(Finding.IsOrder) && (dueOn is not { } due || due < today)) return Refusal.Invalid("findings.no-due", "issues", code);
        if (disposals.Contains(Disposal.Transfer) && CaseRows.IsBlank(transferTo)) return Refusal.Invalid("findings.no-target", "issues", code);
        return null;
    }

    private static Finding Make(InspectionCase inspection, CheckResult row, FoundIssue issue, ChangeContext change) => new()
    {
        Id = Ids.New(change),
        CaseId = inspection.Id,
        InspectionNo = inspection.InspectionNo,
        InspecteeNumber = inspection.InspecteeNumber,
        EntryCode = row.Code,
        Description = issue.Description,
        Place = issue.Place,
        Basis = issue.Basis ?? row.Basis!,
        Grade = issue.Grade,
        MajorCriterion = issue.Grade is HazardGrade.Major ? issue.MajorCriterion ?? row.MajorCriterion : null,
        DisposalCodes = string.Join(';', issue.Disposals.Distinct()),
        Requirement = issue.Requirement,
        DueOn = issue.DueOn,
        EvidenceHashes = string.Join(';', issue.EvidenceHashes.Distinct()),
        TransferTo = issue.TransferTo,
        FoundByName = change.By.Name,
        FoundAt = change.At,
        Status = FindingStatus.Open,
    };
}

internal static class Confirmations
{
    /// <summary>What was confirmed has changed: both must look again.</summary>
    public static void ForgetConfirmations(this InspectionCase inspection)
    {
        inspection.OfficerConfirmedById = inspection.ExpertConfirmedById = null;
        inspection.OfficerConfirmedByName = inspection.ExpertConfirmedByName = null;
    }
}
