using System.Text.Json.Nodes;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows.Definitions;
using DoubleRandom.Workflows.Timers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static DoubleRandom.Tests.Workflows.Given;

namespace DoubleRandom.Tests.Workflows.Timers;

public sealed class StartDueTimersTests
{
    [Theory, BothDatabases]
    public async Task Run_CronAfterAStandstill_StartsOnceAndThenAtTheNextTime(string database)
    {
        await using var host = await HostAsync(database);
        await host.PublishAsync("monthly", [Beginning("C", "Elsa.Cron", "cronExpression", "0 9 1 * *"), Node("W", "Elsa.RunTask")], "C.Done>W");
        var before = await RunAsync(host);

        host.Time.Advance(TimeSpan.FromDays(90));
        var late = await RunAsync(host);
        var again = await RunAsync(host);

        Assert.Equal((0, 1, 0), (before, late, again));
        var row = await host.ReadAsync(db => db.Set<TimerTrigger>().AsNoTracking().SingleAsync());
        Assert.Equal(new DateTime(2027, 1, 1, 1, 0, 0, DateTimeKind.Utc), row.DueAt);
        Assert.Equal(WorkflowStatus.Running, (await host.ReadAsync(db => db.Set<WorkflowInstanceRow>().AsNoTracking().SingleAsync())).Status);
    }

    [Theory, BothDatabases]
    public async Task Run_Retracted_StartsNothingMore(string database)
    {
        await using var host = await HostAsync(database);
        await host.PublishAsync("hourly", [Beginning("T", "Elsa.Timer", "interval", "01:00:00")]);
        await RunAsync(host);
        host.Time.Advance(TimeSpan.FromHours(1));
        var first = await RunAsync(host);

        await host.RunAsync(async s => (await s.GetRequiredService<DbContext>().Set<DefinitionVersion>().SingleAsync()).IsPublished = false);
        host.Time.Advance(TimeSpan.FromHours(5));
        var afterwards = await RunAsync(host);

        Assert.Equal((1, 0), (first, afterwards));
        Assert.Equal(0, await host.ReadAsync(db => db.Set<TimerTrigger>().CountAsync()));
    }

    [Fact]
    public async Task Run_DateThatLiesBehindAtPublication_StartsNothing()
    {
        await using var host = await HostAsync(Databases.Sqlite);
        await host.PublishAsync("once", [Beginning("A", "Elsa.StartAt", "dateTime", "2026-09-01T09:00:00+08:00")]);
        await host.PublishAsync("soon", [Beginning("A", "Elsa.StartAt", "dateTime", "2026-09-18T10:00:00+08:00")]);
        await RunAsync(host);

        host.Time.Advance(TimeSpan.FromHours(2));

        Assert.Equal((1, 0), (await RunAsync(host), await RunAsync(host)));
        Assert.Equal("soon", await host.ReadAsync(db => db.Set<WorkflowInstanceRow>().Select(i => i.DefinitionId).SingleAsync()));
    }

    [Fact]
    public async Task Run_Singleton_PassesTheTimeWhileOneRuns()
    {
        await using var host = await HostAsync(Databases.Sqlite);
        await host.PublishAsync("hourly", [Beginning("T", "Elsa.Timer", "interval", "01:00:00"), Node("W", "Elsa.RunTask")], "T.Done>W");
        await host.RunAsync(async s =>
        {
            var version = await s.GetRequiredService<DbContext>().Set<DefinitionVersion>().SingleAsync();
            var json = JsonNode.Parse(version.Json)!;
            json["options"]!["activationStrategyType"] = "Elsa.Workflows.Runtime.ActivationValidators.SingletonStrategy, Elsa.Workflows.Runtime";
            version.Json = json.ToJsonString();
        });
        await RunAsync(host);

        host.Time.Advance(TimeSpan.FromHours(1));
        var first = await RunAsync(host);
        host.Time.Advance(TimeSpan.FromHours(1));
        var second = await RunAsync(host);
        var bookmark = (await host.BookmarksAsync((await host.ReadAsync(db => db.Set<WorkflowInstanceRow>().SingleAsync())).Id)).Single();
        await host.ResumeAsync(bookmark.Id);
        host.Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal((1, 0, 1), (first, second, await RunAsync(host)));
    }

    private static Task<int> RunAsync(TestHost host) => host.Services.GetRequiredService<StartDueTimers>().RunAsync();

    private static JsonObject Beginning(string id, string type, string input, string value)
    {
        var node = Node(id, type, (input, Literal(value)));
        node["customProperties"] = new JsonObject { ["canStartWorkflow"] = true };
        return node;
    }
}
