using System.Text;
using System.Text.RegularExpressions;

namespace DoubleRandom.Engine.Expressions.Feel;

/// <summary>What the functions on strings do.</summary>
internal static partial class FeelBuiltins
{
    private static int[] Runes(string text) => [.. text.EnumerateRunes().Select(r => r.Value)];

    private static string? Substring(string text, decimal start, object? length)
    {
        var runes = Runes(text);
        var from = (int)decimal.Truncate(start);
        if (from == 0) return null;
        var index = from > 0 ? from - 1 : runes.Length + from;
        if (index < 0 || index > runes.Length) return index < 0 ? null : "";
        var take = length is null ? runes.Length - index : (int)decimal.Truncate(Num(length));
        if (length is not null && take < 1) return null;
        var result = new StringBuilder();
        foreach (var rune in runes.Skip(index).Take(take)) result.Append(new Rune(rune));
        return result.ToString();
    }

    private static Regex Pattern(string pattern, object? flags)
    {
        var options = RegexOptions.CultureInvariant;
        foreach (var flag in flags is null ? "" : Str(flags))
        {
            options |= flag switch
            {
                'i' => RegexOptions.IgnoreCase,
                's' => RegexOptions.Singleline,
                'm' => RegexOptions.Multiline,
                'x' => RegexOptions.None,
                _ => throw new ArgumentException("Unknown flag."),
            };
        }
        var ignoresBlanks = flags is string f && f.Contains('x', StringComparison.Ordinal);
        var text = AsDotNet(pattern, ignoresBlanks, options.HasFlag(RegexOptions.Singleline));
        try
        {
            // Its time grows with the text alone, whatever the pattern.
            return new Regex(text, options | RegexOptions.NonBacktracking, MaxMatch);
        }
        catch (NotSupportedException)
        {
            // A back reference, or a pattern that would be an automaton too large.
            return new Regex(text, options, MaxMatch);
        }
    }

    private static readonly TimeSpan MaxMatch = TimeSpan.FromMilliseconds(200);

    /// <summary>XPath's patterns as .NET's: under the flag x blanks outside classes are nothing, a dot is no line end of either kind, a class holds no back reference.</summary>
    private static string AsDotNet(string pattern, bool ignoresBlanks, bool dotIsAny)
    {
        var text = new StringBuilder(pattern.Length);
        var depth = 0;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c == '\\')
            {
                // The blanks go first, so that the sign before them is that of what follows.
                do i++;
                while (ignoresBlanks && depth == 0 && i < pattern.Length && char.IsWhiteSpace(pattern[i]));
                if (i >= pattern.Length || (depth > 0 && char.IsAsciiDigit(pattern[i]))) throw new ArgumentException("Not a pattern.");
                text.Append(c).Append(pattern[i]);
                continue;
            }
            if (ignoresBlanks && depth == 0 && char.IsWhiteSpace(c)) continue;
            if (c == '[') depth++;
            else if (c == ']' && depth > 0) depth--;
            if (c == '.' && depth == 0 && !dotIsAny) text.Append("[^\\n\\r]");
            else text.Append(c);
        }
        return text.ToString();
    }

    private static string Replacement(string text) => Regex.Replace(text, @"\$(\d)", "$${$1}", RegexOptions.CultureInvariant);
}
