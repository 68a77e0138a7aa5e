using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Findings;

/// <summary>提出争议: by anybody of the group, before the summary is locked.</summary>
public sealed record RaiseDispute(Guid FindingId, string Reason);

/// <summary>会商结论: by the leader, with two participants at least. An amendment is recorded with the entry again.</summary>
public sealed record SettleDispute(Guid DisputeId, DisputeOutcome Outcome, string Conclusion, IReadOnlyList<string> Participants);

public sealed class RaiseDisputeHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<Dispute>> HandleAsync(RaiseDispute command, ChangeContext change, CancellationToken cancellationToken)
    {
        var finding = await db.Set<Finding>().FindAsync([command.FindingId], cancellationToken);
        if (finding is null) return Refusal.NotFound("findings.not-found");
        var inspection = (await db.FindCaseAsync(finding.CaseId, cancellationToken)).Value;
        if (inspection.Team.All(m => m.Number != change.By.RegisterNumber)) return Refusal.Forbidden("cases.not-in-group", inspection.InspectionNo);
        if (inspection.RequireStatus(InspectionStatus.OnSite) is { } wrong) return wrong;
        if (CaseRows.IsBlank(command.Reason)) return Refusal.Invalid("cases.no-reason", "reason");
        var dispute = new Dispute { Id = Ids.New(change), CaseId = inspection.Id, FindingId = finding.Id, Reason = command.Reason, RaisedByName = change.By.Name, RaisedAt = change.At };
        db.Add(dispute);
        inspection.ForgetConfirmations();
        inspection.Revision++;
        audit.Record(change, inspection.Chain, "提出争议", finding.EntryCode, new JsonObject { ["reason"] = command.Reason });
        return dispute;
    }
}

public sealed class SettleDisputeHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<Dispute>> HandleAsync(SettleDispute command, ChangeContext change, CancellationToken cancellationToken)
    {
        var dispute = await db.Set<Dispute>().FindAsync([command.DisputeId], cancellationToken);
        if (dispute is null) return Refusal.NotFound("findings.not-found");
        var inspection = (await db.FindCaseAsync(dispute.CaseId, cancellationToken)).Value;
        if (change.By.RegisterNumber != inspection.LeaderNumber) return Refusal.Forbidden("findings.only-leader", inspection.InspectionNo);
        if (dispute.Outcome is not null) return Refusal.Conflict("findings.settled");
        if (CaseRows.IsBlank(command.Conclusion)) return Refusal.Invalid("cases.no-reason", "conclusion");
        if (command.Participants.Distinct().Count() < 2) return Refusal.Invalid("findings.participants", "participants");
        dispute.Outcome = command.Outcome;
        dispute.Conclusion = command.Conclusion;
        dispute.Participants = string.Join('、', command.Participants.Distinct());
        dispute.SettledByName = change.By.Name;
        dispute.SettledAt = change.At;
        if (command.Outcome is DisputeOutcome.Withdrawn && await db.Set<Finding>().FindAsync([dispute.FindingId], cancellationToken) is { } finding)
        {
            finding.Status = FindingStatus.Withdrawn;
            finding.Revision++;
        }
        inspection.ForgetConfirmations();
        inspection.Revision++;
        audit.Record(change, inspection.Chain, "会商结论", command.Outcome.ToString(), new JsonObject { ["conclusion"] = command.Conclusion, ["participants"] = dispute.Participants });
        return dispute;
    }
}
