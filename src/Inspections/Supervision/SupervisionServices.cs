using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Inspections.Supervision;

internal static class SupervisionServices
{
    public static IServiceCollection AddSupervision(this IServiceCollection services) => services
        .AddScoped<OrderSupervisionHandler>()
        .AddScoped<AnswerSupervisionHandler>()
        .AddScoped<DecideSupervisionHandler>();
}
