using System.Text.Json.Nodes;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Engine.Storage;

namespace DoubleRandom.Engine.Execution;

/// <summary>One live execution of one activity. Completed and cancelled ones leave the state; the record of them is in the journal.</summary>
public sealed class ActivityExecution
{
    internal ActivityExecution(Guid id, CompiledNode node, ActivityExecution? parent)
    {
        Id = id;
        Node = node;
        Parent = parent;
        foreach (var variable in node.Variables) Variables[variable.Id] = variable.Default?.DeepClone();
    }

    public Guid Id { get; }
    public CompiledNode Node { get; }
    public ActivityExecution? Parent { get; }
    public ActivityStatus Status { get; internal set; } = ActivityStatus.Running;

    /// <summary>Values of the variables this activity declares, by variable id.</summary>
    internal Dictionary<string, JsonNode?> Variables { get; } = new(StringComparer.Ordinal);

    /// <summary>Values a loop hands to the round it starts (<c>CurrentValue</c>, <c>CurrentIndex</c>), by name. They survive a wait.</summary>
    internal Dictionary<string, JsonNode?> LoopVariables { get; } = new(StringComparer.Ordinal);

    /// <summary>What a body keeps over a wait: a flowchart's counters, a sequence's place, a bulk dispatch's count.</summary>
    public JsonObject Data { get; internal set; } = [];

    /// <summary>Entered through a backward edge: then its completion does not count as a visit.</summary>
    public bool EnteredBackward { get; internal set; }

    internal List<ActivityExecution> Children { get; } = [];
    internal Dictionary<string, JsonNode?> EvaluatedInputs { get; } = new(StringComparer.Ordinal);
    internal Dictionary<string, JsonNode?> WrittenOutputs { get; } = new(StringComparer.Ordinal);
    internal ActivityExecutionRow? Record { get; set; }
    internal int Faults { get; set; }
}
