using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Host.Invariants;
using DoubleRandom.Host.Pages.Portal;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.Draws.Protocol;
using DoubleRandom.Inspections.Publications.Contents;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Tests.Inspections.Draws;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows.Forms;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static DoubleRandom.Tests.Workflows.Campaigns.CampaignWalk;

namespace DoubleRandom.Tests.Workflows.Campaigns;

/// <summary>Strata by risk through the whole flow, substitution within a stratum, and the supplementary round when the reserves are used up.</summary>
public sealed class StrataAndSupplementTests
{
    private static readonly DateTimeOffset March = new(2026, 3, 2, 9, 0, 0, TimeSpan.FromHours(8));

    [Theory, BothDatabases]
    public async Task Campaign_InStrata_DrawsByWeight_ReplacesWithinTheStratum_AndAStrangerReproducesIt(string database)
    {
        await using var host = await CountyAsync(database, March, publishes: false);
        await host.ApprovePlanAsync();
        var campaign = await host.StartCampaignAsync();
        var scheme = await host.DefaultsAsync("scheme");
        (scheme["stratify"], scheme["weights"]) = (nameof(StratifyBy.Risk), "重大风险=0");
        Assert.Equal("campaigns.bad-weights", (await host.TryAsync("scheme", Planner, "提交", scheme.DeepClone().AsObject()))?.Code);
        scheme["weights"] = "重大风险=8";
        await host.DoAsync("scheme", Planner, "提交", scheme);
        await host.DoAsync("approve", Deputy, "批准");
        await host.DoAsync("freeze", Operator, "冻结", await host.DefaultsAsync("freeze"));
        await host.CommitAsync(SupervisorNonce, WitnessNonce);
        await host.BeaconAsync();
        await host.DoAsync("revealSupervisor", Supervisor, "揭示", new JsonObject { ["nonce"] = SupervisorNonce });
        await host.DoAsync("revealWitness", Witness, "揭示", new JsonObject { ["nonce"] = WitnessNonce });

        var draw = await host.ReadAsync(db => db.Set<Draw>().AsNoTracking().SingleAsync(d => d.CampaignId == campaign && d.Kind == "object"));
        var order = DrawOrder.Read(draw.Files().Order!).Value;
        var result = DrawResult.Read(draw.Files().Result!).Value;
        Assert.True(order.Strata.Count > 2);
        Assert.Equal(101, order.Strata.Sum(s => s.Count));
        Assert.Equal(SampleAllocation.Allocate(101, [.. draw.Strata.Select(s => (s.Size, s.Weight))]), order.Strata.Select(s => s.Count));
        Assert.Equal("县纪委监委派驻第三纪检监察组", order.Parties[1].Name);
        var grades = await host.ReadAsync(db => db.Set<Inspectee>().ToDictionaryAsync(i => i.Number, i => i.RiskGrade + "风险"));
        Assert.All(result.Order, s => Assert.All(s.Drawn.Concat(s.Reserves), id => Assert.Equal(s.Stratum, grades[id])));

        var visits = await host.VisitsAsync(campaign);
        Assert.Equal(result.Order.SelectMany(s => s.Drawn), visits.Select(v => v.InspecteeNumber));
        var stratum = result.Order.Last(s => s.Reserves.Count > 0 && s.Drawn.Count > 0);
        var gone = visits.First(v => v.InspecteeNumber == stratum.Drawn[^1]);
        var unproven = Row(RosterRequestKind.Replacement, gone.InspecteeNumber);
        unproven.Remove("proof");
        Assert.Equal("campaigns.request-proof", (await host.TryAsync("recusals", Operator, "提交", new JsonObject { ["requests"] = new JsonArray(unproven) }))?.Code);
        await host.DoAsync("recusals", Operator, "提交", new JsonObject { ["requests"] = new JsonArray(Row(RosterRequestKind.Replacement, gone.InspecteeNumber)) });
        await host.DoAsync("decideRecusals", Director, "已决定", Grant(1));

        Assert.Equal(stratum.Reserves[0], (await host.VisitsAsync(campaign)).Single(v => v.Sequence == gone.Sequence).InspecteeNumber);
        Assert.Empty((await InvariantCatalogue.CheckAsync(host.Services)).Checks.Where(c => c.Id is "drawn-assigned" or "draws-verify" or "draws-as-ordered").SelectMany(c => c.Broken));
        await Stranger.ReproducesAsync(await host.ReadAsync(db => DrawQueries.OfCampaignAsync(db, campaign, default)));
    }

