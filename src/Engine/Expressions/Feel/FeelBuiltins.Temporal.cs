namespace DoubleRandom.Engine.Expressions.Feel;

/// <summary>What the functions on dates, times and durations do.</summary>
internal static partial class FeelBuiltins
{
    private static FeelTime? TimeOf(decimal hour, decimal minute, decimal second, object? offset)
    {
        if (hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or >= 60) return null;
        if (offset is not (null or TimeSpan)) return null;
        return new FeelTime(new TimeSpan((int)hour, (int)minute, 0) + TimeSpan.FromTicks((long)(second * TimeSpan.TicksPerSecond)), offset as TimeSpan?);
    }

    private static YearsMonths? Months(object? from, object? to)
    {
        FeelDate? At(object? v) => v switch { FeelDate d => d, FeelDateTime dt => dt.Date, _ => null };
        if (At(from) is not { } a || At(to) is not { } b) return null;
        var months = (b.Year - a.Year) * 12L + b.Month - a.Month;
        if (months > 0 && b.Day < a.Day) months--;
        if (months < 0 && b.Day > a.Day) months++;
        return new YearsMonths(months);
    }

    private static bool Is(object? a, object? b) => (a, b) switch
    {
        (null, null) => true,
        (FeelTime x, FeelTime y) => x == y,
        (FeelDateTime x, FeelDateTime y) => x == y,
        _ => a is not null && b is not null && a.GetType() == b.GetType() && FeelOperators.Equal(a, b) is true,
    };

    private static FeelDate Day(object? value) => value switch { FeelDate d => d, FeelDateTime dt => dt.Date, _ => throw new InvalidCastException() };
}
