using System.Net.Sockets;
using DoubleRandom.Basics;
using DoubleRandom.Host.Data;
using DoubleRandom.Host.Web;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using SQLitePCL;

namespace DoubleRandom.Tests.Host.Web;

/// <summary>What ails the machine is named with its remedy; a fault of the program is not dressed up as one.</summary>
public sealed class DatabaseTroubleTests
{
    private static readonly DatabaseSettings Office = new("/srv/office", null);

    public static TheoryData<Exception, string?> Troubles => new()
    {
        { new SqliteException("busy", raw.SQLITE_BUSY), "data.locked" },
        { new DbUpdateException("save", new SqliteException("full", raw.SQLITE_FULL)), "data.full" },
        { new SqliteException("io", raw.SQLITE_IOERR), "data.io" },
        { new SqliteException("read-only", raw.SQLITE_READONLY), "data.read-only" },
        { new SqliteException("cannot open", raw.SQLITE_CANTOPEN), "data.cannot-open" },
        { new SqliteException("not a database", raw.SQLITE_NOTADB), "data.corrupt" },
        { new SqliteException("constraint", raw.SQLITE_CONSTRAINT), null },
        { new TypeInitializationException("raw", new DllNotFoundException("e_sqlite3")), "data.sqlite-missing" },
        { new NpgsqlException("down", new SocketException((int)SocketError.ConnectionRefused)), "data.postgres-unreachable" },
        { new PostgresException("no space left on device", "ERROR", "ERROR", PostgresErrorCodes.DiskFull), "data.postgres-full" },
        { new PostgresException("too many", "FATAL", "FATAL", PostgresErrorCodes.TooManyConnections), "data.postgres-unreachable" },
        { new PostgresException("no table", "ERROR", "ERROR", PostgresErrorCodes.UndefinedTable), "data.schema-outdated" },
        { new PostgresException("null", "ERROR", "ERROR", PostgresErrorCodes.NotNullViolation), null },
        { new IOException("No space left on device", 28), "data.full" },
        { new ConflictException("row"), "data.busy" },
        { new InvalidOperationException("a fault of ours"), null },
    };

    [Theory, MemberData(nameof(Troubles))]
    public void Trouble_OfTheMachine_IsNamedWithItsRemedy(Exception exception, string? code)
    {
        var trouble = DatabaseTrouble.Explain(exception, Office);

        Assert.Equal(code, trouble?.Code);
        if (trouble is not null) Assert.DoesNotContain("{", Texts.Of(trouble), StringComparison.Ordinal);
    }
}
