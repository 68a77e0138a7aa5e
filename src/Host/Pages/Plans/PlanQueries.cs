using System.Text.Json;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Pages.Plans;

/// <param name="Drawn">Cases opened; <see cref="Done"/>: those whose check has ended.</param>
public sealed record PlanLineView(PlanLine Line, IReadOnlyList<Campaign> Campaigns, int Drawn, int Done);

/// <param name="Plan">Null: lines were imported, the plan is not opened yet.</param>
/// <param name="Pending">Of an approved plan: what its lines have other than the approved version.</param>
public sealed record PlanView(string PlanNo, AnnualPlan? Plan, IReadOnlyList<PlanLineView> Lines, IReadOnlyList<LineChange> Pending)
{
    public int Planned => Lines.Sum(l => l.Line.SampleSize);

    public int Done => Lines.Sum(l => l.Done);
}

/// <summary>A line to look at and to change, or a new one.</summary>
/// <param name="Problem">What keeps it from being approved.</param>
/// <param name="Load">Of its department.</param>
/// <param name="IsLocked">The plan is being reviewed or approved.</param>
/// <param name="IsApproved">Changes wait for the next version.</param>
/// <param name="Marked">Objects the register marks as 不适用随机抽查 since the approval, which stand on no exclusion yet.</param>
public sealed record PlanLineEntry(
    string? PlanNo, PlanLine? Line, InspectionItem? Item, Refusal? Problem, DepartmentLoad? Load, decimal LoadShare, int VisitsPerDay, IReadOnlyList<Demand> Demands, IReadOnlyList<Campaign> Campaigns,
    bool IsLocked, bool IsApproved, PlanRules Rules, IReadOnlyList<InspectionItem> Items, IReadOnlyList<string> Units, IReadOnlyList<string> PlanNos, string? LeadUnit, IReadOnlyList<PlanExclusion> Exclusions,
    string? CapWarning, IReadOnlyList<Inspectee> Marked, IReadOnlyList<UpperTask> UpperTasks);

/// <summary>A version as it was approved.</summary>
/// <param name="Changes">Against the version before.</param>
/// <param name="Versions">All that were approved.</param>
public sealed record PlanVersionView(AnnualPlan Plan, PlanVersion Version, IReadOnlyList<PlanLine> Lines, IReadOnlyList<LineChange> Changes, IReadOnlyList<int> Versions);

/// <summary>年度计划: planned against done.</summary>
public sealed class PlanQueries(DbContext db, CalendarSource calendars, DemandQueries demands)
{
    public async Task<IReadOnlyList<PlanRules>> RulesAsync(CancellationToken cancellationToken) => await PlanRules.AllAsync(db, cancellationToken);

    public Task<PlanRules> RulesOnAsync(DateOnly on, CancellationToken cancellationToken) => PlanRules.InForceAsync(db, on, cancellationToken);

    public Task<DemandWindow> WindowAsync(int year, CancellationToken cancellationToken) => demands.WindowAsync(year, cancellationToken);

    public Task<IReadOnlyList<LineProgress>> ProgressAsync(int year, DateOnly today, CancellationToken cancellationToken) => PlanProgress.OfYearAsync(db, year, today, cancellationToken);

    public Task<(int Checked, int All)> CoverageAsync(int year, CancellationToken cancellationToken) => PlanProgress.CoverageAsync(db, year, cancellationToken);

    /// <param name="number">Null: the last.</param>
    public async Task<PlanVersionView?> VersionAsync(string planNo, int? number, CancellationToken cancellationToken)
    {
        if (await db.Set<AnnualPlan>().AsNoTracking().SingleOrDefaultAsync(p => p.PlanNo == planNo, cancellationToken) is not { } plan) return null;
        var versions = await db.Set<PlanVersion>().AsNoTracking().Where(v => v.PlanId == plan.Id).OrderBy(v => v.Version).ToListAsync(cancellationToken);
        if (versions.Count == 0 || versions.FirstOrDefault(v => v.Version == (number ?? versions[^1].Version)) is not { } version) return null;
        var lines = PlanLines.Read(version);
        var before = versions.LastOrDefault(v => v.Version < version.Version);
        return new PlanVersionView(plan, version, lines, before is null ? [] : PlanChanges.Of(PlanLines.Read(before), lines), [.. versions.Select(v => v.Version)]);
    }

    /// <summary>What the lines have other than the last version: what an adjustment would change.</summary>
    private async Task<IReadOnlyList<LineChange>> PendingAsync(AnnualPlan? plan, IReadOnlyList<PlanLine> lines, CancellationToken cancellationToken)
        => plan is { Status: PlanStatus.GovernmentApproved or PlanStatus.Published } && await PlanLines.ApprovedAsync(db, plan, cancellationToken) is { } approved ? PlanChanges.Of(approved, lines) : [];

    /// <summary>All that keeps the lines of a plan from being approved.</summary>
    public async Task<IReadOnlyList<PlanProblem>> ProblemsAsync(string planNo, CancellationToken cancellationToken)
        => await PlanLines.ProblemsAsync(db, await PlanLines.OfAsync(db, planNo, cancellationToken), cancellationToken);

    /// <summary>能力测算 over all plans of a year: the officers are the same.</summary>
    public async Task<PlanLoad> LoadAsync(int year, CancellationToken cancellationToken)
    {
        var lines = await db.Set<PlanLine>().AsNoTracking().Where(l => l.Year == year).OrderBy(l => l.LineNo).ToListAsync(cancellationToken);
        return await PlanLoad.OfAsync(db, calendars, lines, await CapacityAsync(year, cancellationToken), cancellationToken);
    }

