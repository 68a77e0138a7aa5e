using DoubleRandom.Inspections.Cases;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Findings;

/// <summary>符合, 不符合, 不适用.</summary>
public enum CheckOutcome { Conforms, Fails, NotApplicable }

/// <summary>隐患分级 (安全生产法 art. 41): 一般, 重大.</summary>
public enum HazardGrade { General, Major }

/// <summary>检查项: an entry of the checklist as it stood when the site plan was made, and its result.</summary>
public sealed class CheckResult
{
    public const int CodeMaxLength = 40;

    public Guid Id { get; set; }

    public Guid CaseId { get; set; }

    /// <summary>Place in the checklist, from 1.</summary>
    public int Position { get; set; }

    public required string Code { get; set; }

    public required string Content { get; set; }

    public string? Method { get; set; }

    /// <summary>Clause of law or standard the entry is checked against.</summary>
    public string? Basis { get; set; }

    public string? PenaltyBasis { get; set; }

    public HazardGrade DefaultGrade { get; set; }

    /// <summary>Clause of the 判定标准 that makes a failure of this entry major, where the checklist names one.</summary>
    public string? MajorCriterion { get; set; }

    /// <summary>不符合处置建议 of the checklist.</summary>
    public string? Advice { get; set; }

    /// <summary>必查: may not stay blank.</summary>
    public bool Mandatory { get; set; }

    /// <summary>Null until checked.</summary>
    public CheckOutcome? Outcome { get; set; }

    public string? Note { get; set; }

    public string? RecordedByName { get; set; }

    public DateTime? RecordedAt { get; set; }
}

internal sealed class CheckResultMapping : IEntityTypeConfiguration<CheckResult>
{
    public void Configure(EntityTypeBuilder<CheckResult> builder)
    {
        builder.ToTable("check_results");
        builder.HasKey(r => r.Id);
        builder.Property(r => r.Code).HasMaxLength(CheckResult.CodeMaxLength);
        builder.HasOne<InspectionCase>().WithMany().HasForeignKey(r => r.CaseId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(r => new { r.CaseId, r.Code }).IsUnique();
    }
}
