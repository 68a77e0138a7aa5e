using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Expressions.Feel;

namespace DoubleRandom.Engine.Expressions;

/// <summary>
/// The simple JavaScript of imported definitions, said in FEEL: comparison, <c>&amp;&amp;</c>, <c>||</c>, <c>!</c>, <c>getX()</c>,
/// <c>getVariable("x")</c>, <c>getInput("x")</c>, <c>variables.X</c> and literals. No script is ever run. What goes beyond is refused with
/// the FEEL to write instead, as far as it can be told.
/// </summary>
public sealed partial class JavaScriptCondition
{
    private const int MaxLength = 4_000;
    private const int MaxDepth = 100;

    private readonly string _text;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private int _at;
    private int _depth;
    private bool _isSimple = true;
    private int _undefined;

    private JavaScriptCondition(string text) => _text = text;

    /// <summary>The expression in FEEL.</summary>
    public static Result<TranslatedScript> Translate(string script)
    {
        if (script.Length > MaxLength) return FeelExpression.Refused("feel.too-long", script, MaxLength, MaxLength);
        var text = script.Trim().TrimEnd(';').Trim();
        if (text.StartsWith("return", StringComparison.Ordinal) && text.Length > 6 && !IsNamePart(text[6])) text = text[6..].Trim();
        var translator = new JavaScriptCondition(text);
        string feel;
        try
        {
            feel = translator.Conditional();
            translator.Blanks();
            if (translator._at < text.Length) throw new NotSimpleException();
        }
        catch (NotSimpleException)
        {
            return Refusal.Invalid("engine.script-too-much", null, Short(script));
        }
        return translator._isSimple ? new TranslatedScript(feel, translator._names) : Refusal.Invalid("engine.script-write-feel", null, Short(script), feel);
    }

    private static string Short(string script) => script.Length <= 80 ? script.Trim() : script.Trim()[..80] + "…";

    private string Conditional()
    {
        if (++_depth > MaxDepth) throw new NotSimpleException();
        var condition = Or();
        if (TakeDefault())
        {
            _isSimple = false;
            condition = $"if {condition} != null then {condition} else {Conditional()}";
        }
        else if (Take("?"))
        {
            _isSimple = false;
            var then = Conditional();
            if (!Take(":")) throw new NotSimpleException();
            condition = $"if {condition} then {then} else {Conditional()}";
        }
        _depth--;
        return condition;
    }

    private string Or()
    {
        var from = _at;
        var left = And();
        while (true)
        {
            var isValue = IsValue(from);
            if (!Take("||")) return left;
            from = _at;
            var right = And();
            left = isValue || IsValue(from) ? Default(left, right) : $"{left} or {right}";
        }
    }

    /// <summary>A script takes the one that is "truthy"; a condition is true or false.</summary>
    private string Default(string value, string other)
    {
        _isSimple = false;
        return $"if {value} != null then {value} else {other}";
    }

    /// <summary>What stands between there and here is a text, a number or nothing: no condition.</summary>
    private bool IsValue(int from) => LoneValue().IsMatch(_text.AsSpan(from, _at - from));

    [GeneratedRegex("""^\s*("[^"]*"|'[^']*'|-?[\d.]+|null|undefined)\s*$""", RegexOptions.CultureInvariant)]
    private static partial Regex LoneValue();

    private string And()
    {
        var from = _at;
        var left = Equality();
        while (true)
        {
            var isValue = IsValue(from);
            if (!Take("&&")) return left;
            from = _at;
            var right = Equality();
            if (isValue || IsValue(from)) throw new NotSimpleException();
            left = $"{left} and {right}";
        }
    }

    /// <summary>A script compares sizes before it compares for equality; in FEEL both bind alike, so what comes first is put in brackets.</summary>
    private string Equality()
    {
        var (left, compares) = Relation();
        while (true)
        {
            var undefined = _undefined;
            var isStrict = Take("===") || Take("!==");
            if (!isStrict && !Take("==") && !Take("!=")) return left;
            var sign = _text[_at - (isStrict ? 3 : 2)] is '!' ? "!=" : "=";
            var (right, rightCompares) = Relation();
            // What is not set is null, and to a script null is not strictly "undefined".
            if (isStrict && (_undefined > undefined || left == "null")) _isSimple = false;
            left = $"{(compares ? $"({left})" : left)} {sign} {(rightCompares ? $"({right})" : right)}";
            compares = true;
        }
    }

    private (string Feel, bool Compares) Relation()
    {
        var left = Sum();
        var compares = false;
        while (true)
        {
            var sign = Take("<=") ? "<=" : Take(">=") ? ">=" : Take("<") ? "<" : Take(">") ? ">" : null;
            if (sign is null) return (left, compares);
            left = $"{(compares ? $"({left})" : left)} {sign} {Sum()}";
            compares = true;
        }
    }

