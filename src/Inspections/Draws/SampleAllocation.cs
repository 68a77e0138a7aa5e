namespace DoubleRandom.Inspections.Draws;

/// <summary>Shares a sample among strata in proportion to size × weight: exact in whole numbers, so that anybody who recounts gets the same.</summary>
public static class SampleAllocation
{
    public const int MaxWeight = 100;

    /// <summary>
    /// A stratum whose share reaches its size is taken whole and the rest shared anew; then each gets its whole part, and what is left over goes to the largest
    /// remainders, of equal ones to the earlier stratum.
    /// </summary>
    /// <param name="sample">How many are drawn; all there are when it is more.</param>
    /// <param name="strata">Sizes up to ten million and weights from 1 to <see cref="MaxWeight"/>, in the order's order.</param>
    /// <returns>A count for each stratum, never above its size; their sum is the sample.</returns>
    public static IReadOnlyList<int> Allocate(int sample, IReadOnlyList<(int Size, int Weight)> strata)
    {
        if (strata.Any(s => s.Size < 0 || s.Weight is < 1 or > MaxWeight)) throw new ArgumentException("A stratum's size or weight is out of bounds.", nameof(strata));
        var counts = new int[strata.Count];
        var left = Math.Min(Math.Max(0, sample), strata.Sum(s => (long)s.Size));
        var open = Enumerable.Range(0, strata.Count).Where(i => strata[i].Size > 0).ToList();
        while (left > 0)
        {
            var total = open.Sum(i => Mass(i));
            var whole = open.Where(i => left * (Int128)Mass(i) >= (Int128)strata[i].Size * total).ToList();
            if (whole.Count == 0)
            {
                var shares = open.Select(i => (Index: i, Whole: (int)(left * (Int128)Mass(i) / total), Over: (long)(left * (Int128)Mass(i) % total))).ToList();
                foreach (var share in shares) counts[share.Index] = share.Whole;
                left -= shares.Sum(s => (long)s.Whole);
                foreach (var share in shares.OrderByDescending(s => s.Over).ThenBy(s => s.Index).Take((int)left)) counts[share.Index]++;
                break;
            }
            foreach (var i in whole)
            {
                counts[i] = strata[i].Size;
                left -= strata[i].Size;
            }
            open.RemoveAll(whole.Contains);
        }
        return counts;

        long Mass(int i) => (long)strata[i].Size * strata[i].Weight;
    }
}
