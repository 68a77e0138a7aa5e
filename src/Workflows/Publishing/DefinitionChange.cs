using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Workflows.Publishing;

public enum ChangeKind
{
    /// <summary>发布: a draft goes into force.</summary>
    Publish,

    /// <summary>撤回: no new case starts on the definition; running ones go on.</summary>
    Retract,

    /// <summary>恢复: a version that was in force before is in force again.</summary>
    Restore,
}

/// <summary>Proposed → Confirmed (waits for its day) → InForce; or Rejected, Withdrawn, or Void because the draft was changed or no longer passes.</summary>
public enum ChangeStatus { Proposed, Confirmed, InForce, Rejected, Withdrawn, Void }

/// <summary>发布、撤回或恢复一个流程版本: proposed by one person, decided by another, bound to exactly what was proposed. Never deleted: it is the record.</summary>
public sealed class DefinitionChange
{
    public const int ReasonMaxLength = 1000;

    public Guid Id { get; set; }

    public ChangeKind Kind { get; set; }

    public required string DefinitionId { get; set; }

    public required string VersionId { get; set; }

    public int Version { get; set; }

    /// <summary>Hash of the version's text: a decision is about this text and no other.</summary>
    public required string Hash { get; set; }

    public required string Reason { get; set; }

    /// <summary>The first day it is in force.</summary>
    public DateOnly EffectiveOn { get; set; }

    public ChangeStatus Status { get; set; }

    public Guid ProposedById { get; set; }

    public required string ProposedByName { get; set; }

    public DateTime ProposedAt { get; set; }

    public Guid? DecidedById { get; set; }

    public string? DecidedByName { get; set; }

    public DateTime? DecidedAt { get; set; }

    /// <summary>Why it was rejected, withdrawn or became void; the opinion of who confirmed it.</summary>
    public string? Opinion { get; set; }

    public DateTime? InForceAt { get; set; }

    /// <summary>The version that was in force before: what going back restores.</summary>
    public string? ReplacedVersionId { get; set; }

    public int Revision { get; set; }

    public bool IsOpen => Status is ChangeStatus.Proposed or ChangeStatus.Confirmed;

    public void Close(ChangeStatus status, string? opinion)
    {
        (Status, Opinion) = (status, opinion);
        Revision++;
    }
}

internal sealed class DefinitionChangeMapping : IEntityTypeConfiguration<DefinitionChange>
{
    public void Configure(EntityTypeBuilder<DefinitionChange> builder)
    {
        builder.ToTable("definition_changes");
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.Property(c => c.DefinitionId).HasMaxLength(60);
        builder.Property(c => c.VersionId).HasMaxLength(60);
        builder.Property(c => c.ReplacedVersionId).HasMaxLength(60);
        builder.Property(c => c.Hash).HasMaxLength(64);
        builder.Property(c => c.Reason).HasMaxLength(DefinitionChange.ReasonMaxLength);
        builder.Property(c => c.Opinion).HasMaxLength(DefinitionChange.ReasonMaxLength);
        builder.Property(c => c.Revision).IsConcurrencyToken();
        builder.Ignore(c => c.IsOpen);
        builder.HasIndex(c => new { c.DefinitionId, c.ProposedAt });
        builder.HasIndex(c => new { c.Status, c.EffectiveOn });
    }
}
