using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;

namespace DoubleRandom.Inspections.Deadlines;

/// <summary>A stretch that does not count: the days after <paramref name="From"/> up to and including <paramref name="To"/>.</summary>
public sealed record PausedDays(DateOnly From, DateOnly To, string Reason);

/// <summary>What a period is counted from and with.</summary>
/// <param name="ExplicitDueOn">The last day named in a document or granted by an extension; the amount is not counted then.</param>
/// <param name="Extensions">How often a leader has granted a later last day.</param>
/// <param name="AnchorAt">For the unit of hours: the moment of the event, UTC.</param>
public sealed record DeadlineTerms(
    DateOnly AnchorOn, string Anchor, int? Amount, DeadlineUnit Unit, DeadlineDirection Direction, bool Rollover, DateOnly? ExplicitDueOn, IReadOnlyList<PausedDays> Pauses, int Extensions = 0, DateTime? AnchorAt = null);

/// <summary>A last day and how it came about: in words for people and as JSON for machines.</summary>
/// <param name="DueAt">For the unit of hours: the moment the time is over, UTC.</param>
public sealed record CountedDeadline(DateOnly DueOn, bool Provisional, string Explanation, string Json, DateTime? DueAt = null);

/// <summary>Counts a period. Pure: the same terms and calendar give the same day, so a row can be recounted at any time.</summary>
public static class DeadlineClock
{
    public static CountedDeadline Count(DeadlineTerms terms, IWorkingCalendar calendar)
    {
        if (terms is { Unit: DeadlineUnit.Hours, ExplicitDueOn: null }) return CountHours(terms, calendar);
        var steps = new List<CalendarStep>();
        var due = LastDay(terms, calendar, steps);
        var provisional = steps.Any(s => s.Provisional);

        var rolledFrom = (DateOnly?)null;
        // A day the document names is that day; what is counted, or granted on, moves on from a day of rest.
        if (terms.Rollover && (terms.ExplicitDueOn is null || terms.Extensions > 0) && terms.Direction == DeadlineDirection.After)
        {
            // The notice that is still to come may make a day of rest of a day that looks worked: the bridge days of a holiday are not known before.
            provisional |= calendar.IsProvisional(due);
            if (!calendar.IsWorkingDay(due))
            {
                rolledFrom = due;
                var rolled = calendar.Add(due, 0);
                provisional |= rolled.Provisional;
                due = rolled.On;
            }
        }
        var explanation = Explain(terms, due, rolledFrom, provisional, steps);
        // Nobody sits in the office on that day: what must be there by then has to be done before.
        if (terms.ExplicitDueOn is not null && !calendar.IsWorkingDay(due)) explanation += $"该日为休息日，此前最后一个工作日为{InWords(calendar.Subtract(due, 0).On)}。";
        return new CountedDeadline(due, provisional, explanation, ToJson(terms, due, rolledFrom, provisional, steps, calendar.Version));
    }

    /// <summary>The day so many working or calendar days after an event, without those that stood still; no rollover.</summary>
    internal static DateOnly DayAfter(DateOnly anchorOn, int days, DeadlineUnit unit, IReadOnlyList<PausedDays> still, IWorkingCalendar calendar)
        => LastDay(new DeadlineTerms(anchorOn, "", days, unit, DeadlineDirection.After, Rollover: false, ExplicitDueOn: null, still), calendar, []);

