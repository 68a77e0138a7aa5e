namespace DoubleRandom.Engine.Expressions.Feel;

/// <summary>Comparison and arithmetic of FEEL values. What is not defined is null, never an exception.</summary>
internal static class FeelOperators
{
    /// <summary>Equality in three values: null when the kinds cannot be compared.</summary>
    public static bool? Equal(object? a, object? b)
    {
        FeelGuard.Enter();
        var equal = EqualValues(a, b);
        FeelGuard.Leave();
        return equal;
    }

    private static bool? EqualValues(object? a, object? b)
    {
        if (a is null || b is null) return a is null && b is null;
        switch (a, b)
        {
            case (bool x, bool y): return x == y;
            case (decimal x, decimal y): return x == y;
            case (string x, string y): return string.Equals(x, y, StringComparison.Ordinal);
            case (FeelDate x, FeelDate y): return x == y;
            case (TimeSpan x, TimeSpan y): return x == y;
            case (YearsMonths x, YearsMonths y): return x.Months == y.Months;
            // A duration of nothing is nothing in either kind.
            case (YearsMonths { Months: 0 }, TimeSpan y): return y == TimeSpan.Zero;
            case (TimeSpan x, YearsMonths { Months: 0 }): return x == TimeSpan.Zero;
            case (FeelTime x, FeelTime y): return (x.Offset is null) == (y.Offset is null) && WholeSeconds(x.OfDay) - (x.Offset ?? default) == WholeSeconds(y.OfDay) - (y.Offset ?? default);
            case (FeelDateTime x, FeelDateTime y): return (x.Offset is null) == (y.Offset is null) && (x with { OfDay = WholeSeconds(x.OfDay) }).Instant == (y with { OfDay = WholeSeconds(y.OfDay) }).Instant;
            case (List<object?> x, List<object?> y): return x.Count == y.Count && !x.Where((v, i) => Equal(v, y[i]) is not true).Any();
            case (Dictionary<string, object?> x, Dictionary<string, object?> y):
                return x.Count == y.Count && x.All(p => y.TryGetValue(p.Key, out var other) && Equal(p.Value, other) is true);
            case (FeelRange x, FeelRange y):
                return x.IsOpen == y.IsOpen && x.LowIncluded == y.LowIncluded && x.HighIncluded == y.HighIncluded && Equal(x.Low, y.Low) is true && Equal(x.High, y.High) is true;
            default: return null;
        }
    }

    /// <summary>Times are equal by the second, as the standard and its kit have it.</summary>
    private static TimeSpan WholeSeconds(TimeSpan ofDay) => ofDay - TimeSpan.FromTicks(ofDay.Ticks % TimeSpan.TicksPerSecond);

    /// <summary>Order; null when there is none.</summary>
    public static int? Compare(object? a, object? b) => (a, b) switch
    {
        (decimal x, decimal y) => x.CompareTo(y),
        (string x, string y) => CompareText(x, y),
        (FeelDate x, FeelDate y) => x.CompareTo(y),
        (TimeSpan x, TimeSpan y) => x.CompareTo(y),
        (YearsMonths x, YearsMonths y) => x.Months.CompareTo(y.Months),
        (FeelTime x, FeelTime y) when (x.Offset is null) == (y.Offset is null) => (x.OfDay - (x.Offset ?? default)).CompareTo(y.OfDay - (y.Offset ?? default)),
        (FeelDateTime x, FeelDateTime y) when (x.Offset is null) == (y.Offset is null) => x.Instant.CompareTo(y.Instant),
        _ => null,
    };

    /// <summary>Text is ordered by code points, which UTF-16 order is not for the upper planes.</summary>
    private static int CompareText(string a, string b)
    {
        var (x, y) = (a.EnumerateRunes(), b.EnumerateRunes());
        while (true)
        {
            var (more, other) = (x.MoveNext(), y.MoveNext());
            if (!more || !other) return more.CompareTo(other);
            var order = x.Current.CompareTo(y.Current);
            if (order != 0) return order;
        }
    }

    public static bool? Less(string symbol, object? a, object? b) => Compare(a, b) is { } order
        ? symbol switch { "<" => order < 0, "<=" => order <= 0, ">" => order > 0, _ => order >= 0 } : null;

    public static bool? InRange(object? value, FeelRange range)
    {
        if (range.Low is null && range.High is null) return null;
        if (!range.IsOpen && (range.Low is null || range.High is null)) return null;
        bool? low = range.Low is null ? true : Less(range.LowIncluded ? ">=" : ">", value, range.Low);
        bool? high = range.High is null ? true : Less(range.HighIncluded ? "<=" : "<", value, range.High);
        return low is false || high is false ? false : low is null || high is null ? null : true;
    }

