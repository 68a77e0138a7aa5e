using DoubleRandom.Basics;
using DoubleRandom.Inspections.Deadlines;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Alerts;

/// <summary>知悉: the reader has taken note.</summary>
public sealed record AcknowledgeAlert(Guid AlertId);

/// <summary>全部知悉: of everything the page has shown, and of nothing that came since.</summary>
public sealed record AcknowledgeAlerts(IReadOnlyList<Guid> AlertIds)
{
    public const int MostTogether = 100;
}

public sealed class AcknowledgeAlertHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<Alert>> HandleAsync(AcknowledgeAlert command, ChangeContext change, CancellationToken cancellationToken)
    {
        var alert = await db.Set<Alert>().FindAsync([command.AlertId], cancellationToken);
        if (alert is null) return Refusal.NotFound("alerts.not-found");
        if (!alert.IsFor(change.By)) return Refusal.Forbidden("alerts.not-yours");
        if (alert.AcknowledgedAt is not null) return alert;
        (alert.AcknowledgedAt, alert.AcknowledgedById, alert.AcknowledgedByName) = (change.At, change.By.Id, change.By.Name);
        alert.Revision++;
        audit.Record(change, alert.Chain, "知悉催办", $"催办 {alert.Id}");
        return alert;
    }

    /// <returns>How many were not acknowledged before; one that is not the reader's refuses all.</returns>
    public async Task<Result<int>> HandleAsync(AcknowledgeAlerts command, ChangeContext change, CancellationToken cancellationToken)
    {
        var ids = command.AlertIds.Distinct().ToList();
        if (ids.Count is 0 or > AcknowledgeAlerts.MostTogether) return Refusal.Invalid("alerts.together", "shown", AcknowledgeAlerts.MostTogether);
        var open = await db.Set<Alert>().CountAsync(a => ids.Contains(a.Id) && a.AcknowledgedAt == null, cancellationToken);
        foreach (var id in ids)
        {
            if ((await HandleAsync(new AcknowledgeAlert(id), change, cancellationToken)).Refusal is { } refusal) return refusal;
        }
        return open;
    }
}

/// <summary>What the pages read.</summary>
public static class AlertQueries
{
    public static bool IsFor(this Alert alert, Actor actor)
        => alert.RecipientId is { } person ? person == actor.Id
            : alert.RecipientNumber is { } number ? number == actor.RegisterNumber
            : actor.Is(alert.RecipientRole!) && (alert.RecipientSection is null || alert.RecipientSection == actor.Section);

    /// <summary>The alerts of a person, by id or any of his roles; not yet acknowledged, newest first.</summary>
    public static IQueryable<Alert> OpenFor(this IQueryable<Alert> alerts, Actor actor)
    {
        var roles = actor.Roles.ToArray();
        return alerts.Where(a => a.AcknowledgedAt == null
                && (a.RecipientId == actor.Id
                    || (a.RecipientNumber != null && a.RecipientNumber == actor.RegisterNumber)
                    || (a.RecipientId == null && a.RecipientNumber == null && roles.Contains(a.RecipientRole!) && (a.RecipientSection == null || a.RecipientSection == actor.Section))))
            .OrderByDescending(a => a.CreatedAt).ThenByDescending(a => a.Id);
    }

    /// <summary>The running clocks a person deals with: by name, by register number, or as holder of a role nobody is named for.</summary>
    public static IQueryable<Deadline> RunningOf(this IQueryable<Deadline> deadlines, Actor actor)
        => deadlines.Where(d => (d.Status == DeadlineStatus.Open || d.Status == DeadlineStatus.Overdue) && d.PausedOn == null && !d.IsWindow).Of(actor);

    /// <summary>The clocks a person dealt with that are met or cancelled, or stand still.</summary>
    public static IQueryable<Deadline> EndedOf(this IQueryable<Deadline> deadlines, Actor actor)
        => deadlines.Where(d => (d.Status == DeadlineStatus.Met || d.Status == DeadlineStatus.Cancelled || d.PausedOn != null) && !d.IsWindow).Of(actor);

    private static IQueryable<Deadline> Of(this IQueryable<Deadline> deadlines, Actor actor)
    {
        var roles = actor.Roles.ToArray();
        var number = $";{actor.RegisterNumber};";
        return deadlines.Where(d => d.OwnerId == actor.Id || (actor.RegisterNumber != null && d.OwnerNumbers!.Contains(number))
            || (d.OwnerId == null && d.OwnerNumbers == null && roles.Contains(d.OwnerRole) && (d.Section == null || d.Section == actor.Section)));
    }

    /// <summary>Late and still open, the longest overdue first.</summary>
    public static IQueryable<Deadline> Late(this IQueryable<Deadline> deadlines, DateOnly today)
        => deadlines.Where(d => (d.Status == DeadlineStatus.Open || d.Status == DeadlineStatus.Overdue) && d.PausedOn == null && !d.IsWindow && d.DueOn < today)
            .OrderBy(d => d.DueOn).ThenBy(d => d.Id);

    /// <summary>For the escalation page: running clocks whose last day is past or comes up to the day given.</summary>
    public static IQueryable<Deadline> NearOrPast(this IQueryable<Deadline> deadlines, DateOnly upTo)
        => deadlines.Where(d => (d.Status == DeadlineStatus.Open || d.Status == DeadlineStatus.Overdue) && d.PausedOn == null && d.DueOn <= upTo)
            .OrderBy(d => d.DueOn).ThenBy(d => d.Id);
}
