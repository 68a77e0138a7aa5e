using System.Text.Json.Nodes;

namespace DoubleRandom.Engine.Definitions;

/// <summary>A connection of a flowchart as it is written: <c>{source:{activity,port},target:{activity}}</c>, in old files <c>{source,target,sourcePort}</c>.</summary>
/// <param name="Source">An activity's id; empty when the file names none.</param>
/// <param name="Port">The outcome; <c>Done</c> when the file names none.</param>
public sealed record FlowConnection(string Source, string Port, string Target)
{
    public static FlowConnection Read(JsonObject connection)
    {
        var (source, target) = (connection["source"], connection["target"]);
        var port = source is JsonObject named ? named["port"] : connection["sourcePort"];
        return new(End(source), Text(port) is { Length: > 0 } given ? given : "Done", End(target));
    }

    /// <summary>All of a flowchart, in the order of the file.</summary>
    public static IEnumerable<FlowConnection> Of(JsonObject? flowchart) => (flowchart?["connections"] as JsonArray ?? []).OfType<JsonObject>().Select(Read);

    private static string End(JsonNode? end) => (end is JsonObject named ? Text(named["activity"]) : Text(end)) ?? "";

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
