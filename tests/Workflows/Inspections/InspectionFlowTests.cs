using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Inspections.Archives;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Publications;
using DoubleRandom.Inspections.Rectification;
using DoubleRandom.Inspections.Transfers;
using DoubleRandom.Inspections.Visits;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows.Rectification;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static DoubleRandom.Tests.Workflows.Inspections.InspectionWalk;

namespace DoubleRandom.Tests.Workflows.Inspections;

public sealed class InspectionFlowTests
{
    [Theory, BothDatabases]
    public async Task Check_WithoutFindings_IsPublishedAndBoundIntoTheBooklet(string database)
    {
        await using var walk = await InspectionWalk.StartAsync(database);
        await walk.ToTheChecklistAsync();
        var rows = (JsonArray)(await walk.ViewAsync("visit.checklist")).Fields.Single(f => f.Name == "results").Default!;
        Assert.Equal(["GM-01", "GM-02", "GM-03"], rows.Select(r => r!["code"]!.GetValue<string>()));

        await walk.DoAsync("visit.checklist", "提交", First, await walk.ChecklistAsync());
        await walk.ConfirmAsync();
        await walk.FeedbackAsync();
        await walk.EnterAsync("1");
        await walk.PublishAsync();
        var bind = await walk.RowAsync<Deadline>(q => q.SingleAsync(d => d.RuleKey == "archive"));
        Assert.Equal((DeadlineStatus.Open, "officer"), (bind.Status, bind.OwnerRole));
        Assert.Equal(bind.DueOn, (await walk.RowAsync<WorkItem>(q => q.SingleAsync(i => i.FormKey == "case.archive"))).DueOn);
        await walk.DoAsync("case.archive", "归档", First, new JsonObject { ["complete"] = true });

        var publication = await walk.RowAsync<Publication>(q => q.SingleAsync());
        Assert.Equal((PublicationStatus.Published, "芮志强", "杨玉梅", "曹发布"), (publication.Status, publication.AuthorName, publication.ReviewerName, publication.PublisherName));
        Assert.Equal(new DateOnly(2026, 10, 22), publication.DueOn);
        Assert.Contains("未发现问题", publication.MaskedJson, StringComparison.Ordinal);
        Assert.Equal(DeadlineStatus.Met, (await walk.RowAsync<Deadline>(q => q.SingleAsync(d => d.RuleKey == "result.publish"))).Status);
        Assert.Equal(DeadlineStatus.Met, (await walk.RowAsync<Deadline>(q => q.SingleAsync(d => d.RuleKey == "archive"))).Status);
        var inspection = await walk.CaseNowAsync();
        Assert.Equal((InspectionStatus.Archived, "CX00001-001"), (inspection.Status, inspection.ArchiveNo));
        Assert.Equal("CX00001-001", (await walk.RowAsync<ArchiveVolume>(q => q.SingleAsync())).ArchiveNo);
        Assert.Equal(WorkflowStatus.Finished, (await walk.Host.InstanceAsync(walk.Root)).Status);
    }

