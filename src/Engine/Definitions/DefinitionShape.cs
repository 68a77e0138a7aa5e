using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;

namespace DoubleRandom.Engine.Definitions;

/// <summary>
/// Is what every definition has of the kind that it must be: names are texts, lists are lists? The first place that is not is refused by its path; what
/// a definition has besides is nobody's affair and is kept.
/// </summary>
internal static class DefinitionShape
{
    private enum Kind { Text, Number, Flag, Object, List }

    private static readonly (string Name, Kind Kind)[] OfDefinition =
    [
        ("id", Kind.Text), ("name", Kind.Text), ("description", Kind.Text), ("toolVersion", Kind.Text), ("version", Kind.Number), ("options", Kind.Object),
        ("customProperties", Kind.Object), ("variables", Kind.List), ("inputs", Kind.List), ("outputs", Kind.List), ("outcomes", Kind.List),
    ];

    private static readonly (string Name, Kind Kind)[] OfOptions = [("incidentStrategyType", Kind.Text), ("activationStrategyType", Kind.Text), ("activityCategory", Kind.Text), ("usableAsActivity", Kind.Flag)];

    private static readonly (string Name, Kind Kind)[] OfField =
        [("id", Kind.Text), ("name", Kind.Text), ("typeName", Kind.Text), ("type", Kind.Text), ("storageDriverTypeName", Kind.Text), ("displayName", Kind.Text), ("description", Kind.Text), ("uiHint", Kind.Text)];

    private static readonly (string Name, Kind Kind)[] OfActivity =
        [("id", Kind.Text), ("type", Kind.Text), ("name", Kind.Text), ("version", Kind.Number), ("metadata", Kind.Object), ("customProperties", Kind.Object), ("activities", Kind.List), ("connections", Kind.List)];

    private static readonly (string Name, Kind Kind)[] OfMetadata = [("displayText", Kind.Text), ("description", Kind.Text), ("designer", Kind.Object)];

    private static readonly (string Name, Kind Kind)[] OfPlace = [("x", Kind.Number), ("y", Kind.Number), ("width", Kind.Number), ("height", Kind.Number)];

    /// <returns>Null when nothing is of the wrong kind.</returns>
    public static Refusal? Check(JsonObject definition)
    {
        if (Of(definition, OfDefinition, "") is { } wrong) return wrong;
        if (definition["options"] is JsonObject options && Of(options, OfOptions, "options.") is { } inOptions) return inOptions;
        foreach (var list in (string[])["variables", "inputs", "outputs"])
        {
            if (Each(definition[list] as JsonArray, list, Field) is { } inList) return inList;
        }
        foreach (var (outcome, i) in (definition["outcomes"] as JsonArray ?? []).Select((o, i) => (o, i)))
        {
            if (Is(outcome, Kind.Text) is false) return Wrong($"outcomes[{i}]", Kind.Text);
        }
        return Activity(definition["root"]!.AsObject(), "root");
    }

    private static Refusal? Field(JsonObject field, string path)
        => Of(field, OfField, path + ".") ?? (field["name"] is JsonValue ? null : Refusal.Invalid("engine.definition-field-no-name", path, path));

    private static Refusal? Activity(JsonObject activity, string path) => InActivity(activity, path) is { } wrong ? Named(wrong, activity) : null;

    /// <summary>A path is not what the designer shows: the innermost step that has a name is named with it.</summary>
    private static Refusal Named(Refusal wrong, JsonObject activity)
    {
        if (wrong.Code != "engine.definition-shape" || wrong.Arguments[2] is not "") return wrong;
        var shown = (activity["metadata"] as JsonObject)?["displayText"] ?? activity["name"] ?? activity["id"];
        return shown is JsonValue && shown.GetValueKind() is JsonValueKind.String && shown.GetValue<string>() is { Length: > 0 } name ? Refusal.Invalid(wrong.Code, wrong.Field, wrong.Arguments[0], wrong.Arguments[1], $"活动“{name}”中的") : wrong;
    }

