using DoubleRandom.Basics;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Host.Data;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Data;

public sealed class WorkflowStoreTests
{
    private static readonly DateTime At = TestHost.Start.UtcDateTime;

    [Theory, BothDatabases]
    public async Task Stage_EveryKindOfRow_ComesBackAsWritten(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var written = new Checkpoint(Instance(1), isNew: true);
        written.AddedBookmarks.Add(Bookmark(2, 1));
        written.Journal.Add(new JournalRow { InstanceId = Id(1), Sequence = 1, At = At.AddMicroseconds(123_456), ByName = "张三", ActivityId = "a", ActivityType = "Elsa.Start", NodeId = "w:a", ExecutionId = Id(4), EventName = "Started", Payload = """{"数":1}""" });
        written.Executions.Add(new ActivityExecutionRow { Id = Id(4), InstanceId = Id(1), ActivityId = "a", ActivityType = "Elsa.Start", NodeId = "w:a", Status = ActivityStatus.Running, StartedAt = At, HasBookmarks = true });
        written.AddedIncidents.Add(new IncidentRow { Id = Id(5), InstanceId = Id(1), ActivityId = "a", ActivityType = "x", NodeId = "w:a", ExecutionId = Id(4), Message = "除数为零", At = At });
        written.Dispatches.Add(new DispatchRow { Id = Id(6), ParentInstanceId = Id(1), ParentExecutionId = Id(4), Index = 0, ChildInstanceId = Id(7), DefinitionId = "child", CreatedAt = At, WaitForCompletion = true });
        written.Signals.Add(new SignalRow { Id = Id(8), Kind = "event", EventName = "e", CorrelationId = "c", CreatedAt = At });

        await host.RunAsync(services => { services.GetRequiredService<IWorkflowStore>().Stage(written); return Task.CompletedTask; });

        Assert.Equivalent(written.Instance, await OneAsync<WorkflowInstanceRow>(host), strict: true);
        Assert.Equivalent(written.AddedBookmarks[0], await OneAsync<BookmarkRow>(host), strict: true);
        var history = InstanceHistory.Of([await OneAsync<BurstRow>(host)]);
        Assert.Equivalent(written.Journal, history.Lines, strict: true);
        Assert.Equivalent(written.Executions[0], Assert.Single(history.Executions), strict: true);
        Assert.Equivalent(written.AddedIncidents[0], await OneAsync<IncidentRow>(host), strict: true);
        Assert.Equivalent(written.Dispatches[0], await OneAsync<DispatchRow>(host), strict: true);
        Assert.Equivalent(written.Signals[0], await OneAsync<SignalRow>(host), strict: true);
    }

    [Theory, BothDatabases]
    public async Task Find_InTheUnitThatStaged_SeesItBeforeTheCommit(string database)
    {
        await using var host = await TestHost.StartAsync(database);

        await host.RunAsync(async services =>
        {
            var store = services.GetRequiredService<IWorkflowStore>();
            var checkpoint = new Checkpoint(Instance(1), isNew: true);
            checkpoint.AddedBookmarks.Add(Bookmark(2, 1));
            store.Stage(checkpoint);

            Assert.Single((await store.LockAsync(Id(1), default))!.Bookmarks);
            Assert.Single(await store.FindEventBookmarksAsync("hash", "c", default));
            Assert.Empty(await store.FindEventBookmarksAsync("hash", "another", default));
            Assert.Single(await store.DueBookmarksAsync(At, 10, default));
            Assert.Empty(await store.DueBookmarksAsync(At.AddTicks(-10), 10, default));
        });
    }

    [Theory, BothDatabases]
    public async Task Stage_ASecondInstanceOfACase_ContinuesTheCasesChain(string database)
    {
        await using var host = await TestHost.StartAsync(database);

        foreach (var n in (int[])[1, 2])
        {
            await host.RunAsync(services =>
            {
                services.GetRequiredService<IWorkflowStore>().Stage(new Checkpoint(Instance(n), isNew: true));
                services.GetRequiredService<IAuditTrail>().Record(host.Change(), "case/c", "发起", $"{n}");
                return Task.CompletedTask;
            });
        }

        Assert.Equal([1, 2], await host.ReadAsync(db => db.Set<AuditEntry>().Where(e => e.Chain == "case/c").OrderBy(e => e.Sequence).Select(e => e.Sequence).ToListAsync()));
        Assert.Empty(await host.ReadAsync(db => AuditCheck.FindBrokenAsync(db, default)));
    }

