using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Bookmarks;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Engine.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Engine.Dispatching;

/// <summary>
/// How instances meet: starts dispatched children, delivers signals once, resumes timers that are due. Each delivery is a unit of work of
/// its own; a kill leaves the row, and the next round takes it up.
/// </summary>
public sealed class ChildPump(IUnitOfWork units, TimeProvider time)
{
    private const int BulkBatch = 100;
    private const int MaxRounds = 1_000;

    /// <summary>An event nobody waits for is kept this long: it may have come before its bookmark.</summary>
    private static readonly TimeSpan EventPatience = TimeSpan.FromDays(1);

    /// <summary>Works until nothing is left. Returns how many rows were worked off.</summary>
    public async Task<int> DrainAsync(CancellationToken cancellationToken = default)
    {
        var (total, waiting) = (0, 0);
        for (var round = 0; round < MaxRounds; round++)
        {
            var children = await StartChildrenAsync(waiting, cancellationToken);
            var done = children.Started + await DeliverSignalsAsync(cancellationToken) + await ResumeTimersAsync(cancellationToken);
            if (done == 0 && children.Waiting == 0) break;
            waiting += children.Waiting;
            total += done;
        }
        return total;
    }

    /// <param name="skip">Children that wait for their definition are passed over, or a hundred of them would hold up every other.</param>
    private async Task<Children> StartChildrenAsync(int skip, CancellationToken cancellationToken)
    {
        var started = await units.RunAsync(async (services, ct) =>
        {
            var store = services.GetRequiredService<IWorkflowStore>();
            var change = ChangeContext.Now(time, Actor.System);
            var dispatches = await store.LockDispatchesAsync(BulkBatch, skip, ct);
            var done = dispatches.Count == 0 ? [] : await services.GetRequiredService<WorkflowRuntime>().StartChildrenAsync(dispatches, change, ct);
            store.MarkDispatched([.. done.Select(d => d.Id)], change.At);
            return (Result<Children>)new Children(done.Count, dispatches.Count - done.Count);
        }, cancellationToken);
        return Answer(started);
    }

    private async Task<int> DeliverSignalsAsync(CancellationToken cancellationToken)
    {
        var (count, kept) = (0, 0);
        for (var batch = 0; batch < MaxRounds; batch++)
        {
            // Events nobody waits for stay; they are passed over, or a hundred of them would hold up every child's end.
            var skip = kept;
            var pending = await units.RunAsync(async (services, ct) =>
                (Result<List<SignalRow>>)(await services.GetRequiredService<IWorkflowStore>().PendingSignalsAsync(BulkBatch, skip, ct)).ToList(), cancellationToken);
            if (pending.Value.Count == 0) break;
            var delivered = await DeliverAsync(pending.Value, cancellationToken);
            count += delivered;
            kept += pending.Value.Count - delivered;
        }
        return count;
    }

