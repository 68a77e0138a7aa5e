using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Visits;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Inspections.Cases;

internal static class CaseServices
{
    /// <summary>From the opening of a check to the locked summary.</summary>
    public static IServiceCollection AddCases(this IServiceCollection services) => services
        .AddScoped<OpenInspectionHandler>().AddScoped<OpenCampaignCasesHandler>().AddScoped<OpenSpecialCheckHandler>().AddScoped<ReplaceSpecialMemberHandler>().AddScoped<ApproveInspectionHandler>().AddScoped<RefuseInspectionHandler>().AddScoped<RecordSitePlanHandler>().AddScoped<CloseUnapprovedHandler>()
        .AddScoped<VisitRecorder>().AddScoped<CheckInHandler>().AddScoped<RecordUnreachableHandler>().AddScoped<RecordClosedHandler>().AddScoped<RecordRefusedHandler>().AddScoped<RecordFeedbackHandler>().AddScoped<EndVisitHandler>()
        .AddScoped<RecordCheckResultsHandler>().AddScoped<RaiseDisputesHandler>().AddScoped<ConsultHandler>().AddScoped<ConfirmSummaryHandler>().AddScoped<LockSummaryHandler>();
}
