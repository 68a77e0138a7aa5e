using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.People;

namespace DoubleRandom.Tests.Inspections.Deadlines;

public sealed class DeadlineClockTests
{
    private static readonly WorkingCalendar Calendar = EmbeddedCalendars.Calendar;

    private static DeadlineTerms Terms(DateOnly anchor, int amount, DeadlineUnit unit, bool rollover = false, DeadlineDirection direction = DeadlineDirection.After, params PausedDays[] pauses)
        => new(anchor, "检查结束", amount, unit, direction, rollover, null, pauses);

    [Fact]
    public void Count_WorkingDaysOverTwoHolidays_ExplainsInWords()
    {
        var counted = DeadlineClock.Count(Terms(new(2026, 9, 18), 20, DeadlineUnit.WorkingDays), Calendar);

        Assert.Equal(new DateOnly(2026, 10, 22), counted.DueOn);
        Assert.False(counted.Provisional);
        Assert.Equal("自2026年9月18日（检查结束）次日起算20个工作日，跳过中秋节（9月25日至27日）、国庆节（10月1日至7日）及周末4天，补班9月20日、10月10日计入，至2026年10月22日。", counted.Explanation);
    }

    [Fact]
    public void Count_CalendarDaysEndingOnAHoliday_RollsToTheNextWorkingDay()
    {
        // 2026-09-18 + 15 = 10-03, within the National Day holiday.
        Assert.Equal(new DateOnly(2026, 10, 3), DeadlineClock.Count(Terms(new(2026, 9, 18), 15, DeadlineUnit.CalendarDays), Calendar).DueOn);
        var rolled = DeadlineClock.Count(Terms(new(2026, 9, 18), 15, DeadlineUnit.CalendarDays, rollover: true), Calendar);
        Assert.Equal(new DateOnly(2026, 10, 8), rolled.DueOn);
        Assert.Contains("末日10月3日为休息日，顺延", rolled.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void Count_ThatMayStillRollOverInAYearWithoutANotice_IsProvisional()
    {
        // 5 May 2027 is a Wednesday: whether it is off, the notice of the Labour Day holiday will say.
        var terms = new DeadlineTerms(new DateOnly(2027, 2, 4), "立案", 90, DeadlineUnit.CalendarDays, DeadlineDirection.After, true, null, []);
        var counted = DeadlineClock.Count(terms, EmbeddedCalendars.Calendar);
        Assert.Equal((new DateOnly(2027, 5, 5), true), (counted.DueOn, counted.Provisional));
        Assert.False(DeadlineClock.Count(terms with { Rollover = false }, EmbeddedCalendars.Calendar).Provisional);
    }

    [Fact]
    public void Count_AcrossTheYearEnd_IsProvisional()
    {
        var counted = DeadlineClock.Count(Terms(new(2026, 12, 21), 10, DeadlineUnit.WorkingDays), Calendar);
        Assert.Equal(new DateOnly(2027, 1, 5), counted.DueOn);
        Assert.True(counted.Provisional);
        Assert.Contains("暂定", counted.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void Count_Before_CountsBackwards()
        => Assert.Equal(new DateOnly(2026, 9, 28), DeadlineClock.Count(Terms(new(2026, 10, 10), 5, DeadlineUnit.WorkingDays, direction: DeadlineDirection.Before), Calendar).DueOn);

    [Fact]
    public void Count_BeforeInFull_LeavesWholeDaysBetween()
    {
        var hearing = new DateOnly(2026, 10, 23);
        var notify = DeadlineClock.Count(Terms(hearing, 7, DeadlineUnit.WorkingDays, direction: DeadlineRules.Embedded.Find("hearing.notify", "应急", hearing)!.Direction), Calendar);
        Assert.Equal(7, Calendar.CountBetween(notify.DueOn, hearing.AddDays(-1)));
        Assert.EndsWith("。末日办理的，其间恰好满7个工作日，不留余地，宜提前。", notify.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_Roles_AreInTheCatalogue()
        => Assert.All(DeadlineRules.Embedded.Ladder.SelectMany(r => r.To).Where(t => t != "owner"), role => Assert.NotNull(Roles.Find(role)));

    [Fact]
    public void Count_PausedWorkingDays_AreNotCounted()
    {
        // 11-02 is a Monday: five days run to 11-09; stopped after 11-03 to 11-10 they run on 11-11, 12 and 13.
        var plain = DeadlineClock.Count(Terms(new(2026, 11, 2), 5, DeadlineUnit.WorkingDays), Calendar);
        var paused = DeadlineClock.Count(Terms(new(2026, 11, 2), 5, DeadlineUnit.WorkingDays, pauses: new PausedDays(new(2026, 11, 3), new(2026, 11, 10), "鉴定")), Calendar);
        Assert.Equal(new DateOnly(2026, 11, 9), plain.DueOn);
        Assert.Equal(new DateOnly(2026, 11, 16), paused.DueOn);
    }

    [Fact]
    public void Count_PausedCalendarDays_AreAdded()
        => Assert.Equal(new DateOnly(2026, 12, 12), DeadlineClock.Count(
            Terms(new(2026, 9, 3), 90, DeadlineUnit.CalendarDays, pauses: new PausedDays(new(2026, 10, 10), new(2026, 10, 20), "听证")), Calendar).DueOn);

    [Theory]
    [InlineData(2026, 9, 25, "今天到期")]
    [InlineData(2026, 9, 22, "剩 3 个工作日")]
    public void RemainingWords_BeforeAndOnTheDay_SayHowMuchIsLeft(int year, int month, int day, string expected)
    {
        var today = new DateOnly(year, month, day);
        var due = expected == "今天到期" ? today : new DateOnly(2026, 9, 28);
        Assert.Equal(expected, DeadlineClock.RemainingWords(Calendar, today, due));
    }

    [Fact]
    public void RemainingWords_AfterTheDay_SaysHowLate()
        => Assert.Equal("已逾期 2 个工作日", DeadlineClock.RemainingWords(Calendar, new(2026, 10, 9), new(2026, 9, 30)));

    [Fact]
    public void Rules_Profile_ChoosesTheStricterPublication()
    {
        var rules = DeadlineRules.Embedded;
        var on = new DateOnly(2026, 9, 18);
        Assert.Equal(7, rules.Find("penalty.publish", "应急", on)!.Amount);
        Assert.Equal(20, rules.Find("penalty.publish", "城管", on)!.Amount);
        Assert.Null(rules.Find("penalty.publish", "应急", new DateOnly(2010, 1, 1)));
    }

    [Fact]
    public void Rules_Catalogue_IsCompleteAndCited()
    {
        var rules = DeadlineRules.Embedded.All;
        Assert.All(rules, r => Assert.True(r.Citation.Length > 4 && r.Name.Length > 2 && r.Anchor.Length > 1, r.Key));
        Assert.All(rules, r => Assert.Equal(r.Amount is null, r.Unit == DeadlineUnit.Date));
        Assert.Equal(rules.Count, rules.Select(r => (r.Key, r.Profile, r.EffectiveFrom)).Distinct().Count());
        string[] needed =
        [
            "plan.publish", "notice.pre", "result.publish", "report.close", "penalty.publish", "penalty.withdraw", "file.case", "case.decide", "plead", "hearing.request", "serve",
            "fine.pay", "rectify", "rectify.extend", "recheck", "major.list", "major.publish", "major.term", "major.progress", "major.accept", "transfer.report", "lead.transfer", "archive", "docno.void",
        ];
        Assert.Empty(needed.Except(rules.Select(r => r.Key)));
    }
}