    private string Sum()
    {
        var left = Product();
        while (true)
        {
            if (Take("+")) left = Joined(left, Product());
            else if (Take("-")) left = $"{left} - {Product()}";
            else return left;
            _isSimple = false;
        }
    }

    /// <summary>A text is only joined to a text; a script makes one of whatever stands beside it.</summary>
    private static string Joined(string left, string right)
        => left[0] == '"' && right[0] != '"' ? $"{left} + string({right})" : right[0] == '"' && left[0] != '"' && !left.EndsWith('"') ? $"string({left}) + {right}" : $"{left} + {right}";

    private string Product()
    {
        var left = Unary();
        while (true)
        {
            if (Take("*")) left = $"{left} * {Unary()}";
            else if (Take("/")) left = $"{left} / {Unary()}";
            else if (Take("%")) left = $"modulo({left}, {Unary()})";
            else return left;
            _isSimple = false;
        }
    }

    private string Unary()
    {
        if (++_depth > MaxDepth) throw new NotSimpleException();
        string result;
        if (Take("!")) result = $"not({Unary()})";
        else if (Take("-")) result = $"-{Unary()}";
        else result = Postfix();
        _depth--;
        return result;
    }

    private string Postfix()
    {
        var value = Primary();
        while (true)
        {
            if (Take("["))
            {
                _isSimple = false;
                // A script counts from nought.
                Blanks();
                if (_at >= _text.Length) throw new NotSimpleException();
                if (_text[_at] is '"' or '\'') value = $"{value}.{Text()}";
                else if (char.IsAsciiDigit(_text[_at])) value = $"{value}[{FeelValue.Number(decimal.Parse(Number(), CultureInfo.InvariantCulture) + 1)}]";
                else throw new NotSimpleException();
                if (!Take("]")) throw new NotSimpleException();
                continue;
            }
            if (!Take(".")) return value;
            _isSimple = false;
            var member = Name() ?? throw new NotSimpleException();
            if (!Take("("))
            {
                value = member == "length" ? $"count({value})" : $"{value}.{member}";
                continue;
            }
            var arguments = Arguments();
            value = (member, arguments) switch
            {
                ("includes", [var item]) => $"list contains({value}, {item})",
                ("startsWith", [var start]) => $"starts with({value}, {start})",
                ("endsWith", [var end]) => $"ends with({value}, {end})",
                ("toUpperCase", []) => $"upper case({value})",
                ("toLowerCase", []) => $"lower case({value})",
                ("trim", []) => value,
                ("toString", []) => $"string({value})",
                _ => throw new NotSimpleException(),
            };
        }
    }

    private string Primary()
    {
        Blanks();
        if (_at >= _text.Length) throw new NotSimpleException();
        if (Take("("))
        {
            var inner = Conditional();
            return Take(")") ? $"({inner})" : throw new NotSimpleException();
        }
        if (_text[_at] is '"' or '\'') return Quote(Text());
        if (_text[_at] is '`') return Template();
        if (Take("[")) return List();
        if (Take("{")) return Context();
        if (char.IsAsciiDigit(_text[_at])) return Number();
        switch (Name())
        {
            case "true": return "true";
            case "false": return "false";
            case "null": return "null";
            case "undefined":
                _undefined++;
                return "null";
            // Elsa's own functions, not variables of the definition.
            case "getCorrelationId" or "getLastResult" or "getWorkflowInstanceId" or "getWorkflowInstanceName" or "getWorkflowDefinitionId"
                or "getWorkflowDefinitionVersion" or "getWorkflowDefinitionVersionId" or "getOutputFrom":
                throw new NotSimpleException();
            case "variables" when Take("."):
                return Variable(Name() ?? throw new NotSimpleException());
            case "getVariable" when Take("("):
                return Variable(OneText());
            case "getInput" when Take("("):
                return $"input.{OneText()}";
            case { } getter when getter.StartsWith("get", StringComparison.Ordinal) && getter.Length > 3 && char.IsUpper(getter[3]) | getter[3] > 127 && Take("("):
                return Take(")") ? Variable(getter[3..]) : throw new NotSimpleException();
            default:
                throw new NotSimpleException();
        }
    }

    private string List()
    {
        _isSimple = false;
        List<string> items = [];
        if (Take("]")) return "[]";
        do items.Add(Conditional());
        while (Take(","));
        return Take("]") ? $"[{string.Join(", ", items)}]" : throw new NotSimpleException();
    }

