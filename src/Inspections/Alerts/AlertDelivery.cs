using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Alerts;

/// <summary>An alert on its way out by one way to one person or group. Waits here until it is handed over as a message of its own or in a digest.</summary>
public sealed class AlertDelivery
{
    public Guid Id { get; set; }

    public Guid AlertId { get; set; }

    /// <summary>Deadline, round, rung, recipient and way: unique, so who holds two of the roles told gets one message.</summary>
    public required string Key { get; set; }

    /// <summary>A key of <see cref="AlertWays"/>.</summary>
    public required string Way { get; set; }

    /// <summary>Empty for a robot's group.</summary>
    public Guid RecipientId { get; set; }

    public required string RecipientName { get; set; }

    /// <summary>Mail address or telephone number; null for a robot's group, or when none is entered.</summary>
    public string? Address { get; set; }

    public DateTime CreatedAt { get; set; }

    /// <summary>The outgoing message's key; null while it waits.</summary>
    public string? MessageKey { get; set; }

    /// <summary>It went out together with others.</summary>
    public bool IsDigest { get; set; }

    /// <summary>Why it cannot leave at all: no address is entered.</summary>
    public string? Problem { get; set; }

    public int Revision { get; set; }
}

internal sealed class AlertDeliveryMapping : IEntityTypeConfiguration<AlertDelivery>
{
    public void Configure(EntityTypeBuilder<AlertDelivery> builder)
    {
        builder.ToTable("alert_deliveries");
        builder.Property(d => d.Id).ValueGeneratedNever();
        builder.Property(d => d.Key).HasMaxLength(200);
        builder.Property(d => d.Way).HasMaxLength(20);
        builder.Property(d => d.RecipientName).HasMaxLength(100);
        builder.Property(d => d.Address).HasMaxLength(200);
        builder.Property(d => d.MessageKey).HasMaxLength(200);
        builder.Property(d => d.Problem).HasMaxLength(100);
        builder.Property(d => d.Revision).IsConcurrencyToken();
        builder.HasIndex(d => d.Key).IsUnique();
        builder.HasIndex(d => d.AlertId);
        builder.HasIndex(d => d.MessageKey).HasFilter("message_key IS NOT NULL");
        // What waits to leave, and nothing else: looked at every few seconds.
        builder.HasIndex(d => new { d.RecipientId, d.Way, d.CreatedAt }).HasFilter("message_key IS NULL AND problem IS NULL");
        builder.HasOne<Alert>().WithMany().HasForeignKey(d => d.AlertId).OnDelete(DeleteBehavior.Restrict);
    }
}
