using DoubleRandom.Basics;
using DoubleRandom.Host.Data;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Tests.Inspections.Deadlines;

/// <summary>What moves a last day after the clock was started: facts told late, pauses, extensions, a calendar.</summary>
public sealed class DeadlineMoveTests
{
    private static readonly Actor Officer = TestHost.Person("李四", "officer");
    private static readonly Actor Head = TestHost.Person("王五", "section-head");
    private static readonly Actor Deputy = TestHost.Person("信建军", "deputy-director");
    private static readonly Actor Admin = TestHost.Person("管理员", "admin");

    private static async Task<Deadline> OpenAsync(TestHost host, string rule, DateOnly anchorOn, DateOnly? dueOn = null)
        => (await host.HandleAsync((OpenDeadlineHandler h) => h.HandleAsync(
            new OpenDeadline(rule, "2026-0001", "inspection", Guid.NewGuid(), anchorOn, "officer", Officer.Id, Officer.Name, "执法一科", dueOn), host.Change(Officer), default))).Value;

    private static Task<Result<Deadline>> PauseAsync(TestHost host, PauseDeadline command) => host.HandleAsync((PauseDeadlineHandler h) => h.HandleAsync(command, host.Change(Head), default));

    private static Task<Result<Deadline>> FactAsync(TestHost host, RecordDeadlineFact command, Actor? by = null)
        => host.HandleAsync((RecordDeadlineFactHandler h) => h.HandleAsync(command, host.Change(by ?? Head), default));

    private static Task<List<DeadlineMove>> MovesAsync(TestHost host) => host.ReadAsync(db => db.Set<DeadlineMove>().AsNoTracking().OrderBy(m => m.MovedAt).ToListAsync());

    private static void SetDay(TestHost host, int month, int day) => host.Time.Set(new DateTimeOffset(2026, month, day, 9, 0, 0, TimeSpan.FromHours(8)));

    [Theory, BothDatabases]
    public async Task Pause_WithDatesThatContradict_IsRefusedInChinese(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var deadline = await OpenAsync(host, "case.decide", new DateOnly(2026, 9, 1));
        SetDay(host, 10, 20);
        var pause = new PauseDeadline(deadline.Id, "鉴定", "崇应急鉴〔2026〕1号", new DateOnly(2026, 10, 9), new DateOnly(2026, 10, 8));

        var backwards = (await PauseAsync(host, pause)).Refusal!;
        Assert.Equal("deadlines.pause-backwards", backwards.Code);
        Assert.Contains("早于起始日", Texts.Of(backwards), StringComparison.Ordinal);
        Assert.Equal("deadlines.pause-reason", (await PauseAsync(host, pause with { Reason = "太忙" })).Refusal?.Code);
        Assert.Equal("deadlines.document-needed", (await PauseAsync(host, pause with { Document = " " })).Refusal?.Code);
        Assert.Equal("deadlines.pause-ahead", (await PauseAsync(host, pause with { From = new DateOnly(2026, 10, 21), Until = null })).Refusal?.Code);
        Assert.Equal("deadlines.pause-before-start", (await PauseAsync(host, pause with { From = new DateOnly(2026, 8, 1) })).Refusal?.Code);
        Assert.Null((await PauseAsync(host, pause with { Until = new DateOnly(2026, 10, 19) })).Refusal);
        Assert.Equal("deadlines.pause-overlaps", (await PauseAsync(host, pause with { From = new DateOnly(2026, 10, 15), Until = new DateOnly(2026, 10, 20) })).Refusal?.Code);

        // 90 days from 09-01 end on 11-30; ten days did not count.
        var row = await host.ReadAsync(db => db.Set<Deadline>().SingleAsync());
        Assert.Equal((new DateOnly(2026, 12, 10), null), (row.DueOn, row.PausedOn));
        Assert.Equal((MoveCause.Paused, new DateOnly(2026, 11, 30)), (await MovesAsync(host)).Select(m => (m.Cause, m.From)).Single());
    }

