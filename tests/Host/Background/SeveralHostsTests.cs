using System.Text.Json.Nodes;
using DoubleRandom.Engine.Dispatching;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Host.Invariants;
using DoubleRandom.Tests.Support;
using DoubleRandom.Tests.Workflows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Background;

/// <summary>Several hosts wake at once: every child starts once, every end is told once.</summary>
public sealed class SeveralHostsTests
{
    [Theory, BothDatabases]
    public async Task Deliveries_ByFourPumpsAtOnce_StartAndTellEachChildOnce(string database)
    {
        await using var host = await Given.HostAsync(database);
        await host.PublishAsync("child", [Given.Node("L", "Elsa.WriteLine", ("text", Given.Literal("子")))]);
        await host.PublishAsync("parent", [Given.Node("B", "Elsa.BulkDispatchWorkflows", ("workflowDefinitionId", Given.Literal("child")), ("items", Given.Feel("input.Items")), ("correlationIdFunction", Given.Feel("item.No")),
            ("waitForCompletion", new JsonObject { ["typeName"] = "Boolean", ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = true } }))]);
        var items = new JsonArray([.. Enumerable.Range(1, 30).Select(n => (JsonNode)new JsonObject { ["No"] = $"C-{n}" })]);
        var parent = await host.StartAsync("parent", "任务", new JsonObject { ["Items"] = items });

        var pumps = Enumerable.Range(0, 4).Select(_ => ActivatorUtilities.CreateInstance<ChildPump>(host.Services));
        await Task.WhenAll(pumps.Select(p => Task.Run(() => DrainAsync(p))));
        await host.DrainAsync();

        var children = await host.ReadAsync(db => db.Set<WorkflowInstanceRow>().Where(i => i.ParentInstanceId == parent).ToListAsync());
        Assert.Equal(30, children.Count);
        Assert.All(children, c => Assert.Equal(WorkflowStatus.Finished, c.Status));
        Assert.Equal(30, (await host.JournalAsync()).Count(j => j.EventName == "Line"));
        Assert.Equal(WorkflowStatus.Finished, (await host.InstanceAsync(parent)).Status);
        var report = await InvariantCatalogue.CheckAsync(host.Services);
        Assert.True(report.Ok, string.Join('\n', report.Checks.SelectMany(c => c.Broken.Select(b => $"{c.Id}: {b}"))));
    }

    // A round that loses a race is logged and the next one comes, as the duty's runner does it.
    private static async Task DrainAsync(ChildPump pump)
    {
        for (var round = 0; round < 5; round++)
        {
            try
            {
                await pump.DrainAsync();
                return;
            }
            catch (Exception e) when (e is DbUpdateException or DoubleRandom.Host.Data.ConflictException or Npgsql.PostgresException)
            {
                // The next round.
            }
        }
    }
}