    private static Refusal? InActivity(JsonObject activity, string path)
    {
        if (Of(activity, OfActivity, path + ".") is { } wrong) return wrong;
        if (activity["customProperties"] is JsonObject custom && Of(custom, [("canStartWorkflow", Kind.Flag)], $"{path}.customProperties.") is { } inCustom) return inCustom;
        if (activity["metadata"] is JsonObject metadata && Metadata(metadata, $"{path}.metadata") is { } inMetadata) return inMetadata;
        foreach (var (name, value) in activity)
        {
            var at = $"{path}.{name}";
            var inside = (name, value) switch
            {
                ("activities", JsonArray list) => Each(list, at, Activity),
                ("connections", JsonArray list) => Each(list, at, Connection),
                ("cases", JsonArray list) => list.OfType<JsonObject>().Select((entry, i) => Case(entry, $"{at}[{i}]")).FirstOrDefault(r => r is not null),
                ("variables", JsonArray list) => list.OfType<JsonObject>().Select((variable, i) => Of(variable, OfField, $"{at}[{i}].")).FirstOrDefault(r => r is not null),
                (_, JsonArray list) => list.OfType<JsonObject>().Select((entry, i) => IsActivity(entry) ? Activity(entry, $"{at}[{i}]") : null).FirstOrDefault(r => r is not null),
                (_, JsonObject embedded) when IsActivity(embedded) => Activity(embedded, at),
                (_, JsonObject input) => Input(input, at),
                _ => null,
            };
            if (inside is not null) return inside;
        }
        return null;
    }

    private static bool IsActivity(JsonObject value) => value["type"] is JsonValue && value["id"] is JsonValue;

    private static Refusal? Metadata(JsonObject metadata, string path)
    {
        if (Of(metadata, OfMetadata, path + ".") is { } wrong) return wrong;
        if (metadata["designer"] is not JsonObject designer) return null;
        return Of(designer, [("position", Kind.Object), ("size", Kind.Object)], $"{path}.designer.")
            ?? (designer["position"] is JsonObject position ? Of(position, OfPlace, $"{path}.designer.position.") : null)
            ?? (designer["size"] is JsonObject size ? Of(size, OfPlace, $"{path}.designer.size.") : null);
    }

    private static Refusal? Input(JsonObject input, string path)
        => input["expression"] is JsonObject expression && Of(expression, [("type", Kind.Text)], $"{path}.expression.") is { } wrong ? wrong
            : input["memoryReference"] is JsonObject reference ? Of(reference, [("id", Kind.Text)], $"{path}.memoryReference.") : null;

    private static Refusal? Case(JsonObject entry, string path)
        => Of(entry, [("label", Kind.Text), ("condition", Kind.Object), ("activity", Kind.Object)], path + ".")
            ?? (entry["condition"] is JsonObject condition ? Of(condition, [("type", Kind.Text)], $"{path}.condition.") : null)
            ?? (entry["activity"] is JsonObject activity ? Activity(activity, $"{path}.activity") : null);

    private static Refusal? Connection(JsonObject connection, string path)
    {
        foreach (var end in (string[])["source", "target"])
        {
            if (connection[end] is JsonObject named)
            {
                if (Of(named, [("activity", Kind.Text), ("port", Kind.Text)], $"{path}.{end}.") is { } wrong) return wrong;
            }
            else if (Is(connection[end], Kind.Text) is false)
            {
                return Wrong($"{path}.{end}", Kind.Text);
            }
        }
        return Of(connection, [("sourcePort", Kind.Text), ("vertices", Kind.List)], path + ".");
    }

    private static Refusal? Each(JsonArray? list, string path, Func<JsonObject, string, Refusal?> check)
    {
        for (var i = 0; i < (list?.Count ?? 0); i++)
        {
            if (list![i] is not JsonObject entry) return Wrong($"{path}[{i}]", Kind.Object);
            if (check(entry, $"{path}[{i}]") is { } wrong) return wrong;
        }
        return null;
    }

    private static Refusal? Of(JsonObject json, (string Name, Kind Kind)[] properties, string path)
    {
        foreach (var (name, kind) in properties)
        {
            if (Is(json[name], kind) is false) return Wrong(path + name, kind);
        }
        return null;
    }

    /// <summary>What is not there is of every kind.</summary>
    private static bool Is(JsonNode? node, Kind kind) => node is null || kind switch
    {
        Kind.Text => node.GetValueKind() is JsonValueKind.String,
        Kind.Number => node.GetValueKind() is JsonValueKind.Number,
        Kind.Flag => node.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        Kind.Object => node is JsonObject,
        _ => node is JsonArray,
    };

    private static Refusal Wrong(string path, Kind kind) => Refusal.Invalid("engine.definition-shape", path, path, kind switch
    {
        Kind.Text => "文本",
        Kind.Number => "数字",
        Kind.Flag => "true 或 false",
        Kind.Object => "对象（{ … }）",
        _ => "列表（[ … ]）",
    }, "");
}
