using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Findings;

/// <summary>提出争议: by anybody of the group, before the summary is locked.</summary>
/// <param name="FindingIds">Empty: the summary as a whole is disputed.</param>
public sealed record RaiseDisputes(Guid CaseId, IReadOnlyList<Guid> FindingIds, string Reason);

/// <summary>How one dispute ended. The values of an amendment replace the finding's; null leaves one as it is.</summary>
public sealed record DisputeConclusion(
    Guid DisputeId, DisputeOutcome Outcome, string Conclusion, string? Description = null, HazardGrade? Grade = null, string? MajorCriterion = null,
    IReadOnlyList<Disposal>? Disposals = null, string? Requirement = null, DateOnly? DueOn = null, string? TransferTo = null);

/// <summary>
/// 会商: by the leader, over all open disputes of the check at once, with two participants at least. Who raised a dispute and every expert
/// of the group takes part; their agreed opinions stand for the experts' confirmation of the summary.
/// </summary>
public sealed record Consult(Guid CaseId, IReadOnlyList<DisputeConclusion> Conclusions, IReadOnlyList<ConsultOpinion> Opinions);

public sealed class RaiseDisputesHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<InspectionCase>> HandleAsync(RaiseDisputes command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindCaseAsync(command.CaseId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (inspection.RequireMember(change) is { } forbidden) return forbidden;
        if (inspection.RequireStatus(InspectionStatus.OnSite) is { } wrong) return wrong;
        if (CaseRows.IsBlank(command.Reason)) return Refusal.Invalid("cases.no-reason", "reason");
        var findings = new List<Finding?>();
        foreach (var id in command.FindingIds.Distinct())
        {
            if (await db.Set<Finding>().FindAsync([id], cancellationToken) is not { } finding || finding.CaseId != inspection.Id) return Refusal.NotFound("findings.not-found");
            findings.Add(finding);
        }
        if (findings.Count == 0) findings.Add(null);
        foreach (var finding in findings)
        {
            db.Add(new Dispute
            {
                Id = Ids.New(change),
                CaseId = inspection.Id,
                FindingId = finding?.Id,
                Reason = command.Reason,
                RaisedByNumber = change.By.RegisterNumber,
                RaisedByName = change.By.Name,
                RaisedAt = change.At,
            });
            audit.Record(change, inspection.Chain, "提出争议", finding?.EntryCode ?? inspection.InspectionNo, new JsonObject { ["reason"] = command.Reason });
        }
        inspection.ForgetConfirmations();
        inspection.Revision++;
        return inspection;
    }
}

