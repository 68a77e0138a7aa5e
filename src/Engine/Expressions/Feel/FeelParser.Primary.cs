using System.Globalization;

namespace DoubleRandom.Engine.Expressions.Feel;

/// <summary>What binds tightest: literals, names, calls, paths, filters, ranges, lists and contexts.</summary>
internal sealed partial class FeelParser
{
    private FeelNode Postfix()
    {
        var start = Now.Position;
        var node = Primary();
        while (true)
        {
            if (Is(".") && Peek().Kind is TokenKind.Name or TokenKind.Keyword)
            {
                _at++;
                node = Placed(start, new Path(node, PathName()));
            }
            else if (Is("[") && (_rangeEnds == 0 || !IsRangeClose()))
            {
                _at++;
                var count = _declared.Count;
                _declared.Add("item");
                node = Placed(start, new Filter(node, Expression()));
                _declared.RemoveRange(count, _declared.Count - count);
                Expect("]");
            }
            else if (Is("("))
            {
                node = Placed(start, CallOf(node));
            }
            else
            {
                return node;
            }
        }
    }

    /// <summary>Members of temporal values and contexts may have blanks: the longest run of words that does not meet an operator word.</summary>
    private string PathName()
    {
        var first = Now;
        _at++;
        foreach (var member in (ReadOnlySpan<string>)["time offset", "start included", "end included"])
        {
            var words = member.Split(' ');
            if (first.Text != words[0]) continue;
            var match = true;
            for (var i = 1; i < words.Length; i++) match &= Peek(i - 1).Text == words[i];
            if (!match) continue;
            _at += words.Length - 1;
            return member;
        }
        return LongestKnown(first) ?? first.Text;
    }

    private FeelNode CallOf(FeelNode function)
    {
        Expect("(");
        List<FeelNode> arguments = [];
        List<string>? names = null;
        if (!Is(")"))
        {
            if (IsNamedArgument())
            {
                names = [];
                do
                {
                    names.Add(DeclaredName(":"));
                    Expect(":");
                    arguments.Add(Expression());
                }
                while (Take(","));
            }
            else
            {
                do arguments.Add(Now.Kind is TokenKind.Symbol && Now.Text is "<" or "<=" or ">" or ">=" ? PositiveTest() : Expression());
                while (Take(","));
            }
        }
        Expect(")");
        return new Call(function, arguments, names);
    }

    private bool IsNamedArgument()
    {
        if (Now.Kind is not (TokenKind.Name or TokenKind.Keyword)) return false;
        for (var i = 1; i < 16; i++)
        {
            var token = Peek(i);
            if (token is { Kind: TokenKind.Symbol, Text: ":" }) return true;
            if (token.Kind is not (TokenKind.Name or TokenKind.Keyword or TokenKind.Number) && token is not { Kind: TokenKind.Symbol, Text: "+" or "-" or "*" or "/" or "." or "'" }) return false;
        }
        return false;
    }

    private FeelNode Primary()
    {
        var token = Now;
        switch (token.Kind)
        {
            case TokenKind.Number:
                _at++;
                return new Constant(decimal.TryParse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null);
            case TokenKind.String:
                _at++;
                return new Constant(token.Text);
            case TokenKind.At:
                _at++;
                return new Constant(FeelTemporal.Any(token.Text) ?? throw new FeelSyntaxException($"@\"{token.Text}\" 不是日期、时间或时长", token.Position));
            case TokenKind.Keyword when token.Text is "true" or "false":
                _at++;
                return new Constant(token.Text == "true");
            case TokenKind.Keyword when token.Text is "null":
                _at++;
                return new Constant(null);
            case TokenKind.Keyword when token.Text is "if" or "for" or "some" or "every" or "function":
                return Expression();
            case TokenKind.Symbol when token.Text is "?":
                _at++;
                return new NameRef("?");
            case TokenKind.Symbol when token.Text is "(" or "[" or "]" && IsRangeAhead():
                return RangeExpression();
            case TokenKind.Symbol when token.Text is "(":
                _at++;
                if (Now.Kind is TokenKind.Symbol && Now.Text is "<" or "<=" or ">" or ">=" or "=" or "!=")
                {
                    var test = PositiveTest();
                    Expect(")");
                    return test;
                }
                var inner = Expression();
                Expect(")");
                return inner;
            case TokenKind.Symbol when token.Text is "[":
                return Placed(token.Position, ListExpression());
            case TokenKind.Symbol when token.Text is "{":
                return Placed(token.Position, ContextExpression());
            case TokenKind.Symbol when token.Text is "<" or "<=" or ">" or ">=":
                return PositiveTest();
            case TokenKind.Name or TokenKind.Keyword:
                return Name();
            default:
                throw Unexpected();
        }
    }

