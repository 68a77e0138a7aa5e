using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DoubleRandom.Engine.Expressions.Feel;

/// <summary>A days-and-time duration has no months; a years-and-months duration has nothing else.</summary>
internal sealed record YearsMonths(long Months);

/// <summary>A FEEL time: time of day with an optional offset or zone.</summary>
/// <param name="Nanos">The nanoseconds beyond the last 100, 0 to 99: kept as written, never calculated with.</param>
internal sealed record FeelTime(TimeSpan OfDay, TimeSpan? Offset, string? Zone = null, int Nanos = 0);

/// <param name="IsOpen">Written as a comparison (<c>&gt; 10</c>): the missing end is without bound. A null end of a written range is unknown.</param>
internal sealed record FeelRange(object? Low, object? High, bool LowIncluded, bool HighIncluded, bool IsOpen = false);

internal sealed record FeelFunction(IReadOnlyList<string> Parameters, Func<IReadOnlyList<object?>, object?> Invoke, bool IsVariadic = false);

/// <summary>
/// Values while an expression runs: null, bool, decimal, string, FeelDate, FeelTime, FeelDateTime, TimeSpan, YearsMonths,
/// List&lt;object?&gt;, Dictionary&lt;string, object?&gt; (a context), FeelRange, FeelFunction.
/// </summary>
internal static class FeelValue
{
    public static object? FromJson(JsonNode? node)
    {
        switch (node)
        {
            case null: return null;
            case JsonArray array: return array.Select(FromJson).ToList();
            case JsonObject o: return o.ToDictionary(p => p.Key, p => FromJson(p.Value), StringComparer.Ordinal);
            default:
                return node.GetValueKind() switch
                {
                    JsonValueKind.True => true,
                    JsonValueKind.False => false,
                    JsonValueKind.String => node.GetValue<string>(),
                    JsonValueKind.Number => decimal.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null,
                    _ => null,
                };
        }
    }

    public static JsonNode? ToJson(object? value) => value switch
    {
        null => null,
        bool b => JsonValue.Create(b),
        decimal d => d == decimal.Truncate(d) && Math.Abs(d) <= long.MaxValue ? JsonValue.Create((long)d) : JsonValue.Create(d),
        string s => JsonValue.Create(s),
        List<object?> list => new JsonArray([.. list.Select(ToJson)]),
        Dictionary<string, object?> context => new JsonObject(context.Select(p => KeyValuePair.Create(p.Key, ToJson(p.Value)))),
        FeelRange or FeelFunction => null,
        _ => JsonValue.Create(Text(value)),
    };

    /// <summary>The value as <c>string()</c> gives it.</summary>
    public static string Text(object? value) => value switch
    {
        null => "null",
        bool b => b ? "true" : "false",
        decimal d => Number(d),
        string s => s,
        FeelDate d => d.ToString(),
        FeelTime t => TimeText(t.OfDay, t.Nanos) + ZoneText(t.Offset, t.Zone),
        FeelDateTime dt => $"{dt.Date}T{TimeText(dt.OfDay, dt.Nanos)}{ZoneText(dt.Offset, dt.Zone)}",
        TimeSpan span => DurationText(span),
        YearsMonths ym => MonthsText(ym.Months),
        _ => Literal(value),
    };

    /// <summary>The value as a FEEL literal: strings quoted, dates and durations as @-literals.</summary>
    public static string Literal(object? value)
    {
        switch (value)
        {
            case string s:
                return Quote(s);
            case FeelDate or FeelTime or FeelDateTime or TimeSpan or YearsMonths:
                return $"@\"{Text(value)}\"";
            case List<object?> list:
                return "[" + string.Join(", ", list.Select(Literal)) + "]";
            case Dictionary<string, object?> context:
                return "{" + string.Join(", ", context.Select(p => $"{(IsName(p.Key) ? p.Key : Quote(p.Key))}: {Literal(p.Value)}")) + "}";
            case FeelRange range:
                return (range.LowIncluded ? "[" : "(") + Literal(range.Low) + ".." + Literal(range.High) + (range.HighIncluded ? "]" : ")");
            case FeelFunction f:
                return $"function({string.Join(", ", f.Parameters)})";
            default:
                return Text(value);
        }
    }

    public static string Number(decimal d)
    {
        var text = d.ToString(CultureInfo.InvariantCulture);
        return text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;
    }

    private static bool IsName(string key) => key.Length > 0 && (char.IsLetter(key[0]) || key[0] == '_') && key.All(c => char.IsLetterOrDigit(c) || c == '_');

    private static string Quote(string s)
    {
        var text = new StringBuilder("\"");
        foreach (var c in s)
        {
            text.Append(c switch { '"' => "\\\"", '\\' => "\\\\", '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", _ => c.ToString() });
        }
        return text.Append('"').ToString();
    }

    private static string TimeText(TimeSpan time, int nanos)
    {
        var text = time.ToString("hh\\:mm\\:ss", CultureInfo.InvariantCulture);
        var fraction = time.Ticks % TimeSpan.TicksPerSecond * 100 + nanos;
        return fraction == 0 ? text : text + "." + fraction.ToString("000000000", CultureInfo.InvariantCulture).TrimEnd('0');
    }

    private static string ZoneText(TimeSpan? offset, string? zone)
    {
        if (zone is not null) return "@" + zone;
        if (offset is not { } o) return "";
        if (o == TimeSpan.Zero) return "Z";
        var abs = o.Duration();
        return (o < TimeSpan.Zero ? "-" : "+") + abs.ToString("hh\\:mm", CultureInfo.InvariantCulture) + (abs.Seconds == 0 ? "" : abs.ToString("\\:ss", CultureInfo.InvariantCulture));
    }

    private static string DurationText(TimeSpan span)
    {
        if (span == TimeSpan.Zero) return "PT0S";
        var text = new StringBuilder(span < TimeSpan.Zero ? "-P" : "P");
        var abs = span.Duration();
        if (abs.Days > 0) text.Append(abs.Days).Append('D');
        if (abs.Hours > 0 || abs.Minutes > 0 || abs.Ticks % TimeSpan.TicksPerMinute > 0)
        {
            text.Append('T');
            if (abs.Hours > 0) text.Append(abs.Hours).Append('H');
            if (abs.Minutes > 0) text.Append(abs.Minutes).Append('M');
            var seconds = abs.Ticks % TimeSpan.TicksPerMinute / (decimal)TimeSpan.TicksPerSecond;
            if (seconds > 0) text.Append(Number(seconds)).Append('S');
        }
        return text.ToString();
    }

    private static string MonthsText(long months)
    {
        if (months == 0) return "P0M";
        var abs = Math.Abs(months);
        var text = new StringBuilder(months < 0 ? "-P" : "P");
        if (abs / 12 > 0) text.Append(abs / 12).Append('Y');
        if (abs % 12 > 0) text.Append(abs % 12).Append('M');
        return text.ToString();
    }
}
