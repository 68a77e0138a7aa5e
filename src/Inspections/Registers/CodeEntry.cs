using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Registers;

/// <summary>
/// 代码表: one code of a table, kept as a register is: imported, versioned, read as of a date. A column that names a table takes its codes only, once the table has any.
/// </summary>
public sealed class CodeEntry : IRegisterEntry
{
    /// <summary>行政区划 after GB/T 2260.</summary>
    public const string Regions = "GB/T 2260";

    /// <summary>国民经济行业分类 after GB/T 4754.</summary>
    public const string Industries = "GB/T 4754";

    public required string TableName { get; set; }

    public required string Code { get; set; }

    public required string Name { get; set; }

    public string? ParentCode { get; set; }

    /// <summary>Where the table comes from: the standard with its year, or the document.</summary>
    public string? Source { get; set; }

    public DateOnly? EffectiveFrom { get; set; }

    /// <summary>Last day; null: in force. A code that ended stays, for what was registered under it.</summary>
    public DateOnly? EffectiveTo { get; set; }

    public string? Note { get; set; }

    public Guid? ChangeId { get; set; }

    public DateTime? ChangedAt { get; set; }
}

internal sealed class CodeEntryMapping : IEntityTypeConfiguration<CodeEntry>
{
    public void Configure(EntityTypeBuilder<CodeEntry> builder)
    {
        builder.ToTable("code_entries");
        builder.HasKey(e => new { e.TableName, e.Code });
        builder.Property(e => e.TableName).HasMaxLength(40);
        builder.Property(e => e.Code).HasMaxLength(40);
        builder.Property(e => e.Name).HasMaxLength(200);
        builder.Property(e => e.ParentCode).HasMaxLength(40);
        builder.Property(e => e.Source).HasMaxLength(200);
        builder.Property(e => e.Note).HasMaxLength(400);
    }
}
