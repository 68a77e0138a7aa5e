using System.Text.RegularExpressions;
using DoubleRandom.Basics;
using DoubleRandom.Documents.Issuing;
using DoubleRandom.Host.Data;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Credit;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.Hazards;
using DoubleRandom.Inspections.Penalties;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Inspections.Rectification;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows.Papers;
using DoubleRandom.Workflows.Publications;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static DoubleRandom.Tests.Support.CheckedCase;

namespace DoubleRandom.Tests.Inspections.Deadlines;

/// <summary>Every period of the catalogue is started by something that happens in the program, and ended by something too.</summary>
public sealed partial class ClockActTests
{
    private static readonly Actor[] People = [First, SectionHead, Legal, Leader, Director];

    [Fact]
    public void Catalogue_EveryRule_IsStartedBySomething()
    {
        var flows = Directory.GetFiles(Repository.Path("workflows-json"), "*.json").SelectMany(f => RuleOfAStep().Matches(File.ReadAllText(f)).Select(m => m.Groups[1].Value));
        string[] started = [.. ClockAct.All.SelectMany(a => a.Opens), .. flows, .. PlanClocks.Rules, StartWithdrawalHandler.Rule];

        Assert.Empty(DeadlineRules.Embedded.All.Select(r => r.Key).Distinct().Except(started));
    }

    [Fact]
    public void Catalogue_EveryClockOfAnAct_IsEndedByAnother()
    {
        var ended = ClockAct.All.SelectMany(a => a.Meets.Concat(a.Cancels)).ToHashSet();
        var windows = DeadlineRules.Embedded.All.Where(r => r.Window).Select(r => r.Key).ToHashSet();

        Assert.DoesNotContain(ClockAct.All.SelectMany(a => a.Opens), r => !ended.Contains(r) && !windows.Contains(r));
        Assert.All(ClockAct.All, a => Assert.Equal(a.Opens.Count > 0, a.Owner is not null));
        Assert.Equal(ClockAct.All.Count, ClockAct.All.Select(a => a.Key).Distinct().Count());
    }

    [Theory, BothDatabases]
    public async Task ByHand_AnActWhoseClockTheProfileDoesNotKnow_IsNotOffered(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var made = await AddAsync(host, 1, "FileCase");
        async Task<List<string>> OfferedAsync()
        {
            await using var scope = host.Services.CreateAsyncScope();
            var inspection = await scope.ServiceProvider.GetRequiredService<DbContext>().Set<InspectionCase>().SingleAsync(c => c.InspectionNo == made.InspectionNo);
            return [.. (await scope.ServiceProvider.GetRequiredService<RecordClockActHandler>().PossibleAsync(inspection, host.Time.Today, default)).Select(p => p.Act.Key)];
        }
        var before = await OfferedAsync();

        await host.RunAsync(services =>
        {
            services.GetRequiredService<DbContext>().Add(new OfficeProfile { Name = "三门峡市城市管理局", RegionCode = "411200", RegionName = "三门峡市", Profile = "城管", Json = "{}" });
            return Task.CompletedTask;
        });

        Assert.Equal(["investigated.first"], before.Except(await OfferedAsync()));
    }

    [Theory, BothDatabases]
    public async Task ByHand_EveryActOfACase_StartsAndEndsItsClocks(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var made = await AddAsync(host, 1, "FileCase");

        foreach (var act in ClockAct.All.Where(a => a.IsByHand && a.Subject == "inspection"))
        {
            foreach (var rule in act.Meets) await RunningAsync(host, made, rule);
            var done = await RecordAsync(host, made, act);
            Assert.True(done.Refusal is null, $"{act.Key}: {done.Refusal?.Code}");
            foreach (var rule in act.Meets) Assert.Empty(await ClocksAsync(host, rule));
            foreach (var rule in act.Opens) Assert.Contains(await ClocksAsync(host, rule), d => d.CaseNo == made.InspectionNo && d.Section is null && d.Title.EndsWith($"（{act.Name}文书）", StringComparison.Ordinal));
        }
        Assert.Equal(DateOnly.FromDateTime(new DateTime(2026, 10, 18)), (await host.ReadAsync(db => db.Set<Deadline>().OrderBy(d => d.Id).FirstAsync(d => d.RuleKey == "seal"))).DueOn);
        Assert.All(await host.ReadAsync(db => db.Set<Deadline>().ToListAsync()), d => Assert.Equal($"case/{made.InspectionNo}", d.Chain));
    }

