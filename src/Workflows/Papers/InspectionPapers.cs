using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Inspections.Transfers;
using DoubleRandom.Inspections.Visits;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Papers;

/// <summary>Papers of one check; the subject is the inspection.</summary>
internal static class InspectionPapers
{
    public static IReadOnlyList<(string Code, PaperBuilder Build)> All { get; } =
    [
        ("D04", ApprovalAsync), ("D07", SitePlanAsync), ("D08", NoticeAsync), ("D09", RecordAsync), ("D10", SummaryAsync), ("D11", MeasuresAsync),
        ("D35", TransferAsync), ("D42", ResultAsync), ("D46", IndexAsync),
    ];

    private static async Task<Result<Paper>> ApprovalAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        var found = await s.CaseAsync(id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (inspection.ApprovedOn is not { } approvedOn) return PaperWords.NotDecided("行政检查审批表", "局长的审批意见");
        var items = await s.ItemsAsync(inspection.ItemCodes, inspection.PlannedOn, cancellationToken, inspection.ItemVersions);
        var campaign = await s.Db.Set<Campaign>().FindAsync([inspection.CampaignId], cancellationToken);
        var data = await HeadAsync(s, inspection, cancellationToken);
        data["basis"] = items.Select(i => $"{i.LegalBasis}（{i.Clauses}）".Wide()).Distinct().Listed();
        data["items"] = items.Select(i => $"{i.Name}：{i.Content}".Wide()).Listed();
        data["source"] = campaign is null ? inspection.Lead is null ? null : $"个案检查（{inspection.CampaignNo}）。线索：{inspection.Lead}" : $"年度抽查工作计划（{campaign.PlanNo}）第{campaign.PlanLineNo}项“{campaign.Title}”（任务编号{campaign.CampaignNo}），随机抽取确定";
        data["frequency"] = await FrequencyAsync(s, inspection, cancellationToken);
        data["waiver"] = inspection.CapWaiverReason;
        data["period"] = inspection.PlannedOn.Chinese();
        data["opinion"] = $"同意。{inspection.ApprovedByName}　{approvedOn.Chinese()}";
        return new Paper(data, inspection.InspectionNo, inspection.Chain, inspection.ApprovedByName);
    }

    private static async Task<Result<Paper>> SitePlanAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        var found = await s.CaseAsync(id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (inspection.SitePlanOn is null) return PaperWords.NotDecided("现场检查方案", "检查方案");
        var entry = await s.Db.Set<Inspectee>().FindAsync([inspection.InspecteeNumber], cancellationToken);
        var checks = await ChecksAsync(s, inspection.Id, cancellationToken);
        var data = await HeadAsync(s, inspection, cancellationToken);
        data["period"] = inspection.PlannedOn.Chinese();
        data["scope"] = inspection.SiteScope?.Wide();
        data["focus"] = inspection.SiteFocus?.Wide();
        data["division"] = inspection.SiteDivision?.Wide();
        data["checks"] = new JsonArray([.. checks.Select(c => (JsonNode)new JsonObject { ["content"] = c.Content.Wide(), ["method"] = c.Method?.Wide(), ["basis"] = c.Basis?.Wide() })]);
        var risks = new List<string>();
        if (entry?.RiskGrade is { } grade) risks.Add($"安全风险等级：{grade}");
        if (entry?.Tags is { } tags) risks.Add($"监管标签：{tags.Replace(';', '、')}");
        if (entry is not null && (await InspecteeFigures.OfAsync(s.Db, entry, s.Change.On, cancellationToken)).OpenHazards is > 0 and var open) risks.Add(string.Create(CultureInfo.InvariantCulture, $"尚有未闭环隐患{open}项"));
        if (checks.Count(c => c.DefaultGrade is HazardGrade.Major) is > 0 and var major) risks.Add(string.Create(CultureInfo.InvariantCulture, $"检查内容中有{major}项不符合时构成重大事故隐患"));
        data["risks"] = risks.Count == 0 ? null : risks.Listed() + "。进入作业场所前应当了解现场危险因素，按规定佩戴劳动防护用品。";
        return new Paper(data, inspection.InspectionNo, inspection.Chain, inspection.LeaderName());
    }

