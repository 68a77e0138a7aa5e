using System.Text.Json.Nodes;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Tests.Support;
using DoubleRandom.Tests.Workflows.Campaigns;
using DoubleRandom.Workflows.Campaigns;
using DoubleRandom.Workflows.Definitions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static DoubleRandom.Tests.Workflows.Campaigns.CampaignWalk;

namespace DoubleRandom.Tests.Workflows.Plans;

public sealed class PlanWorkflowTests
{
    private static readonly DateTimeOffset January = new(2026, 1, 12, 9, 0, 0, TimeSpan.FromHours(8));

    [Theory, BothDatabases]
    public async Task Plan_ThroughAllHands_IsFixedAndPublished(string database)
    {
        await using var host = await CountyAsync(database, January);
        var started = await host.StartPlanAsync();

        await host.DoAsync("compile", Planner, "提交", Capacity());
        await host.DoAsync("review", Legal, "退回", new JsonObject { ["opinion"] = "请补充依据" });
        await host.DoAsync("compile", Planner, "提交", Capacity());
        await host.DoAsync("review", Legal, "同意", new JsonObject { ["opinion"] = "合法" });
        await host.DoAsync("approve", Director, "批准");
        await host.DoAsync("government", Government, "批准", new JsonObject { ["documentNo"] = "崇政函〔2026〕9号" });

        var plan = await host.ReadAsync(db => db.Set<AnnualPlan>().AsNoTracking().SingleAsync());
        var version = await host.ReadAsync(db => db.Set<PlanVersion>().AsNoTracking().SingleAsync());
        var incidents = await host.ReadAsync(db => db.Set<IncidentRow>().AsNoTracking().Select(i => i.Message).ToListAsync());
        Assert.Empty(incidents);
        Assert.Null(plan.ReturnReason);
        Assert.Equal((started.PlanId, PlanStatus.Published, 1, "崇政函〔2026〕9号"), (plan.Id, plan.Status, plan.Version, plan.GovernmentNo));
        // Published in January: the year's clock is met, and the demands are collected until 31 March.
        var clocks = await host.ReadAsync(db => db.Set<Deadline>().AsNoTracking().OrderBy(d => d.RuleKey).ToListAsync());
        Assert.Equal([("plan.demand", new DateOnly(2026, 3, 31), DeadlineStatus.Open), ("plan.year", new DateOnly(2026, 1, 31), DeadlineStatus.Met)], clocks.Select(c => (c.RuleKey, c.DueOn, c.Status)));
        Assert.All(clocks, c => Assert.Equal("planner", c.OwnerRole));
        await host.Services.GetRequiredService<DeadlineSweep>().RunAsync(new DateOnly(2026, 3, 24));
        await host.Services.GetRequiredService<DeadlineSweep>().RunAsync(new DateOnly(2026, 4, 1));
        Assert.Contains(await host.ReadAsync(db => db.Set<Alert>().AsNoTracking().ToListAsync()), a => a.Text.Contains("报送抽查需求", StringComparison.Ordinal) && a.RecipientRole == "planner");
        Assert.Equal(DeadlineStatus.Met, (await host.ReadAsync(db => db.Set<Deadline>().AsNoTracking().SingleAsync(d => d.RuleKey == "plan.demand"))).Status);
        Assert.Equal((8, 1, "[]"), (PlanLines.Read(version).Count, version.Version, version.DifferenceJson));
        Assert.Equal(WorkflowStatus.Finished, (await host.ReadAsync(db => db.Set<WorkflowInstanceRow>().AsNoTracking().SingleAsync(i => i.DefinitionId == "plan"))).Status);
    }

    [Theory, BothDatabases]
    public async Task Plan_ChangedAfterApproval_IsANewVersionWithItsDifferenceAndCampaignsKeepTheApprovedLines(string database)
    {
        await using var host = await CountyAsync(database, January);
        await host.ApprovePlanAsync();
        await host.RunAsync(async services =>
        {
            var line = await ((DbContext)services.GetService(typeof(DbContext))!).Set<PlanLine>().SingleAsync(l => l.PlanNo == SampleCounty.PlanNo && l.LineNo == 3);
            line.ExpertsPerGroup = 1;
        });

        var before = await CreateAsync(host);
        await host.StartPlanAsync("专家不足");
        await host.DoAsync("compile", Planner, "提交", Capacity());
        var during = await host.HandleAsync((CreateCampaignFromPlanLineHandler h) => h.HandleAsync(new(SampleCounty.PlanNo, 3), host.Change(Planner), default));
        await host.DoAsync("review", Legal, "同意");
        await host.DoAsync("approve", Director, "批准");
        await host.DoAsync("government", Government, "批准");
        var after = await CreateAsync(host);

        Assert.Equal((2, 1), (before.ExpertsPerGroup, after.ExpertsPerGroup));
        Assert.Equal("campaigns.plan-not-approved", during.Refusal?.Code);
        var second = await host.ReadAsync(db => db.Set<PlanVersion>().AsNoTracking().SingleAsync(v => v.Version == 2));
        Assert.Equal("""[{"line":3,"field":"ExpertsPerGroup","before":2,"after":1}]""", second.DifferenceJson);
        Assert.Equal("专家不足", second.Reason);
        Assert.Equal("每组专家数由“2”改为“1”", Assert.Single(PlanChanges.Of(PlanLines.Read(await host.ReadAsync(db => db.Set<PlanVersion>().AsNoTracking().SingleAsync(v => v.Version == 1))), PlanLines.Read(second))).Words);
        Assert.Equal(DateOnly.FromDateTime(January.Date), second.PublishedOn);
        var change = await host.ReadAsync(db => db.Set<Deadline>().AsNoTracking().SingleAsync(d => d.RuleKey == "plan.change"));
        Assert.Equal((new DateOnly(2026, 1, 12), new DateOnly(2026, 1, 21), DeadlineStatus.Met), (change.AnchorOn, change.DueOn, change.Status));

        static async Task<Campaign> CreateAsync(TestHost host)
        {
            var created = await host.HandleAsync((CreateCampaignFromPlanLineHandler h) => h.HandleAsync(new(SampleCounty.PlanNo, 3), host.Change(Planner), default));
            Assert.Null(created.Refusal?.ToString());
            return created.Value;
        }
    }

