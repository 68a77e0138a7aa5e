using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Pages.Portal;

/// <param name="Stratum">Null where the list is not divided, or the object was left out.</param>
/// <param name="Chance">Of being drawn, as the order has it; null: left out.</param>
/// <param name="Outcome">Not told before the visit.</param>
public sealed record ListedLine(DrawLine Draw, string? Stratum, decimal? Chance, string? Exclusion, string Outcome);

/// <param name="Searched">How many draws were looked through.</param>
/// <param name="Next">The earliest of them, when there are earlier ones.</param>
public sealed record ListedView(IReadOnlyList<ListedLine> Lines, int Searched, string? Next);

/// <summary>“Was I in the list?”: what somebody who gives his code is told of draws.</summary>
internal sealed partial class PortalReader
{
    /// <summary>How many draws somebody is looked for in at a time.</summary>
    public const int MaxListed = 50;

    /// <summary>Lines that are looked through at a time, unless one list alone has more: an answer of less than a second.</summary>
    private const int MaxSearched = 4_000_000;

    private const int MaxCode = 32;

    /// <summary>Longer than any name of a stratum.</summary>
    private const int MaxStratum = 500;

    /// <summary>The longest stretch of a result that is read to tell a reserve's place.</summary>
    private const int MaxReserveText = 4 * 1024 * 1024;

    private static readonly JsonSerializerOptions AsInFiles = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A code as it is typed: spaces and full-width characters are nobody's fault. Empty when it cannot be one.</summary>
    public static string CleanCode(string? code)
    {
        if (code is not { Length: <= 4 * MaxCode } || code.Any(char.IsSurrogate)) return "";
        var clean = new string([.. code.Replace("\uFFFE", "", StringComparison.Ordinal).Normalize(NormalizationForm.FormKC).Where(c => !char.IsWhiteSpace(c) && !char.IsControl(c))]);
        return clean.Length <= MaxCode ? clean : "";
    }

    /// <summary>“Was I in the list?” Whether an object was drawn is told only when the visit is over or the list was announced; its number is told to nobody.</summary>
    /// <param name="before">The number of a draw: only draws that were ordered before it are looked through. Null: from the latest on.</param>
    /// <returns>Null: the register does not know the code.</returns>
    public async Task<ListedView?> ListedAsync(string code, string? before, CancellationToken cancellationToken)
    {
        // As it stands, and as codes are written: in capitals, without what some put between the digits.
        string[] forms = [code, code.ToUpperInvariant(), new([.. code.ToUpperInvariant().Where(char.IsAsciiLetterOrDigit)])];
        if (await db.Set<Inspectee>().AsNoTracking().Where(i => forms.Contains(i.Number) || forms.Contains(i.CreditCode)).OrderBy(i => i.Number).Select(i => i.Number).FirstOrDefaultAsync(cancellationToken) is not { } number) return null;
        var all = db.Set<Draw>().AsNoTracking().Where(d => d.Kind == "object");
        if (before is not null && IsNumber(before) && await all.Where(d => d.Number == before).Select(d => (DateTime?)d.OrderedAt).FirstOrDefaultAsync(cancellationToken) is { } then)
            all = all.Where(d => d.OrderedAt < then || (d.OrderedAt == then && d.Number.CompareTo(before) < 0));
        var next = await all.OrderByDescending(d => d.OrderedAt).ThenByDescending(d => d.Number).Take(MaxListed + 1).Select(d => new { d.Id, d.Number, d.Size }).ToListAsync(cancellationToken);
        var (searched, size) = (0, 0L);
        while (searched < Math.Min(MaxListed, next.Count) && (searched == 0 || size + next[searched].Size <= MaxSearched)) size += next[searched++].Size;
        var ids = next.Take(searched).Select(d => d.Id).ToList();
        var excluded = await db.Set<DrawExclusion>().AsNoTracking().Where(e => ids.Contains(e.DrawId) && e.CandidateId == number).ToDictionaryAsync(e => e.DrawId, e => e.Reason, cancellationToken);
        // The lists stay in the database, which says where the line stands.
        var line = $"\t{number}\n";
        var places = await db.Set<Draw>().Where(d => ids.Contains(d.Id)).Select(d => new { d.Id, At = d.CandidatesFile.IndexOf(line) }).Where(d => d.At >= 0).ToDictionaryAsync(d => d.Id, d => d.At, cancellationToken);
        var shown = (await Lines(db.Set<Draw>().AsNoTracking().Where(d => places.Keys.Contains(d.Id) || excluded.Keys.Contains(d.Id))).ToListAsync(cancellationToken)).ToDictionary(d => d.Number);
        List<ListedLine> lines = [];
        foreach (var draw in next.Take(searched).Where(d => shown.ContainsKey(d.Number)))
        {
            if (excluded.TryGetValue(draw.Id, out var reason)) lines.Add(new ListedLine(shown[draw.Number], null, null, reason, "—"));
            else lines.Add(await ListedAsync(draw.Id, shown[draw.Number], number, places[draw.Id], cancellationToken));
        }
        return new ListedView(lines, searched, next.Count > searched ? next[searched - 1].Number : null);
    }

