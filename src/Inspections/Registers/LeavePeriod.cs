using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Registers;

/// <summary>请假与其他重要公务: a period in which a person cannot be sent. Only approved ones count.</summary>
public sealed class LeavePeriod : IRegisterEntry
{
    public required string Number { get; set; }

    public required string PersonNumber { get; set; }

    public string? PersonName { get; set; }

    public required string Kind { get; set; }

    /// <summary>First day, inclusive.</summary>
    public DateOnly From { get; set; }

    /// <summary>Last day, inclusive.</summary>
    public DateOnly To { get; set; }

    public string? Reason { get; set; }

    public string? Proof { get; set; }

    public string? Approver { get; set; }

    public DateOnly? ApprovedOn { get; set; }

    /// <summary>已批准、待批准、已撤销</summary>
    public required string Status { get; set; }

    public Guid? ChangeId { get; set; }

    public DateTime? ChangedAt { get; set; }
}

internal sealed class LeavePeriodMapping : IEntityTypeConfiguration<LeavePeriod>
{
    public void Configure(EntityTypeBuilder<LeavePeriod> builder)
    {
        builder.ToTable("leave_periods");
        builder.HasKey(e => e.Number);
        builder.HasIndex(e => e.PersonNumber);
        builder.Property(e => e.Number).HasMaxLength(32);
        builder.Property(e => e.PersonNumber).HasMaxLength(32);
        builder.Property(e => e.PersonName).HasMaxLength(60);
        builder.Property(e => e.Kind).HasMaxLength(20);
        builder.Property(e => e.Reason).HasMaxLength(200);
        builder.Property(e => e.Proof).HasMaxLength(200);
        builder.Property(e => e.Approver).HasMaxLength(60);
        builder.Property(e => e.Status).HasMaxLength(10);
    }
}
