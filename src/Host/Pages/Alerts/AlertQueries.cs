using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Host.Data;
using DoubleRandom.Host.Pages.Parts;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Pages.Alerts;

/// <summary>Whether it has arrived as far as the house can know.</summary>
public enum DeliveryState { Waiting, Retrying, Sent, Failed }

/// <param name="MessageId">Of the outgoing message; null while it waits to be handed over.</param>
public sealed record DeliveryLine(AlertDelivery Delivery, DeliveryState State, string Words, string? Error, Guid? MessageId);

/// <param name="IsOver">What it is about has been done, or is no longer to be done.</param>
public sealed record AlertLine(Alert Alert, IReadOnlyList<DeliveryLine> Deliveries, bool IsOver);

/// <summary>A message of a process's own step (通知) and of no alert that was given up.</summary>
public sealed record DeadLetter(Guid Id, string Way, string? To, string? Subject, DateTime WrittenAt, string? Error);

/// <param name="Failed">Deliveries that were given up or have no address, of all alerts, and dead letters.</param>
/// <param name="Refused">Messages that were given up and may be sent again.</param>
/// <param name="WaitingBy">Deliveries that have not left yet, by their way.</param>
/// <param name="Letters">With the failed ones only.</param>
public sealed record AlertRecord(int Failed, IReadOnlyDictionary<string, int> WaitingBy, int Refused, IReadOnlyList<AlertLine> Lines, IReadOnlyList<DeadLetter> Letters, string? Next)
{
    public static AlertRecord Empty { get; } = new(0, new Dictionary<string, int>(), 0, [], [], null);

    public int Waiting => WaitingBy.Values.Sum();
}

/// <summary>What the record of alerts is asked for.</summary>
public enum AlertFilter { All, Failed, Waiting, Open }

/// <summary>The alerts people got, and what became of what went out with them.</summary>
public sealed class AlertRecordQueries(DbContext db, TimeProvider time)
{
    public const int PageSize = 40;

    /// <summary>The person's alerts: all that wait for him, and the last that are acknowledged.</summary>
    public async Task<(IReadOnlyList<AlertLine> Open, int All, IReadOnlyList<AlertLine> Done)> MineAsync(Actor actor, CancellationToken cancellationToken)
    {
        var alerts = db.Set<Alert>().AsNoTracking();
        var open = alerts.OpenFor(actor);
        var done = await alerts.Where(a => a.AcknowledgedById == actor.Id).OrderByDescending(a => a.AcknowledgedAt).Take(20).ToListAsync(cancellationToken);
        return (await WithDeliveriesAsync(await open.Take(100).ToListAsync(cancellationToken), cancellationToken), await open.CountAsync(cancellationToken), await WithDeliveriesAsync(done, cancellationToken));
    }

    /// <summary>Deliveries that somebody must look at.</summary>
    public async Task<int> FailedAsync(CancellationToken cancellationToken) => await FailedDeliveries().CountAsync(cancellationToken) + await DeadLetters().CountAsync(cancellationToken);

