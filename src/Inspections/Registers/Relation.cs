using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Registers;

/// <summary>回避关系 between a person and an inspectee (S001-28).</summary>
public sealed class Relation : IRegisterEntry
{
    public required string Number { get; set; }

    /// <summary>执法人员、专家</summary>
    public required string PersonKind { get; set; }

    public required string PersonNumber { get; set; }

    public string? PersonName { get; set; }

    public required string InspecteeNumber { get; set; }

    public string? InspecteeName { get; set; }

    public required string Kind { get; set; }

    public string? Detail { get; set; }

    public DateOnly From { get; set; }

    /// <summary>Null: it goes on.</summary>
    public DateOnly? To { get; set; }

    public string? Source { get; set; }

    public DateOnly? RegisteredOn { get; set; }

    public Guid? ChangeId { get; set; }

    public DateTime? ChangedAt { get; set; }
}

internal sealed class RelationMapping : IEntityTypeConfiguration<Relation>
{
    public void Configure(EntityTypeBuilder<Relation> builder)
    {
        builder.ToTable("relations");
        builder.HasKey(e => e.Number);
        builder.HasIndex(e => e.PersonNumber);
        builder.Property(e => e.Number).HasMaxLength(32);
        builder.Property(e => e.PersonKind).HasMaxLength(20);
        builder.Property(e => e.PersonNumber).HasMaxLength(32);
        builder.Property(e => e.PersonName).HasMaxLength(60);
        builder.Property(e => e.InspecteeNumber).HasMaxLength(32);
        builder.Property(e => e.InspecteeName).HasMaxLength(200);
        builder.Property(e => e.Kind).HasMaxLength(20);
        builder.Property(e => e.Detail).HasMaxLength(400);
        builder.Property(e => e.Source).HasMaxLength(60);
    }
}
