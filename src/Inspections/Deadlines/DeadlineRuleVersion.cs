using System.Text.Json.Serialization;
using DoubleRandom.Basics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.Deadlines;

/// <summary>A rule somebody proposed: in force once another person has approved it, and not before.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeadlineRuleStatus>))]
public enum DeadlineRuleStatus { Proposed, InForce, Rejected }

/// <summary>A change of what deadlines go by, which takes two persons: one proposes it with a reason, another decides it once.</summary>
public abstract class TwoPersonChange
{
    public const int ReasonMaxLength = 500;

    public DeadlineRuleStatus Status { get; set; }

    public Guid ProposedById { get; set; }

    public required string ProposedByName { get; set; }

    public DateTime ProposedAt { get; set; }

    /// <summary>Why it is changed.</summary>
    public required string Reason { get; set; }

    public string? DecidedByName { get; set; }

    public DateTime? DecidedAt { get; set; }

    /// <summary>Needed when it is turned down.</summary>
    public string? Opinion { get; set; }

    public int Revision { get; set; }

    internal static Refusal? CheckReason(string? reason)
        => string.IsNullOrWhiteSpace(reason) ? Refusal.Invalid("deadline-rules.no-reason", nameof(Reason))
            : reason.Length > ReasonMaxLength ? Refusal.Invalid("deadline-rules.too-long", nameof(Reason), ReasonMaxLength) : null;

    /// <param name="what">What is changed, as a refusal names it.</param>
    /// <param name="isTooLate">Why it can no longer be agreed to; null: it can.</param>
    internal Refusal? Decide(string what, bool agrees, string? opinion, ChangeContext change, Refusal? isTooLate = null)
    {
        if (Status is not DeadlineRuleStatus.Proposed) return Refusal.Conflict("deadline-rules.decided", what, DecidedByName!);
        if (ProposedById == change.By.Id) return Refusal.Forbidden("deadline-rules.own", what);
        opinion = string.IsNullOrWhiteSpace(opinion) ? null : opinion.Trim();
        if (!agrees && opinion is null) return Refusal.Invalid("deadline-rules.no-opinion", nameof(Opinion));
        if (opinion?.Length > ReasonMaxLength) return Refusal.Invalid("deadline-rules.too-long", nameof(Opinion), ReasonMaxLength);
        if (agrees && isTooLate is not null) return isTooLate;
        (Status, DecidedByName, DecidedAt, Opinion) = (agrees ? DeadlineRuleStatus.InForce : DeadlineRuleStatus.Rejected, change.By.Name, change.At, opinion);
        Revision++;
        return null;
    }
}

/// <summary>
/// 时限规则 as the office set it. From its effective date it takes the place of the rule shipped under the same key and profile; clocks that were
/// started under an earlier one keep running under that.
/// </summary>
public sealed class DeadlineRuleVersion : TwoPersonChange
{
    public const int NameMaxLength = 60;
    public const int CitationMaxLength = 200;
    public const int MostExtensions = 5;

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

    /// <summary>Extensions allowed; 0: none. Null: as shipped.</summary>
    public int? ExtensionTimes { get; set; }

    /// <summary>So much later each time at most, in <see cref="ExtensionUnit"/>.</summary>
    public int ExtensionAmount { get; set; }

    public DeadlineUnit ExtensionUnit { get; set; }

    /// <summary>Roles of who may grant it, <c>;</c> between.</summary>
    public string? ExtensionBy { get; set; }

    /// <summary>事由 for which it may stand still, <c>;</c> between; empty: none. Null: as shipped.</summary>
    public string? Pauses { get; set; }

    /// <summary>The longest period the office may set, in the unit: longer ones are slips of the pen. The longest the law knows are three years and 365 days.</summary>
    public static int MostOf(DeadlineUnit unit) => unit switch { DeadlineUnit.Hours => 720, DeadlineUnit.Months => 60, DeadlineUnit.Years => 30, _ => 1_000 };

    /// <summary>The rule it makes.</summary>
    public DeadlineRule ToRule() => new(Key, Name, Anchor, Amount, Unit, Direction, Rollover, Profile, Citation, EffectiveFrom, null, IsWindow)
    {
        Rungs = Rungs is null ? null : DeadlineRungs.Read(Rungs),
        MonthDay = MonthDay,
        // What the law fixes about the events, the paper an extension takes, and the procedure that alone moves a day named in an order, is not the office's to change.
        Anchors = Shipped?.Anchors,
        AnchorChoice = Shipped?.AnchorChoice ?? AnchorChoice.Only,
        Extension = ExtensionTimes switch
        {
            null => Shipped?.Extension,
            0 => null,
            { } times => new ExtensionTerms(times, ExtensionAmount, ExtensionUnit, ExtensionBy!.Split(';'), Shipped?.Extension?.Document, Shipped?.Extension?.Basis),
        },
        MovedBy = Shipped?.MovedBy,
        Pauses = Pauses is null ? Shipped?.Pauses ?? [] : Pauses.Split(';', StringSplitOptions.RemoveEmptyEntries),
    };

