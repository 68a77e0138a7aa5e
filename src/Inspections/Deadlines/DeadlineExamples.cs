using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;

namespace DoubleRandom.Inspections.Deadlines;

/// <param name="Occasion">What kind of day the event falls on.</param>
public sealed record DeadlineExample(string Occasion, DateOnly AnchorOn, CountedDeadline Counted);

/// <summary>What a rule would give: for an event today, one beside the next long holiday, one beside the turn of the year; then with a stop and with every extension. Pure.</summary>
public static class DeadlineExamples
{
    /// <summary>So far ahead the next long holiday is looked for.</summary>
    private const int DaysAhead = 370;

    /// <summary>Empty for a rule whose last day the document names.</summary>
    public static IReadOnlyList<DeadlineExample> Of(DeadlineRule rule, IWorkingCalendar calendar, DateOnly today)
    {
        if (rule.FixedDay(today) is { } day)
            return [new DeadlineExample("今天发生", today, DeadlineClock.Count(new DeadlineTerms(today, rule.Anchor, null, rule.Unit, rule.Direction, rule.Rollover, day, []), calendar))];
        if (rule.Amount is null) return [];
        var backwards = rule.Direction != DeadlineDirection.After;
        var (first, last) = LongestHoliday(calendar, today);
        var turn = new DateOnly(today.Month == 12 && today.Day > 20 ? today.Year + 1 : today.Year, 12, 21);
        (string Occasion, DateOnly On)[] anchors =
        [
            ("今天发生", today),
            backwards ? ($"{calendar.NameOf(last)}后第一个工作日发生", calendar.Add(last, 1).On) : ($"{calendar.NameOf(first)}前最后一个工作日发生", calendar.Subtract(first, 1).On),
            backwards ? ("新年初发生", calendar.Add(new DateOnly(turn.Year + 1, 1, 4), 0).On) : ("年底发生", calendar.Add(turn, 0).On),
        ];
        List<DeadlineExample> examples = [.. anchors.Select(a => new DeadlineExample(a.Occasion, a.On,
            DeadlineClock.Count(new DeadlineTerms(a.On, rule.Anchor, rule.Amount, rule.Unit, rule.Direction, rule.Rollover, null, [], AnchorAt: AfternoonOf(a.On)), calendar)))];
        if (rule.Unit != DeadlineUnit.Hours) examples.AddRange([.. Paused(rule, calendar, today), .. Extended(rule, calendar, today, examples[0].Counted.DueOn)]);
        return examples;
    }

    /// <summary>A stop of ten days that begins three days on, for the first reason the rule knows.</summary>
    private static IEnumerable<DeadlineExample> Paused(DeadlineRule rule, IWorkingCalendar calendar, DateOnly today)
    {
        if (rule is not { Pauses: [var reason, ..], Direction: DeadlineDirection.After, Amount: > 3 }) yield break;
        PausedDays pause = new(today.AddDays(3), today.AddDays(13), reason);
        yield return new DeadlineExample($"今天发生，3 日后中止 10 日（{reason}）", today,
            DeadlineClock.Count(new DeadlineTerms(today, rule.Anchor, rule.Amount, rule.Unit, rule.Direction, rule.Rollover, null, [pause]), calendar));
    }

    /// <summary>As far as a leader may go: each extension counts from the last day as it stands.</summary>
    private static IEnumerable<DeadlineExample> Extended(DeadlineRule rule, IWorkingCalendar calendar, DateOnly today, DateOnly dueOn)
    {
        if (rule.Extension is not { } terms || rule.MovedBy is not null) yield break;
        for (var time = 1; time <= terms.Times; time++)
        {
            dueOn = ExtendDeadlineHandler.LatestOf(terms, dueOn, rule.Rollover, calendar);
            var counted = DeadlineClock.Count(new DeadlineTerms(today, rule.Anchor, rule.Amount, rule.Unit, rule.Direction, rule.Rollover, dueOn, [], time), calendar);
            dueOn = counted.DueOn;
            yield return new DeadlineExample(terms.Times == 1 ? "今天发生，批准延长，最晚" : $"今天发生，批准延长第{time}次，最晚", today, counted);
        }
    }

    /// <summary>Half past two at the office: what a rule of hours is tried with.</summary>
    private static DateTime AfternoonOf(DateOnly on) => TimeZoneInfo.ConvertTimeToUtc(on.ToDateTime(new TimeOnly(14, 30), DateTimeKind.Unspecified), OfficeTime.DefaultZone);

    /// <summary>The longest run of days off with a name in it; a year always has one.</summary>
    private static (DateOnly First, DateOnly Last) LongestHoliday(IWorkingCalendar calendar, DateOnly today)
    {
        var best = (First: today, Last: today, Days: 0);
        for (var day = today.AddDays(1); day <= today.AddDays(DaysAhead); day = day.AddDays(1))
        {
            if (calendar.IsWorkingDay(day)) continue;
            var first = day;
            var isNamed = false;
            for (; !calendar.IsWorkingDay(day); day = day.AddDays(1)) isNamed |= calendar.NameOf(day) is not null;
            var days = day.DayNumber - first.DayNumber;
            if (isNamed && days > best.Days) best = (first, day.AddDays(-1), days);
        }
        // The run may begin with a plain weekend: its name is the holiday's.
        while (calendar.NameOf(best.First) is null && best.First < best.Last) best.First = best.First.AddDays(1);
        while (calendar.NameOf(best.Last) is null && best.Last > best.First) best.Last = best.Last.AddDays(-1);
        return (best.First, best.Last);
    }
}
