using System.Globalization;
using System.Text.RegularExpressions;

namespace DoubleRandom.Engine.Expressions.Feel;

/// <summary>Reads dates, times and durations as FEEL (ISO 8601 with XML Schema's bounds) writes them; null where the text is none.</summary>
internal static partial class FeelTemporal
{
    [GeneratedRegex(@"^(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d*)?)S)?)?$", RegexOptions.CultureInvariant)]
    private static partial Regex DaysTime();

    [GeneratedRegex(@"^(-?)P(?:(\d+)Y)?(?:(\d+)M)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Months();

    [GeneratedRegex(@"^(\d{2}):(\d{2}):(\d{2})(\.\d+)?(?:(Z|z)|([+-]\d{2}:\d{2}(?::\d{2})?)|@([A-Za-z_/+\-0-9]+))?$", RegexOptions.CultureInvariant)]
    private static partial Regex TimeForm();

    [GeneratedRegex(@"^(-?(?:\d{4}|[1-9]\d{4,8}))-(\d{2})-(\d{2})$", RegexOptions.CultureInvariant)]
    private static partial Regex DateForm();

    private static readonly FeelDate LastDay = FeelDate.Of(999_999_999, 12, 31);

    public static FeelDate? Date(string text)
        => DateForm().Match(text) is { Success: true } match ? FeelDate.TryOf(Int(match, 1), Int(match, 2), Int(match, 3)) : null;

    public static FeelTime? Time(string text, FeelDate? on = null)
    {
        var match = TimeForm().Match(text);
        if (!match.Success) return null;
        var (h, m, s) = (Int(match, 1), Int(match, 2), Int(match, 3));
        if (h > 23 || m > 59 || s > 59) return null;
        var nanos = match.Groups[4].Success ? (long)(decimal.Parse("0" + match.Groups[4].Value, CultureInfo.InvariantCulture) * 1_000_000_000) : 0;
        var (time, rest) = (new TimeSpan(0, h, m, s) + TimeSpan.FromTicks(nanos / 100), (int)(nanos % 100));
        if (match.Groups[5].Success) return new FeelTime(time, TimeSpan.Zero, Nanos: rest);
        if (match.Groups[6].Success) return Offset(match.Groups[6].Value) is { } offset ? new FeelTime(time, offset, Nanos: rest) : null;
        if (!match.Groups[7].Success) return new FeelTime(time, null, Nanos: rest);
        var zone = match.Groups[7].Value;
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var info)) return null;
        // A day that no zone's history reaches has the zone's own offset.
        var day = (on ?? FeelDate.Of(2000, 1, 1)).ToDateTime();
        return new FeelTime(time, day is { } known ? info.GetUtcOffset(known + time) : info.BaseUtcOffset, zone, rest);
    }

    public static FeelDateTime? DateTime(string text)
    {
        var t = text.IndexOf('T', StringComparison.Ordinal);
        if (t < 0) return Date(text) is { } only ? new FeelDateTime(only, TimeSpan.Zero, null) : null;
        if (Date(text[..t]) is not { } date) return null;
        var clock = text[(t + 1)..];
        // The end of a day is the beginning of the next.
        if (clock.StartsWith("24:00:00", StringComparison.Ordinal) && date != LastDay) (date, clock) = (date.AddDays(1), "00" + clock[2..]);
        if (Time(clock, date) is not { } time) return null;
        return new FeelDateTime(date, time.OfDay, time.Offset, time.Zone, time.Nanos);
    }

    /// <summary>A TimeSpan, a YearsMonths, or null.</summary>
    public static object? Duration(string text)
    {
        if (text.Length < 2) return null;
        var months = Months().Match(text);
        if (months.Success && (months.Groups[2].Success || months.Groups[3].Success))
        {
            if (!long.TryParse("0" + months.Groups[2].Value, CultureInfo.InvariantCulture, out var y) || !long.TryParse("0" + months.Groups[3].Value, CultureInfo.InvariantCulture, out var mo) || y > 999_999_999) return null;
            return new YearsMonths((y * 12 + mo) * (months.Groups[1].Value == "-" ? -1 : 1));
        }
        var match = DaysTime().Match(text);
        if (!match.Success || text.EndsWith('T') || text.EndsWith('P')) return null;
        try
        {
            var ticks = Long(match, 2) * TimeSpan.TicksPerDay + Long(match, 3) * TimeSpan.TicksPerHour + Long(match, 4) * TimeSpan.TicksPerMinute
                + (match.Groups[5].Success ? decimal.Parse(match.Groups[5].Value, CultureInfo.InvariantCulture) * TimeSpan.TicksPerSecond : 0);
            return TimeSpan.FromTicks((long)(match.Groups[1].Value == "-" ? -ticks : ticks));
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    public static object? Any(string text)
        => (object?)Date(text) ?? (text.Contains('T', StringComparison.Ordinal) && !text.TrimStart('-').StartsWith('P') ? DateTime(text) : null) ?? (object?)Time(text) ?? Duration(text);

    private static TimeSpan? Offset(string text)
    {
        var parts = text[1..].Split(':');
        var (h, m, s) = (int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture), parts.Length > 2 ? int.Parse(parts[2], CultureInfo.InvariantCulture) : 0);
        if (h > 18 || m > 59 || s > 59) return null;
        var offset = new TimeSpan(h, m, s);
        return text[0] == '-' ? -offset : offset;
    }

    private static int Int(Match match, int group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    private static decimal Long(Match match, int group) => match.Groups[group].Success ? decimal.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture) : 0;
}
