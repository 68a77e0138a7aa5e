using System.Globalization;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Campaigns;

/// <summary>频次上限: who has had, or is drawn for, as many checks in a year as he may have. Counted over all campaigns and departments (国办发〔2024〕54号).</summary>
internal static class YearlyCaps
{
    public const string OfItem = "本年检查次数已达上限";
    public const string OfAll = "本年各部门检查次数已达总上限";

    public const string OfCredit = "本年检查次数已达其信用等级的上限";

    public static bool IsCap(string reason) => reason is OfItem or OfAll or OfCredit;

    /// <summary>By number of the object, with the visits that reach the cap as evidence.</summary>
    public static async Task<IReadOnlyDictionary<string, Exclusion>> ReachedAsync(DbContext db, Campaign campaign, InspectionItem item, CancellationToken cancellationToken)
    {
        var year = campaign.PeriodFrom.Year;
        var rules = await PlanRules.InForceAsync(db, campaign.PeriodFrom, cancellationToken);
        Dictionary<string, Exclusion> reached = new(StringComparer.Ordinal);
        if (Least(item.YearlyCap, (await PlanLines.ApprovedLineAsync(db, campaign.PlanNo, campaign.PlanLineNo, cancellationToken))?.YearlyCap) is { } own)
        {
            foreach (var (number, visits) in await VisitsAsync(db, year, item.Code, cancellationToken))
            {
                if (visits >= own) reached[number] = new Exclusion(number, OfItem, visits.ToString(CultureInfo.InvariantCulture));
            }
        }
        // A full check of a key trade reaches all of it; of the others the trustworthy are visited less (S004-10).
        var byGrade = campaign.Sampling is Sampling.Full ? new Dictionary<string, int>() : CreditCap.Parse(rules.CreditCaps) ?? new Dictionary<string, int>();
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
            await foreach (var number in db.Set<Inspectee>().AsNoTracking().Where(i => i.CreditGrade == grade).Select(i => i.Number).AsAsyncEnumerable().WithCancellation(cancellationToken))
            {
                if (total.TryGetValue(number, out var visits) && visits >= cap) reached.TryAdd(number, new Exclusion(number, OfCredit, $"{grade}级 {visits.ToString(CultureInfo.InvariantCulture)} 次"));
            }
        }
        return reached;
    }

    /// <summary>The lower of two caps, of which either may be missing.</summary>
    public static int? Least(int? one, int? other) => one is null ? other : other is null ? one : Math.Min(one.Value, other.Value);

    /// <summary>Visits of the year by object: cases, and places on lists from which no case was opened yet.</summary>
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
        return counts;
    }
}
