using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using DoubleRandom.Basics;
using DoubleRandom.Host.Clock;
using DoubleRandom.Host.Data;
using DoubleRandom.Inspections.Evidence;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace DoubleRandom.Host.Archive;

/// <summary>What the archive says about itself.</summary>
/// <param name="Database"><c>sqlite</c> or <c>postgres</c>.</param>
/// <param name="Schema">Number of the last schema script.</param>
public sealed record ArchiveManifest(string Product, int Format, string Database, int Schema, DateTime MadeAt);

public sealed record ArchiveReport(string File, string Database, long Bytes, int Evidence);

/// <summary>
/// The whole office in one file (ZIP): the database as of one instant, the evidence it names, the keys that open what is sealed. Made while
/// people work; put back only where nobody has worked yet.
/// </summary>
internal sealed class OfficeArchive(DatabaseSettings settings, EvidenceOptions evidence, IServiceScopeFactory scopes, SqliteWriter writer, MachineTime machine)
{
    private const string Product = "DoubleRandom";
    private const int Format = 1;
    private const string Manifest = "manifest.json";
    private const string SqliteEntry = "doublerandom.db";
    private const string PostgresEntry = "postgres.dump";
    private const string KeysFolder = "keys";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public async Task<Result<ArchiveReport>> BackupAsync(string file, CancellationToken cancellationToken)
    {
        if (File.Exists(file)) return Refusal.Conflict("archive.exists", file);
        using var work = new WorkFolder();
        var snapshot = Path.Combine(work.Path, "database");
        if (settings.IsPostgres)
        {
            // The tools must fit the server; the newest installed does.
            if (Tool("pg_dump") is not { } dump) return Refusal.Conflict("archive.no-tool", "pg_dump");
            if (await RunAsync(dump, ["--format=custom", "--no-owner", "--no-privileges", $"--file={snapshot}"], cancellationToken) is { } failed) return failed;
        }
        else
        {
            await SnapshotAsync(snapshot, cancellationToken);
        }

        // Written beside its place and moved: a half-written file is never taken for a backup.
        var half = file + ".part";
        var count = 0;
        try
        {
            await using (var stream = new FileStream(half, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                await using var zip = await ZipArchive.CreateAsync(stream, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken);
                await using (var entry = await zip.CreateEntry(Manifest).OpenAsync(cancellationToken))
                    await JsonSerializer.SerializeAsync(entry, new ArchiveManifest(Product, Format, settings.IsPostgres ? "postgres" : "sqlite", Newest, machine.UtcNow), Json, cancellationToken);
                await zip.CreateEntryFromFileAsync(snapshot, settings.IsPostgres ? PostgresEntry : SqliteEntry, CompressionLevel.Fastest, cancellationToken);
                // After the database: bytes are written before the row that names them, so whatever it names is there.
                foreach (var path in EvidenceFiles())
                {
                    await zip.CreateEntryFromFileAsync(path, $"evidence/{Path.GetFileName(path)}", CompressionLevel.NoCompression, cancellationToken);
                    count++;
                }
                foreach (var path in Files(Path.Combine(settings.Folder, KeysFolder)))
                    await zip.CreateEntryFromFileAsync(path, $"{KeysFolder}/{Path.GetFileName(path)}", CompressionLevel.Fastest, cancellationToken);
            }
            await using (var written = new FileStream(half, FileMode.Open, FileAccess.ReadWrite)) written.Flush(flushToDisk: true);
            File.Move(half, file);
        }
        finally
        {
            File.Delete(half);
        }
        return new ArchiveReport(Path.GetFullPath(file), settings.IsPostgres ? "postgres" : "sqlite", new FileInfo(file).Length, count);
    }

    public async Task<Result<ArchiveReport>> RestoreAsync(string file, CancellationToken cancellationToken)
    {
        if (!File.Exists(file)) return Refusal.NotFound("archive.no-file", file);
        if (settings.Prepare() is { } notReady) return notReady;
        await using (var scope = scopes.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<Db>();
            if (settings.IsPostgres && await DatabaseStart.CheckPostgresAsync(db, cancellationToken) is { } wrong) return wrong;
            if (await DemoData.IsMarkedAsync(db, settings, cancellationToken) || await DemoData.HasDataAsync(db, settings, cancellationToken))
                return Refusal.Conflict("archive.not-empty", settings.IsPostgres ? db.Database.GetDbConnection().Database : settings.Folder);
        }
        using var work = new WorkFolder();
        var snapshot = Path.Combine(work.Path, "database");
        var count = 0;
        try
        {
            await using var zip = await ZipFile.OpenReadAsync(file, cancellationToken);
            if (await ReadManifestAsync(zip, cancellationToken) is var manifest && manifest.Refusal is { } unreadable) return unreadable;
            var kind = settings.IsPostgres ? "postgres" : "sqlite";
            if (manifest.Value.Database != kind) return Refusal.Conflict("archive.other-database", manifest.Value.Database, kind);
            if (manifest.Value.Schema > Newest) return Refusal.Conflict("archive.newer", manifest.Value.Schema, Newest);
            if (zip.GetEntry(settings.IsPostgres ? PostgresEntry : SqliteEntry) is not { } database) return Refusal.Invalid("archive.unreadable", "file", file);
            await database.ExtractToFileAsync(snapshot, cancellationToken);

            // The database last: until it is there the folder is still an empty one, and the restore can be repeated.
            foreach (var entry in zip.Entries)
            {
                var name = Path.GetFileName(entry.FullName);
                // Only names that the backup writes; nothing in an archive chooses where it is put.
                if (entry.FullName == $"evidence/{name}" && EvidenceStore.IsHash(name))
                {
                    var target = Path.Combine(evidence.Folder, name[..2], name);
                    Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                    await entry.ExtractToFileAsync(target, overwrite: true, cancellationToken);
                    count++;
                }
                else if (entry.FullName == $"{KeysFolder}/{name}" && name.EndsWith(".xml", StringComparison.Ordinal))
                {
                    Directory.CreateDirectory(Path.Combine(settings.Folder, KeysFolder));
                    await entry.ExtractToFileAsync(Path.Combine(settings.Folder, KeysFolder, name), overwrite: true, cancellationToken);
                }
            }
        }
        catch (InvalidDataException)
        {
            return Refusal.Invalid("archive.unreadable", "file", file);
        }
        if (await (settings.IsPostgres ? PutPostgresAsync(snapshot, cancellationToken) : PutSqliteAsync(snapshot, file, cancellationToken)) is { } failed) return failed;
        await using (var scope = scopes.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<Migrator>().ApplyAsync(cancellationToken);
            // A demonstration stays one.
            if (await scope.ServiceProvider.GetRequiredService<Db>().Set<DemoClock>().AnyAsync(cancellationToken))
                await File.WriteAllTextAsync(Path.Combine(settings.Folder, DemoData.MarkFile), "演示数据\n", cancellationToken);
        }
        return new ArchiveReport(Path.GetFullPath(file), settings.IsPostgres ? "postgres" : "sqlite", new FileInfo(file).Length, count);
    }

    private static int Newest => Migrator.Scripts(postgres: false)[^1].Version;

    private IEnumerable<string> EvidenceFiles() => Files(evidence.Folder).Where(p => EvidenceStore.IsHash(Path.GetFileName(p))).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Files(string folder) => Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories) : [];

