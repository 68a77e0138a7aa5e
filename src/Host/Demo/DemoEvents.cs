using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Inspections.Registers;
using DoubleRandom.Inspections.Supervision;
using DoubleRandom.Inspections.WorkingRules;
using DoubleRandom.Workflows.Campaigns;
using DoubleRandom.Workflows.Plans;
using DoubleRandom.Workflows.Supervision;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Demo;

/// <summary>What a person begins of his own accord in the demonstration's year: no work item asks for it.</summary>
/// <param name="WhenAsync">The day; null while it is not yet possible and once it has been done.</param>
/// <param name="RunAsync">Gives back the number of what was begun.</param>
internal sealed record DemoEvent(
    string UserName, string What, Func<IServiceProvider, CancellationToken, Task<DateOnly?>> WhenAsync,
    Func<IServiceProvider, ChangeContext, CancellationToken, Task<Result<string>>> RunAsync);

internal static class DemoEvents
{
    private const string PlanNo = "崇应急抽计〔2026〕1号";

    /// <summary>Clocks whose overrun the escalation officer supervises in the demonstration.</summary>
    private static readonly string[] SupervisedRules = ["result.publish", "rectify", "major.term"];

    public static IReadOnlyList<DemoEvent> All { get; } =
    [
        new("zhuwenbin", "提出抽查工作细则", (services, ct) => UnlessAsync(Db(services).Set<WorkingRule>().AnyAsync(ct), new DateOnly(2026, 1, 4)),
            async (services, change, ct) => Number(await services.GetRequiredService<ProposeWorkingRuleHandler>().HandleAsync(new ProposeWorkingRule("崇信县应急管理局随机抽查工作细则", "崇应急发〔2025〕48号",
                new DateOnly(2025, 12, 26), new DateOnly(2026, 1, 1), WorkingRule.Parts.ToDictionary(p => p.Key, p => p.Proposed), "首次录入"), change, ct), r => r.DocumentNo)),
        new("xinhuimin", "批准抽查工作细则", async (services, ct) => await Db(services).Set<WorkingRule>().AnyAsync(r => r.Status == DeadlineRuleStatus.Proposed, ct) ? new DateOnly(2026, 1, 5) : null,
            async (services, change, ct) => Number(await services.GetRequiredService<DecideWorkingRuleHandler>().HandleAsync(
                new DecideWorkingRule(await Db(services).Set<WorkingRule>().Where(r => r.Status == DeadlineRuleStatus.Proposed).Select(r => r.Id).SingleAsync(ct), true, null), change, ct), r => r.DocumentNo)),
        new("zhuwenbin", "启动年度计划编制", (services, ct) => UnlessAsync(Db(services).Set<AnnualPlan>().AnyAsync(p => p.PlanNo == PlanNo, ct), new DateOnly(2026, 1, 5)),
            async (services, change, ct) => Number(await services.GetRequiredService<StartPlanHandler>().HandleAsync(new StartPlan(PlanNo), change, ct), p => p.Number)),
        Campaign(DemoBranches.WholeLine, new DateOnly(2026, 3, 9), null, null),
        new("zhuwenbin", "更新执法人员名录（换证）", (services, ct) => UnlessAsync(Db(services).Set<Officer>().AnyAsync(o => o.Number == "R018" && o.CertificateValidTo > new DateOnly(2026, 6, 30), ct), new DateOnly(2026, 6, 22)),
            DemoCounty.RenewCertificatesAsync),
        Campaign(DemoBranches.HalfLine, new DateOnly(2026, 8, 24), new DateOnly(2026, 9, 14), new DateOnly(2026, 11, 13), experts: 1),
        new("zhuwenbin", "提出年度计划调整", async (services, ct) => await Db(services).Set<AnnualPlan>().AnyAsync(p => p.PlanNo == PlanNo && p.Version == 1 && p.Status == PlanStatus.Published, ct) ? new DateOnly(2026, 9, 1) : null,
            AdjustPlanAsync),
        Campaign(DemoBranches.CommitLine, new DateOnly(2026, 10, 12), new DateOnly(2026, 10, 19), new DateOnly(2026, 10, 30)),
        Campaign(DemoBranches.FreezeLine, new DateOnly(2026, 10, 12), null, null),
        Campaign(DemoBranches.SchemeLine, new DateOnly(2026, 10, 14), null, null),
        new("songwentao", "发出督办单", SupervisionDayAsync, OrderSupervisionAsync),
        new("xinhuimin", "当场处罚决定报本机关备案", FilingDayAsync, FileOnSpotAsync),
    ];

    /// <summary>处罚法 art. 52: two working days after the decision on the spot, in time.</summary>
    private static async Task<DateOnly?> FilingDayAsync(IServiceProvider services, CancellationToken cancellationToken)
        => await UnfiledAsync(services, cancellationToken) is not { } clock ? null : (await services.GetRequiredService<CalendarSource>().CurrentAsync(cancellationToken)).Add(clock.AnchorOn, 2).On;

