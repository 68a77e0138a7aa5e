using DoubleRandom.Basics;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Penalties;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static DoubleRandom.Tests.Support.CheckedCase;

namespace DoubleRandom.Tests.Inspections.Penalties;

public sealed class PenaltyTests
{
    private static readonly DateTimeOffset Monday = new(2026, 9, 21, 9, 0, 0, TimeSpan.FromHours(8));

    [Theory, BothDatabases]
    public async Task Ordinary_WithHearingReviewAndDiscussion_EndsExecuted(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var id = await ProposedAsync(host, 80_000_00, "aq-99-overdue");
        host.Time.Set(Monday);
        await NoticeAsync(host, id);
        await host.HandleAsync((RecordStatementHandler h) => h.HandleAsync(new(id, false, Text: "已开始整改", Review: "不影响事实认定"), host.Change(First), default));
        host.Time.Set(new(2026, 10, 16, 17, 0, 0, TimeSpan.FromHours(8)));
        var heard = await host.HandleAsync((RecordHearingHandler h) => h.HandleAsync(new(id, new(2026, 9, 24), new(2026, 9, 28), new(2026, 10, 16), "R009", "事实清楚"), host.Change(First), default));
        var reviewed = await ReviewAsync(host, id);
        var discussed = await DiscussAsync(host, id);
        var decided = await DecideAsync(host, id, 70_000_00);
        var served = await ServeAsync(host, id);
        var paid = await PayAsync(host, id, new PaymentReceipt(70_000_00, new(2026, 10, 16), "票001"));
        var closed = await host.HandleAsync((ClosePenaltyHandler h) => h.HandleAsync(new(id, ClosingKind.Executed, "已缴清"), host.Change(Director), default));

        Assert.All(new[] { heard, reviewed, discussed, decided, served, paid, closed }, r => Assert.Null(r.Refusal));
        var row = await RowAsync(host, id);
        Assert.Equal((PenaltyStatus.Closed, 70_000_00L, 70_000_00L, ClosingKind.Executed), (row.Status, row.AmountFen, row.PaidFen, row.Closing));
        Assert.Equal((new DateOnly(2026, 9, 24), new DateOnly(2026, 9, 29)), (row.StatementUntil, row.HearingUntil));
        Assert.Equal(new DateOnly(2026, 11, 2), row.PaymentDueOn);
    }

    [Theory, BothDatabases]
    public async Task Decide_BeforeEachRightAndCheck_IsRefused(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var id = await ProposedAsync(host, 80_000_00, "aq-99-overdue");

        Assert.Equal("penalties.wrong-state", (await DecideAsync(host, id, 1)).Refusal?.Code);
        await NoticeAsync(host, id);
        Assert.Equal("penalties.no-statement", (await DecideAsync(host, id, 80_000_00)).Refusal?.Code);
        Assert.Equal("penalties.statement-running", (await WaiveAsync(host, id, written: false)).Refusal?.Code);
        Assert.Null((await WaiveAsync(host, id, written: true)).Refusal);
        Assert.Equal("penalties.hearing-running", (await DecideAsync(host, id, 80_000_00)).Refusal?.Code);
        Assert.Equal("penalties.hearing-running", (await NoHearingAsync(host, id)).Refusal?.Code);
        Assert.Equal("penalties.hearing-running", (await ReviewAsync(host, id)).Refusal?.Code);
        host.Time.Advance(TimeSpan.FromDays(14));
        Assert.Null((await NoHearingAsync(host, id)).Refusal);
        Assert.Equal("penalties.no-legal-review", (await DecideAsync(host, id, 80_000_00)).Refusal?.Code);
        Assert.Equal("penalties.no-legal-review", (await DiscussAsync(host, id)).Refusal?.Code);
        Assert.Null((await ReviewAsync(host, id)).Refusal);
        Assert.Equal("penalties.no-discussion", (await DecideAsync(host, id, 80_000_00)).Refusal?.Code);
        Assert.Equal("penalties.discussion-members", (await DiscussAsync(host, id, "马国栋", "信建军")).Refusal?.Code);
        Assert.Equal("penalties.member-investigated", (await DiscussAsync(host, id, "马国栋", "信建军", "芮志强")).Refusal?.Code);
        Assert.Null((await DiscussAsync(host, id)).Refusal);
        Assert.Equal("penalties.heavier", (await DecideAsync(host, id, 90_000_00)).Refusal?.Code);
        Assert.Equal("penalties.under-basis", (await DecideAsync(host, id, 40_000_00)).Refusal?.Code);
        Assert.Equal("cases.not-your-role", (await DecideAsync(host, id, 80_000_00, by: Leader)).Refusal?.Code);
        Assert.Equal("penalties.own-case", (await DecideAsync(host, id, 80_000_00, by: Member("R011", "芮志强", "director"))).Refusal?.Code);
        Assert.Null((await DecideAsync(host, id, 80_000_00)).Refusal);
        Assert.Equal("penalties.wrong-state", (await DecideAsync(host, id, 80_000_00)).Refusal?.Code);
    }

