using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Draws.Protocol;

namespace DoubleRandom.Bench;

/// <summary>
/// Rows c2, c3 and c4. c2: a DR-1 draw in twenty strata, against reading the same list and one SHA-256 a row in the same loop, on all cores and on one; of ten
/// million candidates from a file, with the memory it takes.
/// </summary>
internal static class DrawBench
{
    private const int Candidates = 1_000_000;
    private const int Strata = 20;
    private const int Drawn50 = 50;
    private const int MaxMemory = 200;

    public static async IAsyncEnumerable<BenchRow> RunAsync(BenchPace pace)
    {
        if (Environment.GetEnvironmentVariable("DOTNET_PROCESSOR_COUNT") == "1")
        {
            yield return await RowAsync(pace, "c2-one", 2.0, "one core; ");
            yield break;
        }
        yield return await RowAsync(pace, "c2", 1.3, $"{Environment.ProcessorCount} cores; ");
        // A process that sees one core only.
        yield return JsonSerializer.Deserialize<BenchRow[]>(JsonNode.Parse(await ChildAsync(("DOTNET_PROCESSOR_COUNT", "1"), ["c2", "--json", .. pace.IsQuick ? (string[])["--quick"] : []]))!["rows"]!, JsonSerializerOptions.Web)![0];
        await foreach (var row in FromFileAsync(pace)) yield return row;
    }

    private static async Task<BenchRow> RowAsync(BenchPace pace, string id, double goal, string cores)
    {
        var files = Drawn(Candidates);
        var (file, order, reveals) = (files.Candidates!, files.Order!, DrawReveals.Read(files.Reveals!).Value);
        return await Pairs.RunAsync(pace, id, null, null, "ms", isRate: false, goal, () => Task.FromResult(Limit(file)), () =>
        {
            var clock = Stopwatch.StartNew();
            var result = DrawResult.Of(file, order, reveals);
            var time = clock.Elapsed.TotalMilliseconds;
            if (result.IsRefused || result.Value.Order.Sum(s => s.Drawn.Count) != Strata * Drawn50) throw new InvalidOperationException("The draw failed.");
            return Task.FromResult(time);
        }, () => $"{cores}{Candidates} candidates, {Strata} × {Drawn50}; list read and checked, hashed, tickets, drawn and reserves in order");
    }

