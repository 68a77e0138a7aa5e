using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using DoubleRandom.Engine.Storage;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Bench;

/// <summary>Rows a and b: one step of a case, against the raw transaction of the same shape (<see cref="RawLimit"/>).</summary>
internal static class StepBench
{
    /// <summary>The 99th of a hundred completions takes at most so many times the median.</summary>
    private const double MaxTail = 5;

    private static readonly (string Db, int Callers, double StartGoal)[] Settings = [("sqlite", 1, 0.60), ("postgres", 1, 0.50), ("postgres", 8, 0.60)];

    private const double CompleteGoal = 0.50;

    public static async IAsyncEnumerable<BenchRow> StartAsync(BenchPace pace)
    {
        await foreach (var (db, callers, goal, product, limit) in EachAsync())
        {
            var acked = 0L;
            var number = 0L;
            var effort = new Effort();
            var row = await Pairs.RunAsync(pace, "a", db, callers, "tx/s", isRate: true, goal,
                () => Pairs.RateAsync(callers, pace.Window, limit.OnceAsync),
                () => effort.OfAsync(() => Pairs.RateAsync(callers, pace.Window, async _ =>
                {
                    await product.StartAsync($"B-{Interlocked.Increment(ref number).ToString(CultureInfo.InvariantCulture)}");
                    Interlocked.Increment(ref acked);
                })), () => effort.Each(acked));
            // Only what a second connection sees was done.
            var visible = await product.ReadAsync(d => d.Set<WorkflowInstanceRow>().LongCountAsync());
            yield return visible == acked ? row : row with { Met = false, Note = $"{acked} answered, {visible} visible; {row.Note}" };
        }
    }

    public static async IAsyncEnumerable<BenchRow> CompleteAsync(BenchPace pace)
    {
        await foreach (var (db, callers, _, product, limit) in EachAsync())
        {
            // Enough cases that a window touches each rarely: the pages are as cold as in an office.
            var cases = pace.IsQuick ? 3_000 : 10_000;
            await Task.WhenAll(Enumerable.Range(0, callers).Select(async c =>
            {
                for (var i = c; i < cases; i += callers) await product.StartAsync($"B-{i}");
            }));
            var times = new ConcurrentBag<double>();
            var effort = new Effort();
            async Task<double> OursAsync()
            {
                var open = await product.OpenItemsAsync();
                Random.Shared.Shuffle(CollectionsMarshalSpan(open));
                var items = new ConcurrentQueue<Guid>(open);
                var done = 0L;
                var clock = Stopwatch.StartNew();
                await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
                {
                    while (clock.Elapsed < pace.Window && items.TryDequeue(out var item))
                    {
                        var from = Stopwatch.GetTimestamp();
                        var result = await product.CompleteAsync(item);
                        if (result.Refusal is { } refusal) throw new InvalidOperationException(refusal.ToString());
                        times.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
                        Interlocked.Increment(ref done);
                    }
                })));
                var rate = done / clock.Elapsed.TotalSeconds;
                // Every completed item has led to the next one.
                if ((await product.OpenItemsAsync()).Count != open.Count) throw new InvalidOperationException("A case lost or doubled its open item.");
                return rate;
            }
            var row = await Pairs.RunAsync(pace, "b", db, callers, "tx/s", isRate: true, CompleteGoal,
                () => Pairs.RateAsync(callers, pace.Window, limit.OnceAsync), () => effort.OfAsync(OursAsync), () => effort.Each(times.Count));
            var ordered = times.Order().ToList();
            var (median, tail) = (ordered[ordered.Count / 2], ordered[ordered.Count * 99 / 100]);
            yield return row with
            {
                Met = row.Met is true && tail <= MaxTail * median,
                Note = string.Create(CultureInfo.InvariantCulture, $"{cases} cases, p50 {median:0.00} ms, p99 {tail:0.00} ms = {tail / median:0.0} × (at most {MaxTail:0}), {row.Note}"),
            };
        }
    }

    /// <summary>Processor time of this program in its own windows: what a step costs whatever else the machine does.</summary>
    private sealed class Effort
    {
        private TimeSpan _spent;

        public async Task<double> OfAsync(Func<Task<double>> window)
        {
            var before = Environment.CpuUsage.TotalTime;
            var figure = await window();
            _spent += Environment.CpuUsage.TotalTime - before;
            return figure;
        }

        public string Each(long steps) => string.Create(CultureInfo.InvariantCulture, $"{_spent.TotalMilliseconds / Math.Max(1, steps):0.00} ms processor a step");
    }

    private static Span<Guid> CollectionsMarshalSpan(List<Guid> list) => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(list);

    private static async IAsyncEnumerable<(string Db, int Callers, double StartGoal, Product Product, RawLimit Limit)> EachAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var (db, callers, goal) in Settings)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Beside the program and not in /tmp, which may be memory: the disk is part of what is measured.
            var folder = Directory.CreateDirectory(Path.Combine(Machine.Root, ".artifacts", $"bench-{Guid.NewGuid():N}")).FullName;
            await using var server = db == "postgres" ? await PrivatePostgres.StartAsync() : null;
            await using (var product = await Product.OpenAsync(folder, server?.ConnectionString()))
            await using (var limit = await RawLimit.OpenAsync(product.Settings, callers))
            {
                yield return (db, callers, goal, product, limit);
            }
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }
}
