using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Draws;

namespace DoubleRandom.Host.Pages.Campaigns;

internal static class CampaignWords
{
    public static string Of(CampaignStatus status) => status switch
    {
        CampaignStatus.Draft => "草拟",
        CampaignStatus.Approved => "已批准",
        CampaignStatus.Drawn => "已抽取",
        CampaignStatus.Locked => "名单已锁定",
        CampaignStatus.Archived => "已归档",
        _ => status.ToString(),
    };

    public static string BadgeOf(CampaignStatus status) => status switch { CampaignStatus.Draft => "warn", CampaignStatus.Archived => "", CampaignStatus.Locked => "ok", _ => "info" };

    public static string Of(DrawStatus status) => status switch
    {
        DrawStatus.Ordered => "等待承诺",
        DrawStatus.Committed => "等待信标与揭示",
        DrawStatus.Revealed => "已揭示",
        DrawStatus.Drawn => "已抽取",
        _ => "已作废",
    };

    public static string KindOf(string kind) => kind switch { "object" => "检查对象", "leader" => "带队领导", "officer" => "执法人员", "expert" => "安全专家", _ => kind };

    public static string Of(Sampling sampling) => sampling switch { Sampling.Directed => "定向", Sampling.Undirected => "不定向", _ => "全面检查" };

    public static string Of(AnnouncementPolicy policy) => policy switch
    {
        AnnouncementPolicy.NamesAfterVisit => "检查后公布对象名称",
        AnnouncementPolicy.CountAndPeriod => "只公布户数和期间",
        _ => "公布全部名单",
    };
}