    [Theory, BothDatabases]
    public async Task ByHand_WhatDoesNotFit_IsRefusedAndNothingStarts(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var made = await AddAsync(host, 1, "FileCase");
        var today = host.Time.Today;
        await host.RunAsync(async s => (await s.GetRequiredService<DbContext>().Set<InspectionCase>().SingleAsync()).PlannedOn = today.AddDays(-7));
        Task<Result<RecordedClockAct>> Do(string act, DateOnly on, string document = "崇应急存〔2026〕1号", Actor? by = null, Guid? deadline = null, string? proof = null)
            => host.HandleAsync((RecordClockActHandler h) => h.HandleAsync(new RecordClockAct(made.Id, act, on, document, DeadlineId: deadline, EvidenceSha256: proof), host.Change(by ?? First), default));

        Assert.Equal("clock-acts.unknown", (await Do("没有", today)).Refusal?.Code);
        Assert.Equal("clock-acts.unknown", (await Do("case.archived", today)).Refusal?.Code);
        Assert.Equal("clock-acts.ahead", (await Do("evidence.held", today.AddDays(1))).Refusal?.Code);
        Assert.Equal("clock-acts.past", (await Do("power.cut", today.AddDays(-1), by: Leader)).Refusal?.Code);
        Assert.Equal("deadlines.fact-far", (await Do("evidence.held", today.AddYears(-9))).Refusal?.Code);
        Assert.Equal("deadlines.fact-before-case", (await Do("evidence.held", today.AddDays(-8))).Refusal?.Code);
        Assert.Equal("deadlines.document-needed", (await Do("evidence.held", today, " ")).Refusal?.Code);
        Assert.Equal("deadlines.words-too-long", (await Do("evidence.held", today, new string('长', 121))).Refusal?.Code);
        Assert.Equal("cases.not-your-role", (await Do("evidence.held", today, by: Legal)).Refusal?.Code);
        Assert.Equal("cases.not-in-group", (await Do("evidence.held", today, by: Member("R099", "路人", "officer"))).Refusal?.Code);
        Assert.Equal("evidence.not-recorded", (await Do("evidence.held", today, proof: Hashing.Sha256Hex("x"))).Refusal?.Code);
        Assert.Equal("clock-acts.nothing-runs", (await Do("evidence.settled", today)).Refusal?.Code);
        Assert.Equal("clock-acts.no-subject", (await Do("fine.urged", today)).Refusal?.Code);
        Assert.Empty(await host.ReadAsync(db => db.Set<Deadline>().ToListAsync()));

        var first = await Do("evidence.held", today.AddDays(-1), proof: made.EvidenceHash);
        Assert.Equal("clock-acts.known", (await Do("evidence.held", today)).Refusal?.Code);
        var second = await Do("evidence.held", today, "崇应急存〔2026〕2号");
        Assert.Equal("clock-acts.which", (await Do("evidence.settled", today)).Refusal?.Code);
        Assert.Equal("clock-acts.before-start", (await Do("evidence.settled", today.AddDays(-2), deadline: first.Value.Started!.Id)).Refusal?.Code);
        Assert.Null((await Do("evidence.settled", today, "处理决定书", deadline: first.Value.Started!.Id)).Refusal);
        Assert.Equal([second.Value.Started!.Id], (await ClocksAsync(host, "evid.hold")).Select(d => d.Id));
        var facts = await host.ReadAsync(db => db.Set<DeadlineFact>().Where(f => f.DeadlineId == first.Value.Started.Id).OrderBy(f => f.IsEnd).ToListAsync());
        Assert.Equal([("崇应急存〔2026〕1号", made.EvidenceHash, false), ("处理决定书", null, true)], facts.Select(f => (f.Document, f.EvidenceSha256, f.IsEnd)));
        Assert.Equal(";R011;R013;", second.Value.Started!.OwnerNumbers);
    }

