using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.Draws.Protocol;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows.Campaigns;
using Microsoft.EntityFrameworkCore;
using static DoubleRandom.Tests.Workflows.Campaigns.CampaignWalk;

namespace DoubleRandom.Tests.Workflows.Campaigns;

public sealed class CampaignWorkflowTests
{
    [Theory, BothDatabases]
    public async Task Campaign_FromThePlanToTheCountersignedList_WithRecusalsAndASubstitution(string database)
    {
        await using var host = await CountyAsync(database, March, publishes: false);
        var campaign = await host.DrawnAsync();
        var drawn = await host.VisitsAsync(campaign);
        var (first, second, third) = (drawn[0], drawn[1], drawn[2]);

        await host.DoAsync("recusals", Operator, "提交", Requests(
            Request(RosterRequestKind.Recusal, first.OfficerNumbers[0], first.InspecteeNumber, "表弟任该单位车间主任"),
            Request(RosterRequestKind.Recusal, second.LeaderNumber, second.InspecteeNumber, "曾在该单位任职"),
            Request(RosterRequestKind.Replacement, null, third.InspecteeNumber, "企业已整体搬迁，无法检查")));
        await host.DoAsync("decideRecusals", Director, "已决定", Decisions((1, "同意", null), (2, "不同意", "离职已满五年"), (3, "同意", null)));
        var decided = await host.VisitsAsync(campaign);
        await host.DoAsync("lock", Operator, "锁定");
        await host.DoAsync("countersign", Supervisor, "会签");

        Assert.Empty(await host.ReadAsync(db => db.Set<IncidentRow>().AsNoTracking().Select(i => i.Message).ToListAsync()));
        await AssertDrawsAsync(host, campaign);
        AssertTeams(drawn, await host.ReadAsync(db => db.Set<Officer>().AsNoTracking().ToDictionaryAsync(o => o.Number)));
        Assert.DoesNotContain(first.OfficerNumbers[0], decided[0].OfficerNumbers);
        Assert.Equal(second.Team, decided[1].Team);
        var objects = DrawResult.Read((await DrawAsync(host, campaign, "object")).Files().Result!).Value.Order[0];
        Assert.Equal((objects.Reserves[0], 3, third.PlannedOn), (decided[2].InspecteeNumber, decided[2].Sequence, decided[2].PlannedOn));
        Assert.Equal(objects.Drawn, drawn.Select(v => v.InspecteeNumber));
        var row = await host.ReadAsync(db => db.Set<Campaign>().AsNoTracking().SingleAsync());
        Assert.Equal((CampaignStatus.Locked, "抽取员", "纪检组"), (row.Status, row.LockedByName, row.CountersignedByName));
        Assert.Equal(64, row.RosterHash!.Length);
        Assert.All(await host.VisitsAsync(campaign), v => Assert.Equal(AssignmentStatus.Locked, v.Status));
        var ended = await host.ReadAsync(db => db.Set<AssignmentSeat>().AsNoTracking().SingleAsync(s => s.EndedReason!.StartsWith("回避")));
        Assert.Equal((first.OfficerNumbers[0], "马国栋"), (ended.PersonNumber, ended.EndedByName));
        Assert.Contains(await host.ReadAsync(db => db.Set<AssignmentSeat>().AsNoTracking().Where(s => s.ReplacesId == ended.Id).ToListAsync()), s => s.IsActive && s.PersonNumber != ended.PersonNumber);
    }

