using DoubleRandom.Engine.Storage;
using DoubleRandom.Host.Data;
using DoubleRandom.Inspections.Evidence;
using DoubleRandom.Inspections.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Invariants;

/// <summary>The record itself: audit chains, messages, evidence, the database's own check.</summary>
internal static class RecordInvariants
{
    public static readonly IReadOnlyList<Invariant> All =
    [
        new("database", "数据库文件自检无误", static async (db, _, ct) => db.Database.IsNpgsql()
            ? []
            : [.. (await db.Database.SqlQueryRaw<string>("SELECT integrity_check AS \"Value\" FROM pragma_integrity_check").ToListAsync(ct)).Where(l => l != "ok")]),

        new("audit-chains", "每条审计链从头到尾连续、未被改动", static (db, _, ct) => AuditCheck.FindBrokenAsync(db, ct)),

        new("audit-days", "公布过的每日留痕摘要都能由现有的审计链重新算出", static (db, services, ct) => services.GetRequiredService<AuditDays>().FindBrokenAsync(db, ct)),

        // Law 1: what a person decided, what is written about it and how the case went on stand or fall together.
        new("completed-audited", "每个已办待办都有同一时刻的审计记录和流程记录", static async (db, _, ct) =>
            [.. (await db.Set<WorkItem>().Where(w => w.Status == WorkItemStatus.Completed
                    && (!db.Set<AuditEntry>().Any(a => a.Chain == "case/" + w.CaseNo && a.At == w.CompletedAt && a.Subject == w.NodeId)
                        || !db.Set<BurstRow>().Any(b => b.InstanceId == w.InstanceId && b.At == w.CompletedAt && b.Content.Contains("\"" + w.NodeId + "\""))))
                .Select(w => new { w.Id, w.CaseNo, w.Title }).ToListAsync(ct)).Select(w => $"待办 {w.Id} {w.CaseNo} {w.Title}")]),

        new("instance-journal", "实例只在留有流程记录时改变", static async (db, _, ct) =>
            [.. (await db.Set<WorkflowInstanceRow>().Where(i => !db.Set<BurstRow>().Any(b => b.InstanceId == i.Id && b.At == i.UpdatedAt)
                    && !db.Set<IncidentRow>().Any(n => n.InstanceId == i.Id && n.ResolvedAt == i.UpdatedAt))
                .Select(i => new { i.Id, i.DefinitionId, i.CorrelationId }).ToListAsync(ct)).Select(i => $"实例 {i.Id} {i.DefinitionId} {i.CorrelationId}")]),

        new("outbox-once", "待发消息的去重键不重复，状态不矛盾", static async (db, _, ct) =>
        [
            .. (await db.Set<OutboxMessage>().GroupBy(m => m.DedupeKey).Where(g => g.Count() > 1).Select(g => g.Key).ToListAsync(ct)).Select(k => $"重复 {k}"),
            .. (await db.Set<OutboxMessage>().Where(m => (m.SentAt != null && m.FailedAt != null) || (m.SentAt != null && m.Attempts == 0)).Select(m => m.DedupeKey).ToListAsync(ct)).Select(k => $"状态矛盾 {k}"),
        ]),

        new("evidence-bytes", "每件证据的文件都在，大小一致", static async (db, services, ct) =>
        {
            var store = services.GetRequiredService<EvidenceStore>();
            List<string> broken = [];
            await foreach (var item in db.Set<EvidenceItem>().OrderBy(e => e.Id).AsAsyncEnumerable().WithCancellation(ct))
            {
                if (store.SizeOf(item.Sha256) != item.Size) broken.Add($"证据 {item.Id} {item.InspectionNo} {item.Name}");
            }
            return broken;
        }),
    ];
}
