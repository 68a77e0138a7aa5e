using DoubleRandom.Inspections.Cases;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Credit;

/// <summary>检查, 处罚, 挂牌, 曝光, 列入名单, 移出名单, 修复, 激励.</summary>
public enum CreditKind { Inspection, Penalty, HazardListing, Exposure, ListedAsDiscredited, RemovedFromList, Repair, Commendation }

/// <summary>信用档案: one entry in an inspectee's credit archive. Entries are added, never changed; a repair is another entry.</summary>
public sealed class CreditEntry
{
    public Guid Id { get; set; }

    public required string InspecteeNumber { get; set; }

    public CreditKind Kind { get; set; }

    /// <summary>Number of the inspection, penalty or listing it follows from.</summary>
    public required string SourceNo { get; set; }

    public required string Text { get; set; }

    public DateOnly On { get; set; }

    /// <summary>Last day it counts, inclusive; null: without end.</summary>
    public DateOnly? ExpiresOn { get; set; }

    /// <summary>严重失信: the longer periods apply.</summary>
    public bool Serious { get; set; }

    /// <summary>First day a repair may be asked for; null: there is nothing to repair.</summary>
    public DateOnly? EarliestRepairOn { get; set; }

    public required string RecordedByName { get; set; }

    public DateTime RecordedAt { get; set; }
}

internal sealed class CreditEntryMapping : IEntityTypeConfiguration<CreditEntry>
{
    public void Configure(EntityTypeBuilder<CreditEntry> builder)
    {
        builder.ToTable("credit_entries");
        builder.HasKey(e => e.Id);
        builder.Property(e => e.InspecteeNumber).HasMaxLength(InspectionCase.NumberMaxLength);
        builder.Property(e => e.SourceNo).HasMaxLength(60);
        builder.HasIndex(e => new { e.InspecteeNumber, e.Kind, e.SourceNo }).IsUnique();
    }
}
