using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Host.Clock;
using DoubleRandom.Host.Data;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Outgoing;

/// <summary>Takes one kind of message out of the house.</summary>
internal interface IOutboxChannel
{
    string Kind { get; }

    /// <summary>False while the office has not set it up: the messages wait.</summary>
    bool IsReady { get; }

    /// <summary>What is wrong with how it was set up; null: nothing, or nobody has set it up.</summary>
    string? Problem { get; }

    /// <exception cref="UndeliverableException">A second try cannot help.</exception>
    Task SendAsync(OutboxMessage message, CancellationToken cancellationToken);
}

/// <summary>The receiver refuses for good: a wrong address, a message that cannot be read.</summary>
internal sealed class UndeliverableException(string message) : Exception(message);

/// <summary>
/// Sends what stands in the outbox, after the transaction that wrote it. Each attempt is claimed by a row before it is made, so several
/// hosts never send one message at once; a kill between sending and noting it sends it again with the same Message-Id (docs/adr/0007).
/// </summary>
internal sealed class OutboxSender(IUnitOfWork units, IServiceScopeFactory scopes, IEnumerable<IOutboxChannel> channels, MachineTime machine, TimeProvider time, ILogger<OutboxSender> logger)
{
    private const int Batch = 50;
    private const int MostFailures = 3;

    /// <summary>How long after each failed attempt; after the last one a person looks at it.</summary>
    public static readonly IReadOnlyList<TimeSpan> Waits =
    [
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1), TimeSpan.FromHours(4), TimeSpan.FromHours(12), TimeSpan.FromDays(1),
    ];

    private readonly Dictionary<string, IOutboxChannel> _channels = channels.ToDictionary(c => c.Kind);

    /// <returns>How many messages left the house.</returns>
    public async Task<int> SendDueAsync(CancellationToken cancellationToken = default)
    {
        // Side by side: a receiver that hangs holds up its own kind only.
        var sent = await Task.WhenAll(_channels.Values.Where(c => c.IsReady).Select(c => SendDueAsync(c.Kind, cancellationToken)));
        return sent.Sum();
    }

    private async Task<int> SendDueAsync(string kind, CancellationToken cancellationToken)
    {
        var (sent, failures) = (0, 0);
        while (true)
        {
            var now = machine.UtcNow;
            List<OutboxMessage> due;
            await using (var scope = scopes.CreateAsyncScope())
            {
                // A first attempt is due at once: its instant was written by the office's clock, waits are counted by the machine's.
                due = await scope.ServiceProvider.GetRequiredService<DbContext>().Set<OutboxMessage>().AsNoTracking()
                    .Where(m => m.SentAt == null && m.FailedAt == null && m.Kind == kind && (m.Attempts == 0 || m.NextAttemptAt <= now))
                    .OrderBy(m => m.CreatedAt).ThenBy(m => m.Id).Take(Batch).ToListAsync(cancellationToken);
            }
            foreach (var message in due)
            {
                if (!await ClaimAsync(message, cancellationToken)) continue;
                if (await SendAsync(message, cancellationToken)) (sent, failures) = (sent + 1, 0);
                // A receiver that does not answer is asked again in the next round, not fifty times in this one.
                else if (message.FailedAt is null && ++failures == MostFailures) return sent;
            }
            if (due.Count < Batch) return sent;
        }
    }

    private async Task<bool> ClaimAsync(OutboxMessage message, CancellationToken cancellationToken)
    {
        var next = machine.UtcNow + WaitAfter(message.Attempts + 1);
        var claimed = await ChangeAsync(message.Id, message.Attempts, set => set.SetProperty(m => m.Attempts, message.Attempts + 1).SetProperty(m => m.NextAttemptAt, next), cancellationToken);
        if (claimed) message.Attempts++;
        return claimed;
    }

    private async Task<bool> SendAsync(OutboxMessage message, CancellationToken cancellationToken)
    {
        string error;
        var givenUp = false;
        try
        {
            await _channels[message.Kind].SendAsync(message, cancellationToken);
            // People read it beside what the office did that day; only waits are the machine's.
            var at = time.UtcNow;
            // Not with the caller's token: it has left, and that must be noted.
            await ChangeAsync(message.Id, message.Attempts, set => set.SetProperty(m => m.SentAt, at).SetProperty(m => m.LastError, (string?)null), CancellationToken.None);
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (UndeliverableException e)
        {
            (error, givenUp) = (e.Message, true);
        }
#pragma warning disable CA1031 // Whatever the network throws: it is noted on the message and tried again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            error = e.GetBaseException().Message;
        }
        DateTime? failedAt = givenUp || message.Attempts > Waits.Count ? time.UtcNow : null;
        message.FailedAt = failedAt;
        var text = error.Length > 1000 ? error[..1000] : error;
        await ChangeAsync(message.Id, message.Attempts, set => set.SetProperty(m => m.FailedAt, failedAt).SetProperty(m => m.LastError, text), cancellationToken);
        logger.MessageNotSent(message.Kind, message.DedupeKey, message.Attempts, text);
        return false;
    }

    private async Task<bool> ChangeAsync(Guid id, int attempts, Action<Microsoft.EntityFrameworkCore.Query.UpdateSettersBuilder<OutboxMessage>> set, CancellationToken cancellationToken)
    {
        var changed = await units.RunAsync<Changed>(async (services, ct) => new Changed(await services.GetRequiredService<DbContext>().Set<OutboxMessage>()
            .Where(m => m.Id == id && m.Attempts == attempts && m.SentAt == null && m.FailedAt == null).ExecuteUpdateAsync(set, ct)), cancellationToken);
        return changed.Value.Rows == 1;
    }

    private static TimeSpan WaitAfter(int attempts) => Waits[Math.Min(attempts, Waits.Count) - 1];

    private sealed record Changed(int Rows);
}

