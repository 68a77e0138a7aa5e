using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Draws.Protocol;

namespace DoubleRandom.Bench;

/// <summary>Row c2: a DR-1 draw of a million candidates in twenty strata, against reading the same list and one SHA-256 a row in the same loop.</summary>
internal static class DrawBench
{
    private const int Candidates = 1_000_000;
    private const int Strata = 20;
    private const int Drawn = 50;

    public static async IAsyncEnumerable<BenchRow> RunAsync(BenchPace pace)
    {
        var file = CandidateList.Write(Enumerable.Range(0, Candidates).Select(i => new Candidate(string.Create(CultureInfo.InvariantCulture, $"第{i % Strata:D2}层"), string.Create(CultureInfo.InvariantCulture, $"CX{i:D8}")))).Value;
        string[] nonces = [Hashing.Sha256Hex("甲"), Hashing.Sha256Hex("乙"), Hashing.Sha256Hex("丙")];
        string[] names = ["系统", "监督人", "见证人"];
        var order = new DrawOrder(JsonValue.Create("2026-0001"), "object", 1, Hashing.Sha256Hex(file),
            [.. Enumerable.Range(0, Strata).Select(i => new Stratum(string.Create(CultureInfo.InvariantCulture, $"第{i:D2}层"), Candidates / Strata, Drawn))], Candidates, "2025-12-31", "0.03",
            [.. names.Zip(nonces, (n, c) => new DrawParty(n, Hashing.Sha256Hex(c)))], "双色球", "2026-05-10", "2026-05-08T10:00:00Z").ToBytes();
        var reveals = new DrawReveals([.. names.Zip(nonces, (n, c) => new Reveal(n, c))], "03 07 11 19 26 30 + 08");

        yield return await Pairs.RunAsync(pace, "c2", null, null, "ms", isRate: false, 2.0, () => Task.FromResult(Limit(file)), () =>
        {
            var clock = Stopwatch.StartNew();
            var result = DrawResult.Of(file, order, reveals);
            var time = clock.Elapsed.TotalMilliseconds;
            if (result.IsRefused || result.Value.Order.Sum(s => s.Drawn.Count) != Strata * Drawn) throw new InvalidOperationException("The draw failed.");
            return Task.FromResult(time);
        }, () => $"{Candidates} candidates, {Strata} × {Drawn}; list read and checked, hashed, tickets, drawn and reserves in order");
    }

    /// <summary>One core: each line decoded and hashed once.</summary>
    private static double Limit(byte[] file)
    {
        var clock = Stopwatch.StartNew();
        Span<byte> hash = stackalloc byte[32];
        var sum = 0L;
        ReadOnlySpan<byte> rest = file;
        while (rest.IndexOf((byte)'\n') is var end and >= 0)
        {
            sum += Encoding.UTF8.GetString(rest[..end]).Length;
            SHA256.HashData(rest[..end], hash);
            sum += hash[0];
            rest = rest[(end + 1)..];
        }
        if (sum == 0) throw new InvalidOperationException();
        return clock.Elapsed.TotalMilliseconds;
    }
}
