using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows.Campaigns;
using DoubleRandom.Workflows.Plans;
using DoubleRandom.Workflows.WorkItems;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Workflows.Campaigns;

/// <summary>The persons of the office and the steps they complete, as the inbox shows them: from the plan to the drawn and locked list.</summary>
internal static class CampaignWalk
{
    public static readonly Actor Planner = TestHost.Person("朱文斌", "planner");
    public static readonly Actor Legal = TestHost.Person("信慧敏", "legal");
    public static readonly Actor Director = TestHost.Person("马国栋", "director");
    public static readonly Actor Deputy = TestHost.Person("信建军", "deputy-director");
    public static readonly Actor Government = TestHost.Person("县政府", "government");
    public static readonly Actor Operator = TestHost.Person("抽取员", "draw-operator");
    public static readonly Actor Supervisor = TestHost.Person("纪检组", "supervisor");
    /// <summary>When most campaigns of the tests are drawn.</summary>
    public static readonly DateTimeOffset March = new(2026, 3, 10, 9, 0, 0, TimeSpan.FromHours(8));

    public static readonly Actor Witness = TestHost.Person("企业代表", "witness");

    public const string Beacon = "3871.2645";

    public static readonly string SupervisorNonce = new('a', 64);
    public static readonly string WitnessNonce = new('b', 64);

    /// <summary>The county in the database and the two definitions published; of their children the publication ends at once or waits for ever.</summary>
    public static async Task<TestHost> CountyAsync(string database, DateTimeOffset at, bool publishes = true)
    {
        var host = await TestHost.StartAsync(database);
        host.Time.Set(at);
        await host.ImportSampleAsync();
        foreach (var id in (string[])["plan", "campaign"]) await host.PublishFileAsync(id);
        await host.PublishAsync("publication", [publishes ? Given.Node("L", "Elsa.WriteLine", ("text", Given.Literal("办结"))) : Given.Node("W", "Elsa.RunTask")]);
        await host.PublishAsync("inspection", [Given.Node("W", "Elsa.RunTask")]);
        return host;
    }

    public static async Task PublishFileAsync(this TestHost host, string definitionId)
    {
        // Papers have their own tests; here a line stands for each, so that a walk is quick.
        var text = (await File.ReadAllTextAsync(Repository.Path($"workflows-json/{definitionId}.json"))).Replace("\"Inspection.IssueDocument\"", "\"Elsa.WriteLine\"", StringComparison.Ordinal);
        Assert.Null(WorkflowDefinition.Parse(text).Refusal);
        await host.PublishJsonAsync(definitionId, text);
    }

    public static Task<WorkItem?> OpenItemAsync(this TestHost host, string activity) => host.ReadAsync(db => db.Set<WorkItem>().AsNoTracking().SingleOrDefaultAsync(i => i.ActivityId == activity && i.Status == WorkItemStatus.Open));

    /// <summary>Completes the one open item of a step; then lets children and events be delivered.</summary>
    public static async Task<Refusal?> TryAsync(this TestHost host, string activity, Actor by, string outcome, JsonObject? values = null)
    {
        var item = await host.OpenItemAsync(activity) ?? throw new InvalidOperationException($"No open work item of {activity}.");
        var result = await host.HandleAsync((CompleteWorkItemHandler h) => h.HandleAsync(new CompleteWorkItem(item.Id, outcome, values ?? []), host.Change(by), default));
        while (await host.DrainAsync() > 0) { }
        return result.Refusal;
    }

    public static async Task DoAsync(this TestHost host, string activity, Actor by, string outcome, JsonObject? values = null)
        => Assert.Null((await host.TryAsync(activity, by, outcome, values))?.ToString());

    public static async Task<StartedPlan> StartPlanAsync(this TestHost host, string? reason = null, string? planNo = null)
    {
        var started = await host.HandleAsync((StartPlanHandler h) => h.HandleAsync(new StartPlan(planNo ?? SampleCounty.PlanNo), host.Change(Planner, reason), default));
        Assert.Null(started.Refusal?.ToString());
        return started.Value;
    }

    public static JsonObject Capacity(int officers = 20) => new() { ["officers"] = officers, ["workingDays"] = 248, ["otherDays"] = 1500, ["nonDays"] = 900 };

    public static async Task ApprovePlanAsync(this TestHost host, string? planNo = null)
    {
        await host.StartPlanAsync(planNo: planNo);
        await host.DoAsync("compile", Planner, "提交", Capacity());
        await host.DoAsync("review", Legal, "同意");
        await host.DoAsync("approve", Director, "批准");
        await host.DoAsync("government", Government, "批准", new JsonObject { ["documentNo"] = "崇政函〔2026〕9号" });
    }

    /// <summary>Line 3 of the plan: 工贸定向, 101 of 306.</summary>
    public static async Task<Guid> StartCampaignAsync(this TestHost host, int line = 3, string? planNo = null)
    {
        var started = await host.HandleAsync((StartCampaignHandler h) => h.HandleAsync(new StartCampaign(planNo ?? SampleCounty.PlanNo, line), host.Change(Planner), default));
        Assert.Null(started.Refusal?.ToString());
        return started.Value.CampaignId;
    }

    public static async Task FreezeAsync(this TestHost host) => await host.DoAsync("freeze", Operator, "冻结", await host.DefaultsAfterSchemeAsync());

    /// <summary>The scheme is approved; what the freeze proposes.</summary>
    public static async Task<JsonObject> DefaultsAfterSchemeAsync(this TestHost host)
    {
        await host.DoAsync("scheme", Planner, "提交", await host.DefaultsAsync("scheme"));
        await host.DoAsync("approve", Deputy, "批准");
        return await host.DefaultsAsync("freeze");
    }

