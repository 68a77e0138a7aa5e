using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using DoubleRandom.Basics;
using DoubleRandom.Host.Accounts;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Deadlines;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;

namespace DoubleRandom.Bench;

/// <summary>
/// Row e: ten thousand deadlines of a million have a rung today. Ours: rung, alert, delivery, next day looked at, and the message handed over. The limit: the bare
/// claim of as many rows of the same table in batches of the same size. And a sweep that finds nothing.
/// </summary>
internal static class DeadlineBench
{
    private const int Due = 10_000;
    private static readonly DateOnly Never = new(2099, 1, 1);

    public static async IAsyncEnumerable<BenchRow> RunAsync(BenchPace pace)
    {
        var all = pace.IsQuick ? 200_000 : 1_000_000;
        foreach (var db in (string[])["sqlite", "postgres"])
        {
            await using var place = await Place.OpenAsync(db);
            var product = place.Product;
            await SeedAsync(product, all);
            var group = 0;
            List<double> ours = [];
            // The day comes to a program that has run for weeks; the first sweeps of a process are half the compiler's, which comes to what runs once a batch after dozens of them.
            for (var i = 0; i < 5; i++)
            {
                await ClaimAsync(product, group++);
                await SweepAsync(product, group++);
            }
            var row = await Pairs.RunAsync(pace, "e", db, 1, "ms", isRate: false, 4, () => ClaimAsync(product, group++), async () =>
            {
                var time = await SweepAsync(product, group++);
                ours.Add(time);
                return time;
            }, () => $"{Due} due of {all}", isWarm: true);
            yield return row;
            var most = ours.Max();
            yield return new BenchRow("e", db, 1, 2_000, Math.Round(most), Math.Round(most / 2_000, 3), "<=1.00", most <= 2_000, "ms", $"{Due} due of {all}: the slowest of {ours.Count} sweeps against two seconds");
            var idle = await IdleAsync(product);
            yield return new BenchRow("e", db, 1, 2, idle, Math.Round(idle / 2, 3), "<=1.00", idle <= 2, "ms", $"median of 200 sweeps that find nothing among {all}, against two milliseconds");
        }
    }

    private static async Task<double> SweepAsync(Product product, int group)
    {
        await ExecuteAsync(product, $"UPDATE deadlines SET next_check_on = '{product.Time.Today.Iso()}' WHERE case_no >= '{Group(group)}' AND case_no < '{Group(group)}~'");
        var before = await product.ReadAsync(db => db.Set<Alert>().LongCountAsync());
        var from = Stopwatch.GetTimestamp();
        var swept = await product.Services.GetRequiredService<DeadlineSweep>().RunAsync(product.Time.Today);
        var messages = await product.Services.GetRequiredService<AlertDispatch>().RunAsync();
        var time = Stopwatch.GetElapsedTime(from).TotalMilliseconds;
        var told = await product.ReadAsync(db => db.Set<Alert>().LongCountAsync()) - before;
        if (swept.Fired != Due || told != Due || messages == 0) throw new InvalidOperationException($"{swept.Fired} rungs, {told} alerts, {messages} messages instead of {Due}.");
        return time;
    }

    private static async Task<double> ClaimAsync(Product product, int group)
    {
        await ExecuteAsync(product, $"UPDATE deadlines SET next_check_on = '{product.Time.Today.Iso()}' WHERE case_no >= '{Group(group)}' AND case_no < '{Group(group)}~'");
        await using var connection = await ConnectAsync(product);
        await using var claim = connection.CreateCommand();
        claim.CommandText = $"UPDATE deadlines SET next_check_on = NULL, revision = revision + 1 WHERE id IN (SELECT id FROM deadlines WHERE next_check_on <= '{product.Time.Today.Iso()}' ORDER BY next_check_on LIMIT {DeadlineSweep.BatchSize}{(product.Settings.IsPostgres ? " FOR UPDATE SKIP LOCKED" : "")})";
        await claim.PrepareAsync();
        var claimed = 0;
        var from = Stopwatch.GetTimestamp();
        for (int rows; (rows = await claim.ExecuteNonQueryAsync()) > 0; claimed += rows) { }
        var time = Stopwatch.GetElapsedTime(from).TotalMilliseconds;
        return claimed == Due ? time : throw new InvalidOperationException($"{claimed} claimed instead of {Due}.");
    }

