using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Evidence;

/// <summary>Names stored bytes as evidence of a case. The same bytes a second time answer the row that is there.</summary>
public sealed record RecordEvidence(
    Guid CaseId, string Sha256, string Name, string ContentType, DateTime TakenAt, double? Latitude = null, double? Longitude = null, string? Note = null);

public sealed class RecordEvidenceHandler(DbContext db, EvidenceStore store, IAuditTrail audit)
{
    public async Task<Result<EvidenceItem>> HandleAsync(RecordEvidence command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindCaseAsync(command.CaseId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (inspection.Team.All(m => m.Number != change.By.RegisterNumber) && !change.By.IsAny(People.Roles.CaseOfficer, People.Roles.SectionHead, People.Roles.DeputyDirector, People.Roles.Director, People.Roles.Legal)) return Refusal.Forbidden("cases.not-in-group", inspection.InspectionNo);
        if (inspection.Status is InspectionStatus.Archived) return Refusal.Conflict("cases.wrong-state", inspection.InspectionNo, CaseRows.Of(inspection.Status));
        if (!EvidenceStore.IsHash(command.Sha256)) return Refusal.Invalid("evidence.bad-hash", "sha256", command.Sha256);
        if (CaseRows.IsBlank(command.Name) || command.Name.Length > EvidenceItem.NameMaxLength || CaseRows.IsBlank(command.ContentType) || command.ContentType.Length > 100)
            return Refusal.Invalid("evidence.bad-name", "name", EvidenceItem.NameMaxLength);
        if (command.TakenAt > change.At.AddMinutes(10)) return Refusal.Invalid("evidence.future", "takenAt");
        if (store.SizeOf(command.Sha256) is not { } size) return Refusal.Conflict("evidence.no-bytes", command.Name);
        if ((await db.WithStagedAsync<EvidenceItem>(e => e.CaseId == inspection.Id && e.Sha256 == command.Sha256, cancellationToken)) is [var there]) return there;
        var item = new EvidenceItem
        {
            Id = Ids.New(change),
            CaseId = inspection.Id,
            InspectionNo = inspection.InspectionNo,
            Sha256 = command.Sha256,
            Name = command.Name,
            ContentType = command.ContentType,
            Size = size,
            TakenAt = command.TakenAt,
            TakenByName = change.By.Name,
            Latitude = command.Latitude,
            Longitude = command.Longitude,
            Note = command.Note,
            RecordedAt = change.At,
        };
        db.Add(item);
        audit.Record(change, inspection.Chain, "登记证据", command.Name, new JsonObject { ["sha256"] = item.Sha256, ["size"] = size });
        return item;
    }
}
