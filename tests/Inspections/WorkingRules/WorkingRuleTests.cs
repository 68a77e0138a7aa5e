using DoubleRandom.Basics;
using DoubleRandom.Host.Data;
using DoubleRandom.Inspections.WorkingRules;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Tests.Inspections.WorkingRules;

/// <summary>随机抽查工作细则 (S001-20): whole, by two persons, from its day on, the earlier one until then.</summary>
public sealed class WorkingRuleTests
{
    private static readonly Actor Planner = TestHost.Person("朱文斌", "planner");
    private static readonly Actor Legal = TestHost.Person("信慧敏", "legal");

    [Theory, BothDatabases]
    public async Task Rule_IsInForceWhenAnotherPersonAgreed_FromItsDayOn(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var today = host.Change().On;
        var first = await ProposeAsync(host, Command("崇应急发〔2026〕3号", today.AddDays(-30), today.AddDays(-20)));
        Assert.Equal("working-rules.waiting", (await ProposeAsync(host, Command("崇应急发〔2026〕4号", today, today))).Refusal?.Code);
        Assert.Null(await InForceAsync(host, today));
        Assert.Equal("working-rules.not-yours", (await DecideAsync(host, first.Value.Id, true, null, Planner)).Refusal?.Code);
        Assert.Equal("deadline-rules.own", (await DecideAsync(host, first.Value.Id, true, null, Planner with { Roles = new HashSet<string> { "legal" } })).Refusal?.Code);
        Assert.Equal("deadline-rules.no-opinion", (await DecideAsync(host, first.Value.Id, false, " ", Legal)).Refusal?.Code);
        Assert.Null((await DecideAsync(host, first.Value.Id, true, null, Legal)).Refusal);

        var second = await ProposeAsync(host, Command("崇应急发〔2026〕9号", today, today.AddDays(10)));
        Assert.Null((await DecideAsync(host, second.Value.Id, true, null, Legal)).Refusal);

        Assert.Null(await InForceAsync(host, today.AddDays(-21)));
        Assert.Equal(1, (await InForceAsync(host, today.AddDays(-20)))?.Version);
        Assert.Equal(1, (await InForceAsync(host, today.AddDays(9)))?.Version);
        Assert.Equal(2, (await InForceAsync(host, today.AddDays(10)))?.Version);
        Assert.Equal(["提出抽查工作细则", "批准抽查工作细则", "提出抽查工作细则", "批准抽查工作细则"],
            await host.ReadAsync(db => db.Set<AuditEntry>().Where(a => a.Chain == "register/working-rule").OrderBy(a => a.Sequence).Select(a => a.Action).ToListAsync()));
    }

    [Theory, BothDatabases]
    public async Task Rule_ThatLacksSomething_IsRefusedByName(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var today = host.Change().On;
        var whole = Command("崇应急发〔2026〕3号", today, today);

        foreach (var part in WorkingRule.Parts)
        {
            var without = await ProposeAsync(host, whole with { Texts = whole.Texts.Where(t => t.Key != part.Key).ToDictionary() });
            Assert.Equal((part.Key, part.Title), (without.Refusal?.Field, without.Refusal?.Arguments[0]));
        }
        Assert.Equal("number", (await ProposeAsync(host, whole with { DocumentNo = " " })).Refusal?.Field);
        Assert.Equal("adopted", (await ProposeAsync(host, whole with { AdoptedOn = today.AddDays(1) })).Refusal?.Field);
        Assert.Equal("from", (await ProposeAsync(host, whole with { EffectiveFrom = today.AddDays(-1) })).Refusal?.Field);
        Assert.Equal("working-rules.not-yours", (await ProposeAsync(host, whole, Legal)).Refusal?.Code);
        Assert.Empty(await host.ReadAsync(db => db.Set<WorkingRule>().ToListAsync()));
    }

    private static ProposeWorkingRule Command(string number, DateOnly adopted, DateOnly from)
        => new("随机抽查工作细则", number, adopted, from, WorkingRule.Parts.ToDictionary(p => p.Key, p => p.Proposed), "首次制定");

    private static Task<Result<WorkingRule>> ProposeAsync(TestHost host, ProposeWorkingRule command, Actor? by = null)
        => host.HandleAsync((ProposeWorkingRuleHandler h) => h.HandleAsync(command, host.Change(by ?? Planner), default));

    private static Task<Result<WorkingRule>> DecideAsync(TestHost host, Guid id, bool agrees, string? opinion, Actor by)
        => host.HandleAsync((DecideWorkingRuleHandler h) => h.HandleAsync(new DecideWorkingRule(id, agrees, opinion), host.Change(by), default));

    private static Task<WorkingRule?> InForceAsync(TestHost host, DateOnly on) => host.ReadAsync(db => WorkingRule.InForceAsync(db, on, default));
}
