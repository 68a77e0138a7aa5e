using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Rectification;
using DoubleRandom.Inspections.Visits;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Papers;

/// <summary>Order, extension and re-inspection; the subject is the inspection, and the last of each counts.</summary>
internal static class RectificationPapers
{
    public static IReadOnlyList<(string Code, PaperBuilder Build)> All { get; } = [("D12", OrderAsync), ("D13", ExtensionAsync), ("D14", ReinspectionAsync)];

    private static async Task<Result<Paper>> OrderAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        var found = await s.CaseAsync(id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (await LastOrderAsync(s, id, cancellationToken) is not { } order) return PaperWords.NotDecided("责令限期整改指令书", "责令限期整改的决定");
        var lines = await LinesAsync(s, order.Id, cancellationToken);
        var data = await HeadAsync(s, inspection, cancellationToken);
        data["findings"] = new JsonArray([.. lines.Select(l => (JsonNode)new JsonObject
        {
            ["description"] = $"{l.Finding.Place.Wide()}：{l.Finding.Description.Wide()}",
            ["clause"] = l.Finding.Basis.Wide(),
            ["major"] = l.Finding.Grade is HazardGrade.Major,
            ["standard"] = l.Line.Requirement.Wide(),
            ["dueOn"] = l.Line.DueOn.Iso(),
        })]);
        data["majorNumbers"] = string.Join("、", lines.Select((l, i) => (l.Finding.Grade, Number: i + 1)).Where(l => l.Grade is HazardGrade.Major).Select(l => l.Number));
        return new Paper(data, inspection.InspectionNo, inspection.Chain, order.IssuedByName);
    }

    private static async Task<Result<Paper>> ExtensionAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        var found = await s.CaseAsync(id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        var order = await LastOrderAsync(s, id, cancellationToken);
        var extension = order is null ? null : (await s.Db.Set<RectificationExtension>().Where(e => e.OrderId == order.Id && e.Granted != null).ToListAsync(cancellationToken)).MaxBy(e => e.DecidedAt);
        if (extension is null) return PaperWords.NotDecided("整改延期意见", "对延期申请的决定");
        var data = await HeadAsync(s, inspection, cancellationToken);
        data["orderNumber"] = (await s.Documents.LastAsync(inspection.Id, "D12", cancellationToken))?.Number;
        data["cause"] = extension.Reason.Wide();
        data["measures"] = extension.InterimMeasures.Wide();
        data["requestedOn"] = extension.RequestedOn.Iso();
        data["proposedDueOn"] = extension.ProposedDueOn.Iso();
        data["granted"] = extension.Granted;
        data["opinion"] = extension.Opinion?.Wide();
        // Refused, the order's own last day stays.
        data["newDueOn"] = (extension.NewDueOn ?? order!.DueOn).Iso();
        return new Paper(data, inspection.InspectionNo, inspection.Chain, extension.DecidedByName);
    }

    private static async Task<Result<Paper>> ReinspectionAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        var found = await s.CaseAsync(id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        var visit = (await s.Db.Set<Reinspection>().Where(r => r.CaseId == id).ToListAsync(cancellationToken)).MaxBy(r => r.RecordedAt);
        if (visit is null) return PaperWords.NotDecided("整改复查意见书", "复查结果");
        var lines = await LinesAsync(s, visit.OrderId, cancellationToken);
        var data = await HeadAsync(s, inspection, cancellationToken);
        data["officers"] = PaperWords.People(JsonSerializer.Deserialize<PresentPerson[]>(visit.OfficersJson)!.Select(o => (o.Name, o.CertificateNo)));
        data["orderNumber"] = (await s.Documents.LastAsync(inspection.Id, "D12", cancellationToken))?.Number;
        data["checkedOn"] = visit.On.Iso();
        data["findings"] = new JsonArray([.. lines.Select(l => (JsonNode)new JsonObject
        {
            ["description"] = $"{l.Finding.Place.Wide()}：{l.Finding.Description.Wide()}",
            ["fixed"] = l.Line.Passed is true,
            ["remark"] = l.Line.Note?.Wide(),
            ["dueOn"] = l.Line.DueOn.Iso(),
        })]);
        data["failed"] = visit.FailedCount;
        data["conclusion"] = visit.Opinion.Wide();
        return new Paper(data, inspection.InspectionNo, inspection.Chain, visit.RecordedByName);
    }

    private static async Task<RectificationOrder?> LastOrderAsync(PaperSources s, Guid caseId, CancellationToken cancellationToken)
        => (await s.Db.Set<RectificationOrder>().Where(o => o.CaseId == caseId).ToListAsync(cancellationToken)).MaxBy(o => o.Sequence);

    private static async Task<List<(RectificationLine Line, Finding Finding)>> LinesAsync(PaperSources s, Guid orderId, CancellationToken cancellationToken)
    {
        var lines = await s.Db.Set<RectificationLine>().Where(l => l.OrderId == orderId).OrderBy(l => l.Position).ToListAsync(cancellationToken);
        var ids = lines.Select(l => l.FindingId).ToList();
        var findings = await s.Db.Set<Finding>().Where(f => ids.Contains(f.Id)).ToDictionaryAsync(f => f.Id, cancellationToken);
        return [.. lines.Select(l => (l, findings[l.FindingId]))];
    }

    private static async Task<JsonObject> HeadAsync(PaperSources s, InspectionCase inspection, CancellationToken cancellationToken)
    {
        return new JsonObject { ["inspectionNo"] = inspection.InspectionNo, ["inspectee"] = await s.InspecteeAsync(inspection, cancellationToken), ["officers"] = inspection.Officers() };
    }
}