    private static async Task<double> IdleAsync(Product product)
    {
        var sweep = product.Services.GetRequiredService<DeadlineSweep>();
        List<double> times = [];
        for (var i = 0; i < 220; i++)
        {
            var from = Stopwatch.GetTimestamp();
            var swept = await sweep.RunAsync(product.Time.Today);
            if (i >= 20) times.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
            if (swept.Looked != 0) throw new InvalidOperationException("Something was still due.");
        }
        return Math.Round(Pairs.Median([.. times.Order()]), 2);
    }

    private static string Group(int group) => string.Create(CultureInfo.InvariantCulture, $"E{group:000}-");

    /// <summary>One clock opened by the product and copied row by row.</summary>
    private static async Task SeedAsync(Product product, int all)
    {
        var change = product.Change();
        var administrator = change with { By = new Actor(Guid.CreateVersion7(), "管理员", new HashSet<string> { "admin" }), Reason = "到岗" };
        var account = await product.Units.RunAsync((s, ct) => s.GetRequiredService<AddAccountHandler>().HandleAsync(new AddAccount("clerk", "承办人", ["officer"], "correct horse battery", Mail: "clerk@example.org"), administrator, ct));
        await product.Units.RunAsync<Done>((s, _) =>
        {
            // Whatever the hour, and nothing gathered for later.
            s.GetRequiredService<DbContext>().Add(new AlertPolicy { QuietFrom = default, QuietTo = default });
            return Task.FromResult<Result<Done>>(Done.It);
        });
        var opened = await product.Units.RunAsync(async (s, ct) =>
        {
            var result = await s.GetRequiredService<OpenDeadlineHandler>().HandleAsync(
                new OpenDeadline("rectify", "E", "inspection", Guid.CreateVersion7(), product.Time.Today.AddDays(-30), "officer", account.Value.Id, "承办人", ExplicitDueOn: product.Time.Today), change, ct);
            result.Value.Rungs = "0:owner";
            result.Value.NextCheckOn = Never;
            return result;
        });
        await product.ReadAsync(async db =>
        {
            db.Database.SetCommandTimeout(TimeSpan.FromMinutes(10));
            var postgres = product.Settings.IsPostgres;
            var entity = db.Model.FindEntityType(typeof(Deadline))!;
            var number = $"'E' || {(postgres ? $"lpad((n / {Due})::text, 3, '0')" : $"printf('%03d', n / {Due})")} || '-' || n";
            var id = postgres ? "gen_random_uuid()" : "upper(substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-' || substr(h, 13, 4) || '-' || substr(h, 17, 4) || '-' || substr(h, 21, 12))";
            var columns = entity.GetProperties().Select<IProperty, (string Name, string Value)>(p => p.Name switch
            {
                nameof(Deadline.Id) => ($"\"{p.GetColumnName()}\"", id),
                nameof(Deadline.CaseNo) => ($"\"{p.GetColumnName()}\"", number),
                nameof(Deadline.Chain) => ($"\"{p.GetColumnName()}\"", $"'case/' || {number}"),
                _ => ($"\"{p.GetColumnName()}\"", $"d.\"{p.GetColumnName()}\""),
            }).ToList();
            var numbers = postgres ? $"(SELECT n FROM generate_series(0, {all - 1}) AS n) g" : $"(WITH RECURSIVE c(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n < {all - 1}) SELECT n, hex(randomblob(16)) AS h FROM c) g";
#pragma warning disable EF1002 // Names of the mapping and numbers.
            await db.Database.ExecuteSqlRawAsync($"INSERT INTO deadlines ({string.Join(", ", columns.Select(c => c.Name))}) SELECT {string.Join(", ", columns.Select(c => c.Value))} FROM deadlines d, {numbers} WHERE d.case_no = 'E'");
            await db.Database.ExecuteSqlRawAsync(postgres ? "ANALYZE" : "ANALYZE deadlines");
#pragma warning restore EF1002
            return 0;
        });
    }

    private static async Task ExecuteAsync(Product product, string sql)
    {
        await using var connection = await ConnectAsync(product);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Our own text and numbers.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<DbConnection> ConnectAsync(Product product)
    {
        DbConnection connection = product.Settings.IsPostgres ? new NpgsqlConnection(product.Settings.ConnectionString) : new SqliteConnection(product.Settings.ConnectionString);
        await connection.OpenAsync();
        if (connection is SqliteConnection sqlite) Host.Data.DatabaseSettings.SqlitePragmas.It.Apply(sqlite);
        return connection;
    }
}
