using DoubleRandom.Basics;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Planning;

/// <summary>
/// The clocks of a year that no single process owns (S001-14, S004-12): once its plan is public the units' demands are collected until the fixed day, and a
/// demand taken into a plan that is approved already asks for a revised version within the period after that day.
/// </summary>
public sealed class PlanClocks(DbContext db, DemandWindows windows, OpenDeadlineHandler open, MeetDeadlineHandler meet)
{
    private const string Collect = "plan.demand";
    private const string Revise = "plan.publish";

    internal static IReadOnlyList<string> Rules { get; } = [Collect, Revise];

    internal async Task<Refusal?> PublishedAsync(AnnualPlan plan, ChangeContext change, CancellationToken cancellationToken)
    {
        if (plan.Version > 1)
        {
            foreach (var clock in await RunningAsync(plan, Revise, cancellationToken))
            {
                if ((await meet.HandleAsync(new MeetDeadline(clock.Id), change, cancellationToken)).Refusal is { } no) return no;
            }
            return null;
        }
        var window = await windows.OfAsync(plan.Year, cancellationToken);
        return window.IsLate(change.On) ? null : await OpenAsync(plan, Collect, change.On, window.ClosesOn, change, cancellationToken);
    }

    internal async Task<Refusal?> DemandAcceptedAsync(string planNo, ChangeContext change, CancellationToken cancellationToken)
    {
        if (await db.Set<AnnualPlan>().FirstOrDefaultAsync(p => p.PlanNo == planNo, cancellationToken) is not { Status: PlanStatus.GovernmentApproved or PlanStatus.Published } plan) return null;
        if ((await RunningAsync(plan, Revise, cancellationToken)).Count > 0) return null;
        // One that comes after the collection is over is ad hoc: its own change of the plan has its own clock.
        var window = await windows.OfAsync(plan.Year, cancellationToken);
        return window.IsLate(change.On) ? null : await OpenAsync(plan, Revise, window.ClosesOn, null, change, cancellationToken);
    }

    private async Task<Refusal?> OpenAsync(AnnualPlan plan, string rule, DateOnly anchorOn, DateOnly? dueOn, ChangeContext change, CancellationToken cancellationToken)
        => (await open.HandleAsync(new OpenDeadline(rule, plan.PlanNo, "plan", plan.Id, anchorOn, Roles.Planner, ExplicitDueOn: dueOn, SubjectName: $"{plan.Year}年度抽查工作计划", Chain: plan.Chain), change, cancellationToken)).Refusal;

    private async Task<List<Deadline>> RunningAsync(AnnualPlan plan, string rule, CancellationToken cancellationToken)
        => [.. (await db.Set<Deadline>().Where(d => d.SubjectId == plan.Id && d.RuleKey == rule).ToListAsync(cancellationToken)).Concat(db.Set<Deadline>().Local.Where(d => d.SubjectId == plan.Id && d.RuleKey == rule)).Distinct().Where(d => d.IsRunning)];
}
