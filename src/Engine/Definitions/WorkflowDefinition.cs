using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DoubleRandom.Basics;

namespace DoubleRandom.Engine.Definitions;

/// <summary>An Elsa 3 workflow definition as JSON. Unknown properties and nodes are kept; our own files are written back byte for byte.</summary>
public sealed partial class WorkflowDefinition
{
    /// <summary>A definition is a page of drawing, not a data store.</summary>
    public const int MaxBytes = 10 * 1024 * 1024;

    private const int MaxDepth = 100;

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        IndentSize = 2,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private WorkflowDefinition(JsonObject json) => Json = json;

    public JsonObject Json { get; }

    /// <summary>The version's id.</summary>
    public string Id => Text("id") ?? $"{DefinitionId}-v{Version}";

    public string DefinitionId => Text("definitionId")!;

    public string Name => Text("name") ?? DefinitionId;

    public int Version => Json["version"] is JsonValue v && v.TryGetValue<int>(out var version) ? version : 1;

    public JsonObject Root => Json["root"]!.AsObject();

    /// <param name="missingId">What a definition without a definition id gets for one, as Elsa gives it; null: it is refused.</param>
    public static Result<WorkflowDefinition> Parse(string json, string? missingId = null)
    {
        if (json.Length > MaxBytes) return Refusal.Invalid("engine.definition-too-large", null, MaxBytes / 1024 / 1024);
        JsonNode? node;
        try
        {
            node = JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { MaxDepth = MaxDepth });
        }
        catch (JsonException e)
        {
            return Refusal.Invalid("engine.definition-not-json", null, (e.LineNumber ?? 0) + 1, (e.BytePositionInLine ?? 0) + 1, MaxDepth);
        }
        if (Unreadable(node) is { } unreadable) return unreadable;
        if (node is not JsonObject o) return Refusal.Invalid("engine.definition-not-object", null);
        if (missingId is not null && (o["definitionId"] is null || (o["definitionId"] is JsonValue blank && blank.TryGetValue<string>(out var none) && none.Length == 0))) o["definitionId"] = missingId;
        if (o["definitionId"] is not JsonValue id || !id.TryGetValue<string>(out var definitionId) || definitionId.Length == 0)
            return Refusal.Invalid("engine.definition-no-id", "definitionId");
        if (o["root"] is not JsonObject) return Refusal.Invalid("engine.definition-no-root", "root", definitionId);
        return DefinitionShape.Check(o) is { } wrong ? wrong : new WorkflowDefinition(o);
    }

    public string ToJson() => Json.ToJsonString(Indented) + "\n";

    private string? Text(string name) => Json[name] is JsonValue v && v.TryGetValue<string>(out var text) ? text : null;

    /// <summary>What only shows itself when it is read: a name that stands twice in one object, half a character. Null when all can be read.</summary>
    public static Refusal? Unreadable(JsonNode? node) => Unreadable(node, "");

    private static Refusal? Unreadable(JsonNode? node, string path)
    {
        try
        {
            switch (node)
            {
                case JsonObject o:
                    foreach (var (name, value) in o)
                    {
                        if (Unreadable(value, path.Length == 0 ? name : $"{path}.{name}") is { } inside) return inside;
                    }
                    break;
                case JsonArray a:
                    for (var i = 0; i < a.Count; i++)
                    {
                        if (Unreadable(a[i], $"{path}[{i}]") is { } inside) return inside;
                    }
                    break;
                case JsonValue text when text.GetValueKind() is JsonValueKind.String:
                    text.GetValue<string>();
                    break;
            }
            return null;
        }
        catch (ArgumentException e)
        {
            return Refusal.Invalid("engine.definition-name-twice", path, Place(path), TwiceNamed().Match(e.Message).Groups[1].Value);
        }
        catch (InvalidOperationException)
        {
            return Refusal.Invalid("engine.definition-half-character", path, Place(path));
        }
    }

    private static string Place(string path) => path.Length == 0 ? "最外层" : path;

    [GeneratedRegex(@"Key: (.*?)(?: \(Parameter|$)", RegexOptions.Singleline)]
    private static partial Regex TwiceNamed();
}