    [Theory, InlineData("plan"), InlineData("campaign")]
    public async Task Definition_AsShipped_PassesTheLinter(string id)
    {
        await using var host = await TestHost.StartAsync();
        var definition = WorkflowDefinition.Parse(await File.ReadAllTextAsync(Repository.Path($"workflows-json/{id}.json"))).Value;

        Assert.DoesNotContain(host.Services.GetRequiredService<DefinitionLinter>().Lint(definition), f => f.IsError);
    }

    [Fact]
    public async Task Plan_DecidedByTheWrongHands_IsRefused()
    {
        await using var host = await CountyAsync(Databases.Sqlite, January);
        await host.StartPlanAsync();
        var both = TestHost.Person("一人两职", "planner", "legal");
        await host.DoAsync("compile", both, "提交", Capacity());

        Assert.Equal("plans.own", (await host.TryAsync("review", both, "同意"))?.Code);
        Assert.Equal("work-items.not-your-role", (await host.TryAsync("review", Director, "同意"))?.Code);
        Assert.Equal("forms.required", (await host.TryAsync("review", Legal, "退回"))?.Code);
        var early = await host.HandleAsync((StartCampaignHandler h) => h.HandleAsync(new(SampleCounty.PlanNo, 3), host.Change(Planner), default));
        Assert.Equal("campaigns.plan-not-approved", early.Refusal?.Code);
    }

    [Fact]
    public async Task Compile_LinesThatBreakARule_AreRefusedNamingTheLine()
    {
        await using var host = await CountyAsync(Databases.Sqlite, January);
        await host.StartPlanAsync();

        Assert.Equal([3, "plans.below-floor"], await WithAsync(l => l.Ratio = 0.05m));
        Assert.Equal([3, "plans.ratio-reason"], await WithAsync(l => (l.Ratio, l.SampleSize) = (0.12m, 121)));
        Assert.Equal([3, "plans.sample"], await WithAsync(l => l.SampleSize = 100));
        Assert.Equal([3, "plans.no-item"], await WithAsync(l => l.ItemCode = "XX-01"));
        Assert.Equal([3, "plans.not-random"], await WithAsync(l => l.ItemCode = "YJ-08"));
        Assert.Equal([3, "plans.officers"], await WithAsync(l => l.OfficersPerGroup = 1));
        Assert.Equal([3, "plans.period"], await WithAsync(l => l.PeriodTo = new DateOnly(2027, 1, 10)));
        Assert.Equal([3, "plans.full-reason"], await WithAsync(l => (l.Sampling, l.FullCheckReason) = ("全面", null)));
        Assert.Equal("plans.over-capacity", (await host.TryAsync("compile", Planner, "提交", Capacity(officers: 10)))?.Code);
        var explained = Capacity(officers: 10);
        explained["explanation"] = "借调两名执法人员";
        await host.DoAsync("compile", Planner, "提交", explained);

        async Task<object[]> WithAsync(Action<PlanLine> change)
        {
            PlanLine? kept = null;
            await host.RunAsync(async services =>
            {
                var db = (DbContext)services.GetService(typeof(DbContext))!;
                var line = await db.Set<PlanLine>().SingleAsync(l => l.PlanNo == SampleCounty.PlanNo && l.LineNo == 3);
                kept = (PlanLine)db.Entry(line).CurrentValues.ToObject();
                change(line);
            });
            var refusal = await host.TryAsync("compile", Planner, "提交", Capacity());
            await host.RunAsync(async services =>
            {
                var db = (DbContext)services.GetService(typeof(DbContext))!;
                var line = await db.Set<PlanLine>().SingleAsync(l => l.PlanNo == SampleCounty.PlanNo && l.LineNo == 3);
                db.Entry(line).CurrentValues.SetValues(kept!);
            });
            return [refusal!.Arguments[0], refusal.Code];
        }
    }
}