    /// <summary>A clock that only the filing ends is not started after it; told late, it ends with the filing that came in the meantime.</summary>
    [Theory, BothDatabases]
    public async Task InvestigatedFirst_AfterTheFiling_IsRefusedAndBeforeItEndsWithIt(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var made = await AddAsync(host, 1, "FileCase");
        var today = host.Time.Today;
        await host.RunAsync(async s => (await s.GetRequiredService<DbContext>().Set<InspectionCase>().SingleAsync()).PlannedOn = today.AddDays(-7));
        var penalty = (await host.HandleAsync((FilePenaltyHandler h) => h.HandleAsync(new FilePenalty(made.Id, "未安装防护罩", made.FindingIds, ["R011", "R013"], "第三十六条"), host.Change(First), default))).Value;
        await DoAsync(host, made, "investigated.first");
        Assert.Null((await host.HandleAsync((DecideFilingHandler h) => h.HandleAsync(new DecideFiling(penalty.Id, true, "同意立案"), host.Change(Director), default))).Refusal);
        Assert.Empty(await ClocksAsync(host, "file.case.urgent"));

        var refused = (await TryAsync(host, made, "investigated.first")).Refusal!;
        Assert.Equal(("clock-acts.filed-already", penalty.PenaltyNo), (refused.Code, refused.Arguments[0]));
        var late = await DoAsync(host, made, "investigated.first", today.AddDays(-2));
        Assert.Equal((DeadlineStatus.Met, today), (late.Value.Started!.Status, late.Value.Started.MetOn));
        Assert.Empty(await ClocksAsync(host, "file.case.urgent"));
    }

    [Theory, BothDatabases]
    public async Task MistakenEntry_IsTakenBackByALeaderOnly_AndOnlyWhatAPersonEntered(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var made = await AddAsync(host, 1, "FileCase");
        var entered = (await DoAsync(host, made, "investigated.first")).Value.Started!;
        var other = (await host.HandleAsync((OpenDeadlineHandler h) => h.HandleAsync(new OpenDeadline("seal", made.InspectionNo, "inspection", made.Id, host.Time.Today, "case-officer"), host.Change(), default))).Value;
        Task<Result<Deadline>> Withdraw(Guid id, Actor by, string reason = "登记到了另一案件") => host.HandleAsync((WithdrawClockActHandler h) => h.HandleAsync(new WithdrawClockAct(id, reason), host.Change(by), default));

        Assert.Equal("deadlines.reason-needed", (await Withdraw(entered.Id, SectionHead, " ")).Refusal?.Code);
        Assert.Equal("deadlines.leader-needed", (await Withdraw(entered.Id, First)).Refusal?.Code);
        Assert.Equal("clock-acts.not-entered", (await Withdraw(other.Id, SectionHead)).Refusal?.Code);
        Assert.Null((await Withdraw(entered.Id, SectionHead)).Refusal);
        Assert.Equal("deadlines.closed", (await Withdraw(entered.Id, SectionHead)).Refusal?.Code);

        var (status, reason) = await host.ReadAsync(async db => await db.Set<Deadline>().Where(d => d.Id == entered.Id).Select(d => new { d.Status, d.ClosedReason }).SingleAsync() is var d ? (d.Status, d.ClosedReason) : default);
        Assert.Equal((DeadlineStatus.Cancelled, "误登记，杨玉梅撤销：登记到了另一案件"), (status, reason));
        Assert.Equal([other.Id], (await ClocksAsync(host, "seal")).Select(d => d.Id));
        Assert.Contains("撤销误登记", await host.ReadAsync(db => db.Set<AuditEntry>().Where(a => a.Chain == $"case/{made.InspectionNo}").Select(a => a.Action).ToListAsync()));
    }

