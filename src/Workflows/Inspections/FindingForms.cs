using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Forms;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Inspections;

/// <summary>Forms by which experts and officers settle what was found: confirmation from both sides, dispute and consultation (S000-33, -40).</summary>
internal static class FindingForms
{
    private const string Disputed = "提出异议";
    private const string Agrees = "同意";
    private const string Reserves = "保留意见";

    public static IReadOnlyList<Form> All { get; } =
    [
        new("finding.expert-confirm", "专家核对问题", PrepareExpertAsync, ApplyExpertAsync),
        new("finding.consult", "会商", PrepareConsultAsync, ApplyConsultAsync),
        new("finding.officer-confirm", "执法人员核对问题", PrepareOfficerAsync, ApplyOfficerAsync),
    ];

    private static async Task<FormView> PrepareExpertAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var inspection = await services.CaseOfAsync(item, cancellationToken);
        var findings = await services.FindingsAsync(inspection.Id, cancellationToken);
        return new FormView(
        [
            .. await SummaryAsync(services, inspection, findings, cancellationToken),
            new("disputed", "有异议的问题", FieldKind.Choices, Help: "不选则为对整个汇总表提出异议，例如有遗漏。", Options: [.. findings.Select((f, i) => new FieldOption(f.Id.ToString(), CaseParts.Line(f, i)))]),
            new("reason", "异议理由", FieldKind.Multiline, Required: true, RequiredFor: [Disputed]),
        ]);
    }

    private static async Task<Result<JsonObject>> ApplyExpertAsync(FormSubmission s, CancellationToken cancellationToken) => s.Outcome == Disputed
        ? (await s.Get<RaiseDisputesHandler>().HandleAsync(new RaiseDisputes(s.SubjectId, [.. s.Texts("disputed").Select(Guid.Parse)], s.Text("reason")), s.Change, cancellationToken))
            .As(_ => new JsonObject { ["disputed"] = s.Texts("disputed").Count, ["reason"] = s.Text("reason") })
        : await ConfirmAsync(s, cancellationToken);

    private static async Task<FormView> PrepareOfficerAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var inspection = await services.CaseOfAsync(item, cancellationToken);
        return new FormView([.. await SummaryAsync(services, inspection, await services.FindingsAsync(inspection.Id, cancellationToken), cancellationToken)]);
    }

    private static Task<Result<JsonObject>> ApplyOfficerAsync(FormSubmission s, CancellationToken cancellationToken) => ConfirmAsync(s, cancellationToken);

    private static async Task<Result<JsonObject>> ConfirmAsync(FormSubmission s, CancellationToken cancellationToken)
        => (await s.Get<ConfirmSummaryHandler>().HandleAsync(new ConfirmSummary(s.SubjectId), s.Change, cancellationToken))
            .As(c => new JsonObject { ["officer"] = c.OfficerConfirmedByName, ["expert"] = c.ExpertConfirmedByName });

    private static async Task<IReadOnlyList<FormField>> SummaryAsync(IServiceProvider services, InspectionCase inspection, IReadOnlyList<Finding> findings, CancellationToken cancellationToken)
    {
        var settled = await services.Db().Set<Dispute>().AsNoTracking().Where(d => d.CaseId == inspection.Id && d.Outcome != null).OrderBy(d => d.Id).ToListAsync(cancellationToken);
        var fields = new List<FormField> { CaseParts.Head(inspection), CaseParts.Note("findings", "问题汇总", CaseParts.Lines(findings)) };
        if (settled.Count > 0) fields.Add(CaseParts.Note("consulted", "会商结论", string.Join('\n', settled.Select(d => $"{d.Reason}：{FindingWords.Conclusions[d.Outcome!.Value]}，{d.Conclusion}"))));
        return fields;
    }

    private static async Task<FormView> PrepareConsultAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var inspection = await services.CaseOfAsync(item, cancellationToken);
        var findings = (await services.FindingsAsync(inspection.Id, cancellationToken)).ToDictionary(f => f.Id);
        var open = await OpenAsync(services, inspection.Id, cancellationToken);
        var disputes = open.Select(d =>
        {
            var finding = d.FindingId is { } id ? findings.GetValueOrDefault(id) : null;
            return (JsonNode)new JsonObject
            {
                ["id"] = d.Id.ToString(),
                ["finding"] = finding is null ? "整个汇总表" : $"{finding.Description}（{finding.Place}）",
                ["reason"] = $"{d.RaisedByName}：{d.Reason}",
                ["grade"] = finding is null ? null : FindingWords.Grades[finding.Grade],
                ["criterion"] = finding?.MajorCriterion,
                ["disposals"] = finding is null ? null : CaseParts.Array(finding.Disposals.Select(p => FindingWords.Disposals[p])),
                ["requirement"] = finding?.Requirement,
                ["dueOn"] = finding?.DueOn?.Iso(),
                ["transferTo"] = finding?.TransferTo,
            };
        });
        return new FormView(
        [
            CaseParts.Head(inspection),
            new("disputes", "争议", FieldKind.Rows, Required: true, FixedRows: true, Default: new JsonArray([.. disputes]), Help: "结论为“修改”的，在右侧各栏写修改后的内容。",
                Columns:
                [
                    new("id", "编号", ReadOnly: true), new("finding", "问题", ReadOnly: true), new("reason", "异议", ReadOnly: true),
                    new("outcome", "结论", FieldKind.Choice, Required: true, Options: CaseParts.Options(FindingWords.Conclusions.Values)),
                    new("conclusion", "结论理由", FieldKind.Multiline, Required: true),
                    new("description", "问题描述（修改）", FieldKind.Multiline),
                    new("grade", "性质", FieldKind.Choice, Options: CaseParts.Options(FindingWords.Grades.Values)),
                    new("criterion", "重大隐患判定标准"),
                    new("disposals", "处置", FieldKind.Choices, Options: CaseParts.Options(FindingWords.Disposals.Values)),
                    new("requirement", "整改要求", FieldKind.Multiline),
                    new("dueOn", "整改期限", FieldKind.Date),
                    new("transferTo", "移送单位"),
                ]),
            new("opinions", "会商意见", FieldKind.Rows, Required: true, FixedRows: true, Help: "逐人记录意见，不同意见也要保留；未参加的留空。提出异议的人员和全体专家须参加。",
                Default: new JsonArray([.. inspection.Team.Select(m => (JsonNode)new JsonObject { ["person"] = m.Number, ["name"] = $"{m.Name}（{CaseParts.PartName(m.Part)}）" })]),
                Columns:
                [
                    new("person", "编号", ReadOnly: true), new("name", "人员", ReadOnly: true),
                    new("opinion", "意见", FieldKind.Multiline), new("stand", "态度", FieldKind.Choice, Options: CaseParts.Options([Agrees, Reserves])),
                ]),
            new("guests", "另请人员的意见", FieldKind.Rows, Columns: [new("name", "姓名", Required: true), new("opinion", "意见", FieldKind.Multiline, Required: true)]),
        ]);
    }

    private static async Task<Result<JsonObject>> ApplyConsultAsync(FormSubmission s, CancellationToken cancellationToken)
    {
        var inspection = await s.Services.CaseOfAsync(s.Item, cancellationToken);
        var conclusions = s.Rows("disputes").Select(r => new DisputeConclusion(Guid.Parse(InspectionForms.Cell(r, "id")),
            FindingWords.Conclusions.ValueOf(InspectionForms.Cell(r, "outcome"))!.Value, InspectionForms.Cell(r, "conclusion"), VisitForms.Optional(r, "description"),
            FindingWords.Grades.ValueOf(VisitForms.Optional(r, "grade")), VisitForms.Optional(r, "criterion"), r["disposals"] is JsonArray { Count: > 0 } ? VisitForms.Disposals(r) : null,
            VisitForms.Optional(r, "requirement"), VisitForms.Day(r, "dueOn"), VisitForms.Optional(r, "transferTo")));
        var names = inspection.Team.ToDictionary(m => m.Number, m => m.Name);
        var opinions = s.Rows("opinions").Where(r => VisitForms.Optional(r, "opinion") is not null)
            .Select(r => new ConsultOpinion(InspectionForms.Cell(r, "person"), names[InspectionForms.Cell(r, "person")], InspectionForms.Cell(r, "opinion"), InspectionForms.Cell(r, "stand") == Reserves))
            .Concat(s.Rows("guests").Select(r => new ConsultOpinion(null, InspectionForms.Cell(r, "name"), InspectionForms.Cell(r, "opinion"))));
        var settled = await s.Get<ConsultHandler>().HandleAsync(new Consult(s.SubjectId, [.. conclusions], [.. opinions]), s.Change, cancellationToken);
        return settled.As(_ => new JsonObject { ["disputes"] = s.Rows("disputes").Count });
    }

    private static async Task<IReadOnlyList<Dispute>> OpenAsync(IServiceProvider services, Guid caseId, CancellationToken cancellationToken)
        => await services.Db().Set<Dispute>().AsNoTracking().Where(d => d.CaseId == caseId && d.Outcome == null).OrderBy(d => d.Id).ToListAsync(cancellationToken);
}
