using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Inspections.Penalties;

internal static class PenaltyServices
{
    /// <summary>From the filing to the closing of a penalty, and the penalty on the spot.</summary>
    public static IServiceCollection AddPenalties(this IServiceCollection services) => services
        .AddScoped<Periods>()
        .AddScoped<FilePenaltyHandler>().AddScoped<DecideFilingHandler>().AddScoped<RecordInvestigationHandler>().AddScoped<ProposePenaltyHandler>()
        .AddScoped<ServeNoticeHandler>().AddScoped<RecordStatementHandler>().AddScoped<RecordHearingHandler>().AddScoped<RecordNoHearingHandler>()
        .AddScoped<RecordLegalReviewHandler>().AddScoped<RecordDiscussionHandler>().AddScoped<DecidePenaltyHandler>().AddScoped<ServeDecisionHandler>()
        .AddScoped<RecordPaymentsHandler>().AddScoped<EnforcePenaltyHandler>().AddScoped<ClosePenaltyHandler>().AddScoped<RecordSimplePenaltyHandler>();
}
