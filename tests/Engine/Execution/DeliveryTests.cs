using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Tests.Support;
using DoubleRandom.Tests.Workflows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static DoubleRandom.Tests.Workflows.Given;

namespace DoubleRandom.Tests.Engine.Execution;

/// <summary>What one instance leaves undone must not hold up the others, and an incident can always be closed.</summary>
public sealed class DeliveryTests
{
    [Theory, BothDatabases]
    public async Task Drain_ManyEventsNobodyWaitsFor_StillDeliversTheChildsEnd(string database)
    {
        await using var host = await HostAsync(database);
        await host.PublishAsync("child", [Node("L", "Elsa.WriteLine", ("text", Literal("子")))]);
        await host.PublishAsync("parent", [Node("E", "Elsa.ExecuteWorkflow", ("workflowDefinitionId", Literal("child")))]);
        await host.RunAsync(services =>
        {
            var at = host.Time.UtcNow;
            services.GetRequiredService<DbContext>().AddRange(Enumerable.Range(0, 150).Select(i =>
                new SignalRow { Id = Ids.New(at), Kind = "event", EventName = $"unheard-{i}", CreatedAt = at.AddMinutes(-1) }));
            return Task.CompletedTask;
        });
        var parent = await host.StartAsync("parent");

        await host.DrainAsync();

        Assert.Equal(WorkflowStatus.Finished, (await host.InstanceAsync(parent)).Status);
        Assert.Equal(150, await host.ReadAsync(db => db.Set<SignalRow>().CountAsync(s => s.ConsumedAt == null)));
    }

    [Theory, BothDatabases]
    public async Task Drain_ChildWithoutPublishedDefinition_WaitsForItWithoutHoldingUpOthers(string database)
    {
        await using var host = await HostAsync(database);
        await host.PublishAsync("dynamic", [Node("E", "Elsa.ExecuteWorkflow", ("workflowDefinitionId", Given.Feel("input.Child")))]);
        await host.PublishAsync("ready", [Node("L", "Elsa.WriteLine", ("text", Literal("子")))]);
        var stuck = await host.StartAsync("dynamic", null, new JsonObject { ["Child"] = "later" });
        var free = await host.StartAsync("dynamic", null, new JsonObject { ["Child"] = "ready" });

        await host.DrainAsync();
        var before = (await host.InstanceAsync(stuck)).Status;
        await host.PublishAsync("later", [Node("L", "Elsa.WriteLine", ("text", Literal("后来")))]);
        await host.DrainAsync();

        Assert.Equal(WorkflowStatus.Finished, (await host.InstanceAsync(free)).Status);
        Assert.Equal(WorkflowStatus.Running, before);
        Assert.Equal(WorkflowStatus.Finished, (await host.InstanceAsync(stuck)).Status);
    }

    [Theory, BothDatabases]
    public async Task RetryIncident_StepCancelledByAnotherBranch_ClosesTheIncidentAndRunsNothing(string database)
    {
        await using var host = await HostAsync(database);
        await host.PublishAsync("raced",
            [Node("S", "Elsa.Start"), Node("F", "Elsa.Fault", ("message", Literal("停"))), Node("L", "Elsa.RunTask"), Node("J", "Elsa.FlowJoin", ("mode", Literal("WaitAny"))), Node("W", "Elsa.RunTask")],
            "S.Done>F", "S.Done>L", "F.Done>J", "L.Done>J", "J.Done>W");
        var id = await host.StartAsync("raced");
        await host.ResumeAsync((await host.BookmarksAsync(id)).Single().Id);
        var incident = await host.ReadAsync(db => db.Set<IncidentRow>().AsNoTracking().SingleAsync(i => i.InstanceId == id));

        var first = await host.RunAsync((s, ct) => s.GetRequiredService<WorkflowRuntime>().RetryIncidentAsync(incident.Id, host.Change(), ct));
        var second = await host.RunAsync((s, ct) => s.GetRequiredService<WorkflowRuntime>().RetryIncidentAsync(incident.Id, host.Change(), ct));

        Assert.Null(first.Refusal);
        Assert.Equal("engine.already-done", second.Refusal?.Code);
        var instance = await host.InstanceAsync(id);
        Assert.Equal((WorkflowStatus.Running, 0), (instance.Status, instance.IncidentCount));
        Assert.Equal("W", (await host.BookmarksAsync(id)).Single().ActivityId);
    }

    [Theory]
    [InlineData("true", "yes")]
    [InlineData("false", "no")]
    public async Task If_Condition_RunsOnlyItsBranch(string condition, string line)
    {
        await using var host = await HostAsync(Databases.Sqlite);
        await host.PublishAsync("choice", [Node("I", "Elsa.If", ("condition", Given.Feel(condition)),
            ("then", Node("T", "Elsa.WriteLine", ("text", Literal("yes")))), ("else", Node("N", "Elsa.WriteLine", ("text", Literal("no")))))]);

        var id = await host.StartAsync("choice");

        Assert.Equal([line], await host.ReadAsync(db => db.Set<JournalRow>().Where(j => j.InstanceId == id && j.EventName == "Line").Select(j => j.Message!).ToListAsync()));
        Assert.Equal(WorkflowStatus.Finished, (await host.InstanceAsync(id)).Status);
    }

    [Fact]
    public async Task If_ConditionUndecided_ParksInsteadOfTakingElse()
    {
        await using var host = await HostAsync(Databases.Sqlite);
        await host.PublishAsync("choice", [Node("I", "Elsa.If", ("condition", Given.Feel("null")), ("else", Node("N", "Elsa.WriteLine", ("text", Literal("no")))))]);

        var id = await host.StartAsync("choice");

        var instance = await host.InstanceAsync(id);
        Assert.Equal((WorkflowStatus.Running, 1), (instance.Status, instance.IncidentCount));
    }

    [Fact]
    public async Task Complete_InAnInnerFlowchart_HandsItsOutcomeToTheOuterOne()
    {
        await using var host = await HostAsync(Databases.Sqlite);
        var inner = Node("inner", "Elsa.Flowchart", ("activities", new JsonArray(Node("C", "Elsa.Complete", ("outcomes", Literal("Rejected"))))), ("connections", new JsonArray()));
        await host.PublishAsync("outer", [inner, Node("R", "Elsa.WriteLine", ("text", Literal("退回"))), Node("D", "Elsa.WriteLine", ("text", Literal("完成")))], "inner.Rejected>R", "inner.Done>D");

        var id = await host.StartAsync("outer");

        Assert.Equal(["退回"], await host.ReadAsync(db => db.Set<JournalRow>().Where(j => j.InstanceId == id && j.EventName == "Line").Select(j => j.Message!).ToListAsync()));
    }
}
