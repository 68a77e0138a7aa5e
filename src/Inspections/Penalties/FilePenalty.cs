using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Penalties;

/// <summary>提请立案 (行政处罚法 art. 54). Each finding is punished once (art. 29); one not rectified in time is a new offence.</summary>
/// <param name="FindingIds">Empty only when the inspectee refused the check.</param>
/// <param name="Officers">Register numbers; two or more, the proposer among them.</param>
/// <param name="PartyName">The inspectee when null; a natural person's name when <paramref name="PartyIsUnit"/> is false.</param>
public sealed record FilePenalty(
    Guid CaseId, string Cause, IReadOnlyList<Guid> FindingIds, IReadOnlyList<string> Officers, string SuspectedClause, bool PartyIsUnit = true, string? PartyName = null, string Source = PenaltyCase.FromCheck);

/// <summary>审批立案: the director alone, never one of the case's officers. The day of the approval is the day of filing.</summary>
public sealed record DecideFiling(Guid PenaltyId, bool Approved, string Opinion);

public sealed class FilePenaltyHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<PenaltyCase>> HandleAsync(FilePenalty command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (change.RequireAny(Roles.CaseOfficer) is { } forbidden) return forbidden;
        var found = await db.FindCaseAsync(command.CaseId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (inspection.RequireStatus(InspectionStatus.FindingsLocked, InspectionStatus.EntryRefused) is { } wrong) return wrong;
        if (CaseRows.IsBlank(command.Cause)) return Refusal.Invalid("penalties.incomplete", "cause", "案由");
        if (CaseRows.IsBlank(command.SuspectedClause)) return Refusal.Invalid("penalties.incomplete", "clause", "涉嫌违反条款");
        if (!command.PartyIsUnit && CaseRows.IsBlank(command.PartyName)) return Refusal.Invalid("penalties.incomplete", "partyName", "当事人姓名");
        var penalties = await db.WithStagedAsync<PenaltyCase>(p => p.CaseId == inspection.Id, cancellationToken);
        if (await PenaltyFindings.CheckAsync(db, inspection, command.FindingIds, penalties, Disposal.FileCase, cancellationToken) is { } bad) return bad;
        if (change.By.RegisterNumber is not { } self || !command.Officers.Contains(self)) return Refusal.Invalid("penalties.proposer-not-officer", "officers", change.By.Name);
        var officers = await db.CertifiedOfficersAsync(command.Officers, inspection.InspecteeNumber, change.On, cancellationToken);
        if (officers.Refusal is { } unfit) return unfit;

        var penalty = new PenaltyCase
        {
            Id = Ids.New(change),
            PenaltyNo = PenaltyFindings.NextNo(inspection, penalties),
            CaseId = inspection.Id,
            InspectionNo = inspection.InspectionNo,
            InspecteeNumber = inspection.InspecteeNumber,
            Procedure = PenaltyProcedure.Ordinary,
            Status = PenaltyStatus.FilingProposed,
            Source = command.Source,
            Cause = command.Cause,
            PartyName = command.PartyName ?? inspection.InspecteeName,
            PartyIsUnit = command.PartyIsUnit,
            FindingIds = string.Join(';', command.FindingIds),
            OfficerNumbers = string.Join(';', officers.Value.Select(o => o.Number)),
            OfficerNames = string.Join('、', officers.Value.Select(o => o.Name)),
            ProposedById = change.By.Id,
            ViolatedClause = command.SuspectedClause,
        };
        db.Add(penalty);
        audit.Record(change, penalty.Chain, "提请立案", penalty.PenaltyNo, new JsonObject { ["cause"] = penalty.Cause, ["party"] = penalty.PartyName, ["officers"] = penalty.OfficerNames, ["findings"] = command.FindingIds.Count });
        return penalty;
    }
}

