using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Tests.Support;
using DoubleRandom.Tests.Workflows.Campaigns;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static DoubleRandom.Tests.Workflows.Campaigns.CampaignWalk;

namespace DoubleRandom.Tests.Inspections.Planning;

public sealed class PlanLineTests
{
    private static readonly DateTimeOffset January = new(2026, 1, 12, 9, 0, 0, TimeSpan.FromHours(8));

    private static readonly SavePlanLine Good = new(
        SampleCounty.PlanNo, null, "YJ-10", "县应急管理局", null, "工贸监管科", "定向", PlanLine.OfMarket, 0.10m, null, null, new(2026, 9, 1), new(2026, 10, 30), 2, 1, Strata: "信用等级", StrataWeights: "信用D级=6");

    [Theory, BothDatabases]
    public async Task Save_CountsFromTheRegisterAndCarriesTheStrataToTheCampaign(string database)
    {
        await using var host = await CountyAsync(database, January);
        var saved = await SaveAsync(host, Good);
        var line = await LineAsync(host, saved.Value.LineNo);
        var pool = await host.ReadAsync(db => db.Set<PlanLine>().AsNoTracking().Where(l => l.LineNo == 3).Select(l => l.PoolCount).SingleAsync());

        Assert.Equal((9, 1001, new DateOnly(2025, 12, 31), pool, 101, "工贸企业安全生产监督检查(定向)"), (line.LineNo, line.BaseCount, line.BaseDate, line.PoolCount, line.SampleSize, line.ItemName));
        var full = await SaveAsync(host, Good with { ItemCode = "YJ-05", Sampling = "全面", FullCheckReason = "政府安排的重点整治行业", Strata = null, StrataWeights = null });
        var all = await LineAsync(host, full.Value.LineNo);
        Assert.Equal((16, new DateOnly(2026, 1, 12), 1m, 16, PlanLine.OfRegister), (all.BaseCount, all.BaseDate, all.Ratio, all.SampleSize, all.RatioBase));
        // One of the four cases must be named; of the two lists only who stands on them is counted.
        Assert.Equal("plans.full-code", (await host.ReadAsync(db => PlanLines.CheckAsync(db, [all], default)))?.Code);
        await SaveAsync(host, Good with { LineNo = all.LineNo, Seen = all.ChangeId, ItemCode = "YJ-10", Sampling = "全面", RatioReason = "名录内全查", FullCheckReason = "名录", FullCheckCode = "3", Strata = null, StrataWeights = null });
        var listed = await LineAsync(host, all.LineNo);
        var flagged = (await host.ReadAsync(db => db.Set<Inspectee>().AsNoTracking().Where(i => i.ListFlags != null).ToListAsync())).Count(i => i.RegistrationStatus == "存续" && i.ExclusionCode is null && i.ListFlags!.Contains("经营异常名录", StringComparison.Ordinal) && i.SafetySector?.StartsWith("工贸", StringComparison.Ordinal) is true);
        Assert.Equal((flagged, flagged, null), (listed.BaseCount, listed.SampleSize, (await host.ReadAsync(db => PlanLines.CheckAsync(db, [listed], default)))?.Code));
        Assert.InRange(flagged, 1, 18);
        Assert.Null((await RemoveAsync(host, listed.LineNo)).Refusal);

        // An edit of what somebody else has changed since is a conflict; one of what was seen is a version of the register.
        Assert.Equal("registers.changed-meanwhile", (await SaveAsync(host, Good with { LineNo = 9, Seen = Guid.NewGuid() })).Refusal?.Code);
        Assert.Null((await SaveAsync(host, Good with { LineNo = 9, Seen = line.ChangeId, Ratio = 0.12m, RatioReason = "事故多发" })).Refusal);
        Assert.Equal(1, await host.ReadAsync(db => db.Set<RegisterVersion>().CountAsync(v => v.Kind == "plan" && v.Key == $"{SampleCounty.PlanNo}/9")));

        // S003-10: what the checks cost, by line and in all.
        Assert.Equal("plans.budget", (await SaveAsync(host, Good with { LineNo = 9, Seen = (await LineAsync(host, 9)).ChangeId, Ratio = 0.12m, RatioReason = "事故多发", Budget = -1 })).Refusal?.Code);
        Assert.Null((await SaveAsync(host, Good with { LineNo = 9, Seen = (await LineAsync(host, 9)).ChangeId, Ratio = 0.12m, RatioReason = "事故多发", Budget = 36_000 })).Refusal);
        Assert.Equal("经费预算合计 36,000 元（另有 8 行未测算）", PlanLines.BudgetWords(await host.ReadAsync(db => PlanLines.OfAsync(db, SampleCounty.PlanNo, default))));
        await host.ApprovePlanAsync();
        var campaign = await host.HandleAsync((CreateCampaignFromPlanLineHandler h) => h.HandleAsync(new(SampleCounty.PlanNo, 9), host.Change(Planner), default));
        Assert.Equal((StratifyBy.Credit, 6, 121), (campaign.Value.StratifyBy, campaign.Value.StrataRule.WeightOf("信用D级"), campaign.Value.SampleSize));
    }

