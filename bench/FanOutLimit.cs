using System.Data.Common;
using System.Diagnostics;
using DoubleRandom.Host.Data;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace DoubleRandom.Bench;

/// <summary>
/// What the database takes of the rows a fan-out leaves: the very rows, read back, inserted by prepared statements into tables of the same columns, keys and
/// indexes, a hundred cases in a transaction. On PostgreSQL a transaction's rows travel in one batch.
/// </summary>
internal static class FanOutLimit
{
    private const int CasesAtOnce = 100;

    /// <summary>Tables with the column that leads back to the child's instance.</summary>
    private static readonly (string Table, string Of)[] Tables =
    [
        ("inspection_cases", "i.correlation_id = t.inspection_no"), ("dispatches", "i.id = t.child_instance_id"), ("workflow_instances", "i.id = t.id"),
        ("bookmarks", "i.id = t.instance_id"), ("bursts", "i.id = t.instance_id"), ("work_items", "i.correlation_id = t.case_no"), ("audit_entries", "'case/' || i.correlation_id = t.chain"),
    ];

    /// <summary>Seconds for that many cases.</summary>
    /// <param name="prefix">The cases' numbers begin with it.</param>
    public static async Task<double> SecondsAsync(DatabaseSettings settings, string prefix, int cases)
    {
        await using DbConnection connection = settings.IsPostgres ? new NpgsqlConnection(settings.ConnectionString) : new SqliteConnection(settings.ConnectionString);
        await connection.OpenAsync();
        List<(string Sql, List<object[]> Rows)> tables = [];
        foreach (var (table, of) in Tables) tables.Add(await ReadAsync(connection, table, of, prefix, cases));
        await using var target = settings.IsPostgres ? connection : Beside(settings);
        foreach (var (table, _) in Tables) await CopySchemaAsync(connection, target, table, settings.IsPostgres);
        List<double> times = [];
        for (var take = 0; take < 3; take++)
        {
            foreach (var (table, _) in Tables) await RunAsync(target, settings.IsPostgres ? $"TRUNCATE limit_{table}" : $"DELETE FROM {table}");
            var clock = Stopwatch.StartNew();
            for (var from = 0; from < cases; from += CasesAtOnce)
            {
                var part = tables.Select(t => (t.Sql, Rows: Share(t.Rows, from, cases)));
                if (target is NpgsqlConnection postgres) await InsertAsync(postgres, part);
                else Insert((SqliteConnection)target, part);
            }
            times.Add(clock.Elapsed.TotalSeconds);
        }
        return times.Order().ElementAt(1);
    }

    /// <summary>The rows of a hundred cases: each table has the same number for every case.</summary>
    private static List<object[]> Share(List<object[]> rows, int from, int cases) => rows.GetRange(rows.Count / cases * from, rows.Count / cases * Math.Min(CasesAtOnce, cases - from));

    private static async Task<(string Sql, List<object[]> Rows)> ReadAsync(DbConnection connection, string table, string of, string prefix, int cases)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT t.* FROM (SELECT id, correlation_id FROM workflow_instances WHERE correlation_id >= '{prefix}-' AND correlation_id < '{prefix}.' ORDER BY id LIMIT {cases}) i JOIN {table} t ON {of}";
        await using var reader = await command.ExecuteReaderAsync();
        var names = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToList();
        List<object[]> rows = [];
        while (await reader.ReadAsync())
        {
            var row = new object[names.Count];
            reader.GetValues(row);
            rows.Add(row);
        }
        if (rows.Count % cases != 0 || rows.Count == 0) throw new InvalidOperationException($"{rows.Count} rows of {table} for {cases} cases.");
        var place = connection is NpgsqlConnection ? "limit_" : "";
        return ($"INSERT INTO {place}{table} ({string.Join(", ", names.Select(n => $"\"{n}\""))}) VALUES ({string.Join(", ", Enumerable.Range(1, names.Count).Select(n => $"${n}"))})", rows);
    }

    private static SqliteConnection Beside(DatabaseSettings settings)
    {
        // A file of its own: the product's writer is not to wait for this connection.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(settings.Folder, "limit.db"), Pooling = false }.ToString());
        connection.Open();
        DatabaseSettings.SqlitePragmas.It.Apply(connection);
        return connection;
    }

    private static async Task CopySchemaAsync(DbConnection from, DbConnection to, string table, bool isPostgres)
    {
        if (isPostgres)
        {
            await RunAsync(to, $"CREATE TABLE IF NOT EXISTS limit_{table} (LIKE {table} INCLUDING ALL)");
            return;
        }
        List<string> schema = [];
        await using var command = from.CreateCommand();
        command.CommandText = $"SELECT sql FROM sqlite_master WHERE tbl_name = '{table}' AND type IN ('table', 'index') AND sql IS NOT NULL ORDER BY type DESC";
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync()) schema.Add(reader.GetString(0));
        }
        foreach (var sql in schema) await RunAsync(to, sql);
    }

    private static async Task InsertAsync(NpgsqlConnection connection, IEnumerable<(string Sql, List<object[]> Rows)> tables)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        await using var batch = new NpgsqlBatch(connection, transaction);
        foreach (var (sql, rows) in tables)
        {
            foreach (var row in rows)
            {
                var command = new NpgsqlBatchCommand(sql);
                foreach (var value in row) command.Parameters.Add(new NpgsqlParameter { Value = value });
                batch.BatchCommands.Add(command);
            }
        }
        await batch.PrepareAsync();
        await batch.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
    }

    private static void Insert(SqliteConnection connection, IEnumerable<(string Sql, List<object[]> Rows)> tables)
    {
        using var transaction = connection.BeginTransaction();
        foreach (var (sql, rows) in tables)
        {
            using var command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = sql;
            foreach (var (n, _) in rows[0].Index()) command.Parameters.Add(new SqliteParameter { ParameterName = $"${n + 1}" });
            foreach (var row in rows)
            {
                for (var n = 0; n < row.Length; n++) command.Parameters[n].Value = row[n];
                command.ExecuteNonQuery();
            }
        }
        transaction.Commit();
    }

    private static async Task RunAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
