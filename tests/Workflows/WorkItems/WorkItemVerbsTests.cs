using DoubleRandom.Basics;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Host.Data;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows.WorkItems;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static DoubleRandom.Tests.Workflows.Given;

namespace DoubleRandom.Tests.Workflows.WorkItems;

public sealed class WorkItemVerbsTests
{
    [Theory, BothDatabases]
    public async Task Transfer_ToWhoMayAndToWhoMayNot_SaysWhy(string database)
    {
        await using var host = await HostAsync(database);
        var (zhang, li) = (await host.HireAsync("张三", ["case-officer"], "R1", "大队"), await host.HireAsync("李四", ["case-officer"], "R2", "大队"));
        var (noRole, other) = (await host.HireAsync("王五", ["legal"], "R3", "大队"), await host.HireAsync("赵六", ["case-officer"], "R4", "综合科"));
        var (away, deputy) = (await host.HireAsync("孙七", ["case-officer"], "R5", "大队"), await host.HireAsync("分管", ["deputy-director"], null, "局领导"));
        await host.RunAsync(services =>
        {
            services.GetRequiredService<DbContext>().Add(new LeavePeriod { Number = "L1", PersonNumber = "R5", Kind = "年休假", From = new(2026, 9, 17), To = new(2026, 9, 20), Status = "已批准" });
            return Task.CompletedTask;
        });
        var item = await OneAsync(host, "case-officer");

        Assert.Equal("work-items.to-role", (await TransferAsync(host, item, zhang, noRole)).Refusal!.Code);
        Assert.Equal("work-items.to-section", (await TransferAsync(host, item, zhang, other)).Refusal!.Code);
        Assert.Equal("work-items.to-absent", (await TransferAsync(host, item, zhang, away)).Refusal!.Code);
        Assert.Equal("work-items.opinion-needed", (await TransferAsync(host, item, zhang, li, " ")).Refusal!.Code);
        Assert.Equal("work-items.not-your-role", (await TransferAsync(host, item, noRole, li)).Refusal!.Code);
        var change = host.Change(zhang);
        var command = new TransferWorkItem(item.Id, li.Id, "我出差", item.Revision);
        Assert.Null((await host.HandleAsync((TransferWorkItemHandler h) => h.HandleAsync(command, change, default))).Refusal);
        Assert.Null((await host.HandleAsync((TransferWorkItemHandler h) => h.HandleAsync(command, change, default))).Refusal);

        var now = await host.ItemAsync(item.Id);
        Assert.Equal((li.Id, "李四", $"p:{li.Id:N}"), (now.ClaimedById!.Value, now.ClaimedByName, now.Queue));
        Assert.Equal(1, await host.ReadAsync(db => db.Set<WorkItemAct>().CountAsync()));
        var stale = await host.HandleAsync((TransferWorkItemHandler h) => h.HandleAsync(new TransferWorkItem(item.Id, zhang.Id, "还你", item.Revision), host.Change(li), default));
        Assert.Equal("work-items.stale-by", stale.Refusal!.Code);
        Assert.Contains("张三转办：李四", Texts.Of(stale.Refusal), StringComparison.Ordinal);
        Assert.Null((await TransferAsync(host, now, deputy, other, "跨科室统筹")).Refusal);
        Assert.Null((await host.CompleteAsync(item.Id, other, "同意")).Refusal);
    }

