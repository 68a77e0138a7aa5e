using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Evidence;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Visits;

/// <summary>到场亮证: the group has arrived, shown its certificates and told what, how and which rights (S000-25, -26).</summary>
public sealed record CheckIn(
    Guid CaseId, IReadOnlyList<string> Officers, IReadOnlyList<string> Experts, string Place, bool CertificatesShown, bool Notified,
    double? Latitude = null, double? Longitude = null, string? Note = null, IReadOnlyList<string>? EvidenceHashes = null);

/// <summary>登记住所无法联系: twice, on different working days; the second ends the check (domain 6.3).</summary>
/// <param name="TransferTo">The body told of it (抄告), usually the registration authority; null: none.</param>
public sealed record RecordUnreachable(
    Guid CaseId, IReadOnlyList<string> Officers, string Place, string Note, IReadOnlyList<string> EvidenceHashes, string? TransferTo = null);

/// <summary>已关闭、停业、注销、迁出: with proof.</summary>
/// <param name="TransferTo">The body told of it; null: none.</param>
public sealed record RecordClosed(
    Guid CaseId, IReadOnlyList<string> Officers, string Place, string Note, IReadOnlyList<string> EvidenceHashes, string? TransferTo = null);

/// <summary>拒绝、阻碍检查: recorded with video or photo (安全生产法 art. 108).</summary>
/// <param name="FileCase">The group proposes to file a penalty case for it.</param>
/// <param name="TransferTo">The body told of it; null: none.</param>
public sealed record RecordRefused(
    Guid CaseId, IReadOnlyList<string> Officers, string Place, string Note, IReadOnlyList<string> EvidenceHashes, bool FileCase = false, string? TransferTo = null);

/// <summary>What follows from a visit without entry, since no checklist says so.</summary>
internal sealed record NoEntry(bool FileCase = false, string? TransferTo = null);