    [Theory, BothDatabases]
    public async Task Fact_BeforeTheCase_IsRefused(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var made = await AddAsync(host, 1, "FileCase");
        var today = host.Time.Today;
        await host.RunAsync(async s => (await s.GetRequiredService<DbContext>().Set<InspectionCase>().SingleAsync()).PlannedOn = today.AddDays(-7));
        async Task<string?> Code(string rule, string what, DateOnly on)
        {
            var clock = (await host.HandleAsync((OpenDeadlineHandler h) => h.HandleAsync(new OpenDeadline(rule, made.InspectionNo, "inspection", made.Id, today, "case-officer"), host.Change(), default))).Value;
            return (await host.HandleAsync((RecordDeadlineFactHandler h) => h.HandleAsync(new RecordDeadlineFact(clock.Id, what, on, "笔录"), host.Change(SectionHead), default))).Refusal?.Code;
        }

        Assert.Equal("deadlines.fact-before-check", await Code("recheck", "收到复查申请", new DateOnly(2024, 1, 5)));
        Assert.Equal("deadlines.fact-before-check", await Code("recheck", "收到复查申请", today.AddDays(-1)));
        Assert.Equal("deadlines.fact-before-case", await Code("evid.hold", "先行登记保存", today.AddDays(-8)));
        Assert.Null(await Code("evid.hold", "先行登记保存", today.AddDays(-7)));
        Assert.Equal("deadlines.fact-before-case", await Code("file.case", "发现违法线索", today.AddDays(-8)));
        // What a special check was opened for was known before it.
        await host.RunAsync(async s => (await s.GetRequiredService<DbContext>().Set<InspectionCase>().SingleAsync()).Lead = "群众举报");
        Assert.Null(await Code("file.case", "发现违法线索", today.AddDays(-8)));
    }

    /// <summary>行政强制法 art. 25: a seal is prolonged by a decision in writing, so its number and its scan are asked for.</summary>
    [Theory, BothDatabases]
    public async Task Extension_WhereTheLawAsksForWriting_TakesThePaperAndItsScan(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var made = await AddAsync(host, 1, "FileCase");
        var seal = (await host.HandleAsync((RecordClockActHandler h) => h.HandleAsync(new RecordClockAct(made.Id, "sealed", host.Time.Today, "查封决定书"), host.Change(First), default))).Value.Started!;
        var director = TestHost.Person("马国栋", "director");
        Task<Result<Deadline>> Extend(string? document, string? proof)
            => host.HandleAsync((ExtendDeadlineHandler h) => h.HandleAsync(new ExtendDeadline(seal.Id, seal.DueOn.AddDays(30), "情况复杂", proof, document), host.Change(director), default));

        Assert.Equal("deadlines.extension-paper", (await Extend(" ", made.EvidenceHash)).Refusal?.Code);
        Assert.Equal("deadlines.extension-file", (await Extend("崇应急查扣延〔2026〕1号", null)).Refusal?.Code);
        Assert.Equal("deadlines.words-too-long", (await Extend(new string('长', 201), made.EvidenceHash)).Refusal?.Code);
        Assert.Null((await Extend("崇应急查扣延〔2026〕1号", made.EvidenceHash)).Refusal);
        var move = await host.ReadAsync(db => db.Set<DeadlineMove>().SingleAsync(m => m.DeadlineId == seal.Id));
        Assert.Equal(("马国栋批准延长：情况复杂（崇应急查扣延〔2026〕1号）", made.EvidenceHash), (move.Why, move.EvidenceSha256));
    }

