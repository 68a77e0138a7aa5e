using System.Net;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Tests.Support;
using DoubleRandom.Tests.Workflows.Campaigns;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Tests.Host.Pages;

public sealed class CampaignPagesTests
{
    [Theory, BothDatabases]
    public async Task Plan_IsStartedAndFilledInOnThePages_AndALineBecomesADrawnCampaign(string database)
    {
        await using var host = await PageHost.OverAsync(await CampaignWalk.CountyAsync(database, CampaignWalk.March));
        var planner = await host.SignInAsync("李静", ["planner"]);
        var auditor = await host.SignInAsync("审计", ["auditor"]);

        await planner.GetAsync("/plans");
        Assert.Contains("2026 年度计划", planner.Text);
        Assert.Contains("尚未报审", planner.Text);
        await planner.PostAsync($"start-{SampleCounty.PlanNo}");
        Assert.Equal("/plans/2026", planner.Path);
        Assert.Contains("已发起", planner.Text);
        var compile = (await host.Data.OpenItemAsync("compile"))!;
        await planner.GetAsync($"/work-items/{compile.Id}");
        await planner.PostAsync("work", ("f.officers", "20"), ("f.workingDays", "248"), ("f.otherDays", "1500"), ("f.nonDays", "900"), ("outcome", "提交"));
        Assert.Equal(WorkItemStatus.Completed, await host.Data.ReadAsync(db => db.Set<WorkItem>().Where(i => i.Id == compile.Id).Select(i => i.Status).SingleAsync()));
        await host.Data.DoAsync("review", CampaignWalk.Legal, "同意");
        await host.Data.DoAsync("approve", CampaignWalk.Director, "批准");
        await host.Data.DoAsync("government", CampaignWalk.Government, "批准", new() { ["documentNo"] = "崇政函〔2026〕9号" });

        await planner.GetAsync($"/campaigns/new?line={Uri.EscapeDataString($"{SampleCounty.PlanNo}#3")}");
        Assert.Contains("抽查 101 户", planner.Text);
        await planner.PostAsync("campaign", ("title", "三月工贸专项"), ("from", "2020-01-01"), ("to", "2026-10-30"), ("experts", "1"), ("announcement", "CountAndPeriod"));
        Assert.Contains("value=\"三月工贸专项\"", WebUtility.HtmlDecode(planner.Html));
        Assert.Contains("role=\"alert\"", planner.Html);
        await planner.PostAsync("campaign", ("title", "三月工贸专项"), ("from", "2026-03-16"), ("to", "2026-10-30"), ("experts", "1"), ("announcement", "CountAndPeriod"));
        Assert.Contains("专家少于计划的理由", planner.Text);
        Assert.StartsWith("/campaigns/new", planner.Path, StringComparison.Ordinal);
        await planner.PostAsync("campaign", ("title", "三月工贸专项"), ("from", "2026-03-16"), ("to", "2026-10-30"), ("experts", "1"), ("expertsReason", "全县只有一名工贸专家在聘"), ("announcement", "CountAndPeriod"));
        Assert.Equal("/campaigns/2026-01", planner.Path);
        Assert.Contains("制定实施方案", planner.Text);
        await planner.GetAsync("/plans/2026");
        Assert.Contains("/campaigns/2026-01", planner.Html);

        await host.Data.FreezeAsync();
        await host.Data.CommitAsync(CampaignWalk.SupervisorNonce, CampaignWalk.WitnessNonce);
        await host.Data.BeaconAsync();
        await host.Data.DoAsync("revealSupervisor", CampaignWalk.Supervisor, "揭示", new() { ["nonce"] = CampaignWalk.SupervisorNonce });
        await host.Data.DoAsync("revealWitness", CampaignWalk.Witness, "揭示", new() { ["nonce"] = CampaignWalk.WitnessNonce });
        await auditor.GetAsync("/campaigns/2026-01");

        Assert.Equal(HttpStatusCode.OK, auditor.Status);
        var visits = await host.Data.VisitsAsync((await host.Data.ReadAsync(db => db.Set<Campaign>().AsNoTracking().SingleAsync())).Id);
        Assert.Equal(101, visits.Count);
        Assert.Contains(visits[0].InspecteeName, auditor.Text);
        Assert.Contains(visits[0].Team[0].Name, auditor.Text);
        Assert.Contains("公开验证这次抽取", auditor.Text);
        Assert.Contains(CampaignWalk.Beacon, auditor.Text);
        Assert.Contains("种子", auditor.Text);
        await auditor.GetAsync("/campaigns");
        Assert.Contains("三月工贸专项", auditor.Text);
        await auditor.GetAsync("/cases/2026-01");
        Assert.Contains("名单、抽取与进度见任务页", auditor.Text);
        await auditor.GetAsync("/campaigns/new");
        Assert.Contains("只有计划员可以下达抽查任务", auditor.Text);
        Assert.Equal(HttpStatusCode.NotFound, (await auditor.GetAsync("/campaigns/2099-01")).Status);
    }
}
