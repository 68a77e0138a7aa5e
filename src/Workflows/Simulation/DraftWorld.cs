using System.Text.Json.Nodes;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Workflows.Activities;
using DoubleRandom.Workflows.Definitions;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Simulation;

/// <summary>A person's step of a definition, with the opinions it offers.</summary>
public sealed record ReachedStep(string DefinitionId, string Definition, string ActivityId, string Name, string Role, string Form, IReadOnlyList<string> Outcomes)
{
    /// <summary>Tells it from every other step of the world.</summary>
    public string Key => $"{DefinitionId}/{ActivityId}";
}

/// <summary>
/// The definitions as they would be were one version in force: every other one as it is in force, and those that never were as they are drawn,
/// so that a draft may be tried together with the drafts it calls.
/// </summary>
public sealed class DraftWorld
{
    private readonly Dictionary<string, (DefinitionVersion Row, JsonObject Json)> _inForce = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<string>> _calls = new(StringComparer.Ordinal);
    private readonly ActivityCatalog _catalog;

    internal DraftWorld(IReadOnlyList<DefinitionVersion> rows, DefinitionVersion tried, ActivityCatalog catalog)
    {
        (Rows, Tried, _catalog) = (rows, tried, catalog);
        foreach (var own in rows.GroupBy(r => r.DefinitionId, StringComparer.Ordinal))
        {
            var row = own.Key == tried.DefinitionId ? tried : own.FirstOrDefault(r => r.IsPublished) ?? (own.All(r => r.IsDraft) ? own.MaxBy(r => r.Version) : null);
            if (row is null || WorkflowDefinition.Parse(row.Json) is not { Refusal: null, Value: { } definition }) continue;
            _inForce[own.Key] = (row, definition.Json);
            _calls[own.Key] = [.. DefinitionLinter.ChildrenOf(definition), .. WorkflowUse.In(definition).Select(u => u.DefinitionId)];
        }
    }

    /// <summary>Every version that a case may run on.</summary>
    public IReadOnlyList<DefinitionVersion> Rows { get; }

    /// <summary>The version under trial.</summary>
    public DefinitionVersion Tried { get; }

    public bool IsInForce(DefinitionVersion row) => _inForce.TryGetValue(row.DefinitionId, out var own) && own.Row.Id == row.Id;

    public string NameOf(string definitionId) => _inForce.TryGetValue(definitionId, out var own) ? own.Row.Name : definitionId;

    public JsonObject? JsonOf(string definitionId) => _inForce.TryGetValue(definitionId, out var own) ? own.Json : null;

    /// <summary>Definitions that a person may start by hand and that lead to the one under trial, itself first.</summary>
    public IReadOnlyList<string> Startable => [.. _inForce.Where(d => IsStartable(d.Value.Json) && Reaches(d.Key, Tried.DefinitionId))
        .OrderByDescending(d => d.Key == Tried.DefinitionId).ThenBy(d => d.Key, StringComparer.Ordinal).Select(d => d.Key)];

    public bool Reaches(string from, string to) => TreeOf(from).Contains(to);

    /// <summary>The definition and everything it calls, itself first.</summary>
    public IReadOnlyList<string> TreeOf(string from)
    {
        if (!_inForce.ContainsKey(from)) return [];
        List<string> tree = [from];
        for (var i = 0; i < tree.Count; i++)
        {
            foreach (var child in _calls[tree[i]].Where(c => _inForce.ContainsKey(c) && !tree.Contains(c))) tree.Add(child);
        }
        return tree;
    }

    /// <summary>The steps of people in a definition, in the order of the drawing.</summary>
    public IReadOnlyList<ReachedStep> StepsOf(string definitionId)
    {
        if (!_inForce.TryGetValue(definitionId, out var own)) return [];
        List<(double X, double Y, ReachedStep Step)> steps = [];
        var queue = new Queue<JsonObject>(own.Json["root"] is JsonObject root ? [root] : []);
        while (queue.TryDequeue(out var activity))
        {
            if (HumanSteps.Contains(DesignerJson.Text(activity, "type")) && DesignerJson.Text(activity, "id") is { } id) steps.Add((Place(activity, "x"), Place(activity, "y"), Step(activity, id)));
            foreach (var (_, value) in activity)
            {
                if (value is JsonArray list) foreach (var inner in list.OfType<JsonObject>().Where(o => o["type"] is JsonValue)) queue.Enqueue(inner);
                else if (value is JsonObject embedded && embedded["type"] is JsonValue && embedded["id"] is JsonValue) queue.Enqueue(embedded);
            }
        }
        return [.. steps.OrderBy(s => s.X).ThenBy(s => s.Y).Select(s => s.Step)];

        ReachedStep Step(JsonObject activity, string id)
        {
            var inputs = _catalog.Find(DesignerJson.Text(activity, "type")!)?.Inputs ?? [];
            // Taken from the toolbox and left as it was, a step has what its type says.
            string Of(string key, string name) => NodeText.Expression(activity, key) is { Length: > 0 } text ? text : inputs.FirstOrDefault(i => i.Name == name)?.Default?.ToString() ?? "";
            var outcomes = NodeText.Outcomes(activity) is { Count: > 0 } own ? own : (inputs.FirstOrDefault(i => i.Name == "Outcomes")?.Default as JsonArray ?? []).Select(o => o!.ToString()).ToList();
            return new ReachedStep(definitionId, NameOf(definitionId), id, NodeText.Name(activity), Of("role", "Role"), Of("form", "Form"), outcomes);
        }

        static double Place(JsonObject activity, string axis)
            => activity["metadata"]?["designer"]?["position"]?[axis] is JsonValue v && v.TryGetValue<double>(out var at) ? at : 0;
    }

    /// <summary>The name on the box of a step; the id where it has none.</summary>
    public string StepName(string definitionId, string activityId)
    {
        var queue = new Queue<JsonNode?>([JsonOf(definitionId)?["root"]]);
        while (queue.TryDequeue(out var node))
        {
            if (node is JsonObject activity && activity["type"] is JsonValue && DesignerJson.Text(activity, "id") == activityId)
                return NodeText.Name(activity) is var name && name != activityId && name.Length > 0 ? name : _catalog.Find(DesignerJson.Text(activity, "type") ?? "")?.DisplayName ?? activityId;
            foreach (var inner in node is JsonObject o ? o.Select(p => p.Value) : node is JsonArray list ? list : Enumerable.Empty<JsonNode?>())
            {
                if (inner is JsonObject or JsonArray) queue.Enqueue(inner);
            }
        }
        return activityId;
    }

    private static bool IsStartable(JsonObject json)
        => json["inputs"] is null or JsonArray { Count: 0 } && json["options"]?["usableAsActivity"]?.ToString() is not "true";
}

public sealed class DraftWorldReader(DbContext db, ActivityCatalog catalog)
{
    /// <returns>Null where there is no such version.</returns>
    public async Task<DraftWorld?> ReadAsync(string definitionId, int version, CancellationToken cancellationToken)
    {
        var rows = await db.Set<DefinitionVersion>().AsNoTracking().Where(v => v.PublishedAt != null || v.IsLatest || (v.DefinitionId == definitionId && v.Version == version))
            .OrderBy(v => v.DefinitionId).ThenBy(v => v.Version).ToListAsync(cancellationToken);
        return rows.Find(r => r.DefinitionId == definitionId && r.Version == version) is { } tried ? new DraftWorld(rows, tried, catalog) : null;
    }
}
