using DoubleRandom.Basics;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Inspections.Deadlines;

/// <summary>Whose rules a clock is counted by, and what the rule lets a leader do with it.</summary>
public sealed class DeadlineTermsTests
{
    private static readonly Actor Head = TestHost.Person("杨玉梅", "section-head") with { Section = "执法一科", RegisterNumber = "R007" };
    private static readonly Actor Deputy = TestHost.Person("信建军", "deputy-director");
    private static readonly Actor Director = TestHost.Person("马国栋", "director");
    private static readonly DateOnly Monday = new(2026, 9, 14);

    private static async Task<Deadline> OpenAsync(TestHost host, string rule, Guid? subject = null, string role = "officer", DateOnly? due = null, string? section = "执法一科")
        => (await host.HandleAsync((OpenDeadlineHandler h) => h.HandleAsync(new OpenDeadline(rule, "2026-0001", "inspection", subject ?? Guid.NewGuid(), Monday, role, ExplicitDueOn: due, Section: section), host.Change(), default))).Value;

    private static async Task<string?> ExtendAsync(TestHost host, Deadline deadline, DateOnly to, Actor by)
        => (await host.HandleAsync((ExtendDeadlineHandler h) => h.HandleAsync(new ExtendDeadline(deadline.Id, to, "案情复杂", Document: "延长期限审批表1号"), host.Change(by), default))).Refusal?.Code;

    private static async Task<string?> PauseAsync(TestHost host, Deadline deadline, string reason, Actor by)
        => (await host.HandleAsync((PauseDeadlineHandler h) => h.HandleAsync(new PauseDeadline(deadline.Id, reason, "1号"), host.Change(by), default))).Refusal?.Code;

    [Theory, BothDatabases]
    public async Task Profile_OfTheCampaignThenOfTheOffice_ChoosesThePeriod(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        // An office that says nothing is held to the shortest.
        Assert.Equal(("应急", new DateOnly(2026, 9, 22)), Of(await OpenAsync(host, "penalty.publish")));

        var (campaign, check) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await host.RunAsync(services =>
        {
            var db = services.GetRequiredService<DbContext>();
            db.Add(new OfficeProfile { Name = "三门峡市城市管理局", RegionCode = "411200", RegionName = "三门峡市", Profile = "城管", Json = "{}" });
            db.Add(new Campaign { Id = campaign, CampaignNo = "2026-07", PlanNo = "1号", Title = "联合抽查", ItemCodes = "YJ-02", Ratio = "0.1", TeamProfile = "应急" });
            db.Add(new InspectionCase { Id = check, CampaignId = campaign, InspectionNo = "2026-07-001", CampaignNo = "2026-07", InspecteeNumber = "CX1", InspecteeName = "永昌机械厂", CreditCode = "91620823MA71ABCD1X", Address = "1号", ItemCodes = "YJ-02", LeaderNumber = "R002", TeamJson = "[]" });
            return Task.CompletedTask;
        });
        // 20 working days after Monday 09-14: 09-20 and 10-10 are worked, 09-25 to -27 and 10-01 to -07 are off.
        Assert.Equal(("城管", new DateOnly(2026, 10, 16)), Of(await OpenAsync(host, "penalty.publish")));
        Assert.Equal(("应急", new DateOnly(2026, 9, 22)), Of(await OpenAsync(host, "penalty.publish", check)));
        Assert.Equal(("应急", new DateOnly(2026, 9, 22)), Of(await OpenAsync(host, "penalty.publish", campaign)));

        static (string, DateOnly) Of(Deadline deadline) => (deadline.Profile, deadline.DueOn);
    }

