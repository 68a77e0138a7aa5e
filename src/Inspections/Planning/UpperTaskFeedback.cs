using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Findings;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Planning;

/// <summary>What was done for an object the upper body drew.</summary>
/// <param name="Case">A check of the item in the task's year, the one in the task's days first; null: none yet.</param>
public sealed record DrawnAboveDone(DrawnAbove Drawn, InspectionCase? Case);

/// <summary>反馈: what was done for a task of the upper body.</summary>
/// <param name="Line">The plan line that does it, as it is now.</param>
/// <param name="Listed">Objects on the lists of the line's campaigns.</param>
/// <param name="Checked">Checks of them that have ended.</param>
/// <param name="WithFindings">Checked objects at which something was found.</param>
public sealed record UpperTaskFeedback(UpperTask Task, PlanLine? Line, IReadOnlyList<string> Campaigns, int Listed, int Checked, int WithFindings, IReadOnlyList<DrawnAboveDone> Drawn)
{
    /// <summary>Of a year, those that wait first, by the day they were issued.</summary>
    public static async Task<IReadOnlyList<UpperTaskFeedback>> OfYearAsync(DbContext db, int year, CancellationToken cancellationToken)
    {
        DateOnly first = new(year, 1, 1), last = new(year, 12, 31);
        var tasks = await db.Set<UpperTask>().AsNoTracking().Where(t => t.PeriodFrom >= first && t.PeriodFrom <= last).ToListAsync(cancellationToken);
        List<UpperTaskFeedback> all = [];
        foreach (var task in tasks.OrderBy(t => t.Answer is null ? 0 : 1).ThenByDescending(t => t.IssuedOn).ThenBy(t => t.Number, StringComparer.Ordinal)) all.Add(await OfAsync(db, task, cancellationToken));
        return all;
    }

    public static async Task<UpperTaskFeedback> OfAsync(DbContext db, UpperTask task, CancellationToken cancellationToken)
    {
        var line = task.PlanNo is null ? null : await db.Set<PlanLine>().AsNoTracking().SingleOrDefaultAsync(l => l.PlanNo == task.PlanNo && l.LineNo == task.LineNo, cancellationToken);
        var campaigns = line is null ? [] : await db.Set<Campaign>().AsNoTracking().Where(c => c.PlanNo == line.PlanNo && c.PlanLineNo == line.LineNo).OrderBy(c => c.CampaignNo).Select(c => new { c.Id, c.CampaignNo }).ToListAsync(cancellationToken);
        var ids = campaigns.ConvertAll(c => c.Id);
        var done = db.Set<InspectionCase>().Where(c => ids.Contains(c.CampaignId) && c.CheckedOn != null);
        return new UpperTaskFeedback(task, line, campaigns.ConvertAll(c => c.CampaignNo),
            await db.Set<InspectionAssignment>().CountAsync(a => ids.Contains(a.CampaignId) && a.Status != AssignmentStatus.Replaced, cancellationToken), await done.CountAsync(cancellationToken),
            await done.CountAsync(c => db.Set<Finding>().Any(f => f.CaseId == c.Id && f.Status != FindingStatus.Withdrawn), cancellationToken), await ObjectsAsync(db, task, cancellationToken));
    }

    private static async Task<IReadOnlyList<DrawnAboveDone>> ObjectsAsync(DbContext db, UpperTask task, CancellationToken cancellationToken)
    {
        var drawn = await UpperTasks.DrawnAsync(db, task, cancellationToken);
        if (drawn.Count == 0) return [];
        var numbers = drawn.Where(d => d.Entry is not null).Select(d => d.Entry!.Number).ToList();
        DateOnly first = new(task.PeriodFrom.Year, 1, 1), last = new(task.PeriodFrom.Year, 12, 31);
        // Whole codes: YJ-1 is no part of YJ-10.
        var mark = $";{task.ItemCode};";
        List<InspectionCase> cases = [];
        foreach (var chunk in numbers.Chunk(500))
            cases.AddRange(await db.Set<InspectionCase>().AsNoTracking().Where(c => chunk.Contains(c.InspecteeNumber) && c.PlannedOn >= first && c.PlannedOn <= last && c.Status != InspectionStatus.Refused && (";" + c.ItemCodes + ";").Contains(mark)).ToListAsync(cancellationToken));
        var byObject = cases.OrderBy(c => c.PlannedOn >= task.PeriodFrom && c.PlannedOn <= task.PeriodTo ? 0 : 1).ThenBy(c => c.PlannedOn).ThenBy(c => c.InspectionNo, StringComparer.Ordinal).ToLookup(c => c.InspecteeNumber, StringComparer.Ordinal);
        return [.. drawn.Select(d => new DrawnAboveDone(d, d.Entry is { } entry ? byObject[entry.Number].FirstOrDefault() : null))];
    }
}