    private DeadlineRule? Shipped => DeadlineRules.Embedded.All.OrderByDescending(r => r.Profile == Profile).FirstOrDefault(r => r.Key == Key);
}

/// <summary>A ladder as one line of text: <c>30d:owner;10:owner;7s:owner;0:owner,section-head;-1:escalation/mail,sms</c> (d: calendar days, s: days since the event).</summary>
public static class DeadlineRungs
{
    public static string Write(IEnumerable<DeadlineRung> rungs)
        => string.Join(';', InOrder(rungs).Select(r => FormattableString.Invariant($"{r.Rung}{SignOf(r.Unit)}:{string.Join(',', r.To)}{(r.By is null ? "" : "/" + string.Join(',', r.By))}")));

    /// <summary>As they come due, as far as the numbers say it: the office's own target and calendar days first.</summary>
    public static IEnumerable<DeadlineRung> InOrder(IEnumerable<DeadlineRung> rungs) => rungs.OrderByDescending(r => r.Code);

    public static IReadOnlyList<DeadlineRung> Read(string text)
        => [.. text.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(ReadRung)];

    private static string SignOf(RungUnit unit) => unit switch { RungUnit.CalendarDays => "d", RungUnit.SinceStart => "s", _ => "" };

    private static DeadlineRung ReadRung(string text)
    {
        var (at, by) = (text.IndexOf(':', StringComparison.Ordinal), text.IndexOf('/', StringComparison.Ordinal));
        var to = by < 0 ? text[(at + 1)..] : text[(at + 1)..by];
        var unit = text[at - 1] switch { 'd' => RungUnit.CalendarDays, 's' => RungUnit.SinceStart, _ => RungUnit.WorkingDays };
        var number = int.Parse(text.AsSpan(0, unit is RungUnit.WorkingDays ? at : at - 1), System.Globalization.CultureInfo.InvariantCulture);
        return new DeadlineRung(number, to.Split(','), by < 0 ? null : text[(by + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries), unit);
    }

    /// <summary>What is wrong with a ladder somebody wrote; null: nothing.</summary>
    /// <param name="of">The rule they are for; null: the general ladder.</param>
    internal static Refusal? Check(IReadOnlyList<DeadlineRung> rungs, (DeadlineUnit Unit, DeadlineDirection Direction)? of = null)
    {
        if (rungs.Count is 0 or > MostRungs) return Refusal.Invalid("deadline-rules.rung-count", "Rungs", MostRungs);
        if (rungs.GroupBy(r => r.Code).FirstOrDefault(g => g.Count() > 1) is { } twice) return Refusal.Invalid("deadline-rules.rung-twice", "Rungs", twice.First().Rung);
        foreach (var rung in rungs)
        {
            if (rung.Unit is not RungUnit.WorkingDays && (rung.Rung <= 0 || of?.Unit is DeadlineUnit.Hours)) return Refusal.Invalid("deadline-rules.rung-days", "Rungs", rung.Rung);
            if (rung.Unit is RungUnit.SinceStart && of is not { Direction: DeadlineDirection.After, Unit: not DeadlineUnit.Date }) return Refusal.Invalid("deadline-rules.rung-target", "Rungs", rung.Rung);
            if (rung.Rung is < -Farthest or > Farthest) return Refusal.Invalid("deadline-rules.rung-far", "Rungs", Farthest);
            if (rung.To.Count == 0) return Refusal.Invalid("deadline-rules.rung-nobody", "Rungs", rung.Rung);
            if (rung.To.FirstOrDefault(to => to != DeadlineRung.Owner && People.Roles.Find(to) is null) is { } unknown) return Refusal.Invalid("deadline-rules.rung-role", "Rungs", rung.Rung, unknown);
            if (rung.By?.FirstOrDefault(by => Alerts.AlertWays.Find(by) is null) is { } way) return Refusal.Invalid("deadline-rules.rung-way", "Rungs", rung.Rung, way, string.Join('、', Alerts.AlertWays.All.Select(w => w.Name)));
        }
        return Write(rungs).Length > MaxLength ? Refusal.Invalid("deadline-rules.rungs-long", "Rungs") : null;
    }

    /// <summary>Rungs lie this many days at most before or after the last day, or after the event.</summary>
    public const int Farthest = 250;

    public const int MaxLength = 400;

    private const int MostRungs = 12;
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
        builder.Property(r => r.Rungs).HasMaxLength(DeadlineRungs.MaxLength);
        builder.Property(r => r.MonthDay).HasMaxLength(5);
        builder.Property(r => r.ExtensionBy).HasMaxLength(100);
        builder.Property(r => r.Pauses).HasMaxLength(200);
        builder.Property(r => r.ProposedByName).HasMaxLength(100);
        builder.Property(r => r.DecidedByName).HasMaxLength(100);
        builder.Property(r => r.Reason).HasMaxLength(DeadlineRuleVersion.ReasonMaxLength);
        builder.Property(r => r.Opinion).HasMaxLength(DeadlineRuleVersion.ReasonMaxLength);
        builder.Property(r => r.Revision).IsConcurrencyToken();
        builder.HasIndex(r => new { r.Key, r.Profile, r.EffectiveFrom });
    }
}
