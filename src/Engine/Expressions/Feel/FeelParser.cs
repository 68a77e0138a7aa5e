using System.Globalization;

namespace DoubleRandom.Engine.Expressions.Feel;

/// <summary>Recursive descent over the tokens. Names of several words are taken as long as they are known: built-ins, and what the caller or the text declares.</summary>
internal sealed class FeelParser
{
    private const int MaxDepth = 200;

    private static readonly HashSet<string> TypeNames = new(StringComparer.Ordinal)
    {
        "number", "string", "boolean", "date", "time", "date and time", "days and time duration", "years and months duration", "dayTimeDuration", "yearMonthDuration",
        "Any", "Null", "list", "context", "range", "function",
    };

    private readonly List<Token> _tokens;
    private readonly string _text;
    private readonly Func<string, bool> _known;
    private readonly List<string> _declared = [];
    private int _at;
    private int _depth;
    private int _rangeEnds;

    private FeelParser(string text, Func<string, bool> known) => (_text, _tokens, _known) = (text, FeelLexer.Read(text), known);

    /// <param name="known">Says of a name with blanks or signs inside whether it is one name in scope.</param>
    public static FeelNode Parse(string text, Func<string, bool> known)
    {
        var parser = new FeelParser(text, known);
        if (parser.Now.Kind is TokenKind.End) throw new FeelSyntaxException("表达式为空", 0);
        var node = parser.Expression();
        if (parser.Now.Kind is not TokenKind.End) throw parser.Unexpected();
        return node;
    }

    private Token Now => _tokens[_at];

    private Token Peek(int ahead = 1) => _tokens[Math.Min(_at + ahead, _tokens.Count - 1)];

    private bool Is(string symbol) => Now.Kind is TokenKind.Symbol && Now.Text == symbol;

    private bool IsWord(string word) => Now.Kind is TokenKind.Keyword or TokenKind.Name && Now.Text == word;

    private bool Take(string symbol)
    {
        if (!Is(symbol)) return false;
        _at++;
        return true;
    }

    private bool TakeWord(string word)
    {
        if (!IsWord(word)) return false;
        _at++;
        return true;
    }

    private void Expect(string symbol)
    {
        if (!Take(symbol)) throw new FeelSyntaxException($"这里应是“{symbol}”，实际是“{Shown(Now)}”", Now.Position);
    }

    private void ExpectWord(string word)
    {
        if (!TakeWord(word)) throw new FeelSyntaxException($"这里应是“{word}”，实际是“{Shown(Now)}”", Now.Position);
    }

    private FeelSyntaxException Unexpected() => new(Now.Kind is TokenKind.End ? "表达式没有写完" : $"多余或不该出现的“{Shown(Now)}”", Now.Position);

    private static string Shown(Token token) => token.Kind is TokenKind.End ? "结尾" : token.Text;

    private FeelNode Expression()
    {
        if (++_depth > MaxDepth) throw new FeelSyntaxException($"嵌套超过 {MaxDepth} 层", Now.Position);
        try
        {
            if (IsWord("if") && !(Peek().Kind is TokenKind.Symbol && Peek().Text is "." or "=")) return IfExpression();
            if (IsWord("for")) return ForExpression();
            if (IsWord("some") || IsWord("every")) return QuantifiedExpression();
            if (IsWord("function") && Peek().Text == "(") return FunctionExpression();
            return Or();
        }
        finally
        {
            _depth--;
        }
    }

    private If IfExpression()
    {
        ExpectWord("if");
        var condition = Expression();
        ExpectWord("then");
        var then = Expression();
        ExpectWord("else");
        return new If(condition, then, Expression());
    }

    private For ForExpression()
    {
        ExpectWord("for");
        var count = _declared.Count;
        var iterations = Iterations();
        ExpectWord("return");
        _declared.Add("partial");
        var result = Expression();
        _declared.RemoveRange(count, _declared.Count - count);
        return new For(iterations, result);
    }

    private Quantified QuantifiedExpression()
    {
        var some = IsWord("some");
        _at++;
        var count = _declared.Count;
        var iterations = Iterations();
        ExpectWord("satisfies");
        var condition = Expression();
        _declared.RemoveRange(count, _declared.Count - count);
        return new Quantified(some, iterations, condition);
    }

    private List<Iteration> Iterations()
    {
        List<Iteration> iterations = [];
        do
        {
            var name = DeclaredName("in");
            ExpectWord("in");
            var from = Expression();
            var to = Take("..") ? Expression() : null;
            iterations.Add(new Iteration(name, from, to));
            _declared.Add(name);
        }
        while (Take(","));
        return iterations;
    }

    private FunctionNode FunctionExpression()
    {
        ExpectWord("function");
        Expect("(");
        var count = _declared.Count;
        List<string> parameters = [];
        if (!Is(")"))
        {
            do
            {
                parameters.Add(DeclaredName(":", ",", ")"));
                if (Take(":")) Type();
            }
            while (Take(","));
        }
        Expect(")");
        if (IsWord("external")) throw new FeelSyntaxException("不支持外部函数", Now.Position);
        _declared.AddRange(parameters);
        var body = Expression();
        _declared.RemoveRange(count, _declared.Count - count);
        return new FunctionNode(parameters, body);
    }

