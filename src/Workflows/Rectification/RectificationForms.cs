using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Penalties;
using DoubleRandom.Inspections.Rectification;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Forms;
using DoubleRandom.Workflows.Inspections;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Workflows.Rectification;

/// <summary>Forms of the follow-up of a rectification order. The subject is the inspection; its last order is meant.</summary>
internal static class RectificationForms
{
    private const string AskReinspection = "申请复查";
    private const string AskExtension = "申请延期";
    public const string Expired = "期限届满";
    public const string Track = "rectification.track";
    private const string Granted = "同意延期";
    private const string AllPassed = "全部合格";
    private const string Fixed = "已整改";
    private const string NotFixed = "未整改";

    public static IReadOnlyList<Form> All { get; } =
    [
        new(Track, "跟踪整改", PrepareTrackAsync, ApplyTrackAsync),
        new("rectification.extension", "审批整改延期", PrepareExtensionAsync, ApplyExtensionAsync),
        new("rectification.reinspect", "复查", PrepareReinspectionAsync, ApplyReinspectionAsync),
    ];

    private sealed record OpenOrder(InspectionCase Case, RectificationOrder Order, IReadOnlyList<(RectificationLine Line, Finding Finding)> Lines);

    private static async Task<OpenOrder> OrderAsync(IServiceProvider services, WorkItem item, CancellationToken cancellationToken)
    {
        var db = services.Db();
        var inspection = await services.CaseOfAsync(item, cancellationToken);
        var order = await db.Set<RectificationOrder>().Where(o => o.CaseId == inspection.Id).OrderByDescending(o => o.Sequence).FirstOrDefaultAsync(cancellationToken)
            ?? throw new InvalidOperationException($"Inspection {inspection.InspectionNo} has no rectification order.");
        var lines = await db.Set<RectificationLine>().AsNoTracking().Where(l => l.OrderId == order.Id).OrderBy(l => l.Position).ToListAsync(cancellationToken);
        var findings = await db.Set<Finding>().AsNoTracking().Where(f => f.CaseId == inspection.Id).ToDictionaryAsync(f => f.Id, cancellationToken);
        return new OpenOrder(inspection, order, [.. lines.Select(l => (l, findings[l.FindingId]))]);
    }

    private static FormField Summary(OpenOrder open) => CaseParts.Note("order", $"责令限期整改：{open.Order.IssuedOn.Iso()}下达，{open.Order.DueOn.Iso()}到期",
        string.Join('\n', open.Lines.Select(l => string.Create(CultureInfo.InvariantCulture, $"{l.Line.Position}.{l.Finding.Description}；{l.Line.Requirement}；{l.Line.DueOn.Iso()}"))));

