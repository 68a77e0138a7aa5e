using System.Net;
using System.Text.RegularExpressions;
using DoubleRandom.Tests.Host.Api;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Web;

/// <summary>Every way in, taken from the server's own table: what is not said to be public asks who is there, and no change comes from another site.</summary>
public sealed partial class EndpointTests
{
    /// <summary>What the public may read without signing in, by the beginning of its path.</summary>
    private static readonly string[] Public = ["/signin", "/errors", "/health", "/openapi", "/language", "/portal", "/_framework", "/lib"];

    private static List<RouteEndpoint> Endpoints(ApiSite site)
        => [.. site.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>().DistinctBy(e => (e.RoutePattern.RawText, Methods(e)))];

    private static string Methods(Endpoint endpoint) => string.Join(',', endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["*"]);

    /// <summary>The path with something that exists for nobody in place of each parameter.</summary>
    private static string PathOf(RouteEndpoint endpoint)
        => "/" + Parameter().Replace(endpoint.RoutePattern.RawText ?? "", m => m.Value.Contains(":guid", StringComparison.Ordinal) ? Guid.Empty.ToString() : m.Value.Contains(":int", StringComparison.Ordinal) ? "404" : "x").TrimStart('/');

    [Fact]
    public async Task Endpoints_AskedByAStranger_ShowPublicThingsOnly()
    {
        await using var site = await ApiSite.StartAsync();
        using var stranger = site.NewBrowser();
        List<string> open = [];
        foreach (var endpoint in Endpoints(site))
        {
            var path = PathOf(endpoint);
            if (!Methods(endpoint).Contains("GET", StringComparison.Ordinal) && Methods(endpoint) != "*") continue;
            if (path == "/" || Public.Any(p => path.StartsWith(p, StringComparison.Ordinal))) continue;
            if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null) continue;
            using var answer = await stranger.GetAsync(path);
            var asked = answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound
                || (answer.StatusCode is HttpStatusCode.Found && answer.Headers.Location!.OriginalString.Contains("/signin", StringComparison.Ordinal));
            if (!asked) open.Add($"{path}: {(int)answer.StatusCode}");
        }
        Assert.Empty(open);
    }

    /// <summary>What somebody with an account who is not of the office may ask for: his own work, and what he has a part in.</summary>
    private static readonly string[] OfOutsiders = ["/inbox", "/notifications", "/profile", "/work-items/", "/cases/x", "/campaigns/x", "/documents/", "/api/session", "/api/work-items"];

    [Theory]
    [InlineData("witness")]
    [InlineData("expert")]
    public async Task Endpoints_AskedByAnOutsider_ShowHisOwnWorkOnly(string role)
    {
        await using var site = await ApiSite.StartAsync();
        using var outsider = await site.SignInAsync("outsider", role);
        List<string> open = [], shut = [];
        foreach (var endpoint in Endpoints(site))
        {
            var path = PathOf(endpoint);
            if (!Methods(endpoint).Contains("GET", StringComparison.Ordinal) && Methods(endpoint) != "*") continue;
            if (path == "/" || Public.Any(p => path.StartsWith(p, StringComparison.Ordinal)) || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null) continue;
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            using var answer = await outsider.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            if (answer.StatusCode is not (HttpStatusCode.Forbidden or HttpStatusCode.NotFound) && !OfOutsiders.Any(p => path.StartsWith(p, StringComparison.Ordinal))) open.Add($"{path}: {(int)answer.StatusCode}");
            if (answer.StatusCode is HttpStatusCode.Forbidden && path is "/inbox" or "/profile" or "/notifications" or "/api/session" or "/api/work-items") shut.Add(path);
        }
        Assert.Empty(open);
        Assert.Empty(shut);
    }

    [Fact]
    public async Task Endpoints_ThatChange_RefuseWhatCarriesNoToken()
    {
        await using var site = await ApiSite.StartAsync();
        using var admin = await site.SignInAsync("admin", "admin", "planner", "officer", "publisher", "director");
        admin.DefaultRequestHeaders.Remove("RequestVerificationToken");
        List<string> taken = [];
        foreach (var endpoint in Endpoints(site))
        {
            foreach (var method in Methods(endpoint).Split(',').Where(m => m is "POST" or "PUT" or "DELETE" or "PATCH"))
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), PathOf(endpoint)) { Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["_handler"] = "x" }) };
                using var answer = await admin.SendAsync(request);
                if ((int)answer.StatusCode is < 400 or >= 500) taken.Add($"{method} {PathOf(endpoint)}: {(int)answer.StatusCode}");
            }
        }
        Assert.Empty(taken);
    }

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
