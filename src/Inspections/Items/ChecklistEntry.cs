using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Items;

/// <summary>检查表条目: one point that is checked (S000-27).</summary>
public sealed class ChecklistEntry : IRegisterEntry
{
    public required string TemplateCode { get; set; }

    public required string TemplateName { get; set; }

    public int TemplateVersion { get; set; }

    public DateOnly EffectiveFrom { get; set; }

    public required string ItemCode { get; set; }

    public required string EntryCode { get; set; }

    public int Sequence { get; set; }

    public string? Group { get; set; }

    public required string Content { get; set; }

    public string? Method { get; set; }

    public required string Basis { get; set; }

    public required string Clause { get; set; }

    public required string Verdicts { get; set; }

    /// <summary>一般、重大; empty for items that are not about safety.</summary>
    public string? DefaultGrade { get; set; }

    public string? MajorCriterion { get; set; }

    public string? Advice { get; set; }

    /// <summary>处罚依据: what punishes it where it is not right.</summary>
    public string? PenaltyBasis { get; set; }

    /// <summary>裁量基准: the office's discretion standard, by name or address.</summary>
    public string? Discretion { get; set; }

    public bool IsMandatory { get; set; }

    public bool NeedsEvidence { get; set; }

    /// <summary>专家A、专家B</summary>
    public string? Expert { get; set; }

    public string? Note { get; set; }

    public Guid? ChangeId { get; set; }

    public DateTime? ChangedAt { get; set; }
}

internal sealed class ChecklistEntryMapping : IEntityTypeConfiguration<ChecklistEntry>
{
    public void Configure(EntityTypeBuilder<ChecklistEntry> builder)
    {
        builder.ToTable("checklist_entries");
        builder.HasKey(e => e.EntryCode);
        builder.Property(e => e.TemplateCode).HasMaxLength(40);
        builder.Property(e => e.TemplateName).HasMaxLength(100);
        builder.Property(e => e.ItemCode).HasMaxLength(20);
        builder.Property(e => e.EntryCode).HasMaxLength(40);
        builder.Property(e => e.Group).HasMaxLength(40);
        builder.Property(e => e.Content).HasMaxLength(400);
        builder.Property(e => e.Method).HasMaxLength(200);
        builder.Property(e => e.Basis).HasMaxLength(200);
        builder.Property(e => e.Clause).HasMaxLength(200);
        builder.Property(e => e.Verdicts).HasMaxLength(100);
        builder.Property(e => e.DefaultGrade).HasMaxLength(10);
        builder.Property(e => e.MajorCriterion).HasMaxLength(400);
        builder.Property(e => e.Advice).HasMaxLength(100);
        builder.Property(e => e.PenaltyBasis).HasMaxLength(400);
        builder.Property(e => e.Discretion).HasMaxLength(400);
        builder.Property(e => e.Expert).HasMaxLength(20);
        builder.Property(e => e.Note).HasMaxLength(400);
    }
}
