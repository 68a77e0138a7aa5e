using System.Linq.Expressions;
using System.Text.Json.Nodes;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Workflows.Definitions;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Studio;

internal sealed record StudioTimestampFilter(string? Column, string? Operator, DateTimeOffset? Timestamp);

/// <summary>What the list of instances is asked for; names as the Studio sends them.</summary>
internal sealed record StudioInstanceQuery(
    int? Page, int? PageSize, string? SearchTerm, string? DefinitionId, string[]? DefinitionIds, string? CorrelationId, int? Version, bool? HasIncidents,
    string? Status, string[]? Statuses, string? SubStatus, string[]? SubStatuses, string? OrderBy, string? OrderDirection, StudioTimestampFilter[]? TimestampFilters);

/// <summary>One line of the list of instances.</summary>
internal sealed record StudioInstanceSummary(
    Guid Id, string DefinitionId, string DefinitionVersionId, int Version, string Status, string SubStatus, string? CorrelationId, string? Name,
    int IncidentCount, bool IsSystem, DateTime CreatedAt, DateTime UpdatedAt, DateTime? FinishedAt);

internal sealed record StudioExecutionState(string Status, string SubStatus, string WorkflowSubStatus, DateTime UpdatedAt);

internal sealed record StudioVariable(string Id, string Name, JsonNode? Value);

/// <summary>Workflow instances as the Studio reads them, from the engine's rows.</summary>
internal sealed class StudioInstances(DbContext db)
{
    public async Task<StudioPaged<StudioInstanceSummary>> ListAsync(StudioInstanceQuery query, CancellationToken cancellationToken)
    {
        var rows = Filter(db.Set<WorkflowInstanceRow>().AsNoTracking(), query);
        var count = await rows.OrderBy(i => i.Id).Take(StudioWire.MaxCount).CountAsync(cancellationToken);
        var size = Math.Clamp(query.PageSize ?? 10, 1, 100);
        var skip = (int)Math.Min((long)Math.Max(query.Page ?? 0, 0) * size, StudioWire.MaxCount);
        var descending = query.OrderDirection is not "Ascending";
        var page = await (query.OrderBy switch
        {
            "LastExecuted" or "UpdatedAt" => Order(rows, i => i.UpdatedAt, descending),
            "Finished" or "FinishedAt" => Order(rows, i => i.FinishedAt, descending),
            "Name" => Order(rows, i => i.Name, descending),
            // Ids are made in the order of time, so the key's own index gives the newest first.
            _ => descending ? rows.OrderByDescending(i => i.Id) : rows.OrderBy(i => i.Id),
        }).Skip(skip).Take(size).Select(i => new StudioInstanceSummary(
            i.Id, i.DefinitionId, i.DefinitionVersionId, i.Version, i.Status.ToString(), i.SubStatus.ToString(), i.CorrelationId, i.Name,
            i.IncidentCount, false, i.CreatedAt, i.UpdatedAt, i.FinishedAt)).ToListAsync(cancellationToken);
        return new(page, count, []);
    }

