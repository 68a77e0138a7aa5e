using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Inspections.Credit;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Hazards;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows.Hazards;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static DoubleRandom.Tests.Support.CheckedCase;
using static DoubleRandom.Tests.Workflows.Shipped;

namespace DoubleRandom.Tests.Workflows.Hazards;

public sealed class HazardWorkflowTests
{
    [Theory, BothDatabases]
    public async Task Hazard_FailedAcceptanceThenPassed_IsDelisted(string database)
    {
        await using var host = await HostAsync(database, "major-hazard", "credit");
        var (made, instance) = await TreatingAsync(host);

        Assert.Equal("hazards.bad-date", (await host.TryAsync("hazard.treat", "申请验收", First, Done("2026-12-01"))).Refusal?.Code);
        await host.DoAsync("hazard.treat", "申请验收", First, Done("2026-09-18"));
        Assert.Equal("hazards.members", (await host.TryAsync("hazard.accept", "合格", Leader, Acceptance("合格", "专家甲"))).Refusal?.Code);
        await host.DoAsync("hazard.accept", "不合格", Leader, Acceptance("防护罩仍缺一处", "专家甲", "专家乙"));
        var failed = await RowAsync(host);
        Assert.Equal((HazardStatus.Treating, 1, null), (failed.Status, failed.FailedAcceptances, failed.CompletedOn));
        Assert.Single(await host.ReadAsync(db => db.Set<Deadline>().AsNoTracking().Where(d => d.RuleKey == "major.term").ToListAsync()), d => d.IsRunning);

        await host.DoAsync("hazard.treat", "申请验收", First, Done("2026-09-18"));
        await host.DoAsync("hazard.accept", "合格", Leader, Acceptance("符合要求", "专家甲", "专家乙"));
        await host.DoAsync("hazard.delist", "摘牌", Government, new JsonObject { ["delistNo"] = "崇安委摘〔2026〕1号", ["resumeConditions"] = "可以恢复" });

        Assert.Equal(WorkflowStatus.Finished, (await host.InstanceAsync(instance)).Status);
        Assert.Equal(HazardStatus.Delisted, (await RowAsync(host)).Status);
        Assert.Equal(FindingStatus.Closed, (await host.ReadAsync(db => db.Set<Finding>().AsNoTracking().SingleAsync(f => f.Id == made.FindingIds[0]))).Status);
        // The clocks of the process itself; those of the party (复议、诉讼) and of the file run on.
        Assert.All(await host.ReadAsync(db => db.Set<Deadline>().AsNoTracking().Where(d => d.InstanceId != null).ToListAsync()), d => Assert.Equal(DeadlineStatus.Met, d.Status));
        Assert.Equal(CreditKind.HazardListing, (await host.ReadAsync(db => db.Set<CreditEntry>().AsNoTracking().SingleAsync())).Kind);
    }

    [Theory, BothDatabases]
    public async Task Hazard_ExtensionAskedInTime_MovesTheTerm(string database)
    {
        await using var host = await HostAsync(database, "major-hazard", "credit");
        await TreatingAsync(host);
        JsonObject Ask(string until) => new() { ["newDueOn"] = until, ["reason"] = "设备交货延迟" };

        Assert.Equal("hazards.bad-extension", (await host.TryAsync("hazard.treat", "申请延期", First, Ask("2027-12-01"))).Refusal?.Code);
        await host.DoAsync("hazard.treat", "申请延期", First, Ask("2027-03-31"));
        Assert.Equal("work-items.not-your-role", (await host.TryAsync("hazard.extension", "同意延期", Leader, new JsonObject { ["opinion"] = "同意" })).Refusal?.Code);
        await host.DoAsync("hazard.extension", "同意延期", Government, new JsonObject { ["opinion"] = "同意" });

        Assert.Equal(new DateOnly(2027, 3, 31), (await RowAsync(host)).DueOn);
        var clocks = await host.ReadAsync(db => db.Set<Deadline>().AsNoTracking().Where(d => d.RuleKey == "major.term").ToListAsync());
        Assert.Equal(new DateOnly(2027, 3, 31), clocks.Single(c => c.IsRunning).DueOn);
        var reply = System.Net.WebUtility.HtmlDecode(await host.ReadAsync(db => db.Set<DoubleRandom.Documents.Issuing.OfficialDocument>().Where(d => d.Template == "D39").Select(d => d.Html).SingleAsync()));
        Assert.All(["设备交货延迟", "同意延期", "2027年3月31日"], c => Assert.Contains(c, reply, StringComparison.Ordinal));
        Assert.Equal("hazards.extended", (await host.TryAsync("hazard.treat", "申请延期", First, Ask("2027-05-31"))).Refusal?.Code);
    }

