using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Penalties;

/// <summary>法制审核 (行政处罚法 art. 58): by a legal reviewer of the register who did not investigate.</summary>
public sealed record RecordLegalReview(Guid PenaltyId, LegalOpinion Opinion, string Text);

/// <summary>集体讨论 (art. 57): convened by the director, each member's opinion by name.</summary>
/// <param name="HeldOn">Not before the investigation ended.</param>
public sealed record RecordDiscussion(Guid PenaltyId, DateOnly HeldOn, IReadOnlyList<MemberOpinion> Opinions, string Conclusion);

public sealed class RecordLegalReviewHandler(DbContext db, IAuditTrail audit)
{
    /// <summary>Speciality in the officer register of those with the legal qualification (art. 58 para. 2).</summary>
    public const string LegalSpeciality = "法制";

    public async Task<Result<PenaltyCase>> HandleAsync(RecordLegalReview command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (change.RequireAny(Roles.Legal) is { } forbidden) return forbidden;
        var found = await db.FindPenaltyAsync(command.PenaltyId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var penalty = found.Value;
        if (penalty.RequireStatus(PenaltyStatus.Noticed) is { } wrong) return wrong;
        if (penalty.IsCaseOfficer(change.By)) return Refusal.Forbidden("penalties.own-case", penalty.PenaltyNo);
        var reviewer = change.By.RegisterNumber is { } number ? await db.Set<Officer>().FindAsync([number], cancellationToken) : null;
        if (reviewer?.Speciality is not LegalSpeciality) return Refusal.Forbidden("penalties.reviewer-unqualified", change.By.Name);
        if (CaseRows.IsBlank(command.Text)) return Refusal.Invalid("penalties.incomplete", "opinion", "审核意见");
        if (command.Opinion is not LegalOpinion.Return && PenaltyRights.Missing(penalty, change.On) is { } early) return early;
        penalty.LegalOpinion = command.Opinion;
        penalty.LegalText = command.Text;
        penalty.LegalById = change.By.Id;
        penalty.LegalByName = change.By.Name;
        penalty.LegalOn = change.On;
        penalty.Revision++;
        audit.Record(change, penalty.Chain, "法制审核", penalty.PenaltyNo, new JsonObject { ["opinion"] = command.Opinion.ToString(), ["text"] = command.Text });
        return penalty;
    }
}

public sealed class RecordDiscussionHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<PenaltyCase>> HandleAsync(RecordDiscussion command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (change.RequireAny(Roles.Director) is { } forbidden) return forbidden;
        var found = await db.FindPenaltyAsync(command.PenaltyId, cancellationToken);
        if (found.Refusal is { } missing) return missing;
        var penalty = found.Value;
        if (penalty.RequireStatus(PenaltyStatus.Noticed) is { } wrong) return wrong;
        if (penalty.IsCaseOfficer(change.By)) return Refusal.Forbidden("penalties.own-case", penalty.PenaltyNo);
        if (PenaltyRights.Missing(penalty, change.On) is { } early) return early;
        if (penalty.LegalReviewRequired && penalty.LegalOpinion is not LegalOpinion.Agree) return Refusal.Conflict("penalties.no-legal-review", penalty.PenaltyNo);
        if (command.HeldOn < penalty.InvestigatedOn || command.HeldOn > change.On) return Refusal.Invalid("penalties.bad-date", "heldOn", "讨论日期", penalty.InvestigatedOn!.Value, change.On);
        var opinions = command.Opinions.Select(o => new MemberOpinion(o.Member.Trim(), o.Opinion.Trim())).ToList();
        if (opinions.Any(o => o.Member.Length == 0 || o.Opinion.Length == 0)) return Refusal.Invalid("penalties.incomplete", "opinions", "各成员意见");
        var needed = PenaltyLaw.ThresholdsOn(change.On).DiscussionMembers;
        if (opinions.DistinctBy(o => o.Member).Count() < needed) return Refusal.Invalid("penalties.discussion-members", "opinions", needed);
        if (penalty.OfficerNames.Split('、').FirstOrDefault(n => opinions.Any(o => o.Member == n)) is { } investigator) return Refusal.Invalid("penalties.member-investigated", "opinions", investigator);
        if (CaseRows.IsBlank(command.Conclusion)) return Refusal.Invalid("penalties.incomplete", "conclusion", "讨论结论");
        penalty.DiscussionJson = JsonSerializer.Serialize(opinions);
        penalty.DiscussionConclusion = command.Conclusion;
        penalty.DiscussedOn = command.HeldOn;
        penalty.Revision++;
        audit.Record(change, penalty.Chain, "集体讨论", penalty.PenaltyNo, new JsonObject { ["members"] = opinions.Count.ToString(CultureInfo.InvariantCulture), ["conclusion"] = command.Conclusion });
        return penalty;
    }
}

/// <summary>The party's rights come before every step towards the decision.</summary>
internal static class PenaltyRights
{
    /// <summary>What of notice, statement and hearing is still missing on the day; null when nothing is.</summary>
    public static Refusal? Missing(PenaltyCase penalty, DateOnly on)
    {
        if (penalty.NoticeOn is null) return Refusal.Conflict("penalties.no-notice", penalty.PenaltyNo);
        if (penalty.StatementWaived is null) return Refusal.Conflict("penalties.no-statement", penalty.PenaltyNo);
        if (penalty.HearingUntil is not { } until) return null;
        if (penalty.HearingRequested is true) return penalty.HearingHeldOn is null ? Refusal.Conflict("penalties.hearing-not-held", penalty.PenaltyNo) : null;
        return on <= until || penalty.HearingRequested is null ? Refusal.Conflict("penalties.hearing-running", penalty.PenaltyNo, until) : null;
    }
}
