using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Host.Pages.Portal;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using static DoubleRandom.Tests.Workflows.Campaigns.CampaignWalk;

namespace DoubleRandom.Tests.Workflows.Campaigns;

/// <summary>Who leads, where the profile draws leaders and where it appoints them; and what one person began that a second has to end before a freeze.</summary>
public sealed class LeaderAppointmentTests
{
    /// <summary>应急 draws its leaders among deputy directors: somebody of another post joins them by a waiver of two persons. A late exclusion is settled the same way.</summary>
    [Theory, BothDatabases]
    public async Task Freeze_WaitsForTheSecondPerson_OfAWaiverAndOfALateExclusion(string database)
    {
        await using var host = await CountyAsync(database, March, publishes: false);
        await host.ApprovePlanAsync();
        var campaign = await host.StartCampaignAsync();
        var both = TestHost.Person("计划员兼副局长", "planner", "deputy-director");

        Assert.Equal("campaigns.leader-drawn", (await AppointAsync(host, campaign, "R002")).Refusal?.Code);
        Assert.Equal("campaigns.leader-unfit", (await AppointAsync(host, campaign, "R031")).Refusal?.Code);
        Assert.Equal("campaigns.leader-unknown", (await AppointAsync(host, campaign, "R999")).Refusal?.Code);
        Assert.Equal("campaigns.leader-reason", (await AppointAsync(host, campaign, "R010", " ")).Refusal?.Code);
        Assert.Equal("campaigns.not-planner", (await AppointAsync(host, campaign, "R010", by: Operator)).Refusal?.Code);
        var waiver = await AppointAsync(host, campaign, "R010", "两名副局长期间均在外培训", both);
        Assert.True(waiver.Value.IsWaiver);
        Assert.Equal("campaigns.leader-twice", (await AppointAsync(host, campaign, "R010")).Refusal?.Code);
        Assert.Equal(2, await host.ReadAsync(db => db.Set<Alert>().CountAsync(a => a.Text.Contains("申请由大队长王彦龙带队"))));
        var left = (await PoolAsync(host, campaign, "object"))[0];
        var late = await host.HandleAsync((PlanExclusionHandler h) => h.HandleAsync(new ExcludeFromLine(SampleCounty.PlanNo, 3, left, "4", "省厅专项", "应急厅函〔2026〕8号"), host.Change(both), default));
        Assert.True(late.Value.IsLate);
        // What nobody confirmed leaves nobody out.
        Assert.Contains(late.Value.InspecteeNumber, await PoolAsync(host, campaign, "object"));

        var freeze = await host.DefaultsAfterSchemeAsync();
        freeze["reason"] = "一户由省厅专项检查";
        Assert.Equal("plan-exclusions.unconfirmed", (await host.TryAsync("freeze", Operator, "冻结", freeze.DeepClone().AsObject()))?.Code);
        Assert.Equal("plan-exclusions.not-approver", (await ConfirmAsync(host, late.Value.Id, Planner)).Refusal?.Code);
        Assert.Equal("plan-exclusions.own", (await ConfirmAsync(host, late.Value.Id, both)).Refusal?.Code);
        Assert.Null((await ConfirmAsync(host, late.Value.Id, Deputy)).Refusal);
        Assert.Equal("plan-exclusions.confirmed", (await ConfirmAsync(host, late.Value.Id, Director)).Refusal?.Code);
        Assert.Equal("campaigns.leader-unconfirmed", (await host.TryAsync("freeze", Operator, "冻结", freeze.DeepClone().AsObject()))?.Code);
        Assert.DoesNotContain("R010", await PoolAsync(host, campaign, "leader"));
        Assert.Equal("campaigns.leader-own", (await ConfirmLeaderAsync(host, waiver.Value.Id, both)).Refusal?.Code);
        Assert.Null((await ConfirmLeaderAsync(host, waiver.Value.Id, Deputy)).Refusal);
        await host.DoAsync("freeze", Operator, "冻结", freeze);

        var draws = await host.ReadAsync(db => db.Set<Draw>().AsNoTracking().Where(d => d.CampaignId == campaign).ToListAsync());
        Assert.Contains("\tR010\n", draws.Single(d => d.Kind == "leader").CandidatesFile, StringComparison.Ordinal);
        Assert.DoesNotContain("\tR010\n", draws.Single(d => d.Kind == "officer").CandidatesFile, StringComparison.Ordinal);
        Assert.DoesNotContain($"\t{late.Value.InspecteeNumber}\n", draws.Single(d => d.Kind == "object").CandidatesFile, StringComparison.Ordinal);
        var proof = await host.ReadAsync(db => new PortalReader(db, host.Time, new DrawDigests()).DrawAsync(draws.Single(d => d.Kind == "leader").Number, default));
        Assert.Equal(["R010（大队长）：两名副局长期间均在外培训"], proof!.Leaders);

        // The lists stand: nothing of it can be changed any more, by nobody.
        Assert.Equal("campaigns.leader-frozen", (await AppointAsync(host, campaign, "R009")).Refusal?.Code);
        Assert.Equal("plan-exclusions.frozen", (await host.HandleAsync((PlanExclusionHandler h) => h.HandleAsync(new ExcludeFromLine(SampleCounty.PlanNo, 3, "CX00001", "1", "法定方式", null), host.Change(Planner), default))).Refusal?.Code);
        Assert.Equal("plan-exclusions.frozen", (await host.HandleAsync((PlanExclusionHandler h) => h.HandleAsync(new IncludeInLine(late.Value.Id), host.Change(Planner), default))).Refusal?.Code);
    }

