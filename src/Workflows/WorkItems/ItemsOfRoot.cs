using DoubleRandom.Engine.Storage;
using DoubleRandom.Inspections.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.WorkItems;

internal static class ItemsOfRoot
{
    /// <summary>The work items of one root instance. Items are found by their case's number; what has none yet lies under the ids of its instances.</summary>
    /// <param name="caseNo">Of one of them.</param>
    public static async Task<IQueryable<WorkItem>> OfRootAsync(this DbContext db, Guid rootInstanceId, string caseNo, CancellationToken cancellationToken)
    {
        List<string> numbers = [caseNo, rootInstanceId.ToString()];
        List<Guid> parents = Guid.TryParse(caseNo, out _) ? [rootInstanceId] : [];
        while (parents.Count > 0)
        {
            parents = await db.Set<WorkflowInstanceRow>().AsNoTracking()
                .Where(i => i.ParentInstanceId != null && parents.Contains(i.ParentInstanceId.Value) && i.RootInstanceId == rootInstanceId).Select(i => i.Id).ToListAsync(cancellationToken);
            numbers.AddRange(parents.Select(i => i.ToString()));
        }
        return db.Set<WorkItem>().AsNoTracking().Where(i => numbers.Contains(i.CaseNo) && i.RootInstanceId == rootInstanceId);
    }
}
