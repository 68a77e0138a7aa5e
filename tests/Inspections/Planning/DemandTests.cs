using DoubleRandom.Basics;
using DoubleRandom.Documents.Issuing;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Tests.Support;
using DoubleRandom.Tests.Workflows.Campaigns;
using DoubleRandom.Workflows.Papers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Tests.Inspections.Planning;

public sealed class DemandTests
{
    private static readonly DateTimeOffset March = new(2026, 3, 30, 9, 0, 0, TimeSpan.FromHours(8));
    private static readonly Actor Section = TestHost.Person("杨玉梅", "section-head");
    private static readonly DateOnly June = new(2026, 6, 1), August = new(2026, 8, 31);

    [Theory, BothDatabases]
    public async Task HandIn_UntilTheLastDay_NeedsNoReasonAndAfterItDoes(string database)
    {
        await using var host = await CountyAsync(database, March);

        var inTime = await HandInAsync(host, new HandInDemand("工贸监管科", "YJ-02", "高温季节事故多发", June, August, 45));
        host.Time.Set(March.AddDays(1).AddHours(14));
        var lastDay = await HandInAsync(host, new HandInDemand("工贸监管科", "YJ-03", "粉尘涉爆整治", June, August));
        host.Time.Set(March.AddDays(2));
        var late = await HandInAsync(host, new HandInDemand("工贸监管科", "YJ-02", "上级通报同类事故", June, August));
        var withReason = await HandInAsync(host, new HandInDemand("工贸监管科", "YJ-02", "上级通报同类事故", June, August, LateReason: "通报于4月1日下发"));
        var nextYear = await HandInAsync(host, new HandInDemand("工贸监管科", "YJ-02", "明年计划", June.AddYears(1), August.AddYears(1)));

        Assert.Equal(("XQ2026-015", "待处理", null, true), (inTime.Value.Number, inTime.Value.Status, inTime.Value.LateReason, inTime.Value.IsOpen));
        Assert.Null(lastDay.Refusal);
        Assert.Equal(("demands.late", "lateReason"), (late.Refusal?.Code, late.Refusal?.Field));
        Assert.Equal("通报于4月1日下发", withReason.Value.LateReason);
        Assert.Equal("XQ2027-001", nextYear.Value.Number);
        Assert.Equal(18, await host.ReadAsync(db => db.Set<Demand>().CountAsync()));
    }

