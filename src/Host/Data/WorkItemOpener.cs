using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Data;

/// <summary>One round trip for all that completing a work item reads: the instance, locked, its bookmarks, the item, the end of the case's audit chain.</summary>
internal sealed class WorkItemOpener(Db db, UnitSql sql, OwnRows own, WorkflowStore store, AuditTrail audit, WorkItemPlaces places) : IWorkItemOpener
{
    private const string InstanceId = "(SELECT instance_id FROM work_items WHERE id = $1)";

    public async Task<WorkItem?> OpenAsync(Guid id, CancellationToken cancellationToken)
    {
        if (own.Of<WorkItem>().FirstOrDefault(i => i.Id == id) is { } made) return made;
        own.HandOver();
        if (db.Set<WorkItem>().Local.FindEntry(id) is { } known) return known.State is EntityState.Deleted ? null : known.Entity;
        var place = places.Find(id);
        // The item is read after the lock was got: who was first has completed it by then.
        var locked = place is null ? store.Locking(InstanceId, id) : store.Locking("$1", place.InstanceId);
        var items = new RowsRead<WorkItem>(RowSql.Of<WorkItem>(db).Select("WHERE id = $1", [id]), [id], RowReader<WorkItem>.Of(db));
        var chain = place is null ? audit.ReadAhead("(SELECT 'case/' || case_no FROM work_items WHERE id = $1)", id) : audit.ReadAhead($"case/{place.CaseNo}");
        await sql.ReadAsync(cancellationToken, [locked.Instances, locked.Bookmarks, items, .. chain.Reads]);
        if (items.Rows is not [var item]) return null;
        if (place is null || (place.InstanceId == item.InstanceId && place.CaseNo == item.CaseNo))
        {
            store.Remember(locked);
            audit.Remember($"case/{item.CaseNo}", chain);
        }
        places.Note(item);
        own.Keep(item);
        return item;
    }
}
