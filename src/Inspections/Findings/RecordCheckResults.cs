using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Evidence;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Findings;

/// <param name="Basis">Null: the entry's own.</param>
/// <param name="EvidenceHashes">At least one.</param>
public sealed record FoundIssue(
    string Description, string Place, string? Basis, HazardGrade Grade, IReadOnlyList<Disposal> Disposals, string Requirement,
    IReadOnlyList<string> EvidenceHashes, DateOnly? DueOn = null, string? MajorCriterion = null, string? TransferTo = null);

/// <param name="Note">The reason, with NotApplicable (S000-27).</param>
/// <param name="Issue">What was found, with Fails.</param>
public sealed record CheckEntry(string Code, CheckOutcome Outcome, string? Note = null, FoundIssue? Issue = null);

/// <summary>逐项检查: results of some entries. An entry recorded again replaces its result and its finding; confirmations given before lapse.</summary>
public sealed record RecordCheckResults(Guid CaseId, IReadOnlyList<CheckEntry> Entries);

public sealed class RecordCheckResultsHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<InspectionCase>> HandleAsync(RecordCheckResults command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindCaseAsync(command.CaseId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (change.By.RegisterNumber is not { } number || inspection.Team.All(m => m.Number != number)) return Refusal.Forbidden("cases.not-in-group", inspection.InspectionNo);
        if (inspection.RequireStatus(InspectionStatus.OnSite) is { } wrong) return wrong;
        if (command.Entries.GroupBy(e => e.Code).FirstOrDefault(g => g.Count() > 1) is { } twice) return Refusal.Invalid("findings.entry-twice", "entries", twice.Key);

        var rows = (await db.WithStagedAsync<CheckResult>(r => r.CaseId == inspection.Id, cancellationToken)).ToDictionary(r => r.Code);
        foreach (var entry in command.Entries)
        {
            if (!rows.TryGetValue(entry.Code, out var row)) return Refusal.Invalid("findings.unknown-entry", "entries", entry.Code);
            if (Check(entry, row, change.On) is { } bad) return bad;
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
            if (entry.Issue is { } issue) db.Add(Make(inspection, row, issue, change));
        }
        inspection.ForgetConfirmations();
        inspection.Revision++;
        audit.Record(change, inspection.Chain, "记录检查结果", inspection.InspectionNo,
            new JsonObject { ["entries"] = new JsonArray([.. command.Entries.Select(e => (JsonNode)$"{e.Code} {e.Outcome}")]) });
        return inspection;
    }

    internal static Refusal? Check(CheckEntry entry, CheckResult row, DateOnly today)
    {
        if (entry.Outcome is CheckOutcome.NotApplicable && CaseRows.IsBlank(entry.Note)) return Refusal.Invalid("findings.no-reason", "note", entry.Code);
        if (entry.Outcome is not CheckOutcome.Fails) return entry.Issue is null ? null : Refusal.Invalid("findings.issue-without-fail", "issue", entry.Code);
        if (entry.Issue is not { } issue) return Refusal.Invalid("findings.no-issue", "issue", entry.Code);
        if (CaseRows.IsBlank(issue.Description) || CaseRows.IsBlank(issue.Place) || CaseRows.IsBlank(issue.Requirement)) return Refusal.Invalid("findings.incomplete", "description", entry.Code);
        if (CaseRows.IsBlank(issue.Basis ?? row.Basis)) return Refusal.Invalid("findings.no-basis", "basis", entry.Code);
        if (issue.EvidenceHashes.Count == 0) return Refusal.Invalid("findings.no-evidence", "evidence", entry.Code);
        if (issue.EvidenceHashes.FirstOrDefault(h => !EvidenceStore.IsHash(h)) is { } bad) return Refusal.Invalid("evidence.bad-hash", "evidence", bad);
        if (issue.Disposals.Count == 0) return Refusal.Invalid("findings.no-disposal", "disposals", entry.Code);
        if (issue.Grade is HazardGrade.Major && CaseRows.IsBlank(issue.MajorCriterion)) return Refusal.Invalid("findings.no-criterion", "majorCriterion", entry.Code);
        var dated = issue.Disposals.Any(d => d is Disposal.RectifyByDate or Disposal.RemoveAtOnce or Disposal.Suspend);
        if (dated && (issue.DueOn is not { } due || due < today)) return Refusal.Invalid("findings.no-due", "dueOn", entry.Code);
        if (issue.Disposals.Contains(Disposal.Transfer) && CaseRows.IsBlank(issue.TransferTo)) return Refusal.Invalid("findings.no-target", "transferTo", entry.Code);
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
        MajorCriterion = issue.MajorCriterion,
        DisposalCodes = string.Join(';', issue.Disposals.Distinct()),
        Requirement = issue.Requirement,
        DueOn = issue.DueOn,
        EvidenceHashes = string.Join(';', issue.EvidenceHashes),
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
