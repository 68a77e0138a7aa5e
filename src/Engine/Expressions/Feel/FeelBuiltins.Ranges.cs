namespace DoubleRandom.Engine.Expressions.Feel;

/// <summary>Functions on ranges: how two of them lie to each other.</summary>
internal static partial class FeelBuiltins
{
    private static void AddRanges(Action<string, string, Func<object?[], object?>, int> add)
    {
        void R(string name, Func<FeelRange, FeelRange, bool?> body) => add(name, "range1,range2", a => body(AsRange(a[0]), AsRange(a[1])), 0);
        R("before", (x, y) => Cmp(x.High, y.Low) is var c && c < 0 || (c == 0 && (!x.HighIncluded || !y.LowIncluded)));
        R("after", (x, y) => Cmp(x.Low, y.High) is var c && c > 0 || (c == 0 && (!x.LowIncluded || !y.HighIncluded)));
        R("meets", (x, y) => Cmp(x.High, y.Low) == 0 && x.HighIncluded && y.LowIncluded);
        R("met by", (x, y) => Cmp(x.Low, y.High) == 0 && x.LowIncluded && y.HighIncluded);
        R("overlaps", (x, y) => !(Cmp(x.High, y.Low) is var c && (c < 0 || (c == 0 && (!x.HighIncluded || !y.LowIncluded)))) && !(Cmp(x.Low, y.High) is var d && (d > 0 || (d == 0 && (!x.LowIncluded || !y.HighIncluded)))));
        R("overlaps before", (x, y) => (Cmp(x.Low, y.Low) < 0 || (Cmp(x.Low, y.Low) == 0 && x.LowIncluded && !y.LowIncluded))
            && (Cmp(x.High, y.Low) > 0 || (Cmp(x.High, y.Low) == 0 && x.HighIncluded && y.LowIncluded))
            && (Cmp(x.High, y.High) < 0 || (Cmp(x.High, y.High) == 0 && (!x.HighIncluded || y.HighIncluded))));
        R("overlaps after", (x, y) => (Cmp(y.Low, x.Low) < 0 || (Cmp(y.Low, x.Low) == 0 && y.LowIncluded && !x.LowIncluded))
            && (Cmp(y.High, x.Low) > 0 || (Cmp(y.High, x.Low) == 0 && y.HighIncluded && x.LowIncluded))
            && (Cmp(y.High, x.High) < 0 || (Cmp(y.High, x.High) == 0 && (!y.HighIncluded || x.HighIncluded))));
        R("finishes", (x, y) => Cmp(x.High, y.High) == 0 && x.HighIncluded == y.HighIncluded && (Cmp(y.Low, x.Low) < 0 || (Cmp(y.Low, x.Low) == 0 && (!x.LowIncluded || y.LowIncluded))));
        R("finished by", (x, y) => Cmp(x.High, y.High) == 0 && x.HighIncluded == y.HighIncluded && (Cmp(x.Low, y.Low) < 0 || (Cmp(x.Low, y.Low) == 0 && (!y.LowIncluded || x.LowIncluded))));
        R("includes", (x, y) => (Cmp(x.Low, y.Low) < 0 || (Cmp(x.Low, y.Low) == 0 && (x.LowIncluded || !y.LowIncluded))) && (Cmp(x.High, y.High) > 0 || (Cmp(x.High, y.High) == 0 && (x.HighIncluded || !y.HighIncluded))));
        R("during", (x, y) => (Cmp(y.Low, x.Low) < 0 || (Cmp(y.Low, x.Low) == 0 && (y.LowIncluded || !x.LowIncluded))) && (Cmp(y.High, x.High) > 0 || (Cmp(y.High, x.High) == 0 && (y.HighIncluded || !x.HighIncluded))));
        R("starts", (x, y) => Cmp(x.Low, y.Low) == 0 && x.LowIncluded == y.LowIncluded && (Cmp(x.High, y.High) < 0 || (Cmp(x.High, y.High) == 0 && (!x.HighIncluded || y.HighIncluded))));
        R("started by", (x, y) => Cmp(x.Low, y.Low) == 0 && x.LowIncluded == y.LowIncluded && (Cmp(y.High, x.High) < 0 || (Cmp(y.High, x.High) == 0 && (!y.HighIncluded || x.HighIncluded))));
        R("coincides", (x, y) => Cmp(x.Low, y.Low) == 0 && Cmp(x.High, y.High) == 0 && x.LowIncluded == y.LowIncluded && x.HighIncluded == y.HighIncluded);
    }

    /// <summary>A range written as text; only literals may stand in it.</summary>
    private static FeelRange? RangeOf(string text, FeelEvaluator evaluator)
    {
        try
        {
            if (FeelParser.Parse(text, static _ => false) is not RangeNode node || !IsLiteral(node.Low) || !IsLiteral(node.High)) return null;
            return evaluator.Evaluate(node, new FeelScope(null, static _ => (false, null))) is FeelRange { Low: not null, High: not null } range && FeelOperators.Compare(range.Low, range.High) <= 0 ? range : null;
        }
        catch (FeelSyntaxException)
        {
            return null;
        }
    }

    private static bool IsLiteral(FeelNode node) => node switch
    {
        Constant => true,
        Unary unary => IsLiteral(unary.Operand),
        Call { Function: NameRef { Name: "date" or "time" or "date and time" or "duration" } } call => call.Arguments.All(IsLiteral),
        _ => false,
    };

    private static int Cmp(object? a, object? b) => FeelOperators.Compare(a, b) ?? throw new InvalidCastException();

    /// <summary>A point is a range of one.</summary>
    private static FeelRange AsRange(object? value) => value as FeelRange ?? new FeelRange(value ?? throw new InvalidCastException(), value, true, true);
}
