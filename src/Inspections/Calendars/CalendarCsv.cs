using System.Globalization;
using CsvHelper;

namespace DoubleRandom.Inspections.Calendars;

/// <summary>A cell of a calendar file that cannot be taken; the code is one of the import's public codes.</summary>
/// <param name="Row">The line in the file, 1 for the header; 0 when the whole file is at fault.</param>
public sealed record CalendarRowError(int Row, string? Column, string Code, string Message);

/// <summary>What a calendar file says: years in order, or the reasons why it cannot be used.</summary>
public sealed record CalendarFile(int Read, IReadOnlyList<CalendarYearDays> Years, IReadOnlyList<CalendarRowError> Errors);

/// <summary>Reads 日期,类型,名称[,状态,说明]; 类型 is 休 or 班, 状态 暂定 in every row of a year makes it provisional, empty or 已公布 published.</summary>
public static class CalendarCsv
{
    internal const int FirstYear = 2000;
    internal const int LastYear = 2099;
    private const int MaxRows = 4000;

    // As the template has it, as Excel writes it back, as the notice says it.
    private static readonly string[] DateForms = ["yyyy-MM-dd", "yyyy-M-d", "yyyy/M/d", "yyyy年M月d日"];

    /// <summary>What a person fills in: the header and, as examples, the first lines of the 2026 notice.</summary>
    public static Task WriteTemplateAsync(TextWriter writer)
        => WriteAsync([new CalendarYearDays(2026, CalendarStatus.Published, "", [
            new SpecialDay(new DateOnly(2026, 1, 1), SpecialDayKind.Off, "元旦"),
            new SpecialDay(new DateOnly(2026, 1, 2), SpecialDayKind.Off, "元旦"),
            new SpecialDay(new DateOnly(2026, 1, 4), SpecialDayKind.Working, "元旦")])], writer);

    /// <summary>Writes years in the form they are read in.</summary>
    public static async Task WriteAsync(IEnumerable<CalendarYearDays> years, TextWriter writer)
    {
        await using var csv = CsvWriter.Create(writer, new CsvWriterOptions { Separator = ',', NewLine = "\n" });
        foreach (var header in (string[])["日期", "类型", "名称", "状态"]) csv.WriteField(header);
        csv.EndRecord();
        foreach (var year in years)
        {
            foreach (var day in year.Days)
            {
                csv.WriteField(day.On.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                csv.WriteField(day.Kind == SpecialDayKind.Off ? "休" : "班");
                csv.WriteField(day.Name);
                csv.WriteField(year.Status == CalendarStatus.Provisional ? "暂定" : "");
                csv.EndRecord();
            }
        }
    }

    public static CalendarFile Read(TextReader reader, string version)
    {
        using var csv = CsvReader.Create(reader, new CsvReaderOptions { Separator = ',', TrimWhitespace = true, TrackLineNumbers = true, MaxRecordSize = 1 << 16 });
        csv.ReadHeader();
        var header = csv.Headers.Select(h => h.TrimStart('\uFEFF')).ToList();
        var (date, kind, name, status) = (header.IndexOf("日期"), header.IndexOf("类型"), header.IndexOf("名称"), header.IndexOf("状态"));
        if (date < 0 || kind < 0 || name < 0) return Fault("missing-value", "calendars.header");

        var days = new Dictionary<DateOnly, SpecialDay>();
        var statuses = new List<(int Row, int Year, string Status)>();
        var errors = new List<CalendarRowError>();
        var read = 0;
        while (csv.Read())
        {
            if (++read > MaxRows) return Fault("out-of-range", "calendars.too-many-rows", MaxRows);
            var row = (int)csv.LineNumber;
            string Cell(int index) => index >= 0 && index < csv.FieldCount ? csv.GetString(index) : "";
            if (!DateOnly.TryParseExact(Cell(date), DateForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var on))
            {
                Refuse("日期", Cell(date).Length == 0 ? "missing-value" : "bad-format", "calendars.bad-date", Cell(date));
                continue;
            }
            if (on.Year is < FirstYear or > LastYear)
            {
                Refuse("日期", "out-of-range", "calendars.year-out-of-range", on.Year);
                continue;
            }
            SpecialDayKind? type = Cell(kind) switch { "休" => SpecialDayKind.Off, "班" => SpecialDayKind.Working, _ => null };
            if (type is null)
            {
                Refuse("类型", Cell(kind).Length == 0 ? "missing-value" : "unknown-code", "calendars.bad-kind", Cell(kind));
                continue;
            }
            if (Cell(name).Length is 0 or > CalendarDay.NameMaxLength)
            {
                Refuse("名称", Cell(name).Length == 0 ? "missing-value" : "too-long", "calendars.bad-name", CalendarDay.NameMaxLength);
                continue;
            }
            if (!days.TryAdd(on, new SpecialDay(on, type.Value, Cell(name))))
            {
                Refuse("日期", "duplicate-in-file", "calendars.twice", on.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                continue;
            }
            // A make-up day on a day that is worked anyway contradicts the week: the date is wrong, or the kind.
            if (type == SpecialDayKind.Working && on.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday))
            {
                Refuse("类型", "out-of-range", "calendars.make-up-on-weekday", on.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                continue;
            }
            // The law gives the day off; a notice moves the days around it, never the day itself.
            if (type == SpecialDayKind.Working && StatutoryHolidays.Find(on) is { } statutory)
            {
                Refuse("类型", "out-of-range", "calendars.make-up-on-statutory", on.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), statutory);
                continue;
            }
            if (Cell(status) is not ("" or "暂定" or "已公布"))
            {
                Refuse("状态", "unknown-code", "calendars.bad-status", Cell(status));
                continue;
            }
            statuses.Add((row, on.Year, Cell(status)));

            void Refuse(string column, string code, string text, params object[] arguments)
                => errors.Add(new CalendarRowError(row, column, code, Basics.Texts.Of(text, arguments)));
        }
        if (read == 0) return Fault("missing-value", "calendars.empty");
        errors.AddRange(statuses.GroupBy(s => s.Year).SelectMany(Contradictions));
        var provisional = statuses.Where(s => s.Status == "暂定").Select(s => s.Year).ToHashSet();
        var years = days.Values.GroupBy(d => d.On.Year).OrderBy(g => g.Key)
            .Select(g => new CalendarYearDays(g.Key, provisional.Contains(g.Key) ? CalendarStatus.Provisional : CalendarStatus.Published, version, [.. g.OrderBy(d => d.On)]));
        return new CalendarFile(read, [.. years], [.. errors.OrderBy(e => e.Row)]);

        static CalendarFile Fault(string code, string text, params object[] arguments)
            => new(0, [], [new CalendarRowError(0, null, code, Basics.Texts.Of(text, arguments))]);
    }

    /// <summary>An empty status says published: beside 暂定 it contradicts it. The rows fewer say otherwise are at fault, of as many the later ones.</summary>
    private static IEnumerable<CalendarRowError> Contradictions(IGrouping<int, (int Row, int Year, string Status)> year)
    {
        var sides = year.GroupBy(s => s.Status == "暂定").OrderByDescending(g => g.Count()).ToList();
        if (sides is not [var most, var odd]) yield break;
        var other = most.First();
        foreach (var (row, _, status) in odd)
            yield return new CalendarRowError(row, "状态", "bad-format", Basics.Texts.Of("calendars.two-statuses", year.Key, status.Length == 0 ? "空" : status, other.Row, other.Status.Length == 0 ? "空" : other.Status));
    }
}