    [Theory, BothDatabases]
    public async Task Approve_BelowAFloor_IsRefusedWithRowFigureAndRemedyUntilTheLineIsPutRight(string database)
    {
        await using var host = await CountyAsync(database, January);
        var saved = await SaveAsync(host, Good with { Ratio = 0.08m, RatioReason = "人员不足" });
        await host.StartPlanAsync();
        var refused = await host.TryAsync("compile", Planner, "提交", Capacity());

        Assert.Equal("plans.below-floor", refused?.Code);
        Assert.Equal("计划第 9 行：抽查 81 户，低于下限 101 户（1001 户的 10%）；请把抽查比例提高到 10.09% 以上。", Texts.Of(refused!));
        var seen = (await LineAsync(host, 9)).ChangeId;
        Assert.Null((await SaveAsync(host, Good with { LineNo = saved.Value.LineNo, Seen = seen })).Refusal);
        await host.DoAsync("compile", Planner, "提交", Capacity());

        // From here on the lines stand still; a change behind the reviewer's back is noticed.
        Assert.Equal("plans.in-review", (await SaveAsync(host, Good)).Refusal?.Code);
        Assert.Equal("plans.in-review", (await RemoveAsync(host, 9)).Refusal?.Code);
        await host.RunAsync(async s => (await ((DbContext)s.GetService(typeof(DbContext))!).Set<PlanLine>().SingleAsync(l => l.LineNo == 3)).Content = "改过的内容");
        Assert.Equal("plans.lines-changed", (await host.TryAsync("review", Legal, "同意"))?.Code);
        await host.DoAsync("review", Legal, "退回", new() { ["opinion"] = "提交后有改动" });
        Assert.Null((await RemoveAsync(host, 9)).Refusal);
        Assert.Equal(8, await host.ReadAsync(db => db.Set<PlanLine>().CountAsync(l => l.PlanNo == SampleCounty.PlanNo)));
    }

