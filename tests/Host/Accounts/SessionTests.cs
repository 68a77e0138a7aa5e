using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DoubleRandom.Host.Accounts;
using DoubleRandom.Tests.Host.Api;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Accounts;

/// <summary>Sign-in and sessions as a browser meets them.</summary>
public sealed class SessionTests
{
    private static async Task<HttpStatusCode> SessionAsync(HttpClient browser)
    {
        using var answer = await browser.GetAsync("/api/session");
        return answer.StatusCode;
    }

    private static Task ChangeAsync(ApiSite site, string name, Action<Account> change)
        => site.Host.RunAsync(async s => change(await s.GetRequiredService<DbContext>().Set<Account>().SingleAsync(a => a.UserName == name)));

    [Theory, BothDatabases]
    public async Task SignIn_FiveWrongPasswords_LocksForFifteenMinutesAndSaysSo(string database)
    {
        await using var site = await ApiSite.StartAsync(database);
        await site.AddAccountAsync("zhang", "planner");
        using var browser = site.NewBrowser();
        async Task<(HttpStatusCode Status, string Page)> TryAsync(string name, string password)
        {
            using var answer = await ApiSite.PostSignInAsync(browser, name, password);
            return (answer.StatusCode, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()));
        }

        // Nobody by that name and a wrong password are one answer.
        Assert.Equal((await TryAsync("nobody", "wrong password")).Page.Contains("用户名或口令不对", StringComparison.Ordinal), (await TryAsync("zhang", "wrong password")).Page.Contains("用户名或口令不对", StringComparison.Ordinal));
        for (var i = 2; i <= SignInHandler.MaxFailures; i++) await TryAsync("zhang", "wrong password");
        Assert.Contains("锁定", (await TryAsync("zhang", ApiSite.Password)).Page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, await SessionAsync(browser));

        site.Host.Time.Advance(SignInHandler.LockTime + TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Found, (await TryAsync("zhang", ApiSite.Password)).Status);
        Assert.Equal(HttpStatusCode.OK, await SessionAsync(browser));
    }

    [Theory, BothDatabases]
    public async Task Session_PasswordResetOrAccountBlocked_EndsAtOnce(string database)
    {
        await using var site = await ApiSite.StartAsync(database);
        using var zhang = await site.SignInAsync("zhang", "planner");
        using var li = await site.SignInAsync("li", "officer");
        var admin = TestHost.Person("管", "admin");

        Assert.Equal("accounts.not-admin", (await site.Host.HandleAsync((ResetPasswordHandler h) => h.HandleAsync(new ResetPassword("zhang", "another horse"), site.Host.Change(TestHost.Person("员", "officer")), default))).Refusal!.Code);
        Assert.Equal(HttpStatusCode.OK, await SessionAsync(zhang));
        await site.Host.HandleAsync((ResetPasswordHandler h) => h.HandleAsync(new ResetPassword("zhang", "another horse"), site.Host.Change(admin), default));
        await ChangeAsync(site, "li", a => a.IsDisabled = true);

        Assert.Equal(HttpStatusCode.Unauthorized, await SessionAsync(zhang));
        Assert.Equal(HttpStatusCode.Unauthorized, await SessionAsync(li));
        using var fresh = site.NewBrowser();
        using var old = await ApiSite.PostSignInAsync(fresh, "zhang", ApiSite.Password);
        Assert.Equal(HttpStatusCode.OK, old.StatusCode);
        using var renewed = await ApiSite.PostSignInAsync(fresh, "zhang", "another horse");
        Assert.Equal(HttpStatusCode.Found, renewed.StatusCode);
    }

    [Fact]
    public async Task Session_RolesChanged_CountAtTheNextRequest()
    {
        await using var site = await ApiSite.StartAsync();
        using var zhang = await site.SignInAsync("zhang", "planner");
        using var before = await zhang.GetAsync("/api/registers/officers");
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);

        await ChangeAsync(site, "zhang", a => a.RolesJson = """["officer"]""");

        using var after = await zhang.GetAsync("/api/registers/officers");
        Assert.Equal(HttpStatusCode.Forbidden, after.StatusCode);
        Assert.Equal("officer", (await zhang.GetFromJsonAsync<JsonElement>("/api/session")).GetProperty("roles")[0].GetString());
    }

    [Fact]
    public async Task Session_SignedOut_IsOver()
    {
        await using var site = await ApiSite.StartAsync();
        using var zhang = await site.SignInAsync("zhang", "planner");
        using var answer = await zhang.PostAsync("/signout", new StringContent(""));
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await SessionAsync(zhang));
    }

    [Fact]
    public async Task Cookie_OfASession_IsHttpOnlyAndSameSite()
    {
        await using var site = await ApiSite.StartAsync();
        await site.AddAccountAsync("zhang", "planner");
        using var browser = site.NewBrowser();
        using var answer = await ApiSite.PostSignInAsync(browser, "zhang", ApiSite.Password);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("doublerandom=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task SignIn_ReturnUrlOfAnotherSite_StaysHere()
    {
        await using var site = await ApiSite.StartAsync();
        await site.AddAccountAsync("zhang", "planner");
        foreach (var target in (string[])["//elsewhere.example", "/\\elsewhere.example", "https://elsewhere.example", "javascript:alert(1)"]) await SignInWithReturnAsync(site, target);
    }

    private static async Task SignInWithReturnAsync(ApiSite site, string target)
    {
        using var browser = site.NewBrowser();
        var form = await browser.GetStringAsync($"/signin?returnUrl={Uri.EscapeDataString(target)}");
        var token = System.Text.RegularExpressions.Regex.Match(form, "name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"").Groups[1].Value;
        using var answer = await browser.PostAsync($"/signin?returnUrl={Uri.EscapeDataString(target)}", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["__RequestVerificationToken"] = token,
            ["_handler"] = "signin",
            ["Input.UserName"] = "zhang",
            ["Input.Password"] = ApiSite.Password,
        }));
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.Matches("^/[a-z]*$", answer.Headers.Location!.OriginalString.Replace(site.Address, "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Headers_OfEveryAnswer_AllowNothingFromElsewhere()
    {
        await using var site = await ApiSite.StartAsync();
        using var browser = site.NewBrowser();
        foreach (var path in (string[])["/", "/signin", "/health/ready", "/api/session", "/no-such-page", "/site.css"])
        {
            using var answer = await browser.GetAsync(path);
            string Header(string name) => answer.Headers.TryGetValues(name, out var values) ? values.First() : $"no {name} on {path}";
            Assert.Equal("nosniff", Header("X-Content-Type-Options"));
            Assert.Equal("same-origin", Header("Referrer-Policy"));
            Assert.Contains("default-src 'self'", Header("Content-Security-Policy"), StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'self'", Header("Content-Security-Policy"), StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe-eval", Header("Content-Security-Policy"), StringComparison.Ordinal);
            Assert.False(answer.Headers.Contains("Server"), path);
        }
    }
}