    private string Context()
    {
        _isSimple = false;
        List<string> entries = [];
        if (Take("}")) return "{}";
        do
        {
            Blanks();
            var key = _at < _text.Length && _text[_at] is '"' or '\'' ? Quote(Text()) : Name() ?? throw new NotSimpleException();
            if (!Take(":")) throw new NotSimpleException();
            entries.Add($"{key}: {Conditional()}");
        }
        while (Take(","));
        return Take("}") ? $"{{{string.Join(", ", entries)}}}" : throw new NotSimpleException();
    }

    /// <summary>A text with values in it.</summary>
    private string Template()
    {
        _isSimple = false;
        _at++;
        List<string> parts = [];
        var text = new StringBuilder();
        while (_at < _text.Length && _text[_at] != '`')
        {
            if (_text[_at] == '\\') throw new NotSimpleException();
            if (_text[_at] != '$' || _at + 1 >= _text.Length || _text[_at + 1] != '{')
            {
                text.Append(_text[_at++]);
                continue;
            }
            _at += 2;
            if (text.Length > 0) parts.Add(Quote(text.ToString()));
            text.Clear();
            parts.Add($"string({Conditional()})");
            if (!Take("}")) throw new NotSimpleException();
        }
        if (_at++ >= _text.Length) throw new NotSimpleException();
        if (text.Length > 0 || parts.Count == 0) parts.Add(Quote(text.ToString()));
        return string.Join(" + ", parts);
    }

    private string Variable(string name)
    {
        if (name.Length == 0) throw new NotSimpleException();
        _names.Add(name);
        return name;
    }

    private string OneText()
    {
        Blanks();
        if (_at >= _text.Length || _text[_at] is not ('"' or '\'')) throw new NotSimpleException();
        var text = Text();
        return Take(")") ? text : throw new NotSimpleException();
    }

    private List<string> Arguments()
    {
        List<string> arguments = [];
        if (Take(")")) return arguments;
        do arguments.Add(Conditional());
        while (Take(","));
        return Take(")") ? arguments : throw new NotSimpleException();
    }

    private string? Name()
    {
        Blanks();
        var start = _at;
        while (_at < _text.Length && IsNamePart(_text[_at])) _at++;
        return _at > start && !char.IsAsciiDigit(_text[start]) ? _text[start.._at] : null;
    }

    private string Number()
    {
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiDigit(_text[_at]) || _text[_at] == '.')) _at++;
        var text = _text[start.._at];
        // 1e5, 0x10, 10n and the like are not simple.
        if (_at < _text.Length && IsNamePart(_text[_at])) throw new NotSimpleException();
        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? FeelValue.Number(number) : throw new NotSimpleException();
    }

    private string Text()
    {
        var quote = _text[_at++];
        var text = new StringBuilder();
        while (_at < _text.Length && _text[_at] != quote)
        {
            var c = _text[_at++];
            if (c != '\\')
            {
                text.Append(c);
                continue;
            }
            if (_at >= _text.Length) throw new NotSimpleException();
            if (_text[_at] == 'u' && _at + 5 <= _text.Length && ushort.TryParse(_text.AsSpan(_at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                text.Append((char)code);
                _at += 5;
                continue;
            }
            text.Append(_text[_at++] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', '\\' => '\\', '\'' => '\'', '"' => '"', _ => throw new NotSimpleException() });
        }
        if (_at >= _text.Length) throw new NotSimpleException();
        _at++;
        return text.ToString();
    }

    private static string Quote(string text) => FeelValue.Literal(text);

    private bool TakeDefault()
    {
        Blanks();
        if (string.CompareOrdinal(_text, _at, "??", 0, 2) != 0) return false;
        _at += 2;
        return true;
    }

    private bool Take(string symbol)
    {
        Blanks();
        if (string.CompareOrdinal(_text, _at, symbol, 0, symbol.Length) != 0) return false;
        // One sign of a longer operator is not the operator.
        if (symbol is "?" && _text.AsSpan(_at + 1) is ['?' or '.', ..]) throw new NotSimpleException();
        if (symbol is "+" or "-" && _text.AsSpan(_at + 1) is ['+' or '-', ..]) throw new NotSimpleException();
        _at += symbol.Length;
        return true;
    }

    private void Blanks()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at])) _at++;
    }

    private static bool IsNamePart(char c) => char.IsLetterOrDigit(c) || c is '_' or '$';

    private sealed class NotSimpleException : Exception;
}

/// <param name="Feel">The condition in FEEL.</param>
/// <param name="Names">The variables it names; <c>getX()</c> names them in Pascal case.</param>
public sealed record TranslatedScript(string Feel, IReadOnlySet<string> Names);
