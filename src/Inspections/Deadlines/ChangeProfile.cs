using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Deadlines;

/// <summary>变更执法领域 (应急, 城管, 市监); it waits for another person.</summary>
/// <param name="EffectiveFrom">Not before today, nor before a change that was agreed to already.</param>
/// <param name="Running">What becomes of the clocks that run on that day.</param>
/// <param name="Document">The paper it rests on.</param>
public sealed record ProposeProfile(string Profile, DateOnly EffectiveFrom, RunningClocks Running, string Document, string Reason);

public sealed class ProposeProfileHandler(DbContext db, IAuditTrail audit, DeadlineProfiles profiles)
{
    public async Task<Result<ProfileChange>> HandleAsync(ProposeProfile command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!DeadlineRuleRights.MayPropose(change.By)) return Refusal.Forbidden("deadline-rules.not-yours");
        if (await CheckAsync(command, change.On, cancellationToken) is { } wrong) return wrong;
        if (string.IsNullOrWhiteSpace(command.Document)) return Refusal.Invalid("profiles.no-document", nameof(command.Document));
        if (command.Document.Trim().Length > ProfileChange.DocumentMaxLength) return Refusal.Invalid("deadline-rules.too-long", nameof(command.Document), ProfileChange.DocumentMaxLength);
        if (TwoPersonChange.CheckReason(command.Reason) is { } unsaid) return unsaid;
        if (await db.Set<ProfileChange>().AnyAsync(p => p.Status == DeadlineRuleStatus.Proposed, cancellationToken)) return Refusal.Conflict("deadline-rules.waiting", ProfileWords.Subject);

        var proposal = new ProfileChange
        {
            Id = Ids.New(change),
            Before = await profiles.OfficeAsync(command.EffectiveFrom, cancellationToken),
            Profile = command.Profile,
            EffectiveFrom = command.EffectiveFrom,
            Running = command.Running,
            Document = command.Document.Trim(),
            ProposedById = change.By.Id,
            ProposedByName = change.By.Name,
            ProposedAt = change.At,
            Reason = command.Reason.Trim(),
        };
        db.Add(proposal);
        audit.Record(change with { Reason = proposal.Reason }, DeadlineRuleRights.Chain, "提出变更执法领域", ProfileWords.Subject, ProfileWords.Describe(proposal));
        return proposal;
    }

    /// <summary>Whether the change itself makes sense; what a trial of it needs.</summary>
    public async Task<Refusal?> CheckAsync(ProposeProfile command, DateOnly today, CancellationToken cancellationToken)
    {
        if (DeadlineProfiles.Known(command.Profile) is null) return Refusal.Invalid("deadline-rules.unknown-profile", nameof(command.Profile), command.Profile, string.Join('、', DeadlineRules.Profiles.Skip(1)));
        if (command.EffectiveFrom < today) return Refusal.Invalid("deadline-rules.retroactive", nameof(command.EffectiveFrom), today);
        if (command.EffectiveFrom > today.AddYears(2)) return Refusal.Invalid("profiles.far", nameof(command.EffectiveFrom));
        var last = await db.Set<ProfileChange>().Where(p => p.Status == DeadlineRuleStatus.InForce).MaxAsync(p => (DateOnly?)p.EffectiveFrom, cancellationToken);
        if (command.EffectiveFrom < last) return Refusal.Invalid("profiles.before-last", nameof(command.EffectiveFrom), last.Value);
        return await profiles.OfficeAsync(command.EffectiveFrom, cancellationToken) == command.Profile ? Refusal.Invalid("profiles.same", nameof(command.Profile), command.Profile) : null;
    }
}

/// <summary>Another person agrees to the change, or turns it down with an opinion.</summary>
public sealed record DecideProfile(Guid Id, bool Agrees, string? Opinion);

public sealed class DecideProfileHandler(DbContext db, IAuditTrail audit, ApplyProfileHandler apply)
{
    public async Task<Result<ProfileChange>> HandleAsync(DecideProfile command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!DeadlineRuleRights.MayDecide(change.By)) return Refusal.Forbidden("deadline-rules.not-yours");
        if (await db.Set<ProfileChange>().FindAsync([command.Id], cancellationToken) is not { } proposal) return Refusal.NotFound("profiles.not-found");
        var late = proposal.EffectiveFrom < change.On ? Refusal.Conflict("deadline-rules.too-late", ProfileWords.Subject, proposal.EffectiveFrom) : null;
        if (proposal.Decide(ProfileWords.Subject, command.Agrees, command.Opinion, change, late) is { } refusal) return refusal;
        audit.Record(change with { Reason = proposal.Opinion }, DeadlineRuleRights.Chain, command.Agrees ? "批准变更执法领域" : "退回变更执法领域", ProfileWords.Subject, ProfileWords.Describe(proposal));
        if (command.Agrees && proposal.EffectiveFrom == change.On) await apply.ApplyAsync(proposal, change, cancellationToken);
        return proposal;
    }
}

/// <summary>The day of an agreed change has come: the running clocks are seen to, once.</summary>
public sealed class ApplyProfileHandler(DbContext db, IAuditTrail audit, ProfileImpact impact)
{
    /// <returns>How many changes took effect.</returns>
    public async Task<Result<int>> HandleAsync(ChangeContext change, CancellationToken cancellationToken)
    {
        var due = await db.Set<ProfileChange>().Where(p => p.Status == DeadlineRuleStatus.InForce && p.AppliedAt == null && p.EffectiveFrom <= change.On)
            .OrderBy(p => p.EffectiveFrom).ThenBy(p => p.DecidedAt).ToListAsync(cancellationToken);
        foreach (var proposal in due) await ApplyAsync(proposal, change, cancellationToken);
        return due.Count;
    }

    internal async Task ApplyAsync(ProfileChange proposal, ChangeContext change, CancellationToken cancellationToken)
    {
        if (proposal.Running == RunningClocks.Recount) proposal.Moved = (await impact.RecountAsync(proposal.Before, proposal.Profile, proposal, change, cancellationToken)).Moved.Count;
        proposal.AppliedAt = change.At;
        proposal.Revision++;
        audit.Record(change, DeadlineRuleRights.Chain, "变更执法领域生效", ProfileWords.Subject, ProfileWords.Describe(proposal));
    }
}

internal static class ProfileWords
{
    public const string Subject = "执法领域";

    public static JsonObject Describe(ProfileChange change) => new()
    {
        ["before"] = change.Before,
        ["after"] = change.Profile,
        ["effectiveFrom"] = change.EffectiveFrom.Iso(),
        ["running"] = change.Running.ToString(),
        ["document"] = change.Document,
        ["moved"] = change.AppliedAt is null ? null : change.Moved,
    };
}
