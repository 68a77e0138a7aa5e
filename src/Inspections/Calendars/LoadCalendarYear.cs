using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Deadlines;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Calendars;

/// <summary>Takes in a holiday notice: 日期,类型,名称[,状态,说明]. The years in the file replace the same years loaded before.</summary>
public sealed record LoadCalendarYear(string Csv, bool DryRun = false);

/// <summary>A deadline whose last day changed because the calendar did.</summary>
/// <param name="Why">In Chinese: the days that are counted differently.</param>
public sealed record MovedDeadline(Guid DeadlineId, string CaseNo, string Title, DateOnly From, DateOnly To, string Why);

/// <summary>What a load did. When any row is wrong nothing is applied: half a calendar would count wrong days in silence.</summary>
public sealed record CalendarLoaded(int Read, int Added, int Updated, int Unchanged, IReadOnlyList<CalendarRowError> Errors, IReadOnlyList<MovedDeadline> Moved, IReadOnlyList<string> Warnings)
{
    /// <summary>Days that stood in the year before and do not stand in the file: they count as their weekday again.</summary>
    public IReadOnlyList<RemovedDay> Removed { get; init; } = [];
}

/// <param name="Kind">What the day was by the year that is replaced.</param>
/// <param name="WasWorking">Whether the office worked on it, local days included.</param>
/// <param name="IsWorking">Whether it works on it now.</param>
public sealed record RemovedDay(DateOnly On, SpecialDayKind Kind, string Name, bool WasWorking, bool IsWorking);

public sealed class LoadCalendarYearHandler(DbContext db, IAuditTrail audit, CalendarSource source, DeadlineRecount recount)
{
    public async Task<Result<CalendarLoaded>> HandleAsync(LoadCalendarYear command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!CalendarRights.MayChange(change.By)) return Refusal.Forbidden("calendars.not-your-role");
        var file = CalendarCsv.Read(new StringReader(command.Csv), "");
        if (file.Errors.Count > 0) return new CalendarLoaded(file.Read, 0, 0, 0, file.Errors, [], []);

        var before = await source.CurrentAsync(cancellationToken);
        var (added, updated, unchanged) = (0, 0, 0);
        var changedYears = new List<CalendarYearDays>();
        var gone = new List<SpecialDay>();
        foreach (var year in file.Years)
        {
            var row = await db.Set<CalendarYear>().FindAsync([year.Year], cancellationToken);
            var days = await db.Set<CalendarDay>().Where(d => d.Year == year.Year).ToListAsync(cancellationToken);
            var known = row is not null ? CalendarSource.ToDays(row, days) : EmbeddedCalendars.Years.FirstOrDefault(y => y.Year == year.Year);
            var knownDays = (known?.Days ?? []).ToDictionary(d => d.On);
            var same = year.Days.Count(d => knownDays.TryGetValue(d.On, out var old) && old == d);
            var fresh = year.Days.Count(d => !knownDays.ContainsKey(d.On));
            (added, updated, unchanged) = (added + fresh, updated + year.Days.Count - same - fresh, unchanged + same);
            if (known is not null && known.Status == year.Status && same == year.Days.Count && knownDays.Count == same) continue;
            gone.AddRange(Gone(knownDays, year));
            var version = (row?.Version ?? 0) + 1;
            changedYears.Add(year with { Version = $"第{version}版" });
            if (command.DryRun) continue;

            if (row is null)
            {
                row = new CalendarYear { Year = year.Year, LoadedByName = change.By.Name };
                db.Add(row);
            }
            (row.Status, row.Version, row.LoadedAt, row.LoadedByName) = (year.Status, version, change.At, change.By.Name);
            row.Revision++;
            Replace(days, year);
            audit.Record(change, "office", "导入工作日历", $"{year.Year} 年", new JsonObject
            {
                ["replaces"] = known is null ? null : $"{known.Version}（{(known.Status == CalendarStatus.Provisional ? "暂定" : "已公布")}，{known.Days.Count} 行）",
                ["version"] = version,
                ["status"] = year.Status.ToString(),
                ["off"] = year.Days.Count(d => d.Kind == SpecialDayKind.Off),
                ["makeUp"] = year.Days.Count(d => d.Kind == SpecialDayKind.Working),
                ["changed"] = new JsonArray([.. Changes(knownDays, year)]),
            });
        }
        var warnings = file.Years.SelectMany(Missing).ToList();
        if (changedYears.Count == 0) return new CalendarLoaded(file.Read, added, updated, unchanged, [], [], warnings);

        var current = await source.LoadedAsync(cancellationToken);
        foreach (var year in changedYears) current[year.Year] = year;
        var calendar = CalendarSource.Combine(current.Values, await source.ExceptionsAsync(cancellationToken));
        var moved = await recount.RunAsync(before, calendar, command.DryRun, change, cancellationToken);
        return new CalendarLoaded(file.Read, added, updated, unchanged, [], moved, warnings)
        {
            Removed = [.. gone.Select(d => new RemovedDay(d.On, d.Kind, d.Name, before.IsWorkingDay(d.On), calendar.IsWorkingDay(d.On)))],
        };
    }

    /// <summary>A year that forgets a statutory holiday is most likely half a file: the law gives these days before any notice does, so a provisional year has them too.</summary>
    private static IEnumerable<string> Missing(CalendarYearDays year)
    {
        var off = year.Days.Where(d => d.Kind == SpecialDayKind.Off).Select(d => d.On).ToHashSet();
        var missing = StatutoryHolidays.Of(year.Year).Where(d => !off.Contains(d.On)).ToList();
        if (missing.Count == 0) yield break;
        var code = year.Status == CalendarStatus.Published ? "calendars.statutory-missing" : "calendars.statutory-missing-provisional";
        yield return Texts.Of(code, year.Year, string.Join('、', missing.Select(d => $"{d.On.Iso()} {d.Name}")));
    }

    private static IEnumerable<System.Text.Json.Nodes.JsonNode> Changes(Dictionary<DateOnly, SpecialDay> known, CalendarYearDays year)
    {
        foreach (var day in year.Days.Where(d => !known.TryGetValue(d.On, out var old) || old != d)) yield return $"{day.On.Iso()} {Word(known.GetValueOrDefault(day.On))}→{Word(day)}";
        foreach (var day in Gone(known, year)) yield return $"{day.On.Iso()} {Word(day)}→平常";
    }

    private static IEnumerable<SpecialDay> Gone(Dictionary<DateOnly, SpecialDay> known, CalendarYearDays year)
    {
        var kept = year.Days.Select(d => d.On).ToHashSet();
        return known.Values.Where(d => !kept.Contains(d.On)).OrderBy(d => d.On);
    }

    private static string Word(SpecialDay? day) => day is null ? "平常" : $"{(day.Kind == SpecialDayKind.Off ? "休" : "班")}{day.Name}";

    private void Replace(List<CalendarDay> days, CalendarYearDays year)
    {
        var old = days.ToDictionary(d => d.On);
        foreach (var day in year.Days)
        {
            if (old.Remove(day.On, out var row)) (row.Kind, row.Name) = (day.Kind, day.Name);
            else db.Add(new CalendarDay { On = day.On, Year = year.Year, Kind = day.Kind, Name = day.Name });
        }
        db.RemoveRange(old.Values);
    }
}
