using System.Globalization;
using DoubleRandom.Basics;
using DoubleRandom.Host.Feeds;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static DoubleRandom.Tests.Support.CheckedCase;
using FeedStatus = DoubleRandom.Host.Feeds.CalendarStatus;

namespace DoubleRandom.Tests.Inspections.Deadlines;

/// <summary>Twenty-four hours are hours: over night, over the weekend and over 国庆.</summary>
public sealed class HourClockTests
{
    private static DateTime At(int year, int month, int day, int hour, int minute) => new DateTimeOffset(year, month, day, hour, minute, 0, TimeSpan.FromHours(8)).UtcDateTime;

    [Theory]
    [InlineData(DeadlineDirection.After, "2026-10-02", "自2026年10月1日14:30（批准移送）起算24小时，至2026年10月2日14:30。")]
    [InlineData(DeadlineDirection.Before, "2026-09-30", "自2026年10月1日14:30（批准移送）倒算24小时，至2026年9月30日14:30。")]
    public void Count_InHours_SkipsNothing(DeadlineDirection direction, string dueOn, string words)
    {
        var counted = DeadlineClock.Count(new DeadlineTerms(new(2026, 10, 1), "批准移送", 24, DeadlineUnit.Hours, direction, false, null, [], AnchorAt: At(2026, 10, 1, 14, 30)), EmbeddedCalendars.Calendar);
        Assert.Equal((DateOnly.Parse(dueOn, System.Globalization.CultureInfo.InvariantCulture), words), (counted.DueOn, counted.Explanation));
    }

    [Theory]
    [InlineData(5 * 60, "剩 5 小时")]
    [InlineData(75 * 24 * 60 + 65, "剩 75 天 1 小时")]
    [InlineData(20, "剩 20 分钟")]
    [InlineData(-90, "已逾期 1 小时")]
    public void Remaining_OfHours_IsSaidInHours(int minutes, string words)
        => Assert.Equal(words, DeadlineClock.RemainingWords(At(2026, 10, 1, 8, 0), At(2026, 10, 1, 8, 0).AddMinutes(minutes)));

    [Fact]
    public void Calendar_OfAMoment_HasItsTime()
    {
        var text = ICalendar.Write("办理时限", At(2026, 10, 1, 8, 0), [new CalendarEvent("a", new(2026, 10, 2), "移送", "案件", 1, FeedStatus.Confirmed, null, At(2026, 10, 2, 14, 30)), new CalendarEvent("b", new(2026, 10, 3), "公示", "案件", 1, FeedStatus.Confirmed, null)]);
        Assert.Contains("DTSTART:20261002T063000Z\r\n", text, StringComparison.Ordinal);
        Assert.Contains("DTSTART;VALUE=DATE:20261003\r\nDTEND;VALUE=DATE:20261004\r\n", text, StringComparison.Ordinal);
    }

    [Theory, BothDatabases]
    public async Task Transfer_OverTheNationalDay_IsDueAtItsHourAndToldInHours(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var made = await AddAsync(host, 1, "FileCase");
        host.Time.Set(new(2026, 10, 1, 15, 0, 0, TimeSpan.FromHours(8)));
        Task<Result<RecordedClockAct>> Do(string act, Actor by, DateOnly on, DateTime? at = null)
            => host.HandleAsync((RecordClockActHandler h) => h.HandleAsync(new RecordClockAct(made.Id, act, on, "移送审批表", At: at), host.Change(by), default));
        Task<Deadline> RowAsync() => host.ReadAsync(db => db.Set<Deadline>().SingleAsync(d => d.RuleKey == "transfer.do"));
        async Task<List<int>> SweptAsync(DateTime at)
        {
            host.Time.Set(new(at, TimeSpan.Zero));
            await host.Services.GetRequiredService<DeadlineSweep>().RunAsync(host.Time.Today);
            return [.. (await RowAsync()).RungsTaken.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(r => int.Parse(r, CultureInfo.InvariantCulture))];
        }
        Assert.Null((await Do("crime.reported", First, new(2026, 9, 30))).Refusal);
        Assert.Equal("deadlines.hour-needed", (await Do("crime.approved", Director, new(2026, 9, 30))).Refusal?.Code);
        Assert.Equal("clock-acts.other-day", (await Do("crime.approved", Director, new(2026, 10, 1), At(2026, 9, 30, 23, 0))).Refusal?.Code);
        Assert.Equal("clock-acts.ahead", (await Do("crime.approved", Director, new(2026, 10, 1), At(2026, 10, 1, 16, 0))).Refusal?.Code);
        Assert.Null((await Do("crime.approved", Director, new(2026, 10, 1), At(2026, 10, 1, 14, 30))).Refusal);
        Assert.Equal((new DateOnly(2026, 10, 2), At(2026, 10, 2, 14, 30), At(2026, 10, 2, 2, 30)), ((await RowAsync()).DueOn, (await RowAsync()).DueAt, (await RowAsync()).NextCheckAt));

        Assert.Empty(await SweptAsync(At(2026, 10, 2, 2, 29)));
        Assert.Equal([12], await SweptAsync(At(2026, 10, 2, 2, 31)));
        Assert.Equal([12], await SweptAsync(At(2026, 10, 2, 10, 0)));
        Assert.Equal([12, 4], await SweptAsync(At(2026, 10, 2, 10, 31)));
        var alert = await host.ReadAsync(db => db.Set<Alert>().Where(a => a.Rung == 4 && a.DeadlineId == db.Set<Deadline>().Single(d => d.RuleKey == "transfer.do").Id).OrderBy(a => a.Id).FirstAsync());
        Assert.Contains("剩 3 小时（最后期限 2026年10月2日14:30前）", alert.Text, StringComparison.Ordinal);
        Assert.EndsWith("距到期 4 小时起提醒您", alert.WhyMe, StringComparison.Ordinal);
        Assert.Equal(DeadlineStatus.Open, (await RowAsync()).Status);

        // It was approved an hour later than was written down: an hour more, and what lies ahead again is told again.
        var running = (await RowAsync()).Id;
        var late = await host.HandleAsync((RecordDeadlineFactHandler h) => h.HandleAsync(new RecordDeadlineFact(running, "批准移送", new(2026, 10, 1), "审批表", At: At(2026, 10, 1, 15, 30)), host.Change(Leader), default));
        Assert.Null(late.Refusal);
        Assert.Equal(At(2026, 10, 2, 15, 30), (await RowAsync()).DueAt);
        Assert.Equal((1, ""), ((await RowAsync()).Round, (await RowAsync()).RungsTaken));
        Assert.Equal([12, 4], await SweptAsync(At(2026, 10, 2, 11, 31)));
        Assert.Equal(DeadlineStatus.Open, (await RowAsync()).Status);
        await SweptAsync(At(2026, 10, 2, 15, 31));
        Assert.Equal(DeadlineStatus.Overdue, (await RowAsync()).Status);
        Assert.Equal([12, 4, 0, -2], await SweptAsync(At(2026, 10, 2, 17, 31)));
        Assert.Null((await Do("crime.sent", First, new(2026, 10, 2))).Refusal);
        Assert.Equal((DeadlineStatus.Met, null), ((await RowAsync()).Status, (await RowAsync()).NextCheckAt));
    }
}
