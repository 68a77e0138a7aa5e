using DoubleRandom.Basics;
using DoubleRandom.Inspections;
using DoubleRandom.Inspections.Draws.Protocol;

namespace DoubleRandom.Host.Commands;

/// <summary>Checks a published draw from its files alone; says what was checked and names the first difference.</summary>
internal static class DrawCommand
{
    public const string Usage = "draw verify FOLDER";

    public static async Task<int> RunAsync(CommandLine line)
    {
        new ServiceCollection().AddInspections();
        var words = line.Words(2, 2);
        if (words[0] != "verify") throw new UsageException("draw 后应为 verify");
        if (!Directory.Exists(words[1]))
        {
            await Console.Error.WriteLineAsync($"找不到文件夹 {words[1]}");
            return 1;
        }
        var verification = DrawVerifier.Verify(await DrawFiles.ReadAsync(words[1], CancellationToken.None));
        foreach (var step in verification.Checked) Console.WriteLine($"✓ {step}");
        if (verification.Difference is not { } difference) return 0;
        await Console.Error.WriteLineAsync($"✗ {Texts.Of(difference)}");
        return 1;
    }
}
