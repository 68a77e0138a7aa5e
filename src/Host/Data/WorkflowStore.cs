using System.Text.Json;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Workflows.Definitions;
using NpgsqlTypes;

namespace DoubleRandom.Host.Data;

/// <summary>
/// The engine's rows in the unit's transaction. What a burst changed waits in <see cref="UnitSql"/> and is written with everything else of the unit
/// when it commits, or before the next find of the same unit, so that every find sees what was staged.
/// </summary>
internal sealed class WorkflowStore(Db db, UnitSql sql, DatabaseSettings database, CompiledWorkflows compiled, AuditTrail audit) : IWorkflowStore
{
    private static readonly SqlText RemoveBookmark = new("DELETE FROM bookmarks WHERE instance_id = $1 AND id = $2", [NpgsqlDbType.Uuid, NpgsqlDbType.Uuid]);

    private static readonly SqlText ResolveIncident = new("UPDATE incidents SET resolved_at = $1, resolved_by = $2, resolution = $3 WHERE id = $4 AND resolved_at IS NULL",
        [NpgsqlDbType.TimestampTz, NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Uuid]);

    // The rows are locked, so they are as they were read: nothing has to be counted.
    private static readonly SqlText StartDispatches = new("UPDATE dispatches SET started_at = $1 WHERE id IN (SELECT value FROM json_each($2))", [NpgsqlDbType.TimestampTz, NpgsqlDbType.Text]);

    private static readonly SqlText StartDispatchesPostgres = new("UPDATE dispatches SET started_at = $1 WHERE id = ANY($2)", [NpgsqlDbType.TimestampTz, NpgsqlDbType.Array | NpgsqlDbType.Uuid]);

    private static readonly SqlText ConsumeSignal = new("UPDATE signals SET consumed_at = $1 WHERE id = $2 AND consumed_at IS NULL", [NpgsqlDbType.TimestampTz, NpgsqlDbType.Uuid]);

    private static readonly SqlText CountDown = new("UPDATE child_counts SET waiting = $1, any_cancelled = $2 WHERE execution_id = $3 AND waiting = $4",
        [NpgsqlDbType.Integer, NpgsqlDbType.Boolean, NpgsqlDbType.Uuid, NpgsqlDbType.Integer]);

    private static readonly SqlText CountedDown = new("DELETE FROM child_counts WHERE execution_id = $1 AND waiting = 1", [NpgsqlDbType.Uuid]);

    private LockedInstance? _ahead;

    // Instances that were read under their lock, as they were: only what a burst changes is written, so that no index is touched for nothing, and no other
    // transaction can change them meanwhile.
    private readonly Dictionary<WorkflowInstanceRow, object> _held = new(ReferenceEqualityComparer.Instance);

    public async Task<LockedInstance?> LockAsync(Guid instanceId, CancellationToken cancellationToken)
    {
        if (_ahead is { } ahead && ahead.Instance.Id == instanceId)
        {
            _ahead = null;
            return ahead;
        }
        var reads = Locking("$1", instanceId);
        await sql.ReadAsync(cancellationToken, reads.Instances, reads.Bookmarks);
        return Hold(reads.Found);
    }

    /// <summary>The reads that lock an instance; to travel with others.</summary>
    /// <param name="instance">SQL for the instance's id, with $1 for <paramref name="id"/>.</param>
    public LockingReads Locking(string instance, Guid id)
        // The bookmarks are read after the lock was got: what another burst consumed meanwhile is not among them.
        => new(Query<WorkflowInstanceRow>($"WHERE id = {instance}{Lock()}", id), Query<BookmarkRow>($"WHERE instance_id = {instance} ORDER BY created_at, id", id));

    /// <summary>The next lock of this instance takes what was read already.</summary>
    public void Remember(LockingReads reads) => _ahead = Hold(reads.Found);

    private LockedInstance? Hold(LockedInstance? found)
    {
        if (found is not null) _held[found.Instance] = OwnRows.Copy(found.Instance);
        return found;
    }

    public sealed record LockingReads(RowsRead<WorkflowInstanceRow> Instances, RowsRead<BookmarkRow> Bookmarks)
    {
        public LockedInstance? Found => Instances.Rows is [var found] ? new LockedInstance(found, Bookmarks.Rows) : null;
    }

    public async Task<WorkflowInstanceRow?> FindInstanceAsync(Guid id, CancellationToken cancellationToken)
        => (await FindInstancesAsync([id], cancellationToken)).GetValueOrDefault(id);

