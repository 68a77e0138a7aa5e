using System.Net;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Tests.Support;
using DoubleRandom.Tests.Workflows.Campaigns;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Tests.Host.Pages;

public sealed class PlanPagesTests
{
    private static readonly DateTimeOffset April = new(2026, 4, 8, 9, 0, 0, TimeSpan.FromHours(8));

    [Theory, BothDatabases]
    public async Task Demand_HandedInLate_IsAcceptedIntoANewLineThatIsPutRightOnItsPage(string database)
    {
        await using var host = await PageHost.OverAsync(await CampaignWalk.CountyAsync(database, April));
        var section = await host.SignInAsync("杨玉梅", ["section-head"]);
        var planner = await host.SignInAsync("李静", ["planner"]);

        await section.GetAsync("/plans/demands");
        Assert.Contains("已于 2026-03-31 截止", section.Text);
        await section.GetAsync("/plans/demands/new");
        (string, string)[] demand = [("unit", "工贸监管科"), ("item", "YJ-10"), ("reason", "大型商超节前检查"), ("from", "2026-10-12"), ("to", "2026-11-13"), ("count", "")];
        await section.PostAsync("demand", demand);
        Assert.Equal(HttpStatusCode.BadRequest, section.Status);
        Assert.Contains("临时需求请写明", section.Text);
        Assert.Contains("大型商超节前检查", section.Text);
        await section.PostAsync("demand", [.. demand, ("lateReason", "国庆后部署")]);
        Assert.Equal("/plans/demands/XQ2026-015", section.Path);
        Assert.Contains("临时需求", section.Text);

        await planner.GetAsync("/plans/demands/XQ2026-015");
        await planner.PostAsync("decide", ("decision", "refuse"), ("opinion", ""));
        Assert.Contains("须写明理由", planner.Text);
        await planner.PostAsync("decide", ("decision", "accept"), ("target", SampleCounty.PlanNo), ("opinion", ""));
        Assert.StartsWith("/plans/line?plan=", planner.Path, StringComparison.Ordinal);
        Assert.Contains("1001 户（市场主体总量，2025-12-31 统计）", planner.Text);
        Assert.Contains("本行符合编制要求", planner.Text);
        Assert.Contains("能力测算：县应急管理局", planner.Text);

        (string, string)[] line = [("item", "YJ-10"), ("lead", "县应急管理局"), ("section", "工贸监管科"), ("participants", ""), ("sampling", "定向"), ("ratioBase", "市场主体总量"), ("ratioReason", "节前集中"), ("fullReason", ""),
            ("from", "2026-10-12"), ("to", "2026-11-13"), ("officers", "2"), ("experts", "1"), ("cap", "1"), ("strata", "投诉违法"), ("weights", ""), ("note", ""), ("reason", "按人员调整")];
        await planner.PostAsync("line", [.. line, ("ratio", "5")]);
        Assert.Contains("计划第 9 行：抽查 51 户，低于下限 101 户", planner.Text);
        await planner.GetAsync($"/plans/2026?check={Uri.EscapeDataString(SampleCounty.PlanNo)}");
        Assert.Contains("有 1 处不符合编制要求", planner.Text);
        Assert.Contains("低于下限 101 户（1001 户的 10%）", planner.Text);
        await planner.GetAsync($"/plans/line?plan={Uri.EscapeDataString(SampleCounty.PlanNo)}&line=9");
        await planner.PostAsync("line", [.. line, ("ratio", "12")]);
        Assert.Contains("本行符合编制要求", planner.Text);
        var saved = await host.Data.ReadAsync(db => db.Set<PlanLine>().AsNoTracking().SingleAsync(l => l.PlanNo == SampleCounty.PlanNo && l.LineNo == 9));
        Assert.Equal(("投诉违法", 121), (saved.Strata, saved.SampleSize));

        await section.GetAsync("/plans/demands/2026?state=" + Uri.EscapeDataString("已采纳"));
        Assert.Contains("计划第 9 行", section.Text);
        await section.GetAsync($"/plans/line?plan={Uri.EscapeDataString(SampleCounty.PlanNo)}&line=9");
        Assert.DoesNotContain("按名录库统计并保存", section.Text);
        await section.GetAsync("/plans/demands/XQ2099-001");
        Assert.Equal(HttpStatusCode.NotFound, section.Status);
        await section.GetAsync("/plans/line?plan=x&line=abc");
        Assert.Equal(HttpStatusCode.NotFound, section.Status);
    }

    [Fact]
    public async Task Rules_AreSetByTheDirectorOnThePage_AndRefusalsKeepWhatWasTyped()
    {
        await using var host = await PageHost.OverAsync(await CampaignWalk.CountyAsync(Databases.Sqlite, April));
        var director = await host.SignInAsync("马国栋", ["director"]);
        var planner = await host.SignInAsync("李静", ["planner"]);

        await director.GetAsync("/plans/rules");
        (string, string)[] rules = [("undirected", "5"), ("directed", "12"), ("merge", "15"), ("perDay", "2"), ("basis", "县政府办〔2026〕7号"), ("effectiveFrom", "2026-07-01")];
        await director.PostAsync("rules", [.. rules, ("visits", "x")]);
        Assert.Equal(HttpStatusCode.BadRequest, director.Status);
        Assert.Contains("县政府办〔2026〕7号", director.Text);
        await director.PostAsync("rules", [.. rules, ("visits", "3")]);
        Assert.Contains("新规则自 2026-07-01 起生效", director.Text);
        await planner.GetAsync("/plans/rules");
        Assert.Contains("县政府办〔2026〕7号", planner.Text);
        Assert.DoesNotContain("设定新规则", planner.Text);
    }
}