    /// <summary>SQLite's own online backup: a whole database of one instant, while others read and write.</summary>
    private async Task SnapshotAsync(string target, CancellationToken cancellationToken)
    {
        await using var from = new SqliteConnection(settings.ConnectionString);
        await from.OpenAsync(cancellationToken);
        await using var to = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = target, Pooling = false }.ToString());
        await to.OpenAsync(cancellationToken);
        from.BackupDatabase(to);
    }

    private async Task<Refusal?> PutSqliteAsync(string snapshot, string file, CancellationToken cancellationToken)
    {
        try
        {
            await using var check = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = snapshot, Pooling = false }.ToString());
            await check.OpenAsync(cancellationToken);
            await using var command = check.CreateCommand();
            command.CommandText = "PRAGMA integrity_check";
            if (await command.ExecuteScalarAsync(cancellationToken) is not "ok") return Refusal.Invalid("archive.unreadable", "file", file);
        }
        catch (SqliteException)
        {
            return Refusal.Invalid("archive.unreadable", "file", file);
        }
        writer.Close();
        SqliteConnection.ClearAllPools();
        foreach (var suffix in (string[])["-wal", "-shm"]) File.Delete(settings.File + suffix);
        // Copied beside its place first: the temporary folder may be on another disk.
        var beside = settings.File + ".restoring";
        File.Copy(snapshot, beside, overwrite: true);
        File.Move(beside, settings.File, overwrite: true);
        return null;
    }

    private async Task<Refusal?> PutPostgresAsync(string snapshot, CancellationToken cancellationToken)
    {
        if (Tool("pg_restore") is not { } restore) return Refusal.Conflict("archive.no-tool", "pg_restore");
        await using (var scope = scopes.CreateAsyncScope())
            await scope.ServiceProvider.GetRequiredService<Db>().Database.ExecuteSqlRawAsync("DROP SCHEMA public CASCADE; CREATE SCHEMA public;", cancellationToken);
        return await RunAsync(restore, ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", "--schema=public", $"--dbname={new NpgsqlConnectionStringBuilder(settings.Postgres).Database}", snapshot], cancellationToken);
    }

    private static async Task<Result<ArchiveManifest>> ReadManifestAsync(ZipArchive zip, CancellationToken cancellationToken)
    {
        if (zip.GetEntry(Manifest) is not { Length: < 64 * 1024 } entry) return Refusal.Invalid("archive.unreadable", "file", Manifest);
        try
        {
            await using var stream = await entry.OpenAsync(cancellationToken);
            var manifest = await JsonSerializer.DeserializeAsync<ArchiveManifest>(stream, Json, cancellationToken);
            return manifest is { Product: Product, Format: <= Format } ? manifest : Refusal.Invalid("archive.unreadable", "file", Manifest);
        }
        catch (JsonException)
        {
            return Refusal.Invalid("archive.unreadable", "file", Manifest);
        }
    }

    private static string? Tool(string name)
    {
        var installed = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(d => d.Length).ThenByDescending(d => d, StringComparer.Ordinal).Select(d => Path.Combine(d, "bin")) : [];
        var folders = installed.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries));
        return folders.SelectMany(f => (string[])[Path.Combine(f, name), Path.Combine(f, name + ".exe")]).FirstOrDefault(File.Exists);
    }

    /// <summary>Runs a tool of PostgreSQL on our database; the password goes by the environment and never by the command line.</summary>
    private async Task<Refusal?> RunAsync(string tool, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnectionStringBuilder(settings.Postgres);
        var start = new ProcessStartInfo(tool) { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.ArgumentList.Add("--no-password");
        void Set(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value)) start.Environment[name] = value;
        }
        Set("PGHOST", connection.Host);
        Set("PGPORT", connection.Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Set("PGUSER", connection.Username);
        Set("PGPASSWORD", connection.Password);
        Set("PGDATABASE", connection.Database);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = await process.StandardError.ReadToEndAsync(cancellationToken);
        await output;
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? null : Refusal.Conflict("archive.tool-failed", Path.GetFileName(tool), error.Trim());
    }

    private sealed class WorkFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("doublerandom-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
