using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DoubleRandom.Documents.Rendering.Liquid;

internal enum LiquidEmpty { Empty, Blank }

internal sealed record LiquidRange(long From, long To)
{
    public override string ToString() => $"{From}..{To}";
}

/// <summary>What a value means to Liquid: nothing, truth, text, whole or decimal number, list, map, range.</summary>
internal static class LiquidValue
{
    private const int MaximumItems = 100_000;

    public static Dictionary<string, object?> Map(JsonObject json) => json.ToDictionary(p => p.Key, p => Of(p.Value));

    public static object? Of(JsonNode? node) => node switch
    {
        null => null,
        JsonObject map => Map(map),
        JsonArray list => list.Select(Of).ToList(),
        _ => node.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number => Number(node.ToJsonString()),
            _ => node.GetValue<string>(),
        },
    };

    private static object Number(string text) => long.TryParse(text, CultureInfo.InvariantCulture, out var whole) ? whole
        : decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.Parse(text, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);

    public static bool Truthy(object? value) => value is not (null or false);

    public static string Text(object? value) => value switch
    {
        null or LiquidEmpty => "",
        string text => text,
        bool truth => truth ? "true" : "false",
        decimal number => number == decimal.Truncate(number) ? decimal.Truncate(number).ToString(CultureInfo.InvariantCulture) + ".0" : number.ToString("0.############################", CultureInfo.InvariantCulture),
        List<object?> list => string.Concat(list.Select(Text)),
        Dictionary<string, object?> map => "{" + string.Join(", ", map.Select(p => $"\"{p.Key}\"=>{Inspect(p.Value)}")) + "}",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Inspect(object? value) => value switch { null => "nil", string text => $"\"{text}\"", List<object?> list => $"[{string.Join(", ", list.Select(Inspect))}]", _ => Text(value) };

    public static object Numeric(object? value) => value switch
    {
        long or decimal => value,
        string text when long.TryParse(text.Trim(), CultureInfo.InvariantCulture, out var whole) => whole,
        string text when decimal.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => 0L,
    };

    public static decimal Amount(object? value) => Convert.ToDecimal(Numeric(value), CultureInfo.InvariantCulture);

    public static long Whole(object? value) => (long)decimal.Truncate(Amount(value));

    public static List<object?> Items(object? value) => value switch
    {
        null => [],
        List<object?> list => list,
        Dictionary<string, object?> map => [.. map.Select(p => (object?)new List<object?> { p.Key, p.Value })],
        LiquidRange range when range.To - range.From > MaximumItems => throw new LiquidException("A range is too long."),
        LiquidRange range => range.To < range.From ? [] : [.. Enumerable.Range(0, (int)(range.To - range.From + 1)).Select(i => (object?)(range.From + i))],
        string { Length: > 0 } text => [text],
        _ => [],
    };

    public static object? Member(object? owner, object? key, bool dotted)
    {
        if (owner is Dictionary<string, object?> map)
        {
            if (map.TryGetValue(Text(key), out var found)) return found;
            if (!dotted) return null;
            return key switch { "size" => (long)map.Count, "first" => map.Count == 0 ? null : Items(map)[0], _ => null };
        }
        if (owner is LiquidRange) owner = Items(owner);
        if (owner is List<object?> list)
        {
            if (key is long at) return at < 0 ? at + list.Count >= 0 ? list[(int)(at + list.Count)] : null : at < list.Count ? list[(int)at] : null;
            if (!dotted) return null;
            return key switch { "size" => (long)list.Count, "first" => list.FirstOrDefault(), "last" => list.LastOrDefault(), _ => null };
        }
        return owner is string text && key is "size" ? (long)text.Length : null;
    }

    public static bool Same(object? left, object? right)
    {
        if (right is LiquidEmpty || left is LiquidEmpty)
        {
            var (mark, other) = right is LiquidEmpty r ? (r, left) : ((LiquidEmpty)left!, right);
            if (other is LiquidEmpty) return true;
            return other is "" or List<object?> { Count: 0 } or Dictionary<string, object?> { Count: 0 } || (mark == LiquidEmpty.Blank && (other is null or false || other is string text && string.IsNullOrWhiteSpace(text)));
        }
        if (left is long or decimal && right is long or decimal) return Amount(left) == Amount(right);
        if (left is List<object?> a && right is List<object?> b) return a.Count == b.Count && a.Zip(b).All(p => Same(p.First, p.Second));
        if (left is Dictionary<string, object?> m && right is Dictionary<string, object?> n) return m.Count == n.Count && m.All(p => n.TryGetValue(p.Key, out var v) && Same(p.Value, v));
        return Equals(left, right);
    }

    public static bool Compare(string sign, object? left, object? right)
    {
        switch (sign)
        {
            case "==": return Same(left, right);
            case "!=" or "<>": return !Same(left, right);
            case "contains":
                return left switch
                {
                    string text => right is not null && text.Contains(Text(right), StringComparison.Ordinal),
                    List<object?> list => list.Any(v => Same(v, right)),
                    Dictionary<string, object?> map => map.ContainsKey(Text(right)),
                    LiquidRange range => Items(range).Any(v => Same(v, right)),
                    _ => false,
                };
        }
        if (left is null || right is null) return false;
        if (left is string != right is string) throw new LiquidException($"{Text(left)} and {Text(right)} cannot be ordered.");
        var order = left is string a && right is string b ? string.CompareOrdinal(a, b) : left is long or decimal && right is long or decimal ? Amount(left).CompareTo(Amount(right)) : (int?)null;
        return order is { } o && sign switch { "<" => o < 0, ">" => o > 0, "<=" => o <= 0, _ => o >= 0 };
    }
}