    [Theory, BothDatabases]
    public async Task Visit_UnreachableTwiceOnDifferentWorkingDays_EndsWithItsOwnResultAndIsTransferred(string database)
    {
        await using var walk = await InspectionWalk.StartAsync(database);
        await walk.ToTheGateAsync();
        await walk.DoAsync("visit.check-in", "无法联系", First, await walk.NoEntryAsync("大门紧锁，电话停机"));

        var sameDay = await walk.TryAsync("visit.second", "无法联系", First, await walk.NoEntryAsync("仍无人"));
        walk.NextDay(3);
        await walk.DoAsync("visit.second", "无法联系", First, await walk.NoEntryAsync("周边询问亦无人知晓", transferTo: "县市场监督管理局"));
        var wrong = await walk.TryEnterAsync("1");
        await walk.EnterAsync("4");
        await walk.PublishAsync();
        await walk.DoAsync("transfer.approve", "移送", OtherDeputy);
        // The file of a check whose transfer is not answered is not due to be bound.
        Assert.Null(await walk.RowAsync<Deadline>(q => q.SingleOrDefaultAsync(d => d.RuleKey == "archive")!));
        await walk.DoAsync("transfer.receipt", "收到回执", First, new JsonObject { ["receipts"] = new JsonArray(new JsonObject { ["targetBody"] = "县市场监督管理局", ["receivedOn"] = "2026-09-21", ["receiver"] = "王登记" }) });

        Assert.Equal("visits.same-day", sameDay.Refusal?.Code);
        Assert.Equal("publications.result-ending", wrong.Refusal?.Code);
        Assert.Equal((InspectionStatus.Unreachable, "4"), ((await walk.CaseNowAsync()).Status, (await walk.CaseNowAsync()).ResultCodes));
        Assert.Contains("无法联系", (await walk.RowAsync<Publication>(q => q.SingleAsync())).MaskedJson, StringComparison.Ordinal);
        Assert.Equal("王登记", (await walk.RowAsync<LeadTransfer>(q => q.SingleAsync())).Receiver);
        Assert.Equal(DeadlineStatus.Met, (await walk.RowAsync<Deadline>(q => q.SingleAsync(d => d.RuleKey == "lead.transfer"))).Status);
        Assert.Equal(["case.archive"], await walk.WaitingAsync());
    }

    [Theory, BothDatabases]
    public async Task Visit_ArrivingOnTheSecondAttempt_GoesOnWithTheChecklist(string database)
    {
        await using var walk = await InspectionWalk.StartAsync(database);
        await walk.ToTheGateAsync();
        await walk.DoAsync("visit.check-in", "无法联系", First, await walk.NoEntryAsync("大门紧锁"));
        walk.NextDay(3);

        await walk.DoAsync("visit.second", "到场", First, Present());

        Assert.Equal(["visit.checklist"], await walk.WaitingAsync());
        Assert.Equal(2, await walk.Host.ReadAsync(db => db.Set<Visit>().CountAsync()));
    }

    [Theory, BothDatabases]
    public async Task Visit_ClosedInspectee_IsCountedWithCodeNine(string database)
    {
        await using var walk = await InspectionWalk.StartAsync(database);
        await walk.ToTheGateAsync();
        var withoutProof = await walk.NoEntryAsync("厂房已拆除");
        withoutProof.Remove("evidence");

        var refused = await walk.TryAsync("visit.check-in", "已关闭", First, withoutProof);
        await walk.DoAsync("visit.check-in", "已关闭", First, await walk.NoEntryAsync("厂房已拆除"));
        await walk.EnterAsync("9");
        await walk.PublishAsync();

        Assert.Equal("visits.no-proof", refused.Refusal?.Code);
        Assert.Contains("已关闭停业", (await walk.RowAsync<Publication>(q => q.SingleAsync())).MaskedJson, StringComparison.Ordinal);
        Assert.Equal(["case.archive"], await walk.WaitingAsync());
    }

    [Theory, BothDatabases]
    public async Task Visit_RefusedEntry_EndsWithCodeSixAndStartsAPenalty(string database)
    {
        await using var walk = await InspectionWalk.StartAsync(database);
        await walk.ToTheGateAsync();

        await walk.DoAsync("visit.check-in", "拒绝检查", First, await walk.NoEntryAsync("门卫拒绝检查人员进入", fileCase: true));
        await walk.EnterAsync("6");

        Assert.Equal(InspectionStatus.EntryRefused, (await walk.CaseNowAsync()).Status);
        Assert.True(await walk.Host.ReadAsync(db => db.Set<WorkflowInstanceRow>().AnyAsync(i => i.DefinitionId == "penalty" && i.RootInstanceId == walk.Root)));
        Assert.Equal(["publication.review"], await walk.WaitingAsync());
    }

