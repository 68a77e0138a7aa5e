namespace DoubleRandom.Engine.Expressions.Feel;

/// <summary>Recursive descent over the tokens. Names of several words are taken as long as they are known: built-ins, and what the caller or the text declares.</summary>
internal sealed partial class FeelParser
{
    private const int MaxDepth = 200;

    public static readonly IReadOnlySet<string> TypeNames = new HashSet<string>(StringComparer.Ordinal)
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
        return Placed(0, node);
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
            var start = Now.Position;
            if (IsWord("if") && !(Peek().Kind is TokenKind.Symbol && Peek().Text is "." or "=")) return Placed(start, IfExpression());
            if (IsWord("for")) return Placed(start, ForExpression());
            if (IsWord("some") || IsWord("every")) return Placed(start, QuantifiedExpression());
            if (IsWord("function") && Peek().Text == "(") return Placed(start, FunctionExpression());
            return Or();
        }
        finally
        {
            _depth--;
        }
    }

    private static FeelNode Placed(int start, FeelNode node)
    {
        if (node.At < 0) node.At = start;
        return node;
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
        List<FeelType?> types = [];
        if (!Is(")"))
        {
            do
            {
                parameters.Add(DeclaredName(":", ",", ")"));
                types.Add(Take(":") ? Type() : null);
            }
            while (Take(","));
        }
        Expect(")");
        if (IsWord("external")) throw new FeelSyntaxException("不支持外部函数", Now.Position);
        _declared.AddRange(parameters);
        var body = Expression();
        _declared.RemoveRange(count, _declared.Count - count);
        return new FunctionNode(parameters, types, body);
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
}