    /// <param name="planNo">Null: a new line of any plan.</param>
    /// <param name="lineNo">Null: a new line.</param>
    /// <returns>Null: there is no such line.</returns>
    public async Task<PlanLineEntry?> LineAsync(string? planNo, int? lineNo, DateOnly today, CancellationToken cancellationToken)
    {
        var line = lineNo is null ? null : await db.Set<PlanLine>().AsNoTracking().SingleOrDefaultAsync(l => l.PlanNo == planNo && l.LineNo == lineNo, cancellationToken);
        if (lineNo is not null && line is null) return null;
        var plan = planNo is null ? null : await db.Set<AnnualPlan>().AsNoTracking().SingleOrDefaultAsync(p => p.PlanNo == planNo, cancellationToken);
        var load = line is null ? null : await LoadAsync(line.Year, cancellationToken);
        var on = line?.PeriodFrom ?? today;
        var lead = await db.Set<PlanLine>().AsNoTracking().Where(l => l.PlanNo == planNo).OrderBy(l => l.LineNo).Select(l => l.LeadUnit).FirstOrDefaultAsync(cancellationToken);
        var approved = plan?.Status is PlanStatus.GovernmentApproved or PlanStatus.Published;
        return new PlanLineEntry(
            planNo, line, line is null ? null : await ObjectPool.ItemAsync(db, line.ItemCode, on, cancellationToken),
            line is null ? null : await PlanLines.CheckAsync(db, [line], cancellationToken),
            load?.Departments.FirstOrDefault(d => d.Department == line!.LeadUnit), load?.Share ?? 1, load?.VisitsPerDay ?? 1,
            line is null ? [] : await db.Set<Demand>().AsNoTracking().Where(d => d.PlanNo == line.PlanNo && d.LineNo == line.LineNo).OrderBy(d => d.Number).ToListAsync(cancellationToken),
            line is null ? [] : await db.Set<Campaign>().AsNoTracking().Where(c => c.PlanNo == line.PlanNo && c.PlanLineNo == line.LineNo).OrderBy(c => c.CampaignNo).ToListAsync(cancellationToken),
            plan is { SubmittedAt: not null } && !approved, approved, await PlanRules.InForceAsync(db, on, cancellationToken),
            await demands.ItemsAsync(on, cancellationToken), await demands.UnitsAsync(cancellationToken),
            await db.Set<PlanLine>().AsNoTracking().Where(l => l.Year >= today.Year).Select(l => l.PlanNo).Distinct().OrderBy(n => n).ToListAsync(cancellationToken),
            lead ?? (await OfficeProfile.CurrentAsync(db, cancellationToken))?.ShortName,
            line is null ? [] : await db.Set<PlanExclusion>().AsNoTracking().Where(e => e.PlanNo == line.PlanNo && e.LineNo == line.LineNo).OrderBy(e => e.Code).ThenBy(e => e.InspecteeNumber).ToListAsync(cancellationToken),
            line is null ? null : await YearlyCaps.WarningAsync(db, line, cancellationToken), line is null ? [] : await MarkedAsync(line, cancellationToken),
            line is null ? [] : await db.Set<UpperTask>().AsNoTracking().Where(t => t.PlanNo == line.PlanNo && t.LineNo == line.LineNo).OrderBy(t => t.Number).ToListAsync(cancellationToken));
    }

    private async Task<IReadOnlyList<Inspectee>> MarkedAsync(PlanLine line, CancellationToken cancellationToken)
    {
        var there = await db.Set<PlanExclusion>().Where(e => e.PlanNo == line.PlanNo && e.LineNo == line.LineNo).Select(e => e.InspecteeNumber).ToListAsync(cancellationToken);
        return [.. (await LateMarks.OpenAsync(db, line, cancellationToken)).Where(m => !there.Contains(m.Number))];
    }

    /// <summary>The office's own arithmetic, of the last plan of the year that was compiled.</summary>
    private async Task<PlanCapacity?> CapacityAsync(int year, CancellationToken cancellationToken)
        => await db.Set<AnnualPlan>().AsNoTracking().Where(p => p.Year == year && p.CapacityJson != null).OrderByDescending(p => p.SubmittedAt).Select(p => p.CapacityJson).FirstOrDefaultAsync(cancellationToken) is { } json
            ? JsonSerializer.Deserialize<PlanCapacity>(json) : null;

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
        List<PlanView> views = [];
        foreach (var group in lines.GroupBy(l => l.PlanNo).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var (plan, own) = (plans.GetValueOrDefault(group.Key), group.OrderBy(l => l.LineNo).ToList());
            views.Add(new PlanView(group.Key, plan, [.. own.Select(View)], await PendingAsync(plan, own, cancellationToken)));
        }
        return views;

        PlanLineView View(PlanLine line)
        {
            var made = campaigns.Where(c => c.PlanNo == line.PlanNo && c.PlanLineNo == line.LineNo).ToList();
            return new PlanLineView(line, made, made.Sum(c => counts.GetValueOrDefault(c.Id)?.Drawn ?? 0), made.Sum(c => counts.GetValueOrDefault(c.Id)?.Done ?? 0));
        }
    }
}
