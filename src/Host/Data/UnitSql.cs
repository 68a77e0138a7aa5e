using System.Data.Common;
using System.Diagnostics.Metrics;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using NpgsqlTypes;

namespace DoubleRandom.Host.Data;

/// <summary>A read in hand-made SQL.</summary>
internal abstract class UnitRead(SqlText sql, object?[] values)
{
    public SqlText Sql => sql;

    public object?[] Values => values;

    public abstract void Take(DbDataReader reader);
}

/// <summary>Rows of one table as they are, not tracked.</summary>
internal sealed class RowsRead<T>(SqlText sql, object?[] values, Func<DbDataReader, T> make) : UnitRead(sql, values) where T : class
{
    public List<T> Rows { get; } = [];

    public override void Take(DbDataReader reader)
    {
        while (reader.Read()) Rows.Add(make(reader));
    }
}

/// <summary>
/// The hand-made SQL of one unit of work, in its transaction. Statements wait until somebody reads or the unit commits, and then travel together:
/// on PostgreSQL a round trip carries what was written, what is read and, at the end, the commit; on SQLite each statement is prepared once in the
/// writer's life.
/// </summary>
internal sealed class UnitSql(Db db, Unit unit, OwnRows own, SqliteWriter writer)
{
    // More statements than this at once only cost memory.
    private const int MaxBatch = 1_000;

    // From so many on, inserts of one table go as columns in one statement; below it, the statement that is prepared already is as quick.
    private const int FewInserts = 20;

    private readonly List<Statement> _pending = [];
    private readonly List<UnitRead> _riders = [];

    public void Stage(Statement statement)
    {
        unit.DemandOpen();
        _pending.Add(statement);
    }

    /// <summary>A read that nobody needs yet: it goes along with the next one.</summary>
    public void Ride(UnitRead read) => _riders.Add(read);

    /// <summary>Nobody needs them any more.</summary>
    public void DropRiders() => _riders.Clear();

    /// <summary>Stages what EF tracks. Rows whose order matters are left to EF itself.</summary>
    /// <param name="isLast">The unit ends with it: what was staged is not compared with again.</param>
    public async Task StageTrackedAsync(bool isLast, CancellationToken cancellationToken)
    {
        List<Statement> updates = [];
        List<(int Rank, Statement Insert)> inserts = [];
        if (!own.TryStage(inserts, updates) || !TryStageTracked(inserts, updates))
        {
            own.LeaveToEf();
            await db.SaveChangesAsync(cancellationToken);
            return;
        }
        if (updates.Count == 0 && inserts.Count == 0) return;
        foreach (var update in updates) Stage(update);
        // Those of one table together, which is how they can travel as one.
        foreach (var (_, insert) in inserts.OrderBy(i => i.Rank).ThenBy(i => i.Insert.Sql.Text, StringComparer.Ordinal)) Stage(insert);
        if (isLast) return;
        db.ChangeTracker.AcceptAllChanges();
        own.Accept();
    }

    private bool TryStageTracked(List<(int Rank, Statement Insert)> inserts, List<Statement> updates)
    {
        foreach (var entry in Tracked())
        {
            if (entry.State is EntityState.Unchanged or EntityState.Detached) continue;
            if (entry.State is EntityState.Deleted || !IsPlain(entry.Metadata)) return false;
            var sql = RowSql.Of(entry.Metadata);
            if (entry.State is EntityState.Added) inserts.Add((sql.Rank, sql.Insert(entry.Entity)));
            else if (sql.Update(entry) is { } update) updates.Add(update);
            else return false;
        }
        return true;
    }

    /// <summary>EF is about to read or write: it sees what was staged, and the unit's own rows.</summary>
    public ValueTask BeforeEfAsync(CancellationToken cancellationToken)
    {
        own.HandOver();
        return _pending.Count == 0 ? ValueTask.CompletedTask : new ValueTask(WriteAsync(cancellationToken));
    }

