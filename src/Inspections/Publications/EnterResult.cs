using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Publications;

/// <summary>RESULT — 抽查检查结果 (domain 2.14): codes of the table <see cref="CodeTables.Results"/>. What the record of the check demands is told by the national codes 1 to 9.</summary>
public static class ResultCodes
{
    /// <summary>One code at least, each of the table on that day and once; 1 excludes 5, 6 and 8.</summary>
    public static Refusal? Check(IReadOnlyList<string> codes, IReadOnlyList<CodeWord> words, DateOnly on)
    {
        if (codes.Count == 0) return Refusal.Invalid("publications.no-result", "codes");
        if (codes.FirstOrDefault(c => !words.Any(w => w.Code == c && w.IsInForce(on))) is { } unknown) return Refusal.Invalid("publications.unknown-result", "codes", unknown);
        if (codes.Distinct().Count() != codes.Count) return Refusal.Invalid("publications.result-twice", "codes");
        if (codes.Contains("1") && codes.FirstOrDefault(c => c is "5" or "6" or "8") is { } other) return Refusal.Invalid("publications.result-excludes", "codes", NameOf("1", words), NameOf(other, words));
        return null;
    }

    private static string NameOf(string code, IReadOnlyList<CodeWord> words) => words.FirstOrDefault(w => w.Code == code)?.Name ?? code;

    /// <summary>The codes the record itself suggests; a person may add others.</summary>
    public static async Task<IReadOnlyList<string>> SuggestAsync(InspectionCase inspection, DbContext db, CancellationToken cancellationToken)
    {
        if (Ending(inspection.Status) is { } ending) return [ending];
        var summary = await FindingsSummary.LoadAsync(db, inspection, cancellationToken);
        if (summary.Findings == 0) return ["1"];
        List<string> codes = [];
        if (summary.Lines.Any(f => f.NeedsRectification || f.Has(Disposal.CorrectedOnSpot))) codes.Add("5");
        if (codes.Count == 0 || summary.NeedsPenalty || summary.NeedsTransfer || summary.HasMajor) codes.Add("8");
        return codes;
    }

    /// <summary>What was met on the spot decides: an ending without a checklist has its own code, and findings exclude 未发现问题.</summary>
    internal static async Task<Refusal?> CheckAsync(IReadOnlyList<string> codes, IReadOnlyList<CodeWord> words, InspectionCase inspection, DbContext db, CancellationToken cancellationToken)
    {
        if (Ending(inspection.Status) is { } ending)
            return codes.Contains(ending) && !codes.Contains("1") ? null : Refusal.Invalid("publications.result-ending", "codes", CaseRows.Of(inspection.Status), NameOf(ending, words));
        if (codes.FirstOrDefault(c => c is "4" or "9") is { } wrong) return Refusal.Invalid("publications.result-not-met", "codes", NameOf(wrong, words));
        var findings = (await FindingsSummary.LoadAsync(db, inspection, cancellationToken)).Findings;
        if (findings > 0 && codes.Contains("1")) return Refusal.Invalid("publications.result-findings", "codes", findings);
        return findings == 0 && codes.FirstOrDefault(c => c is "5" or "8") is { } none ? Refusal.Invalid("publications.result-no-findings", "codes", NameOf(none, words)) : null;
    }

    /// <summary>The code of a visit that ended without a checklist; null for one that was checked.</summary>
    private static string? Ending(InspectionStatus status) => status switch
    {
        InspectionStatus.Unreachable => "4",
        InspectionStatus.Closed => "9",
        InspectionStatus.EntryRefused => "6",
        _ => null,
    };
}

/// <summary>录入检查结果: by the group that checked (谁检查谁录入), after the check has ended.</summary>
public sealed record EnterResult(Guid CaseId, IReadOnlyList<string> Codes, string FollowUp);

public sealed class EnterResultHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<InspectionCase>> HandleAsync(EnterResult command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindCaseAsync(command.CaseId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (inspection.RequireGroup(change) is { } forbidden) return forbidden;
        if (inspection.RequireStatus(InspectionStatus.FindingsLocked, InspectionStatus.Unreachable, InspectionStatus.Closed, InspectionStatus.EntryRefused) is { } wrong) return wrong;
        if (inspection.VisitEndedOn is null) return Refusal.Conflict("publications.visit-open", inspection.InspectionNo);
        var words = await CodeTables.AllAsync(db, CodeTables.Results, cancellationToken);
        if (ResultCodes.Check(command.Codes, words, change.On) is { } bad) return bad;
        if (await ResultCodes.CheckAsync(command.Codes, words, inspection, db, cancellationToken) is { } contradiction) return contradiction;
        if (CaseRows.IsBlank(command.FollowUp)) return Refusal.Invalid("publications.no-follow-up", "followUp");
        if (await db.Set<Publication>().AnyAsync(p => p.CaseId == inspection.Id && p.Kind == PublicationKind.InspectionResult && p.Status == PublicationStatus.Published, cancellationToken))
            return Refusal.Conflict("publications.result-public", inspection.InspectionNo);
        inspection.ResultCodes = string.Join(';', command.Codes.Order(StringComparer.Ordinal));
        inspection.FollowUp = command.FollowUp;
        inspection.ResultEnteredById = change.By.Id;
        inspection.ResultEnteredByName = change.By.Name;
        inspection.ResultEnteredOn = change.On;
        inspection.Revision++;
        audit.Record(change, inspection.Chain, "录入检查结果", inspection.InspectionNo, new JsonObject { ["codes"] = inspection.ResultCodes, ["followUp"] = command.FollowUp });
        return inspection;
    }
}
