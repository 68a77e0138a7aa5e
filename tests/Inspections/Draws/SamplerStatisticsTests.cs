using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Draws.Protocol;

namespace DoubleRandom.Tests.Inspections.Draws;

/// <summary>
/// Whether the ticket order draws as lots would, and whether these tests would notice if it did not: eight samplers with the mistakes people make must each be
/// rejected. Seeds are fixed, so that the tests are; DOUBLERANDOM_FAIRNESS_SEED takes others (<c>./test long fairness</c>).
/// </summary>
public sealed class SamplerStatisticsTests
{
    private const int Candidates = 200;
    private const int Drawn = 20;
    private const int Draws = 3_000;

    // One test in ten thousand may reject a fair draw by chance; with fixed seeds it either does or never does.
    private const double Alpha = 1e-4;

    private static readonly string Salt = Environment.GetEnvironmentVariable("DOUBLERANDOM_FAIRNESS_SEED") ?? "2026-09-18";
    private static readonly string[] Ids = [.. Enumerable.Range(0, Candidates).Select(i => string.Create(CultureInfo.InvariantCulture, $"CX{i:D5}"))];

    /// <summary>Positions drawn from a list, given the draw's seed and the stratum's name.</summary>
    private delegate int[] Sampler(string seed, string stratum, IReadOnlyList<string> ids);

    private static readonly Lazy<(double Mean, double Deviation)> PairsOfLots = new(CalibratePairs);

    [Fact]
    public void Tickets_AsASampler_PassEveryTest() => Assert.Equal([], Rejections(Ticket));

    public static TheoryData<string> MutantNames => ["modulo of one byte", "sort by a random comparator", "stride", "last one never", "low-entropy seed", "one seed for all strata", "ties in the order of the list", "rounding of a fraction"];

    /// <summary>Mutation gate of the statistics: what is wrong is seen.</summary>
    [Theory, MemberData(nameof(MutantNames))]
    public void Mutant_OfTheSampler_IsRejected(string name)
    {
        Sampler mutant = name switch
        {
            "modulo of one byte" => Modulo,
            "sort by a random comparator" => Comparator,
            "stride" => Stride,
            "last one never" => (seed, stratum, ids) => Ticket(seed, stratum, [.. ids.Take(ids.Count - 1)]),
            "low-entropy seed" => (seed, stratum, ids) => Ticket(Hashing.Sha256Hex(Hash(seed)[0] % 60 + "秒"), stratum, ids),
            "one seed for all strata" => (seed, _, ids) => ByHash(i => Hash($"{seed}|{i}"), ids.Count),
            "ties in the order of the list" => (seed, stratum, ids) => ByHash(i => Hash($"{seed}|{stratum}|{ids[i]}")[..1], ids.Count),
            "rounding of a fraction" => Rounded,
            _ => throw new ArgumentOutOfRangeException(nameof(name)),
        };

        Assert.NotEmpty(Rejections(mutant));
    }

    /// <summary>Names of the tests that reject the sampler.</summary>
    private static List<string> Rejections(Sampler sampler)
    {
        List<string> rejected = [];
        var samples = Enumerable.Range(0, Draws).Select(t => sampler(Seed(t), "甲", Ids)).ToList();
        if (UpperTail(Inclusion(samples), Candidates - 1) < Alpha) rejected.Add("inclusion");
        var (mean, deviation) = PairsOfLots.Value;
        if (Math.Abs(Pairs(samples) - mean) > 6 * deviation) rejected.Add("pairs");
        if (samples.Select(s => string.Join(',', s.Order())).Distinct().Count() < Draws) rejected.Add("distinct samples");
        if (IsOff(samples.Zip(samples.Skip(1), Common))) rejected.Add("serial overlap");
        // One bit of the seed changed is another draw.
        if (IsOff(Enumerable.Range(0, Draws / 2).Select(t => Common(samples[t], sampler(Flip(Seed(t)), "甲", Ids))))) rejected.Add("avalanche");
        // Two strata of one draw have nothing to do with each other.
        if (IsOff(Enumerable.Range(0, Draws / 2).Select(t => Common(samples[t], sampler(Seed(t), "乙", [.. Ids.Select(id => "Z" + id)]))))) rejected.Add("strata");
        // Nor with the order in which somebody hands in the list.
        var shuffled = Ids.OrderBy(id => Hashing.Sha256Hex(id), StringComparer.Ordinal).ToArray();
        if (Enumerable.Range(0, 50).Any(t => !Names(sampler(Seed(t), "甲", shuffled), shuffled).SetEquals(Names(samples[t], Ids)))) rejected.Add("input order");
        return rejected;

        static HashSet<string> Names(int[] sample, string[] ids) => [.. sample.Select(i => ids[i])];
    }

    /// <summary>X² = ((N−1)/N) Σ (O−Tp)² / (Tp(1−p)): the variance without replacement; the usual Σ(O−E)²/E would be wrong here.</summary>
    private static double Inclusion(List<int[]> samples)
    {
        var seen = new int[Candidates];
        foreach (var i in samples.SelectMany(s => s)) seen[i]++;
        const double P = (double)Drawn / Candidates;
        return (Candidates - 1d) / Candidates * seen.Sum(o => Math.Pow(o - Draws * P, 2) / (Draws * P * (1 - P)));
    }

