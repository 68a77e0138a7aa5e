using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Draws.Protocol;

namespace DoubleRandom.Bench;

/// <summary>Rows c2, c3 and c4. c2: a DR-1 draw of a million candidates in twenty strata, against reading the same list and one SHA-256 a row in the same loop.</summary>
internal static class DrawBench
{
    private const int Candidates = 1_000_000;
    private const int Strata = 20;
    private const int Drawn50 = 50;

    public static async IAsyncEnumerable<BenchRow> RunAsync(BenchPace pace)
    {
        var files = Drawn(Candidates);
        var (file, order, reveals) = (files.Candidates!, files.Order!, DrawReveals.Read(files.Reveals!).Value);

        yield return await Pairs.RunAsync(pace, "c2", null, null, "ms", isRate: false, 2.0, () => Task.FromResult(Limit(file)), () =>
        {
            var clock = Stopwatch.StartNew();
            var result = DrawResult.Of(file, order, reveals);
            var time = clock.Elapsed.TotalMilliseconds;
            if (result.IsRefused || result.Value.Order.Sum(s => s.Drawn.Count) != Strata * Drawn50) throw new InvalidOperationException("The draw failed.");
            return Task.FromResult(time);
        }, () => $"{Candidates} candidates, {Strata} × {Drawn50}; list read and checked, hashed, tickets, drawn and reserves in order");
    }

    /// <summary>Row c3: a stranger's check of a whole published draw, every place of the order, against one SHA-256 a line of its list.</summary>
    public static async IAsyncEnumerable<BenchRow> VerifyAsync(BenchPace pace)
    {
        var lines = pace.IsQuick ? 1_000_000 : 10_000_000;
        var files = Drawn(lines);
        yield return await Pairs.RunAsync(pace, "c3", null, null, "ms", isRate: false, 2.0, () => Task.FromResult(Limit(files.Candidates!)), () =>
        {
            var clock = Stopwatch.StartNew();
            if (DrawVerifier.Verify(files).Difference is { } difference) throw new InvalidOperationException(difference.ToString());
            return Task.FromResult(clock.Elapsed.TotalMilliseconds);
        }, () => $"{lines} lines; list, order, reveals, seed, drawn and every reserve in order");
    }

    /// <summary>Row c4: teams for a province's year, against shuffling both lists once with the system's random numbers.</summary>
    public static async IAsyncEnumerable<BenchRow> TeamsAsync(BenchPace pace)
    {
        const int Officers = 30_000, Visits = 50_000;
        var first = new DateOnly(2026, 1, 1);
        var days = Enumerable.Range(0, 250).Select(first.AddDays).ToList();
        var objects = Enumerable.Range(1, Visits).Select(i => string.Create(CultureInfo.InvariantCulture, $"CX{i:D6}")).ToArray();
        // Ties of a tenth: of each ten officers one may not go to the object that comes when it is his turn in a balanced order.
        RosterPerson Person(string number, TeamPart part, int position, IReadOnlyList<Tie> ties) => new(number, number, part, position, null, first.AddYears(5), null, [], ties, new HashSet<string>());
        RosterPerson[] people =
        [
            .. Enumerable.Range(1, 400).Select(i => Person($"L{i}", TeamPart.Leader, i, [])),
            .. Enumerable.Range(1, Officers).Select(i => Person($"O{i}", TeamPart.Officer, i, i % 10 == 0 ? [.. Enumerable.Range(0, 40).Select(n => new Tie(objects[Math.Clamp(i / 2 - 20 + n, 0, Visits - 1)], first, null, "利害关系"))] : [])),
        ];
        var request = new PlanRequest(objects, days, people, 2, 0);
        var numbers = people.Select(p => p.Number).ToArray();
        var (skips, missing) = (0, 0);
        yield return await Pairs.RunAsync(pace, "c4", null, null, "ms", isRate: false, 3.0, () =>
        {
            var clock = Stopwatch.StartNew();
            RandomNumberGenerator.Shuffle<string>(objects.AsSpan().ToArray());
            RandomNumberGenerator.Shuffle<string>(numbers);
            return Task.FromResult(clock.Elapsed.TotalMilliseconds);
        }, () =>
        {
            var clock = Stopwatch.StartNew();
            var plan = AssignmentPlanner.Plan(request).Value;
            var time = clock.Elapsed.TotalMilliseconds;
            (skips, missing) = (plan.Sum(v => v.Skips.Count), plan.Count(v => v.Missing.Count > 0));
            if (missing > 0) throw new InvalidOperationException($"{missing} visits lack somebody.");
            return Task.FromResult(time);
        }, () => $"{Officers} officers, 400 leaders, {Visits} visits in 250 days: {Visits * 3} seats, {skips} passed over for ties, {missing} unsatisfied");
    }

    private static DrawFiles Drawn(int lines)
    {
        var file = CandidateList.Write(Enumerable.Range(0, lines).Select(i => new Candidate(string.Create(CultureInfo.InvariantCulture, $"第{i % Strata:D2}层"), string.Create(CultureInfo.InvariantCulture, $"CX{i:D8}")))).Value;
        string[] names = ["系统", "监督人", "见证人"];
        var order = new DrawOrder(JsonValue.Create("2026-0001"), "object", 1, Hashing.Sha256Hex(file),
            [.. Enumerable.Range(0, Strata).Select(i => new Stratum(string.Create(CultureInfo.InvariantCulture, $"第{i:D2}层"), lines / Strata, Drawn50))], lines, "2025-12-31", "0.03",
            [.. names.Select(n => new DrawParty(n, Hashing.Sha256Hex(Hashing.Sha256Hex(n))))], "双色球", "2026-05-10", "2026-05-08T10:00:00Z").ToBytes();
        var reveals = new DrawReveals([.. names.Select(n => new Reveal(n, Hashing.Sha256Hex(n)))], "03 07 11 19 26 30 + 08");
        return new DrawFiles(file, order, reveals.ToBytes(), DrawResult.Of(file, order, reveals).Value.ToBytes());
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