    private static async Task<Result<Paper>> NoticeAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        var found = await s.CaseAsync(id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (inspection.SitePlanOn is null) return PaperWords.NotDecided("行政检查通知书", "检查方案");
        var items = await s.ItemsAsync(inspection.ItemCodes, inspection.PlannedOn, cancellationToken, inspection.ItemVersions);
        var checks = await ChecksAsync(s, inspection.Id, cancellationToken);
        var papers = checks.Select(c => c.Method).OfType<string>().SelectMany(m => m.Split('，', ',', '；', ';')).Where(m => m.StartsWith("查阅", StringComparison.Ordinal)).Select(m => m["查阅".Length..].Trim()).Where(m => m.Length > 0).Distinct();
        var data = await HeadAsync(s, inspection, cancellationToken);
        data["basis"] = items.Select(i => $"{i.LegalBasis}（{i.Clauses}）".Wide()).Distinct().Listed();
        data["items"] = string.Join("、", items.Select(i => i.Name.Wide()));
        data["scope"] = inspection.SiteScope?.Wide();
        data["period"] = inspection.PlannedOn.Chinese();
        data["frequency"] = await FrequencyAsync(s, inspection, cancellationToken);
        data["approval"] = (await s.Documents.LastAsync(inspection.Id, "D04", cancellationToken))?.Number;
        data["documents"] = papers.Select(p => p.Wide()).Append("与检查内容有关的其他证照、制度、台账和记录").Listed();
        return new Paper(data, inspection.InspectionNo, inspection.Chain, inspection.ApprovedByName);
    }

    private static async Task<Result<Paper>> RecordAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        var found = await s.CaseAsync(id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        var visit = (await s.Db.Set<Visit>().Where(v => v.CaseId == inspection.Id).ToListAsync(cancellationToken)).MaxBy(v => v.Attempt);
        if (visit is null) return PaperWords.NotDecided("现场检查记录", "到场登记");
        var checks = await ChecksAsync(s, inspection.Id, cancellationToken);
        var findings = (await s.FindingsAsync(inspection.Id, cancellationToken)).ToLookup(f => f.EntryCode);
        var data = await HeadAsync(s, inspection, cancellationToken);
        data["officers"] = PaperWords.People(visit.Officers.Select(o => (o.Name, o.CertificateNo)));
        data["experts"] = string.Join("、", visit.Experts.Select(e => e.Name));
        data["place"] = visit.Place.Wide();
        data["startedAt"] = s.Time.Chinese(visit.At);
        data["endedAt"] = s.Time.Chinese(inspection.LockedAt ?? s.Change.At);
        data["notified"] = visit.Notified;
        data["statement"] = inspection.SiteStatement?.Wide();
        data["records"] = new JsonArray([.. checks.Where(c => c.Outcome is not null).Select(c => (JsonNode)new JsonObject
        {
            ["item"] = c.Content.Wide(),
            ["result"] = PaperWords.Of(c.Outcome) + (findings[c.Code].FirstOrDefault() is { } f ? $"：{f.Description.Wide()}（{f.Place.Wide()}）" : c.Note is { Length: > 0 } note ? $"：{note.Wide()}" : ""),
        })]);
        if (visit.Outcome is not VisitOutcome.Arrived)
            data["records"] = new JsonArray(new JsonObject { ["item"] = "现场情况", ["result"] = visit.Note.Wide() });
        return new Paper(data, inspection.InspectionNo, inspection.Chain, visit.RecordedByName);
    }