    /// <param name="text">Part of the case's number, the text or the recipient's name.</param>
    public async Task<AlertRecord> ReadAsync(AlertFilter filter, string? text, string? after, CancellationToken cancellationToken)
    {
        var alerts = db.Set<Alert>().AsNoTracking();
        alerts = filter switch
        {
            AlertFilter.Failed => alerts.Where(a => FailedDeliveries().Any(d => d.AlertId == a.Id)),
            AlertFilter.Waiting => alerts.Where(a => WaitingDeliveries().Any(d => d.AlertId == a.Id)),
            AlertFilter.Open => alerts.Where(a => a.AcknowledgedAt == null),
            _ => alerts,
        };
        if (text is not null) alerts = alerts.Where(a => a.CaseNo.Contains(text) || a.Text.Contains(text) || a.RecipientName!.Contains(text));
        if (Guid.TryParse(after, out var id)) alerts = alerts.Where(a => a.Id < id);
        // An alert's id is made of its instant: by the key it is the order of time, and no index of the instants has to be written.
        var rows = await alerts.OrderByDescending(a => a.Id).Take(PageSize + 1).ToListAsync(cancellationToken);
        string? next = null;
        if (rows.Count > PageSize)
        {
            rows.RemoveAt(PageSize);
            next = rows[^1].Id.ToString();
        }
        return new AlertRecord(await FailedAsync(cancellationToken), await WaitingDeliveries().GroupBy(d => d.Way).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken),
            filter is AlertFilter.Failed ? await RefusedAsync(cancellationToken) : 0, await WithDeliveriesAsync(rows, cancellationToken), filter is AlertFilter.Failed ? await LettersAsync(text, cancellationToken) : [], next);
    }

    /// <summary>The alerts about one deadline, the newest first.</summary>
    public async Task<IReadOnlyList<AlertLine>> OfDeadlineAsync(Guid deadlineId, CancellationToken cancellationToken)
        => await WithDeliveriesAsync(await db.Set<Alert>().AsNoTracking().Where(a => a.DeadlineId == deadlineId).OrderByDescending(a => a.CreatedAt).ThenBy(a => a.Id).Take(100).ToListAsync(cancellationToken), cancellationToken);

    private IQueryable<AlertDelivery> FailedDeliveries()
        => db.Set<AlertDelivery>().AsNoTracking().Where(d => d.Problem != null || db.Set<OutboxMessage>().Any(m => m.DedupeKey == d.MessageKey && m.FailedAt != null));

    private const int MostLetters = 100;

    private static readonly string[] Ways = [.. AlertWays.All.Select(w => w.Key)];

    /// <summary>What was given up and belongs to no alert.</summary>
    private IQueryable<OutboxMessage> DeadLetters()
        => db.Set<OutboxMessage>().AsNoTracking().Where(m => m.FailedAt != null && m.SentAt == null && EF.Parameter(Ways).Contains(m.Kind) && !db.Set<AlertDelivery>().Any(d => d.MessageKey == m.DedupeKey));

    private async Task<IReadOnlyList<DeadLetter>> LettersAsync(string? text, CancellationToken cancellationToken)
    {
        var letters = DeadLetters();
        if (text is not null) letters = letters.Where(m => m.Payload.Contains(text));
        var rows = await letters.OrderByDescending(m => m.CreatedAt).ThenByDescending(m => m.Id).Take(MostLetters).ToListAsync(cancellationToken);
        return [.. rows.Select(m => (Row: m, Payload: JsonNode.Parse(m.Payload) as JsonObject)).Select(m => new DeadLetter(m.Row.Id, AlertWays.Find(m.Row.Kind)!.Name, Said(m.Payload, "name") ?? Said(m.Payload, "to"), Said(m.Payload, "subject"), m.Row.CreatedAt, m.Row.LastError))];
    }

    private static string? Said(JsonObject? payload, string name) => payload?[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;

    private Task<int> RefusedAsync(CancellationToken cancellationToken)
        => db.Set<OutboxMessage>().CountAsync(m => m.FailedAt != null && m.SentAt == null && EF.Parameter(Ways).Contains(m.Kind), cancellationToken);

    private IQueryable<AlertDelivery> WaitingDeliveries()
        => db.Set<AlertDelivery>().AsNoTracking().Where(d => d.Problem == null && (d.MessageKey == null || db.Set<OutboxMessage>().Any(m => m.DedupeKey == d.MessageKey && m.SentAt == null && m.FailedAt == null)));

    private async Task<IReadOnlyList<AlertLine>> WithDeliveriesAsync(List<Alert> alerts, CancellationToken cancellationToken)
    {
        var ids = alerts.Select(a => a.Id).ToList();
        var deliveries = await db.Set<AlertDelivery>().AsNoTracking().Where(d => ids.Contains(d.AlertId)).OrderBy(d => d.Way).ToListAsync(cancellationToken);
        var keys = deliveries.Select(d => d.MessageKey).OfType<string>().Distinct().ToList();
        var messages = await db.Set<OutboxMessage>().AsNoTracking().Where(m => keys.Contains(m.DedupeKey)).ToDictionaryAsync(m => m.DedupeKey, cancellationToken);
        var lines = deliveries.ToLookup(d => d.AlertId, d => Line(d, d.MessageKey is null ? null : messages.GetValueOrDefault(d.MessageKey)));
        var matters = alerts.Select(a => a.DeadlineId).Distinct().ToList();
        var over = (await db.Set<Deadline>().Where(d => matters.Contains(d.Id) && d.Status != DeadlineStatus.Open && d.Status != DeadlineStatus.Overdue).Select(d => d.Id).ToListAsync(cancellationToken)).ToHashSet();
        if (alerts.Exists(a => a.Rung == Alert.UrgeRung)) over.UnionWith(await db.Set<WorkItem>().Where(i => matters.Contains(i.Id) && i.Status != WorkItemStatus.Open).Select(i => i.Id).ToListAsync(cancellationToken));
        return [.. alerts.Select(a => new AlertLine(a, [.. lines[a.Id]], over.Contains(a.DeadlineId)))];
    }

    private DeliveryLine Line(AlertDelivery delivery, OutboxMessage? message)
    {
        var way = AlertWays.Find(delivery.Way)?.Name ?? delivery.Way;
        var together = delivery.IsDigest ? Wording.T("（合并发送）") : "";
        var (state, words) = message switch
        {
            _ when delivery.Problem is { } problem => (DeliveryState.Failed, $"{Wording.T(way)}：{Wording.T(problem)}"),
            null => (DeliveryState.Waiting, Wording.T("{0}待发", Wording.T(way))),
            { SentAt: { } sent } => (DeliveryState.Sent, Wording.T("{0}已于 {1} 发出", Wording.T(way), time.Moment(sent)) + together),
            { FailedAt: not null } => (DeliveryState.Failed, Wording.T("{0}没有送达", Wording.T(way)) + together),
            { Attempts: > 0 } => (DeliveryState.Retrying, Wording.T("{0}正在重发（第 {1} 次）", Wording.T(way), message.Attempts) + together),
            _ => (DeliveryState.Waiting, Wording.T("{0}待发", Wording.T(way)) + together),
        };
        return new DeliveryLine(delivery, state, words, message?.LastError, message?.Id);
    }
}
