using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Calendars;

/// <summary>A year's calendar as loaded by the office; it comes before the embedded one.</summary>
public sealed class CalendarYear
{
    public int Year { get; set; }

    public CalendarStatus Status { get; set; }

    /// <summary>1 for the first load of the year, one more with each change.</summary>
    public int Version { get; set; }

    public DateTime LoadedAt { get; set; }

    public required string LoadedByName { get; set; }

    public int Revision { get; set; }
}

/// <summary>A day of a loaded year that differs from its week.</summary>
public sealed class CalendarDay
{
    public const int NameMaxLength = 40;

    public DateOnly On { get; set; }

    public int Year { get; set; }

    public SpecialDayKind Kind { get; set; }

    public required string Name { get; set; }
}

internal sealed class CalendarYearMapping : IEntityTypeConfiguration<CalendarYear>
{
    public void Configure(EntityTypeBuilder<CalendarYear> builder)
    {
        builder.ToTable("calendar_years");
        builder.HasKey(y => y.Year);
        builder.Property(y => y.Year).ValueGeneratedNever();
        builder.Property(y => y.LoadedByName).HasMaxLength(100);
        builder.Property(y => y.Revision).IsConcurrencyToken();
    }
}

internal sealed class CalendarDayMapping : IEntityTypeConfiguration<CalendarDay>
{
    public void Configure(EntityTypeBuilder<CalendarDay> builder)
    {
        builder.ToTable("calendar_days");
        builder.HasKey(d => d.On);
        builder.Property(d => d.Name).HasMaxLength(CalendarDay.NameMaxLength);
        builder.HasIndex(d => d.Year);
    }
}
