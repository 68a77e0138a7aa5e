using System.Data.Common;
using DoubleRandom.Engine.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace DoubleRandom.Host.Data;

/// <summary>
/// The engine's rows in the unit's transaction. What a burst changed is written by hand-made SQL in one batch when the unit commits
/// (one round trip on PostgreSQL), or before the next find of the same unit, so that every find sees what was staged.
/// </summary>
internal sealed class WorkflowStore(Db db, Unit unit) : IWorkflowStore, IStagedWrites
{
    private readonly List<Statement> _staged = [];

    public Task<WorkflowInstanceRow?> LockInstanceAsync(Guid id, CancellationToken cancellationToken)
        => OneAsync(db.Database.IsNpgsql()
            ? db.Set<WorkflowInstanceRow>().FromSql($"SELECT * FROM workflow_instances WHERE id = {id} FOR UPDATE")
            : db.Set<WorkflowInstanceRow>().Where(i => i.Id == id), cancellationToken);

    public Task<WorkflowInstanceRow?> FindInstanceAsync(Guid id, CancellationToken cancellationToken)
        => OneAsync(db.Set<WorkflowInstanceRow>().Where(i => i.Id == id), cancellationToken);

    public Task<BookmarkRow?> FindBookmarkAsync(Guid id, CancellationToken cancellationToken)
        => OneAsync(db.Set<BookmarkRow>().Where(b => b.Id == id), cancellationToken);

    public Task<IReadOnlyList<BookmarkRow>> BookmarksOfAsync(Guid instanceId, CancellationToken cancellationToken)
        => ListAsync(db.Set<BookmarkRow>().Where(b => b.InstanceId == instanceId).OrderBy(b => b.CreatedAt).ThenBy(b => b.Id), cancellationToken);

    public Task<IReadOnlyList<BookmarkRow>> FindBookmarksByHashAsync(string hash, string? correlationId, CancellationToken cancellationToken)
        => ListAsync(db.Set<BookmarkRow>().Where(b => b.Hash == hash && (correlationId == null || b.CorrelationId == correlationId))
            .OrderBy(b => b.CreatedAt).ThenBy(b => b.Id), cancellationToken);

    public Task<IncidentRow?> FindIncidentAsync(Guid id, CancellationToken cancellationToken)
        => OneAsync(db.Set<IncidentRow>().Where(i => i.Id == id), cancellationToken);

    public Task<ActivityExecutionRow?> FindExecutionAsync(Guid id, CancellationToken cancellationToken)
        => OneAsync(db.Set<ActivityExecutionRow>().Where(e => e.Id == id), cancellationToken);

    public Task<IReadOnlyList<DispatchRow>> PendingDispatchesAsync(int max, CancellationToken cancellationToken)
        => ListAsync(db.Database.IsNpgsql()
            // Another host's batch is passed over, not waited for.
            ? db.Set<DispatchRow>().FromSql($"SELECT * FROM dispatches WHERE started_at IS NULL ORDER BY created_at, parent_execution_id, \"index\" LIMIT {max} FOR UPDATE SKIP LOCKED")
            : db.Set<DispatchRow>().Where(d => d.StartedAt == null).OrderBy(d => d.CreatedAt).ThenBy(d => d.ParentExecutionId).ThenBy(d => d.Index).Take(max), cancellationToken);

    public Task<DispatchRow?> LockDispatchAsync(Guid id, CancellationToken cancellationToken)
        => OneAsync(db.Database.IsNpgsql()
            ? db.Set<DispatchRow>().FromSql($"SELECT * FROM dispatches WHERE id = {id} AND started_at IS NULL FOR UPDATE")
            : db.Set<DispatchRow>().Where(d => d.Id == id && d.StartedAt == null), cancellationToken);

    public Task<IReadOnlyList<SignalRow>> PendingSignalsAsync(int max, int skip, CancellationToken cancellationToken)
        => ListAsync(db.Set<SignalRow>().Where(s => s.ConsumedAt == null).OrderBy(s => s.CreatedAt).ThenBy(s => s.Id).Skip(skip).Take(max), cancellationToken);

    public Task<SignalRow?> LockSignalAsync(Guid id, CancellationToken cancellationToken)
        => OneAsync(db.Database.IsNpgsql()
            ? db.Set<SignalRow>().FromSql($"SELECT * FROM signals WHERE id = {id} AND consumed_at IS NULL FOR UPDATE")
            : db.Set<SignalRow>().Where(s => s.Id == id && s.ConsumedAt == null), cancellationToken);

