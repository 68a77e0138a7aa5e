using System.Text.Json.Serialization;
using DoubleRandom.Inspections.Deadlines;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Supervision;

/// <summary>Ordered (已发出), Answered (已回复), Closed (已核销).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SupervisionStatus>))]
public enum SupervisionStatus { Ordered, Answered, Closed }

/// <summary>督办单: the escalation officer asks the section why a matter is late and what will be done; closed when the matter itself is.</summary>
public sealed class SupervisionOrder
{
    public const int TextMaxLength = 2000;

    public Guid Id { get; set; }

    /// <summary><c>督YYYY-NNN</c>, in order of the year; unique.</summary>
    public required string OrderNo { get; set; }

    public Guid DeadlineId { get; set; }

    /// <summary>The late case's number.</summary>
    public required string CaseNo { get; set; }

    /// <summary>The late matter, as the deadline names it.</summary>
    public required string Title { get; set; }

    public SupervisionStatus Status { get; set; }

    public required string Requirement { get; set; }

    public DateOnly OrderedOn { get; set; }

    public Guid OrderedById { get; set; }

    public required string OrderedByName { get; set; }

    /// <summary>Why it is late, in the section's words.</summary>
    public string? Cause { get; set; }

    public string? Measures { get; set; }

    /// <summary>The day by which the section promises to be done; inclusive.</summary>
    public DateOnly? PromisedOn { get; set; }

    public Guid? AnsweredById { get; set; }

    public string? AnsweredByName { get; set; }

    public DateOnly? AnsweredOn { get; set; }

    public string? Opinion { get; set; }

    public DateOnly? ClosedOn { get; set; }

    public int Revision { get; set; }

    public string Chain => $"case/{CaseNo}";
}

internal sealed class SupervisionOrderMapping : IEntityTypeConfiguration<SupervisionOrder>
{
    public void Configure(EntityTypeBuilder<SupervisionOrder> builder)
    {
        builder.ToTable("supervision_orders");
        builder.HasKey(o => o.Id);
        builder.Property(o => o.Id).ValueGeneratedNever();
        builder.Property(o => o.OrderNo).HasMaxLength(20);
        builder.Property(o => o.CaseNo).HasMaxLength(60);
        builder.Property(o => o.Title).HasMaxLength(Deadline.TitleMaxLength);
        builder.Property(o => o.Revision).IsConcurrencyToken();
        builder.Ignore(o => o.Chain);
        builder.HasIndex(o => o.OrderNo).IsUnique();
        builder.HasIndex(o => o.DeadlineId);
        builder.HasOne<Deadline>().WithMany().HasForeignKey(o => o.DeadlineId).OnDelete(DeleteBehavior.Restrict);
    }
}
