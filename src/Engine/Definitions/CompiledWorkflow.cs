using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Expressions;

namespace DoubleRandom.Engine.Definitions;

/// <summary>How an exception in a step is met.</summary>
public enum IncidentStrategy { Fault, ContinueWithIncidents }

/// <summary>How many instances of a definition may run at once. Asked at every start.</summary>
public enum ActivationStrategy { Always, Singleton, Correlation, CorrelatedSingleton }

/// <summary>A variable as declared. Only the workflow drivers keep a value over a suspension; others start again at the default.</summary>
public sealed record CompiledVariable(string Id, string Name, string TypeName, JsonNode? Default, bool IsPersistent);

/// <summary>A connection of a flowchart; <see cref="Index"/> is its place in the definition.</summary>
public sealed record CompiledEdge(int Index, CompiledNode Source, string Port, CompiledNode Target)
{
    public bool IsBackward { get; internal set; }

    /// <summary>A backward edge is valid only when every forward path from its source back to the start passes its target.</summary>
    public bool IsValid { get; internal set; } = true;
}

/// <summary>One activity of a definition, ready to run.</summary>
public sealed class CompiledNode
{
    public required string Id { get; init; }
    public required string NodeId { get; init; }
    public required string Type { get; init; }
    public required string? Name { get; init; }
    public required string DisplayText { get; init; }
    public required ActivityBody? Body { get; init; }
    public required ActivityDescriptor? Descriptor { get; init; }
    public required JsonObject Json { get; init; }
    public required IReadOnlyDictionary<string, CompiledExpression> Inputs { get; init; }

    /// <summary>Output name → id of the variable it is written to.</summary>
    public required IReadOnlyDictionary<string, string> Outputs { get; init; }
    public required IReadOnlyList<CompiledVariable> Variables { get; init; }
    public required bool CanStartWorkflow { get; init; }
    public CompiledNode? Parent { get; internal set; }
    public IReadOnlyList<CompiledNode> Children { get; internal set; } = [];
    public IReadOnlyList<CompiledEdge> Edges { get; internal set; } = [];
    public IReadOnlyList<CompiledEdge> Outgoing { get; internal set; } = [];

    /// <summary>Inbound edges that are not backward: what joins count.</summary>
    public IReadOnlyList<CompiledEdge> Inbound { get; internal set; } = [];

    /// <summary>Nodes from which this one can be reached by forward edges: what a WaitAny join cancels.</summary>
    public IReadOnlySet<CompiledNode> Ancestors { get; internal set; } = new HashSet<CompiledNode>();
    public CompiledNode? Start { get; internal set; }
    public IReadOnlyList<SwitchCase> Cases { get; internal set; } = [];

    /// <summary>Of a workflow used as an activity: its inputs, by name the property that holds each.</summary>
    public IReadOnlyList<(string Name, string Key)> WorkflowInputs { get; internal set; } = [];

    /// <summary>The activity embedded at a port; null when there is none.</summary>
    public CompiledNode? Embedded(string port)
        => Json[port]?["id"] is JsonValue id ? Children.FirstOrDefault(c => c.Id == id.GetValue<string>()) : null;
}

/// <param name="Activity">The activity embedded in the case of an <c>Elsa.Switch</c>.</param>
public sealed record SwitchCase(string Label, CompiledExpression Condition, CompiledNode? Activity);

/// <summary>An immutable graph of one definition version. Compiled once, shared by all its instances.</summary>
public sealed class CompiledWorkflow
{
    /// <summary>Workflows used as activities may use others; deeper than this nobody can follow.</summary>
    private const int MaxUseDepth = 10;

    private const int MaxNodes = 20_000;

    private static readonly string[] Starters = ["Elsa.DispatchWorkflow", "Elsa.ExecuteWorkflow", "Elsa.BulkDispatchWorkflows"];
    private readonly Dictionary<string, CompiledNode> _nodes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, CompiledWorkflow> _byTrigger = new(StringComparer.Ordinal);
    private readonly ActivityCatalog _catalog;
    private readonly IReadOnlyDictionary<string, WorkflowDefinition> _used;
    private readonly string? _triggerId;

