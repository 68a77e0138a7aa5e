using DoubleRandom.Basics;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Inspections.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.WorkItems;

/// <summary>A cancelled bookmark closes its work item as 已失效, so that nobody works on a step the case has left behind.</summary>
public sealed class CancelledBookmarks(DbContext db, INewRows made, IAuditTrail audit) : IBurstObserver
{
    public void BookmarkCancelled(BookmarkRow bookmark, string reason, ChangeContext change)
    {
        var caseNo = WorkItem.CaseNoOf(bookmark.CorrelationId, bookmark.InstanceId);
        var item = made.Of<WorkItem>().FirstOrDefault(i => i.BookmarkId == bookmark.Id)
            ?? db.Set<WorkItem>().SingleOrDefault(i => i.CaseNo == caseNo && i.BookmarkId == bookmark.Id);
        if (item is not { Status: WorkItemStatus.Open }) return;
        item.Status = WorkItemStatus.Void;
        item.VoidReason = reason;
        item.Revision++;
        if (item.HasSeats()) db.RemoveRange(db.Set<WorkItemSeat>().Where(s => s.WorkItemId == item.Id));
        audit.Record(change, $"case/{item.CaseNo}", "待办失效", item.Title);
    }
}
