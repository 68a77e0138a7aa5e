using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Host.Accounts;
using DoubleRandom.Host.Data;
using DoubleRandom.Inspections.Alerts;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Outgoing;

/// <summary>
/// 登记退信: a mail that the office's server had taken came back hours later, to whoever reads the sender's mailbox. It counts as not delivered from then on,
/// and nothing more goes to the address until its owner enters it anew; what is to go there waits.
/// </summary>
/// <param name="Reason">What the bounce says.</param>
public sealed record ReportBounce(Guid MessageId, string Reason)
{
    public const int ReasonMaxLength = 300;
}

public sealed class ReportBounceHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<OutboxMessage>> HandleAsync(ReportBounce command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!ResendMessageHandler.MayResend(change.By)) return Refusal.Forbidden("outbox.not-admin");
        // One line, and no signs that steer a terminal: it comes from a mail anybody may have sent.
        var reason = new string([.. (command.Reason ?? "").Select(c => char.IsControl(c) ? ' ' : c)]).Trim();
        if (reason.Length is 0 or > ReportBounce.ReasonMaxLength) return Refusal.Invalid("outbox.bounce-reason", "reason", ReportBounce.ReasonMaxLength);
        if (await db.Set<OutboxMessage>().FindAsync([command.MessageId], cancellationToken) is not { } message) return Refusal.NotFound("outbox.unknown");
        if (message.Kind != AlertWays.Mail) return Refusal.Conflict("outbox.bounce-not-mail");
        // Told twice, by two who read the mailbox: the first counts.
        if (message.FailedAt is not null) return message;
        if (message.SentAt is null) return Refusal.Conflict("outbox.bounce-not-sent");
        (message.SentAt, message.FailedAt, message.LastError) = (null, change.At, $"退信（{change.By.Name}登记）：{reason}");
        var delivery = await db.Set<AlertDelivery>().AsNoTracking().FirstOrDefaultAsync(d => d.MessageKey == message.DedupeKey, cancellationToken);
        // Of an address that was corrected since, nothing is known yet.
        if (delivery is not null && await db.Set<Account>().FindAsync([delivery.RecipientId], cancellationToken) is { MailBounce: null } account
            && account.Mail == JsonNode.Parse(message.Payload)?["to"]?.GetValue<string>())
        {
            account.MailBounce = reason;
            account.Revision++;
        }
        audit.Record(change with { Reason = reason }, "office", "登记退信", message.DedupeKey);
        return message;
    }
}
