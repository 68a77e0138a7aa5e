using DoubleRandom.Inspections.Calendars;

namespace DoubleRandom.Inspections.Deadlines;

/// <summary>When the steps of the ladder are due. Pure.</summary>
internal static class DeadlineLadder
{
    /// <summary>The day of a rung: so many working days before the last day, on it, or after it.</summary>
    public static DateOnly DayOf(int rung, DateOnly dueOn, IWorkingCalendar calendar)
        => rung >= 0 ? calendar.Subtract(dueOn, rung) : calendar.Add(dueOn, -rung);

    /// <summary>The rungs that were not taken and lie after the start: a three-day period has no ten-day reminder.</summary>
    public static IEnumerable<(DeadlineRung Rung, DateOnly On)> Ahead(Deadline deadline, IWorkingCalendar calendar, IEnumerable<int> fired)
    {
        // A time that merely passes is nobody's failing; where its rule has rungs of its own, they remind before it is over.
        if (deadline.IsWindow && deadline.Rungs is null) return [];
        var taken = fired.ToHashSet();
        var ladder = deadline.Rungs is null ? DeadlineRules.Embedded.Ladder : DeadlineRungs.Read(deadline.Rungs);
        return ladder.Where(r => !taken.Contains(r.Rung))
            .Select(r => (r, DayOf(r.Rung, deadline.DueOn, calendar)))
            .Where(r => r.r.Rung <= 0 || r.Item2 > deadline.RoundOn);
    }

    /// <summary>
    /// What was told about an earlier last day says nothing about the new one: when a step that was taken lies ahead again, a round begins in which it is taken
    /// again. A matter that stays overdue keeps its round, and nobody hears twice that it is.
    /// </summary>
    /// <returns>The steps taken in the deadline's round as it is now.</returns>
    public static IReadOnlyList<int> Renew(Deadline deadline, DateOnly before, IReadOnlyList<int> fired, IWorkingCalendar calendar, DateOnly today)
    {
        if (deadline.DueOn <= before || deadline.DueOn < today || !fired.Any(rung => DayOf(rung, deadline.DueOn, calendar) > today)) return fired;
        (deadline.Round, deadline.RoundOn) = (deadline.Round + 1, today);
        return [];
    }

    /// <summary>The next day on which the sweep must look: a rung, or the day after the last one.</summary>
    public static DateOnly? NextCheck(Deadline deadline, IWorkingCalendar calendar, IEnumerable<int> fired)
    {
        var days = Ahead(deadline, calendar, fired).Select(r => (DateOnly?)r.On).ToList();
        if (deadline.Status == DeadlineStatus.Open) days.Add(deadline.DueOn.AddDays(1));
        return days.Min();
    }
}
