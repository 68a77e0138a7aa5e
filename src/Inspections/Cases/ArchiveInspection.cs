using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Credit;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Hazards;
using DoubleRandom.Inspections.Penalties;
using DoubleRandom.Inspections.Publications;
using DoubleRandom.Inspections.Rectification;
using DoubleRandom.Inspections.Transfers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Cases;

/// <summary>保管期限 of a bound file.</summary>
public static class KeepingPeriods
{
    public const string Usual = "长期(30年)";

    public static IReadOnlyList<string> All { get; } = ["永久", Usual, "短期(10年)"];
}

/// <summary>归档: gives the check its place in the enterprise file (一企一册, S000-16) once nothing that follows from it is open.</summary>
public sealed record FileCase(Guid CaseId, string KeepingPeriod);

/// <summary>Closes the filed check with the index of its papers. From here on it is read only.</summary>
public sealed record ArchiveInspection(Guid CaseId, IReadOnlyList<FileEntry> Papers);

/// <summary>A line of the 卷内目录.</summary>
/// <param name="Number">文号; null for papers without one.</param>
public sealed record FileEntry(string Title, string? Number, DateOnly? On);

public sealed class FileCaseHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<InspectionCase>> HandleAsync(FileCase command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindCaseAsync(command.CaseId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (inspection.RequireGroup(change) is { } forbidden) return forbidden;
        if (inspection.RequireStatus(InspectionStatus.FindingsLocked, InspectionStatus.Unreachable, InspectionStatus.Closed, InspectionStatus.EntryRefused) is { } wrong) return wrong;
        if (!KeepingPeriods.All.Contains(command.KeepingPeriod)) return Refusal.Invalid("cases.keeping-period", "keepingPeriod", command.KeepingPeriod);
        if ((await OpenMattersAsync(db, inspection, cancellationToken)) is { Count: > 0 } open) return Refusal.Conflict("cases.open-matters", inspection.InspectionNo, string.Join('、', open));

        var prefix = string.Create(CultureInfo.InvariantCulture, $"{inspection.InspecteeNumber}-{change.On.Year}-");
        var filed = (await db.WithStagedAsync<InspectionCase>(c => c.ArchiveNo != null && c.ArchiveNo.StartsWith(prefix), cancellationToken)).Count;
        inspection.ArchiveNo ??= prefix + (filed + 1).ToString("00", CultureInfo.InvariantCulture);
        inspection.KeepingPeriod = command.KeepingPeriod;
        inspection.Revision++;
        audit.Record(change, inspection.Chain, "归入企业档案", inspection.InspectionNo, new JsonObject { ["archiveNo"] = inspection.ArchiveNo, ["keeping"] = command.KeepingPeriod });
        return inspection;
    }

    /// <summary>What still has to end before the file can be bound.</summary>
    public static async Task<IReadOnlyList<string>> OpenMattersAsync(DbContext db, InspectionCase inspection, CancellationToken cancellationToken)
    {
        List<string> open = [];
        var id = inspection.Id;
        if ((await db.WithStagedAsync<Publication>(p => p.CaseId == id && p.Kind == PublicationKind.InspectionResult && p.PublishedOn != null, cancellationToken)).Count == 0) open.Add("检查结果未公示");
        if ((await db.WithStagedAsync<RectificationOrder>(o => o.CaseId == id && o.Status == RectificationStatus.Issued, cancellationToken)).Count > 0) open.Add("整改未复查");
        if ((await db.WithStagedAsync<PenaltyCase>(p => p.CaseId == id && p.Status != PenaltyStatus.Closed && p.Status != PenaltyStatus.FilingRefused, cancellationToken)).Count > 0) open.Add("处罚案件未结案");
        if ((await db.WithStagedAsync<MajorHazard>(h => h.CaseId == id && h.Status != HazardStatus.Delisted && h.Status != HazardStatus.ListingRefused, cancellationToken)).Count > 0) open.Add("重大隐患未摘牌");
        if ((await db.WithStagedAsync<LeadTransfer>(t => t.CaseId == id && t.ReceivedOn == null, cancellationToken)).Count > 0) open.Add("移送未收到回执");
        return open;
    }
}

public sealed class ArchiveInspectionHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<InspectionCase>> HandleAsync(ArchiveInspection command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindCaseAsync(command.CaseId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (inspection.RequireGroup(change) is { } forbidden) return forbidden;
        if (inspection.RequireStatus(InspectionStatus.FindingsLocked, InspectionStatus.Unreachable, InspectionStatus.Closed, InspectionStatus.EntryRefused) is { } wrong) return wrong;
        if (inspection.ArchiveNo is null) return Refusal.Conflict("cases.not-filed", inspection.InspectionNo);

        // What no order asked to be put right was settled by its penalty, transfer or correction on the spot.
        foreach (var finding in await db.WithStagedAsync<Finding>(f => f.CaseId == inspection.Id && f.Status == FindingStatus.Open, cancellationToken))
        {
            finding.Status = FindingStatus.Closed;
            finding.ClosedOn = change.On;
            finding.Revision++;
        }
        var result = string.Join(';', (inspection.ResultCodes ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(c => ResultCodes.All[c]));
        db.Add(new CreditEntry
        {
            Id = Ids.New(change),
            InspecteeNumber = inspection.InspecteeNumber,
            Kind = CreditKind.Inspection,
            SourceNo = inspection.InspectionNo,
            Text = $"双随机抽查:{result}",
            On = inspection.CheckedOn ?? change.On,
            RecordedByName = change.By.Name,
            RecordedAt = change.At,
        });
        inspection.FileIndexJson = JsonSerializer.Serialize(command.Papers);
        inspection.Status = InspectionStatus.Archived;
        inspection.ArchivedOn = change.On;
        inspection.Revision++;
        audit.Record(change, inspection.Chain, "案卷归档", inspection.InspectionNo, new JsonObject { ["archiveNo"] = inspection.ArchiveNo, ["papers"] = command.Papers.Count });
        return inspection;
    }
}