    /// <summary>
    /// What is tracked, with its changes found. A new row is written as it is, so nothing is looked for in it: that was a tenth of a start. A type with
    /// navigations may have got rows that nobody added; then EF looks through everything.
    /// </summary>
    private List<EntityEntry> Tracked()
    {
        var tracker = db.ChangeTracker;
        tracker.AutoDetectChangesEnabled = false;
        try
        {
            List<EntityEntry> entries = [.. tracker.Entries()];
            if (!entries.TrueForAll(e => IsPlain(e.Metadata)))
            {
                tracker.DetectChanges();
                return [.. tracker.Entries()];
            }
            foreach (var entry in entries)
            {
                if (entry.State is not EntityState.Added) entry.DetectChanges();
            }
            return entries;
        }
        finally
        {
            tracker.AutoDetectChangesEnabled = true;
        }
    }

    /// <summary>Writes what waits; the queries of the unit see it.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        if (_pending.Count > 0) await SendAsync([], commit: false, cancellationToken);
    }

    /// <summary>Reads, after what waits was written.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken, params IReadOnlyList<UnitRead> reads)
    {
        if (_riders.Count > 0)
        {
            reads = [.. reads, .. _riders];
            _riders.Clear();
        }
        await SendAsync(reads, commit: false, cancellationToken);
    }

    public Task CommitAsync(CancellationToken cancellationToken) => SendAsync([], commit: true, cancellationToken);

    private async Task SendAsync(IReadOnlyList<UnitRead> reads, bool commit, CancellationToken cancellationToken)
    {
        UnitTrips.Count();
        var transaction = db.Database.CurrentTransaction!;
        if (transaction.GetDbTransaction() is NpgsqlTransaction postgres)
        {
            for (var from = 0; from < _pending.Count || from == 0; from += MaxBatch)
            {
                var isLast = from + MaxBatch >= _pending.Count;
                await SendBatchAsync(postgres, _pending.GetRange(from, Math.Min(MaxBatch, _pending.Count - from)), isLast ? reads : [], commit && isLast, cancellationToken);
            }
        }
        else
        {
            var sqlite = (SqliteTransaction)transaction.GetDbTransaction();
            foreach (var statement in _pending) writer.Execute(statement);
            foreach (var read in reads) writer.Read(read, sqlite);
            if (commit) await transaction.CommitAsync(cancellationToken);
        }
        _pending.Clear();
    }

    private static async Task SendBatchAsync(NpgsqlTransaction transaction, List<Statement> statements, IReadOnlyList<UnitRead> reads, bool commit, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        var guarded = 0;
        // What stands for each command: only of a statement by itself it is told by which one the batch failed.
        for (var i = 0; i < statements.Count; i++)
        {
            var statement = statements[i];
            var same = SameInserts(statements, i);
            if (same >= FewInserts)
            {
                batch.BatchCommands.Add(Command(statement.Sql, statements.GetRange(i, same)));
                statements.RemoveRange(i + 1, same - 1);
                continue;
            }
            if (statement.IsGuarded) guarded++;
            batch.BatchCommands.Add(Command(statement.IsGuarded ? statement.Sql.Guarded : statement.Sql.Text, statement.Sql, statement.Values));
        }
        foreach (var read in reads) batch.BatchCommands.Add(Command(read.Sql.Text, read.Sql, read.Values));
        if (commit) batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
        if (batch.BatchCommands.Count == 0) return;
        try
        {
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            for (var i = 0; i < guarded; i++) await reader.NextResultAsync(cancellationToken);
            foreach (var read in reads)
            {
                read.Take(reader);
                await reader.NextResultAsync(cancellationToken);
            }
            while (await reader.NextResultAsync(cancellationToken)) { }
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DivisionByZero && e.BatchCommand is { } failed && statements.ElementAtOrDefault(batch.BatchCommands.IndexOf((NpgsqlBatchCommand)failed)) is { OnMiss: { } miss })
        {
            throw miss();
        }
    }

    /// <summary>How many inserts of one text stand here in a row.</summary>
    private static int SameInserts(List<Statement> statements, int from)
    {
        if (statements[from] is not { Sql.InsertOfColumns: not null, OnMiss: null }) return 0;
        var to = from + 1;
        while (to < statements.Count && ReferenceEquals(statements[to].Sql, statements[from].Sql) && statements[to].OnMiss is null) to++;
        return to - from;
    }

    /// <summary>Rows as one insert: an array a column.</summary>
    private static NpgsqlBatchCommand Command(SqlText sql, List<Statement> rows)
    {
#pragma warning disable CA2100 // Texts are made of the mapping's names; values are parameters.
        var command = new NpgsqlBatchCommand(sql.InsertOfColumns!);
#pragma warning restore CA2100
        for (var i = 0; i < sql.Types.Length; i++)
        {
            var column = i;
            var values = sql.Types[i] switch
            {
                NpgsqlDbType.Text => Column<string?>(),
                NpgsqlDbType.Uuid => Column<Guid?>(),
                NpgsqlDbType.TimestampTz => Column<DateTime?>(),
                NpgsqlDbType.Date => Column<DateOnly?>(),
                NpgsqlDbType.Time => Column<TimeOnly?>(),
                NpgsqlDbType.Boolean => Column<bool?>(),
                NpgsqlDbType.Integer => Column<int?>(),
                NpgsqlDbType.Bigint => Column<long?>(),
                NpgsqlDbType.Double => Column<double?>(),
                NpgsqlDbType.Bytea => Column<byte[]?>(),
                var type => throw new NotSupportedException($"A column of {type} is not written by hand-made SQL."),
            };
            command.Parameters.Add(new NpgsqlParameter { Value = values, NpgsqlDbType = NpgsqlDbType.Array | sql.Types[i] });

            object Column<T>() => rows.ConvertAll(r => (T)r.Values[column]!).ToArray();
        }
        return command;
    }

    private static NpgsqlBatchCommand Command(string text, SqlText sql, object?[] values)
    {
#pragma warning disable CA2100 // Texts are made of the mapping's names; values are parameters.
        var command = new NpgsqlBatchCommand(text);
#pragma warning restore CA2100
        for (var i = 0; i < values.Length; i++) command.Parameters.Add(Parameter(values[i], sql.Types[i]));
        return command;
    }

    // A typed parameter is written without asking what the value is.
    private static NpgsqlParameter Parameter(object? value, NpgsqlDbType type) => value switch
    {
        string text => new NpgsqlParameter<string> { TypedValue = text, NpgsqlDbType = type },
        Guid id => new NpgsqlParameter<Guid> { TypedValue = id, NpgsqlDbType = type },
        DateTime at => new NpgsqlParameter<DateTime> { TypedValue = at, NpgsqlDbType = type },
        int number => new NpgsqlParameter<int> { TypedValue = number, NpgsqlDbType = type },
        bool yes => new NpgsqlParameter<bool> { TypedValue = yes, NpgsqlDbType = type },
        _ => new NpgsqlParameter { Value = value ?? DBNull.Value, NpgsqlDbType = type },
    };

    private static readonly System.Collections.Concurrent.ConcurrentDictionary<Microsoft.EntityFrameworkCore.Metadata.IEntityType, bool> Plain = new();

    private static bool IsPlain(Microsoft.EntityFrameworkCore.Metadata.IEntityType type) => Plain.GetOrAdd(type, RowSql.IsPlain);
}

