namespace DoubleRandom.Inspections.Findings;

/// <summary>The statute's words for what is recorded about a finding, and back from them: forms and publications use the same.</summary>
public static class FindingWords
{
    public static IReadOnlyDictionary<Disposal, string> Disposals { get; } = new Dictionary<Disposal, string>
    {
        [Disposal.CorrectedOnSpot] = "当场纠正",
        [Disposal.RemoveAtOnce] = "责令立即排除",
        [Disposal.RectifyByDate] = "责令限期整改",
        [Disposal.Suspend] = "责令暂时停产停业或停止使用",
        [Disposal.Evacuate] = "从危险区域撤出作业人员",
        [Disposal.Seize] = "查封、扣押",
        [Disposal.SimplePenalty] = "当场处罚",
        [Disposal.FileCase] = "立案调查",
        [Disposal.Transfer] = "移送其他部门",
    };

    public static IReadOnlyDictionary<HazardGrade, string> Grades { get; } = new Dictionary<HazardGrade, string> { [HazardGrade.General] = "一般", [HazardGrade.Major] = "重大" };

    public static IReadOnlyDictionary<CheckOutcome, string> Outcomes { get; } = new Dictionary<CheckOutcome, string>
    {
        [CheckOutcome.Conforms] = "符合",
        [CheckOutcome.Fails] = "不符合",
        [CheckOutcome.NotApplicable] = "不适用",
    };

    public static IReadOnlyDictionary<DisputeOutcome, string> Conclusions { get; } = new Dictionary<DisputeOutcome, string>
    {
        [DisputeOutcome.Upheld] = "维持",
        [DisputeOutcome.Amended] = "修改",
        [DisputeOutcome.Withdrawn] = "撤销",
    };

    public static IReadOnlyDictionary<FindingStatus, string> Statuses { get; } = new Dictionary<FindingStatus, string>
    {
        [FindingStatus.Open] = "已下达处理意见",
        [FindingStatus.Rectifying] = "整改中",
        [FindingStatus.Failed] = "复查不合格",
        [FindingStatus.Closed] = "已整改",
        [FindingStatus.Withdrawn] = "已撤销",
    };

    /// <summary>The value of a word of one of the lists; null for a word that is not in it.</summary>
    public static T? ValueOf<T>(this IReadOnlyDictionary<T, string> words, string? word) where T : struct
    {
        foreach (var (value, text) in words)
        {
            if (text == word) return value;
        }
        return null;
    }
}
