using DoubleRandom.Basics;
using DoubleRandom.Host.Data;

namespace DoubleRandom.Host.Commands;

/// <summary>The product's services without the web server, for one command.</summary>
internal static class CommandHost
{
    public static IConfiguration Configuration { get; } = new ConfigurationBuilder()
        .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
        .AddEnvironmentVariables()
        .Build();

    /// <summary>The services, with the schema up to date on SQLite; a refusal when the machine or the database is not ready.</summary>
    public static async Task<Result<ServiceProvider>> OpenAsync()
    {
        var provider = Build();
        if (await DatabaseStart.PrepareAsync(provider, CancellationToken.None) is { } refusal)
        {
            await provider.DisposeAsync();
            return refusal;
        }
        return provider;
    }

    /// <summary>The services alone, before the database is looked at.</summary>
    public static ServiceProvider Build()
    {
        var services = new ServiceCollection();
        services.AddSingleton(Configuration);
        // What the database says comes as an exception and is answered in words; told twice it would only hide them.
        services.AddLogging(l => l.AddConsole(o => o.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.EntityFrameworkCore", LogLevel.None));
        services.AddDoubleRandom(DatabaseSettings.From(Configuration));
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true });
    }
}
