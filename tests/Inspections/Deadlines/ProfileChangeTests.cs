using DoubleRandom.Basics;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.People;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Inspections.Deadlines;

/// <summary>Whose law's periods the office goes by is changed by two persons, for a day, with or without the clocks that run.</summary>
public sealed class ProfileChangeTests
{
    private static readonly Actor Legal = TestHost.Person("信慧敏", "legal");
    private static readonly Actor Deputy = TestHost.Person("信建军", "deputy-director", "legal");
    private static readonly Actor Officer = TestHost.Person("芮志强", "officer");
    private static readonly DateOnly Friday = new(2026, 9, 18);
    private static readonly DateOnly Monday = new(2026, 9, 21);

    private static readonly ProposeProfile ToCity = new("城管", Monday, RunningClocks.Stay, "崇编办发〔2026〕9号", "职责划转");

    [Theory, BothDatabases]
    public async Task Change_AgreedToByAnother_HoldsForEventsFromItsDayAndRunningClocksStay(string database)
    {
        await using var host = await StartAsync(database);
        var running = await OpenAsync(host, Friday);
        var proposed = (await ProposeAsync(host, Legal, ToCity)).Value;
        Assert.Equal("deadline-rules.waiting", (await ProposeAsync(host, Legal, ToCity)).Refusal?.Code);
        Assert.Equal("deadline-rules.own", (await DecideAsync(host, Legal with { Roles = Deputy.Roles }, proposed.Id, true)).Refusal?.Code);
        Assert.Equal("deadline-rules.not-yours", (await DecideAsync(host, Officer, proposed.Id, true)).Refusal?.Code);
        Assert.Equal("deadline-rules.no-opinion", (await DecideAsync(host, Deputy, proposed.Id, false)).Refusal?.Code);
        Assert.Null((await DecideAsync(host, Deputy, proposed.Id, true)).Refusal);
        Assert.Equal("deadline-rules.decided", (await DecideAsync(host, Deputy, proposed.Id, true)).Refusal?.Code);

        Assert.Equal(("应急", new DateOnly(2026, 9, 29)), Of(await OpenAsync(host, Friday)));
        host.Time.Set(new(2026, 9, 21, 9, 0, 0, TimeSpan.FromHours(8)));
        Assert.Equal(1, await ApplyAsync(host));
        Assert.Equal(0, await ApplyAsync(host));
        Assert.Equal(("城管", new DateOnly(2026, 10, 26)), Of(await OpenAsync(host, Monday)));
        Assert.Equal(("应急", running.DueOn), Of(await host.ReadAsync(db => db.Set<Deadline>().SingleAsync(d => d.Id == running.Id))));
        Assert.Empty(await host.ReadAsync(db => db.Set<DeadlineMove>().ToListAsync()));
        // The day before keeps its rule, whenever it is recorded.
        Assert.Equal(("应急", new DateOnly(2026, 9, 29)), Of(await OpenAsync(host, Friday)));
        Assert.Equal("profiles.same", (await ProposeAsync(host, Legal, ToCity)).Refusal?.Code);
    }

    [Theory, BothDatabases]
    public async Task Change_WithRecount_MovesTheOfficesClocksOnItsDayTellsOwnersOnceAndLeavesOthers(string database)
    {
        await using var host = await StartAsync(database);
        var (own, other) = (await CampaignAsync(host, "2026-01", "县应急管理局"), await CampaignAsync(host, "2026-02", "崇信县安委会应急指挥中心"));
        var moved = await OpenAsync(host, Friday, own);
        var stays = await OpenAsync(host, Friday, other);
        var urgent = await OpenAsync(host, Friday, own, "file.case.urgent");
        var trial = await host.HandleAsync(async (ProfileImpact i) => (Result<ProfileRecount>)await i.RecountAsync("应急", "城管", null, host.Change(Legal), default));
        Assert.Equal([(moved.Id, moved.DueOn, new DateOnly(2026, 10, 22))], trial.Value.Moved.Select(m => (m.DeadlineId, m.From, m.To)));
        Assert.Equal(1, trial.Value.Kept);
        Assert.Equal(moved.DueOn, await DueAsync(host, moved));

        var proposed = (await ProposeAsync(host, Legal, ToCity with { Running = RunningClocks.Recount })).Value;
        Assert.Null((await DecideAsync(host, Deputy, proposed.Id, true)).Refusal);
        Assert.Equal(moved.DueOn, await DueAsync(host, moved));

        host.Time.Set(new(2026, 9, 21, 9, 0, 0, TimeSpan.FromHours(8)));
        await ApplyAsync(host);
        await ApplyAsync(host);
        Assert.Equal((new DateOnly(2026, 10, 22), stays.DueOn, urgent.DueOn), (await DueAsync(host, moved), await DueAsync(host, stays), await DueAsync(host, urgent)));
        var move = await host.ReadAsync(db => db.Set<DeadlineMove>().SingleAsync());
        Assert.Equal((MoveCause.Profile, moved.Id), (move.Cause, move.DeadlineId));
        Assert.Contains("7个工作日改为20个工作日", move.Why, StringComparison.Ordinal);
        Assert.Single(await host.ReadAsync(db => db.Set<Alert>().Where(a => a.DeadlineId == moved.Id && a.Rung == Alert.MovedRung).ToListAsync()));
        Assert.Equal(1, await host.ReadAsync(db => db.Set<ProfileChange>().Select(p => p.Moved).SingleAsync()));
        // The campaign was taken along: what it starts now goes by the new rules; another unit's does not.
        Assert.Equal("城管", (await OpenAsync(host, Monday, own)).Profile);
        Assert.Equal("应急", (await OpenAsync(host, Monday, other)).Profile);
    }

