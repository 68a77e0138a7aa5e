using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DoubleRandom.Basics;

/// <summary>The RFC 8785 (JCS) form of a JSON value: keys ordered by UTF-16 units, no white space, shortest escapes. What is hashed and published.</summary>
public static class CanonicalJson
{
    public static string Write(JsonNode? node)
    {
        var text = new StringBuilder();
        Append(text, node);
        return text.ToString();
    }

    private static void Append(StringBuilder text, JsonNode? node)
    {
        switch (node)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject o:
                text.Append('{');
                var first = true;
                foreach (var (key, value) in o.OrderBy(p => p.Key, StringComparer.Ordinal))
                {
                    if (!first) text.Append(',');
                    first = false;
                    AppendString(text, key);
                    text.Append(':');
                    Append(text, value);
                }
                text.Append('}');
                break;
            case JsonArray a:
                text.Append('[');
                for (var i = 0; i < a.Count; i++)
                {
                    if (i > 0) text.Append(',');
                    Append(text, a[i]);
                }
                text.Append(']');
                break;
            default:
                AppendScalar(text, node);
                break;
        }
    }

    private static void AppendScalar(StringBuilder text, JsonNode node)
    {
        switch (node.GetValueKind())
        {
            case JsonValueKind.String: AppendString(text, node.GetValue<string>()); break;
            case JsonValueKind.True: text.Append("true"); break;
            case JsonValueKind.False: text.Append("false"); break;
            case JsonValueKind.Null: text.Append("null"); break;
            default: AppendNumber(text, node); break;
        }
    }

    /// <summary>ECMAScript's number form. Our own files hold integers and short decimals only; others are written as doubles.</summary>
    private static void AppendNumber(StringBuilder text, JsonNode node)
    {
        var number = double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture);
        if (!double.IsFinite(number)) throw new FormatException("A number outside the range of RFC 8785.");
        if (number == Math.Floor(number) && Math.Abs(number) < 1e21)
        {
            text.Append(((decimal)number == 0 ? 0 : new System.Numerics.BigInteger(number)).ToString(CultureInfo.InvariantCulture));
            return;
        }
        var r = number.ToString("R", CultureInfo.InvariantCulture);
        var e = r.IndexOf('E', StringComparison.Ordinal);
        if (e < 0)
        {
            text.Append(r);
            return;
        }
        var exponent = int.Parse(r.AsSpan(e + 1), CultureInfo.InvariantCulture);
        if (exponent is >= -7 and < 0) text.Append(((decimal)number).ToString(CultureInfo.InvariantCulture));
        else text.Append(r.AsSpan(0, e)).Append('e').Append(exponent > 0 ? "+" : "").Append(exponent.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>One text, or null, in the same form: for records whose members are written in their order without making a tree of them.</summary>
    public static StringBuilder AppendText(this StringBuilder text, string? value)
    {
        if (value is null) return text.Append("null");
        AppendString(text, value);
        return text;
    }

    private static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        var rest = value.AsSpan();
        for (int at; (at = rest.IndexOfAny(Escaped)) >= 0; rest = rest[(at + 1)..])
        {
            text.Append(rest[..at]);
            switch (rest[at])
            {
                case '"': text.Append("\\\""); break;
                case '\\': text.Append("\\\\"); break;
                case '\b': text.Append("\\b"); break;
                case '\f': text.Append("\\f"); break;
                case '\n': text.Append("\\n"); break;
                case '\r': text.Append("\\r"); break;
                case '\t': text.Append("\\t"); break;
                case var c: text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)); break;
            }
        }
        text.Append(rest).Append('"');
    }

    private static readonly SearchValues<char> Escaped = SearchValues.Create([.. Enumerable.Range(0, ' ').Select(c => (char)c), '"', '\\']);
}