    /// <summary>Before any rollover; for working days with the days walked.</summary>
    private static DateOnly LastDay(DeadlineTerms terms, IWorkingCalendar calendar, List<CalendarStep> steps)
    {
        if (terms.ExplicitDueOn is { } named) return named.AddDays(PausedCalendarDays(terms, named));
        if (terms.Amount is not { } amount) throw new ArgumentException("A rule without an amount needs the date named in the document.", nameof(terms));
        if (terms.Unit == DeadlineUnit.WorkingDays) return WalkWorkingDays(terms, amount, calendar, steps);
        if (terms.Direction == DeadlineDirection.BeforeInFull) amount++;
        var sign = IsBefore(terms) ? -1 : 1;
        var due = terms.Unit switch
        {
            DeadlineUnit.CalendarDays => terms.AnchorOn.AddDays(sign * amount),
            DeadlineUnit.Months => terms.AnchorOn.AddMonths(sign * amount),
            DeadlineUnit.Years => terms.AnchorOn.AddYears(sign * amount),
            _ => throw new ArgumentException("A rule of unit date has no amount.", nameof(terms)),
        };
        return due.AddDays(PausedCalendarDays(terms, due));
    }

    /// <summary>Hours run on at night and over holidays; no day is skipped.</summary>
    private static CountedDeadline CountHours(DeadlineTerms terms, IWorkingCalendar calendar)
    {
        if (terms is not { AnchorAt: { } anchor, Amount: { } amount }) throw new ArgumentException("A rule of hours needs the moment of its event.", nameof(terms));
        var due = anchor.AddHours(IsBefore(terms) ? -amount : amount);
        var on = OfficeDay(due);
        var text = IsBefore(terms) ? $"自{MomentInWords(anchor)}（{terms.Anchor}）倒算{amount}小时，至{MomentInWords(due)}。" : $"自{MomentInWords(anchor)}（{terms.Anchor}）起算{amount}小时，至{MomentInWords(due)}。";
        var json = new JsonObject
        {
            ["anchor"] = terms.Anchor,
            ["anchorAt"] = anchor.ToString("O", CultureInfo.InvariantCulture),
            ["amount"] = amount,
            ["unit"] = terms.Unit.ToString(),
            ["direction"] = terms.Direction.ToString(),
            ["dueAt"] = due.ToString("O", CultureInfo.InvariantCulture),
            ["dueOn"] = Iso(on),
            ["provisional"] = false,
            ["calendar"] = calendar.Version,
        };
        return new CountedDeadline(on, false, text, json.ToJsonString(), due);
    }

    private static DateTime OfficeMoment(DateTime utc) => TimeZoneInfo.ConvertTimeFromUtc(DateTime.SpecifyKind(utc, DateTimeKind.Utc), OfficeTime.DefaultZone);

    /// <summary>The office's day of a moment.</summary>
    internal static DateOnly OfficeDay(DateTime utc) => DateOnly.FromDateTime(OfficeMoment(utc));

    /// <summary>A moment as officials write it: 2026年3月2日14:30.</summary>
    public static string MomentInWords(DateTime utc) => OfficeMoment(utc) is var at ? string.Create(CultureInfo.InvariantCulture, $"{InWords(DateOnly.FromDateTime(at))}{at:HH:mm}") : "";

