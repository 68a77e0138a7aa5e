namespace DoubleRandom.Inspections.Planning;

/// <summary>监督检查工作日 of a year: 执法人员数 × 国家法定工作日 − 其他执法工作日 − 非执法工作日, all in person-days.</summary>
/// <param name="Officers">Persons of the register who may be drawn.</param>
/// <param name="WorkingDays">法定工作日 of the year after its calendar.</param>
/// <param name="OtherEnforcementDays">Person-days of other enforcement: cases, complaints, special actions.</param>
/// <param name="NonEnforcementDays">Person-days of duty, training, leave.</param>
public sealed record PlanCapacity(int Officers, int WorkingDays, int OtherEnforcementDays, int NonEnforcementDays)
{
    /// <summary>Person-days left for inspections; never negative.</summary>
    public int InspectionDays => Math.Max(0, Officers * WorkingDays - OtherEnforcementDays - NonEnforcementDays);

    /// <summary>Person-days the lines take: a visit is one day of each officer of its group.</summary>
    public static int Wanted(IEnumerable<PlanLine> lines) => lines.Sum(l => l.SampleSize * l.OfficersPerGroup);

    public bool Suffices(IEnumerable<PlanLine> lines) => Wanted(lines) <= InspectionDays;
}

/// <summary>Random-check items as a share of the items of a category: at least 70 % of 市场监管, 50 % of 其他行政 (S004-02, -03).</summary>
public sealed record ItemCoverage(string Category, int Random, int Total, int WantedPercent)
{
    public bool IsReached => Random * 100 >= Total * WantedPercent;

    public static IReadOnlyList<ItemCoverage> Of(IEnumerable<Items.InspectionItem> items) =>
        [.. items.GroupBy(i => i.Category, StringComparer.Ordinal).OrderByDescending(g => g.Key.Contains("市场监管", StringComparison.Ordinal))
            .Select(g => new ItemCoverage(g.Key, g.Count(i => i.IsRandom), g.Count(), g.Key.Contains("市场监管", StringComparison.Ordinal) ? 70 : 50))];
}
