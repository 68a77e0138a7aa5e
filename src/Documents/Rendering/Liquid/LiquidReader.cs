using System.Globalization;
using System.Text.RegularExpressions;

namespace DoubleRandom.Documents.Rendering.Liquid;

internal delegate object? LiquidExpression(LiquidScope scope);

/// <summary>Reads what stands inside a tag: operands, conditions, filters, named arguments.</summary>
internal sealed partial class LiquidReader(string source)
{
    private readonly List<string> _tokens = [.. Pieces().Matches(source).Select(m => m.Value)];
    private readonly HashSet<string> _continues = [];

    public int Position { get; private set; }

    [GeneratedRegex("""'[^']*'|"[^"]*"|-?\d+\.\d+|-?\d+|\.\.|==|!=|<>|<=|>=|[A-Za-z_][\w-]*\??|\p{L}[\w-]*|\S""")]
    private static partial Regex Pieces();

    private string? Peek => Position < _tokens.Count ? _tokens[Position] : null;

    public string Between(int start) => string.Concat(_tokens[start..Position]);

    public bool IsContinue(string key) => _continues.Contains(key);

    public bool Word(string word)
    {
        if (Peek != word) return false;
        Position++;
        return true;
    }

    public string Identifier() => Peek is { } name && (char.IsLetter(name[0]) || name[0] == '_') ? _tokens[Position++] : throw new LiquidException($"A name is expected, not {Peek}.");

    public LiquidExpression Filtered()
    {
        var value = Operand();
        while (Word("|"))
        {
            var name = Identifier();
            var (arguments, named) = (new List<LiquidExpression>(), new Dictionary<string, LiquidExpression>());
            if (Word(":"))
            {
                do
                {
                    if (Position + 1 < _tokens.Count && _tokens[Position + 1] == ":" && char.IsLetter(_tokens[Position][0]))
                    {
                        var key = Identifier();
                        Position++;
                        named[key] = Operand();
                    }
                    else arguments.Add(Operand());
                }
                while (Word(","));
            }
            var input = value;
            value = s => LiquidFilters.Apply(name, input(s), [.. arguments.Select(a => a(s))], named.ToDictionary(p => p.Key, p => p.Value(s)));
        }
        return Peek is null ? value : throw new LiquidException($"Unexpected {Peek} in {source}.");
    }

    public LiquidExpression Condition()
    {
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
        return Peek is null ? left : throw new LiquidException($"Unexpected {Peek} in {source}.");
    }

    private LiquidExpression Comparison()
    {
        var left = Operand();
        if (Peek is not ("==" or "!=" or "<>" or "<" or ">" or "<=" or ">=" or "contains")) return left;
        var sign = _tokens[Position++];
        var right = Operand();
        return s => LiquidValue.Compare(sign, left(s), right(s));
    }

    public List<LiquidExpression> List() => List(out _);

    public List<LiquidExpression> List(out LiquidExpression? group)
    {
        group = null;
        var values = new List<LiquidExpression>();
        while (Peek is not null)
        {
            var value = Operand();
            if (values.Count == 0 && Word(":")) group = value;
            else values.Add(value);
            if (!Word(",")) Word("or");
        }
        return values;
    }

    public Dictionary<string, LiquidExpression> Named()
    {
        var named = new Dictionary<string, LiquidExpression>();
        while (Word(",") || Peek is not null)
        {
            if (Position + 1 >= _tokens.Count || _tokens[Position + 1] != ":") break;
            var key = Identifier();
            Position++;
            if (Peek == "continue") _continues.Add(key);
            named[key] = Operand();
        }
        return named;
    }

    public LiquidExpression Operand()
    {
        var token = Peek ?? throw new LiquidException($"A value is expected in {source}.");
        Position++;
        LiquidExpression value;
        if (token[0] is '\'' or '"' && token.Length > 1)
        {
            var text = token[1..^1];
            value = _ => text;
        }
        else if (char.IsAsciiDigit(token[^1]) && (token[0] == '-' || char.IsAsciiDigit(token[0])))
        {
            object number = token.Contains('.', StringComparison.Ordinal) ? decimal.Parse(token, CultureInfo.InvariantCulture) : long.Parse(token, CultureInfo.InvariantCulture);
            value = _ => number;
        }
        else if (token == "(")
        {
            var from = Operand();
            if (!Word("..")) throw new LiquidException("A range needs two dots.");
            var to = Operand();
            if (!Word(")")) throw new LiquidException("A range is not closed.");
            value = s => new LiquidRange(LiquidValue.Whole(from(s)), LiquidValue.Whole(to(s)));
        }
        else if (token == "[")
        {
            var key = Operand();
            if (!Word("]")) throw new LiquidException("A bracket is not closed.");
            value = s => s.Find(LiquidValue.Text(key(s)));
        }
        else if (char.IsLetter(token[0]) || token[0] == '_')
        {
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
        else throw new LiquidException($"Unexpected {token} in {source}.");
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
                if (!Word("]")) throw new LiquidException("A bracket is not closed.");
                value = s => LiquidValue.Member(owner(s), key(s), false);
            }
            else return value;
        }
    }
}
