using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.Publications;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Planning;

/// <summary>计划与完成 of a line: what was planned against what was drawn, visited and made public (S001-15).</summary>
/// <param name="Planned">抽查户数 of the approved version; of a plan that is not approved, of the lines as they are.</param>
/// <param name="Drawn">Objects on the lists of its campaigns, replaced ones left out.</param>
/// <param name="Visited">Checks that have ended.</param>
/// <param name="Published">Checks whose result is public.</param>
/// <param name="Late">Checks with a deadline that has passed.</param>
/// <param name="Missed">Planned and not visited though the line's period is over.</param>
public sealed record LineProgress(PlanLine Line, bool IsApproved, int Planned, int Drawn, int Visited, int Published, int Late, int Missed)
{
    /// <summary>Checks the line's frequency asks for in the year: of a full check so many times of each object (每年不少于1次); null: the line draws, or says no number.</summary>
    public int? Wanted => Line.Sampling == "全面" && PlanProgress.TimesAYear(Line.Frequency) is { } times ? times * Planned : null;

    /// <summary>Whole per cent of the planned visits that are done.</summary>
    public int Percent => Planned == 0 ? 0 : (int)(100L * Math.Min(Visited, Planned) / Planned);
}

public static class PlanProgress
{
    /// <summary>每年不少于2次, 每年2次: 2; null: it names no number of a year.</summary>
    public static int? TimesAYear(string? frequency)
    {
        var digits = frequency is not null && frequency.StartsWith("每年", StringComparison.Ordinal) ? new string([.. frequency.SkipWhile(c => !char.IsAsciiDigit(c)).TakeWhile(char.IsAsciiDigit)]) : "";
        return digits.Length is 1 or 2 && int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture) is > 0 and var times ? times : null;
    }

    /// <summary>随机抽查覆盖 of a year: objects checked at least once, of the plan or not, against those in the register that may be checked (S004-04).</summary>
    public static async Task<(int Checked, int All)> CoverageAsync(DbContext db, int year, CancellationToken cancellationToken)
    {
        DateOnly first = new(year, 1, 1), last = new(year, 12, 31);
        return (await db.Set<InspectionCase>().Where(c => c.CheckedOn >= first && c.CheckedOn <= last).Select(c => c.InspecteeNumber).Distinct().CountAsync(cancellationToken),
            await db.Set<Registers.Inspectee>().CountAsync(i => i.RegistrationStatus == "存续", cancellationToken));
    }

    /// <summary>Of all plans of a year, in the order of their numbers and lines.</summary>
    public static async Task<IReadOnlyList<LineProgress>> OfYearAsync(DbContext db, int year, DateOnly today, CancellationToken cancellationToken)
    {
        var live = await db.Set<PlanLine>().AsNoTracking().Where(l => l.Year == year).ToListAsync(cancellationToken);
        var plans = await db.Set<AnnualPlan>().AsNoTracking().Where(p => p.Year == year).ToListAsync(cancellationToken);
        List<(PlanLine Line, bool IsApproved)> lines = [];
        foreach (var number in live.Select(l => l.PlanNo).Union(plans.Select(p => p.PlanNo)).Order(StringComparer.Ordinal))
        {
            var approved = plans.FirstOrDefault(p => p.PlanNo == number) is { } plan ? await PlanLines.ApprovedAsync(db, plan, cancellationToken) : null;
            lines.AddRange((approved ?? live.Where(l => l.PlanNo == number)).OrderBy(l => l.LineNo).Select(l => (l, approved is not null)));
        }
        var numbers = lines.Select(l => l.Line.PlanNo).Distinct().ToList();
        var campaigns = await db.Set<Campaign>().AsNoTracking().Where(c => numbers.Contains(c.PlanNo)).Select(c => new { c.Id, c.PlanNo, c.PlanLineNo }).ToListAsync(cancellationToken);
        var ids = campaigns.Select(c => c.Id).ToList();
        // Counted where the rows are: a province has hundreds of thousands of them.
        var drawn = await db.Set<InspectionAssignment>().Where(a => ids.Contains(a.CampaignId) && a.Status != AssignmentStatus.Replaced).GroupBy(a => a.CampaignId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        var cases = db.Set<InspectionCase>().Where(c => ids.Contains(c.CampaignId));
        var visited = await cases.Where(c => c.CheckedOn != null).GroupBy(c => c.CampaignId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        var published = await cases.Where(c => db.Set<Publication>().Any(p => p.CaseId == c.Id && p.Kind == PublicationKind.InspectionResult && p.PublishedOn != null)).GroupBy(c => c.CampaignId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        var late = await cases.Where(c => db.Set<Deadline>().Any(d => d.CaseNo == c.InspectionNo && (d.Status == DeadlineStatus.Open || d.Status == DeadlineStatus.Overdue) && d.PausedOn == null && d.DueOn < today))
            .GroupBy(c => c.CampaignId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        // 并入: another campaign's case is the visit.
        var merged = await db.Set<InspectionAssignment>().Where(m => ids.Contains(m.CampaignId) && m.Status == AssignmentStatus.Merged)
            .Join(db.Set<InspectionAssignment>(), m => m.MergedIntoId, a => a.Id, (m, a) => new { m.CampaignId, Into = a.CampaignId, a.InspecteeNumber })
            .Join(db.Set<InspectionCase>().Where(c => c.CheckedOn != null), m => new { CampaignId = m.Into, m.InspecteeNumber }, c => new { c.CampaignId, c.InspecteeNumber },
                (m, c) => new { m.CampaignId, Published = db.Set<Publication>().Any(p => p.CaseId == c.Id && p.Kind == PublicationKind.InspectionResult && p.PublishedOn != null) }).ToListAsync(cancellationToken);
        foreach (var visit in merged)
        {
            visited[visit.CampaignId] = visited.GetValueOrDefault(visit.CampaignId) + 1;
            if (visit.Published) published[visit.CampaignId] = published.GetValueOrDefault(visit.CampaignId) + 1;
        }
        return [.. lines.Select(l =>
        {
            var own = campaigns.Where(c => c.PlanNo == l.Line.PlanNo && c.PlanLineNo == l.Line.LineNo).Select(c => c.Id).ToList();
            var done = own.Sum(id => visited.GetValueOrDefault(id));
            return new LineProgress(l.Line, l.IsApproved, l.Line.SampleSize, own.Sum(id => drawn.GetValueOrDefault(id)), done, own.Sum(id => published.GetValueOrDefault(id)), own.Sum(id => late.GetValueOrDefault(id)),
                l.IsApproved && l.Line.PeriodTo < today ? Math.Max(0, l.Line.SampleSize - done) : 0);
        })];
    }
}
