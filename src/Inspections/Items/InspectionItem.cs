using System.Linq.Expressions;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Items;

/// <summary>抽查事项 of the item list; basis, object, content, method, ratio and frequency are mandatory (S001-09).</summary>
public sealed class InspectionItem : IRegisterEntry
{
    /// <summary>事项类别: the two of S001-07; their shares of random checks are told apart (S004-02, -03).</summary>
    public static IReadOnlyList<string> Categories { get; } = ["市场监管执法事项", "其他行政执法事项"];

    public required string Code { get; set; }

    public int Version { get; set; }

    public DateOnly EffectiveFrom { get; set; }

    public DateOnly? EffectiveTo { get; set; }

    public required string Category { get; set; }

    public required string Name { get; set; }

    /// <summary>子项</summary>
    public string? SubItem { get; set; }

    public required string LegalBasis { get; set; }

    public required string Clauses { get; set; }

    /// <summary>What the clauses say.</summary>
    public string? BasisText { get; set; }

    /// <summary>Where the law is published.</summary>
    public string? BasisLink { get; set; }

    public required string Department { get; set; }

    /// <summary>主体层级: 省级、市级、县级 …</summary>
    public string? DepartmentLevel { get; set; }

    public required string Objects { get; set; }

    /// <summary>Condition over the columns of the object register, as text.</summary>
    public string? ObjectFilter { get; set; }

    public required string Content { get; set; }

    /// <summary>定向、不定向、全面</summary>
    public required string Sampling { get; set; }

    public required string Methods { get; set; }

    /// <summary>0 to 1.</summary>
    public decimal Ratio { get; set; }

    public required string Frequency { get; set; }

    /// <summary>Checks per inspectee and year; null: no cap.</summary>
    public int? YearlyCap { get; set; }

    /// <summary>重点、一般</summary>
    public string? Weight { get; set; }

    public bool IsRandom { get; set; }

    public string? ExclusionCode { get; set; }

    public string? Speciality { get; set; }

    public bool IsJoint { get; set; }

    public string? OwnerSection { get; set; }

    public string? ReviewedBy { get; set; }

    public DateOnly? ReviewedOn { get; set; }

    public string? ReviewOpinion { get; set; }

    public DateOnly? PublishedOn { get; set; }

    public string? Channel { get; set; }

    public string? Note { get; set; }

    public Guid? ChangeId { get; set; }

    public DateTime? ChangedAt { get; set; }

    /// <summary>Whether plans, demands and draws of a day may rest on it: reviewed by the legal office, published and in force (S001-01, -10).</summary>
    public static Expression<Func<InspectionItem, bool>> InForce(DateOnly on) => i => i.ReviewedOn != null && i.PublishedOn != null && i.EffectiveFrom <= on && (i.EffectiveTo == null || i.EffectiveTo >= on);

    /// <summary>The same of an item that is at hand.</summary>
    public bool IsInForce(DateOnly on) => ReviewedOn is not null && PublishedOn is not null && EffectiveFrom <= on && (EffectiveTo is null || EffectiveTo >= on);
}

internal sealed class InspectionItemMapping : IEntityTypeConfiguration<InspectionItem>
{
    public void Configure(EntityTypeBuilder<InspectionItem> builder)
    {
        builder.ToTable("inspection_items");
        builder.HasKey(e => new { e.Code, e.Version });
        builder.Property(e => e.Code).HasMaxLength(20);
        builder.Property(e => e.Category).HasMaxLength(20);
        builder.Property(e => e.Name).HasMaxLength(200);
        builder.Property(e => e.LegalBasis).HasMaxLength(600);
        builder.Property(e => e.Clauses).HasMaxLength(600);
        builder.Property(e => e.SubItem).HasMaxLength(200);
        builder.Property(e => e.BasisText).HasMaxLength(2000);
        builder.Property(e => e.BasisLink).HasMaxLength(400);
        builder.Property(e => e.Department).HasMaxLength(100);
        builder.Property(e => e.DepartmentLevel).HasMaxLength(20);
        builder.Property(e => e.Objects).HasMaxLength(400);
        builder.Property(e => e.ObjectFilter).HasMaxLength(400);
        builder.Property(e => e.Content).HasMaxLength(600);
        builder.Property(e => e.Sampling).HasMaxLength(10);
        builder.Property(e => e.Methods).HasMaxLength(100);
        builder.Property(e => e.Frequency).HasMaxLength(60);
        builder.Property(e => e.Weight).HasMaxLength(10);
        builder.Property(e => e.ExclusionCode).HasMaxLength(2);
        builder.Property(e => e.Speciality).HasMaxLength(100);
        builder.Property(e => e.OwnerSection).HasMaxLength(100);
        builder.Property(e => e.ReviewedBy).HasMaxLength(60);
        builder.Property(e => e.ReviewOpinion).HasMaxLength(400);
        builder.Property(e => e.Channel).HasMaxLength(200);
        builder.Property(e => e.Note).HasMaxLength(400);
    }
}
