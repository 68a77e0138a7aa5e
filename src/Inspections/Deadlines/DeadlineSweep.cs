using DoubleRandom.Basics;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Hazards;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Inspections.Deadlines;

/// <param name="Looked">Deadlines looked at.</param>
/// <param name="Fired">Rungs taken with an alert.</param>
/// <param name="Overdue">Deadlines newly marked overdue.</param>
public sealed record Swept(int Looked, int Fired, int Overdue);

/// <summary>
/// Finds what is due from the rows and tells whom it concerns. Batches of 500, each a unit of work of its own: a kill in between
/// loses nothing and repeats nothing, because what was told is a row.
/// </summary>
public sealed class DeadlineSweep(IUnitOfWork unit, TimeProvider time)
{
    public const int BatchSize = 500;

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

internal sealed class DeadlineSweepBatch(DbContext db, INewRows rows, CalendarSource calendars, AlertDesk alerts, ExposureProposer exposures, IAuditTrail audit)
{
    public async Task<Result<Swept>> RunAsync(DateOnly today, ChangeContext change, CancellationToken cancellationToken)
    {
        var due = await db.Set<Deadline>().Where(d => d.NextCheckOn <= today).OrderBy(d => d.NextCheckOn).ThenBy(d => d.Id)
            .Take(DeadlineSweep.BatchSize).ToListAsync(cancellationToken);
        if (due.Count == 0) return new Swept(0, 0, 0);
        var ids = due.Select(d => d.Id).ToList();
        var fired = (await db.Set<FiredRung>().AsNoTracking().Where(r => ids.Contains(r.DeadlineId)).ToListAsync(cancellationToken)).ToLookup(r => (r.DeadlineId, r.Round), r => r.Rung);
        var calendar = await calendars.CurrentAsync(cancellationToken);
        var (told, overdue) = (0, 0);
        foreach (var deadline in due)
        {
            var ready = DeadlineLadder.Ahead(deadline, calendar, fired[(deadline.Id, deadline.Round)]).Where(r => r.On <= today).Select(r => r.Rung).ToList();
            // After a pause in sweeping only the last reminder is worth sending; escalations go to others and are all sent.
            var last = ready.Count == 0 ? 0 : ready.Min(r => r.Rung);
            foreach (var rung in ready)
            {
                var superseded = rung.Rung > 0 && rung.Rung != last;
                rows.Add(new FiredRung { DeadlineId = deadline.Id, Round = deadline.Round, Rung = rung.Rung, FiredAt = change.At, FiredOn = today, Superseded = superseded });
                if (superseded) continue;
                alerts.TellRung(deadline, rung, calendar, today, change);
                told++;
            }
            if (deadline.IsWindow && today > deadline.DueOn)
            {
                (deadline.Status, deadline.MetOn) = (DeadlineStatus.Met, deadline.DueOn);
                audit.Record(change, deadline.Chain, "期限届满", deadline.Title);
            }
            else if (deadline.Status == DeadlineStatus.Open && today > deadline.DueOn)
            {
                deadline.Status = DeadlineStatus.Overdue;
                overdue++;
                await exposures.ProposeAsync(deadline, change, cancellationToken);
                audit.Record(change, deadline.Chain, "时限逾期", deadline.Title);
            }
            deadline.NextCheckOn = DeadlineLadder.NextCheck(deadline, calendar, fired[(deadline.Id, deadline.Round)].Concat(ready.Select(r => r.Rung)));
            deadline.Revision++;
        }
        return new Swept(due.Count, told, overdue);
    }
}
