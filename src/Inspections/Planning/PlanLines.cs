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

/// <summary>What keeps a line from being approved.</summary>
/// <param name="Refusal">Names row, figure and remedy; its field is the column.</param>
public sealed record PlanProblem(int LineNo, Refusal Refusal);

/// <summary>What a line draws from.</summary>
internal sealed record PoolOf(ObjectFilter Filter, DateOnly BaseOn, DateOnly PeriodTo);

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
        return await db.Set<Inspectee>().CountAsync(i => Inspectee.MarketKinds.Contains(i.Kind) && (i.RegistrationStatus == "存续" || i.RegistrationStatus == "停业"), cancellationToken);
    }

    /// <summary>抽查方式 as the plan writes it.</summary>
    public static Sampling SamplingOf(PlanLine line) => SamplingOf(line.Sampling);

    public static Sampling SamplingOf(string name) => name switch
    {
        "不定向" => Sampling.Undirected,
        "定向" => Sampling.Directed,
        _ => Sampling.Full,
    };

    /// <summary>Codes of the items that are checked together with the line's own.</summary>
    public static IReadOnlyList<string> MergedOf(PlanLine line) => (line.MergedItems ?? "").Split([';', '；'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    public static StratifyBy StrataOf(PlanLine line) => Math.Max(0, PlanLine.StrataNames.ToList().IndexOf(line.Strata ?? "")) is var at ? (StratifyBy)at : StratifyBy.None;

    /// <summary>The first thing that is wrong, named by its line; null when all lines may be approved.</summary>
    public static async Task<Refusal?> CheckAsync(DbContext db, IReadOnlyList<PlanLine> lines, CancellationToken cancellationToken)
        => lines.Count == 0 ? Refusal.Invalid("plans.no-lines", "lines") : await ProblemsAsync(db, lines, cancellationToken) is [var first, ..] ? first.Refusal : null;

    /// <summary>Everything that keeps lines from being approved, in their order: row, figure and remedy. The register is read once, however many lines there are.</summary>
    public static async Task<IReadOnlyList<PlanProblem>> ProblemsAsync(DbContext db, IReadOnlyList<PlanLine> lines, CancellationToken cancellationToken)
    {
        var total = await JurisdictionTotalAsync(db, cancellationToken);
        var rules = await PlanRules.AllAsync(db, cancellationToken);
        var problems = new List<PlanProblem>();
        var counted = new List<(PlanLine Line, ObjectFilter Filter)>();
        foreach (var line in lines)
        {
            var read = await CheckLineAsync(db, line, total, PlanRules.Of(rules, line.PeriodFrom), cancellationToken);
            if (read.Refusal is { } refusal) problems.Add(new PlanProblem(line.LineNo, refusal));
            else counted.Add((line, read.Value));
        }
        var sizes = await PoolSizesAsync(db, [.. counted.Select(c => new PoolOf(c.Filter, c.Line.BaseDate, c.Line.PeriodTo))], cancellationToken);
        var left = await ExcludedAsync(db, lines, cancellationToken);
        for (var i = 0; i < counted.Count; i++)
        {
            var line = counted[i].Line;
            var size = sizes[i] - left.GetValueOrDefault((line.PlanNo, line.LineNo));
            if (size < line.SampleSize) problems.Add(new PlanProblem(line.LineNo, Refusal.Invalid("plans.pool", "名录库可抽数", line.LineNo, size, line.SampleSize)));
        }
        return [.. problems.OrderBy(p => p.LineNo)];
    }

    /// <summary>Entries each condition leaves for a draw.</summary>
    internal static async Task<IReadOnlyList<int>> PoolSizesAsync(DbContext db, IReadOnlyList<PoolOf> pools, CancellationToken cancellationToken)
    {
        var sizes = new int[pools.Count];
        if (pools.Count == 0) return sizes;
        await foreach (var entry in db.Set<Inspectee>().AsNoTracking().Where(i => i.RegistrationStatus == "存续").AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            for (var i = 0; i < sizes.Length; i++)
            {
                if (!pools[i].Filter.MatchesNothing && pools[i].Filter.Matches(entry) && !entry.IsExcluded(pools[i].BaseOn, pools[i].PeriodTo)) sizes[i]++;
            }
        }
        return sizes;
    }

    /// <summary>How many objects the plan leaves out of each line.</summary>
    private static async Task<Dictionary<(string PlanNo, int LineNo), int>> ExcludedAsync(DbContext db, IReadOnlyList<PlanLine> lines, CancellationToken cancellationToken)
    {
        var numbers = lines.Select(l => l.PlanNo).Distinct().ToList();
        return (await db.Set<PlanExclusion>().Where(e => numbers.Contains(e.PlanNo)).GroupBy(e => new { e.PlanNo, e.LineNo }).Select(g => new { g.Key.PlanNo, g.Key.LineNo, Count = g.Count() }).ToListAsync(cancellationToken))
            .ToDictionary(g => (g.PlanNo, g.LineNo), g => g.Count);
    }

    private static async Task<Result<ObjectFilter>> CheckLineAsync(DbContext db, PlanLine line, int total, PlanRules rules, CancellationToken cancellationToken)
    {
        if (line.PeriodTo < line.PeriodFrom || line.PeriodFrom.Year != line.Year || line.PeriodTo.Year != line.Year) return Refusal.Invalid("plans.period", "时间安排起", line.LineNo, line.PeriodFrom, line.PeriodTo);
        if (line.Budget is < 0 or > PlanLine.BudgetMax) return Refusal.Invalid("plans.budget", "经费预算", line.LineNo, PlanLine.BudgetMax);
        if (line.OfficersPerGroup < 2) return Refusal.Invalid("plans.officers", "每组执法人员数", line.LineNo, line.OfficersPerGroup);
        // 没有规定的检查事项,一律不得擅自开展 (S001-01).
        if (await ObjectPool.ItemAsync(db, line.ItemCode, line.PeriodFrom, cancellationToken) is not { } item) return Refusal.Invalid("plans.no-item", "事项编号", line.LineNo, line.ItemCode);
        if (!item.IsRandom) return Refusal.Invalid("plans.not-random", "事项编号", line.LineNo, line.ItemCode);
        foreach (var code in MergedOf(line))
        {
            if (code == line.ItemCode || await ObjectPool.ItemAsync(db, code, line.PeriodFrom, cancellationToken) is not { IsRandom: true }) return Refusal.Invalid("plans.merged", "合并事项", line.LineNo, code);
        }
        var filter = ObjectFilter.Parse(item.ObjectFilter, line.LineNo.ToString(CultureInfo.InvariantCulture));
        if (filter.Refusal is { } badFilter) return badFilter;
        var filtered = FullCheck.Narrow(filter.Value, line.Sampling, line.FullCheckCode);
        if (StrataRule.Parse(StrataOf(line), line.StrataWeights).Refusal is { } badStrata) return Refusal.Invalid("plans.line", "分层权重", line.LineNo, Texts.Of(badStrata));

        var sampling = SamplingOf(line);
        if (sampling is Sampling.Full && string.IsNullOrWhiteSpace(line.FullCheckReason)) return Refusal.Invalid("plans.full-reason", "全面检查理由", line.LineNo);
        if (sampling is Sampling.Full && FullCheck.MeaningOf(line.FullCheckCode) is null) return Refusal.Invalid("plans.full-code", FullCheck.Header, line.LineNo, FullCheck.Choices);
        var (floor, from) = (rules.FloorOf(sampling), sampling is Sampling.Full ? line.BaseCount : total);
        var size = Campaigns.SampleSize.Of(line.BaseCount, line.Ratio.ToString(CultureInfo.InvariantCulture), sampling, total, floor);
        if (size.Refusal is { Code: "draws.below-floor" } below)
            return Refusal.Invalid("plans.below-floor", "抽查比例", line.LineNo, below.Arguments[0], below.Arguments[1], from, Percent(floor), Remedy(line.BaseCount, (int)below.Arguments[1]));
        if (size.Refusal is { } bad) return Refusal.Invalid("plans.line", "抽查比例", line.LineNo, Texts.Of(bad));
        if (size.Value != line.SampleSize) return Refusal.Invalid("plans.sample", "抽查户数", line.LineNo, line.SampleSize, size.Value);
        if (line.Ratio != item.Ratio && string.IsNullOrWhiteSpace(line.RatioReason)) return Refusal.Invalid("plans.ratio-reason", "比例理由", line.LineNo, Percent(line.Ratio), Percent(item.Ratio));
        return filtered;
    }

    /// <summary>经费预算合计 of the lines that have an estimate, in words; null: none has.</summary>
    public static string? BudgetWords(IReadOnlyList<PlanLine> lines)
    {
        var told = lines.Where(l => l.Budget is not null).ToList();
        if (told.Count == 0) return null;
        var rest = lines.Count - told.Count;
        return string.Create(CultureInfo.InvariantCulture, $"经费预算合计 {told.Sum(l => (long)l.Budget!.Value):N0} 元{(rest == 0 ? "" : $"（另有 {rest} 行未测算）")}");
    }

    internal static string Percent(decimal share) => (share * 100).ToString("0.####", CultureInfo.InvariantCulture) + "%";

    /// <summary>What has to be done to reach the floor with the base as it is.</summary>
    private static string Remedy(int baseCount, int wanted)
        => wanted <= baseCount ? $"请把抽查比例提高到 {Percent(decimal.Ceiling((decimal)wanted / baseCount * 10_000) / 10_000)} 以上" : $"基数 {baseCount} 户全部抽查也不足，请改用市场主体总量作基数，或并入对象更多的事项";

    public static string Write(IReadOnlyList<PlanLine> lines) => JsonSerializer.Serialize(lines, Readable);

    public static IReadOnlyList<PlanLine> Read(PlanVersion version) => JsonSerializer.Deserialize<PlanLine[]>(version.LinesJson, Readable)!;

    /// <summary>The lines as last approved; what is imported afterwards waits for the next version.</summary>
    public static async Task<IReadOnlyList<PlanLine>?> ApprovedAsync(DbContext db, AnnualPlan plan, CancellationToken cancellationToken)
        => await db.Set<PlanVersion>().AsNoTracking().Where(v => v.PlanId == plan.Id).OrderByDescending(v => v.Version).FirstOrDefaultAsync(cancellationToken) is { } version ? Read(version) : null;

    /// <summary>One line as last approved; null: the plan or the line is not.</summary>
    public static async Task<PlanLine?> ApprovedLineAsync(DbContext db, string planNo, int lineNo, CancellationToken cancellationToken)
        => await db.Set<AnnualPlan>().AsNoTracking().FirstOrDefaultAsync(p => p.PlanNo == planNo, cancellationToken) is { } plan
            ? (await ApprovedAsync(db, plan, cancellationToken))?.FirstOrDefault(l => l.LineNo == lineNo) : null;

    /// <summary>The lines of the version before the plan's present one; null: there is none.</summary>
    internal static async Task<IReadOnlyList<PlanLine>?> BeforeAsync(DbContext db, AnnualPlan plan, CancellationToken cancellationToken)
        => await db.Set<PlanVersion>().AsNoTracking().Where(v => v.PlanId == plan.Id && v.Version < plan.Version).OrderByDescending(v => v.Version).FirstOrDefaultAsync(cancellationToken) is { } version ? Read(version) : null;

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
        {
            if (lines.FirstOrDefault(l => l.LineNo == number) is not { } line) return [];
            var fields = JsonSerializer.SerializeToNode(line, Readable)!.AsObject();
            // Which change of the register made a line is no part of what the plan says.
            fields.Remove(nameof(PlanLine.ChangeId));
            fields.Remove(nameof(PlanLine.ChangedAt));
            return fields;
        }
    }
}
