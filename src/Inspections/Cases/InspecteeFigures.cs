using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Penalties;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Cases;

/// <summary>
/// 近24月处罚数、未闭环隐患数、本年检查次数 of an inspectee, counted from the cases (S003-08). What the register's file brings is the opening balance: what was before this system.
/// </summary>
public sealed record InspecteeFigures(int Penalties24Months, int OpenHazards, int VisitsThisYear)
{
    private const int Months = 24;

    public static InspecteeFigures None { get; } = new(0, 0, 0);

    /// <summary>Of everybody who has any, as the cases stand on a day: three grouped counts, however large the register.</summary>
    public static async Task<IReadOnlyDictionary<string, InspecteeFigures>> FromCasesAsync(DbContext db, DateOnly on, CancellationToken cancellationToken) => await CountAsync(db, null, on, cancellationToken);

    /// <summary>Of one entry, its opening balance included.</summary>
    public static async Task<InspecteeFigures> OfAsync(DbContext db, Inspectee entry, DateOnly on, CancellationToken cancellationToken)
        => (await CountAsync(db, entry.Number, on, cancellationToken)).GetValueOrDefault(entry.Number, None).With(entry, on);

    /// <summary>Together with the opening balance, as long as the day it was taken (更新日期) lies in the months, or the year, it is counted over.</summary>
    public InspecteeFigures With(Inspectee entry, DateOnly on) => new(
        Penalties24Months + (entry.UpdatedOn is { } told && told < on.AddMonths(-Months) ? 0 : entry.Penalties24Months ?? 0),
        OpenHazards + (entry.OpenHazards ?? 0),
        VisitsThisYear + (entry.UpdatedOn?.Year == on.Year ? entry.VisitsThisYear ?? 0 : 0));

    private static async Task<Dictionary<string, InspecteeFigures>> CountAsync(DbContext db, string? number, DateOnly on, CancellationToken cancellationToken)
    {
        var (since, first) = (on.AddMonths(-Months), new DateOnly(on.Year, 1, 1));
        Dictionary<string, InspecteeFigures> figures = new(StringComparer.Ordinal);
        foreach (var g in await db.Set<PenaltyCase>().Where(p => (number == null || p.InspecteeNumber == number) && p.Outcome == PenaltyOutcome.Punish && p.DecidedOn >= since && p.DecidedOn <= on)
            .GroupBy(p => p.InspecteeNumber).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellationToken)) figures[g.Key] = None with { Penalties24Months = g.Count };
        foreach (var g in await db.Set<Finding>().Where(f => (number == null || f.InspecteeNumber == number) && f.BookletNo != null && (f.Status == FindingStatus.Open || f.Status == FindingStatus.Rectifying || f.Status == FindingStatus.Failed))
            .GroupBy(f => f.InspecteeNumber).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellationToken)) figures[g.Key] = figures.GetValueOrDefault(g.Key, None) with { OpenHazards = g.Count };
        foreach (var g in await db.Set<InspectionCase>().Where(c => (number == null || c.InspecteeNumber == number) && c.CheckedOn >= first && c.CheckedOn <= on)
            .GroupBy(c => c.InspecteeNumber).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellationToken)) figures[g.Key] = figures.GetValueOrDefault(g.Key, None) with { VisitsThisYear = g.Count };
        return figures;
    }
}
