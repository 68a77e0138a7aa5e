using DoubleRandom.Host.Data;
using DoubleRandom.Host.Pages.Portal;
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
        WarmUp(app.Services);
        await app.RunAsync();
        return 0;
    }

    /// <summary>Asks what the portal's first page asks, while the server opens its doors: the first reader does not wait for it. A fault shows on the page.</summary>
    private static void WarmUp(IServiceProvider services) => _ = Task.Run(async () =>
    {
        await using var scope = services.CreateAsyncScope();
        var portal = scope.ServiceProvider.GetRequiredService<PortalReader>();
        await portal.CountsAsync(CancellationToken.None);
        await portal.ListAsync([], null, 1, CancellationToken.None);
        await portal.DrawsAsync(null, 1, CancellationToken.None);
    });
}