    [Theory, BothDatabases]
    public async Task Propose_OutsideTheClause_IsRefused(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var id = await InvestigatedAsync(host);

        Assert.Equal("penalties.over-basis", (await ProposeAsync(host, id, 50_001_00)).Refusal?.Code);
        Assert.Equal("penalties.under-basis", (await ProposeAsync(host, id, 10_000_00, "aq-99-overdue")).Refusal?.Code);
        Assert.Equal("penalties.wrong-party", (await ProposeAsync(host, id, 15_000_00, "aq-99-overdue-person")).Refusal?.Code);
        Assert.Equal("penalties.unknown-basis", (await ProposeAsync(host, id, 1_00, "aq-1")).Refusal?.Code);
        Assert.Equal("penalties.fine-without-amount", (await ProposeAsync(host, id, 0)).Refusal?.Code);
        Assert.Equal("penalties.kind-not-allowed", (await host.HandleAsync((ProposePenaltyHandler h) => h.HandleAsync(new(id, "aq-99", [PenaltyKind.Closure], 0, "从重"), host.Change(First), default))).Refusal?.Code);
        var mitigated = await host.HandleAsync((ProposePenaltyHandler h) => h.HandleAsync(new(id, "aq-99-overdue", [PenaltyKind.Fine], 10_000_00, "从轻", Mitigation: "主动消除危害后果"), host.Change(First), default));
        Assert.Null(mitigated.Refusal);
        Assert.False(mitigated.Value.HearingEligible || mitigated.Value.Complex);
    }

    [Theory, BothDatabases]
    public async Task Propose_WithAnotherClause_NeedsTheLegalReview(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var id = await InvestigatedAsync(host);
        await host.HandleAsync((ProposePenaltyHandler h) => h.HandleAsync(new(id, PenaltyBasis.OtherKey, [PenaltyKind.Fine], 5_000_00, "一般", Other: new EnteredBasis("某条例第十条", 0, 10_000_00)), host.Change(First), default));
        await NoticeAsync(host, id);
        await WaiveAsync(host, id, written: true);

        Assert.Equal("penalties.no-legal-review", (await DecideAsync(host, id, 5_000_00)).Refusal?.Code);
    }