    [Theory, BothDatabases]
    public async Task Transfer_ConflictOfInterestOrNamedPersons_IsRefused(string database)
    {
        await using var host = await HostAsync(database);
        var (one, two) = (await host.HireAsync("甲", ["officer"], "R1", "大队"), await host.HireAsync("乙", ["officer"], "R2", "大队"));
        var item = await OneAsync(host, "officer");
        await host.RunAsync(async services =>
        {
            var db = services.GetRequiredService<DbContext>();
            var row = await db.Set<WorkItem>().SingleAsync(i => i.Id == item.Id);
            row.Assignees = ";R1;R3;R4;R5;";
            await db.ReseatAsync(row, default);
        });

        Assert.Equal("work-items.to-named", (await TransferAsync(host, item, one, two)).Refusal!.Code);
        async Task<(string?, string?)> QueuesAsync()
        {
            var row = await host.ReadAsync(db => db.Set<WorkItem>().Where(i => i.Id == item.Id).Select(i => new { i.Queue, i.SecondQueue }).SingleAsync());
            return (row.Queue, row.SecondQueue);
        }
        Assert.Equal(("n:R1", "n:R3"), await QueuesAsync());
        Task<int> SeatsAsync() => host.ReadAsync(db => db.Set<WorkItemSeat>().CountAsync(s => s.WorkItemId == item.Id));
        Assert.Equal(2, await SeatsAsync());
        Assert.Null((await host.HandleAsync((ClaimWorkItemHandler h) => h.HandleAsync(new ClaimWorkItem(item.Id), host.Change(one), default))).Refusal);
        Assert.Equal(0, await SeatsAsync());
        Assert.Equal((WorkItemQueue.OfPerson(one.Id), null), await QueuesAsync());
        Assert.Null((await host.HandleAsync((ReleaseWorkItemHandler h) => h.HandleAsync(new ReleaseWorkItem(item.Id), host.Change(one), default))).Refusal);
        Assert.Equal(2, await SeatsAsync());
        Assert.Equal(("n:R1", "n:R3"), await QueuesAsync());
        Assert.Null((await DelegateAsync(host, item.Id, one, two)).Refusal);
        Assert.Equal(0, await SeatsAsync());
        Assert.Null((await host.HandleAsync((RecallDelegatedHandler h) => h.HandleAsync(new RecallDelegated(item.Id), host.Change(one), default))).Refusal);
        Assert.Null((await host.HandleAsync((ReleaseWorkItemHandler h) => h.HandleAsync(new ReleaseWorkItem(item.Id), host.Change(one), default))).Refusal);
        Assert.Equal(2, await SeatsAsync());
        Assert.Null((await host.CompleteAsync(item.Id, one, "同意")).Refusal);
        Assert.Equal(0, await host.ReadAsync(db => db.Set<WorkItemSeat>().CountAsync()));
    }

    [Theory, BothDatabases]
    public async Task Delegate_ComesBackWithTheOpinion_AndNeverInACircle(string database)
    {
        await using var host = await HostAsync(database);
        var (boss, clerk, helper) = (await host.HireAsync("局长", ["director"]), await host.HireAsync("承办", ["case-officer"], "R1"), await host.HireAsync("法制", ["legal"], "R2"));
        var item = await OneAsync(host, "director");

        Assert.Null((await DelegateAsync(host, item.Id, boss, clerk)).Refusal);
        Assert.Equal("work-items.delegated", (await host.CompleteAsync(item.Id, boss, "同意")).Refusal!.Code);
        Assert.Equal("work-items.only-opinion", (await host.CompleteAsync(item.Id, clerk, "同意")).Refusal!.Code);
        Assert.Null((await DelegateAsync(host, item.Id, clerk, helper)).Refusal);
        var loop = await DelegateAsync(host, item.Id, helper, boss);
        Assert.Equal("work-items.delegate-loop", loop.Refusal!.Code);
        Assert.Contains("局长 → 承办 → 法制 → 局长", Texts.Of(loop.Refusal), StringComparison.Ordinal);

        Assert.Null((await host.HandleAsync((ReturnDelegatedHandler h) => h.HandleAsync(new ReturnDelegated(item.Id, "依据充分"), host.Change(helper), default))).Refusal);
        Assert.Equal(("承办", "局长"), ((await host.ItemAsync(item.Id)).ClaimedByName, (await host.ItemAsync(item.Id)).DelegatedByName));
        Assert.Null((await host.HandleAsync((ReturnDelegatedHandler h) => h.HandleAsync(new ReturnDelegated(item.Id, "建议同意"), host.Change(clerk), default))).Refusal);
        var back = await host.ItemAsync(item.Id);
        Assert.Equal((boss.Id, (Guid?)null), (back.ClaimedById!.Value, back.DelegatedById));

        Assert.Null((await DelegateAsync(host, item.Id, boss, clerk)).Refusal);
        Assert.Equal("work-items.not-delegator", (await host.HandleAsync((RecallDelegatedHandler h) => h.HandleAsync(new RecallDelegated(item.Id), host.Change(helper), default))).Refusal!.Code);
        Assert.Null((await host.HandleAsync((RecallDelegatedHandler h) => h.HandleAsync(new RecallDelegated(item.Id), host.Change(boss), default))).Refusal);
        Assert.Null((await host.CompleteAsync(item.Id, boss, "同意")).Refusal);
    }

