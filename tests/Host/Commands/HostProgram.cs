using System.Diagnostics;
using DoubleRandom.Tests.Support;

namespace DoubleRandom.Tests.Host.Commands;

/// <summary>The program as a process, on a data folder or a database of the test's.</summary>
internal static class HostProgram
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // The same configuration as the tests': bin/Release or bin/Debug.
    private static readonly string Program = Path.Combine(Repository.Root, "src", "Host", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "DoubleRandom.Host.dll");

    public static Task<(int Exit, string Output, string Error)> RunAsync(string folder, string? postgres, params string[] arguments) => RunAsync(folder, postgres, [], arguments);

    public static async Task<(int Exit, string Output, string Error)> RunAsync(string folder, string? postgres, Dictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        start.ArgumentList.Add(Program);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["DOUBLERANDOM_DATA"] = folder;
        start.Environment["ConnectionStrings__Postgres"] = postgres ?? "";
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{string.Join(' ', arguments)} did not end.");
        }
    }
}