    public async Task<JsonObject?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await RowAsync(id, cancellationToken) is not { } row) return null;
        var bookmarks = await db.Set<BookmarkRow>().AsNoTracking().Where(b => b.InstanceId == id).OrderBy(b => b.CreatedAt).ThenBy(b => b.Id).Take(StudioWire.MaxRows).ToListAsync(cancellationToken);
        var incidents = await db.Set<IncidentRow>().AsNoTracking().Where(i => i.InstanceId == id && i.ResolvedAt == null).OrderBy(i => i.At).Take(StudioWire.MaxRows).ToListAsync(cancellationToken);
        var state = JsonNode.Parse(row.State)!.AsObject();
        var common = new JsonObject
        {
            ["id"] = row.Id.ToString(),
            ["definitionId"] = row.DefinitionId,
            ["definitionVersionId"] = row.DefinitionVersionId,
            ["status"] = row.Status.ToString(),
            ["subStatus"] = row.SubStatus.ToString(),
            ["correlationId"] = row.CorrelationId,
            ["name"] = row.Name,
            ["isSystem"] = false,
            ["createdAt"] = row.CreatedAt,
            ["updatedAt"] = row.UpdatedAt,
            ["finishedAt"] = row.FinishedAt,
            ["parentWorkflowInstanceId"] = row.ParentInstanceId?.ToString(),
        };
        var instance = common.DeepClone().AsObject();
        instance["version"] = row.Version;
        instance["incidentCount"] = row.IncidentCount;
        common["definitionVersion"] = row.Version;
        common["bookmarks"] = new JsonArray([.. bookmarks.Select(b => (JsonNode)new JsonObject
        {
            ["id"] = b.Id.ToString(),
            ["name"] = b.Name,
            ["hash"] = b.Hash,
            ["payload"] = StudioWire.Node(b.Payload),
            ["activityId"] = b.ActivityId,
            ["activityNodeId"] = b.NodeId,
            ["activityInstanceId"] = b.ExecutionId.ToString(),
            ["createdAt"] = b.CreatedAt,
            ["autoBurn"] = true,
        })]);
        common["incidents"] = new JsonArray([.. incidents.Select(i => (JsonNode)new JsonObject
        {
            ["activityId"] = i.ActivityId,
            ["activityNodeId"] = i.NodeId,
            ["activityType"] = i.ActivityType,
            ["message"] = i.Message,
            // Type and text only: the stack stands in the log, it is no part of the case.
            ["exception"] = new JsonObject { ["type"] = "System.Exception", ["message"] = i.Message },
            ["timestamp"] = i.At,
        })]);
        common["completionCallbacks"] = new JsonArray();
        common["activityExecutionContexts"] = new JsonArray();
        common["input"] = state["in"]?.DeepClone() ?? new JsonObject();
        common["output"] = state["out"]?.DeepClone() ?? new JsonObject();
        common["properties"] = new JsonObject();
        instance["workflowState"] = common;
        return instance;
    }

    public async Task<StudioExecutionState?> StateAsync(Guid id, CancellationToken cancellationToken)
        => await db.Set<WorkflowInstanceRow>().AsNoTracking().Where(i => i.Id == id)
            .Select(i => new StudioExecutionState(i.Status.ToString(), i.SubStatus.ToString(), i.SubStatus.ToString(), i.UpdatedAt)).SingleOrDefaultAsync(cancellationToken);

    /// <summary>The variables of the definition with the values that are kept between two bursts; a finished instance keeps none.</summary>
    public async Task<IReadOnlyList<StudioVariable>?> VariablesAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await RowAsync(id, cancellationToken) is not { } row) return null;
        var definition = await db.Set<DefinitionVersion>().AsNoTracking().Where(v => v.Id == row.DefinitionVersionId).Select(v => v.Json).SingleOrDefaultAsync(cancellationToken);
        var declared = StudioWire.Node(definition)?["variables"] as JsonArray ?? [];
        var values = (JsonNode.Parse(row.State)?["x"] as JsonArray ?? []).OfType<JsonObject>().FirstOrDefault(x => x["n"]?.GetValue<string>() == "Workflow1")?["v"];
        return [.. declared.OfType<JsonObject>().Take(StudioWire.MaxRows).Select(v =>
        {
            var name = v["name"]!.GetValue<string>();
            var variableId = v["id"]?.GetValue<string>() ?? name;
            return new StudioVariable(variableId, name, values?[variableId]?.DeepClone());
        })];
    }

    private Task<WorkflowInstanceRow?> RowAsync(Guid id, CancellationToken cancellationToken)
        => db.Set<WorkflowInstanceRow>().AsNoTracking().SingleOrDefaultAsync(i => i.Id == id, cancellationToken);

    private static IQueryable<WorkflowInstanceRow> Filter(IQueryable<WorkflowInstanceRow> rows, StudioInstanceQuery query)
    {
        if (query.SearchTerm?.Trim() is { Length: > 0 } term)
        {
            var id = Guid.TryParse(term, out var parsed) ? parsed : Guid.Empty;
            rows = rows.Where(i => i.Id == id || i.CorrelationId!.StartsWith(term) || i.Name!.Contains(term));
        }
        var definitions = (query.DefinitionIds ?? []).Append(query.DefinitionId ?? "").Where(d => d.Length > 0).Take(StudioWire.MaxRows).ToArray();
        if (definitions.Length > 0) rows = rows.Where(i => definitions.Contains(i.DefinitionId));
        if (query.CorrelationId is { Length: > 0 } correlation) rows = rows.Where(i => i.CorrelationId == correlation);
        if (query.Version is { } version) rows = rows.Where(i => i.Version == version);
        if (query.HasIncidents is { } has) rows = rows.Where(i => i.IncidentCount > 0 == has);
        if (Named<WorkflowStatus>(query.Statuses, query.Status) is { Length: > 0 } statuses) rows = rows.Where(i => statuses.Contains(i.Status));
        if (Named<WorkflowSubStatus>(query.SubStatuses, query.SubStatus) is { Length: > 0 } subStatuses) rows = rows.Where(i => subStatuses.Contains(i.SubStatus));
        foreach (var filter in (query.TimestampFilters ?? []).Where(f => f.Timestamp is not null).Take(10)) rows = rows.Where(At(filter));
        return rows;
    }

    private static T[] Named<T>(string[]? many, string? one) where T : struct, Enum
        => [.. (many ?? []).Append(one).Take(20).Select(s => Enum.TryParse<T>(s, ignoreCase: true, out var value) ? (T?)value : null).OfType<T>()];

    private static Expression<Func<WorkflowInstanceRow, bool>> At(StudioTimestampFilter filter)
    {
        var row = Expression.Parameter(typeof(WorkflowInstanceRow));
        Expression column = Expression.Property(row, filter.Column switch
        {
            "UpdatedAt" => nameof(WorkflowInstanceRow.UpdatedAt),
            "FinishedAt" => nameof(WorkflowInstanceRow.FinishedAt),
            _ => nameof(WorkflowInstanceRow.CreatedAt),
        });
        var at = Expression.Constant(filter.Timestamp!.Value.UtcDateTime, column.Type);
        return Expression.Lambda<Func<WorkflowInstanceRow, bool>>(filter.Operator switch
        {
            "IsNot" => Expression.NotEqual(column, at),
            "GreaterThan" => Expression.GreaterThan(column, at),
            "GreaterThanOrEqual" => Expression.GreaterThanOrEqual(column, at),
            "LessThan" => Expression.LessThan(column, at),
            "LessThanOrEqual" => Expression.LessThanOrEqual(column, at),
            _ => Expression.Equal(column, at),
        }, row);
    }

    private static IQueryable<WorkflowInstanceRow> Order<TKey>(IQueryable<WorkflowInstanceRow> rows, Expression<Func<WorkflowInstanceRow, TKey>> key, bool descending)
        => descending ? rows.OrderByDescending(key).ThenByDescending(i => i.Id) : rows.OrderBy(key).ThenBy(i => i.Id);
}