    [Theory, BothDatabases]
    public async Task Fine_OnTheSpotUnpaidAndEnforced_RunsThroughItsClocks(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var collected = await AddAsync(host, 1, "SimplePenalty");
        var unpaid = await AddAsync(host, 2, "SimplePenalty");
        var settled = await PunishAsync(host, collected, 100_00, "票001");
        Assert.Equal(["fine.hand", "fine.onspot.file", "review", "suit"], await KeysAsync(host, settled, collected.Id));
        await DoAsync(host, collected, "onspot.filed");
        await DoAsync(host, collected, "fine.handed");
        Assert.Equal(["fine.hand.bank", "review", "suit"], await KeysAsync(host, settled, collected.Id));
        await DoAsync(host, collected, "fine.banked");
        Assert.Equal(["review", "suit"], await KeysAsync(host, settled, collected.Id));

        var owed = await PunishAsync(host, unpaid, 1_000_00, null);
        var pay = await host.HandleAsync((OpenDeadlineHandler h) => h.HandleAsync(new OpenDeadline("fine.pay", unpaid.InspectionNo, "penalty", owed, host.Time.Today, "case-officer"), host.Change(), default));
        Assert.Equal("penalties.urged-early", (await TryAsync(host, unpaid, "fine.urged")).Refusal?.Code);
        await SweepAsync(host, pay.Value.DueOn.AddDays(1));
        Assert.Equal((pay.Value.DueOn, pay.Value.DueOn.AddDays(34)), (await ClocksAsync(host, "fine.surcharge")).Select(d => (d.AnchorOn, d.DueOn)).Single());
        var mistaken = await DoAsync(host, unpaid, "fine.urged");
        var withdrawn = await host.HandleAsync((WithdrawClockActHandler h) => h.HandleAsync(new WithdrawClockAct(mistaken.Value.Started!.Id, "催告书尚未送达"), host.Change(Leader), default));
        Assert.Equal((null, DeadlineStatus.Cancelled), (withdrawn.Refusal, withdrawn.Value.Status));
        Assert.Null((await host.ReadAsync(db => db.Set<PenaltyCase>().SingleAsync(p => p.Id == owed))).UrgedOn);
        var urged = await DoAsync(host, unpaid, "fine.urged");
        Assert.Equal(host.Time.Today, (await host.ReadAsync(db => db.Set<PenaltyCase>().SingleAsync(p => p.Id == owed))).UrgedOn);
        var suit = (await host.ReadAsync(db => db.Set<Deadline>().SingleAsync(d => d.SubjectId == owed && d.RuleKey == "suit"))).DueOn;
        await SweepAsync(host, suit.AddDays(1));
        // The other party paid on the spot: nothing is to be enforced there.
        var court = Assert.Single(await ClocksAsync(host, "court.apply"));
        Assert.Equal((owed, suit, "行政诉讼期限届满"), (court.SubjectId, court.AnchorOn, court.Anchor));
        var applied = await host.HandleAsync((EnforcePenaltyHandler h) => h.HandleAsync(new ApplyToCourt(owed, urged.Value.Started!.AnchorOn, host.Time.Today, "崇信县人民法院"), host.Change(First), default));
        Assert.Null(applied.Refusal);
        Assert.Equal(["court.accept", "fine.onspot.file", "fine.pay"], await KeysAsync(host, owed));
        await DoAsync(host, unpaid, "court.accepted");
        // All else of the check ended before the suit's half year: the file waited for the money.
        var bind = (await host.HandleAsync((OpenDeadlineHandler h) => h.HandleAsync(new OpenDeadline("archive", unpaid.InspectionNo, "inspection", unpaid.Id, suit.AddDays(-9), "officer"), host.Change(), default))).Value;
        await host.HandleAsync((RecordPaymentsHandler h) => h.HandleAsync(new(owed, [new PaymentReceipt(1_000_00, host.Time.Today, "票002"), new PaymentReceipt(1_000_00, host.Time.Today, "票003", IsSurcharge: true)]), host.Change(First), default));
        Assert.Equal(["archive"], await KeysAsync(host, unpaid.Id));
        var moved = await host.ReadAsync(db => db.Set<Deadline>().SingleAsync(d => d.Id == bind.Id));
        Assert.Equal((host.Time.Today, true), (moved.AnchorOn, moved.DueOn > bind.DueOn));
        Assert.Contains("结案", (await host.ReadAsync(db => db.Set<DeadlineMove>().SingleAsync(m => m.DeadlineId == bind.Id))).Why, StringComparison.Ordinal);
    }

