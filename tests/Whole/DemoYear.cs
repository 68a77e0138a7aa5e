using System.Collections.Concurrent;
using System.Diagnostics;
using DoubleRandom.Host;
using DoubleRandom.Host.Clock;
using DoubleRandom.Host.Data;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DoubleRandom.Tests.Whole;

/// <summary>
/// The demonstration's year, driven once for each database by the real command in a process of its own. Tests read it; a test that changes
/// something takes a copy.
/// </summary>
internal sealed class DemoYear
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<DemoYear>>> Years = new();

    private DemoYear(DatabaseSettings settings, IReadOnlyList<string> lines, string errors, int exitCode, TimeSpan elapsed)
        => (Settings, Lines, Errors, ExitCode, Elapsed) = (settings, lines, errors, exitCode, elapsed);

    public DatabaseSettings Settings { get; }

    /// <summary>What the command printed on stdout.</summary>
    public IReadOnlyList<string> Lines { get; }

    public string Errors { get; }

    public int ExitCode { get; }

    public TimeSpan Elapsed { get; }

    public static Task<DemoYear> OfAsync(string database) => Years.GetOrAdd(database, d => new Lazy<Task<DemoYear>>(() => DriveAsync(d))).Value;

    /// <summary>The product's services on the year's database, for reading.</summary>
    public async Task<ServiceProvider> OpenAsync()
    {
        var services = new ServiceCollection();
        services.AddLogging(l => l.SetMinimumLevel(LogLevel.Warning));
        services.AddDoubleRandom(Settings);
        var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<DatabaseClock>().LoadAsync();
        return provider;
    }

    public async Task<T> ReadAsync<T>(Func<DbContext, Task<T>> read)
    {
        await using var services = await OpenAsync();
        await using var scope = services.CreateAsyncScope();
        return await read(scope.ServiceProvider.GetRequiredService<DbContext>());
    }

    /// <summary>Runs a command of the product on this database.</summary>
    public Task<(int ExitCode, string Output, string Errors)> CommandAsync(params string[] arguments) => Product.RunAsync(Settings, arguments);

    private static async Task<DemoYear> DriveAsync(string database)
    {
        var folder = Directory.CreateTempSubdirectory("dr-demo-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        var settings = new DatabaseSettings(folder, database == Databases.Postgres ? await PostgresCluster.CreateEmptyAsync() : null);
        var watch = Stopwatch.StartNew();
        var (exitCode, output, errors) = await Product.RunAsync(settings, "demo", "--no-serve");
        return new DemoYear(settings, output.Split('\n', StringSplitOptions.RemoveEmptyEntries), errors, exitCode, watch.Elapsed);
    }
}

/// <summary>The product's program in a process of its own, as a person starts it.</summary>
internal static class Product
{
    private static readonly string Configuration = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";

    public static string Program { get; } = Repository.Path(Path.Combine("src", "Host", "bin", Configuration, "net10.0", "DoubleRandom.Host.dll"));

    public static ProcessStartInfo Start(DatabaseSettings settings, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOUBLERANDOM_DATA"] = settings.Folder;
        if (settings.IsPostgres) start.Environment["ConnectionStrings__Postgres"] = settings.ConnectionString;
        else start.Environment.Remove("ConnectionStrings__Postgres");
        return start;
    }

    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(DatabaseSettings settings, params string[] arguments)
    {
        using var process = Process.Start(Start(settings, arguments))!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await errors);
    }
}