    private static async Task<Result<Paper>> SummaryAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        var found = await s.CaseAsync(id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (inspection.LockedAt is null) return PaperWords.NotDecided("问题汇总表", "锁定的问题汇总");
        var findings = await s.FindingsAsync(inspection.Id, cancellationToken);
        var evidence = await s.EvidenceAsync(inspection.Id, cancellationToken);
        var checks = await ChecksAsync(s, inspection.Id, cancellationToken);
        var data = await HeadAsync(s, inspection, cancellationToken);
        var responsible = data["inspectee"]!["contact"]?.ToString();
        data["checkedOn"] = inspection.CheckedOn?.Chinese();
        data["counts"] = new JsonObject
        {
            ["entries"] = checks.Count,
            ["conforming"] = checks.Count(c => c.Outcome is CheckOutcome.Conforms),
            ["notApplicable"] = checks.Count(c => c.Outcome is CheckOutcome.NotApplicable),
            ["findings"] = findings.Count,
            ["major"] = findings.Count(f => f.Grade is HazardGrade.Major),
        };
        data["findings"] = new JsonArray([.. findings.Select(f => (JsonNode)new JsonObject
        {
            ["place"] = f.Place.Wide(),
            ["description"] = f.Description.Wide(),
            ["clause"] = f.Basis.Wide(),
            ["grade"] = PaperWords.Of(f.Grade),
            ["photo"] = evidence.Photos(f.EvidenceHashes),
            ["disposal"] = string.Join("；", f.Disposals.Select(PaperWords.Of)),
            ["responsible"] = responsible,
        })]);
        data["confirmedBy"] = $"执法人员{inspection.OfficerConfirmedByName}" + (inspection.ExpertConfirmedByName is { } expert ? $"、专家{expert}" : "");
        return new Paper(data, inspection.InspectionNo, inspection.Chain, inspection.LeaderName());
    }

    private static async Task<Result<Paper>> MeasuresAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        var found = await s.CaseAsync(id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        var findings = (await s.FindingsAsync(inspection.Id, cancellationToken))
            .Where(f => f.Grade is HazardGrade.Major || f.Disposals.Any(d => d is Disposal.Suspend or Disposal.Evacuate or Disposal.Seize or Disposal.RemoveAtOnce)).ToList();
        if (findings.Count == 0) return PaperWords.NotDecided("现场处理措施决定书", "重大事故隐患或者现场处理措施");
        var measures = findings.SelectMany(f => f.Disposals).Where(d => d is Disposal.Suspend or Disposal.Evacuate or Disposal.Seize or Disposal.RemoveAtOnce).Distinct().Order().Select(PaperWords.Of).ToList();
        // 安全生产法第六十五条第（三）项: a major hazard is removed at once; what cannot be made safe before or while is stopped.
        if (measures.Count == 0) measures.Add(PaperWords.Of(Disposal.RemoveAtOnce));
        var data = await HeadAsync(s, inspection, cancellationToken);
        data["facts"] = findings.Select(f => $"{f.Place.Wide()}：{f.Description.Wide()}" + (f.Grade is HazardGrade.Major ? "（重大事故隐患）" : "")).Numbered();
        data["clause"] = findings.Select(f => f.Basis.Wide()).Concat(findings.Select(f => f.MajorCriterion?.Wide()).OfType<string>()).Distinct().Listed();
        data["measure"] = measures.Numbered();
        data["scope"] = string.Join("、", findings.Select(f => f.Place.Wide()).Distinct());
        data["period"] = $"自{s.Change.On.Chinese()}起，至隐患排除并经我局审查同意恢复生产经营和使用之日止";
        return new Paper(data, inspection.InspectionNo, inspection.Chain, inspection.LeaderName());
    }

    private static async Task<Result<Paper>> TransferAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        var found = await s.CaseAsync(id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        var transfer = (await s.Db.Set<LeadTransfer>().Where(t => t.CaseId == inspection.Id).ToListAsync(cancellationToken)).MaxBy(t => t.Id);
        if (transfer is null) return PaperWords.NotDecided("案件（线索）移送函", "移送决定");
        var data = await HeadAsync(s, inspection, cancellationToken);
        data["recipient"] = transfer.TargetBody;
        data["facts"] = transfer.Facts.Wide();
        data["materials"] = transfer.Materials.Wide();
        data["replyOn"] = transfer.ReplyDueOn.Iso();
        data["contactPerson"] = inspection.Team.FirstOrDefault(m => m.Part is TeamPart.Officer)?.Name;
        return new Paper(data, inspection.InspectionNo, inspection.Chain, transfer.ApprovedByName);
    }

