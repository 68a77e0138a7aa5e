namespace DoubleRandom.Engine.Expressions.Feel;

/// <summary>Operators, from the loosest to the tightest, and unary tests.</summary>
internal sealed partial class FeelParser
{
    private FeelNode Or()
    {
        var start = Now.Position;
        var left = And();
        while (IsWord("or"))
        {
            _at++;
            left = Placed(start, new Binary("or", left, And()));
        }
        return left;
    }

    private FeelNode And()
    {
        var start = Now.Position;
        var left = Comparison();
        while (IsWord("and"))
        {
            _at++;
            left = Placed(start, new Binary("and", left, Comparison()));
        }
        return left;
    }

    private FeelNode Comparison()
    {
        var start = Now.Position;
        var left = Additive();
        while (true)
        {
            if (Now.Kind is TokenKind.Symbol && Now.Text is "=" or "!=" or "<" or "<=" or ">" or ">=")
            {
                var symbol = Now.Text;
                _at++;
                left = Placed(start, new Binary(symbol, left, Additive()));
            }
            else if (IsWord("between"))
            {
                _at++;
                var low = Additive();
                ExpectWord("and");
                left = Placed(start, new Between(left, low, Additive()));
            }
            else if (IsWord("in"))
            {
                _at++;
                left = Placed(start, new In(left, InTests()));
            }
            else if (IsWord("instance") && Peek().Text == "of")
            {
                _at += 2;
                left = Placed(start, new InstanceOf(left, Type()));
            }
            else
            {
                return left;
            }
        }
    }

    private List<FeelNode> InTests()
    {
        if (Is("(") && !IsRangeAhead())
        {
            _at++;
            List<FeelNode> tests = [];
            do tests.Add(PositiveTest());
            while (Take(","));
            Expect(")");
            return tests;
        }
        return [PositiveTest()];
    }

    private FeelNode PositiveTest()
    {
        if (Now.Kind is TokenKind.Symbol && Now.Text is "<" or "<=" or ">" or ">=" or "=" or "!=")
        {
            var symbol = Now.Text;
            _at++;
            return new UnaryTest(symbol, Additive());
        }
        return Additive();
    }

    private FeelNode Additive()
    {
        var start = Now.Position;
        var left = Multiplicative();
        while (Is("+") || Is("-"))
        {
            var symbol = Now.Text;
            _at++;
            left = Placed(start, new Binary(symbol, left, Multiplicative()));
        }
        return left;
    }

    private FeelNode Multiplicative()
    {
        var start = Now.Position;
        var left = Power();
        while (Is("*") || Is("/"))
        {
            var symbol = Now.Text;
            _at++;
            left = Placed(start, new Binary(symbol, left, Power()));
        }
        return left;
    }

    private FeelNode Power()
    {
        var start = Now.Position;
        var left = Negation();
        while (Take("**")) left = Placed(start, new Binary("**", left, Negation()));
        return left;
    }

    private FeelNode Negation()
    {
        if (!Take("-")) return Postfix();
        if (++_depth > MaxDepth) throw new FeelSyntaxException($"嵌套超过 {MaxDepth} 层", Now.Position);
        var node = new Unary(Negation());
        _depth--;
        return node;
    }
}
