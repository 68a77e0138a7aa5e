using DoubleRandom.Basics;
using DoubleRandom.Host.Accounts;
using DoubleRandom.Host.Clock;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Clock;

/// <summary>The demonstration's clock and mark: one that is never mistaken for an office's data.</summary>
public sealed class DemoDataTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.FromHours(8));

    /// <summary>The product's own clock (not the test's), on a machine whose time the test steps.</summary>
    private static Task<TestHost> HostAsync(string database, ManualTime machine) => TestHost.StartAsync(database, services =>
    {
        services.AddSingleton(s => new DatabaseClock(s.GetRequiredService<IServiceScopeFactory>(), machine, OfficeTime.DefaultZone));
        services.AddSingleton<TimeProvider>(s => s.GetRequiredService<DatabaseClock>());
    });

    [Theory, BothDatabases]
    public async Task Clock_OfAnOffice_IsTheMachines(string database)
    {
        var machine = new ManualTime(TestHost.Start);
        await using var host = await HostAsync(database, machine);
        var clock = host.Services.GetRequiredService<DatabaseClock>();

        await clock.LoadAsync();

        Assert.False(clock.IsDemo);
        Assert.Equal(TestHost.Start, clock.GetUtcNow());
        await Assert.ThrowsAsync<InvalidOperationException>(() => clock.AdvanceAsync(TimeSpan.FromDays(1)));
    }

    [Theory, BothDatabases]
    public async Task Clock_OfADemonstration_RunsWithinItsDayAndNeverBack(string database)
    {
        var machine = new ManualTime(TestHost.Start);
        await using var host = await HostAsync(database, machine);
        var opened = await DemoData.OpenAsync(host.Services, fresh: false, Start);
        Assert.False(opened.Value.Continues);
        var clock = host.Services.GetRequiredService<DatabaseClock>();
        Assert.True(clock.IsDemo);

        machine.Advance(TimeSpan.FromHours(2));
        Assert.Equal(Start.AddHours(2), clock.GetUtcNow());
        machine.Advance(TimeSpan.FromDays(40));
        Assert.Equal(new DateOnly(2026, 3, 2), clock.Today);

        await clock.SetAsync(Start.AddDays(3));
        Assert.Equal(new DateOnly(2026, 3, 5), clock.Today);
        await clock.SetAsync(Start);
        Assert.Equal(Start.AddDays(3), clock.GetUtcNow());

        // What another process reads.
        var other = new DatabaseClock(host.Services.GetRequiredService<IServiceScopeFactory>(), machine, OfficeTime.DefaultZone);
        await other.LoadAsync();
        Assert.Equal(clock.GetUtcNow(), other.GetUtcNow());
        Assert.True((await DemoData.OpenAsync(host.Services, fresh: false, Start)).Value.Continues);
    }

    [Theory, BothDatabases]
    public async Task AdvanceDay_ByTheAdministratorOnly_OpensTheNextDay(string database)
    {
        await using var host = await HostAsync(database, new ManualTime(TestHost.Start));
        Assert.Equal("demo.not-demo", (await host.HandleAsync((AdvanceDayHandler h) => h.HandleAsync(new AdvanceDay(), host.Change(TestHost.Person("管", "admin")), default))).Refusal!.Code);
        await DemoData.OpenAsync(host.Services, fresh: false, Start);
        var clock = host.Services.GetRequiredService<DatabaseClock>();

        Assert.Equal("demo.not-admin", (await host.HandleAsync((AdvanceDayHandler h) => h.HandleAsync(new AdvanceDay(), host.Change(TestHost.Person("员", "officer")), default))).Refusal!.Code);
        var advanced = await host.HandleAsync((AdvanceDayHandler h) => h.HandleAsync(new AdvanceDay(), host.Change(TestHost.Person("管", "admin")), default));
        await clock.LoadAsync();

        Assert.Equal(new DateOnly(2026, 3, 3), advanced.Value.On);
        Assert.Equal(Start.AddDays(1), clock.GetUtcNow());
    }

    [Theory, BothDatabases]
    public async Task Open_WhereAnOfficeWorks_IsRefusedAndChangesNothing(string database)
    {
        await using var host = await HostAsync(database, new ManualTime(TestHost.Start));
        await host.HandleAsync((AddAccountHandler h) => h.HandleAsync(new AddAccount("zhang", "张三", ["planner"], "correct horse"), host.Change(), default));

        foreach (var fresh in (bool[])[false, true])
            Assert.Equal("demo.other-data", (await DemoData.OpenAsync(host.Services, fresh, Start)).Refusal!.Code);

        Assert.Equal(1, await host.ReadAsync(db => db.Set<Account>().CountAsync()));
        Assert.Equal(0, await host.ReadAsync(db => db.Set<DemoClock>().CountAsync()));
        Assert.False(File.Exists(Path.Combine(host.Folder, DemoData.MarkFile)));
    }

    [Theory, BothDatabases]
    public async Task Open_Fresh_DeletesTheDemonstrationOnly(string database)
    {
        await using var host = await HostAsync(database, new ManualTime(TestHost.Start));
        await DemoData.OpenAsync(host.Services, fresh: false, Start);
        await host.HandleAsync((AddAccountHandler h) => h.HandleAsync(new AddAccount("zhang", "张三", ["planner"], "correct horse"), host.Change(), default));
        var strangers = Path.Combine(host.Folder, "家书.txt");
        await File.WriteAllTextAsync(strangers, "不是演示的");
        Directory.CreateDirectory(Path.Combine(host.Folder, "evidence", "ab"));

        var opened = await DemoData.OpenAsync(host.Services, fresh: true, Start.AddDays(1));

        Assert.False(opened.Value.Continues);
        Assert.Equal(0, await host.ReadAsync(db => db.Set<Account>().CountAsync()));
        Assert.Equal(Start.AddDays(1), host.Services.GetRequiredService<DatabaseClock>().GetUtcNow());
        Assert.True(File.Exists(strangers));
        Assert.False(Directory.Exists(Path.Combine(host.Folder, "evidence")));
    }
}