    private async Task<int> DeliverAsync(List<SignalRow> signals, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var signal in signals)
        {
            var delivered = await units.RunAsync(async (services, ct) =>
            {
                var store = services.GetRequiredService<IWorkflowStore>();
                var runtime = services.GetRequiredService<WorkflowRuntime>();
                var change = ChangeContext.Now(time, Actor.System);
                if (await store.LockSignalAsync(signal.Id, ct) is not { } locked) return (Result<Count>)new Count(0);
                if (locked.Kind == SignalKinds.CancelChildren)
                {
                    var reason = JsonNode.Parse(locked.Payload!)!["reason"]!.GetValue<string>();
                    foreach (var child in await store.RunningChildrenAsync(locked.InstanceId!.Value, ct))
                    {
                        var cancelled = await runtime.CancelAsync(child, reason, change, ct);
                        if (cancelled.Refusal is { Code: not "engine.already-done" } refusal) return refusal;
                    }
                    store.MarkConsumed(locked.Id, change.At);
                    return new Count(1);
                }
                if (locked.Kind == SignalKinds.Child)
                {
                    if (await store.LockChildCountAsync(locked.ExecutionId!.Value, ct) is { } counted)
                    {
                        var told = JsonNode.Parse(locked.Payload ?? "{}")!.AsObject();
                        store.CountChild(counted, told["subStatus"]?.GetValue<string>() is nameof(WorkflowSubStatus.Cancelled));
                        if (counted.Waiting > 0)
                        {
                            store.MarkConsumed(locked.Id, change.At);
                            return new Count(1);
                        }
                        (told["allEnded"], told["anyCancelled"]) = (true, counted.AnyCancelled);
                        locked.Payload = told.ToJsonString();
                    }
                    var result = await runtime.SignalAsync(locked, change, ct);
                    if (result.Refusal is { Code: not ("engine.already-done" or "engine.no-instance") } refusal) return refusal;
                    store.MarkConsumed(locked.Id, change.At);
                    return new Count(1);
                }
                var payload = locked.Payload is null ? null : JsonNode.Parse(locked.Payload);
                var started = await StartByEventAsync(services, locked, payload, change, ct);
                if (started.Refusal is { } notStarted) return notStarted;
                var hash = BookmarkHash.Of(EventBody.TypeName, EventBody.Stimulus(locked.EventName!), null);
                var waiting = await store.FindEventBookmarksAsync(hash, locked.CorrelationId, ct);
                if (waiting.Count == 0 && started.Value.Value == 0 && change.At - locked.CreatedAt < EventPatience) return new Count(0);
                foreach (var bookmark in waiting)
                {
                    var result = await runtime.ResumeAsync(bookmark.InstanceId, bookmark.Id, new JsonObject { ["payload"] = payload?.DeepClone() }, change, ct);
                    if (result.Refusal is { Code: not "engine.already-done" } refusal) return refusal;
                }
                store.MarkConsumed(locked.Id, change.At);
                return new Count(1);
            }, cancellationToken);
            count += Answer(delivered).Value;
        }
        return count;
    }

    /// <summary>Starts an instance of every published definition that begins with this event.</summary>
    private static async Task<Result<Count>> StartByEventAsync(IServiceProvider services, SignalRow signal, JsonNode? payload, ChangeContext change, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var workflow in await services.GetRequiredService<IDefinitionSource>().PublishedAsync(cancellationToken))
        {
            foreach (var trigger in workflow.Triggers.Where(t => t.Body is EventBody && t.Inputs.GetValueOrDefault("eventName")?.LiteralText == signal.EventName))
            {
                var input = new JsonObject { ["EventName"] = signal.EventName, ["Payload"] = payload?.DeepClone() };
                var result = await services.GetRequiredService<WorkflowRuntime>().StartAsync(
                    new StartWorkflow(workflow.Definition.DefinitionId, Ids.New(change), signal.CorrelationId, null, input, Trigger: new(trigger.Id, payload?.DeepClone())), change, cancellationToken);
                // A strategy that allows no second instance is no error; a child without a published version waits for its publication.
                if (result.Refusal is { Code: not ("engine.runs-already" or "engine.not-published") } refusal) return refusal;
                if (result.Refusal is null) count++;
            }
        }
        return new Count(count);
    }

    private async Task<int> ResumeTimersAsync(CancellationToken cancellationToken)
    {
        var now = time.UtcNow;
        var due = await units.RunAsync(async (services, ct) =>
            (Result<List<BookmarkRow>>)(await services.GetRequiredService<IWorkflowStore>().DueBookmarksAsync(now, BulkBatch, ct)).ToList(), cancellationToken);
        var count = 0;
        foreach (var bookmark in due.Value)
        {
            var resumed = await units.RunAsync(async (services, ct) =>
            {
                var result = await services.GetRequiredService<WorkflowRuntime>().ResumeAsync(bookmark.InstanceId, bookmark.Id, null, ChangeContext.Now(time, Actor.System), ct);
                return result.Refusal is { Code: not "engine.already-done" } refusal ? refusal : (Result<Count>)new Count(1);
            }, cancellationToken);
            count += Answer(resumed).Value;
        }
        return count;
    }

    private static T Answer<T>(Result<T> result) where T : notnull
        => result.Refusal is { } refusal ? throw new InvalidOperationException($"派发未能完成：{refusal}") : result.Value;

    private sealed record Count(int Value);

    private sealed record Children(int Started, int Waiting);
}