    [Theory, BothDatabases]
    public async Task Resume_ToldLate_CountsFromTheDayItWas(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var deadline = await OpenAsync(host, "result.publish", new DateOnly(2026, 9, 18));
        Assert.Null((await PauseAsync(host, new PauseDeadline(deadline.Id, "听证", "听证通知书1号"))).Refusal);
        SetDay(host, 10, 12);
        Task<Result<Deadline>> ResumeAsync(DateOnly on) => host.HandleAsync((ResumeDeadlineHandler h) => h.HandleAsync(new ResumeDeadline(deadline.Id, on), host.Change(Head), default));

        Assert.Equal("deadlines.pause-backwards", (await ResumeAsync(new DateOnly(2026, 9, 17))).Refusal?.Code);
        Assert.Equal("deadlines.pause-end-ahead", (await ResumeAsync(new DateOnly(2026, 10, 13))).Refusal?.Code);
        Assert.Equal(EmbeddedCalendars.Calendar.Add(new DateOnly(2026, 10, 9), 20).On, (await ResumeAsync(new DateOnly(2026, 10, 9))).Value.DueOn);
    }

    [Theory, BothDatabases]
    public async Task Fact_CorrectedLate_CountsAnewAndTellsTheOwnerOnce(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var deadline = await OpenAsync(host, "fine.pay", new DateOnly(2026, 9, 1));
        var served = new RecordDeadlineFact(deadline.Id, deadline.Anchor, new DateOnly(2026, 9, 10), "送达回证");

        Assert.Equal("deadlines.leader-needed", (await FactAsync(host, served, Officer)).Refusal?.Code);
        Assert.Equal("deadlines.unknown-event", (await FactAsync(host, served with { Event = "下雨" })).Refusal?.Code);
        Assert.Equal("deadlines.fact-ahead", (await FactAsync(host, served with { On = new DateOnly(2026, 9, 19) })).Refusal?.Code);
        Assert.Equal("deadlines.document-needed", (await FactAsync(host, served with { Document = "" })).Refusal?.Code);
        // 09-10 + 15 = 09-25, the Mid-Autumn holiday: it rolls to the 28th.
        Assert.Equal(new DateOnly(2026, 9, 28), (await FactAsync(host, served)).Value.DueOn);
        Assert.Equal("deadlines.fact-known", (await FactAsync(host, served)).Refusal?.Code);

        var alert = await host.ReadAsync(db => db.Set<Alert>().AsNoTracking().SingleAsync());
        Assert.Equal((Alert.MovedRung, Officer.Id), (alert.Rung, alert.RecipientId));
        Assert.Contains("由2026-09-01更正为2026-09-10（送达回证）", alert.Text, StringComparison.Ordinal);
        Assert.Equal([true, false], await host.ReadAsync(db => db.Set<DeadlineFact>().OrderBy(f => f.On).Select(f => f.IsReplaced).ToListAsync()));
        Assert.Empty(await host.ReadAsync(db => AuditCheck.FindBrokenAsync(db, default)));
    }

    [Theory, BothDatabases]
    public async Task Facts_OfARuleWithSeveralEvents_TheEarliestOrTheLatestCounts(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var recheck = await OpenAsync(host, "recheck", new DateOnly(2026, 9, 16));
        var earlier = await FactAsync(host, new RecordDeadlineFact(recheck.Id, "收到复查申请", new DateOnly(2026, 9, 8), "复查申请"));
        Assert.Equal(("收到复查申请", new DateOnly(2026, 9, 18)), (earlier.Value.Anchor, earlier.Value.DueOn));

        var court = await OpenAsync(host, "court.apply", new DateOnly(2026, 6, 1));
        var later = await FactAsync(host, new RecordDeadlineFact(court.Id, "行政诉讼期限届满", new DateOnly(2026, 9, 3), "送达回证"));
        Assert.Equal(("行政诉讼期限届满", new DateOnly(2026, 12, 3)), (later.Value.Anchor, later.Value.DueOn));
    }

