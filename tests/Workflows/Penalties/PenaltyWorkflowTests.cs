using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Inspections.Credit;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.Penalties;
using DoubleRandom.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static DoubleRandom.Tests.Support.CheckedCase;
using static DoubleRandom.Tests.Workflows.Shipped;

namespace DoubleRandom.Tests.Workflows.Penalties;

public sealed class PenaltyWorkflowTests
{
    [Theory, BothDatabases]
    public async Task Penalty_WithHearingReviewAndDiscussion_IsClosedAndEntered(string database)
    {
        await using var host = await HostAsync(database, "penalty");
        var (made, instance) = await StartAsync(host, "FileCase");
        await FileAsync(host, made);
        await host.DoAsync("penalty.investigate", "调查终结", First, Investigation(made));
        await host.DoAsync("penalty.propose", "提出", First, Proposal("aq-99-overdue", "80000"));
        await host.DoAsync("penalty.notice", "已送达", First, new JsonObject { ["noticeOn"] = "2026-09-18", ["how"] = "直接送达", ["to"] = "谢世荣" });
        await host.DoAsync("penalty.statement", "已陈述申辩", Second, new JsonObject { ["statement"] = "正在整改", ["review"] = "不影响认定" });
        Assert.Equal(new DateOnly(2026, 9, 24), (await DeadlineAsync(host, "hearing.request")).DueOn);
        Assert.Equal("penalties.hearing-running", (await host.TryAsync("penalty.hearing", "未申请听证", First)).Refusal?.Code);
        host.Time.Set(new(2026, 10, 12, 10, 0, 0, TimeSpan.FromHours(8)));
        await host.DoAsync("penalty.hearing", "听证结束", First, new JsonObject { ["requestedOn"] = "2026-09-22", ["notifiedOn"] = "2026-09-23", ["heldOn"] = "2026-10-12", ["presider"] = "R009", ["report"] = "事实清楚" });
        await host.DoAsync("penalty.review", "同意", Legal, Opinion("程序合法"));
        await host.DoAsync("penalty.discuss", "形成决定", Director, new JsonObject
        {
            ["heldOn"] = "2026-10-12",
            ["opinions"] = new JsonArray([.. new[] { "马国栋", "信建军", "靳慧芳" }.Select(m => (JsonNode)new JsonObject { ["member"] = m, ["opinion"] = "同意" })]),
            ["conclusion"] = "同意处罚",
        });
        await host.DoAsync("penalty.decide", "处罚", Director, Decision("70000"));
        // Seven working days from the decision, whenever it is served.
        var publish = await DeadlineAsync(host, "penalty.publish");
        Assert.Equal((new DateOnly(2026, 10, 12), new DateOnly(2026, 10, 21), true), (publish.AnchorOn, publish.DueOn, publish.IsRunning));
        await host.DoAsync("penalty.serve", "已送达", First, Service("2026-10-12"));
        var pay = await DeadlineAsync(host, "fine.pay");
        Assert.Equal((new DateOnly(2026, 10, 12), new DateOnly(2026, 10, 27)), (pay.AnchorOn, pay.DueOn));
        await host.DoAsync("penalty.payment", "已缴清", First, Payment("70000", "2026-10-12"));
        await host.DoAsync("penalty.close", "同意结案", Director, new JsonObject { ["kind"] = "Executed", ["note"] = "已缴清" });

        Assert.Equal(WorkflowStatus.Finished, (await host.InstanceAsync(instance)).Status);
        // The clocks of the process itself; those of the party (复议、诉讼) and of the file run on.
        Assert.All(await host.ReadAsync(db => db.Set<Deadline>().AsNoTracking().Where(d => d.InstanceId != null).ToListAsync()), d => Assert.Equal(DeadlineStatus.Met, d.Status));
        Assert.Equal(new DateOnly(2026, 9, 18), (await DeadlineAsync(host, "case.decide")).AnchorOn);
        var entry = await host.ReadAsync(db => db.Set<CreditEntry>().AsNoTracking().SingleAsync());
        Assert.Equal((CreditKind.Penalty, "2026-07-001-罚1", new DateOnly(2027, 10, 12)), (entry.Kind, entry.SourceNo, entry.ExpiresOn));
    }

