using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Tests.Host.Api;

/// <summary>Deadlines, their rules and the calendar over the programs' door.</summary>
public sealed class DeadlineApiTests
{
    private static async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(HttpClient browser, string path, object body)
    {
        using var answer = await browser.PostAsJsonAsync(path, body);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    [Theory, BothDatabases]
    public async Task Deadline_PausedResumedAndCorrected_ByALeaderOnly(string database)
    {
        await using var site = await ApiSite.StartAsync(database);
        await site.Host.HandleAsync((OpenDeadlineHandler h) => h.HandleAsync(new OpenDeadline("result.publish", "2026-0001", "inspection", Guid.NewGuid(), new DateOnly(2026, 9, 17), "officer"), site.Host.Change(), default));
        var id = await site.Host.ReadAsync(db => db.Set<Deadline>().Select(d => d.Id).SingleAsync());
        var officer = await site.SignInAsync("officer", "officer");
        var head = await site.SignInAsync("head", "section-head");

        var forbidden = await PostAsync(officer, $"/api/deadlines/{id}/pause", new { reason = "听证", document = "听字1号" });
        Assert.Equal((HttpStatusCode.Forbidden, "deadlines.leader-needed"), (forbidden.Status, forbidden.Body.GetProperty("code").GetString()));
        var backwards = await PostAsync(head, $"/api/deadlines/{id}/pause", new { reason = "听证", document = "听字1号", from = "2026-09-18", until = "2026-09-17" });
        Assert.Equal((HttpStatusCode.BadRequest, "deadlines.pause-backwards"), (backwards.Status, backwards.Body.GetProperty("code").GetString()));
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(head, $"/api/deadlines/{id}/pause", new { reason = "听证", document = "听字1号" })).Status);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(head, $"/api/deadlines/{id}/resume", new { })).Status);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(head, $"/api/deadlines/{id}/facts", new { @event = "检查结束", on = "2026-09-16", document = "现场检查记录" })).Status);
        var moved = await officer.GetFromJsonAsync<JsonElement>("/api/deadlines/moved?cause=Fact");
        Assert.Equal("2026-10-20", moved.EnumerateArray().Single().GetProperty("to").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await officer.GetAsync($"/api/deadlines/{Guid.NewGuid()}")).StatusCode);
        // A step of a process started it: nobody entered it by mistake.
        var entered = await PostAsync(head, $"/api/deadlines/{id}/withdraw", new { reason = "误登记" });
        Assert.Equal((HttpStatusCode.Conflict, "clock-acts.not-entered"), (entered.Status, entered.Body.GetProperty("code").GetString()));
        var late = await PostAsync(head, $"/api/deadlines/{id}/supervision", new { requirement = "说明原因" });
        Assert.Equal("supervision.not-escalation", late.Body.GetProperty("code").GetString());
    }

    [Theory, BothDatabases]
    public async Task RulesAndCalendar_ReadTriedAndChanged(string database)
    {
        await using var site = await ApiSite.StartAsync(database);
        var legal = await site.SignInAsync("legal", "legal");
        var director = await site.SignInAsync("director", "director");
        var admin = await site.SignInAsync("admin", "admin");
        object Rule(string citation) => new { key = "result.publish", profile = "*", effectiveFrom = "2026-09-21", amount = 15, unit = "WD", direction = "after", citation, reason = "缩短" };

        Assert.True((await legal.GetFromJsonAsync<JsonElement>("/api/deadline-rules")).GetArrayLength() > 50);
        Assert.True((await PostAsync(legal, "/api/deadline-rules/try", Rule("依据"))).Body.GetArrayLength() > 1);
        var uncited = await PostAsync(legal, "/api/deadline-rules/proposals", Rule(" "));
        Assert.Equal((HttpStatusCode.BadRequest, "deadline-rules.no-citation"), (uncited.Status, uncited.Body.GetProperty("code").GetString()));
        var proposed = await PostAsync(legal, "/api/deadline-rules/proposals", Rule("崇信县实施方案（2026年修订）"));
        var decide = $"/api/deadline-rules/proposals/{proposed.Body.GetProperty("id").GetString()}/decide";
        Assert.Equal("deadline-rules.own", (await PostAsync(legal, decide, new { agrees = true })).Body.GetProperty("code").GetString());
        Assert.Equal("InForce", (await PostAsync(director, decide, new { agrees = true })).Body.GetProperty("status").GetString());

        var year = await legal.GetFromJsonAsync<JsonElement>("/api/calendar/2026");
        Assert.Equal(("Published", 248), (year.GetProperty("status").GetString(), year.GetProperty("workingDays").GetInt32()));
        Assert.Equal("Provisional", (await legal.GetFromJsonAsync<JsonElement>("/api/calendar/2027")).GetProperty("status").GetString());
        Assert.Equal("2026-10-09", (await legal.GetFromJsonAsync<JsonElement>("/api/calendar/workdays?on=2026-09-18&days=10")).GetProperty("result").GetString());
        Assert.Equal(HttpStatusCode.BadRequest, (await legal.GetAsync("/api/calendar/1900")).StatusCode);
        Assert.Equal("calendars.not-your-role", (await PostAsync(legal, "/api/calendar", new { csv = "日期,类型,名称\n2027-01-04,休,元旦\n" })).Body.GetProperty("code").GetString());
        var loaded = await PostAsync(admin, "/api/calendar", new { csv = "日期,类型,名称\n2027-01-04,休,元旦\n", dryRun = true });
        Assert.Equal((HttpStatusCode.OK, 1), (loaded.Status, loaded.Body.GetProperty("warnings").GetArrayLength()));
    }
}
