namespace DoubleRandom.Engine.Expressions.Feel;

/// <summary>A day of the proleptic Gregorian calendar with the years FEEL allows, −999,999,999 to 999,999,999; year 0 is there, as in ISO 8601.</summary>
/// <param name="Number">Days since 0001-01-01: the day number of .NET where .NET has the day.</param>
internal readonly record struct FeelDate(long Number) : IComparable<FeelDate>
{
    private const int MaxYear = 999_999_999;

    /// <summary>From 0000-03-01, where a year begins whose leap day is its last, to 0001-01-01.</summary>
    private const long MarchEpoch = 306;

    private const long DaysOf400Years = 146_097;

    public int Year => Parts().Year;

    public int Month => Parts().Month;

    public int Day => Parts().Day;

    public DayOfWeek DayOfWeek => (DayOfWeek)(int)Modulo(Number + 1, 7);

    public int DayOfYear => (int)(Number - Of(Year, 1, 1).Number) + 1;

    /// <summary>ISO 8601: the week that holds the year's first Thursday is week 1.</summary>
    public int WeekOfYear
    {
        get
        {
            var thursday = new FeelDate(Number - Modulo(Number, 7) + 3);
            return (thursday.DayOfYear - 1) / 7 + 1;
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">There is no such day.</exception>
    public static FeelDate Of(long year, int month, int day)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Math.Abs(year), MaxYear);
        if (month is < 1 or > 12 || day < 1 || day > DaysIn(year, month)) throw new ArgumentOutOfRangeException(nameof(day));
        var y = month <= 2 ? year - 1 : year;
        var era = Floor(y, 400);
        var ofEra = y - era * 400;
        var ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
        return new FeelDate(era * DaysOf400Years + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - MarchEpoch);
    }

    public static FeelDate Of(DateOnly date) => new(date.DayNumber);

    public static FeelDate? TryOf(long year, int month, int day)
        => Math.Abs(year) <= MaxYear && month is >= 1 and <= 12 && day >= 1 && day <= DaysIn(year, month) ? Of(year, month, day) : null;

    public FeelDate AddDays(long days) => Checked(new FeelDate(checked(Number + days)));

    /// <summary>The same day of another month, or its last.</summary>
    public FeelDate AddMonths(long months)
    {
        var (year, month, day) = Parts();
        var all = checked(year * 12L + month - 1 + months);
        var (y, m) = (Floor(all, 12), (int)Modulo(all, 12) + 1);
        return Of(y, m, Math.Min(day, DaysIn(y, m)));
    }

    public int CompareTo(FeelDate other) => Number.CompareTo(other.Number);

    /// <summary>Where .NET knows the day; a time zone is asked by it.</summary>
    public DateTime? ToDateTime() => Number >= 0 && Number <= DateOnly.MaxValue.DayNumber ? DateOnly.FromDayNumber((int)Number).ToDateTime(TimeOnly.MinValue) : null;

    public override string ToString()
    {
        var (year, month, day) = Parts();
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{(year < 0 ? "-" : "")}{Math.Abs(year):0000}-{month:00}-{day:00}");
    }

    private static FeelDate Checked(FeelDate date)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Math.Abs(date.Parts().Year), MaxYear);
        return date;
    }

    private (int Year, int Month, int Day) Parts()
    {
        var days = Number + MarchEpoch;
        var era = Floor(days, DaysOf400Years);
        var ofEra = days - era * DaysOf400Years;
        var year = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365;
        var ofYear = ofEra - (365 * year + year / 4 - year / 100);
        var march = (5 * ofYear + 2) / 153;
        var month = (int)(march < 10 ? march + 3 : march - 9);
        return (checked((int)(year + era * 400 + (month <= 2 ? 1 : 0))), month, (int)(ofYear - (153 * march + 2) / 5) + 1);
    }

    private static int DaysIn(long year, int month)
        => month switch { 2 => Modulo(year, 4) == 0 && (Modulo(year, 100) != 0 || Modulo(year, 400) == 0) ? 29 : 28, 4 or 6 or 9 or 11 => 30, _ => 31 };

    private static long Floor(long value, long by) => value >= 0 ? value / by : -((-value + by - 1) / by);

    private static long Modulo(long value, long by) => value - Floor(value, by) * by;
}

/// <summary>A FEEL date and time, with an offset or zone where one is given.</summary>
internal sealed record FeelDateTime(FeelDate Date, TimeSpan OfDay, TimeSpan? Offset, string? Zone = null, int Nanos = 0)
{
    /// <summary>Ticks since 0001-01-01, at offset zero where there is an offset: too many for 64 bits.</summary>
    public Int128 Instant => (Int128)Date.Number * TimeSpan.TicksPerDay + OfDay.Ticks - (Offset ?? TimeSpan.Zero).Ticks;

    public FeelDateTime Add(TimeSpan span)
    {
        var ticks = (Int128)OfDay.Ticks + span.Ticks;
        var days = (long)(ticks / TimeSpan.TicksPerDay);
        var rest = (long)(ticks % TimeSpan.TicksPerDay);
        if (rest < 0) (days, rest) = (days - 1, rest + TimeSpan.TicksPerDay);
        return this with { Date = Date.AddDays(days), OfDay = TimeSpan.FromTicks(rest) };
    }

    public FeelDateTime AddMonths(long months) => this with { Date = Date.AddMonths(months) };

    /// <exception cref="OverflowException">The span is longer than a duration can be.</exception>
    public static TimeSpan Between(Int128 from, Int128 to) => TimeSpan.FromTicks(checked((long)(to - from)));
}
