using System.Text.Json.Nodes;
using DoubleRandom.Engine.Storage;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Studio;

internal sealed record StudioJournalFilter(string[]? ActivityIds, string[]? ActivityNodeIds, string[]? ExcludedActivityTypes, string[]? EventNames);

internal sealed record StudioJournalQuery(StudioJournalFilter? Filter);

/// <summary>One line of the journal.</summary>
internal sealed record StudioJournalEntry(
    Guid Id, Guid ActivityInstanceId, Guid? ParentActivityInstanceId, string ActivityId, string ActivityType, int ActivityTypeVersion, string? ActivityName,
    string NodeId, DateTime Timestamp, long Sequence, string EventName, string? Message, string? Source, JsonNode? ActivityState, JsonNode? Payload);

/// <summary>One execution of one activity. The summary leaves out what the step worked with.</summary>
internal sealed record StudioExecution(
    Guid Id, Guid WorkflowInstanceId, string ActivityId, string ActivityNodeId, string ActivityType, int ActivityTypeVersion, string? ActivityName,
    JsonNode? ActivityState, JsonNode? Payload, JsonNode? Outputs, JsonNode? Properties, JsonNode? Metadata, StudioException? Exception,
    DateTime StartedAt, bool HasBookmarks, string Status, int AggregateFaultCount, DateTime? CompletedAt, Guid? SchedulingActivityExecutionId);

internal sealed record StudioException(string Type, string Message);

internal sealed record StudioReportQuery(Guid WorkflowInstanceId, string[]? ActivityNodeIds);

/// <summary>What the badges at a node count.</summary>
internal sealed record StudioNodeStats(
    string ActivityId, string ActivityNodeId, int StartedCount, int CompletedCount, int UncompletedCount, bool IsBlocked, bool IsFaulted, int AggregateFaultCount, JsonObject Metadata);

internal sealed record StudioReport(IReadOnlyList<StudioNodeStats> Stats);

internal sealed record StudioCallStack(Guid ActivityExecutionId, IReadOnlyList<StudioExecution> Items, int TotalCount);

/// <summary>What happened in an instance, as the Studio reads it: journal, executions, counts by node.</summary>
internal sealed class StudioJournal(DbContext db)
{
    private const int MaxDepth = 50;

    public async Task<StudioPaged<StudioJournalEntry>> EntriesAsync(Guid instanceId, StudioJournalFilter? filter, int? skip, int? take, CancellationToken cancellationToken)
    {
        var rows = db.Set<JournalRow>().AsNoTracking().Where(j => j.InstanceId == instanceId);
        if (Some(filter?.ActivityNodeIds) is { } nodes) rows = rows.Where(j => nodes.Contains(j.NodeId));
        if (Some(filter?.ActivityIds) is { } activities) rows = rows.Where(j => activities.Contains(j.ActivityId));
        if (Some(filter?.ExcludedActivityTypes) is { } types) rows = rows.Where(j => !types.Contains(j.ActivityType));
        if (Some(filter?.EventNames) is { } events) rows = rows.Where(j => events.Contains(j.EventName));

        var count = await rows.OrderBy(j => j.Sequence).Take(StudioWire.MaxCount).CountAsync(cancellationToken);
        var page = await rows.OrderBy(j => j.Sequence).Skip(Math.Clamp(skip ?? 0, 0, StudioWire.MaxCount)).Take(Math.Clamp(take ?? 100, 1, StudioWire.MaxRows)).ToListAsync(cancellationToken);
        return new([.. page.Select(Show)], count, []);
    }

    public async Task<IReadOnlyList<StudioExecution>> ExecutionsAsync(Guid instanceId, string? nodeId, bool? completed, bool whole, CancellationToken cancellationToken)
    {
        var rows = db.Set<ActivityExecutionRow>().AsNoTracking().Where(e => e.InstanceId == instanceId);
        if (!string.IsNullOrEmpty(nodeId)) rows = rows.Where(e => e.NodeId == nodeId);
        if (completed is { } done) rows = rows.Where(e => e.CompletedAt != null == done);
        return [.. (await rows.OrderBy(e => e.StartedAt).ThenBy(e => e.Id).Take(StudioWire.MaxRows).ToListAsync(cancellationToken)).Select(e => Show(e, whole))];
    }

    public async Task<StudioExecution?> ExecutionAsync(Guid id, CancellationToken cancellationToken)
        => await db.Set<ActivityExecutionRow>().AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, cancellationToken) is { } row ? Show(row, whole: true) : null;

    /// <summary>The execution and what it stands in, outermost first.</summary>
    public async Task<StudioCallStack?> CallStackAsync(Guid id, CancellationToken cancellationToken)
    {
        List<StudioExecution> stack = [];
        for (Guid? next = id; next is { } at && stack.Count < MaxDepth;)
        {
            if (await db.Set<ActivityExecutionRow>().AsNoTracking().SingleOrDefaultAsync(e => e.Id == at, cancellationToken) is not { } row) break;
            stack.Insert(0, Show(row, whole: false));
            next = row.ParentExecutionId;
        }
        return stack.Count == 0 ? null : new(id, stack, stack.Count);
    }

    public async Task<StudioReport> ReportAsync(StudioReportQuery query, CancellationToken cancellationToken)
    {
        var rows = db.Set<ActivityExecutionRow>().AsNoTracking().Where(e => e.InstanceId == query.WorkflowInstanceId);
        if (Some(query.ActivityNodeIds) is { } nodes) rows = rows.Where(e => nodes.Contains(e.NodeId));
        var counts = await rows.GroupBy(e => new { e.ActivityId, e.NodeId }).OrderBy(g => g.Key.NodeId).Take(2000).Select(g => new
        {
            g.Key.ActivityId,
            g.Key.NodeId,
            Started = g.Count(),
            Completed = g.Count(e => e.CompletedAt != null),
            Blocked = g.Count(e => e.HasBookmarks),
            Faulted = g.Count(e => e.Status == ActivityStatus.Faulted),
            Faults = g.Sum(e => e.AggregateFaultCount),
        }).ToListAsync(cancellationToken);
        return new([.. counts.Select(c => new StudioNodeStats(c.ActivityId, c.NodeId, c.Started, c.Completed, c.Started - c.Completed, c.Blocked > 0, c.Faulted > 0, c.Faults, []))]);
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
        IdOf(row), row.ExecutionId, row.ParentExecutionId, row.ActivityId, row.ActivityType, 1, row.ActivityName, row.NodeId, row.At, row.Sequence, row.EventName,
        // Elsa's journal has no column for the person; the reader of a case asks for it first.
        row.Message is { Length: > 0 } message && !message.Contains(row.ByName, StringComparison.Ordinal) ? $"{row.ByName}：{message}" : row.Message ?? row.ByName,
        null, null, StudioWire.Node(row.Payload));

    private static StudioExecution Show(ActivityExecutionRow row, bool whole) => new(
        row.Id, row.InstanceId, row.ActivityId, row.NodeId, row.ActivityType, 1, row.ActivityName,
        whole ? StudioWire.Node(row.State) ?? new JsonObject() : null, whole ? StudioWire.Node(row.Payload) : null, whole ? StudioWire.Node(row.Outputs) ?? new JsonObject() : null,
        new JsonObject(), new JsonObject(), row.Exception is { } text ? new StudioException("System.Exception", text) : null,
        row.StartedAt, row.HasBookmarks, row.Status.ToString(), row.AggregateFaultCount, row.CompletedAt, row.ParentExecutionId);
}