    [Theory, BothDatabases]
    public async Task File_WithoutWhatTheLawAsks_IsRefused(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var made = await AddAsync(host, 1, "FileCase", "CorrectedOnSpot");
        await host.RunAsync(s =>
        {
            var db = s.GetRequiredService<DbContext>();
            db.Add(new Officer { Number = "R016", Name = "于万里", Department = "崇信县应急管理局", StaffKind = "在编执法人员", CertificateStatus = "过期", CertificateValidTo = new DateOnly(2025, 11, 30) });
            db.Add(new Officer { Number = "R006", Name = "梁晓东", Department = "崇信县应急管理局", StaffKind = "在编执法人员", CertificateStatus = "有效", CertificateValidTo = new DateOnly(2027, 8, 31) });
            db.Add(new Relation { Number = "GX1", PersonKind = "执法人员", PersonNumber = "R006", InspecteeNumber = made.InspecteeNumber, Kind = "近亲属", From = new DateOnly(2019, 5, 1) });
            return Task.CompletedTask;
        });

        Assert.Equal("penalties.two-officers", (await FileAsync(host, made, ["R011"])).Refusal?.Code);
        Assert.Equal("penalties.certificate", (await FileAsync(host, made, ["R011", "R016"])).Refusal?.Code);
        Assert.Equal("penalties.recusal", (await FileAsync(host, made, ["R011", "R006"])).Refusal?.Code);
        Assert.Equal("penalties.unknown-officer", (await FileAsync(host, made, ["R011", "R999"])).Refusal?.Code);
        Assert.Equal("penalties.proposer-not-officer", (await FileAsync(host, made, ["R009", "R013"])).Refusal?.Code);
        Assert.Equal("penalties.not-punishable", (await FileAsync(host, made, ["R011", "R013"], made.FindingIds[1])).Refusal?.Code);
        Assert.Equal("penalties.foreign-finding", (await FileAsync(host, made, ["R011", "R013"], Guid.NewGuid())).Refusal?.Code);
        Assert.Equal("cases.not-your-role", (await FileAsync(host, made, ["R011", "R013"], by: Legal)).Refusal?.Code);
        var filed = await FileAsync(host, made, ["R011", "R013"]);
        Assert.Equal("2026-07-001-罚1", filed.Value.PenaltyNo);
        Assert.Equal("penalties.finding-taken", (await FileAsync(host, made, ["R011", "R013"])).Refusal?.Code);
    }

    [Theory, BothDatabases]
    public async Task Filing_RefusedByTheDirector_LeavesTheFindingFree(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var made = await AddAsync(host, 1, "FileCase");
        var id = (await FileAsync(host, made, ["R011", "R013"])).Value.Id;

        Assert.Equal("cases.not-your-role", (await ApproveAsync(host, id, true, Leader)).Refusal?.Code);
        Assert.Equal("penalties.own-case", (await ApproveAsync(host, id, true, Member("R013", "张鹏程", "director"))).Refusal?.Code);
        var refused = await ApproveAsync(host, id, false, Director);

        Assert.Equal((PenaltyStatus.FilingRefused, null), (refused.Value.Status, refused.Value.FiledOn));
        Assert.Equal("penalties.wrong-state", (await InvestigateAsync(host, id, made.EvidenceHash)).Refusal?.Code);
        Assert.Equal("2026-07-001-罚2", (await FileAsync(host, made, ["R011", "R013"])).Value.PenaltyNo);
    }

    [Theory, BothDatabases]
    public async Task Investigation_WithoutEvidenceOfTheCase_IsRefused(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var made = await AddAsync(host, 1, "FileCase");
        var id = (await FileAsync(host, made, ["R011", "R013"])).Value.Id;
        await ApproveAsync(host, id, true, Director);

        Assert.Equal("penalties.no-evidence", (await host.HandleAsync((RecordInvestigationHandler h) => h.HandleAsync(new(id, "事实", "条款", []), host.Change(First), default))).Refusal?.Code);
        Assert.Equal("penalties.unknown-evidence", (await InvestigateAsync(host, id, new string('a', 64))).Refusal?.Code);
        Assert.Equal("penalties.not-case-officer", (await host.HandleAsync((RecordInvestigationHandler h) => h.HandleAsync(new(id, "事实", "条款", [made.EvidenceHash]), host.Change(Member("R099", "他人", "case-officer")), default))).Refusal?.Code);
        await host.RunAsync(async s => (await s.GetRequiredService<DbContext>().Set<Officer>().SingleAsync(o => o.Number == "R013")).CertificateStatus = "暂扣");
        Assert.Equal("penalties.certificate", (await InvestigateAsync(host, id, made.EvidenceHash)).Refusal?.Code);
    }

