using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Evidence;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Penalties;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Forms;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Workflows.Penalties;

/// <summary>The human steps of a penalty, from the filing to its closing, and the penalty on the spot.</summary>
internal static class PenaltyForms
{
    private const string Unit = "单位";
    private const string Person = "个人";
    private const string ToCourt = "申请法院强制执行";
    private const string ToDemand = "制作催告书";
    private const string ByAnnouncement = "已发公告";

    private static readonly FieldOption[] Parties = [new(Unit, Unit), new(Person, Person)];
    private static readonly FieldOption[] Methods = [.. ServeDecisionHandler.Methods.Select(m => new FieldOption(m, m))];
    private static readonly FieldOption[] NotPunished =
        [new("NoPenalty", "不予处罚"), new("Dropped", "违法事实不成立，撤销案件"), new("Police", "涉嫌犯罪，移送公安机关"), new("Others", "移送其他部门")];
    private static readonly FieldOption[] ClosingKinds = [new("Executed", "处罚执行完毕"), new("CourtEnforced", "法院强制执行"), new("Terminated", "终止执行")];

    private static readonly FormField Receipts = new("receipts", "缴款票据", FieldKind.Rows, Columns:
    [
        new FormField("amount", "金额（元）", FieldKind.Yuan, Required: true),
        new FormField("paidOn", "缴款日期", FieldKind.Date, Required: true),
        new FormField("receiptNo", "票据号", Required: true),
        new FormField("surcharge", "加处罚款", FieldKind.Flag),
    ]);

    public static IReadOnlyList<Form> All { get; } =
    [
        new("penalty.file", "提请立案", PrepareFileAsync, FileAsync),
        Form.Of("penalty.approve-filing", "审批立案", [new FormField("opinion", "审批意见", FieldKind.Multiline, Required: true)], ApproveFilingAsync),
        new("penalty.investigate", "调查取证", PrepareInvestigateAsync, InvestigateAsync),
        new("penalty.propose", "提出处理意见", PrepareProposeAsync, ProposeAsync),
        new("penalty.notice", "送达处罚告知书", PrepareNoticeAsync, NoticeAsync),
        new("penalty.statement", "听取陈述申辩", PrepareStatementAsync, StatementAsync),
        new("penalty.hearing", "听证", PrepareHearingAsync, HearingAsync),
        new("penalty.review", "法制审核", PrepareReviewAsync, ReviewAsync),
        new("penalty.discuss", "集体讨论", PrepareDiscussAsync, DiscussAsync),
        new("penalty.decide", "作出处罚决定", PrepareDecideAsync, DecideAsync),
        new("penalty.serve", "送达处罚决定", PrepareServeAsync, ServeAsync),
        new("penalty.payment", "登记缴款", PreparePaymentAsync, PaymentAsync),
        Form.Of("penalty.enforced", "登记法院执行结果",
        [
            new FormField("result", "执行结果", FieldKind.Multiline, Required: true),
            Receipts,
        ], EnforcedAsync),
        Form.Of("penalty.close", "审批结案",
        [
            new FormField("kind", "结案方式", FieldKind.Choice, Required: true, Options: ClosingKinds, Default: "Executed"),
            new FormField("note", "执行情况和审批意见", FieldKind.Multiline, Required: true),
        ], CloseAsync),
        new("penalty.simple", "当场处罚", PrepareSimpleAsync, SimpleAsync),
    ];