    /// <summary>The same over pairs; what draws by a stride includes everybody alike and the same two always together.</summary>
    private static double Pairs(List<int[]> samples)
    {
        var seen = new int[Candidates, Candidates];
        foreach (var sample in samples)
        {
            var sorted = sample.Order().ToArray();
            for (var a = 0; a < sorted.Length; a++)
            {
                for (var b = a + 1; b < sorted.Length; b++) seen[sorted[a], sorted[b]]++;
            }
        }
        const double P = Drawn * (Drawn - 1d) / (Candidates * (Candidates - 1d));
        var sum = 0d;
        for (var a = 0; a < Candidates; a++)
        {
            for (var b = a + 1; b < Candidates; b++) sum += Math.Pow(seen[a, b] - Draws * P, 2) / (Draws * P * (1 - P));
        }
        return sum;
    }

    /// <summary>Counts of pairs hang together, so what is usual is found by drawing lots.</summary>
    private static (double, double) CalibratePairs()
    {
        var random = new Random(3797);
        var values = Enumerable.Range(0, 24).Select(_ => Pairs([.. Enumerable.Range(0, Draws).Select(_ =>
        {
            var all = Enumerable.Range(0, Candidates).ToArray();
            random.Shuffle(all);
            return all[..Drawn];
        })])).ToList();
        var mean = values.Average();
        return (mean, Math.Sqrt(values.Sum(v => Math.Pow(v - mean, 2)) / (values.Count - 1)));
    }

    private static int Common(int[] a, int[] b) => a.Intersect(b).Count();

    /// <summary>The overlap of two independent draws is hypergeometric: mean n²/N, variance n·(n/N)·(1−n/N)·(N−n)/(N−1).</summary>
    private static bool IsOff(IEnumerable<int> overlaps)
    {
        var list = overlaps.ToList();
        const double Mean = (double)Drawn * Drawn / Candidates, P = (double)Drawn / Candidates;
        var deviation = Math.Sqrt(Drawn * P * (1 - P) * (Candidates - Drawn) / (Candidates - 1d) / list.Count);
        // 3.89 standard deviations: one in ten thousand.
        return Math.Abs(list.Average() - Mean) > 3.89 * deviation;
    }

    /// <summary>P(X² ≥ x) after Wilson and Hilferty; good to three digits for two hundred degrees of freedom.</summary>
    private static double UpperTail(double x, int freedom)
    {
        var z = (Math.Pow(x / freedom, 1d / 3) - (1 - 2d / (9 * freedom))) / Math.Sqrt(2d / (9 * freedom));
        // Abramowitz and Stegun 26.2.17.
        var t = 1 / (1 + 0.2316419 * Math.Abs(z));
        var tail = Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI) * t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return z > 0 ? tail : 1 - tail;
    }

    /// <summary>What the product does.</summary>
    private static int[] Ticket(string seed, string stratum, IReadOnlyList<string> ids)
    {
        var order = Tickets.Order(Tickets.Key(seed, "object", 1, stratum), ids);
        var place = ids.Select((id, i) => (id, i)).ToDictionary(p => p.id, p => p.i, StringComparer.Ordinal);
        return [.. order.Take(Drawn).Select(id => place[id])];
    }

    private static int[] Modulo(string seed, string stratum, IReadOnlyList<string> ids)
    {
        var bytes = Hash($"{seed}|{stratum}");
        var left = Enumerable.Range(0, ids.Count).ToList();
        return [.. Enumerable.Range(0, Drawn).Select(i =>
        {
            var at = bytes[i] % left.Count;
            var taken = left[at];
            left.RemoveAt(at);
            return taken;
        })];
    }

    private static int[] Comparator(string seed, string stratum, IReadOnlyList<string> ids)
    {
        var random = new Random(BitConverter.ToInt32(Hash($"{seed}|{stratum}")));
        var list = Enumerable.Range(0, ids.Count).ToList();
        for (var i = 1; i < list.Count; i++)
        {
            for (var j = i; j > 0 && random.Next(2) == 0; j--) (list[j - 1], list[j]) = (list[j], list[j - 1]);
        }
        return [.. list.Take(Drawn)];
    }

    private static int[] Stride(string seed, string stratum, IReadOnlyList<string> ids)
    {
        var step = ids.Count / Drawn;
        var start = Hash($"{seed}|{stratum}")[0] % step;
        return [.. Enumerable.Range(0, Drawn).Select(i => start + i * step)];
    }

    private static int[] Rounded(string seed, string stratum, IReadOnlyList<string> ids)
    {
        var random = new Random(BitConverter.ToInt32(Hash($"{seed}|{stratum}")));
        HashSet<int> taken = [];
        while (taken.Count < Drawn) taken.Add((int)Math.Round(random.NextDouble() * (ids.Count - 1)));
        return [.. taken];
    }

    private static int[] ByHash(Func<int, byte[]> hash, int count) => [.. Enumerable.Range(0, count).OrderBy(i => Convert.ToHexString(hash(i)), StringComparer.Ordinal).Take(Drawn)];

    private static string Seed(int draw) => Hashing.Sha256Hex($"{Salt}#{draw}");

    private static string Flip(string seed) => (seed[0] == '0' ? '1' : '0') + seed[1..];

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
