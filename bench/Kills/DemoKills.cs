using System.Diagnostics;

namespace DoubleRandom.Bench.Kills;

/// <summary>Kills <c>doublerandom demo</c> on its way, starts it again, and at the end asks <c>doublerandom invariants</c>.</summary>
internal static class DemoKills
{
    public static async Task<IReadOnlyList<string>> RunAsync(int kills, int seed)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Machine.Root, ".artifacts", $"kills-{Guid.NewGuid():N}")).FullName;
        var random = new Random(seed);
        var done = 0;
        // Each life gets some seconds, so that the way is killed at every stage of it; when it is over before that, it starts afresh elsewhere.
        while (done < kills)
        {
            var (exit, output) = await ProductAsync(folder, TimeSpan.FromMilliseconds(random.Next(800, 4000)), "demo", "--no-serve");
            if (exit is null)
            {
                done++;
                continue;
            }
            if (exit != 0) return [$"demo ended with {exit} after {done} kills: {output}"];
            var broken = await CheckAsync(folder);
            if (broken.Count > 0) return broken;
            Directory.Delete(folder, recursive: true);
        }
        var (last, said) = await ProductAsync(folder, TimeSpan.FromMinutes(5), "demo", "--no-serve");
        if (last != 0) return [$"demo ended with {(last is null ? "no answer" : "a fault")} after {done} kills: {said}"];
        var findings = await CheckAsync(folder);
        if (findings.Count == 0) Directory.Delete(folder, recursive: true);
        return findings;
    }

    private static async Task<IReadOnlyList<string>> CheckAsync(string folder)
    {
        var (exit, output) = await ProductAsync(folder, TimeSpan.FromMinutes(2), "invariants");
        return exit == 0 ? [] : [$"invariants ended with {exit}: {output}"];
    }

    /// <summary>The exit code, or null when it had to be killed.</summary>
    private static async Task<(int? Exit, string Output)> ProductAsync(string folder, TimeSpan life, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "DoubleRandom.Host.dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOUBLERANDOM_DATA"] = folder;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(life);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            return (null, "");
        }
        var text = $"{await output}{await error}";
        return (process.ExitCode, text[Math.Max(0, text.Length - 2000)..]);
    }
}
