using System.Text;
using DoubleRandom.Inspections.Calendars;

namespace DoubleRandom.Host.Pages.Escalation;

/// <summary>What the calendar's page gives to download.</summary>
internal static class CalendarFiles
{
    public static void MapCalendarFiles(this IEndpointRouteBuilder routes)
        => routes.MapGet("/deadlines/calendar/template.csv", TemplateAsync).RequireAuthorization().ExcludeFromDescription();

    /// <summary>With a byte order mark: spreadsheets read Chinese wrong without it.</summary>
    private static async Task<IResult> TemplateAsync()
    {
        await using var file = new MemoryStream();
        await using (var writer = new StreamWriter(file, Encoding.UTF8, leaveOpen: true)) await CalendarCsv.WriteTemplateAsync(writer);
        return Results.File(file.ToArray(), "text/csv; charset=utf-8", "放假通知模板.csv");
    }
}
