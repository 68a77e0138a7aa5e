using System.Globalization;
using System.Text;

namespace DoubleRandom.Engine.Expressions.Feel;

internal enum TokenKind { Name, Keyword, Number, String, At, Symbol, End }

internal readonly record struct Token(TokenKind Kind, string Text, int Position, int EndPosition);

/// <summary>A syntax error with its place in the text.</summary>
internal sealed class FeelSyntaxException(string message, int position) : Exception(message)
{
    public int Position { get; } = position;
}

/// <summary>Words, numbers, strings and symbols. Names of several words are joined by the parser, which knows what is in scope.</summary>
internal static class FeelLexer
{
    private static readonly string[] Symbols = ["**", "..", "<=", ">=", "!=", "->", "+", "-", "*", "/", "(", ")", "[", "]", "{", "}", ",", ":", ".", "<", ">", "=", "?"];
    private static readonly HashSet<string> Keywords = new(StringComparer.Ordinal)
        { "true", "false", "null", "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "and", "or", "between", "instance", "of", "function", "external" };

    public static List<Token> Read(string text)
    {
        List<Token> tokens = [];
        var i = 0;
        while (true)
        {
            i = SkipSpace(text, i);
            if (i >= text.Length) break;
            var start = i;
            var c = text[i];
            if (char.IsAsciiDigit(c) || (c == '.' && i + 1 < text.Length && char.IsAsciiDigit(text[i + 1]) && (tokens.Count == 0 || tokens[^1].Text != ".")))
            {
                i = NumberEnd(text, i);
                tokens.Add(new(TokenKind.Number, text[start..i], start, i));
            }
            else if (c == '"')
            {
                var (value, end) = ReadString(text, i);
                i = end;
                tokens.Add(new(TokenKind.String, value, start, i));
            }
            else if (c == '@' && i + 1 < text.Length && SkipSpace(text, i + 1) is var quote && quote < text.Length && text[quote] == '"')
            {
                var (value, end) = ReadString(text, quote);
                i = end;
                tokens.Add(new(TokenKind.At, value, start, i));
            }
            else if (IsNameStart(text, i))
            {
                i = NameEnd(text, i);
                var word = text[start..i];
                tokens.Add(new(Keywords.Contains(word) ? TokenKind.Keyword : TokenKind.Name, word, start, i));
            }
            else if (Symbols.FirstOrDefault(s => string.CompareOrdinal(text, start, s, 0, s.Length) == 0) is { } symbol)
            {
                i += symbol.Length;
                tokens.Add(new(TokenKind.Symbol, symbol, start, i));
            }
            else
            {
                throw new FeelSyntaxException($"无法识别的字符“{c}”", start);
            }
        }
        tokens.Add(new(TokenKind.End, "", text.Length, text.Length));
        return tokens;
    }

    private static int SkipSpace(string text, int i)
    {
        while (i < text.Length)
        {
            if (char.IsWhiteSpace(text[i]) || text[i] is '\u180e' or '\u200b' or '\ufeff') i++;
            else if (text[i] == '/' && i + 1 < text.Length && text[i + 1] == '/')
            {
                while (i < text.Length && text[i] is not ('\n' or '\r')) i++;
            }
            else if (text[i] == '/' && i + 1 < text.Length && text[i + 1] == '*')
            {
                var end = text.IndexOf("*/", i + 2, StringComparison.Ordinal);
                if (end < 0) throw new FeelSyntaxException("注释没有结束", i);
                i = end + 2;
            }
            else break;
        }
        return i;
    }

    private static int NumberEnd(string text, int i)
    {
        while (i < text.Length && char.IsAsciiDigit(text[i])) i++;
        if (i + 1 < text.Length && text[i] == '.' && char.IsAsciiDigit(text[i + 1]))
        {
            i++;
            while (i < text.Length && char.IsAsciiDigit(text[i])) i++;
        }
        if (i < text.Length && text[i] is 'e' or 'E')
        {
            var j = i + 1;
            if (j < text.Length && text[j] is '+' or '-') j++;
            if (j < text.Length && char.IsAsciiDigit(text[j]))
            {
                while (j < text.Length && char.IsAsciiDigit(text[j])) j++;
                i = j;
            }
        }
        return i;
    }

    private static (string Value, int End) ReadString(string text, int i)
    {
        var start = i++;
        var value = new StringBuilder();
        while (i < text.Length && text[i] != '"')
        {
            if (text[i] != '\\' || i + 1 >= text.Length)
            {
                value.Append(text[i++]);
                continue;
            }
            var escape = text[i + 1];
            i += 2;
            switch (escape)
            {
                case 'n': value.Append('\n'); break;
                case 'r': value.Append('\r'); break;
                case 't': value.Append('\t'); break;
                case 'b': value.Append('\b'); break;
                case 'f': value.Append('\f'); break;
                case '"' or '\'' or '\\' or '/': value.Append(escape); break;
                case 'u' when Hex(text, i, 4) is { } unit: value.Append((char)unit); i += 4; break;
                case 'U' when Hex(text, i, 6) is { } point && point <= 0x10FFFF: value.Append(char.ConvertFromUtf32(point)); i += 6; break;
                default: value.Append('\\').Append(escape); break;
            }
        }
        if (i >= text.Length) throw new FeelSyntaxException("字符串没有结束的引号", start);
        return (value.ToString(), i + 1);
    }

    private static int? Hex(string text, int i, int digits)
        => i + digits <= text.Length && int.TryParse(text.AsSpan(i, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static bool IsNameStart(string text, int i)
        => text[i] is '_' or '$' || char.IsLetter(text, i) || char.IsSurrogatePair(text, i) || char.GetUnicodeCategory(text[i]) is UnicodeCategory.LetterNumber;

    private static int NameEnd(string text, int i)
    {
        while (i < text.Length)
        {
            if (char.IsSurrogatePair(text, i)) i += 2;
            else if (text[i] is '_' or '$' or '\'' || char.IsLetterOrDigit(text[i]) || char.GetUnicodeCategory(text[i]) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark) i++;
            else break;
        }
        return i;
    }
}
