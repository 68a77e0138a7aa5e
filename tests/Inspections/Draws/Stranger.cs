using System.Diagnostics;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.Draws.Protocol;
using DoubleRandom.Tests.Support;

namespace DoubleRandom.Tests.Inspections.Draws;

/// <summary>The stranger's scripts, run as a stranger would: on exported folders.</summary>
internal static class Stranger
{
    /// <summary>Exports the draws and has <c>verify.py</c> reproduce each.</summary>
    public static async Task ReproducesAsync(IReadOnlyList<DrawExport> draws)
    {
        Assert.NotEmpty(draws);
        var folder = Directory.CreateTempSubdirectory("dr-stranger-").FullName;
        foreach (var draw in draws)
        {
            var path = Path.Combine(folder, draw.Folder);
            await draw.Files.WriteAsync(path, default);
            var seed = DrawResult.Read(draw.Files.Result!).Value.Seed;
            var (code, output) = await PythonAsync("verify.py", path);
            Assert.True(code == 0, $"{draw.Folder}: {output}");
            Assert.StartsWith($"OK: seed {seed}, ", output, StringComparison.Ordinal);
        }
        Directory.Delete(folder, recursive: true);
    }

    // -B: running the tests leaves nothing behind in the checkout.
    public static Task<(int Code, string Output)> PythonAsync(string script, params string[] arguments) => RunAsync("python3", ["-B", Repository.Path($"tests/stranger/{script}"), .. arguments]);

    public static async Task<(int Code, string Output)> RunAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }
}
