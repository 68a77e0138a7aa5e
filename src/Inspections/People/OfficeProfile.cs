using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.People;

/// <summary>机构信息: the one office this installation serves, taken in with <c>import organisation</c>.</summary>
public sealed class OfficeProfile
{
    /// <summary>There is one office a database.</summary>
    public const string TheOffice = "office";

    internal static readonly JsonSerializerOptions Reading = new(JsonSerializerDefaults.Web) { AllowTrailingCommas = true, ReadCommentHandling = JsonCommentHandling.Skip };

    private Organisation? _data;

    public string Key { get; set; } = TheOffice;

    public required string Name { get; set; }

    public string? ShortName { get; set; }

    public required string RegionCode { get; set; }

    public required string RegionName { get; set; }

    /// <summary>应急、城管、市监</summary>
    public string? Profile { get; set; }

    /// <summary>The file as the office wrote it: an export gives it back unchanged.</summary>
    public required string Json { get; set; }

    public Organisation Data => _data ??= JsonSerializer.Deserialize<Organisation>(Json, Reading)!;

    /// <summary>The office's profile; null when none was taken in.</summary>
    public static Task<OfficeProfile?> CurrentAsync(DbContext db, CancellationToken cancellationToken = default)
        => db.Set<OfficeProfile>().AsNoTracking().SingleOrDefaultAsync(p => p.Key == TheOffice, cancellationToken);
}

internal sealed class OfficeProfileMapping : IEntityTypeConfiguration<OfficeProfile>
{
    public void Configure(EntityTypeBuilder<OfficeProfile> builder)
    {
        builder.ToTable("office_profiles");
        builder.HasKey(p => p.Key);
        builder.Ignore(p => p.Data);
        builder.Property(p => p.Key).HasMaxLength(16);
        builder.Property(p => p.Name).HasMaxLength(100);
        builder.Property(p => p.ShortName).HasMaxLength(40);
        builder.Property(p => p.RegionCode).HasMaxLength(6);
        builder.Property(p => p.RegionName).HasMaxLength(60);
        builder.Property(p => p.Profile).HasMaxLength(20);
    }
}
