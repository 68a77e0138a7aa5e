using DoubleRandom.Inspections.Deadlines;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Deadlines;

/// <summary>
/// The running clocks of a workflow and of the one that called it: a stage called as a child (公示) meets the clock its caller started,
/// and two penalties of one case keep clocks of their own.
/// </summary>
internal static class CaseDeadlines
{
    /// <summary>All of the rule, the first to end first: an order with several last days has a clock for each.</summary>
    public static async Task<IReadOnlyList<Deadline>> RunningAsync(this DbContext db, string rule, Guid instanceId, Guid? parentInstanceId, CancellationToken cancellationToken)
    {
        Guid?[] owners = parentInstanceId is { } parent ? [instanceId, parent] : [instanceId];
        // Clocks opened in this very burst are not in the database yet, and are all there are: none is opened while one runs.
        var opened = db.Set<Deadline>().Local.Where(d => d.RuleKey == rule && d.IsRunning && owners.Contains(d.InstanceId) && db.Entry(d).State is EntityState.Added).ToList();
        if (opened.Count > 0) return [.. opened.OrderBy(d => d.DueOn)];
        var found = await db.Set<Deadline>().Where(d => d.RuleKey == rule && owners.Contains(d.InstanceId)
                && (d.Status == DeadlineStatus.Open || d.Status == DeadlineStatus.Overdue)).OrderBy(d => d.Id).ToListAsync(cancellationToken);
        // A row met in this burst still reads as open in the database.
        return [.. found.Where(d => d.IsRunning).OrderBy(d => d.DueOn)];
    }
}
