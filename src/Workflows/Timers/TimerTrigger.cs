using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Workflows.Timers;

/// <summary>A timer of a published definition that starts instances, and when it does so next.</summary>
public sealed class TimerTrigger
{
    public required string VersionId { get; set; }

    /// <summary>The trigger's node.</summary>
    public required string NodeId { get; set; }

    /// <summary>Null: it does not start anything any more.</summary>
    public DateTime? DueAt { get; set; }
}

internal sealed class TimerTriggerMapping : IEntityTypeConfiguration<TimerTrigger>
{
    public void Configure(EntityTypeBuilder<TimerTrigger> builder)
    {
        builder.ToTable("timer_triggers");
        builder.HasKey(t => new { t.VersionId, t.NodeId });
        builder.Property(t => t.VersionId).HasMaxLength(60);
        builder.Property(t => t.NodeId).HasMaxLength(400);
        // Two hosts that fire the same timer: the second one's unit of work meets a conflict and finds it fired.
        builder.Property(t => t.DueAt).IsConcurrencyToken();
    }
}
