using DoubleRandom.Engine.Activities;
using DoubleRandom.Workflows.Campaigns;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Workflows.Plans;

/// <summary>From the annual plan to the archived campaign: how both are started, and their steps.</summary>
internal static class PlanWorkflowServices
{
    public static IServiceCollection AddPlansAndCampaigns(this IServiceCollection services) => services
        .AddScoped<StartPlanHandler>()
        .AddScoped<StartCampaignHandler>();

    public static ActivityCatalog AddPlansAndCampaigns(this ActivityCatalog catalog)
    {
        catalog.Add(PlanPublishedStep.Descriptor, new PlanPublishedStep());
        catalog.Add(DrawStandingStep.Descriptor, new DrawStandingStep());
        catalog.Add(DrawStep.Descriptor, new DrawStep());
        catalog.Add(ArchiveCampaignStep.Descriptor, new ArchiveCampaignStep());
        return catalog;
    }
}
