using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Hazards;
using DoubleRandom.Inspections.Penalties;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Inspections.Rectification;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Inspections.Transfers;
using DoubleRandom.Inspections.Visits;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Papers;

/// <summary>Papers of the annual plan, of a demand and of a campaign; the subject is the plan, the demand's <see cref="Demand.PaperId"/> or the campaign.</summary>
internal static class CampaignPapers
{
    public static IReadOnlyList<(string Code, PaperBuilder Build)> All { get; } = [("D01", PlanAsync), ("D02", DemandAsync), ("D03", SchemeAsync), ("D05", DrawAsync), ("D06", AnnouncementAsync), ("D43", ReportAsync)];

    private static async Task<Result<Paper>> PlanAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        if (await s.Db.Set<AnnualPlan>().FindAsync([id], cancellationToken) is not { } plan) return Refusal.NotFound("papers.no-row", "年度计划");
        if (plan.ApprovedOn is null) return PaperWords.NotDecided("年度抽查工作计划", "局长的批准");
        if (plan.CapacityJson is null) return PaperWords.NotDecided("年度抽查工作计划", "执法能力测算");
        var capacity = JsonSerializer.Deserialize<PlanCapacity>(plan.CapacityJson)!;
        var lines = await PlanLines.ApprovedAsync(s.Db, plan, cancellationToken) ?? await PlanLines.OfAsync(s.Db, plan.PlanNo, cancellationToken);
        var total = await PlanLines.JurisdictionTotalAsync(s.Db, cancellationToken);
        var codes = lines.Select(l => l.ItemCode).ToHashSet();
        var items = await s.ItemsAsync(string.Join(';', codes), new DateOnly(plan.Year, 1, 1), cancellationToken);
        var wanted = PlanCapacity.Wanted(lines);
        var data = new JsonObject
        {
            ["planNo"] = plan.PlanNo,
            ["year"] = plan.Year.ToString(CultureInfo.InvariantCulture),
            ["basis"] = items.Select(i => i.LegalBasis.Wide()).SelectMany(b => b.Split('；')).Concat(["《安全生产年度监督检查计划编制办法》（安监总政法〔2017〕150号）", "《国务院办公厅关于严格规范涉企行政检查的意见》（国办发〔2024〕54号）"]).Distinct().Listed() + "。",
            ["capacity"] = string.Create(CultureInfo.InvariantCulture,
                $"监督检查工作日＝执法人员{capacity.Officers}人×国家法定工作日{capacity.WorkingDays}天－其他执法工作日{capacity.OtherEnforcementDays}人天－非执法工作日{capacity.NonEnforcementDays}人天＝{capacity.InspectionDays}人天。\n本计划需要{wanted}人天，{(capacity.Suffices(lines) ? "执法能力能够满足计划安排。" : $"超出执法能力。{plan.Explanation?.Wide()}")}{(PlanLines.BudgetWords(lines) is { } budget ? $"\n{budget}。" : "")}"),
            ["objects"] = string.Create(CultureInfo.InvariantCulture, $"本行政区域市场主体总量{total}户；各事项的抽查对象为：{lines.Join(items, l => l.ItemCode, i => i.Code, (_, i) => i.Objects.Wide()).Distinct().Listed()}。"),
            ["ratio"] = "不定向抽查比例不低于市场主体总量的3%，定向抽查比例不低于市场主体总量的10%，政府安排的重点整治行业全面检查；抽查户数按基数乘以比例向上取整。",
            ["lines"] = new JsonArray([.. lines.Select(l => (JsonNode)new JsonObject
            {
                ["item"] = l.ItemName.Wide(),
                ["sampling"] = l.Sampling,
                ["ratio"] = (l.Ratio * 100).ToString("0.##", CultureInfo.InvariantCulture) + "%",
                ["sample"] = l.SampleSize,
                ["cap"] = l.YearlyCap is { } cap ? string.Create(CultureInfo.InvariantCulture, $"{cap}次") : "不限",
                ["period"] = l.PeriodFrom.Month == l.PeriodTo.Month ? string.Create(CultureInfo.InvariantCulture, $"{l.PeriodFrom.Month}月") : string.Create(CultureInfo.InvariantCulture, $"{l.PeriodFrom.Month}月至{l.PeriodTo.Month}月"),
            })]),
            ["schedule"] = lines.Count == 0 ? null : $"检查工作自{lines.Min(l => l.PeriodFrom).Chinese()}起至{lines.Max(l => l.PeriodTo).Chinese()}止，各任务按上表所列时间组织实施；任务结束后10个工作日内形成执法检查报告，检查结果20个工作日内公示。",
            ["frequencyCap"] = $"同一检查对象每年接受检查的次数不超过所列频次上限{CapsOf(await PlanRules.InForceAsync(s.Db, new DateOnly(plan.Year, 1, 1), cancellationToken))}；因投诉举报、转办交办、上级专项部署确需超出上限的，经局长批准并单独统计。",
            ["copies"] = null,
        };
        return new Paper(data, plan.PlanNo, plan.Chain, plan.ApprovedByName);
    }

    /// <summary>The office's caps by credit grade and for all departments together, as the rules of the year have them.</summary>
    private static string CapsOf(PlanRules rules)
    {
        var grades = CreditCap.Parse(rules.CreditCaps) is { Count: > 0 } caps ? string.Create(CultureInfo.InvariantCulture, $"，信用等级{string.Join("、", caps.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key}级每年不超过{c.Value}次"))}（全面检查除外）") : "";
        return (rules.VisitsPerInspectee is { } all ? string.Create(CultureInfo.InvariantCulture, $"，各部门合计每年不超过{all}次") : "") + grades;
    }

    private static async Task<Result<Paper>> DemandAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        // A demand is known by its number; a year has some dozens of them.
        var number = (await s.Db.Set<Demand>().Select(d => d.Number).ToListAsync(cancellationToken)).Find(n => Demand.PaperIdOf(n) == id);
        if (number is null || await s.Db.Set<Demand>().FindAsync([number], cancellationToken) is not { } demand) return Refusal.NotFound("papers.no-row", "抽查需求");
        if (demand is not { PeriodFrom: { } from, PeriodTo: { } to }) return PaperWords.NotDecided("抽查需求表", "建议时段");
        var item = await s.ItemsAsync(demand.ItemCode, from, cancellationToken) is [var first, ..] ? first : null;
        var data = new JsonObject
        {
            ["demandNo"] = demand.Number,
            ["unit"] = demand.Unit,
            ["person"] = demand.Person,
            ["raisedOn"] = demand.RaisedOn.Iso(),
            ["urgent"] = demand.IsUrgent,
            ["itemCode"] = demand.ItemCode,
            ["itemName"] = (demand.ItemName ?? item?.Name)?.Wide(),
            ["listed"] = item is null ? "清单中没有这个事项" : string.Create(CultureInfo.InvariantCulture, $"{item.Sampling}抽查，比例{item.Ratio * 100:0.##}%，{item.Frequency}"),
            ["reason"] = demand.Reason.Wide(),
            ["wanted"] = demand.WantedCount is { } wanted ? string.Create(CultureInfo.InvariantCulture, $"{wanted}户") : "按清单比例",
            ["period"] = $"{from.Chinese()}至{to.Chinese()}",
            ["lateReason"] = demand.LateReason?.Wide(),
            ["handling"] = demand.DecidedOn is { } on
                ? $"{demand.Status}{(demand.PlanNo is null ? "" : string.Create(CultureInfo.InvariantCulture, $"，纳入{demand.PlanNo}第{demand.LineNo}行"))}：{demand.Handling?.Wide()}。{demand.DecidedByName}，{on.Chinese()}" : null,
        };
        return new Paper(data, demand.Number, "register/demands", demand.Person, GivenNumber: demand.Number);
    }

    private static async Task<Result<Paper>> ReportAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        var found = await FindAsync(s, id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var campaign = found.Value;
        if (campaign.ReportApprovedOn is null) return PaperWords.NotDecided("执法检查通报", "审定的执法检查报告");
        var cases = await s.Db.Set<InspectionCase>().Where(c => c.CampaignId == id).ToListAsync(cancellationToken);
        var ids = cases.Select(c => c.Id).ToList();
        var findings = await s.Db.Set<Finding>().Where(f => ids.Contains(f.CaseId) && f.Status != FindingStatus.Withdrawn).ToListAsync(cancellationToken);
        var orders = await s.Db.Set<RectificationOrder>().CountAsync(o => ids.Contains(o.CaseId), cancellationToken);
        var penalties = await s.Db.Set<PenaltyCase>().Where(p => ids.Contains(p.CaseId) && p.Status != PenaltyStatus.FilingRefused).ToListAsync(cancellationToken);
        var hazards = await s.Db.Set<MajorHazard>().CountAsync(h => ids.Contains(h.CaseId) && h.Status != HazardStatus.ListingRefused, cancellationToken);
        var transfers = await s.Db.Set<LeadTransfer>().CountAsync(t => ids.Contains(t.CaseId), cancellationToken);
        var visits = await s.Db.Set<Visit>().Where(v => ids.Contains(v.CaseId)).ToListAsync(cancellationToken);
        var done = cases.Where(c => c.Status is not InspectionStatus.Refused).ToList();
        int By(VisitOutcome outcome) => visits.Where(v => v.Outcome == outcome).Select(v => v.CaseId).Distinct().Count();
        // Two inspectees with the same entry make it a common problem.
        var common = findings.GroupBy(f => f.EntryCode).Select(g => (g.First().EntryCode, Inspectees: g.Select(f => f.InspecteeNumber).Distinct().Count())).Where(g => g.Inspectees > 1).OrderByDescending(g => g.Inspectees).ThenBy(g => g.EntryCode, StringComparer.Ordinal).Take(10).ToList();
        var entries = await s.Db.Set<CheckResult>().Where(r => ids.Contains(r.CaseId)).Select(r => new { r.Code, r.Content }).Distinct().ToListAsync(cancellationToken);
        var fines = penalties.Where(p => p.Outcome is PenaltyOutcome.Punish).Sum(p => p.AmountFen);
        var data = Head(campaign);
        data["counts"] = string.Create(CultureInfo.InvariantCulture,
            $"本次任务共抽取检查对象{cases.Count}户，实施检查{done.Count}户，其中到场检查{By(VisitOutcome.Arrived)}户、无法取得联系{done.Count(c => c.Status is InspectionStatus.Unreachable || (c.ResultCodes ?? "").Split(';').Contains("4"))}户、已关闭停业{By(VisitOutcome.Closed)}户、拒绝检查{By(VisitOutcome.Refused)}户；出动执法人员{visits.Sum(v => v.Officers.Count)}人次、安全专家{visits.Sum(v => v.Experts.Count)}人次。");
        data["violations"] = findings.Count == 0 ? "未发现问题。" : string.Create(CultureInfo.InvariantCulture, $"共发现问题{findings.Count}项，涉及检查对象{findings.Select(f => f.InspecteeNumber).Distinct().Count()}户，其中重大事故隐患{findings.Count(f => f.Grade is HazardGrade.Major)}项；已完成整改{findings.Count(f => f.Status is FindingStatus.Closed)}项。");
        data["handling"] = string.Create(CultureInfo.InvariantCulture, $"下达责令限期整改指令书{orders}份；立案{penalties.Count}起，作出处罚决定{penalties.Count(p => p.Outcome is PenaltyOutcome.Punish)}起，罚款{Documents.Rendering.ChineseText.Money(fines)}；提请挂牌督办{hazards}项；移送线索{transfers}件。");
        data["commonProblems"] = common.Count == 0 ? "未发现两户以上共同存在的问题。" : common.Select(c => string.Create(CultureInfo.InvariantCulture, $"不符合“{entries.First(e => e.Code == c.EntryCode).Content.Wide()}”（{c.Inspectees}户）")).Numbered();
        data["advice"] = campaign.ReportText?.Wide();
        return new Paper(data, campaign.CampaignNo, campaign.Chain, campaign.ReportApprovedByName);
    }

    private static async Task<Result<Paper>> SchemeAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        var found = await FindAsync(s, id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var campaign = found.Value;
        if (campaign.ApprovedAt is null || campaign.Scheme is not { } scheme) return PaperWords.NotDecided("抽查实施方案", "实施方案的批准");
        var data = Head(campaign);
        data["project"] = scheme.Project.Wide();
        data["period"] = scheme.Time.Wide();
        data["purpose"] = scheme.Purpose.Wide();
        data["headCount"] = scheme.HeadCount.Wide();
        data["method"] = scheme.Method.Wide();
        data["secrecy"] = scheme.Secrecy.Wide();
        data["resultUse"] = scheme.UseOfResults.Wide();
        data["coUnits"] = await CoUnitsAsync(s, id, cancellationToken);
        return new Paper(data, campaign.CampaignNo, campaign.Chain, campaign.ApprovedByName);
    }

    private static async Task<Result<Paper>> DrawAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        var found = await FindAsync(s, id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var campaign = found.Value;
        var draws = await DrawsAsync(s, id, cancellationToken);
        if (draws.Count == 0) return PaperWords.NotDecided("抽取记录表", "抽取结果");
        var names = await NamesAsync(s, cancellationToken);
        var commitments = await s.Db.Set<DrawCommitment>().Where(c => draws.Select(d => d.Id).Contains(c.DrawId)).OrderBy(c => c.Sequence).ToListAsync(cancellationToken);
        var exclusions = await s.Db.Set<DrawExclusion>().Where(e => draws.Select(d => d.Id).Contains(e.DrawId)).ToListAsync(cancellationToken);
        var data = Head(campaign);
        data["draws"] = new JsonArray([.. draws.Select(d =>
        {
            var result = JsonNode.Parse(d.ResultFile!)!;
            var order = result["order"]!.AsArray();
            var drawn = order.SelectMany(o => o!["drawn"]!.AsArray()).Select(n => n!.GetValue<string>()).ToList();
            return (JsonNode)new JsonObject
            {
                ["kind"] = KindOf(d.Kind),
                ["number"] = d.Number,
                ["round"] = d.Round,
                ["poolSize"] = d.Size,
                ["poolHash"] = d.Files().Candidates is { } bytes ? Hashing.Sha256Hex(bytes) : null,
                ["orderHash"] = d.OrderHash,
                ["base"] = d.BaseCount,
                ["baseOn"] = d.BaseOn.Iso(),
                ["ratio"] = d.Ratio,
                ["count"] = d.Count,
                ["commitments"] = new JsonArray([.. commitments.Where(c => c.DrawId == d.Id).Select(c => (JsonNode)new JsonObject { ["party"] = c.Name, ["commitment"] = c.Commitment })]),
                ["beacon"] = $"{d.BeaconSource.Wide()}（{d.BeaconOn.Chinese()}）：{d.BeaconText}",
                ["seed"] = result["seed"]!.GetValue<string>(),
                ["drawnAt"] = d.DrawnAt is { } at ? s.Time.Chinese(at) : null,
                ["excluded"] = exclusions.Where(e => e.DrawId == d.Id).GroupBy(e => e.Reason).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Key}：{g.Count()}")).ToList() is { Count: > 0 } reasons ? reasons.Listed() : "无",
                ["reserves"] = d.Size - drawn.Count,
                ["results"] = new JsonArray([.. drawn.Select(n => (JsonNode)new JsonObject { ["number"] = n, ["name"] = names(d.Kind, n) })]),
            };
        })]);
        var objects = draws[0];
        data["method"] = "计算机随机抽取，按DR-1抽取规则：冻结名单、各方提交承诺、公开信标公布后揭示，由公开数据计算次序并可由任何人复核";
        data["drawnAt"] = objects.DrawnAt is { } drawnAt ? s.Time.Chinese(drawnAt) : null;
        var witnesses = commitments.Where(c => c.PersonName is not null).Select(c => $"{c.Party}{c.PersonName}").Distinct().ToList();
        data["witnesses"] = witnesses.Count == 0 ? null : string.Join("、", witnesses);
        data["operator"] = objects.OrderedByName;
        var visits = await s.Db.Set<InspectionAssignment>().Where(a => a.CampaignId == id && a.Status != AssignmentStatus.Replaced).OrderBy(a => a.Sequence).ToListAsync(cancellationToken);
        var seats = (await s.Db.Set<AssignmentSeat>().Where(a => a.CampaignId == id && a.IsActive).ToListAsync(cancellationToken)).ToLookup(a => a.AssignmentId);
        data["assignments"] = new JsonArray([.. visits.Select(v => (JsonNode)new JsonObject
        {
            ["sequence"] = v.Sequence,
            ["inspectee"] = v.InspecteeName.Wide(),
            ["on"] = v.PlannedOn.Iso(),
            ["reserve"] = v.ReplacesId is not null,
            ["team"] = string.Join("；", new[] { (Part: TeamPart.Leader, Title: "带队"), (Part: TeamPart.Officer, Title: "执法人员"), (Part: TeamPart.Expert, Title: "专家") }
                .Select(p => (p.Title, Names: string.Join("、", seats[v.Id].Where(x => x.Part == p.Part).OrderBy(x => x.TicketPosition).Select(x => x.PersonName)))).Where(p => p.Names.Length > 0).Select(p => $"{p.Title}：{p.Names}")),
        })]);
        var fewer = await FewerVisits.OfAsync(s.Db, id, cancellationToken);
        data["fewer"] = fewer.Count == 0 ? null : fewer.Select(f => $"抽取次序第{f.DrawPosition}位{f.InspecteeName}：{f.ReplacedReason}".Wide()).Numbered();
        return new Paper(data, campaign.CampaignNo, campaign.Chain, objects.OrderedByName);
    }

    private static async Task<Result<Paper>> AnnouncementAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        var found = await FindAsync(s, id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var campaign = found.Value;
        var draws = await DrawsAsync(s, id, cancellationToken);
        if (draws.FirstOrDefault(d => d.Kind == "object") is not { } objects) return PaperWords.NotDecided("拟检查公告", "检查对象的抽取结果");
        var names = await NamesAsync(s, cancellationToken);
        var items = await s.ItemsAsync(campaign.ItemCodes, campaign.PeriodFrom, cancellationToken, campaign.ItemVersions);
        // The list as it was locked: whoever was replaced is not on it, whoever came is.
        var drawn = (await s.Db.Set<InspectionAssignment>().Where(a => a.CampaignId == id && a.Status != AssignmentStatus.Replaced).OrderBy(a => a.Sequence).Select(a => a.InspecteeNumber).ToListAsync(cancellationToken)) is { Count: > 0 } locked ? locked : Drawn(objects);
        var data = Head(campaign);
        data["task"] = $"{campaign.Title.Wide()}（任务编号{campaign.CampaignNo}，年度抽查工作计划{campaign.PlanNo}第{campaign.PlanLineNo}项）{(await CoUnitsAsync(s, id, cancellationToken) is { } units ? $"，会同{units}组织实施" : "")}。";
        data["items"] = items.Select(i => $"{i.Name}：{i.Content}".Wide()).Listed() + "。";
        data["period"] = $"{campaign.PeriodFrom.Chinese()}至{campaign.PeriodTo.Chinese()}。";
        data["objects"] = campaign.Announcement is AnnouncementPolicy.FullList
            ? string.Create(CultureInfo.InvariantCulture, $"随机抽取检查对象{drawn.Count}户，名单附后。")
            : string.Create(CultureInfo.InvariantCulture, $"随机抽取检查对象{drawn.Count}户。") + (campaign.Announcement is AnnouncementPolicy.NamesAfterVisit ? "为保证检查效果，名单在检查实施后公布。" : "");
        if (campaign.Announcement is AnnouncementPolicy.FullList)
            data["objectList"] = new JsonArray([.. drawn.Select(n => (JsonNode)new JsonObject { ["number"] = n, ["name"] = names("object", n) })]);
        var officers = draws.Where(d => d.Kind is "officer").Sum(d => d.Size);
        var experts = draws.Where(d => d.Kind is "expert").Sum(d => d.Size);
        data["officersText"] = string.Create(CultureInfo.InvariantCulture, $"从{officers}名持证执法人员和{experts}名安全专家中随机选派，每组执法人员不少于{campaign.OfficersPerGroup}人、专家{campaign.ExpertsPerGroup}人，由一名局领导带队。");
        data["contact"] = s.Office.Phone is null ? null : $"{s.Office.Bureau}，{s.Office.Address}，电话{s.Office.Phone}。";
        data["complaintPhone"] = s.Office.ComplaintPhone;
        return new Paper(data, campaign.CampaignNo, campaign.Chain, campaign.ApprovedByName);
    }

    /// <summary>会同单位 that signed the scheme; null: none was asked.</summary>
    private static async Task<string?> CoUnitsAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
        => (await CoLaunch.OfAsync(s.Db, id, cancellationToken)).Where(c => c.Agreed is true).Select(c => c.Unit).ToList() is { Count: > 0 } units ? string.Join('、', units) : null;

    private static async Task<Result<Campaign>> FindAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
        => await s.Db.Set<Campaign>().FindAsync([id], cancellationToken) is { } campaign ? campaign : Refusal.NotFound("papers.no-row", "抽查任务");

    private static JsonObject Head(Campaign campaign) => new() { ["campaignNo"] = campaign.CampaignNo, ["campaignTitle"] = campaign.Title.Wide(), ["planNo"] = campaign.PlanNo, ["year"] = campaign.CampaignNo[..4] };

    /// <summary>What was drawn: objects first, a supplementary round after the one it adds to.</summary>
    private static async Task<List<Draw>> DrawsAsync(PaperSources s, Guid campaignId, CancellationToken cancellationToken)
    {
        string[] kinds = ["object", "leader", "officer", "expert"];
        var all = await s.Db.Set<Draw>().Where(d => d.CampaignId == campaignId && d.Status == DrawStatus.Drawn).ToListAsync(cancellationToken);
        return [.. all.OrderBy(d => Array.IndexOf(kinds, d.Kind)).ThenBy(d => d.Round)];
    }

    private static List<string> Drawn(Draw draw) => [.. JsonNode.Parse(draw.ResultFile!)!["order"]!.AsArray().SelectMany(o => o!["drawn"]!.AsArray()).Select(n => n!.GetValue<string>())];

    /// <summary>Names behind the register numbers of a draw.</summary>
    private static async Task<Func<string, string, string>> NamesAsync(PaperSources s, CancellationToken cancellationToken)
    {
        var inspectees = await s.Db.Set<Inspectee>().ToDictionaryAsync(i => i.Number, i => i.Name, cancellationToken);
        var officers = await s.Db.Set<Officer>().ToDictionaryAsync(o => o.Number, o => o.Name, cancellationToken);
        var experts = await s.Db.Set<Expert>().ToDictionaryAsync(e => e.Number, e => e.Name, cancellationToken);
        return (kind, number) => (kind switch { "object" => inspectees, "expert" => experts, _ => officers }).GetValueOrDefault(number, number);
    }

    private static string KindOf(string kind) => kind switch { "object" => "检查对象", "leader" => "带队领导", "officer" => "执法人员", _ => "安全专家" };
}
