using DoubleRandom.Basics;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Inspections.Deadlines;

/// <summary>Rules are data that two persons change; a clock keeps the rule it was started under.</summary>
public sealed class DeadlineRuleTests
{
    private static readonly Actor Legal = TestHost.Person("冯雅琴", "legal");
    private static readonly Actor Deputy = TestHost.Person("马国栋", "deputy-director", "legal");
    private static readonly Actor Officer = TestHost.Person("芮志强", "officer");
    private static readonly DateOnly Monday = new(2026, 9, 21);

    private static readonly ProposeDeadlineRule Fifteen = new("result.publish", "应急", Monday, 15, DeadlineUnit.WorkingDays, DeadlineDirection.After, false, false,
        "崇信县实施方案（2026年修订）第八条", [new(3, ["owner"]), new(-1, ["deputy-director"])], "县司法局要求缩短公示时间");

    /// <summary>As the rule that holds has it.</summary>
    private static ProposeDeadlineRule Shipped
    {
        get
        {
            var rule = DeadlineRules.Embedded.Find("result.publish", "应急", Monday)!;
            return new(rule.Key, "应急", Monday, rule.Amount, rule.Unit, rule.Direction, rule.Rollover, rule.Window, rule.Citation, rule.Rungs, "重新确认", rule.MonthDay, rule.Extension ?? new(0, 0, DeadlineUnit.WorkingDays, []), rule.Pauses);
        }
    }

    [Fact]
    public async Task Amounts_AtTheirBounds_AreTaken()
    {
        await using var host = await TestHost.StartAsync();
        foreach (var (unit, most) in new[] { (DeadlineUnit.Hours, 720), (DeadlineUnit.WorkingDays, 1_000), (DeadlineUnit.CalendarDays, 1_000), (DeadlineUnit.Months, 60), (DeadlineUnit.Years, 30) })
        {
            Assert.Null(ProposeDeadlineRuleHandler.CheckTerms(Fifteen with { Unit = unit, Amount = most }));
            Assert.NotNull(ProposeDeadlineRuleHandler.CheckTerms(Fifteen with { Unit = unit, Amount = most + 1 }));
        }
        // Nothing before the event is the day of the event; the approval of a check is as shipped.
        Assert.Null(ProposeDeadlineRuleHandler.CheckTerms(Fifteen with { Amount = 0, Direction = DeadlineDirection.Before }));
        Assert.Null((await ProposeAsync(host, Legal, Fifteen with { EffectiveFrom = new DateOnly(2028, 9, 18) })).Refusal);
    }

    [Theory, BothDatabases]
    public async Task Rule_ProposedAndApprovedByTwo_HoldsFromItsDayAndRunningClocksKeepTheirs(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var before = await OpenAsync(host, "2026-0001", new DateOnly(2026, 9, 18));
        var proposed = (await ProposeAsync(host, Legal, Fifteen)).Value;
        Assert.Equal(EmbeddedCalendars.Calendar.Add(Monday, 20).On, (await OpenAsync(host, "2026-0002", Monday)).DueOn);

        Assert.Equal("deadline-rules.own", (await DecideAsync(host, Legal with { Roles = Deputy.Roles }, proposed.Id, true)).Refusal?.Code);
        Assert.False((await DecideAsync(host, Deputy, proposed.Id, true)).IsRefused);
        Assert.Equal("deadline-rules.decided", (await DecideAsync(host, Deputy, proposed.Id, true)).Refusal?.Code);

        var after = await OpenAsync(host, "2026-0003", Monday);
        Assert.Equal(EmbeddedCalendars.Calendar.Add(Monday, 15).On, after.DueOn);
        Assert.Equal((Fifteen.Citation, "3:owner;-1:deputy-director"), (after.Citation, after.Rungs));
        Assert.Equal(before.DueOn, (await OpenAsync(host, "2026-0004", new DateOnly(2026, 9, 18))).DueOn);
        Assert.Equal(before.DueOn, await host.ReadAsync(db => db.Set<Deadline>().Where(d => d.Id == before.Id).Select(d => d.DueOn).SingleAsync()));

        var sweep = host.Services.GetRequiredService<DeadlineSweep>();
        for (var day = after.DueOn.AddDays(-20); day <= after.DueOn.AddDays(3); day = day.AddDays(1)) await sweep.RunAsync(day);
        Assert.Equal([3, -1], await host.ReadAsync(db => db.Set<Alert>().Where(a => a.DeadlineId == after.Id).OrderByDescending(a => a.Rung).Select(a => a.Rung).ToListAsync()));
    }

