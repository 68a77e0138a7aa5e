using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using DoubleRandom.Basics;
using DoubleRandom.Host.Data;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Data;

/// <summary>The daily head is what the portal says it is, made once, and shows what the chains themselves cannot.</summary>
public sealed class AuditDaysTests
{
    [Theory, BothDatabases]
    public async Task Run_AfterMidnight_PublishesYesterdayOnceAndShowsAnEndThatWasCutOff(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var days = host.Services.GetRequiredService<AuditDays>();
        // Capitals, small letters and Chinese stand in the order of their bytes, whatever the database's collation.
        foreach (var chain in (string[])["office", "case/乙", "case/a", "case/B", "office"]) await RecordAsync(host, chain);

        host.Time.Set(new DateTimeOffset(2026, 9, 19, 0, 5, 0, TimeSpan.FromHours(8)));
        await days.RunAsync(default);
        Assert.Empty(await PublishedAsync(host));

        await RecordAsync(host, "office");
        host.Time.Set(new DateTimeOffset(2026, 9, 19, 0, 10, 0, TimeSpan.FromHours(8)));
        await days.RunAsync(default);
        await days.RunAsync(default);

        var day = Assert.Single(await PublishedAsync(host));
        Assert.Equal((new DateOnly(2026, 9, 18), 4, 5), (day.On, day.Chains, day.Entries));
        var midnight = new DateTime(2026, 9, 18, 16, 0, 0, DateTimeKind.Utc);
        var lines = (await host.ReadAsync(db => db.Set<AuditEntry>().Where(e => e.At < midnight).ToListAsync())).GroupBy(e => e.Chain).Select(g => g.MaxBy(e => e.Sequence)!)
            .OrderBy(e => e.Chain, StringComparer.Ordinal).Select(e => $"{e.Chain}\t{e.Sequence}\t{e.Hash}\n");
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines)))), day.Head);
        Assert.Empty(await host.ReadAsync(db => days.FindBrokenAsync(db, default)));
        await Assert.ThrowsAnyAsync<DbException>(() => host.ReadAsync(db => db.Database.ExecuteSqlAsync($"UPDATE audit_days SET entries = 4")));

        await host.ReadAsync(db => db.Database.ExecuteSqlRawAsync(database == Databases.Postgres ? "DROP TRIGGER audit_entries_append_only ON audit_entries" : "DROP TRIGGER audit_entries_no_delete"));
        await host.ReadAsync(db => db.Database.ExecuteSqlAsync($"DELETE FROM audit_entries WHERE chain = 'office' AND sequence > 1"));

        Assert.Empty(await host.ReadAsync(db => AuditCheck.FindBrokenAsync(db, default)));
        Assert.Equal(["2026-09-18：公布时 5 条，现在 4 条"], await host.ReadAsync(db => days.FindBrokenAsync(db, default)));
    }

    private static Task RecordAsync(TestHost host, string chain) => host.RunAsync(services =>
    {
        services.GetRequiredService<IAuditTrail>().Record(host.Change(), chain, "登记", "x");
        return Task.CompletedTask;
    });

    private static Task<List<AuditDay>> PublishedAsync(TestHost host) => host.ReadAsync(db => db.Set<AuditDay>().AsNoTracking().ToListAsync());
}
