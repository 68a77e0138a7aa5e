using DoubleRandom.Basics;
using DoubleRandom.Host.Background;
using DoubleRandom.Inspections.Evidence;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Background;

public sealed class DutyTests
{
    [Fact]
    public async Task Duty_OnOneHostOnly_IsPassedOverByTheSecondHost()
    {
        await using var host = await TestHost.StartAsync(Databases.Postgres);
        var runner = host.Services.GetRequiredService<DutyRunner>();
        using var inside = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        var runs = 0;
        var slow = new Duty("slow", TimeSpan.FromMinutes(1), OnOneHost: true, async (_, ct) =>
        {
            Interlocked.Increment(ref runs);
            inside.Release();
            await goOn.WaitAsync(ct);
        });

        var first = Task.Run(() => runner.RunAsync(slow, default));
        await inside.WaitAsync();
        Assert.False(await runner.RunAsync(slow, default));
        goOn.Release(2);
        Assert.True(await first);
        Assert.Equal(1, runs);
        Assert.True(await runner.RunAsync(slow, default));
    }

    [Theory, BothDatabases]
    public async Task Duty_ThatThrows_IsOverAndLetsTheNextRoundCome(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var runner = host.Services.GetRequiredService<DutyRunner>();
        var broken = new Duty("broken", TimeSpan.FromMinutes(1), OnOneHost: true, (_, _) => throw new InvalidOperationException("坏了"));

        Assert.False(await runner.RunAsync(broken, default));
        Assert.False(await runner.RunAsync(broken, default));
        Assert.True(await runner.RunAsync(broken with { RunAsync = (_, _) => Task.CompletedTask }, default));
    }

    [Theory, BothDatabases]
    public async Task Duties_OnAnEmptyOffice_AllRun(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var runner = host.Services.GetRequiredService<DutyRunner>();

        foreach (var duty in Duties.All) Assert.True(await runner.RunAsync(duty, default), duty.Name);
    }

    [Theory, BothDatabases]
    public async Task Evidence_WithoutARow_IsRemovedAfterADayOnly(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var store = host.Services.GetRequiredService<EvidenceStore>();
        async Task<string> PutAsync(string text) => (await store.PutAsync(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)), Guid.CreateVersion7(), default)).Value.Sha256;
        var (orphan, young, named) = (await PutAsync("无主"), await PutAsync("刚传"), await PutAsync("表单里的"));
        void Age(string sha256, TimeSpan by) => File.SetLastWriteTimeUtc(Path.Combine(host.Folder, "evidence", sha256[..2], sha256), (TestHost.Start - by).UtcDateTime);
        Age(orphan, TimeSpan.FromHours(25));
        Age(named, TimeSpan.FromDays(400));
        Age(young, TimeSpan.FromHours(23));
        await host.RunAsync(s =>
        {
            s.GetRequiredService<DbContext>().Add(new WorkItem
            {
                Id = Ids.New(host.Time.UtcNow),
                CaseNo = "C1",
                NodeId = "n",
                ActivityId = "n",
                Title = "t",
                FormKey = "f",
                Role = "officer",
                OutcomesJson = "[]",
                ValuesJson = $$"""{"files":["{{named}}"]}""",
            });
            return Task.CompletedTask;
        });

        Assert.Equal(1, await host.Services.GetRequiredService<EvidenceSweep>().RunAsync(default));

        Assert.Null(store.SizeOf(orphan));
        Assert.NotNull(store.SizeOf(young));
        Assert.NotNull(store.SizeOf(named));
    }
}
