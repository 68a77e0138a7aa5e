using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Calendars;

/// <summary>
/// A day on which the office differs from the national notice: the holiday of an autonomous area (民族区域自治法; 全国年节及纪念日放假办法 art. 4), a day the
/// office was closed or worked by an order. It stays beside the notice, so a corrected notice does not lose it.
/// </summary>
public sealed class CalendarException
{
    public const int ScopeMaxLength = 40;
    public const int DocumentMaxLength = 120;

    public DateOnly On { get; set; }

    public SpecialDayKind Kind { get; set; }

    public required string Name { get; set; }

    /// <summary>Where it holds, as its document says: the autonomous area, the county, the office.</summary>
    public required string Scope { get; set; }

    /// <summary>Number or title of what ordered it.</summary>
    public required string Document { get; set; }

    public required string AddedByName { get; set; }

    public DateTime AddedAt { get; set; }

    public int Revision { get; set; }
}

internal sealed class CalendarExceptionMapping : IEntityTypeConfiguration<CalendarException>
{
    public void Configure(EntityTypeBuilder<CalendarException> builder)
    {
        builder.ToTable("calendar_exceptions");
        builder.HasKey(e => e.On);
        builder.Property(e => e.Name).HasMaxLength(CalendarDay.NameMaxLength);
        builder.Property(e => e.Scope).HasMaxLength(CalendarException.ScopeMaxLength);
        builder.Property(e => e.Document).HasMaxLength(CalendarException.DocumentMaxLength);
        builder.Property(e => e.AddedByName).HasMaxLength(100);
        builder.Property(e => e.Revision).IsConcurrencyToken();
    }
}
