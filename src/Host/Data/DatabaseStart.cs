using System.Data.Common;
using DoubleRandom.Basics;
using DoubleRandom.Host.Clock;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Data;

/// <summary>What must hold before the first unit of work: the machine's SQLite works, the schema is that of this build, the encoding can hold Chinese.</summary>
internal static class DatabaseStart
{
    public static async Task<Refusal?> PrepareAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var settings = services.GetRequiredService<DatabaseSettings>();
        if (settings.Prepare() is { } refusal) return refusal;
        await using var scope = services.CreateAsyncScope();
        var migrator = scope.ServiceProvider.GetRequiredService<Migrator>();
        if (!settings.IsPostgres)
        {
            await migrator.ApplyAsync(cancellationToken);
            await services.GetRequiredService<DatabaseClock>().LoadAsync(cancellationToken);
            return null;
        }
        if (await CheckPostgresAsync(scope.ServiceProvider.GetRequiredService<Db>(), cancellationToken) is { } wrong) return wrong;
        // A shared database is changed only when somebody says so: another host of the older build may still run on it.
        if (!await migrator.IsCurrentAsync(cancellationToken)) return Refusal.Conflict("data.schema-outdated");
        await services.GetRequiredService<DatabaseClock>().LoadAsync(cancellationToken);
        return null;
    }

    /// <summary>In a database of another encoding or of the plain C locale, searching Chinese text finds nothing.</summary>
    public static async Task<Refusal?> CheckPostgresAsync(Db db, CancellationToken cancellationToken)
    {
        try
        {
            var ctype = (await db.Database.SqlQuery<string>($"SELECT datctype AS \"Value\" FROM pg_database WHERE datname = current_database()").ToListAsync(cancellationToken))[0];
            var encoding = (await db.Database.SqlQuery<string>($"SELECT current_setting('server_encoding') AS \"Value\"").ToListAsync(cancellationToken))[0];
            return encoding == "UTF8" && ctype is not ("C" or "POSIX") ? null : Refusal.Conflict("data.postgres-encoding", encoding, ctype);
        }
        catch (DbException e)
        {
            return Refusal.Conflict("data.postgres-unreachable", e.Message);
        }
    }
}
