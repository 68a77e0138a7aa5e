using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.Penalties;
using DoubleRandom.Inspections.Rectification;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Publications.Contents;

/// <summary>What the publications about one campaign share.</summary>
internal static class CampaignTexts
{
    public static string Period(this Campaign campaign) => $"{PublicationText.Day(campaign.PeriodFrom)}至{PublicationText.Day(campaign.PeriodTo)}";

    public static async Task<string> ItemNamesAsync(this DbContext db, Campaign campaign, CancellationToken cancellationToken)
    {
        var codes = campaign.ItemCodes.Split(';', StringSplitOptions.RemoveEmptyEntries);
        var names = (await KeptItems.ItemsAsync(db, codes, campaign.ItemVersions, campaign.PeriodFrom, cancellationToken)).ToDictionary(i => i.Code, i => i.Name, StringComparer.Ordinal);
        return string.Join('、', codes.Select(c => names.GetValueOrDefault(c, c)));
    }

}

/// <summary>
/// 拟检查公告 (S001-26, D06). The policy of the campaign says how much is told before the visits: period and number only, or the names too (C7).
/// </summary>
internal sealed class AnnouncementContent(DbContext db) : IPublicationContent
{
    public PublicationKind Kind => PublicationKind.Announcement;

    public async Task<Result<PublicationText>> WriteAsync(Guid subjectId, ChangeContext change, CancellationToken cancellationToken)
    {
        if (await db.Set<Campaign>().FindAsync([subjectId], cancellationToken) is not { } campaign) return Refusal.NotFound("publications.no-subject");
        var drawn = await AssignmentQueries.VisitsAsync(db, campaign.Id, cancellationToken);
        if (drawn.Count == 0 || drawn.Any(v => v.Status is not AssignmentStatus.Locked)) return Refusal.Conflict("publications.not-drawn", campaign.CampaignNo);
        JsonArray? names = null;
        if (campaign.Announcement is AnnouncementPolicy.FullList)
        {
            var numbers = drawn.Select(v => v.InspecteeNumber).ToList();
            var codes = await db.Set<Inspectee>().AsNoTracking().Where(i => numbers.Contains(i.Number)).ToDictionaryAsync(i => i.Number, i => i.CreditCode, cancellationToken);
            names = PublicationText.Table(drawn.Select(v => PublicationText.Of(
                ("序号", v.Sequence.ToString(CultureInfo.InvariantCulture)), ("检查对象", v.InspecteeName), ("统一社会信用代码", codes.GetValueOrDefault(v.InspecteeNumber)))));
        }
        var content = PublicationText.Of(
            ("任务编号", campaign.CampaignNo),
            ("抽查任务", campaign.Title),
            ("检查事项", await db.ItemNamesAsync(campaign, cancellationToken)),
            ("检查期间", campaign.Period()),
            ("检查户数", drawn.Count.ToString(CultureInfo.InvariantCulture)),
            ("检查人员", $"每组组长1名、执法人员{campaign.OfficersPerGroup}名、安全专家{campaign.ExpertsPerGroup}名，执法人员随机选派，到场出示执法证件"),
            ("检查对象", names),
            ("对象公布", names is null ? "检查对象名称在检查结束后随检查结果公布" : null),
            ("纪律", "检查不收取任何费用；执法人员少于两人或者未出示执法证件的，检查对象有权拒绝检查"));
        return new PublicationText($"{campaign.Title}拟检查公告", campaign.CampaignNo, content);
    }
}

/// <summary>抽取结果 (S000-B03): what was drawn from how many, by which draws. The files themselves are shown beside it.</summary>
internal sealed class DrawResultContent(DbContext db) : IPublicationContent
{
    public PublicationKind Kind => PublicationKind.DrawResult;

