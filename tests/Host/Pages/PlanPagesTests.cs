using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Inspections.Publications;
using DoubleRandom.Tests.Host.Portal;
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

    [Theory, BothDatabases]
    public async Task Adjustment_GoesTheWholeWayWithItsNote_AndTheOldVersionStaysReadableOnThePortal(string database)
    {
        await using var host = await PageHost.OverAsync(await CampaignWalk.CountyAsync(database, new DateTimeOffset(2026, 1, 12, 9, 0, 0, TimeSpan.FromHours(8))));
        await host.Data.ApprovePlanAsync();
        await host.Data.PublishAsync(PublicationKind.AnnualPlan, "2026年度双随机抽查工作计划", SampleCounty.PlanNo, new JsonObject { ["说明"] = "全年" });
        var planner = await host.SignInAsync("李静", ["planner"]);
        var citizen = host.Anonymous();
        var no = Uri.EscapeDataString(SampleCounty.PlanNo);

        await planner.GetAsync("/plans/2026");
        Assert.Contains("先点事项名称修改、新增或删除计划行", planner.Text);
        await planner.GetAsync($"/plans/line?plan={no}&line=3");
        Assert.Contains("这里的改动先存着", planner.Text);
        await planner.PostAsync("line", ("item", "YJ-10"), ("lead", "县应急管理局"), ("section", "工贸监管科"), ("participants", ""), ("sampling", "定向"), ("ratioBase", "市场主体总量"), ("ratio", "12"), ("ratioReason", "事故多发"), ("fullReason", ""),
            ("from", "2026-03-16"), ("to", "2026-10-30"), ("officers", "2"), ("experts", "2"), ("cap", "1"), ("strata", "不分层"), ("weights", ""), ("note", ""), ("reason", "县安委会部署"));
        await citizen.GetAsync("/portal/plans");
        Assert.DoesNotContain(">121<", citizen.Html);
        await planner.GetAsync("/plans/2026");
        Assert.Contains("提出计划调整（1 行有改动）", planner.Text);
        await planner.PostAsync($"adjust-{SampleCounty.PlanNo}", ("reason", " "));
        Assert.Contains("须写明理由", planner.Text);
        await planner.PostAsync($"adjust-{SampleCounty.PlanNo}", ("reason", "县安委会部署，增加工贸抽查户数"));
        Assert.Contains("第 2 版）已发起", planner.Text);
        await host.Data.DoAsync("compile", CampaignWalk.Planner, "提交", CampaignWalk.Capacity());
        await host.Data.DoAsync("review", CampaignWalk.Legal, "同意");
        await host.Data.DoAsync("approve", CampaignWalk.Director, "批准");
        await host.Data.DoAsync("government", CampaignWalk.Government, "批准", new JsonObject { ["documentNo"] = "崇政函〔2026〕19号" });

        await citizen.GetAsync("/portal/plans");
        Assert.Contains("第 2 版（2026-01-12 公布，现行）", citizen.Text);
        Assert.Contains("县安委会部署，增加工贸抽查户数", citizen.Text);
        Assert.Contains("抽查户数由“101”改为“121”", citizen.Text);
        Assert.Contains(">121<", citizen.Html);
        await citizen.GetAsync($"/portal/plans?plan={no}&version=1");
        Assert.Contains("已被调整", citizen.Text);
        Assert.Contains(">101<", citizen.Html);
        Assert.DoesNotContain(">121<", citizen.Html);
        await planner.GetAsync($"/plans/version?plan={no}&version=2");
        Assert.Contains("崇政函〔2026〕19号", planner.Text);
        Assert.Contains("比例理由：", planner.Text);
        await planner.GetAsync($"/plans/version?plan={no}&version=9");
        Assert.Equal(HttpStatusCode.NotFound, planner.Status);
    }

    [Theory, BothDatabases]
    public async Task Progress_CountsDrawnVisitedPublishedAndLate_OnThePageAndInTheFile(string database)
    {
        await using var host = await PageHost.OverAsync(await CampaignWalk.CountyAsync(database, new DateTimeOffset(2026, 1, 12, 9, 0, 0, TimeSpan.FromHours(8))));
        await host.Data.ApprovePlanAsync();
        var campaign = Guid.NewGuid();
        await host.Data.RunAsync(services =>
        {
            var db = (DbContext)services.GetService(typeof(DbContext))!;
            db.Add(new Campaign { Id = campaign, CampaignNo = "2026-01", PlanNo = SampleCounty.PlanNo, PlanLineNo = 6, Title = "烟花爆竹", ItemCodes = "YJ-04", Ratio = "1" });
            for (var i = 1; i <= 3; i++)
            {
                db.Add(new InspectionAssignment { Id = Guid.NewGuid(), CampaignId = campaign, Sequence = i, InspecteeNumber = $"N{i}", InspecteeName = $"单位{i}", Status = i == 3 ? AssignmentStatus.Replaced : AssignmentStatus.Locked });
                db.Add(new InspectionCase { Id = Guid.NewGuid(), InspectionNo = $"2026-01-00{i}", CampaignId = campaign, CampaignNo = "2026-01", InspecteeNumber = $"N{i}", InspecteeName = $"单位{i}", ItemCodes = "YJ-04", LeaderNumber = "R002", TeamJson = "[]", CheckedOn = i == 1 ? new(2026, 1, 20) : null });
            }
            return Task.CompletedTask;
        });
        var reader = await host.SignInAsync("审计", ["auditor"]);
        host.Data.Time.Set(new DateTimeOffset(2026, 2, 16, 9, 0, 0, TimeSpan.FromHours(8)));

        await reader.GetAsync("/plans/progress/2026");
        Assert.Contains("期满未查", reader.Text);
        Assert.Contains("应查 46 次，已查 1 次", reader.Text);
        var rows = Encoding.UTF8.GetString(await reader.BytesAsync("/plans/progress/2026.csv")).TrimStart('\uFEFF').TrimEnd().Split('\n');
        Assert.Equal(13, rows.Length);
        Assert.Equal("计划编号,行号,事项编号,事项名称,牵头单位,承办机构,时间安排起,时间安排止,计划户数,已抽取,已检查,已公示,逾期,期满未查,完成率,检查频次,按频次应查", rows[0]);
        Assert.Equal($"{SampleCounty.PlanNo},6,YJ-04,烟花爆竹批发、零售经营安全监督检查,县应急管理局,危险化学品监管科,2026-01-12,2026-02-13,46,2,1,0,0,45,2%,每年不少于1次,46", rows.Single(r => r.Contains(",6,YJ-04,", StringComparison.Ordinal)));
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
