using System.Globalization;
using System.Text.RegularExpressions;

namespace DoubleRandom.Documents.Rendering.Liquid;

internal delegate object? LiquidExpression(LiquidScope scope);

/// <summary>Reads what stands inside a tag: operands, conditions, filters, named arguments. Mistakes are placed by their offset in the template.</summary>
internal sealed partial class LiquidReader
{
    private const int MaximumDepth = 50;
    private readonly string _source;
    private readonly int _offset;
    private readonly List<(string Text, int At)> _tokens;
    private readonly HashSet<string> _continues = [];
    private int _depth;

    /// <param name="offset">Where the source begins in the template.</param>
    public LiquidReader(string source, int offset)
    {
        (_source, _offset) = (source, offset);
        _tokens = [.. Pieces().Matches(source).Select(m => (m.Value, m.Index))];
    }

    public int Position { get; private set; }

    [GeneratedRegex("""'[^']*'|"[^"]*"|-?\d+\.\d+|-?\d+|\.\.|==|!=|<>|<=|>=|[\p{L}_][\w-]*\??|\S""")]
    private static partial Regex Pieces();

    private string? Peek => Position < _tokens.Count ? _tokens[Position].Text : null;

    public string Between(int start) => string.Concat(_tokens[start..Position].Select(t => t.Text));

    public bool IsContinue(string key) => _continues.Contains(key);

    public LiquidException Fail(string message) => new(message, _offset + (Position < _tokens.Count ? _tokens[Position].At : _source.TrimEnd().Length));

    private LiquidException Unexpected() => Peek is { } token ? Fail($"不应出现“{token}”") : Fail("内容不完整");

    public void End()
    {
        if (Peek is not null) throw Unexpected();
    }

    public bool Word(string word)
    {
        if (Peek != word) return false;
        Position++;
        return true;
    }

    public string Identifier() => Peek is { } name && (char.IsLetter(name[0]) || name[0] == '_') ? _tokens[Position++].Text : throw Fail(Peek is { } found ? $"此处应是名称，而不是“{found}”" : "此处应有名称");

    public LiquidExpression Filtered()
    {
        var value = Operand();
        while (Word("|"))
        {
            var start = Position;
            var name = Identifier();
            var (arguments, named) = (new List<LiquidExpression>(), new Dictionary<string, LiquidExpression>());
            if (Word(":"))
            {
                do
                {
                    if (Position + 1 < _tokens.Count && _tokens[Position + 1].Text == ":" && char.IsLetter(_tokens[Position].Text[0]))
                    {
                        var key = Identifier();
                        Position++;
                        named[key] = Operand();
                    }
                    else arguments.Add(Operand());
                }
                while (Word(","));
            }
            if (LiquidFilters.Check(name, arguments.Count) is { } wrong)
            {
                Position = start;
                throw Fail(wrong);
            }
            var input = value;
            value = s => LiquidFilters.Apply(new FilterCall(name, input(s), [.. arguments.Select(a => a(s))], named.ToDictionary(p => p.Key, p => p.Value(s)), s));
        }
        End();
        return value;
    }

    public LiquidExpression Condition()
    {
        if (++_depth > MaximumDepth) throw Fail($"条件超过 {MaximumDepth} 项");
        var left = Comparison();
        if (Word("and"))
        {
            var right = Condition();
            return s => LiquidValue.Truthy(left(s)) && LiquidValue.Truthy(right(s));
        }
        if (Word("or"))
        {
            var right = Condition();
            return s => LiquidValue.Truthy(left(s)) || LiquidValue.Truthy(right(s));
        }
        End();
        return left;
    }

    private LiquidExpression Comparison()
    {
        var left = Operand();
        if (Peek is not ("==" or "!=" or "<>" or "<" or ">" or "<=" or ">=" or "contains")) return left;
        var sign = _tokens[Position++].Text;
        var right = Operand();
        return s => LiquidValue.Compare(sign, left(s), right(s));
    }

    /// <summary>Values with commas, or with <c>or</c>, between; at least one.</summary>
    public List<LiquidExpression> List(bool grouped, out LiquidExpression? group, out string text)
    {
        group = null;
        var values = new List<LiquidExpression>();
        var start = Position;
        do
        {
            var value = Operand();
            if (grouped && values.Count == 0 && group is null && Word(":"))
            {
                group = value;
                value = Operand();
            }
            values.Add(value);
        }
        while (Word(",") || (!grouped && Word("or")));
        End();
        text = Between(start);
        return values;
    }

    public Dictionary<string, LiquidExpression> Named()
    {
        var named = new Dictionary<string, LiquidExpression>();
        while (Word(",") || Peek is not null)
        {
            if (Position + 1 >= _tokens.Count || _tokens[Position + 1].Text != ":") break;
            var key = Identifier();
            Position++;
            if (Peek == "continue") _continues.Add(key);
            named[key] = Operand();
        }
        return named;
    }

    public LiquidExpression Operand()
    {
        if (++_depth > MaximumDepth) throw Fail($"表达式嵌套超过 {MaximumDepth} 层");
        var token = Peek ?? throw Fail("此处应有值");
        LiquidExpression value;
        if (token[0] is '\'' or '"' && token.Length > 1)
        {
            Position++;
            var text = token[1..^1];
            value = _ => text;
        }
        else if (char.IsAsciiDigit(token[^1]) && (token[0] == '-' || char.IsAsciiDigit(token[0])))
        {
            var number = Literal(token);
            Position++;
            value = _ => number;
        }
        else if (token == "(")
        {
            Position++;
            var from = Operand();
            if (!Word("..")) throw Fail("区间的两端之间应是“..”");
            var to = Operand();
            if (!Word(")")) throw Fail("区间没有右括号");
            value = s => new LiquidRange(LiquidValue.Whole(from(s)), LiquidValue.Whole(to(s)));
        }
        else if (token == "[")
        {
            Position++;
            var key = Operand();
            if (!Word("]")) throw Fail("没有右方括号");
            value = s => s.Find(LiquidValue.Text(key(s)));
        }
        else if (char.IsLetter(token[0]) || token[0] == '_')
        {
            Position++;
            value = token switch
            {
                "true" => _ => true,
                "false" => _ => false,
                "nil" or "null" => _ => null,
                "empty" when Peek is not "." => _ => LiquidEmpty.Empty,
                "blank" when Peek is not "." => _ => LiquidEmpty.Blank,
                _ => s => s.Find(token),
            };
        }
        else throw Unexpected();
        while (true)
        {
            var owner = value;
            if (Word("."))
            {
                var key = Identifier();
                value = s => LiquidValue.Member(owner(s), key, true);
            }
            else if (Word("["))
            {
                var key = Operand();
                if (!Word("]")) throw Fail("没有右方括号");
                value = s => LiquidValue.Member(owner(s), key(s), false);
            }
            else
            {
                _depth--;
                return value;
            }
        }
    }

    private object Literal(string token)
    {
        if (!token.Contains('.', StringComparison.Ordinal) && long.TryParse(token, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)) return whole;
        return decimal.TryParse(token, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw Fail("数值超出范围");
    }
}