    private static async Task<Result<Paper>> ResultAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        var found = await s.CaseAsync(id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (inspection.ResultCodes is not { } codes) return PaperWords.NotDecided("抽查结果公示表", "检查结果");
        var items = await s.ItemsAsync(inspection.ItemCodes, inspection.PlannedOn, cancellationToken, inspection.ItemVersions);
        var data = await HeadAsync(s, inspection, cancellationToken);
        data["items"] = string.Join("、", items.Select(i => i.Name.Wide()));
        data["task"] = (await s.Db.Set<Campaign>().FindAsync([inspection.CampaignId], cancellationToken)) is { } campaign ? $"{campaign.Title}（{campaign.CampaignNo}）" : inspection.CampaignNo;
        var results = await CodeTables.NamesAsync(s.Db, CodeTables.Results, cancellationToken);
        data["result"] = codes.Split(';').Select(c => $"{c}．{results.GetValueOrDefault(c, c)}").Listed();
        data["followUp"] = inspection.FollowUp?.Wide();
        data["inspectedOn"] = inspection.CheckedOn?.Iso();
        return new Paper(data, inspection.InspectionNo, inspection.Chain);
    }

    /// <summary>The file as it is about to be bound. Pages are numbered by hand when it is bound.</summary>
    private static async Task<Result<Paper>> IndexAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        var found = await s.CaseAsync(id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        var read = await s.Files.ReadAsync(id, cancellationToken);
        if (read.Refusal is { } unreadable) return unreadable;
        var file = read.Value;
        var data = await HeadAsync(s, inspection, cancellationToken);
        data["archiveNumber"] = file.ArchiveNo;
        data["keepingPeriod"] = file.KeepingPeriod;
        data["caseTitle"] = $"{inspection.InspecteeName}监督检查（{inspection.InspectionNo}）";
        data["entries"] = new JsonArray([.. file.Entries.Select(e => (JsonNode)new JsonObject { ["title"] = e.Title.Wide(), ["number"] = e.Number, ["on"] = e.On?.Iso(), ["part"] = e.Part })]);
        return new Paper(data, inspection.InspectionNo, inspection.Chain);
    }

    private static async Task<JsonObject> HeadAsync(PaperSources s, InspectionCase inspection, CancellationToken cancellationToken) => new()
    {
        ["inspectionNo"] = inspection.InspectionNo,
        ["inspectee"] = await s.InspecteeAsync(inspection, cancellationToken),
        ["officers"] = inspection.Officers(),
        ["leader"] = inspection.LeaderName(),
        ["experts"] = inspection.ExpertNames(),
        ["assistants"] = inspection.ExpertNumbers.Count == 0 ? "无" : string.Create(CultureInfo.InvariantCulture, $"安全专家{inspection.ExpertNumbers.Count}人：{inspection.ExpertNames()}（提供技术支持，不行使执法权）"),
    };

    private static async Task<List<CheckResult>> ChecksAsync(PaperSources s, Guid caseId, CancellationToken cancellationToken)
        => await s.Db.Set<CheckResult>().Where(r => r.CaseId == caseId).OrderBy(r => r.Position).ToListAsync(cancellationToken);

    /// <summary>This check's place among those approved for the inspectee this year, and every cap that holds for it.</summary>
    private static async Task<string> FrequencyAsync(PaperSources s, InspectionCase inspection, CancellationToken cancellationToken)
    {
        var from = new DateOnly(inspection.PlannedOn.Year, 1, 1);
        var before = from.AddYears(1);
        var approved = await s.Db.Set<InspectionCase>().CountAsync(
            c => c.InspecteeNumber == inspection.InspecteeNumber && c.PlannedOn >= from && c.PlannedOn < before && c.ApprovedOn != null && c.Id != inspection.Id && c.OpenedAt <= inspection.OpenedAt, cancellationToken);
        var sampling = await s.Db.Set<Campaign>().Where(c => c.Id == inspection.CampaignId).Select(c => (Sampling?)c.Sampling).FirstOrDefaultAsync(cancellationToken);
        var caps = await YearlyCaps.WordsAsync(s.Db, inspection.InspecteeNumber, await s.ItemsAsync(inspection.ItemCodes, inspection.PlannedOn, cancellationToken, inspection.ItemVersions), sampling, inspection.PlannedOn, cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"{inspection.PlannedOn.Year}年度已检查{approved}次，本次为第{approved + 1}次") + (caps is null ? "" : $"（公布的年度频次上限：{caps}）");
    }
}
