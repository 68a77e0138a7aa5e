using System.Globalization;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Deadlines;

namespace DoubleRandom.Inspections.Planning;

/// <summary>需求收集期 of a year: open until the last day of the rule <c>plan.demand</c>, 31 March unless the office sets another (S004-12).</summary>
/// <param name="ClosesOn">Last day, inclusive.</param>
/// <param name="LastWorkingDay">The day itself, or the working day before it: who comes on the last day finds the office open.</param>
public sealed record DemandWindow(int Year, DateOnly ClosesOn, DateOnly LastWorkingDay)
{
    /// <summary>A demand handed in later needs its reason and is treated as ad hoc (S004-13).</summary>
    public bool IsLate(DateOnly on) => on > ClosesOn;
}

public sealed class DemandWindows(DeadlineProfiles profiles, DeadlineRuleSource rules, CalendarSource calendars)
{
    private const string Rule = "plan.demand";

    public async Task<DemandWindow> OfAsync(int year, CancellationToken cancellationToken)
    {
        // The rule of the year's beginning: a window that is open does not close by a rule made while it is.
        var rule = (await rules.CurrentAsync(cancellationToken)).Find(Rule, await profiles.OwnAsync(new DateOnly(year, 1, 1), cancellationToken) ?? "*", new DateOnly(year, 1, 1));
        var monthDay = rule?.MonthDay ?? "03-31";
        var closes = DateOnly.ParseExact($"{year.ToString(CultureInfo.InvariantCulture)}-{(monthDay == "02-29" && !DateTime.IsLeapYear(year) ? "02-28" : monthDay)}", "yyyy-MM-dd", CultureInfo.InvariantCulture);
        var calendar = await calendars.CurrentAsync(cancellationToken);
        return new DemandWindow(year, closes, calendar.IsWorkingDay(closes) ? closes : calendar.Subtract(closes, 1).On);
    }
}
