using DoubleRandom.Documents.Conformance;
using DoubleRandom.Engine;
using DoubleRandom.Engine.Conformance;

namespace DoubleRandom.Host.Commands;

/// <summary>Runs cases of the outside judges: a line for each that fails, then how many passed and failed.</summary>
internal static class ConformanceCommand
{
    public const string Usage = "conformance [--kind elsa|feel|liquid] FOLDER";

    public static async Task<int> RunAsync(CommandLine line)
    {
        new ServiceCollection().AddEngine();
        var kind = line.Option("--kind") ?? "elsa";
        var folder = line.Words(1, 1)[0];
        if (!Directory.Exists(folder))
        {
            await Console.Error.WriteLineAsync($"找不到文件夹 {folder}");
            return 1;
        }
        var reports = kind switch
        {
            "elsa" => [await ElsaCases.RunAsync(folder)],
            "feel" => FeelCases.Run(folder) is var feel ? (IReadOnlyList<CaseReport>)[feel.Values, feel.Errors] : [],
            "liquid" => LiquidCases.Run(folder) is var liquid ? [new CaseReport(liquid.Passed, liquid.Failures)] : [],
            _ => throw new UsageException($"没有 {kind} 这种用例"),
        };
        foreach (var failure in reports.SelectMany(r => r.Failures)) Console.WriteLine(failure);
        var failed = reports.Sum(r => r.Failed);
        Console.WriteLine($"{reports.Sum(r => r.Passed)} passed, {failed} failed");
        return failed == 0 ? 0 : 1;
    }
}
