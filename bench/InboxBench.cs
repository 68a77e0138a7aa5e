using System.Data;
using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using DoubleRandom.Basics;
using DoubleRandom.Host.Pages.Inbox;
using DoubleRandom.Host.Pages.Parts;
using DoubleRandom.Inspections.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Bench;

/// <summary>
/// Row d: the inbox with a million open items of 3,000 persons. A person's inbox is three ranges of indexes: what he has claimed, what is reserved to him, what
/// is reserved to another and him. The limit reads the same lines from these indexes alone, over a connection that stays open; ours is the query the page asks, with who
/// stands in for whom, and every column a line shows. The figure of a window is its 99th percentile.
/// </summary>
internal static class InboxBench
{
    private const int Persons = 3_000;
    private const string Role = "officer";

    public static async IAsyncEnumerable<BenchRow> RunAsync(BenchPace pace)
    {
        var items = pace.IsQuick ? 100_000 : 1_000_000;
        foreach (var db in (string[])["sqlite", "postgres"])
        {
            await using var place = await Place.OpenAsync(db);
            var product = place.Product;
            await SeedAsync(product, items);
            await using var scope = product.Services.CreateAsyncScope();
            var raw = scope.ServiceProvider.GetRequiredService<DbContext>();
            await raw.Database.OpenConnectionAsync();
            var connection = raw.Database.GetDbConnection();
            await using var lines = Prepared(connection, LinesOfIndexes, "@q", "@r");
            await using var counts = Prepared(connection, CountsOfIndexes, "@q", "@r");
            var random = new Random(20261121);

            yield return await Pairs.RunAsync(pace, "d", db, 1, "ms", isRate: false, 3,
                () => WindowAsync(pace, async () =>
                {
                    var person = PersonOf(random.Next(Persons));
                    await IndexAsync(lines, WorkItemQueue.OfPerson(person.Id), WorkItemQueue.OfNumber(person.RegisterNumber!));
                }),
                () => WindowAsync(pace, () => PageAsync(product, PersonOf(random.Next(Persons)), new InboxQuestion(InboxTab.Mine))),
                () => $"first page of a person's own items among {items} open ones, 99th percentile; the same lines of the indexes alone beside it");

            var later = await CursorAsync(product, pages: items >= 1_000_000 ? 1_000 : 100);
            yield return await Pairs.RunAsync(pace, "d", db, 1, "ms", isRate: false, 1.2,
                () => WindowAsync(pace, () => PageAsync(product, PersonOf(random.Next(Persons)), new InboxQuestion(InboxTab.Group))),
                () => WindowAsync(pace, () => PageAsync(product, PersonOf(random.Next(Persons)), new InboxQuestion(InboxTab.Group, After: later))),
                () => $"page {(items >= 1_000_000 ? 1_000 : 100)} of a role's items, 99th percentile; page 1 beside it");

            yield return await Pairs.RunAsync(pace, "d", db, 1, "ms", isRate: false, 2,
                () => WindowAsync(pace, async () =>
                {
                    var person = PersonOf(random.Next(Persons));
                    await IndexAsync(counts, WorkItemQueue.OfPerson(person.Id), WorkItemQueue.OfRole(Role));
                }),
                () => WindowAsync(pace, () => BadgeAsync(product, PersonOf(random.Next(Persons)))), () => "number beside 待办 on every page, 99th percentile; the two counts of the index beside it");
            await raw.Database.CloseConnectionAsync();
        }
    }

    private static Actor PersonOf(int n) => new(Guid.ParseExact(n.ToString("x8", CultureInfo.InvariantCulture) + "000070008000000000000000", "N"), $"人员{n}", new HashSet<string> { Role }, $"R{n}");

