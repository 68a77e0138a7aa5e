using System.Text.Json;
using System.Text.Json.Serialization;

namespace DoubleRandom.Inspections.Penalties;

/// <summary>Who is punished by a clause: 单位 or 个人.</summary>
public enum PenaltyParty { Unit, Person }

/// <summary>处罚依据: a clause of the law with the kinds and the amounts it allows, for one circumstance (law 11: law is data with dates).</summary>
/// <param name="MinYuan">Null with <paramref name="MaxYuan"/>: the clause names no fine.</param>
public sealed record PenaltyBasis(
    string Key, string Citation, string Circumstance, PenaltyParty Party, IReadOnlyList<PenaltyKind> Kinds, long? MinYuan, long? MaxYuan, DateOnly EffectiveFrom)
{
    /// <summary>The clause is entered by hand: another law or rule. Always goes to the legal review.</summary>
    public const string OtherKey = "other";

    public long MinFen => (MinYuan ?? 0) * 100;

    public long MaxFen => (MaxYuan ?? 0) * 100;

    public string Label => MaxYuan is null ? $"{Citation}：{Circumstance}" : $"{Citation}：{Circumstance}（{MinYuan}至{MaxYuan}元）";
}

/// <summary>From which amount or kind on the law demands more: hearing (行政处罚法 art. 63), collective discussion (art. 57); and up to which an on-the-spot penalty is allowed (arts. 51, 68).</summary>
public sealed record PenaltyThresholds(
    string Profile, DateOnly EffectiveFrom,
    long SimpleUnitYuan, long SimplePersonYuan, long CollectOnSpotYuan, string SimpleCitation,
    long HearingUnitYuan, long HearingPersonYuan, IReadOnlyList<PenaltyKind> HearingKinds, string HearingCitation,
    long DiscussionUnitYuan, long DiscussionPersonYuan, IReadOnlyList<PenaltyKind> DiscussionKinds, int DiscussionMembers, string DiscussionCitation,
    string? Note = null)
{
    public long SimpleFen(bool unit) => 100 * (unit ? SimpleUnitYuan : SimplePersonYuan);

    /// <summary>A fine or a confiscation of the amount, each on its own, or one of the kinds.</summary>
    public bool MayBeHeard(bool unit, IEnumerable<PenaltyKind> kinds, long fineFen, long confiscatedFen)
        => Reaches(unit ? HearingUnitYuan : HearingPersonYuan, fineFen, confiscatedFen) || kinds.Any(HearingKinds.Contains);

    public bool MustBeDiscussed(bool unit, IEnumerable<PenaltyKind> kinds, long fineFen, long confiscatedFen)
        => Reaches(unit ? DiscussionUnitYuan : DiscussionPersonYuan, fineFen, confiscatedFen) || kinds.Any(DiscussionKinds.Contains);

    private static bool Reaches(long yuan, long fineFen, long confiscatedFen) => Math.Max(fineFen, confiscatedFen) >= yuan * 100;
}

/// <summary>The clauses and thresholds in force, by date and profile.</summary>
public static class PenaltyLaw
{
    public const string Profile = "应急";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() }, RespectNullableAnnotations = true };
    private static readonly IReadOnlyList<PenaltyBasis> AllBases = Read<BasisFile>("penalties/bases.json").Bases;
    private static readonly IReadOnlyList<PenaltyThresholds> AllThresholds = Read<ThresholdFile>("penalties/thresholds.json").Thresholds;

    /// <summary>Clauses in force on the day for a unit or a person, in the order of the law.</summary>
    public static IReadOnlyList<PenaltyBasis> BasesFor(bool unit, DateOnly on)
        => [.. AllBases.Where(b => b.Party == (unit ? PenaltyParty.Unit : PenaltyParty.Person) && b.EffectiveFrom <= on)];

    public static PenaltyBasis? Find(string key, DateOnly on) => AllBases.Where(b => b.Key == key && b.EffectiveFrom <= on).MaxBy(b => b.EffectiveFrom);

    public static PenaltyThresholds ThresholdsOn(DateOnly on, string profile = Profile)
        => AllThresholds.Where(t => t.EffectiveFrom <= on && (t.Profile == profile || t.Profile == "*"))
            .OrderByDescending(t => t.Profile == profile).ThenByDescending(t => t.EffectiveFrom).First();

    private static T Read<T>(string resource)
    {
        using var stream = typeof(PenaltyLaw).Assembly.GetManifestResourceStream(resource)!;
        return JsonSerializer.Deserialize<T>(stream, Json)!;
    }

    private sealed record BasisFile(string Version, IReadOnlyList<PenaltyBasis> Bases);

    private sealed record ThresholdFile(string Version, IReadOnlyList<PenaltyThresholds> Thresholds);
}
