using System.Data;
using DoubleRandom.Basics;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace DoubleRandom.Host.Data;

/// <summary>Rows written by hand-made SQL with the unit of work's own connection and transaction (the engine's checkpoints).</summary>
public interface IStagedWrites
{
    /// <summary>Writes what was staged, in the current transaction of the scope's <see cref="Db"/>; does nothing when nothing was.</summary>
    /// <exception cref="ConflictException">A row has changed since it was read: the whole unit runs again.</exception>
    Task WriteAsync(CancellationToken cancellationToken);
}

/// <summary>Another transaction was first. The unit of work runs again, at most three times.</summary>
public sealed class ConflictException(string message) : Exception(message);

/// <summary>Whether the scope belongs to a unit of work: outside one, nothing may be recorded because nothing would save it.</summary>
internal sealed class Unit
{
    public bool IsOpen { get; set; }

    public void DemandOpen()
    {
        if (!IsOpen) throw new InvalidOperationException("Changes are made inside IUnitOfWork.RunAsync only: here nothing would be saved.");
    }
}

/// <summary>SQLite has one writer. Waiting here is fair and short; waiting in SQLite's busy handler is neither.</summary>
internal sealed class WriterGate
{
    public SemaphoreSlim Semaphore { get; } = new(1, 1);
}

internal sealed class UnitOfWork(IServiceScopeFactory scopes, DatabaseSettings database, WriterGate gate, ILogger<UnitOfWork> logger) : IUnitOfWork
{
    private const int MaxTries = 3;
    private static readonly AsyncLocal<bool> Inside = new();

    public async Task<Result<T>> RunAsync<T>(Func<IServiceProvider, CancellationToken, Task<Result<T>>> work, CancellationToken cancellationToken = default)
        where T : notnull
    {
        if (Inside.Value) throw new InvalidOperationException("A unit of work inside a unit of work would be a second transaction: call the handler instead.");
        Inside.Value = true;
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    return await TryAsync(work, cancellationToken);
                }
                catch (Exception e) when (attempt < MaxTries && IsConflict(e))
                {
                    logger.UnitOfWorkRunsAgain(attempt, e.GetBaseException().Message);
                }
            }
        }
        finally
        {
            Inside.Value = false;
        }
    }

    private async Task<Result<T>> TryAsync<T>(Func<IServiceProvider, CancellationToken, Task<Result<T>>> work, CancellationToken cancellationToken)
        where T : notnull
    {
        if (!database.IsPostgres) await gate.Semaphore.WaitAsync(cancellationToken);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var services = scope.ServiceProvider;
            var db = services.GetRequiredService<Db>();
            services.GetRequiredService<Unit>().IsOpen = true;
            // On SQLite this is BEGIN IMMEDIATE: a transaction that reads first and writes later would fail instead of waiting.
            await using var transaction = await db.Database.BeginTransactionAsync(database.IsPostgres ? IsolationLevel.ReadCommitted : IsolationLevel.Serializable, cancellationToken);

            var result = await work(services, cancellationToken);
            if (result.IsRefused) return result;

            await services.GetRequiredService<Outbox>().AddToAsync(db, cancellationToken);
            await services.GetRequiredService<AuditTrail>().LinkAsync(db, cancellationToken);
            await db.SaveChangesAsync(cancellationToken);
            foreach (var writes in services.GetServices<IStagedWrites>()) await writes.WriteAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return result;
        }
        finally
        {
            if (!database.IsPostgres) gate.Semaphore.Release();
        }
    }

    private static bool IsConflict(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case ConflictException or DbUpdateConcurrencyException:
                    return true;
                // A unique violation between two transactions: the second try sees the other's row and answers properly.
                case PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.UniqueViolation }:
                    return true;
                // SQLite's "busy" is no conflict: it was waited for already, and a second wait would only double the person's.
                default:
                    break;
            }
        }
        return false;
    }
}

internal sealed class UnitFlush(Db db, Unit unit, IEnumerable<IStagedWrites> staged) : IUnitFlush
{
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        unit.DemandOpen();
        await db.SaveChangesAsync(cancellationToken);
        foreach (var writes in staged) await writes.WriteAsync(cancellationToken);
    }
}

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Unit of work runs again after try {Attempt}: {Reason}")]
    public static partial void UnitOfWorkRunsAgain(this ILogger logger, int attempt, string reason);
}
