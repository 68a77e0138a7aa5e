using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Credit;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Hazards;
using DoubleRandom.Inspections.Penalties;
using DoubleRandom.Inspections.Publications;
using DoubleRandom.Inspections.Rectification;
using DoubleRandom.Inspections.Transfers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Inspections.Archives;

/// <summary>归档: binds the finished inspection as the next volume of its inspectee's booklet. A second time answers the volume that is there.</summary>
public sealed record ArchiveCase(Guid CaseId);

public sealed class ArchiveCaseHandler(DbContext db, IAuditTrail audit, CaseFileReader reader, RecordCreditEntryHandler credit, Deadlines.ClockActs clocks)
{
    public async Task<Result<ArchiveVolume>> HandleAsync(ArchiveCase command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindCaseAsync(command.CaseId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (!change.By.IsSystem && inspection.RequireGroup(change) is { } forbidden) return forbidden;
        if (await db.WithStagedAsync<ArchiveVolume>(v => v.CaseId == inspection.Id, cancellationToken) is [var there]) return there;
        if (inspection.RequireStatus(InspectionStatus.FindingsLocked, InspectionStatus.Unreachable, InspectionStatus.Closed, InspectionStatus.EntryRefused) is { } wrong) return wrong;
        if (inspection.ResultCodes is null) return Refusal.Conflict("archives.no-result", inspection.InspectionNo);
        if (await UnfinishedAsync(inspection, cancellationToken) is { } open) return Refusal.Conflict("archives.open", inspection.InspectionNo, open);

        var file = await reader.ReadAsync(inspection.Id, cancellationToken);
        if (file.Refusal is { } unreadable) return unreadable;
        var booklet = await db.Set<EnterpriseFile>().FindAsync([inspection.InspecteeNumber], cancellationToken);
        if (booklet is null) db.Add(booklet = new EnterpriseFile { InspecteeNumber = inspection.InspecteeNumber, InspecteeName = inspection.InspecteeName, OpenedOn = change.On });
        booklet.InspecteeName = inspection.InspecteeName;
        booklet.Volumes = file.Value.CatalogueNo;
        booklet.Revision++;
        var index = JsonSerializer.Serialize(file.Value.Entries);
        var volume = new ArchiveVolume
        {
            Id = Ids.New(change),
            InspecteeNumber = inspection.InspecteeNumber,
            CatalogueNo = file.Value.CatalogueNo,
            ArchiveNo = file.Value.ArchiveNo,
            CaseId = inspection.Id,
            InspectionNo = inspection.InspectionNo,
            IndexJson = index,
            IndexHash = Hashing.Sha256Hex(CanonicalJson.Write(JsonNode.Parse(index))),
            ArchivedOn = change.On,
            ArchivedByName = change.By.Name,
        };
        db.Add(volume);
        // What no order asked to be put right was settled by its penalty, its transfer or on the spot.
        foreach (var finding in await db.WithStagedAsync<Finding>(f => f.CaseId == inspection.Id && f.Status == FindingStatus.Open, cancellationToken))
        {
            finding.Status = FindingStatus.Closed;
            finding.ClosedOn = change.On;
            finding.Revision++;
        }
        inspection.Status = InspectionStatus.Archived;
        inspection.ArchiveNo = volume.ArchiveNo;
        inspection.ArchivedOn = change.On;
        inspection.FileIndexJson = index;
        inspection.Revision++;
        audit.Record(change, inspection.Chain, "归档", volume.ArchiveNo, new JsonObject { ["entries"] = file.Value.Entries.Count, ["sha256"] = volume.IndexHash });
        var entered = await credit.HandleAsync(new RecordCreditEntry(CreditKind.Inspection, inspection.Id), change, cancellationToken);
        if (entered.Refusal is { } refused) return refused;
        return await clocks.HappenedAsync("case.archived", Deadlines.ClockActs.Of(inspection), change.On, change, cancellationToken) is { } stuck ? stuck : volume;
    }

    /// <summary>What has not ended yet, in words; null when everything has.</summary>
    private async Task<string?> UnfinishedAsync(InspectionCase inspection, CancellationToken cancellationToken)
    {
        var id = inspection.Id;
        if ((await db.WithStagedAsync<RectificationOrder>(o => o.CaseId == id && o.Status == RectificationStatus.Issued, cancellationToken)).Count > 0) return "整改尚未复查";
        if ((await db.WithStagedAsync<PenaltyCase>(p => p.CaseId == id && p.Status != PenaltyStatus.Closed && p.Status != PenaltyStatus.FilingRefused, cancellationToken)).FirstOrDefault() is { } penalty)
            return $"处罚案件{penalty.PenaltyNo}尚未结案";
        if ((await db.WithStagedAsync<MajorHazard>(h => h.CaseId == id && h.Status != HazardStatus.Delisted && h.Status != HazardStatus.ListingRefused, cancellationToken)).Count > 0) return "重大隐患尚未摘牌";
        if ((await db.WithStagedAsync<LeadTransfer>(t => t.CaseId == id && t.ReceivedOn == null, cancellationToken)).FirstOrDefault() is { } transfer) return $"移送{transfer.TargetBody}尚无回执";
        if ((await db.WithStagedAsync<Publication>(p => p.CaseId == id && p.Kind == PublicationKind.InspectionResult && p.PublishedOn == null, cancellationToken)).Count > 0) return "检查结果尚未公示";
        return null;
    }
}

internal static class ArchiveServices
{
    public static IServiceCollection AddArchives(this IServiceCollection services)
        => services.AddScoped<CaseFileReader>().AddScoped<ArchiveCaseHandler>();
}