    /// <summary>A name that is being declared: everything up to one of the given words or signs.</summary>
    private string DeclaredName(params string[] until)
    {
        var start = Now;
        if (start.Kind is not (TokenKind.Name or TokenKind.Keyword)) throw new FeelSyntaxException($"这里应是名称，实际是“{Shown(start)}”", start.Position);
        var end = start;
        _at++;
        while (Now.Kind is not TokenKind.End && !until.Contains(Now.Text) && (Now.Kind is TokenKind.Name or TokenKind.Keyword or TokenKind.Number || Now.Text is "+" or "-" or "*" or "/" or "." or "'"))
        {
            end = Now;
            _at++;
        }
        return Normalise(_text[start.Position..end.EndPosition]);
    }

    private static string Normalise(string name) => string.Join(' ', name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private FeelNode Or()
    {
        var left = And();
        while (IsWord("or"))
        {
            _at++;
            left = new Binary("or", left, And());
        }
        return left;
    }

    private FeelNode And()
    {
        var left = Comparison();
        while (IsWord("and"))
        {
            _at++;
            left = new Binary("and", left, Comparison());
        }
        return left;
    }

    private FeelNode Comparison()
    {
        var left = Additive();
        while (true)
        {
            if (Now.Kind is TokenKind.Symbol && Now.Text is "=" or "!=" or "<" or "<=" or ">" or ">=")
            {
                var symbol = Now.Text;
                _at++;
                left = new Binary(symbol, left, Additive());
            }
            else if (IsWord("between"))
            {
                _at++;
                var low = Additive();
                ExpectWord("and");
                left = new Between(left, low, Additive());
            }
            else if (IsWord("in"))
            {
                _at++;
                left = new In(left, InTests());
            }
            else if (IsWord("instance") && Peek().Text == "of")
            {
                _at += 2;
                left = new InstanceOf(left, Type());
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
        var left = Multiplicative();
        while (Is("+") || Is("-"))
        {
            var symbol = Now.Text;
            _at++;
            left = new Binary(symbol, left, Multiplicative());
        }
        return left;
    }

    private FeelNode Multiplicative()
    {
        var left = Power();
        while (Is("*") || Is("/"))
        {
            var symbol = Now.Text;
            _at++;
            left = new Binary(symbol, left, Power());
        }
        return left;
    }

    private FeelNode Power()
    {
        var left = Negation();
        while (Take("**")) left = new Binary("**", left, Negation());
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

    private FeelNode Postfix()
    {
        var node = Primary();
        while (true)
        {
            if (Is(".") && Peek().Kind is TokenKind.Name or TokenKind.Keyword)
            {
                _at++;
                node = new Path(node, PathName());
            }
            else if (Is("[") && (_rangeEnds == 0 || !IsRangeClose()))
            {
                _at++;
                var count = _declared.Count;
                _declared.Add("item");
                node = new Filter(node, Expression());
                _declared.RemoveRange(count, _declared.Count - count);
                Expect("]");
            }
            else if (Is("("))
            {
                node = CallOf(node);
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
        for (var i = 0; i < 8; i++)
        {
            var token = Peek(i);
            if (token is { Kind: TokenKind.Symbol, Text: ":" }) return i > 0;
            if (token.Kind is not (TokenKind.Name or TokenKind.Keyword)) return false;
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
                return ListExpression();
            case TokenKind.Symbol when token.Text is "{":
                return ContextExpression();
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

    private FeelType Type()
    {
        var start = Now;
        if (start.Kind is not (TokenKind.Name or TokenKind.Keyword)) throw Unexpected();
        var name = start.Text;
        _at++;
        foreach (var known in TypeNames.Where(t => t.Contains(' ', StringComparison.Ordinal) && t.Split(' ')[0] == start.Text))
        {
            var words = known.Split(' ');
            if (Enumerable.Range(1, words.Length - 1).All(i => Peek(i - 1).Text == words[i]))
            {
                _at += words.Length - 1;
                name = known;
                break;
            }
        }
        if (!Is("<")) return new FeelType(name);
        _at++;
        if (name == "context")
        {
            var members = new Dictionary<string, FeelType>(StringComparer.Ordinal);
            do
            {
                var key = DeclaredName(":");
                Expect(":");
                members[key] = Type();
            }
            while (Take(","));
            Expect(">");
            return new FeelType(name, Members: members);
        }
        List<FeelType> arguments = [];
        if (!Is(">"))
        {
            do arguments.Add(Type());
            while (Take(","));
        }
        Expect(">");
        return name == "function" && Take("->") ? new FeelType(name, arguments, Result: Type()) : new FeelType(name, arguments);
    }
}
