using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;

namespace DoubleRandom.Inspections.Deadlines;

/// <summary>When the steps of the ladder are due. Pure.</summary>
public static class DeadlineLadder
{
    /// <summary>The day of a rung (<see cref="DeadlineRung.Code"/>): so many working days before the last day, on it, or after it; calendar days before it; or days since the event, in which the clock ran.</summary>
    internal static DateOnly DayOf(int code, Deadline deadline, IWorkingCalendar calendar) => DeadlineRung.Of(code) switch
    {
        (RungUnit.CalendarDays, var days) => deadline.DueOn.AddDays(-days),
        (RungUnit.SinceStart, var days) => DeadlineClock.DayAfter(deadline.AnchorOn, days, deadline.Unit == DeadlineUnit.WorkingDays ? DeadlineUnit.WorkingDays : DeadlineUnit.CalendarDays, deadline.Still(), calendar),
        (_, >= 0 and var days) => calendar.Subtract(deadline.DueOn, days),
        (_, var days) => calendar.Add(deadline.DueOn, -days),
    };

    /// <summary>The steps of the round that were not taken yet; of a matter that is overdue only those that say so.</summary>
    public static IEnumerable<(DeadlineRung Rung, DateOnly On, DateTime? At)> Ahead(Deadline deadline, IWorkingCalendar calendar)
    {
        var taken = deadline.Taken().ToHashSet();
        return Steps(deadline, calendar).Where(s => !taken.Contains(s.Rung.Code) && (s.Rung.Rung <= 0 || deadline.Status != DeadlineStatus.Overdue));
    }

    /// <summary>The rungs that lie after the start: a three-day period has no ten-day reminder.</summary>
    internal static IEnumerable<(DeadlineRung Rung, DateOnly On, DateTime? At)> Steps(Deadline deadline, IWorkingCalendar calendar)
    {
        // A time that merely passes is nobody's failing; where its rule has rungs of its own, they remind before it is over.
        if (deadline.IsWindow && deadline.Rungs is null) return [];
        var ladder = deadline.Rungs is null ? DeadlineRules.Embedded.Ladder : DeadlineRungs.Read(deadline.Rungs);
        // A rung of hours that was over when the clock began is none.
        if (deadline.DueAt is { } due)
            return ladder.Where(r => r.Unit == RungUnit.WorkingDays).Select(r => (r, At: due.AddHours(-r.Rung))).Where(r => r.r.Rung <= 0 || deadline.AnchorAt is not { } begun || deadline.Direction != DeadlineDirection.After || r.At > begun).Select(r => (r.r, DeadlineClock.OfficeDay(r.At), (DateTime?)r.At));
        // What the office wanted to be done with by a day that the last day has passed is no reminder any more.
        return ladder.Select(r => (r, DayOf(r.Code, deadline, calendar), (DateTime?)null)).Where(r => r.r.Rung <= 0 || (r.Item2 > deadline.RoundOn && (r.r.Unit != RungUnit.SinceStart || r.Item2 < deadline.DueOn)));
    }

    /// <summary>Whether a step is due now.</summary>
    internal static bool IsReady((DeadlineRung Rung, DateOnly On, DateTime? At) step, ChangeContext now) => step.At is { } at ? at <= now.At : step.On <= now.On;

    /// <summary>
    /// What was told about an earlier last day says nothing about the new one: when a step that was taken lies ahead again, a round begins in which it is taken
    /// again. A matter that stays overdue keeps its round, and nobody hears twice that it is.
    /// </summary>
    internal static void Renew(Deadline deadline, DateOnly before, IWorkingCalendar calendar, DateOnly today, DateTime? now = null)
    {
        if (deadline.DueAt is { } due)
        {
            if (now is { } moment && due >= moment && deadline.Taken().Any(rung => due.AddHours(-rung) > moment)) deadline.BeginRound(today);
        }
        else if (deadline.DueOn > before && deadline.DueOn >= today && deadline.Taken().Any(rung => DayOf(rung, deadline, calendar) > today))
        {
            deadline.BeginRound(today);
        }
    }

    /// <summary>Sets when the sweep must look next: at a rung, or when the time is over.</summary>
    internal static void Schedule(Deadline deadline, IWorkingCalendar calendar)
    {
        if (deadline.DueAt is null)
        {
            (deadline.NextCheckOn, deadline.NextCheckAt) = (NextDay(deadline, calendar), null);
            return;
        }
        var moments = Ahead(deadline, calendar).Select(r => r.At).ToList();
        if (deadline.Status == DeadlineStatus.Open) moments.Add(deadline.DueAt.Value.AddSeconds(1));
        deadline.NextCheckAt = moments.Min();
        deadline.NextCheckOn = deadline.NextCheckAt is { } at ? DeadlineClock.OfficeDay(at) : null;
    }

    /// <summary>The next day with a rung, or the day after the last one.</summary>
    private static DateOnly? NextDay(Deadline deadline, IWorkingCalendar calendar)
    {
        var days = Ahead(deadline, calendar).Select(r => (DateOnly?)r.On).ToList();
        if (deadline.Status == DeadlineStatus.Open) days.Add(deadline.DueOn.AddDays(1));
        return days.Min();
    }
}
