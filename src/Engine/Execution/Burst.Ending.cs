using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Engine.Storage;

namespace DoubleRandom.Engine.Execution;

/// <summary>How steps end: completed, cancelled or faulted; and with the last of them the instance.</summary>
internal sealed partial class Burst
{
    public void Finish()
    {
        _queue.Clear();
        _finished = true;
    }

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
}
