using System.Globalization;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Campaigns;

/// <summary>频次上限: who has had, or is drawn for, as many checks in a year as he may have. Counted over all campaigns and departments (国办发〔2024〕54号).</summary>
public static class YearlyCaps
{
    public const string OfItem = "本年检查次数已达上限";
    public const string OfAll = "本年各部门检查次数已达总上限";

    public const string OfCredit = "本年检查次数已达其信用等级的上限";

    public static bool IsCap(string reason) => reason is OfItem or OfAll or OfCredit;

    /// <summary>By number of the object, with the visits that reach the cap as evidence.</summary>
    public static async Task<IReadOnlyDictionary<string, Exclusion>> ReachedAsync(DbContext db, Campaign campaign, InspectionItem item, CancellationToken cancellationToken)
        => await ReachedAsync(db, campaign.PeriodFrom, campaign.Sampling, item, (await PlanLines.ApprovedLineAsync(db, campaign.PlanNo, campaign.PlanLineNo, cancellationToken))?.YearlyCap, cancellationToken);

    /// <summary>What the freeze would leave out today, told while the line can still be changed; null: nobody.</summary>
    /// <remarks>Only entries that were visited are looked at, however large the register is.</remarks>
    public static async Task<string?> WarningAsync(DbContext db, PlanLine line, CancellationToken cancellationToken)
    {
        if (await ObjectPool.ItemAsync(db, line.ItemCode, line.PeriodFrom, cancellationToken) is not { } item || ObjectFilter.Parse(item.ObjectFilter, item.Code) is not { IsRefused: false } parsed) return null;
        var filter = FullCheck.Narrow(parsed.Value, line.Sampling, line.FullCheckCode);
        if (filter.MatchesNothing) return null;
        var reached = await ReachedAsync(db, line.PeriodFrom, PlanLines.SamplingOf(line), item, line.YearlyCap, cancellationToken);
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        foreach (var chunk in reached.Keys.Order(StringComparer.Ordinal).Chunk(500))
        {
            foreach (var entry in await db.Set<Inspectee>().AsNoTracking().Where(i => chunk.Contains(i.Number) && i.RegistrationStatus == "存续").ToListAsync(cancellationToken))
            {
                if (!filter.Matches(entry) || entry.IsExcluded(line.BaseDate, line.PeriodTo)) continue;
                // Each grade by itself: who plans sees whom the rule spares.
                var reason = reached[entry.Number].Reason is OfCredit ? $"信用{entry.CreditGrade}级的上限" : reached[entry.Number].Reason is OfAll ? "各部门的总上限" : "本事项的上限";
                counts[reason] = counts.GetValueOrDefault(reason) + 1;
            }
        }
        return counts.Count == 0 ? null : string.Create(CultureInfo.InvariantCulture,
            $"第 {line.LineNo} 行的对象中有 {counts.Values.Sum()} 户{line.PeriodFrom.Year}年的检查次数已达上限（{string.Join("，", counts.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key} {c.Value} 户"))}），冻结时不列入抽取名单；名录库可抽 {line.PoolCount ?? 0} 户是未扣除他们的数。");
    }

    /// <summary>上限 in words: of the items, of all departments together, of the inspectee's credit grade; null: there is none.</summary>
    public static async Task<string?> WordsAsync(DbContext db, string inspectee, IReadOnlyList<InspectionItem> items, Sampling? sampling, DateOnly on, CancellationToken cancellationToken)
    {
        var rules = await PlanRules.InForceAsync(db, on, cancellationToken);
        var grade = await db.Set<Inspectee>().Where(i => i.Number == inspectee).Select(i => i.CreditGrade).FirstOrDefaultAsync(cancellationToken);
        List<string> words = [.. items.Where(i => i.YearlyCap is not null).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i.Code}每年{i.YearlyCap}次"))];
        if (rules.VisitsPerInspectee is { } all) words.Add(string.Create(CultureInfo.InvariantCulture, $"各部门合计每年{all}次"));
        if (sampling is not Sampling.Full && grade is not null && (CreditCap.Parse(rules.CreditCaps)?.TryGetValue(grade, out var cap) ?? false)) words.Add(string.Create(CultureInfo.InvariantCulture, $"信用{grade}级每年{cap}次"));
        return words.Count == 0 ? null : string.Join('，', words);
    }

    private static async Task<IReadOnlyDictionary<string, Exclusion>> ReachedAsync(DbContext db, DateOnly from, Sampling sampling, InspectionItem item, int? lineCap, CancellationToken cancellationToken)
    {
        var year = from.Year;
        var rules = await PlanRules.InForceAsync(db, from, cancellationToken);
        Dictionary<string, Exclusion> reached = new(StringComparer.Ordinal);
        if (Least(item.YearlyCap, lineCap) is { } own)
        {
            foreach (var (number, visits) in await VisitsAsync(db, year, item.Code, cancellationToken))
            {
                if (visits >= own) reached[number] = new Exclusion(number, OfItem, visits.ToString(CultureInfo.InvariantCulture));
            }
        }
        // A full check of a key trade reaches all of it; of the others the trustworthy are visited less (S004-10).
        var byGrade = sampling is Sampling.Full ? new Dictionary<string, int>() : CreditCap.Parse(rules.CreditCaps) ?? new Dictionary<string, int>();
        if (rules.VisitsPerInspectee is null && byGrade.Count == 0) return reached;
        var total = await VisitsAsync(db, year, null, cancellationToken);
        // 本年检查次数 of the register: visits before this system, when they were told this year.
        foreach (var told in await db.Set<Inspectee>().AsNoTracking().Where(i => i.VisitsThisYear > 0 && i.UpdatedOn >= new DateOnly(year, 1, 1) && i.UpdatedOn <= new DateOnly(year, 12, 31)).Select(i => new { i.Number, i.VisitsThisYear }).ToListAsync(cancellationToken))
            total[told.Number] = total.GetValueOrDefault(told.Number) + told.VisitsThisYear!.Value;
        if (rules.VisitsPerInspectee is { } all)
        {
            foreach (var (number, visits) in total)
            {
                if (visits >= all) reached.TryAdd(number, new Exclusion(number, OfAll, visits.ToString(CultureInfo.InvariantCulture)));
            }
        }
        foreach (var (grade, cap) in byGrade)
        {
            // Those who were visited are few; a grade can be half a register.
            foreach (var chunk in total.Where(t => t.Value >= cap).Select(t => t.Key).Chunk(500))
            {
                foreach (var number in await db.Set<Inspectee>().AsNoTracking().Where(i => i.CreditGrade == grade && chunk.Contains(i.Number)).Select(i => i.Number).ToListAsync(cancellationToken))
                    reached.TryAdd(number, new Exclusion(number, OfCredit, $"{grade}级 {total[number].ToString(CultureInfo.InvariantCulture)} 次"));
            }
        }
        return reached;
    }

    /// <summary>The lower of two caps, of which either may be missing.</summary>
    public static int? Least(int? one, int? other) => one is null ? other : other is null ? one : Math.Min(one.Value, other.Value);

    /// <summary>Visits of the year by object: cases, places on lists from which no case was opened yet, and those the upper body has drawn.</summary>
    /// <param name="code">Null: of any item.</param>
    private static async Task<Dictionary<string, int>> VisitsAsync(DbContext db, int year, string? code, CancellationToken cancellationToken)
    {
        DateOnly first = new(year, 1, 1), last = new(year, 12, 31);
        var cases = db.Set<InspectionCase>().AsNoTracking().Where(c => c.PlannedOn >= first && c.PlannedOn <= last && c.Status != InspectionStatus.Refused);
        var drawn = db.Set<InspectionAssignment>().AsNoTracking().Where(a => a.PlannedOn >= first && a.PlannedOn <= last && a.Status != AssignmentStatus.Replaced && a.Status != AssignmentStatus.Merged
            && !db.Set<InspectionCase>().Any(c => c.CampaignId == a.CampaignId && c.InspecteeNumber == a.InspecteeNumber));
        if (code is not null)
        {
            // Whole codes: YJ-1 is no part of YJ-10.
            var mark = $";{code};";
            cases = cases.Where(c => (";" + c.ItemCodes + ";").Contains(mark));
            drawn = drawn.Where(a => db.Set<Campaign>().Any(c => c.Id == a.CampaignId && (";" + c.ItemCodes + ";").Contains(mark)));
        }
        var counts = await cases.GroupBy(c => c.InspecteeNumber).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, StringComparer.Ordinal, cancellationToken);
        foreach (var group in await drawn.GroupBy(a => a.InspecteeNumber).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellationToken))
            counts[group.Key] = counts.GetValueOrDefault(group.Key) + group.Count;
        foreach (var (number, visits) in await UpperTasks.VisitsAsync(db, year, code, OursAsync, cancellationToken)) counts[number] = counts.GetValueOrDefault(number) + visits;
        return counts;

        // A check of ours for the upper body's item in its days is its visit too: one visit, counted above.
        async Task<IReadOnlySet<string>> OursAsync(UpperTask task, IReadOnlyList<string> numbers)
        {
            var own = $";{task.ItemCode};";
            var checks = db.Set<InspectionCase>().Where(c => c.PlannedOn >= task.PeriodFrom && c.PlannedOn <= task.PeriodTo && c.Status != InspectionStatus.Refused && (";" + c.ItemCodes + ";").Contains(own)).Select(c => c.InspecteeNumber);
            var seats = db.Set<InspectionAssignment>().Where(a => a.PlannedOn >= task.PeriodFrom && a.PlannedOn <= task.PeriodTo && a.Status != AssignmentStatus.Replaced && db.Set<Campaign>().Any(c => c.Id == a.CampaignId && (";" + c.ItemCodes + ";").Contains(own))).Select(a => a.InspecteeNumber);
            HashSet<string> ours = new(StringComparer.Ordinal);
            foreach (var chunk in numbers.Chunk(500)) ours.UnionWith(await checks.Concat(seats).Where(n => chunk.Contains(n)).ToListAsync(cancellationToken));
            return ours;
        }
    }
}