    /// <summary>抽查需求表 (D02): as handed in, under the demand's own number; one more when it is decided, and never a second of the same.</summary>
    [Theory, BothDatabases]
    public async Task Form_SaysWhatIsWanted_AndOnceDecidedWhatWasMadeOfIt(string database)
    {
        await using var host = await CountyAsync(database, March);
        var number = (await HandInAsync(host, new HandInDemand("工贸监管科", "YJ-02", "高温季节事故多发", June, August, 45))).Value.Number;

        Assert.Equal("demands.not-section-head", (await IssueAsync(host, number, TestHost.Person("执法员", "officer"))).Refusal?.Code);
        Assert.Equal("demands.not-found", (await IssueAsync(host, "XQ2099-001", Section)).Refusal?.Code);
        var first = await IssueAsync(host, number, Section);
        Assert.Null(first.Refusal?.ToString());
        Assert.Equal(("D02", number, number, (int?)null), (first.Value.Template, first.Value.Number, first.Value.CaseNo, first.Value.Sequence));
        var page = System.Net.WebUtility.HtmlDecode(first.Value.Html);
        Assert.All([number, "工贸监管科", "YJ-02", "高温季节事故多发", "45户", "2026年6月1日至2026年8月31日"], c => Assert.Contains(c, page, StringComparison.Ordinal));
        Assert.Equal(first.Value.Id, (await IssueAsync(host, number, Section)).Value.Id);

        host.Time.Set(March.AddHours(3));
        Assert.Null((await DecideAsync(host, new DecideDemand(number, null, null, "与第 3 行重合，不另行安排"))).Refusal?.ToString());
        var second = (await IssueAsync(host, number, Section)).Value;
        Assert.NotEqual(first.Value.Id, second.Id);
        Assert.Contains("不采纳：与第3行重合，不另行安排", System.Net.WebUtility.HtmlDecode(second.Html).Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(second.Id, (await IssueAsync(host, number, Section)).Value.Id);
    }

    private static Task<Result<OfficialDocument>> IssueAsync(TestHost host, string number, Actor by)
        => host.HandleAsync((IssueDemandFormHandler h) => h.HandleAsync(new IssueDemandForm(number), host.Change(by), default));

    [Fact]
    public async Task HandIn_WhatCannotBePlanned_IsRefusedNamingTheField()
    {
        await using var host = await CountyAsync(Databases.Sqlite, March);
        HandInDemand good = new("工贸监管科", "YJ-02", "高温季节事故多发", June, August);

        Assert.Equal("demands.no-item", await CodeAsync(good with { ItemCode = "XX-01" }));
        Assert.Equal("demands.not-random", await CodeAsync(good with { ItemCode = "YJ-08" }));
        Assert.Equal("demands.period", await CodeAsync(good with { PeriodTo = new DateOnly(2027, 1, 5) }));
        Assert.Equal("demands.past", await CodeAsync(good with { PeriodFrom = new DateOnly(2026, 1, 5), PeriodTo = new DateOnly(2026, 2, 5) }));
        Assert.Equal("demands.count", await CodeAsync(good with { WantedCount = 0 }));
        Assert.Equal("demands.unit", await CodeAsync(good with { Unit = " " }));
        Assert.Equal("demands.reason", await CodeAsync(good with { Reason = new string('长', 401) }));
        var officer = await host.HandleAsync((HandInDemandHandler h) => h.HandleAsync(good, host.Change(TestHost.Person("执法员", "officer")), default));
        Assert.Equal("demands.not-section-head", officer.Refusal?.Code);

        async Task<string?> CodeAsync(HandInDemand command) => (await HandInAsync(host, command)).Refusal?.Code;
    }

    [Theory, BothDatabases]
    public async Task Decide_IntoALineANewLineOrNotAtAll_IsKeptWithTheReason(string database)
    {
        await using var host = await CountyAsync(database, March);
        var same = (await HandInAsync(host, new HandInDemand("工贸监管科", "YJ-02", "高温季节事故多发", June, August))).Value.Number;
        var more = (await HandInAsync(host, new HandInDemand("工贸监管科", "YJ-10", "大型商超节前检查", new(2026, 10, 12), new(2026, 11, 13), 150))).Value.Number;
        var refused = (await HandInAsync(host, new HandInDemand("工贸监管科", "YJ-03", "再查一次", June, August))).Value.Number;

        Assert.Equal("demands.other-item", (await DecideAsync(host, new DecideDemand(same, SampleCounty.PlanNo, 1))).Refusal?.Code);
        Assert.Equal("demands.why-not", (await DecideAsync(host, new DecideDemand(refused, null))).Refusal?.Code);
        var existing = await DecideAsync(host, new DecideDemand(same, SampleCounty.PlanNo, 4));
        var made = await DecideAsync(host, new DecideDemand(more, SampleCounty.PlanNo, Opinion: "增加节前检查"));
        var no = await DecideAsync(host, new DecideDemand(refused, null, Opinion: "与第5行重复"));
        var again = await DecideAsync(host, new DecideDemand(refused, SampleCounty.PlanNo, 5));

        Assert.Equal(("已采纳", 4), (existing.Value.Status, existing.Value.LineNo));
        Assert.Equal(("不采纳", "与第5行重复"), (no.Value.Status, no.Value.Handling));
        Assert.Equal("demands.decided", again.Refusal?.Code);
        var line = await host.ReadAsync(db => db.Set<PlanLine>().AsNoTracking().SingleAsync(l => l.PlanNo == SampleCounty.PlanNo && l.LineNo == made.Value.LineNo));
        // 150 of the 1001 market entities: 14.99 %, rounded up to the next hundredth of a per cent so that at least 150 are drawn.
        Assert.Equal((9, "YJ-10", "定向", 1001, new DateOnly(2025, 12, 31), 0.1499m, 151), (line.LineNo, line.ItemCode, line.Sampling, line.BaseCount, line.BaseDate, line.Ratio, line.SampleSize));
        Assert.Equal(("大型商超节前检查", "工贸监管科", new DateOnly(2026, 11, 13)), (line.RatioReason, line.Section, line.PeriodTo));
        Assert.Empty(await host.ReadAsync(db => PlanLines.ProblemsAsync(db, [line], default)));
    }

    [Fact]
    public async Task Withdraw_ByAnybodyElseOrAfterTheDecision_IsRefused()
    {
        await using var host = await CountyAsync(Databases.Sqlite, March);
        var number = (await HandInAsync(host, new HandInDemand("工贸监管科", "YJ-02", "高温季节事故多发", June, August))).Value.Number;

        Assert.Equal("demands.not-yours", (await WithdrawAsync(CampaignWalk.Planner)).Refusal?.Code);
        Assert.Equal(Demand.Withdrawn, (await WithdrawAsync(Section)).Value.Status);
        Assert.Equal("demands.decided", (await WithdrawAsync(Section)).Refusal?.Code);
        Assert.Equal("demands.decided", (await DecideAsync(host, new DecideDemand(number, SampleCounty.PlanNo, 4))).Refusal?.Code);

        Task<Result<Demand>> WithdrawAsync(Actor by) => host.HandleAsync((WithdrawDemandHandler h) => h.HandleAsync(new WithdrawDemand(number), host.Change(by), default));
    }

    private static async Task<TestHost> CountyAsync(string database, DateTimeOffset at)
    {
        var host = await TestHost.StartAsync(database);
        host.Time.Set(at);
        await host.ImportSampleAsync();
        return host;
    }

    private static Task<Result<Demand>> HandInAsync(TestHost host, HandInDemand command) => host.HandleAsync((HandInDemandHandler h) => h.HandleAsync(command, host.Change(Section), default));

    private static Task<Result<Demand>> DecideAsync(TestHost host, DecideDemand command) => host.HandleAsync((DecideDemandHandler h) => h.HandleAsync(command, host.Change(CampaignWalk.Planner), default));
}
