using DoubleRandom.Inspections.Alerts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DoubleRandom.Inspections.Deadlines;

internal static class DeadlineServices
{
    public static IServiceCollection AddDeadlines(this IServiceCollection services)
    {
        // The host's accounts come before it, whichever is added first.
        services.TryAddScoped<IDirectory, EmptyDirectory>();
        // The host's database may know a better way.
        services.TryAddScoped<IDueDeadlines, DueDeadlines>();
        return services
            .AddScoped<AlertDesk>()
            .AddSingleton<AlertDispatch>()
            .AddScoped<ChangeAlertPolicyHandler>()
            .AddScoped<ProposeLadderHandler>()
            .AddScoped<DecideLadderHandler>()
            .AddScoped<AcknowledgeAlertHandler>()
            .AddScoped<DeadlineRecount>()
            .AddScoped<DeadlineMoving>()
            .AddScoped<RecordDeadlineFactHandler>()
            .AddScoped<DeadlineSweepBatch>()
            .AddSingleton<DeadlineSweep>()
            .AddSingleton<DeadlineRuleCache>()
            .AddScoped<DeadlineRuleSource>()
            .AddScoped<DeadlineProfiles>()
            .AddScoped<ProfileImpact>()
            .AddScoped<GeneralLadder>()
            .AddScoped<ProposeProfileHandler>()
            .AddScoped<DecideProfileHandler>()
            .AddScoped<ApplyProfileHandler>()
            .AddScoped<ClockActs>()
            .AddScoped<RecordClockActHandler>()
            .AddScoped<WithdrawClockActHandler>()
            .AddScoped<ProposeDeadlineRuleHandler>()
            .AddScoped<DecideDeadlineRuleHandler>()
            .AddScoped<OpenDeadlineHandler>()
            .AddScoped<MeetDeadlineHandler>()
            .AddScoped<CancelDeadlineHandler>()
            .AddScoped<ExtendDeadlineHandler>()
            .AddScoped<PauseDeadlineHandler>()
            .AddScoped<ResumeDeadlineHandler>();
    }
}
