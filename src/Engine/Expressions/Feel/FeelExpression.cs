using System.Text.Json.Nodes;
using DoubleRandom.Basics;
namespace DoubleRandom.Engine.Expressions.Feel;
public sealed class FeelResult { public Refusal? Error { get; init; } public JsonNode? ToJson() => null; }
public sealed class FeelExpression {
  public static Result<FeelExpression> Parse(string text) => new FeelExpression();
  public FeelResult Evaluate(Func<string, JsonNode?> resolve) => new();
}
