using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace DoubleRandom.Documents.Rendering.Liquid;

/// <summary>The standard filters our documents use, and ours: <c>rmb</c> and <c>yuan</c> (from fen), <c>cn_date</c>, <c>cn_date_upper</c>.</summary>
internal static class LiquidFilters
{
    public static object? Apply(string name, object? input, object?[] a, Dictionary<string, object?> named)
    {
        string Text(int i) => i < a.Length ? LiquidValue.Text(a[i]) : throw new LiquidException($"{name} needs an argument.");
        var text = LiquidValue.Text(input);
        var list = input is List<object?> items ? items : LiquidValue.Items(input);
        switch (name)
        {
            case "rmb": return ChineseText.Money(LiquidValue.Whole(input));
            case "yuan": return (LiquidValue.Whole(input) / 100m).ToString("#,##0.00", CultureInfo.InvariantCulture) + "元";
            case "cn_date": return ChineseText.Date(text);
            case "dot_date": return ChineseText.DotDate(text);
            case "lines": return text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Cast<object?>().ToList();
            case "cn_date_upper": return ChineseText.UpperDate(text);
            case "default": return input is null or false or "" or List<object?> { Count: 0 } or Dictionary<string, object?> { Count: 0 } ? input is false && named.TryGetValue("allow_false", out var allow) && LiquidValue.Truthy(allow) ? input : a.Length > 0 ? a[0] : "" : input;
            case "upcase": return text.ToUpperInvariant();
            case "downcase":
#pragma warning disable CA1308 // The filter is defined as lower case.
                return text.ToLowerInvariant();
            case "capitalize": return text.Length == 0 ? "" : char.ToUpperInvariant(text[0]) + text[1..].ToLowerInvariant();
#pragma warning restore CA1308
            case "append": return text + Text(0);
            case "prepend": return Text(0) + text;
            case "strip": return text.Trim();
            case "lstrip": return text.TrimStart();
            case "rstrip": return text.TrimEnd();
            case "strip_newlines": return text.Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal);
            case "newline_to_br": return text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "<br />\n", StringComparison.Ordinal);
            case "strip_html": return Regex.Replace(text, "<script.*?</script>|<!--.*?-->|<style.*?</style>|<.*?>", "", RegexOptions.Singleline);
            case "escape": return input is null ? null : WebUtility.HtmlEncode(text);
            case "escape_once": return WebUtility.HtmlEncode(WebUtility.HtmlDecode(text));
            case "url_encode": return WebUtility.UrlEncode(text);
            case "url_decode": return WebUtility.UrlDecode(text);
            case "base64_encode": return Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
            case "base64_decode": return Encoding.UTF8.GetString(Convert.FromBase64String(text));
            case "base64_url_safe_encode": return Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).Replace('+', '-').Replace('/', '_');
            case "base64_url_safe_decode": return Encoding.UTF8.GetString(Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/')));
            case "replace": return Text(0).Length == 0 ? string.Concat(text.Select(c => Text(1) + c)) + Text(1) : text.Replace(Text(0), a.Length > 1 ? Text(1) : "", StringComparison.Ordinal);
            case "replace_first": return Once(text, Text(0), a.Length > 1 ? Text(1) : "", false);
            case "replace_last": return Once(text, Text(0), a.Length > 1 ? Text(1) : "", true);
            case "remove": return Text(0).Length == 0 ? text : text.Replace(Text(0), "", StringComparison.Ordinal);
            case "remove_first": return Once(text, Text(0), "", false);
            case "remove_last": return Once(text, Text(0), "", true);
            case "split": return text.Length == 0 ? new List<object?>() : Text(0).Length == 0 ? [.. text.Select(c => (object?)c.ToString())] : Text(0) == " " ? [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)] : Split(text, Text(0));
            case "truncate":
                {
                    var most = a.Length > 0 ? (int)LiquidValue.Whole(a[0]) : 50;
                    var mark = a.Length > 1 ? Text(1) : "...";
                    return text.Length <= most ? text : text[..Math.Max(0, most - mark.Length)] + mark;
                }
            case "truncatewords":
                {
                    var most = Math.Max(1, a.Length > 0 ? (int)LiquidValue.Whole(a[0]) : 15);
                    var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
                    return words.Length <= most ? text : string.Join(' ', words.Take(most)) + (a.Length > 1 ? Text(1) : "...");
                }
            case "abs": return Number(input, static n => Math.Abs(n));
            case "ceil": return (long)Math.Ceiling(LiquidValue.Amount(input));
            case "floor": return (long)Math.Floor(LiquidValue.Amount(input));
            case "round":
                {
                    var digits = a.Length > 0 ? (int)LiquidValue.Whole(a[0]) : 0;
                    var rounded = Math.Round(LiquidValue.Amount(input), Math.Clamp(digits, 0, 28), MidpointRounding.AwayFromZero);
                    return digits > 0 && LiquidValue.Numeric(input) is decimal ? rounded : (long)rounded;
                }
            case "plus": return Both(input, a, static (x, y) => x + y);
            case "minus": return Both(input, a, static (x, y) => x - y);
            case "times": return Both(input, a, static (x, y) => x * y);
            case "divided_by": return Both(input, a, (x, y) => y == 0 ? throw new LiquidException("divided by 0") : LiquidValue.Numeric(input) is long && LiquidValue.Numeric(a[0]) is long ? Math.Floor(x / y) : x / y);
            case "modulo": return Both(input, a, static (x, y) => y == 0 ? throw new LiquidException("divided by 0") : x - (y * Math.Floor(x / y)));
            case "at_least": return LiquidValue.Amount(input) >= LiquidValue.Amount(a[0]) ? LiquidValue.Numeric(input) : LiquidValue.Numeric(a[0]);
            case "at_most": return LiquidValue.Amount(input) <= LiquidValue.Amount(a[0]) ? LiquidValue.Numeric(input) : LiquidValue.Numeric(a[0]);
            case "size": return input is string s ? s.Length : input is List<object?> or Dictionary<string, object?> or LiquidRange ? LiquidValue.Items(input).Count : 0L;
            case "first": return input is string ? null : list.FirstOrDefault();
            case "last": return input is string ? null : list.LastOrDefault();
            case "join": return string.Join(a.Length > 0 ? Text(0) : " ", list.Select(LiquidValue.Text));
            case "reverse": return Enumerable.Reverse(list).ToList();
            case "concat": return a.Length > 0 && a[0] is List<object?> or LiquidRange ? list.Concat(LiquidValue.Items(a[0])).ToList() : throw new LiquidException("concat needs a list.");
            case "compact": return list.Where(v => Pick(v, a) is not null).ToList();
            case "uniq": return list.Aggregate(new List<object?>(), (found, v) => { if (!found.Any(f => LiquidValue.Same(Pick(f, a), Pick(v, a)))) found.Add(v); return found; });
            case "map": return list.Select(v => LiquidValue.Member(v, a[0], true)).ToList();
            case "sum": return list.Aggregate((object)0L, (total, v) => Both(total, [Pick(v, a)], static (x, y) => x + y));
            case "sort": return list.Order(Comparer<object?>.Create((x, y) => Order(Pick(x, a), Pick(y, a)))).ToList();
            case "sort_natural": return list.Order(Comparer<object?>.Create((x, y) => Pick(x, a) is null ? Pick(y, a) is null ? 0 : 1 : Pick(y, a) is null ? -1 : string.Compare(LiquidValue.Text(Pick(x, a)), LiquidValue.Text(Pick(y, a)), StringComparison.OrdinalIgnoreCase))).ToList();
            case "where": return list.Where(v => Meets(v, a)).ToList();
            case "reject": return list.Where(v => !Meets(v, a)).ToList();
            case "has": return list.Any(v => Meets(v, a));
            case "find": return list.FirstOrDefault(v => Meets(v, a));
            case "find_index": return list.FindIndex(v => Meets(v, a)) is var index and >= 0 ? (long)index : null;
            case "slice":
                {
                    var length = a.Length > 1 ? (int)LiquidValue.Whole(a[1]) : 1;
                    var count = input is List<object?> ? list.Count : text.Length;
                    var from = (int)LiquidValue.Whole(a[0]);
                    if (from < 0) from += count;
                    if (from < 0 || from > count || length < 0) return input is List<object?> ? new List<object?>() : "";
                    length = Math.Min(length, count - from);
                    return input is List<object?> ? list.GetRange(from, length) : text.Substring(from, length);
                }
            case "date": return DateTime.TryParse(text, CultureInfo.InvariantCulture, out var when) ? Strftime(when, Text(0)) : input;
            default: throw new LiquidException($"Unknown filter: {name}.");
        }
    }

    private static List<object?> Split(string text, string mark)
    {
        var parts = text.Split(mark).Cast<object?>().ToList();
        while (parts.Count > 0 && parts[^1] is "") parts.RemoveAt(parts.Count - 1);
        return parts;
    }

    private static string Once(string text, string part, string with, bool last)
    {
        var at = last ? text.LastIndexOf(part, StringComparison.Ordinal) : text.IndexOf(part, StringComparison.Ordinal);
        return at < 0 ? text : text[..at] + with + text[(at + part.Length)..];
    }

    private static object Number(object? value, Func<decimal, decimal> act)
    {
        var number = LiquidValue.Numeric(value);
        return number is long whole ? (long)act(whole) : act((decimal)number);
    }

    private static object Both(object? left, object?[] arguments, Func<decimal, decimal, decimal> act)
    {
        if (arguments.Length != 1) throw new LiquidException("A number is needed.");
        var (x, y) = (LiquidValue.Numeric(left), LiquidValue.Numeric(arguments[0]));
        var result = act(LiquidValue.Amount(x), LiquidValue.Amount(y));
        return x is long && y is long ? (long)result : result;
    }

    private static object? Pick(object? value, object?[] key) => key.Length > 0 && key[0] is not null ? LiquidValue.Member(value, key[0], true) : value;

    private static bool Meets(object? value, object?[] a) => a.Length > 1 && a[1] is not null ? LiquidValue.Same(Pick(value, a), a[1]) : LiquidValue.Truthy(Pick(value, a));

    private static int Order(object? x, object? y) => x is null ? y is null ? 0 : 1 : y is null ? -1
        : x is string a && y is string b ? string.CompareOrdinal(a, b)
        : x is long or decimal && y is long or decimal ? LiquidValue.Amount(x).CompareTo(LiquidValue.Amount(y)) : throw new LiquidException("The values cannot be ordered.");

    private static string Strftime(DateTime when, string format) => Regex.Replace(format, "%(-?)(.)", m =>
    {
        var written = m.Groups[2].Value switch
        {
            "Y" => when.ToString("yyyy", CultureInfo.InvariantCulture),
            "y" => when.ToString("yy", CultureInfo.InvariantCulture),
            "m" => when.ToString("MM", CultureInfo.InvariantCulture),
            "d" => when.ToString("dd", CultureInfo.InvariantCulture),
            "e" => when.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
            "H" => when.ToString("HH", CultureInfo.InvariantCulture),
            "M" => when.ToString("mm", CultureInfo.InvariantCulture),
            "S" => when.ToString("ss", CultureInfo.InvariantCulture),
            "b" => when.ToString("MMM", CultureInfo.InvariantCulture),
            "B" => when.ToString("MMMM", CultureInfo.InvariantCulture),
            "a" => when.ToString("ddd", CultureInfo.InvariantCulture),
            "A" => when.ToString("dddd", CultureInfo.InvariantCulture),
            "j" => when.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
            "F" => when.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            "%" => "%",
            _ => m.Value,
        };
        return m.Groups[1].Value == "-" ? written.TrimStart('0', ' ') : written;
    });
}
