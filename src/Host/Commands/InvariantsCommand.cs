using System.Text.Encodings.Web;
using System.Text.Json;
using DoubleRandom.Host.Invariants;

namespace DoubleRandom.Host.Commands;

/// <summary>Looks through the whole database for what must never be. Exit code 1 when anything is broken.</summary>
internal static class InvariantsCommand
{
    public const string Usage = "invariants [--json]";
    private static readonly JsonSerializerOptions Plain = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task<int> RunAsync(CommandLine line)
    {
        var json = line.Flag("--json");
        line.Words(0, 0);
        var opened = await CommandHost.OpenAsync();
        if (opened.Refusal is { } notReady) return await CommandTable.RefuseAsync(notReady);
        await using var services = opened.Value;
        var report = await InvariantCatalogue.CheckAsync(services);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(report, Plain));
        }
        else
        {
            foreach (var check in report.Checks)
            {
                Console.WriteLine($"{(check.Ok ? "✓" : "✗")} {check.Id}\t{check.Name}");
                foreach (var row in check.Broken) Console.WriteLine($"    {row}");
            }
        }
        return report.Ok ? 0 : 1;
    }
}