    [Theory, BothDatabases]
    public async Task Penalty_ServedByAnnouncement_StopsTheSevenDaysAndWaitsForThePeriod(string database)
    {
        await using var host = await HostAsync(database, "penalty");
        var (made, _) = await StartAsync(host, "FileCase");
        await DecidedAsync(host, made);
        JsonObject Announced(string? on) => new() { ["announcedOn"] = on, ["place"] = "平凉日报" };

        Assert.Equal("forms.required", (await host.TryAsync("penalty.serve", "已发公告", First, Announced(null))).Refusal?.Code);
        Assert.Equal("penalties.bad-date", (await host.TryAsync("penalty.serve", "已发公告", First, Announced("2026-09-19"))).Refusal?.Code);
        await host.DoAsync("penalty.serve", "已发公告", First, Announced("2026-09-18"));

        // 30 calendar days end on Sunday 10-18 and move to Monday.
        var period = await DeadlineAsync(host, "serve.public");
        Assert.Equal((new DateOnly(2026, 9, 18), new DateOnly(2026, 10, 19), true), (period.AnchorOn, period.DueOn, period.IsWindow));
        Assert.Equal(DeadlineStatus.Met, (await DeadlineAsync(host, "serve")).Status);
        host.Time.Set(new(2026, 10, 20, 10, 0, 0, TimeSpan.FromHours(8)));
        await host.Services.GetRequiredService<DeadlineSweep>().RunAsync(host.Time.Today);
        Assert.DoesNotContain(await host.ReadAsync(db => db.Set<Deadline>().AsNoTracking().ToListAsync()), d => d.RuleKey.StartsWith("serve", StringComparison.Ordinal) && d.Status == DeadlineStatus.Overdue);
        var early = new JsonObject { ["servedOn"] = "2026-10-18", ["how"] = "公告送达", ["to"] = "谢世荣" };
        Assert.Equal("penalties.serve-announced", (await host.TryAsync("penalty.serve", "已送达", First, early)).Refusal?.Code);
        early["servedOn"] = "2026-10-19";
        await host.DoAsync("penalty.serve", "已送达", First, early.DeepClone().AsObject());
        Assert.Equal(new DateOnly(2026, 10, 19), (await DeadlineAsync(host, "fine.pay")).AnchorOn);
    }

    [Theory, BothDatabases]
    public async Task Penalty_Small_NeedsNeitherHearingNorDiscussion(string database)
    {
        await using var host = await HostAsync(database, "penalty");
        var (made, instance) = await StartAsync(host, "FileCase");
        await DecidedAsync(host, made);
        await host.DoAsync("penalty.serve", "已送达", First, Service("2026-09-18"));

        Assert.Equal(["penalty.payment"], await host.OpenFormsAsync());
        await host.DoAsync("penalty.payment", "已缴清", First, Payment("20000", "2026-09-18"));
        await host.DoAsync("penalty.close", "同意结案", Director, new JsonObject { ["kind"] = "Executed", ["note"] = "已缴清" });
        Assert.Equal(WorkflowStatus.Finished, (await host.InstanceAsync(instance)).Status);
    }

    [Theory, BothDatabases]
    public async Task Penalty_ReturnedByTheLegalReview_IsProposedAndToldAnew(string database)
    {
        await using var host = await HostAsync(database, "penalty");
        var (made, _) = await StartAsync(host, "FileCase");
        await ToldAsync(host, made);
        await host.DoAsync("penalty.review", "退回", Legal, Opinion("裁量过重"));
        await host.DoAsync("penalty.propose", "提出", First, Proposal("aq-99", "10000"));
        await host.DoAsync("penalty.notice", "已送达", First, new JsonObject { ["noticeOn"] = "2026-09-18", ["how"] = "直接送达", ["to"] = "谢世荣" });

        Assert.Equal(["penalty.statement"], await host.OpenFormsAsync());
        // What was passed by in the first round is waited for anew: the decision is executed and not forgotten.
        await host.DoAsync("penalty.statement", "放弃", First, new JsonObject { ["writtenWaiver"] = true });
        await host.DoAsync("penalty.review", "同意", Legal, Opinion("同意"));
        await host.DoAsync("penalty.decide", "处罚", Director, Decision("10000"));
        await host.DoAsync("penalty.serve", "已送达", First, Service("2026-09-18"));
        Assert.Equal(["penalty.payment"], await host.OpenFormsAsync());
    }

