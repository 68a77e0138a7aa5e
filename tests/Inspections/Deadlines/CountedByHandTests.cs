using System.Globalization;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Deadlines;

namespace DoubleRandom.Tests.Inspections.Deadlines;

/// <summary>Every day from 2024 to 2027 is counted once more, day by day, from the notices as they are printed: another way to the same last day, or one of the two is wrong.</summary>
public sealed class CountedByHandTests
{
    // 国办发明电 notices of the three years, and for 2027 only what 全国年节及纪念日放假办法 fixes.
    private static readonly HashSet<DateOnly> Off = [.. Days("""
        2024: 0101 0210-0217 0404-0406 0501-0505 0610 0915-0917 1001-1007
        2025: 0101 0128-0204 0404-0406 0501-0505 0531-0602 1001-1008
        2026: 0101-0103 0215-0223 0404-0406 0501-0505 0619-0621 0925-0927 1001-1007
        2027: 0101 0205-0208 0405 0501-0502 0609 0915 1001-1003
        """)];

    private static readonly HashSet<DateOnly> MadeUp = [.. Days("""
        2024: 0204 0218 0407 0428 0511 0914 0929 1012
        2025: 0126 0208 0427 0928 1011
        2026: 0104 0214 0228 0509 0920 1010
        """)];

    private static IWorkingCalendar Calendar => EmbeddedCalendars.Calendar;

    private static IEnumerable<DateOnly> Days(string text)
    {
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            foreach (var span in line[5..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                var ends = span.Split('-').Select(d => DateOnly.ParseExact(line[..4] + d, "yyyyMMdd", CultureInfo.InvariantCulture)).ToList();
                for (var day = ends[0]; day <= ends[^1]; day = day.AddDays(1)) yield return day;
            }
        }
    }

    private static bool IsWorked(DateOnly day) => MadeUp.Contains(day) || (!Off.Contains(day) && day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday));

    private static IEnumerable<DateOnly> EveryDay()
    {
        for (var day = new DateOnly(2024, 3, 1); day < new DateOnly(2027, 7, 1); day = day.AddDays(1)) yield return day;
    }

    private static DateOnly Count(DateOnly from, DeadlineUnit unit, int amount, DeadlineDirection direction = DeadlineDirection.After, bool rollover = false, params PausedDays[] pauses)
        => DeadlineClock.Count(new DeadlineTerms(from, "事件", amount, unit, direction, rollover, null, pauses), Calendar).DueOn;

    private static DateOnly Walk(DateOnly from, int days, int step, Func<DateOnly, bool> counts)
    {
        for (var day = from; ;)
        {
            day = day.AddDays(step);
            if (counts(day) && --days == 0) return day;
        }
    }

    [Fact]
    public void WorkingDays_OfFourYears_AreTheNotices()
    {
        for (var day = new DateOnly(2024, 1, 1); day.Year < 2028; day = day.AddDays(1)) Assert.True(IsWorked(day) == Calendar.IsWorkingDay(day), day.Iso());
    }

    [Fact]
    public void WorkingDays_ForwardBackwardAndInFull_AreCountedAlike()
    {
        foreach (var day in EveryDay())
        {
            foreach (var n in (int[])[1, 3, 5, 7, 10, 20, 45])
            {
                Assert.Equal(Walk(day, n, 1, IsWorked), Count(day, DeadlineUnit.WorkingDays, n));
                Assert.Equal(Walk(day, n, -1, IsWorked), Count(day, DeadlineUnit.WorkingDays, n, DeadlineDirection.Before));
                // So many whole working days lie between the two, and not one less on the day after.
                var full = Count(day, DeadlineUnit.WorkingDays, n, DeadlineDirection.BeforeInFull);
                Assert.Equal(n, Enumerable.Range(1, day.DayNumber - full.DayNumber - 1).Select(full.AddDays).Count(IsWorked));
                Assert.True(IsWorked(full));
            }
        }
    }

    [Fact]
    public void CalendarDaysMonthsAndYears_EndOnAWorkingDayWhereTheyRoll()
    {
        foreach (var day in EveryDay())
        {
            foreach (var n in (int[])[3, 10, 15, 30, 60, 90])
            {
                var last = day.AddDays(n);
                Assert.Equal(last, Count(day, DeadlineUnit.CalendarDays, n));
                Assert.Equal(IsWorked(last) ? last : Walk(last, 1, 1, IsWorked), Count(day, DeadlineUnit.CalendarDays, n, rollover: true));
            }
            // The day of the month, or where there is none the month's last.
            foreach (var n in (int[])[1, 3, 6])
            {
                var (year, month) = (day.Year + (day.Month + n - 1) / 12, (day.Month + n - 1) % 12 + 1);
                var last = new DateOnly(year, month, Math.Min(day.Day, DateTime.DaysInMonth(year, month)));
                Assert.Equal(last, Count(day, DeadlineUnit.Months, n));
            }
        }
        Assert.Equal(new DateOnly(2025, 2, 28), Count(new DateOnly(2024, 2, 29), DeadlineUnit.Years, 1));
        Assert.Equal(new DateOnly(2024, 2, 29), Count(new DateOnly(2023, 11, 30), DeadlineUnit.Months, 3));
        Assert.Equal(new DateOnly(2028, 2, 29), Count(new DateOnly(2024, 2, 29), DeadlineUnit.Years, 4));
    }

    [Fact]
    public void Pauses_OverHolidaysAndTheYearsEnd_DoNotCount()
    {
        PausedDays[] pauses = [new(new DateOnly(2025, 9, 24), new DateOnly(2025, 10, 9), "听证"), new(new DateOnly(2025, 12, 22), new DateOnly(2026, 1, 12), "鉴定"), new(new DateOnly(2026, 1, 12), new DateOnly(2026, 2, 24), "公告送达")];
        bool IsStill(DateOnly day) => pauses.Any(p => p.From < day && day <= p.To);
        for (var day = new DateOnly(2025, 8, 1); day < new DateOnly(2026, 3, 1); day = day.AddDays(1))
        {
            foreach (var n in (int[])[5, 20, 60])
            {
                Assert.Equal(Walk(day, n, 1, d => IsWorked(d) && !IsStill(d)), Count(day, DeadlineUnit.WorkingDays, n, pauses: pauses));
                Assert.Equal(Walk(day, n, 1, d => !IsStill(d)), Count(day, DeadlineUnit.CalendarDays, n, pauses: pauses));
            }
        }
    }
}
