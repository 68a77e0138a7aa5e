using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Visits;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Inspections.Visits;

public sealed class EndVisitTests
{
    [Theory, BothDatabases]
    public async Task EndVisit_OfTheLastTwoAtOnce_TellsTheCampaignOnce(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        CheckedCase[] pair = [await CheckedCase.AddAsync(host, 1, "CorrectedOnSpot"), await CheckedCase.AddAsync(host, 2, "CorrectedOnSpot")];
        var campaign = Guid.CreateVersion7();
        await host.RunAsync(async services =>
        {
            var db = services.GetRequiredService<DbContext>();
            db.Add(new Campaign { Id = campaign, CampaignNo = "2026-07", PlanNo = "1号", Title = "抽查", ItemCodes = "YJ-02", Ratio = "0.1" });
            foreach (var inspection in await db.Set<InspectionCase>().ToListAsync()) (inspection.CampaignId, inspection.FeedbackAt) = (campaign, host.Time.GetUtcNow().UtcDateTime);
        });

        var ends = await Task.WhenAll(pair.Select(p => Task.Run(() => host.HandleAsync((EndVisitHandler h) => h.HandleAsync(new EndVisit(p.Id), host.Change(CheckedCase.First), default)))));
        var again = await host.HandleAsync((EndVisitHandler h) => h.HandleAsync(new EndVisit(pair[0].Id), host.Change(CheckedCase.First), default));

        Assert.All(ends, e => Assert.Null(e.Refusal));
        Assert.Single(ends, e => e.Value.CampaignDone);
        Assert.False(again.Value.CampaignDone);
    }

    [Theory, BothDatabases]
    public async Task EndVisit_BeforeTheFeedbackByAnOutsiderOrWithoutTheRole_IsRefused(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var made = await CheckedCase.AddAsync(host, 1, "CorrectedOnSpot");

        Assert.Equal("visits.no-feedback", (await host.HandleAsync((EndVisitHandler h) => h.HandleAsync(new EndVisit(made.Id), host.Change(CheckedCase.First), default))).Refusal?.Code);
        var withoutRole = CheckedCase.First with { Roles = new HashSet<string> { "case-officer" } };
        Assert.Equal("cases.not-your-role", (await host.HandleAsync((EndVisitHandler h) => h.HandleAsync(new EndVisit(made.Id), host.Change(withoutRole), default))).Refusal?.Code);
        Assert.Equal("cases.not-in-group", (await host.HandleAsync((EndVisitHandler h) => h.HandleAsync(new EndVisit(made.Id), host.Change(CheckedCase.Legal), default))).Refusal?.Code);
    }
}
