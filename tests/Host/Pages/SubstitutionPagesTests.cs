using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using DoubleRandom.Host.Data;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Tests.Support;
using DoubleRandom.Tests.Workflows;
using DoubleRandom.Tests.Workflows.Campaigns;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Pages;

/// <summary>S004-17 after the lock: who falls ill is declared on the campaign's page, a director decides, the next in order comes and takes over what is open.</summary>
public sealed class SubstitutionPagesTests
{
    [Theory, BothDatabases]
    public async Task AnIllOfficer_IsReplacedOnTheCampaignsPage(string database)
    {
        await using var host = await PageHost.OverAsync(await CampaignWalk.CountyAsync(database, CampaignWalk.March));
        var data = host.Data;
        var campaign = await data.DrawnAsync();
        await data.LockAsync();
        data.Time.Advance(TimeSpan.FromHours(1));
        var before = (await data.VisitsAsync(campaign))[4];
        var ill = before.Team.First(m => m.Part is TeamPart.Officer);
        var opened = await data.ReadAsync(db => db.Set<InspectionCase>().AsNoTracking().SingleAsync(c => c.InspecteeNumber == before.InspecteeNumber));
        // Two steps of the check, told the team as it was when the check began.
        await data.PublishAsync("steps", [Step("first"), Step("second")], "first.办结>second");
        var running = await data.StartAsync("steps", opened.InspectionNo, new JsonObject { ["CaseId"] = opened.Id.ToString(), ["Officers"] = new JsonArray([.. before.OfficerNumbers.Select(n => (JsonNode)n)]) });
        var clerk = await host.SignInAsync("抽取员甲", ["draw-operator"]);
        var deputy = await host.SignInAsync("分管局长甲", ["deputy-director"]);
        var patient = await host.SignInAsync(ill.Name, ["officer"], ill.Number);

        (string, string)[] absence = [("kind", "Absence"), ("person", ill.Number), ("object", ""), ("from", before.PlannedOn.ToString("O", CultureInfo.InvariantCulture)), ("to", before.PlannedOn.ToString("O", CultureInfo.InvariantCulture)), ("reason", "住院")];
        await clerk.GetAsync("/campaigns/2026-01");
        await clerk.PostAsync("substitute", [.. absence, ("proof", "")]);
        Assert.Equal(HttpStatusCode.BadRequest, clerk.Status);
        Assert.Contains("须填写证明材料", clerk.Text, StringComparison.Ordinal);
        await clerk.PostAsync("substitute", [.. absence, ("proof", "县医院诊断证明 2026-0311")]);
        Assert.Equal(HttpStatusCode.OK, clerk.Status);
        Assert.Contains("已申报，等待局领导决定", clerk.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("同意递补", clerk.Text, StringComparison.Ordinal);

        await deputy.GetAsync("/notifications");
        Assert.Contains("请决定是否由下一顺位递补", deputy.Text, StringComparison.Ordinal);
        await deputy.GetAsync("/campaigns/2026-01");
        Assert.Contains("县医院诊断证明 2026-0311", deputy.Text, StringComparison.Ordinal);
        await deputy.PostAsync("decide", ("refuse", "1"), ("opinion-1", ""));
        Assert.Equal(HttpStatusCode.BadRequest, deputy.Status);
        await deputy.PostAsync("decide", ("grant", "1"), ("opinion-1", ""));
        Assert.Contains("检查组已按抽取顺序递补", deputy.Text, StringComparison.Ordinal);

        var (came, leftAt, cameAt) = await data.AssertNextInOrderAsync(campaign, before, ill.Number);
        var now = await data.ReadAsync(db => db.Set<InspectionCase>().AsNoTracking().SingleAsync(c => c.Id == opened.Id));
        Assert.Equal(before.OfficerNumbers.Select(n => n == ill.Number ? came : n).Order(), now.OfficerNumbers.Order());
        Assert.Equal(now.OfficerNumbers.Order(), (await AssigneesAsync(data, running, "first")).Order());
        Assert.Null((await data.ResumeAsync((await data.BookmarksAsync(running)).Single().Id, new JsonObject { ["outcome"] = "办结" })).Refusal);
        Assert.Equal(now.OfficerNumbers.Order(), (await AssigneesAsync(data, running, "second")).Order());
        Assert.Contains("递补检查人员", await data.ReadAsync(db => db.Set<AuditEntry>().Where(e => e.Chain == opened.Chain).Select(e => e.Action).ToListAsync()));
        await patient.GetAsync("/notifications");
        Assert.Contains("锁定后递补第 1 项已同意", patient.Text, StringComparison.Ordinal);
        Assert.Contains(await data.ReadAsync(db => db.Set<Alert>().Where(a => a.Rung == Alert.SeatRung && a.RecipientNumber == came).ToListAsync()), a => a.Text.Contains("递补", StringComparison.Ordinal));
        await clerk.GetAsync("/api/campaigns/2026-01/requests");
        Assert.Contains(came, (await data.VisitsAsync(campaign))[4].OfficerNumbers);
        Assert.Contains("2026-0311", clerk.Html, StringComparison.Ordinal);

        // What the public sees: places in the order, no illness.
        var number = await data.ReadAsync(db => db.Set<Draw>().Where(d => d.CampaignId == campaign && d.Kind == "officer").Select(d => d.Number).SingleAsync());
        var stranger = await host.Anonymous().GetAsync($"/portal/draws/{number}");
        Assert.Contains($"第 {leftAt} 位由第 {cameAt} 位递补 1 户（名单锁定后）", stranger.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("住院", stranger.Text, StringComparison.Ordinal);

        // The group has arrived: nobody is exchanged any more.
        await data.RunAsync(services => services.GetRequiredService<DbContext>().Set<InspectionCase>().Where(c => c.Id == opened.Id).ExecuteUpdateAsync(s => s.SetProperty(c => c.Status, InspectionStatus.OnSite)));
        Assert.Null((await data.AwayAsync(campaign, came, before.PlannedOn, "另有公务", "会议通知")).Refusal?.ToString());
        Assert.Equal("没有尚未开始的检查受影响，名单不变", (await data.DecideAsync(campaign, 2, CampaignWalk.Director)).Value[0].Effect);
        Assert.Contains(came, (await data.VisitsAsync(campaign))[4].OfficerNumbers);
    }

    private static JsonObject Step(string id)
    {
        var step = Given.HumanTask(id, "officer", "办结");
        step["form"] = Given.Literal("result.enter");
        step["subjectId"] = Given.Feel("input.CaseId");
        step["assignees"] = Given.Feel("input.Officers");
        return step;
    }

    private static async Task<IReadOnlyList<string>> AssigneesAsync(TestHost data, Guid instance, string activity)
        => (await data.ReadAsync(db => db.Set<WorkItem>().AsNoTracking().SingleAsync(i => i.InstanceId == instance && i.ActivityId == activity))).AssigneeNumbers;
}