    private NameRef Name()
    {
        var first = Now;
        if (first.Kind is TokenKind.Keyword && first.Text is "and" or "or" or "then" or "else" or "return" or "satisfies" or "in" or "between" or "of") throw Unexpected();
        _at++;
        return new NameRef(LongestKnown(first) ?? first.Text);
    }

    /// <summary>Joins following words and signs as long as some known name begins so; keeps the longest that is one.</summary>
    private string? LongestKnown(Token first)
    {
        string? best = null;
        var bestAt = _at;
        for (var i = _at; i < _tokens.Count && i < _at + 12; i++)
        {
            var token = _tokens[i];
            if (token.Kind is not (TokenKind.Name or TokenKind.Keyword or TokenKind.Number) && token is not { Kind: TokenKind.Symbol, Text: "+" or "-" or "*" or "/" or "." }) break;
            var candidate = Normalise(_text[first.Position..token.EndPosition]);
            if (!_declared.Contains(candidate) && !FeelBuiltins.Has(candidate) && !_known(candidate)) continue;
            best = candidate;
            bestAt = i + 1;
        }
        if (best is not null) _at = bestAt;
        return best;
    }

    /// <summary>Looks for <c>..</c> at this level before the closing bracket.</summary>
    private bool IsRangeAhead()
    {
        var level = 0;
        for (var i = _at + 1; i < _tokens.Count; i++)
        {
            if (_tokens[i].Kind is not TokenKind.Symbol) continue;
            switch (_tokens[i].Text)
            {
                case "(" or "{" or "[": level++; break;
                case ")" or "}" or "]" when level == 0: return false;
                case ")" or "}" or "]": level--; break;
                case "," when level == 0: return false;
                case ".." when level == 0: return !IsIterationBefore(i);
            }
        }
        return false;
    }

    /// <summary>A <c>..</c> that belongs to a <c>for</c> inside the bracket makes no range of the bracket.</summary>
    private bool IsIterationBefore(int dots)
    {
        for (var i = _at + 1; i < dots; i++)
        {
            if (_tokens[i] is { Kind: TokenKind.Keyword, Text: "for" or "some" or "every" }) return true;
        }
        return false;
    }

    /// <summary>Behind a range's high end, <c>[</c> closes the range (<c>[1..10[</c>) unless an expression and its bracket follow.</summary>
    private bool IsRangeClose()
        => Peek().Kind is TokenKind.End || (Peek().Kind is TokenKind.Symbol && Peek().Text is not ("(" or "[" or "{" or "-")) || Peek() is { Kind: TokenKind.Keyword, Text: "and" or "or" };

    private RangeNode RangeExpression()
    {
        var open = Now.Text;
        _at++;
        var low = Additive();
        Expect("..");
        _rangeEnds++;
        var high = Additive();
        _rangeEnds--;
        if (!(Is(")") || Is("]") || Is("["))) throw Unexpected();
        var close = Now.Text;
        _at++;
        return new RangeNode(low, high, open == "[", close == "]");
    }

    private ListNode ListExpression()
    {
        Expect("[");
        List<FeelNode> items = [];
        if (!Is("]"))
        {
            do items.Add(Now.Kind is TokenKind.Symbol && Now.Text is "<" or "<=" or ">" or ">=" ? PositiveTest() : Expression());
            while (Take(","));
        }
        Expect("]");
        return new ListNode(items);
    }

    private ContextNode ContextExpression()
    {
        Expect("{");
        List<(string, FeelNode)> entries = [];
        var count = _declared.Count;
        if (!Is("}"))
        {
            do
            {
                string key;
                if (Now.Kind is TokenKind.String)
                {
                    key = Now.Text;
                    _at++;
                }
                else
                {
                    key = DeclaredName(":");
                }
                Expect(":");
                entries.Add((key, Expression()));
                _declared.Add(key);
            }
            while (Take(","));
        }
        Expect("}");
        // The keys stay known behind the context: {first name: "x"}.first name.
        _ = count;
        return new ContextNode(entries);
    }
}
