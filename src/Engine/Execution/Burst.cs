using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Bookmarks;
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
        execution.Record = new ActivityExecutionRow
        {
            Id = execution.Id,
            InstanceId = Instance.Id,
            ActivityId = work.Node.Id,
            ActivityType = work.Node.Type,
            ActivityName = work.Node.DisplayText,
            NodeId = work.Node.NodeId,
            StartedAt = Change.At,
            ParentExecutionId = work.Owner?.Id,
        };
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

    private async Task CompletePendingAsync()
    {
        while (_completions.Count > 0)
        {
            var completion = _completions.Values.First();
            _completions.Remove(completion.Execution.Id);
            if (completion.Execution.Status is not ActivityStatus.Running) continue;
            await CompleteAsync(completion);
        }
    }

    public void RequestCompletion(ActivityExecution execution, IReadOnlyList<string> outcomes, ActivityExecution? composite = null)
        => _completions[execution.Id] = new Completion(execution, outcomes, composite);

    private async Task CompleteAsync(Completion completion)
    {
        var (execution, outcomes, composite) = completion;
        foreach (var child in execution.Children.ToList()) await CancelAsync(child, "所在流程已完成");
        execution.Status = ActivityStatus.Completed;
        foreach (var bookmark in _bookmarks.Where(b => b.ExecutionId == execution.Id).ToList()) CancelBookmark(bookmark, "该步骤已完成");
        var record = Record(execution);
        record.CompletedAt = Change.At;
        record.Payload = BurstState.OutcomesText(outcomes);
        Journal(execution, "Completed", string.Join(",", outcomes));
        Leave(execution);
        if (composite is not null)
        {
            RequestCompletion(composite, outcomes);
        }
        else if (execution.Parent is { } parent)
        {
            try
            {
                await ((ContainerBody)parent.Node.Body!).ChildCompletedAsync(new ActivityRun(this, parent), execution, outcomes);
            }
            catch (Exception e) when (e is FlowException)
            {
                // The step itself is done, but what should follow it is not possible: it is shown at this step.
                execution.Status = ActivityStatus.Running;
                _live[execution.Id] = execution;
                parent.Children.Add(execution);
                Fault(execution, e);
            }
            catch (Exception e) when (e is not OperationCanceledException && !IsWorldFailure(e))
            {
                // The container could not decide what follows (a loop's condition): it is the one that waits for a person.
                Fault(parent, e);
            }
        }
        else
        {
            _finished = true;
        }
    }

    public async ValueTask CancelAsync(ActivityExecution execution, string reason)
    {
        if (execution.Status is not (ActivityStatus.Running or ActivityStatus.Faulted)) return;
        foreach (var child in execution.Children.ToList()) await CancelAsync(child, reason);
        execution.Status = ActivityStatus.Canceled;
        foreach (var bookmark in _bookmarks.Where(b => b.ExecutionId == execution.Id).ToList()) CancelBookmark(bookmark, reason);
        Record(execution).CompletedAt = Change.At;
        Journal(execution, "Canceled", reason);
        Leave(execution);
    }

    private void Leave(ActivityExecution execution)
    {
        _live.Remove(execution.Id);
        execution.Parent?.Children.Remove(execution);
    }

    private void Fault(ActivityExecution execution, Exception exception)
    {
        _completions.Remove(execution.Id);
        execution.Status = ActivityStatus.Faulted;
        for (var e = execution; e is not null; e = e.Parent) e.Faults++;
        Record(execution).Exception = exception.Message;
        Journal(execution, "Faulted", exception.Message);
        Checkpoint.AddedIncidents.Add(new IncidentRow
        {
            Id = Ids.New(Change),
            InstanceId = Instance.Id,
            ActivityId = execution.Node.Id,
            ActivityType = execution.Node.Type,
            NodeId = execution.Node.NodeId,
            ExecutionId = execution.Id,
            Message = exception.Message,
            Detail = exception.ToString(),
            At = Change.At,
        });
        Instance.IncidentCount++;
        if (Workflow.IncidentStrategy is IncidentStrategy.Fault) _faulted = true;
    }

    public BookmarkRow CreateBookmark(ActivityExecution execution, JsonObject payload, string name, bool includeExecution, DateTime? dueAt)
    {
        var bookmark = new BookmarkRow
        {
            Id = Ids.New(Change),
            InstanceId = Instance.Id,
            Name = name,
            Hash = BookmarkHash.Of(name, payload, includeExecution ? execution.Id : null),
            Payload = payload.ToJsonString(),
            ActivityId = execution.Node.Id,
            NodeId = execution.Node.NodeId,
            ExecutionId = execution.Id,
            CorrelationId = Instance.CorrelationId,
            CreatedAt = Change.At,
            DueAt = dueAt,
        };
        _bookmarks.Add(bookmark);
        Checkpoint.AddedBookmarks.Add(bookmark);
        Record(execution).HasBookmarks = true;
        Journal(execution, "Suspended");
        return bookmark;
    }

    private void RemoveBookmark(BookmarkRow bookmark)
    {
        _bookmarks.Remove(bookmark);
        if (!Checkpoint.AddedBookmarks.Remove(bookmark)) Checkpoint.RemovedBookmarks.Add(bookmark.Id);
    }

    private void CancelBookmark(BookmarkRow bookmark, string reason)
    {
        RemoveBookmark(bookmark);
        foreach (var observer in _observers) observer.BookmarkCancelled(bookmark, reason, Change);
    }

    public Guid Dispatch(ActivityExecution execution, string definitionId, JsonObject input, string? correlationId, int index, bool wait)
    {
        // A child under another correlation id is a case of its own; under the same one it belongs to this case.
        var ownCase = correlationId is not null && correlationId != Instance.CorrelationId;
        var row = new DispatchRow
        {
            Id = Ids.New(Change),
            ParentInstanceId = Instance.Id,
            ParentExecutionId = execution.Id,
            Index = index,
            ChildInstanceId = Ids.New(Change),
            RootInstanceId = ownCase ? null : Instance.RootInstanceId,
            DefinitionId = definitionId,
            CorrelationId = correlationId ?? Instance.CorrelationId,
            Input = input.ToJsonString(),
            WaitForCompletion = wait,
            CreatedAt = Change.At,
        };
        Checkpoint.Dispatches.Add(row);
        return row.ChildInstanceId;
    }

    /// <summary>The step wants to hear of its children only when the last of them has ended.</summary>
    public void CountChildren(ActivityExecution execution, int count) => Checkpoint.ChildCounts.Add(new ChildCountRow { ExecutionId = execution.Id, Waiting = count });

    public void PublishEvent(string eventName, string? correlationId, JsonNode? payload)
        => Checkpoint.Signals.Add(new SignalRow
        {
            Id = Ids.New(Change),
            Kind = SignalKinds.Event,
            EventName = eventName,
            CorrelationId = correlationId,
            Payload = payload?.ToJsonString(),
            CreatedAt = Change.At,
        });

    /// <param name="data">What the execution keeps from its beginning.</param>
    public void Schedule(CompiledNode node, ActivityExecution owner, bool backward, IReadOnlyDictionary<string, JsonNode?>? loopVariables, JsonObject? data = null)
        => _queue.Enqueue(new Work(node, owner, backward, loopVariables, data));

    public bool IsQueued(CompiledNode node, ActivityExecution owner) => _queue.Any(w => w.Node == node && w.Owner == owner);

    public bool HasQueuedWork(ActivityExecution owner) => _queue.Any(w => w.Owner == owner);

    public void Finish()
    {
        _queue.Clear();
        _finished = true;
    }

    public void Journal(ActivityExecution execution, string eventName, string? message = null, JsonObject? payload = null)
        => Checkpoint.Journal.Add(new JournalRow
        {
            InstanceId = Instance.Id,
            Sequence = ++_sequence,
            At = Change.At,
            ByName = Change.By.Name,
            ActivityId = execution.Node.Id,
            ActivityType = execution.Node.Type,
            ActivityName = execution.Node.DisplayText,
            NodeId = execution.Node.NodeId,
            ExecutionId = execution.Id,
            ParentExecutionId = execution.Parent?.Id,
            EventName = eventName,
            Message = message,
            Payload = payload?.ToJsonString(),
        });

    /// <summary>The execution's row of this burst; filled at the end from the execution.</summary>
    private ActivityExecutionRow Record(ActivityExecution execution)
    {
        execution.Record ??= new ActivityExecutionRow
        {
            Id = execution.Id,
            InstanceId = Instance.Id,
            ActivityId = execution.Node.Id,
            ActivityType = execution.Node.Type,
            ActivityName = execution.Node.DisplayText,
            NodeId = execution.Node.NodeId,
            StartedAt = Change.At,
            ParentExecutionId = execution.Parent?.Id,
        };
        var record = execution.Record;
        record.Status = execution.Status;
        record.AggregateFaultCount = execution.Faults;
        record.HasBookmarks = HasBookmarks(execution);
        if (!Checkpoint.Executions.Contains(record))
        {
            Checkpoint.Executions.Add(record);
            _recorded.Add(execution);
        }
        return record;
    }

    private void Settle()
    {
        if (_faulted)
        {
            End(WorkflowSubStatus.Faulted);
        }
        else if (_finished)
        {
            End(WorkflowSubStatus.Finished);
        }
        else
        {
            Instance.Status = WorkflowStatus.Running;
            Instance.SubStatus = WorkflowSubStatus.Suspended;
        }
        // What waited before this burst and still waits as it did has its row already.
        foreach (var execution in _live.Values)
        {
            if (execution.Record is { } record && (record.Status != execution.Status || record.AggregateFaultCount != execution.Faults || record.HasBookmarks != HasBookmarks(execution) || execution.EvaluatedInputs.Count > 0 || execution.WrittenOutputs.Count > 0))
                Record(execution);
        }
        Save();
    }

    private void End(WorkflowSubStatus subStatus)
    {
        Instance.Status = WorkflowStatus.Finished;
        Instance.SubStatus = subStatus;
        Instance.FinishedAt = Change.At;
        foreach (var bookmark in _bookmarks.ToList()) CancelBookmark(bookmark, "流程已结束");
        TellParent();
    }

    /// <summary>A parent that waits hears of every end, a cancelled one too: else it would wait for ever.</summary>
    private void TellParent()
    {
        if (Instance.ParentInstanceId is null || !Properties.ContainsKey("$wait")) return;
        Checkpoint.Signals.Add(new SignalRow
        {
            Id = Ids.New(Change),
            Kind = SignalKinds.Child,
            InstanceId = Instance.ParentInstanceId,
            ExecutionId = Instance.ParentExecutionId,
            ChildInstanceId = Instance.Id,
            Index = Instance.ParentIndex,
            CreatedAt = Change.At,
            Payload = new JsonObject { ["childInstanceId"] = Instance.Id.ToString(), ["index"] = Instance.ParentIndex, ["subStatus"] = Instance.SubStatus.ToString(), ["output"] = Output.DeepClone() }.ToJsonString(),
        });
    }

    /// <param name="state">The live state, where it is not the row's: a migration has carried it into another version.</param>
    private void Load(BurstState.Loaded? state)
    {
        if (Checkpoint.IsNew) return;
        state ??= BurstState.Read(Instance.State);
        (Input, Output, Properties, _sequence) = (state.Input, state.Output, state.Properties, state.Sequence);
        if (Properties[TriggerKey]?.GetValue<string>() is { } triggerId) Workflow = Workflow.StartedBy(triggerId);
        foreach (var live in state.Executions)
        {
            var node = Workflow.Find(live.NodeId) ?? throw new InvalidOperationException($"实例 {Instance.Id} 的节点 {live.NodeId} 不在版本 {Instance.DefinitionVersionId} 中。");
            var parent = live.ParentId is { } parentId ? _live[parentId] : null;
            var execution = new ActivityExecution(live.Id, node, parent) { EnteredBackward = live.Backward, Data = live.Data, Status = live.Status, Faults = live.Faults };
            foreach (var (id, value) in live.Variables) execution.Variables[id] = value;
            foreach (var (name, value) in live.LoopVariables) execution.LoopVariables[name] = value;
            parent?.Children.Add(execution);
            _live[execution.Id] = execution;
            execution.Record = new ActivityExecutionRow
            {
                Id = execution.Id,
                InstanceId = Instance.Id,
                ActivityId = node.Id,
                ActivityType = node.Type,
                ActivityName = node.DisplayText,
                NodeId = node.NodeId,
                StartedAt = live.StartedAt,
                ParentExecutionId = parent?.Id,
                Status = live.Status,
                AggregateFaultCount = live.Faults,
                HasBookmarks = HasBookmarks(execution),
            };
        }
    }

    private bool HasBookmarks(ActivityExecution execution) => _bookmarks.Exists(b => b.ExecutionId == execution.Id);

    private void Save()
    {
        foreach (var execution in _recorded)
        {
            var record = execution.Record!;
            if (execution.EvaluatedInputs.Count > 0) record.State = BurstState.Text(execution.EvaluatedInputs);
            if (execution.WrittenOutputs.Count > 0) record.Outputs = BurstState.Text(execution.WrittenOutputs);
        }
        Instance.UpdatedAt = Change.At;
        Instance.Revision++;
        Instance.State = BurstState.Write(Input, Output, Properties, _sequence, Instance.Status is WorkflowStatus.Running ? _live.Values : []);
    }
}
