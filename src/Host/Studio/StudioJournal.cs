using System.Text.Json.Nodes;
using DoubleRandom.Engine.Storage;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Studio;

internal sealed record StudioJournalFilter(string[]? ActivityIds, string[]? ActivityNodeIds, string[]? ExcludedActivityTypes, string[]? EventNames);

internal sealed record StudioJournalQuery(StudioJournalFilter? Filter);

/// <summary>One line of the journal.</summary>
internal sealed record StudioJournalEntry(
    Guid Id, string ActivityInstanceId, string? ParentActivityInstanceId, string ActivityId, string ActivityType, int ActivityTypeVersion, string? ActivityName,
    string NodeId, DateTime Timestamp, long Sequence, string EventName, string? Message, string? Source, JsonNode? ActivityState, JsonNode? Payload);

/// <summary>One execution of one activity. The summary leaves out what the step worked with.</summary>
internal sealed record StudioExecution(
    string Id, Guid WorkflowInstanceId, string ActivityId, string ActivityNodeId, string ActivityType, int ActivityTypeVersion, string? ActivityName,
    JsonNode? ActivityState, JsonNode? Payload, JsonNode? Outputs, JsonNode? Properties, JsonNode? Metadata, StudioException? Exception,
    DateTime StartedAt, bool HasBookmarks, string Status, int AggregateFaultCount, DateTime? CompletedAt, string? SchedulingActivityExecutionId);

internal sealed record StudioException(string Type, string Message);

internal sealed record StudioReportQuery(Guid WorkflowInstanceId, string[]? ActivityNodeIds);

/// <summary>What the badges at a node count.</summary>
internal sealed record StudioNodeStats(
    string ActivityId, string ActivityNodeId, int StartedCount, int CompletedCount, int UncompletedCount, bool IsBlocked, bool IsFaulted, int AggregateFaultCount, JsonObject Metadata);

internal sealed record StudioReport(IReadOnlyList<StudioNodeStats> Stats);

internal sealed record StudioCallStack(string ActivityExecutionId, IReadOnlyList<StudioExecution> Items, int TotalCount);

/// <summary>What happened in an instance, as the Studio reads it: journal, executions, counts by node.</summary>
internal sealed class StudioJournal(DbContext db)
{
    private const int MaxDepth = 50;

    public async Task<StudioPaged<StudioJournalEntry>> EntriesAsync(Guid instanceId, StudioJournalFilter? filter, int? skip, int? take, CancellationToken cancellationToken)
    {
        IEnumerable<JournalRow> rows = (await HistoryAsync(instanceId, cancellationToken)).Lines;
        if (Some(filter?.ActivityNodeIds) is { } nodes) rows = rows.Where(j => nodes.Contains(j.NodeId));
        if (Some(filter?.ActivityIds) is { } activities) rows = rows.Where(j => activities.Contains(j.ActivityId));
        if (Some(filter?.ExcludedActivityTypes) is { } types) rows = rows.Where(j => !types.Contains(j.ActivityType));
        if (Some(filter?.EventNames) is { } events) rows = rows.Where(j => events.Contains(j.EventName));

        var lines = rows.ToList();
        return new([.. lines.Skip(Math.Clamp(skip ?? 0, 0, StudioWire.MaxCount)).Take(Math.Clamp(take ?? 100, 1, StudioWire.MaxRows)).Select(Show)], lines.Count, []);
    }

    public async Task<IReadOnlyList<StudioExecution>> ExecutionsAsync(Guid instanceId, string? nodeId, bool? completed, bool whole, CancellationToken cancellationToken)
    {
        var rows = (await HistoryAsync(instanceId, cancellationToken)).Executions;
        if (!string.IsNullOrEmpty(nodeId)) rows = rows.Where(e => e.NodeId == nodeId);
        if (completed is { } done) rows = rows.Where(e => e.CompletedAt is not null == done);
        return [.. rows.Take(StudioWire.MaxRows).Select(e => Show(e, whole))];
    }

    public async Task<StudioExecution?> ExecutionAsync(string id, CancellationToken cancellationToken)
        => TryRead(id, out var instanceId, out var executionId) && (await HistoryAsync(instanceId, cancellationToken)).Find(executionId) is { } row ? Show(row, whole: true) : null;

