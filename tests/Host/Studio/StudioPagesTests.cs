using System.Net;
using DoubleRandom.Inspections.People;

namespace DoubleRandom.Tests.Host.Studio;

/// <summary>The designer's pages: who sees them, what they may load, and what they say when the Studio is not there.</summary>
public sealed class StudioPagesTests
{
    /// <summary>A folder like the package's, with a file of each kind the server has rules for.</summary>
    public static Lazy<string> FakeAssets { get; } = new(() =>
    {
        var folder = Directory.CreateTempSubdirectory("dr-studio-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(Path.Combine(folder, "_framework"));
        File.WriteAllText(Path.Combine(folder, "_framework", "blazor.webassembly.js"), "//");
        File.WriteAllText(Path.Combine(folder, "_framework", "a.1234.wasm"), "raw");
        File.WriteAllText(Path.Combine(folder, "_framework", "a.1234.wasm.br"), "br");
        File.WriteAllText(Path.Combine(folder, "_framework", "a.1234.wasm.gz"), "gzip");
        File.WriteAllText(Path.Combine(folder, "secret.txt"), "not ours");
        return folder;
    });

    [Fact]
    public async Task Page_ForAManager_CarriesItsElementAndToken()
    {
        await using var site = await StudioSite.StartAsync(assets: FakeAssets.Value);
        await site.SignInAsync("manager", Roles.DeputyDirector);
        foreach (var (path, element, id) in new[]
        {
            ("/studio", "elsa-workflow-definition-list", ""), ("/studio/workflows/definitions/campaign/edit", "elsa-workflow-definition-editor", "campaign"),
            ("/studio/workflows/instances", "elsa-workflow-instance-list", ""), ("/studio/workflows/instances/7/view", "elsa-workflow-instance-viewer", "7"),
        })
        {
            using var answer = await site.Client.GetAsync(path);
            var html = await answer.Content.ReadAsStringAsync();

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Contains($"data-element=\"{element}\"", html, StringComparison.Ordinal);
            if (id.Length > 0) Assert.Contains($"data-id=\"{id}\"", html, StringComparison.Ordinal);
            Assert.Contains("<base href=\"/studio/\"", html, StringComparison.Ordinal);
            Assert.Contains("name=\"studio-token\"", html, StringComparison.Ordinal);
            // Everything the page loads is ours.
            Assert.DoesNotContain("://", html, StringComparison.Ordinal);
            var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
            Assert.Contains("script-src 'self' 'wasm-unsafe-eval'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("'unsafe-eval'", policy, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Page_WithoutSignIn_LeadsToSignIn()
    {
        await using var site = await StudioSite.StartAsync(assets: FakeAssets.Value);

        using var answer = await site.Client.GetAsync("/studio");

        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.Contains("/signin", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_RoleWithoutTheRight_IsRefusedInChinese()
    {
        await using var site = await StudioSite.StartAsync(assets: FakeAssets.Value);
        await site.SignInAsync("officer", Roles.Officer);

        using var answer = await site.Client.GetAsync("/studio");

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("没有查看流程的权限", WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_WithoutTheStudio_SaysWhatToInstall()
    {
        await using var site = await StudioSite.StartAsync();
        await site.SignInAsync("manager", Roles.Planner);

        using var answer = await site.Client.GetAsync("/studio");
        var html = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("apt-get install nodejs npm", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asset_WithCompressedNeighbours_IsServedAsTheBrowserTakesIt()
    {
        await using var site = await StudioSite.StartAsync(assets: FakeAssets.Value);
        foreach (var (accepts, coding, text) in new[] { ("br, gzip", "br", "br"), ("gzip", "gzip", "gzip"), ("identity", null, "raw") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/studio/_framework/a.1234.wasm") { Headers = { { "Accept-Encoding", accepts } } };
            using var answer = await site.Client.SendAsync(request);

            Assert.Equal(text, await answer.Content.ReadAsStringAsync());
            Assert.Equal(coding, answer.Content.Headers.ContentEncoding.SingleOrDefault());
            Assert.Equal("application/wasm", answer.Content.Headers.ContentType!.MediaType);
            Assert.Contains("immutable", answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
            Assert.Contains("Accept-Encoding", answer.Headers.Vary);
        }
    }

    [Fact]
    public async Task Asset_OutsideTheFolder_IsNotFound()
    {
        await using var site = await StudioSite.StartAsync(assets: FakeAssets.Value);

        foreach (var path in new[] { "/studio/_framework/..%2fsecret.txt", "/studio/_framework/%2e%2e/%2e%2e/secret.txt", "/studio/_framework/none.wasm", "/studio/secret.txt" })
            Assert.Equal(HttpStatusCode.NotFound, (await site.Client.GetAsync(path)).StatusCode);
    }
}
