using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Workflows.Publishing;

internal static class PublishingServices
{
    public static IServiceCollection AddPublishing(this IServiceCollection services) => services
        .AddScoped<DefinitionChecks>()
        .AddScoped<PutInForce>()
        .AddScoped<ProposeChangeHandler>()
        .AddScoped<DecideChangeHandler>()
        .AddScoped<WithdrawChangeHandler>()
        .AddScoped<ApplyDueChangesHandler>()
        .AddScoped<StartProcessHandler>();
}
