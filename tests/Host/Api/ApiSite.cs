using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using DoubleRandom.Host;
using DoubleRandom.Host.Accounts;
using DoubleRandom.Host.Data;
using DoubleRandom.Tests.Support;
using DoubleRandom.Tests.Workflows;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DoubleRandom.Tests.Host.Api;

/// <summary>The web server over a test host's database, and browsers that sign in as people do.</summary>
internal sealed partial class ApiSite : IAsyncDisposable
{
    public const string Password = "correct horse battery";
    private readonly WebApplication _app;

    private ApiSite(TestHost host, WebApplication app) => (Host, _app) = (host, app);

    public TestHost Host { get; }

    public IServiceProvider Services => _app.Services;

    public string Address => _app.Urls.First();

    public static async Task<ApiSite> StartAsync(string database = Databases.Sqlite, Action<IServiceCollection>? configure = null)
    {
        var host = await TestHost.StartAsync(database, services => services.AddSingleton(Given.EchoForm));
        var settings = host.Services.GetRequiredService<DatabaseSettings>();
        List<string> args = ["--urls", "http://127.0.0.1:0", "--DOUBLERANDOM_DATA", settings.Folder];
        if (settings.Postgres is { } postgres) args.AddRange(["--ConnectionStrings:Postgres", postgres]);
        var app = WebHost.Build([.. args], builder =>
        {
            builder.Host.UseDefaultServiceProvider(o => (o.ValidateScopes, o.ValidateOnBuild) = (true, true));
            builder.Services.AddSingleton(Given.EchoForm);
            builder.Services.AddSingleton<TimeProvider>(host.Time);
            builder.Logging.ClearProviders();
            // A test is alone with its database: duties run when it says so.
            foreach (var waker in builder.Services.Where(s => s.ServiceType == typeof(IHostedService) && Implementation(s).StartsWith("Quartz", StringComparison.Ordinal)).ToList()) builder.Services.Remove(waker);
            configure?.Invoke(builder.Services);
        });
        await app.StartAsync();
        return new ApiSite(host, app);
    }

    private static string Implementation(ServiceDescriptor service)
        => (service.ImplementationType ?? service.ImplementationInstance?.GetType() ?? service.ImplementationFactory?.Method.DeclaringType)?.FullName ?? "";

    public HttpClient NewBrowser() => new(new HttpClientHandler { CookieContainer = new CookieContainer(), AllowAutoRedirect = false })
    {
        BaseAddress = new Uri(Address),
        Timeout = TimeSpan.FromSeconds(30),
    };

    public async Task AddAccountAsync(string name, params string[] roles)
        => Assert.Null((await Host.HandleAsync((AddAccountHandler h) => h.HandleAsync(new AddAccount(name, name, roles, Password), Host.Change(), default))).Refusal);

    /// <summary>The sign-in form, filled in: 302 when it was taken.</summary>
    public static async Task<HttpResponseMessage> PostSignInAsync(HttpClient browser, string name, string password)
    {
        var form = await browser.GetStringAsync("/signin");
        return await browser.PostAsync("/signin", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["__RequestVerificationToken"] = FormToken().Match(form).Groups[1].Value,
            ["_handler"] = "signin",
            ["Input.UserName"] = name,
            ["Input.Password"] = password,
        }));
    }

    /// <summary>A browser of a person with the given roles, with the token that changes carry.</summary>
    public async Task<HttpClient> SignInAsync(string name, params string[] roles)
    {
        await AddAccountAsync(name, roles);
        var browser = NewBrowser();
        using var answer = await PostSignInAsync(browser, name, Password);
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        var session = await browser.GetFromJsonAsync<JsonElement>("/api/session");
        browser.DefaultRequestHeaders.Add(session.GetProperty("tokenHeader").GetString()!, session.GetProperty("token").GetString());
        return browser;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await Host.DisposeAsync();
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"")]
    private static partial Regex FormToken();
}
