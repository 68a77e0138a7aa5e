using System.Diagnostics;
using System.Globalization;
using DoubleRandom.Host.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace DoubleRandom.Tests.Support;

/// <summary>
/// A private PostgreSQL of this test run: started on first use in a temporary folder, reached by a socket in it, removed at the end.
/// Every test gets a copy of one migrated database.
/// </summary>
internal sealed class PostgresCluster
{
    private const string Install = "apt-get install -y postgresql-15";
    private static readonly Lazy<Task<PostgresCluster>> Started = new(StartAsync);
    private static int _count;

    private readonly string _folder;
    private readonly string _tools;
    private readonly SemaphoreSlim _copying = new(1, 1);

    private PostgresCluster(string folder, string tools) => (_folder, _tools) = (folder, tools);

    /// <summary>The connection string of a fresh copy of the migrated database.</summary>
    public static async Task<string> CreateDatabaseAsync()
    {
        var cluster = await Started.Value;
        var name = $"t{Interlocked.Increment(ref _count)}";
        // PostgreSQL copies a database only while nobody else copies it.
        await cluster._copying.WaitAsync();
        try
        {
            await cluster.ExecuteAsync($"CREATE DATABASE {name} TEMPLATE migrated");
        }
        finally
        {
            cluster._copying.Release();
        }
        return cluster.ConnectionString(name);
    }

    /// <summary>The connection string of an empty database.</summary>
    public static async Task<string> CreateEmptyAsync()
    {
        var cluster = await Started.Value;
        var name = $"t{Interlocked.Increment(ref _count)}";
        await cluster.ExecuteAsync($"CREATE DATABASE {name}");
        return cluster.ConnectionString(name);
    }

    public static async Task DropAsync(string connectionString)
    {
        var name = new NpgsqlConnectionStringBuilder(connectionString).Database;
        await using (var connection = new NpgsqlConnection(connectionString)) NpgsqlConnection.ClearPool(connection);
        await (await Started.Value).ExecuteAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    }

    private string ConnectionString(string database, bool pooling = true)
        => $"Host={_folder};Username=postgres;Database={database};Maximum Pool Size=20;Pooling={pooling};Include Error Detail=true";

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres", pooling: false));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<PostgresCluster> StartAsync()
    {
        var tools = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Where(d => int.Parse(Path.GetFileName(d), CultureInfo.InvariantCulture) >= 15).OrderDescending().Select(d => Path.Combine(d, "bin")).FirstOrDefault()
            : null;
        if (tools is null) throw new InvalidOperationException($"PostgreSQL 15 or later is not installed. Install it: {Install}");

        var folder = Directory.CreateTempSubdirectory("dr-pg-").FullName;
        var cluster = new PostgresCluster(folder, tools);
        if (Environment.UserName == "root") cluster.Run("chown", "postgres", folder);
        cluster.RemoveWhenTheRunEnds();
        cluster.RunTool("initdb", "-D", $"{folder}/data", "-U", "postgres", "-A", "trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync");
        cluster.RunTool("pg_ctl", "-D", $"{folder}/data", "-l", $"{folder}/log", "-w", "-o",
            $"-k {folder} -c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300", "start");

        await cluster.ExecuteAsync("CREATE DATABASE migrated");
        var options = new DbContextOptionsBuilder<Db>();
        new DatabaseSettings(folder, cluster.ConnectionString("migrated", pooling: false)).Configure(options);
        await using var db = new Db(options.Options);
        await new Migrator(db, TimeProvider.System).ApplyAsync(CancellationToken.None);
        return cluster;
    }

    // A process of its own: it cleans up after a killed test run too, and a test host is given no time at its end.
    private void RemoveWhenTheRunEnds()
    {
        var stop = $"{(Environment.UserName == "root" ? "runuser -u postgres -- " : "")}'{_tools}/pg_ctl' -D '{_folder}/data' -m immediate stop";
        var watch = $"while kill -0 {Environment.ProcessId}; do sleep 1; done; {stop}; rm -rf '{_folder}'";
        using var watcher = Process.Start(new ProcessStartInfo("setsid", ["bash", "-c", $"({watch}) >/dev/null 2>&1 </dev/null &"]) { WorkingDirectory = "/tmp" });
    }

    // PostgreSQL refuses to run as root.
    private void RunTool(string tool, params string[] arguments)
    {
        var path = Path.Combine(_tools, tool);
        if (Environment.UserName == "root") Run("runuser", ["-u", "postgres", "--", path, .. arguments]);
        else Run(path, arguments);
    }

    private void Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = "/tmp", RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {error.Result}{output.Result}");
    }
}
