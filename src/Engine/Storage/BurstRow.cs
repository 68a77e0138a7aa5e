using System.Text.Json;

namespace DoubleRandom.Engine.Storage;

/// <summary>
/// What one burst did, as one row that is written once: its lines of the journal and the executions it touched, as they stood at its end.
/// An instance's history is its bursts in the order of their revisions (<see cref="InstanceHistory"/>).
/// </summary>
public sealed class BurstRow
{
    public Guid InstanceId { get; set; }

    /// <summary>The instance's revision after the burst. A burst that left no trace has no row, so numbers may be missing.</summary>
    public int Revision { get; set; }
    public DateTime At { get; set; }
    public required string ByName { get; set; }

    /// <summary>Whether it holds a line that is more than a step's coming and going: a fault, a way out of it, a migration, a written line.</summary>
    public bool IsNotable { get; set; }

    /// <summary>JSON, see <see cref="BurstContent"/>.</summary>
    public required string Content { get; set; }

    /// <summary>Null when the burst left no trace.</summary>
    public static BurstRow? Of(Checkpoint checkpoint)
    {
        if (checkpoint.Journal.Count == 0 && checkpoint.Executions.Count == 0) return null;
        var instance = checkpoint.Instance;
        return new BurstRow
        {
            InstanceId = instance.Id,
            Revision = instance.Revision,
            At = instance.UpdatedAt,
            ByName = checkpoint.Journal is [var first, ..] ? first.ByName : "",
            IsNotable = checkpoint.Journal.Exists(j => JournalEvents.IsNotable(j.EventName)),
            Content = BurstContent.Write(checkpoint),
        };
    }
}

/// <summary>Names of the journal's events that only say how a step comes and goes.</summary>
public static class JournalEvents
{
    public static bool IsNotable(string eventName) => eventName is not ("Started" or "Suspended" or "Resumed" or "Completed" or "Canceled" or "Decided");
}

/// <summary>
/// <c>{"s": first line's number, "x": [executions], "j": [[index of the execution, event, message, payload], …]}</c>. What is null or as it
/// mostly is, is left out; JSON of steps stands as it is.
/// </summary>
internal static class BurstContent
{
    public static string Write(Checkpoint checkpoint)
    {
        var spare = JsonSpare.Take();
        var json = spare.Writer;
        var at = checkpoint.Instance.UpdatedAt;
        List<Guid> known = [];
        json.WriteStartObject();
        if (checkpoint.Journal is [var first, ..]) json.WriteNumber("s"u8, first.Sequence);
        json.WriteStartArray("x"u8);
        foreach (var execution in checkpoint.Executions)
        {
            known.Add(execution.Id);
            Write(json, execution, at);
        }
        foreach (var line in checkpoint.Journal.Where(l => !known.Contains(l.ExecutionId)))
        {
            known.Add(line.ExecutionId);
            json.WriteStartObject();
            WriteIdentity(json, line.ExecutionId, line.ParentExecutionId, line.ActivityId, line.ActivityType, line.ActivityName, line.NodeId);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("j"u8);
        foreach (var line in checkpoint.Journal)
        {
            json.WriteStartArray();
            json.WriteNumberValue(known.IndexOf(line.ExecutionId));
            json.WriteStringValue(line.EventName);
            if (line.Message is not null || line.Payload is not null) json.WriteStringValue(line.Message);
            if (line.Payload is not null) json.WriteRawValue(line.Payload, skipInputValidation: true);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        return spare.Text();
    }

    private static void WriteIdentity(Utf8JsonWriter json, Guid id, Guid? parent, string activityId, string type, string? name, string nodeId)
    {
        json.WriteString("i"u8, id);
        if (parent is { } p) json.WriteString("p"u8, p);
        json.WriteString("a"u8, activityId);
        json.WriteString("t"u8, type);
        if (name != activityId) json.WriteString("d"u8, name);
        // A node id is the path to the activity, and mostly ends with its id.
        json.WriteString("n"u8, nodeId);
    }

    private static void Write(Utf8JsonWriter json, ActivityExecutionRow row, DateTime at)
    {
        json.WriteStartObject();
        WriteIdentity(json, row.Id, row.ParentExecutionId, row.ActivityId, row.ActivityType, row.ActivityName, row.NodeId);
        json.WriteString("s"u8, row.Status.ToString());
        if (row.StartedAt != at) json.WriteString("b"u8, row.StartedAt);
        if (row.CompletedAt is { } completed)
        {
            if (completed == at) json.WriteBoolean("c"u8, true);
            else json.WriteString("c"u8, completed);
        }
        if (row.HasBookmarks) json.WriteBoolean("w"u8, true);
        if (row.AggregateFaultCount != 0) json.WriteNumber("f"u8, row.AggregateFaultCount);
        if (row.Exception is not null) json.WriteString("e"u8, row.Exception);
        Raw(json, "state"u8, row.State);
        Raw(json, "payload"u8, row.Payload);
        Raw(json, "outputs"u8, row.Outputs);
        json.WriteEndObject();
    }

    private static void Raw(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is null) return;
        json.WritePropertyName(name);
        json.WriteRawValue(value, skipInputValidation: true);
    }
}

/// <summary>The journal and the executions of instances, read from their bursts.</summary>
public sealed class InstanceHistory
{
    private readonly Dictionary<Guid, ActivityExecutionRow> _executions = [];
    private readonly List<JournalRow> _lines = [];

