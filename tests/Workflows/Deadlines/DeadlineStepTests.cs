using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows.WorkItems;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static DoubleRandom.Tests.Workflows.Given;

namespace DoubleRandom.Tests.Workflows.Deadlines;

public sealed class DeadlineStepTests
{
    private static readonly Actor Officer = TestHost.Person("李军荣", "officer") with { RegisterNumber = "R010" };

    [Theory, BothDatabases]
    public async Task OpenAndMeet_AroundAHumanTask_GiveItTheLastDayAndStopTheClock(string database)
    {
        await using var host = await StartAsync(database);
        var item = await ItemAsync(host);
        var deadline = await DeadlineAsync(host);

        Assert.Equal((deadline.Id, deadline.DueOn), (item.DeadlineId!.Value, item.DueOn!.Value));
        Assert.Equal(("officer", ";R010;R011;", item.Id), (deadline.OwnerRole, deadline.OwnerNumbers, deadline.WorkItemId));
        Assert.Equal(host.Time.Today, deadline.AnchorOn);

        var done = await host.HandleAsync((CompleteWorkItemHandler h) => h.HandleAsync(new CompleteWorkItem(item.Id, "办结", new JsonObject { ["opinion"] = "完成" }), host.Change(Officer), default));

        Assert.Null(done.Refusal);
        Assert.Equal(DeadlineStatus.Met, (await DeadlineAsync(host)).Status);
    }

    [Theory, BothDatabases]
    public async Task Extend_WhileTheItemIsOpen_MovesItsLastDay(string database)
    {
        await using var host = await StartAsync(database);
        var deadline = await DeadlineAsync(host);
        var later = deadline.DueOn.AddDays(7);

        var extended = await host.HandleAsync((ExtendDeadlineHandler h) => h.HandleAsync(new ExtendDeadline(deadline.Id, later, "暴雨封路"), host.Change(TestHost.Person("信建军", "deputy-director")), default));

        Assert.Null(extended.Refusal);
        Assert.Equal(later, (await ItemAsync(host)).DueOn);
    }

    [Theory, BothDatabases]
    public async Task Sweep_PastTheLastDay_TellsTheNamedPersonsAndNobodyElseOfTheRole(string database)
    {
        await using var host = await StartAsync(database);
        var deadline = await DeadlineAsync(host);

        await host.Services.GetRequiredService<DeadlineSweep>().RunAsync(deadline.DueOn);

        var mine = await host.ReadAsync(db => db.Set<Alert>().OpenFor(Officer).ToListAsync());
        Assert.NotEmpty(mine);
        Assert.All(mine, a => Assert.True(a.IsFor(Officer)));
        Assert.Empty(await host.ReadAsync(db => db.Set<Alert>().OpenFor(Officer with { RegisterNumber = "R015", Id = Guid.CreateVersion7() }).ToListAsync()));
    }

    [Theory, BothDatabases]
    public async Task Cancel_OfARunningClock_EndsItWithTheReasonAndNobodyIsToldAnyMore(string database)
    {
        await using var host = await HostAsync(database);
        await host.PublishAsync("dropped",
            [Node("O", "Inspection.OpenDeadline", ("rule", Literal("archive")), ("subjectId", Literal("0197a000-0000-7000-8000-000000000001"))), HumanTask("办理", "officer", "不再办理"),
             Node("C", "Inspection.CancelDeadline", ("rule", Literal("archive")), ("reason", Literal("投诉人撤回投诉"))), Node("C2", "Inspection.CancelDeadline", ("rule", Literal("archive")), ("reason", Literal("再次")))],
            "O.Done>办理", "办理.不再办理>C", "C.Done>C2");
        var id = await host.StartAsync("dropped", "2026-002");
        var item = await ItemAsync(host);

        var done = await host.HandleAsync((CompleteWorkItemHandler h) => h.HandleAsync(new CompleteWorkItem(item.Id, "不再办理", new JsonObject { ["opinion"] = "撤回" }), host.Change(Officer), default));

        Assert.Null(done.Refusal);
        var deadline = await DeadlineAsync(host);
        Assert.Equal((DeadlineStatus.Cancelled, "投诉人撤回投诉", (DateOnly?)null), (deadline.Status, deadline.ClosedReason, deadline.MetOn));
        await host.Services.GetRequiredService<DeadlineSweep>().RunAsync(deadline.DueOn.AddDays(30));
        Assert.Empty(await host.ReadAsync(db => db.Set<Alert>().ToListAsync()));
        // A second one finds no running clock and does nothing.
        Assert.Equal(DoubleRandom.Engine.Storage.WorkflowStatus.Finished, (await host.InstanceAsync(id)).Status);
    }

    [Theory, BothDatabases]
    public async Task Cancel_WithoutAReason_IsAnIncidentAndTheClockGoesOn(string database)
    {
        await using var host = await HostAsync(database);
        await host.PublishAsync("silent",
            [Node("O", "Inspection.OpenDeadline", ("rule", Literal("archive")), ("subjectId", Literal("0197a000-0000-7000-8000-000000000001"))), Node("C", "Inspection.CancelDeadline", ("rule", Literal("archive")))],
            "O.Done>C");
        await host.StartAsync("silent", "2026-003");

        Assert.Equal(DeadlineStatus.Open, (await DeadlineAsync(host)).Status);
        Assert.Equal("C", (await host.ReadAsync(db => db.Set<DoubleRandom.Engine.Storage.IncidentRow>().SingleAsync())).ActivityId);
    }

    private static async Task<TestHost> StartAsync(string database)
    {
        var host = await HostAsync(database);
        var task = HumanTask("办理", "officer", "办结");
        task["assignees"] = new JsonObject { ["typeName"] = "Object", ["expression"] = new JsonObject { ["type"] = "Object", ["value"] = """["R010","R011"]""" } };
        task["deadline"] = Literal("archive");
        await host.PublishAsync("timed",
            [Node("O", "Inspection.OpenDeadline", ("rule", Literal("archive")), ("subjectId", Literal("0197a000-0000-7000-8000-000000000001"))), task, Node("M", "Inspection.MeetDeadline", ("rule", Literal("archive")))],
            "O.Done>办理", "办理.办结>M");
        await host.StartAsync("timed", "2026-001");
        return host;
    }

    private static Task<WorkItem> ItemAsync(TestHost host) => host.ReadAsync(db => db.Set<WorkItem>().AsNoTracking().SingleAsync());

    private static Task<Deadline> DeadlineAsync(TestHost host) => host.ReadAsync(db => db.Set<Deadline>().AsNoTracking().SingleAsync());
}