    [Theory, BothDatabases]
    public async Task Hazard_ExtensionAskedTooLate_IsRefused(string database)
    {
        await using var host = await HostAsync(database, "major-hazard", "credit");
        await TreatingAsync(host);
        host.Time.Set(new(2026, 12, 14, 9, 0, 0, TimeSpan.FromHours(8)));

        Assert.Equal("hazards.extension-late", (await host.TryAsync("hazard.treat", "申请延期", First, new JsonObject { ["newDueOn"] = "2027-03-31", ["reason"] = "设备交货延迟" })).Refusal?.Code);
    }

    [Theory, BothDatabases]
    public async Task Hazard_TermOverAYearOrNotMajor_IsRefused(string database)
    {
        await using var host = await HostAsync(database, "major-hazard", "credit");
        var made = await AddAsync(host, 1, "Suspend", "FileCase");
        await StartAsync(host, made);

        Assert.Equal("forms.unknown-choice", (await host.TryAsync("hazard.propose", "提请", SectionHead, Proposal(made.FindingIds[1]))).Refusal?.Code);
        await host.DoAsync("hazard.propose", "提请", SectionHead, Proposal(made.FindingIds[0]));
        Assert.Equal("hazards.bad-term", (await host.TryAsync("hazard.list", "挂牌", Government, Listing("2027-09-21"))).Refusal?.Code);
        Assert.Equal("hazards.bad-term", (await host.TryAsync("hazard.list", "挂牌", Government, Listing("2026-09-18"))).Refusal?.Code);
        var direct = await host.HandleAsync((DelistHazardHandler h) => h.HandleAsync(new((RowAsync(host).Result).Id, "号", "条件"), host.Change(Government), default));
        Assert.Equal("hazards.wrong-state", direct.Refusal?.Code);
    }

    [Theory, BothDatabases]
    public async Task Hazard_NotListed_Ends(string database)
    {
        await using var host = await HostAsync(database, "major-hazard", "credit");
        var made = await AddAsync(host, 1, "Suspend");
        var instance = await StartAsync(host, made);
        await host.DoAsync("hazard.propose", "提请", SectionHead, Proposal(made.FindingIds[0]));
        await host.DoAsync("hazard.list", "不予挂牌", Government, new JsonObject { ["reason"] = "已当场消除" });

        Assert.Equal((WorkflowStatus.Finished, HazardStatus.ListingRefused), ((await host.InstanceAsync(instance)).Status, (await RowAsync(host)).Status));
    }

    [Theory, BothDatabases]
    public async Task Hazard_ExposedAfterAFailedAcceptance_StartsTheListOfTheDiscredited(string database)
    {
        await using var host = await HostAsync(database, "major-hazard", "credit");
        await TreatingAsync(host);
        await host.DoAsync("hazard.treat", "申请验收", First, Done("2026-09-18"));
        var values = Acceptance("整改不到位", "专家甲", "专家乙");
        values["exposure"] = "Insufficient";
        await host.DoAsync("hazard.accept", "不合格", Leader, values);
        Assert.Equal(["credit.propose", "hazard.treat"], await host.OpenFormsAsync());

        Assert.Equal("credit.ground", (await host.TryAsync("credit.propose", "建议列入", Legal, new JsonObject { ["ground"] = "HazardOverdue", ["facts"] = "逾期" })).Refusal?.Code);
        await host.DoAsync("credit.propose", "建议列入", Legal, new JsonObject { ["ground"] = "HazardInsufficient", ["facts"] = "验收不合格" });
        await host.DoAsync("credit.notice", "已送达", Legal, new JsonObject { ["noticeOn"] = "2026-09-18", ["to"] = "谢世荣" });
        Assert.Equal("credit.statement-running", (await host.TryAsync("credit.statement", "放弃", Legal)).Refusal?.Code);
        await host.DoAsync("credit.statement", "已陈述申辩", Legal, new JsonObject { ["statement"] = "资金困难", ["review"] = "理由不成立" });
        await host.DoAsync("credit.decide", "同意列入", Director, new JsonObject { ["opinion"] = "同意" });

        var listed = await host.ReadAsync(db => db.Set<CreditEntry>().AsNoTracking().SingleAsync(e => e.Kind == CreditKind.ListedAsDiscredited));
        Assert.Equal((new DateOnly(2029, 9, 18), new DateOnly(2027, 9, 18)), (listed.ExpiresOn, listed.EarliestRepairOn));
        Assert.Equal(["hazard.treat"], await host.OpenFormsAsync());
    }

