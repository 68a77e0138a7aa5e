using DoubleRandom.Inspections.Cases;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Evidence;

/// <summary>证据: a photo, video, recording or copy. The bytes lie in the <see cref="EvidenceStore"/> under their hash.</summary>
public sealed class EvidenceItem
{
    public const int NameMaxLength = 200;

    public Guid Id { get; set; }

    public Guid CaseId { get; set; }

    public required string InspectionNo { get; set; }

    /// <summary>Lower hexadecimal.</summary>
    public required string Sha256 { get; set; }

    public required string Name { get; set; }

    public required string ContentType { get; set; }

    /// <summary>Bytes.</summary>
    public long Size { get; set; }

    /// <summary>When the device took it, UTC.</summary>
    public DateTime TakenAt { get; set; }

    public required string TakenByName { get; set; }

    public double? Latitude { get; set; }

    public double? Longitude { get; set; }

    public string? Note { get; set; }

    public DateTime RecordedAt { get; set; }
}

internal sealed class EvidenceItemMapping : IEntityTypeConfiguration<EvidenceItem>
{
    public void Configure(EntityTypeBuilder<EvidenceItem> builder)
    {
        builder.ToTable("evidence_items");
        builder.HasKey(e => e.Id);
        builder.Property(e => e.InspectionNo).HasMaxLength(InspectionCase.NumberMaxLength);
        builder.Property(e => e.Sha256).HasMaxLength(64);
        builder.Property(e => e.Name).HasMaxLength(EvidenceItem.NameMaxLength);
        builder.Property(e => e.ContentType).HasMaxLength(100);
        builder.HasOne<InspectionCase>().WithMany().HasForeignKey(e => e.CaseId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(e => new { e.CaseId, e.Sha256 }).IsUnique();
    }
}
