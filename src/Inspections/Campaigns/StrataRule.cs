using System.Globalization;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.Registers;

namespace DoubleRandom.Inspections.Campaigns;

/// <summary>不分层；按信用等级 (S004-10, -11)；按安全风险等级；按投诉、处罚和隐患 (S003-08).</summary>
public enum StratifyBy { None, Credit, Risk, Conduct }

/// <summary>
/// 分层: into which stratum of the object draw an entry of the register falls, and how much more a stratum counts than another. Part of the scheme, approved with
/// it, published before anything random exists.
/// </summary>
/// <param name="Weights">Every stratum of the rule with its weight, 1 to <see cref="SampleAllocation.MaxWeight"/>; the sample is shared by size × weight.</param>
public sealed record StrataRule(StratifyBy By, IReadOnlyList<(string Stratum, int Weight)> Weights)
{
    public const string Whole = "检查对象";
    private const string Conspicuous = "投诉违法较多";
    private const string Ordinary = "其他对象";

    public static StrataRule None { get; } = Default(StratifyBy.None);

    /// <summary>
    /// The weights an office begins with: the worse the grade, the more often; an entry without a grade counts as the middle. Of credit grades A ×0.5, B ×1, C ×2 and D ×3.
    /// </summary>
    public static StrataRule Default(StratifyBy by) => new(by, by switch
    {
        StratifyBy.Credit => [("信用A级", 1), ("信用B级", 2), ("信用C级", 4), ("信用D级", 6), ("信用未评", 2)],
        StratifyBy.Risk => [("重大风险", 4), ("较大风险", 3), ("一般风险", 2), ("低风险", 1), ("风险未评", 2)],
        StratifyBy.Conduct => [(Conspicuous, 3), (Ordinary, 1)],
        _ => [(Whole, 1)],
    });

    public static string NameOf(StratifyBy by) => by switch
    {
        StratifyBy.Credit => "按信用等级分层",
        StratifyBy.Risk => "按安全风险等级分层",
        StratifyBy.Conduct => "按投诉、处罚和未闭环隐患分层",
        _ => "不分层",
    };

    /// <param name="weights"><c>信用A级=1；信用D级=4</c>; strata left out keep the default. Null or empty: the default.</param>
    public static Result<StrataRule> Parse(StratifyBy by, string? weights)
    {
        var rule = Default(by);
        if (string.IsNullOrWhiteSpace(weights)) return rule;
        var own = rule.Weights.ToDictionary(w => w.Stratum, w => w.Weight, StringComparer.Ordinal);
        foreach (var part in weights.Split([';', '；', '\n', '、', ',', '，'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var sides = part.Split(['=', '＝'], StringSplitOptions.TrimEntries);
            if (sides.Length != 2 || !own.ContainsKey(sides[0]) || !int.TryParse(sides[1], NumberStyles.None, CultureInfo.InvariantCulture, out var weight) || weight is < 1 or > SampleAllocation.MaxWeight)
                return Refusal.Invalid("campaigns.bad-weights", "weights", part.Length > 40 ? part[..40] : part, string.Join("、", own.Keys), SampleAllocation.MaxWeight);
            own[sides[0]] = weight;
        }
        return new StrataRule(by, [.. rule.Weights.Select(w => (w.Stratum, own[w.Stratum]))]);
    }

    public int WeightOf(string stratum) => Weights.First(w => w.Stratum == stratum).Weight;

    public string ToText() => string.Join('；', Weights.Select(w => $"{w.Stratum}={w.Weight}"));

    /// <param name="figures">Penalties and open hazards of the entry, its opening balance included.</param>
    /// <param name="manyComplaints">S003-08 leaves the threshold to the office.</param>
    public string StratumOf(Inspectee entry, InspecteeFigures figures, int manyComplaints) => By switch
    {
        StratifyBy.Credit => entry.CreditGrade is "A" or "B" or "C" or "D" ? $"信用{entry.CreditGrade}级" : "信用未评",
        StratifyBy.Risk => entry.RiskGrade is "重大" or "较大" or "一般" or "低" ? $"{entry.RiskGrade}风险" : "风险未评",
        StratifyBy.Conduct => entry.Complaints12Months >= manyComplaints || figures.Penalties24Months > 0 || figures.OpenHazards > 0 ? Conspicuous : Ordinary,
        _ => Whole,
    };
}
