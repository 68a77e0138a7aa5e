using System.Text;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Tests.Support;
using DoubleRandom.Tests.Workflows.Campaigns;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static DoubleRandom.Tests.Workflows.Campaigns.CampaignWalk;

namespace DoubleRandom.Tests.Inspections.Planning;

/// <summary>上级任务 (S003-09): taken in with refusals, answered by a plan line or as covered, never drawn twice, and fed back.</summary>
public sealed class UpperTaskTests
{
    private const string Headers = "任务编号,下达机关,下达文件,下达日期,事项编号,事项名称,抽查范围,检查时段起,检查时段止,要求户数,上级抽取名单,备注\n";

    [Theory, BothDatabases]
    public async Task Tasks_AreImportedWithRefusals_PlannedOrCovered_AndReopened(string database)
    {
        await using var host = await CountyAsync(database, March, publishes: false);
        var line = await host.ReadAsync(db => db.Set<PlanLine>().AsNoTracking().SingleAsync(l => l.PlanNo == SampleCounty.PlanNo && l.LineNo == 3));
        var (from, to) = (line.PeriodFrom.Iso(), line.PeriodTo.Iso());

        var rows = $"平应急抽〔2026〕1号,平凉市应急管理局,关于开展工贸行业抽查的通知,2026-02-10,{line.ItemCode},,全市工贸企业,{from},{to},20,,\n"
            + $"平应急抽〔2026〕2号,平凉市应急管理局,关于开展抽查的通知,2026-02-10,{line.ItemCode},,,{to},{from},5,,\n"
            + $"平应急抽〔2026〕3号,平凉市应急管理局,,2026-02-10,{line.ItemCode},,,{from},{to},5,,\n"
            + $"平应急抽〔2026〕4号,平凉市应急管理局,关于开展抽查的通知,2026-02-10,{line.ItemCode},,,{from},{to},5,没有这户,\n";
        var tried = await ImportAsync(host, rows, dryRun: true);
        Assert.Equal((4, 2, 2), (tried.Read, tried.Added, tried.Refused));
        Assert.Equal([(3L, "检查时段止", "out-of-range"), (4L, "下达文件", "missing-value")], tried.Errors.Select(e => ((long)e.Row, e.Column, e.Code)));
        Assert.Equal(0, await host.ReadAsync(db => db.Set<UpperTask>().CountAsync()));
        Assert.Equal(2, (await ImportAsync(host, rows, dryRun: false)).Added);

        Task<Result<UpperTask>> PlanAsync(string no, int? lineNo, Actor? by = null) => host.HandleAsync((UpperTaskHandler h) => h.HandleAsync(new PlanUpperTask(no, SampleCounty.PlanNo, lineNo), host.Change(by ?? Planner), default));
        const string One = "平应急抽〔2026〕1号", Four = "平应急抽〔2026〕4号";
        Assert.Equal("upper-tasks.not-planner", (await PlanAsync(One, 3, Operator)).Refusal?.Code);
        Assert.Equal("upper-tasks.not-found", (await PlanAsync("没有", 3)).Refusal?.Code);
        Assert.Equal("upper-tasks.other-item", (await PlanAsync(One, 1)).Refusal?.Code);
        Assert.Equal("upper-tasks.unknown-objects", (await PlanAsync(Four, 3)).Refusal?.Code);
        await EditAsync(host, One, t => t.WantedCount = line.SampleSize + 1);
        Assert.Equal("upper-tasks.too-few", (await PlanAsync(One, 3)).Refusal?.Code);
        await EditAsync(host, One, t => t.WantedCount = line.SampleSize);
        Assert.Equal((UpperTask.Planned, 3), ((await PlanAsync(One, 3)).Value is var joined ? joined.Answer : null, joined.LineNo));
        Assert.Equal("upper-tasks.answered", (await PlanAsync(One, 3)).Refusal?.Code);

        Assert.Null((await host.HandleAsync((UpperTaskHandler h) => h.HandleAsync(new ReopenUpperTask(One), host.Change(Planner), default))).Refusal);
        var made = (await PlanAsync(One, null)).Value;
        var own = await host.ReadAsync(db => db.Set<PlanLine>().AsNoTracking().SingleAsync(l => l.PlanNo == SampleCounty.PlanNo && l.LineNo == made.LineNo));
        Assert.Equal((line.ItemCode, $"上级任务 {One}", true), (own.ItemCode, own.Note, own.SampleSize >= line.SampleSize));
        // The line goes, and the task waits again.
        Assert.Null((await host.HandleAsync((SavePlanLineHandler h) => h.HandleAsync(new RemovePlanLine(SampleCounty.PlanNo, made.LineNo!.Value), host.Change(Planner, "重复"), default))).Refusal);
        Assert.Null(await host.ReadAsync(db => db.Set<UpperTask>().Where(t => t.Number == One).Select(t => t.Answer).SingleAsync()));

        Assert.Equal("upper-tasks.reason", (await host.HandleAsync((UpperTaskHandler h) => h.HandleAsync(new CoverUpperTask(One, " "), host.Change(Planner), default))).Refusal?.Code);
        Assert.Equal(UpperTask.Covered, (await host.HandleAsync((UpperTaskHandler h) => h.HandleAsync(new CoverUpperTask(One, "已由第 3 行检查"), host.Change(Planner), default))).Value.Answer);
        var exported = new MemoryStream();
        await using var scope = host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<ExportRegister>().WriteAsync("upper-tasks", exported, RowSink.Csv, mark: false, default);
        Assert.Contains("已有检查覆盖,,,已由第 3 行检查", Encoding.UTF8.GetString(exported.ToArray()), StringComparison.Ordinal);
    }