    /// <summary>In the order they were written.</summary>
    public IReadOnlyList<JournalRow> Lines => _lines;

    /// <summary>As they stood after the last burst read, in the order they began.</summary>
    public IEnumerable<ActivityExecutionRow> Executions => _executions.Values.OrderBy(e => e.StartedAt).ThenBy(e => e.Id);

    public ActivityExecutionRow? Find(Guid executionId) => _executions.GetValueOrDefault(executionId);

    /// <param name="bursts">Of each instance in the order of their revisions.</param>
    public static InstanceHistory Of(IEnumerable<BurstRow> bursts)
    {
        var history = new InstanceHistory();
        foreach (var burst in bursts) history.Take(burst);
        return history;
    }

    private void Take(BurstRow burst)
    {
        using var content = JsonDocument.Parse(burst.Content);
        var root = content.RootElement;
        List<ActivityExecutionRow> here = [];
        foreach (var x in root.GetProperty("x").EnumerateArray()) here.Add(TakeExecution(x, burst));
        var sequence = root.TryGetProperty("s", out var first) ? first.GetInt64() : 0;
        foreach (var line in root.GetProperty("j").EnumerateArray())
        {
            var execution = here[line[0].GetInt32()];
            var length = line.GetArrayLength();
            _lines.Add(new JournalRow
            {
                InstanceId = burst.InstanceId,
                Sequence = sequence++,
                At = burst.At,
                ByName = burst.ByName,
                ActivityId = execution.ActivityId,
                ActivityType = execution.ActivityType,
                ActivityName = execution.ActivityName,
                NodeId = execution.NodeId,
                ExecutionId = execution.Id,
                ParentExecutionId = execution.ParentExecutionId,
                EventName = line[1].GetString()!,
                Message = length > 2 ? line[2].GetString() : null,
                Payload = length > 3 ? line[3].GetRawText() : null,
            });
        }
    }

    private ActivityExecutionRow TakeExecution(JsonElement x, BurstRow burst)
    {
        var id = x.GetProperty("i").GetGuid();
        if (!_executions.TryGetValue(id, out var row))
        {
            var activityId = x.GetProperty("a").GetString()!;
            row = new ActivityExecutionRow
            {
                Id = id,
                InstanceId = burst.InstanceId,
                ParentExecutionId = x.TryGetProperty("p", out var parent) ? parent.GetGuid() : null,
                ActivityId = activityId,
                ActivityType = x.GetProperty("t").GetString()!,
                ActivityName = x.TryGetProperty("d", out var name) ? name.GetString() : activityId,
                NodeId = x.GetProperty("n").GetString()!,
                StartedAt = x.TryGetProperty("b", out var began) ? began.GetDateTime() : burst.At,
            };
            _executions[id] = row;
        }
        if (!x.TryGetProperty("s", out var status)) return row;
        row.Status = Enum.Parse<ActivityStatus>(status.GetString()!);
        row.CompletedAt = !x.TryGetProperty("c", out var completed) ? null : completed.ValueKind is JsonValueKind.True ? burst.At : completed.GetDateTime();
        row.HasBookmarks = x.TryGetProperty("w", out _);
        row.AggregateFaultCount = x.TryGetProperty("f", out var faults) ? faults.GetInt32() : 0;
        row.Exception = x.TryGetProperty("e", out var exception) ? exception.GetString() : null;
        // What a later burst does not say again stays.
        row.State = Text(x, "state") ?? row.State;
        row.Payload = Text(x, "payload") ?? row.Payload;
        row.Outputs = Text(x, "outputs") ?? row.Outputs;
        return row;
    }

    private static string? Text(JsonElement x, string name) => x.TryGetProperty(name, out var value) ? value.GetRawText() : null;
}
