using DoubleRandom.Basics;
using DoubleRandom.Host.Clock;
using DoubleRandom.Host.Data;
using DoubleRandom.Host.Start;

namespace DoubleRandom.Host.Commands;

/// <summary>Brings the schema up to date. For developers: <c>--script</c> prints what the model would create, <c>--regenerate</c> writes it over 0001.</summary>
internal static class MigrateCommand
{
    public const string Usage = "migrate [--script sqlite|postgres | --regenerate]";

    public static async Task<int> RunAsync(CommandLine line)
    {
        var script = line.Option("--script");
        var regenerate = line.Flag("--regenerate");
        line.Words(0, 0);
        if (script is not null)
        {
            if (script is not ("sqlite" or "postgres")) throw new UsageException("--script 只接受 sqlite 或 postgres");
            Console.Write(Migrator.CreateScript(script == "postgres"));
            return 0;
        }
        if (regenerate) return await RegenerateAsync();

        await using var provider = CommandHost.Build();
        var settings = provider.GetRequiredService<DatabaseSettings>();
        if (settings.Prepare() is { } refusal) return await CommandTable.RefuseAsync(refusal);
        await using var scope = provider.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        if (settings.IsPostgres && await DatabaseStart.CheckPostgresAsync(db, CancellationToken.None) is { } wrong) return await CommandTable.RefuseAsync(wrong);
        var applied = await scope.ServiceProvider.GetRequiredService<Migrator>().ApplyAsync(CancellationToken.None);
        await provider.GetRequiredService<DatabaseClock>().LoadAsync();
        if (await ShippedDefinitions.TakeInAsync(provider, Console.Error, CancellationToken.None) is { } notTaken) return await CommandTable.RefuseAsync(notTaken);
        if (await ShippedCodes.TakeInAsync(provider, CancellationToken.None) is { } noCodes) return await CommandTable.RefuseAsync(noCodes);
        Console.WriteLine(Texts.Of(applied.Count == 0 ? "data.schema-current" : "data.schema-applied", string.Join(' ', applied)));
        return 0;
    }

    private static async Task<int> RegenerateAsync()
    {
        // `dotnet run` starts the program in the project's folder, the script in the root.
        var folder = Path.Combine(Directory.Exists("src") ? Path.Combine("src", "Host") : ".", "Data", "Migrations");
        if (!Directory.Exists(folder)) throw new UsageException("--regenerate 要在源代码的根目录运行");
        foreach (var provider in (string[])["sqlite", "postgres"])
            await File.WriteAllTextAsync(Path.Combine(folder, provider, "0001-initial.sql"), Migrator.CreateScript(provider == "postgres"));
        Console.WriteLine(folder);
        return 0;
    }
}
