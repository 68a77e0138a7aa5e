using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Alerts;

/// <summary>催办设置 of the office: the general ladder, the hours in which nothing leaves, from how many on alerts are gathered.</summary>
public sealed class AlertPolicy
{
    public const int TheOnly = 1;
    public const int MostTogether = 100;

    public int Id { get; set; } = TheOnly;

    /// <summary>Nothing leaves from this time of the office's clock …</summary>
    public TimeOnly QuietFrom { get; set; } = new(21, 0);

    /// <summary>… until this one. The same time twice: no quiet hours.</summary>
    public TimeOnly QuietTo { get; set; } = new(7, 30);

    /// <summary>Nothing leaves on days off either, of the office's calendar: it leaves together on the next working day.</summary>
    public bool IsQuietOnDaysOff { get; set; }

    /// <summary>More than so many alerts that wait for one person by one way leave as one digest. 1 to <see cref="MostTogether"/>.</summary>
    public int DigestAbove { get; set; } = 5;

    /// <summary>The general ladder as <see cref="DeadlineRungs"/> writes it; null: the shipped one. Changed by two persons (<see cref="LadderProposal"/>).</summary>
    public string? Ladder { get; set; }

    public string? ChangedByName { get; set; }

    public DateTime? ChangedAt { get; set; }

    public int Revision { get; set; }

    /// <param name="at">The office's clock.</param>
    public bool IsQuiet(DateTime at, IWorkingCalendar calendar)
        => (QuietFrom != QuietTo && TimeOnly.FromDateTime(at).IsBetween(QuietFrom, QuietTo)) || (IsQuietOnDaysOff && !calendar.IsWorkingDay(DateOnly.FromDateTime(at)));
}

internal sealed class AlertPolicyMapping : IEntityTypeConfiguration<AlertPolicy>
{
    public void Configure(EntityTypeBuilder<AlertPolicy> builder)
    {
        builder.ToTable("alert_policies");
        builder.Property(p => p.Id).ValueGeneratedNever();
        builder.Property(p => p.Ladder).HasMaxLength(DeadlineRungs.MaxLength);
        builder.Property(p => p.ChangedByName).HasMaxLength(100);
        builder.Property(p => p.Revision).IsConcurrencyToken();
    }
}

/// <summary>Changes when people are left alone and how much comes together. Whom the ladder tells takes two persons (<see cref="ProposeLadder"/>).</summary>
public sealed record ChangeAlertPolicy(TimeOnly QuietFrom, TimeOnly QuietTo, int DigestAbove, string Reason, bool IsQuietOnDaysOff = false);

public sealed class ChangeAlertPolicyHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<AlertPolicy>> HandleAsync(ChangeAlertPolicy command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!MayChange(change.By)) return Refusal.Forbidden("alerts.policy-not-yours");
        if (command.DigestAbove is < 1 or > AlertPolicy.MostTogether) return Refusal.Invalid("alerts.digest-range", nameof(command.DigestAbove), AlertPolicy.MostTogether);
        if (string.IsNullOrWhiteSpace(command.Reason)) return Refusal.Invalid("deadline-rules.no-reason", nameof(command.Reason));

        var policy = await db.Set<AlertPolicy>().SingleOrDefaultAsync(cancellationToken);
        if (policy is null) db.Add(policy = new AlertPolicy());
        var before = Describe(policy);
        (policy.QuietFrom, policy.QuietTo, policy.IsQuietOnDaysOff, policy.DigestAbove) = (command.QuietFrom, command.QuietTo, command.IsQuietOnDaysOff, command.DigestAbove);
        (policy.ChangedByName, policy.ChangedAt) = (change.By.Name, change.At);
        policy.Revision++;
        audit.Record(change with { Reason = command.Reason.Trim() }, "office", "修改催办设置", "催办设置", new JsonObject { ["before"] = before, ["after"] = Describe(policy) });
        return policy;
    }

    public static bool MayChange(Actor actor) => actor.IsAny(Roles.Escalation, Roles.Admin);

    private static JsonObject Describe(AlertPolicy policy) => new()
    {
        ["quietFrom"] = policy.QuietFrom.ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture),
        ["quietTo"] = policy.QuietTo.ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture),
        ["quietOnDaysOff"] = policy.IsQuietOnDaysOff,
        ["digestAbove"] = policy.DigestAbove,
    };
}
