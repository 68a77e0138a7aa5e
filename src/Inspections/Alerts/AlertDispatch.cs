using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Inspections.Alerts;

/// <summary>
/// Hands waiting deliveries over to the outbox: each as a message of its own, or, when many wait for one person by one way, as one digest. In the
/// office's quiet hours, and on days off where it wants that, they wait; what has no address is put aside until there is one. A unit of work for each person and way: a kill in between loses nothing and repeats nothing.
/// </summary>
public sealed class AlertDispatch(IUnitOfWork units, IServiceScopeFactory scopes, TimeProvider time)
{
    /// <summary>People and ways looked at in one round; the next round goes on.</summary>
    private const int MostGroups = 500;

    /// <returns>How many messages were written.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken = default)
    {
        List<Waiting> waiting;
        AlertPolicy policy;
        await using (var scope = scopes.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<DbContext>();
            var directory = scope.ServiceProvider.GetRequiredService<IDirectory>();
            foreach (var group in await GroupsAsync(db.Set<AlertDelivery>().Where(d => d.Problem != null), cancellationToken))
            {
                if (ProblemOf(directory, group) is null) await ParkAsync(group, null, cancellationToken);
            }
            waiting = await GroupsAsync(db.Set<AlertDelivery>().Where(d => d.MessageKey == null && d.Problem == null), cancellationToken);
            foreach (var group in waiting.ToList())
            {
                if (ProblemOf(directory, group) is not { } problem) continue;
                await ParkAsync(group, problem, cancellationToken);
                waiting.Remove(group);
            }
            if (waiting.Count == 0) return 0;
            policy = await db.Set<AlertPolicy>().AsNoTracking().SingleOrDefaultAsync(cancellationToken) ?? new AlertPolicy();
            if (policy.IsQuiet(time.GetLocalNow().DateTime, await scope.ServiceProvider.GetRequiredService<CalendarSource>().CurrentAsync(cancellationToken))) return 0;
        }
        var written = 0;
        foreach (var group in waiting)
        {
            var result = await units.RunAsync<Handed>(async (services, ct) => new Handed(await HandOverAsync(services, group, policy.DigestAbove, ct)), cancellationToken);
            written += result.Value.Messages;
        }
        return written;
    }

    private static Task<List<Waiting>> GroupsAsync(IQueryable<AlertDelivery> deliveries, CancellationToken cancellationToken)
        => deliveries.AsNoTracking().GroupBy(d => new { d.RecipientId, d.Way }).OrderBy(g => g.Key.RecipientId).ThenBy(g => g.Key.Way).Select(g => new Waiting(g.Key.RecipientId, g.Key.Way)).Take(MostGroups).ToListAsync(cancellationToken);

    /// <summary>Why nothing can leave for the person by the way now; null: it can.</summary>
    private static string? ProblemOf(IDirectory directory, Waiting group)
    {
        if (!AlertWays.Find(group.Way)!.IsPersonal) return null;
        return directory.Person(group.RecipientId) is { } person ? person.ProblemBy(group.Way) : "账号已停用";
    }

    /// <summary>Puts aside what waits for the person by the way, with the reason; null: lets it wait again, for there is an address now.</summary>
    private Task ParkAsync(Waiting group, string? problem, CancellationToken cancellationToken) => units.RunAsync<Done>(async (services, ct) =>
    {
        var deliveries = services.GetRequiredService<DbContext>().Set<AlertDelivery>().Where(d => d.RecipientId == group.RecipientId && d.Way == group.Way);
        await (problem is null ? deliveries.Where(d => d.Problem != null) : deliveries.Where(d => d.MessageKey == null && d.Problem == null))
            .ExecuteUpdateAsync(s => s.SetProperty(d => d.Problem, problem).SetProperty(d => d.Revision, d => d.Revision + 1), ct);
        return Done.It;
    }, cancellationToken);