    [Theory, BothDatabases]
    public async Task Extension_GoesAsFarAndByWhomTheRuleSays(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var hard = await OpenAsync(host, "penalty.publish");
        Assert.Equal("deadlines.no-extension", await ExtendAsync(host, hard, hard.DueOn.AddDays(1), Director));
        Assert.Equal("deadlines.no-pause", await PauseAsync(host, hard, "鉴定", Director));

        var order = await OpenAsync(host, "rectify", due: new DateOnly(2026, 10, 14));
        Assert.Equal("deadlines.extend-elsewhere", await ExtendAsync(host, order, new DateOnly(2026, 10, 20), Director));
        Assert.Equal("deadlines.no-pause", await PauseAsync(host, order, "不可抗力", Director));
        var term = await OpenAsync(host, "major.term", due: new DateOnly(2026, 12, 31));
        Assert.Equal("deadlines.extend-elsewhere", await ExtendAsync(host, term, new DateOnly(2027, 1, 31), Director));

        // 30 calendar days, once, by the head of the bureau; a technical test stops it, a hearing does not.
        var seal = await OpenAsync(host, "seal");
        Assert.Equal(new DateOnly(2026, 10, 14), seal.DueOn);
        Assert.Equal("deadlines.extend-by", await ExtendAsync(host, seal, new DateOnly(2026, 11, 13), Head));
        Assert.Equal("deadlines.too-far", await ExtendAsync(host, seal, new DateOnly(2026, 11, 14), Director));
        Assert.Equal("deadlines.pause-reason", await PauseAsync(host, seal, "听证", Director));
        Assert.Null(await ExtendAsync(host, seal, new DateOnly(2026, 11, 13), Director));
        Assert.Equal("deadlines.extended-enough", await ExtendAsync(host, seal, new DateOnly(2026, 11, 20), Director));

        // 15 working days after the fifteenth: to the day and no further.
        var filing = await OpenAsync(host, "file.case");
        Assert.Equal(new DateOnly(2026, 10, 10), filing.DueOn);
        Assert.Equal("deadlines.too-far", await ExtendAsync(host, filing, new DateOnly(2026, 10, 31), Deputy));
        Assert.Null(await ExtendAsync(host, filing, new DateOnly(2026, 10, 30), Deputy));
    }

    [Theory, BothDatabases]
    public async Task Leader_WhoDealsWithTheMatter_OrHeadsAnotherSection_DoesNotDecideOnItsClock(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var report = await OpenAsync(host, "report.close", role: "section-head");
        Assert.Equal("deadlines.own-clock", await PauseAsync(host, report, "鉴定", Head));
        Assert.Equal("deadlines.other-section", await PauseAsync(host, report, "鉴定", Head with { Id = Guid.CreateVersion7(), Section = "执法二科" }));

        // Claimed by the deputy: his own clock, and no longer the head's.
        var item = new WorkItem { Id = Guid.CreateVersion7(), CaseNo = "2026-0001", NodeId = "n", ActivityId = "a", Title = "报告", FormKey = "opinion", Role = "section-head", OutcomesJson = "[]", BookmarkId = Guid.CreateVersion7(), DeadlineId = report.Id, ClaimedById = Deputy.Id, ClaimedByName = Deputy.Name };
        await host.RunAsync(services => { services.GetRequiredService<DbContext>().Add(item); return Task.CompletedTask; });
        Assert.Equal("deadlines.own-clock", await ExtendAsync(host, report, report.DueOn.AddDays(1), Deputy));
        Assert.Null(await ExtendAsync(host, report, report.DueOn.AddDays(1), Director));
        Assert.Null(await PauseAsync(host, report, "鉴定", Head));

        // Named in the team: neither.
        var named = await OpenAsync(host, "result.publish");
        await host.RunAsync(async services => (await services.GetRequiredService<DbContext>().Set<Deadline>().SingleAsync(d => d.Id == named.Id)).OwnerNumbers = ";R007;R011;");
        Assert.Equal("deadlines.own-clock", await PauseAsync(host, named, "鉴定", Head));
        Assert.Null(await PauseAsync(host, named, "鉴定", Director));
    }

    [Theory, BothDatabases]
    public async Task CalendarDays_EndOnAWorkingDay_ButANamedDayStays(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        // Three days after Thursday 09-17 is the make-up Sunday 09-20; after 10-01 it is the holiday: the first day after it is 10-08.
        foreach (var rule in new[] { "transfer.report", "transfer.police", "transfer.object", "transfer.goods" })
        {
            var opened = (await host.HandleAsync((OpenDeadlineHandler h) => h.HandleAsync(new OpenDeadline(rule, "1", "inspection", Guid.NewGuid(), new DateOnly(2026, 9, 30), "officer"), host.Change(), default))).Value;
            Assert.Equal((rule, new DateOnly(2026, 10, 8)), (rule, opened.DueOn));
        }
        var named = await OpenAsync(host, "major.term", due: new DateOnly(2026, 10, 3));
        Assert.Equal(new DateOnly(2026, 10, 3), named.DueOn);
        Assert.Contains("该日为休息日", named.Explanation, StringComparison.Ordinal);
    }
}