    [Theory, BothDatabases]
    public async Task Signers_ByRule_AllowOrBarTheFirstOutcome(string database)
    {
        await using var host = await HostAsync(database);
        var boss = await host.HireAsync("局长", ["director"]);
        var signers = new[] { await host.HireAsync("甲", ["legal"]), await host.HireAsync("乙", ["legal"]), await host.HireAsync("丙", ["legal"]) };
        var item = await OneAsync(host, "director");
        AddSigners Ask(SignRule rule, int share) => new(item.Id, [.. signers.Select(s => s.Id)], rule, share, "请会签");

        Assert.Equal("work-items.sign-share", (await host.HandleAsync((AddSignersHandler h) => h.HandleAsync(Ask(SignRule.Share, 0), host.Change(boss), default))).Refusal!.Code);
        Assert.Equal("work-items.not-your-role", (await host.HandleAsync((AddSignersHandler h) => h.HandleAsync(Ask(SignRule.All, 0), host.Change(signers[0]), default))).Refusal!.Code);
        Assert.Null((await host.HandleAsync((AddSignersHandler h) => h.HandleAsync(Ask(SignRule.Share, 67), host.Change(boss), default))).Refusal);
        Assert.Equal("work-items.sign-open", (await host.CompleteAsync(item.Id, boss, "同意")).Refusal!.Code);
        Assert.Equal("work-items.sign-not-you", (await SignAsync(host, item.Id, boss, true)).Refusal!.Code);
        Assert.Equal("work-items.opinion-needed", (await SignAsync(host, item.Id, signers[0], false, "")).Refusal!.Code);
        Assert.Null((await SignAsync(host, item.Id, signers[0], false, "证据不足")).Refusal);
        Assert.Equal("work-items.sign-given", (await SignAsync(host, item.Id, signers[0], true)).Refusal!.Code);
        // Two thirds of three are more than two: with one against it, it cannot pass.
        Assert.Equal("work-items.sign-failed", (await host.CompleteAsync(item.Id, boss, "同意")).Refusal!.Code);
        Assert.Null((await host.HandleAsync((RemoveSignerHandler h) => h.HandleAsync(new RemoveSigner(item.Id, signers[2].Id, "出差"), host.Change(boss), default))).Refusal);
        Assert.Equal("work-items.sign-given", (await host.HandleAsync((RemoveSignerHandler h) => h.HandleAsync(new RemoveSigner(item.Id, signers[0].Id, "换人"), host.Change(boss), default))).Refusal!.Code);
        Assert.Null((await host.CompleteAsync(item.Id, boss, "退回")).Refusal);

        Assert.True(SignTally.Of(SignRule.Any, 0, [Signer(true), Signer(null)]).Passed);
        Assert.Null(SignTally.Of(SignRule.All, 0, [Signer(true), Signer(null)]).Passed);
        Assert.False(SignTally.Of(SignRule.Any, 0, [Signer(false), Signer(false)]).Passed);
        Assert.Equal(3, SignTally.Of(SignRule.Share, 67, [Signer(null), Signer(null), Signer(null), Signer(null)]).Needed);
    }

