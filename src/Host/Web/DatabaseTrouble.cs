using DoubleRandom.Basics;
using DoubleRandom.Host.Data;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Data.Sqlite;
using Npgsql;
using SQLitePCL;

namespace DoubleRandom.Host.Web;

/// <summary>What is wrong with the machine, in words that name the thing and the remedy; null when it is not the machine.</summary>
internal static class DatabaseTrouble
{
    private const int NoSpace = 28;

    public static Refusal? Explain(Exception exception, DatabaseSettings settings)
    {
        for (Exception? e = exception; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case SqliteException s:
                    return s.SqliteErrorCode switch
                    {
                        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => Refusal.Conflict("data.locked", settings.File),
                        raw.SQLITE_FULL => Refusal.Conflict("data.full", settings.Folder),
                        raw.SQLITE_IOERR => Refusal.Conflict("data.io", settings.File),
                        raw.SQLITE_READONLY or raw.SQLITE_PERM => Refusal.Conflict("data.read-only", settings.File),
                        raw.SQLITE_CANTOPEN => Refusal.Conflict("data.cannot-open", settings.File),
                        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => Refusal.Conflict("data.corrupt", settings.File),
                        _ => null,
                    };
                case PostgresException p:
                    return p.SqlState switch
                    {
                        PostgresErrorCodes.DiskFull => Refusal.Conflict("data.postgres-full"),
                        PostgresErrorCodes.TooManyConnections or "57P03" or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown => Refusal.Conflict("data.postgres-unreachable", p.MessageText),
                        PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure => Refusal.Conflict("data.postgres-busy"),
                        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn => Refusal.Conflict("data.schema-outdated"),
                        PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.InsufficientPrivilege => Refusal.Conflict("data.postgres-read-only", p.MessageText),
                        _ => null,
                    };
                case NpgsqlException:
                    return Refusal.Conflict("data.postgres-unreachable", e.GetBaseException().Message);
                case DllNotFoundException or EntryPointNotFoundException:
                    return Refusal.Conflict("data.sqlite-missing");
                case IOException io when (io.HResult & 0xFFFF) == NoSpace || io.HResult == NoSpace:
                    return Refusal.Conflict("data.full", settings.Folder);
                case ConflictException:
                    return Refusal.Conflict("data.busy");
                default:
                    break;
            }
        }
        return null;
    }
}

/// <summary>Trouble of the machine is 503 with the remedy, for programs and for persons; everything else goes on to the general handler.</summary>
internal sealed class DatabaseTroubleHandler(DatabaseSettings settings, ILogger<DatabaseTroubleHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (DatabaseTrouble.Explain(exception, settings) is not { } trouble) return false;
        logger.DatabaseTrouble(exception, trouble.Code);
        httpContext.Response.Headers.RetryAfter = "5";
        if (httpContext.Request.Path.StartsWithSegments("/api") || !httpContext.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal))
        {
            await trouble.ToProblem(StatusCodes.Status503ServiceUnavailable).ExecuteAsync(httpContext);
            return true;
        }
        httpContext.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        httpContext.Response.ContentType = "text/html; charset=utf-8";
        // No layout: it would ask the database again.
        var text = System.Net.WebUtility.HtmlEncode(Texts.Of(trouble));
        await httpContext.Response.WriteAsync($"<!DOCTYPE html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>暂时不能办理</title><h1>暂时不能办理</h1><p>{text}</p><p>刚才的操作没有保存。</p></html>", cancellationToken);
        return true;
    }
}

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Error, Message = "The database is in trouble: {Code}")]
    public static partial void DatabaseTrouble(this ILogger logger, Exception exception, string code);
}