    [Theory, BothDatabases]
    public async Task Campaign_WithAPersonAway_PassesHisSeatsOnInTicketOrderAndALockedListChangesOnlyByASubstitution(string database)
    {
        await using var host = await CountyAsync(database, March, publishes: false);
        var campaign = await host.DrawnAsync();
        var drawn = await host.VisitsAsync(campaign);
        var away = drawn[0].OfficerNumbers[0];
        var (from, to) = (drawn[0].PlannedOn, drawn[0].PlannedOn.AddDays(30));

        await host.DoAsync("recusals", Operator, "提交", Requests(Request(RosterRequestKind.Absence, away, null, "抽调参加省厅巡查", from, to)));
        await host.DoAsync("decideRecusals", Director, "已决定", Decisions((1, "同意", null)));
        var changed = await host.VisitsAsync(campaign);
        await host.DoAsync("lock", Operator, "锁定");
        var lockedTwice = await host.HandleAsync((LockRosterHandler h) => h.HandleAsync(new(campaign), host.Change(Operator), default));
        var late = await host.HandleAsync((FileRosterRequestsHandler h) => h.HandleAsync(new(campaign, [new(RosterRequestKind.Replacement, null, drawn[0].InspecteeNumber, null, null, "搬迁", null)]), host.Change(Operator), default));
        var leaving = changed[5].OfficerNumbers[1];
        var withoutProof = await host.AwayAsync(campaign, leaving, changed[5].PlannedOn, "住院", null);
        var filed = await host.AwayAsync(campaign, leaving, changed[5].PlannedOn, "住院", "县医院诊断证明 2026-0311");
        var byOperator = await host.DecideAsync(campaign, 2, Operator);
        var substituted = await host.DecideAsync(campaign, 2, Deputy);
        var twice = await host.DecideAsync(campaign, 2, Director);

        Assert.DoesNotContain(changed, v => v.PlannedOn >= from && v.PlannedOn <= to && v.OfficerNumbers.Contains(away));
        Assert.Equal(drawn.Where(v => v.PlannedOn > to).Select(v => string.Join(",", v.OfficerNumbers)), changed.Where(v => v.PlannedOn > to).Select(v => string.Join(",", v.OfficerNumbers)));
        Assert.All(changed, v => Assert.Equal((2, 2), (v.OfficerNumbers.Distinct().Count(), v.ExpertNumbers.Distinct().Count())));
        Assert.Equal("campaigns.already-locked", lockedTwice.Refusal?.Code);
        Assert.Equal("campaigns.already-locked", late.Refusal?.Code);
        Assert.Equal("campaigns.request-proof", withoutProof.Refusal?.Code);
        Assert.Null(filed.Refusal?.ToString());
        Assert.Equal("campaigns.not-director", byOperator.Refusal?.Code);
        Assert.Null(substituted.Refusal?.ToString());
        Assert.Equal("campaigns.no-open-request", twice.Refusal?.Code);
        await host.AssertNextInOrderAsync(campaign, changed[5], leaving);
        Assert.NotEmpty(await host.ReadAsync(db => db.Set<AssignmentSeat>().AsNoTracking().Where(s => s.PersonNumber == away && !s.IsActive && s.EndedReason == "抽调参加省厅巡查").ToListAsync()));
    }

