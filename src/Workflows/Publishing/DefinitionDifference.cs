using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Inspections.People;
using DoubleRandom.Workflows.Definitions;
using DoubleRandom.Workflows.Forms;

namespace DoubleRandom.Workflows.Publishing;

public enum DifferenceKind { Added, Removed, Changed }

/// <param name="Before">As people read it; null where it was not set.</param>
public sealed record ChangedValue(string Label, string? Before, string? After);

/// <param name="Type">The activity type's name in the toolbox.</param>
public sealed record ChangedStep(string Id, string Name, string Type, DifferenceKind Kind, IReadOnlyList<ChangedValue> Values);

public sealed record ChangedConnection(string From, string Outcome, string To, bool IsAdded);

/// <summary>What one version draws otherwise than another, in words: steps, connections, and what belongs to the whole. Where boxes stand is no difference.</summary>
public sealed record DefinitionDifference(IReadOnlyList<ChangedStep> Steps, IReadOnlyList<ChangedConnection> Connections, IReadOnlyList<ChangedValue> Whole)
{
    private static readonly string[] OfItself = ["id", "type", "nodeId", "name", "version", "activities", "connections", "metadata"];
    private static readonly (string Key, string Label)[] Lists = [("variables", "变量"), ("inputs", "流程输入"), ("outputs", "流程输出"), ("outcomes", "流程结果")];

    public bool IsEmpty => Steps.Count == 0 && Connections.Count == 0 && Whole.Count == 0;

    /// <param name="before">Null: everything is new.</param>
    public static DefinitionDifference Between(JsonObject? before, JsonObject after, ActivityCatalog catalog, FormCatalogue forms)
    {
        var old = StepsOf(before);
        var now = StepsOf(after);
        List<ChangedStep> steps = [];
        foreach (var (path, activity) in now)
        {
            if (!old.TryGetValue(path, out var was)) steps.Add(Step(activity, DifferenceKind.Added, Values(null, activity, catalog, forms), catalog));
            else if (Values(was, activity, catalog, forms) is { Count: > 0 } values) steps.Add(Step(activity, DifferenceKind.Changed, values, catalog));
        }
        steps.AddRange(old.Where(o => !now.ContainsKey(o.Key)).Select(o => Step(o.Value, DifferenceKind.Removed, [], catalog)));

        var names = old.Concat(now).GroupBy(a => DesignerJson.Text(a.Value, "id") ?? "").ToDictionary(g => g.Key, g => NodeText.Name(g.Last().Value), StringComparer.Ordinal);
        var oldEdges = Edges(before);
        var newEdges = Edges(after);
        return new(steps,
            [.. newEdges.Except(oldEdges).Select(e => Edge(e, true)), .. oldEdges.Except(newEdges).Select(e => Edge(e, false))],
            WholeOf(before, after));

        ChangedConnection Edge((string From, string Port, string To) e, bool added) => new(names.GetValueOrDefault(e.From, e.From), PortWord(e.Port), names.GetValueOrDefault(e.To, e.To), added);
    }

    public static string PortWord(string port) => port switch { "Done" => "完成", "True" => "是", "False" => "否", "Default" => "其他", "Completed" => "全部完成", _ => port };

    private static ChangedStep Step(JsonObject activity, DifferenceKind kind, IReadOnlyList<ChangedValue> values, ActivityCatalog catalog)
    {
        var type = DesignerJson.Text(activity, "type") ?? "";
        return new(DesignerJson.Text(activity, "id") ?? "", NodeText.Name(activity), catalog.Find(type)?.DisplayName ?? type, kind, values);
    }

    /// <summary>All activities by their path.</summary>
    private static Dictionary<string, JsonObject> StepsOf(JsonObject? definition)
    {
        var steps = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        if (definition?["root"] is JsonObject root) Gather(root, "");
        return steps;

        void Gather(JsonObject container, string path)
        {
            foreach (var activity in (container["activities"] as JsonArray ?? []).OfType<JsonObject>()) Add(activity, path);
            foreach (var (key, value) in container)
            {
                if (key != "root" && value is JsonObject embedded && embedded["type"] is JsonValue && embedded["id"] is JsonValue) Add(embedded, $"{path}/{key}");
            }
        }

        void Add(JsonObject activity, string path)
        {
            var own = $"{path}/{DesignerJson.Text(activity, "id")}";
            if (steps.TryAdd(own, activity)) Gather(activity, own);
        }
    }

    private static List<ChangedValue> Values(JsonObject? before, JsonObject after, ActivityCatalog catalog, FormCatalogue forms)
    {
        List<ChangedValue> values = [];
        var type = DesignerJson.Text(after, "type") ?? "";
        if (before is not null && DesignerJson.Text(before, "type") != type) values.Add(new("类型", TypeName(before), TypeName(after)));
        if (before is not null && NodeText.Name(before) != NodeText.Name(after)) values.Add(new("名称", NodeText.Name(before), NodeText.Name(after)));
        var descriptor = catalog.Find(type);
        foreach (var key in after.Select(p => p.Key).Union(before?.Select(p => p.Key) ?? []).Except(OfItself))
        {
            if (IsActivity(after[key]) || IsActivity(before?[key])) continue;
            var (was, now) = (Shown(key, before?[key], forms), Shown(key, after[key], forms));
            if (was == now) continue;
            var label = descriptor?.Inputs.FirstOrDefault(i => Camel(i.Name) == key)?.DisplayName ?? descriptor?.Outputs.FirstOrDefault(o => Camel(o.Name) == key)?.DisplayName
                ?? key switch { "customProperties" => "其他设置", _ => key };
            values.Add(new(label, was, now));
        }
        return values;

        string TypeName(JsonObject activity) => DesignerJson.Text(activity, "type") is { } t ? catalog.Find(t)?.DisplayName ?? t : "";
    }

