namespace DoubleRandom.Engine.Expressions.Feel;

/// <summary>A node of a parsed expression. Evaluation lives in one place, <see cref="FeelEvaluator"/>.</summary>
internal abstract record FeelNode
{
    /// <summary>Where its text begins, for a refusal; -1 for a word or a number, where the expression around it is named.</summary>
    public int At { get; set; } = -1;
}

internal sealed record Constant(object? Value) : FeelNode;

internal sealed record NameRef(string Name) : FeelNode;

internal sealed record Unary(FeelNode Operand) : FeelNode;

internal sealed record Binary(string Operator, FeelNode Left, FeelNode Right) : FeelNode;

internal sealed record Between(FeelNode Value, FeelNode Low, FeelNode High) : FeelNode;

/// <summary><c>x in (…)</c>: the tests are ranges, comparisons or expressions.</summary>
internal sealed record In(FeelNode Value, IReadOnlyList<FeelNode> Tests) : FeelNode;

/// <summary>A unary comparison such as <c>&lt; 5</c>, which is also a range.</summary>
internal sealed record UnaryTest(string Operator, FeelNode Operand) : FeelNode;

internal sealed record If(FeelNode Condition, FeelNode Then, FeelNode Else) : FeelNode;

internal sealed record Iteration(string Name, FeelNode From, FeelNode? To);

internal sealed record For(IReadOnlyList<Iteration> Iterations, FeelNode Return) : FeelNode;

internal sealed record Quantified(bool IsSome, IReadOnlyList<Iteration> Iterations, FeelNode Condition) : FeelNode;

internal sealed record ListNode(IReadOnlyList<FeelNode> Items) : FeelNode;

internal sealed record ContextNode(IReadOnlyList<(string Key, FeelNode Value)> Entries) : FeelNode;

internal sealed record RangeNode(FeelNode Low, FeelNode High, bool LowIncluded, bool HighIncluded) : FeelNode;

internal sealed record Path(FeelNode Source, string Name) : FeelNode;

internal sealed record Filter(FeelNode Source, FeelNode Condition) : FeelNode;

internal sealed record Call(FeelNode Function, IReadOnlyList<FeelNode> Arguments, IReadOnlyList<string>? Names) : FeelNode;

/// <param name="Types">Of each parameter; null where none is written.</param>
internal sealed record FunctionNode(IReadOnlyList<string> Parameters, IReadOnlyList<FeelType?> Types, FeelNode Body) : FeelNode;

internal sealed record InstanceOf(FeelNode Value, FeelType Type) : FeelNode;

internal sealed record FeelType(string Name, IReadOnlyList<FeelType>? Arguments = null, IReadOnlyDictionary<string, FeelType>? Members = null, FeelType? Result = null);
