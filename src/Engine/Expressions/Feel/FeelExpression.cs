using System.Text.Json.Nodes;
using DoubleRandom.Basics;

namespace DoubleRandom.Engine.Expressions.Feel;

/// <summary>A parsed FEEL expression. Immutable and shared; an evaluation has no side effects and is bounded.</summary>
public sealed class FeelExpression
{
    private readonly FeelNode _node;
    private readonly string _text;

    private FeelExpression(FeelNode node, string text) => (_node, _text) = (node, text);

    /// <summary>The expression is this name and nothing else; null when it is more.</summary>
    public string? Name => (_node as NameRef)?.Name;

    public static Result<FeelExpression> Parse(string text) => Parse(text, static _ => false);

    /// <param name="isName">Says of a name with blanks or signs inside whether it is one name of the context.</param>
    public static Result<FeelExpression> Parse(string text, Func<string, bool> isName)
    {
        if (text.Length > FeelLimits.MaxSourceLength) return Refused("feel.too-long", text, FeelLimits.MaxSourceLength, FeelLimits.MaxSourceLength);
        try
        {
            return new FeelExpression(FeelParser.Parse(text, isName), text);
        }
        catch (FeelSyntaxException e)
        {
            return Refused("feel.syntax", text, e.Position, e.Message);
        }
    }

    /// <summary>A refusal whose first arguments are line and column, from 1.</summary>
    internal static Refusal Refused(string code, string text, int position, params object[] more)
    {
        var before = text.AsSpan(0, Math.Clamp(position, 0, text.Length));
        return Refusal.Invalid(code, null, [before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'), .. more]);
    }

    /// <param name="resolve">The value of a name; null when the name is not known.</param>
    /// <param name="now">What <c>now()</c> and <c>today()</c> say, in the office's time; without it they are null.</param>
    public FeelResult Evaluate(Func<string, JsonNode?> resolve, FeelLimits? limits = null, DateTimeOffset? now = null)
        => Evaluate(new FeelScope(null, name => resolve(name) is { } node ? (true, FeelValue.FromJson(node)) : (false, null)), limits, now);

    internal FeelResult Evaluate(FeelScope scope, FeelLimits? limits = null, DateTimeOffset? now = null)
    {
        try
        {
            var evaluator = new FeelEvaluator(limits ?? FeelLimits.Default, now);
            var value = FeelGuard.Run(evaluator, () => evaluator.Evaluate(_node, scope));
            FeelGuard.Measure(value, evaluator.Limits.MaxItems);
            return new FeelResult(value, null);
        }
        catch (FeelLimitException e)
        {
            return new FeelResult(null, Refused(e.Code, _text, e.At < 0 ? _node.At : e.At, e.Arguments));
        }
    }
}

/// <summary>The value of an evaluation, or why it was stopped.</summary>
public sealed class FeelResult
{
    internal FeelResult(object? value, Refusal? error) => (Value, Error) = (value, error);

    internal object? Value { get; }

    public Refusal? Error { get; }

    public JsonNode? ToJson() => FeelValue.ToJson(Value);

    /// <summary>The value as a FEEL literal.</summary>
    public string ToLiteral() => FeelValue.Literal(Value);
}