    [Theory, BothDatabases]
    public async Task Substitute_ActsInScopeAndPeriodOnly_AndIsNamed(string database)
    {
        await using var host = await HostAsync(database);
        var (li, zhang, wang) = (await host.HireAsync("李四", ["director", "legal"]), await host.HireAsync("张三", ["deputy-director"]), await host.HireAsync("王五", ["deputy-director"]));
        var item = await OneAsync(host, "director");
        AddSubstitution By(Actor of, Actor by, string from, string to, string? role = null) => new(of.Id, by.Id, DateOnly.Parse(from, null), DateOnly.Parse(to, null), "出差", role);
        Task<Result<Substitution>> AddAsync(AddSubstitution s, Actor by) => host.HandleAsync((AddSubstitutionHandler h) => h.HandleAsync(s, host.Change(by), default));

        Assert.Equal("substitutions.not-yours", (await AddAsync(By(li, zhang, "2026-09-18", "2026-09-25"), await host.HireAsync("路人", ["officer"]))).Refusal!.Code);
        Assert.Equal("substitutions.backwards", (await AddAsync(By(li, zhang, "2026-09-25", "2026-09-18"), li)).Refusal!.Code);
        Assert.Equal("substitutions.self", (await AddAsync(By(li, li, "2026-09-18", "2026-09-25"), li)).Refusal!.Code);
        Assert.Equal("work-items.not-your-role", (await host.CompleteAsync(item.Id, zhang, "同意")).Refusal!.Code);
        Assert.Null((await AddAsync(By(li, zhang, "2026-09-18", "2026-09-25", "director"), li)).Refusal);
        Assert.Equal("substitutions.overlap", (await AddAsync(By(li, wang, "2026-09-20", "2026-09-30"), li)).Refusal!.Code);
        Assert.Equal("substitutions.cycle", (await AddAsync(By(zhang, li, "2026-09-20", "2026-09-22"), zhang)).Refusal!.Code);
        Assert.Equal("substitutions.absent", (await AddAsync(By(wang, li, "2026-09-20", "2026-09-22"), wang)).Refusal!.Code);

        // He may fall ill himself: then it is said wherever his principal is looked up.
        Assert.DoesNotContain("缺席", await AbsenceAsync(host, li), StringComparison.Ordinal);
        Assert.Null((await AddAsync(By(zhang, wang, "2026-09-18", "2026-09-18"), zhang)).Refusal);
        Assert.Contains("由张三代理（2026-09-18 至 2026-09-25），但张三缺席：由王五代理", await AbsenceAsync(host, li), StringComparison.Ordinal);

        Assert.Equal("work-items.not-your-role", (await host.CompleteAsync((await OneAsync(host, "legal")).Id, zhang, "同意")).Refusal!.Code);
        Assert.Null((await host.CompleteAsync(item.Id, zhang, "同意")).Refusal);
        Assert.Equal(("张三代李四", zhang.Id), ((await host.ItemAsync(item.Id)).CompletedByName, (await host.ItemAsync(item.Id)).CompletedById!.Value));
        Assert.True(await host.ReadAsync(db => db.Set<AuditEntry>().AnyAsync(a => a.ByName == "张三代李四")));
        var later = await OneAsync(host, "director");
        host.Time.Advance(TimeSpan.FromDays(8));
        Assert.Equal("work-items.not-your-role", (await host.CompleteAsync(later.Id, zhang, "同意")).Refusal!.Code);
    }

    /// <summary>Nobody gives himself, or anybody, the powers of one above him or of another body.</summary>
    [Theory, BothDatabases]
    public async Task Substitute_IsAppointedByOneselfOrByWhoStandsAbove(string database)
    {
        await using var host = await HostAsync(database);
        var (director, deputy, other) = (await host.HireAsync("局长", ["director"]), await host.HireAsync("副局长", ["deputy-director"]), await host.HireAsync("副局长乙", ["deputy-director"]));
        var (county, head, clerk) = (await host.HireAsync("县领导", ["government"]), await host.HireAsync("科长", ["section-head"], "R1", "大队"), await host.HireAsync("科员", ["officer"], "R2", "大队"));
        async Task<string?> AddAsync(Actor of, Actor to, Actor by) => (await host.HandleAsync((AddSubstitutionHandler h) => h.HandleAsync(new AddSubstitution(of.Id, to.Id, new(2026, 9, 18), new(2026, 9, 25), "出差"), host.Change(by), default))).Refusal?.Code;

        Assert.Equal("substitutions.not-yours", await AddAsync(director, deputy, deputy));
        Assert.Equal("substitutions.not-yours", await AddAsync(director, other, deputy));
        Assert.Equal("substitutions.not-yours", await AddAsync(other, clerk, deputy));
        Assert.Equal("substitutions.not-yours", await AddAsync(county, deputy, director));
        Assert.Equal("substitutions.not-yours", await AddAsync(head, clerk, clerk));
        Assert.Equal("substitutions.for-oneself", await AddAsync(clerk, head, head));
        Assert.Null(await AddAsync(deputy, other, director));
        Assert.Null(await AddAsync(head, clerk, other));
    }

