using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Evidence;
using DoubleRandom.Inspections.Hazards;
using DoubleRandom.Inspections.Penalties;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Deadlines;

/// <summary>登记起止事项: an act of a case that no step of its workflow records, with the paper that shows it; its clocks start and end with it.</summary>
/// <param name="Act">Key of a <see cref="ClockAct"/> that is recorded by hand.</param>
/// <param name="On">The day of the act; not in the future, unless the act is one that is announced beforehand.</param>
/// <param name="Document">Number or title of the paper.</param>
/// <param name="SubjectId">Which penalty or hazard of the case; null: the inspection, or the only one there is.</param>
/// <param name="DeadlineId">Which clock it ends, when several of the rule run.</param>
/// <param name="At">The moment, UTC; needed by clocks that are counted in hours.</param>
/// <param name="EvidenceSha256">A file recorded as evidence of the case.</param>
public sealed record RecordClockAct(Guid CaseId, string Act, DateOnly On, string Document, Guid? SubjectId = null, Guid? DeadlineId = null, string? EvidenceSha256 = null, DateTime? At = null);

/// <param name="Ended">The clock that was met.</param>
/// <param name="Started">The clock that now runs.</param>
public sealed record RecordedClockAct(string Act, Deadline? Ended, Deadline? Started);

/// <summary>An act a person may record now.</summary>
/// <param name="Ends">The clock it would end; null for one that only starts.</param>
public sealed record PossibleAct(ClockAct Act, ClockSubject Subject, Deadline? Ends);

/// <summary>An act the person himself may record in the case.</summary>
/// <param name="Why">What stands in its way as the case is now; null: nothing.</param>
public sealed record OfferedAct(PossibleAct Possible, Refusal? Why);

public sealed class RecordClockActHandler(DbContext db, IAuditTrail audit, ClockActs acts, DeadlineRuleSource rules, DeadlineProfiles profiles)
{
    public const int DocumentMaxLength = 120;

    private const int MostYears = 5;

