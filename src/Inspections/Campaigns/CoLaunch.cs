using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Campaigns;

/// <summary>会同单位: a team or section that the initiator launches the campaign with (会同执法支队、专业大队启动, S004-15). Its head signs the scheme before a leader of the office approves it.</summary>
public sealed class CoLaunch
{
    public const int Max = 10;
    public const int OpinionMaxLength = 400;

    public Guid Id { get; set; }

    public Guid CampaignId { get; set; }

    /// <summary>内设机构, as the accounts have it.</summary>
    public required string Unit { get; set; }

    /// <summary>Null: it has not said yet.</summary>
    public bool? Agreed { get; set; }

    public Guid? SignedById { get; set; }

    /// <summary>The head, or who stands in for him (“张三代李四”).</summary>
    public string? SignedByName { get; set; }

    public DateTime? SignedAt { get; set; }

    /// <summary>Needed to refuse.</summary>
    public string? Opinion { get; set; }

    public int Revision { get; set; }

    public static Task<List<CoLaunch>> OfAsync(DbContext db, Guid campaignId, CancellationToken cancellationToken)
        => db.Set<CoLaunch>().Where(c => c.CampaignId == campaignId).OrderBy(c => c.Unit).ToListAsync(cancellationToken);

    /// <summary>Sections and teams that could be asked: those with a head who has an account.</summary>
    public static IReadOnlyList<string> Units(IStaff staff)
        => [.. staff.All.Where(p => p.Is(Roles.SectionHead) && p.Section is not null).Select(p => p.Section!).Distinct().Order(StringComparer.Ordinal)];
}

internal sealed class CoLaunchMapping : IEntityTypeConfiguration<CoLaunch>
{
    public void Configure(EntityTypeBuilder<CoLaunch> builder)
    {
        builder.ToTable("co_launches");
        builder.HasKey(c => c.Id);
        builder.HasIndex(c => new { c.CampaignId, c.Unit }).IsUnique();
        builder.Property(c => c.Unit).HasMaxLength(100);
        builder.Property(c => c.SignedByName).HasMaxLength(120);
        builder.Property(c => c.Opinion).HasMaxLength(CoLaunch.OpinionMaxLength);
        builder.Property(c => c.Revision).IsConcurrencyToken();
    }
}
