using System.Diagnostics;
using System.Globalization;

namespace DoubleRandom.Bench;

/// <summary>Limit and ours in turn, so that what disturbs the machine disturbs both; only the ratio of a pair counts.</summary>
internal static class Pairs
{
    /// <param name="limit">Gives a figure of the raw limit for one window.</param>
    /// <param name="ours">Gives the product's figure for one window.</param>
    /// <param name="isRate">True: operations a second; false: a time.</param>
    /// <param name="isWarm">What the first windows are for was done already.</param>
    public static async Task<BenchRow> RunAsync(
        BenchPace pace, string id, string? db, int? callers, string unit, bool isRate, double? goal, Func<Task<double>> limit, Func<Task<double>> ours, Func<string>? note = null, bool isWarm = false)
    {
        // The first windows compile, fill caches and grow files.
        if (!isWarm)
        {
            await limit();
            await ours();
        }
        List<(double Limit, double Ours)> pairs = [];
        var busy = 0;
        for (var i = 0; i < pace.Pairs; i++)
        {
            if (!await IdleAsync()) busy++;
            // The order of the two changes with each pair: neither always runs on what the other left behind.
            var (first, second) = i % 2 == 0 ? (limit, ours) : (ours, limit);
            var a = await first();
            var b = await second();
            pairs.Add(i % 2 == 0 ? (a, b) : (b, a));
        }
        var ratios = pairs.Select(p => p.Ours / p.Limit).Order().ToList();
        var ratio = Median(ratios);
        var text = string.Create(CultureInfo.InvariantCulture, $"{pairs.Count} pairs, ratio {ratios[0]:0.00}–{ratios[^1]:0.00}{(busy > 0 ? $", {busy} begun on a busy machine" : "")}");
        if (note is not null) text = $"{note()}; {text}";
        return new BenchRow(id, db, callers, Round(Median([.. pairs.Select(p => p.Limit).Order()])), Round(Median([.. pairs.Select(p => p.Ours).Order()])), Math.Round(ratio, 3),
            goal is null ? null : string.Create(CultureInfo.InvariantCulture, $"{(isRate ? ">=" : "<=")}{goal:0.00}"), goal is null ? null : isRate ? ratio >= goal : ratio <= goal, unit, text);
    }

    /// <summary>Callers in parallel until the window is over; completed operations a second.</summary>
    public static async Task<double> RateAsync(int callers, TimeSpan window, Func<int, Task> once)
    {
        var done = 0L;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var own = 0L;
            while (clock.Elapsed < window)
            {
                await once(caller);
                own++;
            }
            Interlocked.Add(ref done, own);
        })));
        return done / clock.Elapsed.TotalSeconds;
    }

    public static double Median(IReadOnlyList<double> ordered) => ordered.Count % 2 == 1 ? ordered[ordered.Count / 2] : (ordered[ordered.Count / 2 - 1] + ordered[ordered.Count / 2]) / 2;

    private static double Round(double value) => Math.Round(value, value < 100 ? 2 : 0);

    /// <summary>Waits up to three seconds for a machine that is idle otherwise; the row says when it was not.</summary>
    private static async Task<bool> IdleAsync()
    {
        for (var i = 0; i < 12; i++)
        {
            var before = Machine.CpuTicks();
            await Task.Delay(250);
            var after = Machine.CpuTicks();
            if (before is null || after is null) return true;
            var total = after.Value.Total - before.Value.Total;
            if (total == 0 || (after.Value.Idle - before.Value.Idle) / (double)total > 0.8) return true;
        }
        return false;
    }
}
