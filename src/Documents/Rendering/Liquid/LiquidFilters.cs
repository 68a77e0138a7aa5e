using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace DoubleRandom.Documents.Rendering.Liquid;

/// <summary>A filter's call: its input, its positional arguments, and the named ones.</summary>
internal readonly record struct FilterCall(string Name, object? Input, object?[] Arguments, IReadOnlyDictionary<string, object?> Named, LiquidScope Scope)
{
    public string Text => LiquidValue.Text(Input);

    public object? At(int i) => i < Arguments.Length ? Arguments[i] : null;

    public string TextAt(int i) => LiquidValue.Text(At(i));

    public int WholeAt(int i, int fallback)
    {
        if (i >= Arguments.Length) return fallback;
        if (Arguments[i] is null || !LiquidValue.IsWhole(Arguments[i])) throw new LiquidException($"过滤器“{Name}”的第 {i + 1} 个参数应是整数");
        return (int)Math.Clamp(LiquidValue.Whole(Arguments[i]), int.MinValue, int.MaxValue);
    }

    public List<object?> List => LiquidValue.Elements(Input);
}

/// <summary>The standard filters, and ours: <c>rmb</c> and <c>yuan</c> (from fen), <c>cn_date</c>, <c>cn_date_upper</c>, <c>dot_date</c>, <c>sentence</c>, <c>lines</c>.</summary>
internal static partial class LiquidFilters
{
    private static readonly FrozenDictionary<string, (int Min, int Max, Func<FilterCall, object?> Act)> All = new Dictionary<string, (int, int, Func<FilterCall, object?>)>
    {
        ["rmb"] = (0, 0, c => ChineseText.Money(LiquidValue.Whole(c.Input))),
        ["yuan"] = (0, 0, c => (LiquidValue.Whole(c.Input) / 100m).ToString("#,##0.00", CultureInfo.InvariantCulture) + "元"),
        ["cn_date"] = (0, 0, c => ChineseText.Date(c.Text)),
        ["cn_date_upper"] = (0, 0, c => ChineseText.UpperDate(c.Text)),
        ["dot_date"] = (0, 0, c => ChineseText.DotDate(c.Text)),
        ["sentence"] = (0, 0, c => ChineseText.Sentence(c.Text)),
        ["lines"] = (0, 0, c => c.Text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Cast<object?>().ToList()),
        ["default"] = (0, 1, Default),
        ["upcase"] = (0, 0, c => c.Text.ToUpperInvariant()),
#pragma warning disable CA1308 // The filters are defined as lower case.
        ["downcase"] = (0, 0, c => c.Text.ToLowerInvariant()),
        ["capitalize"] = (0, 0, c => c.Text.Length == 0 ? "" : char.ToUpperInvariant(c.Text[0]) + c.Text[1..].ToLowerInvariant()),
#pragma warning restore CA1308
        ["append"] = (1, 1, c => c.Text + c.TextAt(0)),
        ["prepend"] = (1, 1, c => c.TextAt(0) + c.Text),
        ["strip"] = (0, 0, c => c.Text.Trim()),
        ["lstrip"] = (0, 0, c => c.Text.TrimStart()),
        ["rstrip"] = (0, 0, c => c.Text.TrimEnd()),
        ["strip_newlines"] = (0, 0, c => c.Text.Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal)),
        ["newline_to_br"] = (0, 0, c => c.Text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "<br />\n", StringComparison.Ordinal)),
        ["strip_html"] = (0, 0, c => Markup().Replace(c.Text, "")),
        ["escape"] = (0, 0, c => c.Input is null ? null : WebUtility.HtmlEncode(c.Text)),
        ["escape_once"] = (0, 0, c => WebUtility.HtmlEncode(WebUtility.HtmlDecode(c.Text))),
        ["url_encode"] = (0, 0, c => WebUtility.UrlEncode(c.Text)),
        ["url_decode"] = (0, 0, c => WebUtility.UrlDecode(c.Text)),
        ["base64_encode"] = (0, 0, c => Convert.ToBase64String(Encoding.UTF8.GetBytes(c.Text))),
        ["base64_decode"] = (0, 0, c => Decode(c, false)),
        ["base64_url_safe_encode"] = (0, 0, c => Convert.ToBase64String(Encoding.UTF8.GetBytes(c.Text)).Replace('+', '-').Replace('/', '_')),
        ["base64_url_safe_decode"] = (0, 0, c => Decode(c, true)),
        ["replace"] = (1, 2, Replace),
        ["replace_first"] = (1, 2, c => Once(c.Text, c.TextAt(0), c.TextAt(1), false)),
        ["replace_last"] = (2, 2, c => Once(c.Text, c.TextAt(0), c.TextAt(1), true)),
        ["remove"] = (1, 1, c => c.TextAt(0).Length == 0 ? c.Text : c.Text.Replace(c.TextAt(0), "", StringComparison.Ordinal)),
        ["remove_first"] = (1, 1, c => Once(c.Text, c.TextAt(0), "", false)),
        ["remove_last"] = (1, 1, c => Once(c.Text, c.TextAt(0), "", true)),
        ["split"] = (1, 1, c => Split(c.Text, c.TextAt(0))),
        ["truncate"] = (0, 2, c => Truncate(c.Text, c.WholeAt(0, 50), c.Arguments.Length > 1 ? c.TextAt(1) : "...")),
        ["truncatewords"] = (0, 2, c => TruncateWords(c.Text, c.WholeAt(0, 15), c.Arguments.Length > 1 ? c.TextAt(1) : "...")),
        ["abs"] = (0, 0, c => Number(c.Input, Math.Abs)),
        ["ceil"] = (0, 0, c => LiquidValue.Rounded(Math.Ceiling(LiquidValue.Amount(c.Input)))),
        ["floor"] = (0, 0, c => LiquidValue.Rounded(Math.Floor(LiquidValue.Amount(c.Input)))),
        ["round"] = (0, 1, Round),
        ["plus"] = (1, 1, c => Both(c, (x, y) => x + y)),
        ["minus"] = (1, 1, c => Both(c, (x, y) => x - y)),
        ["times"] = (1, 1, c => Both(c, (x, y) => x * y)),
        ["divided_by"] = (1, 1, c => Both(c, (x, y) => y == 0 ? throw new LiquidException("除数为 0") : IsWhole(c) ? Math.Floor(x / y) : x / y)),
        ["modulo"] = (1, 1, c => Both(c, (x, y) => y == 0 ? throw new LiquidException("除数为 0") : x - (y * Math.Floor(x / y)))),
        ["at_least"] = (1, 1, c => LiquidValue.Amount(c.Input) >= LiquidValue.Amount(c.At(0)) ? LiquidValue.Numeric(c.Input) : LiquidValue.Numeric(c.At(0))),
        ["at_most"] = (1, 1, c => LiquidValue.Amount(c.Input) <= LiquidValue.Amount(c.At(0)) ? LiquidValue.Numeric(c.Input) : LiquidValue.Numeric(c.At(0))),
        ["size"] = (0, 0, c => c.Input switch { string s => s.Length, LiquidList list => list.Count, LiquidMap map => map.Count, LiquidRange range => LiquidValue.Items(range).Count, _ => 0L } is var size ? (long)size : 0L),
        ["first"] = (0, 0, c => c.Input is string ? null : c.Input is LiquidMap map ? LiquidValue.Items(map).FirstOrDefault() : Listed(c.Input).FirstOrDefault()),
        ["last"] = (0, 0, c => c.Input is string or LiquidMap ? null : Listed(c.Input).LastOrDefault()),
        ["join"] = (0, 1, c => string.Join(c.Arguments.Length > 0 ? c.TextAt(0) : " ", c.List.Select(LiquidValue.Text))),
        ["reverse"] = (0, 0, c => Enumerable.Reverse(c.List).ToList()),
        ["concat"] = (1, 1, c => c.At(0) is LiquidList or LiquidRange ? c.List.Concat(LiquidValue.Elements(c.At(0))).ToList() : throw new LiquidException("过滤器“concat”的参数应是列表")),
        ["compact"] = (0, 1, c => c.List.Where(v => Pick(v, c) is not null).ToList()),
        ["uniq"] = (0, 1, Unique),
        ["map"] = (1, 1, c => c.List.Select(v => v is LiquidMap map ? map.GetValueOrDefault(c.TextAt(0)) : throw new LiquidException("过滤器“map”只能用于对象的列表")).ToList()),
        ["sum"] = (0, 1, c => c.List.Aggregate((object)0L, (total, v) => Add(total, c.Arguments.Length == 0 ? v : v is LiquidMap ? Pick(v, c) : throw new LiquidException("过滤器“sum”的各项应是对象")))),
        ["sort"] = (0, 1, c => Sortable(c).Order(Comparer<object?>.Create((x, y) => Order(Pick(x, c), Pick(y, c)))).ToList()),
        ["sort_natural"] = (0, 1, c => Sortable(c).Order(Comparer<object?>.Create((x, y) => Natural(Pick(x, c), Pick(y, c)))).ToList()),
        ["where"] = (1, 2, c => c.At(0) is null ? new LiquidList() : Filtered(c, true)),
        ["reject"] = (1, 2, c => Filtered(c, false)),
        ["has"] = (1, 2, c => Searched(c, (list, index) => index >= 0)),
        ["find"] = (1, 2, c => Searched(c, (list, index) => index >= 0 ? list[index] : null)),
        ["find_index"] = (1, 2, c => Searched(c, (list, index) => index >= 0 ? (long)index : null)),
        ["slice"] = (1, 2, Slice),
        ["date"] = (0, 1, Date),
    }.ToFrozenDictionary(p => p.Key, p => (p.Value.Item1, p.Value.Item2, p.Value.Item3));

    /// <summary>What is wrong with the call before it is made; null when nothing.</summary>
    public static string? Check(string name, int arguments)
        => !All.TryGetValue(name, out var filter) ? $"没有名为“{name}”的过滤器"
            : arguments < filter.Min ? $"过滤器“{name}”缺少参数，至少要 {filter.Min} 个"
            : arguments > filter.Max ? $"过滤器“{name}”的参数过多，最多 {filter.Max} 个"
            : null;

    public static object? Apply(FilterCall call)
    {
        try
        {
            var result = All[call.Name].Act(call);
            call.Scope.Charge(result);
            return result;
        }
        catch (Exception e) when (e is OverflowException or RegexMatchTimeoutException)
        {
            throw new LiquidException($"过滤器“{call.Name}”的结果超出范围", e);
        }
    }

    [GeneratedRegex("<script.*?</script>|<!--.*?-->|<style.*?</style>|<.*?>", RegexOptions.Singleline, 1000)]
    private static partial Regex Markup();

    private static object? Default(FilterCall c)
    {
        var isNothing = c.Input is null or "" or LiquidList { Count: 0 } or LiquidMap { Count: 0 } or LiquidEmpty
            || (c.Input is false && !(c.Named.TryGetValue("allow_false", out var allow) && LiquidValue.Truthy(allow)));
        return isNothing ? c.Arguments.Length > 0 ? c.At(0) : "" : c.Input;
    }

    private static string Decode(FilterCall c, bool urlSafe)
    {
        if (c.Input is null) return "";
        if (c.Input is not string text) throw new LiquidException($"过滤器“{c.Name}”只能用于文本");
        if (urlSafe) text = text.Replace('-', '+').Replace('_', '/');
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(text));
        }
        catch (FormatException e)
        {
            throw new LiquidException("不是有效的 Base64 文本", e);
        }
    }

    private static string Replace(FilterCall c)
    {
        var (text, part, with) = (c.Text, c.TextAt(0), c.TextAt(1));
        c.Scope.Charge((long)text.Length * (with.Length + 1));
        return part.Length == 0 ? string.Concat(text.Select(l => with + l)) + with : text.Replace(part, with, StringComparison.Ordinal);
    }

    private static LiquidList Split(string text, string mark)
    {
        if (text.Length == 0) return [];
        if (mark.Length == 0) return [.. text.Select(l => (object?)l.ToString())];
        if (mark == " ") return [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)];
        var parts = text.Split(mark).Cast<object?>().ToList();
        while (parts.Count > 0 && parts[^1] is "") parts.RemoveAt(parts.Count - 1);
        return parts;
    }

    private static string Truncate(string text, int most, string mark) => text.Length <= most ? text : text[..Math.Max(0, most - mark.Length)] + mark;

    private static string TruncateWords(string text, int most, string mark)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        most = Math.Max(1, most);
        return words.Length <= most ? text : string.Join(' ', words.Take(most)) + mark;
    }

    private static string Once(string text, string part, string with, bool last)
    {
        var at = last ? text.LastIndexOf(part, StringComparison.Ordinal) : text.IndexOf(part, StringComparison.Ordinal);
        return at < 0 ? text : text[..at] + with + text[(at + part.Length)..];
    }

    private static object Number(object? value, Func<decimal, decimal> act)
    {
        var number = LiquidValue.Numeric(value);
        return number is long whole ? LiquidValue.Rounded(act(whole)) : act((decimal)number);
    }

    private static object Round(FilterCall c)
    {
        var digits = c.At(0) is null ? 0 : (int)Math.Clamp(LiquidValue.Whole(c.At(0)), 0, 28);
        var rounded = Math.Round(LiquidValue.Amount(c.Input), digits, MidpointRounding.AwayFromZero);
        return digits > 0 && LiquidValue.Numeric(c.Input) is decimal ? (object)rounded : LiquidValue.Rounded(rounded);
    }

    private static bool IsWhole(FilterCall c) => LiquidValue.Numeric(c.Input) is long && LiquidValue.Numeric(c.At(0)) is long;

    private static object Both(FilterCall c, Func<decimal, decimal, decimal> act)
    {
        var result = act(LiquidValue.Amount(c.Input), LiquidValue.Amount(c.At(0)));
        return IsWhole(c) ? LiquidValue.Rounded(result) : (object)result;
    }

    private static object Add(object total, object? value)
    {
        var number = LiquidValue.Numeric(value);
        var sum = LiquidValue.Amount(total) + LiquidValue.Amount(number);
        return total is long && number is long ? LiquidValue.Rounded(sum) : sum;
    }

    private static LiquidList Listed(object? value) => value is LiquidList list ? list : value is LiquidRange ? LiquidValue.Items(value) : [];

    private static object? Pick(object? value, FilterCall c) => c.At(0) is { } key ? value is LiquidMap map ? map.GetValueOrDefault(LiquidValue.Text(key)) : null : value;

    /// <summary>A property as a search sees it: of a text a part of it, of a number a bit; nothing has none and ends the search.</summary>
    private static object? Property(object? value, object? key, string filter) => value switch
    {
        LiquidMap map => map.GetValueOrDefault(LiquidValue.Text(key)),
        string text when key is string part => text.Contains(part, StringComparison.Ordinal) ? part : null,
        long bits when key is long bit => bit is >= 0 and < 63 ? (bits >> (int)bit) & 1 : 0L,
        LiquidList list when key is long at => LiquidValue.Member(list, at, false),
        _ => throw new LiquidException($"过滤器“{filter}”的各项没有属性“{LiquidValue.Text(key)}”"),
    };

    private static bool Meets(object? value, FilterCall c)
    {
        var found = Property(value, c.At(0), c.Name);
        return c.At(1) is { } wanted ? LiquidValue.Same(found, wanted) : LiquidValue.Truthy(found);
    }

    private static LiquidList? Filtered(FilterCall c, bool keep)
    {
        var list = c.List;
        return list.Contains(null) ? null : [.. list.Where(v => Meets(v, c) == keep)];
    }

    private static object? Searched(FilterCall c, Func<LiquidList, int, object?> answer)
    {
        var list = c.List;
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is null) return null;
            if (Meets(list[i], c)) return answer(list, i);
        }
        return answer(list, -1);
    }

    private static LiquidList Sortable(FilterCall c)
    {
        var list = c.List;
        // Sorting compares each entry some twenty times.
        c.Scope.Charge(list.Count * 20L);
        return list;
    }

    private static LiquidList Unique(FilterCall c)
    {
        LiquidList found = [];
        foreach (var value in c.List)
        {
            c.Scope.Charge(found.Count);
            if (!found.Any(f => LiquidValue.Same(Pick(f, c), Pick(value, c)))) found.Add(value);
        }
        return found;
    }

    private static object? Slice(FilterCall c)
    {
        var list = c.Input as LiquidList ?? (c.Input is LiquidRange range ? LiquidValue.Items(range) : null);
        var text = c.Text;
        var count = list?.Count ?? text.Length;
        var from = c.WholeAt(0, 0);
        var length = c.Arguments.Length > 1 && c.At(1) is not null ? c.WholeAt(1, 1) : 1;
        if (from < 0) from += count;
        if (from < 0 || from > count || length < 0) return list is null ? "" : new LiquidList();
        length = Math.Min(length, count - from);
        return list is null ? text.Substring(from, length) : list.GetRange(from, length);
    }

    private static int Order(object? x, object? y) => x is null ? y is null ? 0 : 1 : y is null ? -1
        : x is string a && y is string b ? string.CompareOrdinal(a, b)
        : x is long or decimal && y is long or decimal ? LiquidValue.Amount(x).CompareTo(LiquidValue.Amount(y)) : throw new LiquidException("各项的值不能排序");

    private static int Natural(object? x, object? y)
        => x is null ? y is null ? 0 : 1 : y is null ? -1 : string.Compare(LiquidValue.Text(x), LiquidValue.Text(y), StringComparison.OrdinalIgnoreCase);

    private static object? Date(FilterCall c)
    {
        var format = c.TextAt(0);
        if (format.Length == 0) return c.Input;
        var stamp = c.Input as long? ?? (c.Input is string digits && digits.Length is > 0 and < 12 && digits.All(char.IsAsciiDigit) ? long.Parse(digits, CultureInfo.InvariantCulture) : null);
        if (stamp is { } seconds) return Strftime(DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime, format);
        return DateTime.TryParse(c.Text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var when) ? Strftime(when, format) : c.Input;
    }

    [GeneratedRegex("%(-?)(.)")]
    private static partial Regex Directives();

    private static string Strftime(DateTime when, string format) => Directives().Replace(format, m =>
    {
        var written = m.Groups[2].Value switch
        {
            "Y" => when.ToString("yyyy", CultureInfo.InvariantCulture),
            "y" => when.ToString("yy", CultureInfo.InvariantCulture),
            "m" => when.ToString("MM", CultureInfo.InvariantCulture),
            "d" => when.ToString("dd", CultureInfo.InvariantCulture),
            "e" => when.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
            "H" => when.ToString("HH", CultureInfo.InvariantCulture),
            "I" => when.ToString("hh", CultureInfo.InvariantCulture),
            "p" => when.ToString("tt", CultureInfo.InvariantCulture),
            "M" => when.ToString("mm", CultureInfo.InvariantCulture),
            "S" => when.ToString("ss", CultureInfo.InvariantCulture),
            "b" => when.ToString("MMM", CultureInfo.InvariantCulture),
            "B" => when.ToString("MMMM", CultureInfo.InvariantCulture),
            "a" => when.ToString("ddd", CultureInfo.InvariantCulture),
            "A" => when.ToString("dddd", CultureInfo.InvariantCulture),
            "j" => when.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
            "F" => when.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            "s" => new DateTimeOffset(when, TimeSpan.Zero).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            "%" => "%",
            _ => m.Value,
        };
        return m.Groups[1].Value == "-" ? written.TrimStart('0', ' ') : written;
    });
}