    /// <summary>Whom the city has drawn for the item in these days we do not draw again, and the public reads how many; its visit counts toward the caps, once.</summary>
    [Theory, BothDatabases]
    public async Task DrawnAbove_IsOnNoListOfOurs_CountsOnceTowardTheCaps_AndIsFedBack(string database)
    {
        await using var host = await CountyAsync(database, March, publishes: false);
        await host.ApprovePlanAsync();
        var campaign = await host.StartCampaignAsync();
        var before = await PoolAsync(host, campaign);
        var entries = await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().ToDictionaryAsync(i => i.Number));
        var (byCode, byNumber) = (before.Ids.First(n => entries[n].CreditCode != null), before.Ids.Last());
        var elsewhere = before.Ids.First(n => n != byCode && n != byNumber && entries[n].CreditGrade == "A");
        var taken = await host.ReadAsync(db => db.Set<Campaign>().AsNoTracking().SingleAsync(c => c.Id == campaign));
        var item = taken.ItemCodes.Split(';')[0];
        var (from, to) = (taken.PeriodFrom.Iso(), taken.PeriodTo.Iso());
        var rows = $"市抽1,平凉市应急管理局,通知,2026-02-10,{item},,,{from},{to},,{entries[byCode].CreditCode};{byNumber},\n"
            // Another item: no exclusion, but a visit of the year. Another time: neither.
            + $"市抽2,平凉市应急管理局,通知,2026-02-10,SJ-01,,,{from},{to},,{elsewhere},\n"
            + $"市抽3,平凉市应急管理局,通知,2026-02-10,{item},,,2026-01-05,2026-01-20,,{before.Ids.Skip(2).First()},\n";
        Assert.Equal(3, (await ImportAsync(host, rows, dryRun: false)).Added);

        var pool = await PoolAsync(host, campaign);
        Assert.Equal([(byCode, UpperTask.DrawnAbove), (byNumber, UpperTask.DrawnAbove)], pool.Exclusions.Where(e => e.CandidateId == byCode || e.CandidateId == byNumber).OrderBy(e => e.CandidateId == byCode ? 0 : 1).Select(e => (e.CandidateId, e.Reason)));
        // Grade A is drawn once a year: the city's visit is that one.
        Assert.Equal("本年检查次数已达其信用等级的上限", pool.Exclusions.Single(e => e.CandidateId == elsewhere).Reason);
        Assert.Contains(before.Ids.Skip(2).First(), pool.Ids.Concat(pool.Exclusions.Where(e => YearlyCaps.IsCap(e.Reason)).Select(e => e.CandidateId)));

        // Told by their reason, they make no list shrink without one.
        await host.DoAsync("scheme", Planner, "提交", await host.DefaultsAsync("scheme"));
        await host.DoAsync("approve", Deputy, "批准");
        await host.DoAsync("freeze", Operator, "冻结", await host.DefaultsAsync("freeze"));
        var draw = await host.ReadAsync(db => db.Set<Draw>().AsNoTracking().SingleAsync(d => d.CampaignId == campaign && d.Kind == "object"));
        Assert.DoesNotContain($"\t{byCode}\n", draw.CandidatesFile, StringComparison.Ordinal);
        Assert.Equal(2, await host.ReadAsync(db => db.Set<DrawExclusion>().CountAsync(e => e.DrawId == draw.Id && e.Reason == UpperTask.DrawnAbove)));

        var feedback = await host.ReadAsync(db => UpperTaskFeedback.OfYearAsync(db, 2026, default));
        Assert.Equal([entries[byCode].Name, entries[byNumber].Name], feedback.Single(f => f.Task.Number == "市抽1").Drawn.Select(d => d.Drawn.Entry!.Name));
        Assert.All(feedback, f => Assert.Equal(0, f.Checked));
    }

    private static async Task<ImportReport> ImportAsync(TestHost host, string rows, bool dryRun)
    {
        var content = new MemoryStream(Encoding.UTF8.GetBytes(Headers + rows));
        var done = await host.HandleAsync((ImportFileHandler h) => h.HandleAsync(new ImportFile("upper-tasks", content, dryRun, FileName: "上级任务.csv"), host.Change(Planner), default));
        Assert.Null(done.Refusal?.ToString());
        return done.Value;
    }

    private static Task EditAsync(TestHost host, string number, Action<UpperTask> edit)
        => host.RunAsync(async services => edit(await services.GetRequiredService<DbContext>().Set<UpperTask>().SingleAsync(t => t.Number == number)));

    private static async Task<CandidatePool> PoolAsync(TestHost host, Guid campaign)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var found = await scope.ServiceProvider.GetRequiredService<DbContext>().Set<Campaign>().AsNoTracking().SingleAsync(c => c.Id == campaign);
        return (await scope.ServiceProvider.GetRequiredService<FreezeCampaignHandler>().PreviewAsync(found, host.Time.Today, default)).Value[0];
    }
}
