using DoubleRandom.Inspections.Deadlines;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Alerts;

/// <summary>催办、督办: a line in somebody's inbox about a deadline. One for each deadline, rung and person; for a role when nobody holds it yet.</summary>
public sealed class Alert
{
    /// <summary>The rung of an alert that says that the last day moved.</summary>
    public const int MovedRung = 1000;

    /// <summary>The rung of an alert that somebody who need not know tried to read who was drawn. It is about the campaign and no deadline.</summary>
    public const int SecrecyRung = 1001;

    /// <summary>The rung of an alert about a seat of a drawn list: somebody can no longer come, asks to be replaced or was. It is about the campaign and no deadline.</summary>
    public const int SeatRung = 1002;

    /// <summary>The rung of an alert by which a person asks for a work item to be done (催办). It is about the item and no deadline.</summary>
    public const int UrgeRung = 1003;

    /// <summary>It leads to the campaign's page, not to a deadline's.</summary>
    public bool IsOfCampaign => Rung is SecrecyRung or SeatRung;

    public Guid Id { get; set; }

    /// <summary>What it is about: the deadline; of a <see cref="SecrecyRung"/> or <see cref="SeatRung"/> the campaign, of an <see cref="UrgeRung"/> the work item.</summary>
    public Guid DeadlineId { get; set; }

    public required string CaseNo { get; set; }

    /// <summary>The audit chain of what it is about.</summary>
    public required string Chain { get; set; }

    /// <summary>The deadline's round: an extension starts a new one.</summary>
    public int Round { get; set; }

    /// <summary>The rung (<see cref="DeadlineRung.Code"/>): working days before the last day (negative: after) and the like; or <see cref="MovedRung"/>, <see cref="SecrecyRung"/>, <see cref="SeatRung"/> or <see cref="UrgeRung"/>.</summary>
    public int Rung { get; set; }

    /// <summary>What makes it unique with deadline and rung: <c>person:id</c>, <c>number:R010</c> or <c>role:key@section</c>, with the calendar for a moved deadline.</summary>
    public required string RecipientKey { get; set; }

    public Guid? RecipientId { get; set; }

    /// <summary>Number in the officer or expert register, when the step was given to named persons.</summary>
    public string? RecipientNumber { get; set; }

    /// <summary>As which role the person is told; with no person the alert waits for whoever takes the role.</summary>
    public string? RecipientRole { get; set; }

    /// <summary>The person's name when it was written.</summary>
    public string? RecipientName { get; set; }

    /// <summary>Only the holders of the role in this section; null: all.</summary>
    public string? RecipientSection { get; set; }

    public required string Text { get; set; }

    /// <summary>Why the reader is told.</summary>
    public required string WhyMe { get; set; }

    public DateTime CreatedAt { get; set; }

    public DateOnly CreatedOn { get; set; }

    public DateTime? AcknowledgedAt { get; set; }

    public Guid? AcknowledgedById { get; set; }

    public string? AcknowledgedByName { get; set; }

    public int Revision { get; set; }
}

internal sealed class AlertMapping : IEntityTypeConfiguration<Alert>
{
    public void Configure(EntityTypeBuilder<Alert> builder)
    {
        builder.ToTable("alerts");
        builder.HasKey(a => a.Id);
        builder.Property(a => a.Id).ValueGeneratedNever();
        builder.Ignore(a => a.IsOfCampaign);
        builder.Property(a => a.CaseNo).HasMaxLength(60);
        builder.Property(a => a.Chain).HasMaxLength(120);
        builder.Property(a => a.RecipientKey).HasMaxLength(200);
        builder.Property(a => a.RecipientNumber).HasMaxLength(40);
        builder.Property(a => a.RecipientRole).HasMaxLength(40);
        builder.Property(a => a.RecipientName).HasMaxLength(100);
        builder.Property(a => a.RecipientSection).HasMaxLength(100);
        builder.Property(a => a.Text).HasMaxLength(600);
        builder.Property(a => a.WhyMe).HasMaxLength(200);
        builder.Property(a => a.AcknowledgedByName).HasMaxLength(100);
        builder.Property(a => a.Revision).IsConcurrencyToken();
        builder.HasIndex(a => new { a.DeadlineId, a.Round, a.Rung, a.RecipientKey }).IsUnique();
        builder.HasIndex(a => new { a.RecipientId, a.AcknowledgedAt });
        builder.HasIndex(a => new { a.RecipientNumber, a.AcknowledgedAt }).HasFilter("recipient_number IS NOT NULL");
        // A role stands with the person too; by it only what waits for whoever takes the role is looked for.
        builder.HasIndex(a => new { a.RecipientRole, a.AcknowledgedAt }).HasFilter("recipient_id IS NULL AND recipient_number IS NULL");
    }
}
