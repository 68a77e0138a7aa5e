using DoubleRandom.Basics;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows.WorkItems;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static DoubleRandom.Tests.Workflows.Given;

namespace DoubleRandom.Tests.Workflows.WorkItems;

public sealed class SendBackTests
{
    [Theory, BothDatabases]
    public async Task SendBack_ComesStraightBack_WithoutWhatLiesBetween(string database)
    {
        await using var host = await HostAsync(database);
        var (a, b, c, id) = await ThreeStepsAsync(host);

        var targets = await host.ReadServiceAsync((BackDesk d) => d.TargetsAsync(host.OpenAsync(id).Result, default));
        Assert.Equal([("复核", true, false), ("编制", false, true)], targets.Select(t => (t.Title, t.IsPrevious, t.IsStart)));
        var item = await host.OpenAsync(id);
        Assert.Equal("work-items.not-your-role", (await BackAsync(host, item.Id, a, "编制", true)).Refusal!.Code);
        Assert.Equal("work-items.back-nowhere", (await BackAsync(host, item.Id, c, "批准", true)).Refusal!.Code);
        var sent = await BackAsync(host, item.Id, c, "编制", true);
        Assert.Null(sent.Refusal);

        Assert.Equal(WorkItemStatus.Void, (await host.ItemAsync(item.Id)).Status);
        var again = await host.OpenAsync(id);
        Assert.Equal(("编制", a.Id, "丙退回：材料不全"), (again.Title, again.ClaimedById!.Value, again.BackNote));
        Assert.Null((await host.CompleteAsync(again.Id, a, "提交")).Refusal);
        var back = await host.OpenAsync(id);
        Assert.Equal(("批准", c.Id), (back.Title, back.ClaimedById!.Value));
        Assert.Null((await host.CompleteAsync(back.Id, c, "批准")).Refusal);
        Assert.Equal(WorkflowStatus.Finished, (await host.InstanceAsync(id)).Status);
        var journal = (await host.JournalAsync()).Select(j => j.EventName).ToList();
        Assert.Contains("SentBack", journal);
        Assert.Contains("CameBack", journal);
        Assert.Equal(1, await host.ReadAsync(db => db.Set<WorkItem>().CountAsync(i => i.Title == "复核")));
    }

    [Theory, BothDatabases]
    public async Task SendBack_StepByStep_DoesWhatLiesBetweenAgain(string database)
    {
        await using var host = await HostAsync(database);
        var (a, b, c, id) = await ThreeStepsAsync(host);

        Assert.Null((await BackAsync(host, (await host.OpenAsync(id)).Id, c, "编制", false)).Refusal);
        Assert.Null((await host.CompleteAsync((await host.OpenAsync(id)).Id, a, "提交")).Refusal);
        var check = await host.OpenAsync(id);
        Assert.Equal("复核", check.Title);
        Assert.Null((await host.CompleteAsync(check.Id, b, "同意")).Refusal);
        Assert.Equal("批准", (await host.OpenAsync(id)).Title);
        // A second time round, so that no counter is left behind.
        Assert.Null((await BackAsync(host, (await host.OpenAsync(id)).Id, c, "复核", false)).Refusal);
        Assert.Null((await host.CompleteAsync((await host.OpenAsync(id)).Id, b, "同意")).Refusal);
        Assert.Null((await host.CompleteAsync((await host.OpenAsync(id)).Id, c, "批准")).Refusal);
        Assert.Equal(WorkflowStatus.Finished, (await host.InstanceAsync(id)).Status);
    }

    [Theory, BothDatabases]
    public async Task SendBack_DecidedOtherwise_GoesTheOtherWay(string database)
    {
        await using var host = await HostAsync(database);
        var (a, b, c, id) = await ThreeStepsAsync(host);

        Assert.Null((await BackAsync(host, (await host.OpenAsync(id)).Id, c, "复核", true)).Refusal);
        Assert.Null((await host.CompleteAsync((await host.OpenAsync(id)).Id, b, "不同意")).Refusal);

        Assert.Equal(WorkflowStatus.Finished, (await host.InstanceAsync(id)).Status);
        Assert.Equal(0, await host.ReadAsync(db => db.Set<WorkItem>().CountAsync(i => i.InstanceId == id && i.Status == WorkItemStatus.Open)));
    }

