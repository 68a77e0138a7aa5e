using DoubleRandom.Basics;
using DoubleRandom.Engine.Dispatching;
using DoubleRandom.Host.Clock;
using DoubleRandom.Host.Data;
using DoubleRandom.Host.Outgoing;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Publishing;
using DoubleRandom.Workflows.Rectification;
using DoubleRandom.Workflows.Timers;
using Npgsql;

namespace DoubleRandom.Host.Background;

/// <summary>Something the program does by itself. What is due stands in rows (law 4): a duty that comes late, or twice, does nothing wrong.</summary>
/// <param name="OnOneHost">Only one host at a time; the others pass. The rest is safe on several hosts by its row locks.</param>
internal sealed record Duty(string Name, TimeSpan Every, bool OnOneHost, Func<IServiceProvider, CancellationToken, Task> RunAsync);

internal static class Duties
{
    /// <summary>Children, signals, timers; whoever answers a person runs it too, so that the next list shows what followed.</summary>
    public static readonly Duty Deliveries = new("deliveries", TimeSpan.FromSeconds(1), OnOneHost: false, static (s, ct) => s.GetRequiredService<ChildPump>().DrainAsync(ct));

    /// <summary>Files that wait for their turn; whoever hands in a small one runs it too and sees the answer.</summary>
    public static readonly Duty Imports = new("imports", TimeSpan.FromSeconds(2), OnOneHost: true, static (s, ct) => s.GetRequiredService<ImportRunner>().RunDueAsync(ct));

    public static readonly IReadOnlyList<Duty> All =
    [
        Deliveries,
        Imports,
        new("timer-triggers", TimeSpan.FromSeconds(10), OnOneHost: true, static (s, ct) => s.GetRequiredService<StartDueTimers>().RunAsync(ct)),
        new("outbox", TimeSpan.FromSeconds(5), OnOneHost: false, static (s, ct) => s.GetRequiredService<OutboxSender>().SendDueAsync(ct)),
        // Often, because another host takes over with its next round.
        new("deadlines", TimeSpan.FromSeconds(10), OnOneHost: true, static (s, ct) => s.GetRequiredService<DeadlineSweep>().RunAsync(s.GetRequiredService<TimeProvider>().Today, ct)),
        new("profiles", TimeSpan.FromMinutes(10), OnOneHost: true, static (s, ct) => ApplyProfilesAsync(s, ct)),
        new("rechecks", TimeSpan.FromMinutes(1), OnOneHost: true, static (s, ct) => s.GetRequiredService<StartDueRechecks>().RunAsync(ct)),
        new("alerts", TimeSpan.FromSeconds(10), OnOneHost: true, static (s, ct) => s.GetRequiredService<AlertDispatch>().RunAsync(ct)),
        new("publishing", TimeSpan.FromSeconds(10), OnOneHost: true, static (s, ct) => PutDueInForceAsync(s, ct)),
        new("audit-day", TimeSpan.FromMinutes(10), OnOneHost: true, static (s, ct) => s.GetRequiredService<AuditDays>().RunAsync(ct)),
        // Certificates end at midnight and leave is entered by day; each seat is told of once.
        new("seats", TimeSpan.FromHours(1), OnOneHost: true, static (s, ct) => CheckSeatsAsync(s, ct)),
        new("substitutions", TimeSpan.FromMinutes(10), OnOneHost: true, static (s, ct) => ReturnWorkAsync(s, ct)),
        new("evidence", TimeSpan.FromHours(1), OnOneHost: true, static (s, ct) => s.GetRequiredService<EvidenceSweep>().RunAsync(ct)),
        // Another process (the demo command) may move the demonstration's clock.
        new("demo-clock", TimeSpan.FromSeconds(5), OnOneHost: false, static async (s, ct) =>
        {
            if (s.GetRequiredService<DatabaseClock>() is { IsDemo: true } clock) await clock.LoadAsync(ct);
        }),
    ];

