using System.Text.Json;
using System.Text.Json.Serialization;

namespace DoubleRandom.Workflows.Definitions;

public enum LawRuleKind
{
    /// <summary>What must have been done before the step, on every way to it.</summary>
    Before,

    /// <summary>What must follow the step, on every way from it.</summary>
    After,

    /// <summary>Who may be given the step.</summary>
    Role,
}

/// <summary>A rule of law about the order or the persons of steps: data with its citation, effective as the statute is (law 11).</summary>
/// <param name="At">Marks of the steps it speaks of: <c>form:penalty.decide</c>, <c>type:Inspection.Draw</c>.</param>
/// <param name="Needs">Each group names alternatives; one of each group must be there.</param>
/// <param name="UnlessFalse">The condition under which the law does not ask for it: a way on which a decision finds it false is excused.</param>
/// <param name="FactOf">The form whose result alone may say that: a value written by any other step excuses nothing.</param>
/// <param name="Roles">For <see cref="LawRuleKind.Role"/>: the roles the law or the handler knows for the step.</param>
public sealed record LawRule(
    string Key, LawRuleKind Kind, IReadOnlyList<string> At, string Message, string Citation,
    IReadOnlyList<IReadOnlyList<string>>? Needs = null, string? UnlessFalse = null, IReadOnlyList<string>? Roles = null, string? FactOf = null)
{
    public Excuse? Excuse => UnlessFalse is { } condition ? new(condition, FactOf) : null;
}

/// <summary>Where this condition is false the law does not ask for the step.</summary>
public sealed record Excuse(string Condition, string? FactOf);

/// <summary>The rules in <c>law-rules.json</c>.</summary>
public static class LawRules
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) }, ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public static IReadOnlyList<LawRule> All { get; } = Read();

    /// <summary>Groups of alternatives.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Groups { get; } = [.. All.SelectMany(r => r.Needs ?? []).Where(g => g.Count > 1)];

    /// <summary>Roles that the law knows for a form; null where it leaves it to the office.</summary>
    public static IReadOnlyList<string>? RolesOf(string form)
    {
        var rules = All.Where(r => r.Kind is LawRuleKind.Role && r.At.Contains($"form:{form}")).Select(r => r.Roles!).ToList();
        return rules.Count == 0 ? null : [.. rules.Aggregate<IEnumerable<string>>((one, other) => one.Intersect(other, StringComparer.Ordinal))];
    }

    public static string GroupMark(IReadOnlyList<string> group) => group is [var only] ? only : string.Join('|', group);

    private static LawRule[] Read()
    {
        using var stream = typeof(LawRules).Assembly.GetManifestResourceStream("definitions/law-rules.json")!;
        return JsonSerializer.Deserialize<LawRule[]>(stream, Json)!;
    }
}