    public static TheoryData<string, ProposeProfile> Wrong => new()
    {
        { "deadline-rules.unknown-profile", ToCity with { Profile = "*" } },
        { "deadline-rules.unknown-profile", ToCity with { Profile = "海关" } },
        { "deadline-rules.retroactive", ToCity with { EffectiveFrom = Friday.AddDays(-1) } },
        { "profiles.far", ToCity with { EffectiveFrom = Friday.AddYears(3) } },
        { "profiles.same", ToCity with { Profile = "应急" } },
        { "profiles.no-document", ToCity with { Document = " " } },
        { "deadline-rules.no-reason", ToCity with { Reason = "" } },
    };

    [Theory, MemberData(nameof(Wrong))]
    public async Task Proposal_ThatCannotHold_IsRefused(string code, ProposeProfile command)
    {
        await using var host = await StartAsync();
        Assert.Equal(code, (await ProposeAsync(host, Legal, command)).Refusal?.Code);
        Assert.Equal("deadline-rules.not-yours", (await ProposeAsync(host, Officer, command)).Refusal?.Code);
    }

    private static async Task<TestHost> StartAsync(string database = "sqlite")
    {
        var host = await TestHost.StartAsync(database);
        host.Time.Set(new(2026, 9, 18, 9, 0, 0, TimeSpan.FromHours(8)));
        await host.RunAsync(services =>
        {
            services.GetRequiredService<DbContext>().Add(new OfficeProfile { Name = "崇信县应急管理局", RegionCode = "620823", RegionName = "崇信县", Profile = "应急", Json = "{}" });
            return Task.CompletedTask;
        });
        return host;
    }

    private static async Task<Guid> CampaignAsync(TestHost host, string number, string lead)
    {
        var id = Guid.CreateVersion7();
        await host.RunAsync(services =>
        {
            services.GetRequiredService<DbContext>().Add(new Campaign
            {
                Id = id,
                CampaignNo = number,
                PlanNo = "1号",
                Title = "抽查",
                ItemCodes = "YJ-02",
                Ratio = "0.1",
                TeamProfile = "应急",
                LeadUnit = lead,
                CreatedAt = host.Time.GetUtcNow().UtcDateTime,
            });
            return Task.CompletedTask;
        });
        return id;
    }

    private static (string, DateOnly) Of(Deadline deadline) => (deadline.Profile, deadline.DueOn);

    private static Task<DateOnly> DueAsync(TestHost host, Deadline deadline) => host.ReadAsync(db => db.Set<Deadline>().Where(d => d.Id == deadline.Id).Select(d => d.DueOn).SingleAsync());

    private static async Task<Deadline> OpenAsync(TestHost host, DateOnly on, Guid? subject = null, string rule = "penalty.publish")
        => (await host.HandleAsync((OpenDeadlineHandler h) => h.HandleAsync(new OpenDeadline(rule, "2026-0001", "penalty", subject ?? Guid.NewGuid(), on, "officer"), host.Change(Officer), default))).Value;

    private static async Task<int> ApplyAsync(TestHost host) => (await host.HandleAsync((ApplyProfileHandler h) => h.HandleAsync(host.Change(Actor.System), default))).Value;

    private static Task<Result<ProfileChange>> ProposeAsync(TestHost host, Actor by, ProposeProfile command)
        => host.HandleAsync((ProposeProfileHandler h) => h.HandleAsync(command, host.Change(by), default));

    private static Task<Result<ProfileChange>> DecideAsync(TestHost host, Actor by, Guid id, bool agrees, string? opinion = null)
        => host.HandleAsync((DecideProfileHandler h) => h.HandleAsync(new DecideProfile(id, agrees, opinion), host.Change(by), default));
}
