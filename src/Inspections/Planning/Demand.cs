using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Planning;

/// <summary>抽查需求: handed in by 31 March, later as ad-hoc (S004-12, -13).</summary>
public sealed class Demand : IRegisterEntry
{
    public required string Number { get; set; }

    public required string Unit { get; set; }

    public string? Person { get; set; }

    public DateOnly RaisedOn { get; set; }

    public required string ItemCode { get; set; }

    public string? ItemName { get; set; }

    public required string Reason { get; set; }

    public int? WantedCount { get; set; }

    public DateOnly? PeriodFrom { get; set; }

    public DateOnly? PeriodTo { get; set; }

    public bool IsUrgent { get; set; }

    public string? Handling { get; set; }

    public string? Status { get; set; }

    public Guid? ChangeId { get; set; }

    public DateTime? ChangedAt { get; set; }
}

internal sealed class DemandMapping : IEntityTypeConfiguration<Demand>
{
    public void Configure(EntityTypeBuilder<Demand> builder)
    {
        builder.ToTable("demands");
        builder.HasKey(e => e.Number);
        builder.Property(e => e.Number).HasMaxLength(32);
        builder.Property(e => e.Unit).HasMaxLength(100);
        builder.Property(e => e.Person).HasMaxLength(60);
        builder.Property(e => e.ItemCode).HasMaxLength(20);
        builder.Property(e => e.ItemName).HasMaxLength(200);
        builder.Property(e => e.Reason).HasMaxLength(400);
        builder.Property(e => e.Handling).HasMaxLength(400);
        builder.Property(e => e.Status).HasMaxLength(20);
    }
}
