using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Findings;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Hazards;

public enum HazardStatus { Proposed, ListingRefused, Listed, Treating, Accepted, Delisted }

/// <summary>Why a hazard is exposed publicly (S000-20): 隐瞒不报, 逾期不整改, 整改不到位.</summary>
public enum ExposureReason { Concealed, Overdue, Insufficient }

/// <summary>The statute's words for <see cref="ExposureReason"/>.</summary>
public static class ExposureWords
{
    public static string Of(ExposureReason reason) => reason switch
    {
        ExposureReason.Concealed => "隐瞒不报",
        ExposureReason.Overdue => "逾期不整改",
        _ => "整改不到位",
    };
}

/// <summary>重大事故隐患挂牌督办: proposed by the bureau, listed and delisted by the government.</summary>
public sealed class MajorHazard
{
    public Guid Id { get; set; }

    /// <summary>The first of the findings it covers.</summary>
    public Guid FindingId { get; set; }

    /// <summary>All findings it covers, <c>;</c> between; empty: the first alone.</summary>
    public string FindingIds { get; set; } = "";

    public Guid CaseId { get; set; }

    public required string InspectionNo { get; set; }

    public required string InspecteeNumber { get; set; }

    public required string InspecteeName { get; set; }

    public HazardStatus Status { get; set; }

    public required string Description { get; set; }

    /// <summary>The clause of the 判定标准.</summary>
    public required string Criterion { get; set; }

    /// <summary>治理责任单位.</summary>
    public required string ResponsibleUnit { get; set; }

    public DateOnly ProposedOn { get; set; }

    public required string ProposedByName { get; set; }

    public string? ListNo { get; set; }

    public DateOnly? ListedOn { get; set; }

    public string? ListedByName { get; set; }

    /// <summary>督办单位.</summary>
    public string? SupervisingUnit { get; set; }

    /// <summary>Last day of the treatment, inclusive; a year from listing at most.</summary>
    public DateOnly? DueOn { get; set; }

    /// <summary>停产停业范围.</summary>
    public string? Stoppage { get; set; }

    /// <summary>Last day to hand in the treatment plan; inclusive.</summary>
    public DateOnly? PlanDueOn { get; set; }

    public string? RefusalReason { get; set; }

    /// <summary>五落实: 责任.</summary>
    public string? PlanResponsibility { get; set; }

    public string? PlanMeasures { get; set; }

    public string? PlanFunds { get; set; }

    public string? PlanSchedule { get; set; }

    public string? PlanContingency { get; set; }

    public DateOnly? PlanOn { get; set; }

    /// <summary>治理完成报告: the day the treatment was reported done; acceptance counts from it.</summary>
    public DateOnly? CompletedOn { get; set; }

    public string? CompletionReport { get; set; }

    public int Extensions { get; set; }

    /// <summary>The extension asked for and not yet decided.</summary>
    public DateOnly? ExtensionAskedFor { get; set; }

    public DateOnly? ExtensionAskedOn { get; set; }

    public string? ExtensionReason { get; set; }

    /// <summary>What the authority decided about it last.</summary>
    public bool? ExtensionGranted { get; set; }

    public DateOnly? ExtensionDecidedOn { get; set; }

    public string? ExtensionDecidedByName { get; set; }

    public string? ExtensionOpinion { get; set; }

    public DateOnly? ExposedOn { get; set; }

    public ExposureReason? Exposure { get; set; }

    public DateOnly? AcceptedOn { get; set; }

    public string? AcceptanceOpinion { get; set; }

    /// <summary>验收人员, 、 between.</summary>
    public string? AcceptanceMembers { get; set; }

    /// <summary>Acceptances that failed.</summary>
    public int FailedAcceptances { get; set; }

    public DateOnly? DelistedOn { get; set; }

    public string? DelistedByName { get; set; }

    /// <summary>摘牌通知书 of the government.</summary>
    public string? DelistNo { get; set; }

    /// <summary>恢复生产条件.</summary>
    public string? ResumeConditions { get; set; }

    public int Revision { get; set; }

    public string Chain => $"case/{InspectionNo}";

    public IReadOnlyList<Guid> Findings => FindingIds.Length == 0 ? [FindingId] : [.. FindingIds.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(Guid.Parse)];
}

/// <summary>进展月报.</summary>
public sealed class HazardProgress
{
    public Guid Id { get; set; }

    public Guid HazardId { get; set; }

    public DateOnly On { get; set; }

    public required string Text { get; set; }

    /// <summary>0 to 100.</summary>
    public int Percent { get; set; }

    public required string RecordedByName { get; set; }

    public DateTime RecordedAt { get; set; }
}

internal sealed class MajorHazardMapping : IEntityTypeConfiguration<MajorHazard>
{
    public void Configure(EntityTypeBuilder<MajorHazard> builder)
    {
        builder.ToTable("major_hazards");
        builder.HasKey(h => h.Id);
        builder.Property(h => h.InspectionNo).HasMaxLength(InspectionCase.NumberMaxLength);
        builder.Property(h => h.InspecteeNumber).HasMaxLength(InspectionCase.NumberMaxLength);
        builder.Property(h => h.InspecteeName).HasMaxLength(InspectionCase.NameMaxLength);
        builder.Property(h => h.ListNo).HasMaxLength(60);
        builder.Property(h => h.Revision).IsConcurrencyToken();
        builder.Property(h => h.DelistNo).HasMaxLength(60);
        builder.Ignore(h => h.Chain).Ignore(h => h.Findings);
        builder.HasOne<Finding>().WithMany().HasForeignKey(h => h.FindingId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(h => h.FindingId);
        builder.HasIndex(h => h.CaseId);
        builder.HasIndex(h => h.InspecteeNumber);
        builder.HasIndex(h => new { h.Status, h.DueOn });
    }
}

internal sealed class HazardProgressMapping : IEntityTypeConfiguration<HazardProgress>
{
    public void Configure(EntityTypeBuilder<HazardProgress> builder)
    {
        builder.ToTable("hazard_progress");
        builder.HasKey(p => p.Id);
        builder.HasOne<MajorHazard>().WithMany().HasForeignKey(p => p.HazardId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(p => new { p.HazardId, p.On });
    }
}
