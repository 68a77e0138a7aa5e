using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Host.Data;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Definitions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace DoubleRandom.Bench;

/// <summary>
/// Rows j and j2: what a step costs when much is there already, against the same step in a small database of the same run. The figure of a window is its median
/// time, so that a pair compares like with like; the 99th percentile is a row of its own over all windows.
/// </summary>
internal static class GrowthBench
{
    private const int Small = 1_000;

    /// <summary>Cases without a history: three for each sixty steps of all windows.</summary>
    private const int Young = 6_000;

    /// <summary>Random open items are looked up anew when so few are left: among a million that takes longer than a window.</summary>
    private const int Few = 5 * Small;

    /// <summary>A window is thousands of steps also when it is short, and there are many rows.</summary>
    private static BenchPace Short(BenchPace pace) => pace with { Window = TimeSpan.FromSeconds(2) };

    public static async IAsyncEnumerable<BenchRow> CasesAsync(BenchPace pace)
    {
        pace = Short(pace);
        int[] sizes = pace.IsQuick ? [10_000] : [10_000, 100_000, 1_000_000];
        foreach (var db in (string[])["sqlite", "postgres"])
        {
            await using var small = await Place.OpenAsync(db);
            await SeedAsync(small.Product);
            foreach (var size in sizes)
            {
                await using var large = await Place.OpenAsync(db);
                var clock = Stopwatch.StartNew();
                await GrowAsync(large.Product, await SeedAsync(large.Product), size);
                var grown = clock.Elapsed.TotalSeconds;
                List<double> few = [], many = [];
                Queue<Guid> fewItems = [], manyItems = [];
                var row = await Pairs.RunAsync(pace, "j", db, 1, "ms", isRate: false, 1.25, () => StepsAsync(small.Product, pace, fewItems, few), () => StepsAsync(large.Product, pace, manyItems, many),
                    () => string.Create(CultureInfo.InvariantCulture, $"median step among {size} live cases (copied in {grown:0} s), {Small} in the small database"));
                yield return row;
                var (before, after) = (Percentile(few, 0.99), Percentile(many, 0.99));
                yield return new BenchRow("j", db, 1, before, after, Math.Round(after / before, 3), "<=2.00", after <= 2 * before, "ms", $"99th percentile of {many.Count} steps among {size} live cases");
            }
        }
    }

    public static async IAsyncEnumerable<BenchRow> HistoryAsync(BenchPace pace)
    {
        pace = Short(pace);
        int[] lengths = pace.IsQuick ? [300] : [100, 3_000];
        foreach (var db in (string[])["sqlite", "postgres"])
        {
            await using var place = await Place.OpenAsync(db);
            var product = place.Product;
            // Cases of one age, so that their rows lie at the same places: the newest cases' rows are appended, which is cheaper than history makes anything dear.
            var old = new Guid[3];
            Queue<Guid> young = [];
            for (var i = 0; i < Young; i++)
            {
                if (i == Young / 2)
                {
                    for (var o = 0; o < old.Length; o++) old[o] = await product.StartAsync($"H-{o}");
                }
                young.Enqueue(await product.StartAsync($"F-{i}"));
            }
            foreach (var length in lengths)
            {
                foreach (var id in old)
                {
                    for (var done = await StepsOfAsync(product, id); done < length; done++) await StepAsync(product, id);
                }
                yield return await Pairs.RunAsync(pace, "j2", db, 1, "ms", isRate: false, 1.1,
                    () => RoundAsync(pace, () => Task.FromResult<Guid[]>([young.Dequeue(), young.Dequeue(), young.Dequeue()]), product, 60),
                    () => RoundAsync(pace, () => Task.FromResult(old), product, 60), () => $"median step of cases with {length} steps and more behind them, as old ones with at most twenty beside them");
            }
        }
        foreach (var db in (string[])["sqlite", "postgres"])
        {
            await using var one = await Place.OpenAsync(db);
            await using var many = await Place.OpenAsync(db);
            var versions = pace.IsQuick ? 100 : 500;
            await AddVersionsAsync(many.Product, versions - 1);
            var number = 0;
            Task<double> StartsAsync(Product product) => MedianAsync(pace, () => Task.FromResult(0), _ => product.StartAsync($"V-{number++}"));
            yield return await Pairs.RunAsync(pace, "j2", db, 1, "ms", isRate: false, 1.1, () => StartsAsync(one.Product), () => StartsAsync(many.Product), () => $"median start with {versions} versions of the definition, one version beside it");
        }
    }