    private static async Task<double> WindowAsync(BenchPace pace, Func<Task> once)
    {
        List<double> times = [];
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < pace.Window)
        {
            var from = Stopwatch.GetTimestamp();
            await once();
            times.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
        }
        times.Sort();
        return Math.Round(times[(int)((times.Count - 1) * 0.99)], 4);
    }

    private const string LinesOfIndexes = """
        SELECT * FROM (SELECT due_key AS k, id FROM work_items WHERE queue = @q ORDER BY due_key, id LIMIT 26) a
        UNION ALL SELECT * FROM (SELECT due_key, id FROM work_items WHERE queue = @r ORDER BY due_key, id LIMIT 26) b
        UNION ALL SELECT * FROM (SELECT due_key, id FROM work_items WHERE second_queue = @r ORDER BY due_key, id LIMIT 26) c
        ORDER BY 1, 2 LIMIT 26
        """;

    private const string CountsOfIndexes = "SELECT (SELECT count(*) FROM work_items WHERE queue = @q) + (SELECT count(*) FROM work_items WHERE queue = @r)";

    /// <summary>As ours, the limit does not have its text read again for every question.</summary>
    private static DbCommand Prepared(DbConnection connection, string sql, params ReadOnlySpan<string> names)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // One of the constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var name in names)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.DbType) = (name, DbType.String);
            command.Parameters.Add(parameter);
        }
        command.Prepare();
        return command;
    }

    private static async Task IndexAsync(DbCommand command, params string[] values)
    {
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) _ = reader.GetValue(0);
    }

    private static async Task PageAsync(Product product, Actor person, InboxQuestion question)
    {
        await using var scope = product.Services.CreateAsyncScope();
        await InboxOf(scope).IdsAsync(person, question, InboxQueries.PageSize, CancellationToken.None);
    }

    private static async Task BadgeAsync(Product product, Actor person)
    {
        await using var scope = product.Services.CreateAsyncScope();
        await InboxOf(scope).CountOpenAsync(person, CancellationToken.None);
    }

    private static async Task<string> CursorAsync(Product product, int pages)
    {
        string? next = null;
        for (var page = 1; page < pages; page++)
        {
            await using var scope = product.Services.CreateAsyncScope();
            next = (await InboxOf(scope).IdsAsync(PersonOf(0), new InboxQuestion(InboxTab.Group, After: next), InboxQueries.PageSize, CancellationToken.None)).Next ?? throw new InvalidOperationException($"The role's items end on page {page}.");
        }
        return next!;
    }

    private static InboxQueries InboxOf(AsyncServiceScope scope)
        => ActivatorUtilities.CreateInstance<InboxQueries>(scope.ServiceProvider, ActivatorUtilities.CreateInstance<DueReader>(scope.ServiceProvider));

    /// <summary>
    /// Copies one item: of ten three claimed, three reserved to one person, two to a pair, two anybody's of a role. The persons and the last days are spread by
    /// a multiplier, so that neither lies together in the table.
    /// </summary>
    private static async Task SeedAsync(Product product, int items)
    {
        await product.StartAsync("B-0");
        await product.ReadAsync(async db =>
        {
            db.Database.SetCommandTimeout(TimeSpan.FromMinutes(10));
            var postgres = db.Database.ProviderName!.Contains("PostgreSQL", StringComparison.Ordinal);
            string Hex(string n, int width) => postgres ? $"lpad(to_hex({n}), {width}, '0')" : $"printf('%0{width}x', {n})";
            string Uuid(string n, char kind) => postgres ? $"({Hex(n, 8)} || '-0000-7000-8000-{kind}' || {Hex("s.n", 11)})::uuid" : $"upper({Hex(n, 8)} || '-0000-7000-8000-{kind}' || {Hex("s.n", 11)})";
            string Due() => postgres ? "DATE '2026-09-01' + ((s.n * 7919) % 120)::int" : "date('2026-09-01', '+' || ((s.n * 7919) % 120) || ' days')";
            const string person = "((s.n / 10 * 7727) % 3000)";
            var claimed = postgres ? $"({Hex(person, 8)} || '-0000-7000-8000-000000000000')::uuid" : $"upper({Hex(person, 8)} || '-0000-7000-8000-000000000000')";
            var values = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["id"] = Uuid("((s.n * 104729) % 4000000000)", 'a'),
                ["bookmark_id"] = Uuid("((s.n * 104729) % 4000000000)", 'b'),
                ["case_no"] = "'B-' || s.n",
                ["role"] = $"'{Role}'",
                ["due_on"] = Due(),
                ["due_key"] = Due(),
                ["claimed_by_id"] = $"CASE WHEN s.n % 10 < 3 THEN {claimed} END",
                ["claimed_by_name"] = "CASE WHEN s.n % 10 < 3 THEN '人员' END",
                ["assignees"] = $"CASE WHEN s.n % 10 BETWEEN 3 AND 5 THEN ';R' || {person} || ';' WHEN s.n % 10 BETWEEN 6 AND 7 THEN ';R' || {person} || ';R' || (({person} + 1) % 3000) || ';' END",
                ["queue"] = $"CASE WHEN s.n % 10 < 3 THEN 'p:' || {Hex(person, 8)} || '000070008000000000000000' WHEN s.n % 10 < 8 THEN 'n:R' || {person} ELSE 'g:{Role}' END",
                ["second_queue"] = $"CASE WHEN s.n % 10 BETWEEN 6 AND 7 THEN 'n:R' || (({person} + 1) % 3000) END",
            };
            var columns = db.Model.FindEntityType(typeof(WorkItem))!.GetProperties().Select(p => p.GetColumnName()).ToList();
            var series = postgres ? $"(SELECT generate_series(1, {items})::bigint AS n) s" : $"(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {items}) SELECT n FROM c) s";
#pragma warning disable EF1002 // Names of the mapping and numbers.
            await db.Database.ExecuteSqlRawAsync($"INSERT INTO work_items ({string.Join(", ", columns.Select(c => $"\"{c}\""))}) SELECT {string.Join(", ", columns.Select(c => values.GetValueOrDefault(c, $"w.\"{c}\"")))} FROM {series}, (SELECT * FROM work_items LIMIT 1) w");
#pragma warning restore EF1002
            await db.Database.ExecuteSqlRawAsync(postgres ? "VACUUM ANALYZE" : "ANALYZE");
            return 0;
        });
    }
}