    private CompiledWorkflow(WorkflowDefinition definition, ActivityCatalog catalog, IReadOnlyDictionary<string, WorkflowDefinition> used, string? triggerId)
        => (Definition, _catalog, _used, _triggerId) = (definition, catalog, used, triggerId);

    public WorkflowDefinition Definition { get; }

    /// <summary>Elsa's wrapper of every definition; its only child is the root activity.</summary>
    public CompiledNode Workflow { get; private set; } = null!;

    public IncidentStrategy IncidentStrategy { get; private set; }

    public ActivationStrategy ActivationStrategy { get; private set; }

    /// <summary>Definition ids this one names as children, directly.</summary>
    public IReadOnlyList<string> ChildDefinitions { get; private set; } = [];

    /// <summary>Activities that start an instance when their event comes or their time is there.</summary>
    public IReadOnlyList<CompiledNode> Triggers { get; private set; } = [];

    public CompiledNode? Find(string nodeId) => _nodes.GetValueOrDefault(nodeId);

    /// <summary>All nodes, those of the workflows used as activities included.</summary>
    public IEnumerable<CompiledNode> Nodes => _nodes.Values;

    /// <param name="used">The versions that the definition uses as activities, by version id.</param>
    public static CompiledWorkflow Compile(WorkflowDefinition definition, ActivityCatalog catalog, IReadOnlyDictionary<string, WorkflowDefinition>? used = null)
        => new CompiledWorkflow(definition, catalog, used ?? new Dictionary<string, WorkflowDefinition>(), null).Build();

    /// <summary>The same definition entered at a trigger: the flowchart that holds it starts there, and is another forward graph.</summary>
    public CompiledWorkflow StartedBy(string triggerId)
        => _byTrigger.GetOrAdd(triggerId, id => new CompiledWorkflow(Definition, _catalog, _used, id).Build());

    private CompiledWorkflow Build()
    {
        var options = Definition.Json["options"];
        IncidentStrategy = options?["incidentStrategyType"]?.GetValue<string>() is { } strategy
            && strategy.Contains("ContinueWithIncidents", StringComparison.Ordinal) ? IncidentStrategy.ContinueWithIncidents : IncidentStrategy.Fault;
        ActivationStrategy = ActivationStrategies.Read(options?["activationStrategyType"]?.GetValue<string>());
        Workflow = Wrapper(Definition, null, [Definition.Id]);
        ChildDefinitions = [.. _nodes.Values.Where(n => Starters.Contains(n.Type))
            .Select(n => n.Inputs.GetValueOrDefault("workflowDefinitionId")?.LiteralText).OfType<string>().Distinct(StringComparer.Ordinal)];
        return this;
    }

    private CompiledNode Wrapper(WorkflowDefinition definition, CompiledNode? user, List<string> path)
    {
        var wrapper = new CompiledNode
        {
            Id = "Workflow1",
            NodeId = user is null ? "Workflow1" : $"{user.NodeId}:Workflow1",
            Type = "Elsa.Workflow",
            Name = "Workflow1",
            DisplayText = definition.Name,
            Body = new WorkflowBody(),
            Descriptor = null,
            Json = [],
            Inputs = new Dictionary<string, CompiledExpression>(),
            Outputs = new Dictionary<string, string>(),
            Variables = Variables(definition.Json["variables"] as JsonArray),
            CanStartWorkflow = false,
            Parent = user,
        };
        _nodes[wrapper.NodeId] = wrapper;
        wrapper.Children = [Node(definition.Root, wrapper, path)];
        return wrapper;
    }

