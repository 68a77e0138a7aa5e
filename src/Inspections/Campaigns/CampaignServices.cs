using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Inspections.Campaigns;

internal static class CampaignServices
{
    public static IServiceCollection AddCampaigns(this IServiceCollection services) => services
        .AddScoped<CreateCampaignHandler>()
        .AddScoped<CreateCampaignFromPlanLineHandler>()
        .AddScoped<FillSchemeHandler>()
        .AddScoped<SignCoLaunchHandler>()
        .AddScoped<ApproveCampaignHandler>()
        .AddScoped<LeaderAppointmentHandler>()
        .AddScoped<ExtendCampaignHandler>()
        .AddScoped<FreezeCampaignHandler>()
        .AddScoped<AssignTeamsHandler>()
        .AddScoped<FileRosterRequestsHandler>()
        .AddScoped<DecideRosterRequestsHandler>()
        .AddScoped<LockRosterHandler>()
        .AddScoped<CountersignRosterHandler>()
        .AddScoped<TellSharedVisitsHandler>()
        .AddScoped<CheckSeatsHandler>()
        .AddScoped<WriteCampaignReportHandler>()
        .AddScoped<ApproveCampaignReportHandler>()
        .AddScoped<ArchiveCampaignHandler>()
        .AddScoped<NeedToKnow>()
        .AddScoped<ReadDrawnListHandler>();
}
