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

/// <summary>The calendar in force: the database's years first, then the embedded ones.</summary>
public sealed class CalendarSource(DbContext db, CalendarCache cache)
{
    public async Task<WorkingCalendar> CurrentAsync(CancellationToken cancellationToken)
    {
        var years = await db.Set<CalendarYear>().AsNoTracking().OrderBy(y => y.Year).ToListAsync(cancellationToken);
        if (years.Count == 0) return EmbeddedCalendars.Calendar;
        // With the instant: a load that was rolled back must not lend its days to the next one of the same number.
        var key = string.Join(';', years.Select(y => $"{y.Year}:{y.Version}@{y.LoadedAt.Ticks}"));
        if (cache.Find(key) is { } known) return known;
        var days = (await db.Set<CalendarDay>().AsNoTracking().ToListAsync(cancellationToken)).ToLookup(d => d.Year);
        var calendar = Combine(years.Select(y => ToDays(y, days[y.Year])));
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

    internal static WorkingCalendar Combine(IEnumerable<CalendarYearDays> loaded)
    {
        var byYear = EmbeddedCalendars.Years.ToDictionary(y => y.Year);
        foreach (var year in loaded) byYear[year.Year] = year;
        return new WorkingCalendar(byYear.Values);
    }

    internal static CalendarYearDays ToDays(CalendarYear year, IEnumerable<CalendarDay> days)
        => new(year.Year, year.Status, $"第{year.Version}版", [.. days.OrderBy(d => d.On).Select(d => new SpecialDay(d.On, d.Kind, d.Name))]);
}
