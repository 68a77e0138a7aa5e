using System.Data.Common;
using DoubleRandom.Host.Data;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace DoubleRandom.Bench;

/// <summary>
/// What the database itself allows: seven prepared statements in one durable transaction, shaped like a step (state of 2 KB written, one bookmark out and one in,
/// a task, two audit rows, a message), on the same database, driver and settings as ours. PostgreSQL gets them in one round trip.
/// </summary>
internal sealed class RawLimit : IAsyncDisposable
{
    private static readonly string State = new('x', 2048);

    private static readonly string[] Statements =
    [
        "INSERT INTO limit_state (id, state, revision) VALUES ($1, $2, 1) ON CONFLICT (id) DO UPDATE SET state = excluded.state, revision = limit_state.revision + 1",
        "DELETE FROM limit_bookmarks WHERE id = $1",
        "INSERT INTO limit_bookmarks (id, text) VALUES ($1, $2)",
        "INSERT INTO limit_tasks (id, text) VALUES ($1, $2)",
        "INSERT INTO limit_audit (id, text) VALUES ($1, $2)",
        "INSERT INTO limit_audit (id, text) VALUES ($1, $2)",
        "INSERT INTO limit_outbox (id, text) VALUES ($1, $2)",
    ];

    private readonly DbConnection[] _connections;
    private readonly Func<Task>[] _once;
    private static long _next;

    private RawLimit(DbConnection[] connections, Func<Task>[] once) => (_connections, _once) = (connections, once);

    public Task OnceAsync(int caller) => _once[caller]();

    public static async Task<RawLimit> OpenAsync(DatabaseSettings settings, int callers)
    {
        var connections = new DbConnection[callers];
        var once = new Func<Task>[callers];
        for (var i = 0; i < callers; i++)
        {
            var connection = connections[i] = settings.IsPostgres ? new NpgsqlConnection(settings.ConnectionString) : new SqliteConnection(settings.ConnectionString);
            await connection.OpenAsync();
            if (i == 0) await ExecuteAsync(connection, Schema(settings.IsPostgres));
            once[i] = connection is NpgsqlConnection postgres ? () => WriteAsync(postgres) : PrepareSqlite((SqliteConnection)connection);
        }
        return new RawLimit(connections, once);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections) await connection.DisposeAsync();
    }

    private static object[] Values(int statement, long id)
    {
        var key = id.ToString("D20", System.Globalization.CultureInfo.InvariantCulture);
        return statement switch { 0 => [key, State], 1 => [key + "-"], 4 => [key + "a", Short], 5 => [key + "b", Short], _ => [key, Short] };
    }

    private static readonly string Short = new('y', 200);

    private static async Task WriteAsync(NpgsqlConnection connection)
    {
        var id = Interlocked.Increment(ref _next);
        await using var batch = new NpgsqlBatch(connection);
        for (var i = 0; i < Statements.Length; i++)
        {
            var command = new NpgsqlBatchCommand(Statements[i]);
            foreach (var value in Values(i, id)) command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = (string)value });
            batch.BatchCommands.Add(command);
        }
        // The first time the statements are prepared on this connection; they stay so.
        await batch.PrepareAsync();
        await batch.ExecuteNonQueryAsync();
    }

    private static Func<Task> PrepareSqlite(SqliteConnection connection)
    {
        DatabaseSettings.SqlitePragmas.It.Apply(connection);
        var (begin, commit) = (Command(connection, "BEGIN IMMEDIATE"), Command(connection, "COMMIT"));
        var commands = Statements.Select((sql, i) =>
        {
            var command = Command(connection, sql);
            for (var p = 0; p < Values(i, 0).Length; p++) command.Parameters.Add($"${p + 1}", SqliteType.Text);
            command.Prepare();
            return command;
        }).ToArray();
        return () =>
        {
            var id = Interlocked.Increment(ref _next);
            begin.ExecuteNonQuery();
            for (var i = 0; i < commands.Length; i++)
            {
                var values = Values(i, id);
                for (var p = 0; p < values.Length; p++) commands[i].Parameters[p].Value = values[p];
                commands[i].ExecuteNonQuery();
            }
            commit.ExecuteNonQuery();
            return Task.CompletedTask;
        };
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    private static string Schema(bool postgres) => string.Join(' ', new[] { "limit_bookmarks", "limit_tasks", "limit_audit", "limit_outbox" }.Select(t => $"CREATE TABLE IF NOT EXISTS {t} (id text PRIMARY KEY, text text NOT NULL);"))
        + $" CREATE TABLE IF NOT EXISTS limit_state (id text PRIMARY KEY, state text NOT NULL, revision {(postgres ? "integer" : "INTEGER")} NOT NULL);";

    private static async Task ExecuteAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