    private static Task<Deadline?> UnfiledAsync(IServiceProvider services, CancellationToken cancellationToken)
        => Db(services).Set<Deadline>().AsNoTracking().Where(d => d.RuleKey == "fine.onspot.file" && d.Status == DeadlineStatus.Open).OrderBy(d => d.Id).FirstOrDefaultAsync(cancellationToken);

    private static async Task<Result<string>> FileOnSpotAsync(IServiceProvider services, ChangeContext change, CancellationToken cancellationToken)
    {
        var clock = (await UnfiledAsync(services, cancellationToken))!;
        var caseId = await Db(services).Set<InspectionCase>().Where(c => c.InspectionNo == clock.CaseNo).Select(c => c.Id).SingleAsync(cancellationToken);
        return Number(await services.GetRequiredService<RecordClockActHandler>().HandleAsync(
            new RecordClockAct(caseId, "onspot.filed", change.On, "当场处罚决定书备案登记簿", DeadlineId: clock.Id), change, cancellationToken), _ => clock.CaseNo);
    }

    /// <summary>A line is added to the plan in the register, and the plan goes its way again as version 2 (S001-39).</summary>
    private static async Task<Result<string>> AdjustPlanAsync(IServiceProvider services, ChangeContext change, CancellationToken cancellationToken)
    {
        var added = await DemoCounty.AddWinterLineAsync(services, change, cancellationToken);
        if (added.Refusal is not null) return added;
        await services.GetRequiredService<IUnitFlush>().FlushAsync(cancellationToken);
        return Number(await services.GetRequiredService<StartPlanHandler>().HandleAsync(
            new StartPlan(PlanNo), change with { Reason = "县安委会部署冬季非煤矿山专项整治，增加第13行" }, cancellationToken), p => p.Number);
    }

    /// <param name="experts">Null: the plan's. The county has two experts for hazardous chemicals, and two campaigns need them at the same time: each is out once a day.</param>
    private static DemoEvent Campaign(int line, DateOnly on, DateOnly? from, DateOnly? to, int? experts = null) => new("zhuwenbin", "下达抽查任务",
        async (services, ct) =>
        {
            var plan = await Db(services).Set<AnnualPlan>().AsNoTracking().FirstOrDefaultAsync(p => p.PlanNo == PlanNo, ct);
            return plan?.Status is not PlanStatus.Published || await Db(services).Set<Campaign>().AnyAsync(c => c.PlanNo == PlanNo && c.PlanLineNo == line, ct) ? null : on;
        },
        async (services, change, ct) => Number(await services.GetRequiredService<StartCampaignHandler>().HandleAsync(new StartCampaign(PlanNo, line, PeriodFrom: from, PeriodTo: to, ExpertsPerGroup: experts), experts is null ? change : change with { Reason = "危险化学品专家只有两名，同期另一任务也要使用" }, ct), c => c.Number));

    private static async Task<Deadline?> LateAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var db = Db(services);
        var today = services.GetRequiredService<TimeProvider>().Today;
        return await db.Set<Deadline>().AsNoTracking()
            .Where(d => (d.Status == DeadlineStatus.Open || d.Status == DeadlineStatus.Overdue) && SupervisedRules.Contains(d.RuleKey) && d.DueOn < today.AddDays(14)
                && !db.Set<SupervisionOrder>().Any(o => o.DeadlineId == d.Id))
            .OrderBy(d => d.DueOn).ThenBy(d => d.Id).FirstOrDefaultAsync(cancellationToken);
    }

    private static async Task<DateOnly?> SupervisionDayAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        if (await LateAsync(services, cancellationToken) is not { } deadline) return null;
        return (await services.GetRequiredService<CalendarSource>().CurrentAsync(cancellationToken)).Add(deadline.DueOn, 1).On;
    }

    private static async Task<Result<string>> OrderSupervisionAsync(IServiceProvider services, ChangeContext change, CancellationToken cancellationToken)
    {
        var late = (await LateAsync(services, cancellationToken))!;
        return Number(await services.GetRequiredService<StartSupervisionHandler>().HandleAsync(
            new OrderSupervision(late.Id, "已逾期，请三个工作日内说明原因、措施和承诺办结日期。"), change, cancellationToken), o => o.OrderNo);
    }

    private static async Task<DateOnly?> UnlessAsync(Task<bool> done, DateOnly on) => await done ? null : on;

    private static Result<string> Number<T>(Result<T> result, Func<T, string> number) where T : notnull => result.Refusal is { } refusal ? refusal : number(result.Value);

    private static DbContext Db(IServiceProvider services) => services.GetRequiredService<DbContext>();
}