    [Theory, BothDatabases]
    public async Task Suspend_IsOfWhoHasTheWorkAndWhoStandsAbove_NotOfOneAskedForAnOpinion(string database)
    {
        await using var host = await HostAsync(database);
        var (clerk, head, stranger, deputy) = (await host.HireAsync("承办", ["officer"], "R1", "大队"), await host.HireAsync("队长", ["section-head"], "R2", "大队"), await host.HireAsync("科长", ["section-head"], "R3", "二科"), await host.HireAsync("副局长", ["deputy-director"]));
        await host.HireAsync("县领导", ["government"]);
        var (item, listing) = (await OneAsync(host, "officer"), await OneAsync(host, "government"));
        await host.HandleAsync((ClaimWorkItemHandler h) => h.HandleAsync(new ClaimWorkItem(item.Id), host.Change(clerk), default));

        Assert.Equal("work-items.not-your-role", (await SuspendAsync(host, item.Id, stranger, "停")).Refusal!.Code);
        Assert.Equal("work-items.not-your-role", (await SuspendAsync(host, listing.Id, stranger, "停")).Refusal!.Code);
        Assert.Equal("work-items.not-your-role", (await SuspendAsync(host, listing.Id, deputy, "停")).Refusal!.Code);
        Assert.Null((await SuspendAsync(host, item.Id, head, "停")).Refusal);
        Assert.Equal("work-items.not-your-role", (await ResumeAsync(host, item.Id, stranger)).Refusal!.Code);
        Assert.Null((await ResumeAsync(host, item.Id, head)).Refusal);
        Assert.Null((await host.HandleAsync((DelegateWorkItemHandler h) => h.HandleAsync(new DelegateWorkItem(item.Id, stranger.Id, "请提意见"), host.Change(clerk), default))).Refusal);
        Assert.Equal("work-items.only-opinion", (await SuspendAsync(host, item.Id, stranger, "停")).Refusal!.Code);
    }

    [Theory, BothDatabases]
    public async Task SubstitutesWork_GoesBack_WhenThePeriodIsEndedOrOver(string database)
    {
        await using var host = await HostAsync(database);
        var (li, zhang) = (await host.HireAsync("李四", ["officer"], "R1", "大队"), await host.HireAsync("张三", ["legal"], "R2", "大队"));
        var (first, second) = (await OneAsync(host, "officer"), await OneAsync(host, "officer"));
        async Task<Guid> AddAsync() => (await host.HandleAsync((AddSubstitutionHandler h) => h.HandleAsync(new AddSubstitution(li.Id, zhang.Id, DateOnly.FromDateTime(host.Time.GetLocalNow().Date), DateOnly.FromDateTime(host.Time.GetLocalNow().Date).AddDays(1), "出差"), host.Change(li), default))).Value.Id;
        Task<Result<WorkItem>> ClaimAsync(WorkItem item) => host.HandleAsync((ClaimWorkItemHandler h) => h.HandleAsync(new ClaimWorkItem(item.Id), host.Change(zhang), default));
        Task<Result<Done>> DueAsync() => host.HandleAsync((SubstitutedWork w) => w.ReturnDueAsync(host.Change(Actor.System), default));

        var ended = await AddAsync();
        Assert.Equal("张三代李四", (await ClaimAsync(first)).Value.ClaimedByName);
        Assert.Null((await host.HandleAsync((EndSubstitutionHandler h) => h.HandleAsync(new EndSubstitution(ended), host.Change(li), default))).Refusal);
        Assert.Equal((li.Id, "李四"), ((await host.ItemAsync(first.Id)).ClaimedById, (await host.ItemAsync(first.Id)).ClaimedByName));
        Assert.Null((await host.CompleteAsync(first.Id, li, "同意")).Refusal);

        await AddAsync();
        Assert.Null((await ClaimAsync(second)).Refusal);
        await DueAsync();
        Assert.Equal(zhang.Id, (await host.ItemAsync(second.Id)).ClaimedById);
        host.Time.Advance(TimeSpan.FromDays(2));
        await DueAsync();
        await DueAsync();
        Assert.Equal(li.Id, (await host.ItemAsync(second.Id)).ClaimedById);
        Assert.Equal(2, await host.ReadAsync(db => db.Set<WorkItemAct>().CountAsync(a => a.Verb == "放回" && a.Opinion == "代理结束")));
    }

