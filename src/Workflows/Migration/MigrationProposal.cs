using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Workflows.Migration;

/// <summary>Proposed → Moved, Rejected or Withdrawn.</summary>
public enum MigrationProposalStatus { Proposed, Moved, Rejected, Withdrawn }

/// <summary>迁移申请: one person asks that a running case goes on in another version, another decides (law 9). Never deleted: it is the record.</summary>
public sealed class MigrationProposal
{
    public const int ReasonMaxLength = 1000;

    public Guid Id { get; set; }

    public Guid InstanceId { get; set; }

    /// <summary>The case's number, or the instance's id where a flow has none.</summary>
    public required string CaseNo { get; set; }

    public required string DefinitionId { get; set; }

    public required string FromVersionId { get; set; }

    public int FromVersion { get; set; }

    public required string ToVersionId { get; set; }

    public int ToVersion { get; set; }

    /// <summary>By waiting step (its execution id) the activity id of the new version where it goes on; a JSON object.</summary>
    public required string ChoicesJson { get; set; }

    public IReadOnlyDictionary<Guid, string> Choices => JsonSerializer.Deserialize<Dictionary<Guid, string>>(ChoicesJson)!;

    public required string Reason { get; set; }

    public MigrationProposalStatus Status { get; set; }

    public Guid ProposedById { get; set; }

    public required string ProposedByName { get; set; }

    public DateTime ProposedAt { get; set; }

    public Guid? DecidedById { get; set; }

    public string? DecidedByName { get; set; }

    public DateTime? DecidedAt { get; set; }

    /// <summary>Of who decided; required where it is rejected.</summary>
    public string? Opinion { get; set; }

    public int Revision { get; set; }
}

internal sealed class MigrationProposalMapping : IEntityTypeConfiguration<MigrationProposal>
{
    public void Configure(EntityTypeBuilder<MigrationProposal> builder)
    {
        builder.ToTable("migration_proposals");
        builder.Property(p => p.Id).ValueGeneratedNever();
        builder.Ignore(p => p.Choices);
        builder.Property(p => p.CaseNo).HasMaxLength(200);
        builder.Property(p => p.DefinitionId).HasMaxLength(60);
        builder.Property(p => p.FromVersionId).HasMaxLength(60);
        builder.Property(p => p.ToVersionId).HasMaxLength(60);
        builder.Property(p => p.Reason).HasMaxLength(MigrationProposal.ReasonMaxLength);
        builder.Property(p => p.Opinion).HasMaxLength(MigrationProposal.ReasonMaxLength);
        builder.Property(p => p.ProposedByName).HasMaxLength(100);
        builder.Property(p => p.DecidedByName).HasMaxLength(100);
        builder.Property(p => p.Revision).IsConcurrencyToken();
        builder.HasIndex(p => new { p.InstanceId, p.Status });
        builder.HasIndex(p => new { p.DefinitionId, p.Status });
    }
}