    [Theory, BothDatabases]
    public async Task Rule_TurnedDown_ChangesNothingAndMakesRoomForAnother(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var proposed = (await ProposeAsync(host, Legal, Fifteen)).Value;
        Assert.Equal("deadline-rules.waiting", (await ProposeAsync(host, Legal, Fifteen)).Refusal?.Code);
        Assert.Equal("deadline-rules.no-opinion", (await DecideAsync(host, Deputy, proposed.Id, false)).Refusal?.Code);
        Assert.False((await DecideAsync(host, Deputy, proposed.Id, false, "依据文件尚未印发")).IsRefused);

        Assert.Null((await OpenAsync(host, "2026-0001", Monday)).Rungs);
        Assert.False((await ProposeAsync(host, Legal, Fifteen)).IsRefused);
    }

    [Theory, BothDatabases]
    public async Task Rule_WithExtensionAndPausesOfItsOwn_HoldsForTheClocksStartedUnderIt(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var director = TestHost.Person("局长", "director");
        Task<string?> Code(ProposeDeadlineRule command) => ProposeAsync(host, Legal, command).ContinueWith(t => t.Result.Refusal?.Code, TaskScheduler.Default);
        ExtensionTerms Once(int times = 1, int amount = 5, DeadlineUnit unit = DeadlineUnit.WorkingDays, params string[] by) => new(times, amount, unit, by);
        Assert.Equal("deadline-rules.extension-times", await Code(Fifteen with { Extension = Once(6, by: "director") }));
        Assert.Equal("deadline-rules.extension-amount", await Code(Fifteen with { Extension = Once(amount: 0, by: "director") }));
        Assert.Equal("deadline-rules.extension-amount", await Code(Fifteen with { Extension = Once(unit: DeadlineUnit.Hours, by: "director") }));
        Assert.Equal("deadline-rules.extension-nobody", await Code(Fifteen with { Extension = Once() }));
        Assert.Equal("deadline-rules.extension-role", await Code(Fifteen with { Extension = Once(by: "officer") }));
        Assert.Equal("deadlines.pause-reason", await Code(Fifteen with { Pauses = ["放假"] }));
        Assert.Equal("deadline-rules.hours-fixed", await Code(Fifteen with { Unit = DeadlineUnit.Hours, Pauses = ["鉴定"] }));
        Assert.Equal("deadline-rules.moved-by", await Code(Fifteen with { Key = "rectify", Unit = DeadlineUnit.Date, Amount = null, Extension = Once(by: "director") }));

        var shipped = await OpenAsync(host, "2026-0001", new DateOnly(2026, 9, 18));
        var proposed = (await ProposeAsync(host, Legal, Fifteen with { Extension = Once(by: "director"), Pauses = ["鉴定"] })).Value;
        Assert.False((await DecideAsync(host, Deputy, proposed.Id, true)).IsRefused);
        var own = await OpenAsync(host, "2026-0002", Monday);
        Task<Result<Deadline>> Extend(Deadline d, int days, Actor by) => host.HandleAsync((ExtendDeadlineHandler h) => h.HandleAsync(new ExtendDeadline(d.Id, d.DueOn.AddDays(days), "网站迁移"), host.Change(by), default));
        Task<Result<Deadline>> Pause(Deadline d, string reason) => host.HandleAsync((PauseDeadlineHandler h) => h.HandleAsync(new PauseDeadline(d.Id, reason, "鉴定委托书"), host.Change(director), default));
        host.Time.Set(new(2026, 9, 22, 9, 0, 0, TimeSpan.FromHours(8)));
        Assert.Equal("deadlines.extend-by", (await Extend(own, 1, Deputy)).Refusal?.Code);
        Assert.Equal("deadlines.too-far", (await Extend(own, 15, director)).Refusal?.Code);
        Assert.Null((await Extend(own, 5, director)).Refusal);
        Assert.Equal("deadlines.extended-enough", (await Extend(own, 8, director)).Refusal?.Code);
        Assert.Equal("deadlines.pause-reason", (await Pause(own, "听证")).Refusal?.Code);
        Assert.Null((await Pause(own, "鉴定")).Refusal);
        // What runs under the shipped rule keeps its terms.
        Assert.Equal(DeadlineRules.Embedded.TermsOf(shipped)!.Extension is null ? "deadlines.no-extension" : null, (await Extend(shipped, 1, director)).Refusal?.Code);
        Assert.Null((await Pause(shipped, "听证")).Refusal);
    }