    private async Task<ListedLine> ListedAsync(Guid id, DrawLine shown, string number, int at, CancellationToken cancellationToken)
    {
        var from = Math.Max(0, at - MaxStratum - 1);
        var draw = await db.Set<Draw>().AsNoTracking().Where(d => d.Id == id).Select(d => new { Before = d.CandidatesFile.Substring(from, at - from), d.StrataJson, d.CampaignId, HasResult = d.ResultFile != null }).SingleAsync(cancellationToken);
        var name = draw.Before[(draw.Before.LastIndexOf('\n') + 1)..];
        var strata = DrawStratum.Read(draw.StrataJson);
        var stratum = strata.First(s => s.Name == name);
        var outcome = shown.Status is DrawStatus.Void ? "本轮已作废" : !draw.HasResult ? "还没有抽取" : await OutcomeAsync(id, draw.CampaignId, stratum, number, cancellationToken);
        return new ListedLine(shown, strata.Count > 1 ? name : null, Math.Round((decimal)stratum.Count / stratum.Size, 4), null, outcome);
    }

    private async Task<string> OutcomeAsync(Guid drawId, Guid campaignId, DrawStratum stratum, string number, CancellationToken cancellationToken)
    {
        var campaign = await db.Set<Campaign>().AsNoTracking().Where(c => c.Id == campaignId).Select(c => new { c.Announcement, c.Status }).FirstOrDefaultAsync(cancellationToken);
        var visited = await MergedVisits.CasesOf(db, campaignId).AnyAsync(c => c.InspecteeNumber == number && c.CheckedOn != null, cancellationToken);
        var merged = await db.Set<InspectionAssignment>().AnyAsync(a => a.CampaignId == campaignId && a.InspecteeNumber == number && a.Status == AssignmentStatus.Merged, cancellationToken);
        if (!visited && campaign is not { Announcement: AnnouncementPolicy.FullList } and not { Status: CampaignStatus.Archived }) return "结果在检查后说明";

        // Of a result of millions only the stretch is read that the place stands in.
        var drawn = $"{{\"stratum\":{JsonSerializer.Serialize(stratum.Name, AsInFiles)},\"drawn\":[";
        const string Reserves = "],\"reserves\":[";
        var own = JsonSerializer.Serialize(number, AsInFiles);
        var result = db.Set<Draw>().AsNoTracking().Where(d => d.Id == drawId);
        var places = await result.Select(d => new { Begin = d.ResultFile!.IndexOf(drawn), Own = d.ResultFile.IndexOf(own) }).SingleAsync(cancellationToken);
        if (places.Begin < 0 || places.Own < places.Begin) return "—";
        var begin = places.Begin + drawn.Length;
        var length = places.Own - begin;
        if (length > MaxReserveText) return $"未抽中，在候补之列{(visited ? "，已递补检查" : "")}";
        var before = await result.Select(d => d.ResultFile!.Substring(begin, length)).SingleAsync(cancellationToken);
        var border = before.IndexOf(Reserves, StringComparison.Ordinal);
        var place = JsonSerializer.Deserialize<List<string>>($"[{before[(border < 0 ? 0 : border + Reserves.Length)..].TrimEnd(',')}]")!.Count + 1;
        return border < 0 ? $"抽中，第 {place} 位{(merged ? "，与其他任务合为一次检查" : "")}" : $"未抽中，候补第 {place} 位{(visited ? "，已递补检查" : "")}";
    }
}