    public async Task<Result<PublicationText>> WriteAsync(Guid subjectId, ChangeContext change, CancellationToken cancellationToken)
    {
        if (await db.Set<Campaign>().FindAsync([subjectId], cancellationToken) is not { } campaign) return Refusal.NotFound("publications.no-subject");
        var draws = (await db.WithStagedAsync<Draw>(d => d.CampaignId == campaign.Id && (d.Status == DrawStatus.Drawn || d.Status == DrawStatus.Void), cancellationToken))
            .OrderBy(d => d.Number, StringComparer.Ordinal).ToList();
        if (draws.All(d => d.Status is not DrawStatus.Drawn)) return Refusal.Conflict("publications.not-drawn", campaign.CampaignNo);
        var fewer = await FewerVisits.OfAsync(db, campaign.Id, cancellationToken);
        var replaced = await db.Set<InspectionAssignment>().CountAsync(a => a.CampaignId == campaign.Id && a.Status == AssignmentStatus.Replaced, cancellationToken) - fewer.Count;
        var content = PublicationText.Of(
            ("任务编号", campaign.CampaignNo),
            ("抽查任务", campaign.Title),
            ("检查事项", await db.ItemNamesAsync(campaign, cancellationToken)),
            ("检查期间", campaign.Period()),
            ("递补", replaced == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{replaced}户因故不能检查，按抽取顺序递补")),
            ("减少户数", fewer.Count == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{fewer.Count}户因故不能检查，没有可以递补或者补充抽取的对象，检查{campaign.SampleSize - fewer.Count}户。{string.Join("；", fewer.Select(f => $"抽取顺序第{f.DrawPosition}位：{f.ReplacedReason}"))}")),
            ("抽取办法", "抽取协议 DR-1：名单冻结、各方承诺、公开信标、揭示、计算，任何人可以用公布的文件复核"),
            ("抽取", PublicationText.Table(draws.Select(d => PublicationText.Of(
                ("抽取编号", d.Number), ("类别", NameOf(d.Kind)), ("轮次", d.Round.ToString(CultureInfo.InvariantCulture)), ("候选数", d.Size.ToString(CultureInfo.InvariantCulture)),
                ("抽取数", d.Count.ToString(CultureInfo.InvariantCulture)), ("信标", d.BeaconSource), ("抽取令哈希", d.OrderHash), ("状态", d.Status is DrawStatus.Void ? $"作废：{d.VoidReason}" : "有效"))))));
        return new PublicationText($"{campaign.Title}抽取结果", campaign.CampaignNo, content);
    }

    private static string NameOf(string kind) => kind switch
    {
        "object" => "检查对象",
        "leader" => "组长",
        "officer" => "执法人员",
        _ => "安全专家",
    };
}

/// <summary>执法检查情况通报 (S004-24, D43): counts, what was found, how it was handled.</summary>
internal sealed class ReportContent(DbContext db) : IPublicationContent
{
    private const int CommonProblems = 10;

    public PublicationKind Kind => PublicationKind.Report;

    public async Task<Result<PublicationText>> WriteAsync(Guid subjectId, ChangeContext change, CancellationToken cancellationToken)
    {
        if (await db.Set<Campaign>().FindAsync([subjectId], cancellationToken) is not { } campaign) return Refusal.NotFound("publications.no-subject");
        var cases = await db.Set<InspectionCase>().AsNoTracking().Where(c => c.CampaignId == campaign.Id).ToListAsync(cancellationToken);
        if (cases.Count == 0) return Refusal.Conflict("publications.not-checked", campaign.CampaignNo);
        var ids = cases.Select(c => c.Id).ToList();
        var findings = await db.Set<Finding>().AsNoTracking().Where(f => ids.Contains(f.CaseId) && f.Status != FindingStatus.Withdrawn && f.BookletNo != null).ToListAsync(cancellationToken);
        var orders = await db.Set<RectificationOrder>().CountAsync(o => ids.Contains(o.CaseId), cancellationToken);
        var penalties = await db.Set<PenaltyCase>().AsNoTracking().Where(p => ids.Contains(p.CaseId) && p.FiledOn != null).ToListAsync(cancellationToken);
        var contents = await db.Set<CheckResult>().AsNoTracking().Where(r => ids.Contains(r.CaseId) && r.Outcome == CheckOutcome.Fails).Select(r => new { r.Code, r.Content }).ToListAsync(cancellationToken);
        var fines = penalties.Where(p => p.Outcome is PenaltyOutcome.Punish).Sum(p => p.AmountFen);
        var common = contents.GroupBy(r => (r.Code, r.Content)).OrderByDescending(g => g.Count()).ThenBy(g => g.Key.Code, StringComparer.Ordinal).Take(CommonProblems);
        var content = PublicationText.Of(
            ("任务编号", campaign.CampaignNo),
            ("抽查任务", campaign.Title),
            ("检查事项", await db.ItemNamesAsync(campaign, cancellationToken)),
            ("检查期间", campaign.Period()),
            ("抽取户数", Count(cases.Count)),
            ("现场检查", Count(cases.Count(c => c.LockedAt != null))),
            ("无法联系", Count(cases.Count(c => c.Status is InspectionStatus.Unreachable || c.ResultCodes?.Contains('4') is true))),
            ("已关闭停业等", Count(cases.Count(c => c.Status is InspectionStatus.Closed || c.ResultCodes?.Contains('9') is true))),
            ("拒绝检查", Count(cases.Count(c => c.Status is InspectionStatus.EntryRefused || c.ResultCodes?.Contains('6') is true))),
            ("未获批准", Count(cases.Count(c => c.Status is InspectionStatus.Refused))),
            ("发现问题", string.Create(CultureInfo.InvariantCulture, $"{findings.Count}项，其中重大事故隐患{findings.Count(f => f.Grade is HazardGrade.Major)}项，已整改{findings.Count(f => f.Status is FindingStatus.Closed)}项")),
            ("责令限期整改", string.Create(CultureInfo.InvariantCulture, $"{orders}份")),
            ("立案处罚", string.Create(CultureInfo.InvariantCulture, $"{penalties.Count}件，罚款{fines / 100m:0.00}元")),
            ("检查报告", campaign.ReportText),
            ("共性问题", PublicationText.Table(common.Select(g => PublicationText.Of(("检查内容", g.Key.Content), ("户次", g.Count().ToString(CultureInfo.InvariantCulture)))))));
        return new PublicationText($"{campaign.Title}检查情况通报", campaign.CampaignNo, content);
    }

    private static string? Count(int count) => count == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{count}户");
}
