using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Deadlines;

/// <summary>No clock of a case counts from an event before the case: such a day is a slip of the pen (the wrong year), and would tell everybody of years overdue.</summary>
internal static class CaseBeginning
{
    /// <summary>Rules whose event may happen while the check is still going on, or is of the case's papers: they are bound by the opening alone.</summary>
    private static readonly string[] DuringCheck =
        ["file.case", "file.case.urgent", "lead.transfer", "evid.hold", "seal", "list.abnormal", "major.list", "fine.onspot.file", "fine.hand", "fine.hand.bank", "transfer.report", "transfer.do", "transfer.police", "transfer.object", "transfer.goods", "docno.void", "supervise.answer"];

    /// <summary>Rules whose event may be the lead a special check was opened for: it came first, how long ago the data do not say.</summary>
    private static readonly string[] FromLead = ["file.case", "file.case.urgent", "lead.transfer", "transfer.report"];

    /// <summary>Null also for a clock of no inspection's case.</summary>
    public static async Task<Refusal?> CheckAsync(DbContext db, string caseNo, string rule, DeadlineDirection direction, DateOnly on, CancellationToken cancellationToken)
    {
        if (await db.Set<InspectionCase>().AsNoTracking().SingleOrDefaultAsync(c => c.InspectionNo == caseNo, cancellationToken) is not { } inspection) return null;
        if (inspection.Lead is not null && FromLead.Contains(rule)) return null;
        if (direction == DeadlineDirection.After && !DuringCheck.Contains(rule) && inspection.CheckedOn is { } check)
            return on < check ? Refusal.Invalid("deadlines.fact-before-check", "On", on, caseNo, check) : null;
        // A check that was entered afterwards was planned for a day before it.
        var opened = DeadlineClock.OfficeDay(inspection.OpenedAt);
        var first = inspection.PlannedOn < opened ? inspection.PlannedOn : opened;
        return on < first ? Refusal.Invalid("deadlines.fact-before-case", "On", on, caseNo, first) : null;
    }
}
