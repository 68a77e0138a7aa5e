using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Registers;

/// <summary>A row of a register knows the change that made it what it is; what it was before lies in <see cref="RegisterVersion"/>.</summary>
public interface IRegisterEntry
{
    /// <summary>The <see cref="RegisterChange"/>; null for a row that came with the first installation.</summary>
    Guid? ChangeId { get; set; }

    /// <summary>Since when the row is so, UTC.</summary>
    DateTime? ChangedAt { get; set; }
}

/// <summary>变更: one act upon a register, with who, when and why (law 7). An import is one change of many rows.</summary>
public sealed class RegisterChange
{
    public Guid Id { get; set; }

    /// <summary>As files are imported: <c>inspectees</c>, <c>officers</c> …</summary>
    public required string Kind { get; set; }

    public DateTime At { get; set; }

    public Guid ById { get; set; }

    public required string ByName { get; set; }

    /// <summary>导入、修改、新增、批量修改、移交 (to another section)</summary>
    public required string Act { get; set; }

    public string? Reason { get; set; }

    public string? FileName { get; set; }

    /// <summary>The imported file: its own hash, or the one it is kept under, sealed.</summary>
    public string? FileSha256 { get; set; }

    public int Added { get; set; }

    public int Updated { get; set; }

    /// <summary>报备 with the upper body (S003-06); null: not yet.</summary>
    public Guid? FilingId { get; set; }
}

/// <summary>How a row was until a change: the row itself has what it is now.</summary>
public sealed class RegisterVersion
{
    public required string Kind { get; set; }

    public required string Key { get; set; }

    /// <summary>The change that ended it.</summary>
    public Guid ChangeId { get; set; }

    /// <summary>The change that had made it.</summary>
    public Guid? MadeBy { get; set; }

    public DateTime? FromAt { get; set; }

    public DateTime ToAt { get; set; }

    /// <summary>The row as JSON: names of the database's columns, dates as yyyy-MM-dd.</summary>
    public required string Data { get; set; }
}

/// <summary>报备: what the upper body is told of.</summary>
public static class UnfiledChanges
{
    /// <summary>Changes that were not filed yet; the tables that came with the program are no change of the office.</summary>
    public static IQueryable<RegisterChange> Unfiled(this IQueryable<RegisterChange> changes) => changes.Where(c => c.FilingId == null && (c.Kind != "codes" || c.ById != Guid.Empty));
}

internal sealed class RegisterChangeMapping : IEntityTypeConfiguration<RegisterChange>
{
    public void Configure(EntityTypeBuilder<RegisterChange> builder)
    {
        builder.ToTable("register_changes");
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.HasIndex(c => new { c.Kind, c.At });
        builder.Property(c => c.Kind).HasMaxLength(20);
        builder.Property(c => c.ByName).HasMaxLength(60);
        builder.Property(c => c.Act).HasMaxLength(20);
        builder.Property(c => c.Reason).HasMaxLength(400);
        builder.Property(c => c.FileName).HasMaxLength(200);
        builder.Property(c => c.FileSha256).HasMaxLength(64);
    }
}

internal sealed class RegisterVersionMapping : IEntityTypeConfiguration<RegisterVersion>
{
    public void Configure(EntityTypeBuilder<RegisterVersion> builder)
    {
        builder.ToTable("register_versions");
        builder.HasKey(v => new { v.Kind, v.Key, v.ChangeId });
        builder.HasIndex(v => v.ChangeId);
        builder.Property(v => v.Kind).HasMaxLength(20);
        builder.Property(v => v.Key).HasMaxLength(100);
    }
}