    [Theory, BothDatabases]
    public async Task Dispute_IsSettledByConsultationWithAllOpinionsKept(string database)
    {
        await using var walk = await InspectionWalk.StartAsync(database);
        await walk.ToTheChecklistAsync();
        await walk.DoAsync("visit.checklist", "提交", First, await walk.ChecklistAsync(walk.Issue("GM-02", "重大", "责令限期整改"), walk.Issue("GM-03", "一般", "责令限期整改")));
        var findings = await walk.Host.ReadAsync(db => db.Set<Finding>().AsNoTracking().OrderBy(f => f.EntryCode).ToListAsync());

        await walk.DoAsync("finding.expert-confirm", "提出异议", Expert, new JsonObject { ["disputed"] = new JsonArray([.. findings.Select(f => (JsonNode)f.Id.ToString())]), ["reason"] = "等级偏高" });
        var disputes = await walk.Host.ReadAsync(db => db.Set<Dispute>().AsNoTracking().ToListAsync());
        var first = disputes.Single(d => d.FindingId == findings[0].Id).Id.ToString();
        var second = disputes.Single(d => d.FindingId == findings[1].Id).Id.ToString();
        JsonObject Consult(params JsonObject[] opinions) => new()
        {
            ["disputes"] = new JsonArray(
                new JsonObject { ["id"] = first, ["outcome"] = "修改", ["conclusion"] = "不构成重大隐患", ["grade"] = "一般", ["disposals"] = new JsonArray("责令限期整改"), ["requirement"] = "补办审批", ["dueOn"] = "2026-10-18" },
                new JsonObject { ["id"] = second, ["outcome"] = "撤销", ["conclusion"] = "现场已更换" }),
            ["opinions"] = new JsonArray([.. opinions.Select(o => (JsonNode)o)]),
        };
        JsonObject Opinion(string person, string text, string stand) => new() { ["person"] = person, ["opinion"] = text, ["stand"] = stand };

        var withoutExpert = await walk.TryAsync("finding.consult", "达成一致", Leader, Consult(Opinion("R002", "按一般隐患处理", "同意"), Opinion("R011", "同意", "同意")));
        var byOther = await walk.TryAsync("finding.consult", "达成一致", OtherDeputy, Consult(Opinion("R002", "按一般隐患处理", "同意"), Opinion("E01", "同意", "同意")));
        await walk.DoAsync("finding.consult", "达成一致", Leader, Consult(Opinion("R002", "按一般隐患处理", "同意"), Opinion("E01", "仍认为措施不足", "保留意见")));
        await walk.DoAsync("finding.officer-confirm", "确认", Second);

        Assert.Equal("findings.opinion-missing", withoutExpert.Refusal?.Code);
        Assert.Equal("work-items.not-assigned", byOther.Refusal?.Code);
        var settled = await walk.Host.ReadAsync(db => db.Set<Dispute>().AsNoTracking().ToListAsync());
        Assert.All(settled, d => Assert.Equal([("信建军", false), ("赵明义", true)], d.Opinions.Select(o => (o.Name, o.Reserves))));
        var after = await walk.Host.ReadAsync(db => db.Set<Finding>().AsNoTracking().OrderBy(f => f.EntryCode).ToListAsync());
        Assert.Equal((HazardGrade.General, "补办审批", FindingStatus.Rectifying), (after[0].Grade, after[0].Requirement, after[0].Status));
        Assert.Equal(FindingStatus.Withdrawn, after[1].Status);
        Assert.Equal(InspectionStatus.FindingsLocked, (await walk.CaseNowAsync()).Status);
        Assert.Equal(["visit.feedback"], await walk.WaitingAsync());
    }

