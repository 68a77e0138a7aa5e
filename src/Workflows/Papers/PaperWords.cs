using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Documents.Rendering;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Evidence;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Papers;

/// <summary>How rows are put into words on paper, and what several builders read.</summary>
internal static class PaperWords
{
    public static string Chinese(this DateOnly date) => ChineseText.Date(date.Iso());

    /// <summary>2026年9月18日9时30分, at the office.</summary>
    public static string Chinese(this TimeProvider time, DateTime instant)
    {
        var local = TimeZoneInfo.ConvertTimeFromUtc(DateTime.SpecifyKind(instant, DateTimeKind.Utc), time.LocalTimeZone);
        return string.Create(CultureInfo.InvariantCulture, $"{DateOnly.FromDateTime(local).Chinese()}{local.Hour}时{local.Minute:00}分");
    }

    /// <summary>Joined by full-width semicolons, the last one without.</summary>
    public static string Listed(this IEnumerable<string> parts) => string.Join("；", parts.Select(p => p.TrimEnd('。', '；', ';')));

    /// <summary>One a line, numbered when there are several.</summary>
    public static string Numbered(this IEnumerable<string> parts)
    {
        var all = parts.ToList();
        return all.Count == 1 ? all[0] : string.Join('\n', all.Select((p, i) => string.Create(CultureInfo.InvariantCulture, $"{i + 1}．{p}")));
    }

    /// <summary>Registers write half-width commas and semicolons; a printed page has full-width ones between Chinese characters.</summary>
    public static string Wide(this string text)
    {
        var result = text.ToCharArray();
        for (var i = 0; i < result.Length; i++)
        {
            var wide = result[i] switch { ',' => '，', ';' => '；', ':' => '：', '(' => '（', ')' => '）', '?' => '？', _ => result[i] };
            if (wide != result[i] && ((i > 0 && IsChinese(result[i - 1])) || (i + 1 < result.Length && IsChinese(result[i + 1])))) result[i] = wide;
        }
        return new string(result);

        static bool IsChinese(char c) => c is >= '\u2E80' and <= '\u9FFF' or >= '\uFF00' and <= '\uFFEF' or >= '\u3000' and <= '\u303F';
    }

    public static string Of(HazardGrade grade) => grade is HazardGrade.Major ? "重大" : "一般";

    public static string Of(CheckOutcome? outcome) => outcome switch
    {
        CheckOutcome.Conforms => "符合",
        CheckOutcome.Fails => "不符合",
        CheckOutcome.NotApplicable => "不适用",
        _ => "未查",
    };

    public static string Of(Disposal disposal) => disposal switch
    {
        Disposal.CorrectedOnSpot => "当场纠正",
        Disposal.RemoveAtOnce => "责令立即排除",
        Disposal.RectifyByDate => "责令限期整改",
        Disposal.Suspend => "责令暂时停产停业或者停止使用相关设施、设备",
        Disposal.Evacuate => "责令从危险区域内撤出作业人员",
        Disposal.Seize => "查封、扣押",
        Disposal.Transfer => "移送其他部门",
        Disposal.FileCase => "立案调查",
        _ => "当场处罚",
    };

    public static async Task<Result<InspectionCase>> CaseAsync(this PaperSources sources, Guid id, CancellationToken cancellationToken)
        => await sources.Db.Set<InspectionCase>().FindAsync([id], cancellationToken) is { } found ? found : Refusal.NotFound("papers.no-row", "检查");

    /// <summary>The inspectee's block. A unit that has left the register since keeps what the case noted.</summary>
    public static async Task<JsonObject> InspecteeAsync(this PaperSources sources, InspectionCase inspection, CancellationToken cancellationToken)
    {
        var entry = await sources.Db.Set<Inspectee>().FindAsync([inspection.InspecteeNumber], cancellationToken);
        return new JsonObject
        {
            ["name"] = inspection.InspecteeName,
            ["creditCode"] = inspection.CreditCode ?? entry?.OtherCode,
            ["address"] = entry?.SiteAddress ?? entry?.RegisteredAddress ?? inspection.Address,
            ["legalRepresentative"] = entry?.LegalRepresentative,
            ["post"] = entry?.Post?.Wide(),
            ["phone"] = entry?.Phone,
            ["contact"] = entry?.SafetyContact ?? entry?.LegalRepresentative,
            ["contactPhone"] = entry?.SafetyContactPhone ?? entry?.Phone,
            ["industry"] = entry?.SafetySector ?? entry?.IndustryName,
        };
    }

    public static JsonArray Officers(this InspectionCase inspection) => People(inspection.Team.Where(m => m.Part is TeamPart.Officer).Select(m => (m.Name, m.CertificateNo)));

    public static JsonArray People(IEnumerable<(string Name, string? Certificate)> people)
        => [.. people.Select(p => (JsonNode)new JsonObject { ["name"] = p.Name, ["certificate"] = p.Certificate })];

    public static string? LeaderName(this InspectionCase inspection) => inspection.Team.FirstOrDefault(m => m.Part is TeamPart.Leader)?.Name;

    public static string ExpertNames(this InspectionCase inspection) => string.Join("、", inspection.Team.Where(m => m.Part is TeamPart.Expert).Select(m => m.Name));

    /// <summary>The items of the check as they were drawn; where nothing was drawn, in the version in force that day.</summary>
    /// <param name="kept">As <see cref="KeptItems.Versions"/>.</param>
    public static Task<IReadOnlyList<InspectionItem>> ItemsAsync(this PaperSources sources, string codes, DateOnly on, CancellationToken cancellationToken, string? kept = null)
        => KeptItems.ItemsAsync(sources.Db, codes.Split(';', StringSplitOptions.RemoveEmptyEntries), kept, on, cancellationToken);

    /// <summary>照片号: evidence of the case numbered in the order it was recorded.</summary>
    public static async Task<Dictionary<string, (int Number, EvidenceItem Item)>> EvidenceAsync(this PaperSources sources, Guid caseId, CancellationToken cancellationToken)
    {
        var items = await sources.Db.Set<EvidenceItem>().Where(e => e.CaseId == caseId).ToListAsync(cancellationToken);
        return items.OrderBy(e => e.RecordedAt).ThenBy(e => e.TakenAt).ThenBy(e => e.Sha256, StringComparer.Ordinal).Select((e, i) => (Item: e, Number: i + 1)).ToDictionary(e => e.Item.Sha256, e => (e.Number, e.Item));
    }

    /// <summary>Numbers of the photos behind a list of hashes; one whose bytes were not handed in yet is named by its hash.</summary>
    public static string Photos(this IReadOnlyDictionary<string, (int Number, EvidenceItem Item)> evidence, string hashes)
        => string.Join("、", hashes.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(h => evidence.TryGetValue(h, out var found) ? found.Number.ToString(CultureInfo.InvariantCulture) : h[..8]));

    /// <summary>What is written on paper of findings that stand: not those a consultation withdrew.</summary>
    public static async Task<List<Finding>> FindingsAsync(this PaperSources sources, Guid caseId, CancellationToken cancellationToken)
    {
        var all = await sources.Db.Set<Finding>().Where(f => f.CaseId == caseId && f.Status != FindingStatus.Withdrawn).ToListAsync(cancellationToken);
        return [.. all.OrderBy(f => f.BookletNo).ThenBy(f => f.EntryCode, StringComparer.Ordinal)];
    }

    public static Refusal NotDecided(string title, string what) => Refusal.Conflict("papers.not-decided", title, what);
}
