using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Pages.Parts;

/// <summary>How near a last day is: far, near (two working days or fewer), today, late.</summary>
public enum DueLevel { Far, Near, Today, Late }

/// <summary>A last day as people read it.</summary>
/// <param name="At">The moment, where it is counted in hours: 2026-03-02 14:30.</param>
public sealed record DueView(DateOnly On, string Words, DueLevel Level, DateTime? At = null);

/// <summary>Puts last days into words, with the calendar in force.</summary>
public sealed class DueReader(CalendarSource calendars, TimeProvider time, DbContext db)
{
    private IWorkingCalendar? _calendar;

    public DateOnly Today => time.Today;

    public async Task<IWorkingCalendar> CalendarAsync(CancellationToken cancellationToken) => _calendar ??= await calendars.CurrentAsync(cancellationToken);

    /// <summary>A clock's own end: a day, or a moment where it is counted in hours.</summary>
    public async Task<DueView> ReadAsync(Deadline deadline, CancellationToken cancellationToken)
        => deadline.DueAt is { } at ? Moment(deadline.DueOn, at) : (await ReadAsync(deadline.DueOn, cancellationToken))!;

    /// <summary>The ends of the items' clocks, in the items' order; null for an item without one.</summary>
    public async Task<IReadOnlyList<DueView?>> ReadAsync(IReadOnlyList<(Guid ItemId, DateOnly? DueOn)> items, CancellationToken cancellationToken)
    {
        // An item carries the day; the moment of a clock that counts hours stands with the clock alone.
        var ids = items.Where(i => i.DueOn is not null).Select(i => i.ItemId).ToArray();
        var moments = ids.Length == 0 ? [] : await db.Set<WorkItem>().AsNoTracking().Where(i => EF.Parameter(ids).Contains(i.Id))
            .Join(db.Set<Deadline>().Where(d => d.DueAt != null), i => i.DeadlineId, d => (Guid?)d.Id, (i, d) => new { i.Id, d.DueAt }).ToDictionaryAsync(m => m.Id, m => m.DueAt!.Value, cancellationToken);
        List<DueView?> views = new(items.Count);
        foreach (var (id, dueOn) in items) views.Add(dueOn is { } on && moments.TryGetValue(id, out var at) ? Moment(on, at) : await ReadAsync(dueOn, cancellationToken));
        return views;
    }

    private DueView Moment(DateOnly on, DateTime at)
    {
        var left = at - time.UtcNow;
        var level = left < TimeSpan.Zero ? DueLevel.Late : left < TimeSpan.FromHours(4) ? DueLevel.Today : left < TimeSpan.FromHours(48) ? DueLevel.Near : DueLevel.Far;
        return new DueView(on, DeadlineClock.RemainingWords(time.UtcNow, at), level, at);
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
