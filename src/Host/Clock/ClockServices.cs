using DoubleRandom.Basics;

namespace DoubleRandom.Host.Clock;

internal static class ClockServices
{
    public static IServiceCollection AddClock(this IServiceCollection services)
    {
        services.AddSingleton(s => new DatabaseClock(s.GetRequiredService<IServiceScopeFactory>(), TimeProvider.System, OfficeTime.DefaultZone));
        services.AddSingleton<TimeProvider>(s => s.GetRequiredService<DatabaseClock>());
        // A test that steps the clock steps this one too.
        services.AddSingleton(s => new MachineTime(s.GetRequiredService<TimeProvider>() is DatabaseClock clock ? clock.Machine : s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<DemoState>();
        services.AddScoped<AdvanceDayHandler>();
        return services;
    }
}
