using System.Data.Common;
using DoubleRandom.Basics;
using DoubleRandom.Host.Accounts;
using DoubleRandom.Host.Data;
using DoubleRandom.Host.Start;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Inspections.Registers;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Clock;

/// <summary>Whether the database was a demonstration's before, so that the driver continues it.</summary>
public sealed record DemoOpened(bool Continues);

/// <summary>
/// The data folder and database of a demonstration. Both are marked (a file <c>demo</c>, the clock's row); only what is marked is ever
/// deleted, and what holds other data is refused.
/// </summary>
internal static class DemoData
{
    public const string MarkFile = "demo";

    /// <summary>Opens the demonstration's database with schema, clock and definitions, making it when the folder holds nothing yet.</summary>
    /// <param name="fresh">Begin anew: deletes a marked demonstration first.</param>
    /// <param name="start">Where the office's clock stands in a new one.</param>
    public static async Task<Result<DemoOpened>> OpenAsync(IServiceProvider services, bool fresh, DateTimeOffset start, CancellationToken cancellationToken = default)
    {
        var settings = services.GetRequiredService<DatabaseSettings>();
        if (settings.Prepare() is { } notReady) return notReady;
        await using (var scope = services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<Db>();
            if (settings.IsPostgres && await DatabaseStart.CheckPostgresAsync(db, cancellationToken) is { } wrong) return wrong;
            // Looked at before anything is written: a refused folder is left as it was.
            var marked = await IsMarkedAsync(db, settings, cancellationToken);
            if (!marked && await HasDataAsync(db, settings, cancellationToken))
                return Refusal.Conflict("demo.other-data", settings.IsPostgres ? db.Database.GetDbConnection().Database : settings.Folder);
            if (marked && fresh) await DeleteAsync(db, settings, services.GetRequiredService<SqliteWriter>(), cancellationToken);
        }
        await using (var scope = services.CreateAsyncScope()) await scope.ServiceProvider.GetRequiredService<Migrator>().ApplyAsync(cancellationToken);

        var clock = services.GetRequiredService<DatabaseClock>();
        var opened = await services.GetRequiredService<IUnitOfWork>().RunAsync<DemoOpened>(async (s, ct) =>
        {
            var db = s.GetRequiredService<DbContext>();
            if (await db.Set<DemoClock>().AnyAsync(ct)) return new DemoOpened(true);
            db.Add(clock.NewRow(start));
            return new DemoOpened(false);
        }, cancellationToken);
        if (opened.IsRefused) return opened;
        await File.WriteAllTextAsync(Path.Combine(settings.Folder, MarkFile), "演示数据\n", cancellationToken);
        await clock.LoadAsync(cancellationToken);
        if (await ShippedDefinitions.TakeInAsync(services, Console.Error, cancellationToken) is { } refused) return refused;
        if (await ShippedCodes.TakeInAsync(services, cancellationToken) is { } noCodes) return noCodes;
        return opened;
    }

    internal static async Task<bool> IsMarkedAsync(Db db, DatabaseSettings settings, CancellationToken cancellationToken)
    {
        if (!settings.IsPostgres && File.Exists(Path.Combine(settings.Folder, MarkFile))) return true;
        return await ExistsAsync(db.Set<DemoClock>(), settings, cancellationToken);
    }

    /// <summary>A database that has only a schema, definitions or calendars is empty: nobody worked in it.</summary>
    internal static async Task<bool> HasDataAsync(Db db, DatabaseSettings settings, CancellationToken cancellationToken)
        => await ExistsAsync(db.Set<Account>(), settings, cancellationToken)
            || await ExistsAsync(db.Set<Inspectee>(), settings, cancellationToken)
            || await ExistsAsync(db.Set<Officer>(), settings, cancellationToken)
            || await ExistsAsync(db.Set<PlanLine>(), settings, cancellationToken)
            || await ExistsAsync(db.Set<InspectionCase>(), settings, cancellationToken);

    private static async Task<bool> ExistsAsync<T>(IQueryable<T> rows, DatabaseSettings settings, CancellationToken cancellationToken)
    {
        // Asking SQLite would make the file.
        if (!settings.IsPostgres && !File.Exists(settings.File)) return false;
        try
        {
            return await rows.AnyAsync(cancellationToken);
        }
        catch (DbException)
        {
            // No such table yet.
            return false;
        }
    }

    private static async Task DeleteAsync(Db db, DatabaseSettings settings, SqliteWriter writer, CancellationToken cancellationToken)
    {
        if (settings.IsPostgres)
        {
            await db.Database.ExecuteSqlRawAsync("DROP SCHEMA public CASCADE; CREATE SCHEMA public;", cancellationToken);
        }
        else
        {
            writer.Close();
            SqliteConnection.ClearAllPools();
            foreach (var file in (string[])["", "-wal", "-shm"]) File.Delete(settings.File + file);
        }
        // Only what the program itself wrote: whatever else lies in the folder stays.
        foreach (var folder in (string[])["evidence", "keys", "demo-parties"])
        {
            var path = Path.Combine(settings.Folder, folder);
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        }
        File.Delete(Path.Combine(settings.Folder, MarkFile));
    }
}
