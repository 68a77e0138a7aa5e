using DoubleRandom.Host.Data;
using DoubleRandom.Host.Start;

namespace DoubleRandom.Host.Commands;

/// <summary>The web server; the command that runs when none is named.</summary>
internal static class ServeCommand
{
    public const string Usage = "[serve] [--urls http://127.0.0.1:5080]";

    public static async Task<int> RunAsync(CommandLine line)
    {
        await using var app = WebHost.Build(line.Remaining);
        if (await DatabaseStart.PrepareAsync(app.Services, CancellationToken.None) is { } refusal) return await CommandTable.RefuseAsync(refusal);
        if (await ShippedDefinitions.TakeInAsync(app.Services, Console.Error, CancellationToken.None) is { } notTaken) return await CommandTable.RefuseAsync(notTaken);
        await app.RunAsync();
        return 0;
    }
}
