using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Visits;

/// <summary>
/// 现场反馈 (S000-38, -39): the findings are told to the inspectee's person in charge, with advice. A refused signature needs its reason and
/// a witness besides the officers (安全生产法 art. 68: 拒绝签字的,记录在案).
/// </summary>
/// <param name="Receiver">The inspectee's person who was told.</param>
public sealed record RecordFeedback(
    Guid CaseId, bool Signed, string Receiver, string? ReceiverPost = null, string? Statement = null, string? Advice = null, string? RefusalReason = null, string? Witness = null);

public sealed class RecordFeedbackHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<InspectionCase>> HandleAsync(RecordFeedback command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindCaseAsync(command.CaseId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (inspection.RequireGroup(change) is { } forbidden) return forbidden;
        if (inspection.RequireStatus(InspectionStatus.FindingsLocked) is { } wrong) return wrong;
        if (inspection.FeedbackAt is not null) return Refusal.Conflict("visits.feedback-given", inspection.InspectionNo);
        if (CaseRows.IsBlank(command.Receiver)) return Refusal.Invalid("visits.no-receiver", "receiver");
        if (!command.Signed)
        {
            if (CaseRows.IsBlank(command.RefusalReason)) return Refusal.Invalid("visits.no-refusal-reason", "refusalReason");
            if (CaseRows.IsBlank(command.Witness)) return Refusal.Invalid("visits.no-witness", "witness");
            if (inspection.Team.FirstOrDefault(m => m.Name == command.Witness!.Trim()) is { } own) return Refusal.Invalid("visits.witness-own", "witness", own.Name);
        }
        inspection.FeedbackAt = change.At;
        inspection.FeedbackByName = change.By.Name;
        inspection.FeedbackSigned = command.Signed;
        inspection.FeedbackReceiver = command.Receiver;
        inspection.FeedbackReceiverPost = command.ReceiverPost;
        inspection.FeedbackStatement = command.Statement;
        inspection.FeedbackAdvice = command.Advice;
        inspection.FeedbackRefusal = command.Signed ? null : command.RefusalReason;
        inspection.FeedbackWitness = command.Signed ? null : command.Witness;
        inspection.Revision++;
        audit.Record(change, inspection.Chain, command.Signed ? "现场反馈，签收" : "现场反馈，拒签", inspection.InspectionNo,
            new JsonObject { ["receiver"] = command.Receiver, ["statement"] = command.Statement, ["refusal"] = inspection.FeedbackRefusal, ["witness"] = inspection.FeedbackWitness });
        return inspection;
    }
}