    [Theory, BothDatabases]
    public async Task Suspend_WithoutDocument_LeavesTheClock_WithOneStopsItAndExtends(string database)
    {
        await using var host = await HostAsync(database);
        var (clerk, head) = (await host.HireAsync("承办", ["officer"], "R1", "大队"), await host.HireAsync("队长", ["section-head"], "R2", "大队"));
        var item = await OneAsync(host, "officer");
        var opened = await host.HandleAsync((OpenDeadlineHandler h) => h.HandleAsync(new OpenDeadline("result.publish", item.CaseNo, "inspection", Guid.NewGuid(), new(2026, 9, 18), "officer"), host.Change(clerk), default));
        Assert.Null(opened.Refusal);
        await host.RunAsync(async services =>
        {
            var db = services.GetRequiredService<DbContext>();
            var row = await db.Set<WorkItem>().SingleAsync(i => i.Id == item.Id);
            (row.DeadlineId, row.DueOn) = (opened.Value.Id, opened.Value.DueOn);
            (await db.Set<Deadline>().SingleAsync()).WorkItemId = row.Id;
        });
        Task<Deadline> ClockAsync() => host.ReadAsync(db => db.Set<Deadline>().AsNoTracking().SingleAsync());

        await host.HandleAsync((ClaimWorkItemHandler h) => h.HandleAsync(new ClaimWorkItem(item.Id), host.Change(clerk), default));
        Assert.Equal(clerk.Id, (await ClockAsync()).OwnerId);
        Assert.Equal("work-items.opinion-needed", (await SuspendAsync(host, item.Id, clerk, "")).Refusal!.Code);
        Assert.Null((await SuspendAsync(host, item.Id, clerk, "等材料")).Refusal);
        Assert.Null((await ClockAsync()).PausedOn);
        Assert.Equal("work-items.suspended", (await host.CompleteAsync(item.Id, clerk, "同意")).Refusal!.Code);
        Assert.Null((await ResumeAsync(host, item.Id, clerk)).Refusal);
        Assert.Equal("deadlines.leader-needed", (await SuspendAsync(host, item.Id, clerk, "等鉴定结果", "鉴定委托书", "鉴定")).Refusal!.Code);
        Assert.Equal("deadlines.reason-needed", (await SuspendAsync(host, item.Id, head, "等鉴定结果", "鉴定委托书")).Refusal!.Code);
        Assert.Equal("deadlines.document-needed", (await SuspendAsync(host, item.Id, head, "等鉴定结果", null, "鉴定")).Refusal!.Code);
        Assert.Equal("deadlines.pause-reason", (await SuspendAsync(host, item.Id, head, "等鉴定结果", "鉴定委托书", "出差")).Refusal!.Code);
        Assert.Null((await SuspendAsync(host, item.Id, head, "等鉴定结果", "鉴定委托书", "鉴定")).Refusal);
        Assert.NotNull((await ClockAsync()).PausedOn);
        host.Time.Advance(TimeSpan.FromDays(3));
        Assert.Null((await ResumeAsync(host, item.Id, head)).Refusal);
        var clock = await ClockAsync();
        Assert.Null(clock.PausedOn);
        Assert.True(clock.DueOn > opened.Value.DueOn);
        Assert.Equal(clock.DueOn, (await host.ItemAsync(item.Id)).DueOn);
        Assert.Contains(await host.ReadAsync(db => db.Set<WorkItemAct>().Select(a => a.ClockNote).ToListAsync()), n => n.Contains(clock.DueOn.Iso(), StringComparison.Ordinal));
    }

