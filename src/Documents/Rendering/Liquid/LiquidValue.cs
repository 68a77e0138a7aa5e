global using LiquidList = System.Collections.Generic.List<object?>;
global using LiquidMap = System.Collections.Generic.Dictionary<string, object?>;
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
    private const int MaximumDepth = 64;

    public static LiquidMap Map(JsonObject json, int depth = 0) => json.ToDictionary(p => p.Key, p => Of(p.Value, depth + 1));

    private static object? Of(JsonNode? node, int depth) => depth > MaximumDepth ? throw new LiquidException("数据嵌套过深") : node switch
    {
        null => null,
        JsonObject map => Map(map, depth),
        JsonArray list => list.Select(n => Of(n, depth + 1)).ToList(),
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

    public static string Text(object? value) => Text(value, 0);

    private static string Text(object? value, int depth) => value switch
    {
        _ when depth > MaximumDepth => throw new LiquidException("数据嵌套过深"),
        null or LiquidEmpty => "",
        string text => text,
        bool truth => truth ? "true" : "false",
        // Seventeen digits are what the reference implementation's numbers hold.
        decimal number => number == decimal.Truncate(number) ? decimal.Truncate(number).ToString(CultureInfo.InvariantCulture) + ".0"
            : number.Scale > 15 ? ((double)number).ToString("R", CultureInfo.InvariantCulture) : number.ToString("0.############################", CultureInfo.InvariantCulture),
        LiquidList list => string.Concat(list.Select(v => Text(v, depth + 1))),
        LiquidMap map => "{" + string.Join(", ", map.Select(p => $"\"{p.Key}\"=>{Inspect(p.Value, depth + 1)}")) + "}",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Inspect(object? value, int depth)
        => value switch { null => "nil", string text => $"\"{text}\"", LiquidList list => $"[{string.Join(", ", list.Select(v => Inspect(v, depth + 1)))}]", _ => Text(value, depth) };

    public static object Numeric(object? value) => value switch
    {
        long or decimal => value,
        string text when long.TryParse(text.Trim(), CultureInfo.InvariantCulture, out var whole) => whole,
        string text when decimal.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => 0L,
    };

    public static bool IsWhole(object? value) => value is long || (value is string text && long.TryParse(text.Trim(), CultureInfo.InvariantCulture, out _)) || value is decimal;

    public static decimal Amount(object? value) => Convert.ToDecimal(Numeric(value), CultureInfo.InvariantCulture);

    public static long Whole(object? value)
    {
        var amount = decimal.Truncate(Amount(value));
        return amount is >= long.MinValue and <= long.MaxValue ? (long)amount : throw new LiquidException("数值超出范围");
    }

    /// <summary>A whole result: as a whole number where it fits.</summary>
    public static object Rounded(decimal amount) => amount is >= long.MinValue and <= long.MaxValue ? (object)(long)amount : amount;

    /// <summary>What a loop goes over.</summary>
    public static LiquidList Items(object? value) => value switch
    {
        null => [],
        LiquidList list => list,
        LiquidMap map => [.. map.Select(p => (object?)new LiquidList { p.Key, p.Value })],
        LiquidRange range when (decimal)range.To - range.From >= MaximumItems => throw new LiquidException($"区间超过 {MaximumItems} 项"),
        LiquidRange range => range.To < range.From ? [] : [.. Enumerable.Range(0, (int)(range.To - range.From + 1)).Select(i => (object?)(range.From + i))],
        string { Length: > 0 } text => [text],
        _ => [],
    };

    /// <summary>What a filter goes over: lists in lists are laid flat, anything else is a list of one.</summary>
    public static LiquidList Elements(object? value)
    {
        if (value is null or LiquidEmpty) return [];
        if (value is LiquidRange) return Items(value);
        if (value is not LiquidList list) return [value];
        if (!list.Any(v => v is LiquidList)) return [.. list];
        LiquidList flat = [];
        Flatten(list, flat, 0);
        return flat;
    }

    private static void Flatten(LiquidList list, LiquidList into, int depth)
    {
        if (depth > MaximumDepth) throw new LiquidException("数据嵌套过深");
        foreach (var value in list)
        {
            if (value is LiquidList inner) Flatten(inner, into, depth + 1);
            else into.Add(value);
            if (into.Count > MaximumItems) throw new LiquidException($"列表超过 {MaximumItems} 项");
        }
    }

    public static object? Member(object? owner, object? key, bool dotted)
    {
        if (owner is LiquidMap map)
        {
            if (map.TryGetValue(Text(key), out var found)) return found;
            if (!dotted) return null;
            return key switch { "size" => (long)map.Count, "first" => map.Count == 0 ? null : Items(map)[0], _ => null };
        }
        if (owner is LiquidRange) owner = Items(owner);
        if (owner is LiquidList list)
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
            if (left is LiquidEmpty && right is LiquidEmpty) return left.Equals(right);
            var (mark, other) = right is LiquidEmpty r ? (r, left) : ((LiquidEmpty)left!, right);
            return other is "" or LiquidList { Count: 0 } or LiquidMap { Count: 0 } || (mark == LiquidEmpty.Blank && (other is null or false || (other is string text && string.IsNullOrWhiteSpace(text))));
        }
        if (left is long or decimal && right is long or decimal) return Amount(left) == Amount(right);
        if (left is LiquidList a && right is LiquidList b) return a.Count == b.Count && a.Zip(b).All(p => Same(p.First, p.Second));
        if (left is LiquidMap m && right is LiquidMap n) return m.Count == n.Count && m.All(p => n.TryGetValue(p.Key, out var v) && Same(p.Value, v));
        return Equals(left, right);
    }

    public static bool Compare(string sign, object? left, object? right)
    {
        switch (sign)
        {
            case "==": return Same(left, right);
            case "!=" or "<>": return !Same(left, right);
            case "contains":
                return right is not (null or false) && left switch
                {
                    string text => text.Contains(Text(right), StringComparison.Ordinal),
                    LiquidList list => list.Any(v => Same(v, right)),
                    LiquidMap map => map.ContainsKey(Text(right)),
                    LiquidRange range => Items(range).Any(v => Same(v, right)),
                    _ => false,
                };
        }
        if (left is null or LiquidEmpty || right is null or LiquidEmpty) return false;
        if (left is string != right is string) throw new LiquidException($"“{Text(left)}”与“{Text(right)}”不能比较大小");
        var order = left is string a && right is string b ? string.CompareOrdinal(a, b) : left is long or decimal && right is long or decimal ? Amount(left).CompareTo(Amount(right)) : (int?)null;
        return order is { } o && sign switch { "<" => o < 0, ">" => o > 0, "<=" => o <= 0, _ => o >= 0 };
    }
}