    [Theory, BothDatabases]
    public async Task Review_ByTheInvestigatorOrSomebodyWithoutTheQualification_IsRefused(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var id = await ProposedAsync(host, 20_000_00);
        await NoticeAsync(host, id);
        await WaiveAsync(host, id, written: true);

        Assert.Equal("penalties.own-case", (await ReviewAsync(host, id, Member("R011", "芮志强", "legal"))).Refusal?.Code);
        Assert.Equal("penalties.reviewer-unqualified", (await ReviewAsync(host, id, Member("R007", "杨玉梅", "legal"))).Refusal?.Code);
        Assert.Null((await ReviewAsync(host, id)).Refusal);
        Assert.Equal("penalties.decider-reviewed", (await DecideAsync(host, id, 20_000_00, by: Legal with { Roles = new HashSet<string> { "director" } })).Refusal?.Code);
    }

    [Theory, BothDatabases]
    public async Task Review_Returned_TellsThePartyAnew(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var id = await ProposedAsync(host, 20_000_00);
        await NoticeAsync(host, id);
        await WaiveAsync(host, id, written: true);
        await host.HandleAsync((RecordLegalReviewHandler h) => h.HandleAsync(new(id, LegalOpinion.Return, "裁量过重"), host.Change(Legal), default));
        await ProposeAsync(host, id, 10_000_00);

        var row = await RowAsync(host, id);
        Assert.Equal((PenaltyStatus.Proposed, null, null, null), (row.Status, row.NoticeOn, row.StatementWaived, row.LegalOpinion));
        Assert.Equal("penalties.wrong-state", (await DecideAsync(host, id, 10_000_00)).Refusal?.Code);
    }

    [Theory, BothDatabases]
    public async Task Hearing_TooSoonLateOrPresidedByAnInvestigator_IsRefused(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var id = await ProposedAsync(host, 80_000_00, "aq-99-overdue");
        host.Time.Set(Monday);
        await NoticeAsync(host, id);
        await WaiveAsync(host, id, written: true);
        host.Time.Set(new(2026, 10, 16, 17, 0, 0, TimeSpan.FromHours(8)));
        Task<Result<PenaltyCase>> Hear(DateOnly asked, DateOnly told, DateOnly held, string by) => host.HandleAsync((RecordHearingHandler h) => h.HandleAsync(new(id, asked, told, held, by, "报告"), host.Change(First), default));

        Assert.Equal("penalties.bad-date", (await Hear(new(2026, 9, 30), new(2026, 9, 30), new(2026, 10, 16), "R009")).Refusal?.Code);
        // 10 October is worked; from 29 September to 12 October there are but five whole working days.
        Assert.Equal("penalties.hearing-notice", (await Hear(new(2026, 9, 24), new(2026, 9, 29), new(2026, 10, 12), "R009")).Refusal?.Code);
        Assert.Equal("penalties.bad-date", (await Hear(new(2026, 9, 24), new(2026, 9, 24), new(2026, 10, 19), "R009")).Refusal?.Code);
        Assert.Equal("penalties.presider-investigated", (await Hear(new(2026, 9, 24), new(2026, 9, 24), new(2026, 10, 16), "R013")).Refusal?.Code);
        Assert.Null((await Hear(new(2026, 9, 24), new(2026, 9, 24), new(2026, 10, 16), "R009")).Refusal);
    }

    [Theory, BothDatabases]
    public async Task Decide_NoPenalty_ClosesTheCaseWithoutANotice(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var id = await InvestigatedAsync(host);

        var decided = await host.HandleAsync((DecidePenaltyHandler h) => h.HandleAsync(DecidePenalty.NotPunished(id, PenaltyOutcome.NoPenalty, "轻微并及时改正"), host.Change(Director), default));

        Assert.Equal((PenaltyStatus.Closed, ClosingKind.NoPenalty, 0L), (decided.Value.Status, decided.Value.Closing, decided.Value.AmountFen));
    }

