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
public sealed record CalendarLoaded(int Read, int Added, int Updated, int Unchanged, IReadOnlyList<CalendarRowError> Errors, IReadOnlyList<MovedDeadline> Moved, IReadOnlyList<string> Warnings);

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
        return new CalendarLoaded(file.Read, added, updated, unchanged, [], moved, warnings);
    }

    /// <summary>A published year that forgets a statutory holiday is most likely half a file.</summary>
    private static IEnumerable<string> Missing(CalendarYearDays year)
    {
        var off = year.Days.Where(d => d.Kind == SpecialDayKind.Off).Select(d => d.On).ToHashSet();
        var missing = StatutoryHolidays.Of(year.Year).Where(d => !off.Contains(d.On)).ToList();
        if (year.Status == CalendarStatus.Published && missing.Count > 0)
            yield return Texts.Of("calendars.statutory-missing", year.Year, string.Join('、', missing.Take(6).Select(d => $"{d.On.Iso()} {d.Name}")) + (missing.Count > 6 ? "……" : ""));
    }

    private static IEnumerable<System.Text.Json.Nodes.JsonNode> Changes(Dictionary<DateOnly, SpecialDay> known, CalendarYearDays year)
    {
        foreach (var day in year.Days.Where(d => !known.TryGetValue(d.On, out var old) || old != d)) yield return $"{day.On.Iso()} {Word(known.GetValueOrDefault(day.On))}→{Word(day)}";
        var kept = year.Days.Select(d => d.On).ToHashSet();
        foreach (var day in known.Values.Where(d => !kept.Contains(d.On)).OrderBy(d => d.On)) yield return $"{day.On.Iso()} {Word(day)}→平常";
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