    [Theory, BothDatabases]
    public async Task UrgeAndCopy_TellOthers_AndUrgeOnceADay(string database)
    {
        await using var host = await HostAsync(database);
        var (clerk, head, stranger) = (await host.HireAsync("承办", ["officer"], "R1", "大队"), await host.HireAsync("队长", ["section-head"], "R2", "大队"), await host.HireAsync("专家", ["expert"], "E1"));
        var item = await OneAsync(host, "officer");
        Task<Result<WorkItem>> UrgeAsync(Actor by) => host.HandleAsync((UrgeWorkItemHandler h) => h.HandleAsync(new UrgeWorkItem(item.Id, "请尽快"), host.Change(by), default));
        Task<Result<WorkItem>> CopyAsync(Actor by, params Guid[] to) => host.HandleAsync((CopyWorkItemHandler h) => h.HandleAsync(new CopyWorkItem(item.Id, to, "请知悉"), host.Change(by), default));

        Assert.Equal("work-items.urge-not-yours", (await UrgeAsync(stranger)).Refusal!.Code);
        Assert.Null((await UrgeAsync(head)).Refusal);
        Assert.Equal("work-items.urged-today", (await UrgeAsync(head)).Refusal!.Code);
        host.Time.Advance(TimeSpan.FromDays(1));
        Assert.Null((await UrgeAsync(head)).Refusal);
        Assert.Equal(2, (await host.ItemAsync(item.Id)).UrgedCount);
        var told = await host.ReadAsync(db => db.Set<Alert>().AsNoTracking().Where(a => a.Rung == Alert.UrgeRung).ToListAsync());
        Assert.Equal(2, told.Count(a => a.RecipientId == clerk.Id));
        Assert.All(told, a => Assert.Equal((item.Id, "您所任的角色经办该事项"), (a.DeadlineId, a.WhyMe)));
        Assert.Contains("队长催办", told[0].Text, StringComparison.Ordinal);
        Assert.Contains("请尽快", told[0].Text, StringComparison.Ordinal);
        Assert.Equal(told.Count(a => a.RecipientId != null), await host.ReadAsync(db => db.Set<AlertDelivery>().CountAsync(d => d.Way == AlertWays.Mail)));
        Assert.Equal("work-items.not-your-role", (await CopyAsync(stranger, head.Id)).Refusal!.Code);
        Assert.Equal("work-items.copy-nobody", (await CopyAsync(clerk)).Refusal!.Code);
        Assert.Null((await CopyAsync(clerk, head.Id)).Refusal);
        Assert.Equal("work-items.copied-already", (await CopyAsync(clerk, head.Id)).Refusal!.Code);
    }

    [Theory, BothDatabases]
    public async Task Bulk_SomebodyWasQuicker_IsAnsweredForEachItem(string database)
    {
        await using var host = await HostAsync(database);
        var (one, two) = (await host.HireAsync("甲", ["officer"], "R1", "大队"), await host.HireAsync("乙", ["officer"], "R2", "大队"));
        var items = new[] { await OneAsync(host, "officer"), await OneAsync(host, "officer"), await OneAsync(host, "officer") };
        await host.HandleAsync((ClaimWorkItemHandler h) => h.HandleAsync(new ClaimWorkItem(items[1].Id), host.Change(two), default));
        var bulk = host.Services.GetRequiredService<BulkDesk>();
        var change = host.Change(one);
        var act = new BulkAct(BulkVerb.Claim, [.. items.Select(i => new BulkItem(i.Id, i.Revision))]);

        var answers = await bulk.RunAsync(act, change, default);
        var again = await bulk.RunAsync(act, change, default);

        Assert.Equal([true, false, true], answers.Value.Select(a => a.Done));
        Assert.Equal("work-items.claimed-by-other", answers.Value[1].Code);
        Assert.All(answers.Value.Zip(items), pair => Assert.Equal($"{pair.Second.Title} {pair.Second.CaseNo}", pair.First.Name));
        Assert.Equal([true, false, true], again.Value.Select(a => a.Done));
        Assert.Equal(3, await host.ReadAsync(db => db.Set<WorkItemAct>().CountAsync()));
        Assert.Equal("bulk.nothing", (await bulk.RunAsync(act with { Items = [] }, change, default)).Refusal!.Code);
        var moved = await bulk.RunAsync(new BulkAct(BulkVerb.Transfer, [new BulkItem(items[0].Id), new BulkItem(items[1].Id)], two.Id, "统筹"), host.Change(one), default);
        Assert.Equal([true, false], moved.Value.Select(a => a.Done));
        Assert.Equal(two.Id, (await host.ItemAsync(items[0].Id)).ClaimedById);
    }