    /// <summary>城管 appoints a section head: no leader is drawn, none is left to the register's order, and the proof says who was named.</summary>
    [Theory, BothDatabases]
    public async Task AppointedLeaders_AreNamedInTheScheme_SeatedByTheRules_AndShownInTheProof(string database)
    {
        await using var host = await CountyAsync(database, March, publishes: false);
        const string Plan = "崇城管抽计〔2026〕1号";
        await host.ApprovePlanAsync(Plan);
        var campaign = await host.StartCampaignAsync(10, Plan);
        Assert.Equal("campaigns.leader-post", (await AppointAsync(host, campaign, "R031", post: "副科长")).Refusal?.Code);
        var scheme = await host.DefaultsAsync("scheme");
        Assert.Equal(["R031"], scheme["leaders"]!.AsArray().Select(n => n!.GetValue<string>()));
        await host.DoAsync("scheme", Planner, "提交", scheme);
        var named = await host.ReadAsync(db => db.Set<LeaderAppointment>().AsNoTracking().SingleAsync());
        Assert.Equal(("R031", "科长", false, Planner.Name), (named.PersonNumber, named.Post, named.IsWaiver, named.ByName));
        await host.DoAsync("approve", Deputy, "批准");
        await host.HandleAsync((LeaderAppointmentHandler h) => h.HandleAsync(new WithdrawLeader(named.Id), host.Change(Planner), default));
        var freeze = await host.DefaultsAsync("freeze");
        Assert.Equal("campaigns.leader-none", (await host.TryAsync("freeze", Operator, "冻结", freeze.DeepClone().AsObject()))?.Code);
        Assert.Null((await AppointAsync(host, campaign, "R031")).Refusal);
        await host.DoAsync("freeze", Operator, "冻结", freeze);
        await host.CommitAsync(SupervisorNonce, WitnessNonce);
        await host.BeaconAsync();
        await host.DoAsync("revealSupervisor", Supervisor, "揭示", new JsonObject { ["nonce"] = SupervisorNonce });
        await host.DoAsync("revealWitness", Witness, "揭示", new JsonObject { ["nonce"] = WitnessNonce });

        Assert.All(await host.VisitsAsync(campaign), v => Assert.Equal("R031", v.LeaderNumber));
        Assert.False(await host.ReadAsync(db => db.Set<Draw>().AnyAsync(d => d.CampaignId == campaign && d.Kind == "leader")));
        var draw = await host.ReadAsync(db => db.Set<Draw>().AsNoTracking().SingleAsync(d => d.CampaignId == campaign && d.Kind == "object"));
        Assert.Equal(["R031（科长）"], (await host.ReadAsync(db => new PortalReader(db, host.Time, new DrawDigests()).DrawAsync(draw.Number, default)))!.Leaders);
    }

