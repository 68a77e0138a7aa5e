using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Planning;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Pages.Plans;

/// <param name="Drawn">Cases opened; <see cref="Done"/>: those whose check has ended.</param>
public sealed record PlanLineView(PlanLine Line, IReadOnlyList<Campaign> Campaigns, int Drawn, int Done);

/// <param name="Plan">Null: lines were imported, the plan is not opened yet.</param>
public sealed record PlanView(string PlanNo, AnnualPlan? Plan, IReadOnlyList<PlanLineView> Lines)
{
    public int Planned => Lines.Sum(l => l.Line.SampleSize);

    public int Done => Lines.Sum(l => l.Done);
}

/// <summary>年度计划: planned against done.</summary>
public sealed class PlanQueries(DbContext db)
{
    public Task<List<int>> YearsAsync(CancellationToken cancellationToken)
        => db.Set<PlanLine>().AsNoTracking().Select(l => l.Year).Distinct().OrderByDescending(y => y).ToListAsync(cancellationToken);

    public async Task<IReadOnlyList<PlanView>> OfYearAsync(int year, CancellationToken cancellationToken)
    {
        var lines = await db.Set<PlanLine>().AsNoTracking().Where(l => l.Year == year).ToListAsync(cancellationToken);
        var numbers = lines.Select(l => l.PlanNo).Distinct().ToList();
        var plans = (await db.Set<AnnualPlan>().AsNoTracking().Where(p => numbers.Contains(p.PlanNo)).ToListAsync(cancellationToken)).ToDictionary(p => p.PlanNo, StringComparer.Ordinal);
        var campaigns = await db.Set<Campaign>().AsNoTracking().Where(c => numbers.Contains(c.PlanNo)).OrderBy(c => c.CampaignNo).ToListAsync(cancellationToken);
        var ids = campaigns.Select(c => c.Id).ToList();
        var counts = (await db.Set<InspectionCase>().AsNoTracking().Where(c => ids.Contains(c.CampaignId)).GroupBy(c => c.CampaignId)
            .Select(g => new { g.Key, Drawn = g.Count(), Done = g.Count(c => c.CheckedOn != null) }).ToListAsync(cancellationToken)).ToDictionary(g => g.Key);
        return [.. lines.GroupBy(l => l.PlanNo).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => new PlanView(g.Key, plans.GetValueOrDefault(g.Key),
            [.. g.OrderBy(l => l.LineNo).Select(l =>
            {
                var own = campaigns.Where(c => c.PlanNo == l.PlanNo && c.PlanLineNo == l.LineNo).ToList();
                return new PlanLineView(l, own, own.Sum(c => counts.GetValueOrDefault(c.Id)?.Drawn ?? 0), own.Sum(c => counts.GetValueOrDefault(c.Id)?.Done ?? 0));
            })]))];
    }
}
