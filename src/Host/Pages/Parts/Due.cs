using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Deadlines;

namespace DoubleRandom.Host.Pages.Parts;

/// <summary>How near a last day is: far, near (two working days or fewer), today, late.</summary>
public enum DueLevel { Far, Near, Today, Late }

/// <summary>A last day as people read it.</summary>
/// <param name="At">The moment, where it is counted in hours: 2026-03-02 14:30.</param>
public sealed record DueView(DateOnly On, string Words, DueLevel Level, DateTime? At = null);

/// <summary>Puts last days into words, with the calendar in force.</summary>
public sealed class DueReader(CalendarSource calendars, TimeProvider time)
{
    private IWorkingCalendar? _calendar;

    public DateOnly Today => time.Today;

    public async Task<IWorkingCalendar> CalendarAsync(CancellationToken cancellationToken) => _calendar ??= await calendars.CurrentAsync(cancellationToken);

    /// <summary>A clock's own end: a day, or a moment where it is counted in hours.</summary>
    public async Task<DueView> ReadAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        if (deadline.DueAt is not { } at) return (await ReadAsync(deadline.DueOn, cancellationToken))!;
        var left = at - time.UtcNow;
        var level = left < TimeSpan.Zero ? DueLevel.Late : left < TimeSpan.FromHours(4) ? DueLevel.Today : left < TimeSpan.FromHours(12) ? DueLevel.Near : DueLevel.Far;
        return new DueView(deadline.DueOn, DeadlineClock.RemainingWords(time.UtcNow, at), level, at);
    }

    public async Task<DueView?> ReadAsync(DateOnly? dueOn, CancellationToken cancellationToken)
    {
        if (dueOn is not { } due) return null;
        var calendar = await CalendarAsync(cancellationToken);
        var today = Today;
        var level = due < today ? DueLevel.Late : due == today ? DueLevel.Today : calendar.CountBetween(today, due) <= 2 ? DueLevel.Near : DueLevel.Far;
        return new DueView(due, DeadlineClock.RemainingWords(calendar, today, due), level);
    }
}