    [Theory, BothDatabases]
    public async Task Service_LateOrUnwitnessed_IsRefusedWithoutAReason(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var id = await DecidedAsync(host);
        Task<Result<PenaltyCase>> Serve(ServeDecision command) => host.HandleAsync((ServeDecisionHandler h) => h.HandleAsync(command, host.Change(First), default));
        var decidedOn = host.Change().On;
        host.Time.Advance(TimeSpan.FromDays(40));
        var today = host.Change().On;

        Assert.Equal("penalties.serve-late", (await Serve(new(id, today, "直接送达", "厂长", "厂区"))).Refusal?.Code);
        Assert.Equal("penalties.incomplete", (await Serve(new(id, decidedOn, "留置送达", "厂长", "厂区"))).Refusal?.Code);
        Assert.Equal("penalties.bad-date", (await Serve(new(id, decidedOn.AddDays(-1), "直接送达", "厂长", "厂区"))).Refusal?.Code);
        Assert.Equal("penalties.serve-method", (await Serve(new(id, decidedOn, "喊话", "厂长", "厂区"))).Refusal?.Code);
        Assert.Equal("penalties.serve-announced", (await Serve(new(id, decidedOn.AddDays(10), "公告送达", "厂长", "", decidedOn))).Refusal?.Code);
        // The thirtieth day is a Sunday: the period ends on the Monday.
        Assert.Null((await Serve(new(id, decidedOn.AddDays(31), "公告送达", "厂长", "", decidedOn))).Refusal);
    }

    [Theory, BothDatabases]
    public async Task Payment_PartialLateAndTwice_IsCountedOnceWithItsSurcharge(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var id = await DecidedAsync(host);
        await ServeAsync(host, id);
        var due = (await RowAsync(host, id)).PaymentDueOn!.Value;
        var first = new PaymentReceipt(10_000_00, host.Change().On, "票001");
        host.Time.Advance(TimeSpan.FromDays(due.DayNumber - host.Change().On.DayNumber + 10));
        var late = new PaymentReceipt(10_000_00, due.AddDays(10), "票002");

        Assert.Equal("penalties.not-paid", (await PayAsync(host, id, first)).Refusal?.Code);
        Assert.Equal("penalties.overpaid", (await PayAsync(host, id, first, new(20_000_00, due, "票003"))).Refusal?.Code);
        // 3 % a day of the 10,000 yuan still owed, ten days.
        Assert.Equal("penalties.surcharge-owed", (await PayAsync(host, id, first, late)).Refusal?.Code);
        Assert.Null((await PayAsync(host, id, first, late, new(3_000_00, due.AddDays(10), "票003", IsSurcharge: true))).Refusal);
        Assert.Null((await PayAsync(host, id, first)).Refusal);
        Assert.Equal("penalties.receipt-taken", (await PayAsync(host, id, first with { AmountFen = 1 })).Refusal?.Code);
        var row = await RowAsync(host, id);
        Assert.Equal((20_000_00L, 3_000_00L), (row.PaidFen, row.SurchargeFen));
        Assert.Equal(3, await host.ReadAsync(db => db.Set<PenaltyPayment>().CountAsync()));
    }

