using System.Data.Common;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Host.Data;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Data;

public sealed class UnitOfWorkTests
{
    private static readonly Actor Clerk = TestHost.Person("张三", "case-officer");

    [Theory, BothDatabases]
    public async Task Run_Refused_LeavesNothing(string database)
    {
        await using var host = await TestHost.StartAsync(database);

        var result = await host.RunAsync<Done>((services, _) =>
        {
            Record(services, host, "office", "改口令");
            services.GetRequiredService<IOutbox>().Enqueue(host.Change(Clerk), "mail", "k", []);
            return Task.FromResult<Result<Done>>(Refusal.Conflict("data.schema-current"));
        });

        Assert.Equal("data.schema-current", result.Refusal?.Code);
        Assert.Equal(0, await host.ReadAsync(db => db.Set<AuditEntry>().CountAsync()));
        Assert.Equal(0, await host.ReadAsync(db => db.Set<OutboxMessage>().CountAsync()));
    }

    [Theory, BothDatabases]
    public async Task Run_TwoConflicts_SucceedsOnTheThirdTryOnce(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var tries = 0;

        await host.RunAsync<Done>((services, _) =>
        {
            Record(services, host, "office", "登记");
            return ++tries < 3 ? throw new ConflictException("another was first") : Task.FromResult<Result<Done>>(Done.It);
        });

        Assert.Equal(3, tries);
        Assert.Equal(1, await host.ReadAsync(db => db.Set<AuditEntry>().CountAsync()));
    }

    [Theory, BothDatabases]
    public async Task Run_ThreeConflicts_Throws(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var tries = 0;

        await Assert.ThrowsAsync<ConflictException>(() => host.RunAsync<Done>((_, _) =>
        {
            tries++;
            throw new ConflictException("another was first");
        }));

        Assert.Equal(3, tries);
    }

    [Fact]
    public async Task Run_TheSameStatementsAgain_AreThoseThePostgresServerHasPrepared()
    {
        await using var host = await TestHost.StartAsync(Databases.Postgres);
        for (var i = 0; i < 3; i++) await host.RunAsync(services => { Record(services, host, "office", "登记"); return Task.CompletedTask; });

        var prepared = new List<string>();
        await host.RunAsync(async services => prepared = await services.GetRequiredService<DbContext>().Database.SqlQuery<string>($"SELECT statement AS \"Value\" FROM pg_prepared_statements").ToListAsync());

        Assert.Contains(prepared, s => s.StartsWith("INSERT INTO \"audit_entries\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_InsideARun_IsRefusedAsAMistake()
    {
        await using var host = await TestHost.StartAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => host.RunAsync(_ => host.RunAsync(_ => Task.CompletedTask)));
    }

    [Fact]
    public async Task Record_OutsideAUnit_Throws()
    {
        await using var host = await TestHost.StartAsync();
        await using var scope = host.Services.CreateAsyncScope();

        Assert.Throws<InvalidOperationException>(() => Record(scope.ServiceProvider, host, "office", "登记"));
    }

    [Theory, BothDatabases]
    public async Task AuditChain_FromEightWritersAtOnce_IsUnbroken(string database)
    {
        await using var host = await TestHost.StartAsync(database);

        // More contenders for one new head than tries would fail on PostgreSQL by design; the chain itself must exist before the crowd.
        await host.RunAsync(services => { Record(services, host, "office", "开始"); return Task.CompletedTask; });
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
                await host.RunAsync(services => { Record(services, host, "office", "登记"); return Task.CompletedTask; });
        })));

        var sequences = await host.ReadAsync(db => db.Set<AuditEntry>().OrderBy(e => e.Sequence).Select(e => e.Sequence).ToListAsync());
        Assert.Equal(Enumerable.Range(1, 81).Select(i => (long)i), sequences);
        Assert.Empty(await host.ReadAsync(db => AuditCheck.FindBrokenAsync(db, CancellationToken.None)));
    }

    [Theory, BothDatabases]
    public async Task AuditEntry_Changed_IsRefusedByTheDatabase(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await host.RunAsync(services => { Record(services, host, "office", "登记"); return Task.CompletedTask; });

        await Assert.ThrowsAnyAsync<DbException>(() => host.ReadAsync(db => db.Database.ExecuteSqlAsync($"UPDATE audit_entries SET action = 'x'")));
        await Assert.ThrowsAnyAsync<DbException>(() => host.ReadAsync(db => db.Database.ExecuteSqlAsync($"DELETE FROM audit_entries")));
    }

    [Fact]
    public async Task AuditCheck_ALinkChangedBehindTheTriggers_NamesIt()
    {
        await using var host = await TestHost.StartAsync();
        for (var i = 0; i < 3; i++) await host.RunAsync(services => { Record(services, host, "office", "登记"); return Task.CompletedTask; });

        await host.ReadAsync(db => db.Database.ExecuteSqlAsync($"DROP TRIGGER audit_entries_no_update; UPDATE audit_entries SET action = '别的' WHERE sequence = 2"));

        Assert.Equal(["office #2"], await host.ReadAsync(db => AuditCheck.FindBrokenAsync(db, CancellationToken.None)));
    }

    [Theory, BothDatabases]
    public async Task Outbox_TheSameKeyTwice_IsOneMessage(string database)
    {
        await using var host = await TestHost.StartAsync(database);

        for (var i = 0; i < 2; i++)
        {
            await host.RunAsync(services =>
            {
                services.GetRequiredService<IOutbox>().Enqueue(host.Change(Clerk), "mail", "reminder/1", new JsonObject { ["to"] = "a@b.cn" });
                return Task.CompletedTask;
            });
        }

        var message = Assert.Single(await host.ReadAsync(db => db.Set<OutboxMessage>().ToListAsync()));
        Assert.Equal(DateTimeKind.Utc, message.CreatedAt.Kind);
        Assert.Equal(TestHost.Start.UtcDateTime, message.CreatedAt);
    }

    private static void Record(IServiceProvider services, TestHost host, string chain, string action)
        => services.GetRequiredService<IAuditTrail>().Record(host.Change(Clerk, "测试"), chain, action, "account/1", new JsonObject { ["b"] = 1, ["a"] = "甲" });
}
