using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Engine.Expressions;
using DoubleRandom.Engine.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Engine.Execution;

/// <summary>What a body sees while it runs: its inputs, variables in scope, and the ways to go on.</summary>
public sealed class ActivityRun : IExpressionScope
{
    private readonly Burst _burst;

    internal ActivityRun(Burst burst, ActivityExecution execution) => (_burst, Execution) = (burst, execution);

    public ActivityExecution Execution { get; }
    public Guid InstanceId => _burst.Instance.Id;
    public Guid RootInstanceId => _burst.Instance.RootInstanceId;
    public Guid? ParentInstanceId => _burst.Instance.ParentInstanceId;
    public Guid ExecutionId => Execution.Id;
    public string NodeId => Execution.Node.NodeId;
    public string ActivityId => Execution.Node.Id;
    public string DisplayText => Execution.Node.DisplayText;
    public CompiledNode Node => Execution.Node;
    public string DefinitionId => _burst.Instance.DefinitionId;
    public string DefinitionVersionId => _burst.Instance.DefinitionVersionId;
    public string? CorrelationId { get => _burst.Instance.CorrelationId; set => _burst.Instance.CorrelationId = value; }
    public string? WorkflowName { get => _burst.Instance.Name; set => _burst.Instance.Name = value; }
    public IServiceProvider Services => _burst.Services;
    public ChangeContext Change => _burst.Change;
    public CancellationToken CancellationToken => _burst.CancellationToken;

    /// <summary>Values of the whole instance that are no variables of the definition (a test activity's counter).</summary>
    public JsonObject InstanceProperties => _burst.Properties;

    /// <summary>An input by its Pascal-case name, evaluated once; the descriptor's default where the node lacks it.</summary>
    public JsonNode? Input(string name)
    {
        if (Execution.EvaluatedInputs.TryGetValue(name, out var known)) return known;
        var key = CompiledWorkflow.Camel(name);
        var value = Node.Inputs.TryGetValue(key, out var expression) ? expression.Evaluate(this)
            : Node.Json[key] is { } raw && raw is not JsonObject ? raw.DeepClone()
            : Node.Descriptor?.Inputs.FirstOrDefault(i => i.Name == name)?.Default?.DeepClone();
        return Execution.EvaluatedInputs[name] = value;
    }

    /// <summary>An input evaluated once more: the condition of a loop is asked before every round.</summary>
    public JsonNode? InputAgain(string name)
    {
        Execution.EvaluatedInputs.Remove(name);
        return Input(name);
    }

    public string? Text(string name) => Input(name) switch
    {
        null => null,
        JsonValue v when v.GetValueKind() is JsonValueKind.String => v.GetValue<string>(),
        var other => other.ToJsonString(),
    };

    /// <summary>A boolean input; null when it is neither true nor false.</summary>
    public bool? Flag(string name) => FlagOf(Input(name));

    /// <summary>What a value says as a condition; null when it is neither true nor false.</summary>
    internal static bool? FlagOf(JsonNode? value) => value switch
    {
        JsonValue v when v.GetValueKind() is JsonValueKind.True => true,
        JsonValue v when v.GetValueKind() is JsonValueKind.False => false,
        JsonValue v when v.GetValueKind() is JsonValueKind.String && bool.TryParse(v.GetValue<string>(), out var flag) => flag,
        _ => null,
    };

    /// <summary>A condition that is neither true nor false parks the step; it never counts as false.</summary>
    internal bool Decided(string what, JsonNode? value)
        => FlagOf(value) ?? throw new ExpressionException(Texts.Of("engine.condition-undecided", what, value?.ToJsonString() ?? "null"));

    public int? Integer(string name) => Input(name) is JsonValue v && int.TryParse(v.ToString(), out var number) ? number : null;

    public JsonNode? Variable(string name) => TryVariableByName(name, out var value) ? value : null;

    /// <summary>Writes the variable of that name in the nearest scope; false when there is none.</summary>
    public bool SetVariable(string name, JsonNode? value)
    {
        for (var scope = Execution; scope is not null; scope = scope.Parent)
        {
            if (scope.LoopVariables.ContainsKey(name))
            {
                scope.LoopVariables[name] = value?.DeepClone();
                return true;
            }
            if (scope.Node.Variables.FirstOrDefault(v => v.Name == name) is not { } variable) continue;
            scope.Variables[variable.Id] = value?.DeepClone();
            return true;
        }
        return false;
    }

    public bool SetVariableById(string id, JsonNode? value)
    {
        for (var scope = Execution; scope is not null; scope = scope.Parent)
        {
            if (!scope.Variables.ContainsKey(id)) continue;
            scope.Variables[id] = value?.DeepClone();
            return true;
        }
        return false;
    }

    public bool TryVariableById(string id, out JsonNode? value)
    {
        for (var scope = Execution; scope is not null; scope = scope.Parent)
        {
            if (scope.Variables.TryGetValue(id, out value)) return true;
        }
        value = null;
        return false;
    }

    public bool TryVariableByName(string name, out JsonNode? value)
    {
        for (var scope = Execution; scope is not null; scope = scope.Parent)
        {
            if (scope.LoopVariables.TryGetValue(name, out value)) return true;
            if (scope.Node.Variables.FirstOrDefault(v => v.Name == name) is { } variable)
            {
                value = scope.Variables[variable.Id];
                return true;
            }
        }
        value = null;
        return false;
    }

