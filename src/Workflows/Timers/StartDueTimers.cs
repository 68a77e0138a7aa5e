using DoubleRandom.Basics;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Engine.Execution;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DoubleRandom.Workflows.Timers;

/// <summary>
/// Starts the workflows that begin with a timer, a Cron expression or a date. Follows what is published; after a standstill each timer
/// fires once, not once for every time it missed.
/// </summary>
public sealed class StartDueTimers(IUnitOfWork units, TimeProvider time, ILogger<StartDueTimers> logger)
{
    /// <returns>How many instances were started.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken = default)
    {
        var due = await units.RunAsync(FollowAsync, cancellationToken);
        var count = 0;
        foreach (var trigger in due.Value)
        {
            var started = await units.RunAsync((services, ct) => FireAsync(services, trigger.VersionId, trigger.NodeId, ct), cancellationToken);
            if (started.Refusal is { } refusal) logger.TimerRefused(trigger.VersionId, trigger.NodeId, refusal.ToString());
            else if (started.Value.Started) count++;
        }
        return count;
    }

    /// <summary>The rows become those of the published versions; the due ones are returned.</summary>
    private async Task<Result<List<TimerTrigger>>> FollowAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var db = services.GetRequiredService<DbContext>();
        var now = time.UtcNow;
        var rows = await db.Set<TimerTrigger>().ToListAsync(cancellationToken);
        var wanted = (await services.GetRequiredService<IDefinitionSource>().PublishedAsync(cancellationToken))
            .SelectMany(w => w.Triggers.Where(TriggerTimes.IsTimer).Select(t => (VersionId: w.Definition.Id, Trigger: t))).ToList();
        db.RemoveRange(rows.Where(r => !wanted.Any(w => w.VersionId == r.VersionId && w.Trigger.NodeId == r.NodeId)));
        foreach (var (versionId, trigger) in wanted.Where(w => !rows.Any(r => r.VersionId == w.VersionId && r.NodeId == w.Trigger.NodeId)))
        {
            var next = TriggerTimes.Next(trigger, now, time.LocalTimeZone);
            if (next.Refusal is { } refusal) logger.TimerRefused(versionId, trigger.NodeId, refusal.ToString());
            // A date that lies behind when its version is published starts nothing: each new version would start it again.
            var dueAt = next.Refusal is null && next.Value.At > now ? next.Value.At : null;
            db.Add(new TimerTrigger { VersionId = versionId, NodeId = trigger.NodeId, DueAt = dueAt });
        }
        return rows.Where(r => r.DueAt <= now && db.Entry(r).State is EntityState.Unchanged).ToList();
    }

    private async Task<Result<Fired>> FireAsync(IServiceProvider services, string versionId, string nodeId, CancellationToken cancellationToken)
    {
        var db = services.GetRequiredService<DbContext>();
        var change = ChangeContext.Now(time, Actor.System);
        var row = await db.Set<TimerTrigger>().SingleOrDefaultAsync(t => t.VersionId == versionId && t.NodeId == nodeId, cancellationToken);
        if (row?.DueAt is null || row.DueAt > change.At) return new Fired(false);
        var workflow = (await services.GetRequiredService<IDefinitionSource>().FindVersionAsync(versionId, cancellationToken))!;
        var trigger = workflow.Find(nodeId)!;
        var next = TriggerTimes.Repeats(trigger) ? TriggerTimes.Next(trigger, change.At, time.LocalTimeZone) : new NextTime(null);
        if (next.Refusal is { } refusal) return refusal;
        row.DueAt = next.Value.At;
        var started = await services.GetRequiredService<WorkflowRuntime>().StartAsync(
            new StartWorkflow(workflow.Definition.DefinitionId, Ids.New(change), Trigger: new StartedByTrigger(trigger.Id)), change, cancellationToken);
        // The activation strategy allows no second instance: this time passes, the next one comes.
        if (started.Refusal is { Code: "engine.runs-already" }) return new Fired(false);
        return started.Refusal is { } notStarted ? notStarted : new Fired(true);
    }

    private sealed record Fired(bool Started);
}

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The timer {NodeId} of {VersionId} starts nothing: {Refusal}")]
    public static partial void TimerRefused(this ILogger logger, string versionId, string nodeId, string refusal);
}
