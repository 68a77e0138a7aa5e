using System.Globalization;
using DoubleRandom.Engine.Dispatching;

namespace DoubleRandom.Bench.Kills;

/// <summary>
/// The process that is killed: starts cases and families, completes open items, delivers. Writes a line for everything that was committed;
/// what it has written must be found afterwards, whenever it was killed.
/// </summary>
internal static class KillWorker
{
    public static async Task<int> RunAsync(string[] args)
    {
        var (folder, seed) = (args[0], int.Parse(args[1], CultureInfo.InvariantCulture));
        await using var product = await Product.OpenAsync(folder, args.Length > 2 ? args[2] : null);
        var pump = product.Services.GetRequiredService<ChildPump>();
        using var acks = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        var random = new Random(seed);
        var open = new Queue<Guid>();
        for (var n = 0; ; n++)
        {
            switch (random.Next(10))
            {
                case < 2:
                    await acks.WriteLineAsync($"case {await product.StartAsync($"K-{seed}-{n}")}");
                    break;
                case < 4:
                    await acks.WriteLineAsync($"family {await product.StartAsync($"F-{seed}-{n}", Product.FamilyId)}");
                    break;
                case 4:
                    await pump.DrainAsync();
                    break;
                default:
                    if (open.Count == 0) open = new Queue<Guid>(await product.OpenItemsAsync());
                    if (!open.TryDequeue(out var item)) break;
                    var completed = await product.CompleteAsync(item);
                    if (completed.Refusal is { } refusal) throw new InvalidOperationException(refusal.ToString());
                    await acks.WriteLineAsync($"item {item}");
                    break;
            }
        }
    }
}
