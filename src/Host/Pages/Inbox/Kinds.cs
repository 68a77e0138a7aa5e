namespace DoubleRandom.Host.Pages.Inbox;

/// <summary>Names of the kinds of work, by the first part of a form's key.</summary>
internal static class Kinds
{
    public static readonly IReadOnlyList<(string Kind, string Name)> All =
    [
        ("plan", "年度计划"), ("campaign", "抽查任务"), ("draw", "抽取"), ("special", "专项检查"), ("case", "检查审批与归档"), ("visit", "现场检查"), ("finding", "问题核对"), ("result", "检查结果"),
        ("rectification", "整改复查"), ("penalty", "行政处罚"), ("hazard", "重大隐患"), ("publication", "公示"), ("transfer", "移送"), ("credit", "信用与名单"), ("supervision", "督办"),
    ];

    public static string NameOf(string kind) => All.FirstOrDefault(k => k.Kind == kind).Name ?? "其他";
}
