using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Hazards;
using DoubleRandom.Inspections.Penalties;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Deadlines;

/// <summary>Starts and ends the clocks of an act, whoever recorded it: the handler of the act itself or a person by hand.</summary>
public sealed class ClockActs(DbContext db, OpenDeadlineHandler open, MeetDeadlineHandler meet, CancelDeadlineHandler cancel, DeadlineMoving moving, CalendarSource calendars)
{
    /// <summary>Records what the handler of an act did; clocks that do not run are not missed.</summary>
    /// <param name="document">What shows that a clock is met; null: the handler's own record does.</param>
    /// <param name="on">The day of the event its clocks count from; the day a clock is met is the day of the act.</param>
    public async Task<Refusal?> HappenedAsync(string key, ClockSubject subject, DateOnly on, ChangeContext change, CancellationToken cancellationToken, string? document = null)
    {
        var act = ClockAct.Find(key) ?? throw new InvalidOperationException($"No act {key}.");
        foreach (var clock in await RunningAsync(subject.Id, act.Meets, cancellationToken))
        {
            if ((await EndAsync(act, clock, on > change.On ? change.On : on, document, null, change, cancellationToken)).Refusal is { } no) return no;
        }
        foreach (var clock in await RunningAsync(subject.Id, act.Cancels, cancellationToken))
        {
            if ((await cancel.HandleAsync(new CancelDeadline(clock.Id, act.Name), change, cancellationToken)).Refusal is { } no) return no;
        }
        foreach (var rule in act.Opens)
        {
            var running = await RunningAsync(subject.Id, [rule], cancellationToken);
            if (running.Count > 0 && !act.Renews) continue;
            foreach (var clock in running)
            {
                if ((await cancel.HandleAsync(new CancelDeadline(clock.Id, $"{act.Name}，另行起算"), change, cancellationToken)).Refusal is { } no) return no;
            }
            if ((await StartAsync(act, rule, subject, on, null, null, change, cancellationToken)).Refusal is { } refused) return refused;
        }
        return null;
    }

    /// <summary>What the running clocks of a rule waited for happened only today: they count from today. One that stands still, or was extended, keeps its day.</summary>
    internal async Task RestartAsync(Guid subjectId, string rule, string why, ChangeContext change, CancellationToken cancellationToken)
    {
        foreach (var clock in (await RunningAsync(subjectId, [rule], cancellationToken)).Where(c => c.PausedOn is null && c.ExplicitDueOn is null && c.AnchorOn < change.On))
        {
            foreach (var fact in await db.WithStagedAsync<DeadlineFact>(f => f.DeadlineId == clock.Id && !f.IsReplaced && !f.IsEnd, cancellationToken)) fact.IsReplaced = true;
            db.Add(new DeadlineFact { Id = Ids.New(change), DeadlineId = clock.Id, Event = clock.Anchor, On = change.On, Document = why, RecordedByName = change.By.Name, RecordedAt = change.At });
            clock.AnchorOn = change.On;
            await moving.RecountAsync(clock, await db.PausesAsync(clock.Id, cancellationToken), await calendars.CurrentAsync(cancellationToken), MoveCause.Fact, why, change, cancellationToken);
        }
    }

    /// <summary>Starts one clock of the act, with the paper that shows the day.</summary>
    internal async Task<Result<Deadline>> StartAsync(ClockAct act, string rule, ClockSubject subject, DateOnly on, string? document, string? proof, ChangeContext change, CancellationToken cancellationToken, DateTime? at = null)
    {
        var section = await OwnerSection.OfAsync(db, subject.Owners, cancellationToken);
        var opened = await open.HandleAsync(new OpenDeadline(rule, subject.CaseNo, subject.Kind, subject.Id, on, act.Owner!, Section: section,
            SubjectName: document is null ? subject.Name : $"{subject.Name}（{document}）", Chain: subject.Chain, AnchorEvent: act.Event, AnchorAt: at), change, cancellationToken);
        if (opened.Refusal is not null) return opened;
        var deadline = opened.Value;
        // Who deals with the case, where the role is theirs; a leader's or the legal section's clock is of whoever holds the role.
        if (act.Owner is Roles.Officer or Roles.CaseOfficer && subject.Owners.Count > 0) deadline.OwnerNumbers = $";{string.Join(';', subject.Owners)};";
        // A time to ask for something that is over before it began is nothing to wait for.
        if (deadline.IsWindow && deadline.DueOn < change.On) return await meet.HandleAsync(new MeetDeadline(deadline.Id, deadline.DueOn), change, cancellationToken);
        if (document is not null)
        {
            var fact = db.Set<DeadlineFact>().Local.First(f => f.DeadlineId == deadline.Id);
            (fact.Document, fact.EvidenceSha256) = (document, proof);
        }
        return deadline;
    }

    internal async Task<Result<Deadline>> EndAsync(ClockAct act, Deadline clock, DateOnly on, string? document, string? proof, ChangeContext change, CancellationToken cancellationToken)
    {
        db.Add(new DeadlineFact
        {
            Id = Ids.New(change),
            DeadlineId = clock.Id,
            Event = act.Name,
            On = on,
            Document = document,
            EvidenceSha256 = proof,
            IsEnd = true,
            RecordedByName = change.By.Name,
            RecordedAt = change.At,
        });
        return await meet.HandleAsync(new MeetDeadline(clock.Id, on), change, cancellationToken);
    }

    public async Task<bool> IsRunningAsync(Guid subjectId, string rule, CancellationToken cancellationToken) => (await RunningAsync(subjectId, [rule], cancellationToken)).Count > 0;

    /// <summary>Those of this unit of work too.</summary>
    internal async Task<List<Deadline>> RunningAsync(Guid subjectId, IReadOnlyList<string> rules, CancellationToken cancellationToken)
        => rules.Count == 0 ? [] : [.. (await db.WithStagedAsync<Deadline>(d => d.SubjectId == subjectId && rules.Contains(d.RuleKey) && (d.Status == DeadlineStatus.Open || d.Status == DeadlineStatus.Overdue), cancellationToken))
            .Where(d => d.IsRunning).OrderBy(d => d.DueOn)];

    internal static ClockSubject Of(InspectionCase inspection)
        => new(inspection.Id, "inspection", inspection.InspectionNo, inspection.Chain, inspection.InspecteeName, [.. inspection.Team.Where(m => m.Part == TeamPart.Officer).Select(m => m.Number)]);

    internal static ClockSubject Of(PenaltyCase penalty) => new(penalty.Id, "penalty", penalty.InspectionNo, penalty.Chain, penalty.PartyName, penalty.Officers);

    internal static ClockSubject Of(MajorHazard hazard, InspectionCase inspection) => Of(inspection) with { Id = hazard.Id, Kind = "hazard" };

    internal async Task<ClockSubject> OfAsync(MajorHazard hazard, CancellationToken cancellationToken) => Of(hazard, (await db.FindCaseAsync(hazard.CaseId, cancellationToken)).Value);
}