/// <summary>重发: somebody has mended what kept a message from leaving.</summary>
public sealed record ResendMessage(Guid MessageId);

/// <summary>全部重发: a robot or a mail server works again, and all alerts that it had refused leave once more.</summary>
public sealed record ResendFailed;

public sealed class ResendMessageHandler(DbContext db, IAuditTrail audit, IDirectory directory)
{
    /// <summary>A press sends so many; the next one the rest.</summary>
    public const int MostTogether = 1_000;

    public async Task<Result<OutboxMessage>> HandleAsync(ResendMessage command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!MayResend(change.By)) return Refusal.Forbidden("outbox.not-admin");
        var message = await db.Set<OutboxMessage>().FindAsync([command.MessageId], cancellationToken);
        if (message is null) return Refusal.NotFound("outbox.unknown");
        if (message.FailedAt is null) return Refusal.Conflict("outbox.not-failed");
        await SendAgainAsync(message, cancellationToken);
        audit.Record(change, "office", "重发消息", message.DedupeKey);
        return message;
    }

    /// <returns>How many leave once more.</returns>
    public async Task<Result<int>> HandleAsync(ResendFailed command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!MayResend(change.By)) return Refusal.Forbidden("outbox.not-admin");
        var ways = AlertWays.All.Select(w => w.Key).ToList();
        var messages = await db.Set<OutboxMessage>().Where(m => m.FailedAt != null && m.SentAt == null && ways.Contains(m.Kind)).OrderBy(m => m.CreatedAt).ThenBy(m => m.Id).Take(MostTogether).ToListAsync(cancellationToken);
        if (messages.Count == 0) return Refusal.Conflict("outbox.none-failed");
        foreach (var message in messages) await SendAgainAsync(message, cancellationToken);
        audit.Record(change, "office", "重发全部未送达的提醒", $"{messages.Count} 条", new JsonObject { ["messages"] = new JsonArray([.. messages.Select(m => (JsonNode)m.DedupeKey)]) });
        return messages.Count;
    }

    private Task SendAgainAsync(OutboxMessage message, CancellationToken cancellationToken)
    {
        (message.FailedAt, message.Attempts) = (null, 0);
        return AddressAnewAsync(message, cancellationToken);
    }

    /// <summary>What was mended may be the address itself: an alert goes to where its reader is reached now.</summary>
    private async Task AddressAnewAsync(OutboxMessage message, CancellationToken cancellationToken)
    {
        var deliveries = await db.Set<AlertDelivery>().AsNoTracking().Where(d => d.MessageKey == message.DedupeKey).Take(1).ToListAsync(cancellationToken);
        if (deliveries is not [var delivery] || directory.Person(delivery.RecipientId) is not { } person) return;
        if (person.AddressBy(delivery.Way) is not { } address) return;
        var payload = JsonNode.Parse(message.Payload)!.AsObject();
        payload["to"] = address;
        message.Payload = payload.ToJsonString();
    }

    public static bool MayResend(Actor actor) => actor.IsSystem || actor.IsAny(Roles.Admin, Roles.Escalation);
}

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The {Kind} {Key} was not sent at attempt {Attempt}: {Error}")]
    public static partial void MessageNotSent(this ILogger logger, string kind, string key, int attempt, string error);
}