    [Theory, BothDatabases]
    public async Task Penalty_NotFiled_Ends(string database)
    {
        await using var host = await HostAsync(database, "penalty");
        var (made, instance) = await StartAsync(host, "FileCase");
        await host.DoAsync("penalty.file", "提请立案", First, Filing(made));
        Assert.Equal("work-items.not-your-role", (await host.TryAsync("penalty.approve-filing", "批准立案", Leader, Opinion("同意"))).Refusal?.Code);
        await host.DoAsync("penalty.approve-filing", "不予立案", Director, Opinion("情节显著轻微"));

        Assert.Equal(WorkflowStatus.Finished, (await host.InstanceAsync(instance)).Status);
        Assert.Equal(PenaltyStatus.FilingRefused, (await RowAsync(host)).Status);
    }

    [Theory, BothDatabases]
    public async Task Penalty_NotPunished_EndsWithoutEntry(string database)
    {
        await using var host = await HostAsync(database, "penalty");
        var (made, instance) = await StartAsync(host, "FileCase");
        await ToldAsync(host, made);
        await host.DoAsync("penalty.review", "同意", Legal, Opinion("同意"));
        await host.DoAsync("penalty.decide", "不予处罚", Director, new JsonObject { ["notPunishedAs"] = "NoPenalty", ["reason"] = "初次违法，危害轻微并及时改正" });

        Assert.Equal(WorkflowStatus.Finished, (await host.InstanceAsync(instance)).Status);
        Assert.Equal((PenaltyStatus.Closed, ClosingKind.NoPenalty), ((await RowAsync(host)).Status, (await RowAsync(host)).Closing));
        Assert.Equal(0, await host.ReadAsync(db => db.Set<CreditEntry>().CountAsync()));
    }

    [Theory, BothDatabases]
    public async Task Penalty_SecondPressOfTheSameButton_ChangesNothing(string database)
    {
        await using var host = await HostAsync(database, "penalty");
        var (made, _) = await StartAsync(host, "FileCase");
        var item = await host.OpenItemAsync("penalty.file");
        var change = host.Change(First);
        Task<Result<DoubleRandom.Workflows.WorkItems.CompletedWorkItem>> Press(ChangeContext by)
            => host.HandleAsync((DoubleRandom.Workflows.WorkItems.CompleteWorkItemHandler h) => h.HandleAsync(new(item.Id, "提请立案", Filing(made)), by, default));

        Assert.Null((await Press(change)).Refusal);
        Assert.Null((await Press(change)).Refusal);
        Assert.Equal("work-items.already-done", (await Press(host.Change(Second))).Refusal?.Code);
        Assert.Equal(1, await host.ReadAsync(db => db.Set<PenaltyCase>().CountAsync()));
    }

    [Theory, BothDatabases]
    public async Task Penalty_OnTheSpot_OnlyWaitsForItsPayment(string database)
    {
        await using var host = await HostAsync(database, "penalty");
        var made = await AddAsync(host, 1, "SimplePenalty");
        var punished = await host.HandleAsync((RecordSimplePenaltyHandler h) => h.HandleAsync(
            new(made.Id, made.FindingIds, ["R011", "R013"], PenaltyKind.Fine, 1_000_00, "未张贴警示标志", "aq-99", "谢世荣", "机加工车间", true, true), host.Change(First), default));
        Assert.Null(punished.Refusal);
        var instance = await StartAsync(host, made);

        Assert.Equal(["penalty.payment"], await host.OpenFormsAsync());
        await host.DoAsync("penalty.payment", "已缴清", First, Payment("1000", "2026-09-18"));
        Assert.Equal(WorkflowStatus.Finished, (await host.InstanceAsync(instance)).Status);
        var entry = await host.ReadAsync(db => db.Set<CreditEntry>().AsNoTracking().SingleAsync());
        Assert.Equal((CreditKind.Penalty, new DateOnly(2027, 9, 18)), (entry.Kind, entry.ExpiresOn));
    }

