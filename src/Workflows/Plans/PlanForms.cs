using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Forms;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Workflows.Plans;

internal static class PlanForms
{
    public static IReadOnlyList<Form> All { get; } =
    [
        new("plan.compile", "编制年度抽查计划", PrepareCompileAsync, CompileAsync),
        new("plan.review", "法制审核", PrepareDecisionAsync, (s, ct) => DecideAsync(s, PlanStep.Review, ct)),
        new("plan.approve", "批准年度抽查计划", PrepareDecisionAsync, (s, ct) => DecideAsync(s, PlanStep.Approve, ct)),
        new("plan.government", "本级政府批准", PrepareGovernmentAsync, (s, ct) => DecideAsync(s, PlanStep.Government, ct)),
    ];

    private static async Task<FormView> PrepareCompileAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var (db, plan, lines) = await FindAsync(item, services, cancellationToken);
        var old = plan.CapacityJson is { } json ? JsonSerializer.Deserialize<PlanCapacity>(json) : null;
        var calendar = await services.GetRequiredService<CalendarSource>().CurrentAsync(cancellationToken);
        var days = calendar.CountBetween(new DateOnly(plan.Year - 1, 12, 31), new DateOnly(plan.Year, 12, 31));
        var officers = await db.Set<Officer>().CountAsync(o => o.StaffKind == "在编执法人员" && o.CertificateStatus == "有效", cancellationToken);
        List<FormField> fields = [.. Summary(plan, lines)];
        var problems = await PlanLines.ProblemsAsync(db, lines, cancellationToken);
        if (problems.Count > 0) fields.Add(Note("problems", $"须先改正的计划行（{problems.Count} 处，在“年度计划”逐行修改）", string.Join("\n", problems.Select(p => Texts.Of(p.Refusal)))));
        if (await LoadNoteAsync(services, db, lines, old, cancellationToken) is { } load) fields.Add(load);
        if (await CapsNoteAsync(db, lines, cancellationToken) is { } caps) fields.Add(caps);
        if (plan.ReturnReason is { } returned) fields.Add(new FormField("returned", "退回意见", FieldKind.Note, Default: returned));
        return new FormView(
        [
            .. fields,
            new("officers", "执法人员数", FieldKind.Number, Required: true, Help: "名录库中持有效执法证件的在编人员", Default: old?.Officers ?? officers),
            new("workingDays", "国家法定工作日", FieldKind.Number, Required: true, Default: old?.WorkingDays ?? days),
            new("otherDays", "其他执法工作日", FieldKind.Number, Required: true, Help: "全部人员用于办案、举报核查、专项行动的人天", Default: old?.OtherEnforcementDays ?? 0),
            new("nonDays", "非执法工作日", FieldKind.Number, Required: true, Help: "全部人员用于值班、培训、休假的人天", Default: old?.NonEnforcementDays ?? 0),
            new("explanation", "说明", FieldKind.Multiline, Help: $"计划需 {PlanCapacity.Wanted(lines)} 人天；监督检查工作日不足时必须说明如何完成", Default: plan.Explanation),
        ]);
    }

    private static async Task<Result<JsonObject>> CompileAsync(FormSubmission form, CancellationToken cancellationToken)
    {
        var capacity = new PlanCapacity(form.Number("officers")!.Value, form.Number("workingDays")!.Value, form.Number("otherDays")!.Value, form.Number("nonDays")!.Value);
        var submitted = await form.Get<SubmitPlanHandler>().HandleAsync(new SubmitPlan(form.SubjectId, capacity, form.Optional("explanation")), form.Change, cancellationToken);
        return submitted.Refusal is { } refusal ? refusal : new JsonObject { ["planNo"] = submitted.Value.PlanNo, ["version"] = submitted.Value.Version };
    }

    private static async Task<FormView> PrepareDecisionAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
        => new([.. await DecisionNotesAsync(item, services, cancellationToken), new("opinion", "意见", FieldKind.Multiline, Required: true, RequiredFor: ["退回"])]);

    private static async Task<FormView> PrepareGovernmentAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
        => new([.. await DecisionNotesAsync(item, services, cancellationToken), new("documentNo", "批准文号"), new("opinion", "批准意见", FieldKind.Multiline)]);

    private static async Task<Result<JsonObject>> DecideAsync(FormSubmission form, PlanStep step, CancellationToken cancellationToken)
    {
        var decided = await form.Get<DecidePlanHandler>().HandleAsync(
            new DecidePlan(form.SubjectId, step, form.Outcome is not "退回", form.Optional("opinion"), form.Optional("documentNo")), form.Change, cancellationToken);
        return decided.Refusal is { } refusal ? refusal : new JsonObject { ["planNo"] = decided.Value.PlanNo, ["status"] = PlanText.Of(decided.Value.Status) };
    }

    private static async Task<IReadOnlyList<FormField>> DecisionNotesAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var (db, plan, lines) = await FindAsync(item, services, cancellationToken);
        List<FormField> notes = [.. Summary(plan, lines)];
        if (plan.CapacityJson is { } json && JsonSerializer.Deserialize<PlanCapacity>(json) is { } c)
            notes.Add(Note("capacity", "监督检查能力", $"{c.Officers} 人 × {c.WorkingDays} 日 − {c.OtherEnforcementDays} − {c.NonEnforcementDays} = {c.InspectionDays} 人天；计划需 {PlanCapacity.Wanted(lines)} 人天，{(c.Suffices(lines) ? "可以完成" : "不足")}。{plan.Explanation}"));
        if (await LoadNoteAsync(services, db, lines, plan.CapacityJson is { } kept ? JsonSerializer.Deserialize<PlanCapacity>(kept) : null, cancellationToken) is { } load) notes.Add(load);
        if (await CapsNoteAsync(db, lines, cancellationToken) is { } caps) notes.Add(caps);
        var coverage = ItemCoverage.Of((await db.Set<InspectionItem>().AsNoTracking().Where(i => i.ReviewedOn != null && i.PublishedOn != null).ToListAsync(cancellationToken)).GroupBy(i => i.Code).Select(g => g.MaxBy(i => i.Version)!));
        notes.Add(Note("coverage", "随机抽查事项占比", string.Join("；", coverage.Select(c => $"{c.Category} {c.Random}/{c.Total}（应不低于 {c.WantedPercent}%，{(c.IsReached ? "达到" : "未达到")}）"))));
        return notes;
    }

    /// <summary>Months in which a department's lines want more than its officers can do: a warning, not a bar, as the persons may be lent.</summary>
    private static async Task<FormField?> LoadNoteAsync(IServiceProvider services, DbContext db, IReadOnlyList<PlanLine> lines, PlanCapacity? capacity, CancellationToken cancellationToken)
    {
        var load = await PlanLoad.OfAsync(db, services.GetRequiredService<CalendarSource>(), lines, capacity, cancellationToken);
        var over = load.Departments.Where(d => d.Over.Any()).ToList();
        return over.Count == 0 ? null : Note("load", "能力不足的月份", string.Join("\n", over.Select(d =>
            $"{d.Department}（可派 {d.Officers} 人，每组 {d.PerGroup} 人）：{string.Join("，", d.Over.Select(m => $"{m.Month} 月需 {m.Wanted} 户、可完成 {m.Feasible} 户"))}。请调整时间安排、借调人员，或在说明中写明如何完成。")));
    }

    /// <summary>Lines whose objects have in part reached a yearly cap: a warning, as further visits until the freeze change the figure.</summary>
    private static async Task<FormField?> CapsNoteAsync(DbContext db, IReadOnlyList<PlanLine> lines, CancellationToken cancellationToken)
    {
        List<string> warnings = [];
        foreach (var line in lines)
        {
            if (await YearlyCaps.WarningAsync(db, line, cancellationToken) is { } warning) warnings.Add(warning);
        }
        return warnings.Count == 0 ? null : Note("caps", "检查次数已达上限的对象", string.Join("\n", warnings));
    }

    private static IEnumerable<FormField> Summary(AnnualPlan plan, IReadOnlyList<PlanLine> lines)
    {
        yield return Note("plan", "年度计划", $"{plan.PlanNo}，第 {plan.Version} 版，{lines.Count} 行，共 {lines.Sum(l => l.SampleSize)} 户{(PlanLines.BudgetWords(lines) is { } budget ? $"，{budget}" : "")}{(plan.ChangeReason is { } why ? $"；调整理由：{why}" : "")}");
        yield return Note("lines", "计划行", string.Join("\n", lines.Select(l => string.Create(CultureInfo.InvariantCulture,
            $"{l.LineNo}. {l.ItemName}（{l.Sampling}）：基数 {l.BaseCount}（{l.RatioBase}，{l.BaseDate:yyyy-MM-dd}）× {l.Ratio} = {l.SampleSize} 户，{l.PeriodFrom:yyyy-MM-dd} 至 {l.PeriodTo:yyyy-MM-dd}"))));
    }

    private static FormField Note(string name, string label, string text) => new(name, label, FieldKind.Note, Default: text);

    private static async Task<(DbContext Db, AnnualPlan Plan, IReadOnlyList<PlanLine> Lines)> FindAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var db = services.GetRequiredService<DbContext>();
        var plan = await db.Set<AnnualPlan>().AsNoTracking().SingleAsync(p => p.Id == item.SubjectId, cancellationToken);
        return (db, plan, await PlanLines.OfAsync(db, plan.PlanNo, cancellationToken));
    }
}