    [Theory, BothDatabases]
    public async Task Ceremony_WhosePartyCannotReveal_IsVoidInPublicAndDrawnAgainInASecondRound(string database)
    {
        await using var host = await CountyAsync(database, March, publishes: false);
        await host.ApprovePlanAsync();
        var campaign = await host.StartCampaignAsync();
        await host.FreezeAsync();
        await host.CommitAsync(SupervisorNonce, WitnessNonce);
        await host.BeaconAsync();
        await host.DoAsync("revealSupervisor", Supervisor, "揭示", new JsonObject { ["nonce"] = SupervisorNonce });
        var unexplained = await host.TryAsync("revealWitness", Witness, "作废");
        await host.DoAsync("revealWitness", Witness, "作废", new JsonObject { ["reason"] = "随机数遗失" });

        var again = await host.DefaultsAsync("freeze");
        var withoutReason = await host.TryAsync("freeze", Operator, "冻结", again);
        again["reason"] = "见证人遗失随机数，重新下达";
        await host.DoAsync("freeze", Operator, "冻结", again);
        var used = await host.TryAsync("commitSupervisor", Supervisor, "提交承诺", new JsonObject { ["commitment"] = Hashing.Sha256Hex(SupervisorNonce) });
        var (newSupervisor, newWitness) = (new string('c', 64), new string('d', 64));
        await host.CommitAsync(newSupervisor, newWitness);
        await host.BeaconAsync();
        await host.DoAsync("revealWitness", Witness, "揭示", new JsonObject { ["nonce"] = newWitness });
        await host.DoAsync("revealSupervisor", Supervisor, "揭示", new JsonObject { ["nonce"] = newSupervisor });
        await host.DoAsync("recusals", Operator, "无人申报");

        Assert.Equal("forms.required", unexplained?.Code);
        Assert.Equal("draws.reason-missing", withoutReason?.Code);
        Assert.Equal("draws.commitment-reused", used?.Code);
        var rounds = await host.ReadAsync(db => db.Set<Draw>().AsNoTracking().Where(d => d.Kind == "object").OrderBy(d => d.Round).ToListAsync());
        Assert.Equal([(1, DrawStatus.Void, "随机数遗失"), (2, DrawStatus.Drawn, null)], rounds.Select(r => (r.Round, r.Status, r.VoidReason)));
        Assert.Equal(101, (await host.VisitsAsync(campaign)).Count);
    }

    [Fact]
    public async Task Ceremony_WhosePartiesDidNotCommitInTime_IsVoidAndOrderedAgain()
    {
        await using var host = await CountyAsync(Databases.Sqlite, March, publishes: false);
        await host.ApprovePlanAsync();
        var campaign = await host.StartCampaignAsync();
        await host.FreezeAsync();
        await host.DoAsync("commitSupervisor", Supervisor, "提交承诺", new JsonObject { ["commitment"] = Hashing.Sha256Hex(new string('e', 64)) });
        host.Time.Advance(TimeSpan.FromDays(3));

        var late = await host.TryAsync("commitWitness", Witness, "提交承诺", new JsonObject { ["commitment"] = Hashing.Sha256Hex(WitnessNonce) });
        await host.DoAsync("commitWitness", Witness, "作废", new JsonObject { ["reason"] = "过了抽取时间" });
        var again = await host.DefaultsAsync("freeze");
        again["reason"] = "上一轮未及时承诺";
        await host.DoAsync("freeze", Operator, "冻结", again);
        await host.CommitAsync(SupervisorNonce, WitnessNonce);
        await host.BeaconAsync();
        await host.DoAsync("revealSupervisor", Supervisor, "揭示", new JsonObject { ["nonce"] = SupervisorNonce });
        await host.DoAsync("revealWitness", Witness, "揭示", new JsonObject { ["nonce"] = WitnessNonce });

        Assert.Equal("draws.too-late-to-commit", late?.Code);
        Assert.NotNull(await host.OpenItemAsync("recusals"));
        Assert.Equal(101, (await host.VisitsAsync(campaign)).Count);
    }

