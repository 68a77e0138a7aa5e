using System.Text.Json.Nodes;
using DoubleRandom.Engine.Definitions;

namespace DoubleRandom.Engine.Activities;

/// <summary>An input as the designer offers it and the engine evaluates it.</summary>
/// <param name="Name">Pascal case; in the definition the key is its camel case.</param>
/// <param name="UiHint">Elsa's editor for it: <c>singleline</c>, <c>dropdown</c>, <c>dynamic-outcomes</c> …</param>
/// <param name="Default">Applied when the node lacks the input: the designer writes no defaults into dropped nodes.</param>
/// <param name="OptionsFrom">Key of a live list for a dropdown (<c>roles</c>, <c>forms</c> …).</param>
/// <param name="OptionsBy">The other input that the list depends on; null: none.</param>
public sealed record ActivityInput(
    string Name, string DisplayName, string TypeName = "String", string UiHint = "singleline", string? Description = null,
    JsonNode? Default = null, string? OptionsFrom = null, bool IsWrapped = true, string? OptionsBy = null);

public sealed record ActivityOutput(string Name, string DisplayName, string TypeName = "Object");

/// <param name="IsEmbedded">An embedded port holds one activity; a flow port is an outcome.</param>
public sealed record ActivityPort(string Name, string DisplayName, bool IsEmbedded = false);

/// <summary>What the designer and the linter know of an activity type.</summary>
public sealed record ActivityDescriptor(
    string TypeName, string Category, string DisplayName, string Description,
    IReadOnlyList<ActivityInput>? Inputs = null, IReadOnlyList<ActivityOutput>? Outputs = null, IReadOnlyList<ActivityPort>? Ports = null,
    bool IsTerminal = false, bool IsContainer = false, bool IsStart = false, bool IsBrowsable = true, string Kind = "Action", int Version = 1)
{
    public IReadOnlyList<ActivityInput> Inputs { get; init; } = Inputs ?? [];
    public IReadOnlyList<ActivityOutput> Outputs { get; init; } = Outputs ?? [];
    public IReadOnlyList<ActivityPort> Ports { get; init; } = Ports ?? [];

    /// <summary>The definition that this type is, where it is a workflow used as an activity.</summary>
    public WorkflowUse? Uses { get; init; }
}

/// <summary>The activity types the engine can run, by Elsa's type name. Filled once at start; bodies hold no state.</summary>
public sealed class ActivityCatalog
{
    private readonly Dictionary<string, (ActivityDescriptor Descriptor, ActivityBody Body)> _types = new(StringComparer.Ordinal);

    public ActivityCatalog Add(ActivityDescriptor descriptor, ActivityBody body)
    {
        _types.Add(descriptor.TypeName, (descriptor, body));
        return this;
    }

    public ActivityDescriptor? Find(string typeName) => _types.TryGetValue(typeName, out var type) ? type.Descriptor : null;

    public ActivityBody? BodyOf(string typeName) => _types.TryGetValue(typeName, out var type) ? type.Body : null;

    public IEnumerable<ActivityDescriptor> All => _types.Values.Select(t => t.Descriptor);
}
