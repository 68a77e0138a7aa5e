using DoubleRandom.Inspections.Publications;

namespace DoubleRandom.Host.Pages.Portal;

/// <summary>A section of the portal: publications of some kinds under one heading.</summary>
/// <param name="Key">The last part of its address.</param>
/// <param name="Explanation">What a citizen finds here and what the law says about it.</param>
public sealed record PortalSection(string Key, string Title, string Explanation, params IReadOnlyList<PublicationKind> Kinds)
{
    public string Address => $"/portal/{Key}";

    /// <summary>In the order of the law: list, plan, announcement, draw, result, what follows.</summary>
    public static IReadOnlyList<PortalSection> All { get; } =
    [
        new("items", "抽查事项清单", "可以抽查什么、依据哪一条法律、抽查谁、查什么、怎么查、抽多少、多久一次。清单以外的事项不得随机抽查。", PublicationKind.ItemList),
        new("plans", "年度抽查计划", "全年抽查哪些事项、从多少户中抽多少户、什么时候查。计划在检查开始前公布。", PublicationKind.AnnualPlan),
        new("announcements", "拟检查公告", "一次抽查任务开始前公布的事项、期间、户数与抽取凭据。暗访暗查的对象名称在检查后公布。", PublicationKind.Announcement),
        new("draws", "抽取公示", "每一次随机抽取的全部公开文件。任何人都可以用这些文件重算一遍，看抽取是否被人动过。", PublicationKind.DrawResult),
        new("results", "检查结果", "每一户检查结束后二十个工作日内公布检查结果，以及发现问题的整改情况。", PublicationKind.InspectionResult, PublicationKind.Rectification),
        new("penalties", "行政处罚", "依法公开的行政处罚决定。个人信息已隐去；公示期满自动停止公示。", PublicationKind.Penalty),
        new("hazards", "重大隐患挂牌督办", "由人民政府挂牌督办的重大事故隐患、决定公开曝光的隐患，及治理验收后的摘牌。", PublicationKind.HazardListing, PublicationKind.HazardDelisting),
        new("discredit", "失信名单", "依法列入严重失信主体名单的信息。", PublicationKind.Discredit),
        new("reports", "检查通报", "一次抽查任务结束后的情况通报。", PublicationKind.Report, PublicationKind.Correction),
    ];

    public static PortalSection? Find(string? key) => All.FirstOrDefault(s => s.Key == key);

    public static PortalSection Of(PublicationKind kind) => All.First(s => s.Kinds.Contains(kind));
}
