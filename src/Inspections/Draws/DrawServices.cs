using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Inspections.Draws;

internal static class DrawServices
{
    public static IServiceCollection AddDraws(this IServiceCollection services) => services
        .AddScoped<OrderDrawsHandler>()
        .AddScoped<CommitNonceHandler>()
        .AddScoped<EnterBeaconHandler>()
        .AddScoped<ConfirmBeaconHandler>()
        .AddScoped<RevealNonceHandler>()
        .AddScoped<ExecuteDrawsHandler>()
        .AddScoped<VoidDrawsHandler>();
}
