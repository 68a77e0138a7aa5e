using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Registers;

/// <summary>专家: draws and advises; has no power of enforcement.</summary>
public sealed class Expert : IRegisterEntry
{
    public required string Number { get; set; }

    public required string Name { get; set; }

    public string? Gender { get; set; }

    public string? Employer { get; set; }

    /// <summary>Joined by “;”.</summary>
    public required string Specialities { get; set; }

    public string? Title { get; set; }

    public string? Qualification { get; set; }

    public DateOnly AppointedFrom { get; set; }

    public DateOnly AppointedTo { get; set; }

    /// <summary>在聘、解聘</summary>
    public required string Status { get; set; }

    public string? Phone { get; set; }

    public string? Fee { get; set; }

    /// <summary>评价: how the office found the expert's work.</summary>
    public string? Assessment { get; set; }

    public string? Note { get; set; }

    public Guid? ChangeId { get; set; }

    public DateTime? ChangedAt { get; set; }
}

internal sealed class ExpertMapping : IEntityTypeConfiguration<Expert>
{
    public void Configure(EntityTypeBuilder<Expert> builder)
    {
        builder.ToTable("experts");
        builder.HasKey(e => e.Number);
        builder.Property(e => e.Number).HasMaxLength(32);
        builder.Property(e => e.Name).HasMaxLength(60);
        builder.Property(e => e.Gender).HasMaxLength(4);
        builder.Property(e => e.Employer).HasMaxLength(100);
        builder.Property(e => e.Specialities).HasMaxLength(200);
        builder.Property(e => e.Title).HasMaxLength(60);
        builder.Property(e => e.Qualification).HasMaxLength(100);
        builder.Property(e => e.Status).HasMaxLength(10);
        builder.Property(e => e.Phone).HasMaxLength(20);
        builder.Property(e => e.Fee).HasMaxLength(40);
        builder.Property(e => e.Assessment).HasMaxLength(400);
        builder.Property(e => e.Note).HasMaxLength(400);
    }
}
