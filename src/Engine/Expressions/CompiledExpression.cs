using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Expressions.Feel;

namespace DoubleRandom.Engine.Expressions;

/// <summary>What an expression may look at: variables by id and name, workflow inputs by name, the office's clock.</summary>
public interface IExpressionScope
{
    bool TryVariableById(string id, out JsonNode? value);

    bool TryVariableByName(string name, out JsonNode? value);

    JsonNode? Inputs { get; }

    /// <summary>One moment for everything that is evaluated in the same change, in the office's time; null where there is no clock.</summary>
    DateTimeOffset? Now { get; }
}

/// <summary>An expression of a definition, parsed once: Literal, Object (JSON text), Variable, Input, FEEL, and the JavaScript that can be said in FEEL. Scripts are not run.</summary>
public sealed class CompiledExpression
{
    private readonly string _type;
    private readonly JsonNode? _value;
    private readonly FeelExpression? _feel;
    private readonly Refusal? _error;
    private readonly string? _id;
    private readonly string? _name;

    private CompiledExpression(string type, JsonNode? value, FeelExpression? feel = null, Refusal? error = null, string? id = null, string? name = null)
        => (_type, _value, _feel, _error, _id, _name) = (type, value, feel, error, id, name);

    /// <summary>The text of a literal; null for anything computed.</summary>
    public string? LiteralText => _type == "Literal" && _value is JsonValue v && v.TryGetValue<string>(out var text) ? text : null;

    /// <summary>The words of a list that is written down; null for anything computed.</summary>
    public IReadOnlyList<string>? LiteralList => _type is "Object" or "Literal" && _value is JsonArray list ? [.. list.OfType<JsonValue>().Select(v => v.ToString())] : null;

    public static CompiledExpression Compile(JsonObject expression)
    {
        var type = expression["type"]?.GetValue<string>() ?? "Literal";
        var value = expression["value"];
        var text = value is JsonValue v && v.TryGetValue<string>(out var s) ? s : null;
        switch (type)
        {
            case "Literal":
                return new("Literal", value?.DeepClone());
            case "Object" or "Json":
                return new("Object", text is null ? value?.DeepClone() : ParseOrNull(text));
            case "FEEL":
                // The designer opens such a field empty: nothing written is no value, as with a literal.
                return string.IsNullOrWhiteSpace(text) ? new("Literal", null) : Feel(FeelExpression.Parse(text));
            case "JavaScript":
                var script = JavaScriptCondition.Translate(text ?? "");
                return script.Refusal is { } tooMuch ? new("Error", null, error: tooMuch) : Feel(FeelExpression.Parse(script.Value.Feel, script.Value.Names.Contains));
            case "Variable" or "Input":
                // The designer stores a copy of the whole variable as JSON text; right after switching the type it is still the old literal.
                var reference = text is null ? value as JsonObject : ParseOrNull(text) as JsonObject;
                return new(type, null, id: reference?["id"]?.GetValue<string>(), name: reference?["name"]?.GetValue<string>());
            default:
                return new("Error", null, error: Refusal.Invalid("engine.script-not-run", null, type));
        }
    }

    /// <summary>Why the expression cannot be evaluated; null when it can.</summary>
    public Refusal? Error => _error;

    private static CompiledExpression Feel(Result<FeelExpression> parsed)
        => parsed.Refusal is { } refusal ? new("Error", null, error: refusal) : new("FEEL", null, parsed.Value);

    public JsonNode? Evaluate(IExpressionScope scope)
    {
        switch (_type)
        {
            case "Literal" or "Object":
                return _value?.DeepClone();
            case "Variable":
                if (_id is not null && scope.TryVariableById(_id, out var byId)) return byId?.DeepClone();
                return _name is not null && scope.TryVariableByName(_name, out var byName) ? byName?.DeepClone() : null;
            case "Input":
                return _name is null ? null : scope.Inputs?[_name]?.DeepClone();
            // A list handed on as it is, however long: nothing is computed, so nothing has to be bounded.
            case "FEEL" when _feel!.Name is { } whole && Resolve(scope, whole) is { } list and (JsonArray or JsonObject):
                return list.DeepClone();
            case "FEEL":
                var result = _feel!.Evaluate(name => Resolve(scope, name), now: scope.Now);
                if (result.Error is { } error) throw new ExpressionException(Texts.Of(error));
                return result.ToJson();
            default:
                throw new ExpressionException(Texts.Of(_error!));
        }
    }

    /// <summary>A script's <c>getCaseNo()</c> means the variable <c>CaseNo</c> or <c>caseNo</c>.</summary>
    private static JsonNode? Resolve(IExpressionScope scope, string name)
        => name == "input" ? scope.Inputs
            : scope.TryVariableByName(name, out var value) || (char.IsUpper(name[0]) && scope.TryVariableByName(char.ToLowerInvariant(name[0]) + name[1..], out value)) ? value : null;

    private static JsonNode? ParseOrNull(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>An expression that cannot be evaluated; it parks the step as an incident.</summary>
public sealed class ExpressionException(string message) : Exception(message);
