using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Api;

/// <summary>Planning by program: what the city bureau handed down, and a campaign's longer period.</summary>
public sealed class PlanApiTests
{
    [Fact]
    public async Task UpperTask_ListedPlannedReopenedAndCovered_AsOnThePage()
    {
        await using var site = await ApiSite.StartAsync();
        site.Host.Time.Set(new(2026, 3, 10, 9, 0, 0, TimeSpan.FromHours(8)));
        await site.Host.ImportSampleAsync();
        await site.Host.RunAsync(services =>
        {
            services.GetRequiredService<DbContext>().Add(new UpperTask
            {
                Number = "平应急抽〔2026〕3号",
                Issuer = "平凉市应急管理局",
                Document = "平应急发〔2026〕21号",
                IssuedOn = new(2026, 3, 2),
                ItemCode = "YJ-10",
                PeriodFrom = new(2026, 4, 1),
                PeriodTo = new(2026, 6, 30),
                WantedCount = 20,
            });
            return Task.CompletedTask;
        });
        using var officer = await site.SignInAsync("wang", "officer");
        using var planner = await site.SignInAsync("zhu", "planner");
        var address = $"/api/plans/upper-tasks/{Uri.EscapeDataString("平应急抽〔2026〕3号")}";

        using var forbidden = await officer.PostAsJsonAsync($"{address}/plan", new { planNo = SampleCounty.PlanNo, lineNo = 3 });
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
        using var other = await planner.PostAsJsonAsync($"{address}/plan", new { planNo = SampleCounty.PlanNo, lineNo = 1 });
        Assert.Equal((HttpStatusCode.BadRequest, "upper-tasks.other-item"), (other.StatusCode, (await other.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString()));
        using var planned = await planner.PostAsJsonAsync($"{address}/plan", new { planNo = SampleCounty.PlanNo, lineNo = 3 });
        Assert.Equal(HttpStatusCode.OK, planned.StatusCode);
        var listed = Assert.Single((await officer.GetFromJsonAsync<JsonElement>("/api/plans/2026/upper-tasks")).EnumerateArray());
        Assert.Equal(("纳入计划", 3, 20), (listed.GetProperty("answer").GetString(), listed.GetProperty("lineNo").GetInt32(), listed.GetProperty("wantedCount").GetInt32()));
        using var twice = await planner.PostAsJsonAsync($"{address}/cover", new { reason = "已由 2026-01 检查" });
        Assert.Equal(HttpStatusCode.Conflict, twice.StatusCode);
        using var again = await planner.PostAsync($"{address}/reopen", null);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        using var empty = await planner.PostAsJsonAsync($"{address}/cover", new { });
        Assert.Equal((HttpStatusCode.BadRequest, "upper-tasks.reason"), (empty.StatusCode, (await empty.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString()));
        using var covered = await planner.PostAsJsonAsync($"{address}/cover", new { reason = "已由 2026-01 检查" });
        Assert.Equal(("已有检查覆盖", "已由 2026-01 检查"), await AnswerOfAsync(covered));
        using var unknown = await planner.PostAsync("/api/plans/upper-tasks/X-1/reopen", null);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);

        static async Task<(string?, string?)> AnswerOfAsync(HttpResponseMessage message)
        {
            var answer = await message.Content.ReadFromJsonAsync<JsonElement>();
            return (answer.GetProperty("answer").GetString(), answer.GetProperty("answerReason").GetString());
        }
    }

    [Fact]
    public async Task Extension_AskedForAndGranted_IsListedAndMovesThePeriod()
    {
        await using var site = await ApiSite.StartAsync();
        await site.Host.RunAsync(services =>
        {
            services.GetRequiredService<DbContext>().Add(new Campaign { Id = Ids.New(site.Host.Time.UtcNow), CampaignNo = "2026-01", PlanNo = "P", Title = "任务", ItemCodes = "YJ-02", Ratio = "0.1", PeriodFrom = site.Host.Time.Today, PeriodTo = site.Host.Time.Today.AddDays(10) });
            return Task.CompletedTask;
        });
        var to = site.Host.Time.Today.AddDays(20);
        using var planner = await site.SignInAsync("zhu", "planner");
        using var deputy = await site.SignInAsync("xin", "deputy-director");

        using var asked = await planner.PostAsJsonAsync("/api/campaigns/2026-01/extensions", new { toOn = to, reason = "连续降雨" });
        Assert.Equal(HttpStatusCode.OK, asked.StatusCode);
        using var own = await planner.PostAsJsonAsync("/api/campaigns/2026-01/extensions/1/decision", new { grant = true });
        Assert.Equal(HttpStatusCode.Forbidden, own.StatusCode);
        using var granted = await deputy.PostAsJsonAsync("/api/campaigns/2026-01/extensions/1/decision", new { grant = true });
        Assert.Equal(HttpStatusCode.OK, granted.StatusCode);

        var listed = Assert.Single((await planner.GetFromJsonAsync<JsonElement>("/api/campaigns/2026-01/extensions")).EnumerateArray());
        Assert.True(listed.GetProperty("granted").GetBoolean());
        Assert.Equal(to, await site.Host.ReadAsync(db => db.Set<Campaign>().Select(c => c.PeriodTo).SingleAsync()));
        using var missing = await planner.GetAsync("/api/campaigns/2099-01/extensions");
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }
}
