using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows.Definitions;
using DoubleRandom.Workflows.WorkItems;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static DoubleRandom.Tests.Workflows.Given;

namespace DoubleRandom.Tests.Workflows;

/// <summary>How often a step speaks to the database: the counter of the product, and on PostgreSQL the driver's own trace beside it.</summary>
public sealed class RoundTripTests
{
    private static readonly Actor Director = TestHost.Person("马国栋", "director");

    [Theory, BothDatabases]
    public async Task Start_WithItsAudit_IsTwoRoundTrips(string database)
    {
        await using var host = await HostAsync(database);
        await PublishAsync(host);
        await StartAsync(host, "2026-001");

        var trips = await CountAsync(database, () => StartAsync(host, "2026-002"));

        Assert.InRange(trips, 1, 2);
        Assert.Equal(2, await host.ReadAsync(db => db.Set<WorkItem>().CountAsync()));
    }

    [Theory, BothDatabases]
    public async Task Complete_ToTheNextItem_IsTwoRoundTrips(string database)
    {
        await using var host = await HostAsync(database);
        await PublishAsync(host);
        await StartAsync(host, "2026-001");
        var item = await host.ReadAsync(db => db.Set<WorkItem>().SingleAsync());

        var trips = await CountAsync(database, async () =>
        {
            var done = await host.HandleAsync((CompleteWorkItemHandler h) => h.HandleAsync(new CompleteWorkItem(item.Id, "同意", new JsonObject { ["opinion"] = "属实" }), host.Change(Director), default));
            Assert.Null(done.Refusal);
        });

        Assert.InRange(trips, 1, 2);
        Assert.Equal(["审核"], await host.ReadAsync(db => db.Set<WorkItem>().Where(i => i.Status == WorkItemStatus.Open).Select(i => i.ActivityId).ToListAsync()));
    }

    [Theory, BothDatabases]
    public async Task Start_AnotherVersionWasPublishedMeanwhile_TakesThatOne(string database)
    {
        await using var host = await HostAsync(database);
        await PublishAsync(host);
        await StartAsync(host, "2026-001");
        await host.RunAsync(async services =>
        {
            var first = await services.GetRequiredService<DbContext>().Set<DefinitionVersion>().SingleAsync();
            first.IsPublished = false;
            services.GetRequiredService<DbContext>().Add(new DefinitionVersion
            {
                Id = "trip-v2",
                DefinitionId = "trip",
                Version = 2,
                Name = "trip",
                Json = first.Json,
                Hash = first.Hash,
                Origin = "studio",
                IsPublished = true,
                CreatedAt = host.Time.UtcNow,
                CreatedByName = "测试",
                PublishedAt = host.Time.UtcNow,
            });
        });

        var id = await StartAsync(host, "2026-002");

        Assert.Equal("trip-v2", (await host.InstanceAsync(id)).DefinitionVersionId);
    }

    [Theory, BothDatabases]
    public async Task Start_WithAKnownId_IsRefusedAndLeavesNothing(string database)
    {
        await using var host = await HostAsync(database);
        await PublishAsync(host);
        var id = await StartAsync(host, "2026-001");

        var again = await host.RunAsync((services, ct) => services.GetRequiredService<WorkflowRuntime>().StartAsync(new StartWorkflow("trip", id), host.Change(), ct));

        Assert.Equal("engine.already-started", again.Refusal?.Code);
        Assert.Equal(1, await host.ReadAsync(db => db.Set<WorkItem>().CountAsync()));
    }

    private static Task PublishAsync(TestHost host) => host.PublishAsync("trip",
        [
            HumanTask("承办", "director", "同意"),
            Node("重大", "Elsa.FlowDecision", ("condition", Feel("Answer = null"))),
            HumanTask("审核", "director", "同意"),
        ], "承办.同意>重大", "重大.True>审核");

    private static async Task<Guid> StartAsync(TestHost host, string caseNo)
    {
        var change = host.Change();
        var id = Ids.New(change);
        var started = await host.RunAsync((services, ct) =>
        {
            services.GetRequiredService<IAuditTrail>().Record(change, $"case/{caseNo}", "发起", caseNo);
            return services.GetRequiredService<WorkflowRuntime>().StartAsync(new StartWorkflow("trip", id, caseNo), change, ct);
        });
        Assert.Null(started.Refusal);
        return id;
    }

    private static async Task<int> CountAsync(string database, Func<Task> act)
    {
        var mine = new AsyncLocal<bool> { Value = true };
        var (trips, commands) = (0, 0);
        using var meter = new MeterListener { InstrumentPublished = (i, l) => { if (i.Name == "doublerandom.unit.trips") l.EnableMeasurementEvents(i); } };
        meter.SetMeasurementEventCallback<long>((_, n, _, _) => { if (mine.Value) Interlocked.Add(ref trips, (int)n); });
        meter.Start();
        using var driver = new ActivityListener
        {
            ShouldListenTo = s => s.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStarted = _ => { if (mine.Value) Interlocked.Increment(ref commands); },
        };
        ActivitySource.AddActivityListener(driver);

        await act();

        if (database == Databases.Postgres) Assert.Equal(commands, trips);
        return trips;
    }
}
