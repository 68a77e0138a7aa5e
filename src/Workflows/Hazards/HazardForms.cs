using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Hazards;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Forms;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Workflows.Hazards;

/// <summary>The human steps of listed supervision: from the proposal to the delisting.</summary>
internal static class HazardForms
{
    private static readonly FieldOption[] Exposures = [.. Enum.GetValues<ExposureReason>().Select(r => new FieldOption(r.ToString(), ExposureWords.Of(r)))];

    public static IReadOnlyList<Form> All { get; } =
    [
        new("hazard.propose", "提请挂牌督办", PrepareProposeAsync, ProposeAsync),
        new("hazard.list", "决定挂牌督办", PrepareListAsync, ListAsync),
        Form.Of("hazard.plan", "报送治理方案",
        [
            new FormField("responsibility", "责任落实", FieldKind.Multiline, Required: true),
            new FormField("measures", "措施落实", FieldKind.Multiline, Required: true),
            new FormField("funds", "资金落实", FieldKind.Multiline, Required: true),
            new FormField("schedule", "时限落实", FieldKind.Multiline, Required: true),
            new FormField("contingency", "预案落实", FieldKind.Multiline, Required: true),
        ], PlanAsync),
        new("hazard.treat", "督促治理", PrepareTreatAsync, TreatAsync),
        new("hazard.extension", "决定是否延期", PrepareExtensionAsync, ExtensionAsync),
        new("hazard.accept", "组织验收", PrepareAcceptAsync, AcceptAsync),
        Form.Of("hazard.delist", "决定摘牌",
        [
            new FormField("delistNo", "摘牌文号", Required: true),
            new FormField("resumeConditions", "恢复生产条件", FieldKind.Multiline, Required: true, Default: "隐患已消除，经验收合格，可以恢复生产经营"),
        ], DelistAsync),
    ];