    private CompiledNode Node(JsonObject json, CompiledNode parent, List<string> path)
    {
        var id = json["id"]?.GetValue<string>() ?? throw new FormatException("An activity has no id.");
        var type = json["type"]?.GetValue<string>() ?? "";
        var inputs = new Dictionary<string, CompiledExpression>(StringComparer.Ordinal);
        var outputs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in json)
        {
            if (value is not JsonObject property) continue;
            if (property["expression"] is JsonObject expression) inputs[key] = CompiledExpression.Compile(expression);
            else if (property["memoryReference"]?["id"] is JsonValue reference) outputs[key] = reference.GetValue<string>();
        }
        var descriptor = _catalog.Find(type);
        // A value that stands there bare is what the step takes: the same for the checks as for the run.
        foreach (var key in descriptor?.Inputs.Select(i => Camel(i.Name)) ?? [])
        {
            if (!inputs.ContainsKey(key) && json[key] is JsonValue bare) inputs[key] = CompiledExpression.Compile(new JsonObject { ["value"] = bare.DeepClone() });
        }
        // A version that is on the path already would hold itself for ever.
        var used = descriptor is null && path.Count <= MaxUseDepth && _nodes.Count < MaxNodes && WorkflowUse.Of(json) is { } use
            && use.Candidates.FirstOrDefault(_used.ContainsKey) is { } versionId && !path.Contains(versionId) ? _used[versionId] : null;
        var node = new CompiledNode
        {
            Id = id,
            NodeId = $"{parent.NodeId}:{id}",
            Type = type,
            Name = json["name"]?.GetValue<string>(),
            DisplayText = json["metadata"]?["displayText"]?.GetValue<string>() ?? json["name"]?.GetValue<string>() ?? id,
            Body = used is null ? _catalog.BodyOf(type) : new WorkflowActivityBody(),
            Descriptor = used is null ? descriptor : WorkflowUse.Describe(used),
            Json = json,
            Inputs = inputs,
            Outputs = outputs,
            Variables = Variables(json["variables"] as JsonArray),
            Parent = parent,
            CanStartWorkflow = json["customProperties"]?["canStartWorkflow"]?.GetValue<bool>() ?? false,
        };
        _nodes[node.NodeId] = node;
        if (used is not null)
        {
            node.WorkflowInputs = [.. node.Descriptor!.Inputs.Select(i => (i.Name, Camel(i.Name)))];
            node.Children = [Wrapper(used, node, [.. path, used.Id])];
            return node;
        }
        if (node.CanStartWorkflow && path.Count == 1 && node.Body is EventBody or TimerBody && type != "Elsa.Delay") Triggers = [.. Triggers, node];
        node.Children = [.. EmbeddedActivities.Of(json, node.Descriptor).Select(child => Node(child, node, path))];
        if (json["cases"] is JsonArray cases)
        {
            node.Cases = [.. cases.OfType<JsonObject>().Select(c => new SwitchCase(
                c["label"]?.GetValue<string>() ?? "", CompiledExpression.Compile(c["condition"] as JsonObject ?? []),
                c["activity"]?["id"] is JsonValue activity ? node.Children.FirstOrDefault(n => n.Id == activity.GetValue<string>()) : null))];
        }
        if (type == "Elsa.Flowchart") FlowGraph.Connect(node, json, _triggerId);
        return node;
    }

    private static List<CompiledVariable> Variables(JsonArray? variables)
        => [.. (variables ?? []).OfType<JsonObject>().Where(v => v["name"] is JsonValue).Select(v => new CompiledVariable(
            v["id"]?.GetValue<string>() ?? v["name"]!.GetValue<string>(), v["name"]!.GetValue<string>(),
            v["typeName"]?.GetValue<string>() ?? "Object", DefaultOf(v), v["storageDriverTypeName"]?.GetValue<string>() is { } driver
                && (driver.Contains("WorkflowInstanceStorageDriver", StringComparison.Ordinal) || driver.Contains("WorkflowStorageDriver", StringComparison.Ordinal))))];

    /// <summary>The Studio posts defaults as text whatever the type; text that reads as the declared type becomes a value of it.</summary>
    private static JsonNode? DefaultOf(JsonObject variable)
    {
        if (variable["value"] is not JsonValue value) return variable["value"]?.DeepClone();
        if (!value.TryGetValue<string>(out var text)) return value.DeepClone();
        if (variable["typeName"]?.GetValue<string>() is "String" or null) return value.DeepClone();
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return value.DeepClone();
        }
    }

    internal static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
