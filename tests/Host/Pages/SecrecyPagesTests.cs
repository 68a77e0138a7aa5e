using System.Net;
using System.Text.RegularExpressions;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Host.Data;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Tests.Support;
using DoubleRandom.Tests.Workflows.Campaigns;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Pages;

/// <summary>T10 inside the office: before the visit only those who need to know read who was drawn; who reads stands in the record, who tries without need is told on.</summary>
public sealed class SecrecyPagesTests
{
    [Theory, BothDatabases]
    public async Task BeforeTheVisit_TheListIsForThoseWhoNeedToKnow(string database)
    {
        await using var host = await PageHost.OverAsync(await CampaignWalk.CountyAsync(database, CampaignWalk.March));
        var campaign = await host.Data.DrawnAsync();
        var visits = await host.Data.VisitsAsync(campaign);
        var seated = visits[0].Team.First(m => m.Part is TeamPart.Officer);
        var strange = visits.First(v => !v.Team.Any(m => m.Number == seated.Number));
        var supervisor = await host.SignInAsync("纪检组长", ["supervisor"]);
        var own = await host.SignInAsync(seated.Name, ["officer"], seated.Number);
        var clerk = await host.SignInAsync("好奇的人", ["liaison"]);

        await own.GetAsync("/campaigns/2026-01");
        Assert.Contains(visits[0].InspecteeName, own.Text);
        Assert.DoesNotContain(strange.InspecteeName, own.Text);
        Assert.Contains("您参加的检查", own.Text);
        await clerk.GetAsync("/campaigns/2026-01");
        Assert.Equal(HttpStatusCode.OK, clerk.Status);
        Assert.DoesNotContain(visits, v => clerk.Text.Contains(v.InspecteeName, StringComparison.Ordinal) || v.Team.Any(m => m.Part is TeamPart.Officer && clerk.Text.Contains(m.Name, StringComparison.Ordinal)));
        Assert.Contains("只对承办人员开放", clerk.Text);
        Assert.Empty(await ReadingsAsync(host));

        await supervisor.GetAsync("/campaigns/2026-01");
        await supervisor.GetAsync("/campaigns/2026-01");
        Assert.Contains(strange.InspecteeName, supervisor.Text);
        Assert.Contains("名单查阅记录", supervisor.Text);
        Assert.Equal(("2026-01", "纪检组长", true), Assert.Single(await ReadingsAsync(host)));

        await host.Data.LockAsync();
        var cases = await host.Data.ReadAsync(db => db.Set<InspectionCase>().AsNoTracking().ToListAsync());
        var mine = cases.Single(c => c.InspecteeNumber == visits[0].InspecteeNumber);
        var other = cases.Single(c => c.InspecteeNumber == strange.InspecteeNumber);

        await own.GetAsync("/cases");
        Assert.Contains(mine.InspectionNo, own.Text);
        Assert.DoesNotContain(other.InspecteeName, own.Text);
        Assert.Contains("件在检查前保密", own.Text);
        await own.GetAsync($"/api/cases?q={Uri.EscapeDataString(other.InspecteeName)}");
        Assert.DoesNotContain(other.InspectionNo, own.Html);
        await own.GetAsync($"/cases/{mine.InspectionNo}");
        Assert.Equal(HttpStatusCode.OK, own.Status);
        Assert.Empty(await host.Data.ReadAsync(db => db.Set<Alert>().Where(a => a.Rung == Alert.SecrecyRung).ToListAsync()));

        foreach (var path in (string[])["/cases/", "/cases/", "/api/cases/"])
        {
            await clerk.GetAsync(path + other.InspectionNo);
            Assert.Equal(HttpStatusCode.Forbidden, clerk.Status);
            Assert.DoesNotContain(other.InspecteeName, clerk.Html);
            Assert.Contains("您的查阅已经记录", path.StartsWith("/api", StringComparison.Ordinal) ? Regex.Unescape(clerk.Html) : clerk.Text);
        }
        await clerk.GetAsync($"/registers/inspectees/{other.InspecteeNumber}");
        Assert.DoesNotContain(other.InspectionNo, clerk.Text);
        var manager = await host.SignInAsync("流程管理员", ["process-manager"]);
        var instance = await host.Data.ReadAsync(db => db.Set<WorkflowInstanceRow>().Where(i => i.CorrelationId == other.InspectionNo).Select(i => i.Id).FirstAsync());
        await manager.GetAsync($"/elsa/api/workflow-instances/{instance}");
        Assert.Equal(HttpStatusCode.Forbidden, manager.Status);
        await manager.GetAsync($"/elsa/api/activity-executions/list?workflowInstanceId={instance}");
        Assert.Equal(HttpStatusCode.Forbidden, manager.Status);
        await supervisor.GetAsync($"/registers/inspectees/{other.InspecteeNumber}");
        Assert.Contains(other.InspectionNo, supervisor.Text);
        Assert.Single(await ReadingsAsync(host), (other.InspectionNo, "好奇的人", false));
        var told = await host.Data.ReadAsync(db => db.Set<Alert>().AsNoTracking().Where(a => a.Rung == Alert.SecrecyRung).ToListAsync());
        Assert.All(told, a => Assert.Equal("纪检组长", a.RecipientName));
        Assert.Equal(2, told.Count);
        await supervisor.GetAsync("/notifications");
        Assert.Contains($"好奇的人不在 2026-01 的知悉范围内，检查前查阅检查 {other.InspectionNo}被拒", supervisor.Text);
        Assert.Contains(await host.Data.ReadAsync(db => db.Set<AuditEntry>().Where(e => e.Chain == "campaign/2026-01").Select(e => e.Action).ToListAsync()), a => a == "查阅抽取名单被拒");

        // The inspectors are there: nothing to hide any more.
        await host.Data.RunAsync(services => services.GetRequiredService<DbContext>().Set<InspectionCase>().Where(c => c.Id == other.Id).ExecuteUpdateAsync(s => s.SetProperty(c => c.Status, InspectionStatus.OnSite)));
        await clerk.GetAsync($"/cases/{other.InspectionNo}");
        Assert.Equal(HttpStatusCode.OK, clerk.Status);
        Assert.Contains(other.InspecteeName, clerk.Text);
    }

