using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Hazards;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Papers;

/// <summary>挂牌督办 of a major hazard; the subject is the hazard. Listing and delisting notices bear the listing authority's name.</summary>
internal static class HazardPapers
{
    public static IReadOnlyList<(string Code, PaperBuilder Build)> All { get; } = [("D37", ListingAsync), ("D38", TreatmentAsync), ("D39", ExtensionAsync), ("D40", DelistingAsync)];

    private static async Task<Result<Paper>> ListingAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        var found = await FindAsync(s, id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var (hazard, data) = found.Value;
        if (hazard.ListedOn is not { } listedOn) return PaperWords.NotDecided("重大事故隐患挂牌督办通知书", "挂牌督办的决定");
        data["bureau"] = s.Office.ListingAuthority;
        data["hazard"] = $"{hazard.Description.Wide()}。判定依据：{hazard.Criterion.Wide()}。";
        var measures = await s.Documents.LastAsync(hazard.CaseId, "D11", cancellationToken);
        var finding = await s.Db.Set<DoubleRandom.Inspections.Findings.Finding>().FindAsync([hazard.FindingId], cancellationToken);
        data["stoppage"] = finding is null ? null : $"{hazard.Stoppage?.Wide() ?? finding.Place.Wide()}。隐患排除前不得恢复生产经营或者使用" + (measures?.Number is { } number ? $"（《现场处理措施决定书》{number}）。" : "。");
        data["term"] = hazard.DueOn is { } due ? $"自{listedOn.Chinese()}起至{due.Chinese()}止（含当日）。" : null;
        data["responsible"] = $"治理责任单位：{hazard.ResponsibleUnit}；督办单位：{hazard.SupervisingUnit ?? s.Office.Bureau}。";
        data["planDue"] = hazard.PlanDueOn?.Iso();
        data["listNo"] = hazard.ListNo;
        return new Paper(data, hazard.InspectionNo, hazard.Chain, hazard.ListedByName, GivenNumber: hazard.ListNo);
    }

    private static async Task<Result<Paper>> TreatmentAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        var found = await FindAsync(s, id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var (hazard, data) = found.Value;
        if (hazard.PlanMeasures is null) return PaperWords.NotDecided("重大事故隐患治理方案", "治理方案");
        var progress = await s.Db.Set<HazardProgress>().Where(p => p.HazardId == hazard.Id).ToListAsync(cancellationToken);
        data["hazard"] = hazard.Description.Wide();
        data["listingNumber"] = (await s.Documents.LastAsync(hazard.Id, "D37", cancellationToken))?.Number;
        data["responsibility"] = hazard.PlanResponsibility?.Wide();
        data["measures"] = hazard.PlanMeasures.Wide();
        data["funds"] = hazard.PlanFunds?.Wide();
        data["deadline"] = hazard.PlanSchedule?.Wide();
        data["contingency"] = hazard.PlanContingency?.Wide();
        data["dueOn"] = hazard.DueOn?.Iso();
        data["progress"] = new JsonArray([.. progress.OrderBy(p => p.On).ThenBy(p => p.RecordedAt).Select(p => (JsonNode)new JsonObject { ["on"] = p.On.Iso(), ["percent"] = p.Percent, ["text"] = p.Text.Wide() })]);
        return new Paper(data, hazard.InspectionNo, hazard.Chain, hazard.ResponsibleUnit);
    }

    private static async Task<Result<Paper>> ExtensionAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        var found = await FindAsync(s, id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var (hazard, data) = found.Value;
        if (hazard is not { ExtensionGranted: { } granted, ExtensionDecidedOn: not null }) return PaperWords.NotDecided("重大事故隐患治理延期审批意见", "是否延期的决定");
        data["bureau"] = s.Office.ListingAuthority;
        data["listingNumber"] = (await s.Documents.LastAsync(hazard.Id, "D37", cancellationToken))?.Number;
        data["askedOn"] = hazard.ExtensionAskedOn?.Iso();
        data["cause"] = hazard.ExtensionReason?.Wide();
        data["granted"] = granted;
        data["opinion"] = hazard.ExtensionOpinion?.Wide();
        data["dueOn"] = hazard.DueOn?.Iso();
        data["stoppage"] = hazard.Stoppage?.Wide();
        return new Paper(data, hazard.InspectionNo, hazard.Chain, hazard.ExtensionDecidedByName);
    }

    private static async Task<Result<Paper>> DelistingAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        var found = await FindAsync(s, id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var (hazard, data) = found.Value;
        if (hazard.DelistedOn is not { } on) return PaperWords.NotDecided("重大事故隐患摘牌通知书", "摘牌的决定");
        var evidence = await s.EvidenceAsync(hazard.CaseId, cancellationToken);
        var after = evidence.Values.Where(e => s.Time.DateOf(e.Item.RecordedAt) >= hazard.ListedOn).OrderBy(e => e.Number).ToList();
        data["bureau"] = s.Office.ListingAuthority;
        data["listingNumber"] = (await s.Documents.LastAsync(hazard.Id, "D37", cancellationToken))?.Number;
        data["results"] = hazard.AcceptedOn is { } accepted ? $"{hazard.Description.Wide()}：经{accepted.Chinese()}验收，{hazard.AcceptanceOpinion?.Wide()}" : null;
        data["photos"] = after.Count == 0 ? "验收照片存入本案卷宗" : string.Create(CultureInfo.InvariantCulture, $"存入本案卷宗，编号{string.Join("、", after.Select(e => e.Number))}，共{after.Count}份");
        data["resumeConditions"] = hazard.ResumeConditions?.Wide() ?? "经验收合格，自本通知书送达之日起可以恢复相关场所、设施、设备的生产经营和使用；恢复前应当对从业人员进行安全教育，并确认安全设施正常运行。";
        data["delistedOn"] = on.Iso();
        return new Paper(data, hazard.InspectionNo, hazard.Chain, hazard.DelistedByName, GivenNumber: hazard.DelistNo);
    }

    private static async Task<Result<(MajorHazard Hazard, JsonObject Data)>> FindAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        if (await s.Db.Set<MajorHazard>().FindAsync([id], cancellationToken) is not { } hazard) return Refusal.NotFound("papers.no-row", "重大隐患");
        var inspection = (await s.CaseAsync(hazard.CaseId, cancellationToken)).Value;
        return (hazard, new JsonObject { ["inspectionNo"] = hazard.InspectionNo, ["inspectee"] = await s.InspecteeAsync(inspection, cancellationToken) });
    }
}