    [Theory, BothDatabases]
    public async Task Rectification_ExtendedAndPassed_IsPublishedAndClosesTheFinding(string database)
    {
        await using var walk = await InspectionWalk.StartAsync(database);
        await walk.ToTheRectificationAsync();
        await walk.EnterAsync("5");
        await walk.PublishAsync();

        await walk.DoAsync("rectification.track", "申请延期", First, new JsonObject { ["reason"] = "设备到货延迟", ["interimMeasures"] = "停用该处", ["proposedDueOn"] = "2026-11-20" });
        await walk.DoAsync("rectification.extension", "同意延期", OtherDeputy, new JsonObject { ["newDueOn"] = "2026-11-20", ["opinion"] = "情况属实" });
        var clock = await walk.RowAsync<Deadline>(q => q.SingleAsync(d => d.RuleKey == "rectify"));
        await walk.DoAsync("rectification.track", "申请复查", First, new JsonObject { ["progress"] = "已全部完成" });
        var recheck = await walk.RowAsync<Deadline>(q => q.SingleAsync(d => d.RuleKey == "recheck"));
        Assert.Equal(("收到复查申请", walk.Host.Time.Today), (recheck.Anchor, recheck.AnchorOn));
        var contradicting = await walk.TryAsync("rectification.reinspect", "全部合格", First, Reinspection("未整改", "未见防护装备"));
        await walk.DoAsync("rectification.reinspect", "全部合格", First, Reinspection("已整改", null));
        await walk.PublishAsync();
        await walk.DoAsync("case.archive", "归档", Second, new JsonObject { ["complete"] = true });

        Assert.Equal(new DateOnly(2026, 11, 20), clock.DueOn);
        Assert.Equal("rectification.outcome", contradicting.Refusal?.Code);
        Assert.Equal(FindingStatus.Closed, (await walk.RowAsync<Finding>(q => q.SingleAsync())).Status);
        Assert.Contains("全部整改完毕", (await walk.RowAsync<Publication>(q => q.SingleAsync(p => p.Kind == PublicationKind.Rectification))).MaskedJson, StringComparison.Ordinal);
        // The time to ask for another extension is over without anybody having used it again.
        Assert.All(await walk.Host.ReadAsync(db => db.Set<Deadline>().AsNoTracking().ToListAsync()), d => Assert.Equal(d.RuleKey == "rectify.extend" ? DeadlineStatus.Cancelled : DeadlineStatus.Met, d.Status));
        Assert.Equal(InspectionStatus.Archived, (await walk.CaseNowAsync()).Status);
    }

