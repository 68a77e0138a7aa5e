using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Alerts;

/// <summary>An alert on its way out by one way to one person or group. Waits here until it is handed over as a message of its own or in a digest.</summary>
public sealed class AlertDelivery
{
    public Guid AlertId { get; set; }

    /// <summary>A key of <see cref="AlertWays"/>.</summary>
    public required string Way { get; set; }

    /// <summary>Empty for a robot's group.</summary>
    public Guid RecipientId { get; set; }

    public required string RecipientName { get; set; }

    public DateTime CreatedAt { get; set; }

    /// <summary>The outgoing message's key; null while it waits.</summary>
    public string? MessageKey { get; set; }

    /// <summary>It went out together with others.</summary>
    public bool IsDigest { get; set; }

    /// <summary>Why it cannot leave for the present: no address is entered. It leaves when there is one.</summary>
    public string? Problem { get; set; }

    public int Revision { get; set; }
}

internal sealed class AlertDeliveryMapping : IEntityTypeConfiguration<AlertDelivery>
{
    public void Configure(EntityTypeBuilder<AlertDelivery> builder)
    {
        builder.ToTable("alert_deliveries");
        // One alert goes to one person by one way once. Alerts' ids are made in order of time: the table grows at its end.
        builder.HasKey(d => new { d.AlertId, d.RecipientId, d.Way });
        builder.Property(d => d.Way).HasMaxLength(20);
        builder.Property(d => d.RecipientName).HasMaxLength(100);
        builder.Property(d => d.MessageKey).HasMaxLength(200);
        builder.Property(d => d.Problem).HasMaxLength(100);
        builder.Property(d => d.Revision).IsConcurrencyToken();
        builder.HasIndex(d => d.MessageKey).HasFilter("message_key IS NOT NULL");
        // What waits to leave, and nothing else: looked at every few seconds.
        builder.HasIndex(d => new { d.RecipientId, d.Way, d.CreatedAt }).HasFilter("message_key IS NULL AND problem IS NULL");
        // What is parked is asked after as often.
        builder.HasIndex(d => new { d.RecipientId, d.Way }).HasFilter("problem IS NOT NULL");
        builder.HasOne<Alert>().WithMany().HasForeignKey(d => d.AlertId).OnDelete(DeleteBehavior.Restrict);
    }
}
