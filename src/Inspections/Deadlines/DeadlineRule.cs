using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DoubleRandom.Inspections.Deadlines;

/// <summary>WD working days · CD calendar days · M months · Y years · Date named in the document · h hours, also at night and on holidays.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeadlineUnit>))]
public enum DeadlineUnit
{
    [JsonStringEnumMemberName("WD")] WorkingDays,
    [JsonStringEnumMemberName("CD")] CalendarDays,
    [JsonStringEnumMemberName("M")] Months,
    [JsonStringEnumMemberName("Y")] Years,
    [JsonStringEnumMemberName("date")] Date,
    [JsonStringEnumMemberName("h")] Hours,
}

/// <summary>
/// Whether the last day lies after the anchor (办理时限) or before it (提前 …). BeforeInFull is the strict reading of "n days before":
/// n whole days lie between the last day and the anchor.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeadlineDirection>))]
public enum DeadlineDirection
{
    [JsonStringEnumMemberName("after")] After,
    [JsonStringEnumMemberName("before")] Before,
    [JsonStringEnumMemberName("before-full")] BeforeInFull,
}

/// <summary>A period the law or the office sets: data with a date and a citation (law 11 of the house).</summary>
/// <param name="Rollover">A last day that is not a working day moves to the next one (民事诉讼法 art. 85).</param>
/// <param name="Window">届满即止: a time in which the party or another body may act, or that must only pass; its end is nobody's failing, so nobody is alerted, but for reminders the rule itself names.</param>
/// <param name="Profile">应急, 城管, 市监; <c>*</c> for all that have no rule of their own.</param>
public sealed record DeadlineRule(
    string Key, string Name, string Anchor, int? Amount, DeadlineUnit Unit, DeadlineDirection Direction, bool Rollover,
    string Profile, string Citation, DateOnly EffectiveFrom, string? Note = null, bool Window = false)
{
    /// <summary>A ladder of its own, from the earliest reminder to the last escalation; null: the general one.</summary>
    public IReadOnlyList<DeadlineRung>? Rungs { get; init; }

    /// <summary>The events of a rule with several; the first is the one it is opened with. Null: <see cref="Anchor"/> alone.</summary>
    public IReadOnlyList<string>? Anchors { get; init; }

    /// <summary>Which of several events counts.</summary>
    public AnchorChoice AnchorChoice { get; init; }

    /// <summary>For the unit <c>date</c>: the last day of every year as <c>03-31</c>, when no document names another. Null: a document must.</summary>
    public string? MonthDay { get; init; }

    /// <summary>How far a leader may grant a later last day; null: not at all.</summary>
    public ExtensionTerms? Extension { get; init; }

    /// <summary>The procedure of its own that alone moves the last day, because an order or notice names it too; null: none.</summary>
    public string? MovedBy { get; init; }

    /// <summary>事由 for which the clock may stand still (<see cref="DeadlinePause.Reasons"/>); empty: it never does.</summary>
    public IReadOnlyList<string> Pauses { get; init; } = [];

    /// <summary>The fixed day of the year on or after the anchor; null without one.</summary>
    internal DateOnly? FixedDay(DateOnly anchorOn)
    {
        if (MonthDay is null) return null;
        var (month, day) = (int.Parse(MonthDay.AsSpan(0, 2), CultureInfo.InvariantCulture), int.Parse(MonthDay.AsSpan(3, 2), CultureInfo.InvariantCulture));
        var on = new DateOnly(anchorOn.Year, month, day);
        return on < anchorOn ? on.AddYears(1) : on;
    }
}

/// <summary>Which event a clock counts from when a rule knows several: 先发生的, 后发生的.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AnchorChoice>))]
public enum AnchorChoice
{
    [JsonStringEnumMemberName("only")] Only,
    [JsonStringEnumMemberName("earliest")] Earliest,
    [JsonStringEnumMemberName("latest")] Latest,
}

/// <summary>延长: what the rule lets a leader grant.</summary>
/// <param name="Times">How often at most.</param>
/// <param name="Amount">So much later each time at most, counted from the last day as it stands, in <paramref name="Unit"/>.</param>
/// <param name="By">Roles of which the leader must hold one.</param>
/// <param name="Document">The paper the law asks for: an extension names its number and attaches it. Null: the leader's own record does.</param>
/// <param name="Basis">The provision that asks for it.</param>
public sealed record ExtensionTerms(int Times, int Amount, DeadlineUnit Unit, IReadOnlyList<string> By, string? Document = null, string? Basis = null);

/// <summary>What the number of a rung counts.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RungUnit>))]
public enum RungUnit
{
    /// <summary>Working days before the last day (negative: after it); hours for a rule of hours.</summary>
    [JsonStringEnumMemberName("WD")] WorkingDays,

    /// <summary>Calendar days before the last day.</summary>
    [JsonStringEnumMemberName("CD")] CalendarDays,

    /// <summary>Days since the event, working days for a rule of working days: the office wants to be done by then, sooner than the law does (内部目标).</summary>
    [JsonStringEnumMemberName("start")] SinceStart,
}