public sealed class ConsultHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<InspectionCase>> HandleAsync(Consult command, ChangeContext change, CancellationToken cancellationToken)
    {
        var found = await db.FindCaseAsync(command.CaseId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var inspection = found.Value;
        if (inspection.RequireGroup(change) is { } forbidden) return forbidden;
        if (change.By.RegisterNumber != inspection.LeaderNumber) return Refusal.Forbidden("findings.only-leader", inspection.InspectionNo);
        if (inspection.RequireStatus(InspectionStatus.OnSite) is { } wrong) return wrong;

        var open = (await db.WithStagedAsync<Dispute>(d => d.CaseId == inspection.Id && d.Outcome == null, cancellationToken)).OrderBy(d => d.Id).ToList();
        if (open.Count == 0) return Refusal.Conflict("findings.settled");
        var conclusions = command.Conclusions.DistinctBy(c => c.DisputeId).ToDictionary(c => c.DisputeId);
        if (conclusions.Count != open.Count || open.Any(d => !conclusions.ContainsKey(d.Id))) return Refusal.Invalid("findings.all-disputes", "disputes", open.Count);
        if (conclusions.Values.Any(c => CaseRows.IsBlank(c.Conclusion))) return Refusal.Invalid("cases.no-reason", "disputes");
        if (CheckOpinions(command.Opinions, inspection, open) is { } incomplete) return incomplete;

        var opinions = JsonSerializer.Serialize(command.Opinions);
        foreach (var dispute in open)
        {
            var conclusion = conclusions[dispute.Id];
            var finding = dispute.FindingId is { } id ? await db.Set<Finding>().FindAsync([id], cancellationToken) : null;
            if (finding is not null && Apply(conclusion, finding, change.On) is { } bad) return bad;
            dispute.Outcome = conclusion.Outcome;
            dispute.Conclusion = conclusion.Conclusion;
            dispute.OpinionsJson = opinions;
            dispute.SettledByName = change.By.Name;
            dispute.SettledAt = change.At;
            audit.Record(change, inspection.Chain, "会商结论", finding?.EntryCode ?? inspection.InspectionNo,
                new JsonObject { ["outcome"] = conclusion.Outcome.ToString(), ["conclusion"] = conclusion.Conclusion, ["opinions"] = JsonNode.Parse(opinions) });
        }
        await ClearWithdrawnAsync(inspection, cancellationToken);
        inspection.ForgetConfirmations();
        var experts = command.Opinions.Where(o => o.Number is { } n && inspection.ExpertNumbers.Contains(n)).Select(o => o.Name);
        inspection.ExpertConfirmedByName = string.Join('、', experts) is { Length: > 0 } names ? names : null;
        inspection.Revision++;
        return inspection;
    }

    /// <summary>An entry all of whose findings were withdrawn conforms after all.</summary>
    private async Task ClearWithdrawnAsync(InspectionCase inspection, CancellationToken cancellationToken)
    {
        var findings = (await db.WithStagedAsync<Finding>(f => f.CaseId == inspection.Id, cancellationToken)).ToLookup(f => f.EntryCode);
        foreach (var row in await db.WithStagedAsync<CheckResult>(r => r.CaseId == inspection.Id && r.Outcome == CheckOutcome.Fails, cancellationToken))
        {
            if (findings[row.Code].Any(f => f.Status is not FindingStatus.Withdrawn)) continue;
            row.Outcome = CheckOutcome.Conforms;
            row.Note = "经会商，不认定为问题";
        }
    }

    private static Refusal? CheckOpinions(IReadOnlyList<ConsultOpinion> opinions, InspectionCase inspection, IReadOnlyList<Dispute> open)
    {
        if (opinions.FirstOrDefault(o => o.Number is { } n && inspection.Team.All(m => m.Number != n)) is { } stranger) return Refusal.Invalid("visits.not-in-group", "opinions", stranger.Name);
        if (opinions.Any(o => CaseRows.IsBlank(o.Name) || CaseRows.IsBlank(o.Opinion)) || opinions.DistinctBy(o => o.Name).Count() < 2) return Refusal.Invalid("findings.participants", "opinions");
        var needed = inspection.Team.Where(m => m.Part is TeamPart.Expert || open.Any(d => d.RaisedByNumber == m.Number));
        return needed.FirstOrDefault(m => opinions.All(o => o.Number != m.Number)) is { } absent ? Refusal.Invalid("findings.opinion-missing", "opinions", absent.Name) : null;
    }

    private static Refusal? Apply(DisputeConclusion conclusion, Finding finding, DateOnly today)
    {
        if (conclusion.Outcome is DisputeOutcome.Upheld) return null;
        if (conclusion.Outcome is DisputeOutcome.Withdrawn)
        {
            finding.Status = FindingStatus.Withdrawn;
            finding.Revision++;
            return null;
        }
        var grade = conclusion.Grade ?? finding.Grade;
        var disposals = conclusion.Disposals ?? finding.Disposals;
        var criterion = conclusion.MajorCriterion ?? finding.MajorCriterion;
        var dueOn = conclusion.DueOn ?? finding.DueOn;
        var transferTo = conclusion.TransferTo ?? finding.TransferTo;
        if (RecordCheckResultsHandler.CheckDisposal(finding.EntryCode, disposals, grade, criterion, dueOn, transferTo, today) is { } bad) return bad;
        finding.Description = CaseRows.IsBlank(conclusion.Description) ? finding.Description : conclusion.Description!;
        finding.Requirement = CaseRows.IsBlank(conclusion.Requirement) ? finding.Requirement : conclusion.Requirement!;
        finding.Grade = grade;
        finding.MajorCriterion = grade is HazardGrade.Major ? criterion : null;
        finding.DisposalCodes = string.Join(';', disposals.Distinct());
        finding.DueOn = disposals.Any(Finding.IsOrder) ? dueOn : null;
        finding.TransferTo = disposals.Contains(Disposal.Transfer) ? transferTo : null;
        finding.Revision++;
        return null;
    }
}