    private static async Task<FormView> PrepareTrackAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var open = await OrderAsync(services, item, cancellationToken);
        var last = await services.GetRequiredService<Periods>().LastDayAsync("rectify.extend", open.Order.DueOn, open.Case.Id, cancellationToken);
        var progress = await services.Db().Set<RectificationProgress>().AsNoTracking().Where(p => p.OrderId == open.Order.Id).OrderBy(p => p.RecordedAt).ToListAsync(cancellationToken);
        return new FormView(
        [
            CaseParts.Head(open.Case),
            Summary(open),
            CaseParts.Note("before", "已记录的进展", progress.Count == 0 ? "无" : string.Join('\n', progress.Select(p => $"{p.On.Iso()} {p.RecordedByName}：{p.Text}"))),
            new("progress", "整改进展", FieldKind.Multiline, Required: true, RequiredFor: [AskReinspection]),
            new("reason", "延期理由", FieldKind.Multiline, Required: true, RequiredFor: [AskExtension], Help: $"因不可抗力等原因不能按期完成的，最迟 {last.Iso()} 提出。"),
            new("interimMeasures", "延期期间的安全措施", FieldKind.Multiline, Required: true, RequiredFor: [AskExtension]),
            new("proposedDueOn", "申请延期至", FieldKind.Date, Required: true, RequiredFor: [AskExtension]),
        ]);
    }

    private static async Task<Result<JsonObject>> ApplyTrackAsync(FormSubmission s, CancellationToken cancellationToken)
    {
        var open = await OrderAsync(s.Services, s.Item, cancellationToken);
        if (s.Outcome == Expired) return s.Change.On > open.Order.DueOn ? new JsonObject { ["on"] = open.Order.DueOn.Iso() } : Refusal.Conflict("rectification.not-expired", open.Order.DueOn);
        if (s.Outcome == AskReinspection)
        {
            return (await s.Get<RecordProgressHandler>().HandleAsync(new RecordProgress(open.Order.Id, s.Text("progress"), AsksReinspection: true), s.Change, cancellationToken))
                .As(p => new JsonObject { ["on"] = p.On.Iso() });
        }
        return (await s.Get<RequestExtensionHandler>().HandleAsync(
            new RequestExtension(open.Order.Id, s.Text("reason"), s.Text("interimMeasures"), s.Date("proposedDueOn")!.Value), s.Change, cancellationToken))
            .As(e => new JsonObject { ["extensionId"] = e.Id.ToString(), ["proposedDueOn"] = e.ProposedDueOn.Iso() });
    }

    private static Task<RectificationExtension?> AskedAsync(IServiceProvider services, Guid orderId, CancellationToken cancellationToken)
        => services.Db().Set<RectificationExtension>().FirstOrDefaultAsync(e => e.OrderId == orderId && e.Granted == null, cancellationToken);

    private static async Task<FormView> PrepareExtensionAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var open = await OrderAsync(services, item, cancellationToken);
        var asked = await AskedAsync(services, open.Order.Id, cancellationToken);
        return new FormView(
        [
            CaseParts.Head(open.Case),
            Summary(open),
            CaseParts.Note("asked", "延期申请", asked is null ? null : $"{asked.RequestedOn.Iso()}申请延期至{asked.ProposedDueOn.Iso()}\n理由：{asked.Reason}\n期间的安全措施：{asked.InterimMeasures}"),
            new("newDueOn", "延期至", FieldKind.Date, Required: true, RequiredFor: [Granted], Default: asked?.ProposedDueOn.Iso()),
            new("opinion", "审批意见", FieldKind.Multiline, Required: true),
        ]);
    }

    private static async Task<Result<JsonObject>> ApplyExtensionAsync(FormSubmission s, CancellationToken cancellationToken)
    {
        var open = await OrderAsync(s.Services, s.Item, cancellationToken);
        if (await AskedAsync(s.Services, open.Order.Id, cancellationToken) is not { } asked) return Refusal.NotFound("rectification.not-found");
        var granted = s.Outcome == Granted;
        var decided = await s.Get<DecideExtensionHandler>().HandleAsync(new DecideExtension(asked.Id, granted, granted ? s.Date("newDueOn") : null, s.Text("opinion")), s.Change, cancellationToken);
        if (decided.Refusal is { } refusal) return refusal;
        return new JsonObject { ["granted"] = granted, ["dueOn"] = decided.Value.NewDueOn?.Iso() };
    }

    private static async Task<FormView> PrepareReinspectionAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var open = await OrderAsync(services, item, cancellationToken);
        return new FormView(
        [
            CaseParts.Head(open.Case),
            CaseParts.Officers(open.Case, "复查执法人员"),
            new("lines", "逐项复查", FieldKind.Rows, Required: true, FixedRows: true,
                Default: new JsonArray([.. open.Lines.Select(l => (JsonNode)new JsonObject
                {
                    ["no"] = l.Line.Position.ToString(CultureInfo.InvariantCulture),
                    ["finding"] = l.Finding.Description,
                    ["requirement"] = l.Line.Requirement,
                    ["dueOn"] = l.Line.DueOn.Iso(),
                })]),
                Columns:
                [
                    new("no", "序号", ReadOnly: true), new("finding", "问题", ReadOnly: true), new("requirement", "整改要求", ReadOnly: true), new("dueOn", "期限", ReadOnly: true),
                    new("passed", "复查结果", FieldKind.Choice, Required: true, Options: CaseParts.Options([Fixed, NotFixed])), new("note", "说明", Help: "未整改的写明情况。"),
                ]),
            .. await CaseParts.EvidenceAsync(services, open.Case, "复查照片、视频", null, cancellationToken),
            new("opinion", "复查意见", FieldKind.Multiline, Required: true),
        ]);
    }

    private static async Task<Result<JsonObject>> ApplyReinspectionAsync(FormSubmission s, CancellationToken cancellationToken)
    {
        var open = await OrderAsync(s.Services, s.Item, cancellationToken);
        var evidence = await s.TakeEvidenceAsync("复查照片、视频", cancellationToken);
        if (evidence.Refusal is { } missing) return missing;
        var rows = s.Rows("lines");
        var lines = open.Lines.Select((l, i) => new LineResult(l.Finding.Id, InspectionForms.Cell(rows[i], "passed") == Fixed, VisitForms.Optional(rows[i], "note"), evidence.Value));
        var judged = await s.Get<RecordReinspectionHandler>().HandleAsync(
            new RecordReinspection(open.Order.Id, s.Texts("officers"), [.. lines], s.Text("opinion"), s.Outcome == AllPassed), s.Change, cancellationToken);
        return judged.As(r => new JsonObject { ["passed"] = r.PassedCount, ["failed"] = r.FailedCount });
    }
}
