using DoubleRandom.Inspections.Cases;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Credit;

/// <summary>建议列入, 不列入, 已告知, 已列入, 不予列入, 已移出.</summary>
public enum DiscreditStatus { Proposed, NotProposed, Noticed, Listed, Refused, Removed }

/// <summary>列入的情形 (S000-20): 重大隐患隐瞒不报, 逾期不整改, 整改不到位; 受到行政处罚; 拒绝检查.</summary>
public enum DiscreditGround { HazardConcealed, HazardOverdue, HazardInsufficient, Punished, RefusedCheck }

/// <summary>列入严重失信主体名单: proposed by the legal section, told to the party, decided by the director; three years, out after twelve months at the earliest.</summary>
public sealed class DiscreditProposal
{
    /// <summary>The flag in the object register while listed.</summary>
    public const string RegisterFlag = "安全生产严重失信主体";

    public Guid Id { get; set; }

    /// <summary>The penalty, hazard or inspection it follows from.</summary>
    public Guid SubjectId { get; set; }

    public required string SourceNo { get; set; }

    public required string InspectionNo { get; set; }

    public required string InspecteeNumber { get; set; }

    public required string InspecteeName { get; set; }

    public DiscreditStatus Status { get; set; }

    public DiscreditGround? Ground { get; set; }

    public required string Facts { get; set; }

    public DateOnly ProposedOn { get; set; }

    public Guid ProposedById { get; set; }

    public required string ProposedByName { get; set; }

    public DateOnly? NoticeOn { get; set; }

    public string? NoticeTo { get; set; }

    /// <summary>Last day to state and defend; inclusive.</summary>
    public DateOnly? StatementUntil { get; set; }

    public bool? StatementWaived { get; set; }

    public string? StatementText { get; set; }

    public string? StatementReview { get; set; }

    public DateOnly? DecidedOn { get; set; }

    public string? DecidedByName { get; set; }

    public string? Opinion { get; set; }

    /// <summary>Last day on the list; inclusive.</summary>
    public DateOnly? ListedUntil { get; set; }

    public DateOnly? RemovedOn { get; set; }

    public int Revision { get; set; }

    public string Chain => $"case/{InspectionNo}";
}

/// <summary>信用修复: what the party asked for, with its proof, and the decision.</summary>
public sealed class CreditRepair
{
    public Guid Id { get; set; }

    public Guid EntryId { get; set; }

    public required string InspecteeNumber { get; set; }

    public DateOnly AskedOn { get; set; }

    /// <summary>信用承诺.</summary>
    public required string Commitment { get; set; }

    /// <summary>履行义务、纠正违法行为的证明.</summary>
    public required string Proof { get; set; }

    public Guid RecordedById { get; set; }

    public required string RecordedByName { get; set; }

    /// <summary>Null while undecided.</summary>
    public bool? Granted { get; set; }

    public DateOnly? DecidedOn { get; set; }

    public string? DecidedByName { get; set; }

    public string? Opinion { get; set; }

    public int Revision { get; set; }
}

internal sealed class DiscreditProposalMapping : IEntityTypeConfiguration<DiscreditProposal>
{
    public void Configure(EntityTypeBuilder<DiscreditProposal> builder)
    {
        builder.ToTable("discredit_proposals");
        builder.HasKey(p => p.Id);
        builder.Property(p => p.SourceNo).HasMaxLength(60);
        builder.Property(p => p.InspectionNo).HasMaxLength(InspectionCase.NumberMaxLength);
        builder.Property(p => p.InspecteeNumber).HasMaxLength(InspectionCase.NumberMaxLength);
        builder.Property(p => p.InspecteeName).HasMaxLength(InspectionCase.NameMaxLength);
        builder.Property(p => p.Revision).IsConcurrencyToken();
        builder.Ignore(p => p.Chain);
        builder.HasIndex(p => p.SubjectId);
        builder.HasIndex(p => new { p.InspecteeNumber, p.Status });
    }
}

internal sealed class CreditRepairMapping : IEntityTypeConfiguration<CreditRepair>
{
    public void Configure(EntityTypeBuilder<CreditRepair> builder)
    {
        builder.ToTable("credit_repairs");
        builder.HasKey(r => r.Id);
        builder.Property(r => r.InspecteeNumber).HasMaxLength(InspectionCase.NumberMaxLength);
        builder.Property(r => r.Revision).IsConcurrencyToken();
        builder.HasOne<CreditEntry>().WithMany().HasForeignKey(r => r.EntryId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(r => r.EntryId);
    }
}