    /// <summary>Random open items for one window; the median of their times.</summary>
    private static async Task<double> StepsAsync(Product product, BenchPace pace, Queue<Guid> items, List<double> all)
    {
        if (items.Count < Few)
        {
            var open = await product.OpenItemsAsync();
            Random.Shared.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(open));
            items.Clear();
            foreach (var item in open) items.Enqueue(item);
        }
        return await MedianAsync(pace, () => Task.FromResult(items.Dequeue()), async item =>
        {
            if ((await product.CompleteAsync(item)).Refusal is { } refusal) throw new InvalidOperationException(refusal.ToString());
        }, all, items.Count);
    }

    private static async Task<double> RoundAsync(BenchPace pace, Func<Task<Guid[]>> cases, Product product, int steps)
    {
        Guid[] current = [];
        var n = 0;
        return await MedianAsync(pace, async () =>
        {
            if (n % steps == 0) current = await cases();
            return await OpenItemAsync(product, current[n++ % current.Length]);
        }, async item =>
        {
            if ((await product.CompleteAsync(item)).Refusal is { } refusal) throw new InvalidOperationException(refusal.ToString());
        });
    }

    /// <param name="prepare">Not timed: what the next act works on.</param>
    private static async Task<double> MedianAsync<T>(BenchPace pace, Func<Task<T>> prepare, Func<T, Task> act, List<double>? all = null, int most = int.MaxValue)
    {
        List<double> times = [];
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < pace.Window && times.Count < most)
        {
            var subject = await prepare();
            var from = Stopwatch.GetTimestamp();
            await act(subject);
            times.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
        }
        all?.AddRange(times);
        return Percentile(times, 0.5);
    }

    private static double Percentile(List<double> times, double part)
    {
        var ordered = times.Order().ToList();
        return Math.Round(ordered[(int)((ordered.Count - 1) * part)], 3);
    }

    private static async Task StepAsync(Product product, Guid instance)
    {
        if ((await product.CompleteAsync(await OpenItemAsync(product, instance))).Refusal is { } refusal) throw new InvalidOperationException(refusal.ToString());
    }

    /// <summary>By what waits for it: to look through a long case's items before each step would throw out of the processor's caches what the step needs.</summary>
    private static async Task<Guid> OpenItemAsync(Product product, Guid instance)
    {
        var payload = await product.ReadAsync(db => db.Set<BookmarkRow>().Where(b => b.InstanceId == instance).Select(b => b.Payload).SingleAsync());
        return Guid.Parse(JsonNode.Parse(payload)!["WorkItemId"]!.GetValue<string>());
    }

    private static Task<int> StepsOfAsync(Product product, Guid instance)
        => product.ReadAsync(db => db.Set<WorkItem>().CountAsync(i => i.RootInstanceId == instance && i.CompletedById != null));

    /// <summary>A thousand cases started by the product. Their ids and numbers begin with the same eight characters, so that copies can be told apart by them.</summary>
    private static async Task<string> SeedAsync(Product product)
    {
        for (var tries = 0; ; tries++)
        {
            var first = await product.StartAsync($"B-{tries}");
            var own = first.ToString()[..8];
            await ClearAsync(product);
            for (var i = 0; i < Small; i++) await product.StartAsync($"B-{own}-{i}");
            var ids = await product.ReadAsync(db => db.Set<WorkflowInstanceRow>().Select(i => i.Id).ToListAsync());
            if (ids.TrueForAll(id => id.ToString().StartsWith(own, StringComparison.Ordinal))) return own;
            await ClearAsync(product);
        }
    }

    private static readonly Type[] Tables = [typeof(WorkflowInstanceRow), typeof(BookmarkRow), typeof(BurstRow), typeof(WorkItem), typeof(AuditEntry)];

    private static async Task ClearAsync(Product product)
        => await product.ReadAsync(async db =>
        {
#pragma warning disable EF1002 // Names of the mapping.
            // What is written once stays; other cases are not in its way.
            foreach (var type in Tables.Where(t => t != typeof(AuditEntry) && t != typeof(BurstRow))) await db.Database.ExecuteSqlRawAsync($"DELETE FROM {db.Model.FindEntityType(type)!.GetTableName()}");
#pragma warning restore EF1002
            return 0;
        });

    /// <summary>
    /// Copies the seeds row by row until that many cases are live: starting a million of them would take longer than everything that is measured. The copies differ
    /// in the first eight characters of all their ids and of the case number; they are older than the seeds, as an office's cases are.
    /// </summary>
    private static async Task GrowAsync(Product product, string prefix, int cases)
    {
        await product.ReadAsync(async db =>
        {
            db.Database.SetCommandTimeout(TimeSpan.FromMinutes(10));
            var postgres = db.Database.ProviderName!.Contains("PostgreSQL", StringComparison.Ordinal);
            await db.Database.OpenConnectionAsync();
            // Nothing of the copying is measured: it need not outlive the machine, and may hold its pages.
            await db.Database.ExecuteSqlRawAsync(postgres ? "SET synchronous_commit=off" : "PRAGMA synchronous=OFF; PRAGMA cache_size=-262144;");
            for (var copy = 1; copy < cases / Small; copy++)
            {
                var name = (Convert.ToUInt32(prefix, 16) - (uint)copy).ToString("x8", CultureInfo.InvariantCulture);
                await using var transaction = await db.Database.BeginTransactionAsync();
                foreach (var type in Tables)
                {
                    var entity = db.Model.FindEntityType(type)!;
                    var columns = entity.GetProperties().Select<IProperty, (string Name, string Value)>(p =>
                    {
                        var column = $"\"{p.GetColumnName()}\"";
                        var stored = p.GetTypeMapping().Converter?.ProviderClrType ?? p.ClrType;
                        return (Nullable.GetUnderlyingType(stored) ?? stored) switch
                        {
                            var t when t == typeof(Guid) => postgres ? (column, $"replace({column}::text, '{prefix}', '{name}')::uuid") : (column, $"replace({column}, '{prefix.ToUpperInvariant()}', '{name.ToUpperInvariant()}')"),
                            var t when t == typeof(string) => (column, $"replace({column}, '{prefix}', '{name}')"),
                            _ => (column, column),
                        };
                    }).ToList();
                    // A range, so that the index finds them however many others there are.
                    var instances = $"correlation_id >= 'B-{prefix}-' AND correlation_id < 'B-{prefix}.'";
                    var mine = type == typeof(AuditEntry) ? $"chain >= 'case/B-{prefix}-' AND chain < 'case/B-{prefix}.'" : type == typeof(WorkflowInstanceRow) ? instances
                        : type == typeof(WorkItem) ? $"case_no >= 'B-{prefix}-' AND case_no < 'B-{prefix}.'" : $"instance_id IN (SELECT id FROM workflow_instances WHERE {instances})";
#pragma warning disable EF1002 // Names of the mapping and hexadecimal digits.
                    await db.Database.ExecuteSqlRawAsync($"INSERT INTO {entity.GetTableName()} ({string.Join(", ", columns.Select(c => c.Name))}) SELECT {string.Join(", ", columns.Select(c => c.Value))} FROM {entity.GetTableName()} WHERE {mine}");
#pragma warning restore EF1002
                }
                await transaction.CommitAsync();
            }
            // As an office's database stands: counted, and with nothing left over from the copying.
            await db.Database.ExecuteSqlRawAsync(postgres ? "RESET synchronous_commit" : "PRAGMA synchronous=FULL; PRAGMA cache_size=-2000;");
            await db.Database.ExecuteSqlRawAsync(postgres ? "VACUUM ANALYZE" : "PRAGMA wal_checkpoint(TRUNCATE)");
            if (postgres) await db.Database.ExecuteSqlRawAsync("CHECKPOINT");
            await db.Database.CloseConnectionAsync();
            return 0;
        });
    }

    private static Task AddVersionsAsync(Product product, int count) => product.Units.RunAsync<Done>(async (services, ct) =>
    {
        var db = (DbContext)services.GetService(typeof(DbContext))!;
        var published = await db.Set<DefinitionVersion>().SingleAsync(v => v.DefinitionId == Product.DefinitionId, ct);
        for (var i = 0; i < count; i++)
        {
            db.Add(new DefinitionVersion
            {
                Id = $"{Product.DefinitionId}-old-{i}",
                DefinitionId = Product.DefinitionId,
                Version = 1_000 + i,
                Name = published.Name,
                Json = published.Json,
                Hash = published.Hash,
                Origin = "studio",
                CreatedAt = published.CreatedAt,
                CreatedByName = published.CreatedByName,
                PublishedAt = published.PublishedAt,
            });
        }
        return Done.It;
    });
}
