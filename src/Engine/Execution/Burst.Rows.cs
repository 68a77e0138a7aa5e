using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Bookmarks;
using DoubleRandom.Engine.Storage;

namespace DoubleRandom.Engine.Execution;

/// <summary>What a burst reads of its instance and what it writes: the live state, rows of steps, bookmarks, journal, children and events.</summary>
internal sealed partial class Burst
{
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
            execution.Record = RowOf(execution, live.StartedAt);
            (execution.Record.Status, execution.Record.AggregateFaultCount, execution.Record.HasBookmarks) = (live.Status, live.Faults, HasBookmarks(execution));
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
        execution.Record ??= RowOf(execution, Change.At);
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

    private ActivityExecutionRow RowOf(ActivityExecution execution, DateTime startedAt) => new()
    {
        Id = execution.Id,
        InstanceId = Instance.Id,
        ActivityId = execution.Node.Id,
        ActivityType = execution.Node.Type,
        ActivityName = execution.Node.DisplayText,
        NodeId = execution.Node.NodeId,
        StartedAt = startedAt,
        ParentExecutionId = execution.Parent?.Id,
    };
}
