using DoubleRandom.Basics;
using DoubleRandom.Inspections;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.Draws.Protocol;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Commands;

/// <summary>Writes the published files of draws, and checks a draw from its files alone: says what was checked and names the first difference.</summary>
internal static class DrawCommand
{
    public const string Usage = "draw export NUMBER|--all FOLDER [--rfc3797] | draw verify FOLDER";

    public static async Task<int> RunAsync(CommandLine line)
    {
        var all = line.Flag("--all");
        var rfc3797 = line.Flag("--rfc3797");
        var words = line.Words(2, 3);
        return (words[0], words.Count) switch
        {
            ("export", 2) when all => await ExportAsync(null, words[1], rfc3797),
            ("export", 3) when !all => await ExportAsync(words[1], words[2], rfc3797),
            ("verify", 2) when !all && !rfc3797 => await VerifyAsync(words[1]),
            _ => throw new UsageException("draw 后应为 export（编号或 --all，再加文件夹）或 verify（文件夹）"),
        };
    }

    /// <summary>One folder a draw, named by its number and kind, with the files that exist so far.</summary>
    private static async Task<int> ExportAsync(string? number, string folder, bool rfc3797)
    {
        var opened = await CommandHost.OpenAsync();
        if (opened.Refusal is { } notReady) return await CommandTable.RefuseAsync(notReady);
        await using var services = opened.Value;
        await using var scope = services.CreateAsyncScope();
        var draws = await scope.ServiceProvider.GetRequiredService<DbContext>().Set<Draw>().AsNoTracking()
            .Where(d => number == null || d.Number == number).OrderBy(d => d.Number).ToListAsync();
        if (number is not null && draws.Count == 0) return await CommandTable.RefuseAsync(Refusal.NotFound("draws.no-number", number));
        foreach (var draw in draws)
        {
            var path = Path.Combine(folder, $"{draw.Number}-{draw.Kind}");
            await draw.Files().WriteAsync(path, CancellationToken.None);
            if (rfc3797 && draw.Status is DrawStatus.Drawn)
            {
                var compared = Rfc3797.Export(draw.Files());
                if (compared.Refusal is { } refusal) return await CommandTable.RefuseAsync(refusal);
                await File.WriteAllTextAsync(Path.Combine(path, "rfc3797.txt"), compared.Value);
            }
            Console.WriteLine(path);
        }
        return 0;
    }

    private static async Task<int> VerifyAsync(string folder)
    {
        new ServiceCollection().AddInspections();
        if (!Directory.Exists(folder))
        {
            await Console.Error.WriteLineAsync($"找不到文件夹 {folder}");
            return 1;
        }
        var verification = DrawVerifier.Verify(folder);
        foreach (var step in verification.Checked) Console.WriteLine($"✓ {step}");
        if (verification.Difference is not { } difference) return 0;
        await Console.Error.WriteLineAsync($"✗ {Texts.Of(difference)}");
        return 1;
    }
}
