using DoubleRandom.Basics;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static DoubleRandom.Tests.Workflows.Given;

namespace DoubleRandom.Tests.Workflows;

/// <summary>The engine on the real databases: what a burst leaves behind, and that twice is once.</summary>
public sealed class RuntimeTests
{
    [Theory, BothDatabases]
    public async Task Resume_SameBookmarkTwiceAtOnce_RunsOnce(string database)
    {
        await using var host = await HostAsync(database);
        await host.PublishAsync("one-wait", [Node("W", "Elsa.RunTask"), Node("L", "Elsa.WriteLine", ("text", Literal("后续")))], "W.Done>L");
        var id = await host.StartAsync("one-wait");
        var bookmark = (await host.BookmarksAsync(id)).Single();

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => host.ResumeAsync(bookmark.Id))));

        Assert.Equal(1, results.Count(r => !r.IsRefused));
        Assert.All(results.Where(r => r.IsRefused), r => Assert.Equal("engine.already-done", r.Refusal!.Code));
        Assert.Equal(WorkflowStatus.Finished, (await host.InstanceAsync(id)).Status);
        var lines = (await host.LinesAsync(id)).Count;
        Assert.Equal(1, lines);
    }

    [Theory, BothDatabases]
    public async Task Resume_TwoBookmarksOfOneInstanceAtOnce_BothCount(string database)
    {
        await using var host = await HostAsync(database);
        await host.PublishAsync("two-waits", [Node("S", "Elsa.Start"), Node("A", "Elsa.RunTask"), Node("B", "Elsa.RunTask"), Node("J", "Elsa.FlowJoin", ("mode", Literal("WaitAll"))), Node("L", "Elsa.WriteLine", ("text", Literal("汇合")))],
            "S.Done>A", "S.Done>B", "A.Done>J", "B.Done>J", "J.Done>L");
        var id = await host.StartAsync("two-waits");
        var bookmarks = await host.BookmarksAsync(id);

        var results = await Task.WhenAll(bookmarks.Select(b => Task.Run(() => host.ResumeAsync(b.Id))));

        Assert.Equal(2, results.Length);
        Assert.All(results, r => Assert.Null(r.Refusal));
        Assert.Equal(WorkflowStatus.Finished, (await host.InstanceAsync(id)).Status);
        Assert.Single(await host.LinesAsync(id));
    }

    [Theory, BothDatabases]
    public async Task BulkDispatch_ThreeItems_StartsEachOnceAndGoesOnAfterTheLast(string database)
    {
        await using var host = await HostAsync(database);
        await host.PublishAsync("child", [Node("W", "Elsa.RunTask")]);
        await host.PublishAsync("parent", [Node("B", "Elsa.BulkDispatchWorkflows", ("workflowDefinitionId", Literal("child")), ("items", Feel("input.Items")), ("correlationIdFunction", Feel("item.No")))]);
        var input = new System.Text.Json.Nodes.JsonObject { ["Items"] = new System.Text.Json.Nodes.JsonArray(new System.Text.Json.Nodes.JsonObject { ["No"] = "甲" }, new System.Text.Json.Nodes.JsonObject { ["No"] = "乙" }, new System.Text.Json.Nodes.JsonObject { ["No"] = "丙" }) };
        var parent = await host.StartAsync("parent", "任务", input);

        await host.DrainAsync();
        await host.DrainAsync();
        var children = await host.ReadAsync(db => db.Set<WorkflowInstanceRow>().AsNoTracking().Where(i => i.ParentInstanceId == parent).OrderBy(i => i.ParentIndex).ToListAsync());
        foreach (var child in children)
        {
            Assert.Equal(WorkflowStatus.Running, (await host.InstanceAsync(parent)).Status);
            await host.ResumeAsync((await host.BookmarksAsync(child.Id)).Single().Id);
            await host.DrainAsync();
        }

        Assert.Equal(["甲", "乙", "丙"], children.Select(c => c.CorrelationId));
        Assert.All(children, c => Assert.Equal(c.Id, c.RootInstanceId));
        Assert.Equal(WorkflowStatus.Finished, (await host.InstanceAsync(parent)).Status);
    }

    /// <summary>The list of children's subjects lies in the parent's state: it is not written again for each of them. What is counted stands in a row, and a kill in the middle loses nothing.</summary>
    [Theory, BothDatabases]
    public async Task BulkDispatch_AChildsEnd_LeavesTheParentAsItWas_UntilTheLast(string database)
    {
        const int Children = 30;
        await using var host = await HostAsync(database);
        await host.PublishAsync("child", [Node("W", "Elsa.RunTask")]);
        await host.PublishAsync("parent", [Node("B", "Elsa.BulkDispatchWorkflows", ("workflowDefinitionId", Literal("child")), ("items", Feel("input.Items"))), Node("L", "Elsa.WriteLine", ("text", Literal("完"))), Node("C", "Elsa.WriteLine", ("text", Literal("有撤销")))], "B.Completed>L", "B.Canceled>C");
        var parent = await host.StartAsync("parent", "任务", new System.Text.Json.Nodes.JsonObject { ["Items"] = new System.Text.Json.Nodes.JsonArray([.. Enumerable.Range(0, Children).Select(i => (System.Text.Json.Nodes.JsonNode)new string('户', 500))]) });
        await host.DrainAsync();
        var children = await host.ReadAsync(db => db.Set<WorkflowInstanceRow>().AsNoTracking().Where(i => i.ParentInstanceId == parent).OrderBy(i => i.ParentIndex).Select(i => i.Id).ToListAsync());
        var waiting = await host.InstanceAsync(parent);
        var bursts = await BurstsAsync();
        Assert.True(waiting.State.Length > Children * 500);

        await host.RunAsync(async services => Assert.Null((await services.GetRequiredService<WorkflowRuntime>().CancelAsync(children[0], "不查了", host.Change(), default)).Refusal));
        foreach (var child in children[1..^1]) await host.ResumeAsync((await host.BookmarksAsync(child)).Single().Id);
        // As if the process had been killed after counting and before the commit.
        await Assert.ThrowsAsync<OperationCanceledException>(() => host.RunAsync(async services =>
        {
            var store = services.GetRequiredService<IWorkflowStore>();
            var signal = (await store.PendingSignalsAsync(Children, 0, default)).First(s => s.Kind == SignalKinds.Child);
            store.CountChild((await store.LockChildCountAsync(signal.ExecutionId!.Value, default))!, cancelled: false);
            store.MarkConsumed(signal.Id, host.Time.UtcNow);
            throw new OperationCanceledException();
        }));
        await host.DrainAsync();

        var still = await host.InstanceAsync(parent);
        Assert.Equal((waiting.Revision, waiting.UpdatedAt, waiting.State), (still.Revision, still.UpdatedAt, still.State));
        Assert.Equal(bursts, await BurstsAsync());
        var count = await host.ReadAsync(db => db.Set<ChildCountRow>().AsNoTracking().SingleAsync());
        Assert.Equal((1, true), (count.Waiting, count.AnyCancelled));
        await host.ResumeAsync((await host.BookmarksAsync(children[^1])).Single().Id);
        await host.DrainAsync();
        Assert.Equal((WorkflowStatus.Finished, waiting.Revision + 1), ((await host.InstanceAsync(parent)).Status, (await host.InstanceAsync(parent)).Revision));
        Assert.Equal(["有撤销"], await host.LinesAsync(parent));
        Assert.False(await host.ReadAsync(db => db.Set<ChildCountRow>().AnyAsync()));

        Task<int> BurstsAsync() => host.ReadAsync(db => db.Set<BurstRow>().CountAsync(b => b.InstanceId == parent));
    }

    [Theory, BothDatabases]
    public async Task BulkDispatch_MoreThanABatchWaitForTheirDefinition_HoldUpNobody(string database)
    {
        await using var host = await HostAsync(database);
        await host.PublishAsync("child", [Node("W", "Elsa.RunTask")]);
        await host.PublishAsync("bulk", [Node("B", "Elsa.BulkDispatchWorkflows", ("workflowDefinitionId", Feel("input.Child")), ("items", Feel("input.Items")), ("waitForCompletion", Literal("false")))]);
        Task<int> ChildrenAsync(string of) => host.ReadAsync(db => db.Set<WorkflowInstanceRow>().CountAsync(i => i.DefinitionId == of));
        System.Text.Json.Nodes.JsonObject Input(string child, int items) => new() { ["Child"] = child, ["Items"] = new System.Text.Json.Nodes.JsonArray([.. Enumerable.Range(0, items).Select(i => (System.Text.Json.Nodes.JsonNode)i)]) };
        await host.StartAsync("bulk", null, Input("later", 120));
        await host.StartAsync("bulk", null, Input("child", 1));

        await host.DrainAsync();
        Assert.Equal((1, 0), (await ChildrenAsync("child"), await ChildrenAsync("later")));
        await host.PublishAsync("later", [Node("W", "Elsa.RunTask")]);
        await host.DrainAsync();
        Assert.Equal(120, await ChildrenAsync("later"));
    }

    [Theory, BothDatabases]
    public async Task ExecuteWorkflow_ChildOfTheSameCase_SharesRootAndPinnedVersion(string database)
    {
        await using var host = await HostAsync(database);
        await host.PublishAsync("stage", [Node("W", "Elsa.RunTask")]);
        await host.PublishAsync("case", [Node("E", "Elsa.ExecuteWorkflow", ("workflowDefinitionId", Literal("stage"))), Node("L", "Elsa.WriteLine", ("text", Literal("完")))], "E.Done>L");
        var id = await host.StartAsync("case", "2026-001");
        await host.DrainAsync();
        var child = await host.ReadAsync(db => db.Set<WorkflowInstanceRow>().AsNoTracking().SingleAsync(i => i.ParentInstanceId == id));

        await host.ResumeAsync((await host.BookmarksAsync(child.Id)).Single().Id);
        await host.DrainAsync();

        Assert.Equal(id, child.RootInstanceId);
        Assert.Equal("stage-v1", child.DefinitionVersionId);
        Assert.Contains("stage-v1", (await host.InstanceAsync(id)).Pins, StringComparison.Ordinal);
        Assert.Equal(WorkflowStatus.Finished, (await host.InstanceAsync(id)).Status);
    }

    [Theory, BothDatabases]
    public async Task Event_PublishedByAnotherInstance_ResumesTheWaitingOneOfThatCorrelation(string database)
    {
        await using var host = await HostAsync(database);
        await host.PublishAsync("waits", [Node("E", "Elsa.Event", ("eventName", Literal("checked")))]);
        await host.PublishAsync("tells", [Node("P", "Elsa.PublishEvent", ("eventName", Literal("checked")), ("correlationId", Literal("甲")))]);
        var first = await host.StartAsync("waits", "甲");
        var second = await host.StartAsync("waits", "乙");

        await host.StartAsync("tells");
        await host.DrainAsync();

        Assert.Equal(WorkflowStatus.Finished, (await host.InstanceAsync(first)).Status);
        Assert.Equal(WorkflowStatus.Running, (await host.InstanceAsync(second)).Status);
    }

    [Theory, BothDatabases]
    public async Task Delay_BeforeAndAfterItIsDue_ResumesOnlyAfter(string database)
    {
        await using var host = await HostAsync(database);
        await host.PublishAsync("delayed", [Node("D", "Elsa.Delay", ("timeSpan", Literal("02:00:00")))]);
        var id = await host.StartAsync("delayed");

        host.Time.Advance(TimeSpan.FromMinutes(119));
        await host.DrainAsync();
        var before = (await host.InstanceAsync(id)).Status;
        host.Time.Advance(TimeSpan.FromMinutes(1));
        await host.DrainAsync();

        Assert.Equal(WorkflowStatus.Running, before);
        Assert.Equal(WorkflowStatus.Finished, (await host.InstanceAsync(id)).Status);
    }

    [Theory, BothDatabases]
    public async Task Incident_ConditionUndecided_ParksTheStepAndRetryAfterCorrectionFinishes(string database)
    {
        await using var host = await HostAsync(database);
        await host.PublishAsync("undecided", [Node("D", "Elsa.FlowDecision", ("condition", Feel("Answer"))), Node("L", "Elsa.WriteLine", ("text", Literal("是")))], "D.True>L");
        var id = await host.StartAsync("undecided");
        var incident = await host.ReadAsync(db => db.Set<IncidentRow>().AsNoTracking().SingleAsync(i => i.InstanceId == id));

        var again = await host.RunAsync((s, ct) => s.GetRequiredService<WorkflowRuntime>().RetryIncidentAsync(incident.Id, host.Change(), ct));
        var second = await host.ReadAsync(db => db.Set<IncidentRow>().AsNoTracking().SingleAsync(i => i.InstanceId == id && i.ResolvedAt == null));
        var skipped = await host.RunAsync((s, ct) => s.GetRequiredService<WorkflowRuntime>().SkipIncidentAsync(second.Id, "True", host.Change(reason: "人工判断为是"), ct));

        Assert.Contains("既不为真也不为假", incident.Message, StringComparison.Ordinal);
        Assert.Null(again.Refusal);
        Assert.Null(skipped.Refusal);
        var instance = await host.InstanceAsync(id);
        Assert.Equal((WorkflowStatus.Finished, 0), (instance.Status, instance.IncidentCount));
    }
}
