using System.Text.Json;
using DoubleRandom.Documents.Issuing;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Draws;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Invariants;

/// <summary>What is counted: document numbers without gaps, drawn objects without a loss.</summary>
internal static class NumberInvariants
{
    public static readonly IReadOnlyList<Invariant> All =
    [
        // A void document keeps its number; so the numbers of a series are 1, 2, 3 … up to the last one given.
        new("document-numbers", "每个文号系列从 1 起不断号、不重号", static async (db, _, ct) =>
        {
            var given = (await db.Set<OfficialDocument>().Where(d => d.Sequence != null).Select(d => new { d.CodeWord, d.Year, Sequence = d.Sequence!.Value }).ToListAsync(ct))
                .GroupBy(d => (d.CodeWord, d.Year)).ToDictionary(g => g.Key, g => g.Select(d => d.Sequence).Order().ToList());
            var series = await db.Set<NumberSeries>().ToDictionaryAsync(s => ((string?)s.CodeWord, s.Year), s => s.Last, ct);
            List<string> broken = [];
            foreach (var key in given.Keys.Union(series.Keys).OrderBy(k => k.Year).ThenBy(k => k.Item1, StringComparer.Ordinal))
            {
                var numbers = given.GetValueOrDefault(key, []);
                var last = series.GetValueOrDefault(key);
                if (!numbers.SequenceEqual(Enumerable.Range(1, last)))
                    broken.Add($"{key.Item1}〔{key.Year}〕：应有 1 至 {last}，实有 {numbers.Count} 个，首个不符的是 {Enumerable.Range(1, Math.Max(last, numbers.Count)).First(n => numbers.ElementAtOrDefault(n - 1) != n)}");
            }
            return broken;
        }),

        new("document-hash", "每份文书与签发时的哈希一致", static async (db, _, ct) =>
        {
            List<string> broken = [];
            await foreach (var d in db.Set<OfficialDocument>().OrderBy(d => d.Id).Select(d => new { d.Id, d.Number, d.Html, d.Sha256 }).AsAsyncEnumerable().WithCancellation(ct))
            {
                if (Basics.Hashing.Sha256Hex(d.Html) != d.Sha256) broken.Add($"文书 {d.Id} {d.Number}");
            }
            return broken;
        }),

        new("drawn-assigned", "每个抽中的对象都在名单中的原位，被替换的有递补", static async (db, _, ct) =>
        {
            List<string> broken = [];
            var all = await db.Set<Draw>().Where(d => d.Kind == "object" && d.Status == DrawStatus.Drawn).OrderBy(d => d.Number).ToListAsync(ct);
            foreach (var draw in all)
            {
                var visits = await db.Set<InspectionAssignment>().Where(a => a.CampaignId == draw.CampaignId).ToListAsync(ct);
                // Not yet put together.
                if (visits.Count == 0) continue;
                var drawn = Drawn(draw.ResultFile!);
                for (var i = 0; i < drawn.Count; i++)
                {
                    // What a supplementary round draws stands after the reserves of the first.
                    var place = all.Exists(d => d.CampaignId == draw.CampaignId && d.Round < draw.Round) ? (int?)null : i + 1;
                    if (visits.Count(v => v.InspecteeNumber == drawn[i] && (place is null || v.DrawPosition == place)) != 1) broken.Add($"抽取 {draw.Number} 第 {i + 1} 位 {drawn[i]} 不在名单中");
                }
                foreach (var visit in visits.Where(v => v.Status == AssignmentStatus.Replaced && visits.Count(s => s.ReplacesId == v.Id) != 1 && !v.ReplacedReason!.Contains(FewerVisits.Mark, StringComparison.Ordinal))) broken.Add($"抽取 {draw.Number} 第 {visit.Sequence} 户 {visit.InspecteeNumber} 被替换但没有递补");
                foreach (var twice in visits.Where(v => v.Status != AssignmentStatus.Replaced).GroupBy(v => v.Sequence).Where(g => g.Count() != 1)) broken.Add($"抽取 {draw.Number} 第 {twice.Key} 户有 {twice.Count()} 个对象");
            }
            return broken;
        }),

        new("assigned-case", "名单中的每一户恰有一个检查案件", static async (db, _, ct) =>
        {
            var opening = await db.Set<DispatchRow>().AnyAsync(d => d.StartedAt == null, ct) || await db.Set<IncidentRow>().AnyAsync(n => n.ResolvedAt == null, ct);
            var visits = await db.Set<InspectionAssignment>().Select(a => new { a.CampaignId, a.InspecteeNumber, a.Status }).ToListAsync(ct);
            var cases = await db.Set<InspectionCase>().Select(c => new { c.CampaignId, c.InspecteeNumber, c.InspectionNo }).ToListAsync(ct);
            var known = visits.ToLookup(v => v.CampaignId);
            var counts = cases.CountBy(c => (c.CampaignId, c.InspecteeNumber)).ToDictionary();
            List<string> broken = [.. counts.Where(c => c.Value > 1 && known[c.Key.CampaignId].Any()).Select(c => $"对象 {c.Key.InspecteeNumber} 有 {c.Value} 个案件")];
            foreach (var stray in cases.Where(c => known[c.CampaignId].Any() && !known[c.CampaignId].Any(v => v.InspecteeNumber == c.InspecteeNumber))) broken.Add($"案件 {stray.InspectionNo} 的对象 {stray.InspecteeNumber} 不在名单中");
            // Cases of a campaign are opened one by one; only when nothing is on its way any more, none may be missing.
            if (opening) return broken;
            var opened = cases.Select(c => c.CampaignId).ToHashSet();
            foreach (var missing in visits.Where(v => v.Status == AssignmentStatus.Locked && opened.Contains(v.CampaignId) && !counts.ContainsKey((v.CampaignId, v.InspecteeNumber)))) broken.Add($"对象 {missing.InspecteeNumber} 没有案件");
            return broken;
        }),
    ];

    private static List<string> Drawn(string resultFile)
    {
        using var json = JsonDocument.Parse(resultFile);
        return [.. json.RootElement.GetProperty("order").EnumerateArray().SelectMany(s => s.GetProperty("drawn").EnumerateArray()).Select(id => id.GetString()!)];
    }
}
