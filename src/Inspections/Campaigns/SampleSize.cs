using System.Globalization;
using DoubleRandom.Basics;

namespace DoubleRandom.Inspections.Campaigns;

/// <summary>定向、不定向、全面</summary>
public enum Sampling { Directed, Undirected, Full }

/// <summary>抽查户数: base × ratio rounded up, exact in decimal, and never below the floor of the jurisdiction's total (S001-11, -12).</summary>
public static class SampleSize
{
    /// <summary>不低于市场主体总量的 3 %; directed 10 %.</summary>
    public static decimal FloorOf(Sampling sampling) => sampling switch
    {
        Sampling.Undirected => 0.03m,
        Sampling.Directed => 0.10m,
        _ => 1m,
    };

    /// <param name="baseCount">基数 of the ratio.</param>
    /// <param name="ratio">Decimal as text, 0 to 1, for example <c>0.03</c>.</param>
    /// <param name="jurisdictionTotal">All market entities of the jurisdiction: what the floor is a share of, whatever the base (C8). For a full check it is the base.</param>
    /// <param name="floor">The share the office's rules ask for; null: the law's.</param>
    public static Result<int> Of(int baseCount, string ratio, Sampling sampling, int jurisdictionTotal, decimal? floor = null)
    {
        if (!decimal.TryParse(ratio, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) || share is <= 0 or > 1)
            return Refusal.Invalid("campaigns.bad-ratio", "ratio", ratio);
        if (baseCount < 1) return Refusal.Invalid("campaigns.no-base", "baseCount");
        var size = Ceiling(baseCount, share);
        var least = Ceiling(sampling is Sampling.Full ? baseCount : jurisdictionTotal, floor ?? FloorOf(sampling));
        return size < least ? Refusal.Invalid("draws.below-floor", "ratio", size, least) : size;
    }

    private static int Ceiling(int count, decimal share) => (int)decimal.Ceiling(count * share);
}