    public async Task<IReadOnlyDictionary<Guid, WorkflowInstanceRow>> FindInstancesAsync(IEnumerable<Guid> ids, CancellationToken cancellationToken)
    {
        // Without the state: every batch of children asks for its parent's pins, and the state of a parent of fifty thousand would be read as often.
        var (table, read) = (RowSql.Of<WorkflowInstanceRow>(db), RowReader<WorkflowInstanceRow>.Of(db));
        var reads = ids.Distinct().Select(id => (object[])[id]).Select(values => new RowsRead<WorkflowInstanceRow>(table.Select("WHERE id = $1", values, nameof(WorkflowInstanceRow.State)), values, read)).ToList();
        if (reads.Count > 0) await sql.ReadAsync(cancellationToken, reads);
        return reads.SelectMany(r => r.Rows).ToDictionary(i => i.Id);
    }

    public Task<IReadOnlyList<BookmarkRow>> FindEventBookmarksAsync(string hash, string? correlationId, CancellationToken cancellationToken)
        => correlationId is null
            ? ListAsync<BookmarkRow>("WHERE name = 'Elsa.Event' AND hash = $1 ORDER BY created_at, id", cancellationToken, hash)
            : ListAsync<BookmarkRow>("WHERE name = 'Elsa.Event' AND hash = $1 AND correlation_id = $2 ORDER BY created_at, id", cancellationToken, hash, correlationId);

    public Task<IncidentRow?> FindIncidentAsync(Guid id, CancellationToken cancellationToken) => OneAsync<IncidentRow>("WHERE id = $1", cancellationToken, id);

    public async Task<bool> AnyRunningAsync(string? definitionId, string? correlationId, CancellationToken cancellationToken)
    {
        List<string> conditions = ["status = 'Running'"];
        List<object> values = [];
        if (definitionId is not null) conditions.Add($"definition_id = ${Next(definitionId)}");
        if (correlationId is not null) conditions.Add($"correlation_id = ${Next(correlationId)}");
        return await OneAsync<WorkflowInstanceRow>($"WHERE {string.Join(" AND ", conditions)} LIMIT 1", cancellationToken, [.. values]) is not null;

        int Next(object value)
        {
            values.Add(value);
            return values.Count;
        }
    }

    public async Task<IReadOnlyList<Guid>> RunningChildrenAsync(Guid parentInstanceId, CancellationToken cancellationToken)
        => [.. (await ListAsync<WorkflowInstanceRow>("WHERE parent_instance_id = $1 AND root_instance_id <> id AND status = 'Running' ORDER BY created_at, id", cancellationToken, parentInstanceId)).Select(i => i.Id)];

    // Another host's batch is passed over, not waited for.
    public Task<IReadOnlyList<DispatchRow>> LockDispatchesAsync(int max, int skip, CancellationToken cancellationToken)
        => ListAsync<DispatchRow>($"WHERE started_at IS NULL ORDER BY created_at, parent_execution_id, \"index\" LIMIT $1 OFFSET $2{Lock(" SKIP LOCKED")}", cancellationToken, max, skip);

    public Task<IReadOnlyList<SignalRow>> PendingSignalsAsync(int max, int skip, CancellationToken cancellationToken)
        => ListAsync<SignalRow>("WHERE consumed_at IS NULL ORDER BY created_at, id LIMIT $1 OFFSET $2", cancellationToken, max, skip);

    public Task<SignalRow?> LockSignalAsync(Guid id, CancellationToken cancellationToken)
        => OneAsync<SignalRow>($"WHERE id = $1 AND consumed_at IS NULL{Lock()}", cancellationToken, id);

    public Task<ChildCountRow?> LockChildCountAsync(Guid executionId, CancellationToken cancellationToken)
        => OneAsync<ChildCountRow>($"WHERE execution_id = $1{Lock()}", cancellationToken, executionId);

    public void CountChild(ChildCountRow row, bool cancelled)
    {
        (row.Waiting, row.AnyCancelled) = (row.Waiting - 1, row.AnyCancelled || cancelled);
        if (row.Waiting > 0) Change(CountDown, "count of children", row.Waiting, row.AnyCancelled, row.ExecutionId, row.Waiting + 1);
        else Change(CountedDown, "count of children", row.ExecutionId);
    }

    public Task<IReadOnlyList<BookmarkRow>> DueBookmarksAsync(DateTime at, int max, CancellationToken cancellationToken)
        => ListAsync<BookmarkRow>("WHERE due_at IS NOT NULL AND due_at <= $1 ORDER BY due_at, id LIMIT $2", cancellationToken, at, max);

