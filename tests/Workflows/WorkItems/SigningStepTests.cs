using DoubleRandom.Basics;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static DoubleRandom.Tests.Workflows.Given;

namespace DoubleRandom.Tests.Workflows.WorkItems;

/// <summary>会签、或签、票签 as drawn on a step: who is asked when it begins, and what the signatures allow.</summary>
public sealed class SigningStepTests
{
    [Theory, BothDatabases]
    public async Task Step_WithAVote_AsksEverybodyInTheRoleWhoIsHere_AndWaitsForTheShare(string database)
    {
        await using var host = await HostAsync(database);
        var (boss, one, two, three) = (await host.HireAsync("局长", ["director"]), await host.HireAsync("副一", ["deputy-director"], "R1"), await host.HireAsync("副二", ["deputy-director"], "R2"), await host.HireAsync("副三", ["deputy-director"], "R3"));
        await host.HireAsync("休假", ["deputy-director"], "R4");
        await host.RunAsync(services =>
        {
            services.GetRequiredService<DbContext>().Add(new LeavePeriod { Number = "L1", PersonNumber = "R4", Kind = "年休假", From = new(2026, 9, 1), To = new(2026, 9, 30), Status = "已批准" });
            return Task.CompletedTask;
        });
        var item = await BeginAsync(host, "Share", "60");

        Assert.Equal((SignRule.Share, 60), (item.SignRule, item.SignShare));
        Assert.Equal(["副一", "副三", "副二"], (await host.ReadAsync(db => db.Set<WorkItemSigner>().Where(s => s.WorkItemId == item.Id).Select(s => s.PersonName).ToListAsync())).Order(StringComparer.Ordinal));
        Assert.Equal("work-items.sign-open", (await host.CompleteAsync(item.Id, boss, "同意")).Refusal!.Code);
        Assert.Null((await SignAsync(host, item, one, true)).Refusal);
        Assert.Equal("work-items.sign-open", (await host.CompleteAsync(item.Id, boss, "同意")).Refusal!.Code);
        Assert.Null((await SignAsync(host, item, two, false)).Refusal);
        Assert.Null((await SignAsync(host, item, three, true)).Refusal);
        Assert.Null((await host.CompleteAsync(item.Id, boss, "同意")).Refusal);
        Assert.Contains(await host.JournalAsync(), j => j.EventName == "Signing");
    }

    [Theory, BothDatabases]
    public async Task Step_WithAll_OneAgainst_LeavesOnlyTheOtherOutcomes(string database)
    {
        await using var host = await HostAsync(database);
        var (boss, one, two) = (await host.HireAsync("局长", ["director"]), await host.HireAsync("副一", ["deputy-director"]), await host.HireAsync("副二", ["deputy-director"]));
        var item = await BeginAsync(host, "All", null);

        var more = await host.HireAsync("科长", ["section-head"]);
        Task<Result<WorkItem>> AddAsync(SignRule rule) => host.HandleAsync((AddSignersHandler h) => h.HandleAsync(new AddSigners(item.Id, [more.Id], rule, 0, "请签署"), host.Change(boss), default));

        // Whoever decides can neither loosen what the workflow asks for, nor outvote what was signed.
        Assert.Equal("work-items.sign-rule-stands", (await AddAsync(SignRule.Any)).Refusal!.Code);
        Assert.Equal("work-items.sign-of-process", (await host.HandleAsync((RemoveSignerHandler h) => h.HandleAsync(new RemoveSigner(item.Id, two.Id, "不必了"), host.Change(boss), default))).Refusal!.Code);
        Assert.Null((await SignAsync(host, item, one, true)).Refusal);
        Assert.Null((await SignAsync(host, item, two, false)).Refusal);
        Assert.Equal("work-items.sign-lost", (await AddAsync(SignRule.All)).Refusal!.Code);

        Assert.Equal("work-items.sign-failed", (await host.CompleteAsync(item.Id, boss, "同意")).Refusal!.Code);
        Assert.Null((await host.CompleteAsync(item.Id, boss, "不同意")).Refusal);
    }

    [Theory, BothDatabases]
    public async Task Step_WithNobodyToSign_IsAnIncidentThatSaysWhom(string database)
    {
        await using var host = await HostAsync(database);

        var id = await PublishAndStartAsync(host, "Any", null);

        Assert.Equal(0, await host.ReadAsync(db => db.Set<WorkItem>().CountAsync()));
        Assert.Contains(await host.JournalAsync(), j => j.InstanceId == id && j.EventName == "Faulted" && j.Message!.Contains("分管副局长", StringComparison.Ordinal));
    }

    private static async Task<WorkItem> BeginAsync(TestHost host, string rule, string? share) => await host.OpenAsync(await PublishAndStartAsync(host, rule, share));

    private static async Task<Guid> PublishAndStartAsync(TestHost host, string rule, string? share)
    {
        var task = HumanTask("A", "director", "同意", "不同意");
        (task["signing"], task["signingRole"]) = (Literal(rule), Literal("deputy-director"));
        if (share is not null) task["signingShare"] = Literal(share);
        await host.PublishAsync("signed", [Node("S", "Elsa.Start"), task, Node("E", "Elsa.End")], "S.Done>A", "A.同意>E", "A.不同意>E");
        return await host.StartAsync("signed");
    }

    private static Task<Result<WorkItem>> SignAsync(TestHost host, WorkItem item, Actor by, bool agrees)
        => host.HandleAsync((SignWorkItemHandler h) => h.HandleAsync(new SignWorkItem(item.Id, agrees, agrees ? "" : "理由不足"), host.Change(by), default));
}
