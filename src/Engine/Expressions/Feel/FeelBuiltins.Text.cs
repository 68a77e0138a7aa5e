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
                'x' => RegexOptions.IgnorePatternWhitespace,
                _ => throw new ArgumentException("Unknown flag."),
            };
        }
        return new Regex(pattern, options, TimeSpan.FromMilliseconds(200));
    }

    private static string Replacement(string text) => Regex.Replace(text, @"\$(\d)", "$${$1}", RegexOptions.CultureInvariant);
}
