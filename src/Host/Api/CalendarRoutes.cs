using DoubleRandom.Basics;
using DoubleRandom.Host.Web;
using DoubleRandom.Inspections.Calendars;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Api;

/// <param name="Status"><c>Published</c> or <c>Provisional</c>.</param>
/// <param name="Version">Tells two states of the year apart.</param>
/// <param name="WorkingDays">Of the whole year, local days included.</param>
internal sealed record CalendarYearView(int Year, CalendarStatus Status, string Version, int WorkingDays, IReadOnlyList<SpecialDay> Days, IReadOnlyList<CalendarExceptionView> LocalDays);

internal sealed record CalendarExceptionView(DateOnly On, SpecialDayKind Kind, string Name, string Scope, string Document, string AddedByName);

/// <param name="On">Start; it is not counted itself.</param>
/// <param name="Result">The last day.</param>
internal sealed record WorkdayAnswer(DateOnly On, int Days, DateOnly Result, bool Provisional, IReadOnlyList<CalendarStep> Walked);

/// <param name="Csv">日期,类型,名称,状态; a year that stands in it is replaced as a whole.</param>
internal sealed record CalendarBody(string? Csv, bool DryRun = false);

internal sealed record LocalDayBody(DateOnly On, SpecialDayKind Kind, string? Name, string? Scope, string? Document, bool DryRun = false);

internal static class CalendarRoutes
{
    private const int MostCsv = 256 * 1024;
    private const int MostDays = 2_000;

    public static void MapCalendar(this IEndpointRouteBuilder api)
    {
        api.MapGet("/calendar/{year:int}", YearAsync).WithSummary("一年的工作日历：状态、版本、放假和补班、地方日历");
        api.MapGet("/calendar/workdays", WorkdaysAsync).WithSummary("推算工作日：on 起算日（不计），days 工作日数（负数为倒算）");
        api.MapPost("/calendar", LoadAsync).WithSummary("导入放假通知；dryRun 只看影响。重算未结时限并通知经办人");
        api.MapPost("/calendar/local-days", AddAsync).WithSummary("增加地方日历；dryRun 只看影响");
        api.MapPost("/calendar/local-days/{on}/withdraw", WithdrawAsync).WithSummary("撤销地方日历；dryRun 只看影响，可以不写理由");
    }

    private static async Task<IResult> YearAsync(int year, HttpContext http, DbContext db, CalendarSource source)
    {
        if (year is < 2000 or > 2099) return Refusal.Invalid("calendars.year-out-of-range", nameof(year), year).ToProblem();
        var calendar = await source.CurrentAsync(http.RequestAborted);
        var (first, last) = (new DateOnly(year, 1, 1), new DateOnly(year, 12, 31));
        var known = (await source.YearsAsync(http.RequestAborted)).FirstOrDefault(y => y.Year == year)
            ?? new CalendarYearDays(year, CalendarStatus.Provisional, "法定", StatutoryHolidays.Of(year));
        var local = await db.Set<CalendarException>().AsNoTracking().Where(e => e.On >= first && e.On <= last).OrderBy(e => e.On)
            .Select(e => new CalendarExceptionView(e.On, e.Kind, e.Name, e.Scope, e.Document, e.AddedByName)).ToListAsync(http.RequestAborted);
        return Results.Ok(new CalendarYearView(year, known.Status, known.Version, calendar.CountBetween(first.AddDays(-1), last), known.Days, local));
    }

    private static async Task<IResult> WorkdaysAsync(DateOnly on, int days, HttpContext http, CalendarSource source)
    {
        if (days is < -MostDays or > MostDays) return Refusal.Invalid("calendars.too-many-days", nameof(days), MostDays).ToProblem();
        if (on.Year is < 2000 or > 2090) return Refusal.Invalid("calendars.year-out-of-range", nameof(on), on.Year).ToProblem();
        var calendar = await source.CurrentAsync(http.RequestAborted);
        var result = days < 0 ? calendar.Subtract(on, -days) : calendar.Add(on, days);
        return Results.Ok(new WorkdayAnswer(on, days, result.On, result.Provisional, calendar.Explain(on, Math.Abs(days), days < 0)));
    }

    private static async Task<IResult> LoadAsync(CalendarBody body, HttpContext http)
        => body.Csv is not { Length: > 0 } csv ? Refusal.Invalid("calendars.empty", "csv").ToProblem()
            : csv.Length > MostCsv ? Refusal.Invalid("calendars.file-too-large", "csv", MostCsv / 1024).ToProblem()
            : await ApiServices.RunAsync(http, (s, change, ct) => s.GetRequiredService<LoadCalendarYearHandler>().HandleAsync(new LoadCalendarYear(csv, body.DryRun), change, ct), loaded => loaded);

    private static Task<IResult> AddAsync(LocalDayBody body, HttpContext http)
        => ApiServices.RunAsync(http, (s, change, ct) => s.GetRequiredService<CalendarExceptionHandler>().HandleAsync(
            new AddCalendarException(body.On, body.Kind, body.Name ?? "", body.Scope ?? "", body.Document ?? "", body.DryRun), change, ct), loaded => loaded);

    private static Task<IResult> WithdrawAsync(DateOnly on, WithdrawLocalDayBody body, HttpContext http)
        => ApiServices.RunAsync(http, (s, change, ct) => s.GetRequiredService<CalendarExceptionHandler>().HandleAsync(new WithdrawCalendarException(on, body.Reason ?? "", body.DryRun), change, ct), loaded => loaded);
}

internal sealed record WithdrawLocalDayBody(string? Reason, bool DryRun = false);
