using DoubleRandom.Inspections.Cases;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Transfers;

/// <summary>案件(线索)移送: what another body is competent for (安全生产法 art. 69).</summary>
public sealed class LeadTransfer
{
    public Guid Id { get; set; }

    public Guid CaseId { get; set; }

    public required string InspectionNo { get; set; }

    public required string TargetBody { get; set; }

    public required string Facts { get; set; }

    public required string Materials { get; set; }

    public DateOnly SentOn { get; set; }

    public required string ApprovedByName { get; set; }

    /// <summary>The day a reply is asked for; inclusive.</summary>
    public DateOnly ReplyDueOn { get; set; }

    public DateOnly? ReceivedOn { get; set; }

    public string? Receiver { get; set; }

    public string? Reply { get; set; }

    public int Revision { get; set; }
}

internal sealed class LeadTransferMapping : IEntityTypeConfiguration<LeadTransfer>
{
    public void Configure(EntityTypeBuilder<LeadTransfer> builder)
    {
        builder.ToTable("lead_transfers");
        builder.HasKey(t => t.Id);
        builder.Property(t => t.InspectionNo).HasMaxLength(InspectionCase.NumberMaxLength);
        builder.Property(t => t.TargetBody).HasMaxLength(InspectionCase.NameMaxLength);
        builder.Property(t => t.Revision).IsConcurrencyToken();
        builder.HasOne<InspectionCase>().WithMany().HasForeignKey(t => t.CaseId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(t => t.CaseId);
        builder.HasIndex(t => t.ReplyDueOn);
    }
}