    /// <summary>How much is left of a time of hours, in words: 剩 5 小时 · 剩 20 分钟 · 已逾期 2 小时.</summary>
    public static string RemainingWords(DateTime now, DateTime dueAt)
    {
        var left = dueAt - now;
        var span = left.Duration();
        var words = span.TotalHours >= 48 ? $"{span.Days} 天{(span.Hours > 0 ? $" {span.Hours} 小时" : "")}" : span.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours} 小时") : string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalMinutes} 分钟");
        return left >= TimeSpan.Zero ? $"剩 {words}" : $"已逾期 {words}";
    }

    /// <summary>How much is left of a clock, in words.</summary>
    public static string RemainingWords(Deadline deadline, IWorkingCalendar calendar, DateTime now, DateOnly today)
        => deadline.DueAt is { } due ? RemainingWords(now, due) : RemainingWords(calendar, today, deadline.DueOn);

    /// <summary>The last day, or the moment, in words.</summary>
    public static string DueInWords(Deadline deadline) => deadline.DueAt is { } due ? $"{MomentInWords(due)}前" : InWords(deadline.DueOn);

    /// <summary>How much is left, in words: 剩 3 个工作日 · 今天到期 · 已逾期 2 个工作日.</summary>
    public static string RemainingWords(IWorkingCalendar calendar, DateOnly today, DateOnly dueOn)
    {
        if (today == dueOn) return "今天到期";
        var days = calendar.CountBetween(today, dueOn);
        if (today < dueOn) return days > 0 ? $"剩 {days} 个工作日" : $"{InWords(dueOn)}到期，其间没有工作日";
        return days < 0 ? $"已逾期 {-days} 个工作日" : "已逾期，未满 1 个工作日";
    }

    private static bool IsBefore(DeadlineTerms terms) => terms.Direction is not DeadlineDirection.After;

    private static DateOnly WalkWorkingDays(DeadlineTerms terms, int amount, IWorkingCalendar calendar, List<CalendarStep> steps)
    {
        if (IsBefore(terms))
        {
            if (terms.Direction == DeadlineDirection.BeforeInFull) amount++;
            steps.AddRange(calendar.Explain(terms.AnchorOn, amount, backwards: true));
            return steps[^1].On;
        }
        if (terms.Pauses.Count == 0 || amount == 0)
        {
            steps.AddRange(calendar.Explain(terms.AnchorOn, amount));
            return steps[^1].On;
        }
        var counted = 0;
        for (var day = terms.AnchorOn; counted < amount;)
        {
            day = day.AddDays(1);
            var pause = terms.Pauses.FirstOrDefault(p => p.From < day && day <= p.To);
            var counts = pause is null && calendar.IsWorkingDay(day);
            if (counts) counted++;
            var name = pause is not null ? $"中止（{pause.Reason}）" : calendar.NameOf(day) ?? (counts ? null : "周末");
            steps.Add(new CalendarStep(day, counts ? counted : null, name, calendar.IsProvisional(day)));
        }
        return steps[^1].On;
    }

    /// <summary>Each pause that begins before the (moved) end adds its days; pauses are in order of time.</summary>
    private static int PausedCalendarDays(DeadlineTerms terms, DateOnly due)
    {
        var added = 0;
        if (IsBefore(terms)) return 0;
        foreach (var pause in terms.Pauses.OrderBy(p => p.From))
        {
            var from = pause.From < terms.AnchorOn ? terms.AnchorOn : pause.From;
            if (from < due.AddDays(added) && pause.To > from) added += pause.To.DayNumber - from.DayNumber;
        }
        return added;
    }

    private static string Explain(DeadlineTerms terms, DateOnly due, DateOnly? rolledFrom, bool provisional, List<CalendarStep> steps)
    {
        var text = new StringBuilder();
        if (terms.ExplicitDueOn is { } named)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(terms.Extensions == 0 ? "期限为载明的" : $"自{InWords(terms.AnchorOn)}（{terms.Anchor}）起算，经批准延长{(terms.Extensions == 1 ? "" : $"（第{terms.Extensions}次）")}至")}{InWords(named)}");
        }
        else if (IsBefore(terms))
        {
            text.Append(CultureInfo.InvariantCulture, $"自{InWords(terms.AnchorOn)}（{terms.Anchor}）前一日起倒算{terms.Amount}{UnitWord(terms.Unit)}");
            if (terms.Direction == DeadlineDirection.BeforeInFull) text.Append("（其间须满该日数，再往前一日）");
        }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $"自{InWords(terms.AnchorOn)}（{terms.Anchor}）次日起算{terms.Amount}{UnitWord(terms.Unit)}");
        }
        var skipped = Group(steps.Where(s => s.Counted is null && s.Name is not null && s.Name != "周末" && !s.Name.StartsWith("中止", StringComparison.Ordinal)));
        if (skipped.Count > 0) text.Append("，跳过").AppendJoin('、', skipped);
        var weekend = steps.Count(s => s.Counted is null && s.Name == "周末");
        if (weekend > 0) text.Append(CultureInfo.InvariantCulture, $"{(skipped.Count > 0 ? "及" : "，跳过")}周末{weekend}天");
        var madeUp = steps.Where(s => s.Counted is not null && s.Name is not null).ToList();
        if (madeUp.Count > 0) text.Append("，补班").AppendJoin('、', madeUp.Select(s => $"{s.On.Month}月{s.On.Day}日")).Append("计入");
        foreach (var pause in terms.Pauses) text.Append(CultureInfo.InvariantCulture, $"，{InWords(pause.From)}次日至{InWords(pause.To)}中止（{pause.Reason}）不计");
        if (rolledFrom is { } day) text.Append(CultureInfo.InvariantCulture, $"，末日{day.Month}月{day.Day}日为休息日，顺延");
        if (terms.ExplicitDueOn != due) text.Append(CultureInfo.InvariantCulture, $"，至{InWords(due)}");
        if (provisional) text.Append("（暂定：所涉年度放假通知尚未公布）");
        // "At least N days before": on the last day the period is just full, and a day that turns out not to count breaks it.
        if (terms is { Direction: DeadlineDirection.BeforeInFull, ExplicitDueOn: null }) text.Append(CultureInfo.InvariantCulture, $"。末日办理的，其间恰好满{terms.Amount}{UnitWord(terms.Unit)}，不留余地，宜提前");
        return text.Append('。').ToString();
    }

    private static List<string> Group(IEnumerable<CalendarStep> days)
        => [.. days.OrderBy(d => d.On).GroupBy(d => (d.On.Year, d.Name)).Select(g =>
        {
            var (first, last) = (g.First().On, g.Last().On);
            return first == last ? $"{g.Key.Name}（{first.Month}月{first.Day}日）"
                : $"{g.Key.Name}（{first.Month}月{first.Day}日至{(first.Month == last.Month ? "" : $"{last.Month}月")}{last.Day}日）";
        })];

    private static string ToJson(DeadlineTerms terms, DateOnly due, DateOnly? rolledFrom, bool provisional, List<CalendarStep> steps, string version)
        => new JsonObject
        {
            ["anchor"] = terms.Anchor,
            ["anchorOn"] = Iso(terms.AnchorOn),
            ["amount"] = terms.Amount,
            ["unit"] = JsonSerializer.SerializeToNode(terms.Unit.ToString()),
            ["direction"] = terms.Direction.ToString(),
            ["explicitDueOn"] = terms.ExplicitDueOn is { } named ? Iso(named) : null,
            ["skipped"] = new JsonArray([.. steps.Where(s => s.Counted is null).Select(s => (JsonNode)new JsonObject { ["on"] = Iso(s.On), ["name"] = s.Name })]),
            ["counted"] = new JsonArray([.. steps.Where(s => s.Counted is not null).Select(s => (JsonNode)Iso(s.On)!)]),
            ["pauses"] = new JsonArray([.. terms.Pauses.Select(p => (JsonNode)new JsonObject { ["after"] = Iso(p.From), ["upTo"] = Iso(p.To), ["reason"] = p.Reason })]),
            ["rolledFrom"] = rolledFrom is { } rolled ? Iso(rolled) : null,
            ["dueOn"] = Iso(due),
            ["provisional"] = provisional,
            ["calendar"] = version,
        }.ToJsonString();

    /// <summary>A unit as it follows its number: 3个工作日, 30日.</summary>
    public static string UnitWord(DeadlineUnit unit) => unit switch
    {
        DeadlineUnit.WorkingDays => "个工作日",
        DeadlineUnit.CalendarDays => "日",
        DeadlineUnit.Months => "个月",
        DeadlineUnit.Years => "年",
        DeadlineUnit.Hours => "小时",
        _ => "",
    };

    /// <summary>A date as officials write it: 2026年10月9日.</summary>
    public static string InWords(DateOnly date) => $"{date.Year}年{date.Month}月{date.Day}日";

    private static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
