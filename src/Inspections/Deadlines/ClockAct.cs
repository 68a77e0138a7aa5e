using System.Text.Json;

namespace DoubleRandom.Inspections.Deadlines;

/// <summary>起止事项: an act or event that starts and ends clocks besides the workflows' own steps. Data, as the rules are.</summary>
/// <param name="Subject">What it is of: inspection, penalty, hazard, discredit, credit, document, campaign.</param>
/// <param name="By">Roles that may record it by hand; empty: it is recorded by the handler of the act itself.</param>
/// <param name="Opens">Rules whose clocks it starts.</param>
/// <param name="Meets">Rules whose clocks it ends because the thing was done. Ended first, then <paramref name="Opens"/>.</param>
/// <param name="Cancels">Rules whose clocks fall away with it.</param>
/// <param name="Owner">Role that deals with what is started.</param>
/// <param name="Event">Which of the rule's events it is, where a rule has several.</param>
/// <param name="Document">The paper that shows it, as an example.</param>
/// <param name="Ahead">Its day may lie in the future: a hearing, a power cut.</param>
/// <param name="Renews">A clock that runs already gives way to the new one.</param>
/// <param name="Idle">May be recorded although nothing runs that it would end.</param>
public sealed record ClockAct(
    string Key, string Name, string Subject, IReadOnlyList<string>? By = null, IReadOnlyList<string>? Opens = null, IReadOnlyList<string>? Meets = null, IReadOnlyList<string>? Cancels = null,
    string? Owner = null, string? Event = null, string? Document = null, bool Ahead = false, bool Renews = false, bool Idle = false)
{
    public IReadOnlyList<string> By { get; } = By ?? [];

    public IReadOnlyList<string> Opens { get; } = Opens ?? [];

    public IReadOnlyList<string> Meets { get; } = Meets ?? [];

    public IReadOnlyList<string> Cancels { get; } = Cancels ?? [];

    public bool IsByHand => By.Count > 0;

    /// <summary>Every act the product knows, in the order of a case.</summary>
    public static IReadOnlyList<ClockAct> All { get; } = Load();

    public static ClockAct? Find(string key) => All.FirstOrDefault(a => a.Key == key);

    private static IReadOnlyList<ClockAct> Load()
    {
        using var stream = typeof(ClockAct).Assembly.GetManifestResourceStream("deadlines/acts.json")!;
        return JsonSerializer.Deserialize<Catalogue>(stream, JsonSerializerOptions.Web)!.Acts;
    }

    private sealed record Catalogue(IReadOnlyList<ClockAct> Acts);
}

/// <summary>What an act is of, as its clocks name it.</summary>
/// <param name="Owners">Register numbers of who deals with it; empty: every holder of the role.</param>
public sealed record ClockSubject(Guid Id, string Kind, string CaseNo, string Chain, string Name, IReadOnlyList<string> Owners);