    public Task<IReadOnlyList<BookmarkRow>> DueBookmarksAsync(DateTime at, int max, CancellationToken cancellationToken)
        => ListAsync(db.Set<BookmarkRow>().Where(b => b.DueAt != null && b.DueAt <= at).OrderBy(b => b.DueAt).ThenBy(b => b.Id).Take(max), cancellationToken);

    public void MarkDispatched(Guid dispatchId, DateTime at)
        => Add("UPDATE dispatches SET started_at = $1 WHERE id = $2 AND started_at IS NULL", "dispatch", at, dispatchId);

    public void MarkConsumed(Guid signalId, DateTime at)
        => Add("UPDATE signals SET consumed_at = $1 WHERE id = $2 AND consumed_at IS NULL", "signal", at, signalId);

    public void Stage(Checkpoint checkpoint)
    {
        var i = checkpoint.Instance;
        if (checkpoint.IsNew)
        {
            Add("""
                INSERT INTO workflow_instances (id, definition_id, definition_version_id, version, correlation_id, name, root_instance_id, parent_instance_id, parent_execution_id,
                    parent_index, pins, status, sub_status, state, incident_count, revision, created_at, updated_at, finished_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
                """, null, i.Id, i.DefinitionId, i.DefinitionVersionId, i.Version, i.CorrelationId, i.Name, i.RootInstanceId, i.ParentInstanceId, i.ParentExecutionId,
                i.ParentIndex, i.Pins, i.Status.ToString(), i.SubStatus.ToString(), i.State, i.IncidentCount, i.Revision, i.CreatedAt, i.UpdatedAt, i.FinishedAt);
        }
        else
        {
            // The revision is the burst's own, one above the row's: two bursts of one instance can never both commit.
            Add("""
                UPDATE workflow_instances SET definition_version_id = $1, version = $2, correlation_id = $3, name = $4, pins = $5, status = $6, sub_status = $7, state = $8,
                    incident_count = $9, revision = $10, updated_at = $11, finished_at = $12
                WHERE id = $13 AND revision = $14
                """, "instance", i.DefinitionVersionId, i.Version, i.CorrelationId, i.Name, i.Pins, i.Status.ToString(), i.SubStatus.ToString(), i.State,
                i.IncidentCount, i.Revision, i.UpdatedAt, i.FinishedAt, i.Id, i.Revision - 1);
        }
        foreach (var id in checkpoint.RemovedBookmarks) Add("DELETE FROM bookmarks WHERE id = $1", "bookmark", id);
        foreach (var b in checkpoint.AddedBookmarks)
        {
            Add("""
                INSERT INTO bookmarks (id, instance_id, name, hash, payload, activity_id, node_id, execution_id, correlation_id, created_at, due_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                """, null, b.Id, b.InstanceId, b.Name, b.Hash, b.Payload, b.ActivityId, b.NodeId, b.ExecutionId, b.CorrelationId, b.CreatedAt, b.DueAt);
        }
        foreach (var j in checkpoint.Journal)
        {
            Add("""
                INSERT INTO journal (id, instance_id, sequence, at, by_name, activity_id, activity_type, activity_name, node_id, execution_id, parent_execution_id, event_name, message, payload)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
                """, null, j.Id, j.InstanceId, j.Sequence, j.At, j.ByName, j.ActivityId, j.ActivityType, j.ActivityName, j.NodeId, j.ExecutionId, j.ParentExecutionId, j.EventName, j.Message, j.Payload);
        }
        foreach (var e in checkpoint.Executions)
        {
            Add("""
                INSERT INTO activity_executions (id, instance_id, activity_id, activity_type, activity_name, node_id, status, started_at, completed_at, state, payload, outputs,
                    exception, has_bookmarks, aggregate_fault_count, parent_execution_id)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
                ON CONFLICT (id) DO UPDATE SET status = excluded.status, completed_at = excluded.completed_at, state = excluded.state, payload = excluded.payload,
                    outputs = excluded.outputs, exception = excluded.exception, has_bookmarks = excluded.has_bookmarks, aggregate_fault_count = excluded.aggregate_fault_count
                """, null, e.Id, e.InstanceId, e.ActivityId, e.ActivityType, e.ActivityName, e.NodeId, e.Status.ToString(), e.StartedAt, e.CompletedAt, e.State, e.Payload, e.Outputs,
                e.Exception, e.HasBookmarks, e.AggregateFaultCount, e.ParentExecutionId);
        }
        foreach (var n in checkpoint.AddedIncidents)
        {
            Add("""
                INSERT INTO incidents (id, instance_id, activity_id, activity_type, node_id, execution_id, message, detail, at, resolved_at, resolved_by, resolution)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                """, null, n.Id, n.InstanceId, n.ActivityId, n.ActivityType, n.NodeId, n.ExecutionId, n.Message, n.Detail, n.At, n.ResolvedAt, n.ResolvedBy, n.Resolution);
        }
        foreach (var n in checkpoint.ResolvedIncidents)
            Add("UPDATE incidents SET resolved_at = $1, resolved_by = $2, resolution = $3 WHERE id = $4 AND resolved_at IS NULL", "incident", n.ResolvedAt, n.ResolvedBy, n.Resolution, n.Id);
        foreach (var d in checkpoint.Dispatches)
        {
            Add("""
                INSERT INTO dispatches (id, parent_instance_id, parent_execution_id, "index", child_instance_id, root_instance_id, definition_id, correlation_id, input, wait_for_completion, created_at, started_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                """, null, d.Id, d.ParentInstanceId, d.ParentExecutionId, d.Index, d.ChildInstanceId, d.RootInstanceId, d.DefinitionId, d.CorrelationId, d.Input, d.WaitForCompletion, d.CreatedAt, d.StartedAt);
        }
        foreach (var s in checkpoint.Signals)
        {
            Add("""
                INSERT INTO signals (id, kind, instance_id, execution_id, child_instance_id, "index", event_name, correlation_id, payload, created_at, consumed_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                """, null, s.Id, s.Kind, s.InstanceId, s.ExecutionId, s.ChildInstanceId, s.Index, s.EventName, s.CorrelationId, s.Payload, s.CreatedAt, s.ConsumedAt);
        }
    }

    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        if (_staged.Count == 0) return;
        var transaction = db.Database.CurrentTransaction!.GetDbTransaction();
        if (transaction is NpgsqlTransaction postgres) await WriteBatchAsync(postgres, cancellationToken);
        else await WriteOneByOneAsync(transaction, cancellationToken);
        _staged.Clear();
    }

    private async Task WriteBatchAsync(NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        foreach (var statement in _staged)
        {
            var command = new NpgsqlBatchCommand(statement.Sql);
            foreach (var value in statement.Values) command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
            batch.BatchCommands.Add(command);
        }
        await batch.ExecuteNonQueryAsync(cancellationToken);
        for (var i = 0; i < _staged.Count; i++) Check(_staged[i], (int)batch.BatchCommands[i].RecordsAffected);
    }

    private async Task WriteOneByOneAsync(DbTransaction transaction, CancellationToken cancellationToken)
    {
        SqliteCommand? command = null;
        try
        {
            foreach (var statement in _staged)
            {
                // Journal lines and executions come in a row: one preparation serves all that have the same text.
                if (command?.CommandText != statement.Sql)
                {
                    if (command is not null) await command.DisposeAsync();
                    command = (SqliteCommand)transaction.Connection!.CreateCommand();
                    command.Transaction = (SqliteTransaction)transaction;
#pragma warning disable CA2100 // The texts are the constants above; values are parameters.
                    command.CommandText = statement.Sql;
#pragma warning restore CA2100
                    for (var i = 0; i < statement.Values.Length; i++) command.Parameters.Add(new SqliteParameter { ParameterName = $"${i + 1}" });
                }
                for (var i = 0; i < statement.Values.Length; i++) command.Parameters[i].Value = statement.Values[i] ?? DBNull.Value;
                Check(statement, await command.ExecuteNonQueryAsync(cancellationToken));
            }
        }
        finally
        {
            if (command is not null) await command.DisposeAsync();
        }
    }

    private static void Check(Statement statement, int affected)
    {
        if (statement.MustAffect is not null && affected != 1) throw new ConflictException($"The {statement.MustAffect} was changed by another transaction.");
    }

    /// <param name="mustAffect">What the statement changes when it must change exactly one row; null for inserts.</param>
    private void Add(string sql, string? mustAffect, params object?[] values)
    {
        unit.DemandOpen();
        _staged.Add(new Statement(sql, mustAffect, values));
    }

    private async Task<T?> OneAsync<T>(IQueryable<T> query, CancellationToken cancellationToken) where T : class
        => (await ListAsync(query, cancellationToken)) is [var only] ? only : null;

    private async Task<IReadOnlyList<T>> ListAsync<T>(IQueryable<T> query, CancellationToken cancellationToken) where T : class
    {
        await WriteAsync(cancellationToken);
        return await query.AsNoTracking().ToListAsync(cancellationToken);
    }

    private sealed record Statement(string Sql, string? MustAffect, object?[] Values);
}
