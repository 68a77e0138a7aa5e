using DoubleRandom.Basics;
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
        // On a machine whose SQLite or folder will not do nothing is begun at all.
        if (app.Services.GetRequiredService<DatabaseSettings>().Prepare() is { } unfit) return await CommandTable.RefuseAsync(unfit);
        // The port opens while the database is prepared; nobody passes the gate before it is as it must be.
        var gate = app.Services.GetRequiredService<StartGate>();
        gate.Close();
        var preparing = Task.Run(() => PrepareAsync(app.Services));
        await app.StartAsync();
        if (await preparing is { } refusal)
        {
            gate.Refuse();
            await app.StopAsync();
            return await CommandTable.RefuseAsync(refusal);
        }
        gate.Open();
        WarmUp(app.Services);
        await app.WaitForShutdownAsync();
        return 0;
    }

    private static async Task<Refusal?> PrepareAsync(IServiceProvider services)
        => await DatabaseStart.PrepareAsync(services, CancellationToken.None) ?? await ShippedDefinitions.TakeInAsync(services, Console.Error, CancellationToken.None) ?? await ShippedCodes.TakeInAsync(services, CancellationToken.None);

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
