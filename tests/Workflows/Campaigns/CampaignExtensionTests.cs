using DoubleRandom.Basics;
using DoubleRandom.Host.Pages.Portal;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Publications;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using static DoubleRandom.Tests.Workflows.Campaigns.CampaignWalk;

namespace DoubleRandom.Tests.Workflows.Campaigns;

/// <summary>延长任务期限: what the refusal of a campaign its people cannot carry tells to do can be done; within the plan, by two persons, in public.</summary>
public sealed class CampaignExtensionTests
{
    private static readonly DateOnly Begin = new(2026, 3, 16), End = new(2026, 3, 31);

    [Theory, BothDatabases]
    public async Task Campaign_ThatItsPeopleCannotCarry_IsFrozenAfterItsPeriodWasExtended(string database)
    {
        await using var host = await CountyAsync(database, March, publishes: false);
        await host.ApprovePlanAsync();
        var campaign = await StartAsync(host);
        var freeze = await host.DefaultsAfterSchemeAsync();
        Assert.Equal("campaigns.capacity", (await host.TryAsync("freeze", Operator, "冻结", freeze.DeepClone().AsObject()))?.Code);

        Assert.Null((await AskAsync(host, campaign, new DateOnly(2026, 10, 30))).Refusal?.ToString());
        Assert.Equal("campaigns.capacity", (await host.TryAsync("freeze", Operator, "冻结", freeze.DeepClone().AsObject()))?.Code);
        Assert.Null((await DecideAsync(host, campaign, 1, Deputy)).Refusal?.ToString());

        await host.DoAsync("freeze", Operator, "冻结", freeze);
        var now = await host.ReadAsync(db => db.Set<Campaign>().AsNoTracking().SingleAsync(c => c.Id == campaign));
        Assert.Equal((Begin, new DateOnly(2026, 10, 30)), (now.PeriodFrom, now.PeriodTo));
        var kept = Assert.Single(await host.ReadAsync(db => CampaignExtension.OfAsync(db, campaign, default)));
        Assert.Equal((End, new DateOnly(2026, 10, 30), true, "信建军"), (kept.FromOn, kept.ToOn, kept.Granted!.Value, kept.DecidedByName));
        Assert.Equal(2, await host.ReadAsync(db => db.Set<DoubleRandom.Host.Data.AuditEntry>().CountAsync(a => a.Action.EndsWith("延长任务期限"))));
        Assert.Equal(["deputy-director", "director", "draw-operator", "planner"], (await host.ReadAsync(db => db.Set<Alert>().Where(a => a.Text.Contains("延长")).Select(a => a.RecipientRole!).ToListAsync())).Distinct().Order());
    }

    [Fact]
    public async Task Extension_ByTheWrongPerson_OutsideThePlan_OrWithoutReason_IsRefusedAndChangesNothing()
    {
        await using var host = await CountyAsync(Databases.Sqlite, March, publishes: false);
        await host.ApprovePlanAsync();
        var campaign = await StartAsync(host);
        var both = TestHost.Person("计划兼局长", "planner", "director");
        var to = new DateOnly(2026, 10, 30);

        Assert.Equal("campaigns.not-planner", (await AskAsync(host, campaign, to, by: Operator)).Refusal?.Code);
        Assert.Equal("campaigns.extension-reason", (await AskAsync(host, campaign, to, reason: " ")).Refusal?.Code);
        Assert.Equal("campaigns.extension-reason", (await AskAsync(host, campaign, to, reason: new string('长', 401))).Refusal?.Code);
        Assert.Equal("campaigns.extension-earlier", (await AskAsync(host, campaign, End)).Refusal?.Code);
        Assert.Equal("campaigns.extension-earlier", (await AskAsync(host, campaign, DateOnly.MinValue)).Refusal?.Code);
        var outside = await AskAsync(host, campaign, new DateOnly(2027, 1, 15));
        Assert.Equal(("campaigns.extension-outside", "to"), (outside.Refusal?.Code, outside.Refusal?.Field));
        Assert.Null((await AskAsync(host, campaign, to, by: both)).Refusal);
        Assert.Equal("campaigns.extension-open", (await AskAsync(host, campaign, to)).Refusal?.Code);
        Assert.Equal("campaigns.extension-own", (await DecideAsync(host, campaign, 1, both)).Refusal?.Code);
        Assert.Equal("campaigns.not-approver", (await DecideAsync(host, campaign, 1, Planner)).Refusal?.Code);
        Assert.Equal("campaigns.extension-opinion", (await DecideAsync(host, campaign, 1, Deputy, grant: false)).Refusal?.Code);
        Assert.Null((await DecideAsync(host, campaign, 1, Deputy, grant: false, "年底前另有专项")).Refusal);
        Assert.Equal("campaigns.extension-gone", (await DecideAsync(host, campaign, 1, Deputy)).Refusal?.Code);

        Assert.Equal(End, await host.ReadAsync(db => db.Set<Campaign>().Where(c => c.Id == campaign).Select(c => c.PeriodTo).SingleAsync()));
        Assert.Null((await AskAsync(host, campaign, to)).Refusal);
    }

