using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Visits;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Forms;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Inspections;

/// <summary>Forms filled in on the spot: arrival, the second attempt, the checklist, the feedback.</summary>
internal static class VisitForms
{
    private const string Arrived = "到场";
    private const string Unreachable = "无法联系";
    private const string Closed = "已关闭";
    private const string Refused = "拒绝检查";
    private const string Signed = "签收";
    private const string NotSigned = "拒签";
    private static readonly string[] NoEntryOutcomes = [Unreachable, Closed, Refused];

    public static IReadOnlyList<Form> All { get; } =
    [
        new("visit.check-in", "到场检查", PrepareVisitAsync, ApplyVisitAsync),
        new("visit.second", "第二次上门", PrepareVisitAsync, ApplyVisitAsync),
        new("visit.checklist", "逐项检查", PrepareChecklistAsync, ApplyChecklistAsync),
        new("visit.feedback", "现场反馈", PrepareFeedbackAsync, ApplyFeedbackAsync),
    ];

    private static async Task<FormView> PrepareVisitAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var inspection = await services.CaseOfAsync(item, cancellationToken);
        var before = await services.Db().Set<Visit>().AsNoTracking().Where(v => v.CaseId == inspection.Id).OrderBy(v => v.Attempt).ToListAsync(cancellationToken);
        List<FormField> fields = [CaseParts.Head(inspection)];
        if (before.Count > 0)
        {
            fields.Add(CaseParts.Note("before", "此前上门", string.Join('\n', before.Select(v =>
                string.Create(CultureInfo.InvariantCulture, $"第{v.Attempt}次 {v.On.Iso()} {v.Place}：{v.Note}")))));
        }
        fields.AddRange(
        [
            CaseParts.Officers(inspection, "到场执法人员"),
            CaseParts.Experts(inspection),
            new("place", "地点", Required: true, Default: inspection.Address),
            new("latitude", "纬度", Help: "十进制度数，没有定位时不填。"),
            new("longitude", "经度"),
            new("certificatesShown", "已出示执法证件，说明来意", FieldKind.Flag, Required: true, RequiredFor: [Arrived]),
            new("notified", "已告知检查内容、程序、方法、要求和权利", FieldKind.Flag, Required: true, RequiredFor: [Arrived]),
            new("note", "现场情况", FieldKind.Multiline, Required: true, RequiredFor: NoEntryOutcomes, Help: "无法联系的，写明电话联系、询问周边等核实过程；已关闭的，写明依据；拒绝检查的，写明经过。"),
            .. await CaseParts.EvidenceAsync(services, inspection, "照片、视频", "无法联系、已关闭、拒绝检查的，至少一份。", cancellationToken),
            new("fileCase", "提请立案", FieldKind.Flag, Help: "拒绝、阻碍检查的，可以依照安全生产法第一百零八条处罚。"),
            new("transferTo", "抄告单位", Help: "需要告知登记机关等其他部门的，填写单位名称。"),
        ]);
        return new FormView(fields);
    }

    private static async Task<Result<JsonObject>> ApplyVisitAsync(FormSubmission s, CancellationToken cancellationToken)
    {
        var evidence = await s.TakeEvidenceAsync("到场照片、视频", cancellationToken);
        if (evidence.Refusal is { } missing) return missing;
        var (officers, place, note, transferTo) = (s.Texts("officers"), s.Text("place"), s.Text("note"), s.Optional("transferTo"));
        Result<Visit> visit;
        switch (s.Outcome)
        {
            case Unreachable:
                visit = await s.Get<RecordUnreachableHandler>().HandleAsync(new RecordUnreachable(s.SubjectId, officers, place, note, evidence.Value, transferTo), s.Change, cancellationToken);
                break;
            case Closed:
                visit = await s.Get<RecordClosedHandler>().HandleAsync(new RecordClosed(s.SubjectId, officers, place, note, evidence.Value, transferTo), s.Change, cancellationToken);
                break;
            case Refused:
                visit = await s.Get<RecordRefusedHandler>().HandleAsync(new RecordRefused(s.SubjectId, officers, place, note, evidence.Value, s.Flag("fileCase"), transferTo), s.Change, cancellationToken);
                break;
            default:
                if (!TryDegrees(s, "latitude", out var latitude) || !TryDegrees(s, "longitude", out var longitude)) return Refusal.Invalid("visits.bad-position", "latitude");
                visit = await s.Get<CheckInHandler>().HandleAsync(
                    new CheckIn(s.SubjectId, officers, s.Texts("experts"), place, s.Flag("certificatesShown"), s.Flag("notified"), latitude, longitude, s.Optional("note"), evidence.Value), s.Change, cancellationToken);
                break;
        }
        return visit.As(v => new JsonObject { ["attempt"] = v.Attempt, ["on"] = v.On.Iso(), ["outcome"] = v.Outcome.ToString() });
    }

    private static bool TryDegrees(FormSubmission s, string name, out double? degrees)
    {
        degrees = null;
        if (s.Optional(name) is not { } text) return true;
        if (!double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)) return false;
        degrees = value;
        return true;
    }

    private static async Task<FormView> PrepareChecklistAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var inspection = await services.CaseOfAsync(item, cancellationToken);
        var rows = await ResultsAsync(services, inspection.Id, cancellationToken);
        var results = rows.Select(r => (JsonNode)new JsonObject
        {
            ["code"] = r.Code,
            ["content"] = r.Mandatory ? $"{r.Content}（必查）" : r.Content,
            ["method"] = r.Method,
            ["basis"] = r.Basis,
            ["outcome"] = r.Outcome is { } outcome ? FindingWords.Outcomes[outcome] : null,
            ["note"] = r.Note,
        });
        return new FormView(
        [
            CaseParts.Head(inspection),
            new("results", "检查表", FieldKind.Rows, Required: true, FixedRows: true, Help: "逐项填写，不留空；不适用的写明理由。", Default: new JsonArray([.. results]),
                Columns:
                [
                    new("code", "编号", ReadOnly: true), new("content", "检查内容", ReadOnly: true), new("method", "方法", ReadOnly: true), new("basis", "依据", ReadOnly: true),
                    new("outcome", "结论", FieldKind.Choice, Options: CaseParts.Options(FindingWords.Outcomes.Values)), new("note", "说明"),
                ]),
            new("issues", "发现的问题", FieldKind.Rows, Help: "每个“不符合”的检查项至少一行。依据不填时用检查表所列条款；定为重大隐患的，判定标准不填时用检查表所列标准。",
                Columns:
                [
                    new("entry", "检查项", FieldKind.Choice, Required: true, Options: [.. rows.Select(r => new FieldOption(r.Code, $"{r.Code} {r.Content}"))]),
                    new("description", "问题描述", FieldKind.Multiline, Required: true),
                    new("place", "部位", Required: true),
                    new("basis", "依据条款"),
                    new("grade", "性质", FieldKind.Choice, Required: true, Options: CaseParts.Options(FindingWords.Grades.Values)),
                    new("criterion", "重大隐患判定标准"),
                    new("disposals", "处置", FieldKind.Choices, Required: true, Options: CaseParts.Options(FindingWords.Disposals.Values)),
                    new("requirement", "整改要求", FieldKind.Multiline),
                    new("dueOn", "整改期限", FieldKind.Date),
                    new("transferTo", "移送单位"),
                    new("photos", "证据序号", Help: "如 1、3；不填则为全部。"),
                ]),
            .. await CaseParts.EvidenceAsync(services, inspection, "问题证据", "每个问题至少一份照片、视频或者材料。序号先数已上传的（按所选顺序），再数本次上传的。", cancellationToken),
            new("statement", "被检查单位负责人陈述", FieldKind.Multiline, Required: true, Default: "对检查情况无异议。"),
        ]);
    }

    private static async Task<Result<JsonObject>> ApplyChecklistAsync(FormSubmission s, CancellationToken cancellationToken)
    {
        var rows = await ResultsAsync(s.Services, s.SubjectId, cancellationToken);
        var evidence = await s.TakeEvidenceAsync("现场照片、视频", cancellationToken);
        if (evidence.Refusal is { } missing) return missing;
        var issues = new Dictionary<string, List<FoundIssue>>(StringComparer.Ordinal);
        foreach (var row in s.Rows("issues"))
        {
            var code = InspectionForms.Cell(row, "entry");
            if (Photos(row, evidence.Value) is not { } photos) return Refusal.Invalid("findings.bad-photos", "issues", code, evidence.Value.Count);
            var entry = rows.First(r => r.Code == code);
            if (!issues.TryGetValue(code, out var list)) issues[code] = list = [];
            list.Add(new FoundIssue(InspectionForms.Cell(row, "description"), InspectionForms.Cell(row, "place"), Optional(row, "basis"),
                FindingWords.Grades.ValueOf(InspectionForms.Cell(row, "grade")) ?? entry.DefaultGrade, Disposals(row), Optional(row, "requirement") ?? entry.Advice ?? "", photos,
                Day(row, "dueOn"), Optional(row, "criterion"), Optional(row, "transferTo")));
        }
        var entries = new List<CheckEntry>();
        foreach (var row in s.Rows("results"))
        {
            var code = InspectionForms.Cell(row, "code");
            if (FindingWords.Outcomes.ValueOf(InspectionForms.Cell(row, "outcome")) is { } outcome) entries.Add(new CheckEntry(code, outcome, Optional(row, "note"), issues.GetValueOrDefault(code)));
            // A finding without its result says that the entry fails.
            else if (issues.TryGetValue(code, out var found)) entries.Add(new CheckEntry(code, CheckOutcome.Fails, Optional(row, "note"), found));
        }
        var recorded = await s.Get<RecordCheckResultsHandler>().HandleAsync(new RecordCheckResults(s.SubjectId, entries, s.Text("statement"), Complete: true), s.Change, cancellationToken);
        return recorded.As(_ => new JsonObject { ["entries"] = entries.Count, ["findings"] = issues.Values.Sum(l => l.Count) });
    }

    internal static IReadOnlyList<Disposal> Disposals(JsonObject row)
        => row["disposals"] is JsonArray list ? [.. list.Select(n => FindingWords.Disposals.ValueOf(n!.GetValue<string>())!.Value)] : [];

    internal static DateOnly? Day(JsonObject row, string name) => Optional(row, name) is { } text ? DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture) : null;

    internal static string? Optional(JsonObject row, string name) => InspectionForms.Cell(row, name) is { Length: > 0 } text ? text : null;

    /// <summary>The evidence a line names by its numbers; all of it when it names none; null when a number is wrong.</summary>
    private static IReadOnlyList<string>? Photos(JsonObject row, IReadOnlyList<string> evidence)
    {
        if (Optional(row, "photos") is not { } text) return evidence;
        var chosen = new List<string>();
        foreach (var part in text.Split([',', '\uFF0C', '\u3001', ';', '\uFF1B', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1 || number > evidence.Count) return null;
            chosen.Add(evidence[number - 1]);
        }
        return chosen;
    }

    private static async Task<IReadOnlyList<CheckResult>> ResultsAsync(IServiceProvider services, Guid caseId, CancellationToken cancellationToken)
        => await services.Db().Set<CheckResult>().AsNoTracking().Where(r => r.CaseId == caseId).OrderBy(r => r.Position).ToListAsync(cancellationToken);

    private static async Task<FormView> PrepareFeedbackAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var inspection = await services.CaseOfAsync(item, cancellationToken);
        var findings = await services.FindingsAsync(inspection.Id, cancellationToken);
        return new FormView(
        [
            CaseParts.Head(inspection),
            CaseParts.Note("findings", "问题汇总", CaseParts.Lines(findings)),
            new("receiver", "被检查单位负责人", Required: true),
            new("receiverPost", "职务"),
            new("advice", "处置意见和工作建议", FieldKind.Multiline, Required: true,
                Default: findings.Count == 0 ? "未发现问题，请继续落实安全生产责任。" : string.Join('\n', findings.Select((f, i) => string.Create(CultureInfo.InvariantCulture, $"{i + 1}.{f.Requirement}")))),
            new("statement", "被检查单位意见", FieldKind.Multiline),
            new("refusalReason", "拒签原因", FieldKind.Multiline, Required: true, RequiredFor: [NotSigned]),
            new("witness", "见证人", Required: true, RequiredFor: [NotSigned], Help: "检查组以外的人员。"),
        ]);
    }

    private static async Task<Result<JsonObject>> ApplyFeedbackAsync(FormSubmission s, CancellationToken cancellationToken)
        => (await s.Get<RecordFeedbackHandler>().HandleAsync(
            new RecordFeedback(s.SubjectId, s.Outcome == Signed, s.Text("receiver"), s.Optional("receiverPost"), s.Optional("statement"), s.Optional("advice"), s.Optional("refusalReason"), s.Optional("witness")), s.Change, cancellationToken))
        .As(c => new JsonObject { ["signed"] = c.FeedbackSigned, ["receiver"] = c.FeedbackReceiver });
}
