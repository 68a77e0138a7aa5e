using System.Diagnostics;
using System.Globalization;
using DoubleRandom.Host.Data;
using Microsoft.Data.Sqlite;

namespace DoubleRandom.Bench.Kills;

/// <summary>Kills <c>doublerandom demo</c> on its way, starts it again, and at the end asks <c>doublerandom invariants</c>.</summary>
internal static class DemoKills
{
    /// <summary>What the drawn order or the restart itself decides is counted in another way; everything else comes out the same in every run.</summary>
    private static readonly Dictionary<string, string?> Otherwise = new()
    {
        // How often a person was passed over depends on the order.
        ["seat_skips"] = null,
        // Who holds two of the roles an alert goes to gets one mail; the deliveries of the alerts are counted.
        ["outbox_messages"] = null,
        // One section has a head of its own, another none and then every head is told: whom the lot hits decides how many. Each rung is told, and each telling goes out.
        ["alerts"] = "SELECT COUNT(*) FROM (SELECT DISTINCT deadline_id, round, rung FROM alerts)",
        ["alert_deliveries"] = "SELECT COUNT(*) - (SELECT COUNT(*) FROM alerts) FROM alert_deliveries",
        // An object that two campaigns drew has one file of two volumes.
        ["enterprise_files"] = "SELECT SUM(volumes) FROM enterprise_files",
        // A continued demo gives its accounts new passwords.
        ["audit_entries"] = "SELECT COUNT(*) FROM audit_entries WHERE action <> '重置口令'",
    };

    public static async Task<IReadOnlyList<string>> RunAsync(int kills, int seed)
    {
        if (SqliteRuntime.SelfTest() is { } refusal) return [refusal.ToString()];
        var folder = Directory.CreateDirectory(Path.Combine(Machine.Root, ".artifacts", $"kills-{Guid.NewGuid():N}")).FullName;
        var (untouched, killed) = (Path.Combine(folder, "untouched"), Path.Combine(folder, "killed"));
        var (first, printed) = await ProductAsync(untouched, Patience, "demo", "--no-serve");
        if (first != 0) return [$"the undisturbed demo ended with {first}: {printed}"];
        var wanted = Counts(untouched);
        var random = new Random(seed);
        var (done, ways) = (0, 1);
        // Each life gets some seconds, so that the way is killed at every stage of it; when it is over before that, it starts afresh.
        while (done < kills)
        {
            var (exit, output) = await ProductAsync(killed, TimeSpan.FromMilliseconds(random.Next(800, 6000)), "demo", "--no-serve");
            if (exit is null)
            {
                done++;
                continue;
            }
            if (exit != 0) return [$"demo ended with {exit} after {done} kills: {output}"];
            if (await CheckAsync(killed, wanted) is { Count: > 0 } broken) return broken;
            Directory.Delete(killed, recursive: true);
            ways++;
        }
        var (last, said) = await ProductAsync(killed, Patience, "demo", "--no-serve");
        if (last != 0) return [$"demo ended with {(last is null ? "no answer" : "a fault")} after {done} kills: {said}"];
        var findings = await CheckAsync(killed, wanted);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done} kills on {ways} {(ways == 1 ? "way" : "ways")} from plan to publication; {wanted.Count} tables, {wanted.Values.Sum()} rows compared with the undisturbed run"));
        if (findings.Count == 0) Directory.Delete(folder, recursive: true);
        return findings;
    }

    private static TimeSpan Patience { get; } = TimeSpan.FromMinutes(10);

    private static async Task<IReadOnlyList<string>> CheckAsync(string folder, Dictionary<string, long> wanted)
    {
        var (exit, output) = await ProductAsync(folder, Patience, "invariants");
        if (exit != 0) return [$"invariants ended with {exit}: {output}"];
        var found = Counts(folder);
        return [.. wanted.Keys.Union(found.Keys).Where(t => wanted.GetValueOrDefault(t) != found.GetValueOrDefault(t))
            .Select(t => string.Create(CultureInfo.InvariantCulture, $"{t}: {found.GetValueOrDefault(t)} rows, {wanted.GetValueOrDefault(t)} without kills"))];
    }

    /// <summary>Rows by table: one that was lost or doubled shows in its table's number.</summary>
    private static Dictionary<string, long> Counts(string folder)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "doublerandom.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
        List<string> tables = [];
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read()) tables.Add(reader.GetString(0));
        }
        Dictionary<string, long> counts = [];
        foreach (var table in tables)
        {
            if ((command.CommandText = Otherwise.TryGetValue(table, out var otherwise) ? otherwise : $"SELECT COUNT(*) FROM \"{table}\"") is not null) counts[table] = (long)command.ExecuteScalar()!;
        }
        return counts;
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
