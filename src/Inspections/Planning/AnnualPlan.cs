using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Planning;

/// <summary>草拟、已审核、已批准、政府已批准、已公布</summary>
public enum PlanStatus { Draft, Reviewed, Approved, GovernmentApproved, Published }

/// <summary>年度抽查工作计划: the lines of one plan number on their way from the draft to the public (S001-14, -16).</summary>
public sealed class AnnualPlan
{
    public Guid Id { get; set; }

    /// <summary>计划编号 of its lines: 崇应急抽计〔2026〕1号.</summary>
    public required string PlanNo { get; set; }

    public int Year { get; set; }

    /// <summary>From 1; a change of an approved plan makes the next (S001-39).</summary>
    public int Version { get; set; }

    public PlanStatus Status { get; set; }

    /// <summary>Why the version was opened; null for the first.</summary>
    public string? ChangeReason { get; set; }

    /// <summary>JSON of <see cref="PlanCapacity"/>, as compiled.</summary>
    public string? CapacityJson { get; set; }

    public string? Explanation { get; set; }

    public Guid? SubmittedById { get; set; }

    public string? SubmittedByName { get; set; }

    public DateTime? SubmittedAt { get; set; }

    /// <summary>SHA-256 of the lines as they were submitted: whoever decides after that decides on these.</summary>
    public string? SubmittedHash { get; set; }

    public string? ReviewedByName { get; set; }

    public string? ReviewOpinion { get; set; }

    public DateOnly? ReviewedOn { get; set; }

    public string? ApprovedByName { get; set; }

    public string? ApprovalOpinion { get; set; }

    public DateOnly? ApprovedOn { get; set; }

    public string? GovernmentByName { get; set; }

    /// <summary>批准文号 of the government at the same level.</summary>
    public string? GovernmentNo { get; set; }

    public DateOnly? GovernmentOn { get; set; }

    public DateOnly? PublishedOn { get; set; }

    /// <summary>Why it was sent back and by whom, until the director approves it.</summary>
    public string? ReturnReason { get; set; }

    public Guid CreatedById { get; set; }

    public DateTime CreatedAt { get; set; }

    public int Revision { get; set; }

    public string Chain => $"plan/{PlanNo}";
}

/// <summary>A version as it was approved: what campaigns are made from, whatever is imported later.</summary>
public sealed class PlanVersion
{
    public Guid PlanId { get; set; }

    public int Version { get; set; }

    /// <summary>JSON array of <see cref="PlanLine"/>.</summary>
    public required string LinesJson { get; set; }

    public required string LinesHash { get; set; }

    /// <summary>Against the version before: JSON array of line, field, before, after; empty for the first.</summary>
    public required string DifferenceJson { get; set; }

    public string? Reason { get; set; }

    public required string FixedByName { get; set; }

    public DateTime FixedAt { get; set; }

    /// <summary>批准机关 and 批准文号 of this version.</summary>
    public string? GovernmentByName { get; set; }

    public string? GovernmentNo { get; set; }

    public DateOnly? GovernmentOn { get; set; }

    /// <summary>Null: not public yet.</summary>
    public DateOnly? PublishedOn { get; set; }
}

internal sealed class AnnualPlanMapping : IEntityTypeConfiguration<AnnualPlan>
{
    public void Configure(EntityTypeBuilder<AnnualPlan> builder)
    {
        builder.ToTable("annual_plans");
        builder.HasKey(p => p.Id);
        builder.Ignore(p => p.Chain);
        builder.HasIndex(p => p.PlanNo).IsUnique();
        builder.Property(p => p.PlanNo).HasMaxLength(60);
        builder.Property(p => p.ChangeReason).HasMaxLength(400);
        builder.Property(p => p.SubmittedByName).HasMaxLength(60);
        builder.Property(p => p.SubmittedHash).HasMaxLength(64);
        builder.Property(p => p.ReviewedByName).HasMaxLength(60);
        builder.Property(p => p.ApprovedByName).HasMaxLength(60);
        builder.Property(p => p.GovernmentByName).HasMaxLength(60);
        builder.Property(p => p.GovernmentNo).HasMaxLength(100);
        builder.Property(p => p.Revision).IsConcurrencyToken();
    }
}

internal sealed class PlanVersionMapping : IEntityTypeConfiguration<PlanVersion>
{
    public void Configure(EntityTypeBuilder<PlanVersion> builder)
    {
        builder.ToTable("plan_versions");
        builder.HasKey(v => new { v.PlanId, v.Version });
        builder.Property(v => v.LinesHash).HasMaxLength(64);
        builder.Property(v => v.Reason).HasMaxLength(400);
        builder.Property(v => v.FixedByName).HasMaxLength(60);
        builder.Property(v => v.GovernmentByName).HasMaxLength(60);
        builder.Property(v => v.GovernmentNo).HasMaxLength(100);
    }
}