    private static async Task<(CheckedCase Made, Guid Instance)> StartAsync(TestHost host, params string[] disposals)
    {
        var made = await AddAsync(host, 1, disposals);
        return (made, await StartAsync(host, made));
    }

    private static Task<Guid> StartAsync(TestHost host, CheckedCase made)
        => host.StartAsync("penalty", made.InspectionNo, new JsonObject { ["CaseId"] = made.Id.ToString(), ["CaseNo"] = made.InspectionNo, ["Source"] = "检查发现" });

    private static async Task FileAsync(TestHost host, CheckedCase made)
    {
        await host.DoAsync("penalty.file", "提请立案", First, Filing(made));
        await host.DoAsync("penalty.approve-filing", "批准立案", Director, Opinion("同意立案"));
    }

    /// <summary>Small, told and waived in writing: before the legal review.</summary>
    private static async Task ToldAsync(TestHost host, CheckedCase made)
    {
        await FileAsync(host, made);
        await host.DoAsync("penalty.investigate", "调查终结", First, Investigation(made));
        await host.DoAsync("penalty.propose", "提出", First, Proposal("aq-99", "20000"));
        await host.DoAsync("penalty.notice", "已送达", First, new JsonObject { ["noticeOn"] = "2026-09-18", ["how"] = "直接送达", ["to"] = "谢世荣" });
        await host.DoAsync("penalty.statement", "放弃", First, new JsonObject { ["writtenWaiver"] = true });
    }

    private static async Task DecidedAsync(TestHost host, CheckedCase made)
    {
        await ToldAsync(host, made);
        await host.DoAsync("penalty.review", "同意", Legal, Opinion("同意"));
        await host.DoAsync("penalty.decide", "处罚", Director, Decision("20000"));
    }

    private static JsonObject Filing(CheckedCase made) => new() { ["cause"] = "安全设备不符合标准", ["findings"] = List([.. made.FindingIds.Select(f => f.ToString())]), ["clause"] = "《安全生产法》第三十六条第一款", ["officers"] = List("R011", "R013"), ["party"] = "单位" };

    private static JsonObject Opinion(string text) => new() { ["opinion"] = text };

    private static JsonObject Investigation(CheckedCase made) => new() { ["facts"] = "砂轮机未安装防护罩", ["clause"] = "《安全生产法》第三十六条第一款", ["evidence"] = List(made.EvidenceHash) };

    private static JsonObject Proposal(string basis, string yuan) => new() { ["basis"] = basis, ["kinds"] = List("Fine"), ["amount"] = yuan, ["discretion"] = "一般情节" };

    private static JsonObject Decision(string yuan) => new() { ["kinds"] = List("Fine"), ["amount"] = yuan, ["reason"] = "事实清楚，依法处罚" };

    private static JsonObject Service(string on) => new() { ["servedOn"] = on, ["how"] = "直接送达", ["to"] = "谢世荣", ["place"] = "厂区办公室" };

    private static JsonObject Payment(string yuan, string on) => new() { ["receipts"] = new JsonArray(new JsonObject { ["amount"] = yuan, ["paidOn"] = on, ["receiptNo"] = "票001" }) };

    private static Task<Deadline> DeadlineAsync(TestHost host, string rule) => host.ReadAsync(db => db.Set<Deadline>().AsNoTracking().SingleAsync(d => d.RuleKey == rule));

    private static Task<PenaltyCase> RowAsync(TestHost host) => host.ReadAsync(db => db.Set<PenaltyCase>().AsNoTracking().SingleAsync());
}
