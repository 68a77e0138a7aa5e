namespace DoubleRandom.Inspections.Publications;

/// <summary>公示类型 by their statute names, as definitions name them.</summary>
public static class PublicationKinds
{
    public static IReadOnlyDictionary<PublicationKind, string> Names { get; } = new Dictionary<PublicationKind, string>
    {
        [PublicationKind.ItemList] = "抽查事项清单",
        [PublicationKind.AnnualPlan] = "年度计划",
        [PublicationKind.Announcement] = "拟检查公告",
        [PublicationKind.DrawResult] = "抽取结果",
        [PublicationKind.InspectionResult] = "检查结果",
        [PublicationKind.Rectification] = "整改情况",
        [PublicationKind.Penalty] = "处罚信息",
        [PublicationKind.HazardListing] = "挂牌督办",
        [PublicationKind.HazardDelisting] = "摘牌",
        [PublicationKind.Discredit] = "失信名单",
        [PublicationKind.Report] = "检查通报",
        [PublicationKind.Correction] = "更正或撤回",
    };

    public static PublicationKind? Find(string? name)
    {
        foreach (var (kind, known) in Names)
        {
            if (known == name) return kind;
        }
        return null;
    }
}
