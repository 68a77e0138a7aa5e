using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Findings;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Rectification;

public enum RectificationStatus { Issued, Closed, Failed }

/// <summary>责令限期整改指令书 (安全生产法 art. 65): its lines come from the locked summary and from nowhere else (S000-34).</summary>
public sealed class RectificationOrder
{
    public Guid Id { get; set; }

    public Guid CaseId { get; set; }

    public required string InspectionNo { get; set; }

    public required string InspecteeNumber { get; set; }

    /// <summary>1 for the first order of the case.</summary>
    public int Sequence { get; set; }

    public RectificationStatus Status { get; set; }

    public DateOnly IssuedOn { get; set; }

    public required string IssuedByName { get; set; }

    /// <summary>The last day of the last line; inclusive.</summary>
    public DateOnly DueOn { get; set; }

    public DateOnly? ReinspectedOn { get; set; }

    public int Revision { get; set; }
}

/// <summary>One finding in an order.</summary>
public sealed class RectificationLine
{
    public Guid Id { get; set; }

    public Guid OrderId { get; set; }

    public Guid FindingId { get; set; }

    public int Position { get; set; }

    public required string Requirement { get; set; }

    public DateOnly FirstDueOn { get; set; }

    /// <summary>With extensions granted; inclusive.</summary>
    public DateOnly DueOn { get; set; }

    /// <summary>Null until re-inspected.</summary>
    public bool? Passed { get; set; }

    public string? Note { get; set; }

    public string EvidenceHashes { get; set; } = "";
}

/// <summary>整改延期: what the inspectee asked and what was decided.</summary>
public sealed class RectificationExtension
{
    public Guid Id { get; set; }

    public Guid OrderId { get; set; }

    public required string Reason { get; set; }

    /// <summary>What keeps people safe meanwhile.</summary>
    public required string InterimMeasures { get; set; }

    public DateOnly RequestedOn { get; set; }

    public DateOnly ProposedDueOn { get; set; }

    public Guid RecordedById { get; set; }

    /// <summary>Null while undecided.</summary>
    public bool? Granted { get; set; }

    public DateOnly? NewDueOn { get; set; }

    public string? Opinion { get; set; }

    public string? DecidedByName { get; set; }

    public DateTime? DecidedAt { get; set; }
}

/// <summary>整改进展 (S000-37): what was seen of the work between the order and the re-inspection.</summary>
public sealed class RectificationProgress
{
    public Guid Id { get; set; }

    public Guid OrderId { get; set; }

    public DateOnly On { get; set; }

    public required string Text { get; set; }

    /// <summary>The inspectee reports that all is done and asks for the re-inspection.</summary>
    public bool AsksReinspection { get; set; }

    public required string RecordedByName { get; set; }

    public DateTime RecordedAt { get; set; }
}

/// <summary>复查: a visit that judges every open line of an order.</summary>
public sealed class Reinspection
{
    public Guid Id { get; set; }

    public Guid OrderId { get; set; }

    public Guid CaseId { get; set; }

    public DateOnly On { get; set; }

    /// <summary>JSON array of <c>PresentPerson</c>.</summary>
    public required string OfficersJson { get; set; }

    public int PassedCount { get; set; }

    public int FailedCount { get; set; }

    public required string Opinion { get; set; }

    public Guid RecordedById { get; set; }

    public required string RecordedByName { get; set; }

    public DateTime RecordedAt { get; set; }
}

internal sealed class RectificationOrderMapping : IEntityTypeConfiguration<RectificationOrder>
{
    public void Configure(EntityTypeBuilder<RectificationOrder> builder)
    {
        builder.ToTable("rectification_orders");
        builder.HasKey(o => o.Id);
        builder.Property(o => o.InspectionNo).HasMaxLength(InspectionCase.NumberMaxLength);
        builder.Property(o => o.InspecteeNumber).HasMaxLength(InspectionCase.NumberMaxLength);
        builder.Property(o => o.Revision).IsConcurrencyToken();
        builder.HasOne<InspectionCase>().WithMany().HasForeignKey(o => o.CaseId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(o => new { o.CaseId, o.Sequence }).IsUnique();
        builder.HasIndex(o => o.InspecteeNumber);
        builder.HasIndex(o => new { o.Status, o.DueOn });
    }
}

internal sealed class RectificationLineMapping : IEntityTypeConfiguration<RectificationLine>
{
    public void Configure(EntityTypeBuilder<RectificationLine> builder)
    {
        builder.ToTable("rectification_lines");
        builder.HasKey(l => l.Id);
        builder.HasOne<RectificationOrder>().WithMany().HasForeignKey(l => l.OrderId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Finding>().WithMany().HasForeignKey(l => l.FindingId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(l => new { l.OrderId, l.FindingId }).IsUnique();
    }
}

internal sealed class RectificationExtensionMapping : IEntityTypeConfiguration<RectificationExtension>
{
    public void Configure(EntityTypeBuilder<RectificationExtension> builder)
    {
        builder.ToTable("rectification_extensions");
        builder.HasKey(e => e.Id);
        builder.HasOne<RectificationOrder>().WithMany().HasForeignKey(e => e.OrderId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(e => e.OrderId);
    }
}

internal sealed class RectificationProgressMapping : IEntityTypeConfiguration<RectificationProgress>
{
    public void Configure(EntityTypeBuilder<RectificationProgress> builder)
    {
        builder.ToTable("rectification_progress");
        builder.HasKey(p => p.Id);
        builder.HasOne<RectificationOrder>().WithMany().HasForeignKey(p => p.OrderId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(p => new { p.OrderId, p.On });
    }
}

internal sealed class ReinspectionMapping : IEntityTypeConfiguration<Reinspection>
{
    public void Configure(EntityTypeBuilder<Reinspection> builder)
    {
        builder.ToTable("reinspections");
        builder.HasKey(r => r.Id);
        builder.HasOne<RectificationOrder>().WithMany().HasForeignKey(r => r.OrderId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(r => r.OrderId);
        builder.HasIndex(r => r.CaseId);
    }
}
