using System.Text.Json;
using System.Text.Json.Serialization;

namespace DoubleRandom.Inspections.Deadlines;

/// <summary>WD working days · CD calendar days · M months · Y years · Date named in the document.</summary>
public enum DeadlineUnit
{
    [JsonStringEnumMemberName("WD")] WorkingDays,
    [JsonStringEnumMemberName("CD")] CalendarDays,
    [JsonStringEnumMemberName("M")] Months,
    [JsonStringEnumMemberName("Y")] Years,
    [JsonStringEnumMemberName("date")] Date,
}

/// <summary>
/// Whether the last day lies after the anchor (办理时限) or before it (提前 …). BeforeInFull is the strict reading of "n days before":
/// n whole days lie between the last day and the anchor.
/// </summary>
public enum DeadlineDirection
{
    [JsonStringEnumMemberName("after")] After,
    [JsonStringEnumMemberName("before")] Before,
    [JsonStringEnumMemberName("before-full")] BeforeInFull,
}

/// <summary>A period the law or the office sets: data with a date and a citation (law 11 of the house).</summary>
/// <param name="Rollover">A last day that is not a working day moves to the next one (民事诉讼法 art. 85).</param>
/// <param name="Window">届满即止: a time in which the party or another body may act, or that must only pass; its end is nobody's failing, so nobody is alerted.</param>
/// <param name="Profile">应急, 城管, 市监; <c>*</c> for all that have no rule of their own.</param>
public sealed record DeadlineRule(
    string Key, string Name, string Anchor, int? Amount, DeadlineUnit Unit, DeadlineDirection Direction, bool Rollover,
    string Profile, string Citation, DateOnly EffectiveFrom, string? Note = null, bool Window = false);

/// <summary>A step of the ladder: how many working days before the last day (negative: after it), and who is told.</summary>
/// <param name="To"><c>owner</c> or role keys.</param>
public sealed record DeadlineRung(int Rung, IReadOnlyList<string> To);

/// <summary>The rules in force, by key, profile and date.</summary>
public sealed class DeadlineRules
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() }, RespectNullableAnnotations = true };
    private readonly ILookup<string, DeadlineRule> _rules;

    private DeadlineRules(Catalogue catalogue)
    {
        Version = catalogue.Version;
        Ladder = [.. catalogue.Ladder.OrderByDescending(r => r.Rung)];
        All = catalogue.Rules;
        _rules = All.ToLookup(r => r.Key, StringComparer.Ordinal);
    }

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

    private static DeadlineRules Load()
    {
        using var stream = typeof(DeadlineRules).Assembly.GetManifestResourceStream("deadlines/rules.json")!;
        return new DeadlineRules(JsonSerializer.Deserialize<Catalogue>(stream, Json)!);
    }

    private sealed record Catalogue(string Version, IReadOnlyList<DeadlineRung> Ladder, IReadOnlyList<DeadlineRule> Rules);
}