    private async Task<int> HandOverAsync(IServiceProvider services, Waiting group, int digestAbove, CancellationToken cancellationToken)
    {
        var db = services.GetRequiredService<DbContext>();
        var outbox = services.GetRequiredService<IOutbox>();
        var change = ChangeContext.Now(time, Actor.System);
        var to = services.GetRequiredService<IDirectory>().Person(group.RecipientId)?.AddressBy(group.Way);
        // Taken away this instant: the next round puts it aside.
        if (to is null && AlertWays.Find(group.Way)!.IsPersonal) return 0;
        var waiting = db.Set<AlertDelivery>().Where(d => d.MessageKey == null && d.Problem == null && d.RecipientId == group.RecipientId && d.Way == group.Way);
        var rows = await waiting.OrderBy(d => d.CreatedAt).ThenBy(d => d.AlertId).Take(digestAbove + 1).ToListAsync(cancellationToken);
        if (rows.Count == 0) return 0;
        if (rows.Count > digestAbove)
        {
            // All of them at once: a bad day has thousands, and the digest names only the first lines.
            var key = $"digest/{Ids.New(change):N}";
            var gathered = await waiting.ExecuteUpdateAsync(s => s.SetProperty(d => d.MessageKey, key).SetProperty(d => d.IsDigest, true).SetProperty(d => d.Revision, d => d.Revision + 1), cancellationToken);
            // Another host was quicker.
            if (gathered == 0) return 0;
            outbox.Enqueue(change, group.Way, key, await DigestAsync(db, rows[0], to, key, gathered, cancellationToken));
            return 1;
        }
        var ids = rows.Select(r => r.AlertId).ToList();
        var alerts = await db.Set<Alert>().AsNoTracking().Where(a => ids.Contains(a.Id)).ToDictionaryAsync(a => a.Id, cancellationToken);
        foreach (var row in rows)
        {
            (row.MessageKey, row.Revision) = ($"alert/{Ids.New(change):N}", row.Revision + 1);
            outbox.Enqueue(change, group.Way, row.MessageKey, Message(row, to, alerts[row.AlertId]));
        }
        return rows.Count;
    }

    /// <summary>So many stand in it; the rest is named by its number.</summary>
    private const int MostLines = 30;

    private static JsonObject Message(AlertDelivery delivery, string? to, Alert alert) => new()
    {
        ["to"] = to,
        ["name"] = delivery.RecipientName,
        ["subject"] = $"【{KindOf(alert)}】{alert.CaseNo}",
        ["text"] = AlertWays.Find(delivery.Way)!.IsPersonal ? $"{alert.Text}\n{alert.WhyMe}。" : alert.Text,
        ["path"] = alert.IsOfCampaign ? $"/campaigns/{Uri.EscapeDataString(alert.CaseNo)}" : alert.Rung == Alert.UrgeRung ? $"/work-items/{alert.DeadlineId}" : $"/deadlines/{alert.DeadlineId}",
    };

    /// <param name="first">Whose and where: one of the deliveries.</param>
    private static async Task<JsonObject> DigestAsync(DbContext db, AlertDelivery first, string? to, string key, int count, CancellationToken cancellationToken)
    {
        // Ten thousand texts are not read for thirty lines.
        var gathered = await db.Set<AlertDelivery>().Where(d => d.MessageKey == key).Join(db.Set<Alert>(), d => d.AlertId, a => a.Id, (_, a) => new { a.Id, a.Rung, a.CaseNo }).AsNoTracking().ToListAsync(cancellationToken);
        var late = gathered.Count(a => a.Rung < 0);
        // What is latest stands first: rungs after the last day are negative.
        var ids = gathered.OrderBy(a => a.Rung).ThenBy(a => a.CaseNo, StringComparer.Ordinal).ThenBy(a => a.Id).Take(MostLines).Select(a => a.Id).ToList();
        var texts = await db.Set<Alert>().AsNoTracking().Where(a => ids.Contains(a.Id)).ToDictionaryAsync(a => a.Id, cancellationToken);
        var shown = ids.ConvertAll(id => texts[id]);
        var lines = string.Join('\n', shown.Select((a, i) => string.Create(CultureInfo.InvariantCulture, $"{i + 1}. 【{KindOf(a)}】{a.Text}")));
        var rest = count > MostLines ? $"\n……另有 {count - MostLines} 条，请登录查看。" : "";
        return new JsonObject
        {
            ["to"] = to,
            ["name"] = first.RecipientName,
            ["subject"] = $"【时限汇总】{count} 条提醒，其中逾期 {late} 条",
            ["text"] = $"共 {count} 条提醒，合并为一条发送。\n{lines}{rest}",
            ["path"] = "/notifications",
        };
    }

    /// <summary>As people call it.</summary>
    public static string KindOf(Alert alert) => alert.Rung switch { Alert.MovedRung => "期限变动", Alert.SecrecyRung => "名单保密", Alert.SeatRung => "检查组变动", Alert.UrgeRung => "催办", > 0 => "临期提醒", 0 => "到期提醒", _ => "逾期督办" };

    private sealed record Waiting(Guid RecipientId, string Way);

    private sealed record Handed(int Messages);
}
