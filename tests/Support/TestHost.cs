using DoubleRandom.Basics;
using DoubleRandom.Host;
using DoubleRandom.Host.Data;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DoubleRandom.Tests.Support;

/// <summary>
/// The product's services on a real database of their own: <c>await using var host = await TestHost.StartAsync(database);</c>.
/// Time stands at 2026-09-18 09:00 in Shanghai (a Friday, working day) until the test moves it.
/// </summary>
public sealed class TestHost : IAsyncDisposable
{
    private static readonly Lazy<Task<string>> SqliteTemplate = new(MigrateTemplateAsync);

    private readonly ServiceProvider _services;
    private readonly DatabaseSettings _settings;

    private TestHost(ServiceProvider services, DatabaseSettings settings, ManualTime time)
        => (_services, _settings, Time) = (services, settings, time);

    public IServiceProvider Services => _services;

    public ManualTime Time { get; }

    /// <summary>The data folder: evidence, keys and, on SQLite, the database.</summary>
    public string Folder => _settings.Folder;

    public static DateTimeOffset Start { get; } = new(2026, 9, 18, 9, 0, 0, TimeSpan.FromHours(8));

    /// <param name="database">One of <see cref="Databases"/>.</param>
    /// <param name="configure">Replaces what leaves the process, or adds what the test needs.</param>
    public static async Task<TestHost> StartAsync(string database = Databases.Sqlite, Action<IServiceCollection>? configure = null)
    {
        var folder = Directory.CreateTempSubdirectory("dr-test-").FullName;
        var settings = new DatabaseSettings(folder, database == Databases.Postgres ? await PostgresCluster.CreateDatabaseAsync() : null);
        if (!settings.IsPostgres) File.Copy(await SqliteTemplate.Value, settings.File);
        var time = new ManualTime(Start);
        var services = new ServiceCollection();
        services.AddLogging(l => l.SetMinimumLevel(LogLevel.Warning));
        services.AddDoubleRandom(settings);
        services.AddSingleton<TimeProvider>(time);
        configure?.Invoke(services);
        return new TestHost(services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true }), settings, time);
    }

    /// <summary>One unit of work: commits unless it is refused.</summary>
    public Task<Result<T>> RunAsync<T>(Func<IServiceProvider, CancellationToken, Task<Result<T>>> work) where T : notnull
        => _services.GetRequiredService<IUnitOfWork>().RunAsync(work, CancellationToken.None);

    /// <summary>One unit of work that cannot be refused: arranging rows.</summary>
    public async Task RunAsync(Func<IServiceProvider, Task> work) => await RunAsync<Done>(async (services, _) =>
    {
        await work(services);
        return Done.It;
    });

    /// <summary>One unit of work around one handler: <c>host.HandleAsync((DrawHandler h) => h.HandleAsync(command, host.Change(actor), default))</c>.</summary>
    public Task<Result<T>> HandleAsync<THandler, T>(Func<THandler, Task<Result<T>>> work) where T : notnull where THandler : notnull
        => RunAsync((services, _) => work(services.GetRequiredService<THandler>()));

    /// <summary>Reads what is committed, in a scope of its own.</summary>
    public async Task<T> ReadAsync<T>(Func<DbContext, Task<T>> read)
    {
        await using var scope = _services.CreateAsyncScope();
        return await read(scope.ServiceProvider.GetRequiredService<DbContext>());
    }

    /// <summary>A change made now by the given person, or by the system.</summary>
    public ChangeContext Change(Actor? by = null, string? reason = null) => ChangeContext.Now(Time, by ?? Actor.System, reason, Ids.New(Time.UtcNow));

    /// <summary>A person with the given roles, always the same for the same name.</summary>
    public static Actor Person(string name, params string[] roles)
        => new(new Guid(Convert.FromHexString(Hashing.Sha256Hex(name)[..32])), name, roles.ToHashSet());

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        if (_settings.IsPostgres)
        {
            await PostgresCluster.DropAsync(_settings.ConnectionString);
        }
        else
        {
            await using var connection = new SqliteConnection(_settings.ConnectionString);
            SqliteConnection.ClearPool(connection);
        }
        Directory.Delete(Folder, recursive: true);
    }

    private static async Task<string> MigrateTemplateAsync()
    {
        var settings = new DatabaseSettings(Directory.CreateTempSubdirectory("dr-template-").FullName, null);
        if (settings.Prepare() is { } refusal) throw new InvalidOperationException(refusal.ToString());
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(settings.Folder, recursive: true);
        var options = new DbContextOptionsBuilder<Db>();
        settings.Configure(options);
        await using (var db = new Db(options.Options)) await new Migrator(db, TimeProvider.System).ApplyAsync(CancellationToken.None);
        // Closing the last connection writes the log back into the file, so that the file alone is the whole database.
        await using var connection = new SqliteConnection(settings.ConnectionString);
        SqliteConnection.ClearPool(connection);
        return settings.File;
    }
}
