using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Definitions;

namespace DoubleRandom.Workflows.Definitions;

/// <summary>Between what the designer sends and what is kept: the same definition, without what the designer adds for itself.</summary>
public static class DesignerJson
{
    public const string NotFoundType = "Elsa.NotFoundActivity";

    // What a version says about itself, and what the designer is told and sends back.
    private static readonly string[] OfTheVersion = ["id", "version", "isLatest", "isPublished", "createdAt", "links", "isReadonly", "isSystem", "toolVersion", "materializerName", "materializerContext", "providerName"];

    public static JsonObject FromDesigner(JsonObject model)
    {
        var kept = model.DeepClone().AsObject();
        kept.Remove("links");
        if (kept["root"] is JsonObject root) kept["root"] = Activity(root);
        return kept;
    }

    /// <summary>Properties of the old text that the designer does not know and so does not send back.</summary>
    public static void KeepUnknown(JsonObject saved, JsonObject old)
    {
        foreach (var (name, value) in old)
        {
            if (!saved.ContainsKey(name)) saved[name] = value?.DeepClone();
        }
    }

    /// <summary>True when both draw the same, whoever wrote them.</summary>
    public static bool SameDrawing(JsonObject one, JsonObject other) => Drawing(one) == Drawing(other);

    /// <summary>The drawing alone, in a form that can be compared.</summary>
    public static string Drawing(JsonObject definition)
    {
        var json = FromDesigner(definition);
        foreach (var name in OfTheVersion) json.Remove(name);
        return CanonicalJson.Write(WithoutEmpty(json));
    }

    public static string? Text(JsonObject json, string name) => json[name] is JsonValue v && v.TryGetValue<string>(out var text) ? text : null;

    /// <summary>Node ids are paths the host makes; the stand-in of an unknown type is unpacked, with the place the editor gave it.</summary>
    private static JsonObject Activity(JsonObject activity)
    {
        if (Text(activity, "type") == NotFoundType && Text(activity, "originalActivityJson") is { } original && Parse(original) is { } unpacked)
        {
            unpacked["metadata"] = activity["metadata"]?.DeepClone();
            return unpacked;
        }
        var kept = new JsonObject();
        foreach (var (name, value) in activity)
        {
            // What a used workflow holds is shown to whoever opens the step; it is the other definition's.
            if (name == "nodeId" || (name == "root" && WorkflowUse.Of(activity) is not null)) continue;
            kept[name] = value switch
            {
                JsonArray list when name == "activities" => new JsonArray([.. list.OfType<JsonObject>().Select(a => (JsonNode)Activity(a))]),
                JsonArray branches when name == "branches" => new JsonArray([.. branches.Select(b => b is JsonObject branch ? Activity(branch) : b?.DeepClone())]),
                JsonArray cases when name == "cases" => new JsonArray([.. cases.Select(Case)]),
                JsonObject embedded when embedded["type"] is JsonValue && embedded["id"] is JsonValue => Activity(embedded),
                _ => value?.DeepClone(),
            };
        }
        return kept;
    }

    /// <summary>A case of a switch holds an activity too.</summary>
    private static JsonNode? Case(JsonNode? entry)
    {
        var kept = entry?.DeepClone();
        if (kept is JsonObject o && o["activity"] is JsonObject held && held["type"] is JsonValue) o["activity"] = Activity(held);
        return kept;
    }

    private static JsonObject? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>An empty object, an empty list and nothing are one and the same to the engine; the designer writes all three.</summary>
    private static JsonNode? WithoutEmpty(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject o:
                var kept = new JsonObject();
                foreach (var (name, value) in o)
                {
                    // What the server tells about a used workflow is of the day it was read.
                    if (name is "latestAvailablePublishedVersion" or "latestAvailablePublishedVersionId") continue;
                    if (WithoutEmpty(value) is { } something and not JsonObject { Count: 0 } and not JsonArray { Count: 0 }) kept[name] = something;
                }
                return kept;
            case JsonArray a:
                return new JsonArray([.. a.Select(WithoutEmpty)]);
            default:
                return node?.DeepClone();
        }
    }
}
