using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DoubleRandom.Inspections.Publications;

/// <summary>脱敏: what may not be seen outside is starred (law 12; as real county decisions do, domain 2.12).</summary>
public static partial class Mask
{
    /// <summary>The family name stays: 张三丰 → 张**.</summary>
    public static string Name(string name) => name.Length <= 1 ? name : name[0] + new string('*', name.Length - 1);

    /// <summary>First three and last four digits stay: 13812345678 → 138****5678.</summary>
    public static string Phone(string phone) => Middle(phone, 3, 4);

    /// <summary>First three and last two stay.</summary>
    public static string IdNumber(string number) => Middle(number, 3, 2);

    /// <summary>First eight and last two stay.</summary>
    public static string CreditCode(string code) => Middle(code, 8, 2);

    /// <summary>Free text: identity numbers, telephone numbers and the given names, wherever they stand.</summary>
    public static string Text(string text, IReadOnlyCollection<string> names, bool creditCodes)
    {
        // A credit code can hold eighteen digits as an identity number does: it is judged first.
        text = CreditCodes().Replace(text, m => IdNumbers().IsMatch(m.Value) ? IdNumber(m.Value) : creditCodes ? CreditCode(m.Value) : m.Value);
        text = Mobiles().Replace(text, m => Phone(m.Value));
        text = Landlines().Replace(text, m => Middle(m.Value, 4, 2));
        foreach (var name in names.Where(n => n.Length > 1).OrderByDescending(n => n.Length)) text = text.Replace(name, Name(name), StringComparison.Ordinal);
        return text;
    }

    /// <summary>A copy of the content with every text masked; numbers, dates and the names of properties stay.</summary>
    public static JsonObject Content(JsonObject content, IReadOnlyCollection<string> names, bool creditCodes)
        => (JsonObject)Copy(content, names, creditCodes)!;

    private static JsonNode? Copy(JsonNode? node, IReadOnlyCollection<string> names, bool creditCodes) => node switch
    {
        JsonObject o => new JsonObject(o.Select(p => KeyValuePair.Create(p.Key, Copy(p.Value, names, creditCodes)))),
        JsonArray a => new JsonArray([.. a.Select(e => Copy(e, names, creditCodes))]),
        JsonValue v when v.TryGetValue<string>(out var text) => JsonValue.Create(Text(text, names, creditCodes)),
        _ => node?.DeepClone(),
    };

    private static string Middle(string text, int first, int last)
        => text.Length <= first + last ? new string('*', text.Length) : text[..first] + new string('*', text.Length - first - last) + text[^last..];

    [GeneratedRegex(@"(?<![0-9A-Za-z])[0-9A-Z]{17}[0-9A-Xx](?![0-9A-Za-z])", RegexOptions.None, 1000)]
    private static partial Regex CreditCodes();

    [GeneratedRegex(@"^[1-9]\d{5}(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[0-9Xx]$", RegexOptions.None, 1000)]
    private static partial Regex IdNumbers();

    [GeneratedRegex(@"(?<!\d)1[3-9]\d{9}(?!\d)", RegexOptions.None, 1000)]
    private static partial Regex Mobiles();

    [GeneratedRegex(@"(?<!\d)0\d{2,3}-\d{7,8}(?!\d)", RegexOptions.None, 1000)]
    private static partial Regex Landlines();
}
