using DoubleRandom.Host.Outgoing;
using DoubleRandom.Host.Start;
using Quartz;

namespace DoubleRandom.Host.Background;

/// <summary>
/// Quartz wakes the duties and knows nothing else: its store is memory, because what is due stands in our rows (docs/adr/0006).
/// </summary>
internal static class Waker
{
    public static IServiceCollection AddDuties(this IServiceCollection services)
    {
        services.AddSingleton<DutyLock>();
        services.AddSingleton<DutyRunner>();
        services.AddSingleton<EvidenceSweep>();
        services.AddSingleton<ImportRunner>();
        services.AddOutgoing();
        return services;
    }

    /// <summary>The clockwork; only the web server has it. A command drains by itself before it reports.</summary>
    public static IServiceCollection AddWaker(this IServiceCollection services)
    {
        // By name: a clock given to a named scheduler stays its own, while the nameless one would take the container's place for everybody.
        services.AddQuartz("waker", q =>
        {
            q.UseInMemoryStore();
            // The machine's clock: on the office's, a demonstration that stands still would never wake.
            q.UseTimeProvider(TimeProvider.System);
            q.UseDefaultThreadPool(Duties.All.Count);
            foreach (var duty in Duties.All)
            {
                q.ScheduleJob(
                    duty.Name,
                    async (DutyRunner runner, StartGate gate, CancellationToken cancellationToken) =>
                    {
                        if (await gate.PassAsync(cancellationToken)) await runner.RunAsync(duty, cancellationToken);
                    },
                    trigger => trigger.StartNow().WithSimpleSchedule(duty.Every).WithOverlapPolicy(OverlapPolicy.Skip));
            }
        });
        services.AddQuartzHostedService(o => o.WaitForJobsToComplete = true);
        return services;
    }
}
