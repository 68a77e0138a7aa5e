using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using DoubleRandom.Engine.Activities;

namespace DoubleRandom.Engine.Definitions;

/// <summary>A definition used as an activity by another one: Elsa's <c>WorkflowDefinitionActivity</c>.</summary>
/// <param name="VersionId">The version the node was drawn with; null in files that name only a number.</param>
public sealed record WorkflowUse(string DefinitionId, string? VersionId, int Version)
{
    /// <summary>Where the version is looked for: under its id, else (in a file from another system) as that number of the definition here.</summary>
    public IEnumerable<string> Candidates => VersionId is { Length: > 0 } ? [VersionId, ByNumber] : [ByNumber];

    private string ByNumber => string.Create(CultureInfo.InvariantCulture, $"{DefinitionId}-v{Version}");

    /// <summary>What a node uses; null when it is no workflow used as an activity.</summary>
    public static WorkflowUse? Of(JsonObject activity)
        // A child starter names a definition too, but runs it as an instance of its own.
        => activity["type"]?.GetValue<string>().StartsWith("Elsa.", StringComparison.Ordinal) != true && activity["workflowDefinitionId"] is JsonValue id && id.TryGetValue<string>(out var definitionId) && definitionId.Length > 0
            ? new(definitionId, activity["workflowDefinitionVersionId"] is JsonValue v && v.TryGetValue<string>(out var versionId) ? versionId : null,
                activity["version"] is JsonValue n && n.TryGetValue<int>(out var version) ? version : 1)
            : null;

    /// <summary>All uses in a definition.</summary>
    public static IReadOnlyList<WorkflowUse> In(WorkflowDefinition definition)
    {
        List<WorkflowUse> uses = [];
        var queue = new Queue<JsonObject>([definition.Root]);
        while (queue.TryDequeue(out var activity))
        {
            if (Of(activity) is { } use) uses.Add(use);
            foreach (var child in EmbeddedActivities.Of(activity, null)) queue.Enqueue(child);
        }
        return uses;
    }

    /// <summary>May this version be used as an activity?</summary>
    public static bool IsUsable(WorkflowDefinition definition) => definition.Json["options"]?["usableAsActivity"] is JsonValue v && v.TryGetValue<bool>(out var usable) && usable;

    /// <summary>The activity type a usable definition is: its name, its inputs, outputs and outcomes.</summary>
    public static ActivityDescriptor Describe(WorkflowDefinition definition)
    {
        var outcomes = (definition.Json["outcomes"] as JsonArray ?? []).Select(o => o?.GetValue<string>()).OfType<string>().ToList();
        return new ActivityDescriptor(
            TypeName(definition.Name), definition.Json["options"]?["activityCategory"]?.GetValue<string>() ?? "流程", definition.Name, definition.Json["description"]?.GetValue<string>() ?? "",
            [.. Fields(definition, "inputs").Select(f => new ActivityInput(f["name"]!.GetValue<string>(), Label(f), f["type"]?.GetValue<string>() ?? "Object", f["uiHint"]?.GetValue<string>() ?? "singleline", f["description"]?.GetValue<string>()))],
            [.. Fields(definition, "outputs").Select(f => new ActivityOutput(f["name"]!.GetValue<string>(), Label(f), f["type"]?.GetValue<string>() ?? "Object"))],
            [.. (outcomes.Count == 0 ? ["Done"] : outcomes).Select(o => new ActivityPort(o, o == "Done" ? "完成" : o))],
            IsContainer: false, Version: definition.Version)
        { Uses = new WorkflowUse(definition.DefinitionId, definition.Id, definition.Version) };
    }

    /// <summary>Elsa's rule: the name in Pascal case; a Chinese name stays what it is.</summary>
    private static string TypeName(string name)
    {
        var text = new StringBuilder(name.Length);
        var first = true;
        foreach (var c in name)
        {
            if (c is ' ' or '-' or '_')
            {
                first = true;
                continue;
            }
            text.Append(first ? char.ToUpperInvariant(c) : c);
            first = false;
        }
        return text.ToString();
    }

    private static IEnumerable<JsonObject> Fields(WorkflowDefinition definition, string key)
        => (definition.Json[key] as JsonArray ?? []).OfType<JsonObject>().Where(f => f["name"] is JsonValue v && v.TryGetValue<string>(out var name) && name.Length > 0);

    private static string Label(JsonObject field) => field["displayName"]?.GetValue<string>() is { Length: > 0 } label ? label : field["name"]!.GetValue<string>();
}

/// <summary>Where an activity holds other activities.</summary>
public static class EmbeddedActivities
{
    /// <summary>
    /// The activities directly inside: <c>activities</c>, the branches of a fork, those in the cases of a switch, those at embedded ports.
    /// Without a descriptor, as of an unknown type, every property that holds an activity counts as a port.
    /// </summary>
    public static IEnumerable<JsonObject> Of(JsonObject activity, ActivityDescriptor? descriptor)
    {
        foreach (var child in (activity["activities"] as JsonArray ?? []).OfType<JsonObject>()) yield return child;
        foreach (var child in (activity["branches"] as JsonArray ?? []).OfType<JsonObject>()) yield return child;
        foreach (var entry in (activity["cases"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (entry["activity"] is JsonObject child && IsActivity(child)) yield return child;
        }
        var ports = descriptor is null ? activity.Select(p => p.Key) : descriptor.Ports.Where(p => p.IsEmbedded).Select(p => CompiledWorkflow.Camel(p.Name));
        foreach (var port in ports)
        {
            // A flowchart's start is one of its activities, named once more.
            if (port != "start" && activity[port] is JsonObject child && IsActivity(child)) yield return child;
        }
    }

    private static bool IsActivity(JsonObject value) => value["type"] is JsonValue type && type.TryGetValue<string>(out _) && value["id"] is JsonValue id && id.TryGetValue<string>(out _);
}