    /// <summary>城管, a full check: there are no reserves. A firm that moves away is replaced by one that registered since, drawn in a round of its own.</summary>
    [Theory, BothDatabases]
    public async Task Campaign_WhoseReservesAreUsedUp_DrawsASupplementaryRoundInPublic(string database)
    {
        await using var host = await CountyAsync(database, March, publishes: false);
        var campaign = await host.DrawnAsync(10, "崇城管抽计〔2026〕1号");
        var drawn = await host.VisitsAsync(campaign);
        Assert.Equal("campaigns.no-supplement", (await TryLockAsync(host, "recusals", "无人申报"))?.Code);
        await host.DoAsync("lock", Operator, "补充申报");
        await host.DoAsync("recusals", Operator, "提交", new JsonObject { ["requests"] = new JsonArray(Row(RosterRequestKind.Replacement, drawn[3].InspecteeNumber)) });
        await host.DoAsync("decideRecusals", Director, "已决定", Grant(1));
        Assert.Equal("campaigns.fewer-reason", (await host.TryAsync("lock", Operator, "锁定"))?.Code);
        var empty = await host.TryAsync("lock", Operator, "补充抽取");
        await RegisterAsync(host, drawn[3].InspecteeNumber, "CX90001", "CX90002");
        Assert.Equal("campaigns.awaits-round", (await host.TryAsync("lock", Operator, "锁定", new JsonObject { ["fewer"] = "不想再抽" }))?.Code);
        await host.DoAsync("lock", Operator, "补充抽取");

        await host.DoAsync("freeze", Operator, "冻结", await host.DefaultsAsync("freeze"));
        var (supervisor, witness) = (new string('c', 64), new string('d', 64));
        await host.CommitAsync(supervisor, witness);
        await host.BeaconAsync();
        await host.DoAsync("revealSupervisor", Supervisor, "揭示", new JsonObject { ["nonce"] = supervisor });
        await host.DoAsync("revealWitness", Witness, "揭示", new JsonObject { ["nonce"] = witness });

        Assert.Equal(("campaigns.supplement-empty", 1, 0), (empty?.Code, (int)empty!.Arguments[0]!, (int)empty.Arguments[1]!));
        var rounds = await host.ReadAsync(db => db.Set<Draw>().AsNoTracking().Where(d => d.CampaignId == campaign && d.Kind == "object").OrderBy(d => d.Round).ToListAsync());
        Assert.Equal([(1, DrawStatus.Drawn, 13, 13), (2, DrawStatus.Drawn, 2, 1)], rounds.Select(r => (r.Round, r.Status, r.Size, r.Count)));
        Assert.Equal(1, await host.ReadAsync(db => db.Set<Draw>().CountAsync(d => d.CampaignId == campaign && d.Kind == "officer")));
        Assert.StartsWith("候补用完，补充抽取：", rounds[1].ListNote, StringComparison.Ordinal);
        var now = await host.VisitsAsync(campaign);
        Assert.Equal(DrawResult.Read(rounds[1].Files().Result!).Value.Order[0].Drawn[0], now.Single(v => v.Sequence == drawn[3].Sequence).InspecteeNumber);
        Assert.Equal(drawn.Where(v => v.Sequence != drawn[3].Sequence).Select(v => v.InspecteeNumber), now.Where(v => v.Sequence != drawn[3].Sequence).Select(v => v.InspecteeNumber));
        await host.DoAsync("recusals", Operator, "无人申报");
        await host.DoAsync("lock", Operator, "锁定");
        Assert.Empty(await host.ReadAsync(db => db.Set<IncidentRow>().AsNoTracking().Select(i => i.Message).ToListAsync()));
        Assert.Empty((await InvariantCatalogue.CheckAsync(host.Services)).Checks.SelectMany(c => c.Broken));
        await Stranger.ReproducesAsync(await host.ReadAsync(db => DrawQueries.OfCampaignAsync(db, campaign, default)));
    }