    [Theory, BothDatabases]
    public async Task Terminate_OwnProcess_EndsItAndItsDeadlines_NeverOneOfTheLaw(string database)
    {
        await using var host = await HostAsync(database);
        var (clerk, head) = (await host.HireAsync("承办", ["officer"], "R1", "大队"), await host.HireAsync("队长", ["section-head"], "R2", "大队"));
        var item = await OneAsync(host, "officer");
        await host.PublishAsync("penalty", [HumanTask("T", "officer", "同意")]);
        var penalty = await host.StartAsync("penalty", "2026-09-002");
        Task<Result<TerminatedCase>> EndAsync(Guid id, Actor by) => host.HandleAsync((TerminateCaseHandler h) => h.HandleAsync(new TerminateCase(id, "不再需要"), host.Change(by), default));

        Assert.Equal("work-items.terminate-not-yours", (await EndAsync(item.Id, clerk)).Refusal!.Code);
        Assert.Equal("work-items.terminate-not-yours", (await EndAsync(item.Id, await host.HireAsync("科长", ["section-head"], "R3", "二科"))).Refusal!.Code);
        Assert.Equal("work-items.opinion-long", (await host.HandleAsync((TerminateCaseHandler h) => h.HandleAsync(new TerminateCase(item.Id, new string('长', 1001)), host.Change(head), default))).Refusal!.Code);
        Assert.Equal("work-items.terminate-law", (await EndAsync((await host.OpenAsync(penalty)).Id, head)).Refusal!.Code);
        Assert.Null((await EndAsync(item.Id, head)).Refusal);
        // A leader ends what lies with himself.
        Assert.Null((await EndAsync((await OneAsync(host, "director")).Id, await host.HireAsync("局长", ["director"]))).Refusal);

        Assert.Equal(WorkflowStatus.Finished, (await host.InstanceAsync(item.InstanceId)).Status);
        Assert.Equal(WorkItemStatus.Void, (await host.ItemAsync(item.Id)).Status);
    }

    private static WorkItemSigner Signer(bool? agrees) => new() { PersonName = "", AddedByName = "", Question = "", Agrees = agrees };

    private static int _next;

    private static async Task<string> AbsenceAsync(TestHost host, Actor person)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<WorkItemPeople>().IsAbsentAsync(person, host.Change(person).On, default) ?? "";
    }

    private static async Task<WorkItem> OneAsync(TestHost host, string role)
    {
        var definition = $"one-{role}";
        if (!await host.ReadAsync(db => db.Set<DoubleRandom.Workflows.Definitions.DefinitionVersion>().AnyAsync(d => d.DefinitionId == definition)))
            await host.PublishAsync(definition, [HumanTask("审批", role, "同意", "退回")]);
        var id = await host.StartAsync(definition, $"2026-07-{Interlocked.Increment(ref _next):000}");
        return await host.OpenAsync(id);
    }

    private static Task<Result<WorkItem>> TransferAsync(TestHost host, WorkItem item, Actor by, Actor to, string opinion = "请接办")
        => host.HandleAsync((TransferWorkItemHandler h) => h.HandleAsync(new TransferWorkItem(item.Id, to.Id, opinion), host.Change(by), default));

    private static Task<Result<WorkItem>> DelegateAsync(TestHost host, Guid item, Actor by, Actor to)
        => host.HandleAsync((DelegateWorkItemHandler h) => h.HandleAsync(new DelegateWorkItem(item, to.Id, "请提意见"), host.Change(by), default));

    private static Task<Result<WorkItem>> SignAsync(TestHost host, Guid item, Actor by, bool agrees, string opinion = "同意")
        => host.HandleAsync((SignWorkItemHandler h) => h.HandleAsync(new SignWorkItem(item, agrees, opinion), host.Change(by), default));

    private static Task<Result<WorkItem>> SuspendAsync(TestHost host, Guid item, Actor by, string reason, string? document = null, string? pauseReason = null)
        => host.HandleAsync((SuspendWorkItemHandler h) => h.HandleAsync(new SuspendWorkItem(item, reason, document, PauseReason: pauseReason), host.Change(by), default));

    private static Task<Result<WorkItem>> ResumeAsync(TestHost host, Guid item, Actor by)
        => host.HandleAsync((ResumeWorkItemHandler h) => h.HandleAsync(new ResumeWorkItem(item), host.Change(by), default));
}