    [Theory, BothDatabases]
    public async Task Rectification_WithSeveralLastDays_HasAClockForEachAndFallsDueForRecheckByItself(string database)
    {
        await using var walk = await InspectionWalk.StartAsync(database);
        await walk.ToTheChecklistAsync();
        await walk.DoAsync("visit.checklist", "提交", First, await walk.ChecklistAsync(walk.Issue("GM-01", "一般", "责令限期整改", dueDays: 15), walk.Issue("GM-03", "一般", "责令限期整改", dueDays: 40)));
        await walk.ConfirmAsync();
        await walk.FeedbackAsync();
        var today = walk.Host.Time.Today;

        var clocks = await ClocksAsync("rectify");
        Assert.Equal([today.AddDays(15), today.AddDays(40)], clocks.Select(c => c.DueOn));
        Assert.Equal(["（第1项）", "（第2项）"], clocks.Select(c => c.Title[^5..]));
        Assert.All(clocks, c => Assert.Equal(";R011;R013;", c.OwnerNumbers));
        Assert.Equal(today.AddDays(15), (await walk.ItemAsync("rectification.track")).DueOn);
        Assert.Equal("rectification.not-expired", (await walk.TryAsync("rectification.track", "期限届满", First, [])).Refusal?.Code);

        // The clock's page does not move what the order names; the request moves both, but not what has run out before it.
        var byPage = await walk.Host.HandleAsync((ExtendDeadlineHandler h) => h.HandleAsync(new ExtendDeadline(clocks[1].Id, today.AddDays(60), "同意"), walk.Host.Change(Director), default));
        Assert.Equal("deadlines.extend-elsewhere", byPage.Refusal?.Code);
        walk.NextDay(20);
        var asked = new JsonObject { ["reason"] = "设备到货延迟", ["interimMeasures"] = "停用该处", ["proposedDueOn"] = Iso(today.AddDays(50)) };
        await walk.DoAsync("rectification.track", "申请延期", First, asked);
        await walk.DoAsync("rectification.extension", "同意延期", OtherDeputy, new JsonObject { ["newDueOn"] = Iso(today.AddDays(50)), ["opinion"] = "情况属实" });
        Assert.Equal([today.AddDays(15), today.AddDays(50)], (await ClocksAsync("rectify")).Select(c => c.DueOn));
        Assert.Equal([today.AddDays(15), today.AddDays(50)], (await walk.Host.ReadAsync(db => db.Set<RectificationLine>().AsNoTracking().OrderBy(l => l.Position).ToListAsync())).Select(l => l.DueOn));
        Assert.Equal(today.AddDays(50), (await walk.RowAsync<RectificationOrder>(q => q.SingleAsync())).DueOn);

        var rechecks = walk.Host.Services.GetRequiredService<StartDueRechecks>();
        walk.NextDay(30);
        Assert.Equal(0, await rechecks.RunAsync());
        walk.NextDay(3);
        Assert.Equal(1, await rechecks.RunAsync());
        Assert.Equal(0, await rechecks.RunAsync());
        var recheck = Assert.Single(await ClocksAsync("recheck"));
        Assert.Equal(("整改期限届满", today.AddDays(50)), (recheck.Anchor, recheck.AnchorOn));
        Assert.Equal(recheck.DueOn, (await walk.ItemAsync("rectification.reinspect")).DueOn);
        // Nobody reported the work done: the order's clocks run on until it is judged.
        Assert.All(await ClocksAsync("rectify"), c => Assert.True(c.IsRunning));

        async Task<List<Deadline>> ClocksAsync(string rule) => await walk.Host.ReadAsync(db => db.Set<Deadline>().AsNoTracking().Where(d => d.RuleKey == rule).OrderBy(d => d.DueOn).ToListAsync());
        static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
    }

    [Theory, BothDatabases]
    public async Task Rectification_Failed_StartsAPenalty(string database)
    {
        await using var walk = await InspectionWalk.StartAsync(database);
        await walk.ToTheRectificationAsync();
        var late = await walk.TryAsync("rectification.track", "申请延期", First, new JsonObject { ["reason"] = "设备到货延迟", ["interimMeasures"] = "停用", ["proposedDueOn"] = "2026-10-01" });

        await walk.DoAsync("rectification.track", "申请复查", First, new JsonObject { ["progress"] = "部分完成" });
        var silent = await walk.TryAsync("rectification.reinspect", "仍有不合格", First, Reinspection("未整改", null));
        await walk.DoAsync("rectification.reinspect", "仍有不合格", First, Reinspection("未整改", "未见防护装备"));

        Assert.Equal("rectification.extension-shorter", late.Refusal?.Code);
        Assert.Equal("rectification.no-note", silent.Refusal?.Code);
        Assert.Equal(FindingStatus.Failed, (await walk.RowAsync<Finding>(q => q.SingleAsync())).Status);
        Assert.Equal(RectificationStatus.Failed, (await walk.RowAsync<RectificationOrder>(q => q.SingleAsync())).Status);
        Assert.True(await walk.Host.ReadAsync(db => db.Set<WorkflowInstanceRow>().AnyAsync(i => i.DefinitionId == "penalty" && i.RootInstanceId == walk.Root)));
    }

