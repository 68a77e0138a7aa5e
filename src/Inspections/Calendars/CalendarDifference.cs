using DoubleRandom.Inspections.Deadlines;

namespace DoubleRandom.Inspections.Calendars;

/// <summary>Which days two calendars count differently, in words: why a last day moved. Pure.</summary>
internal static class CalendarDifference
{
    private const int MostDays = 8;

    public static string Explain(IWorkingCalendar before, IWorkingCalendar after, params ReadOnlySpan<DateOnly> within)
    {
        var (first, last) = (DateOnly.MaxValue, DateOnly.MinValue);
        foreach (var day in within) (first, last) = (day < first ? day : first, day > last ? day : last);
        List<string> days = [];
        var count = 0;
        for (var day = first; day <= last; day = day.AddDays(1))
        {
            if (before.IsWorkingDay(day) == after.IsWorkingDay(day)) continue;
            if (++count <= MostDays) days.Add(after.IsWorkingDay(day) ? $"{DeadlineClock.InWords(day)}{Named(after.NameOf(day) ?? before.NameOf(day))}改为上班" : $"{DeadlineClock.InWords(day)}{Named(after.NameOf(day) ?? before.NameOf(day))}改为休息");
        }
        if (count == 0) return "其间的工作日没有变化，末日的顺延不同";
        return string.Join("，", days) + (count > MostDays ? $"，等{count}天" : "");
    }

    private static string Named(string? name) => name is null ? "" : $"（{name}）";
}
