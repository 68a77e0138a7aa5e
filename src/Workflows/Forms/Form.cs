using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.WorkItems;

namespace DoubleRandom.Workflows.Forms;

/// <summary>How a field is entered and checked.</summary>
public enum FieldKind { Text, Multiline, Date, Time, Number, Yuan, Choice, Choices, Flag, Files, Rows, Note }

public sealed record FieldOption(string Value, string Text);

/// <summary>One field of a form. <see cref="FieldKind.Rows"/> is a table whose columns are fields; <see cref="FieldKind.Note"/> is only read.</summary>
/// <param name="RequiredFor">Outcomes for which the field must be filled; empty with <paramref name="Required"/>: for every outcome.</param>
public sealed record FormField(
    string Name, string Label, FieldKind Kind = FieldKind.Text, bool Required = false, string? Help = null,
    IReadOnlyList<FieldOption>? Options = null, IReadOnlyList<FormField>? Columns = null, JsonNode? Default = null,
    IReadOnlyList<string>? RequiredFor = null, bool FixedRows = false, bool ReadOnly = false)
{
    public const int TextMaxLength = 400;
    public const int MultilineMaxLength = 8000;
    public const int RowsMax = 500;
}

/// <summary>A form made ready for one work item: fields with their choices and defaults.</summary>
public sealed record FormView(IReadOnlyList<FormField> Fields);

/// <summary>What a person handed in.</summary>
public sealed record FormSubmission(WorkItem Item, string Outcome, JsonObject Values, ChangeContext Change, IServiceProvider Services)
{
    public Guid SubjectId => Item.SubjectId ?? throw new InvalidOperationException($"Work item {Item.Id} has no subject.");

    public T Get<T>() where T : notnull => (T)(Services.GetService(typeof(T)) ?? throw new InvalidOperationException($"{typeof(T)} is not registered."));

    public string Text(string name) => Values[name] is JsonValue v && v.TryGetValue<string>(out var text) ? text.Trim() : "";

    public string? Optional(string name) => Text(name) is { Length: > 0 } text ? text : null;

    public bool Flag(string name) => Values[name] is JsonValue v && v.TryGetValue<bool>(out var flag) && flag;

    public DateOnly? Date(string name) => Text(name) is { Length: > 0 } text ? DateOnly.ParseExact(text, "yyyy-MM-dd") : null;

    public TimeOnly? Time(string name) => Text(name) is { Length: > 0 } text ? TimeOnly.ParseExact(text, "HH:mm") : null;

    public int? Number(string name) => Values[name] is JsonValue v && v.TryGetValue<int>(out var number) ? number : null;

    /// <summary>Money in fen (分).</summary>
    public long? Fen(string name) => Values[name] is JsonValue v && v.TryGetValue<long>(out var fen) ? fen : null;

    public IReadOnlyList<string> Texts(string name)
        => Values[name] is JsonArray a ? [.. a.Select(n => n!.GetValue<string>())] : [];

    public IReadOnlyList<JsonObject> Rows(string name) => Values[name] is JsonArray a ? [.. a.Select(n => n!.AsObject())] : [];

    public JsonObject Data => JsonNode.Parse(Item.DataJson)!.AsObject();
}

/// <summary>
/// A form of the catalogue: what a human step asks for and what the answer does in the domain. The same form serves the page,
/// the API and the demo.
/// </summary>
/// <param name="Prepare">Fields for one work item; reads only.</param>
/// <param name="Apply">Calls the domain's handler; its value is the step's <c>Result</c>.</param>
public sealed record Form(
    string Key, string Title,
    Func<WorkItem, IServiceProvider, CancellationToken, Task<FormView>> Prepare,
    Func<FormSubmission, CancellationToken, Task<Result<JsonObject>>> Apply)
{
    /// <summary>A form whose fields are always the same.</summary>
    public static Form Of(string key, string title, IReadOnlyList<FormField> fields, Func<FormSubmission, CancellationToken, Task<Result<JsonObject>>> apply)
        => new(key, title, (_, _, _) => Task.FromResult(new FormView(fields)), apply);
}

/// <summary>All forms by key. A definition may name only these (the linter holds it).</summary>
public sealed class FormCatalogue
{
    private readonly Dictionary<string, Form> _forms;

    public FormCatalogue(IEnumerable<Form> forms) => _forms = forms.ToDictionary(f => f.Key, StringComparer.Ordinal);

    public Form? Find(string key) => _forms.GetValueOrDefault(key);

    public IReadOnlyCollection<Form> All => _forms.Values;
}