    [Theory, BothDatabases]
    public async Task SendBack_ThroughAFork_EachJoinWaitsForAllBranchesAgain(string database)
    {
        await using var host = await HostAsync(database);
        var boss = await host.HireAsync("局长", ["director"]);
        await host.PublishAsync("forked",
            [Node("S", "Elsa.Start"), HumanTask("A", "director", "提交"), HumanTask("L", "director", "办结"), HumanTask("R", "director", "办结"), Node("J", "Elsa.FlowJoin", ("mode", Literal("WaitAll"))), HumanTask("Z", "director", "同意")],
            "S.Done>A", "A.提交>L", "A.提交>R", "L.办结>J", "R.办结>J", "J.Done>Z");
        var id = await host.StartAsync("forked", "2026-09-001");
        await DoAsync("A", "提交");
        await DoAsync("L", "办结");
        // One branch has come to the join, the other is sent back to the step before the fork.
        Assert.Null((await BackAsync(host, (await ItemAsync("R")).Id, boss, "A", false)).Refusal);
        await DoAsync("A", "提交");
        Assert.Equal(["L", "R"], await OpenTitlesAsync());
        await DoAsync("R", "办结");
        Assert.Equal(["L"], await OpenTitlesAsync());
        await DoAsync("L", "办结");
        Assert.Equal(["Z"], await OpenTitlesAsync());
        Assert.Null((await BackAsync(host, (await ItemAsync("Z")).Id, boss, "A", false)).Refusal);
        await DoAsync("A", "提交");
        await DoAsync("L", "办结");
        Assert.Equal(["R"], await OpenTitlesAsync());
        await DoAsync("R", "办结");
        await DoAsync("Z", "同意");
        Assert.Equal(WorkflowStatus.Finished, (await host.InstanceAsync(id)).Status);

        Task<WorkItem> ItemAsync(string title) => host.ReadAsync(db => db.Set<WorkItem>().AsNoTracking().SingleAsync(i => i.InstanceId == id && i.Status == WorkItemStatus.Open && i.Title == title));
        Task<List<string>> OpenTitlesAsync() => host.ReadAsync(db => db.Set<WorkItem>().Where(i => i.InstanceId == id && i.Status == WorkItemStatus.Open).OrderBy(i => i.Title).Select(i => i.Title).ToListAsync());
        async Task DoAsync(string title, string outcome) => Assert.Null((await host.CompleteAsync((await ItemAsync(title)).Id, boss, outcome)).Refusal);
    }

    [Theory, BothDatabases]
    public async Task SendBack_ToAStepTheDomainDoesNotTakeTwice_IsRefusedAndNothingMoves(string database)
    {
        var once = DoubleRandom.Workflows.Forms.Form.Of("test.once", "一次", [],
            async (s, ct) => await ((DbContext)s.Services.GetService(typeof(DbContext))!).Set<WorkItem>().AnyAsync(i => i.FormKey == "test.once" && i.Status == WorkItemStatus.Completed, ct)
                ? Refusal.Conflict("cases.not-found") : new System.Text.Json.Nodes.JsonObject());
        await using var host = await TestHost.StartAsync(database, services => services.AddSingleton(EchoForm).AddSingleton(once));
        var boss = await host.HireAsync("局长", ["director"]);
        var first = HumanTask("A", "director", "提交");
        first["form"] = Literal("test.once");
        await host.PublishAsync("once", [first, HumanTask("B", "director", "同意")], "A.提交>B");
        var id = await host.StartAsync("once", "2026-09-001");
        Assert.Null((await host.CompleteAsync((await host.OpenAsync(id)).Id, boss, "提交")).Refusal);
        var item = await host.OpenAsync(id);

        Assert.Equal("work-items.back-domain", (await BackAsync(host, item.Id, boss, "A", true)).Refusal!.Code);

        Assert.Equal((WorkItemStatus.Open, item.Revision), ((await host.ItemAsync(item.Id)).Status, (await host.ItemAsync(item.Id)).Revision));
        Assert.DoesNotContain(await host.JournalAsync(), j => j.EventName == "SentBack");
    }

