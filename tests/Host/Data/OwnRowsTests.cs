using DoubleRandom.Basics;
using DoubleRandom.Host.Data;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows.WorkItems;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Data;

/// <summary>A row that the unit keeps beside EF is the same row to whoever asks EF for it, and nothing that was changed in it is lost.</summary>
public sealed class OwnRowsTests
{
    [Theory, BothDatabases]
    public async Task Opened_ChangedBeforeAndAfterEfReadsIt_IsOneRowWithBothChanges(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var id = await MakeAsync(host);

        await host.RunAsync(async services =>
        {
            var item = (await services.GetRequiredService<IWorkItemOpener>().OpenAsync(id, CancellationToken.None))!;
            item.Title = "改前";
            item.Revision++;
            var same = await services.GetRequiredService<DbContext>().Set<WorkItem>().SingleAsync(i => i.CaseNo == item.CaseNo);
            Assert.Same(item, same);
            Assert.Equal("改前", same.Title);
            same.BackNote = "改后";
            Assert.Same(item, await services.GetRequiredService<IWorkItemOpener>().OpenAsync(id, CancellationToken.None));
        });

        var saved = await host.ReadAsync(db => db.Set<WorkItem>().SingleAsync());
        Assert.Equal(("改前", "改后", 2), (saved.Title, saved.BackNote, saved.Revision));
    }

    [Theory, BothDatabases]
    public async Task Opened_ChangedByAnotherMeanwhile_IsAConflictAndRunsAgain(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var id = await MakeAsync(host);
        var tries = 0;

        await host.RunAsync(async services =>
        {
            var item = (await services.GetRequiredService<IWorkItemOpener>().OpenAsync(id, CancellationToken.None))!;
            // As if another transaction had been first: what was read is not what is there.
            if (tries++ == 0) await services.GetRequiredService<DbContext>().Database.ExecuteSqlAsync($"UPDATE work_items SET revision = revision + 1 WHERE id = {id}");
            item.Title = "后到";
            item.Revision++;
        });

        Assert.Equal(2, tries);
        var saved = await host.ReadAsync(db => db.Set<WorkItem>().SingleAsync());
        Assert.Equal(("后到", 2), (saved.Title, saved.Revision));
    }

    [Theory, BothDatabases]
    public async Task Made_ChangedAfterAFlushAndAfterEfReadIt_IsWrittenWithEverything(string database)
    {
        await using var host = await TestHost.StartAsync(database);

        await host.RunAsync(async services =>
        {
            var item = Item(host);
            services.GetRequiredService<INewRows>().Add(item);
            item.Title = "未写";
            await services.GetRequiredService<IUnitFlush>().FlushAsync(CancellationToken.None);
            item.BackNote = "已写";
            await services.GetRequiredService<IUnitFlush>().FlushAsync(CancellationToken.None);
            item.Outcome = "再写";
            Assert.Same(item, await services.GetRequiredService<DbContext>().Set<WorkItem>().SingleAsync());
            item.VoidReason = "末写";
            Assert.Same(item, services.GetRequiredService<INewRows>().Of<WorkItem>().Single());
        });

        var saved = await host.ReadAsync(db => db.Set<WorkItem>().SingleAsync());
        Assert.Equal(("未写", "已写", "再写", "末写"), (saved.Title, saved.BackNote, saved.Outcome, saved.VoidReason));
    }

    [Theory, BothDatabases]
    public async Task MadeAndOpened_BesideARowThatEfMustOrder_AreAllWritten(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var id = await MakeAsync(host);

        await host.RunAsync(async services =>
        {
            var db = services.GetRequiredService<DbContext>();
            var item = (await services.GetRequiredService<IWorkItemOpener>().OpenAsync(id, CancellationToken.None))!;
            item.Title = "改";
            var made = Item(host);
            services.GetRequiredService<INewRows>().Add(made);
            // A deletion is left to EF, and then everything is.
            db.Remove(await db.Set<WorkItemSeat>().SingleAsync(s => s.WorkItemId == id));
        });

        Assert.Equal(["改", "承办"], await host.ReadAsync(db => db.Set<WorkItem>().OrderBy(i => i.Title == "承办").Select(i => i.Title).ToListAsync()));
        Assert.Equal(0, await host.ReadAsync(db => db.Set<WorkItemSeat>().CountAsync()));
    }

    [Theory, BothDatabases]
    public async Task Opened_WhereThePlaceRememberedIsAnothers_IsStillTheItemOfItsOwnCaseAndChain(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var id = await MakeAsync(host);
        async Task ActAsync(string action) => await host.RunAsync(async services =>
        {
            var item = (await services.GetRequiredService<IWorkItemOpener>().OpenAsync(id, CancellationToken.None))!;
            item.Title = action;
            item.Revision++;
            services.GetRequiredService<IAuditTrail>().Record(host.Change(), $"case/{item.CaseNo}", action, "do");
        });
        await ActAsync("一");
        await ActAsync("二");
        var wrong = Item(host);
        (wrong.Id, wrong.CaseNo) = (id, "2026-01-002");
        host.Services.GetRequiredService<WorkItemPlaces>().Note(wrong);

        await ActAsync("三");

        Assert.Equal("2026-01-001", host.Services.GetRequiredService<WorkItemPlaces>().Find(id)!.CaseNo);
        Assert.Equal("三", (await host.ReadAsync(db => db.Set<WorkItem>().SingleAsync())).Title);
        Assert.Equal([(1L, "一"), (2L, "二"), (3L, "三")], (await host.ReadAsync(db => db.Set<AuditEntry>().Where(e => e.Chain == "case/2026-01-001").OrderBy(e => e.Sequence).ToListAsync())).ConvertAll(e => (e.Sequence, e.Action)));
        Assert.Empty(await host.ReadAsync(db => AuditCheck.FindBrokenAsync(db, CancellationToken.None)));
    }

    private static async Task<Guid> MakeAsync(TestHost host)
    {
        var item = Item(host);
        await host.RunAsync(services =>
        {
            services.GetRequiredService<INewRows>().Add(item);
            services.GetRequiredService<DbContext>().Add(new WorkItemSeat { WorkItemId = item.Id, Number = "Y01", DueKey = item.DueKey });
            return Task.CompletedTask;
        });
        return item.Id;
    }

    private static WorkItem Item(TestHost host)
    {
        var change = host.Change(TestHost.Person("张三", "case-officer"));
        return new WorkItem
        {
            Id = Ids.New(change),
            InstanceId = Ids.New(change),
            RootInstanceId = Ids.New(change),
            BookmarkId = Ids.New(change),
            CaseNo = "2026-01-001",
            NodeId = "do",
            ActivityId = "do",
            Title = "承办",
            FormKey = "echo",
            Role = "case-officer",
            OutcomesJson = "[\"同意\"]",
            DataJson = "{}",
            CreatedAt = change.At,
            CreatedOn = change.On,
            Revision = 1,
        };
    }
}
