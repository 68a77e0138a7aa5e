using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Inspections.Campaigns;

internal static class CampaignServices
{
    public static IServiceCollection AddCampaigns(this IServiceCollection services) => services
        .AddScoped<CreateCampaignHandler>()
        .AddScoped<FillSchemeHandler>()
        .AddScoped<ApproveCampaignHandler>();
}
