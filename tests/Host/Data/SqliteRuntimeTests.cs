using DoubleRandom.Host.Data;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Tests.Host.Data;

public sealed class SqliteRuntimeTests
{
    [Fact]
    public void SelfTest_OnThisMachine_Passes() => Assert.Null(SqliteRuntime.SelfTest());

    [Fact]
    public async Task Connection_Opened_IsDurableAndWaits()
    {
        await using var host = await TestHost.StartAsync();

        Assert.Equal("wal", await PragmaAsync<string>(host, "journal_mode"));
        Assert.Equal(2, await PragmaAsync<long>(host, "synchronous"));
        Assert.Equal(5000, await PragmaAsync<long>(host, "busy_timeout"));
        Assert.Equal(1, await PragmaAsync<long>(host, "foreign_keys"));
    }

    private static Task<T> PragmaAsync<T>(TestHost host, string name) => host.ReadAsync(async db =>
    {
        await db.Database.OpenConnectionAsync();
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"PRAGMA {name}";
        return (T)(await command.ExecuteScalarAsync())!;
    });
}