    private static async Task<FormView> PrepareProposeAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var db = services.GetRequiredService<DbContext>();
        var inspection = await db.Set<InspectionCase>().AsNoTracking().SingleAsync(c => c.Id == item.SubjectId, cancellationToken);
        var taken = (await db.Set<MajorHazard>().AsNoTracking().Where(h => h.CaseId == inspection.Id && h.Status != HazardStatus.ListingRefused).ToListAsync(cancellationToken)).SelectMany(h => h.Findings).ToHashSet();
        var findings = (await db.Set<Finding>().AsNoTracking().Where(f => f.CaseId == inspection.Id && f.Status != FindingStatus.Withdrawn && f.Grade == HazardGrade.Major).OrderBy(f => f.BookletNo).ToListAsync(cancellationToken))
            .Where(f => !taken.Contains(f.Id)).ToList();
        return new FormView(
        [
            new FormField("findings", "重大隐患", FieldKind.Choices, Required: true, Options: [.. findings.Select(f => new FieldOption(f.Id.ToString(), $"第{f.BookletNo}号 {f.Description}"))],
                Default: new JsonArray([.. findings.Select(f => (JsonNode)f.Id.ToString())])),
            new FormField("description", "隐患情况", FieldKind.Multiline, Required: true, Default: string.Join("\n", findings.Select(f => $"{f.Place}：{f.Description}"))),
            new FormField("criterion", "判定标准条款", FieldKind.Multiline, Required: true, Default: string.Join("\n", findings.Select(f => f.MajorCriterion).OfType<string>().Distinct())),
            new FormField("responsibleUnit", "治理责任单位", Required: true, Default: inspection.InspecteeName),
        ]);
    }

    private static async Task<Result<JsonObject>> ProposeAsync(FormSubmission s, CancellationToken cancellationToken)
        => Answer(await s.Get<ProposeListingHandler>().HandleAsync(
            new ProposeListing(s.SubjectId, [.. s.Texts("findings").Select(Guid.Parse)], s.Text("description"), s.Text("criterion"), s.Text("responsibleUnit")), s.Change, cancellationToken),
            h => new JsonObject { ["hazardId"] = h.Id.ToString() });

    private static async Task<FormView> PrepareListAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var hazard = await HazardAsync(item, services, cancellationToken);
        string[] listed = ["挂牌"];
        return new FormView(
        [
            new FormField("hazard", "隐患", FieldKind.Note, Default: $"{hazard.InspecteeName}：{hazard.Description}"),
            new FormField("criterion", "判定标准条款", FieldKind.Note, Default: hazard.Criterion),
            new FormField("listNo", "挂牌文号", Required: true, RequiredFor: listed),
            new FormField("dueOn", "治理期限", FieldKind.Date, Required: true, RequiredFor: listed, Help: "最长一年"),
            new FormField("planDueOn", "治理方案报送期限", FieldKind.Date, Required: true, RequiredFor: listed, Default: Iso(services.GetRequiredService<TimeProvider>().Today.AddDays(15))),
            new FormField("supervisingUnit", "督办单位", Required: true, RequiredFor: listed),
            new FormField("stoppage", "停产停业范围", FieldKind.Multiline, Required: true, RequiredFor: listed),
            new FormField("reason", "不予挂牌理由", FieldKind.Multiline, Required: true, RequiredFor: ["不予挂牌"]),
        ]);
    }

    private static async Task<Result<JsonObject>> ListAsync(FormSubmission s, CancellationToken cancellationToken)
        => Answer(s.Outcome == "挂牌"
            ? await s.Get<DecideListingHandler>().HandleAsync(
                new ListHazard(s.SubjectId, s.Text("listNo"), s.Date("dueOn")!.Value, s.Text("supervisingUnit"), s.Text("stoppage"), s.Date("planDueOn")!.Value), s.Change, cancellationToken)
            : await s.Get<DecideListingHandler>().HandleAsync(new RefuseListing(s.SubjectId, s.Text("reason")), s.Change, cancellationToken));

    private static async Task<Result<JsonObject>> PlanAsync(FormSubmission s, CancellationToken cancellationToken)
        => Answer(await s.Get<TreatHazardHandler>().HandleAsync(
            new RecordTreatmentPlan(s.SubjectId, s.Text("responsibility"), s.Text("measures"), s.Text("funds"), s.Text("schedule"), s.Text("contingency")), s.Change, cancellationToken));

    private static async Task<FormView> PrepareTreatAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var hazard = await HazardAsync(item, services, cancellationToken);
        string[] extension = ["申请延期"];
        return new FormView(
        [
            new FormField("term", "治理期限", FieldKind.Note, Default: hazard.DueOn is { } due ? $"至{Iso(due)}" : null),
            new FormField("last", "上次验收意见", FieldKind.Note, Default: hazard.AcceptanceOpinion),
            new FormField("progress", "治理进展", FieldKind.Rows, Columns:
            [
                new FormField("on", "日期", FieldKind.Date, Required: true),
                new FormField("percent", "进度（%)", FieldKind.Number, Required: true),
                new FormField("text", "进展", Required: true),
            ]),
            new FormField("report", "治理完成报告", FieldKind.Multiline, Required: true, RequiredFor: ["申请验收"]),
            new FormField("newDueOn", "申请延长至", FieldKind.Date, Required: true, RequiredFor: extension),
            new FormField("reason", "延期理由", FieldKind.Multiline, Required: true, RequiredFor: extension),
        ]);
    }

    private static async Task<Result<JsonObject>> TreatAsync(FormSubmission s, CancellationToken cancellationToken)
    {
        var handler = s.Get<TreatHazardHandler>();
        foreach (var row in s.Rows("progress"))
        {
            var on = DateOnly.ParseExact(row["on"]!.GetValue<string>(), "yyyy-MM-dd", CultureInfo.InvariantCulture);
            var reported = await handler.HandleAsync(new ReportProgress(s.SubjectId, on, row["text"]!.GetValue<string>(), row["percent"]!.GetValue<int>()), s.Change, cancellationToken);
            if (reported.Refusal is { } refusal) return refusal;
        }
        return Answer(s.Outcome == "申请延期"
            ? await handler.HandleAsync(new RequestHazardExtension(s.SubjectId, s.Date("newDueOn")!.Value, s.Text("reason")), s.Change, cancellationToken)
            : await handler.HandleAsync(new ReportCompletion(s.SubjectId, s.Text("report")), s.Change, cancellationToken));
    }

    private static async Task<FormView> PrepareExtensionAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var hazard = await HazardAsync(item, services, cancellationToken);
        return new FormView(
        [
            new FormField("asked", "申请", FieldKind.Note, Default: hazard is { DueOn: { } due, ExtensionAskedFor: { } asked } ? $"由{Iso(due)}延长至{Iso(asked)}：{hazard.ExtensionReason}" : null),
            new FormField("opinion", "审批意见", FieldKind.Multiline, Required: true),
        ]);
    }

    private static async Task<Result<JsonObject>> ExtensionAsync(FormSubmission s, CancellationToken cancellationToken)
        => Answer(await s.Get<DecideHazardExtensionHandler>().HandleAsync(new DecideHazardExtension(s.SubjectId, s.Outcome == "同意延期", s.Text("opinion")), s.Change, cancellationToken));

    private static async Task<FormView> PrepareAcceptAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var hazard = await HazardAsync(item, services, cancellationToken);
        return new FormView(
        [
            new FormField("report", "治理完成报告", FieldKind.Note, Default: hazard.CompletionReport),
            new FormField("members", "验收人员", FieldKind.Rows, Required: true, Help: "两人以上，含专家", Columns: [new FormField("name", "姓名和职务", Required: true)]),
            new FormField("opinion", "验收意见", FieldKind.Multiline, Required: true),
            new FormField("exposure", "公开曝光", FieldKind.Choice, Options: Exposures, Help: "不合格且决定曝光时选择，并启动失信名单程序"),
        ]);
    }

    private static async Task<Result<JsonObject>> AcceptAsync(FormSubmission s, CancellationToken cancellationToken)
    {
        var passed = s.Outcome == "合格";
        var accepted = await s.Get<AcceptTreatmentHandler>().HandleAsync(
            new AcceptTreatment(s.SubjectId, passed, [.. s.Rows("members").Select(r => r["name"]!.GetValue<string>())], s.Text("opinion")), s.Change, cancellationToken);
        if (accepted.Refusal is { } refusal) return refusal;
        var expose = !passed && s.Text("exposure").Length > 0;
        if (expose)
        {
            var exposed = await s.Get<ExposeHazardHandler>().HandleAsync(new ExposeHazard(s.SubjectId, Enum.Parse<ExposureReason>(s.Text("exposure")), s.Text("opinion")), s.Change, cancellationToken);
            if (exposed.Refusal is { } no) return no;
        }
        return new JsonObject { ["passed"] = passed, ["exposed"] = expose };
    }

    private static async Task<Result<JsonObject>> DelistAsync(FormSubmission s, CancellationToken cancellationToken)
        => Answer(await s.Get<DelistHazardHandler>().HandleAsync(new DelistHazard(s.SubjectId, s.Text("delistNo"), s.Text("resumeConditions")), s.Change, cancellationToken));

    private static Task<MajorHazard> HazardAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
        => services.GetRequiredService<DbContext>().Set<MajorHazard>().AsNoTracking().SingleAsync(h => h.Id == item.SubjectId, cancellationToken);

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static Result<JsonObject> Answer(Result<MajorHazard> result, Func<MajorHazard, JsonObject>? answer = null)
        => result.Refusal is { } refusal ? refusal : answer?.Invoke(result.Value) ?? [];
}
