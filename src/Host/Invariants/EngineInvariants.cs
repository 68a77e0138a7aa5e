using DoubleRandom.Basics;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Activities;
using DoubleRandom.Workflows.Definitions;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Invariants;

/// <summary>Instances, bookmarks, work items, children: no case is lost, none is stuck in silence.</summary>
internal static class EngineInvariants
{
    private static readonly string HumanTaskName = HumanTask.Descriptor.TypeName;

    public static readonly IReadOnlyList<Invariant> All =
    [
        new("work-item-bookmark", "每个未办待办都有等待它的书签", static async (db, _, ct) =>
            [.. (await db.Set<WorkItem>().Where(w => w.Status == WorkItemStatus.Open && !db.Set<BookmarkRow>().Any(b => b.Id == w.BookmarkId && b.InstanceId == w.InstanceId))
                .Select(w => new { w.Id, w.CaseNo, w.Title }).ToListAsync(ct)).Select(w => $"待办 {w.Id} {w.CaseNo} {w.Title}")]),

        new("bookmark-work-item", "每个人工办理的书签都有一个未办待办", static async (db, _, ct) =>
            [.. (await db.Set<BookmarkRow>().Where(b => b.Name == HumanTaskName && (b.CorrelationId == null
                    ? !db.Set<WorkItem>().Any(w => w.BookmarkId == b.Id && w.Status == WorkItemStatus.Open)
                    // By the case's number, which is how the items are to be found.
                    : !db.Set<WorkItem>().Any(w => w.CaseNo == b.CorrelationId && w.BookmarkId == b.Id && w.Status == WorkItemStatus.Open)))
                .Select(b => new { b.Id, b.InstanceId, b.NodeId }).ToListAsync(ct)).Select(b => $"书签 {b.Id} 实例 {b.InstanceId} 节点 {b.NodeId}")]),

        new("finished-bookmark", "已结束的实例没有书签", static async (db, _, ct) =>
            [.. (await db.Set<BookmarkRow>().Where(b => !db.Set<WorkflowInstanceRow>().Any(i => i.Id == b.InstanceId && i.Status == WorkflowStatus.Running))
                .Select(b => new { b.Id, b.InstanceId }).ToListAsync(ct)).Select(b => $"书签 {b.Id} 实例 {b.InstanceId}")]),

        new("finished-children", "案件已结束，其子流程都已结束", static async (db, _, ct) =>
            [.. (await db.Set<WorkflowInstanceRow>().Where(i => i.Status == WorkflowStatus.Running && i.RootInstanceId != i.Id
                    && db.Set<WorkflowInstanceRow>().Any(r => r.Id == i.RootInstanceId && r.Status == WorkflowStatus.Finished))
                .Select(i => new { i.Id, i.DefinitionId, i.CorrelationId }).ToListAsync(ct)).Select(i => $"实例 {i.Id} {i.DefinitionId} {i.CorrelationId}")]),

        // Law 10: an instance that runs waits for somebody, for something or for a date; or an incident says why it does not.
        new("running-waits", "每个进行中的实例都在等人、等事、等子流程，或有异常记录", static async (db, _, ct) =>
            [.. (await db.Set<WorkflowInstanceRow>().Where(i => i.Status == WorkflowStatus.Running
                    && !db.Set<BookmarkRow>().Any(b => b.InstanceId == i.Id)
                    && !db.Set<IncidentRow>().Any(n => n.InstanceId == i.Id && n.ResolvedAt == null)
                    && !db.Set<DispatchRow>().Any(d => d.ParentInstanceId == i.Id && d.StartedAt == null)
                    && !db.Set<SignalRow>().Any(s => s.InstanceId == i.Id && s.ConsumedAt == null)
                    && !db.Set<WorkflowInstanceRow>().Any(c => c.ParentInstanceId == i.Id && c.Status == WorkflowStatus.Running))
                .Select(i => new { i.Id, i.DefinitionId, i.CorrelationId }).ToListAsync(ct)).Select(i => $"实例 {i.Id} {i.DefinitionId} {i.CorrelationId}")]),

        new("dispatch-child", "每个已派发的子流程都存在", static async (db, _, ct) =>
            [.. (await db.Set<DispatchRow>().Where(d => d.StartedAt != null && !db.Set<WorkflowInstanceRow>().Any(i => i.Id == d.ChildInstanceId))
                .Select(d => new { d.Id, d.DefinitionId, d.ChildInstanceId }).ToListAsync(ct)).Select(d => $"派发 {d.Id} {d.DefinitionId} {d.ChildInstanceId}")]),

        new("child-parent", "每个子流程都有上级，且只派发一次", static async (db, _, ct) =>
            [.. (await db.Set<WorkflowInstanceRow>().Where(i => i.ParentInstanceId != null
                    && (!db.Set<WorkflowInstanceRow>().Any(p => p.Id == i.ParentInstanceId) || db.Set<DispatchRow>().Count(d => d.ChildInstanceId == i.Id) != 1))
                .Select(i => new { i.Id, i.DefinitionId, i.CorrelationId }).ToListAsync(ct)).Select(i => $"实例 {i.Id} {i.DefinitionId} {i.CorrelationId}")]),

        new("incident-count", "实例上的异常数与异常记录一致", static async (db, _, ct) =>
            [.. (await db.Set<WorkflowInstanceRow>().Where(i => i.IncidentCount != db.Set<IncidentRow>().Count(n => n.InstanceId == i.Id && n.ResolvedAt == null))
                .Select(i => new { i.Id, i.IncidentCount }).ToListAsync(ct)).Select(i => $"实例 {i.Id} 记 {i.IncidentCount}")]),

        new("definition-hash", "流程定义的每个版本与其哈希一致", static async (db, _, ct) =>
        {
            List<string> broken = [];
            await foreach (var v in db.Set<DefinitionVersion>().OrderBy(v => v.Id).AsAsyncEnumerable().WithCancellation(ct))
            {
                if (Hashing.Sha256Hex(v.Json) != v.Hash) broken.Add($"{v.DefinitionId} 第 {v.Version} 版");
            }
            return broken;
        }),

        new("instance-version", "每个实例的流程版本存在", static async (db, _, ct) =>
            [.. (await db.Set<WorkflowInstanceRow>().Where(i => !db.Set<DefinitionVersion>().Any(v => v.Id == i.DefinitionVersionId))
                .Select(i => new { i.Id, i.DefinitionVersionId }).ToListAsync(ct)).Select(i => $"实例 {i.Id} 版本 {i.DefinitionVersionId}")]),
    ];
}
