using System.Net;
using System.Text.RegularExpressions;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.Draws.Protocol;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Portal;

/// <summary>The screen in the hall: at every step what the protocol has published, never more, and after a reload the same.</summary>
public sealed partial class CeremonyPageTests
{
    [Theory, BothDatabases]
    public async Task Ceremony_FromTheFreezeToTheResult_ShowsEachStepAndNoResultBeforeTheLastReveal(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await using var site = await WebSite.StartAsync(host);
        await host.ImportSampleAsync("organisation");
        var campaign = await host.CampaignAsync();
        var numbers = await host.StratifiedDrawsAsync(campaign.Id);
        var path = $"/portal/draws/{numbers[0]}/ceremony";

        Assert.Equal(path, (await site.Http.GetAsync($"/draws/{numbers[0]}/ceremony")).Headers.Location?.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await site.Http.GetAsync("/portal/draws/2026-9999/ceremony")).StatusCode);
        var frozen = await site.GetPageAsync(path);
        Assert.Contains("还有 2 方没有提交承诺", frozen, StringComparison.Ordinal);
        Assert.Contains("距抽取时间", frozen, StringComparison.Ordinal);
        Assert.Contains("一般风险 40 抽 1，较大风险 15 抽 1，重大风险 5 抽 1", frozen, StringComparison.Ordinal);
        var list = await host.ReadAsync(db => db.Set<Draw>().Where(d => d.Number == numbers[0]).Select(d => d.CandidatesFile).SingleAsync());
        Assert.Contains(Hashing.Sha256Hex(list), frozen.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);

        await host.CommitAsync(campaign.Id);
        Assert.Contains("谁也不能再改", await site.GetPageAsync(path), StringComparison.Ordinal);
        host.Time.Advance(TimeSpan.FromHours(2));
        Assert.Contains("等待公开信标", await site.GetPageAsync(path), StringComparison.Ordinal);
        await host.EnterAsync(campaign.Id);
        Assert.DoesNotContain(PortalGiven.Beacon, await site.GetPageAsync(path), StringComparison.Ordinal);
        await host.ConfirmAsync(campaign.Id);
        Assert.Contains(PortalGiven.Beacon, await site.GetPageAsync(path), StringComparison.Ordinal);
        await host.RevealAsync(campaign.Id, DrawCommitment.Supervisor);
        var half = await site.GetPageAsync(path);
        Assert.Contains("等待 企业代表 揭示随机数", half, StringComparison.Ordinal);
        await host.RevealAsync(campaign.Id, DrawCommitment.Witness);
        var computing = await site.GetPageAsync(path);
        foreach (var page in new[] { frozen, half, computing }) Assert.DoesNotMatch(@"CX\d{5}|抽中|种子", page);

        Assert.Null((await host.HandleAsync((ExecuteDrawsHandler h) => h.HandleAsync(new(campaign.Id), host.Change(PortalGiven.Operator), default))).Refusal);
        var (once, twice) = (await site.GetPageAsync(path), await site.GetPageAsync($"/portal/draws/{numbers[1]}/ceremony"));
        var result = DrawResult.Read((await host.ReadAsync(db => DrawQueries.ExportAsync(db, numbers[0], default)))!.Files.Result!).Value;
        Assert.Equal(result.Order.SelectMany(s => s.Drawn), Shown().Matches(once).Select(m => m.Groups[1].Value));
        Assert.Equal(Result().Match(once).Value, Result().Match(twice).Value);
        Assert.Contains("县纪委监委派驻第三纪检监察组", once, StringComparison.Ordinal);
        Assert.DoesNotContain(PortalGiven.Staff, s => once.Contains(s, StringComparison.Ordinal));
        Assert.Matches("<noscript><meta http-equiv=\"refresh\" content=\"5\" ?/?></noscript>", once);
    }

    [Theory, BothDatabases]
    public async Task Ceremony_NamesOfObjects_AreShownOnlyWhereTheListIsAnnouncedBeforeTheVisits(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await using var site = await WebSite.StartAsync(host);
        await host.ImportSampleAsync("inspectees");
        var campaign = await host.CampaignAsync();
        var numbers = await host.StratifiedDrawsAsync(campaign.Id);
        await host.CommitAsync(campaign.Id);
        await host.ExecuteAsync(campaign.Id);
        var drawn = DrawResult.Read((await host.ReadAsync(db => DrawQueries.ExportAsync(db, numbers[0], default)))!.Files.Result!).Value.Order[0].Drawn[0];
        var name = await host.ReadAsync(db => db.Set<Inspectee>().Where(i => i.Number == drawn).Select(i => i.Name).SingleAsync());

        Assert.DoesNotContain(name, await site.GetPageAsync($"/portal/draws/{numbers[0]}/ceremony"), StringComparison.Ordinal);
        await host.RunAsync(async services => (await services.GetRequiredService<DbContext>().FindAsync<Campaign>(campaign.Id))!.Announcement = AnnouncementPolicy.FullList);
        Assert.Contains(name, await site.GetPageAsync($"/portal/draws/{numbers[0]}/ceremony"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ceremony_OfAVoidRound_SaysSoWithItsReason()
    {
        await using var host = await TestHost.StartAsync();
        await using var site = await WebSite.StartAsync(host);
        var campaign = await host.CampaignAsync();
        var numbers = await host.StratifiedDrawsAsync(campaign.Id);
        Assert.Null((await host.HandleAsync((VoidDrawsHandler h) => h.HandleAsync(new(campaign.Id), host.Change(PortalGiven.Supervisor, "见证员吴五未到场"), default))).Refusal);

        var page = await site.GetPageAsync($"/portal/draws/{numbers[0]}/ceremony");

        Assert.Contains("本轮抽取已作废", page, StringComparison.Ordinal);
        Assert.Contains("未到场", page, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"<li>(CX\d{5})</li>")]
    private static partial Regex Shown();

    [GeneratedRegex("<section class=\"cy-result\".*</section>", RegexOptions.Singleline)]
    private static partial Regex Result();
}