    [Theory, BothDatabases]
    public async Task HearingAndReview_OfAPenalty_StartTheirClocks(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var made = await AddAsync(host, 1, "SimplePenalty");
        var id = await PunishAsync(host, made, 0, null);
        Assert.Equal("penalties.no-hearing-right", (await TryAsync(host, made, "hearing.set", host.Time.Today.AddDays(30))).Refusal?.Code);
        await host.RunAsync(async s => (await s.GetRequiredService<DbContext>().Set<PenaltyCase>().SingleAsync()).HearingUntil = host.Time.Today.AddDays(7));
        // 2026-10-20, seven whole working days before: 10-19, 16, 15, 14, 13, 12 and the made-up 10-10 lie between.
        var hearing = (await DoAsync(host, made, "hearing.set", new(2026, 10, 20))).Value.Started!;
        Assert.Equal(new DateOnly(2026, 10, 9), hearing.DueOn);
        await DoAsync(host, made, "hearing.told");
        var after = await DoAsync(host, made, "review.decided");
        Assert.Equal(["fine.onspot.file", "suit", "suit.after-review"], await KeysAsync(host, id, made.Id));
        // The fifteenth day is 3 October; the holiday ends on the 7th.
        Assert.Equal(new DateOnly(2026, 10, 8), after.Value.Started!.DueOn);
    }

    [Theory, BothDatabases]
    public async Task OrderAndHazard_FromTheirOwnHandlers_StartAndMoveTheirClocks(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var made = await AddAsync(host, 1, "RectifyByDate");
        await host.RunAsync(async s => (await s.GetRequiredService<DbContext>().Set<DoubleRandom.Inspections.Findings.Finding>().SingleAsync()).DueOn = new DateOnly(2026, 10, 30));
        var order = (await host.HandleAsync((IssueRectificationHandler h) => h.HandleAsync(new IssueRectification(made.Id), host.Change(First), default))).Value;
        Assert.Equal([new DateOnly(2026, 10, 20)], (await ClocksAsync(host, "rectify.extend")).Select(d => d.DueOn));
        var asked = (await host.HandleAsync((RequestExtensionHandler h) => h.HandleAsync(new RequestExtension(order.Id, "设备未到货", "停用", new DateOnly(2026, 11, 30)), host.Change(First), default))).Value;
        // Five days from the 18th end on Wednesday the 23rd.
        Assert.Equal([new DateOnly(2026, 9, 23)], (await ClocksAsync(host, "rectify.extend.answer")).Select(d => d.DueOn));
        Assert.Null((await host.HandleAsync((DecideExtensionHandler h) => h.HandleAsync(new DecideExtension(asked.Id, true, new DateOnly(2026, 11, 30), "同意"), host.Change(SectionHead), default))).Refusal);
        Assert.Empty(await ClocksAsync(host, "rectify.extend.answer"));
        Assert.Equal([new DateOnly(2026, 11, 20)], (await ClocksAsync(host, "rectify.extend")).Select(d => d.DueOn));

        var grave = await AddAsync(host, 2, "Suspend");
        var hazard = (await host.HandleAsync((ProposeListingHandler h) => h.HandleAsync(new ProposeListing(grave.Id, grave.FindingIds, "粉尘涉爆", "第七条", "崇信县第2机械厂"), host.Change(SectionHead), default))).Value.Id;
        Assert.Null((await host.HandleAsync((DecideListingHandler h) => h.HandleAsync(new ListHazard(hazard, "崇安委〔2026〕3号", new DateOnly(2027, 3, 31), "县应急管理局", "停用除尘系统", new DateOnly(2026, 10, 15)), host.Change(Government), default))).Refusal);
        // A month from 18 September ends on Sunday 18 October and moves to Monday.
        Assert.Equal([(new DateOnly(2026, 10, 19), "挂牌")], (await ClocksAsync(host, "major.progress")).Select(d => (d.DueOn, d.Anchor)));
        Assert.Single(await ClocksAsync(host, "major.extend"));
        Assert.Null((await host.HandleAsync((TreatHazardHandler h) => h.HandleAsync(new RecordTreatmentPlan(hazard, "厂长", "更换", "十万元", "两个月", "有"), host.Change(First), default))).Refusal);
        host.Time.Set(new(2026, 10, 12, 9, 0, 0, TimeSpan.FromHours(8)));
        Assert.Null((await host.HandleAsync((TreatHazardHandler h) => h.HandleAsync(new ReportProgress(hazard, host.Time.Today, "已更换一半", 50), host.Change(First), default))).Refusal);
        Assert.Equal([(new DateOnly(2026, 11, 12), "上次报告")], (await ClocksAsync(host, "major.progress")).Select(d => (d.DueOn, d.Anchor)));
        await host.HandleAsync((TreatHazardHandler h) => h.HandleAsync(new ReportCompletion(hazard, "已完成"), host.Change(First), default));
        Assert.Null((await host.HandleAsync((AcceptTreatmentHandler h) => h.HandleAsync(new AcceptTreatment(hazard, true, ["张鹏程", "芮志强"], "合格"), host.Change(Leader), default))).Refusal);
        Assert.Empty(await KeysAsync(host, hazard));
    }