    [Fact]
    public async Task Approval_AfterItsDay_IsRefused()
    {
        await using var host = await TestHost.StartAsync();
        var proposed = (await ProposeAsync(host, Legal, Fifteen)).Value;
        host.Time.Set(new DateTimeOffset(2026, 9, 22, 9, 0, 0, TimeSpan.FromHours(8)));

        Assert.Equal("deadline-rules.too-late", (await DecideAsync(host, Deputy, proposed.Id, true)).Refusal?.Code);
    }

    public static TheoryData<string, ProposeDeadlineRule> Wrong => new()
    {
        { "deadline-rules.unknown-key", Fifteen with { Key = "result.hide" } },
        { "deadline-rules.unknown-profile", Fifteen with { Profile = "海关" } },
        { "deadline-rules.no-citation", Fifteen with { Citation = " " } },
        { "deadline-rules.no-reason", Fifteen with { Reason = "" } },
        { "deadline-rules.retroactive", Fifteen with { EffectiveFrom = new DateOnly(2026, 9, 17) } },
        { "deadline-rules.amount", Fifteen with { Amount = null } },
        { "deadline-rules.amount", Fifteen with { Amount = -1 } },
        { "deadline-rules.amount", Fifteen with { Amount = 1_001 } },
        { "deadline-rules.amount", Fifteen with { Amount = 0 } },
        { "deadline-rules.amount", Fifteen with { Unit = DeadlineUnit.Hours, Amount = 721 } },
        { "deadline-rules.amount", Fifteen with { Unit = DeadlineUnit.Months, Amount = 61 } },
        { "deadline-rules.amount", Fifteen with { Unit = DeadlineUnit.Years, Amount = 31 } },
        { "deadline-rules.extension-amount", Fifteen with { Extension = new(1, 61, DeadlineUnit.Months, ["director"]) } },
        { "deadline-rules.no-day", Fifteen with { EffectiveFrom = default } },
        { "profiles.far", Fifteen with { EffectiveFrom = new DateOnly(2028, 9, 19) } },
        { "deadline-rules.same", Shipped },
        { "deadline-rules.date-has-no-amount", Fifteen with { Unit = DeadlineUnit.Date } },
        { "deadline-rules.full-days", Fifteen with { Unit = DeadlineUnit.Months, Direction = DeadlineDirection.BeforeInFull } },
        { "deadline-rules.rung-count", Fifteen with { Rungs = [] } },
        { "deadline-rules.rung-twice", Fifteen with { Rungs = [new(1, ["owner"]), new(1, ["director"])] } },
        { "deadline-rules.rung-nobody", Fifteen with { Rungs = [new(1, [])] } },
        { "deadline-rules.rung-role", Fifteen with { Rungs = [new(1, ["mayor"])] } },
        { "deadline-rules.rung-far", Fifteen with { Rungs = [new(251, ["owner"])] } },
        { "deadline-rules.too-long", Fifteen with { Citation = new string('条', DeadlineRuleVersion.CitationMaxLength + 1) } },
    };

