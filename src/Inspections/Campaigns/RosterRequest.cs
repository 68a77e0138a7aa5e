using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Campaigns;

/// <summary>回避 (this object only), 不能参加 (a stretch of days), 对象递补 (an inspectee that cannot be inspected), 改期 (another date for one visit), 并入 (another campaign's visit serves this one too).</summary>
public enum RosterRequestKind { Recusal, Absence, Replacement, Reschedule, Merge }

/// <summary>What is asked between draw and lock; nothing changes before the director has decided it (C10).</summary>
public sealed class RosterRequest
{
    /// <summary>Characters of reason, proof and opinion.</summary>
    public const int TextMaxLength = 400;

    public Guid Id { get; set; }

    public Guid CampaignId { get; set; }

    /// <summary>From 1 in the campaign; decided in this order.</summary>
    public int Sequence { get; set; }

    public RosterRequestKind Kind { get; set; }

    public string? PersonNumber { get; set; }

    public string? InspecteeNumber { get; set; }

    /// <summary>First day of an absence, inclusive; for 改期 the new date.</summary>
    public DateOnly? FromOn { get; set; }

    /// <summary>Last day of an absence, inclusive.</summary>
    public DateOnly? ToOn { get; set; }

    public required string Reason { get; set; }

    public string? Proof { get; set; }

    public Guid FiledById { get; set; }

    public required string FiledByName { get; set; }

    public DateTime FiledAt { get; set; }

    /// <summary>Null: not decided.</summary>
    public bool? Granted { get; set; }

    public string? Opinion { get; set; }

    public Guid? DecidedById { get; set; }

    public string? DecidedByName { get; set; }

    public DateTime? DecidedAt { get; set; }

    /// <summary>Granted, but the reserves are used up: a supplementary round is to be drawn for it.</summary>
    public bool AwaitsRound { get; set; }

    /// <summary>What followed, in one sentence.</summary>
    public string? Effect { get; set; }

    public int Revision { get; set; }

    public static string NameOf(RosterRequestKind kind) => kind switch
    {
        RosterRequestKind.Recusal => "回避",
        RosterRequestKind.Absence => "不能参加",
        RosterRequestKind.Replacement => "对象递补",
        RosterRequestKind.Merge => "并入其他任务",
        _ => "改期",
    };
}

internal sealed class RosterRequestMapping : IEntityTypeConfiguration<RosterRequest>
{
    public void Configure(EntityTypeBuilder<RosterRequest> builder)
    {
        builder.ToTable("roster_requests");
        builder.HasKey(r => r.Id);
        builder.HasIndex(r => new { r.CampaignId, r.Sequence }).IsUnique();
        builder.Property(r => r.PersonNumber).HasMaxLength(32);
        builder.Property(r => r.InspecteeNumber).HasMaxLength(32);
        builder.Property(r => r.Reason).HasMaxLength(RosterRequest.TextMaxLength);
        builder.Property(r => r.Proof).HasMaxLength(RosterRequest.TextMaxLength);
        builder.Property(r => r.FiledByName).HasMaxLength(60);
        builder.Property(r => r.Opinion).HasMaxLength(RosterRequest.TextMaxLength);
        builder.Property(r => r.DecidedByName).HasMaxLength(60);
        builder.Property(r => r.Effect).HasMaxLength(400);
        builder.Property(r => r.Revision).IsConcurrencyToken();
    }
}