    /// <summary>A full check whose objects drop out with nobody left: one is drawn of the one firm that registered since, the other is given up with its reason, in public. The last visit stays.</summary>
    [Theory, BothDatabases]
    public async Task FullCheck_WithNobodyLeftToTakeAPlace_GoesOnWithFewerAndSaysWhyInPublic(string database)
    {
        await using var host = await CountyAsync(database, March, publishes: false);
        var campaign = await host.DrawnAsync(10, "崇城管抽计〔2026〕1号");
        var drawn = await host.VisitsAsync(campaign);
        var (first, second) = (drawn[3], drawn[7]);
        await host.DoAsync("recusals", Operator, "提交", new JsonObject { ["requests"] = new JsonArray(Row(RosterRequestKind.Replacement, first.InspecteeNumber), Row(RosterRequestKind.Replacement, second.InspecteeNumber)) });
        await host.DoAsync("decideRecusals", Director, "已决定", Grant(1, 2));
        Assert.Contains("写明理由后锁定", await NotesAsync(host, "lock"), StringComparison.Ordinal);
        await RegisterAsync(host, first.InspecteeNumber, "CX90001");
        await host.DoAsync("lock", Operator, "补充抽取");
        await host.DoAsync("freeze", Operator, "冻结", await host.DefaultsAsync("freeze"));
        var (supervisor, witness) = (new string('c', 64), new string('d', 64));
        await host.CommitAsync(supervisor, witness);
        await host.BeaconAsync();
        await host.DoAsync("revealSupervisor", Supervisor, "揭示", new JsonObject { ["nonce"] = supervisor });
        await host.DoAsync("revealWitness", Witness, "揭示", new JsonObject { ["nonce"] = witness });
        await host.DoAsync("recusals", Operator, "无人申报");
        Assert.Equal("campaigns.fewer-reason", (await host.TryAsync("lock", Operator, "锁定"))?.Code);
        Assert.Equal("campaigns.fewer-reason", (await host.TryAsync("lock", Operator, "锁定", new JsonObject { ["fewer"] = new string('长', 201) }))?.Code);

        await host.DoAsync("lock", Operator, "锁定", new JsonObject { ["fewer"] = "全县符合条件的都已在名单中" });
        await host.DoAsync("countersign", Supervisor, "会签");

        var now = await host.VisitsAsync(campaign);
        Assert.Equal(12, now.Count);
        Assert.Equal("CX90001", now.Single(v => v.Sequence == first.Sequence).InspecteeNumber);
        Assert.DoesNotContain(now, v => v.Sequence == second.Sequence);
        var given = await host.ReadAsync(db => db.Set<RosterRequest>().AsNoTracking().SingleAsync(r => r.CampaignId == campaign && r.Sequence == 2));
        Assert.Equal((false, "第 8 户没有可以递补或者补充抽取的对象，减少一户：全县符合条件的都已在名单中"), (given.AwaitsRound, given.Effect));
        Assert.Equal(CampaignStatus.Locked, await host.ReadAsync(db => db.Set<Campaign>().Where(c => c.Id == campaign).Select(c => c.Status).SingleAsync()));
        Assert.False(await host.ReadAsync(db => db.Set<AssignmentSeat>().AnyAsync(s => s.IsActive && db.Set<InspectionAssignment>().Any(a => a.Id == s.AssignmentId && a.InspecteeNumber == second.InspecteeNumber))));

        // In public: the place, the reason and how many are checked; and the proof still verifies.
        var text = await host.ReadAsync(db => new DrawResultContent(db).WriteAsync(campaign, host.Change(), default));
        Assert.Contains("1户因故不能检查，没有可以递补或者补充抽取的对象，检查12户", text.Value.Content["减少户数"]!.GetValue<string>(), StringComparison.Ordinal);
        var number = await host.ReadAsync(db => db.Set<Draw>().Where(d => d.CampaignId == campaign && d.Kind == "object" && d.Round == 1).Select(d => d.Number).SingleAsync());
        var after = await host.ReadAsync(db => new PortalReader(db, host.Time, new DrawDigests()).AfterAsync(number, default));
        Assert.Equal(8, Assert.Single(after.Dropped).Place);
        Assert.Single(after.Replaced);
        Assert.Empty((await InvariantCatalogue.CheckAsync(host.Services)).Checks.SelectMany(c => c.Broken));
        await Stranger.ReproducesAsync(await host.ReadAsync(db => DrawQueries.OfCampaignAsync(db, campaign, default)));
    }

    /// <summary>Who decided that it is needed does not order it himself.</summary>
    [Fact]
    public async Task Supplement_OrderedByWhoGrantedIt_IsRefused()
    {
        await using var host = await CountyAsync(Databases.Sqlite, March, publishes: false);
        var campaign = await host.DrawnAsync(10, "崇城管抽计〔2026〕1号");
        var visit = (await host.VisitsAsync(campaign))[0];
        var both = TestHost.Person("局长兼抽取", "director", "draw-operator");
        await host.DoAsync("recusals", Operator, "提交", new JsonObject { ["requests"] = new JsonArray(Row(RosterRequestKind.Replacement, visit.InspecteeNumber)) });
        await host.DoAsync("decideRecusals", both, "已决定", Grant(1));
        await RegisterAsync(host, visit.InspecteeNumber, "CX90001");
        await host.DoAsync("lock", Operator, "补充抽取");

        Assert.Equal("draws.second-person", (await host.TryAsync("freeze", both, "冻结", await host.DefaultsAsync("freeze")))?.Code);
        Assert.Null(await host.TryAsync("freeze", Operator, "冻结", await host.DefaultsAsync("freeze")));
    }

