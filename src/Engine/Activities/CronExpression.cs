using System.Globalization;
using DoubleRandom.Basics;

namespace DoubleRandom.Engine.Activities;

/// <summary>
/// A Cron expression of five fields (minute, hour, day, month, weekday) or six (second first), as Elsa's: <c>*</c>, <c>?</c>, lists, ranges,
/// steps, the English names of months and weekdays, <c>L</c> for the last day of a month. Of day and weekday both must match.
/// </summary>
public sealed class CronExpression
{
    /// <summary>Looked at that many years ahead: 29 February comes at the latest after eight.</summary>
    private const int YearsAhead = 9;

    private static readonly string[] Months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    private static readonly string[] Weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    private readonly bool[] _seconds, _minutes, _hours, _days, _months, _weekdays;
    private readonly bool _lastDay;

    private CronExpression(bool[] seconds, bool[] minutes, bool[] hours, bool[] days, bool[] months, bool[] weekdays, bool lastDay)
        => (_seconds, _minutes, _hours, _days, _months, _weekdays, _lastDay) = (seconds, minutes, hours, days, months, weekdays, lastDay);

    public static Result<CronExpression> Parse(string text)
    {
        if (text.Length > 200) return Refusal.Invalid("engine.bad-cron", null, text[..50] + "…");
        var fields = text.ToUpperInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (fields.Length == 5) fields = ["0", .. fields];
        if (fields.Length != 6) return Refusal.Invalid("engine.bad-cron", null, text);
        var lastDay = fields[3] == "L";
        var sets = new[]
        {
            Set(fields[0], 0, 59, []), Set(fields[1], 0, 59, []), Set(fields[2], 0, 23, []), lastDay ? new bool[32] : Set(fields[3], 1, 31, []),
            Set(fields[4], 1, 12, Months), Set(fields[5], 0, 7, Weekdays),
        };
        if (Array.Exists(sets, s => s is null)) return Refusal.Invalid("engine.bad-cron", null, text);
        // Sunday is 0 and 7.
        sets[5]![0] |= sets[5]![7];
        return new CronExpression(sets[0]!, sets[1]!, sets[2]!, sets[3]!, sets[4]!, sets[5]!, lastDay);
    }

    /// <summary>The first match after the instant, in UTC; null when none comes. A time the zone skips is passed over, one it has twice counts the first time.</summary>
    public DateTime? Next(DateTime afterUtc, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTimeFromUtc(DateTime.SpecifyKind(afterUtc, DateTimeKind.Utc), zone);
        var time = new DateTime(local.Year, local.Month, local.Day, local.Hour, local.Minute, local.Second).AddSeconds(1);
        var end = time.Year > 9999 - YearsAhead ? DateTime.MaxValue : time.AddYears(YearsAhead);
        while (time < end)
        {
            if (!_months[time.Month]) time = new DateTime(time.Year, time.Month, 1).AddMonths(1);
            else if (!IsDay(time)) time = time.Date.AddDays(1);
            else if (!_hours[time.Hour]) time = time.Date.AddHours(time.Hour + 1);
            else if (!_minutes[time.Minute]) time = time.Date.AddHours(time.Hour).AddMinutes(time.Minute + 1);
            else if (!_seconds[time.Second] || zone.IsInvalidTime(time)) time = time.AddSeconds(1);
            else if (TimeZoneInfo.ConvertTimeToUtc(time, zone) is var utc && utc > afterUtc) return utc;
            else time = time.AddSeconds(1);
        }
        return null;
    }

    private bool IsDay(DateTime day)
        => (_lastDay ? day.Day == DateTime.DaysInMonth(day.Year, day.Month) : _days[day.Day]) && _weekdays[(int)day.DayOfWeek];

    /// <summary>Null when the field cannot be read.</summary>
    private static bool[]? Set(string field, int min, int max, string[] names)
    {
        var set = new bool[max + 1];
        foreach (var part in field.Split(','))
        {
            var (range, step) = part.IndexOf('/', StringComparison.Ordinal) is var slash and >= 0 ? (part[..slash], Number(part[(slash + 1)..], 1, max, [])) : (part, 1);
            int? from, to;
            if (range is "*" or "?") (from, to) = (min, max);
            else if (range.IndexOf('-', StringComparison.Ordinal) is var dash and > 0) (from, to) = (Number(range[..dash], min, max, names), Number(range[(dash + 1)..], min, max, names));
            // n/step runs to the end of the field.
            else (from, to) = (Number(range, min, max, names), part.Length == range.Length ? Number(range, min, max, names) : max);
            if (from is null || to is null || step is null || from > to) return null;
            for (var value = from.Value; value <= to; value += step.Value) set[value] = true;
        }
        return set;
    }

    private static int? Number(string text, int min, int max, string[] names)
    {
        if (Array.IndexOf(names, text) is var index and >= 0) return index + (names == Months ? 1 : 0);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max ? number : null;
    }
}
