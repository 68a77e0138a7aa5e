using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Host.Accounts;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.Supervision;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows.Definitions;
using DoubleRandom.Workflows.Supervision;
using DoubleRandom.Workflows.WorkItems;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Workflows.Supervision;

public sealed class SupervisionTests
{
    private static readonly Actor Escalation = TestHost.Person("宋文涛", "escalation");
    private static readonly Actor Head = TestHost.Person("杨玉梅", "section-head");

    [Theory, BothDatabases]
    public async Task Order_OnALateMatter_IsAnsweredAskedAgainAndClosedOnlyWhenTheMatterIsDone(string database)
    {
        await using var host = await StartAsync(database);
        var late = await OpenAsync(host);
        host.Time.Advance(TimeSpan.FromDays(60));
        await host.Services.GetRequiredService<DeadlineSweep>().RunAsync(host.Time.Today);

        var ordered = await OrderAsync(host, late, Escalation);
        Assert.Equal($"督{host.Time.Today.Year}-001", ordered.Value.OrderNo);
        Assert.Equal("supervision.already-ordered", (await OrderAsync(host, late, Escalation)).Refusal!.Code);

        var answer = await ItemAsync(host, "supervision.answer");
        Assert.Equal((late.Title, true), (answer.SubjectName, answer.DueOn is not null));
        var answered = await CompleteAsync(host, answer, Head, "回复", new JsonObject { ["cause"] = "检测报告未到", ["measures"] = "已催检测机构", ["promisedOn"] = Iso(host.Time.Today.AddDays(3)) });
        Assert.Null(answered.Refusal);

        var tooEarly = await CompleteAsync(host, await ItemAsync(host, "supervision.decide"), Escalation, "核销", new JsonObject { ["opinion"] = "同意" });
        Assert.Equal("supervision.still-late", tooEarly.Refusal!.Code);
        await CompleteAsync(host, await ItemAsync(host, "supervision.decide"), Escalation, "继续督办", new JsonObject { ["opinion"] = "请尽快" });
        // Each reply has a clock of its own.
        Assert.Equal([DeadlineStatus.Open, DeadlineStatus.Met], await host.ReadAsync(db => db.Set<Deadline>().AsNoTracking().Where(d => d.RuleKey == "supervise.answer").OrderByDescending(d => d.Status).Select(d => d.Status).ToListAsync()));
        Assert.NotNull((await ItemAsync(host, "supervision.answer")).DueOn);
        await CompleteAsync(host, await ItemAsync(host, "supervision.answer"), Head, "回复", new JsonObject { ["cause"] = "报告已到", ["measures"] = "今日公示", ["promisedOn"] = Iso(host.Time.Today) });
        await host.HandleAsync((MeetDeadlineHandler h) => h.HandleAsync(new MeetDeadline(late.Id), host.Change(Head), default));
        var closed = await CompleteAsync(host, await ItemAsync(host, "supervision.decide"), Escalation, "核销", new JsonObject { ["opinion"] = "已办结，予以核销" });

        Assert.Null(closed.Refusal);
        Assert.Equal(SupervisionStatus.Closed, (await host.ReadAsync(db => db.Set<SupervisionOrder>().AsNoTracking().SingleAsync())).Status);
        Assert.Equal(WorkflowStatus.Finished, (await host.InstanceAsync(answer.InstanceId)).Status);
    }

