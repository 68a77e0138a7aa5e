using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Hazards;
using DoubleRandom.Inspections.Penalties;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Deadlines;

/// <summary>经办科室: the section of the officers who deal with a matter, as the register has it; its head answers for the clock.</summary>
public static class OwnerSection
{
    /// <summary>Of the persons a step is given to; null when the register knows none of them.</summary>
    public static async Task<string?> OfAsync(DbContext db, IReadOnlyList<string> numbers, CancellationToken cancellationToken)
    {
        foreach (var number in numbers)
        {
            if ((await db.Set<Officer>().FindAsync([number], cancellationToken))?.Section is { Length: > 0 } section) return section;
        }
        return null;
    }

    /// <summary>Of the inspection a subject belongs to: its officers' (the leader is the office's, not the section's).</summary>
    public static async Task<string?> OfSubjectAsync(DbContext db, Guid subjectId, CancellationToken cancellationToken)
    {
        if (await db.Set<PenaltyCase>().FindAsync([subjectId], cancellationToken) is { } penalty) return await OfAsync(db, penalty.Officers, cancellationToken);
        var caseId = (await db.Set<MajorHazard>().FindAsync([subjectId], cancellationToken))?.CaseId ?? subjectId;
        return await db.Set<InspectionCase>().FindAsync([caseId], cancellationToken) is { } inspection
            ? await OfAsync(db, [.. inspection.Team.Where(m => m.Part == TeamPart.Officer).Select(m => m.Number)], cancellationToken) : null;
    }
}