/// <summary>A step of the ladder: on which day (<see cref="RungUnit"/>), and who is told.</summary>
/// <param name="To"><see cref="Owner"/> or role keys.</param>
/// <param name="By">Besides the inbox: keys of <see cref="Alerts.AlertWays"/>; null: by mail.</param>
public sealed record DeadlineRung(int Rung, IReadOnlyList<string> To, IReadOnlyList<string>? By = null, RungUnit Unit = RungUnit.WorkingDays)
{
    public const string Owner = "owner";

    // Above the numbers of working days and those of alerts that are no rung (Alert.MovedRung …).
    private const int SinceStartFrom = 2_000;
    private const int CalendarDaysFrom = 3_000;

    /// <summary>The step in one number, unique in its ladder: what <see cref="Deadline.RungsTaken"/> and <see cref="Alerts.Alert"/> keep.</summary>
    [JsonIgnore]
    public int Code => Unit switch { RungUnit.CalendarDays => CalendarDaysFrom + Rung, RungUnit.SinceStart => SinceStartFrom + Rung, _ => Rung };

    /// <summary>What a <see cref="Code"/> says.</summary>
    public static (RungUnit Unit, int Number) Of(int code) => code switch
    {
        > CalendarDaysFrom => (RungUnit.CalendarDays, code - CalendarDaysFrom),
        > SinceStartFrom => (RungUnit.SinceStart, code - SinceStartFrom),
        _ => (RungUnit.WorkingDays, code),
    };
}

/// <summary>The rules in force, by key, profile and date.</summary>
public sealed class DeadlineRules
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() }, RespectNullableAnnotations = true };
    private readonly ILookup<string, DeadlineRule> _rules;

    private DeadlineRules(string version, IReadOnlyList<DeadlineRung> ladder, IReadOnlyList<DeadlineRule> rules)
    {
        Version = version;
        Ladder = ladder;
        All = rules;
        _rules = All.ToLookup(r => r.Key, StringComparer.Ordinal);
    }

    /// <summary>What a rule may be made for; <c>*</c> holds where a profile has none of its own.</summary>
    public static IReadOnlyList<string> Profiles { get; } = ["*", "应急", "城管", "市监"];

    /// <summary>The rules shipped with the product.</summary>
    public static DeadlineRules Embedded { get; } = Load();

    public string Version { get; }

    /// <summary>From the earliest reminder to the last escalation.</summary>
    public IReadOnlyList<DeadlineRung> Ladder { get; }

    public IReadOnlyList<DeadlineRule> All { get; }

    /// <summary>The rule of the profile, else the general one; of several the latest in force on the day. Null: no such rule then.</summary>
    public DeadlineRule? Find(string key, string profile, DateOnly on)
        => _rules[key].Where(r => r.EffectiveFrom <= on && (r.Profile == profile || r.Profile == "*"))
            .OrderByDescending(r => r.Profile == profile).ThenByDescending(r => r.EffectiveFrom).FirstOrDefault();

    /// <summary>Whether the key is counted otherwise for some office: only then somebody must ask whose matter it is.</summary>
    internal bool DependsOnProfile(string key) => _rules[key].Any(r => r.Profile != "*");

    /// <summary>The ladder a clock of the rule begins with, as <see cref="Deadline.Rungs"/> keeps it.</summary>
    internal string? RungsOf(DeadlineRule rule)
        => (rule.Rungs ?? (rule.Window || ReferenceEquals(Ladder, Embedded.Ladder) ? null : Ladder)) is { } ladder ? DeadlineRungs.Write(ladder) : null;

    /// <summary>How a running clock may be extended and stopped: as the rule it was started by says.</summary>
    public DeadlineRule? TermsOf(Deadline deadline) => Find(deadline.RuleKey, deadline.Profile, deadline.AnchorOn) ?? All.FirstOrDefault(r => r.Key == deadline.RuleKey);

    /// <summary>With the office's rules; one of the same key, profile and date takes the place of the shipped one.</summary>
    /// <param name="ladder">The office's general ladder; null: the shipped one.</param>
    internal DeadlineRules With(IEnumerable<DeadlineRule> own, IReadOnlyList<DeadlineRung>? ladder)
    {
        var byIdentity = All.ToDictionary(r => (r.Key, r.Profile, r.EffectiveFrom));
        foreach (var rule in own) byIdentity[(rule.Key, rule.Profile, rule.EffectiveFrom)] = rule;
        return new DeadlineRules(Version, ladder ?? Ladder, [.. byIdentity.Values.OrderBy(r => r.Key, StringComparer.Ordinal).ThenBy(r => r.Profile, StringComparer.Ordinal).ThenBy(r => r.EffectiveFrom)]);
    }

    private static DeadlineRules Load()
    {
        using var stream = typeof(DeadlineRules).Assembly.GetManifestResourceStream("deadlines/rules.json")!;
        var catalogue = JsonSerializer.Deserialize<Catalogue>(stream, Json)!;
        return new DeadlineRules(catalogue.Version, [.. DeadlineRungs.InOrder(catalogue.Ladder)], catalogue.Rules);
    }

    private sealed record Catalogue(string Version, IReadOnlyList<DeadlineRung> Ladder, IReadOnlyList<DeadlineRule> Rules);
}