    /// <summary>The execution and what it stands in, outermost first.</summary>
    public async Task<StudioCallStack?> CallStackAsync(string id, CancellationToken cancellationToken)
    {
        if (!TryRead(id, out var instanceId, out var executionId)) return null;
        var history = await HistoryAsync(instanceId, cancellationToken);
        List<StudioExecution> stack = [];
        for (var row = history.Find(executionId); row is not null && stack.Count < MaxDepth; row = row.ParentExecutionId is { } parent ? history.Find(parent) : null) stack.Insert(0, Show(row, whole: false));
        return stack.Count == 0 ? null : new(id, stack, stack.Count);
    }

    public async Task<StudioReport> ReportAsync(StudioReportQuery query, CancellationToken cancellationToken)
    {
        var rows = (await HistoryAsync(query.WorkflowInstanceId, cancellationToken)).Executions;
        if (Some(query.ActivityNodeIds) is { } nodes) rows = rows.Where(e => nodes.Contains(e.NodeId));
        return new([.. rows.GroupBy(e => (e.ActivityId, e.NodeId)).OrderBy(g => g.Key.NodeId, StringComparer.Ordinal).Take(2000).Select(g =>
        {
            var (started, completed) = (g.Count(), g.Count(e => e.CompletedAt is not null));
            return new StudioNodeStats(g.Key.ActivityId, g.Key.NodeId, started, completed, started - completed,
                g.Any(e => e.HasBookmarks), g.Any(e => e.Status is ActivityStatus.Faulted), g.Sum(e => e.AggregateFaultCount), []);
        })]);
    }

    private async Task<InstanceHistory> HistoryAsync(Guid instanceId, CancellationToken cancellationToken)
        => InstanceHistory.Of(await db.Set<BurstRow>().AsNoTracking().Where(b => b.InstanceId == instanceId).OrderBy(b => b.Revision).ToListAsync(cancellationToken));

    /// <summary>The Studio asks for an execution by its id alone; its history is found by the instance. So the id it sees says both.</summary>
    private static string IdOf(Guid instanceId, Guid executionId) => $"{instanceId:N}.{executionId:N}";

    private static bool TryRead(string id, out Guid instanceId, out Guid executionId)
    {
        executionId = default;
        var dot = id.IndexOf('.', StringComparison.Ordinal);
        return Guid.TryParseExact(id.AsSpan(0, Math.Max(dot, 0)), "N", out instanceId) && Guid.TryParseExact(id.AsSpan(dot + 1), "N", out executionId);
    }

    private static string[]? Some(string[]? names) => names is { Length: > 0 } ? names.Take(2000).ToArray() : null;

    /// <summary>The Studio tells lines apart by an id: made of the instance and the line's number in it, which are the line's key here.</summary>
    private static Guid IdOf(JournalRow row)
    {
        var bytes = row.InstanceId.ToByteArray();
        BitConverter.TryWriteBytes(bytes.AsSpan(8), BitConverter.ToInt64(bytes, 8) ^ row.Sequence);
        return new Guid(bytes);
    }

    private static StudioJournalEntry Show(JournalRow row) => new(
        IdOf(row), IdOf(row.InstanceId, row.ExecutionId), row.ParentExecutionId is { } parent ? IdOf(row.InstanceId, parent) : null, row.ActivityId, row.ActivityType, 1, row.ActivityName, row.NodeId, row.At, row.Sequence, row.EventName,
        // Elsa's journal has no column for the person; the reader of a case asks for it first.
        row.Message is { Length: > 0 } message && !message.Contains(row.ByName, StringComparison.Ordinal) ? $"{row.ByName}：{message}" : row.Message ?? row.ByName,
        null, null, StudioWire.Node(row.Payload));

    private static StudioExecution Show(ActivityExecutionRow row, bool whole) => new(
        IdOf(row.InstanceId, row.Id), row.InstanceId, row.ActivityId, row.NodeId, row.ActivityType, 1, row.ActivityName,
        whole ? StudioWire.Node(row.State) ?? new JsonObject() : null, whole ? StudioWire.Node(row.Payload) : null, whole ? StudioWire.Node(row.Outputs) ?? new JsonObject() : null,
        new JsonObject(), new JsonObject(), row.Exception is { } text ? new StudioException("System.Exception", text) : null,
        row.StartedAt, row.HasBookmarks, row.Status.ToString(), row.AggregateFaultCount, row.CompletedAt, row.ParentExecutionId is { } parent ? IdOf(row.InstanceId, parent) : null);
}