    [Theory, BothDatabases]
    public async Task Court_BeforeTheDemandAndThePeriodToSue_IsRefused(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var id = await DecidedAsync(host);
        await ServeAsync(host, id);
        host.Time.Set(new(2027, 7, 1, 9, 0, 0, TimeSpan.FromHours(8)));
        Task<Result<PenaltyCase>> Apply(DateOnly urged, DateOnly applied) => host.HandleAsync((EnforcePenaltyHandler h) => h.HandleAsync(new ApplyToCourt(id, urged, applied, "崇信县人民法院"), host.Change(First), default));
        Task<Result<PenaltyCase>> End(params PaymentReceipt[] receipts) => host.HandleAsync((EnforcePenaltyHandler h) => h.HandleAsync(new RecordEnforcement(id, true, "已划扣", receipts), host.Change(First), default));
        Task<Result<PenaltyCase>> Close() => host.HandleAsync((ClosePenaltyHandler h) => h.HandleAsync(new(id, ClosingKind.CourtEnforced, "法院执行完毕"), host.Change(Director), default));

        Assert.Equal("penalties.no-court", (await End()).Refusal?.Code);
        Assert.Equal("penalties.urged-early", (await Apply(new(2026, 10, 8), new(2027, 4, 30))).Refusal?.Code);
        Assert.Equal("penalties.urge-running", (await Apply(new(2027, 4, 20), new(2027, 4, 30))).Refusal?.Code);
        Assert.Equal("penalties.court-period", (await Apply(new(2026, 11, 2), new(2027, 3, 18))).Refusal?.Code);
        Assert.Equal("penalties.court-period", (await Apply(new(2027, 4, 1), new(2027, 6, 25))).Refusal?.Code);
        Assert.Null((await Apply(new(2027, 4, 1), new(2027, 4, 30))).Refusal);
        Assert.Equal("penalties.not-paid", (await End(new PaymentReceipt(10_000_00, new(2027, 6, 1), "法001"))).Refusal?.Code);
        Assert.Equal("penalties.no-court", (await Close()).Refusal?.Code);
        Assert.Null((await End(new PaymentReceipt(20_000_00, new(2027, 6, 1), "法001"), new PaymentReceipt(20_000_00, new(2027, 6, 1), "法002", IsSurcharge: true))).Refusal);
        Assert.Equal(ClosingKind.CourtEnforced, (await Close()).Value.Closing);
    }

    [Theory, BothDatabases]
    public async Task File_OfAFindingThatFailedItsReinspection_IsANewOffence(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var made = await AddAsync(host, 1, "FileCase");
        Task<Result<PenaltyCase>> Again() => host.HandleAsync((FilePenaltyHandler h) => h.HandleAsync(
            new(made.Id, "逾期未整改", made.FindingIds, ["R011", "R013"], "《安全生产法》第九十九条", Source: "整改复查不合格"), host.Change(First), default));
        Assert.Null((await FileAsync(host, made, ["R011", "R013"])).Refusal);
        Assert.Equal("penalties.finding-taken", (await Again()).Refusal?.Code);
        await host.RunAsync(async s => (await s.GetRequiredService<DbContext>().Set<Finding>().SingleAsync()).Status = FindingStatus.Failed);

        Assert.Equal("2026-07-001-罚2", (await Again()).Value.PenaltyNo);
        Assert.Equal("penalties.finding-taken", (await Again()).Refusal?.Code);
    }

    [Theory]
    [InlineData(10_000, 0, 0)]
    [InlineData(10_000, 1, 300)]
    [InlineData(10_000, 33, 9_900)]
    [InlineData(10_000, 34, 10_000)]
    [InlineData(10_000, 400, 10_000)]
    public void Surcharge_OfDaysLate_NeverExceedsTheFine(long fine, int days, long expected)
        => Assert.Equal(expected, Surcharge.Of(fine, 0, new(2026, 10, 9), new DateOnly(2026, 10, 9).AddDays(days)));

