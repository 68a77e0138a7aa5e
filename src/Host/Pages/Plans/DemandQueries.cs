using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Planning;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Pages.Plans;

/// <param name="Counts">Demands of the year by state; the key “” counts those that wait.</param>
public sealed record DemandList(DemandWindow Window, IReadOnlyList<Demand> Demands, IReadOnlyDictionary<string, int> Counts);

/// <param name="Lines">Of the year's plans that can still be changed: same item first.</param>
/// <param name="PlanNos">Plans a new line can be made in.</param>
public sealed record DemandView(Demand Demand, DemandWindow Window, InspectionItem? Item, IReadOnlyList<PlanLine> Lines, IReadOnlyList<string> PlanNos);

/// <param name="ItemName">Null: the item list in force does not have it.</param>
/// <param name="Lines">Of the year's plans that check its item: it can join one of them.</param>
/// <param name="PlanNos">Plans a new line can be made in.</param>
public sealed record UpperTaskView(UpperTaskFeedback Feedback, string? ItemName, IReadOnlyList<PlanLine> Lines, IReadOnlyList<string> PlanNos);

/// <summary>抽查需求: the list of a year and one of them.</summary>
public sealed class DemandQueries(DbContext db, DemandWindows windows)
{
    private const int Max = 500;

    /// <param name="state">“” those that wait, “全部” all, else the state.</param>
    public async Task<DemandList> OfYearAsync(int year, string state, CancellationToken cancellationToken)
    {
        var rows = (await db.Set<Demand>().AsNoTracking().ToListAsync(cancellationToken)).Where(d => YearOf(d) == year).ToList();
        var shown = state == "全部" ? rows : state.Length == 0 ? rows.Where(d => d.IsOpen) : rows.Where(d => d.Status == state);
        Dictionary<string, int> counts = rows.GroupBy(d => d.IsOpen ? "" : d.Status!).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        counts["全部"] = rows.Count;
        return new DemandList(await windows.OfAsync(year, cancellationToken), [.. shown.OrderBy(d => d.IsOpen ? 0 : 1).ThenByDescending(d => d.IsUrgent && d.IsOpen).ThenByDescending(d => d.RaisedOn).ThenByDescending(d => d.Number, StringComparer.Ordinal).Take(Max)], counts);
    }

    public async Task<DemandView?> FindAsync(string number, CancellationToken cancellationToken)
    {
        if (await db.Set<Demand>().AsNoTracking().SingleOrDefaultAsync(d => d.Number == number, cancellationToken) is not { } demand) return null;
        var year = YearOf(demand);
        var lines = await db.Set<PlanLine>().AsNoTracking().Where(l => l.Year == year).ToListAsync(cancellationToken);
        return new DemandView(demand, await windows.OfAsync(year, cancellationToken), await ObjectPool.ItemAsync(db, demand.ItemCode, demand.PeriodFrom ?? demand.RaisedOn, cancellationToken),
            [.. lines.Where(l => l.ItemCode == demand.ItemCode || PlanLines.MergedOf(l).Contains(demand.ItemCode)).OrderBy(l => l.LineNo)], [.. lines.Select(l => l.PlanNo).Distinct().Order(StringComparer.Ordinal)]);
    }

    public Task<IReadOnlyList<UpperTaskFeedback>> UpperTasksAsync(int year, CancellationToken cancellationToken) => UpperTaskFeedback.OfYearAsync(db, year, cancellationToken);

    public Task<UpperTask?> FindUpperTaskAsync(string number, CancellationToken cancellationToken) => db.Set<UpperTask>().AsNoTracking().SingleOrDefaultAsync(t => t.Number == number, cancellationToken);

    public async Task<UpperTaskView?> UpperTaskAsync(string number, CancellationToken cancellationToken)
    {
        if (await FindUpperTaskAsync(number, cancellationToken) is not { } task) return null;
        var lines = await db.Set<PlanLine>().AsNoTracking().Where(l => l.Year == task.PeriodFrom.Year).ToListAsync(cancellationToken);
        return new UpperTaskView(await UpperTaskFeedback.OfAsync(db, task, cancellationToken), (await UpperTasks.ItemAsync(db, task, cancellationToken))?.Name,
            [.. lines.Where(l => l.ItemCode == task.ItemCode || PlanLines.MergedOf(l).Contains(task.ItemCode)).OrderBy(l => l.PlanNo, StringComparer.Ordinal).ThenBy(l => l.LineNo)], [.. lines.GroupBy(l => l.PlanNo).OrderByDescending(g => g.Any(l => l.ItemCode == task.ItemCode)).ThenBy(g => g.Key, StringComparer.Ordinal).Select(g => g.Key)]);
    }

    /// <summary>Items that may be demanded: random ones in force today or later this year.</summary>
    public async Task<IReadOnlyList<InspectionItem>> ItemsAsync(DateOnly on, CancellationToken cancellationToken)
        => [.. (await db.Set<InspectionItem>().AsNoTracking().Where(i => i.IsRandom && i.ReviewedOn != null && i.PublishedOn != null && (i.EffectiveTo == null || i.EffectiveTo >= on)).ToListAsync(cancellationToken))
            .GroupBy(i => i.Code).Select(g => g.MaxBy(i => i.Version)!).OrderBy(i => i.Code, StringComparer.Ordinal)];

    /// <summary>Departments a demand can come from: those of the office, and those the item list names.</summary>
    public async Task<IReadOnlyList<string>> UnitsAsync(CancellationToken cancellationToken)
    {
        var office = (await OfficeProfile.CurrentAsync(db, cancellationToken))?.Data;
        var sections = await db.Set<InspectionItem>().AsNoTracking().Where(i => i.OwnerSection != null).Select(i => i.OwnerSection!).Distinct().ToListAsync(cancellationToken);
        return [.. (office?.Departments ?? []).Select(d => d.Name).Concat(sections.Order(StringComparer.Ordinal)).Distinct()];
    }

    public Task<DemandWindow> WindowAsync(int year, CancellationToken cancellationToken) => windows.OfAsync(year, cancellationToken);

    /// <summary>The year of the plan a demand is for.</summary>
    private static int YearOf(Demand demand) => (demand.PeriodFrom ?? demand.RaisedOn).Year;
}