    [Theory, BothDatabases]
    public async Task TakeBack_UntilSomebodyActs_ThenSaysWho(string database)
    {
        await using var host = await HostAsync(database);
        var (a, b, c, id) = await ThreeStepsAsync(host, until: 1);
        var rehearsal = host.Services.GetRequiredService<BackRehearsal>();
        var done = await host.ReadAsync(db => db.Set<WorkItem>().AsNoTracking().SingleAsync(i => i.InstanceId == id && i.Title == "编制"));

        Assert.Equal("work-items.take-back-not-yours", (await rehearsal.TakeBackAsync(new TakeBackWorkItem(done.Id, "填错了"), host.Change(b), default)).Refusal!.Code);
        var press = host.Change(a);
        var taken = await rehearsal.TakeBackAsync(new TakeBackWorkItem(done.Id, "填错了"), press, default);
        Assert.Null(taken.Refusal);
        Assert.Equal(taken.Value.WorkItemId, (await rehearsal.TakeBackAsync(new TakeBackWorkItem(done.Id, "填错了"), press, default)).Value.WorkItemId);
        Assert.Equal(("编制", a.Id), ((await host.OpenAsync(id)).Title, (await host.OpenAsync(id)).ClaimedById!.Value));
        Assert.Null((await host.CompleteAsync(taken.Value.WorkItemId, a, "提交")).Refusal);
        await host.HandleAsync((ClaimWorkItemHandler h) => h.HandleAsync(new ClaimWorkItem(host.OpenAsync(id).Result.Id), host.Change(b), default));
        var late = await rehearsal.TakeBackAsync(new TakeBackWorkItem(taken.Value.WorkItemId, "又错了"), host.Change(a), default);
        Assert.Equal("work-items.take-back-late", late.Refusal!.Code);
        Assert.Contains("乙已开始办理“复核”", Texts.Of(late.Refusal), StringComparison.Ordinal);
    }

    private static Task<Result<SentBack>> BackAsync(TestHost host, Guid item, Actor by, string to, bool comesBack)
        => host.Services.GetRequiredService<BackRehearsal>().SendBackAsync(new SendBackWorkItem(item, to, comesBack, "材料不全"), host.Change(by), default);

    /// <summary>编制 → 复核 → 批准, done up to the last.</summary>
    private static async Task<(Actor A, Actor B, Actor C, Guid Id)> ThreeStepsAsync(TestHost host, int until = 2)
    {
        var (a, b, c) = (await host.HireAsync("甲", ["planner"]), await host.HireAsync("乙", ["legal"]), await host.HireAsync("丙", ["director"]));
        await host.PublishAsync("three", [HumanTask("编制", "planner", "提交"), HumanTask("复核", "legal", "同意", "不同意"), HumanTask("批准", "director", "批准")], "编制.提交>复核", "复核.同意>批准");
        var id = await host.StartAsync("three", "2026-09-001");
        Assert.Null((await host.CompleteAsync((await host.OpenAsync(id)).Id, a, "提交")).Refusal);
        if (until > 1) Assert.Null((await host.CompleteAsync((await host.OpenAsync(id)).Id, b, "同意")).Refusal);
        return (a, b, c, id);
    }
}

internal static class ReadService
{
    public static async Task<T> ReadServiceAsync<TService, T>(this TestHost host, Func<TService, Task<T>> read) where TService : notnull
    {
        await using var scope = host.Services.CreateAsyncScope();
        return await read(scope.ServiceProvider.GetRequiredService<TService>());
    }
}
