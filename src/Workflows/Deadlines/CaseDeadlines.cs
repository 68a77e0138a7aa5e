using DoubleRandom.Inspections.Deadlines;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Deadlines;

/// <summary>
/// The running clocks of a workflow and of the one that called it: a stage called as a child (公示) meets the clock its caller started,
/// and two penalties of one case keep clocks of their own.
/// </summary>
internal static class CaseDeadlines
{
    public static async Task<Deadline?> RunningAsync(this DbContext db, string rule, Guid instanceId, Guid? parentInstanceId, CancellationToken cancellationToken)
    {
        Guid?[] owners = parentInstanceId is { } parent ? [instanceId, parent] : [instanceId];
        // Clocks of this very burst are not in the database yet.
        var local = db.Set<Deadline>().Local.LastOrDefault(d => d.RuleKey == rule && d.IsRunning && owners.Contains(d.InstanceId));
        if (local is not null) return local;
        var found = await db.Set<Deadline>().Where(d => d.RuleKey == rule && owners.Contains(d.InstanceId)
                && (d.Status == DeadlineStatus.Open || d.Status == DeadlineStatus.Overdue)).OrderBy(d => d.Id).ToListAsync(cancellationToken);
        // A row met in this burst still reads as open in the database.
        return found.LastOrDefault(d => d.IsRunning);
    }
}
