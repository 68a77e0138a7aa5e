using System.Globalization;

namespace DoubleRandom.Inspections.Calendars;

/// <summary>
/// The days off that are certain before a year's notice appears: 全国年节及纪念日放假办法 (2024 revision) art. 2.
/// Bridge and make-up days are not known from it.
/// </summary>
public static class StatutoryHolidays
{
    private static readonly ChineseLunisolarCalendar Lunar = new();

    public static IReadOnlyList<SpecialDay> Of(int year)
    {
        var days = new List<SpecialDay> { Off(year, 1, 1, "元旦"), Off(year, 5, 1, "劳动节") };
        // The second day came with the revision in force from 2025; before it 除夕 was a working day by law.
        if (year >= 2025) days.Add(Off(year, 5, 2, "劳动节"));
        for (var d = 1; d <= 3; d++) days.Add(Off(year, 10, d, "国庆节"));
        if (year is >= 2000 and < 2100)
        {
            var y = year % 100;
            // 清明 by the century's solar-term formula (constant 4.81 for 2000–2099).
            days.Add(Off(year, 4, (int)(y * 0.2422 + 4.81) - y / 4, "清明节"));
            var newYear = OfLunar(year, 1, 1);
            if (year >= 2025) days.Add(new SpecialDay(newYear.AddDays(-1), SpecialDayKind.Off, "春节（除夕）"));
            days.Add(new SpecialDay(newYear, SpecialDayKind.Off, "春节（初一）"));
            days.Add(new SpecialDay(newYear.AddDays(1), SpecialDayKind.Off, "春节（初二）"));
            days.Add(new SpecialDay(newYear.AddDays(2), SpecialDayKind.Off, "春节（初三）"));
            days.Add(new SpecialDay(OfLunar(year, 5, 5), SpecialDayKind.Off, "端午节"));
            days.Add(new SpecialDay(OfLunar(year, 8, 15), SpecialDayKind.Off, "中秋节"));
        }
        // 中秋 may fall on a National Day: one day off, one entry.
        return [.. days.OrderBy(d => d.On).DistinctBy(d => d.On)];
    }

    /// <summary>The holiday's name; null when the law does not give the day off.</summary>
    public static string? Find(DateOnly day) => Of(day.Year).FirstOrDefault(d => d.On == day)?.Name;

    private static SpecialDay Off(int year, int month, int day, string name) => new(new DateOnly(year, month, day), SpecialDayKind.Off, name);

    private static DateOnly OfLunar(int year, int month, int day)
    {
        var leap = Lunar.GetLeapMonth(year);
        // The calendar numbers a leap month as a month of its own: what follows it moves by one.
        if (leap > 0 && month >= leap) month++;
        return DateOnly.FromDateTime(Lunar.ToDateTime(year, month, day, 0, 0, 0, 0));
    }
}