/// <summary>Counts how often units of work speak to the database: what a step costs beyond its processor time.</summary>
internal static class UnitTrips
{
    private static readonly Counter<long> Trips = new Meter("DoubleRandom").CreateCounter<long>("doublerandom.unit.trips", description: "Round trips of units of work to the database");

    public static void Count() => Trips.Add(1);
}

/// <summary>Before EF reads or writes in a unit, what waits there is written: a query sees all that was staged before it.</summary>
internal sealed class PendingFirst : DbCommandInterceptor
{
    public static readonly PendingFirst It = new();

    public override InterceptionResult<DbDataReader> ReaderExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
    {
        Write(eventData);
        return result;
    }

    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        await WriteAsync(eventData, cancellationToken);
        return result;
    }

    public override InterceptionResult<int> NonQueryExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<int> result)
    {
        Write(eventData);
        return result;
    }

    public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        await WriteAsync(eventData, cancellationToken);
        return result;
    }

    private static void Write(CommandEventData eventData) => WriteAsync(eventData, CancellationToken.None).AsTask().GetAwaiter().GetResult();

    private static ValueTask WriteAsync(CommandEventData eventData, CancellationToken cancellationToken)
    {
        if (eventData.Context is not Db { Sql: { } sql }) return ValueTask.CompletedTask;
        UnitTrips.Count();
        return sql.BeforeEfAsync(cancellationToken);
    }
}
