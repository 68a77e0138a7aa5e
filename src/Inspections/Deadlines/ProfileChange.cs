using System.Text.Json.Serialization;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Deadlines;

/// <summary>What becomes of the clocks that run on the day another profile takes effect: they stay as they were started, or are counted anew by the rules of the new one.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunningClocks>))]
public enum RunningClocks { Stay, Recount }

/// <summary>
/// 变更执法领域: the office goes by another law's periods (law 11) from a day on. Events before that day keep the rules they fell under; the
/// office's file (<see cref="OfficeProfile"/>) says only what it began with.
/// </summary>
public sealed class ProfileChange : TwoPersonChange
{
    public const int DocumentMaxLength = 200;

    public Guid Id { get; set; }

    /// <summary>What the office went by when it was proposed.</summary>
    public required string Before { get; set; }

    public required string Profile { get; set; }

    /// <summary>Events of this day and later count by it.</summary>
    public DateOnly EffectiveFrom { get; set; }

    public RunningClocks Running { get; set; }

    /// <summary>The paper it rests on: 三定规定, 划转文件 …</summary>
    public required string Document { get; set; }

    /// <summary>When the running clocks were seen to; null: its day has not come.</summary>
    public DateTime? AppliedAt { get; set; }

    /// <summary>How many last days moved with it.</summary>
    public int Moved { get; set; }
}

internal sealed class ProfileChangeMapping : IEntityTypeConfiguration<ProfileChange>
{
    public void Configure(EntityTypeBuilder<ProfileChange> builder)
    {
        builder.ToTable("profile_changes");
        builder.Property(p => p.Id).ValueGeneratedNever();
        builder.Property(p => p.Before).HasMaxLength(20);
        builder.Property(p => p.Profile).HasMaxLength(20);
        builder.Property(p => p.Document).HasMaxLength(ProfileChange.DocumentMaxLength);
        builder.Property(p => p.ProposedByName).HasMaxLength(100);
        builder.Property(p => p.DecidedByName).HasMaxLength(100);
        builder.Property(p => p.Reason).HasMaxLength(ProfileChange.ReasonMaxLength);
        builder.Property(p => p.Opinion).HasMaxLength(ProfileChange.ReasonMaxLength);
        builder.Property(p => p.Revision).IsConcurrencyToken();
        // One at a time waits, whoever was quicker.
        builder.HasIndex(p => p.Status).IsUnique().HasFilter("status = 'Proposed'");
    }
}
