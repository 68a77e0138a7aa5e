using DoubleRandom.Basics;
using DoubleRandom.Workflows.Definitions;

namespace DoubleRandom.Host.Start;

/// <summary>The definitions of <c>workflows-json/</c>, which lie beside the program.</summary>
internal static class ShippedDefinitions
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "workflows-json");

    /// <summary>
    /// Takes in the files whose hash is new: version 1 where the definition is unknown, later a draft 出厂新版. A file with errors is not
    /// taken in; it is named with node and reason, and the others go on.
    /// </summary>
    public static async Task<Refusal?> TakeInAsync(IServiceProvider services, TextWriter errors, CancellationToken cancellationToken)
    {
        var change = ChangeContext.Now(services.GetRequiredService<TimeProvider>(), Actor.System, "程序启动");
        var taken = await services.GetRequiredService<IUnitOfWork>().RunAsync((s, ct) =>
            s.GetRequiredService<TakeInDefinitionsHandler>().HandleAsync(new TakeInDefinitions(Folder), change, ct), cancellationToken);
        if (taken.Refusal is { } refusal) return refusal;
        foreach (var finding in taken.Value.Refused) await errors.WriteLineAsync($"{Texts.Of("workflows.not-taken-in")} {finding}");
        return null;
    }
}