    [Theory, BothDatabases]
    public async Task WhoIsNotOfTheOffice_SeesHisOwnWorkOnly(string database)
    {
        await using var host = await PageHost.OverAsync(await CampaignWalk.CountyAsync(database, CampaignWalk.March));
        var campaign = await host.Data.DrawnAsync();
        await host.Data.LockAsync();
        var visits = await host.Data.VisitsAsync(campaign);
        var seat = visits[0].Team.First(m => m.Part is TeamPart.Expert);
        var cases = await host.Data.ReadAsync(db => db.Set<InspectionCase>().AsNoTracking().ToListAsync());
        var mine = cases.First(c => c.Team.Any(m => m.Number == seat.Number));
        var other = cases.First(c => c.Team.All(m => m.Number != seat.Number));
        // Also when the visit is long over.
        await host.Data.RunAsync(services => services.GetRequiredService<DbContext>().Set<InspectionCase>().Where(c => c.Id == other.Id).ExecuteUpdateAsync(s => s.SetProperty(c => c.Status, InspectionStatus.OnSite)));
        var expert = await host.SignInAsync(seat.Name, ["expert"], seat.Number);
        var stranger = await host.SignInAsync("另一企业的代表", ["witness"]);

        await expert.GetAsync($"/cases/{mine.InspectionNo}");
        Assert.Equal(HttpStatusCode.OK, expert.Status);
        Assert.Contains(mine.InspecteeName, expert.Text);
        await expert.GetAsync("/inbox");
        Assert.Contains("我的", expert.Text);
        Assert.DoesNotContain("/registers", expert.Html);
        foreach (var who in new[] { expert, stranger })
        {
            foreach (var path in (string[])[$"/cases/{other.InspectionNo}", $"/api/cases/{other.InspectionNo}", "/cases", "/escalation", "/deadlines/month", "/registers/inspectees", "/api/registers/inspectees", "/workload"])
            {
                await who.GetAsync(path);
                Assert.Equal((path, HttpStatusCode.Forbidden), (path, who.Status));
                Assert.DoesNotContain(other.InspecteeName, who.Html);
            }
        }
        await stranger.GetAsync("/campaigns/2026-01");
        Assert.Equal(HttpStatusCode.Forbidden, stranger.Status);
        Assert.Contains("不在您经办的事项内", stranger.Text);
        Assert.Equal((mine.InspectionNo, seat.Name, true), Assert.Single(await ReadingsAsync(host)));
    }

    private static Task<List<(string, string, bool)>> ReadingsAsync(PageHost host)
        => host.Data.ReadAsync(async db => (await db.Set<DrawnListReading>().AsNoTracking().OrderBy(r => r.At).ToListAsync()).ConvertAll(r => (r.Number, r.PersonName, r.Granted)));
}