    public static object? Arithmetic(string symbol, object? a, object? b)
    {
        try
        {
            return (symbol, a, b) switch
            {
                ("+", decimal x, decimal y) => x + y,
                ("-", decimal x, decimal y) => x - y,
                ("*", decimal x, decimal y) => x * y,
                ("/", decimal x, decimal y) => y == 0 ? null : x / y,
                ("**", decimal x, decimal y) => Power(x, y),
                ("+", string x, string y) => x + y,
                ("+", TimeSpan x, TimeSpan y) => x + y,
                ("-", TimeSpan x, TimeSpan y) => x - y,
                ("*", TimeSpan x, decimal y) => TimeSpan.FromTicks((long)(x.Ticks * y)),
                ("*", decimal x, TimeSpan y) => TimeSpan.FromTicks((long)(y.Ticks * x)),
                ("/", TimeSpan x, decimal y) => y == 0 ? null : TimeSpan.FromTicks((long)(x.Ticks / y)),
                ("/", TimeSpan x, TimeSpan y) => y == TimeSpan.Zero ? null : (decimal)x.Ticks / y.Ticks,
                ("+", YearsMonths x, YearsMonths y) => new YearsMonths(x.Months + y.Months),
                ("-", YearsMonths x, YearsMonths y) => new YearsMonths(x.Months - y.Months),
                ("*", YearsMonths x, decimal y) => new YearsMonths((long)decimal.Truncate(x.Months * y)),
                ("*", decimal x, YearsMonths y) => new YearsMonths((long)decimal.Truncate(y.Months * x)),
                ("/", YearsMonths x, decimal y) => y == 0 ? null : new YearsMonths((long)decimal.Truncate(x.Months / y)),
                ("/", YearsMonths x, YearsMonths y) => y.Months == 0 ? null : (decimal)x.Months / y.Months,
                ("+", FeelDate x, TimeSpan y) => AtMidnight(x).Add(y).Date,
                ("+", TimeSpan x, FeelDate y) => AtMidnight(y).Add(x).Date,
                ("-", FeelDate x, TimeSpan y) => AtMidnight(x).Add(y.Negate()).Date,
                ("+", FeelDate x, YearsMonths y) => x.AddMonths(y.Months),
                ("+", YearsMonths x, FeelDate y) => y.AddMonths(x.Months),
                ("-", FeelDate x, YearsMonths y) => x.AddMonths(-y.Months),
                ("-", FeelDate x, FeelDate y) => FeelDateTime.Between(AtMidnight(y).Instant, AtMidnight(x).Instant),
                ("+", FeelDateTime x, TimeSpan y) => x.Add(y),
                ("+", TimeSpan x, FeelDateTime y) => y.Add(x),
                ("-", FeelDateTime x, TimeSpan y) => x.Add(y.Negate()),
                ("+", FeelDateTime x, YearsMonths y) => x.AddMonths(y.Months),
                ("+", YearsMonths x, FeelDateTime y) => y.AddMonths(x.Months),
                ("-", FeelDateTime x, YearsMonths y) => x.AddMonths(-y.Months),
                ("-", FeelDateTime x, FeelDateTime y) => (x.Offset is null) == (y.Offset is null) ? FeelDateTime.Between(y.Instant, x.Instant) : null,
                ("-", FeelDateTime x, FeelDate y) => x.Offset is null ? null : FeelDateTime.Between(AtMidnight(y).Instant, x.Instant),
                ("-", FeelDate x, FeelDateTime y) => y.Offset is null ? null : FeelDateTime.Between(y.Instant, AtMidnight(x).Instant),
                ("+", FeelTime x, TimeSpan y) => x with { OfDay = OfDay(x.OfDay + y) },
                ("+", TimeSpan x, FeelTime y) => y with { OfDay = OfDay(y.OfDay + x) },
                ("-", FeelTime x, TimeSpan y) => x with { OfDay = OfDay(x.OfDay - y) },
                ("-", FeelTime x, FeelTime y) => (x.Offset is null) == (y.Offset is null) ? (x.OfDay - (x.Offset ?? default)) - (y.OfDay - (y.Offset ?? default)) : null,
                _ => null,
            };
        }
        catch (Exception e) when (e is OverflowException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private static FeelDateTime AtMidnight(FeelDate date) => new(date, TimeSpan.Zero, null);

    private static TimeSpan OfDay(TimeSpan time)
    {
        var ticks = time.Ticks % TimeSpan.TicksPerDay;
        return TimeSpan.FromTicks(ticks < 0 ? ticks + TimeSpan.TicksPerDay : ticks);
    }

    private static object? Power(decimal x, decimal y)
    {
        if (y == decimal.Truncate(y) && Math.Abs(y) <= 1000)
        {
            decimal result = 1;
            for (var i = 0; i < Math.Abs((int)y); i++) result *= x;
            return y < 0 ? (result == 0 ? null : 1 / result) : result;
        }
        var power = Math.Pow((double)x, (double)y);
        return double.IsFinite(power) ? (decimal)power : null;
    }
}