    [Theory, BothDatabases]
    public async Task ListingCreditAndVoidNumber_StartTheirClocks(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var made = await AddAsync(host, 1, "SimplePenalty");
        var id = await PunishAsync(host, made, 0, null);
        var entry = (await host.HandleAsync((RecordCreditEntryHandler h) => h.HandleAsync(new RecordCreditEntry(CreditKind.Penalty, id), host.Change(), default))).Value;
        Assert.Equal(["credit.repair"], await KeysAsync(host, entry.Id));
        await host.HandleAsync((ProposeDiscreditHandler h) => h.HandleAsync(new ProposeDiscredit(id, DiscreditGround.Punished, "事实"), host.Change(Legal), default));
        await host.RunAsync(async s => (await s.GetRequiredService<DbContext>().Set<DiscreditProposal>().SingleAsync()).StatementWaived = true);
        var listed = (await host.HandleAsync((DecideDiscreditHandler h) => h.HandleAsync(new DecideDiscredit(id, true, "同意列入"), host.Change(Director), default))).Value;
        Assert.Equal(["list.safety", "list.safety.early", "list.safety.term"], await KeysAsync(host, listed.Id));
        await DoAsync(host, made, "discredit.published", by: Legal);
        Assert.Equal(["list.safety.early", "list.safety.term"], await KeysAsync(host, listed.Id));
        var serious = (await host.HandleAsync((RecordCreditEntryHandler h) => h.HandleAsync(new RecordCreditEntry(CreditKind.ListedAsDiscredited, id), host.Change(), default))).Value;
        Assert.Equal(["credit.repair.serious"], await KeysAsync(host, serious.Id));

        var paper = Ids.New(host.Change());
        await host.RunAsync(s => Task.FromResult(s.GetRequiredService<DbContext>().Add(new OfficialDocument
        {
            Id = paper,
            Template = "D29",
            Title = "行政处罚决定书",
            Number = "崇应急罚〔2026〕3号",
            SubjectId = id,
            CaseNo = made.InspectionNo,
            Chain = $"case/{made.InspectionNo}",
            Html = "<p></p>",
            DataJson = "{}",
            Sha256 = Hashing.Sha256Hex("x"),
            IssuedByName = "芮志强",
            SignedByName = "马国栋",
            SignedOn = host.Time.Today,
        })));
        Task<Result<OfficialDocument>> Explain(string text, Actor by) => host.HandleAsync((VoidNumberHandler h) => h.HandleAsync(new ExplainVoidNumber(paper, text), host.Change(by), default));
        Assert.Equal("void-numbers.not-void", (await Explain("打印错误", SectionHead)).Refusal?.Code);
        Assert.Null((await host.HandleAsync((VoidNumberHandler h) => h.HandleAsync(new VoidDocument(paper, "文号打错"), host.Change(Director), default))).Refusal);
        // Five working days from Friday 18 September: Sunday the 20th is made up, the 25th a holiday.
        Assert.Equal([new DateOnly(2026, 9, 24)], (await ClocksAsync(host, "docno.void")).Select(d => d.DueOn));
        Assert.Equal("void-numbers.not-yours", (await Explain("打印错误", First)).Refusal?.Code);
        Assert.Equal("void-numbers.explanation-needed", (await Explain(" ", SectionHead)).Refusal?.Code);
        Assert.Null((await Explain("打印错误，原件收回销毁", SectionHead)).Refusal);
        Assert.Equal("void-numbers.explained", (await Explain("再说一次", SectionHead)).Refusal?.Code);
        Assert.Empty(await KeysAsync(host, paper));
    }