/// <summary>What the four kinds of attempt share: group, state, quorum, row, audit.</summary>
public sealed class VisitRecorder(DbContext db, IAuditTrail audit, CalendarSource calendars, PreNotice notice)
{
    internal async Task<Result<Visit>> RecordAsync(
        Guid caseId, VisitOutcome outcome, IReadOnlyList<string> officers, IReadOnlyList<string> experts, string place, string? note,
        IReadOnlyList<string> evidence, bool notified, (double? Latitude, double? Longitude) position, NoEntry noEntry, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindCaseAsync(caseId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (inspection.RequireGroup(change) is { } forbidden) return forbidden;
        if (inspection.RequireStatus(InspectionStatus.Planned) is { } wrong) return wrong;
        if (await notice.WhyNotYetAsync(inspection, change.On, cancellationToken) is { } early) return early;
        if (CaseRows.IsBlank(place)) return Refusal.Invalid("visits.no-place", "place");
        if (position.Latitude is < -90 or > 90 || position.Longitude is < -180 or > 180) return Refusal.Invalid("visits.bad-position", "latitude");
        var team = inspection.Team;
        if (experts.FirstOrDefault(n => team.All(m => m.Number != n || m.Part is not TeamPart.Expert)) is { } stranger) return Refusal.Invalid("visits.not-in-group", "experts", stranger);
        var present = await Quorum.OfAsync(db, inspection, officers, change.On, cancellationToken);
        if (present.Refusal is { } quorum) return quorum;
        if (outcome is not VisitOutcome.Arrived)
        {
            if (CaseRows.IsBlank(note)) return Refusal.Invalid("visits.no-note", "note");
            if (evidence.Count == 0) return Refusal.Invalid("visits.no-proof", "evidence");
        }
        if (await db.CheckEvidenceAsync(inspection.Id, evidence, cancellationToken) is { } unknown) return unknown;
        if (noEntry.TransferTo?.Length > InspectionCase.NameMaxLength) return Refusal.Invalid("visits.long-body", "transferTo", InspectionCase.NameMaxLength);

        var before = await db.WithStagedAsync<Visit>(v => v.CaseId == inspection.Id, cancellationToken);
        if (outcome is VisitOutcome.Unreachable && before.Where(v => v.Outcome is VisitOutcome.Unreachable).Select(v => (DateOnly?)v.On).Max() is { } last)
        {
            var calendar = await calendars.CurrentAsync(cancellationToken);
            if (calendar.CountBetween(last, change.On) < 1) return Refusal.Conflict("visits.same-day", last, calendar.Add(last, 1).On);
        }
        var visit = new Visit
        {
            Id = Ids.New(change),
            CaseId = inspection.Id,
            InspectionNo = inspection.InspectionNo,
            Attempt = before.Count + 1,
            On = change.On,
            At = change.At,
            Place = place,
            Latitude = position.Latitude,
            Longitude = position.Longitude,
            OfficersJson = JsonSerializer.Serialize(present.Value),
            ExpertsJson = JsonSerializer.Serialize(team.Where(m => experts.Contains(m.Number)).Select(m => new PresentPerson(m.Number, m.Name, null))),
            Outcome = outcome,
            Notified = notified,
            Note = note ?? "",
            EvidenceHashes = string.Join(';', evidence),
            RecordedByName = change.By.Name,
            RecordedAt = change.At,
        };
        db.Add(visit);
        var ends = outcome switch
        {
            VisitOutcome.Arrived => InspectionStatus.OnSite,
            VisitOutcome.Closed => InspectionStatus.Closed,
            VisitOutcome.Refused => InspectionStatus.EntryRefused,
            _ => before.Any(v => v.Outcome is VisitOutcome.Unreachable) ? InspectionStatus.Unreachable : InspectionStatus.Planned,
        };
        inspection.Status = ends;
        if (ends is InspectionStatus.Closed or InspectionStatus.EntryRefused or InspectionStatus.Unreachable)
        {
            inspection.CheckedOn = change.On;
            inspection.NoEntryFiling = noEntry.FileCase;
            inspection.NoEntryTransferTo = CaseRows.IsBlank(noEntry.TransferTo) ? null : noEntry.TransferTo;
        }
        inspection.Revision++;
        audit.Record(change, inspection.Chain, outcome switch { VisitOutcome.Arrived => "到场亮证", VisitOutcome.Closed => "记录关闭停业", VisitOutcome.Refused => "记录拒绝检查", _ => "记录无法联系" },
            inspection.InspectionNo, new JsonObject { ["attempt"] = visit.Attempt, ["officers"] = JsonNode.Parse(visit.OfficersJson), ["place"] = place, ["evidence"] = visit.EvidenceHashes });
        return visit;
    }
}

public sealed class CheckInHandler(VisitRecorder recorder)
{
    public async Task<Result<Visit>> HandleAsync(CheckIn command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!command.CertificatesShown) return Refusal.Invalid("visits.not-shown", "certificatesShown");
        if (!command.Notified) return Refusal.Invalid("visits.not-notified", "notified");
        return await recorder.RecordAsync(command.CaseId, VisitOutcome.Arrived, command.Officers, command.Experts, command.Place, command.Note,
            command.EvidenceHashes ?? [], true, (command.Latitude, command.Longitude), new NoEntry(), change, cancellationToken);
    }
}

public sealed class RecordUnreachableHandler(VisitRecorder recorder)
{
    public Task<Result<Visit>> HandleAsync(RecordUnreachable command, ChangeContext change, CancellationToken cancellationToken)
        => recorder.RecordAsync(command.CaseId, VisitOutcome.Unreachable, command.Officers, [], command.Place, command.Note, command.EvidenceHashes, false, default,
            new NoEntry(TransferTo: command.TransferTo), change, cancellationToken);
}

public sealed class RecordClosedHandler(VisitRecorder recorder)
{
    public Task<Result<Visit>> HandleAsync(RecordClosed command, ChangeContext change, CancellationToken cancellationToken)
        => recorder.RecordAsync(command.CaseId, VisitOutcome.Closed, command.Officers, [], command.Place, command.Note, command.EvidenceHashes, false, default,
            new NoEntry(TransferTo: command.TransferTo), change, cancellationToken);
}

public sealed class RecordRefusedHandler(VisitRecorder recorder)
{
    public Task<Result<Visit>> HandleAsync(RecordRefused command, ChangeContext change, CancellationToken cancellationToken)
        => recorder.RecordAsync(command.CaseId, VisitOutcome.Refused, command.Officers, [], command.Place, command.Note, command.EvidenceHashes, false, default,
            new NoEntry(command.FileCase, command.TransferTo), change, cancellationToken);
}
