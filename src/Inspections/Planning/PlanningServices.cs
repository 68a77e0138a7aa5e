using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Inspections.Planning;

internal static class PlanningServices
{
    public static IServiceCollection AddPlanning(this IServiceCollection services) => services
        .AddScoped<OpenPlanHandler>()
        .AddScoped<SubmitPlanHandler>()
        .AddScoped<DecidePlanHandler>()
        .AddScoped<MarkPlanPublishedHandler>();
}
