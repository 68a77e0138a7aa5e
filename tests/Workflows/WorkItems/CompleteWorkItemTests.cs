using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows.WorkItems;
using Microsoft.EntityFrameworkCore;
using static DoubleRandom.Tests.Workflows.Given;

namespace DoubleRandom.Tests.Workflows.WorkItems;

public sealed class CompleteWorkItemTests
{
    private static readonly Actor Director = TestHost.Person("马国栋", "director");

    [Theory, BothDatabases]
    public async Task Complete_ByHolderOfTheRole_MovesTheCase(string database)
    {
        await using var host = await HostAsync(database);
        var item = await OpenItemAsync(host);

        var result = await CompleteAsync(host, item, Director, "同意", "情况属实");

        Assert.Null(result.Refusal);
        var done = await ItemAsync(host, item.Id);
        Assert.Equal((WorkItemStatus.Completed, "同意", "马国栋"), (done.Status, done.Outcome, done.CompletedByName));
        Assert.Equal(WorkflowStatus.Finished, (await host.InstanceAsync(item.InstanceId)).Status);
        Assert.Contains(await host.JournalAsync(), j => j.EventName == "Decided" && j.ByName == "马国栋" && j.Message == "马国栋：同意");
    }

    [Theory, BothDatabases]
    public async Task Complete_WithoutTheRole_IsRefusedAndNothingMoves(string database)
    {
        await using var host = await HostAsync(database);
        var item = await OpenItemAsync(host);

        var result = await CompleteAsync(host, item, TestHost.Person("李某", "officer"), "同意", "我来");

        Assert.Equal("work-items.not-your-role", result.Refusal!.Code);
        Assert.Equal(WorkItemStatus.Open, (await ItemAsync(host, item.Id)).Status);
    }

    [Theory, BothDatabases]
    public async Task Complete_FormNotFilledOrRefusedByTheDomain_LeavesTheItemOpen(string database)
    {
        await using var host = await HostAsync(database);
        var item = await OpenItemAsync(host);

        var empty = await CompleteAsync(host, item, Director, "同意", "");
        var refused = await CompleteAsync(host, item, Director, "同意", "拒绝");

        Assert.Equal("forms.required", empty.Refusal!.Code);
        Assert.NotNull(refused.Refusal);
        Assert.Equal(WorkItemStatus.Open, (await ItemAsync(host, item.Id)).Status);
        Assert.Single(await host.BookmarksAsync(item.InstanceId));
    }

    [Theory, BothDatabases]
    public async Task Complete_SecondPressOfTheSameButton_ChangesNothing(string database)
    {
        await using var host = await HostAsync(database);
        var item = await OpenItemAsync(host);
        var change = host.Change(Director);
        var command = new CompleteWorkItem(item.Id, "同意", new JsonObject { ["opinion"] = "同意" });

        var first = await host.HandleAsync((CompleteWorkItemHandler h) => h.HandleAsync(command, change, default));
        var second = await host.HandleAsync((CompleteWorkItemHandler h) => h.HandleAsync(command, change, default));
        var other = await CompleteAsync(host, item, Director, "同意", "再来");

        Assert.Null(first.Refusal);
        Assert.Null(second.Refusal);
        Assert.Equal("work-items.already-done", other.Refusal!.Code);
        Assert.Single(await host.JournalAsync(), j => j.EventName == "Decided");
    }

    [Theory, BothDatabases]
    public async Task Complete_StalePage_IsRefused(string database)
    {
        await using var host = await HostAsync(database);
        var item = await OpenItemAsync(host);
        await host.HandleAsync((ClaimWorkItemHandler h) => h.HandleAsync(new ClaimWorkItem(item.Id), host.Change(Director), default));

        var result = await host.HandleAsync((CompleteWorkItemHandler h) => h.HandleAsync(new CompleteWorkItem(item.Id, "同意", new JsonObject { ["opinion"] = "是" }, item.Revision), host.Change(Director), default));

        Assert.Equal("work-items.stale-by", result.Refusal!.Code);
    }

    [Theory, BothDatabases]
    public async Task Claim_ByAnother_KeepsTheItemFromOthers(string database)
    {
        await using var host = await HostAsync(database);
        var item = await OpenItemAsync(host);
        await host.HandleAsync((ClaimWorkItemHandler h) => h.HandleAsync(new ClaimWorkItem(item.Id), host.Change(Director), default));

        var other = await CompleteAsync(host, item, TestHost.Person("副职", "director"), "同意", "是");

        Assert.Equal("work-items.claimed-by-other", other.Refusal!.Code);
    }

    [Theory, BothDatabases]
    public async Task End_OnAnotherBranch_VoidsTheOpenItem(string database)
    {
        await using var host = await HostAsync(database);
        await host.PublishAsync("racing", [Node("S", "Elsa.Start"), HumanTask("T", "director", "同意"), Node("W", "Elsa.RunTask"), Node("E", "Elsa.End")], "S.Done>T", "S.Done>W", "W.Done>E");
        var id = await host.StartAsync("racing", "2026-001");
        var bookmark = (await host.BookmarksAsync(id)).Single(b => b.ActivityId == "W");

        await host.ResumeAsync(bookmark.Id);

        var item = await host.ReadAsync(db => db.Set<WorkItem>().AsNoTracking().SingleAsync());
        Assert.Equal((WorkItemStatus.Void, "所在流程已完成"), (item.Status, item.VoidReason));
    }

    private static async Task<WorkItem> OpenItemAsync(TestHost host)
    {
        await host.PublishAsync("approval", [HumanTask("审批", "director", "同意", "退回")]);
        await host.StartAsync("approval", "2026-001");
        return await host.ReadAsync(db => db.Set<WorkItem>().AsNoTracking().SingleAsync());
    }

    private static Task<WorkItem> ItemAsync(TestHost host, Guid id) => host.ReadAsync(db => db.Set<WorkItem>().AsNoTracking().SingleAsync(i => i.Id == id));

    private static Task<Result<CompletedWorkItem>> CompleteAsync(TestHost host, WorkItem item, Actor by, string outcome, string opinion)
        => host.HandleAsync((CompleteWorkItemHandler h) => h.HandleAsync(new CompleteWorkItem(item.Id, outcome, new JsonObject { ["opinion"] = opinion }), host.Change(by), default));
}
