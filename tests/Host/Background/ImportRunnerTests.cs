using System.Text;
using DoubleRandom.Basics;
using DoubleRandom.Host.Background;
using DoubleRandom.Inspections.Evidence;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Background;

/// <summary>Imports that wait, that were broken off by a restart, and that cannot be done.</summary>
public sealed class ImportRunnerTests
{
    [Theory, BothDatabases]
    public async Task RunDue_JobsInEveryState_EndOnceAndStartOverAfterARestart(string database)
    {
        await using var host = await TestHost.StartAsync(database, s => s.AddScoped<IStaff, OnePlanner>());
        var good = "关系编号,人员类别,人员编号,对象编号,关系类型,起始日期\nG1,专家,Z1,X1,服务合同,2026-01-01\n"u8.ToArray();
        var waiting = await AddAsync(host, good, ImportJobStatus.Waiting, isConfirmed: false);
        var broken = await AddAsync(host, good, ImportJobStatus.Running, isConfirmed: true, attempts: 1);
        var hopeless = await AddAsync(host, good, ImportJobStatus.Running, isConfirmed: true, attempts: 3);
        var fault = await AddAsync(host, Encoding.UTF8.GetBytes("关系编号\nG1\n"), ImportJobStatus.Waiting, isConfirmed: false);
        var gone = await AddAsync(host, null, ImportJobStatus.Waiting, isConfirmed: false);
        var runner = host.Services.GetRequiredService<ImportRunner>();

        await runner.RunDueAsync(default);
        await runner.RunDueAsync(default);

        var jobs = await host.ReadAsync(db => db.Set<ImportJob>().AsNoTracking().ToDictionaryAsync(j => j.Id));
        Assert.Equal((ImportJobStatus.Previewed, 1), (jobs[waiting].Status, jobs[waiting].Report!.Added));
        Assert.Equal((ImportJobStatus.Done, 1, 0), (jobs[broken].Status, jobs[broken].Report!.Added, jobs[broken].Attempts));
        Assert.Equal(ImportJobStatus.Failed, jobs[hopeless].Status);
        Assert.Contains("缺少列", jobs[fault].Fault, StringComparison.Ordinal);
        Assert.Contains("重新选择文件", jobs[gone].Fault, StringComparison.Ordinal);
        Assert.Equal("G1", (await host.ReadAsync(db => db.Set<Relation>().AsNoTracking().SingleAsync())).Number);
        var change = await host.ReadAsync(db => db.Set<RegisterChange>().AsNoTracking().SingleAsync());
        Assert.Equal(("朱文斌", "表.csv", jobs[broken].FileSha256), (change.ByName, change.FileName, change.FileSha256));
        Assert.Null(runner.ProgressOf(broken));
    }

    [Theory, BothDatabases]
    public async Task Decide_OnlyAPreviewedJob_IsConfirmedOrAbandoned(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var planner = TestHost.Person("朱文斌", "planner");
        var previewed = await AddAsync(host, "x"u8.ToArray(), ImportJobStatus.Previewed, isConfirmed: false);
        var done = await AddAsync(host, "x"u8.ToArray(), ImportJobStatus.Done, isConfirmed: true);

        Task<Result<ImportJob>> DecideAsync(Guid job, bool yes, Actor by) => host.HandleAsync((DecideImportHandler h) => h.HandleAsync(new DecideImport(job, yes), host.Change(by), default));

        Assert.Equal("imports.not-your-role", (await DecideAsync(previewed, true, TestHost.Person("王芳", "officer"))).Refusal!.Code);
        Assert.Equal("imports.no-job", (await DecideAsync(Guid.Empty, true, planner)).Refusal!.Code);
        Assert.Equal("imports.not-previewed", (await DecideAsync(done, false, planner)).Refusal!.Code);
        Assert.Equal(ImportJobStatus.Cancelled, (await DecideAsync(previewed, false, planner)).Value.Status);
        Assert.Equal("imports.not-previewed", (await DecideAsync(previewed, true, planner)).Refusal!.Code);
    }

    private static async Task<Guid> AddAsync(TestHost host, byte[]? file, ImportJobStatus status, bool isConfirmed, int attempts = 0)
    {
        host.Time.Advance(TimeSpan.FromSeconds(1));
        var change = host.Change(TestHost.Person("朱文斌", "planner"));
        var hash = file is null ? new string('0', 64) : (await host.Services.GetRequiredService<EvidenceStore>().PutAsync(new MemoryStream(file), change.OperationId, default)).Value.Sha256;
        await host.RunAsync(services =>
        {
            services.GetRequiredService<DbContext>().Add(new ImportJob
            {
                Id = change.OperationId,
                Kind = "relations",
                FileName = "表.csv",
                FileSha256 = hash,
                Size = file?.Length ?? 0,
                Status = status,
                IsConfirmed = isConfirmed,
                ById = change.By.Id,
                ByName = change.By.Name,
                RequestedAt = change.At,
                Attempts = attempts,
            });
            return Task.CompletedTask;
        });
        return change.OperationId;
    }

    /// <summary>Who handed the files in, with the role still.</summary>
    private sealed class OnePlanner : IStaff
    {
        public IReadOnlyList<Actor> All => [TestHost.Person("朱文斌", "planner")];

        public Actor? Find(Guid id) => All.FirstOrDefault(a => a.Id == id);
    }
}
