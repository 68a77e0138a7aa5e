using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Inspections.Planning;

internal static class PlanningServices
{
    public static IServiceCollection AddPlanning(this IServiceCollection services) => services
        .AddScoped<DemandWindows>()
        .AddScoped<PlanClocks>()
        .AddScoped<HandInDemandHandler>()
        .AddScoped<WithdrawDemandHandler>()
        .AddScoped<DecideDemandHandler>()
        .AddScoped<SavePlanLineHandler>()
        .AddScoped<PlanExclusionHandler>()
        .AddScoped<UpperTaskHandler>()
        .AddScoped<SetPlanRulesHandler>()
        .AddScoped<OpenPlanHandler>()
        .AddScoped<SubmitPlanHandler>()
        .AddScoped<DecidePlanHandler>()
        .AddScoped<MarkPlanPublishedHandler>();
}