    /// <summary>An announcement stays as it was published; that it lasts longer stands above it and in its history, without the names of persons.</summary>
    [Theory, BothDatabases]
    public async Task Announcement_OfAnExtendedCampaign_SaysSoInPublic(string database)
    {
        await using var host = await CountyAsync(database, March, publishes: false);
        await host.ApprovePlanAsync();
        var campaign = await StartAsync(host);
        var number = await host.ReadAsync(db => db.Set<Campaign>().Where(c => c.Id == campaign).Select(c => c.CampaignNo).SingleAsync());
        var id = Ids.New(host.Time.UtcNow);
        await host.RunAsync(services =>
        {
            var change = host.Change();
            ((DbContext)services.GetService(typeof(DbContext))!).Add(new Publication
            {
                Id = id,
                Kind = PublicationKind.Announcement,
                Status = PublicationStatus.Published,
                Title = "拟检查公告",
                SubjectNo = number,
                SubjectId = campaign,
                ContentJson = "{}",
                MaskedJson = "{}",
                AuthorName = change.By.Name,
                DraftedAt = change.At,
                PublishedOn = change.On,
                PublishedAt = change.At,
            });
            return Task.CompletedTask;
        });
        host.Time.Set(March.AddDays(1));

        Assert.Null((await AskAsync(host, campaign, new DateOnly(2026, 10, 30), reason: "朱文斌报告：九月上旬暴雨")).Refusal);
        Assert.Empty((await ReadAsync())!.Extensions);
        Assert.Null((await DecideAsync(host, campaign, 1, Deputy)).Refusal);

        var shown = (await ReadAsync())!;
        var told = Assert.Single(shown.Extensions);
        Assert.Equal((End, new DateOnly(2026, 10, 30), new DateOnly(2026, 3, 11)), (told.From, told.To, told.On));
        Assert.EndsWith("九月上旬暴雨", told.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("朱文斌", told.Reason, StringComparison.Ordinal);
        Assert.Contains(shown.History, e => e.What.Contains("延长", StringComparison.Ordinal));

        Task<PublicationView?> ReadAsync() => host.ReadAsync(db => new PortalReader(db, host.Time, new DrawDigests()).FindAsync(id, default));
    }

    /// <summary>Line 3 of the plan, twelve working days for 101 visits.</summary>
    private static async Task<Guid> StartAsync(TestHost host)
    {
        var started = await host.HandleAsync((DoubleRandom.Workflows.Campaigns.StartCampaignHandler h) => h.HandleAsync(new(SampleCounty.PlanNo, 3, null, Begin, End), host.Change(Planner), default));
        Assert.Null(started.Refusal?.ToString());
        return started.Value.CampaignId;
    }

    private static Task<Result<CampaignExtension>> AskAsync(TestHost host, Guid campaign, DateOnly to, string reason = "国庆后人员集中培训", Actor? by = null)
        => host.HandleAsync((ExtendCampaignHandler h) => h.HandleAsync(new AskExtension(campaign, to, reason), host.Change(by ?? Planner), default));

    private static Task<Result<CampaignExtension>> DecideAsync(TestHost host, Guid campaign, int sequence, Actor by, bool grant = true, string? opinion = null)
        => host.HandleAsync((ExtendCampaignHandler h) => h.HandleAsync(new DecideExtension(campaign, sequence, grant, opinion), host.Change(by), default));
}