    /// <summary>Ten million candidates that are never in memory, each draw in a process of its own.</summary>
    private static async IAsyncEnumerable<BenchRow> FromFileAsync(BenchPace pace)
    {
        var lines = pace.IsQuick ? 1_000_000 : 10_000_000;
        var folder = Directory.CreateDirectory(Path.Combine(Machine.Root, ".artifacts", $"bench-{Guid.NewGuid():N}")).FullName;
        try
        {
            Write(folder, lines);
            GC.Collect(2, GCCollectionMode.Aggressive, true, true);
            var (memory, what) = (0L, $"{lines} candidates in a file; ");
            yield return await Pairs.RunAsync(pace with { Pairs = 3 }, "c2-file", null, null, "ms", isRate: false, 1.3,
                async () => (await ChildAsync(folder, "limit")).Milliseconds,
                async () =>
                {
                    var (time, peak) = await ChildAsync(folder, "draw");
                    memory = Math.Max(memory, peak);
                    return time;
                }, () => $"{what}against reading it and one SHA-256 a line, each in a process of its own");
            yield return new BenchRow("c2-memory", null, null, MaxMemory, memory, Math.Round(memory / (double)MaxMemory, 3), "<=1.00", memory <= MaxMemory, "MB", $"{what}largest resident memory of the process that drew");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary><c>draw-child FOLDER limit|draw</c>: one figure in a process of its own; milliseconds and megabytes on a line.</summary>
    public static int RunChild(string[] args)
    {
        var (folder, isDraw) = (args[0], args[1] == "draw");
        using var list = FileBytes.Open(Path.Combine(folder, "candidates.tsv"))!;
        var clock = Stopwatch.StartNew();
        if (!isDraw)
        {
            using var stream = File.OpenRead(Path.Combine(folder, "candidates.tsv"));
            Limit(stream);
        }
        else
        {
            var (order, reveals) = (File.ReadAllBytes(Path.Combine(folder, "order.json")), DrawReveals.Read(File.ReadAllBytes(Path.Combine(folder, "reveals.json"))).Value);
            if (DrawResult.Of(list, order, reveals).Value.Order.Sum(s => s.Drawn.Count) != Strata * Drawn50) return 1;
        }
        var peak = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalMilliseconds} {long.Parse(peak, CultureInfo.InvariantCulture) / 1024}"));
        return 0;
    }

    private static async Task<(double Milliseconds, long MegaBytes)> ChildAsync(string folder, string what)
    {
        var words = (await ChildAsync(null, "draw-child", folder, what)).Split(' ');
        return (double.Parse(words[0], CultureInfo.InvariantCulture), long.Parse(words[1], CultureInfo.InvariantCulture));
    }

    private static async Task<string> ChildAsync((string Name, string Value)? setting, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(DrawBench).Assembly.Location, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (setting is { } s) start.Environment[s.Name] = s.Value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output.Length > 0 ? output.Trim() : throw new InvalidOperationException(await error);
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
        var file = CandidateList.Write(Lines(lines)).Value;
        var (order, reveals) = Order(lines, Hashing.Sha256Hex(file));
        return new DrawFiles(file, order, reveals.ToBytes(), DrawResult.Of(file, order, reveals).Value.ToBytes());
    }

    /// <summary>The same on the disk, written in its order.</summary>
    private static void Write(string folder, int lines)
    {
        var path = Path.Combine(folder, "candidates.tsv");
        using (var file = new StreamWriter(path, false, new UTF8Encoding(false), 1 << 20) { NewLine = "\n" })
        {
            foreach (var stratum in Enumerable.Range(0, Strata))
            {
                foreach (var line in Lines(lines, stratum)) file.WriteLine($"{line.Stratum}\t{line.Id}");
            }
        }
        using var written = File.OpenRead(path);
        var (order, reveals) = Order(lines, Convert.ToHexStringLower(SHA256.HashData(written)));
        File.WriteAllBytes(Path.Combine(folder, "order.json"), order);
        File.WriteAllBytes(Path.Combine(folder, "reveals.json"), reveals.ToBytes());
    }

    private static IEnumerable<Candidate> Lines(int lines) => Enumerable.Range(0, Strata).SelectMany(stratum => Lines(lines, stratum));

    private static IEnumerable<Candidate> Lines(int lines, int stratum)
        => Enumerable.Range(0, lines / Strata).Select(i => new Candidate(string.Create(CultureInfo.InvariantCulture, $"第{stratum:D2}层"), string.Create(CultureInfo.InvariantCulture, $"CX{i * Strata + stratum:D8}")));

    private static (byte[] Order, DrawReveals Reveals) Order(int lines, string listHash)
    {
        string[] names = ["系统", "监督人", "见证人"];
        var order = new DrawOrder(JsonValue.Create("2026-0001"), "object", 1, listHash,
            [.. Enumerable.Range(0, Strata).Select(i => new Stratum(string.Create(CultureInfo.InvariantCulture, $"第{i:D2}层"), lines / Strata, Drawn50))], lines, "2025-12-31", "0.03",
            [.. names.Select(n => new DrawParty(n, Hashing.Sha256Hex(Hashing.Sha256Hex(n))))], "双色球", "2026-05-10", "2026-05-08T10:00:00Z").ToBytes();
        return (order, new DrawReveals([.. names.Select(n => new Reveal(n, Hashing.Sha256Hex(n)))], "03 07 11 19 26 30 + 08"));
    }

    private static double Limit(byte[] file)
    {
        using var stream = new MemoryStream(file);
        return Limit(stream);
    }

    /// <summary>One core: each line read, decoded and hashed once.</summary>
    private static double Limit(Stream file)
    {
        var clock = Stopwatch.StartNew();
        var (buffer, kept, sum) = (new byte[1 << 20], 0, 0L);
        Span<byte> hash = stackalloc byte[32];
        while (file.Read(buffer, kept, buffer.Length - kept) is var read and > 0)
        {
            ReadOnlySpan<byte> rest = buffer.AsSpan(0, kept + read);
            while (rest.IndexOf((byte)'\n') is var end and >= 0)
            {
                sum += Encoding.UTF8.GetString(rest[..end]).Length;
                SHA256.HashData(rest[..end], hash);
                sum += hash[0];
                rest = rest[(end + 1)..];
            }
            rest.CopyTo(buffer);
            kept = rest.Length;
        }
        if (sum == 0) throw new InvalidOperationException();
        return clock.Elapsed.TotalMilliseconds;
    }
}
