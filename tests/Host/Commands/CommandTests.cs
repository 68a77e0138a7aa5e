using System.Text.Json;
using DoubleRandom.Host.Data;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Commands;

/// <summary>The command line as scripts meet it: stdout is the answer, stderr the reason, 0 done, 1 refused, 2 wrong usage.</summary>
public sealed class CommandTests
{
    [Theory, BothDatabases]
    public async Task Commands_FromAnAccountToARestore_DoWhatTheySay(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await using var other = await TestHost.StartAsync(database);
        Task<(int Exit, string Output, string Error)> RunAsync(params string[] arguments) => On(host, arguments);

        var added = await RunAsync("user", "add", "zhang", "--display", "张三", "--roles", "planner");
        Assert.Equal((0, ""), (added.Exit, added.Error));
        Assert.Matches(@"^zhang\t\S{16}\n$", added.Output);
        var again = await RunAsync("user", "add", "zhang", "--display", "张三", "--roles", "planner");
        Assert.Equal((1, ""), (again.Exit, again.Output));
        Assert.StartsWith("accounts.exists:", again.Error, StringComparison.Ordinal);

        var calendar = Path.Combine(host.Folder, "calendar.csv");
        Assert.Equal(0, (await RunAsync("export", "calendar", calendar)).Exit);
        var imported = await RunAsync("import", "calendar", calendar, "--json");
        var report = JsonDocument.Parse(imported.Output).RootElement;
        Assert.Equal((0, 0, 0), (imported.Exit, report.GetProperty("added").GetInt32(), report.GetProperty("updated").GetInt32()));
        Assert.Equal(report.GetProperty("read").GetInt32(), report.GetProperty("unchanged").GetInt32());

        var checks = await RunAsync("invariants", "--json");
        Assert.Equal(0, checks.Exit);
        Assert.True(JsonDocument.Parse(checks.Output).RootElement.GetProperty("ok").GetBoolean());

        var file = Path.Combine(host.Folder, "backup.zip");
        Assert.Equal(0, (await RunAsync("backup", file)).Exit);
        Assert.Equal(0, (await On(other, "restore", file, "--json")).Exit);
        Assert.Equal(1, (await On(other, "restore", file)).Exit);

        Assert.Equal(1, (await RunAsync("draw", "export", "2026-0001", host.Folder)).Exit);
        Assert.Equal(2, (await RunAsync("draw", "export")).Exit);
    }

    [Fact]
    public async Task Lint_OfAFolder_IsALineForEachFinding()
    {
        var folder = Directory.CreateTempSubdirectory("dr-lint-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "one.json"), """{"definitionId":"one","root":{"id":"c","type":"Elsa.Flowchart","activities":[{"id":"X","type":"Elsa.Nothing"}],"connections":[]}}""");
            var lint = await HostProgram.RunAsync(folder, null, "workflows", "lint", folder);
            Assert.Equal(1, lint.Exit);
            Assert.StartsWith("one.json:X:unknown-type:", lint.Output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Command_OnAFileThatIsNoDatabase_SaysWhatToDo()
    {
        var folder = Directory.CreateTempSubdirectory("dr-broken-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, DatabaseSettings.FileName), new string('x', 8192));
            var invariants = await HostProgram.RunAsync(folder, null, "invariants");
            Assert.Equal((1, ""), (invariants.Exit, invariants.Output));
            Assert.StartsWith("data.corrupt:", invariants.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", invariants.Error, StringComparison.Ordinal);

            var unreachable = await HostProgram.RunAsync(folder, "Host=127.0.0.1;Port=1;Username=nobody;Database=none;Timeout=3", "invariants");
            Assert.Equal(1, unreachable.Exit);
            Assert.StartsWith("data.postgres-unreachable:", unreachable.Error, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory, BothDatabases]
    public async Task Draws_Exported_VerifyFromTheirFilesAlone(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        string Vector(string file) => File.ReadAllText(Repository.Path($"tests/Inspections/Draws/vectors/1-objects/{file}"));
        await host.RunAsync(services =>
        {
            services.GetRequiredService<DbContext>().AddRange(Row("2026-0001", DrawStatus.Drawn), Row("2026-0002", DrawStatus.Ordered));
            return Task.CompletedTask;
        });
        Draw Row(string number, DrawStatus status) => new()
        {
            Id = Guid.NewGuid(),
            Number = number,
            CampaignId = Guid.NewGuid(),
            CampaignNo = "2026-01",
            Kind = "object",
            Round = 1,
            Status = status,
            StrataJson = "[]",
            Ratio = "0.03",
            BeaconSource = "x",
            OrderedByName = "测试",
            CandidatesFile = Vector("candidates.tsv"),
            OrderFile = status is DrawStatus.Drawn ? Vector("order.json") : null,
            RevealsFile = status is DrawStatus.Drawn ? Vector("reveals.json") : null,
            ResultFile = status is DrawStatus.Drawn ? Vector("result.json") : null,
        };
        var folder = Path.Combine(host.Folder, "draws");

        var exported = await On(host, "draw", "export", "--all", folder);
        var whole = await HostProgram.RunAsync(host.Folder, null, "draw", "verify", Path.Combine(folder, "2026-0001-object"));
        var begun = await HostProgram.RunAsync(host.Folder, null, "draw", "verify", Path.Combine(folder, "2026-0002-object"));

        Assert.Equal((0, ""), (exported.Exit, exported.Error));
        Assert.Equal((0, ""), (whole.Exit, whole.Error));
        Assert.Equal(1, begun.Exit);
        Assert.Equal(["candidates.tsv"], Directory.EnumerateFiles(Path.Combine(folder, "2026-0002-object")).Select(f => Path.GetFileName(f)));
    }

    private static Task<(int Exit, string Output, string Error)> On(TestHost host, params string[] arguments)
        => HostProgram.RunAsync(host.Folder, host.Services.GetRequiredService<DatabaseSettings>().Postgres, arguments);

    [Theory]
    [InlineData("migrate")]
    [InlineData("invariants")]
    [InlineData("serve")]
    public async Task NativeLibrary_Missing_SaysWhatToInstallAndEnds(string command)
    {
        var folder = Directory.CreateTempSubdirectory("dr-test-").FullName;
        try
        {
            // What stands first in the loader's path is no library at all.
            var broken = Directory.CreateDirectory(Path.Combine(folder, "lib")).FullName;
            foreach (var name in (string[])["libsqlite3.so.0", "libsqlite3.so"]) await File.WriteAllTextAsync(Path.Combine(broken, name), "no library");

            var ended = await HostProgram.RunAsync(Path.Combine(folder, "data"), null, new Dictionary<string, string> { ["LD_LIBRARY_PATH"] = broken }, command);

            Assert.Equal(1, ended.Exit);
            Assert.Contains("libsqlite3-0", ended.Error, StringComparison.Ordinal);
            Assert.False(Directory.Exists(Path.Combine(folder, "data")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