    [Theory, BothDatabases]
    public async Task Findings_DriveTheBranchesBesideEachOther(string database)
    {
        await using var walk = await InspectionWalk.StartAsync(database);
        await walk.ToTheChecklistAsync();
        var issues = await walk.ChecklistAsync(walk.Issue("GM-01", "一般", "移送其他部门", "县消防救援大队"), walk.Issue("GM-02", "重大", "责令暂时停产停业或停止使用;立案调查"), walk.Issue("GM-03", "一般", "当场纠正"));
        await walk.DoAsync("visit.checklist", "提交", First, issues);
        await walk.ConfirmAsync();
        await walk.FeedbackAsync();

        Assert.Equal(["rectification.track", "result.enter", "transfer.approve"], await walk.WaitingAsync());
        var children = await walk.Host.ReadAsync(db => db.Set<WorkflowInstanceRow>().AsNoTracking().Where(i => i.ParentInstanceId == walk.Root).Select(i => i.DefinitionId).ToListAsync());
        Assert.Equal(["major-hazard", "penalty", "rectification"], children.Order(StringComparer.Ordinal));
        var lines = await walk.Host.ReadAsync(db => db.Set<Finding>().AsNoTracking().OrderBy(f => f.EntryCode).ToListAsync());
        Assert.Equal([1, 2, 3], lines.Select(f => f.BookletNo!.Value).Order());
        Assert.Equal((FindingStatus.Open, FindingStatus.Rectifying, FindingStatus.Closed), (lines[0].Status, lines[1].Status, lines[2].Status));
        Assert.Equal("工贸企业重大事故隐患判定标准第十三条", lines[1].MajorCriterion);
        Assert.Contains("GM-01不符合要求", (await walk.ViewAsync("transfer.approve")).Fields.Single(f => f.Name == "leads").Default!.ToJsonString(Relaxed), StringComparison.Ordinal);
    }

    [Theory, BothDatabases]
    public async Task Publication_SentBackAndCorrected_IsPublishedByAThirdPerson(string database)
    {
        await using var walk = await InspectionWalk.StartAsync(database);
        await walk.ToTheGateAsync();
        await walk.DoAsync("visit.check-in", "已关闭", First, await walk.NoEntryAsync($"负责人{Representative}说已停业"));
        await walk.EnterAsync("9");
        var authorReviews = await walk.TryAsync("publication.review", "通过", First with { Roles = new HashSet<string> { "section-head" } }, []);
        await walk.DoAsync("publication.review", "退回", SectionHead, new JsonObject { ["opinion"] = "请写明核实经过" });

        var byOutsider = await walk.TryAsync("publication.revise", "已修改", Outsider, Revision());
        await walk.DoAsync("publication.revise", "已修改", Second, Revision());
        await walk.DoAsync("publication.review", "通过", SectionHead);
        var channels = new JsonObject { ["channels"] = new JsonArray("本单位公示栏") };
        var byReviewer = await walk.TryAsync("publication.publish", "发布", SectionHead with { Roles = new HashSet<string> { "publisher" } }, channels);
        var byReviser = await walk.TryAsync("publication.publish", "发布", Second with { Roles = new HashSet<string> { "publisher" } }, channels);
        await walk.DoAsync("publication.publish", "发布", Publisher, channels);

        Assert.Equal(("publications.own-text", "cases.not-in-group"), (authorReviews.Refusal?.Code, byOutsider.Refusal?.Code));
        Assert.Equal(("publications.own-review", "publications.own-text"), (byReviewer.Refusal?.Code, byReviser.Refusal?.Code));
        var publication = await walk.RowAsync<Publication>(q => q.SingleAsync());
        Assert.Contains($"经向{Representative[0]}**核实", publication.MaskedJson, StringComparison.Ordinal);
        Assert.DoesNotContain(Representative, publication.MaskedJson, StringComparison.Ordinal);
        Assert.Contains("138****5678", publication.MaskedJson, StringComparison.Ordinal);
        Assert.Equal(["case.archive"], await walk.WaitingAsync());

        static JsonObject Revision() => new() { ["title"] = "检查结果公示", ["remark"] = $"经向{Representative}核实，电话13812345678，企业已停业。" };
    }

