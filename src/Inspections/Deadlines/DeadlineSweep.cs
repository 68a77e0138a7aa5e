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

internal sealed class DeadlineSweepBatch(DbContext db, INewRows rows, CalendarSource calendars, AlertDesk alerts, ExposureProposer exposures, ClockActs acts, IAuditTrail audit)
{
    public async Task<Result<Swept>> RunAsync(DateOnly today, ChangeContext change, CancellationToken cancellationToken)
    {
        // What the sweep needs of a row, and not tracked: reading the explanations and comparing forty columns cost more than all that is written.
        var due = await db.Set<Deadline>().Where(d => d.NextCheckOn <= today && (d.NextCheckAt == null || d.NextCheckAt <= change.At)).OrderBy(d => d.NextCheckOn).ThenBy(d => d.Id).Take(DeadlineSweep.BatchSize).Select(d => new Deadline
        {
            Id = d.Id,
            RuleKey = d.RuleKey,
            CaseNo = d.CaseNo,
            Chain = d.Chain,
            SubjectKind = d.SubjectKind,
            SubjectId = d.SubjectId,
            Title = d.Title,
            IsWindow = d.IsWindow,
            Rungs = d.Rungs,
            Round = d.Round,
            RoundOn = d.RoundOn,
            DueOn = d.DueOn,
            DueAt = d.DueAt,
            AnchorOn = d.AnchorOn,
            AnchorAt = d.AnchorAt,
            Unit = d.Unit,
            Direction = d.Direction,
            Provisional = d.Provisional,
            OwnerRole = d.OwnerRole,
            OwnerId = d.OwnerId,
            OwnerNumbers = d.OwnerNumbers,
            Section = d.Section,
            Status = d.Status,
            MetOn = d.MetOn,
            Revision = d.Revision,
            Citation = "",
            Anchor = "",
            CalendarVersion = "",
            Explanation = "",
            ExplanationJson = "",
        }).ToListAsync(cancellationToken);
        if (due.Count == 0) return new Swept(0, 0, 0);
        // One parameter: of a thousand, SQLite's driver looks each up among all.
        var ids = due.Select(d => d.Id).ToArray();
        var fired = (await db.Set<FiredRung>().AsNoTracking().Where(r => EF.Parameter(ids).Contains(r.DeadlineId)).ToListAsync(cancellationToken)).ToLookup(r => (r.DeadlineId, r.Round), r => r.Rung);
        var calendar = await calendars.CurrentAsync(cancellationToken);
        var (told, overdue) = (0, 0);
        List<(Deadline Row, bool StatusChanged)> looked = new(due.Count);
        foreach (var deadline in due)
        {
            var before = deadline.Status;
            var ready = DeadlineLadder.Ahead(deadline, calendar, fired[(deadline.Id, deadline.Round)]).Where(r => DeadlineLadder.IsReady(r, change)).OrderBy(r => r.On).ThenByDescending(r => r.Rung.Rung).Select(r => r.Rung).ToList();
            // After a pause in sweeping only the last reminder is worth sending; escalations go to others and are all sent.
            var last = ready.Count == 0 ? null : ready[^1];
            foreach (var rung in ready)
            {
                var superseded = rung.Rung > 0 && rung != last;
                rows.Add(new FiredRung { DeadlineId = deadline.Id, Round = deadline.Round, Rung = rung.Code, FiredAt = change.At, FiredOn = today, Superseded = superseded });
                if (superseded) continue;
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
            DeadlineLadder.Schedule(deadline, calendar, fired[(deadline.Id, deadline.Round)].Concat(ready.Select(r => r.Code)));
            looked.Add((deadline, deadline.Status != before));
        }
        await WriteAsync(looked, cancellationToken);
        return new Swept(due.Count, told, overdue);
    }

    /// <summary>What the law lets begin with the end of a period: only while something of the fine is still owed.</summary>
    private async Task FollowAsync(string act, Deadline ended, ChangeContext change, CancellationToken cancellationToken)
    {
        if (await db.Set<PenaltyCase>().FindAsync([ended.SubjectId], cancellationToken) is not { Status: PenaltyStatus.Served, PaymentDueOn: not null } penalty || penalty.PaidFen >= penalty.AmountFen || penalty.CourtAppliedOn is not null) return;
        if (await acts.HappenedAsync(act, ClockActs.Of(penalty), ended.DueOn, change, cancellationToken) is { } refusal) throw new InvalidOperationException(refusal.ToString());
    }

    /// <summary>A statement for all that come to the same: after a bad day they are few.</summary>
    private async Task WriteAsync(List<(Deadline Row, bool StatusChanged)> looked, CancellationToken cancellationToken)
    {
        foreach (var same in looked.GroupBy(l => (l.StatusChanged, l.Row.Status, l.Row.MetOn, l.Row.NextCheckOn, l.Row.NextCheckAt, l.Row.Revision)))
        {
            var ((changed, status, metOn, next, nextAt, revision), ids) = (same.Key, same.Select(l => l.Row.Id).ToArray());
            var rows = db.Set<Deadline>().Where(d => EF.Parameter(ids).Contains(d.Id) && d.Revision == revision);
            // A status that stays is not written: its index would be written with it.
            var written = changed
                ? await rows.ExecuteUpdateAsync(s => s.SetProperty(d => d.Status, status).SetProperty(d => d.MetOn, metOn).SetProperty(d => d.NextCheckOn, next).SetProperty(d => d.NextCheckAt, nextAt).SetProperty(d => d.Revision, revision + 1), cancellationToken)
                : await rows.ExecuteUpdateAsync(s => s.SetProperty(d => d.NextCheckOn, next).SetProperty(d => d.NextCheckAt, nextAt).SetProperty(d => d.Revision, revision + 1), cancellationToken);
            if (written != ids.Length) throw new DbUpdateConcurrencyException($"{ids.Length - written} deadlines were changed by another transaction.");
        }
    }
}
