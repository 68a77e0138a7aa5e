using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Engine.Storage;

namespace DoubleRandom.Engine.Execution;

/// <summary>
/// One burst: everything that follows from one stimulus until the instance waits again. Works on the live state in memory; what it
/// changed is one <see cref="Checkpoint"/>. Work is first in, first out, as in Elsa.
/// </summary>
internal sealed partial class Burst
{
    /// <summary>A definition that never waits must not hang a request, nor hold up the deliveries to other cases.</summary>
    private const int MaxSteps = 10_000;

    internal const string TriggerKey = "$trigger";

    private readonly Queue<Work> _queue = new();
    private readonly Dictionary<Guid, ActivityExecution> _live = [];
    private readonly List<BookmarkRow> _bookmarks;
    private readonly Dictionary<Guid, Completion> _completions = [];

    // Whose rows the checkpoint has; what they were given and what they gave is written into them once, at the end.
    private readonly List<ActivityExecution> _recorded = [];
    private readonly IEnumerable<IBurstObserver> _observers;
    private long _sequence;
    private bool _finished;
    private bool _faulted;

    public Burst(CompiledWorkflow workflow, WorkflowInstanceRow instance, bool isNew, IReadOnlyList<BookmarkRow> bookmarks, IServiceProvider services,
        IEnumerable<IBurstObserver> observers, ChangeContext change, CancellationToken cancellationToken, BurstState.Loaded? state = null)
    {
        (Workflow, Instance, Services, Change, CancellationToken) = (workflow, instance, services, change, cancellationToken);
        _observers = observers;
        _bookmarks = [.. bookmarks];
        Checkpoint = new Checkpoint(instance, isNew);
        Load(state);
    }

    public CompiledWorkflow Workflow { get; private set; }
    public WorkflowInstanceRow Instance { get; }
    public IServiceProvider Services { get; }
    public ChangeContext Change { get; }
    public CancellationToken CancellationToken { get; }
    public Checkpoint Checkpoint { get; }
    public JsonObject Input { get; private set; } = [];
    public JsonObject Output { get; private set; } = [];
    public JsonObject Properties { get; private set; } = [];
    public IReadOnlyList<BookmarkRow> OpenBookmarks => _bookmarks;

    /// <summary>The id of the trigger activity that starts the instance in this burst.</summary>
    public string? TriggerId { get; private set; }

    public JsonNode? TriggerPayload { get; private set; }

    private sealed record Work(CompiledNode Node, ActivityExecution? Owner, bool Backward, IReadOnlyDictionary<string, JsonNode?>? LoopVariables = null, JsonObject? Data = null);

    /// <param name="Composite">The workflow the completion ends; null where only the container around the activity is told.</param>
    private sealed record Completion(ActivityExecution Execution, IReadOnlyList<string> Outcomes, ActivityExecution? Composite);

    public async Task StartAsync(JsonObject input, string? triggerId = null, JsonNode? triggerPayload = null)
    {
        Input = input;
        if (triggerId is not null)
        {
            // A flowchart entered at another place is another graph; the instance keeps to it.
            (TriggerId, TriggerPayload) = (triggerId, triggerPayload);
            Properties[TriggerKey] = triggerId;
            Workflow = Workflow.StartedBy(triggerId);
        }
        _queue.Enqueue(new Work(Workflow.Workflow, null, false));
        await RunAsync();
    }

    public async Task ResumeAsync(BookmarkRow bookmark, JsonObject? input)
    {
        var execution = _live[bookmark.ExecutionId];
        RemoveBookmark(bookmark);
        Journal(execution, "Resumed");
        await InvokeAsync(execution, run => execution.Node.Body!.ResumeAsync(run, input));
        await RunAsync();
    }

    /// <summary>A child's signal reaches the execution that waits for it.</summary>
    public async Task SignalAsync(Guid executionId, JsonObject signal)
    {
        if (!_live.TryGetValue(executionId, out var execution)) return;
        Journal(execution, "Resumed", null, signal["childInstanceId"] is { } child ? new JsonObject { ["ChildInstanceId"] = child.DeepClone() } : null);
        await InvokeAsync(execution, run => execution.Node.Body!.ResumeAsync(run, signal));
        await RunAsync();
    }

    /// <summary>Runs a faulted execution again from its beginning.</summary>
    /// <param name="revised">A variable in the execution's scope that was put right before.</param>
    public async Task RetryAsync(Guid executionId, RevisedVariable? revised)
    {
        var execution = Unfault(executionId);
        if (revised is not null)
        {
            if (!new ActivityRun(this, execution).SetVariable(revised.Name, revised.Value)) throw new InvalidOperationException($"“{execution.Node.DisplayText}”看不到变量“{revised.Name}”。");
            Journal(execution, "VariableRevised", Change.Reason, new JsonObject { [revised.Name] = revised.Value?.DeepClone() });
        }
        Journal(execution, "Retried");
        await InvokeAsync(execution, execution.Node.Body!.RunAsync, isLeafRun: true);
        await RunAsync();
    }

