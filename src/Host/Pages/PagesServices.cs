using DoubleRandom.Host.Pages.Alerts;
using DoubleRandom.Host.Pages.Campaigns;
using DoubleRandom.Host.Pages.Cases;
using DoubleRandom.Host.Pages.Deadlines;
using DoubleRandom.Host.Pages.Escalation;
using DoubleRandom.Host.Pages.Inbox;
using DoubleRandom.Host.Pages.Migration;
using DoubleRandom.Host.Pages.Parts;
using DoubleRandom.Host.Pages.Plans;
using DoubleRandom.Host.Pages.Publishing;
using DoubleRandom.Host.Pages.Registers;
using DoubleRandom.Host.Pages.Workload;
using Microsoft.AspNetCore.Http.Features;

namespace DoubleRandom.Host.Pages;

internal static class PagesServices
{
    /// <summary>The staff pages' questions and the limits of what is handed in.</summary>
    public static IServiceCollection AddPages(this IServiceCollection services)
    {
        services.AddScoped<DueReader>();
        services.AddScoped<LayoutQueries>();
        services.AddScoped<InboxQueries>();
        services.AddScoped<WorkItemQueries>();
        services.AddScoped<WorkloadQueries>();
        services.AddScoped<Uploads>();
        services.AddScoped<CaseListQueries>();
        services.AddScoped<CaseQueries>();
        services.AddScoped<CampaignQueries>();
        services.AddScoped<DemandQueries>();
        services.AddScoped<PlanQueries>();
        services.AddScoped<MigrationQueries>();
        services.AddScoped<EscalationQueries>();
        services.AddScoped<RuleQueries>();
        services.AddScoped<ProfileQueries>();
        services.AddScoped<DeadlineQueries>();
        services.AddScoped<AlertRecordQueries>();
        services.AddScoped<CalendarQueries>();
        services.AddScoped<RegisterQueries>();
        services.AddScoped<RegisterQuality>();
        services.AddSingleton<KeptFigures>();
        services.AddScoped<PublishingQueries>();
        services.Configure<FormOptions>(o =>
        {
            // A table of 500 rows and some files: the largest form of the catalogue.
            o.ValueCountLimit = 8_000;
            o.MultipartBodyLengthLimit = UploadLimits.RequestBytes;
        });
        return services;
    }
}