    private static bool IsActivity(JsonNode? node) => node is JsonObject o && o["type"] is JsonValue && o["id"] is JsonValue;

    /// <returns>The value as people read it; null where nothing is set.</returns>
    private static string? Shown(string key, JsonNode? value, FormCatalogue forms)
    {
        switch (value)
        {
            case null:
            case JsonObject { Count: 0 }:
            case JsonArray { Count: 0 }:
                return null;
            case JsonObject o when o["expression"] is JsonObject expression:
                return Expression(key, expression, forms);
            case JsonObject o when o["memoryReference"] is JsonObject reference:
                return $"存入变量 {DesignerJson.Text(reference, "id")}";
            default:
                return Plain(value);
        }
    }

    private static string? Expression(string key, JsonObject expression, FormCatalogue forms)
    {
        var text = expression["value"] is JsonValue v && v.TryGetValue<string>(out var literal) ? literal : expression["value"]?.ToJsonString();
        if (string.IsNullOrEmpty(text)) return null;
        return DesignerJson.Text(expression, "type") switch
        {
            "Literal" or null => key switch { "role" or "ownerRole" or "authorRole" => Roles.Find(text)?.Name ?? text, "form" => forms.Find(text)?.Title ?? text, _ when text is "true" or "false" || Parsed(text) is JsonArray or JsonObject => Plain(Parsed(text)), _ => text },
            "Object" => Plain(Parsed(text)) ?? text,
            "Variable" => $"变量 {DesignerJson.Text(Parsed(text) as JsonObject ?? [], "name") ?? text}",
            "Input" => $"流程输入 {DesignerJson.Text(Parsed(text) as JsonObject ?? [], "name") ?? text}",
            var type => $"{type}：{text}",
        };
    }

    /// <summary>What is listed is joined, a case of a switch is its label and its condition, anything else is named part by part.</summary>
    private static string? Plain(JsonNode? value) => value switch
    {
        JsonArray list when list.All(i => i is JsonValue) => string.Join('、', list.Select(Plain)),
        JsonArray list => string.Join('；', list.Select(Plain).OfType<string>()),
        JsonObject o when DesignerJson.Text(o, "label") is { } label && o["condition"] is JsonObject condition => $"{label}：{DesignerJson.Text(condition, "value")}",
        JsonObject o => string.Join('，', o.Where(p => p.Value is not (null or JsonObject { Count: 0 } or JsonArray { Count: 0 })).Select(p => $"{p.Key}：{Plain(p.Value)}")) is { Length: > 0 } parts ? parts : null,
        JsonValue v when v.TryGetValue<bool>(out var flag) => flag ? "是" : "否",
        JsonValue v => v.ToString(),
        _ => null,
    };

    private static JsonNode? Parsed(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private static HashSet<(string From, string Port, string To)> Edges(JsonObject? definition)
    {
        HashSet<(string, string, string)> edges = [];
        if (definition?["root"] is JsonObject root) Gather(root);
        return edges;

        void Gather(JsonObject container)
        {
            foreach (var (from, port, to) in FlowConnection.Of(container)) edges.Add((from, port, to));
            foreach (var inner in (container["activities"] as JsonArray ?? []).OfType<JsonObject>()) Gather(inner);
        }
    }

    private static List<ChangedValue> WholeOf(JsonObject? before, JsonObject after)
    {
        List<ChangedValue> values = [];
        foreach (var (key, label) in new[] { ("name", "流程名称"), ("description", "流程说明") })
        {
            if (DesignerJson.Text(before ?? [], key) != DesignerJson.Text(after, key)) values.Add(new(label, DesignerJson.Text(before ?? [], key), DesignerJson.Text(after, key)));
        }
        foreach (var (key, label) in Lists)
        {
            var (was, now) = (Names(before?[key]), Names(after[key]));
            if (!was.SequenceEqual(now)) values.Add(new(label, was.Count == 0 ? null : string.Join('、', was), now.Count == 0 ? null : string.Join('、', now)));
        }
        var (wasOptions, nowOptions) = (Shown("", before?["options"], new FormCatalogue([])), Shown("", after["options"], new FormCatalogue([])));
        if (before is not null && wasOptions != nowOptions) values.Add(new("流程设置", wasOptions, nowOptions));
        return values;
    }

    private static List<string> Names(JsonNode? list)
        => [.. (list as JsonArray ?? []).Select(i => i is JsonObject o ? $"{DesignerJson.Text(o, "name")}（{DesignerJson.Text(o, "typeName") ?? DesignerJson.Text(o, "type")}）" : i?.ToString() ?? "")];

    private static string Camel(string name) => name.Length == 0 ? name : char.ToLower(name[0], CultureInfo.InvariantCulture) + name[1..];
}