    [Theory, BothDatabases]
    public async Task Arrival_WithoutTwoCertifiedOfficers_IsRefusedNamingWhoIsMissing(string database)
    {
        await using var walk = await InspectionWalk.StartAsync(database);
        await walk.ToTheGateAsync();

        var one = await walk.TryAsync("visit.check-in", "到场", First, Present("R011"));
        var withLeader = await walk.TryAsync("visit.check-in", "到场", First, Present("R002", "R011"));
        var withExpert = await walk.TryAsync("visit.check-in", "到场", First, Present("R011", "E01"));
        await walk.ChangeOfficerAsync("R013", o => o.CertificateValidTo = new DateOnly(2026, 9, 17));
        var expired = await walk.TryAsync("visit.check-in", "到场", First, Present());
        await walk.ChangeOfficerAsync("R013", o => (o.CertificateValidTo, o.Scope) = (new DateOnly(2027, 12, 31), "YJ-01"));
        var outOfScope = await walk.TryAsync("visit.check-in", "到场", First, Present());
        var outsider = await walk.TryAsync("visit.check-in", "到场", Outsider, Present());

        Assert.Equal("visits.two-officers", one.Refusal?.Code);
        Assert.Equal("张鹏程（未到场）", one.Refusal!.Arguments[1]);
        Assert.Equal("visits.two-officers", withLeader.Refusal?.Code);
        Assert.Equal("forms.unknown-choice", withExpert.Refusal?.Code);
        Assert.Equal("张鹏程（执法证有效期至2026-09-17）", expired.Refusal!.Arguments[1]);
        Assert.Equal("张鹏程（执法范围不含事项YJ-02）", outOfScope.Refusal!.Arguments[1]);
        Assert.Equal("work-items.not-assigned", outsider.Refusal?.Code);
        Assert.Equal(0, await walk.Host.ReadAsync(db => db.Set<Visit>().CountAsync()));
        Assert.Equal(InspectionStatus.Planned, (await walk.CaseNowAsync()).Status);
    }

    [Theory, BothDatabases]
    public async Task Checklist_Incomplete_IsRefusedWithTheEntry(string database)
    {
        await using var walk = await InspectionWalk.StartAsync(database);
        await walk.ToTheChecklistAsync();
        var blank = await walk.ChecklistAsync();
        ((JsonArray)blank["results"]!).RemoveAt(1);
        var withoutEvidence = await walk.ChecklistAsync(walk.Issue("GM-03", "一般", "责令限期整改"));
        withoutEvidence.Remove("evidence");

        async Task<string?> CodeAsync(JsonObject values) => (await walk.TryAsync("visit.checklist", "提交", First, values)).Refusal?.Code;

        Assert.Equal("findings.blank", await CodeAsync(blank));
        Assert.Equal("findings.no-evidence", await CodeAsync(withoutEvidence));
        Assert.Equal("findings.no-criterion", await CodeAsync(await walk.ChecklistAsync(walk.Issue("GM-01", "重大", "责令限期整改"))));
        Assert.Equal("findings.no-due", await CodeAsync(await walk.ChecklistAsync(walk.Issue("GM-01", "一般", "责令限期整改", dueDays: -1))));
        Assert.Equal("findings.no-target", await CodeAsync(await walk.ChecklistAsync(walk.Issue("GM-01", "一般", "移送其他部门"))));
        Assert.Equal(0, await walk.Host.ReadAsync(db => db.Set<Finding>().CountAsync()));
    }

    [Theory, BothDatabases]
    public async Task Feedback_RefusedSignature_NeedsReasonAndAWitnessFromOutside(string database)
    {
        await using var walk = await InspectionWalk.StartAsync(database);
        await walk.ToTheChecklistAsync();
        await walk.DoAsync("visit.checklist", "提交", First, await walk.ChecklistAsync());
        await walk.ConfirmAsync();
        JsonObject Values(string? witness) => new() { ["receiver"] = Representative, ["advice"] = "加强管理", ["refusalReason"] = "对结论不认可", ["witness"] = witness };

        var none = await walk.TryAsync("visit.feedback", "拒签", First, Values(null));
        var own = await walk.TryAsync("visit.feedback", "拒签", First, Values("张鹏程"));
        await walk.DoAsync("visit.feedback", "拒签", First, Values("街道办李某"));

        Assert.Equal(("forms.required", "visits.witness-own"), (none.Refusal?.Code, own.Refusal?.Code));
        var inspection = await walk.CaseNowAsync();
        Assert.Equal((false, "街道办李某", walk.Host.Time.Today), (inspection.FeedbackSigned, inspection.FeedbackWitness, inspection.VisitEndedOn));
    }

