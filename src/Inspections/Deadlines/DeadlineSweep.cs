using DoubleRandom.Basics;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Hazards;
using DoubleRandom.Inspections.Penalties;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Inspections.Deadlines;

/// <param name="Looked">Deadlines looked at.</param>
/// <param name="Fired">Rungs taken with an alert.</param>
/// <param name="Overdue">Deadlines newly marked overdue.</param>
public sealed record Swept(int Looked, int Fired, int Overdue);

/// <summary>
/// Finds what is due from the rows and tells whom it concerns. Batches of 1,000, each a unit of work of its own: a kill in between
/// loses nothing and repeats nothing, because what was told is a row.
/// </summary>
public sealed class DeadlineSweep(IUnitOfWork unit, TimeProvider time)
{
    public const int BatchSize = 1_000;

    public async Task<Swept> RunAsync(DateOnly today, CancellationToken cancellationToken = default)
    {
        var total = new Swept(0, 0, 0);
        while (true)
        {
            var result = await unit.RunAsync<Swept>((services, ct) => services.GetRequiredService<DeadlineSweepBatch>().RunAsync(
                today, new ChangeContext(Actor.System, time.UtcNow, today), ct), cancellationToken);
            var swept = result.Value;
            total = new Swept(total.Looked + swept.Looked, total.Fired + swept.Fired, total.Overdue + swept.Overdue);
            if (swept.Looked < BatchSize) return total;
        }
    }
}

internal sealed class DeadlineSweepBatch(DbContext db, IDueDeadlines deadlines, CalendarSource calendars, AlertDesk alerts, ExposureProposer exposures, ClockActs acts, IAuditTrail audit)
{
    public async Task<Result<Swept>> RunAsync(DateOnly today, ChangeContext change, CancellationToken cancellationToken)
    {
        var due = await deadlines.ReadAsync(change, DeadlineSweep.BatchSize, cancellationToken);
        if (due.Count == 0) return new Swept(0, 0, 0);
        var calendar = await calendars.CurrentAsync(cancellationToken);
        var (told, overdue) = (0, 0);
        List<LookedAt> looked = new(due.Count);
        foreach (var deadline in due)
        {
            var before = deadline.Status;
            var ready = DeadlineLadder.Ahead(deadline, calendar).Where(r => DeadlineLadder.IsReady(r, change)).OrderBy(r => r.On).ThenByDescending(r => r.Rung.Rung).Select(r => r.Rung).ToList();
            // After a pause in sweeping only the last reminder is worth sending; escalations go to others and are all sent.
            var last = ready.Count == 0 ? null : ready[^1];
            foreach (var rung in ready)
            {
                if (rung.Rung > 0 && (rung != last || deadline.IsPast(change))) continue;
                alerts.TellRung(deadline, rung, calendar, today, change);
                told++;
            }
            if (deadline.IsWindow && deadline.IsPast(change))
            {
                (deadline.Status, deadline.MetOn) = (DeadlineStatus.Met, deadline.DueOn);
                audit.Record(change, deadline.Chain, "期限届满", deadline.Title);
                if (deadline.RuleKey == "suit") await FollowAsync("suit.expired", deadline, change, cancellationToken);
            }
            else if (deadline.Status == DeadlineStatus.Open && deadline.IsPast(change))
            {
                deadline.Status = DeadlineStatus.Overdue;
                overdue++;
                await exposures.ProposeAsync(deadline, change, cancellationToken);
                audit.Record(change, deadline.Chain, "时限逾期", deadline.Title);
                if (deadline.RuleKey == "fine.pay") await FollowAsync("fine.overdue", deadline, change, cancellationToken);
            }
            deadline.Note(ready.Select(r => r.Code));
            DeadlineLadder.Schedule(deadline, calendar);
            looked.Add(new LookedAt(deadline, before));
        }
        await deadlines.WriteAsync(looked, cancellationToken);
        return new Swept(due.Count, told, overdue);
    }

    /// <summary>What the law lets begin with the end of a period: only while something of the fine is still owed.</summary>
    private async Task FollowAsync(string act, Deadline ended, ChangeContext change, CancellationToken cancellationToken)
    {
        if (await db.Set<PenaltyCase>().FindAsync([ended.SubjectId], cancellationToken) is not { Status: PenaltyStatus.Served, PaymentDueOn: not null } penalty || penalty.PaidFen >= penalty.AmountFen || penalty.CourtAppliedOn is not null) return;
        if (await acts.HappenedAsync(act, ClockActs.Of(penalty), ended.DueOn, change, cancellationToken) is { } refusal) throw new InvalidOperationException(refusal.ToString());
    }
}
