using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Deadlines;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Alerts;

/// <summary>A general ladder somebody proposed: in force once another person has approved it, and not before; then for the clocks that run too (<see cref="GeneralLadder"/>).</summary>
public sealed class LadderProposal : TwoPersonChange
{
    public Guid Id { get; set; }

    /// <summary>As <see cref="DeadlineRungs"/> writes it; null: back to the shipped one.</summary>
    public string? Ladder { get; set; }
}

internal sealed class LadderProposalMapping : IEntityTypeConfiguration<LadderProposal>
{
    public void Configure(EntityTypeBuilder<LadderProposal> builder)
    {
        builder.ToTable("ladder_proposals");
        builder.Property(p => p.Id).ValueGeneratedNever();
        builder.Property(p => p.Ladder).HasMaxLength(DeadlineRungs.MaxLength);
        builder.Property(p => p.ProposedByName).HasMaxLength(100);
        builder.Property(p => p.DecidedByName).HasMaxLength(100);
        builder.Property(p => p.Reason).HasMaxLength(LadderProposal.ReasonMaxLength);
        builder.Property(p => p.Opinion).HasMaxLength(LadderProposal.ReasonMaxLength);
        builder.Property(p => p.Revision).IsConcurrencyToken();
        // One at a time waits, whoever was quicker.
        builder.HasIndex(p => p.Status).IsUnique().HasFilter("status = 'Proposed'");
    }
}

/// <param name="Ladder">Null: the shipped one.</param>
/// <param name="Reason">Why it is changed.</param>
public sealed record ProposeLadder(IReadOnlyList<DeadlineRung>? Ladder, string Reason);

public sealed class ProposeLadderHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<LadderProposal>> HandleAsync(ProposeLadder command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!ChangeAlertPolicyHandler.MayChange(change.By)) return Refusal.Forbidden("alerts.policy-not-yours");
        if (TwoPersonChange.CheckReason(command.Reason) is { } unsaid) return unsaid;
        if (command.Ladder is not null && DeadlineRungs.Check(command.Ladder) is { } wrong) return wrong;
        // The order of the law: who answers for the matter hears of it before it is escalated.
        if (command.Ladder is not null && command.Ladder.All(r => r.Rung < 0 || !r.To.Contains(DeadlineRung.Owner))) return Refusal.Invalid("alerts.ladder-without-owner", nameof(command.Ladder));
        var shipped = DeadlineRungs.Write(DeadlineRules.Embedded.Ladder);
        var ladder = command.Ladder is null || DeadlineRungs.Write(command.Ladder) == shipped ? null : DeadlineRungs.Write(command.Ladder);
        if (await db.Set<LadderProposal>().AsNoTracking().FirstOrDefaultAsync(p => p.Status == DeadlineRuleStatus.Proposed, cancellationToken) is { } waiting) return Refusal.Conflict("alerts.ladder-waiting", waiting.ProposedByName);
        if ((await db.Set<AlertPolicy>().AsNoTracking().SingleOrDefaultAsync(cancellationToken))?.Ladder == ladder) return Refusal.Invalid("alerts.ladder-same", nameof(command.Ladder));
        var proposal = new LadderProposal { Id = Ids.New(change), Ladder = ladder, ProposedById = change.By.Id, ProposedByName = change.By.Name, ProposedAt = change.At, Reason = command.Reason.Trim() };
        db.Add(proposal);
        audit.Record(change with { Reason = proposal.Reason }, DeadlineRuleRights.Chain, "提出修改通用催办阶梯", "通用催办阶梯", new JsonObject { ["ladder"] = ladder ?? shipped });
        return proposal;
    }
}

/// <summary>Another person puts the proposed ladder in force, or turns it down with an opinion.</summary>
public sealed record DecideLadder(Guid Id, bool Agrees, string? Opinion);

public sealed class DecideLadderHandler(DbContext db, IAuditTrail audit, GeneralLadder running)
{
    public async Task<Result<LadderProposal>> HandleAsync(DecideLadder command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!MayDecide(change.By)) return Refusal.Forbidden("alerts.ladder-not-yours");
        if (await db.Set<LadderProposal>().FindAsync([command.Id], cancellationToken) is not { } proposal) return Refusal.NotFound("alerts.ladder-not-found");
        if (proposal.Decide(Name, command.Agrees, command.Opinion, change) is { } refusal) return refusal;
        var details = new JsonObject { ["after"] = proposal.Ladder };
        if (command.Agrees)
        {
            var policy = await db.Set<AlertPolicy>().SingleOrDefaultAsync(cancellationToken);
            if (policy is null) db.Add(policy = new AlertPolicy());
            details["before"] = policy.Ladder;
            policy.Ladder = proposal.Ladder;
            policy.Revision++;
            details["clocks"] = await running.ApplyAsync(proposal.Ladder, change, cancellationToken);
        }
        audit.Record(change with { Reason = proposal.Opinion }, DeadlineRuleRights.Chain, command.Agrees ? "批准通用催办阶梯" : "退回通用催办阶梯", Name, details);
        return proposal;
    }

    private const string Name = "通用催办阶梯";

    public static bool MayDecide(Actor actor) => DeadlineRuleRights.MayDecide(actor);
}
