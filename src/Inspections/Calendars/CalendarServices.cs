using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Inspections.Calendars;

internal static class CalendarServices
{
    public static IServiceCollection AddCalendars(this IServiceCollection services) => services
        .AddSingleton<CalendarCache>()
        .AddScoped<CalendarSource>()
        .AddScoped<LoadCalendarYearHandler>()
        .AddScoped<CalendarExceptionHandler>();
}
