using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Forms;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Inspections;

/// <summary>立专项检查: takes a lead down and opens the check of one inspectee. Its result starts the workflow of a check: <c>CaseId</c>, <c>CaseNo</c>, <c>Team</c>.</summary>
internal static class SpecialCheckForms
{
    private const string Refused = "不予受理";
    private static readonly string[] Opening = ["立案"];

    public static IReadOnlyList<Form> All { get; } = [new("special.open", "立专项检查", PrepareAsync, ApplyAsync)];

    private static async Task<FormView> PrepareAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var db = services.Db();
        var today = services.Today();
        var officers = await db.Set<Officer>().AsNoTracking().Where(o => o.StaffKind == "在编执法人员").OrderBy(o => o.Number).Take(FormField.RowsMax).ToListAsync(cancellationToken);
        var experts = await db.Set<Expert>().AsNoTracking().OrderBy(e => e.Number).Take(FormField.RowsMax).ToListAsync(cancellationToken);
        var items = (await db.Set<InspectionItem>().AsNoTracking().ToListAsync(cancellationToken)).Where(i => i.IsInForce(today))
            .GroupBy(i => i.Code).Select(g => g.MaxBy(i => i.Version)!).OrderBy(i => i.Code, StringComparer.Ordinal);
        return new FormView(
        [
            new("lead", "线索来源和内容", FieldKind.Multiline, Required: true, Help: "投诉举报、转办交办、数据监测等，写明来源、时间和反映的问题"),
            new("inspectee", "检查对象编号", Required: true, RequiredFor: Opening, Help: "名录库中的编号"),
            new("items", "检查事项", FieldKind.Choices, Required: true, RequiredFor: Opening, Options: [.. items.Select(i => new FieldOption(i.Code, $"{i.Code} {i.Name}"))]),
            new("plannedOn", "计划检查日期", FieldKind.Date, Required: true, RequiredFor: Opening, Default: today.Iso()),
            new("leader", "组长", FieldKind.Choice, Required: true, RequiredFor: Opening, Options: [.. officers.Where(o => o.MayLead).Select(o => new FieldOption(o.Number, o.Name))]),
            new("officers", "执法人员", FieldKind.Choices, Required: true, RequiredFor: Opening, Help: "两名以上，组长另计", Options: [.. officers.Select(o => new FieldOption(o.Number, o.Name))]),
            new("experts", "专家", FieldKind.Choices, Options: [.. experts.Select(e => new FieldOption(e.Number, e.Name))]),
        ]);
    }

    private static async Task<Result<JsonObject>> ApplyAsync(FormSubmission s, CancellationToken cancellationToken)
    {
        if (s.Outcome == Refused) return new JsonObject { ["lead"] = s.Text("lead") };
        var opened = await s.Get<OpenSpecialCheckHandler>().HandleAsync(
            new OpenSpecialCheck(s.Text("inspectee"), s.Texts("items"), s.Text("leader"), s.Texts("officers"), s.Texts("experts"), s.Date("plannedOn")!.Value, s.Text("lead")), s.Change, cancellationToken);
        if (opened.Refusal is { } refusal) return refusal;
        await s.Get<IUnitFlush>().FlushAsync(cancellationToken);
        return OpenCasesStep.Item(opened.Value);
    }
}
