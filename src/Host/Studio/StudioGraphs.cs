using System.Text.Json.Nodes;
using DoubleRandom.Engine.Definitions;

namespace DoubleRandom.Host.Studio;

/// <summary>An activity as a node of the Studio's graph.</summary>
/// <param name="Port">The embedded port of the parent at which it stands; null: one of several in a flowchart or sequence.</param>
internal sealed record StudioNode(string NodeId, string? Port, JsonObject Activity, IReadOnlyList<string> Parents, IReadOnlyList<StudioNode> Children);

/// <summary>One step down into the drawing: the activity that was opened, and through which port.</summary>
internal sealed record StudioSegment(string ActivityNodeId, string ActivityId, string ActivityType, string PortName);

/// <param name="Container">The drawing in which the child stands.</param>
internal sealed record StudioSegments(StudioNode ChildNode, StudioNode Container, IReadOnlyList<StudioSegment> PathSegments);

/// <summary>
/// What lies inside a step: the Studio asks for it when a person opens the step. A workflow used as an activity is drawn in the version its user was drawn
/// with, under the node ids the engine runs it by, so that journal and badges of the instance find its steps.
/// </summary>
internal sealed class StudioGraphs(StudioDefinitions definitions)
{
    private const string Root = "Root";

    /// <summary>The activity with everything directly inside it; null: no such version or node.</summary>
    /// <param name="parentNodeId">Null: the definition's own root.</param>
    public async Task<StudioNode?> SubgraphAsync(string versionId, string? parentNodeId, CancellationToken cancellationToken)
        => await PathAsync(versionId, parentNodeId, cancellationToken) is [.., var found] ? await NodeAsync(found.Activity, found.Port, cancellationToken) : null;

    public async Task<StudioSegments?> SegmentsAsync(string versionId, string childNodeId, CancellationToken cancellationToken)
    {
        if (await PathAsync(versionId, childNodeId, cancellationToken) is not { Count: > 0 } path) return null;
        var at = path.FindLastIndex(path.Count - 1, p => IsDrawing(p.Activity) && NodeIdOf(p.Activity) != childNodeId);
        // A step is opened at the port behind which the next drawing stands.
        List<StudioSegment> segments = [];
        for (var i = 1; i <= at; i++)
        {
            if (path[i].Port is { } port && IsDrawing(path[i].Activity)) segments.Add(new(NodeIdOf(path[i - 1].Activity), Text(path[i - 1].Activity, "id"), Text(path[i - 1].Activity, "type"), port));
        }
        var container = await NodeAsync(path[Math.Max(at, 0)].Activity, path[Math.Max(at, 0)].Port, cancellationToken);
        return new(await NodeAsync(path[^1].Activity, path[^1].Port, cancellationToken), container, segments);
    }

    /// <summary>From the root of the definition down to the node, each with the port it stands at; null: it is not there.</summary>
    private async Task<List<(JsonObject Activity, string? Port)>?> PathAsync(string versionId, string? nodeId, CancellationToken cancellationToken)
    {
        if (await definitions.FindVersionAsync(versionId, cancellationToken) is not { } row) return null;
        List<(JsonObject Activity, string? Port)> path = [(definitions.ShowActivity(row.Read().Root, "Workflow1"), null)];
        if (string.IsNullOrEmpty(nodeId)) return path;
        while (NodeIdOf(path[^1].Activity) != nodeId)
        {
            var inside = await InsideAsync(path[^1].Activity, cancellationToken);
            var next = inside.FindIndex(i => nodeId == NodeIdOf(i.Activity) || nodeId.StartsWith(NodeIdOf(i.Activity) + ":", StringComparison.Ordinal));
            if (next < 0) return null;
            path.Add(inside[next]);
        }
        return path;
    }

    private async Task<StudioNode> NodeAsync(JsonObject activity, string? port, CancellationToken cancellationToken, int depth = 0)
    {
        List<StudioNode> children = [];
        // A used workflow inside what is shown is opened by a question of its own.
        if (depth == 0 || WorkflowUse.Of(activity) is null)
        {
            foreach (var (inner, at) in await InsideAsync(activity, cancellationToken)) children.Add(await NodeAsync(inner, at, cancellationToken, depth + 1));
        }
        return new(NodeIdOf(activity), port, activity, [], children);
    }

    private async Task<List<(JsonObject Activity, string? Port)>> InsideAsync(JsonObject activity, CancellationToken cancellationToken)
    {
        if (WorkflowUse.Of(activity) is { } use)
        {
            foreach (var candidate in use.Candidates)
            {
                if (await definitions.FindVersionAsync(candidate, cancellationToken) is not { } row) continue;
                var root = definitions.ShowActivity(row.Read().Root, $"{NodeIdOf(activity)}:Workflow1");
                activity["root"] = root;
                return [(root.DeepClone().AsObject(), Root)];
            }
            return [];
        }
        List<(JsonObject, string?)> inside = [.. (activity["activities"] as JsonArray ?? []).OfType<JsonObject>().Select(a => (a.DeepClone().AsObject(), (string?)null))];
        foreach (var branch in (activity["branches"] as JsonArray ?? []).OfType<JsonObject>()) inside.Add((branch.DeepClone().AsObject(), null));
        // What a case of a switch holds stands at the port that bears the case's name.
        foreach (var entry in (activity["cases"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (entry["activity"] is JsonObject held && held["nodeId"] is not null) inside.Add((held.DeepClone().AsObject(), Text(entry, "label")));
        }
        foreach (var (name, value) in activity)
        {
            if (value is JsonObject embedded && embedded["type"] is not null && embedded["nodeId"] is not null) inside.Add((embedded.DeepClone().AsObject(), char.ToUpperInvariant(name[0]) + name[1..]));
        }
        return inside;
    }

    private static bool IsDrawing(JsonObject activity) => activity["activities"] is JsonArray;

    private static string NodeIdOf(JsonObject activity) => Text(activity, "nodeId");

    private static string Text(JsonObject activity, string name) => activity[name] is JsonValue v && v.TryGetValue<string>(out var text) ? text : "";
}