    private static async Task<FormView> PrepareFileAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var db = services.GetRequiredService<DbContext>();
        var inspection = await CaseAsync(db, item, cancellationToken);
        var findings = await PunishableAsync(db, inspection.Id, Disposal.FileCase, cancellationToken);
        return new FormView(
        [
            new FormField("cause", "案由", Required: true, Default: findings is [var first, ..] ? Cut(first.Description, 100) : null),
            FindingField(findings),
            new FormField("clause", "涉嫌违反条款", FieldKind.Multiline, Required: true, Default: string.Join("\n", findings.Select(f => f.Basis).Distinct())),
            await OfficerFieldAsync(db, item.CreatedOn, inspection.OfficerNumbers, cancellationToken),
            new FormField("party", "当事人", FieldKind.Choice, Required: true, Options: Parties, Default: Unit),
            new FormField("partyName", "当事人姓名", Help: $"个人须填写；单位不填则为“{inspection.InspecteeName}”"),
        ]);
    }

    private static async Task<Result<JsonObject>> FileAsync(FormSubmission s, CancellationToken cancellationToken)
    {
        var filed = await s.Get<FilePenaltyHandler>().HandleAsync(
            new FilePenalty(s.SubjectId, s.Text("cause"), Ids(s, "findings"), s.Texts("officers"), s.Text("clause"), s.Text("party") == Unit, s.Optional("partyName"),
                s.Data["source"]?.GetValue<string>() is { Length: > 0 } source ? source : PenaltyCase.FromCheck),
            s.Change, cancellationToken);
        return Answer(filed, p => new JsonObject { ["penaltyId"] = p.Id.ToString(), ["penaltyNo"] = p.PenaltyNo, ["officers"] = Texts(s.Texts("officers")) });
    }

    private static async Task<Result<JsonObject>> ApproveFilingAsync(FormSubmission s, CancellationToken cancellationToken)
        => Answer(await s.Get<DecideFilingHandler>().HandleAsync(new DecideFiling(s.SubjectId, s.Outcome == "批准立案", s.Text("opinion")), s.Change, cancellationToken));

    private static async Task<FormView> PrepareInvestigateAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var db = services.GetRequiredService<DbContext>();
        var penalty = await PenaltyAsync(db, item, cancellationToken);
        var findings = await db.Set<Finding>().AsNoTracking().Where(f => f.CaseId == penalty.CaseId).OrderBy(f => f.BookletNo).ToListAsync(cancellationToken);
        var own = findings.Where(f => penalty.FindingIds.Contains(f.Id.ToString(), StringComparison.Ordinal)).ToList();
        var evidence = await db.Set<EvidenceItem>().AsNoTracking().Where(e => e.CaseId == penalty.CaseId).OrderBy(e => e.TakenAt).ToListAsync(cancellationToken);
        var proofs = own.SelectMany(f => f.EvidenceHashes.Split(';', StringSplitOptions.RemoveEmptyEntries)).ToHashSet();
        return new FormView(
        [
            new FormField("facts", "违法事实", FieldKind.Multiline, Required: true, Default: string.Join("\n", own.Select(f => $"{f.Place}：{f.Description}"))),
            new FormField("clause", "违反条款", FieldKind.Multiline, Required: true, Default: penalty.ViolatedClause),
            new FormField("evidence", "证据", FieldKind.Choices, Required: true, Options: [.. evidence.Select(e => new FieldOption(e.Sha256, e.Name))],
                Default: Texts(evidence.Where(e => proofs.Contains(e.Sha256)).Select(e => e.Sha256))),
        ]);
    }

    private static async Task<Result<JsonObject>> InvestigateAsync(FormSubmission s, CancellationToken cancellationToken)
        => Answer(await s.Get<RecordInvestigationHandler>().HandleAsync(new RecordInvestigation(s.SubjectId, s.Text("facts"), s.Text("clause"), s.Texts("evidence")), s.Change, cancellationToken));

    private static async Task<FormView> PrepareProposeAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var penalty = await PenaltyAsync(services.GetRequiredService<DbContext>(), item, cancellationToken);
        return new FormView(
        [
            BasisField(penalty.PartyIsUnit, item.CreatedOn, penalty.BasisKey),
            new FormField("kinds", "处罚种类", FieldKind.Choices, Required: true, Options: KindOptions(Enum.GetValues<PenaltyKind>()), Default: Texts(penalty.Kinds.Select(k => k.ToString()))),
            new FormField("amount", "罚款金额（元）", FieldKind.Yuan, Default: Yuan(penalty.ProposedFen)),
            new FormField("confiscated", "没收数额（元）", FieldKind.Yuan, Default: Yuan(penalty.ConfiscatedFen)),
            new FormField("discretion", "裁量理由", FieldKind.Multiline, Required: true, Default: penalty.Discretion),
            new FormField("mitigation", "减轻处罚理由", FieldKind.Multiline, Help: "低于依据下限时填写（行政处罚法第三十二条）", Default: penalty.Mitigation),
            new FormField("complex", "情节复杂或者重大", FieldKind.Flag, Help: "达到集体讨论标准的由系统认定，不能取消"),
            new FormField("otherClause", "其他依据条款", Help: "依据选“其他”时填写，并填写罚款上下限"),
            new FormField("otherMin", "其他依据的罚款下限（元）", FieldKind.Yuan),
            new FormField("otherMax", "其他依据的罚款上限（元）", FieldKind.Yuan),
        ]);
    }

    private static async Task<Result<JsonObject>> ProposeAsync(FormSubmission s, CancellationToken cancellationToken)
    {
        var other = s.Text("basis") == PenaltyBasis.OtherKey ? new EnteredBasis(s.Text("otherClause"), s.Fen("otherMin") ?? 0, s.Fen("otherMax") ?? 0) : null;
        var proposed = await s.Get<ProposePenaltyHandler>().HandleAsync(
            new ProposePenalty(s.SubjectId, s.Text("basis"), Kinds(s), s.Fen("amount") ?? 0, s.Text("discretion"), s.Fen("confiscated") ?? 0, s.Flag("complex"), s.Optional("mitigation"), other),
            s.Change, cancellationToken);
        return Answer(proposed, p => new JsonObject
        {
            ["hearing"] = p.HearingEligible,
            ["complex"] = p.Complex,
            ["legalReview"] = p.LegalReviewRequired,
            ["amount"] = p.ProposedFen / 100m,
            ["fine"] = p.HasFine,
        });
    }

    private static async Task<FormView> PrepareNoticeAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var penalty = await PenaltyAsync(services.GetRequiredService<DbContext>(), item, cancellationToken);
        return new FormView(
        [
            new FormField("noticeOn", "送达日期", FieldKind.Date, Required: true, Default: Iso(item.CreatedOn)),
            new FormField("how", "送达方式", FieldKind.Choice, Required: true, Options: Methods, Default: Methods[0].Value),
            new FormField("to", "受送达人", Required: true, Default: penalty.PartyName),
        ]);
    }

    private static async Task<Result<JsonObject>> NoticeAsync(FormSubmission s, CancellationToken cancellationToken)
    {
        var served = await s.Get<ServeNoticeHandler>().HandleAsync(new ServeNotice(s.SubjectId, s.Date("noticeOn")!.Value, s.Text("how"), s.Text("to")), s.Change, cancellationToken);
        return Answer(served, p => new JsonObject { ["statementUntil"] = Iso(p.StatementUntil!.Value), ["hearingUntil"] = p.HearingUntil is { } until ? Iso(until) : null });
    }

    private static async Task<FormView> PrepareStatementAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var penalty = await PenaltyAsync(services.GetRequiredService<DbContext>(), item, cancellationToken);
        return new FormView(
        [
            new FormField("period", "陈述申辩期", FieldKind.Note, Default: penalty.StatementUntil is { } until ? $"至{Iso(until)}" : null),
            new FormField("writtenWaiver", "当事人书面放弃", FieldKind.Flag, Help: "期满前登记放弃须有书面材料"),
            new FormField("statement", "陈述申辩内容", FieldKind.Multiline, Required: true, RequiredFor: ["已陈述申辩"]),
            new FormField("review", "复核意见", FieldKind.Multiline, Required: true, RequiredFor: ["已陈述申辩"], Help: "事实、理由、证据是否成立，成立的应当采纳"),
        ]);
    }

    private static async Task<Result<JsonObject>> StatementAsync(FormSubmission s, CancellationToken cancellationToken)
        => Answer(await s.Get<RecordStatementHandler>().HandleAsync(
            new RecordStatement(s.SubjectId, s.Outcome == "放弃", s.Flag("writtenWaiver"), s.Optional("statement"), s.Optional("review")), s.Change, cancellationToken));

    private static async Task<FormView> PrepareHearingAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var db = services.GetRequiredService<DbContext>();
        var penalty = await PenaltyAsync(db, item, cancellationToken);
        string[] held = ["听证结束"];
        return new FormView(
        [
            new FormField("period", "听证申请期", FieldKind.Note, Default: penalty.HearingUntil is { } until ? $"至{Iso(until)}" : null),
            new FormField("requestedOn", "要求听证日期", FieldKind.Date, Required: true, RequiredFor: held),
            new FormField("notifiedOn", "通知听证日期", FieldKind.Date, Required: true, RequiredFor: held, Help: "听证七个工作日前"),
            new FormField("heldOn", "听证日期", FieldKind.Date, Required: true, RequiredFor: held),
            new FormField("presider", "主持人", FieldKind.Choice, Required: true, RequiredFor: held, Help: "非本案调查人员",
                Options: [.. (await CertifiedAsync(db, item.CreatedOn, cancellationToken)).Where(o => !penalty.Officers.Contains(o.Number)).Select(Option)]),
            new FormField("report", "听证报告", FieldKind.Multiline, Required: true, RequiredFor: held),
        ]);
    }

    private static async Task<Result<JsonObject>> HearingAsync(FormSubmission s, CancellationToken cancellationToken)
        => Answer(s.Outcome == "未申请听证"
            ? await s.Get<RecordNoHearingHandler>().HandleAsync(new RecordNoHearing(s.SubjectId), s.Change, cancellationToken)
            : await s.Get<RecordHearingHandler>().HandleAsync(
                new RecordHearing(s.SubjectId, s.Date("requestedOn")!.Value, s.Date("notifiedOn")!.Value, s.Date("heldOn")!.Value, s.Text("presider"), s.Text("report")), s.Change, cancellationToken));

    private static async Task<FormView> PrepareReviewAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var penalty = await PenaltyAsync(services.GetRequiredService<DbContext>(), item, cancellationToken);
        return new FormView([.. Summary(penalty), new FormField("opinion", "审核意见", FieldKind.Multiline, Required: true, Help: "主体、事实证据、法律适用、程序、裁量")]);
    }

    private static async Task<Result<JsonObject>> ReviewAsync(FormSubmission s, CancellationToken cancellationToken)
        => Answer(await s.Get<RecordLegalReviewHandler>().HandleAsync(
            new RecordLegalReview(s.SubjectId, s.Outcome == "同意" ? LegalOpinion.Agree : LegalOpinion.Return, s.Text("opinion")), s.Change, cancellationToken));

    private static async Task<FormView> PrepareDiscussAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var penalty = await PenaltyAsync(services.GetRequiredService<DbContext>(), item, cancellationToken);
        return new FormView(
        [
            .. Summary(penalty),
            new FormField("heldOn", "讨论日期", FieldKind.Date, Required: true, Default: Iso(item.CreatedOn)),
            new FormField("opinions", "各负责人意见", FieldKind.Rows, Required: true,
                Columns: [new FormField("member", "姓名", Required: true), new FormField("opinion", "意见", Required: true)]),
            new FormField("conclusion", "讨论结论", FieldKind.Multiline, Required: true),
        ]);
    }

    private static async Task<Result<JsonObject>> DiscussAsync(FormSubmission s, CancellationToken cancellationToken)
        => Answer(await s.Get<RecordDiscussionHandler>().HandleAsync(
            new RecordDiscussion(s.SubjectId, s.Date("heldOn")!.Value, [.. s.Rows("opinions").Select(r => new MemberOpinion(Cell(r, "member"), Cell(r, "opinion")))], s.Text("conclusion")), s.Change, cancellationToken));

    private static async Task<FormView> PrepareDecideAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var penalty = await PenaltyAsync(services.GetRequiredService<DbContext>(), item, cancellationToken);
        string[] punish = ["处罚"];
        return new FormView(
        [
            .. Summary(penalty),
            new FormField("kinds", "处罚种类", FieldKind.Choices, Required: true, RequiredFor: punish, Options: KindOptions(penalty.Kinds), Default: Texts(penalty.Kinds.Select(k => k.ToString()))),
            new FormField("amount", "罚款金额（元）", FieldKind.Yuan, Help: "不得重于告知的数额", Default: Yuan(penalty.ProposedFen)),
            new FormField("confiscated", "没收数额（元）", FieldKind.Yuan, Default: Yuan(penalty.ConfiscatedFen)),
            new FormField("notPunishedAs", "不处罚的处理", FieldKind.Choice, Required: true, RequiredFor: ["不予处罚"], Options: NotPunished, Default: NotPunished[0].Value),
            new FormField("reason", "决定理由", FieldKind.Multiline, Required: true),
        ]);
    }

    private static async Task<Result<JsonObject>> DecideAsync(FormSubmission s, CancellationToken cancellationToken)
    {
        var command = s.Outcome == "处罚"
            ? new DecidePenalty(s.SubjectId, PenaltyOutcome.Punish, s.Text("reason"), Kinds(s), s.Fen("amount") ?? 0, s.Fen("confiscated") ?? 0)
            : DecidePenalty.NotPunished(s.SubjectId, s.Text("notPunishedAs") switch { "NoPenalty" => PenaltyOutcome.NoPenalty, "Dropped" => PenaltyOutcome.Dropped, _ => PenaltyOutcome.Transfer },
                s.Text("reason"), s.Text("notPunishedAs") == "Police");
        return Answer(await s.Get<DecidePenaltyHandler>().HandleAsync(command, s.Change, cancellationToken),
            p => new JsonObject { ["fine"] = p.HasFine, ["simple"] = false, ["amount"] = p.AmountFen / 100m, ["noPenalty"] = p.Outcome is PenaltyOutcome.NoPenalty });
    }

    private static async Task<FormView> PrepareServeAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var db = services.GetRequiredService<DbContext>();
        var penalty = await PenaltyAsync(db, item, cancellationToken);
        var inspection = await db.Set<InspectionCase>().AsNoTracking().SingleAsync(c => c.Id == penalty.CaseId, cancellationToken);
        if (penalty.AnnouncedOn is { } announced)
        {
            var until = await services.GetRequiredService<Periods>().LastDayAsync("serve.public", announced, penalty.CaseId, cancellationToken);
            return new FormView(
            [
                new FormField("announced", "送达公告", FieldKind.Note, Default: $"{Iso(announced)}刊登于{penalty.ServedPlace}，{Iso(until)}满期；其间找到当事人的，可以改用其他方式送达"),
                new FormField("servedOn", "送达日期", FieldKind.Date, Required: true, Default: Iso(until)),
                new FormField("how", "送达方式", FieldKind.Choice, Required: true, Options: Methods, Default: ServeDecisionHandler.Announced),
                new FormField("to", "受送达人", Required: true, Default: penalty.PartyName),
                new FormField("place", "送达地点", Default: penalty.ServedPlace),
                new FormField("witness", "见证人或者录像", Help: "留置送达时填写"),
            ]);
        }
        string[] served = ["已送达"];
        return new FormView(
        [
            new FormField("servedOn", "送达日期", FieldKind.Date, Required: true, RequiredFor: served, Default: Iso(item.CreatedOn)),
            new FormField("how", "送达方式", FieldKind.Choice, Required: true, RequiredFor: served, Options: Methods, Default: Methods[0].Value),
            new FormField("to", "受送达人", Required: true, RequiredFor: served, Default: penalty.PartyName),
            new FormField("place", "送达地点或者公告刊登处", Default: inspection.Address),
            new FormField("announcedOn", "公告日期", FieldKind.Date, Required: true, RequiredFor: [ByAnnouncement], Help: "无法以其他方式送达的，发出公告后选“已发公告”，送达时限即停止；公告满三十日视为送达"),
            new FormField("witness", "见证人或者录像", Help: "留置送达时填写"),
            new FormField("lateReason", "逾期送达原因", FieldKind.Multiline, Help: "决定后七个工作日内未送达时填写"),
        ]);
    }

    private static async Task<Result<JsonObject>> ServeAsync(FormSubmission s, CancellationToken cancellationToken)
    {
        if (s.Outcome == ByAnnouncement)
            return Answer(await s.Get<ServeDecisionHandler>().HandleAsync(new AnnounceDecision(s.SubjectId, s.Date("announcedOn")!.Value, s.Text("place"), s.Optional("lateReason")), s.Change, cancellationToken));
        var served = await s.Get<ServeDecisionHandler>().HandleAsync(
            new ServeDecision(s.SubjectId, s.Date("servedOn")!.Value, s.Text("how"), s.Text("to"), s.Text("place"), s.Date("announcedOn"), s.Optional("witness"), s.Optional("lateReason")), s.Change, cancellationToken);
        return Answer(served, p => new JsonObject { ["paymentDueOn"] = p.PaymentDueOn is { } due ? Iso(due) : null });
    }

    private static async Task<FormView> PreparePaymentAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var penalty = await PenaltyAsync(services.GetRequiredService<DbContext>(), item, cancellationToken);
        string[] court = [ToCourt];
        return new FormView(
        [
            new FormField("owed", "应缴", FieldKind.Note, Default: $"罚款{Yuan(penalty.AmountFen)}元，已缴{Yuan(penalty.PaidFen)}元{(penalty.PaymentDueOn is { } due ? $"，缴纳期限{Iso(due)}" : "")}"),
            Receipts,
            new FormField("surchargeNote", "未足额加处罚款的理由", FieldKind.Multiline, Help: "逾期缴纳而少收、不收加处罚款时填写"),
            new FormField("urgedOn", "催告书送达日期", FieldKind.Date, Required: true, RequiredFor: court, Default: penalty.UrgedOn is { } urged ? Iso(urged) : null),
            new FormField("appliedOn", "申请强制执行日期", FieldKind.Date, Required: true, RequiredFor: court),
            new FormField("court", "人民法院", Required: true, RequiredFor: court),
        ]);
    }

    private static async Task<Result<JsonObject>> PaymentAsync(FormSubmission s, CancellationToken cancellationToken)
    {
        var inFull = s.Outcome is not (ToCourt or ToDemand);
        var recorded = await s.Get<RecordPaymentsHandler>().HandleAsync(new RecordPayments(s.SubjectId, ReceiptsOf(s), inFull, s.Optional("surchargeNote")), s.Change, cancellationToken);
        return recorded.Refusal is not null || inFull
            ? Answer(recorded)
            : s.Outcome == ToDemand ? Answer(await s.Get<EnforcePenaltyHandler>().HandleAsync(new DemandPayment(s.SubjectId), s.Change, cancellationToken))
            : Answer(await s.Get<EnforcePenaltyHandler>().HandleAsync(new ApplyToCourt(s.SubjectId, s.Date("urgedOn")!.Value, s.Date("appliedOn")!.Value, s.Text("court")), s.Change, cancellationToken));
    }

    private static async Task<Result<JsonObject>> EnforcedAsync(FormSubmission s, CancellationToken cancellationToken)
        => Answer(await s.Get<EnforcePenaltyHandler>().HandleAsync(new RecordEnforcement(s.SubjectId, s.Outcome == "执行完毕", s.Text("result"), ReceiptsOf(s)), s.Change, cancellationToken));

    private static IReadOnlyList<PaymentReceipt> ReceiptsOf(FormSubmission s)
        => [.. s.Rows("receipts").Select(r => new PaymentReceipt(r["amount"]!.GetValue<long>(), DateOnly.ParseExact(Cell(r, "paidOn"), "yyyy-MM-dd"), Cell(r, "receiptNo"), r["surcharge"]?.GetValue<bool>() ?? false))];

    private static async Task<Result<JsonObject>> CloseAsync(FormSubmission s, CancellationToken cancellationToken)
        => Answer(await s.Get<ClosePenaltyHandler>().HandleAsync(new ClosePenalty(s.SubjectId, Enum.Parse<ClosingKind>(s.Text("kind")), s.Text("note")), s.Change, cancellationToken));

    private static async Task<FormView> PrepareSimpleAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var db = services.GetRequiredService<DbContext>();
        var inspection = await CaseAsync(db, item, cancellationToken);
        var findings = await PunishableAsync(db, inspection.Id, Disposal.SimplePenalty, cancellationToken);
        var thresholds = PenaltyLaw.ThresholdsOn(item.CreatedOn);
        return new FormView(
        [
            FindingField(findings),
            new FormField("officers", "执法人员", FieldKind.Choices, Required: true, Options: [.. inspection.Team.Where(m => m.Part is TeamPart.Officer).Select(m => new FieldOption(m.Number, m.Name))], Default: Texts(inspection.OfficerNumbers)),
            new FormField("facts", "违法事实", FieldKind.Multiline, Required: true, Default: string.Join("\n", findings.Select(f => f.Description))),
            new FormField("party", "当事人", FieldKind.Choice, Required: true, Options: Parties, Default: Unit),
            new FormField("partyName", "当事人姓名", Help: "个人须填写"),
            new FormField("kind", "处罚种类", FieldKind.Choice, Required: true, Options: KindOptions([PenaltyKind.Warning, PenaltyKind.Fine]), Default: nameof(PenaltyKind.Fine)),
            new FormField("amount", "罚款金额（元）", FieldKind.Yuan, Help: $"单位不超过{thresholds.SimpleUnitYuan}元，个人不超过{thresholds.SimplePersonYuan}元"),
            new FormField("basis", "处罚依据", FieldKind.Choice, Required: true,
                Options: [.. PenaltyLaw.BasesFor(true, item.CreatedOn).Concat(PenaltyLaw.BasesFor(false, item.CreatedOn)).Where(b => b.Kinds.Contains(PenaltyKind.Fine) && b.MinFen == 0).Select(b => new FieldOption(b.Key, b.Label)), new FieldOption(PenaltyBasis.OtherKey, "其他")]),
            new FormField("otherClause", "其他依据条款", Help: "依据选“其他”时填写"),
            new FormField("servedTo", "签收人", Required: true),
            new FormField("place", "处罚地点", Required: true, Default: inspection.Address),
            new FormField("told", "已告知事实、理由、依据和权利并听取意见", FieldKind.Flag, Required: true),
            new FormField("handedOver", "决定书已当场交付", FieldKind.Flag, Required: true),
            new FormField("onSpotReceiptNo", "当场收缴票据号", Help: $"当场收缴时填写，一般不超过{thresholds.CollectOnSpotYuan}元"),
            new FormField("onSpotReason", "当场收缴理由", FieldKind.Multiline),
        ]);
    }

    private static async Task<Result<JsonObject>> SimpleAsync(FormSubmission s, CancellationToken cancellationToken)
    {
        var punished = await s.Get<RecordSimplePenaltyHandler>().HandleAsync(
            new RecordSimplePenalty(s.SubjectId, Ids(s, "findings"), s.Texts("officers"), Enum.Parse<PenaltyKind>(s.Text("kind")), s.Fen("amount") ?? 0, s.Text("facts"), s.Text("basis"), s.Text("servedTo"), s.Text("place"),
                s.Flag("told"), s.Flag("handedOver"), s.Text("party") == Unit, s.Optional("partyName"), s.Optional("otherClause"), s.Optional("onSpotReceiptNo"), s.Optional("onSpotReason")),
            s.Change, cancellationToken);
        return Answer(punished, p => new JsonObject { ["penaltyId"] = p.Id.ToString(), ["penaltyNo"] = p.PenaltyNo, ["amount"] = p.AmountFen / 100m, ["paid"] = p.Status is PenaltyStatus.Closed });
    }

    private static async Task<InspectionCase> CaseAsync(DbContext db, WorkItem item, CancellationToken cancellationToken)
        => await db.Set<InspectionCase>().AsNoTracking().SingleAsync(c => c.Id == item.SubjectId, cancellationToken);

    private static async Task<PenaltyCase> PenaltyAsync(DbContext db, WorkItem item, CancellationToken cancellationToken)
        => await db.Set<PenaltyCase>().AsNoTracking().SingleAsync(p => p.Id == item.SubjectId, cancellationToken);

    private static async Task<List<Finding>> PunishableAsync(DbContext db, Guid caseId, Disposal disposal, CancellationToken cancellationToken)
    {
        var findings = await db.Set<Finding>().AsNoTracking().Where(f => f.CaseId == caseId && f.Status != FindingStatus.Withdrawn).OrderBy(f => f.BookletNo).ToListAsync(cancellationToken);
        var penalties = await db.Set<PenaltyCase>().AsNoTracking().Where(p => p.CaseId == caseId).ToListAsync(cancellationToken);
        return [.. findings.Where(f => PenaltyFindings.MayBePunished(f, disposal) && !PenaltyFindings.IsTaken(f, penalties))];
    }

    private static Task<List<Officer>> CertifiedAsync(DbContext db, DateOnly on, CancellationToken cancellationToken)
        => db.Set<Officer>().AsNoTracking().Where(o => o.StaffKind == "在编执法人员" && o.CertificateStatus == "有效" && o.CertificateValidTo >= on).OrderBy(o => o.Number).ToListAsync(cancellationToken);

    private static async Task<FormField> OfficerFieldAsync(DbContext db, DateOnly on, IReadOnlyCollection<string> preset, CancellationToken cancellationToken)
    {
        var officers = await CertifiedAsync(db, on, cancellationToken);
        return new FormField("officers", "承办人", FieldKind.Choices, Required: true, Help: "两名以上，含提请人", Options: [.. officers.Select(Option)],
            Default: Texts(officers.Select(o => o.Number).Where(preset.Contains)));
    }

    private static FieldOption Option(Officer officer) => new(officer.Number, officer.Name);

    private static FormField FindingField(IReadOnlyList<Finding> findings)
        => new("findings", "问题", FieldKind.Choices, Options: [.. findings.Select(f => new FieldOption(f.Id.ToString(), $"第{f.BookletNo}号 {Cut(f.Description, 60)}"))], Default: Texts(findings.Select(f => f.Id.ToString())));

    private static FormField BasisField(bool unit, DateOnly on, string? preset)
        => new("basis", "处罚依据", FieldKind.Choice, Required: true, Default: preset,
            Options: [.. PenaltyLaw.BasesFor(unit, on).Select(b => new FieldOption(b.Key, b.Label)), new FieldOption(PenaltyBasis.OtherKey, "其他（填写条款和上下限）")]);

    private static FieldOption[] KindOptions(IEnumerable<PenaltyKind> kinds) => [.. kinds.Select(k => new FieldOption(k.ToString(), PenaltyWords.Of(k)))];

    /// <summary>What a reviewer or a decider reads before the form's own fields.</summary>
    private static IEnumerable<FormField> Summary(PenaltyCase p)
    {
        yield return new FormField("caseFacts", "违法事实", FieldKind.Note, Default: p.Facts);
        yield return new FormField("caseProposal", "拟作处罚", FieldKind.Note, Default: $"{string.Join("、", p.Kinds.Select(PenaltyWords.Of))}{(p.ProposedFen > 0 ? $"，罚款{Yuan(p.ProposedFen)}元" : "")}；依据{p.PenaltyClause}");
        yield return new FormField("caseStatement", "陈述申辩", FieldKind.Note, Default: p.StatementReview is null ? p.StatementText : $"{p.StatementText}；复核：{p.StatementReview}");
        if (p.HearingReport is not null) yield return new FormField("caseHearing", "听证", FieldKind.Note, Default: p.HearingReport);
        if (p.LegalText is not null) yield return new FormField("caseReview", "法制审核", FieldKind.Note, Default: p.LegalText);
        if (p.DiscussionConclusion is not null) yield return new FormField("caseDiscussion", "集体讨论", FieldKind.Note, Default: p.DiscussionConclusion);
    }

    private static Guid[] Ids(FormSubmission s, string name) => [.. s.Texts(name).Select(Guid.Parse)];

    private static PenaltyKind[] Kinds(FormSubmission s) => [.. s.Texts("kinds").Select(Enum.Parse<PenaltyKind>)];

    private static string Cell(JsonObject row, string name) => row[name]?.GetValue<string>() ?? "";

    private static JsonArray Texts(IEnumerable<string> values) => [.. values.Select(v => (JsonNode)v)];

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private static string? Yuan(long fen) => fen == 0 ? null : PenaltyWords.Yuan(fen);

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];

    private static Result<JsonObject> Answer(Result<PenaltyCase> result, Func<PenaltyCase, JsonObject>? answer = null)
        => result.Refusal is { } refusal ? refusal : answer?.Invoke(result.Value) ?? [];
}
