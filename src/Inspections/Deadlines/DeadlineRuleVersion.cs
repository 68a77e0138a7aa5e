using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Deadlines;

/// <summary>A rule somebody proposed: in force once another person has approved it, and not before.</summary>
public enum DeadlineRuleStatus { Proposed, InForce, Rejected }

/// <summary>
/// 时限规则 as the office set it. From its effective date it takes the place of the rule shipped under the same key and profile; clocks that were
/// started under an earlier one keep running under that.
/// </summary>
public sealed class DeadlineRuleVersion
{
    public const int NameMaxLength = 60;
    public const int CitationMaxLength = 200;
    public const int ReasonMaxLength = 500;
    public const int MaxAmount = 3650;

    public Guid Id { get; set; }

    public required string Key { get; set; }

    public required string Profile { get; set; }

    public DateOnly EffectiveFrom { get; set; }

    public required string Name { get; set; }

    public required string Anchor { get; set; }

    public int? Amount { get; set; }

    public DeadlineUnit Unit { get; set; }

    public DeadlineDirection Direction { get; set; }

    public bool Rollover { get; set; }

    public bool IsWindow { get; set; }

    /// <summary>The fixed day of every year (<see cref="DeadlineRule.MonthDay"/>).</summary>
    public string? MonthDay { get; set; }

    public required string Citation { get; set; }

    /// <summary>Rungs of its own as <see cref="DeadlineRungs"/> writes them; null: the general ladder.</summary>
    public string? Rungs { get; set; }

    public DeadlineRuleStatus Status { get; set; }

    public Guid ProposedById { get; set; }

    public required string ProposedByName { get; set; }

    public DateTime ProposedAt { get; set; }

    public required string Reason { get; set; }

    public string? DecidedByName { get; set; }

    public DateTime? DecidedAt { get; set; }

    public string? Opinion { get; set; }

    public int Revision { get; set; }

    internal DeadlineRule ToRule() => new(Key, Name, Anchor, Amount, Unit, Direction, Rollover, Profile, Citation, EffectiveFrom, null, IsWindow)
    {
        Rungs = Rungs is null ? null : DeadlineRungs.Read(Rungs),
        MonthDay = MonthDay,
        // What the law fixes about the events is not the office's to change.
        Anchors = Shipped?.Anchors,
        AnchorChoice = Shipped?.AnchorChoice ?? AnchorChoice.Only,
        Extensions = Shipped?.Extensions,
    };

    private DeadlineRule? Shipped => DeadlineRules.Embedded.All.FirstOrDefault(r => r.Key == Key);
}

/// <summary>A ladder as one line of text: <c>10:owner;0:owner,section-head;-1:escalation</c>.</summary>
public static class DeadlineRungs
{
    public static string Write(IEnumerable<DeadlineRung> rungs)
        => string.Join(';', rungs.OrderByDescending(r => r.Rung).Select(r => FormattableString.Invariant($"{r.Rung}:{string.Join(',', r.To)}")));

    public static IReadOnlyList<DeadlineRung> Read(string text)
        => [.. text.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(r => r.Split(':')).Select(p => new DeadlineRung(int.Parse(p[0], System.Globalization.CultureInfo.InvariantCulture), p[1].Split(',')))];
}

internal sealed class DeadlineRuleVersionMapping : IEntityTypeConfiguration<DeadlineRuleVersion>
{
    public void Configure(EntityTypeBuilder<DeadlineRuleVersion> builder)
    {
        builder.ToTable("deadline_rules");
        builder.Property(r => r.Key).HasMaxLength(60);
        builder.Property(r => r.Profile).HasMaxLength(20);
        builder.Property(r => r.Name).HasMaxLength(DeadlineRuleVersion.NameMaxLength);
        builder.Property(r => r.Anchor).HasMaxLength(DeadlineRuleVersion.NameMaxLength);
        builder.Property(r => r.Citation).HasMaxLength(DeadlineRuleVersion.CitationMaxLength);
        builder.Property(r => r.Rungs).HasMaxLength(400);
        builder.Property(r => r.MonthDay).HasMaxLength(5);
        builder.Property(r => r.ProposedByName).HasMaxLength(100);
        builder.Property(r => r.DecidedByName).HasMaxLength(100);
        builder.Property(r => r.Reason).HasMaxLength(DeadlineRuleVersion.ReasonMaxLength);
        builder.Property(r => r.Opinion).HasMaxLength(DeadlineRuleVersion.ReasonMaxLength);
        builder.Property(r => r.Revision).IsConcurrencyToken();
        builder.HasIndex(r => new { r.Key, r.Profile, r.EffectiveFrom });
    }
}
