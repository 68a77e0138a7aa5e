using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Host.Data;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.Draws.Protocol;
using DoubleRandom.Inspections.Publications;
using DoubleRandom.Inspections.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Invariants;

/// <summary>What the law asks of cases, whatever path they took.</summary>
internal static class CaseInvariants
{
    public static readonly IReadOnlyList<Invariant> All =
    [
        new("draws-verify", "每次已完成的抽取都能由公开文件重算", static async (db, _, ct) =>
        {
            List<string> broken = [];
            await foreach (var draw in db.Set<Draw>().Where(d => d.Status == DrawStatus.Drawn).OrderBy(d => d.Number).AsAsyncEnumerable().WithCancellation(ct))
            {
                if (DrawVerifier.Verify(draw.Files()).Difference is { } difference) broken.Add($"抽取 {draw.Number}-{draw.Kind}：{Texts.Of(difference)}");
            }
            return broken;
        }),

        new("draws-as-ordered", "名单、排除理由和抽取令与冻结、锁定时留痕的一致", static async (db, _, ct) =>
        {
            List<string> broken = [];
            foreach (var number in await db.Set<Draw>().OrderBy(d => d.Number).Select(d => d.Number).ToListAsync(ct))
            {
                var draw = await db.Set<Draw>().SingleAsync(d => d.Number == number, ct);
                var chain = $"campaign/{draw.CampaignNo}";
                var subject = $"draw {draw.Number}";
                var kept = (await db.Set<AuditEntry>().Where(e => e.Chain == chain && e.Subject == subject && e.Data != null).Select(e => e.Data!).ToListAsync(ct)).Select(d => JsonNode.Parse(d)!.AsObject()).ToList();
                var exclusions = await db.Set<DrawExclusion>().Where(e => e.DrawId == draw.Id).Select(e => new { e.CandidateId, e.Reason, e.Evidence }).ToListAsync(ct);
                foreach (var (key, what, now) in (ReadOnlySpan<(string, string, string?)>)[
                    ("listHash", "名单", Hashing.Sha256Hex(draw.CandidatesFile)), ("exclusionsHash", "排除理由", DrawExclusion.HashOf(exclusions.Select(e => (e.CandidateId, e.Reason, e.Evidence)))),
                    ("orderHash", "抽取令", draw.OrderFile is null ? null : Hashing.Sha256Hex(draw.OrderFile))])
                {
                    if (now is not null && !kept.Exists(k => k[key]?.GetValue<string>() == now)) broken.Add($"抽取 {draw.Number} 的{what}与留痕不一致");
                }
            }
            return broken;
        }),

        new("draw-two-persons", "信标由一人录入、另一人核对", static async (db, _, ct) =>
            [.. (await db.Set<Draw>().Where(d => d.BeaconConfirmedById != null && (d.BeaconEnteredById == null || d.BeaconEnteredById == d.BeaconConfirmedById))
                .Select(d => d.Number).ToListAsync(ct)).Select(n => $"抽取 {n}")]),

        new("deadline-closed", "时限的状态与其日期、理由一致", static async (db, _, ct) =>
            [.. (await db.Set<Deadline>().Where(d => (d.Status == DeadlineStatus.Met && d.MetOn == null)
                    || ((d.Status == DeadlineStatus.Open || d.Status == DeadlineStatus.Overdue) && d.MetOn != null)
                    || (d.Status == DeadlineStatus.Cancelled && d.ClosedReason == null))
                .Select(d => new { d.Id, d.CaseNo, d.Title, d.Status }).ToListAsync(ct)).Select(d => $"时限 {d.Id} {d.CaseNo} {d.Title} {d.Status}")]),

        new("deadline-case", "案件已结束，没有仍在计时的时限", static async (db, _, ct) =>
            [.. (await db.Set<Deadline>().Where(d => (d.Status == DeadlineStatus.Open || d.Status == DeadlineStatus.Overdue) && d.InstanceId != null
                    && db.Set<WorkflowInstanceRow>().Any(i => i.Id == d.InstanceId && db.Set<WorkflowInstanceRow>().Any(r => r.Id == i.RootInstanceId && r.Status == WorkflowStatus.Finished)))
                .Select(d => new { d.Id, d.CaseNo, d.Title }).ToListAsync(ct)).Select(d => $"时限 {d.Id} {d.CaseNo} {d.Title}")]),

        new("deadline-watched", "每个计时中的时限都有下一次检查的日期", static async (db, _, ct) =>
            [.. (await db.Set<Deadline>().Where(d => d.Status == DeadlineStatus.Open && d.PausedOn == null && d.NextCheckOn == null)
                .Select(d => new { d.Id, d.CaseNo, d.Title }).ToListAsync(ct)).Select(d => $"时限 {d.Id} {d.CaseNo} {d.Title}")]),

        new("alert-once", "每个时限、每一级、每个人只催办一次", static async (db, _, ct) =>
            [.. (await db.Set<Inspections.Alerts.Alert>().GroupBy(a => new { a.DeadlineId, a.Round, a.Rung, a.RecipientKey }).Where(g => g.Count() > 1).Select(g => g.Key).ToListAsync(ct))
                .Select(k => $"时限 {k.DeadlineId} 第 {k.Round} 轮 {k.Rung} 级 {k.RecipientKey}")]),

        new("publication-review", "每条已公示的内容都经另一人审核", static async (db, _, ct) =>
            [.. (await db.Set<Publication>().Where(p => (p.Status == PublicationStatus.Published || p.Status == PublicationStatus.Withdrawn)
                    && (p.ReviewedAt == null || p.ReviewerId == null || p.ReviewerId == p.AuthorId || p.PublishedAt == null))
                .Select(p => new { p.Id, p.SubjectNo, p.Title }).ToListAsync(ct)).Select(p => $"公示 {p.Id} {p.SubjectNo} {p.Title}")]),

        new("work-item-person", "每个已办待办都记着谁办的、怎么办的", static async (db, _, ct) =>
            [.. (await db.Set<WorkItem>().Where(w => w.Status == WorkItemStatus.Completed && (w.CompletedById == null || w.CompletedAt == null || w.Outcome == null))
                .Select(w => new { w.Id, w.CaseNo, w.Title }).ToListAsync(ct)).Select(w => $"待办 {w.Id} {w.CaseNo} {w.Title}")]),
    ];
}