    [Theory, BothDatabases]
    public async Task Stage_AnEmptyText_StaysEmpty(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var written = new Checkpoint(Instance(1), isNew: true);
        written.Signals.Add(new SignalRow { Id = Id(8), Kind = "event", EventName = "", CorrelationId = "", CreatedAt = At });

        await host.RunAsync(services => { services.GetRequiredService<IWorkflowStore>().Stage(written); return Task.CompletedTask; });

        Assert.Equivalent(written.Signals[0], await OneAsync<SignalRow>(host), strict: true);
    }

    [Theory, BothDatabases]
    public async Task Stage_AnInstanceThatIsNotHeld_IsRefusedAndWritesNothing(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await host.RunAsync(services => { services.GetRequiredService<IWorkflowStore>().Stage(new Checkpoint(Instance(1), isNew: true)); return Task.CompletedTask; });

        await Assert.ThrowsAsync<InvalidOperationException>(() => host.RunAsync(services =>
        {
            var late = Instance(1);
            late.State = "late";
            services.GetRequiredService<IWorkflowStore>().Stage(new Checkpoint(late, isNew: false));
            return Task.CompletedTask;
        }));

        Assert.NotEqual("late", (await OneAsync<WorkflowInstanceRow>(host)).State);
    }

    [Theory, BothDatabases]
    public async Task Lock_TwoUnitsAtOnce_TheLaterSeesWhatTheEarlierDid(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var first = new Checkpoint(Instance(1), isNew: true);
        first.AddedBookmarks.Add(Bookmark(2, 1));
        await host.RunAsync(services => { services.GetRequiredService<IWorkflowStore>().Stage(first); return Task.CompletedTask; });

        var seen = await Task.WhenAll(ConsumeAsync(), ConsumeAsync());

        Assert.Equal([0, 1], seen.Order());
        Assert.Equal(0, await host.ReadAsync(db => db.Set<BookmarkRow>().CountAsync()));
        Assert.Equal(3, (await OneAsync<WorkflowInstanceRow>(host)).Revision);

        async Task<int> ConsumeAsync()
        {
            var bookmarks = 0;
            await host.RunAsync(async services =>
            {
                var store = services.GetRequiredService<IWorkflowStore>();
                var held = (await store.LockAsync(Id(1), default))!;
                bookmarks = held.Bookmarks.Count;
                held.Instance.Revision++;
                var checkpoint = new Checkpoint(held.Instance, isNew: false);
                checkpoint.RemovedBookmarks.AddRange(held.Bookmarks.Select(b => b.Id));
                store.Stage(checkpoint);
            });
            return bookmarks;
        }
    }

    [Theory, BothDatabases]
    public async Task Dispatch_MarkedStarted_IsPendingNoMore(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var checkpoint = new Checkpoint(Instance(1), isNew: true);
        for (var i = 0; i < 3; i++)
            checkpoint.Dispatches.Add(new DispatchRow { Id = Id(10 + i), ParentInstanceId = Id(1), ParentExecutionId = Id(4), Index = 2 - i, ChildInstanceId = Id(20 + i), DefinitionId = "child", CreatedAt = At });
        await host.RunAsync(services => { services.GetRequiredService<IWorkflowStore>().Stage(checkpoint); return Task.CompletedTask; });

        await host.RunAsync(async services =>
        {
            var store = services.GetRequiredService<IWorkflowStore>();
            Assert.Equal([0, 1, 2], (await store.LockDispatchesAsync(10, 0, default)).Select(d => d.Index));
            Assert.Equal([1], (await store.LockDispatchesAsync(1, 1, default)).Select(d => d.Index));
            store.MarkDispatched([Id(11)], At);
            Assert.Equal([0, 2], (await store.LockDispatchesAsync(10, 0, default)).Select(d => d.Index));
        });
    }

    private static Guid Id(int n) => new(n, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]);

    private static WorkflowInstanceRow Instance(int id) => new()
    {
        Id = Id(id),
        DefinitionId = "inspection",
        DefinitionVersionId = "inspection-1",
        Version = 1,
        CorrelationId = "c",
        Name = "检查",
        RootInstanceId = Id(id),
        Pins = "{}",
        Status = WorkflowStatus.Running,
        SubStatus = WorkflowSubStatus.Suspended,
        State = """{"名":"值"}""",
        Revision = 1,
        CreatedAt = At,
        UpdatedAt = At.AddMicroseconds(123_456),
    };

    private static BookmarkRow Bookmark(int id, int instance) => new()
    {
        Id = Id(id),
        InstanceId = Id(instance),
        Name = "Elsa.Event",
        Hash = "hash",
        ActivityId = "a",
        NodeId = "w:a",
        ExecutionId = Id(4),
        CorrelationId = "c",
        CreatedAt = At,
        DueAt = At,
    };

    private static Task<T> OneAsync<T>(TestHost host) where T : class => host.ReadAsync(db => db.Set<T>().AsNoTracking().SingleAsync());
}
