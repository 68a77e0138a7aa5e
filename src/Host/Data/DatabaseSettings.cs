using System.Collections.Concurrent;
using System.Data.Common;
using System.Runtime.CompilerServices;
using DoubleRandom.Basics;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace DoubleRandom.Host.Data;

/// <summary>Which database keeps the rows, and the folder that keeps everything else (evidence, keys).</summary>
/// <param name="Postgres">The connection string of PostgreSQL; null: SQLite in <paramref name="Folder"/>.</param>
public sealed record DatabaseSettings(string Folder, string? Postgres)
{
    public const string FileName = "doublerandom.db";

    public bool IsPostgres => Postgres is not null;

    public string File => Path.Combine(Folder, FileName);

    public string ConnectionString { get; } = Postgres ?? new SqliteConnectionStringBuilder { DataSource = Path.Combine(Folder, FileName), ForeignKeys = true, DefaultTimeout = 5 }.ToString();

    /// <summary>Reads <c>ConnectionStrings:Postgres</c> and <c>DOUBLERANDOM_DATA</c> (default: <c>data</c> where the program was started).</summary>
    public static DatabaseSettings From(IConfiguration configuration)
    {
        var folder = configuration["DOUBLERANDOM_DATA"];
        if (string.IsNullOrWhiteSpace(folder)) folder = "data";
        var postgres = configuration.GetConnectionString("Postgres");
        return new DatabaseSettings(Path.GetFullPath(folder), string.IsNullOrWhiteSpace(postgres) ? null : postgres);
    }

    /// <summary>
    /// Makes EF's model, the longest part of a start, while another thread puts the server together. Whoever asks for it first afterwards finds it
    /// or waits for it; a fault shows there.
    /// </summary>
    public void MakeModelAhead() => _ = Task.Run(() =>
    {
        var options = new DbContextOptionsBuilder<Db>();
        Configure(options);
        using var db = new Db(options.Options);
        _ = db.Model;
    });

    public void Configure(DbContextOptionsBuilder options)
    {
        if (Postgres is not null) options.UseNpgsql(Prepared(Postgres));
        else options.UseSqlite(ConnectionString).AddInterceptors(SqlitePragmas.It);
        options.AddInterceptors(PendingFirst.It);
        // A conflict is answered by the unit of work, not by the log; a room without rows of its own is no mistake.
        options.ConfigureWarnings(w => w.Ignore(CoreEventId.SaveChangesFailed, CoreEventId.OptimisticConcurrencyException, CoreEventId.NoEntityTypeConfigurationsWarning,
            // Whether there are more than so many: any of them will do.
            CoreEventId.RowLimitingOperationWithoutOrderByWarning));
    }

    private string Reading => field ??= Prepared(Postgres ?? throw new InvalidOperationException("The rows are kept in SQLite."));

    /// <summary>A connection of PostgreSQL's pool, the one EF has too, for a question that needs nothing of EF: what was asked before is prepared there.</summary>
    public NpgsqlConnection NewReader() => new(Reading);

    /// <summary>A step's statements are few and come again and again: the server parses and plans each once a connection. What the operator says in the string holds.</summary>
    private static string Prepared(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        // Keys and not ContainsKey: that one says of every known keyword that it is there.
        if (!settings.Keys.Cast<string>().Contains("Max Auto Prepare")) (settings.MaxAutoPrepare, settings.AutoPrepareMinUsages) = (100, 2);
        // A connection carries nothing from one unit to the next (no session setting, no lock, no temporary table), so nothing is to be put back.
        settings.NoResetOnClose = true;
        // Which statement of a batch touched nothing decides what the person is told.
        settings.IncludeFailedBatchedCommand = true;
        return settings.ToString();
    }

    /// <summary>Makes the folder and checks the machine's SQLite. A refusal names the remedy.</summary>
    public Refusal? Prepare()
    {
        if (!IsPostgres && SqliteRuntime.SelfTest() is { } refusal) return refusal;
        try
        {
            Directory.CreateDirectory(Folder);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refusal.Conflict("data.no-folder", Folder, e.Message);
        }
    }

    internal sealed class SqlitePragmas : DbConnectionInterceptor
    {
        public static readonly SqlitePragmas It = new();

        // FULL and not NORMAL: what was answered "done" is on the disk, whatever happens to the power. Of the connection, so at each opening.
        // Pages that many steps touch are written back once in 16,000 pages (64 MB) and not in every 1,000. Of a step among ten thousand cases that is 4.0 pages written
        // back instead of 8.5, and the disk is waited for once in nine hundred steps.
        private const string OfConnection = "PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000; PRAGMA wal_autocheckpoint=16000;";

        // Of the file, which remembers it: asked for once a file and process.
        private const string OfFile = "PRAGMA journal_mode=WAL; ";

        private readonly ConcurrentDictionary<string, bool> _files = new(StringComparer.Ordinal);

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Apply(connection);

        // The driver's pool gives an opened connection back as it was left: what was said to it once still holds.
        private static readonly Func<SqliteConnection, object> HandleOf = typeof(SqliteConnection).GetProperty("Handle")!.GetMethod!.CreateDelegate<Func<SqliteConnection, object>>();
        private readonly ConditionalWeakTable<object, object> _told = [];

        public void Apply(DbConnection connection)
        {
            if (IsTold(connection)) return;
            using var command = Command(connection);
            command.ExecuteNonQuery();
            Remember(connection);
        }

        private bool IsTold(DbConnection connection) => _told.TryGetValue(HandleOf((SqliteConnection)connection), out _);

        private void Remember(DbConnection connection)
        {
            _files.TryAdd(connection.DataSource, true);
            _told.TryAdd(HandleOf((SqliteConnection)connection), this);
        }

        public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            if (IsTold(connection)) return;
            await using var command = Command(connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            Remember(connection);
        }

        private DbCommand Command(DbConnection connection)
        {
            var command = connection.CreateCommand();
#pragma warning disable CA2100 // One of the two constants above.
            command.CommandText = _files.ContainsKey(connection.DataSource) ? OfConnection : OfFile + OfConnection;
#pragma warning restore CA2100
            return command;
        }
    }
}
