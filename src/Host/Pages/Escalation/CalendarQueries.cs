using DoubleRandom.Inspections.Calendars;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Pages.Escalation;

/// <param name="Name">The holiday's or make-up day's name; null for a plain day.</param>
internal sealed record CalendarPageDay(DateOnly On, bool IsWorking, string? Name, bool IsException);

/// <param name="Blanks">Weekdays before the first, Monday first.</param>
internal sealed record CalendarPageMonth(int Month, int Blanks, int WorkingDays, IReadOnlyList<CalendarPageDay> Days);

internal sealed record CalendarPageView(int Year, bool IsProvisional, CalendarYear? Loaded, IReadOnlyList<CalendarPageMonth> Months, IReadOnlyList<CalendarException> Exceptions);

/// <summary>A year as the deadlines count it.</summary>
internal sealed class CalendarQueries(DbContext db, CalendarSource source)
{
    public async Task<CalendarPageView> FindAsync(int year, CancellationToken cancellationToken)
    {
        var calendar = await source.CurrentAsync(cancellationToken);
        var (first, last) = (new DateOnly(year, 1, 1), new DateOnly(year, 12, 31));
        var exceptions = await db.Set<CalendarException>().AsNoTracking().Where(e => e.On >= first && e.On <= last).OrderBy(e => e.On).ToListAsync(cancellationToken);
        var own = exceptions.Select(e => e.On).ToHashSet();
        var months = Enumerable.Range(1, 12).Select(month =>
        {
            var days = Enumerable.Range(1, DateTime.DaysInMonth(year, month)).Select(day => new DateOnly(year, month, day))
                .Select(on => new CalendarPageDay(on, calendar.IsWorkingDay(on), calendar.NameOf(on), own.Contains(on))).ToList();
            return new CalendarPageMonth(month, ((int)days[0].On.DayOfWeek + 6) % 7, days.Count(d => d.IsWorking), days);
        });
        return new CalendarPageView(year, calendar.IsProvisional(first), await db.Set<CalendarYear>().AsNoTracking().SingleOrDefaultAsync(y => y.Year == year, cancellationToken), [.. months], exceptions);
    }
}