    private static async Task RunningAsync(TestHost host, CheckedCase made, string rule)
    {
        if ((await ClocksAsync(host, rule)).Count > 0) return;
        var opener = ClockAct.All.Single(a => a.IsByHand && a.Opens.Contains(rule));
        foreach (var before in opener.Meets) await RunningAsync(host, made, before);
        var opened = await RecordAsync(host, made, opener);
        Assert.True(opened.Refusal is null, $"{opener.Key}: {opened.Refusal?.Code}");
    }

    private static Task<Result<RecordedClockAct>> RecordAsync(TestHost host, CheckedCase made, ClockAct act, DateOnly? on = null, Actor? by = null)
        => host.HandleAsync((RecordClockActHandler h) => h.HandleAsync(
            new RecordClockAct(made.Id, act.Key, on ?? (act.Ahead ? host.Time.Today.AddDays(3) : host.Time.Today), $"{act.Name}文书", At: act.Ahead ? host.Time.InstantOf(on ?? host.Time.Today.AddDays(3), new TimeOnly(14, 30)) : null), host.Change(by ?? People.First(p => act.By.Any(p.Is))), default));

    private static Task<Result<RecordedClockAct>> TryAsync(TestHost host, CheckedCase made, string key, DateOnly? on = null, Actor? by = null) => RecordAsync(host, made, ClockAct.Find(key)!, on, by);

    private static async Task<Result<RecordedClockAct>> DoAsync(TestHost host, CheckedCase made, string key, DateOnly? on = null, Actor? by = null)
    {
        var done = await TryAsync(host, made, key, on, by);
        Assert.True(done.Refusal is null, $"{key}: {done.Refusal?.Code}");
        return done;
    }

    private static async Task SweepAsync(TestHost host, DateOnly on)
    {
        host.Time.Set(new(on.Year, on.Month, on.Day, 9, 0, 0, TimeSpan.FromHours(8)));
        await host.Services.GetRequiredService<DeadlineSweep>().RunAsync(on);
    }

    private static async Task<Guid> PunishAsync(TestHost host, CheckedCase made, long fen, string? receipt)
    {
        var done = await host.HandleAsync((RecordSimplePenaltyHandler h) => h.HandleAsync(
            new(made.Id, made.FindingIds, ["R011", "R013"], fen == 0 ? PenaltyKind.Warning : PenaltyKind.Fine, fen, "未张贴警示标志", "aq-99", "谢世荣", "机加工车间", true, true, OnSpotReceiptNo: receipt), host.Change(First), default));
        Assert.Null(done.Refusal);
        return done.Value.Id;
    }

    private static Task<List<Deadline>> ClocksAsync(TestHost host, string rule)
        => host.ReadAsync(db => db.Set<Deadline>().Where(d => d.RuleKey == rule && (d.Status == DeadlineStatus.Open || d.Status == DeadlineStatus.Overdue)).OrderBy(d => d.Id).ToListAsync());

    private static Task<List<string>> KeysAsync(TestHost host, params Guid[] subjects)
        => host.ReadAsync(async db => (await db.Set<Deadline>().Where(d => subjects.Contains(d.SubjectId) && (d.Status == DeadlineStatus.Open || d.Status == DeadlineStatus.Overdue)).Select(d => d.RuleKey).ToListAsync()).Order(StringComparer.Ordinal).ToList());

    /// <summary>The rule of a step, and the rule a process hands to the one it calls.</summary>
    [GeneratedRegex("""(?:"rule": \{[^{}]*"expression": \{[^{}]*"value": "|Rule: \\"|(?:then|else) \\")([a-z.-]+)""", RegexOptions.Singleline)]
    private static partial Regex RuleOfAStep();
}