    [Theory, BothDatabases]
    public async Task Extend_MoreOftenThanTheRuleAllows_IsRefused(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var deadline = await OpenAsync(host, "case.decide", new DateOnly(2026, 9, 1));
        Task<Result<Deadline>> ExtendAsync(DateOnly to) => host.HandleAsync((ExtendDeadlineHandler h) => h.HandleAsync(new ExtendDeadline(deadline.Id, to, "案情复杂", Document: "延长办案期限审批表1号"), host.Change(Deputy), default));

        Assert.Equal("deadlines.too-far", (await ExtendAsync(new DateOnly(2066, 1, 1))).Refusal?.Code);
        Assert.Null((await ExtendAsync(new DateOnly(2026, 12, 30))).Refusal);
        Assert.Null((await ExtendAsync(new DateOnly(2027, 1, 29))).Refusal);
        Assert.Equal("deadlines.extended-enough", (await ExtendAsync(new DateOnly(2027, 3, 1))).Refusal?.Code);
        // The day is now named by the extension: a corrected event no longer moves it.
        Assert.Equal("deadlines.day-named", (await FactAsync(host, new RecordDeadlineFact(deadline.Id, deadline.Anchor, new DateOnly(2026, 9, 2), "立案审批表"))).Refusal?.Code);
    }

    [Theory, BothDatabases]
    public async Task FixedDay_OfTheYear_IsTheLastDay(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        Assert.Equal(new DateOnly(2027, 3, 31), (await OpenAsync(host, "plan.demand", new DateOnly(2026, 9, 1))).DueOn);
        var planned = await OpenAsync(host, "plan.year", new DateOnly(2026, 9, 1));
        Assert.Equal(new DateOnly(2027, 1, 31), planned.DueOn);
        Assert.Contains("该日为休息日，此前最后一个工作日为2027年1月29日", planned.Explanation, StringComparison.Ordinal);
    }

    [Theory, BothDatabases]
    public async Task Calendar_Corrected_ListsWhatMovedAndWhyAndAuditsBothVersions(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var deadline = await OpenAsync(host, "result.publish", new DateOnly(2026, 9, 18));
        string Notice(string more) => $"日期,类型,名称,状态\n2026-09-20,班,国庆节,已公布\n2026-09-25,休,中秋节,\n{more}";
        Task<Result<CalendarLoaded>> LoadAsync(string csv) => host.HandleAsync((LoadCalendarYearHandler h) => h.HandleAsync(new LoadCalendarYear(csv), host.Change(Admin), default));

        Assert.Equal("calendars.make-up-on-weekday", Code((await LoadAsync(Notice("2026-09-29,班,国庆节,\n"))).Value));
        Assert.Equal("calendars.make-up-on-statutory", Code((await LoadAsync(Notice("2027-10-02,班,国庆节,\n"))).Value));
        Assert.Equal("calendars.bad-status", Code((await LoadAsync(Notice("2026-09-26,休,中秋节,大概\n"))).Value));
        Assert.Equal("calendars.two-statuses", Code((await LoadAsync(Notice("2026-09-26,休,中秋节,暂定\n"))).Value));
        Assert.Empty(await MovesAsync(host));
        var loaded = (await LoadAsync(Notice("2026/10/1,休,国庆节,\n"))).Value;

        Assert.Contains("法定节假日", Assert.Single(loaded.Warnings), StringComparison.Ordinal);
        var move = Assert.Single(await MovesAsync(host));
        Assert.Equal((deadline.Id, deadline.DueOn, Assert.Single(loaded.Moved).To), (move.DeadlineId, move.From, move.To));
        Assert.Contains("2026年10月2日（国庆节）改为上班", move.Why, StringComparison.Ordinal);
        Assert.NotEqual(move.CalendarBefore, move.CalendarAfter);
        Assert.NotEqual(move.Before, move.After);
        var audited = await host.ReadAsync(db => db.Set<AuditEntry>().AsNoTracking().Where(a => a.Action == "导入工作日历" || a.Action == "日历更新，重算时限").Select(a => a.Data).ToListAsync());
        Assert.Contains(audited, d => d!.Contains("\"replaces\":\"内置", StringComparison.Ordinal));
        Assert.Contains(audited, d => d!.Contains("calendarBefore", StringComparison.Ordinal) && d.Contains("calendarAfter", StringComparison.Ordinal));

        static string Code(CalendarLoaded refused) => Texts.Codes.Single(c => c.StartsWith("calendars.", StringComparison.Ordinal) && Matches(c, refused.Errors[0].Message));
        static bool Matches(string code, string message) => System.Text.RegularExpressions.Regex.IsMatch(message, "^" + System.Text.RegularExpressions.Regex.Replace(System.Text.RegularExpressions.Regex.Escape(Texts.Of(code)), @"\\\{\d}", ".*") + "$");
    }
}
