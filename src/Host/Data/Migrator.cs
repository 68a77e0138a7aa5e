using System.Data.Common;
using System.Globalization;
using System.Reflection;
using DoubleRandom.Basics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace DoubleRandom.Host.Data;

/// <summary>
/// Applies the numbered SQL files of <c>Migrations/sqlite</c> or <c>Migrations/postgres</c>, each once and in one transaction
/// (docs/adr/0003: EF's own migrations need a package that does not restore).
/// </summary>
internal sealed class Migrator(Db db, TimeProvider time)
{
    private const long LockKey = 7_305_213_001;

    /// <summary>The scripts of a provider in their order: number and name, text.</summary>
    public static IReadOnlyList<(int Version, string Name, string Sql)> Scripts(bool postgres)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var prefix = $"Migrations/{(postgres ? "postgres" : "sqlite")}/";
        return
        [
            .. assembly.GetManifestResourceNames().Where(n => n.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(n =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(n)!);
                var name = Path.GetFileNameWithoutExtension(n[prefix.Length..]);
                return (int.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture), name, reader.ReadToEnd());
            }),
        ];
    }

    /// <summary>Brings the schema up to date. Returns the names applied; empty when it was.</summary>
    public async Task<IReadOnlyList<string>> ApplyAsync(CancellationToken cancellationToken)
    {
        var postgres = db.Database.IsNpgsql();
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            var connection = db.Database.GetDbConnection();
            var applied = new List<string>();
            // Two hosts may start at once; the second waits and finds everything done.
            if (postgres) await ExecuteAsync(connection, null, $"SELECT pg_advisory_lock({LockKey})", cancellationToken);
            await ExecuteAsync(connection, null,
                "CREATE TABLE IF NOT EXISTS schema_versions (version INTEGER PRIMARY KEY, name VARCHAR(100) NOT NULL, applied_at VARCHAR(40) NOT NULL)", cancellationToken);
            var current = await CurrentAsync(connection, cancellationToken);
            foreach (var (version, name, sql) in Scripts(postgres).Where(s => s.Version > current))
            {
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                await ExecuteAsync(connection, transaction, sql, cancellationToken);
                await ExecuteAsync(connection, transaction,
                    $"INSERT INTO schema_versions (version, name, applied_at) VALUES ({version}, '{name}', '{time.UtcNow:yyyy-MM-ddTHH:mm:ssZ}')", cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                applied.Add(name);
            }
            return applied;
        }
        finally
        {
            // The connection goes back to its pool as it is; where it broke, the lock went with it.
            if (postgres && db.Database.GetDbConnection().State is System.Data.ConnectionState.Open)
                await ExecuteAsync(db.Database.GetDbConnection(), null, $"SELECT pg_advisory_unlock({LockKey})", CancellationToken.None);
            await db.Database.CloseConnectionAsync();
        }
    }

    /// <summary>Whether every script of this build is applied.</summary>
    public async Task<bool> IsCurrentAsync(CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            return await CurrentAsync(db.Database.GetDbConnection(), cancellationToken) >= Scripts(db.Database.IsNpgsql())[^1].Version;
        }
        catch (DbException)
        {
            // No schema_versions table: an empty database.
            return false;
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    /// <summary>What EF would create for today's model: the text of <c>0001-initial.sql</c> until the first release.</summary>
    public static string CreateScript(bool postgres)
    {
        var settings = new DatabaseSettings(Path.GetTempPath(), postgres ? "Host=none" : null);
        var options = new DbContextOptionsBuilder<Db>();
        settings.Configure(options);
        using var model = new Db(options.Options);
        var script = model.GetService<IRelationalDatabaseCreator>().GenerateCreateScript().ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        return postgres ? script : Layout.Complete(script, model.GetService<IDesignTimeModel>().Model);
    }

    private static async Task<int> CurrentAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT COALESCE(MAX(version), 0) FROM schema_versions";
        return Convert.ToInt32(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }

    private static async Task ExecuteAsync(DbConnection connection, DbTransaction? transaction, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // Our own embedded scripts and constants; no input.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