    [Theory, MemberData(nameof(Wrong))]
    public async Task Proposal_ThatMakesNoSense_IsRefusedByName(string code, ProposeDeadlineRule command)
    {
        await using var host = await TestHost.StartAsync();

        Assert.Equal(code, (await ProposeAsync(host, Legal, command)).Refusal?.Code);
        Assert.Equal("deadline-rules.not-yours", (await ProposeAsync(host, Officer, command)).Refusal?.Code);
        Assert.Equal(0, await host.ReadAsync(db => db.Set<DeadlineRuleVersion>().CountAsync()));
    }

    [Fact]
    public void Examples_OfTwentyWorkingDays_CrossTheNextLongHolidayAndTheYear()
    {
        var examples = DeadlineExamples.Of(DeadlineRules.Embedded.Find("result.publish", "应急", Monday)!, EmbeddedCalendars.Calendar, new DateOnly(2026, 9, 21));

        Assert.Equal([new DateOnly(2026, 9, 21), new DateOnly(2026, 9, 30), new DateOnly(2026, 12, 21), Monday], examples.Select(e => e.AnchorOn));
        Assert.Equal("国庆节前最后一个工作日发生", examples[1].Occasion);
        // Stopped from the 24th to 4 October: 22 to 24 September count, then 8 October on; 10 October is worked.
        Assert.Equal(("今天发生，3 日后中止 10 日（听证）", new DateOnly(2026, 10, 29)), (examples[3].Occasion, examples[3].Counted.DueOn));
        Assert.All(examples.Take(3), e => Assert.Equal(EmbeddedCalendars.Calendar.Add(e.AnchorOn, 20).On, e.Counted.DueOn));
        Assert.Empty(DeadlineExamples.Of(DeadlineRules.Embedded.Find("rectify", "应急", Monday)!, EmbeddedCalendars.Calendar, Monday));
    }

    [Fact]
    public void Examples_OfARuleWithExtensions_ShowEachAsFarAsALeaderMayGo()
    {
        var decide = DeadlineRules.Embedded.Find("case.decide", "应急", Monday)!;
        var examples = DeadlineExamples.Of(decide, EmbeddedCalendars.Calendar, Monday);

        // 90 days end on Sunday 20 December and move to Monday; 30 days more to 20 January, and again to 19 February 2027.
        Assert.Equal(new DateOnly(2026, 12, 21), examples[0].Counted.DueOn);
        Assert.Equal([("今天发生，批准延长第1次，最晚", new DateOnly(2027, 1, 20)), ("今天发生，批准延长第2次，最晚", new DateOnly(2027, 2, 19))], examples.Skip(4).Select(e => (e.Occasion, e.Counted.DueOn)));
        Assert.All(examples.Skip(4), e => Assert.Contains("经批准延长", e.Counted.Explanation, StringComparison.Ordinal));
        Assert.DoesNotContain(DeadlineExamples.Of(decide with { Extension = null, Pauses = [] }, EmbeddedCalendars.Calendar, Monday), e => e.Occasion.Contains("延长", StringComparison.Ordinal) || e.Occasion.Contains("中止", StringComparison.Ordinal));
    }

    private static async Task<Deadline> OpenAsync(TestHost host, string caseNo, DateOnly on)
        => (await host.HandleAsync((OpenDeadlineHandler h) => h.HandleAsync(new OpenDeadline("result.publish", caseNo, "inspection", Guid.NewGuid(), on, "officer", Section: "执法一科"), host.Change(Officer), default))).Value;

    private static Task<Result<DeadlineRuleVersion>> ProposeAsync(TestHost host, Actor by, ProposeDeadlineRule command)
        => host.HandleAsync((ProposeDeadlineRuleHandler h) => h.HandleAsync(command, host.Change(by), default));

    private static Task<Result<DeadlineRuleVersion>> DecideAsync(TestHost host, Actor by, Guid id, bool agrees, string? opinion = null)
        => host.HandleAsync((DecideDeadlineRuleHandler h) => h.HandleAsync(new DecideDeadlineRule(id, agrees, opinion), host.Change(by), default));
}