    [Theory, BothDatabases]
    public async Task Button_PressedTwiceOrOnAStalePage_ChangesNothing(string database)
    {
        await using var walk = await InspectionWalk.StartAsync(database);
        var item = await walk.ItemAsync("case.approve");
        var change = walk.Host.Change(Director);

        var first = await walk.PressAsync(item, "批准", change);
        var second = await walk.PressAsync(item, "批准", change);
        var stale = await walk.PressAsync(await walk.ItemAsync("case.site-plan"), "提交", walk.Host.Change(Leader), revision: 7);

        Assert.Null(first.Refusal);
        Assert.Null(second.Refusal);
        Assert.Equal("work-items.stale", stale.Refusal?.Code);
        Assert.Equal(1, (await walk.CaseNowAsync()).Revision);
        Assert.Equal(["case.site-plan"], await walk.WaitingAsync());
    }

    [Theory, BothDatabases]
    public async Task Campaign_WhenItsLastObjectIsThrough_IsToldOnce(string database)
    {
        await using var walk = await InspectionWalk.StartAsync(database);
        var second = await InspectionWalk.OpenAsync(walk.Host, 2);
        await walk.Host.PublishAsync("waits", [Given.Node("E", "Elsa.Event", ("eventName", Given.Literal("campaign-checked")))]);
        var waiting = await walk.Host.StartAsync("waits", "2026-07");

        await walk.ToTheGateAsync();
        await walk.DoAsync("visit.check-in", "已关闭", First, await walk.NoEntryAsync("厂房已拆除"));
        var before = (await walk.Host.InstanceAsync(waiting)).Status;
        await second.DoAsync("case.approve", "不予批准", Director, new JsonObject { ["reason"] = "重复检查" });

        Assert.Equal(WorkflowStatus.Running, before);
        Assert.Equal(WorkflowStatus.Finished, (await walk.Host.InstanceAsync(waiting)).Status);
        Assert.Equal(InspectionStatus.Refused, (await second.CaseNowAsync()).Status);
        Assert.Equal(WorkflowStatus.Finished, (await walk.Host.InstanceAsync(second.Root)).Status);
    }

    [Theory, BothDatabases]
    public async Task Approval_OverTheYearlyCap_NeedsAReason(string database)
    {
        await using var walk = await InspectionWalk.StartAsync(database);
        var second = await InspectionWalk.OpenAsync(walk.Host, 2);
        var third = await InspectionWalk.OpenAsync(walk.Host, 3);
        await walk.DoAsync("case.approve", "批准", Director);
        await second.DoAsync("case.approve", "批准", Director);

        var over = await third.TryAsync("case.approve", "批准", Director, []);
        await third.DoAsync("case.approve", "批准", Director, new JsonObject { ["waiverReason"] = "群众举报" });

        Assert.Equal("forms.required", over.Refusal?.Code);
        Assert.Equal(("群众举报", InspectionStatus.Approved), ((await third.CaseNowAsync()).CapWaiverReason, (await third.CaseNowAsync()).Status));
    }

    private static readonly System.Text.Json.JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static JsonObject Reinspection(string result, string? note) => new()
    {
        ["officers"] = new JsonArray("R011", "R013"),
        ["lines"] = new JsonArray(new JsonObject { ["no"] = "1", ["passed"] = result, ["note"] = note }),
        ["opinion"] = "逐项复查",
    };
}
