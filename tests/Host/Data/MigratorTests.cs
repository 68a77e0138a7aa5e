using System.Data.Common;
using DoubleRandom.Host.Data;
using DoubleRandom.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace DoubleRandom.Tests.Host.Data;

public sealed class MigratorTests
{
    [Theory, BothDatabases]
    public async Task MigratedSchema_AgainstTheModel_IsTheSame(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var migrated = await host.ReadAsync(db => DescribeAsync(db.Database.GetDbConnection()));

        await using var fresh = await FreshAsync(database);
        await fresh.OpenAsync();
        await using (var create = fresh.CreateCommand())
        {
            create.CommandText = Migrator.CreateScript(database == Databases.Postgres);
            await create.ExecuteNonQueryAsync();
        }
        var modelled = await DescribeAsync(fresh);

        // When this fails, entities have changed: ./doublerandom migrate --regenerate (before the first release), or a new numbered file.
        Assert.Equal(string.Join('\n', modelled), string.Join('\n', migrated));
        Assert.NotEmpty(migrated);
    }

    [Theory, BothDatabases]
    public async Task Apply_ASecondTime_DoesNothing(string database)
    {
        await using var host = await TestHost.StartAsync(database);

        var applied = await host.ReadAsync(db => new Migrator((Db)db, TimeProvider.System).ApplyAsync(CancellationToken.None));

        Assert.Empty(applied);
    }

    private static async Task<DbConnection> FreshAsync(string database)
        => database == Databases.Postgres ? new NpgsqlConnection(await PostgresCluster.CreateEmptyAsync()) : new SqliteConnection("Data Source=:memory:");

    private static async Task<List<string>> DescribeAsync(DbConnection connection)
    {
        if (connection.State != System.Data.ConnectionState.Open) await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = connection is NpgsqlConnection ? PostgresCatalogue : SqliteCatalogue;
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync()) lines.Add(reader.GetString(0));
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    private const string SqliteCatalogue = """
        SELECT m.name || '.' || p.name || ' ' || p.type || ' ' || p."notnull" || ' ' || p.pk FROM sqlite_master m, pragma_table_info(m.name) p
          WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> 'schema_versions'
        UNION ALL
        SELECT m.name || ' ' || l.name || ' ' || l."unique" || ' ' || (SELECT group_concat(i.name) FROM pragma_index_info(l.name) i) FROM sqlite_master m, pragma_index_list(m.name) l
          WHERE m.type = 'table' AND m.name <> 'schema_versions'
        UNION ALL
        SELECT m.name || ' -> ' || f."table" || ' ' || f."from" || ' ' || f.on_delete FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'
        """;

    private const string PostgresCatalogue = """
        SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || COALESCE(character_maximum_length, 0) || ' ' || is_nullable
          FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'schema_versions'
        UNION ALL
        SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'schema_versions'
        UNION ALL
        SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
          WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'schema_versions'
        """;
}