    [Fact]
    public async Task Ceremony_StepsByTheWrongPersons_AreRefused()
    {
        await using var host = await CountyAsync(Databases.Sqlite, March, publishes: false);
        await host.ApprovePlanAsync();
        await host.StartCampaignAsync();
        await host.FreezeAsync();
        var both = TestHost.Person("一人两职", "draw-operator", "witness", "supervisor");

        Assert.Equal("work-items.not-your-role", (await host.TryAsync("commitSupervisor", Witness, "提交承诺", new JsonObject { ["commitment"] = Hashing.Sha256Hex("x") }))?.Code);
        Assert.Equal("draws.bad-commitment", (await host.TryAsync("commitSupervisor", Supervisor, "提交承诺", new JsonObject { ["commitment"] = SupervisorNonce[..63] }))?.Code);
        await host.CommitAsync(SupervisorNonce, WitnessNonce);
        host.Time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromHours(8));
        await host.DoAsync("beacon", both, "录入", new JsonObject { ["text"] = Beacon });
        Assert.Equal("draws.same-person", (await host.TryAsync("confirmBeacon", both, "一致", new JsonObject { ["text"] = Beacon }))?.Code);
        await host.DoAsync("confirmBeacon", Witness, "不一致");
        await host.DoAsync("beacon", Operator, "录入", new JsonObject { ["text"] = Beacon });
        Assert.Equal("draws.beacon-differs", (await host.TryAsync("confirmBeacon", Witness, "一致", new JsonObject { ["text"] = "3871.2646" }))?.Code);
        await host.DoAsync("confirmBeacon", Witness, "一致", new JsonObject { ["text"] = Beacon });
        Assert.Equal("draws.not-party", (await host.TryAsync("revealWitness", TestHost.Person("另一见证人", "witness"), "揭示", new JsonObject { ["nonce"] = WitnessNonce }))?.Code);
    }

    /// <summary>城管: all haulage firms, the section head leads without a draw, no experts (S004-18).</summary>
    [Fact]
    public async Task Campaign_OfTheCityManagersProfile_AppointsTheLeaderAndTakesAllThereAre()
    {
        await using var host = await CountyAsync(Databases.Sqlite, March, publishes: false);
        var campaign = await host.DrawnAsync(10, "崇城管抽计〔2026〕1号");
        await host.DoAsync("recusals", Operator, "无人申报");
        await host.DoAsync("lock", Operator, "锁定");

        var exports = await host.ReadAsync(db => DrawQueries.OfCampaignAsync(db, campaign, default));
        var visits = await host.VisitsAsync(campaign);
        Assert.Equal(["object", "officer"], exports.Select(e => e.Kind));
        Assert.Equal(13, visits.Count);
        Assert.All(visits, v => Assert.Equal(("R031", 0), (v.LeaderNumber, v.ExpertNumbers.Count)));
        Assert.All(visits, v => Assert.Equal(["R032", "R033"], v.OfficerNumbers.Order()));
        // One of the two certificates ends on 31 August.
        Assert.All(visits, v => Assert.True(v.PlannedOn <= new DateOnly(2026, 8, 31)));
    }

    [Fact]
    public async Task Freeze_MoreThanThePeopleCanCarry_IsRefusedBeforeAnythingIsPublic()
    {
        await using var host = await CountyAsync(Databases.Sqlite, March, publishes: false);
        await host.ApprovePlanAsync();
        var started = await host.HandleAsync((StartCampaignHandler h) => h.HandleAsync(new(SampleCounty.PlanNo, 3, null, new(2026, 10, 9), new(2026, 10, 16)), host.Change(Planner), default));
        await host.DoAsync("scheme", Planner, "提交", await host.DefaultsAsync("scheme"));
        await host.DoAsync("approve", Deputy, "批准");

        var refusal = await host.TryAsync("freeze", Operator, "冻结", await host.DefaultsAsync("freeze"));

        Assert.Equal("campaigns.capacity", refusal?.Code);
        Assert.Equal(101, refusal!.Arguments[0]);
        Assert.Empty(await host.ReadAsync(db => db.Set<Draw>().Where(d => d.CampaignId == started.Value.CampaignId).ToListAsync()));
    }

    [Fact]
    public async Task Decide_OneOpenRequestLeftOut_OrOwnRequest_IsRefused()
    {
        await using var host = await CountyAsync(Databases.Sqlite, March, publishes: false);
        var campaign = await host.DrawnAsync();
        var drawn = await host.VisitsAsync(campaign);
        var chief = TestHost.Person("兼任", "draw-operator", "director");
        await host.DoAsync("recusals", chief, "提交", Requests(
            Request(RosterRequestKind.Replacement, null, drawn[0].InspecteeNumber, "搬迁"), Request(RosterRequestKind.Reschedule, null, drawn[1].InspecteeNumber, "停产检修", drawn[9].PlannedOn)));

        Assert.Equal("campaigns.own-request", (await host.TryAsync("decideRecusals", chief, "已决定", Decisions((1, "同意", null), (2, "同意", null))))?.Code);
        Assert.Equal("campaigns.decision-reason", (await host.TryAsync("decideRecusals", Director, "已决定", Decisions((1, "不同意", null), (2, "同意", null))))?.Code);
        await host.DoAsync("decideRecusals", Director, "已决定", Decisions((1, "不同意", "仍在原址经营"), (2, "同意", null)));

        var visits = await host.VisitsAsync(campaign);
        Assert.Equal((drawn[0].InspecteeNumber, drawn[9].PlannedOn), (visits[0].InspecteeNumber, visits[1].PlannedOn));
        Assert.All(visits.GroupBy(v => v.PlannedOn), day => Assert.Equal(day.Sum(v => v.Team.Count), day.SelectMany(v => v.Team).Select(m => m.Number).Distinct().Count()));
    }

    private static JsonObject Requests(params JsonObject[] rows) => new() { ["requests"] = new JsonArray([.. rows]) };

    private static JsonObject Request(RosterRequestKind kind, string? person, string? inspectee, string reason, DateOnly? from = null, DateOnly? to = null) => new()
    {
        ["kind"] = kind.ToString(),
        ["person"] = person,
        ["object"] = inspectee,
        ["reason"] = reason,
        ["from"] = from?.ToString("O", CultureInfo.InvariantCulture),
        ["to"] = to?.ToString("O", CultureInfo.InvariantCulture),
        ["proof"] = kind is RosterRequestKind.Recusal ? null : "情况说明及证明材料",
    };

    private static JsonObject Decisions(params (int Request, string Decision, string? Opinion)[] rows)
        => new() { ["decisions"] = new JsonArray([.. rows.Select(r => (JsonNode)new JsonObject { ["request"] = r.Request, ["decision"] = r.Decision, ["opinion"] = r.Opinion })]) };

    private static Task<Draw> DrawAsync(TestHost host, Guid campaign, string kind)
        => host.ReadAsync(db => db.Set<Draw>().AsNoTracking().SingleAsync(d => d.CampaignId == campaign && d.Kind == kind && d.Status == DrawStatus.Drawn));

    private static async Task AssertDrawsAsync(TestHost host, Guid campaign)
    {
        var exports = await host.ReadAsync(db => DrawQueries.OfCampaignAsync(db, campaign, default));
        Assert.Equal(["object", "leader", "officer", "expert"], exports.Select(e => e.Kind));
        Assert.All(exports, e =>
        {
            var verification = DrawVerifier.Verify(e.Files);
            Assert.True(verification.IsGood, verification.Difference?.ToString());
        });
        var order = DrawOrder.Read(exports[0].Files.Order!).Value;
        Assert.Equal((1001, "0.10", 306, 101), (order.BaseCount, order.Ratio, order.Strata[0].Size, order.Strata[0].Count));
        Assert.Equal(exports[0].Number, (await host.ReadAsync(db => DrawQueries.ExportAsync(db, exports[0].Number, default)))!.Number);
    }

    /// <summary>Every visit has its full team, nobody is out twice on a day, every certificate holds on the day and covers the item.</summary>
    private static void AssertTeams(IReadOnlyList<AssignedVisit> visits, Dictionary<string, Officer> officers)
    {
        Assert.Equal(101, visits.Count);
        Assert.All(visits, v =>
        {
            Assert.Equal((2, 2), (v.OfficerNumbers.Count, v.ExpertNumbers.Count));
            Assert.All(v.OfficerNumbers.Append(v.LeaderNumber), n => Assert.True(officers[n].MayCheck("YJ-10", v.PlannedOn), $"{n} {v.PlannedOn}"));
            Assert.True(officers[v.LeaderNumber].MayLead);
        });
        Assert.All(visits.GroupBy(v => v.PlannedOn), day => Assert.Equal(day.Sum(v => v.Team.Count), day.SelectMany(v => v.Team).Select(m => m.Number).Distinct().Count()));
    }
}
