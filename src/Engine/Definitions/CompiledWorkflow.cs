using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Expressions;

namespace DoubleRandom.Engine.Definitions;

/// <summary>How an exception in a step is met.</summary>
public enum IncidentStrategy { Fault, ContinueWithIncidents }

/// <summary>A variable as declared. Only the workflow drivers keep a value over a suspension; others start again at the default.</summary>
public sealed record CompiledVariable(string Id, string Name, JsonNode? Default, bool IsPersistent);

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
}

public sealed record SwitchCase(string Label, CompiledExpression Condition);

/// <summary>An immutable graph of one definition version. Compiled once, shared by all its instances.</summary>
public sealed class CompiledWorkflow
{
    private static readonly string[] Starters = ["Elsa.DispatchWorkflow", "Elsa.ExecuteWorkflow", "Elsa.BulkDispatchWorkflows"];
    private readonly Dictionary<string, CompiledNode> _nodes = new(StringComparer.Ordinal);

    private CompiledWorkflow(WorkflowDefinition definition) => Definition = definition;

    public WorkflowDefinition Definition { get; }

    /// <summary>Elsa's wrapper of every definition; its only child is the root activity.</summary>
    public CompiledNode Workflow { get; private set; } = null!;

    public IncidentStrategy IncidentStrategy { get; private set; }

    /// <summary>Definition ids this one names as children, directly.</summary>
    public IReadOnlyList<string> ChildDefinitions { get; private set; } = [];

    public CompiledNode? Find(string nodeId) => _nodes.GetValueOrDefault(nodeId);

    public static CompiledWorkflow Compile(WorkflowDefinition definition, ActivityCatalog catalog)
    {
        var workflow = new CompiledWorkflow(definition);
        var json = definition.Json;
        workflow.IncidentStrategy = json["options"]?["incidentStrategyType"]?.GetValue<string>() is { } strategy
            && strategy.Contains("ContinueWithIncidents", StringComparison.Ordinal) ? IncidentStrategy.ContinueWithIncidents : IncidentStrategy.Fault;
        var wrapper = new CompiledNode
        {
            Id = "Workflow1",
            NodeId = "Workflow1",
            Type = "Elsa.Workflow",
            Name = "Workflow1",
            DisplayText = definition.Name,
            Body = new WorkflowBody(),
            Descriptor = null,
            Json = [],
            Inputs = new Dictionary<string, CompiledExpression>(),
            Outputs = new Dictionary<string, string>(),
            Variables = Variables(json["variables"] as JsonArray),
            CanStartWorkflow = false,
        };
        workflow._nodes["Workflow1"] = wrapper;
        wrapper.Children = [workflow.Node(definition.Root, wrapper, catalog)];
        workflow.Workflow = wrapper;
        workflow.ChildDefinitions = [.. workflow._nodes.Values.Where(n => Starters.Contains(n.Type))
            .Select(n => n.Inputs.GetValueOrDefault("workflowDefinitionId")?.LiteralText).OfType<string>().Distinct(StringComparer.Ordinal)];
        return workflow;
    }

    private CompiledNode Node(JsonObject json, CompiledNode parent, ActivityCatalog catalog)
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
        var node = new CompiledNode
        {
            Id = id,
            NodeId = $"{parent.NodeId}:{id}",
            Type = type,
            Name = json["name"]?.GetValue<string>(),
            DisplayText = json["metadata"]?["displayText"]?.GetValue<string>() ?? json["name"]?.GetValue<string>() ?? id,
            Body = catalog.BodyOf(type),
            Descriptor = catalog.Find(type),
            Json = json,
            Inputs = inputs,
            Outputs = outputs,
            Variables = Variables(json["variables"] as JsonArray),
            Parent = parent,
            CanStartWorkflow = json["customProperties"]?["canStartWorkflow"]?.GetValue<bool>() ?? false,
        };
        _nodes[node.NodeId] = node;
        List<CompiledNode> children = [];
        foreach (var child in json["activities"] as JsonArray ?? []) children.Add(Node(child!.AsObject(), node, catalog));
        foreach (var port in node.Descriptor?.Ports.Where(p => p.IsEmbedded) ?? [])
        {
            if (json[Camel(port.Name)] is JsonObject embedded && embedded["type"] is not null) children.Add(Node(embedded, node, catalog));
        }
        node.Children = children;
        if (json["cases"] is JsonArray cases)
        {
            node.Cases = [.. cases.OfType<JsonObject>().Select(c => new SwitchCase(
                c["label"]?.GetValue<string>() ?? "", CompiledExpression.Compile(c["condition"] as JsonObject ?? [])))];
        }
        if (type == "Elsa.Flowchart") FlowGraph.Connect(node, json);
        return node;
    }

    private static List<CompiledVariable> Variables(JsonArray? variables)
        => [.. (variables ?? []).OfType<JsonObject>().Select(v => new CompiledVariable(
            v["id"]?.GetValue<string>() ?? v["name"]!.GetValue<string>(), v["name"]!.GetValue<string>(),
            DefaultOf(v), v["storageDriverTypeName"]?.GetValue<string>() is { } driver
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
