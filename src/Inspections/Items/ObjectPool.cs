using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Items;

/// <summary>Who of the object register may be drawn for an item, and who matches its condition but is left out, with the reason.</summary>
/// <param name="Numbers">对象编号, ordered by bytes.</param>
public sealed record ObjectPool(IReadOnlyList<string> Numbers, IReadOnlyList<Exclusion> Exclusions)
{
    /// <param name="baseOn">基数日期 of the plan line: an exclusion (S003-19…22) that still held then keeps the entry out for the line's year.</param>
    /// <param name="periodTo">The last day of checks: what begins to hold after it does not matter.</param>
    public static async Task<ObjectPool> OfAsync(DbContext db, ObjectFilter filter, DateOnly baseOn, DateOnly periodTo, CancellationToken cancellationToken)
    {
        List<string> numbers = [];
        List<Exclusion> exclusions = [];
        if (filter.MatchesNothing) return new ObjectPool(numbers, exclusions);
        await foreach (var entry in db.Set<Inspectee>().AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (!filter.Matches(entry)) continue;
            if (entry.RegistrationStatus is not "存续") exclusions.Add(new Exclusion(entry.Number, $"登记状态：{entry.RegistrationStatus}", entry.Source));
            else if (entry.IsExcluded(baseOn, periodTo)) exclusions.Add(new Exclusion(entry.Number, $"EXCL-{entry.ExclusionCode}", entry.ExclusionReason));
            else numbers.Add(entry.Number);
        }
        numbers.Sort(StringComparer.Ordinal);
        exclusions.Sort((a, b) => string.CompareOrdinal(a.CandidateId, b.CandidateId));
        return new ObjectPool(numbers, exclusions);
    }

    /// <summary>The item's version in force on a day; null when there is none that was reviewed and published.</summary>
    public static async Task<InspectionItem?> ItemAsync(DbContext db, string code, DateOnly on, CancellationToken cancellationToken)
        => (await db.Set<InspectionItem>().AsNoTracking().Where(i => i.Code == code).ToListAsync(cancellationToken))
            .Where(i => i.IsInForce(on)).MaxBy(i => i.Version);
}
