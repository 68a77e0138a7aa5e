using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Transfers;

/// <summary>移送: signed by the deputy director in charge or the director.</summary>
public sealed record TransferLead(Guid CaseId, string TargetBody, string Facts, string Materials, DateOnly ReplyDueOn);

/// <summary>接收回执, with the other body's reply when it came.</summary>
public sealed record RecordTransferReceipt(Guid TransferId, DateOnly ReceivedOn, string Receiver, string? Reply = null);

public sealed class TransferLeadHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<LeadTransfer>> HandleAsync(TransferLead command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (change.RequireAny(Roles.DeputyDirector, Roles.Director) is { } forbidden) return forbidden;
        var found = await db.FindCaseAsync(command.CaseId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (inspection.RequireStatus(InspectionStatus.FindingsLocked, InspectionStatus.Unreachable, InspectionStatus.Closed, InspectionStatus.EntryRefused) is { } wrong) return wrong;
        if (CaseRows.IsBlank(command.TargetBody) || CaseRows.IsBlank(command.Facts) || CaseRows.IsBlank(command.Materials)) return Refusal.Invalid("transfers.incomplete", "facts");
        if (command.ReplyDueOn <= change.On) return Refusal.Invalid("transfers.reply-due", "replyDueOn");
        var transfer = new LeadTransfer
        {
            Id = Ids.New(change),
            CaseId = inspection.Id,
            InspectionNo = inspection.InspectionNo,
            TargetBody = command.TargetBody,
            Facts = command.Facts,
            Materials = command.Materials,
            SentOn = change.On,
            ApprovedByName = change.By.Name,
            ReplyDueOn = command.ReplyDueOn,
        };
        db.Add(transfer);
        audit.Record(change, inspection.Chain, "移送线索", command.TargetBody, new JsonObject { ["replyDueOn"] = command.ReplyDueOn.ToString("O", CultureInfo.InvariantCulture) });
        return transfer;
    }
}

public sealed class RecordTransferReceiptHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<LeadTransfer>> HandleAsync(RecordTransferReceipt command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (change.RequireAny(Roles.Officer, Roles.CaseOfficer, Roles.SectionHead) is { } forbidden) return forbidden;
        if (await db.Set<LeadTransfer>().FindAsync([command.TransferId], cancellationToken) is not { } transfer) return Refusal.NotFound("transfers.not-found");
        if (transfer.ReceivedOn is not null && transfer.Reply is not null) return Refusal.Conflict("transfers.answered", transfer.TargetBody);
        if (command.ReceivedOn < transfer.SentOn || command.ReceivedOn > change.On) return Refusal.Invalid("transfers.received-on", "receivedOn", transfer.SentOn);
        if (CaseRows.IsBlank(command.Receiver)) return Refusal.Invalid("transfers.no-receiver", "receiver");
        transfer.ReceivedOn ??= command.ReceivedOn;
        transfer.Receiver = command.Receiver;
        transfer.Reply = command.Reply;
        transfer.Revision++;
        audit.Record(change, $"case/{transfer.InspectionNo}", "登记移送回执", transfer.TargetBody, new JsonObject { ["receiver"] = command.Receiver, ["reply"] = command.Reply });
        return transfer;
    }
}