    /// <summary>Two campaigns about to visit one inspectee are told of each other until one of them has been there.</summary>
    [Theory, BothDatabases]
    public async Task Shared_ObjectsOfTwoCampaigns_AreToldWithBothDates(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var (first, second) = (Ids.New(host.Time.UtcNow), Ids.New(host.Time.UtcNow));
        await host.RunAsync(services =>
        {
            var db = services.GetRequiredService<DbContext>();
            foreach (var (id, no) in new[] { (first, "2026-01"), (second, "2026-02") })
                db.Add(new Campaign { Id = id, CampaignNo = no, PlanNo = "P", Title = $"任务{no}", ItemCodes = "YJ-02", Ratio = "0.1", Status = CampaignStatus.Drawn });
            foreach (var (campaign, inspectee, day) in new[] { (first, "CX00001", 1), (first, "CX00002", 2), (second, "CX00002", 9), (second, "CX00003", 9) })
                db.Add(new InspectionAssignment { Id = Ids.New(host.Time.UtcNow), CampaignId = campaign, Sequence = day, InspecteeNumber = inspectee, InspecteeName = inspectee, DrawPosition = day, PlannedOn = new DateOnly(2026, 10, day) });
            return Task.CompletedTask;
        });
        Task<IReadOnlyList<SharedVisit>> OfAsync(Guid campaign) => host.ReadAsync(db => AssignmentQueries.SharedAsync(db, campaign, default));

        Assert.Equal([new SharedVisit("CX00002", "CX00002", new(2026, 10, 2), "2026-02", "任务2026-02", new(2026, 10, 9))], (await OfAsync(first)).Select(s => s with { OtherId = default }));
        Assert.Equal("CX00002：本任务 2026-10-09，任务 2026-01“任务2026-01” 2026-10-02；可申报改期为同一天，一次上门", (await OfAsync(second)).Single().Advice);
        // Both sides hear of it once, from whichever side it is found, and by mail without a name.
        Assert.Equal(1, (await TellAsync(first)).Value);
        Assert.Equal((0, 0), ((await TellAsync(first)).Value, (await TellAsync(second)).Value));
        var told = await host.ReadAsync(db => db.Set<DoubleRandom.Inspections.Alerts.Alert>().AsNoTracking().ToListAsync());
        Assert.Equal([("2026-01", "draw-operator"), ("2026-01", "planner"), ("2026-02", "draw-operator"), ("2026-02", "planner")], told.Select(a => (a.CaseNo, a.RecipientRole!)).Order());
        Assert.All(told, a => Assert.Contains("都将检查其中 1 户", a.Text, StringComparison.Ordinal));
        Assert.All(told, a => Assert.DoesNotContain("CX00002", a.Text, StringComparison.Ordinal));
        await host.RunAsync(async services => (await services.GetRequiredService<DbContext>().Set<InspectionAssignment>().SingleAsync(a => a.CampaignId == second && a.InspecteeNumber == "CX00002")).Status = AssignmentStatus.Replaced);
        Assert.Empty(await OfAsync(first));

        Task<Result<int>> TellAsync(Guid campaign) => host.HandleAsync((TellSharedVisitsHandler h) => h.HandleAsync(new TellSharedVisits(campaign), host.Change(), default));
    }

    /// <summary>What the form says above its fields.</summary>
    private static async Task<string> NotesAsync(TestHost host, string activity)
    {
        var item = (await host.OpenItemAsync(activity))!;
        await using var scope = host.Services.CreateAsyncScope();
        return string.Concat((await scope.ServiceProvider.GetRequiredService<FormCatalogue>().Find(item.FormKey)!.Prepare(item, scope.ServiceProvider, default)).Fields.Select(f => f.Default?.ToString()));
    }

    private static async Task<Refusal?> TryLockAsync(TestHost host, string first, string outcome)
    {
        await host.DoAsync(first, Operator, outcome);
        return await host.TryAsync("lock", Operator, "补充抽取");
    }

    private static JsonObject Row(RosterRequestKind kind, string inspectee) => new() { ["kind"] = kind.ToString(), ["object"] = inspectee, ["reason"] = "企业已迁出本县", ["proof"] = "迁出登记通知书" };

    private static JsonObject Grant(params int[] requests) => new() { ["decisions"] = new JsonArray([.. requests.Select(r => (JsonNode)new JsonObject { ["request"] = r, ["decision"] = "同意" })]) };

    /// <summary>Further entries of the register, like the given one but for number, name and code.</summary>
    private static Task RegisterAsync(TestHost host, string like, params string[] numbers) => host.RunAsync(async services =>
    {
        var db = services.GetRequiredService<DbContext>();
        var entry = await db.Set<Inspectee>().AsNoTracking().SingleAsync(i => i.Number == like);
        foreach (var number in numbers)
        {
            db.Add(entry);
            (entry.Number, entry.Name, entry.CreditCode) = (number, $"新设{number}", null);
            await db.SaveChangesAsync();
            db.Entry(entry).State = EntityState.Detached;
        }
    });
}
