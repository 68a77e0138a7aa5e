using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Draws.Protocol;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Draws;

/// <summary>A group of objects over some draws.</summary>
/// <param name="Listed">Times an object of the group stood in a list.</param>
/// <param name="Expected">Sum of the chances they had there.</param>
/// <param name="Drawn">How often one of them was drawn.</param>
/// <param name="Deviation">(drawn − expected) ÷ standard deviation; beyond ±3 once in four hundred groups by chance. Zero where nothing was left to chance.</param>
public sealed record FairnessGroup(string Name, int Listed, double Expected, int Drawn, double Deviation);

/// <param name="Times">Zero, one, two … times.</param>
/// <param name="Expected">How many objects that would be if lots alone decided.</param>
public sealed record FairnessCount(int Times, double Expected, int Actual);

/// <param name="Draws">Valid draws of objects that were counted.</param>
/// <param name="Objects">Different objects that stood in a list.</param>
/// <param name="Strata">Strata as the orders had them.</param>
/// <param name="By">The same by what nobody draws by: town, size, credit and risk grade.</param>
/// <param name="TimesDrawn">Objects by how often they were drawn; zero: never.</param>
/// <param name="Visits">Objects by how many checks were carried out at them: the burden.</param>
/// <param name="VoidRounds">Ceremonies made void.</param>
/// <param name="Seats">Seats that were filled in all.</param>
/// <param name="ReplacedSeats">Seats that went on to the next in order.</param>
/// <param name="ReplacedObjects">Objects a reserve took the place of.</param>
public sealed record FairnessFigures(
    int Draws, int Objects, IReadOnlyList<FairnessGroup> Strata, IReadOnlyList<(string Name, IReadOnlyList<FairnessGroup> Groups)> By, IReadOnlyList<FairnessCount> TimesDrawn,
    IReadOnlyList<FairnessCount> Visits, int VoidRounds, int Seats, int ReplacedSeats, int ReplacedObjects)
{
    /// <summary>Objects that could not be checked and whose place nobody was left to take.</summary>
    public int Dropped { get; init; }
}

/// <summary>A year's draws of objects beside the other years'.</summary>
/// <param name="Listed">Lines of the lists that were drawn from: an object on two lists counts twice.</param>
/// <param name="Replaced">Objects a reserve took the place of.</param>
/// <param name="Dropped">Objects whose place nobody was left to take.</param>
public sealed record FairnessYear(int Year, int Draws, int VoidRounds, int Listed, int Drawn, int Replaced, int Dropped);

/// <summary>Whether lots alone decided, over a year or over all: what chance lets expect against what was drawn.</summary>
public static class Fairness
{
    /// <summary>Lists above this many lines in all are not counted one by one while somebody waits for a page.</summary>
    public const int MaxLines = 2_000_000;

    /// <summary>A group under this is not shown by itself: it would say of a single firm whether it was drawn.</summary>
    public const int SmallestGroup = 5;

    private sealed class Tally
    {
        public int Listed;
        public double Expected;
        public double Variance;
        public int Drawn;

        public void Add(double chance, bool drawn)
        {
            Listed++;
            Expected += chance;
            Variance += chance * (1 - chance);
            if (drawn) Drawn++;
        }

        public FairnessGroup Of(string name) => new(name, Listed, Math.Round(Expected, 2), Drawn, Variance < 1e-9 ? 0 : Math.Round((Drawn - Expected) / Math.Sqrt(Variance), 2));
    }

    /// <param name="year">Draws of that year, by the office's number of the draw; null: all.</param>
    /// <returns>Null: the lists are too long to be counted here.</returns>
    public static async Task<FairnessFigures?> OfAsync(DbContext db, int? year, CancellationToken cancellationToken)
    {
        var prefix = year is { } y ? $"{y}-" : "";
        var draws = db.Set<Draw>().AsNoTracking().Where(d => d.Kind == "object" && d.Number.StartsWith(prefix));
        var rows = await draws.Where(d => d.Status == DrawStatus.Drawn).OrderBy(d => d.Number).Select(d => new { d.Number, d.CampaignId, d.Size }).ToListAsync(cancellationToken);
        if (rows.Sum(r => (long)r.Size) > MaxLines) return null;

        Dictionary<string, (List<double> Chances, int Drawn)> objects = new(StringComparer.Ordinal);
        Dictionary<string, Tally> strata = new(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            var result = DrawResult.Read((await DrawQueries.ExportAsync(db, row.Number, cancellationToken))!.Files.Result!).Value;
            foreach (var stratum in result.Order)
            {
                var chance = stratum.Drawn.Count / (double)Math.Max(1, stratum.Drawn.Count + stratum.Reserves.Count);
                foreach (var (ids, drawn) in ((IReadOnlyList<string>, bool)[])[(stratum.Drawn, true), (stratum.Reserves, false)])
                {
                    foreach (var id in ids)
                    {
                        var (chances, times) = objects.GetValueOrDefault(id, ([], 0));
                        chances.Add(chance);
                        objects[id] = (chances, drawn ? times + 1 : times);
                        TallyOf(strata, stratum.Stratum).Add(chance, drawn);
                    }
                }
            }
        }

        (string Name, Func<Inspectee, string?> Of, Dictionary<string, Tally> Groups)[] by =
        [
            ("乡镇", i => i.Town, new(StringComparer.Ordinal)), ("规模", i => i.Size, new(StringComparer.Ordinal)),
            ("信用等级", i => i.CreditGrade, new(StringComparer.Ordinal)), ("安全风险等级", i => i.RiskGrade, new(StringComparer.Ordinal)),
        ];
        await foreach (var entry in db.Set<Inspectee>().AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (!objects.TryGetValue(entry.Number, out var seen)) continue;
            foreach (var (_, of, groups) in by)
            {
                var tally = TallyOf(groups, of(entry) is { Length: > 0 } name ? name : "未登记");
                // How often it was drawn is what counts, not in which of the draws.
                for (var i = 0; i < seen.Chances.Count; i++) tally.Add(seen.Chances[i], i < seen.Drawn);
            }
        }

        var campaigns = rows.Select(r => r.CampaignId).Distinct().ToList();
        var visits = await db.Set<InspectionCase>().Where(c => campaigns.Contains(c.CampaignId) && c.CheckedOn != null).GroupBy(c => c.InspecteeNumber).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        return new FairnessFigures(
            rows.Count, objects.Count, Groups(strata), [.. by.Select(b => (b.Name, Groups(b.Groups))).Where(b => b.Item2.Count > 0)],
            Counts(objects.Values.Select(o => o.Drawn), Spread(objects.Values.Select(o => o.Chances))),
            Counts(objects.Keys.Select(id => visits.GetValueOrDefault(id)), null),
            await draws.CountAsync(d => d.Status == DrawStatus.Void, cancellationToken),
            await db.Set<AssignmentSeat>().CountAsync(s => campaigns.Contains(s.CampaignId) && s.ReplacesId == null, cancellationToken),
            await db.Set<AssignmentSeat>().CountAsync(s => campaigns.Contains(s.CampaignId) && !s.IsActive, cancellationToken),
            await db.Set<InspectionAssignment>().CountAsync(a => campaigns.Contains(a.CampaignId) && a.ReplacesId != null, cancellationToken))
        {
            Dropped = await FewerVisits.Rows(db).CountAsync(a => campaigns.Contains(a.CampaignId), cancellationToken),
        };
    }

