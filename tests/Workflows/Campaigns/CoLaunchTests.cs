using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Host.Accounts;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows.WorkItems;
using Microsoft.EntityFrameworkCore;
using static DoubleRandom.Tests.Workflows.Campaigns.CampaignWalk;

namespace DoubleRandom.Tests.Workflows.Campaigns;

/// <summary>会同启动 (S004-15): the units named in the scheme sign it before it is approved; whoever refuses sends it back.</summary>
public sealed class CoLaunchTests
{
    private const string Team = "执法大队";
    private const string Mines = "矿山监管科";

    [Theory, BothDatabases]
    public async Task Scheme_WithNamedUnits_IsSignedByEachHead_BackWithTheReasonOfOne_AndApprovedOnlyWhenAllHaveSigned(string database)
    {
        await using var host = await CountyAsync(database, March, publishes: false);
        var (team, mines, third) = (await HeadAsync(host, "wangyl", "王彦龙", Team), await HeadAsync(host, "gouys", "缑永胜", Mines), await HeadAsync(host, "yangym", "杨玉梅", "工贸监管科"));
        await host.ApprovePlanAsync();
        var campaign = await host.StartCampaignAsync();

        var unknown = await host.HandleAsync((FillSchemeHandler h) => h.HandleAsync(new FillScheme(campaign, new Scheme("工贸", "四月", "防事故", "3 人", "随机", "不得泄露", "公示"), CoUnits: ["没有的大队"]), host.Change(Planner), default));
        Assert.Equal("campaigns.co-launch-unit", unknown.Refusal?.Code);
        await host.DoAsync("scheme", Planner, "提交", await SchemeAsync(host, Team, Mines));
        var items = await OpenAsync(host);
        Assert.Equal([(Mines, mines.Id), (Team, team.Id)], items.Select(i => (i.Unit, i.Item.ClaimedById!.Value)));
        Assert.Null(await host.OpenItemAsync("approve"));

        // Nobody else's head, not the initiator, and no refusal without a reason.
        Assert.Equal("work-items.claimed-by-other", (await SignAsync(host, items[0].Item, third, "会签")).Refusal?.Code);
        Assert.Equal("campaigns.co-launch-not-head", (await host.HandleAsync((SignCoLaunchHandler h) => h.HandleAsync(new SignCoLaunch(items[0].Item.SubjectId!.Value, true), host.Change(third), default))).Refusal?.Code);
        Assert.Equal("campaigns.co-launch-opinion", (await host.HandleAsync((SignCoLaunchHandler h) => h.HandleAsync(new SignCoLaunch(items[0].Item.SubjectId!.Value, false), host.Change(mines), default))).Refusal?.Code);
        Assert.Equal("campaigns.co-launch-open", (await host.HandleAsync((ApproveCampaignHandler h) => h.HandleAsync(new ApproveCampaign(campaign), host.Change(Deputy), default))).Refusal?.Code);

        // One refuses: the other's item is void, the scheme is back with the reason.
        Assert.Null((await SignAsync(host, items[0].Item, mines, "退回", "四月有专项行动，人员不足")).Refusal);
        Assert.Equal(WorkItemStatus.Void, await host.ReadAsync(db => db.Set<WorkItem>().Where(i => i.Id == items[1].Item.Id).Select(i => i.Status).SingleAsync()));
        Assert.Equal("矿山监管科缑永胜不同意启动：四月有专项行动，人员不足", await host.ReadAsync(db => db.Set<Campaign>().Where(c => c.Id == campaign).Select(c => c.ReturnReason).SingleAsync()));

        // Handed in again, both are asked again; whoever stands in for an absent head signs for him.
        await host.DoAsync("scheme", Planner, "提交", await host.DefaultsAsync("scheme"));
        items = await OpenAsync(host);
        Assert.Equal(2, items.Count);
        Assert.Null((await SignAsync(host, items[1].Item, team, "会签")).Refusal);
        Assert.Null(await host.OpenItemAsync("approve"));
        var substituted = await host.HandleAsync((AddSubstitutionHandler h) => h.HandleAsync(new AddSubstitution(mines.Id, third.Id, host.Time.Today, host.Time.Today.AddDays(3), "外出培训"), host.Change(mines), default));
        Assert.Null(substituted.Refusal?.ToString());
        Assert.Null((await SignAsync(host, items[0].Item, third, "会签", "同意会同")).Refusal?.ToString());

        var signed = await host.ReadAsync(db => db.Set<CoLaunch>().AsNoTracking().ToDictionaryAsync(c => c.Unit, c => (c.Agreed, c.SignedByName)));
        Assert.Equal(((bool?)true, "杨玉梅代缑永胜"), signed[Mines]);
        Assert.Equal(((bool?)true, "王彦龙"), signed[Team]);
        await host.DoAsync("approve", Deputy, "批准");
        Assert.NotNull(await host.OpenItemAsync("freeze"));
        Assert.Null(await host.ReadAsync(db => db.Set<Campaign>().Where(c => c.Id == campaign).Select(c => c.ReturnReason).SingleAsync()));
        Assert.Equal(3, await host.ReadAsync(db => db.Set<DoubleRandom.Host.Data.AuditEntry>().CountAsync(a => a.Action.StartsWith("会同单位"))));
    }

    [Theory, BothDatabases]
    public async Task Scheme_WithoutUnits_GoesStraightToTheApprover(string database)
    {
        await using var host = await CountyAsync(database, March, publishes: false);
        await HeadAsync(host, "wangyl", "王彦龙", Team);
        await host.ApprovePlanAsync();
        await host.StartCampaignAsync();

        await host.DoAsync("scheme", Planner, "提交", await host.DefaultsAsync("scheme"));

        Assert.NotNull(await host.OpenItemAsync("approve"));
        Assert.Empty(await OpenAsync(host));
    }

    private static async Task<Actor> HeadAsync(TestHost host, string userName, string name, string section)
        => (await host.HandleAsync((AddAccountHandler h) => h.HandleAsync(new AddAccount(userName, name, ["section-head"], "correct horse battery", Section: section), host.Change(), default))).Value.ToActor();

    private static async Task<JsonObject> SchemeAsync(TestHost host, params string[] units)
    {
        var scheme = await host.DefaultsAsync("scheme");
        scheme["coUnits"] = new JsonArray([.. units.Select(u => (JsonNode)u)]);
        return scheme;
    }

    /// <summary>Open items of the step with the unit each is for.</summary>
    private static async Task<List<(string Unit, WorkItem Item)>> OpenAsync(TestHost host)
    {
        var found = await host.ReadAsync(async db => await db.Set<WorkItem>().AsNoTracking().Where(i => i.ActivityId == "coLaunch" && i.Status == WorkItemStatus.Open)
            .Join(db.Set<CoLaunch>(), i => i.SubjectId, c => c.Id, (i, c) => new { c.Unit, Item = i }).ToListAsync());
        return [.. found.OrderBy(f => f.Unit == Mines ? 0 : 1).Select(f => (f.Unit, f.Item))];
    }

    private static Task<Result<CompletedWorkItem>> SignAsync(TestHost host, WorkItem item, Actor by, string outcome, string? opinion = null)
        => host.HandleAsync((CompleteWorkItemHandler h) => h.HandleAsync(new CompleteWorkItem(item.Id, outcome, opinion is null ? [] : new JsonObject { ["opinion"] = opinion }), host.Change(by), default));
}
