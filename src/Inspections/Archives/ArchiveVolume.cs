using System.Text.Json;
using DoubleRandom.Inspections.Cases;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Archives;

/// <summary>一企一册: the booklet of one inspectee (S000-16). Opened with its first volume and kept for ever.</summary>
public sealed class EnterpriseFile
{
    public required string InspecteeNumber { get; set; }

    /// <summary>As it was called when the last volume was bound.</summary>
    public required string InspecteeName { get; set; }

    /// <summary>Catalogue number of the last volume.</summary>
    public int Volumes { get; set; }

    public DateOnly OpenedOn { get; set; }

    public int Revision { get; set; }
}

/// <summary>卷: one archived inspection in its inspectee's booklet. Never changed after it is bound.</summary>
public sealed class ArchiveVolume
{
    /// <summary>Keeping period of the booklet.</summary>
    public const string KeepingPeriod = "永久";

    public Guid Id { get; set; }

    public required string InspecteeNumber { get; set; }

    /// <summary>Catalogue number in the booklet: 1, 2, 3 … without gaps.</summary>
    public int CatalogueNo { get; set; }

    /// <summary>档案号: the inspectee's number and the catalogue number, CX00001-001.</summary>
    public required string ArchiveNo { get; set; }

    public Guid CaseId { get; set; }

    public required string InspectionNo { get; set; }

    /// <summary>JSON array of <see cref="FileEntry"/>.</summary>
    public required string IndexJson { get; set; }

    /// <summary>SHA-256 of the canonical JSON of the index: what lies in the volume can be proved later.</summary>
    public required string IndexHash { get; set; }

    public DateOnly ArchivedOn { get; set; }

    public required string ArchivedByName { get; set; }

    public IReadOnlyList<FileEntry> Index => JsonSerializer.Deserialize<FileEntry[]>(IndexJson)!;
}

/// <summary>A line of the 卷内目录.</summary>
/// <param name="Position">From 1.</param>
/// <param name="Part">Part of the file: 审批, 现场检查, 整改, 处罚 …</param>
/// <param name="Number">Document number, or the number in its register.</param>
/// <param name="Id">Id of the row the line stands for.</param>
/// <param name="Sha256">Of the bytes, where they are kept: documents and evidence.</param>
public sealed record FileEntry(int Position, string Part, string Title, string? Number, DateOnly? On, Guid Id, string? Sha256 = null);

internal sealed class EnterpriseFileMapping : IEntityTypeConfiguration<EnterpriseFile>
{
    public void Configure(EntityTypeBuilder<EnterpriseFile> builder)
    {
        builder.ToTable("enterprise_files");
        builder.HasKey(f => f.InspecteeNumber);
        builder.Property(f => f.InspecteeNumber).HasMaxLength(InspectionCase.NumberMaxLength);
        builder.Property(f => f.InspecteeName).HasMaxLength(InspectionCase.NameMaxLength);
        builder.Property(f => f.Revision).IsConcurrencyToken();
    }
}

internal sealed class ArchiveVolumeMapping : IEntityTypeConfiguration<ArchiveVolume>
{
    public void Configure(EntityTypeBuilder<ArchiveVolume> builder)
    {
        builder.ToTable("archive_volumes");
        builder.HasKey(v => v.Id);
        builder.Property(v => v.InspecteeNumber).HasMaxLength(InspectionCase.NumberMaxLength);
        builder.Property(v => v.InspectionNo).HasMaxLength(InspectionCase.NumberMaxLength);
        builder.Property(v => v.ArchiveNo).HasMaxLength(60);
        builder.Property(v => v.IndexHash).HasMaxLength(64);
        builder.Ignore(v => v.Index);
        builder.HasOne<EnterpriseFile>().WithMany().HasForeignKey(v => v.InspecteeNumber).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<InspectionCase>().WithMany().HasForeignKey(v => v.CaseId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(v => v.CaseId).IsUnique();
        builder.HasIndex(v => new { v.InspecteeNumber, v.CatalogueNo }).IsUnique();
    }
}
