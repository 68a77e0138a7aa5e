using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Deadlines;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Alerts;

/// <summary>A general ladder somebody proposed: in force once another person has approved it, and not before. Clocks that run already keep theirs.</summary>
public sealed class LadderProposal
{
    public const int ReasonMaxLength = 500;

    public Guid Id { get; set; }

    /// <summary>As <see cref="DeadlineRungs"/> writes it; null: back to the shipped one.</summary>
    public string? Ladder { get; set; }

    public DeadlineRuleStatus Status { get; set; }

    public Guid ProposedById { get; set; }

    public required string ProposedByName { get; set; }

    public DateTime ProposedAt { get; set; }

    public required string Reason { get; set; }

    public string? DecidedByName { get; set; }

    public DateTime? DecidedAt { get; set; }

    public string? Opinion { get; set; }

    public int Revision { get; set; }
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
        if (string.IsNullOrWhiteSpace(command.Reason)) return Refusal.Invalid("deadline-rules.no-reason", nameof(command.Reason));
        if (command.Reason.Length > LadderProposal.ReasonMaxLength) return Refusal.Invalid("deadline-rules.too-long", nameof(command.Reason), LadderProposal.ReasonMaxLength);
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

public sealed class DecideLadderHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<LadderProposal>> HandleAsync(DecideLadder command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!MayDecide(change.By)) return Refusal.Forbidden("alerts.ladder-not-yours");
        if (await db.Set<LadderProposal>().FindAsync([command.Id], cancellationToken) is not { } proposal) return Refusal.NotFound("alerts.ladder-not-found");
        if (proposal.Status is not DeadlineRuleStatus.Proposed) return Refusal.Conflict("deadline-rules.decided", "通用催办阶梯", proposal.DecidedByName!);
        if (proposal.ProposedById == change.By.Id) return Refusal.Forbidden("deadline-rules.own", "通用催办阶梯");
        var opinion = string.IsNullOrWhiteSpace(command.Opinion) ? null : command.Opinion.Trim();
        if (!command.Agrees && opinion is null) return Refusal.Invalid("deadline-rules.no-opinion", nameof(command.Opinion));
        if (opinion?.Length > LadderProposal.ReasonMaxLength) return Refusal.Invalid("deadline-rules.too-long", nameof(command.Opinion), LadderProposal.ReasonMaxLength);
        (proposal.Status, proposal.DecidedByName, proposal.DecidedAt, proposal.Opinion) = (command.Agrees ? DeadlineRuleStatus.InForce : DeadlineRuleStatus.Rejected, change.By.Name, change.At, opinion);
        proposal.Revision++;
        var details = new JsonObject { ["after"] = proposal.Ladder };
        if (command.Agrees)
        {
            var policy = await db.Set<AlertPolicy>().SingleOrDefaultAsync(cancellationToken);
            if (policy is null) db.Add(policy = new AlertPolicy());
            details["before"] = policy.Ladder;
            policy.Ladder = proposal.Ladder;
            policy.Revision++;
        }
        audit.Record(change with { Reason = opinion }, DeadlineRuleRights.Chain, command.Agrees ? "批准通用催办阶梯" : "退回通用催办阶梯", "通用催办阶梯", details);
        return proposal;
    }

    public static bool MayDecide(Actor actor) => DeadlineRuleRights.MayDecide(actor);
}