    public static async Task CommitAsync(this TestHost host, string supervisor, string witness)
    {
        await host.DoAsync("commitSupervisor", Supervisor, "提交承诺", new JsonObject { ["commitment"] = Hashing.Sha256Hex(supervisor) });
        await host.DoAsync("commitWitness", Witness, "提交承诺", new JsonObject { ["commitment"] = Hashing.Sha256Hex(witness) });
    }

    /// <summary>On the planned day, after the hour.</summary>
    public static async Task BeaconAsync(this TestHost host)
    {
        var planned = await host.ReadAsync(db => db.Set<Draw>().AsNoTracking().Where(d => d.Status != DrawStatus.Void).MaxAsync(d => d.PlannedAt));
        host.Time.Set(new DateTimeOffset(DateTime.SpecifyKind(planned, DateTimeKind.Utc)).AddMinutes(10));
        await host.DoAsync("beacon", Operator, "录入", new JsonObject { ["text"] = Beacon });
        await host.DoAsync("confirmBeacon", Witness, "一致", new JsonObject { ["text"] = Beacon });
    }

    /// <summary>Nobody declares anything, the list is locked and countersigned: the checks are opened.</summary>
    public static async Task LockAsync(this TestHost host)
    {
        await host.DoAsync("recusals", Operator, "无人申报");
        await host.DoAsync("lock", Operator, "锁定");
        await host.DoAsync("countersign", Supervisor, "会签");
    }

    public static async Task<Guid> DrawnAsync(this TestHost host, int line = 3, string? planNo = null)
    {
        await host.ApprovePlanAsync(planNo);
        var campaign = await host.StartCampaignAsync(line, planNo);
        await host.FreezeAsync();
        await host.CommitAsync(SupervisorNonce, WitnessNonce);
        await host.BeaconAsync();
        await host.DoAsync("revealSupervisor", Supervisor, "揭示", new JsonObject { ["nonce"] = SupervisorNonce });
        await host.DoAsync("revealWitness", Witness, "揭示", new JsonObject { ["nonce"] = WitnessNonce });
        return campaign;
    }

    public static Task<IReadOnlyList<AssignedVisit>> VisitsAsync(this TestHost host, Guid campaign) => host.ReadAsync(db => AssignmentQueries.VisitsAsync(db, campaign, default));

    /// <summary>The form as the page shows it, filled with what it proposes.</summary>
    public static async Task<JsonObject> DefaultsAsync(this TestHost host, string activity)
    {
        var item = (await host.OpenItemAsync(activity))!;
        await using var scope = host.Services.CreateAsyncScope();
        var form = scope.ServiceProvider.GetRequiredService<DoubleRandom.Workflows.Forms.FormCatalogue>().Find(item.FormKey)!;
        var view = await form.Prepare(item, scope.ServiceProvider, default);
        return new JsonObject(view.Fields.Where(f => f.Default is not null && f.Kind is not DoubleRandom.Workflows.Forms.FieldKind.Note).Select(f => KeyValuePair.Create(f.Name, (JsonNode?)f.Default!.DeepClone())));
    }

    /// <summary>Somebody who cannot come on a day, declared by the draw operator.</summary>
    public static Task<Result<IReadOnlyList<RosterRequest>>> AwayAsync(this TestHost host, Guid campaign, string person, DateOnly on, string reason, string? proof)
        => host.HandleAsync((FileRosterRequestsHandler h) => h.HandleAsync(new(campaign, [new(RosterRequestKind.Absence, person, null, on, on, reason, proof)]), host.Change(Operator), default));

    public static Task<Result<IReadOnlyList<RosterRequest>>> DecideAsync(this TestHost host, Guid campaign, int request, Actor by)
        => host.HandleAsync((DecideRosterRequestsHandler h) => h.HandleAsync(new(campaign, [new(request, true, null)]), host.Change(by), default));

    /// <summary>The officer's seat went to the next in ticket order, and everybody between them was passed over on record.</summary>
    /// <returns>The successor's number, and both places in the order.</returns>
    public static async Task<(string Number, int Out, int In)> AssertNextInOrderAsync(this TestHost host, Guid campaign, AssignedVisit before, string leaving)
    {
        var after = (await host.VisitsAsync(campaign)).Single(v => v.InspecteeNumber == before.InspecteeNumber);
        var came = Assert.Single(after.OfficerNumbers.Except(before.OfficerNumbers));
        Assert.Equal([leaving], before.OfficerNumbers.Except(after.OfficerNumbers));
        var draw = await host.ReadAsync(db => db.Set<Draw>().AsNoTracking().SingleAsync(d => d.CampaignId == campaign && d.Kind == "officer" && d.Status == DrawStatus.Drawn));
        var order = DoubleRandom.Inspections.Draws.Protocol.DrawResult.Read(draw.Files().Result!).Value.Order.SelectMany(s => s.Drawn.Concat(s.Reserves)).ToList();
        var (from, to) = (order.IndexOf(leaving), order.IndexOf(came));
        var assignment = await host.ReadAsync(db => db.Set<InspectionAssignment>().Where(a => a.CampaignId == campaign && a.InspecteeNumber == before.InspecteeNumber).Select(a => a.Id).SingleAsync());
        var passed = await host.ReadAsync(db => db.Set<SeatSkip>().Where(s => s.AssignmentId == assignment).Select(s => s.PersonNumber).ToListAsync());
        for (var i = (from + 1) % order.Count; i != to; i = (i + 1) % order.Count) Assert.Contains(order[i], passed);
        return (came, from + 1, to + 1);
    }
}