public sealed class DecideFilingHandler(DbContext db, IAuditTrail audit, Deadlines.ClockActs clocks)
{
    public async Task<Result<PenaltyCase>> HandleAsync(DecideFiling command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (change.RequireAny(Roles.Director) is { } forbidden) return forbidden;
        var found = await db.FindPenaltyAsync(command.PenaltyId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var penalty = found.Value;
        if (penalty.RequireStatus(PenaltyStatus.FilingProposed) is { } wrong) return wrong;
        if (penalty.IsCaseOfficer(change.By)) return Refusal.Forbidden("penalties.own-case", penalty.PenaltyNo);
        if (CaseRows.IsBlank(command.Opinion)) return Refusal.Invalid("penalties.incomplete", "opinion", "审批意见");
        penalty.Status = command.Approved ? PenaltyStatus.Investigating : PenaltyStatus.FilingRefused;
        penalty.FiledOn = command.Approved ? change.On : null;
        penalty.FiledByName = change.By.Name;
        penalty.FilingOpinion = command.Opinion;
        penalty.Revision++;
        audit.Record(change, penalty.Chain, command.Approved ? "批准立案" : "不予立案", penalty.PenaltyNo, new JsonObject { ["opinion"] = command.Opinion });
        return command.Approved && await clocks.HappenedAsync("penalty.filed", Deadlines.ClockActs.Of((await db.FindCaseAsync(penalty.CaseId, cancellationToken)).Value), change.On, change, cancellationToken) is { } no ? no : penalty;
    }
}

/// <summary>Which findings a penalty may be based on.</summary>
public static class PenaltyFindings
{
    /// <param name="disposal">What the locked summary must say of a finding: 立案调查 or 当场处罚.</param>
    internal static async Task<Refusal?> CheckAsync(
        DbContext db, InspectionCase inspection, IReadOnlyList<Guid> ids, IReadOnlyList<PenaltyCase> penalties, Disposal disposal, CancellationToken cancellationToken)
    {
        if (ids.Count == 0) return inspection.Status is InspectionStatus.EntryRefused ? null : Refusal.Invalid("penalties.no-finding", "findings", inspection.InspectionNo);
        var findings = (await db.WithStagedAsync<Finding>(f => f.CaseId == inspection.Id && f.Status != FindingStatus.Withdrawn, cancellationToken)).ToDictionary(f => f.Id);
        foreach (var id in ids)
        {
            if (!findings.TryGetValue(id, out var finding)) return Refusal.Invalid("penalties.foreign-finding", "findings", inspection.InspectionNo);
            if (!MayBePunished(finding, disposal)) return Refusal.Invalid("penalties.not-punishable", "findings", finding.BookletNo ?? 0);
            if (Taking(finding, penalties) is { } taken)
                return Refusal.Conflict("penalties.finding-taken", finding.BookletNo ?? 0, taken.PenaltyNo);
        }
        return null;
    }

    /// <summary>An ordinary case also takes what failed its re-inspection, and what could have been punished on the spot.</summary>
    public static bool MayBePunished(Finding finding, Disposal disposal)
        => finding.Has(disposal) || (disposal is Disposal.FileCase && (finding.Status is FindingStatus.Failed || finding.Has(Disposal.SimplePenalty)));

    /// <summary>A case deals or dealt with it already.</summary>
    public static bool IsTaken(Finding finding, IEnumerable<PenaltyCase> penalties) => Taking(finding, penalties) is not null;

    private static PenaltyCase? Taking(Finding finding, IEnumerable<PenaltyCase> penalties)
        => penalties.FirstOrDefault(p => p.FindingIds.Contains(finding.Id.ToString(), StringComparison.Ordinal) && StandsInTheWay(p, finding));

    private static bool StandsInTheWay(PenaltyCase earlier, Finding finding) => earlier.Status switch
    {
        PenaltyStatus.FilingRefused => false,
        PenaltyStatus.Closed => earlier.Outcome is PenaltyOutcome.Punish && finding.Status is not FindingStatus.Failed,
        // What was found by the check and what was not put right in time are two offences.
        _ => finding.Status is not FindingStatus.Failed || earlier.Source != PenaltyCase.FromCheck,
    };

    internal static string NextNo(InspectionCase inspection, IReadOnlyCollection<PenaltyCase> penalties)
        => $"{inspection.InspectionNo}-罚{(penalties.Count + 1).ToString(CultureInfo.InvariantCulture)}";
}