    [Theory, BothDatabases]
    public async Task Simple_WithinTheLimits_IsHandedOverAndPaidLater(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var made = await AddAsync(host, 1, "SimplePenalty");

        Assert.Equal("penalties.simple-limit", (await SimpleAsync(host, made, 3_000_01)).Refusal?.Code);
        Assert.Equal("penalties.simple-limit", (await SimpleAsync(host, made, 200_01, unit: false)).Refusal?.Code);
        Assert.Equal("penalties.simple-kind", (await SimpleAsync(host, made, 0, PenaltyKind.BusinessSuspension)).Refusal?.Code);
        Assert.Equal("penalties.simple-not-handed-over", (await SimpleAsync(host, made, 1_000_00, handedOver: false)).Refusal?.Code);
        Assert.Equal("penalties.simple-not-told", (await SimpleAsync(host, made, 1_000_00, told: false)).Refusal?.Code);
        Assert.Equal("visits.two-officers", (await SimpleAsync(host, made, 1_000_00, officers: ["R011"])).Refusal?.Code);
        Assert.Equal("visits.two-officers", (await SimpleAsync(host, made, 1_000_00, officers: ["R002", "R011"])).Refusal?.Code);
        Assert.Equal("cases.not-in-group", (await SimpleAsync(host, made, 1_000_00, by: SectionHead)).Refusal?.Code);
        Assert.Equal("penalties.collect-on-spot", (await SimpleAsync(host, made, 1_000_00, receipt: "票001")).Refusal?.Code);

        var punished = await SimpleAsync(host, made, 3_000_00);
        Assert.Equal((PenaltyStatus.Served, host.Change().On, new DateOnly(2026, 10, 8)), (punished.Value.Status, punished.Value.ServedOn, punished.Value.PaymentDueOn));
        Assert.Equal("penalties.finding-taken", (await SimpleAsync(host, made, 3_000_00)).Refusal?.Code);
        var paid = await PayAsync(host, punished.Value.Id, new PaymentReceipt(3_000_00, host.Change().On, "票001"));
        Assert.Equal((PenaltyStatus.Closed, ClosingKind.Executed), (paid.Value.Status, paid.Value.Closing));
    }

    [Theory, BothDatabases]
    public async Task Simple_WarningOrCollectedOnTheSpot_IsClosedAtOnce(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var made = await AddAsync(host, 1, "SimplePenalty");
        var other = await AddAsync(host, 2, "SimplePenalty");

        Assert.Equal(PenaltyStatus.Closed, (await SimpleAsync(host, made, 0, PenaltyKind.Warning)).Value.Status);
        var collected = await SimpleAsync(host, other, 100_00, receipt: "票001");
        Assert.Equal((PenaltyStatus.Closed, 100_00L), (collected.Value.Status, collected.Value.PaidFen));
    }

    private static Task<Result<PenaltyCase>> SimpleAsync(
        TestHost host, CheckedCase made, long fen, PenaltyKind kind = PenaltyKind.Fine, bool unit = true, bool told = true, bool handedOver = true, string[]? officers = null, string? receipt = null, Actor? by = null)
        => host.HandleAsync((RecordSimplePenaltyHandler h) => h.HandleAsync(
            new(made.Id, made.FindingIds, officers ?? ["R011", "R013"], kind, fen, "未张贴警示标志", unit ? "aq-99" : PenaltyBasis.OtherKey, "谢世荣", "机加工车间", told, handedOver, unit, unit ? null : "谢世荣", "某条例第十条", receipt),
            host.Change(by ?? First), default));

    private static Task<Result<PenaltyCase>> FileAsync(TestHost host, CheckedCase made, string[] officers, Guid? finding = null, Actor? by = null)
        => host.HandleAsync((FilePenaltyHandler h) => h.HandleAsync(new(made.Id, "未安装防护罩", [finding ?? made.FindingIds[0]], officers, "《安全生产法》第三十六条第一款"), host.Change(by ?? First), default));

    private static Task<Result<PenaltyCase>> ApproveAsync(TestHost host, Guid id, bool approved, Actor by)
        => host.HandleAsync((DecideFilingHandler h) => h.HandleAsync(new(id, approved, approved ? "同意立案" : "情节显著轻微"), host.Change(by), default));

    private static Task<Result<PenaltyCase>> InvestigateAsync(TestHost host, Guid id, string hash)
        => host.HandleAsync((RecordInvestigationHandler h) => h.HandleAsync(new(id, "三台砂轮机未安装防护罩", "《安全生产法》第三十六条第一款", [hash]), host.Change(First), default));

