using DoubleRandom.Host;
using DoubleRandom.Host.Data;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DoubleRandom.Tests.Support;

/// <summary>The real web server on a free port, over the database and the clock of a <see cref="TestHost"/>.</summary>
internal sealed class WebSite : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Faults _faults;

    private WebSite(WebApplication app, string address, Faults faults)
        => (_app, Address, _faults, Http) = (app, address, faults, new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(30) });

    public string Address { get; }

    /// <summary>Follows no redirect and keeps no cookie.</summary>
    public HttpClient Http { get; }

    public static async Task<WebSite> StartAsync(TestHost host)
    {
        var settings = host.Services.GetRequiredService<DatabaseSettings>();
        string[] args = ["--urls", "http://127.0.0.1:0", "--DOUBLERANDOM_DATA", settings.Folder, .. settings.Postgres is { } postgres ? new[] { "--ConnectionStrings:Postgres", postgres } : []];
        var faults = new Faults();
        var app = WebHost.Build(args, builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(host.Time);
            builder.Logging.ClearProviders().AddProvider(faults).SetMinimumLevel(LogLevel.Error);
        });
        await app.StartAsync();
        return new WebSite(app, app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First(), faults);
    }

    public async Task<string> GetPageAsync(string path)
    {
        using var answer = await Http.GetAsync(path);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {page[..Math.Min(500, page.Length)]} {_faults.Last}");
        return System.Net.WebUtility.HtmlDecode(page);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>The last error the server logged: an answer of 500 says nothing by itself.</summary>
    private sealed class Faults : ILoggerProvider, ILogger
    {
        public string? Last { get; private set; }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Last = $"{formatter(state, exception)} {exception}";

        public void Dispose()
        {
        }
    }
}