    /// <summary>Whoever has a seat in a visit to come and cannot take it any more.</summary>
    private static Task CheckSeatsAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var change = ChangeContext.Now(services.GetRequiredService<TimeProvider>(), Actor.System, "每日核对检查组");
        return services.GetRequiredService<IUnitOfWork>().RunAsync((s, ct) => s.GetRequiredService<CheckSeatsHandler>().HandleAsync(new CheckSeats(), change, ct), cancellationToken);
    }

    /// <summary>What substitutes still hold when their period is over.</summary>
    private static Task ReturnWorkAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var change = ChangeContext.Now(services.GetRequiredService<TimeProvider>(), Actor.System, "代理期满");
        return services.GetRequiredService<IUnitOfWork>().RunAsync((s, ct) => s.GetRequiredService<SubstitutedWork>().ReturnDueAsync(change, ct), cancellationToken);
    }

    /// <summary>A change of the office's profile whose day has come.</summary>
    internal static Task ApplyProfilesAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var change = ChangeContext.Now(services.GetRequiredService<TimeProvider>(), Actor.System, "到达生效日期");
        return services.GetRequiredService<IUnitOfWork>().RunAsync((s, ct) => s.GetRequiredService<ApplyProfileHandler>().HandleAsync(change, ct), cancellationToken);
    }

    /// <summary>Workflow versions that were confirmed for a day that has come.</summary>
    private static Task PutDueInForceAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var change = ChangeContext.Now(services.GetRequiredService<TimeProvider>(), Actor.System, "到达生效日期");
        return services.GetRequiredService<IUnitOfWork>().RunAsync((s, ct) => s.GetRequiredService<ApplyDueChangesHandler>().HandleAsync(new ApplyDueChanges(), change, ct), cancellationToken);
    }
}

/// <summary>Runs a duty once. What goes wrong is logged and tried again in the next round; it never stops the others.</summary>
internal sealed class DutyRunner(IServiceProvider services, DutyLock locks, ILogger<DutyRunner> logger)
{
    /// <returns>False when another host has the duty, or it failed.</returns>
    public async Task<bool> RunAsync(Duty duty, CancellationToken cancellationToken)
    {
        try
        {
            if (!duty.OnOneHost)
            {
                await duty.RunAsync(services, cancellationToken);
                return true;
            }
            await using var held = await locks.TryTakeAsync(duty.Name, cancellationToken);
            if (held is null) return false;
            await duty.RunAsync(services, cancellationToken);
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
#pragma warning disable CA1031 // Whatever one round meets, the next one must come.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.DutyFailed(e, duty.Name);
            return false;
        }
    }
}

/// <summary>One host at a time for a duty: an advisory lock of PostgreSQL, which ends with its connection and so with its process. SQLite has one server process.</summary>
internal sealed class DutyLock(DatabaseSettings settings)
{
    /// <summary>Null when another host holds it.</summary>
    public async Task<IAsyncDisposable?> TryTakeAsync(string duty, CancellationToken cancellationToken)
    {
        if (settings.Postgres is null) return Nothing.It;
        var connection = new NpgsqlConnection(settings.Postgres);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", connection);
            command.Parameters.Add(new NpgsqlParameter { Value = $"doublerandom/duty/{duty}" });
            if (await command.ExecuteScalarAsync(cancellationToken) is true) return new Held(connection, $"doublerandom/duty/{duty}");
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
        await connection.DisposeAsync();
        return null;
    }

    private sealed class Held(NpgsqlConnection connection, string name) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await using (connection)
            {
                // A broken connection has lost the lock already.
                if (connection.State != System.Data.ConnectionState.Open) return;
                await using var command = new NpgsqlCommand("SELECT pg_advisory_unlock(hashtextextended($1, 0))", connection);
                command.Parameters.Add(new NpgsqlParameter { Value = name });
                await command.ExecuteNonQueryAsync();
            }
        }
    }

    private sealed class Nothing : IAsyncDisposable
    {
        public static readonly Nothing It = new();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Error, Message = "The duty {Duty} failed; the next round tries again")]
    public static partial void DutyFailed(this ILogger logger, Exception exception, string duty);
}