    [Theory, BothDatabases]
    public async Task Hazard_TermRunsOut_ExposureIsProposedOnceAndAPersonConfirms(string database)
    {
        await using var host = await HostAsync(database, "major-hazard", "credit");
        await TreatingAsync(host);
        host.Time.Set(new(2027, 1, 5, 9, 0, 0, TimeSpan.FromHours(8)));
        for (var i = 0; i < 2; i++) await host.Services.GetRequiredService<DeadlineSweep>().RunAsync(host.Time.Today);

        var proposal = await host.ReadAsync(db => db.Set<ExposureProposal>().AsNoTracking().SingleAsync());
        Assert.Contains("治理期限2026年12月31日届满", proposal.Facts, StringComparison.Ordinal);
        Assert.Null((await RowAsync(host)).ExposedOn);
        Task<Result<ExposureProposal>> DecideAsync(DecideExposure command, Actor by) => host.HandleAsync((ConfirmExposureHandler h) => h.HandleAsync(command, host.Change(by), default));
        var yes = new DecideExposure(proposal.Id, true, proposal.Facts, null);
        Assert.Equal("exposures.not-yours", (await DecideAsync(yes, First)).Refusal?.Code);
        Assert.Equal("exposures.opinion-needed", (await DecideAsync(yes with { Expose = false }, Director)).Refusal?.Code);
        Assert.Null((await DecideAsync(yes, Director)).Refusal);

        Assert.Equal(ExposureReason.Overdue, (await RowAsync(host)).Exposure);
        Assert.Contains("credit.propose", await host.OpenFormsAsync());
        Assert.Contains(await host.ReadAsync(db => db.Set<CreditEntry>().AsNoTracking().Select(e => e.Kind).ToListAsync()), k => k == CreditKind.Exposure);
        Assert.Equal("exposures.decided", (await DecideAsync(yes, Director)).Refusal?.Code);
    }

    [Theory, BothDatabases]
    public async Task Hazard_AcceptedAfterItsTerm_IsNoLongerExposed_AndTheProposalIsDeclinedWithAReason(string database)
    {
        await using var host = await HostAsync(database, "major-hazard", "credit");
        await TreatingAsync(host);
        host.Time.Set(new(2027, 1, 5, 9, 0, 0, TimeSpan.FromHours(8)));
        await host.Services.GetRequiredService<DeadlineSweep>().RunAsync(host.Time.Today);
        var proposal = await host.ReadAsync(db => db.Set<ExposureProposal>().AsNoTracking().SingleAsync());
        await host.DoAsync("hazard.treat", "申请验收", First, Done("2027-01-04"));
        await host.DoAsync("hazard.accept", "合格", Leader, Acceptance("符合要求", "专家甲", "专家乙"));

        Task<Result<ExposureProposal>> DecideAsync(DecideExposure command) => host.HandleAsync((ConfirmExposureHandler h) => h.HandleAsync(command, host.Change(Director), default));
        Assert.Equal("exposures.over", (await DecideAsync(new DecideExposure(proposal.Id, true, proposal.Facts, null))).Refusal?.Code);
        Assert.Null((await DecideAsync(new DecideExposure(proposal.Id, false, "", "已验收合格"))).Refusal);
        Assert.Null((await RowAsync(host)).ExposedOn);
    }

    private static async Task<(CheckedCase Made, Guid Instance)> TreatingAsync(TestHost host)
    {
        var made = await AddAsync(host, 1, "Suspend");
        var instance = await StartAsync(host, made);
        await host.DoAsync("hazard.propose", "提请", SectionHead, Proposal(made.FindingIds[0]));
        await host.DoAsync("hazard.list", "挂牌", Government, Listing("2026-12-31"));
        await host.DoAsync("hazard.plan", "已报送", First, new JsonObject { ["responsibility"] = "厂长负责", ["measures"] = "更换设备", ["funds"] = "十万元", ["schedule"] = "十二月底前", ["contingency"] = "停用警戒" });
        return (made, instance);
    }

    private static Task<Guid> StartAsync(TestHost host, CheckedCase made)
        => host.StartAsync("major-hazard", made.InspectionNo, new JsonObject { ["CaseId"] = made.Id.ToString(), ["CaseNo"] = made.InspectionNo, ["Team"] = new JsonObject { ["officers"] = List("R011", "R013") } });

    private static JsonObject Proposal(Guid finding) => new() { ["findings"] = List(finding.ToString()), ["description"] = "砂轮机未安装防护罩", ["criterion"] = "判定标准第七条", ["responsibleUnit"] = "崇信县第1机械厂" };

    private static JsonObject Listing(string due) => new() { ["listNo"] = "崇安委〔2026〕3号", ["dueOn"] = due, ["planDueOn"] = "2026-10-09", ["supervisingUnit"] = "崇信县应急管理局", ["stoppage"] = "机加工车间停产" };

    private static JsonObject Done(string on) => new() { ["progress"] = new JsonArray(new JsonObject { ["on"] = on, ["percent"] = 100, ["text"] = "全部更换" }), ["report"] = "治理完成" };

    private static JsonObject Acceptance(string opinion, params string[] members) => new() { ["members"] = new JsonArray([.. members.Select(m => (JsonNode)new JsonObject { ["name"] = m })]), ["opinion"] = opinion };

    private static Task<MajorHazard> RowAsync(TestHost host) => host.ReadAsync(db => db.Set<MajorHazard>().AsNoTracking().SingleAsync());
}
