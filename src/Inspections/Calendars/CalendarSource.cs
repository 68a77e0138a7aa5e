using DoubleRandom.Basics;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Calendars;

/// <summary>The calendar last built, for all scopes. Its key names the versions, so a newer load is never hidden by it.</summary>
public sealed class CalendarCache
{
    private volatile Entry? _entry;

    internal WorkingCalendar? Find(string key) => _entry is { } entry && entry.Key == key ? entry.Calendar : null;

    internal void Keep(string key, WorkingCalendar calendar) => _entry = new Entry(key, calendar);

    private sealed record Entry(string Key, WorkingCalendar Calendar);
}

/// <summary>The calendar in force: the office's exceptions over the database's years, those over the embedded ones.</summary>
public sealed class CalendarSource(DbContext db, CalendarCache cache)
{
    public async Task<WorkingCalendar> CurrentAsync(CancellationToken cancellationToken)
    {
        var years = await db.Set<CalendarYear>().AsNoTracking().OrderBy(y => y.Year).ToListAsync(cancellationToken);
        var exceptions = await ExceptionsAsync(cancellationToken);
        if (years.Count == 0 && exceptions.Count == 0) return EmbeddedCalendars.Calendar;
        // With the instant: a load that was rolled back must not lend its days to the next one of the same number.
        var key = string.Join(';', years.Select(y => $"{y.Year}:{y.Version}@{y.LoadedAt.Ticks}")) + '|' + string.Join(';', exceptions.Select(e => $"{e.On.Iso()}@{e.AddedAt.Ticks}"));
        if (cache.Find(key) is { } known) return known;
        var days = (await db.Set<CalendarDay>().AsNoTracking().ToListAsync(cancellationToken)).ToLookup(d => d.Year);
        var calendar = Combine(years.Select(y => ToDays(y, days[y.Year])), exceptions);
        cache.Keep(key, calendar);
        return calendar;
    }

    /// <summary>The years in force, day by day: the database's first, then the embedded ones.</summary>
    public async Task<IReadOnlyList<CalendarYearDays>> YearsAsync(CancellationToken cancellationToken)
    {
        var byYear = EmbeddedCalendars.Years.ToDictionary(y => y.Year);
        foreach (var (year, days) in await LoadedAsync(cancellationToken)) byYear[year] = days;
        return [.. byYear.Values.OrderBy(y => y.Year)];
    }

    /// <summary>The database's years as they were before the current transaction's changes are saved.</summary>
    internal async Task<Dictionary<int, CalendarYearDays>> LoadedAsync(CancellationToken cancellationToken)
    {
        var years = await db.Set<CalendarYear>().AsNoTracking().ToListAsync(cancellationToken);
        var days = (await db.Set<CalendarDay>().AsNoTracking().ToListAsync(cancellationToken)).ToLookup(d => d.Year);
        return years.ToDictionary(y => y.Year, y => ToDays(y, days[y.Year]));
    }

    /// <summary>The office's exceptions, in the order of the days.</summary>
    internal Task<List<CalendarException>> ExceptionsAsync(CancellationToken cancellationToken)
        => db.Set<CalendarException>().AsNoTracking().OrderBy(e => e.On).ToListAsync(cancellationToken);

    internal static WorkingCalendar Combine(IEnumerable<CalendarYearDays> loaded, IEnumerable<CalendarException> exceptions)
    {
        var byYear = EmbeddedCalendars.Years.ToDictionary(y => y.Year);
        foreach (var year in loaded) byYear[year.Year] = year;
        foreach (var own in exceptions.GroupBy(e => e.On.Year))
        {
            if (!byYear.TryGetValue(own.Key, out var year)) year = new CalendarYearDays(own.Key, CalendarStatus.Provisional, "法定", StatutoryHolidays.Of(own.Key));
            var days = year.Days.ToDictionary(d => d.On);
            foreach (var exception in own) days[exception.On] = new SpecialDay(exception.On, exception.Kind, exception.Name);
            byYear[own.Key] = year with { Version = $"{year.Version}+地方{own.Count()}日", Days = [.. days.Values.OrderBy(d => d.On)] };
        }
        return new WorkingCalendar(byYear.Values);
    }

    internal static CalendarYearDays ToDays(CalendarYear year, IEnumerable<CalendarDay> days)
        => new(year.Year, year.Status, $"第{year.Version}版", [.. days.OrderBy(d => d.On).Select(d => new SpecialDay(d.On, d.Kind, d.Name))]);
}
