using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Workflows.Activities;

namespace DoubleRandom.Workflows.Definitions;

/// <summary>What a step's JSON says where the checks need it as text; anything unreadable is nothing.</summary>
internal static partial class NodeText
{
    public static readonly string[] ChildStarters = ["Elsa.DispatchWorkflow", "Elsa.ExecuteWorkflow", "Elsa.BulkDispatchWorkflows"];

    public static string Name(JsonObject activity)
        => DesignerJson.Text(activity["metadata"] as JsonObject ?? [], "displayText") is { Length: > 0 } shown ? shown : DesignerJson.Text(activity, "name") ?? DesignerJson.Text(activity, "id") ?? "";

    public static string? Literal(JsonObject activity, string input) => ExpressionType(activity, input) is "Literal" or null ? Expression(activity, input) : null;

    /// <summary>What is written at an input, whatever kind of expression it is; a value may stand there bare.</summary>
    public static string? Expression(JsonObject activity, string input)
        => ((activity[input] as JsonObject)?["expression"] is JsonObject e ? e["value"] : activity[input]) is JsonValue v ? v.TryGetValue<string>(out var text) ? text : v.ToJsonString() : null;

    public static string? ExpressionType(JsonObject activity, string input) => (activity[input] as JsonObject)?["expression"] is JsonObject e ? DesignerJson.Text(e, "type") : null;

    public static bool HasInput(JsonObject activity, string input) => !string.IsNullOrWhiteSpace(Expression(activity, input));

    public static IReadOnlyList<string> Outcomes(JsonObject activity) => HumanSteps.Contains(DesignerJson.Text(activity, "type")) ? List(activity, "outcomes") : [];

    public static IReadOnlyList<string> Branches(JsonObject activity) => List(activity, "branches");

    /// <summary>The kind of publication a call of the publication workflow hands over, where it is written out.</summary>
    /// <remarks>It must stand in the outermost context and be named once: what is chosen by a condition, or stands inside something else or a comment, is not sure.</remarks>
    public static string? PublicationKind(JsonObject activity)
    {
        if (ExpressionType(activity, "input") is not ("FEEL" or "Object") || Expression(activity, "input")?.Trim() is not { } text || KindName().Count(text) != 1 || Kind().Match(text) is not { Success: true } only) return null;
        if (!text.StartsWith('{') || !text.EndsWith('}') || text.Contains('\\') || text.Contains("/*", StringComparison.Ordinal) || text.Contains("//", StringComparison.Ordinal)) return null;
        var (depth, quoted) = (0, false);
        for (var i = 0; i < text.Length; i++)
        {
            if (i == only.Index) return depth == 1 && !quoted ? only.Groups[1].Value : null;
            if (text[i] == '"') quoted = !quoted;
            else if (!quoted) depth += text[i] switch { '{' or '[' or '(' => 1, '}' or ']' or ')' => -1, _ => 0 };
            if (depth == 0) return null;
        }
        return null;
    }

    /// <summary>An end inside a container: it ends the workflow around it, and what would follow the container does not come.</summary>
    public static bool MayEndWorkflow(CompiledNode node) => node.Children.Any(c => EndsWorkflow(c, inUsed: node.Descriptor?.Uses is not null));

    private static bool EndsWorkflow(CompiledNode node, bool inUsed)
        // A workflow used as an activity is completed by its own; only the end of the instance ends its user too.
        => node.Type is "Elsa.Finish" || (node.Type is "Elsa.Complete" && !inUsed) || node.Children.Any(c => EndsWorkflow(c, inUsed || node.Descriptor?.Uses is not null));

    /// <summary>A break in it ends the rows and forks around it, up to the loop; without a loop, all of them.</summary>
    public static bool MayBreak(CompiledNode node) => node.Type == "Elsa.Break" || (node.Type is not ("Elsa.ForEach" or "Elsa.For" or "Elsa.While") && node.Children.Any(MayBreak));

    /// <summary>A step behind which the chart does not go on.</summary>
    public static bool EndsChart(string type) => type is "Elsa.End" or "Elsa.Finish" or "Elsa.Complete" or "Elsa.Fault" or "Elsa.Break";

    private static IReadOnlyList<string> List(JsonObject activity, string input)
    {
        try
        {
            return Expression(activity, input) is { } text && JsonNode.Parse(text) is JsonArray list
                ? [.. list.OfType<JsonValue>().Select(v => v.TryGetValue<string>(out var name) ? name : v.ToJsonString())] : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    [GeneratedRegex("\\bKind\"?\\s*:\\s*\"([^\"]+)\"")]
    private static partial Regex Kind();

    [GeneratedRegex("\\bKind\"?\\s*:")]
    private static partial Regex KindName();
}