    /// <summary>What the workflow was given: inside a workflow used as an activity, that activity's inputs.</summary>
    public JsonNode? Inputs => UsedAsActivity?.Data[WorkflowActivityBody.InputsKey] ?? _burst.Input;

    /// <summary>The moment of the change in the office's time: what <c>now()</c> and <c>today()</c> say.</summary>
    public DateTimeOffset? Now
        => TimeZoneInfo.ConvertTime(new DateTimeOffset(DateTime.SpecifyKind(Change.At, DateTimeKind.Utc)), Services.GetService<TimeProvider>()?.LocalTimeZone ?? TimeZoneInfo.Utc);

    public JsonNode? WorkflowInput(string name) => Inputs?[name];

    /// <summary>Writes an output of the workflow: inside a workflow used as an activity, an output of that activity.</summary>
    public void SetWorkflowOutput(string name, JsonNode? value)
    {
        if (UsedAsActivity is { } activity) For(activity).SetOutput(name, value);
        else _burst.Output[name] = value?.DeepClone();
    }

    private ActivityExecution? UsedAsActivity
    {
        get
        {
            for (var e = Execution.Parent; e is not null; e = e.Parent)
            {
                if (e.Node.Body is WorkflowActivityBody) return e;
            }
            return null;
        }
    }

    /// <summary>This activity is the trigger that started the instance, in the instance's first burst: it completes at once.</summary>
    public bool IsTrigger => _burst.TriggerId == Node.Id;

    /// <summary>What the trigger brought along: an event's payload.</summary>
    public JsonNode? TriggerPayload => _burst.TriggerPayload;

    /// <summary>Writes an output; it reaches the variable the node binds it to, if it binds one.</summary>
    public void SetOutput(string name, JsonNode? value)
    {
        Execution.WrittenOutputs[name] = value?.DeepClone();
        if (Node.Outputs.TryGetValue(CompiledWorkflow.Camel(name), out var variableId) && !SetVariableById(variableId, value))
            throw new InvalidOperationException($"“{DisplayText}”的输出“{name}”绑定的变量 {variableId} 不在范围内。");
    }

    /// <summary>Ends this activity; without outcomes with <c>Done</c>. What follows is decided by the container.</summary>
    public void Complete(params string[] outcomes) => CompleteWith(outcomes.Length == 0 ? ["Done"] : outcomes);

    /// <summary>Ends this activity with exactly these outcomes; with none, nothing behind it is followed.</summary>
    internal void CompleteWith(IReadOnlyList<string> outcomes) => _burst.RequestCompletion(Execution, outcomes);

    /// <summary>Ends the workflow around this activity, or the workflow used as an activity, with exactly the given outcomes.</summary>
    internal void CompleteWorkflow(IReadOnlyList<string> outcomes)
    {
        var composite = Execution.Parent;
        while (composite is not null && composite.Node.Body is not WorkflowBody) composite = composite.Parent;
        _burst.RequestCompletion(Execution, outcomes, composite);
    }

    /// <summary>Waits here. The hash is Elsa's; by default it contains the execution's id.</summary>
    public BookmarkRow CreateBookmark(JsonObject payload, string? name = null, bool includeExecution = true, DateTime? dueAt = null)
        => _burst.CreateBookmark(Execution, payload, name ?? Node.Type, includeExecution, dueAt);

    /// <summary>Asks for a child workflow: written now, started in a transaction of its own.</summary>
    public Guid Dispatch(string definitionId, JsonObject input, string? correlationId, int index, bool waitForCompletion)
        => _burst.Dispatch(Execution, definitionId, input, correlationId, index, waitForCompletion);

    /// <summary>Of so many children dispatched here only the last one's end is told, as <c>allEnded</c> and <c>anyCancelled</c>.</summary>
    internal void CountChildren(int count) => _burst.CountChildren(Execution, count);

    /// <summary>Publishes an event to waiting <c>Elsa.Event</c> steps; delivered after this burst has committed.</summary>
    public void PublishEvent(string eventName, string? correlationId, JsonNode? payload) => _burst.PublishEvent(eventName, correlationId, payload);

    public void Journal(string eventName, string? message = null, JsonObject? payload = null) => _burst.Journal(Execution, eventName, message, payload);

    /// <summary>Ends the whole instance at once.</summary>
    public void Finish() => _burst.Finish();

    internal ActivityRun For(ActivityExecution execution) => new(_burst, execution);

    internal void Schedule(CompiledNode node, bool backward = false, IReadOnlyDictionary<string, JsonNode?>? loopVariables = null, JsonObject? data = null)
        => _burst.Schedule(node, Execution, backward, loopVariables, data);

    internal bool IsQueued(CompiledNode node) => _burst.IsQueued(node, Execution);

    internal IReadOnlyList<ActivityExecution> LiveChildren => Execution.Children;

    internal bool HasQueuedWork => _burst.HasQueuedWork(Execution);

    internal ValueTask CancelAsync(ActivityExecution execution, string reason) => _burst.CancelAsync(execution, reason);
}
