using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Inspections.WorkItems;

internal static class WorkItemServices
{
    public static IServiceCollection AddWorkItems(this IServiceCollection services)
    {
        services.AddScoped<WorkItemDesk>().AddScoped<WorkItemPeople>();
        services.AddScoped<ClaimWorkItemHandler>().AddScoped<ReleaseWorkItemHandler>().AddScoped<TransferWorkItemHandler>();
        services.AddScoped<DelegateWorkItemHandler>().AddScoped<ReturnDelegatedHandler>().AddScoped<RecallDelegatedHandler>();
        services.AddScoped<AddSignersHandler>().AddScoped<RemoveSignerHandler>().AddScoped<SignWorkItemHandler>();
        services.AddScoped<CopyWorkItemHandler>().AddScoped<ReadCopyHandler>().AddScoped<UrgeWorkItemHandler>();
        services.AddScoped<SuspendWorkItemHandler>().AddScoped<ResumeWorkItemHandler>();
        services.AddScoped<AddSubstitutionHandler>().AddScoped<EndSubstitutionHandler>().AddScoped<SubstitutedWork>();
        services.AddScoped<SaveFilterHandler>().AddScoped<RemoveFilterHandler>();
        return services;
    }
}