    /// <summary>Each year with draws, the earlier first. From the sizes alone: lists of any length.</summary>
    public static async Task<IReadOnlyList<FairnessYear>> YearsAsync(DbContext db, CancellationToken cancellationToken)
    {
        var draws = await db.Set<Draw>().AsNoTracking().Where(d => d.Kind == "object" && (d.Status == DrawStatus.Drawn || d.Status == DrawStatus.Void)).Select(d => new { d.Number, d.CampaignId, d.Status, d.Size, d.Count }).ToListAsync(cancellationToken);
        var replaced = await db.Set<InspectionAssignment>().Where(a => a.ReplacesId != null).GroupBy(a => a.CampaignId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        var dropped = await FewerVisits.Rows(db).GroupBy(a => a.CampaignId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        return [.. draws.GroupBy(d => int.Parse(d.Number.AsSpan(0, 4), System.Globalization.CultureInfo.InvariantCulture)).OrderBy(y => y.Key).Select(y =>
        {
            var done = y.Where(d => d.Status is DrawStatus.Drawn).ToList();
            var campaigns = done.Select(d => d.CampaignId).Distinct().ToList();
            return new FairnessYear(y.Key, done.Count, y.Count(d => d.Status is DrawStatus.Void), done.Sum(d => d.Size), done.Sum(d => d.Count), campaigns.Sum(c => replaced.GetValueOrDefault(c)), campaigns.Sum(c => dropped.GetValueOrDefault(c)));
        })];
    }

    private static Tally TallyOf(Dictionary<string, Tally> groups, string name)
    {
        if (!groups.TryGetValue(name, out var tally)) groups[name] = tally = new Tally();
        return tally;
    }

    private static List<FairnessGroup> Groups(Dictionary<string, Tally> tallies)
    {
        var shown = tallies.Where(t => t.Value.Listed >= SmallestGroup).OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => t.Value.Of(t.Key)).ToList();
        var rest = new Tally();
        foreach (var small in tallies.Values.Where(t => t.Listed < SmallestGroup))
        {
            rest.Listed += small.Listed;
            rest.Expected += small.Expected;
            rest.Variance += small.Variance;
            rest.Drawn += small.Drawn;
        }
        if (rest.Listed >= SmallestGroup) shown.Add(rest.Of("其他"));
        return shown;
    }

    /// <summary>How many objects would be drawn zero, one, two … times: for each its own chances, one draw after the other.</summary>
    private static double[] Spread(IEnumerable<List<double>> objects)
    {
        List<double> sum = [];
        foreach (var chances in objects)
        {
            List<double> times = [1];
            foreach (var p in chances)
            {
                times.Add(0);
                for (var k = times.Count - 1; k >= 0; k--) times[k] = times[k] * (1 - p) + (k > 0 ? times[k - 1] * p : 0);
            }
            while (sum.Count < times.Count) sum.Add(0);
            for (var k = 0; k < times.Count; k++) sum[k] += times[k];
        }
        return [.. sum];
    }

    private static IReadOnlyList<FairnessCount> Counts(IEnumerable<int> actual, double[]? expected)
    {
        var seen = actual.CountBy(n => n).ToDictionary();
        if (seen.Count == 0) return [];
        // What hardly ever happens and did not is no line of its own.
        var last = Math.Max(seen.Keys.Max(), expected is null ? 0 : Array.FindLastIndex(expected, e => e >= 0.05));
        return [.. Enumerable.Range(0, last + 1).Select(n => new FairnessCount(n, Math.Round(expected is null || n >= expected.Length ? 0 : expected[n], 1), seen.GetValueOrDefault(n)))];
    }
}
