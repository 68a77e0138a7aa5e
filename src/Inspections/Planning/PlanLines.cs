using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Planning;

/// <summary>What must be true of a plan's lines before anybody may approve them, and their form as an approved version.</summary>
public static class PlanLines
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Task<List<PlanLine>> OfAsync(DbContext db, string planNo, CancellationToken cancellationToken)
        => db.Set<PlanLine>().AsNoTracking().Where(l => l.PlanNo == planNo).OrderBy(l => l.LineNo).ToListAsync(cancellationToken);

    /// <summary>市场主体总量: the office's figure, or else the register's own count (C8).</summary>
    public static async Task<int> JurisdictionTotalAsync(DbContext db, CancellationToken cancellationToken)
    {
        if ((await OfficeProfile.CurrentAsync(db, cancellationToken))?.Data.MarketEntityTotal is { } total) return total.Count;
        return await db.Set<Inspectee>().CountAsync(i => i.Kind != "非市场主体" && (i.RegistrationStatus == "存续" || i.RegistrationStatus == "停业"), cancellationToken);
    }

    /// <summary>抽查方式 as the plan writes it.</summary>
    public static Sampling SamplingOf(PlanLine line) => line.Sampling switch
    {
        "不定向" => Sampling.Undirected,
        "定向" => Sampling.Directed,
        _ => Sampling.Full,
    };

    /// <summary>The first thing that is wrong, named by its line; null when all lines may be approved.</summary>
    public static async Task<Refusal?> CheckAsync(DbContext db, IReadOnlyList<PlanLine> lines, CancellationToken cancellationToken)
    {
        if (lines.Count == 0) return Refusal.Invalid("plans.no-lines", "lines");
        var total = await JurisdictionTotalAsync(db, cancellationToken);
        foreach (var line in lines)
        {
            if (await CheckLineAsync(db, line, total, cancellationToken) is { } refusal) return refusal;
        }
        return null;
    }

    private static async Task<Refusal?> CheckLineAsync(DbContext db, PlanLine line, int total, CancellationToken cancellationToken)
    {
        if (line.PeriodTo < line.PeriodFrom || line.PeriodFrom.Year != line.Year || line.PeriodTo.Year != line.Year) return Refusal.Invalid("plans.period", "时间安排起", line.LineNo, line.PeriodFrom, line.PeriodTo);
        if (line.OfficersPerGroup < 2) return Refusal.Invalid("plans.officers", "每组执法人员数", line.LineNo, line.OfficersPerGroup);
        // 没有规定的检查事项,一律不得擅自开展 (S001-01).
        if (await ObjectPool.ItemAsync(db, line.ItemCode, line.PeriodFrom, cancellationToken) is not { } item) return Refusal.Invalid("plans.no-item", "事项编号", line.LineNo, line.ItemCode);
        if (!item.IsRandom) return Refusal.Invalid("plans.not-random", "事项编号", line.LineNo, line.ItemCode);
        var filter = ObjectFilter.Parse(item.ObjectFilter, line.LineNo.ToString(CultureInfo.InvariantCulture));
        if (filter.Refusal is { } badFilter) return badFilter;

        var sampling = SamplingOf(line);
        if (sampling is Sampling.Full && string.IsNullOrWhiteSpace(line.FullCheckReason)) return Refusal.Invalid("plans.full-reason", "全面检查理由", line.LineNo);
        var size = Campaigns.SampleSize.Of(line.BaseCount, line.Ratio.ToString(CultureInfo.InvariantCulture), sampling, total);
        if (size.Refusal is { } tooSmall) return Refusal.Invalid("plans.line", "抽查比例", line.LineNo, Texts.Of(tooSmall));
        if (size.Value != line.SampleSize) return Refusal.Invalid("plans.sample", "抽查户数", line.LineNo, line.SampleSize, size.Value);
        var pool = await ObjectPool.OfAsync(db, filter.Value, line.BaseDate, line.PeriodTo, cancellationToken);
        if (pool.Numbers.Count < line.SampleSize) return Refusal.Invalid("plans.pool", "名录库可抽数", line.LineNo, pool.Numbers.Count, line.SampleSize);
        return null;
    }

    public static string Write(IReadOnlyList<PlanLine> lines) => JsonSerializer.Serialize(lines, Readable);

    public static IReadOnlyList<PlanLine> Read(PlanVersion version) => JsonSerializer.Deserialize<PlanLine[]>(version.LinesJson, Readable)!;

    /// <summary>The lines as last approved; what is imported afterwards waits for the next version.</summary>
    public static async Task<IReadOnlyList<PlanLine>?> ApprovedAsync(DbContext db, AnnualPlan plan, CancellationToken cancellationToken)
        => await db.Set<PlanVersion>().AsNoTracking().Where(v => v.PlanId == plan.Id).OrderByDescending(v => v.Version).FirstOrDefaultAsync(cancellationToken) is { } version ? Read(version) : null;

    /// <summary>Field by field what the new version changes.</summary>
    internal static string Difference(IReadOnlyList<PlanLine> before, IReadOnlyList<PlanLine> after)
    {
        var changes = new JsonArray();
        foreach (var number in before.Concat(after).Select(l => l.LineNo).Distinct().Order())
        {
            var (old, now) = (Fields(before, number), Fields(after, number));
            foreach (var key in old.Concat(now).Select(f => f.Key).Distinct(StringComparer.Ordinal))
            {
                var (was, isNow) = (old[key]?.ToJsonString(Readable), now[key]?.ToJsonString(Readable));
                if (was != isNow) changes.Add((JsonNode)new JsonObject { ["line"] = number, ["field"] = key, ["before"] = old[key]?.DeepClone(), ["after"] = now[key]?.DeepClone() });
            }
        }
        return changes.ToJsonString(Readable);

        static JsonObject Fields(IReadOnlyList<PlanLine> lines, int number)
            => lines.FirstOrDefault(l => l.LineNo == number) is { } line ? JsonSerializer.SerializeToNode(line, Readable)!.AsObject() : [];
    }
}