    [Theory, BothDatabases]
    public async Task Rules_SetByTheDirector_HoldForLinesFromTheirDayOn(string database)
    {
        await using var host = await CountyAsync(database, January);
        SetPlanRules rules = new(new DateOnly(2026, 7, 1), 0.05m, 0.12m, 3, 15, 2, "县政府办〔2026〕7号");

        Assert.Equal("plan-rules.not-director", (await SetAsync(rules, Planner)).Refusal?.Code);
        Assert.Equal("plan-rules.past", (await SetAsync(rules with { EffectiveFrom = new DateOnly(2026, 1, 11) }, Director)).Refusal?.Code);
        Assert.Equal("plan-rules.floor", (await SetAsync(rules with { DirectedFloor = 0 }, Director)).Refusal?.Code);
        Assert.Equal("plan-rules.bounds", (await SetAsync(rules with { VisitsPerInspectee = 0 }, Director)).Refusal?.Code);
        Assert.Equal(("plan-rules.bounds", "complaints"), (await SetAsync(rules with { ManyComplaints = 0 }, Director)).Refusal is { } few ? (few.Code, few.Field) : default);
        Assert.Equal(("plan-rules.bounds", "fresh"), (await SetAsync(rules with { RegisterFreshDays = 367 }, Director)).Refusal is { } stale ? (stale.Code, stale.Field) : default);
        foreach (var caps in (string[])["E=1", "A=0", "A=1；A=2", "A", "A=B"]) Assert.Equal("plan-rules.credit-caps", (await SetAsync(rules with { CreditCaps = caps }, Director)).Refusal?.Code);
        Assert.Equal("plan-rules.basis", (await SetAsync(rules with { Basis = "" }, Director)).Refusal?.Code);
        Assert.Null((await SetAsync(rules, Director)).Refusal);
        await SaveAsync(host, Good);
        await SaveAsync(host, Good with { PeriodFrom = new(2026, 6, 1), PeriodTo = new(2026, 8, 30) });

        var problems = await host.ReadAsync(async db => await PlanLines.ProblemsAsync(db, await PlanLines.OfAsync(db, SampleCounty.PlanNo, default), default));
        Assert.Equal([(9, "plans.below-floor")], problems.Select(p => (p.LineNo, p.Refusal.Code)));

        Task<Result<PlanRules>> SetAsync(SetPlanRules command, Actor by) => host.HandleAsync((SetPlanRulesHandler h) => h.HandleAsync(command, host.Change(by), default));
    }

    [Fact]
    public async Task Load_ByMonthAndDepartment_AddsUpToTheLinesAndNamesWhatLacks()
    {
        await using var host = await CountyAsync(Databases.Sqlite, January);
        await using var scope = host.Services.CreateAsyncScope();
        var calendars = scope.ServiceProvider.GetRequiredService<CalendarSource>();
        var lines = await host.ReadAsync(db => db.Set<PlanLine>().AsNoTracking().ToListAsync());
        var load = await host.ReadAsync(db => PlanLoad.OfAsync(db, calendars, lines, new PlanCapacity(20, 248, 1500, 900), default));

        foreach (var department in load.Departments) Assert.Equal(lines.Where(l => l.LeadUnit == department.Department).Sum(l => l.SampleSize), department.Months.Sum(m => m.Wanted));
        var city = load.Departments.Single(d => d.Department == "县城市管理局");
        Assert.Equal((4, 2), (city.Officers, city.PerGroup));
        var may = city.Months[4];
        Assert.Equal((int)decimal.Floor(4m / 2 * may.WorkingDays * load.Share), may.Feasible);
        Assert.Equal(decimal.Divide(20 * 248 - 2400, 20 * 248), load.Share);
        Assert.Contains(city.Over, m => m.Month == 5);
        Assert.Equal(0, city.Months[0].Wanted);
    }

    private static Task<Result<SavedLine>> SaveAsync(TestHost host, SavePlanLine command) => host.HandleAsync((SavePlanLineHandler h) => h.HandleAsync(command, host.Change(Planner, "编制年度计划"), default));

    private static Task<Result<SavedLine>> RemoveAsync(TestHost host, int line) => host.HandleAsync((SavePlanLineHandler h) => h.HandleAsync(new RemovePlanLine(SampleCounty.PlanNo, line), host.Change(Planner, "并入第3行"), default));

    private static Task<PlanLine> LineAsync(TestHost host, int line) => host.ReadAsync(db => db.Set<PlanLine>().AsNoTracking().SingleAsync(l => l.PlanNo == SampleCounty.PlanNo && l.LineNo == line));
}
