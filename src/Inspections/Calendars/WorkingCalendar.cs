using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json.Serialization;

namespace DoubleRandom.Inspections.Calendars;

/// <summary>What a day is, where it differs from the week: 休 off, 班 a make-up working day.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SpecialDayKind>))]
public enum SpecialDayKind { Off, Working }

/// <summary>Published: the State Council's notice is loaded. Provisional: only weekends and the statutory days known are off.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CalendarStatus>))]
public enum CalendarStatus { Published, Provisional }

/// <summary>One line of a holiday notice.</summary>
public sealed record SpecialDay(DateOnly On, SpecialDayKind Kind, string Name);

/// <param name="Version">Tells two states of the same year apart; <c>内置</c> for the embedded ones.</param>
public sealed record CalendarYearDays(int Year, CalendarStatus Status, string Version, IReadOnlyList<SpecialDay> Days);

/// <summary>A date that was counted to; provisional when any day walked over, the result included, lies in a year without a published calendar.</summary>
public readonly record struct CalendarDate(DateOnly On, bool Provisional)
{
#pragma warning disable CA2225 // Most callers want the date and nothing else.
    public static implicit operator DateOnly(CalendarDate date) => date.On;
#pragma warning restore CA2225
}

/// <summary>One day walked over while counting.</summary>
/// <param name="Counted">The number of this day in the period, 1 for the first; null when it was skipped.</param>
/// <param name="Name">The holiday or make-up day's name, 周末 for a plain weekend, null for a plain working day.</param>
public sealed record CalendarStep(DateOnly On, int? Counted, string? Name, bool Provisional);

/// <summary>Counts working days (工作日) as the law does: the day of the event is not counted (domain: 民事诉讼法 art. 85).</summary>
public interface IWorkingCalendar
{
    /// <summary>Names the calendars it was made of; stored with every date counted by it.</summary>
    string Version { get; }

    bool IsWorkingDay(DateOnly day);

    /// <summary>Whether the day's year has no published calendar.</summary>
    bool IsProvisional(DateOnly day);

    /// <summary>The n-th working day after <paramref name="from"/>; 0: the day itself when it is one, else the next.</summary>
    CalendarDate Add(DateOnly from, int workingDays);

    /// <summary>The n-th working day before <paramref name="from"/>; 0: the day itself when it is one, else the one before.</summary>
    CalendarDate Subtract(DateOnly from, int workingDays);

    /// <summary>Working days after the first date up to and including the second; negative when the second lies before the first.</summary>
    int CountBetween(DateOnly after, DateOnly upTo);

    /// <summary>The holiday's or make-up day's name; null for days that are nothing but a day of the week.</summary>
    string? NameOf(DateOnly day);

    /// <summary>Every day walked over by <see cref="Add"/> (or <see cref="Subtract"/> when backwards), in order.</summary>
    IReadOnlyList<CalendarStep> Explain(DateOnly from, int workingDays, bool backwards = false);
}

/// <summary>Working days from the holiday notices of some years; a year without one is counted provisionally.</summary>
public sealed class WorkingCalendar : IWorkingCalendar
{
    private readonly FrozenDictionary<int, YearTable> _years;
    private readonly ConcurrentDictionary<int, YearTable> _statutory = new();

    /// <param name="years">At most one for a year.</param>
    public WorkingCalendar(IEnumerable<CalendarYearDays> years)
    {
        var ordered = years.OrderBy(y => y.Year).ToList();
        _years = ordered.ToFrozenDictionary(y => y.Year, y => new YearTable(y));
        Version = string.Join(';', ordered.Select(y => $"{y.Year}:{y.Version}"));
    }

    public string Version { get; }

    public bool IsWorkingDay(DateOnly day) => Of(day.Year).IsWorking(day);

    public bool IsProvisional(DateOnly day) => Of(day.Year).Provisional;

    public string? NameOf(DateOnly day) => Of(day.Year).NameOf(day);

    public CalendarDate Add(DateOnly from, int workingDays) => Walk(from, workingDays, 1);

    public CalendarDate Subtract(DateOnly from, int workingDays) => Walk(from, workingDays, -1);

    public int CountBetween(DateOnly after, DateOnly upTo)
    {
        if (upTo < after) return -CountBetween(upTo, after);
        var count = 0;
        for (var day = after; day < upTo;)
        {
            day = day.AddDays(1);
            if (IsWorkingDay(day)) count++;
        }
        return count;
    }

    public IReadOnlyList<CalendarStep> Explain(DateOnly from, int workingDays, bool backwards = false)
    {
        var steps = new List<CalendarStep>();
        Walk(from, workingDays, backwards ? -1 : 1, steps);
        return steps;
    }

    private CalendarDate Walk(DateOnly from, int workingDays, int direction, List<CalendarStep>? steps = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(workingDays);
        var day = workingDays == 0 ? from : from.AddDays(direction);
        var left = workingDays == 0 ? 1 : workingDays;
        var counted = 0;
        var provisional = false;
        var year = Of(day.Year);
        while (true)
        {
            if (year.Year != day.Year) year = Of(day.Year);
            provisional |= year.Provisional;
            var working = year.IsWorking(day);
            if (working) counted++;
            steps?.Add(new CalendarStep(day, working ? counted : null, year.NameOf(day) ?? (working ? null : "周末"), year.Provisional));
            if (counted == left) return new CalendarDate(day, provisional);
            day = day.AddDays(direction);
        }
    }

    private YearTable Of(int year)
        => _years.TryGetValue(year, out var table) ? table
            : _statutory.GetOrAdd(year, y => new YearTable(new CalendarYearDays(y, CalendarStatus.Provisional, "法定", StatutoryHolidays.Of(y))));

    private sealed class YearTable
    {
        private readonly bool[] _working = new bool[367];
        private readonly FrozenDictionary<DateOnly, string> _names;

        public YearTable(CalendarYearDays year)
        {
            Year = year.Year;
            Provisional = year.Status == CalendarStatus.Provisional;
            _names = year.Days.ToFrozenDictionary(d => d.On, d => d.Name);
            var last = new DateOnly(year.Year, 12, 31).DayOfYear;
            for (var i = 1; i <= last; i++)
                _working[i] = new DateOnly(year.Year, 1, 1).AddDays(i - 1).DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);
            foreach (var day in year.Days) _working[day.On.DayOfYear] = day.Kind == SpecialDayKind.Working;
        }

        public int Year { get; }

        public bool Provisional { get; }

        public bool IsWorking(DateOnly day) => _working[day.DayOfYear];

        public string? NameOf(DateOnly day) => _names.GetValueOrDefault(day);
    }
}