    [Theory, BothDatabases]
    public async Task Order_OnAMatterOfASection_IsItsHeadsAndNoOthers_AndALateReplyIsToldToHimAndTheEscalationOfficer(string database)
    {
        await using var host = await StartAsync(database);
        async Task<Actor> AddAsync(string userName, string name, string role, string section)
            => (await host.HandleAsync((AddAccountHandler h) => h.HandleAsync(new AddAccount(userName, name, [role], "correct horse battery", Section: section), host.Change(), default))).Value.ToActor();
        var (own, other) = (await AddAsync("liang", "梁晓东", "section-head", "危险化学品监管科"), await AddAsync("yang", "杨玉梅", "section-head", "工贸监管科"));
        var escalation = await AddAsync("song", "宋文涛", "escalation", "综合科");
        var late = await OpenAsync(host, "危险化学品监管科");
        host.Time.Advance(TimeSpan.FromDays(60));
        await host.Services.GetRequiredService<DeadlineSweep>().RunAsync(host.Time.Today);
        Assert.Null((await OrderAsync(host, late, escalation)).Refusal);

        var answer = await ItemAsync(host, "supervision.answer");
        Assert.Equal(own.Id, answer.ClaimedById);
        JsonObject Reply() => new() { ["cause"] = "检测报告未到", ["measures"] = "已催检测机构", ["promisedOn"] = Iso(host.Time.Today.AddDays(3)) };
        Assert.Equal("work-items.claimed-by-other", (await CompleteAsync(host, answer, other, "回复", Reply())).Refusal?.Code);
        host.Time.Advance(TimeSpan.FromDays(14));
        await host.Services.GetRequiredService<DeadlineSweep>().RunAsync(host.Time.Today);
        var told = await host.ReadAsync(db => db.Set<Alert>().AsNoTracking().Where(a => a.CaseNo == answer.CaseNo && a.Rung == -1).Select(a => a.RecipientId).ToListAsync());
        Assert.Equal([own.Id, escalation.Id], told.OfType<Guid>().OrderBy(id => id != own.Id));

        Assert.Null((await CompleteAsync(host, answer, own, "回复", Reply())).Refusal);
        // 继续督办: the same section answers again.
        Assert.Null((await CompleteAsync(host, await ItemAsync(host, "supervision.decide"), escalation, "继续督办", new JsonObject { ["opinion"] = "请尽快" })).Refusal);
        Assert.Equal(own.Id, (await ItemAsync(host, "supervision.answer")).ClaimedById);
    }

    [Theory, BothDatabases]
    public async Task Order_OnWhatIsNotLateOrByAnother_IsRefusedAndStartsNothing(string database)
    {
        await using var host = await StartAsync(database);
        var running = await OpenAsync(host);

        Assert.Equal("supervision.not-late", (await OrderAsync(host, running, Escalation)).Refusal!.Code);
        Assert.Equal("supervision.not-escalation", (await OrderAsync(host, running, Head)).Refusal!.Code);
        Assert.Equal(0, await host.ReadAsync(db => db.Set<WorkflowInstanceRow>().CountAsync()));
    }

    private static async Task<TestHost> StartAsync(string database)
    {
        var host = await TestHost.StartAsync(database);
        var json = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "workflows-json", "supervision.json"));
        await host.RunAsync(services =>
        {
            services.GetRequiredService<DbContext>().Add(new DefinitionVersion
            {
                Id = "supervision-v1",
                DefinitionId = "supervision",
                Version = 1,
                Name = "督办",
                Json = json,
                Hash = Hashing.Sha256Hex(json),
                Origin = "file",
                IsLatest = true,
                IsPublished = true,
                CreatedAt = host.Time.UtcNow,
                CreatedByName = "测试",
                PublishedAt = host.Time.UtcNow,
            });
            return Task.CompletedTask;
        });
        return host;
    }

    private static async Task<Deadline> OpenAsync(TestHost host, string? section = null)
        => (await host.HandleAsync((OpenDeadlineHandler h) => h.HandleAsync(
            new OpenDeadline("result.publish", "2026-01-001", "inspection", Guid.CreateVersion7(), host.Time.Today, "officer", Section: section), host.Change(Actor.System), default))).Value;

    private static Task<Result<SupervisionOrder>> OrderAsync(TestHost host, Deadline deadline, Actor by)
        => host.HandleAsync((StartSupervisionHandler h) => h.HandleAsync(new OrderSupervision(deadline.Id, "三日内说明原因"), host.Change(by), default));

    private static Task<Result<CompletedWorkItem>> CompleteAsync(TestHost host, WorkItem item, Actor by, string outcome, JsonObject values)
        => host.HandleAsync((CompleteWorkItemHandler h) => h.HandleAsync(new CompleteWorkItem(item.Id, outcome, values), host.Change(by), default));

    private static Task<WorkItem> ItemAsync(TestHost host, string form)
        => host.ReadAsync(db => db.Set<WorkItem>().AsNoTracking().SingleAsync(i => i.FormKey == form && i.Status == WorkItemStatus.Open));

    private static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