    /// <summary>Goes on behind a faulted execution with the given outcome.</summary>
    public async Task SkipAsync(Guid executionId, string outcome)
    {
        var execution = Unfault(executionId);
        Journal(execution, "Skipped", Change.Reason);
        await InvokeAsync(execution, run =>
        {
            run.Complete(outcome);
            return ValueTask.CompletedTask;
        });
        await RunAsync();
    }

    public async Task CancelInstanceAsync(string reason)
    {
        foreach (var root in _live.Values.Where(e => e.Parent is null).ToList()) await CancelAsync(root, reason);
        // The case ends with its instance: what it started and still runs is cancelled by the pump, an instance at a time.
        Checkpoint.Signals.Add(new SignalRow { Id = Ids.New(Change), Kind = SignalKinds.CancelChildren, InstanceId = Instance.Id, Payload = new JsonObject { ["reason"] = reason }.ToJsonString(), CreatedAt = Change.At });
        _queue.Clear();
        Instance.Status = WorkflowStatus.Finished;
        Instance.SubStatus = WorkflowSubStatus.Cancelled;
        Instance.FinishedAt = Change.At;
        TellParent();
        Save();
    }

    public bool IsLive(Guid executionId) => _live.ContainsKey(executionId);

    /// <summary>Nothing to run: the instance waits as before.</summary>
    public void Rest() => Settle();

    private ActivityExecution Unfault(Guid executionId)
    {
        var execution = _live[executionId];
        execution.Status = ActivityStatus.Running;
        for (var e = execution; e is not null; e = e.Parent)
        {
            e.Faults = Math.Max(0, e.Faults - 1);
            Record(e);
        }
        return execution;
    }

    private async Task RunAsync()
    {
        var steps = 0;
        while (!_finished && _queue.TryDequeue(out var work))
        {
            CancellationToken.ThrowIfCancellationRequested();
            // The owner may have completed or been cancelled while the work was waiting in the queue.
            if (work.Owner is not null && work.Owner.Status is not ActivityStatus.Running) continue;
            await ExecuteAsync(work, tooMany: ++steps > MaxSteps);
        }
        Settle();
    }

    private async Task ExecuteAsync(Work work, bool tooMany)
    {
        var execution = new ActivityExecution(Ids.New(Change), work.Node, work.Owner) { EnteredBackward = work.Backward };
        if (work.Data is { } data) execution.Data = data;
        foreach (var (name, value) in work.LoopVariables ?? new Dictionary<string, JsonNode?>()) execution.LoopVariables[name] = value?.DeepClone();
        _live[execution.Id] = execution;
        work.Owner?.Children.Add(execution);
        Record(execution);
        Journal(execution, "Started");
        if (tooMany)
        {
            // Parked where it is, so that a person sees it and no other case has to wait; a retry goes on from here.
            Fault(execution, new InvalidOperationException($"连续执行超过 {MaxSteps} 步而没有等待，已停在这一步。请检查循环的条件。"));
            return;
        }
        if (work.Node.Body is null)
        {
            Fault(execution, new InvalidOperationException($"活动类型“{work.Node.Type}”不受支持。"));
            return;
        }
        await InvokeAsync(execution, work.Node.Body.RunAsync, isLeafRun: true);
    }

    private async Task InvokeAsync(ActivityExecution execution, Func<ActivityRun, ValueTask> act, bool isLeafRun = false)
    {
        var bookmarksBefore = _bookmarks.Count;
        try
        {
            await act(new ActivityRun(this, execution));
            if (isLeafRun && execution.Node.Body is not ContainerBody && !_completions.ContainsKey(execution.Id)
                && execution.Status is ActivityStatus.Running && !_bookmarks.Any(b => b.ExecutionId == execution.Id))
                RequestCompletion(execution, ["Done"]);
            await CompletePendingAsync();
        }
        catch (OperationCanceledException) when (CancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (RefusedException refused)
        {
            // A step's refusal on the way (law 8) parks the branch like any exception; the text is the domain's.
            Fault(execution, refused);
        }
        catch (Exception e) when (!IsWorldFailure(e))
        {
            Fault(execution, e);
        }
        if (_bookmarks.Count > bookmarksBefore && execution.Status is ActivityStatus.Running) Record(execution);
    }

    /// <summary>A broken connection or a conflict is not the step's fault: the whole unit of work rolls back and runs again.</summary>
    private static bool IsWorldFailure(Exception e)
        => e is System.Data.Common.DbException || e.InnerException is System.Data.Common.DbException || e.GetType().Name is "DbUpdateException" or "DbUpdateConcurrencyException";

    /// <param name="data">What the execution keeps from its beginning.</param>
    public void Schedule(CompiledNode node, ActivityExecution owner, bool backward, IReadOnlyDictionary<string, JsonNode?>? loopVariables, JsonObject? data = null)
        => _queue.Enqueue(new Work(node, owner, backward, loopVariables, data));

    public bool IsQueued(CompiledNode node, ActivityExecution owner) => _queue.Any(w => w.Node == node && w.Owner == owner);

    public bool HasQueuedWork(ActivityExecution owner) => _queue.Any(w => w.Owner == owner);
}