    public void MarkDispatched(IReadOnlyCollection<Guid> dispatchIds, DateTime at)
    {
        if (dispatchIds.Count == 0) return;
        sql.Stage(database.IsPostgres
            ? new Statement(StartDispatchesPostgres, [at, dispatchIds.ToArray()])
            : new Statement(StartDispatches, [at, JsonSerializer.Serialize(dispatchIds.Select(id => id.ToString().ToUpperInvariant()))]));
    }

    public void MarkConsumed(Guid signalId, DateTime at) => Change(ConsumeSignal, "signal", at, signalId);

    public void Stage(Checkpoint checkpoint)
    {
        var i = checkpoint.Instance;
        // What was read ahead is not how the instance stands any more.
        if (_ahead?.Instance.Id == i.Id) _ahead = null;
        if (checkpoint.IsNew)
        {
            if (i.RootInstanceId == i.Id && i.CorrelationId is { } caseNo) audit.Begin(caseNo);
            StagePublished(checkpoint.PublishedVersions);
            sql.Stage(RowSql.Of<WorkflowInstanceRow>(db).InsertOrNothing(i, "id", () => new ConflictException("The instance was started already.", Refusal.Conflict("engine.already-started", i.Id))));
        }
        else
        {
            // The revision is the burst's own, one above the row's: two bursts of one instance can never both commit.
            if (!_held.TryGetValue(i, out var was) || !RowSql.Of<WorkflowInstanceRow>(db).TryUpdate(i, was, out var moved)) throw new InvalidOperationException($"Instance {i.Id} was not locked in this unit.");
            if (moved is not null) sql.Stage(moved with { IsHeld = true });
            _held[i] = OwnRows.Copy(i);
        }
        foreach (var id in checkpoint.RemovedBookmarks)
        {
            // Only who holds the instance takes its bookmarks.
            sql.Stage(new Statement(RemoveBookmark, [i.Id, id], () => new ConflictException("The bookmark was changed by another transaction."), IsHeld: !checkpoint.IsNew));
        }
        Insert(checkpoint.AddedBookmarks);
        if (BurstRow.Of(checkpoint) is { } burst) sql.Stage(RowSql.Of<BurstRow>(db).Insert(burst));
        Insert(checkpoint.AddedIncidents);
        foreach (var n in checkpoint.ResolvedIncidents) Change(ResolveIncident, "incident", n.ResolvedAt, n.ResolvedBy, n.Resolution, n.Id);
        Insert(checkpoint.Dispatches);
        Insert(checkpoint.Signals);
        Insert(checkpoint.ChildCounts);
    }

    /// <summary>Published versions are remembered by the process; that they still are the published ones is asked when the start commits.</summary>
    private void StagePublished(IReadOnlyList<string> versions)
    {
        if (versions.Count == 0) return;
        var names = Enumerable.Range(1, versions.Count).Select(n => $"${n}");
        sql.Stage(new Statement(
            new SqlText($"SELECT 1 WHERE (SELECT count(*) FROM definition_versions WHERE is_published AND id IN ({string.Join(", ", names)})) = {versions.Count}", [.. versions.Select(_ => NpgsqlDbType.Text)], isCheck: true),
            [.. versions],
            () =>
            {
                compiled.ForgetPublished();
                return new ConflictException("Another version was published meanwhile.");
            }));
    }

    private void Insert<T>(List<T> rows) where T : class
    {
        if (rows.Count == 0) return;
        var table = RowSql.Of<T>(db);
        foreach (var row in rows) sql.Stage(table.Insert(row));
    }

    private void Change(SqlText text, string what, params object?[] values)
        => sql.Stage(new Statement(text, values, () => new ConflictException($"The {what} was changed by another transaction.")));

    private string Lock(string more = "") => database.IsPostgres ? $" FOR UPDATE{more}" : "";

    private async Task<T?> OneAsync<T>(string where, CancellationToken cancellationToken, params object[] values) where T : class
        => await ListAsync<T>(where, cancellationToken, values) is [var only] ? only : null;

    private async Task<IReadOnlyList<T>> ListAsync<T>(string where, CancellationToken cancellationToken, params object[] values) where T : class
    {
        var read = Query<T>(where, values);
        await sql.ReadAsync(cancellationToken, read);
        return read.Rows;
    }

    private RowsRead<T> Query<T>(string where, params object[] values) where T : class
    {
        var table = RowSql.Of<T>(db);
        return new RowsRead<T>(table.Select(where, values), values, RowReader<T>.Of(db));
    }
}