    /// <summary>Domain C2: a leader holds the certificate the items ask for, or two persons let him off it and the public reads so; where he counts toward the two officers nobody can.</summary>
    [Theory, BothDatabases]
    public async Task Leader_WithoutTheCertificate_LeadsByAWaiverOfTwo_PublishedWithTheDraw_AndIsNoOneOfTheTwoOfficers(string database)
    {
        await using var host = await CountyAsync(database, March, publishes: false);
        await host.ApprovePlanAsync();
        var campaign = await host.StartCampaignAsync();
        Assert.DoesNotContain("R004", await PoolAsync(host, campaign, "leader"));

        var waiver = await AppointAsync(host, campaign, "R004", "另一名副局长病休");
        Assert.Equal((true, "执法证件：无证"), (waiver.Value.IsWaiver, waiver.Value.Waives));
        Assert.DoesNotContain("R004", await PoolAsync(host, campaign, "leader"));
        Assert.Null((await ConfirmLeaderAsync(host, waiver.Value.Id, Deputy)).Refusal);
        Assert.Contains("R004", await PoolAsync(host, campaign, "leader"));
        await host.DoAsync("freeze", Operator, "冻结", await host.DefaultsAfterSchemeAsync());
        await host.CommitAsync(SupervisorNonce, WitnessNonce);
        await host.BeaconAsync();
        await host.DoAsync("revealSupervisor", Supervisor, "揭示", new JsonObject { ["nonce"] = SupervisorNonce });
        await host.DoAsync("revealWitness", Witness, "揭示", new JsonObject { ["nonce"] = WitnessNonce });

        Assert.Contains(await host.VisitsAsync(campaign), v => v.LeaderNumber == "R004");
        Assert.All(await host.VisitsAsync(campaign), v => Assert.Equal(2, v.OfficerNumbers.Count(n => n != "R004")));
        var draw = await host.ReadAsync(db => db.Set<Draw>().AsNoTracking().SingleAsync(d => d.CampaignId == campaign && d.Kind == "leader"));
        Assert.Equal(["R004（副局长，豁免持证要求：执法证件：无证）：另一名副局长病休"], (await host.ReadAsync(db => new PortalReader(db, host.Time, new DrawDigests()).DrawAsync(draw.Number, default)))!.Leaders);

        // 城管 allows no waiver: the refusal says what to do.
        const string Plan = "崇城管抽计〔2026〕1号";
        await host.ApprovePlanAsync(Plan);
        var other = (await host.HandleAsync((DoubleRandom.Workflows.Campaigns.StartCampaignHandler h) => h.HandleAsync(new(Plan, 10), host.Change(Planner), default))).Value.CampaignId;
        await EditAsync(host, o => o.CertificateStatus = "暂扣", "R031");
        Assert.Equal("campaigns.leader-certificate", (await AppointAsync(host, other, "R031")).Refusal?.Code);
    }

    private static Task EditAsync(TestHost host, Action<DoubleRandom.Inspections.Registers.Officer> edit, string number) => host.RunAsync(async services
        => edit(await ((DbContext)services.GetService(typeof(DbContext))!).Set<DoubleRandom.Inspections.Registers.Officer>().SingleAsync(o => o.Number == number)));

    /// <param name="post">Another post in the register while he is asked.</param>
    private static async Task<Result<LeaderAppointment>> AppointAsync(TestHost host, Guid campaign, string person, string reason = "工作需要", Actor? by = null, string? post = null)
    {
        var had = post is null ? null : await SetPostAsync(host, person, post);
        var result = await host.HandleAsync((LeaderAppointmentHandler h) => h.HandleAsync(new AppointLeader(campaign, person, reason), host.Change(by ?? Planner), default));
        if (had is not null) await SetPostAsync(host, person, had);
        return result;
    }

    private static async Task<string?> SetPostAsync(TestHost host, string person, string post)
    {
        string? had = null;
        await host.RunAsync(async services =>
        {
            var officer = await ((DbContext)services.GetService(typeof(DbContext))!).Set<DoubleRandom.Inspections.Registers.Officer>().SingleAsync(o => o.Number == person);
            (had, officer.Post) = (officer.Post, post);
        });
        return had;
    }

    private static Task<Result<LeaderAppointment>> ConfirmLeaderAsync(TestHost host, Guid id, Actor by)
        => host.HandleAsync((LeaderAppointmentHandler h) => h.HandleAsync(new ConfirmLeader(id), host.Change(by), default));

    private static Task<Result<PlanExclusion>> ConfirmAsync(TestHost host, Guid id, Actor by)
        => host.HandleAsync((PlanExclusionHandler h) => h.HandleAsync(new ConfirmExclusion(id), host.Change(by), default));

    private static async Task<IReadOnlyList<string>> PoolAsync(TestHost host, Guid campaign, string kind)
    {
        IReadOnlyList<string> ids = [];
        await host.RunAsync(async services =>
        {
            var found = await ((DbContext)services.GetService(typeof(DbContext))!).Set<Campaign>().AsNoTracking().SingleAsync(c => c.Id == campaign);
            ids = [.. (await ((FreezeCampaignHandler)services.GetService(typeof(FreezeCampaignHandler))!).PreviewAsync(found, host.Time.Today, default)).Value.Single(p => p.Kind == kind).Ids];
        });
        return ids;
    }
}
