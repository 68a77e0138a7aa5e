using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace DoubleRandom.Bench;

/// <summary>A PostgreSQL of this run alone, with everything that makes a commit durable switched on; reached by a socket in its folder and removed at the end.</summary>
internal sealed class PrivatePostgres : IAsyncDisposable
{
    private readonly string _folder;
    private readonly string _tools;

    private PrivatePostgres(string folder, string tools) => (_folder, _tools) = (folder, tools);

    public static async Task<PrivatePostgres> StartAsync()
    {
        var tools = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Where(d => int.Parse(Path.GetFileName(d), CultureInfo.InvariantCulture) >= 15).OrderDescending().Select(d => Path.Combine(d, "bin")).FirstOrDefault()
            : null;
        if (tools is null) throw new IOException("没有安装 PostgreSQL 15 或更新版本：apt-get install postgresql-15");
        var server = new PrivatePostgres(Directory.CreateTempSubdirectory("dr-bench-").FullName, tools);
        if (Environment.UserName == "root") Run("chown", "postgres", server._folder);
        server.RemoveWhenThisEnds();
        server.RunTool("initdb", "-D", $"{server._folder}/data", "-U", "postgres", "-A", "trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync");
        server.RunTool("pg_ctl", "-D", $"{server._folder}/data", "-l", $"{server._folder}/log", "-w", "-o", $"-k {server._folder} -c listen_addresses='' -c shared_buffers=512MB -c max_connections=60", "start");
        await using var connection = new NpgsqlConnection(server.ConnectionString("postgres"));
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand("CREATE DATABASE work", connection);
        await create.ExecuteNonQueryAsync();
        return server;
    }

    public string ConnectionString(string database = "work") => $"Host={_folder};Username=postgres;Database={database};Maximum Pool Size=24";

    public ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        RunTool("pg_ctl", "-D", $"{_folder}/data", "-m", "fast", "-w", "stop");
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    // A process of its own: it cleans up after a killed run too.
    private void RemoveWhenThisEnds()
    {
        var stop = $"{(Environment.UserName == "root" ? "runuser -u postgres -- " : "")}'{_tools}/pg_ctl' -D '{_folder}/data' -m immediate stop";
        var watch = $"while kill -0 {Environment.ProcessId}; do sleep 1; done; [ -d '{_folder}/data' ] && {stop}; rm -rf '{_folder}'";
        using var watcher = Process.Start(new ProcessStartInfo("setsid", ["bash", "-c", $"({watch}) >/dev/null 2>&1 </dev/null &"]) { WorkingDirectory = "/tmp" });
    }

    // PostgreSQL refuses to run as root.
    private void RunTool(string tool, params string[] arguments)
    {
        var path = Path.Combine(_tools, tool);
        if (Environment.UserName == "root") Run("runuser", ["-u", "postgres", "--", path, .. arguments]);
        else Run(path, arguments);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = "/tmp", RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (error, output) = (process.StandardError.ReadToEndAsync(), process.StandardOutput.ReadToEndAsync());
        process.WaitForExit();
        if (process.ExitCode != 0) throw new IOException($"{program} {string.Join(' ', arguments)}: {error.Result}{output.Result}");
    }
}
