using System.Diagnostics;
using System.Globalization;

namespace DoubleRandom.Bench.Kills;

/// <summary>
/// Kills a working process with SIGKILL at random moments, again and again, and then looks at what is left: nothing that was answered is lost,
/// nothing is doubled, chains hold, what waits is waited for.
/// </summary>
internal static class KillRun
{
    private const string Usage = "kills [sqlite|postgres|demo…] [--kills N] [--seed N]";

    public static async Task<int> RunAsync(string[] args)
    {
        var kills = 50;
        var seed = Environment.TickCount & 0xffffff;
        List<string> subjects = [];
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--kills" when i + 1 < args.Length && int.TryParse(args[++i], out kills): break;
                case "--seed" when i + 1 < args.Length && int.TryParse(args[++i], out seed): break;
                case "sqlite" or "postgres" or "demo": subjects.Add(args[i]); break;
                default:
                    await Console.Error.WriteLineAsync($"用法：{Usage}");
                    return 2;
            }
        }
        if (subjects.Count == 0) subjects = ["sqlite", "postgres"];
        var broken = 0;
        foreach (var subject in subjects)
        {
            Console.WriteLine($"== {subject}: {kills} kills, seed {seed}");
            var findings = subject == "demo" ? await DemoKills.RunAsync(kills, seed) : await WorkAsync(subject, kills, seed);
            foreach (var finding in findings) Console.WriteLine($"BROKEN {finding}");
            broken += findings.Count;
        }
        Console.WriteLine(broken == 0 ? "nothing lost, nothing doubled" : $"{broken} broken");
        return broken == 0 ? 0 : 1;
    }

    private static async Task<IReadOnlyList<string>> WorkAsync(string database, int kills, int seed)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Machine.Root, ".artifacts", $"kills-{Guid.NewGuid():N}")).FullName;
        await using var server = database == "postgres" ? await PrivatePostgres.StartAsync() : null;
        List<string> acked = [];
        var random = new Random(seed);
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < kills; i++) acked.AddRange(await OneAsync(folder, seed + i, server?.ConnectionString(), random.Next(0, 500)));
        IReadOnlyList<string> findings;
        var counts = "";
        await using (var product = await Product.OpenAsync(folder, server?.ConnectionString())) (findings, counts) = await KillCheck.FindBrokenAsync(product, acked);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kills} kills in {clock.Elapsed.TotalSeconds:0} s, {acked.Count} answers kept; {counts}"));
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        if (findings.Count == 0) Directory.Delete(folder, recursive: true);
        return findings;
    }

    /// <summary>Runs the worker until some time after its first answer and kills it; gives what it had answered.</summary>
    private static async Task<List<string>> OneAsync(string folder, int seed, string? postgres, int milliseconds)
    {
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "DoubleRandom.Bench.dll"), "kill-worker", folder, seed.ToString(CultureInfo.InvariantCulture), .. postgres is null ? Array.Empty<string>() : [postgres]];
        using var worker = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = worker.StandardError.ReadToEndAsync();
        List<string> acked = [];
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        if (await worker.StandardOutput.ReadLineAsync(patience.Token) is not { } first) throw new InvalidOperationException($"The worker ended by itself: {await errors}");
        acked.Add(first);
        var rest = worker.StandardOutput.ReadToEndAsync(CancellationToken.None);
        await Task.Delay(milliseconds);
        if (worker.HasExited) throw new InvalidOperationException($"The worker ended by itself: {await errors}");
        worker.Kill();
        await worker.WaitForExitAsync();
        // A line without its end was cut by the kill: it was not answered.
        var text = await rest;
        acked.AddRange(text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries));
        return acked;
    }
}
