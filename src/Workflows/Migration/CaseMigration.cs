using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Workflows.Migration;

/// <summary>A running instance was moved to another version of its definition (law 9), with what taking it back needs.</summary>
public sealed class CaseMigration
{
    public Guid Id { get; set; }

    public Guid InstanceId { get; set; }

    /// <summary>The case's number, or the instance's id where a flow has none.</summary>
    public required string CaseNo { get; set; }

    public required string DefinitionId { get; set; }

    public required string FromVersionId { get; set; }

    public int FromVersion { get; set; }

    public required string ToVersionId { get; set; }

    public int ToVersion { get; set; }

    public DateTime At { get; set; }

    /// <summary>Who proposed it.</summary>
    public Guid ById { get; set; }

    public required string ByName { get; set; }

    /// <summary>The other person, who agreed.</summary>
    public Guid ApprovedById { get; set; }

    public required string ApprovedByName { get; set; }

    public required string Reason { get; set; }

    /// <summary>State, pins and bookmarks as they were, as JSON.</summary>
    public required string MemoryJson { get; set; }

    /// <summary>The instance's revision right after: as long as it has it, the move can be taken back.</summary>
    public int RevisionAfter { get; set; }

    public DateTime? UndoneAt { get; set; }

    public string? UndoneByName { get; set; }

    public string? UndoneReason { get; set; }
}

internal sealed class CaseMigrationMapping : IEntityTypeConfiguration<CaseMigration>
{
    public void Configure(EntityTypeBuilder<CaseMigration> builder)
    {
        builder.ToTable("case_migrations");
        builder.Property(m => m.Id).ValueGeneratedNever();
        builder.Property(m => m.CaseNo).HasMaxLength(200);
        builder.Property(m => m.DefinitionId).HasMaxLength(60);
        builder.Property(m => m.FromVersionId).HasMaxLength(60);
        builder.Property(m => m.ToVersionId).HasMaxLength(60);
        builder.Property(m => m.ByName).HasMaxLength(100);
        builder.Property(m => m.ApprovedByName).HasMaxLength(100);
        builder.Property(m => m.Reason).HasMaxLength(1000);
        builder.Property(m => m.UndoneByName).HasMaxLength(100);
        builder.Property(m => m.UndoneReason).HasMaxLength(1000);
        builder.HasIndex(m => m.InstanceId);
        builder.HasIndex(m => new { m.DefinitionId, m.At });
    }
}
