using System.Data;
using System.Data.Common;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.WorkItems;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace DoubleRandom.Host.Data;

/// <summary>Another transaction was first. The unit of work runs again, at most three times.</summary>
/// <param name="answer">The refusal it comes to, when another try would come to the same.</param>
public sealed class ConflictException(string message, Refusal? answer = null) : Exception(message)
{
    public Refusal? Answer => answer;
}

/// <summary>Whether the scope belongs to a unit of work: outside one, nothing may be recorded because nothing would save it.</summary>
internal sealed class Unit
{
    public bool IsOpen { get; set; }

    /// <summary>Whether another try would follow a conflict: then what is nearly always so may be taken for so.</summary>
    public bool IsFirstTry { get; set; }

    public void DemandOpen()
    {
        if (!IsOpen) throw new InvalidOperationException("Changes are made inside IUnitOfWork.RunAsync only: here nothing would be saved.");
    }
}

internal sealed class UnitOfWork(IServiceScopeFactory scopes, DatabaseSettings database, SqliteWriter writer, CommitPulse pulse, WorkItemPlaces places, ILogger<UnitOfWork> logger) : IUnitOfWork
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
                    return await TryAsync(work, attempt is 1, cancellationToken);
                }
                catch (ConflictException e) when (e.Answer is not null)
                {
                    return e.Answer;
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

    private async Task<Result<T>> TryAsync<T>(Func<IServiceProvider, CancellationToken, Task<Result<T>>> work, bool isFirst, CancellationToken cancellationToken)
        where T : notnull
    {
        if (database.IsPostgres) return await InTransactionAsync(work, null, isFirst, cancellationToken);
        await writer.Gate.WaitAsync(cancellationToken);
        try
        {
            return await InTransactionAsync(work, writer.Open(), isFirst, cancellationToken);
        }
        catch (DbException)
        {
            // A full disk or a lost file: the next unit begins with a connection that knows nothing of it.
            writer.Close();
            throw;
        }
        finally
        {
            writer.Gate.Release();
        }
    }

    private async Task<Result<T>> InTransactionAsync<T>(Func<IServiceProvider, CancellationToken, Task<Result<T>>> work, DbConnection? connection, bool isFirst, CancellationToken cancellationToken)
        where T : notnull
    {
        await using var scope = scopes.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var db = services.GetRequiredService<Db>();
        var sql = services.GetRequiredService<UnitSql>();
        var unit = services.GetRequiredService<Unit>();
        (unit.IsOpen, unit.IsFirstTry) = (true, isFirst);
        if (connection is not null) db.Database.SetDbConnection(connection);
        try
        {
            db.Sql = sql;
            // On SQLite this is BEGIN IMMEDIATE: a transaction that reads first and writes later would fail instead of waiting.
            await using var transaction = await db.Database.BeginTransactionAsync(database.IsPostgres ? IsolationLevel.ReadCommitted : IsolationLevel.Serializable, cancellationToken);

            var result = await work(services, cancellationToken);
            if (result.IsRefused) return result;

            await sql.StageTrackedAsync(isLast: true, cancellationToken);
            services.GetRequiredService<Outbox>().Stage(sql, db);
            await services.GetRequiredService<AuditTrail>().StageAsync(cancellationToken);
            await sql.CommitAsync(cancellationToken);
            foreach (var item in services.GetRequiredService<OwnRows>().Of<WorkItem>()) places.Note(item);
            pulse.Beat();
            return result;
        }
        finally
        {
            db.Sql = null;
            // The context goes back to the pool, and pages read with it.
            if (connection is not null)
            {
                db.Database.SetDbConnection(null);
                db.Database.SetConnectionString(database.ConnectionString);
            }
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

/// <summary>What is staged here is written before the next query of the unit, together with what else waits.</summary>
internal sealed class UnitFlush(UnitSql sql, Unit unit) : IUnitFlush
{
    public Task FlushAsync(CancellationToken cancellationToken)
    {
        unit.DemandOpen();
        return sql.StageTrackedAsync(isLast: false, cancellationToken);
    }
}

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Unit of work runs again after try {Attempt}: {Reason}")]
    public static partial void UnitOfWorkRunsAgain(this ILogger logger, int attempt, string reason);
}
