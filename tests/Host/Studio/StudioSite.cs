using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Host;
using DoubleRandom.Host.Accounts;
using DoubleRandom.Host.Data;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows.Definitions;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Studio;

/// <summary>The web server on a database of its own with the shipped definitions, and a browser's cookies.</summary>
internal sealed partial class StudioSite : IAsyncDisposable
{
    private const string Password = "Studio-test-2026";
    private readonly WebApplication _app;
    private readonly HttpClientHandler _handler = new() { CookieContainer = new CookieContainer(), AllowAutoRedirect = false };

    private StudioSite(TestHost host, WebApplication app)
    {
        (Host, _app) = (host, app);
        Client = new HttpClient(_handler) { BaseAddress = new Uri(app.Urls.First()), Timeout = TimeSpan.FromSeconds(30) };
    }

    public TestHost Host { get; }

    public HttpClient Client { get; }

    /// <summary>The browser's cookies.</summary>
    public IEnumerable<Cookie> Cookies => _handler.CookieContainer.GetCookies(Client.BaseAddress!);

    public static async Task<StudioSite> StartAsync(string database = Databases.Sqlite, string? assets = null)
    {
        var host = await TestHost.StartAsync(database, services => services.AddSingleton(Workflows.Given.EchoForm));
        var settings = host.Services.GetRequiredService<DatabaseSettings>();
        List<string> args = ["--urls", "http://127.0.0.1:0", "--DOUBLERANDOM_DATA", settings.Folder, "--Studio:Folder", assets ?? Path.Combine(settings.Folder, "no-studio"), "--Logging:LogLevel:Default", "Warning"];
        if (settings.Postgres is { } postgres) args.AddRange(["--ConnectionStrings:Postgres", postgres]);
        var app = WebHost.Build([.. args], builder => builder.Services.AddSingleton(Workflows.Given.EchoForm));
        await app.StartAsync();
        return new StudioSite(host, app);
    }

    /// <summary>All shipped definitions, published; unchecked, so that the pictures do not wait for every step and form they name.</summary>
    public Task TakeInAsync() => Host.RunAsync(services =>
    {
        foreach (var file in Directory.EnumerateFiles(Repository.Path("workflows-json"), "*.json"))
        {
            var json = File.ReadAllText(file);
            var definition = WorkflowDefinition.Parse(json).Value;
            services.GetRequiredService<DbContext>().Add(new DefinitionVersion
            {
                Id = $"{definition.DefinitionId}-v1",
                DefinitionId = definition.DefinitionId,
                Version = 1,
                Name = definition.Name,
                Json = json,
                Hash = Hashing.Sha256Hex(json),
                Origin = "file",
                IsLatest = true,
                IsPublished = true,
                CreatedAt = Host.Time.UtcNow,
                CreatedByName = "测试",
                PublishedAt = Host.Time.UtcNow,
            });
        }
        return Task.CompletedTask;
    });

    public async Task SignInAsync(string name, params string[] roles)
    {
        var added = await Host.HandleAsync((AddAccountHandler h) => h.HandleAsync(new AddAccount(name, $"测试员{name}", roles, Password), Host.Change(), default));
        Assert.Null(added.Refusal);
        var form = await Client.GetStringAsync("/signin");
        using var answer = await Client.PostAsync("/signin", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["__RequestVerificationToken"] = FormToken().Match(form).Groups[1].Value,
            ["_handler"] = "signin",
            ["Input.UserName"] = name,
            ["Input.Password"] = Password,
        }));
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
    }

    /// <summary>Puts the page's token on every request, as the page's script does.</summary>
    public async Task TakeTokenAsync()
    {
        var page = await Client.GetStringAsync("/studio");
        Client.DefaultRequestHeaders.Remove("RequestVerificationToken");
        Client.DefaultRequestHeaders.Add("RequestVerificationToken", WebUtility.HtmlDecode(PageToken().Match(page).Groups[1].Value));
    }

    /// <summary>Fills in and sends a form of a page, as a browser without scripts does.</summary>
    public async Task SubmitAsync(string path, string form, params (string Name, string Value)[] values)
    {
        // The form's own token counts, not the one of an earlier person's page.
        Client.DefaultRequestHeaders.Remove("RequestVerificationToken");
        var page = await Client.GetStringAsync(path);
        var start = page.LastIndexOf("<form", page.IndexOf($"value=\"{form}\"", StringComparison.Ordinal), StringComparison.Ordinal);
        var html = page[start..page.IndexOf("</form>", start, StringComparison.Ordinal)];
        var fields = Hidden().Matches(html).GroupBy(m => m.Groups[1].Value).ToDictionary(g => g.Key, g => WebUtility.HtmlDecode(g.First().Groups[2].Value));
        foreach (var (name, value) in values) fields[name] = value;
        using var answer = await Client.PostAsync(path, new FormUrlEncodedContent(fields));
        Assert.True(answer.StatusCode == HttpStatusCode.Found, $"{(int)answer.StatusCode} {WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync())}");
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await Client.GetAsync("/elsa/api" + path);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    public async Task<JsonElement> PostAsync(string path, object body)
    {
        using var answer = await Client.PostAsJsonAsync("/elsa/api" + path, body);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _handler.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await Host.DisposeAsync();
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"")]
    private static partial Regex Hidden();

    [GeneratedRegex("name=\"studio-token\" content=\"([^\"]+)\"")]
    private static partial Regex PageToken();
}
