using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Papers;

/// <summary>Papers of a campaign; the subject is the campaign.</summary>
internal static class CampaignPapers
{
    public static IReadOnlyList<(string Code, PaperBuilder Build)> All { get; } = [("D03", SchemeAsync), ("D05", DrawAsync), ("D06", AnnouncementAsync)];

    private static async Task<Result<Paper>> SchemeAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
    {
        var found = await FindAsync(s, id, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var campaign = found.Value;
        if (campaign.Status is not CampaignStatus.Approved || campaign.Scheme is not { } scheme) return PaperWords.NotDecided("抽查实施方案", "实施方案的批准");
        var data = Head(campaign);
        data["project"] = scheme.Project.Wide();
        data["period"] = scheme.Time.Wide();
        data["purpose"] = scheme.Purpose.Wide();
        data["headCount"] = scheme.HeadCount.Wide();
        data["method"] = scheme.Method.Wide();
        data["secrecy"] = scheme.Secrecy.Wide();
        data["resultUse"] = scheme.UseOfResults.Wide();
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
                ["commitments"] = new JsonArray([.. commitments.Where(c => c.DrawId == d.Id).Select(c => (JsonNode)new JsonObject { ["party"] = c.Party, ["commitment"] = c.Commitment })]),
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
        var items = await s.ItemsAsync(campaign.ItemCodes, campaign.PeriodFrom, cancellationToken);
        var drawn = Drawn(objects);
        var data = Head(campaign);
        data["task"] = $"{campaign.Title.Wide()}（任务编号{campaign.CampaignNo}，年度抽查工作计划{campaign.PlanNo}第{campaign.PlanLineNo}项）。";
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

    private static async Task<Result<Campaign>> FindAsync(PaperSources s, Guid id, CancellationToken cancellationToken)
        => await s.Db.Set<Campaign>().FindAsync([id], cancellationToken) is { } campaign ? campaign : Refusal.NotFound("papers.no-row", "抽查任务");

    private static JsonObject Head(Campaign campaign) => new() { ["campaignNo"] = campaign.CampaignNo, ["campaignTitle"] = campaign.Title.Wide(), ["planNo"] = campaign.PlanNo, ["year"] = campaign.CampaignNo[..4] };

    /// <summary>The last valid round of each kind, objects first.</summary>
    private static async Task<List<Draw>> DrawsAsync(PaperSources s, Guid campaignId, CancellationToken cancellationToken)
    {
        string[] kinds = ["object", "leader", "officer", "expert"];
        var all = await s.Db.Set<Draw>().Where(d => d.CampaignId == campaignId && d.Status == DrawStatus.Drawn).ToListAsync(cancellationToken);
        return [.. all.GroupBy(d => d.Kind).Select(g => g.MaxBy(d => d.Round)!).OrderBy(d => Array.IndexOf(kinds, d.Kind))];
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
