using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Host.Data;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Tests.Support;
using DoubleRandom.Tests.Workflows;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Api;

/// <summary>The programs' door: the same handlers, refusals as problem details, never 500.</summary>
public sealed class ApiTests
{
    private static async Task<(Guid Instance, Guid Item)> GivenWorkItemAsync(ApiSite site)
    {
        await site.Host.PublishAsync("one-task", [Given.HumanTask("审批", "planner", "同意", "退回"), Given.Node("L", "Elsa.WriteLine", ("text", Given.Literal("后续")))], "审批.同意>L", "审批.退回>L");
        var instance = await site.Host.StartAsync("one-task", "C-1");
        return (instance, await site.Host.ReadAsync(db => db.Set<WorkItem>().Select(i => i.Id).SingleAsync()));
    }

    private static async Task<JsonElement> ProblemAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"{(int)answer.StatusCode} {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Contains(problem.GetProperty("title").GetString()!, c => c is >= '一' and <= '龥');
        return problem;
    }

    [Theory, BothDatabases]
    public async Task WorkItem_ListedOpenedCompletedTwice_MovesTheCaseOnce(string database)
    {
        await using var site = await ApiSite.StartAsync(database);
        var (instance, item) = await GivenWorkItemAsync(site);
        using var planner = await site.SignInAsync("zhang", "planner");

        var list = await planner.GetFromJsonAsync<JsonElement>("/api/work-items");
        Assert.Equal(1, list.GetProperty("total").GetInt32());
        var form = await planner.GetFromJsonAsync<JsonElement>($"/api/work-items/{item}");
        Assert.Equal("opinion", form.GetProperty("fields")[0].GetProperty("name").GetString());
        var revision = form.GetProperty("item").GetProperty("revision").GetInt32();

        using var missing = await planner.PostAsJsonAsync($"/api/work-items/{item}/complete", new { outcome = "同意", values = new { }, revision });
        var problem = await ProblemAsync(missing, HttpStatusCode.BadRequest, "forms.required");
        Assert.Equal("opinion", problem.GetProperty("field").GetString());
        using var unknown = await planner.PostAsJsonAsync($"/api/work-items/{item}/complete", new { outcome = "随便", values = new { opinion = "好" } });
        await ProblemAsync(unknown, HttpStatusCode.BadRequest, "work-items.unknown-outcome");
        using var stale = await planner.PostAsJsonAsync($"/api/work-items/{item}/complete", new { outcome = "同意", values = new { opinion = "好" }, revision = revision + 7 });
        await ProblemAsync(stale, HttpStatusCode.Conflict, "work-items.stale");

        async Task<HttpResponseMessage> PressAsync(string operation)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/work-items/{item}/complete") { Content = JsonContent.Create(new { outcome = "同意", values = new { opinion = "好" }, revision }) };
            request.Headers.Add("Operation-Id", operation);
            return await planner.SendAsync(request);
        }
        const string Operation = "0199a000-0000-7000-8000-000000000001";
        using var first = await PressAsync(Operation);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        using var again = await PressAsync(Operation);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        using var other = await PressAsync("0199a000-0000-7000-8000-000000000002");
        await ProblemAsync(other, HttpStatusCode.Conflict, "work-items.already-done");
        using var bad = await PressAsync("not-a-guid");
        await ProblemAsync(bad, HttpStatusCode.BadRequest, "api.bad-operation");

        Assert.Equal(WorkflowStatus.Finished, (await site.Host.InstanceAsync(instance)).Status);
        Assert.Single(await site.Host.LinesAsync(instance));
    }

    [Theory, BothDatabases]
    public async Task WorkItem_OfAnotherRole_IsForbiddenAndClaimsAreKept(string database)
    {
        await using var site = await ApiSite.StartAsync(database);
        var (_, item) = await GivenWorkItemAsync(site);
        using var officer = await site.SignInAsync("li", "officer");
        using var zhang = await site.SignInAsync("zhang", "planner");
        using var wang = await site.SignInAsync("wang", "planner");

        using var seen = await officer.GetAsync($"/api/work-items/{item}");
        await ProblemAsync(seen, HttpStatusCode.Forbidden, "work-items.not-your-role");
        using var nothing = await officer.GetAsync($"/api/work-items/{Guid.Empty}");
        await ProblemAsync(nothing, HttpStatusCode.NotFound, "work-items.not-found");
        using var claimed = await zhang.PostAsync($"/api/work-items/{item}/claim", null);
        Assert.Equal(HttpStatusCode.OK, claimed.StatusCode);
        using var taken = await wang.PostAsync($"/api/work-items/{item}/claim", null);
        await ProblemAsync(taken, HttpStatusCode.Conflict, "work-items.claimed-by-other");
        using var released = await zhang.PostAsync($"/api/work-items/{item}/release", null);
        Assert.Equal(HttpStatusCode.OK, released.StatusCode);
        Assert.Equal("Open", (await released.Content.ReadFromJsonAsync<JsonObject>())!["status"]!.GetValue<string>());

        using var both = await wang.PostAsJsonAsync("/api/work-items/bulk", new { verb = "Claim", items = new[] { new { id = item }, new { id = Guid.Empty } } });
        var answers = (await both.Content.ReadFromJsonAsync<JsonArray>())!;
        Assert.Equal([true, false], answers.Select(a => a!["done"]!.GetValue<bool>()));
        using var barred = await officer.PostAsJsonAsync("/api/work-items/bulk", new { verb = "Release", items = new[] { new { id = item } } });
        var answer = (await barred.Content.ReadFromJsonAsync<JsonArray>())![0]!;
        Assert.Equal("work-items.not-your-role", answer["code"]!.GetValue<string>());
        Assert.Contains("角色", answer["refusal"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Api_WithoutSignInOrToken_ChangesNothing()
    {
        await using var site = await ApiSite.StartAsync();
        var (_, item) = await GivenWorkItemAsync(site);
        using var stranger = site.NewBrowser();
        foreach (var path in (string[])["/api/session", "/api/work-items", "/api/cases", "/api/campaigns", "/api/deadlines", "/api/alerts", "/api/registers/officers", "/api/definitions", "/api/outbox/failed", "/api/nothing"])
        {
            using var answer = await stranger.GetAsync(path);
            await ProblemAsync(answer, HttpStatusCode.Unauthorized, "api.sign-in");
        }
        using var planner = await site.SignInAsync("zhang", "planner");
        planner.DefaultRequestHeaders.Remove("RequestVerificationToken");

        foreach (var path in (string[])[$"/api/work-items/{item}/complete", $"/api/work-items/{item}/claim", "/api/registers/officers/import", $"/api/alerts/{item}/acknowledge"])
        {
            using var forged = await planner.PostAsJsonAsync(path, new { outcome = "同意", values = new { opinion = "好" } });
            await ProblemAsync(forged, HttpStatusCode.BadRequest, "api.forged");
        }
        Assert.Equal(WorkItemStatus.Open, await site.Host.ReadAsync(db => db.Set<WorkItem>().Select(i => i.Status).SingleAsync()));
    }

    [Fact]
    public async Task Api_WhatCannotBeRead_IsRefusedInChineseAndNever500()
    {
        await using var site = await ApiSite.StartAsync();
        var (_, item) = await GivenWorkItemAsync(site);
        using var planner = await site.SignInAsync("zhang", "planner");
        Task<HttpResponseMessage> PostAsync(string body, string type = "application/json")
            => planner.PostAsync($"/api/work-items/{item}/complete", new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(type)));

        foreach (var (body, code, named) in ((string, string, string?)[])
        [
            ("", "api.bad-request", "读不懂"), ("{", "api.bad-json", "第 1 行"), ("{\n \"outcome\": \"同意\",\n]", "api.bad-json", "第 3 行"), ("[]", "api.bad-json", null), ("\"x\"", "api.bad-json", null), (new string('[', 5000), "api.bad-json", null),
            ("{\"outcome\":7}", "api.bad-field", "outcome"), ("{\"outcome\":\"同意\",\"values\":[1]}", "api.bad-field", "values"), ("{\"outcome\":\"同意\",\"values\":{\"a\":" + new string('[', 500) + new string(']', 500) + "}}", "api.bad-field", "values"),
        ])
        {
            using var answer = await PostAsync(body);
            var problem = await ProblemAsync(answer, HttpStatusCode.BadRequest, code);
            Assert.Contains(named ?? "JSON", problem.GetProperty("title").GetString(), StringComparison.Ordinal);
        }
        foreach (var body in (string[])["{}", "{\"outcome\":null}", "{\"outcome\":\"同意\",\"values\":{\"opinion\":{\"a\":1}}}", "{\"outcome\":\"同意\",\"values\":{\"opinion\":\"\\u0000\"}}", "{\"outcome\":\"同意\",\"values\":{\"opinion\":\"" + new string('长', 9000) + "\"}}"])
        {
            using var answer = await PostAsync(body);
            Assert.True((int)answer.StatusCode is 400, $"{body[..Math.Min(80, body.Length)]}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }
        using var form = await PostAsync("outcome=同意", "application/x-www-form-urlencoded");
        await ProblemAsync(form, HttpStatusCode.UnsupportedMediaType, "api.wrong-type");
        using var nowhere = await planner.GetAsync("/api/nothing");
        await ProblemAsync(nowhere, HttpStatusCode.NotFound, "api.no-such-path");
        using var unknown = await planner.GetAsync("/api/cases/没有");
        await ProblemAsync(unknown, HttpStatusCode.NotFound, "api.no-case");
        using var page = await planner.GetAsync("/api/cases?page=-5&q=%25'%3B--&status=Opened");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        using var badStatus = await planner.GetAsync("/api/cases?status=nonsense");
        Assert.Contains("status", (await ProblemAsync(badStatus, HttpStatusCode.BadRequest, "api.bad-parameters")).GetProperty("title").GetString(), StringComparison.Ordinal);
    }

    [Theory, BothDatabases]
    public async Task Lists_OfAnEmptyOffice_AreEmpty(string database)
    {
        await using var site = await ApiSite.StartAsync(database);
        using var admin = await site.SignInAsync("admin", "admin", "planner");
        foreach (var path in (string[])["/api/work-items", "/api/cases?q=甲", "/api/campaigns", "/api/deadlines", "/api/deadlines?late=true", "/api/deadlines?caseNo=C1", "/api/alerts", "/api/definitions", "/api/outbox/failed", "/api/registers/officers", "/api/registers/calendar"])
        {
            using var answer = await admin.GetAsync(path);
            Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }
        using var description = await admin.GetAsync("/openapi/v1.json");
        var paths = (await description.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("paths");
        Assert.True(paths.TryGetProperty("/api/work-items/{id}/complete", out _));
    }

    [Theory, BothDatabases]
    public async Task Import_ThroughTheApi_IsTheCommandsReport(string database)
    {
        await using var site = await ApiSite.StartAsync(database);
        using var planner = await site.SignInAsync("zhang", "planner");
        using var officer = await site.SignInAsync("li", "officer");
        var file = await File.ReadAllBytesAsync(Repository.Path("samples/chongxin/执法人员.csv"));
        ByteArrayContent Content() => new(file) { Headers = { ContentType = new MediaTypeHeaderValue("text/csv") } };

        using var refused = await officer.PostAsync("/api/registers/officers/import", Content());
        await ProblemAsync(refused, HttpStatusCode.Forbidden, "imports.not-your-role");
        using var tried = await planner.PostAsync("/api/registers/officers/import?dryRun=true", Content());
        Assert.Equal(HttpStatusCode.OK, tried.StatusCode);
        using var imported = await planner.PostAsync("/api/registers/officers/import", Content());
        Assert.True(imported.IsSuccessStatusCode, await imported.Content.ReadAsStringAsync());
        var report = await imported.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(report.GetProperty("added").GetInt32() > 30);
        Assert.Equal(0, report.GetProperty("refused").GetInt32());
        var exported = await planner.GetByteArrayAsync("/api/registers/officers");
        using var again = await planner.PostAsync("/api/registers/officers/import", new ByteArrayContent(exported));
        Assert.Equal(report.GetProperty("read").GetInt32(), (await again.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("unchanged").GetInt32());
        using var unknown = await planner.PostAsync("/api/registers/nonsense/import", Content());
        await ProblemAsync(unknown, HttpStatusCode.BadRequest, "imports.unknown-kind");
    }

    [Fact]
    public async Task Database_LockedByAnother_Is503WithTheRemedy()
    {
        await using var site = await ApiSite.StartAsync();
        var (_, item) = await GivenWorkItemAsync(site);
        using var planner = await site.SignInAsync("zhang", "planner");
        await using (var other = new SqliteConnection(site.Host.Services.GetRequiredService<DatabaseSettings>().ConnectionString))
        {
            await other.OpenAsync();
            await using var begin = other.CreateCommand();
            begin.CommandText = "BEGIN IMMEDIATE";
            await begin.ExecuteNonQueryAsync();

            using var answer = await planner.PostAsync($"/api/work-items/{item}/claim", null);
            await ProblemAsync(answer, HttpStatusCode.ServiceUnavailable, "data.locked");
            begin.CommandText = "ROLLBACK";
            await begin.ExecuteNonQueryAsync();
        }
        using var later = await planner.PostAsync($"/api/work-items/{item}/claim", null);
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
    }

    [Fact]
    public async Task Database_Full_Is503WithTheRemedyAndLeavesNothingHalfDone()
    {
        await using var site = await ApiSite.StartAsync();
        var (_, item) = await GivenWorkItemAsync(site);
        using var planner = await site.SignInAsync("zhang", "planner");

        // SQLite may add no page to the file from now on: what a disk without room does.
        await using (var full = site.Services.GetRequiredService<SqliteWriter>().Open().CreateCommand())
        {
            full.CommandText = "PRAGMA max_page_count=1";
            await full.ExecuteScalarAsync();
        }
        var answers = new List<HttpResponseMessage>();
        // A page that has room still takes a row or two.
        while (answers.Count < 200 && answers.All(a => a.IsSuccessStatusCode)) answers.Add(await planner.PostAsync($"/api/work-items/{item}/{(answers.Count % 2 == 0 ? "claim" : "release")}", null));
        await ProblemAsync(answers[^1], HttpStatusCode.ServiceUnavailable, "data.full");

        // There is room again: the connection that knew of none is gone.
        await using (var connection = new SqliteConnection(site.Services.GetRequiredService<DatabaseSettings>().ConnectionString)) SqliteConnection.ClearPool(connection);
        using var again = await planner.PostAsync($"/api/work-items/{item}/{(answers.Count % 2 == 1 ? "claim" : "release")}", null);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Empty(await site.Host.ReadAsync(db => AuditCheck.FindBrokenAsync(db, CancellationToken.None)));
    }
}
