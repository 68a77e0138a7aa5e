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

        Assert.Equal([line], await host.LinesAsync(id));
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

    [Theory, BothDatabases]
    public async Task Cancel_Parent_CancelsTheChildrenOfItsCaseAndNoCaseOfItsOwn(string database)
    {
        await using var host = await HostAsync(database);
        await host.PublishAsync("leaf", [Node("W", "Elsa.RunTask")]);
        await host.PublishAsync("stage", [Node("E", "Elsa.ExecuteWorkflow", ("workflowDefinitionId", Literal("leaf")))]);
        await host.PublishAsync("case", [Node("S", "Elsa.Start"), Node("A", "Elsa.ExecuteWorkflow", ("workflowDefinitionId", Literal("stage"))),
            Node("B", "Elsa.DispatchWorkflow", ("workflowDefinitionId", Literal("leaf")), ("correlationId", Literal("别的案件")))], "S.Done>A", "S.Done>B");
        var id = await host.StartAsync("case", "甲");
        await host.DrainAsync();

        await host.RunAsync((s, ct) => s.GetRequiredService<WorkflowRuntime>().CancelAsync(id, "撤销", host.Change(), ct));
        await host.DrainAsync();

        var left = await host.ReadAsync(db => db.Set<WorkflowInstanceRow>().AsNoTracking().Where(i => i.Status == WorkflowStatus.Running).Select(i => i.CorrelationId).ToListAsync());
        Assert.Equal(["别的案件"], left);
        Assert.Equal(3, await host.ReadAsync(db => db.Set<WorkflowInstanceRow>().CountAsync(i => i.SubStatus == WorkflowSubStatus.Cancelled)));
    }

    [Theory, BothDatabases]
    public async Task Cancel_BeforeTheChildWasStarted_NeverStartsIt(string database)
    {
        await using var host = await HostAsync(database);
        await host.PublishAsync("leaf", [Node("W", "Elsa.RunTask")]);
        await host.PublishAsync("case", [Node("A", "Elsa.ExecuteWorkflow", ("workflowDefinitionId", Literal("leaf")))]);
        var id = await host.StartAsync("case", "甲");

        await host.RunAsync((s, ct) => s.GetRequiredService<WorkflowRuntime>().CancelAsync(id, "撤销", host.Change(), ct));
        await host.DrainAsync();

        Assert.Equal(1, await host.ReadAsync(db => db.Set<WorkflowInstanceRow>().CountAsync()));
    }

    [Theory, BothDatabases]
    public async Task Event_DefinitionThatBeginsWithIt_StartsOneInstanceUnderItsCorrelation(string database)
    {
        await using var host = await HostAsync(database);
        var begin = Node("E", "Elsa.Event", ("eventName", Literal("complaint")));
        begin["customProperties"] = new JsonObject { ["canStartWorkflow"] = true };
        await host.PublishAsync("check", [begin, Node("W", "Elsa.RunTask")], "E.Done>W");
        await host.PublishAsync("tells", [Node("P", "Elsa.PublishEvent", ("eventName", Literal("complaint")), ("correlationId", Literal("甲")))]);

        await host.StartAsync("tells");
        await host.DrainAsync();
        await host.DrainAsync();

        var started = await host.ReadAsync(db => db.Set<WorkflowInstanceRow>().AsNoTracking().SingleAsync(i => i.DefinitionId == "check"));
        Assert.Equal(("甲", WorkflowStatus.Running), (started.CorrelationId, started.Status));
        Assert.Equal("W", (await host.BookmarksAsync(started.Id)).Single().ActivityId);
    }

    [Theory, BothDatabases]
    public async Task BulkDispatch_EmbeddedPorts_RunForEachChildBeforeTheStepEnds(string database)
    {
        await using var host = await HostAsync(database);
        await host.PublishAsync("leaf", [Node("O", "Elsa.SetOutput", ("outputName", Literal("Mark")), ("outputValue", Given.Feel("input.Item")))]);
        await host.PublishAsync("all", [Node("B", "Elsa.BulkDispatchWorkflows", ("workflowDefinitionId", Literal("leaf")), ("items", Given.Feel("""["一","二"]""")),
            ("childCompleted", Node("C", "Elsa.WriteLine", ("text", Given.Feel("ChildOutput.Mark"))))), Node("L", "Elsa.WriteLine", ("text", Literal("完")))], "B.Done>L");
        var id = await host.StartAsync("all");

        await host.DrainAsync();

        var lines = await host.LinesAsync(id);
        // Which of two children that end at the same instant is heard first is nobody's business.
        Assert.Equal(["一", "二"], lines[..2].Order(StringComparer.Ordinal));
        Assert.Equal("完", lines[2]);
    }

    [Theory]
    [InlineData(null, "甲")]
    [InlineData("Case", "null")]
    public async Task BulkDispatch_ItemsAreObjects_TheirMembersAreTheInputsUnlessAKeyIsNamed(string? key, string seen)
    {
        await using var host = await HostAsync(Databases.Sqlite);
        await host.PublishAsync("leaf", [Node("L", "Elsa.WriteLine", ("text", Given.Feel("string(if input.No = null then \"null\" else input.No)")))]);
        var bulk = Node("B", "Elsa.BulkDispatchWorkflows", ("workflowDefinitionId", Literal("leaf")), ("items", Given.Feel("""[{No: "甲"}]""")));
        if (key is not null) bulk["defaultItemInputKey"] = Literal(key);
        await host.PublishAsync("all", [bulk]);
        await host.StartAsync("all");

        await host.DrainAsync();

        Assert.Equal(seen, (await host.JournalAsync()).Single(j => j.EventName == "Line").Message);
    }
}
