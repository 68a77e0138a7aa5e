using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Hazards;

public enum ExposureDecision { Waiting, Exposed, Declined }

/// <summary>曝光建议: the term of a listed hazard ran out (S000-20). The system proposes, a director decides; nothing is published by itself.</summary>
public sealed class ExposureProposal
{
    public const int WordsMaxLength = 1000;

    public Guid Id { get; set; }

    public Guid HazardId { get; set; }

    /// <summary>The clock that ran out.</summary>
    public Guid DeadlineId { get; set; }

    public required string ListNo { get; set; }

    public required string CaseNo { get; set; }

    public required string InspecteeName { get; set; }

    /// <summary>What is proposed to be said.</summary>
    public required string Facts { get; set; }

    public DateOnly DueOn { get; set; }

    public DateOnly ProposedOn { get; set; }

    public ExposureDecision Decision { get; set; }

    public string? Opinion { get; set; }

    public string? DecidedByName { get; set; }

    public DateOnly? DecidedOn { get; set; }

    public int Revision { get; set; }
}

internal sealed class ExposureProposalMapping : IEntityTypeConfiguration<ExposureProposal>
{
    public void Configure(EntityTypeBuilder<ExposureProposal> builder)
    {
        builder.ToTable("exposure_proposals");
        builder.Property(p => p.Id).ValueGeneratedNever();
        builder.Property(p => p.ListNo).HasMaxLength(100);
        builder.Property(p => p.CaseNo).HasMaxLength(60);
        builder.Property(p => p.InspecteeName).HasMaxLength(200);
        builder.Property(p => p.Facts).HasMaxLength(ExposureProposal.WordsMaxLength);
        builder.Property(p => p.Opinion).HasMaxLength(ExposureProposal.WordsMaxLength);
        builder.Property(p => p.DecidedByName).HasMaxLength(100);
        builder.Property(p => p.Revision).IsConcurrencyToken();
        // One for each clock: an extended term that runs out again is proposed again, because it is a clock of its own.
        builder.HasIndex(p => p.DeadlineId).IsUnique();
        builder.HasIndex(p => p.Decision);
        builder.HasOne<MajorHazard>().WithMany().HasForeignKey(p => p.HazardId).OnDelete(DeleteBehavior.Restrict);
    }
}

/// <summary>Called where a clock is found overdue, in the same transaction.</summary>
public sealed class ExposureProposer(DbContext db, IAuditTrail audit)
{
    internal async Task ProposeAsync(Deadline deadline, ChangeContext change, CancellationToken cancellationToken)
    {
        if (deadline.RuleKey != "major.term") return;
        var hazard = await db.Set<MajorHazard>().FindAsync([deadline.SubjectId], cancellationToken);
        if (hazard is not { Status: HazardStatus.Listed or HazardStatus.Treating, ExposedOn: null, ListNo: { } listNo }) return;
        if (await db.Set<ExposureProposal>().AnyAsync(p => p.DeadlineId == deadline.Id, cancellationToken)) return;
        db.Add(new ExposureProposal
        {
            Id = Ids.New(change),
            HazardId = hazard.Id,
            DeadlineId = deadline.Id,
            ListNo = listNo,
            CaseNo = deadline.CaseNo,
            InspecteeName = hazard.InspecteeName,
            Facts = Cut($"{hazard.InspecteeName}重大事故隐患（{hazard.Description}）经{listNo}挂牌督办，治理期限{DeadlineClock.InWords(deadline.DueOn)}届满，逾期未完成整改。"),
            DueOn = deadline.DueOn,
            ProposedOn = change.On,
        });
        audit.Record(change, deadline.Chain, "提出曝光建议", listNo, new JsonObject { ["dueOn"] = deadline.DueOn.Iso() });
    }

    private static string Cut(string text) => text.Length > ExposureProposal.WordsMaxLength ? text[..ExposureProposal.WordsMaxLength] : text;
}

/// <summary>决定是否曝光.</summary>
/// <param name="Facts">What is said publicly; the proposal's words unless the person wrote others.</param>
/// <param name="Opinion">Needed when it is declined.</param>
public sealed record DecideExposure(Guid ProposalId, bool Expose, string Facts, string? Opinion);

public sealed class DecideExposureHandler(DbContext db, IAuditTrail audit, ExposeHazardHandler expose)
{
    public async Task<Result<ExposureProposal>> HandleAsync(DecideExposure command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!MayDecide(change.By)) return Refusal.Forbidden("exposures.not-yours");
        var proposal = await db.Set<ExposureProposal>().FindAsync([command.ProposalId], cancellationToken);
        if (proposal is null) return Refusal.NotFound("exposures.not-found");
        if (proposal.Decision != ExposureDecision.Waiting) return Refusal.Conflict("exposures.decided", proposal.ListNo, proposal.DecidedByName!);
        if (command.Expose && CaseRows.IsBlank(command.Facts)) return Refusal.Invalid("hazards.incomplete", "facts", "曝光事由");
        if (!command.Expose && CaseRows.IsBlank(command.Opinion)) return Refusal.Invalid("exposures.opinion-needed", nameof(command.Opinion));
        if (command.Facts.Length > ExposureProposal.WordsMaxLength || command.Opinion?.Length > ExposureProposal.WordsMaxLength) return Refusal.Invalid("deadlines.words-too-long", nameof(command.Facts), ExposureProposal.WordsMaxLength);
        if (command.Expose && await db.Set<MajorHazard>().FindAsync([proposal.HazardId], cancellationToken) is { } hazard && !IsStillListed(hazard.Status)) return Refusal.Conflict("exposures.over", proposal.ListNo);
        if (command.Expose && (await expose.HandleAsync(new ExposeHazard(proposal.HazardId, ExposureReason.Overdue, command.Facts.Trim()), change, cancellationToken)).Refusal is { } refusal) return refusal;

        proposal.Decision = command.Expose ? ExposureDecision.Exposed : ExposureDecision.Declined;
        if (command.Expose) proposal.Facts = command.Facts.Trim();
        (proposal.Opinion, proposal.DecidedByName, proposal.DecidedOn) = (string.IsNullOrWhiteSpace(command.Opinion) ? null : command.Opinion.Trim(), change.By.Name, change.On);
        proposal.Revision++;
        if (!command.Expose) audit.Record(change, $"case/{proposal.CaseNo}", "不予曝光", proposal.ListNo, new JsonObject { ["opinion"] = proposal.Opinion });
        return proposal;
    }

    /// <summary>What has been accepted or delisted since is no longer exposed: the proposal can only be declined.</summary>
    public static bool IsStillListed(HazardStatus status) => status is HazardStatus.Listed or HazardStatus.Treating;

    public static bool MayDecide(Actor actor) => actor.IsAny(Roles.DeputyDirector, Roles.Director);
}
