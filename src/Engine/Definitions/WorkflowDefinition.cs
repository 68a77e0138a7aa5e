using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;

namespace DoubleRandom.Engine.Definitions;

/// <summary>An Elsa 3 workflow definition as JSON. Unknown properties and nodes are kept; our own files are written back byte for byte.</summary>
public sealed class WorkflowDefinition
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
            // A duplicate key only shows itself when the object is read.
            Walk(node);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return Refusal.Invalid("engine.definition-not-json", null, e.Message);
        }
        if (node is not JsonObject o) return Refusal.Invalid("engine.definition-not-object", null);
        if (missingId is not null && (o["definitionId"] is null || (o["definitionId"] is JsonValue blank && blank.TryGetValue<string>(out var none) && none.Length == 0))) o["definitionId"] = missingId;
        if (o["definitionId"] is not JsonValue id || !id.TryGetValue<string>(out var definitionId) || definitionId.Length == 0)
            return Refusal.Invalid("engine.definition-no-id", "definitionId");
        if (o["root"] is not JsonObject) return Refusal.Invalid("engine.definition-no-root", "root", definitionId);
        return DefinitionShape.Check(o) is { } wrong ? wrong : new WorkflowDefinition(o);
    }

    public string ToJson() => Json.ToJsonString(Indented) + "\n";

    private string? Text(string name) => Json[name] is JsonValue v && v.TryGetValue<string>(out var text) ? text : null;

    private static void Walk(JsonNode? node)
    {
        if (node is JsonObject o)
        {
            foreach (var (_, value) in o) Walk(value);
        }
        else if (node is JsonArray a)
        {
            foreach (var value in a) Walk(value);
        }
    }
}