    public async Task<Result<RecordedClockAct>> HandleAsync(RecordClockAct command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (ClockAct.Find(command.Act) is not { IsByHand: true } act) return Refusal.Invalid("clock-acts.unknown", nameof(command.Act), command.Act);
        var found = await db.FindCaseAsync(command.CaseId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (change.RequireAny([.. act.By]) is { } forbidden) return forbidden;
        if (CaseRows.IsBlank(command.Document)) return Refusal.Invalid("deadlines.document-needed", nameof(command.Document));
        var document = command.Document.Trim();
        if (document.Length > DocumentMaxLength) return Refusal.Invalid("deadlines.words-too-long", nameof(command.Document), DocumentMaxLength);
        if (command.At is { } moment && DeadlineClock.OfficeDay(moment) != command.On) return Refusal.Invalid("clock-acts.other-day", nameof(command.At), command.On);
        if (!act.Ahead && command.At > change.At) return Refusal.Invalid("clock-acts.ahead", nameof(command.At), change.On);
        if (!act.Ahead && command.On > change.On) return Refusal.Invalid("clock-acts.ahead", nameof(command.On), change.On);
        if (act.Ahead && command.On < change.On) return Refusal.Invalid("clock-acts.past", nameof(command.On), change.On);
        if (command.On < change.On.AddYears(-MostYears) || command.On > change.On.AddYears(MostYears)) return Refusal.Invalid("deadlines.fact-far", nameof(command.On), MostYears);
        if (command.EvidenceSha256 is { } hash && await db.CheckEvidenceAsync(inspection.Id, [hash], cancellationToken) is { } unknown) return unknown;

        var candidates = (await PossibleAsync(inspection, command.On, cancellationToken)).Where(p => p.Act == act && (command.SubjectId is null || p.Subject.Id == command.SubjectId)
            && (command.DeadlineId is null || p.Ends?.Id == command.DeadlineId)).ToList();
        if (candidates.Count == 0) return Refusal.Conflict(act.Meets.Count > 0 ? "clock-acts.nothing-runs" : "clock-acts.no-subject", act.Name, inspection.InspectionNo);
        if (candidates.Count > 1) return Refusal.Conflict("clock-acts.which", act.Name, string.Join('；', candidates.Select(c => c.Ends?.Title ?? c.Subject.Name)));
        var chosen = candidates[0];
        if (Mine(act, inspection, chosen, change.By) is { } stranger) return stranger;
        if (await NotNowAsync(inspection, chosen, command.On, cancellationToken) is { } early) return early;
        if (await CheckAsync(act, inspection, chosen, command, document, cancellationToken) is { } wrong) return wrong;

        Deadline? started = null;
        if (chosen.Ends is { } clock)
        {
            var ended = await acts.EndAsync(act, clock, command.On, document, command.EvidenceSha256, change, cancellationToken);
            if (ended.Refusal is { } no) return no;
        }
        foreach (var rule in act.Opens)
        {
            var opened = await acts.StartAsync(act, rule, chosen.Subject, command.On, document, command.EvidenceSha256, change, cancellationToken, command.At);
            if (opened.Refusal is { } no) return no;
            started = opened.Value;
            // Told late: the filing it had to be followed by has come in the meantime.
            if (act.Key == FirstInvestigated && started.IsRunning && (await FilingsAsync(inspection.Id, cancellationToken)).Where(p => p.FiledOn > command.On).MinBy(p => p.FiledOn) is { } filed
                && (await acts.EndAsync(ClockAct.Find("penalty.filed")!, started, filed.FiledOn!.Value, filed.PenaltyNo, null, change, cancellationToken)).Refusal is { } unended) return unended;
        }
        if (act.Key == "fine.urged" && await db.Set<PenaltyCase>().FindAsync([chosen.Subject.Id], cancellationToken) is { } penalty)
        {
            penalty.UrgedOn = command.On;
            penalty.Revision++;
        }
        audit.Record(change, inspection.Chain, act.Name, document, new JsonObject { ["on"] = command.On.Iso(), ["subject"] = chosen.Subject.Name, ["evidence"] = command.EvidenceSha256 });
        return new RecordedClockAct(act.Key, chosen.Ends, started);
    }

    /// <summary>All that may be recorded by hand in a case as it stands: what starts a clock that the case's profile knows, and for each running clock what ends it.</summary>
    public async Task<IReadOnlyList<PossibleAct>> PossibleAsync(InspectionCase inspection, DateOnly on, CancellationToken cancellationToken)
    {
        var (current, profile) = (await rules.CurrentAsync(cancellationToken), await profiles.OfAsync(inspection.Id, on, cancellationToken));
        List<ClockSubject> subjects = [ClockActs.Of(inspection)];
        subjects.AddRange((await db.Set<PenaltyCase>().Where(p => p.CaseId == inspection.Id).OrderBy(p => p.PenaltyNo).ToListAsync(cancellationToken)).Select(p => ClockActs.Of(p)));
        subjects.AddRange((await db.Set<MajorHazard>().Where(h => h.CaseId == inspection.Id).OrderBy(h => h.Id).ToListAsync(cancellationToken)).Select(h => ClockActs.Of(h, inspection)));
        var running = (await db.Set<Deadline>().Where(d => d.CaseNo == inspection.InspectionNo && (d.Status == DeadlineStatus.Open || d.Status == DeadlineStatus.Overdue)).ToListAsync(cancellationToken)).Where(d => d.IsRunning).OrderBy(d => d.DueOn).ToList();
        List<PossibleAct> possible = [];
        foreach (var act in ClockAct.All.Where(a => a.IsByHand))
        {
            var ending = running.Where(d => act.Meets.Contains(d.RuleKey) && d.SubjectKind == act.Subject).ToList();
            possible.AddRange(ending.Select(d => new PossibleAct(act, subjects.FirstOrDefault(s => s.Id == d.SubjectId) ?? new ClockSubject(d.SubjectId, d.SubjectKind, d.CaseNo, d.Chain, inspection.InspecteeName, []), d)));
            if (act.Opens.Count == 0 || (act.Meets.Count > 0 && !act.Idle) || act.Opens.Any(rule => current.Find(rule, profile, on) is null)) continue;
            possible.AddRange(subjects.Where(s => s.Kind == act.Subject && ending.All(d => d.SubjectId != s.Id)).Select(s => new PossibleAct(act, s, null)));
        }
        return possible;
    }

    /// <summary>What the person may record in the case, and what of it the case does not allow now.</summary>
    public async Task<IReadOnlyList<OfferedAct>> OfferAsync(InspectionCase inspection, Actor by, DateOnly on, CancellationToken cancellationToken)
    {
        List<OfferedAct> offered = [];
        foreach (var possible in await PossibleAsync(inspection, on, cancellationToken))
        {
            if (!possible.Act.By.Any(by.Is) || Mine(possible.Act, inspection, possible, by) is not null) continue;
            offered.Add(new OfferedAct(possible, await NotNowAsync(inspection, possible, on, cancellationToken)));
        }
        return offered;
    }

    private const string FirstInvestigated = "investigated.first";

    /// <summary>Whether the person may record it in this case: an officer where he is of the group, a case officer where the penalty is his.</summary>
    private static Refusal? Mine(ClockAct act, InspectionCase inspection, PossibleAct chosen, Actor by)
    {
        if (act.By.Any(r => r is not (Roles.Officer or Roles.CaseOfficer) && by.Is(r))) return null;
        var isOwner = by.RegisterNumber is { } number && (chosen.Subject.Owners.Contains(number) || inspection.Team.Any(m => m.Number == number && m.Part != TeamPart.Expert));
        return isOwner ? null : Refusal.Forbidden("cases.not-in-group", inspection.InspectionNo);
    }

    /// <summary>What the state of the case or the penalty does not allow on that day.</summary>
    private async Task<Refusal?> NotNowAsync(InspectionCase inspection, PossibleAct chosen, DateOnly on, CancellationToken cancellationToken)
    {
        var act = chosen.Act;
        // What still runs may end, and a punishment has its review and its court after the file is closed; nothing new begins in the check itself.
        if (inspection.Status is InspectionStatus.Archived && chosen.Ends is null && act.Subject == "inspection") return Refusal.Conflict("clock-acts.archived", inspection.InspectionNo, act.Name);
        if (act.Subject != "penalty" || await db.Set<PenaltyCase>().FindAsync([chosen.Subject.Id], cancellationToken) is not { } penalty) return null;
        return act.Key switch
        {
            "fine.urged" when penalty.PaymentDueOn is not { } due || penalty.PaidFen >= penalty.AmountFen || penalty.RequireStatus(PenaltyStatus.Served) is not null => Refusal.Conflict("penalties.nothing-owed", penalty.PenaltyNo),
            "fine.urged" when on <= penalty.PaymentDueOn => Refusal.Invalid("penalties.urged-early", nameof(RecordClockAct.On), penalty.PaymentDueOn!.Value),
            "review.decided" when penalty.ServedOn is not { } served || on < served => Refusal.Conflict("clock-acts.not-served", penalty.PenaltyNo),
            "hearing.set" when penalty.HearingUntil is null || penalty.HearingHeldOn is not null => Refusal.Conflict("penalties.no-hearing-right", penalty.PenaltyNo),
            _ => null,
        };
    }

    private async Task<Refusal?> CheckAsync(ClockAct act, InspectionCase inspection, PossibleAct chosen, RecordClockAct command, string document, CancellationToken cancellationToken)
    {
        if (chosen.Ends is { Direction: DeadlineDirection.After } clock && command.On < clock.AnchorOn) return Refusal.Invalid("clock-acts.before-start", nameof(command.On), clock.Title, clock.AnchorOn);
        foreach (var rule in act.Opens)
        {
            var direction = act.Ahead ? DeadlineDirection.Before : DeadlineDirection.After;
            if (await CaseBeginning.CheckAsync(db, inspection.InspectionNo, rule, direction, command.On, cancellationToken) is { } early) return early;
        }
        // Investigated first is what came before the filing; after it nothing would end the clock.
        if (act.Key == FirstInvestigated && await FilingsAsync(inspection.Id, cancellationToken) is { Count: > 0 } filings && !filings.Exists(p => p.FiledOn is null || p.FiledOn > command.On))
        {
            var last = filings.MaxBy(p => p.FiledOn)!;
            return Refusal.Conflict("clock-acts.filed-already", last.PenaltyNo, last.FiledOn!.Value);
        }
        // The same paper twice is one act; another paper is another measure with a clock of its own.
        var title = $"（{document}）";
        return (await acts.RunningAsync(chosen.Subject.Id, act.Opens, cancellationToken)).FirstOrDefault(d => d.Title.EndsWith(title, StringComparison.Ordinal)) is { } same ? Refusal.Conflict("clock-acts.known", same.Title) : null;
    }

    /// <summary>The ordinary penalty cases of the check that are filed, or wait for it (without a day).</summary>
    private async Task<List<PenaltyCase>> FilingsAsync(Guid caseId, CancellationToken cancellationToken)
        => [.. (await db.WithStagedAsync<PenaltyCase>(p => p.CaseId == caseId && p.Procedure == PenaltyProcedure.Ordinary, cancellationToken)).Where(p => p.FiledOn is not null || p.Status is PenaltyStatus.FilingProposed)];
}
