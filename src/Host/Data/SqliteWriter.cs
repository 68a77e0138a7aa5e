using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace DoubleRandom.Host.Data;

/// <summary>
/// SQLite has one writer: this one. Its connection stays open, so what it prepared stays prepared. Waiting for it at the gate is fair and short;
/// waiting in SQLite's busy handler is neither.
/// </summary>
internal sealed class SqliteWriter(DatabaseSettings settings, SqliteReaders readers) : IDisposable
{
    // By name: the driver was compiled against a later core than the one that is there (ADR 0002), so its own type of the handle cannot be named here.
    private static readonly Func<SqliteConnection, sqlite3> Handle = typeof(SqliteConnection).GetProperty("Handle")!.GetMethod!.CreateDelegate<Func<SqliteConnection, sqlite3>>();

    private readonly Dictionary<string, SqliteCommand> _reads = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SqliteWrite> _writes = new(StringComparer.Ordinal);
    private SqliteConnection? _connection;

    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>Only for who has passed the gate.</summary>
    public SqliteConnection Open()
    {
        if (_connection is { } known) return known;
        var connection = new SqliteConnection(settings.ConnectionString);
        connection.Open();
        DatabaseSettings.SqlitePragmas.It.Apply(connection);
        using var cache = connection.CreateCommand();
        // Nobody else writes, so what was read stays true: 16 MB of pages at most. When a tree was split out of order, SQLite looks through the whole cache at the
        // commit (a fifth of a completed work item with 64 MB), and an import has to do with 300 MB in all.
        cache.CommandText = "PRAGMA cache_size=-16384";
        cache.ExecuteNonQuery();
        return _connection = connection;
    }

    /// <summary>Lets go of the file: it is going to be replaced, or the connection is in trouble.</summary>
    public void Close()
    {
        foreach (var command in _reads.Values) command.Dispose();
        foreach (var write in _writes.Values) write.Dispose();
        _reads.Clear();
        _writes.Clear();
        _connection?.Dispose();
        _connection = null;
        readers.Close();
    }

    /// <summary>In the transaction that is open on the connection.</summary>
    public void Execute(Statement statement)
    {
        if (!_writes.TryGetValue(statement.Sql.Text, out var write)) _writes[statement.Sql.Text] = write = new SqliteWrite(Handle(_connection!), statement.Sql);
        if (write.Run(statement.Values) != 1 && statement.OnMiss is { } miss) throw miss();
    }

    public void Read(UnitRead read, SqliteTransaction transaction)
    {
        if (!_reads.TryGetValue(read.Sql.Text, out var command))
        {
            _reads[read.Sql.Text] = command = _connection!.CreateCommand();
#pragma warning disable CA2100 // Texts are made of the mapping's names; values are parameters.
            command.CommandText = read.Sql.Text;
#pragma warning restore CA2100
            for (var i = 0; i < read.Values.Length; i++) command.Parameters.Add(new SqliteParameter { ParameterName = $"${i + 1}" });
        }
        command.Transaction = transaction;
        for (var i = 0; i < read.Values.Length; i++) command.Parameters[i].Value = read.Values[i] ?? DBNull.Value;
        using var reader = command.ExecuteReader();
        read.Take(reader);
    }

    public void Dispose()
    {
        // Whoever is still writing when the program ends comes to his end first.
        _ = Gate.Wait(TimeSpan.FromSeconds(5));
        Close();
        Gate.Dispose();
    }
}

/// <summary>
/// A writing statement, prepared once. The driver's commands look up every parameter by its name each time, which for rows of thirty columns costs more than
/// writing them; here the values are bound by their place, in the driver's own forms (ADR 0012).
/// </summary>
internal sealed class SqliteWrite : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly bool _isCheck;

    public SqliteWrite(sqlite3 database, SqlText sql)
    {
        (_database, _isCheck) = (database, sql.IsCheck);
        Demand(raw.sqlite3_prepare_v2(database, sql.Text, out _statement));
    }

    /// <returns>How many rows were written; of a check how many it found, at most one.</returns>
    public int Run(object?[] values)
    {
        try
        {
            for (var i = 0; i < values.Length; i++) Demand(Bind(i + 1, values[i]));
            var answer = raw.sqlite3_step(_statement);
            if (answer is not (raw.SQLITE_DONE or raw.SQLITE_ROW)) Demand(answer);
            if (_isCheck) return answer is raw.SQLITE_ROW ? 1 : 0;
            return raw.sqlite3_changes(_database);
        }
        finally
        {
            // What went wrong was said by the step already.
            raw.sqlite3_reset(_statement);
        }
    }

    public void Dispose() => _statement.Dispose();

    private int Bind(int place, object? value) => value switch
    {
        null or DBNull => raw.sqlite3_bind_null(_statement, place),
        "" => raw.sqlite3_bind_text(_statement, place, ""),
        string text => Text(place, text),
        Guid id => Guid(place, id),
        DateTime at => Text(place, at, "yyyy-MM-dd HH:mm:ss.FFFFFFF"),
        DateOnly on => Text(place, on, "yyyy-MM-dd"),
        TimeOnly at => Text(place, at, at.Ticks % TimeSpan.TicksPerSecond == 0 ? "HH:mm:ss" : "HH:mm:ss.FFFFFFF"),
        bool yes => raw.sqlite3_bind_int(_statement, place, yes ? 1 : 0),
        int number => raw.sqlite3_bind_int(_statement, place, number),
        long number => raw.sqlite3_bind_int64(_statement, place, number),
        double number => raw.sqlite3_bind_double(_statement, place, number),
        // Nothing has no address, and SQLite takes no address for NULL.
        byte[] { Length: 0 } => raw.sqlite3_bind_zeroblob(_statement, place, 0),
        byte[] bytes => raw.sqlite3_bind_blob(_statement, place, bytes),
        _ => throw new NotSupportedException($"A value of {value.GetType()} is not written by hand-made SQL."),
    };

    private int Text(int place, string text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (most <= 512)
        {
            Span<byte> near = stackalloc byte[512];
            return raw.sqlite3_bind_text(_statement, place, near[..Encoding.UTF8.GetBytes(text, near)]);
        }
        var far = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            return raw.sqlite3_bind_text(_statement, place, far.AsSpan(0, Encoding.UTF8.GetBytes(text, far)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(far);
        }
    }

    private int Text(int place, IUtf8SpanFormattable value, string format)
    {
        Span<byte> text = stackalloc byte[40];
        value.TryFormat(text, out var length, format, CultureInfo.InvariantCulture);
        return raw.sqlite3_bind_text(_statement, place, text[..length]);
    }

    private int Guid(int place, Guid id)
    {
        Span<byte> text = stackalloc byte[36];
        id.TryFormat(text, out _);
        // The driver writes ids in capitals, and the database compares them as text.
        Ascii.ToUpperInPlace(text, out _);
        return raw.sqlite3_bind_text(_statement, place, text);
    }

    private void Demand(int answer)
    {
        if (answer is raw.SQLITE_OK) return;
        throw new SqliteException($"SQLite Error {answer}: '{raw.sqlite3_errmsg(_database).utf8_to_string()}'.", answer & 0xFF, raw.sqlite3_extended_errcode(_database));
    }
}
