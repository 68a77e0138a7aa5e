using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Engine.Storage;

namespace DoubleRandom.Engine.Execution;

/// <summary>The state of an instance between two bursts: only what is live. Keys are short because the row is written with every step.</summary>
internal static class BurstState
{
    internal sealed record Live(Guid Id, string NodeId, Guid? ParentId, bool Backward, ActivityStatus Status, int Faults, DateTime StartedAt, JsonObject Data, JsonObject Variables, JsonObject LoopVariables);

    internal sealed record Loaded(JsonObject Input, JsonObject Output, JsonObject Properties, long Sequence, IReadOnlyList<Live> Executions);

    public static string Write(JsonObject input, JsonObject output, JsonObject properties, long sequence, IEnumerable<ActivityExecution> live)
    {
        var spare = JsonSpare.Take();
        var json = spare.Writer;
        json.WriteStartObject();
        json.WriteNumber("q", sequence);
        WriteNode(json, "in", input);
        WriteNode(json, "out", output);
        WriteNode(json, "p", properties);
        json.WriteStartArray("x");
        foreach (var execution in live)
        {
            json.WriteStartObject();
            json.WriteString("i", execution.Id);
            json.WriteString("n", execution.Node.NodeId);
            json.WriteString("t", (execution.Record?.StartedAt ?? default).ToString("O", CultureInfo.InvariantCulture));
            if (execution.Parent is { } parent) json.WriteString("p", parent.Id);
            if (execution.EnteredBackward) json.WriteBoolean("b", true);
            if (execution.Status is not ActivityStatus.Running) json.WriteString("s", execution.Status.ToString());
            if (execution.Faults > 0) json.WriteNumber("f", execution.Faults);
            if (execution.Data.Count > 0) WriteNode(json, "d", execution.Data);
            if (execution.LoopVariables.Count > 0)
            {
                json.WriteStartObject("l");
                foreach (var (name, value) in execution.LoopVariables) WriteNode(json, name, value);
                json.WriteEndObject();
            }
            var persistent = execution.Node.Variables.Where(v => v.IsPersistent).ToList();
            if (persistent.Count > 0)
            {
                json.WriteStartObject("v");
                foreach (var variable in persistent) WriteNode(json, variable.Id, execution.Variables[variable.Id]);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        return spare.Text();
    }

    /// <summary>The executions stand parents first.</summary>
    public static Loaded Read(string text)
    {
        var json = JsonNode.Parse(text)!.AsObject();
        var executions = (json["x"] as JsonArray ?? []).Select(n => n!.AsObject()).Select(e => new Live(
            e["i"]!.GetValue<Guid>(), e["n"]!.GetValue<string>(), e["p"]?.GetValue<Guid>(), e["b"]?.GetValue<bool>() ?? false,
            e["s"] is { } status ? Enum.Parse<ActivityStatus>(status.GetValue<string>()) : ActivityStatus.Running, e["f"]?.GetValue<int>() ?? 0,
            DateTime.Parse(e["t"]!.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind),
            Take(e, "d"), Take(e, "v"), Take(e, "l"))).ToList();
        return new Loaded(Take(json, "in"), Take(json, "out"), Take(json, "p"), json["q"]?.GetValue<long>() ?? 0, ParentsFirst(executions));
    }

    /// <summary>What has ended leaves gaps that later executions fill, so what is written is in no order; a parent's node id is the beginning of its child's.</summary>
    private static IReadOnlyList<Live> ParentsFirst(List<Live> executions)
    {
        var seen = new HashSet<Guid>(executions.Count);
        foreach (var execution in executions)
        {
            if (execution.ParentId is { } parent && !seen.Contains(parent)) return [.. executions.OrderBy(e => e.NodeId.Length)];
            seen.Add(execution.Id);
        }
        return executions;
    }

    /// <summary>Values by name as one JSON object.</summary>
    public static string Text(Dictionary<string, JsonNode?> values)
    {
        var spare = JsonSpare.Take();
        spare.Writer.WriteStartObject();
        foreach (var (key, value) in values) WriteNode(spare.Writer, key, value);
        spare.Writer.WriteEndObject();
        return spare.Text();
    }

    public static string OutcomesText(IReadOnlyList<string> outcomes)
    {
        var spare = JsonSpare.Take();
        spare.Writer.WriteStartObject();
        spare.Writer.WriteStartArray("Outcomes"u8);
        foreach (var outcome in outcomes) spare.Writer.WriteStringValue(outcome);
        spare.Writer.WriteEndArray();
        spare.Writer.WriteEndObject();
        return spare.Text();
    }

    private static JsonObject Take(JsonObject from, string key)
    {
        var value = from[key] as JsonObject;
        from.Remove(key);
        return value ?? [];
    }

    private static void WriteNode(Utf8JsonWriter json, string key, JsonNode? node)
    {
        json.WritePropertyName(key);
        if (node is null) json.WriteNullValue();
        else node.WriteTo(json);
    }
}