    private static async Task<Guid> InvestigatedAsync(TestHost host)
    {
        var made = await AddAsync(host, 1, "FileCase");
        var id = (await FileAsync(host, made, ["R011", "R013"])).Value.Id;
        Assert.Null((await ApproveAsync(host, id, true, Director)).Refusal);
        Assert.Null((await InvestigateAsync(host, id, made.EvidenceHash)).Refusal);
        return id;
    }

    private static Task<Result<PenaltyCase>> ProposeAsync(TestHost host, Guid id, long fen, string basis = "aq-99")
        => host.HandleAsync((ProposePenaltyHandler h) => h.HandleAsync(new(id, basis, [PenaltyKind.Fine], fen, "一般情节"), host.Change(First), default));

    private static async Task<Guid> ProposedAsync(TestHost host, long fen, string basis = "aq-99")
    {
        var id = await InvestigatedAsync(host);
        Assert.Null((await ProposeAsync(host, id, fen, basis)).Refusal);
        return id;
    }

    private static Task<Result<PenaltyCase>> NoticeAsync(TestHost host, Guid id)
        => host.HandleAsync((ServeNoticeHandler h) => h.HandleAsync(new(id, host.Change().On, "直接送达", "谢世荣"), host.Change(First), default));

    private static Task<Result<PenaltyCase>> WaiveAsync(TestHost host, Guid id, bool written)
        => host.HandleAsync((RecordStatementHandler h) => h.HandleAsync(new(id, true, written), host.Change(Second), default));

    private static Task<Result<PenaltyCase>> NoHearingAsync(TestHost host, Guid id)
        => host.HandleAsync((RecordNoHearingHandler h) => h.HandleAsync(new(id), host.Change(First), default));

    private static Task<Result<PenaltyCase>> ReviewAsync(TestHost host, Guid id, Actor? by = null)
        => host.HandleAsync((RecordLegalReviewHandler h) => h.HandleAsync(new(id, LegalOpinion.Agree, "事实清楚，程序合法"), host.Change(by ?? Legal), default));

    private static Task<Result<PenaltyCase>> DiscussAsync(TestHost host, Guid id, params string[] members)
        => host.HandleAsync((RecordDiscussionHandler h) => h.HandleAsync(
            new(id, host.Change().On, [.. (members.Length > 0 ? members : ["马国栋", "信建军", "靳慧芳"]).Select(m => new MemberOpinion(m, "同意"))], "一致同意"), host.Change(Director), default));

    private static Task<Result<PenaltyCase>> DecideAsync(TestHost host, Guid id, long fen, Actor? by = null)
        => host.HandleAsync((DecidePenaltyHandler h) => h.HandleAsync(new(id, PenaltyOutcome.Punish, "事实清楚，依法处罚", [PenaltyKind.Fine], fen), host.Change(by ?? Director), default));

    private static Task<Result<PenaltyCase>> ServeAsync(TestHost host, Guid id)
        => host.HandleAsync((ServeDecisionHandler h) => h.HandleAsync(new ServeDecision(id, host.Change().On, "直接送达", "谢世荣", "厂区办公室"), host.Change(First), default));

    private static Task<Result<PenaltyCase>> PayAsync(TestHost host, Guid id, params PaymentReceipt[] receipts)
        => host.HandleAsync((RecordPaymentsHandler h) => h.HandleAsync(new(id, receipts), host.Change(First), default));

    /// <summary>Neither hearing nor discussion: 20,000 yuan, waived in writing, decided on the same day.</summary>
    private static async Task<Guid> DecidedAsync(TestHost host)
    {
        var id = await ProposedAsync(host, 20_000_00);
        await NoticeAsync(host, id);
        await WaiveAsync(host, id, written: true);
        Assert.Null((await DecideAsync(host, id, 20_000_00)).Refusal);
        return id;
    }

    private static Task<PenaltyCase> RowAsync(TestHost host, Guid id) => host.ReadAsync(db => db.Set<PenaltyCase>().AsNoTracking().SingleAsync(p => p.Id == id));
}
