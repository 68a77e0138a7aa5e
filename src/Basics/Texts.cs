using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace DoubleRandom.Basics;

/// <summary>
/// The texts people read, Chinese first and English second: one embedded <c>Texts.json</c> a room, <c>"code": ["中文 {0}", "English {0}"]</c>.
/// A code without both fails a test.
/// </summary>
public static class Texts
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };
    private static FrozenDictionary<string, (string Chinese, string English)> _texts = FrozenDictionary<string, (string, string)>.Empty;
    private static readonly Lock Gate = new();
    private static readonly HashSet<Assembly> Rooms = [];

    /// <summary>Adds a room's texts. Called by each room's <c>Add…</c> method; a second call for the same room does nothing.</summary>
    public static void Register(Assembly room)
    {
        lock (Gate)
        {
            if (!Rooms.Add(room)) return;
            var name = room.GetManifestResourceNames().SingleOrDefault(n => n.EndsWith(".Texts.json", StringComparison.Ordinal));
            if (name is null) return;
            using var stream = room.GetManifestResourceStream(name)!;
            using var json = JsonDocument.Parse(stream, Lenient);
            var all = _texts.ToDictionary();
            foreach (var entry in json.RootElement.EnumerateObject())
                all[entry.Name] = (entry.Value[0].GetString()!, entry.Value[1].GetString()!);
            _texts = all.ToFrozenDictionary(StringComparer.Ordinal);
        }
    }

    public static IReadOnlyCollection<string> Codes => _texts.Keys;

    public static bool Has(string code) => _texts.ContainsKey(code);

    /// <summary>The text in the reader's language (the current UI culture; Chinese unless it is English). An unknown code shows itself.</summary>
    public static string Of(string code, params object[] arguments)
    {
        if (!_texts.TryGetValue(code, out var text)) return arguments.Length == 0 ? code : $"{code} ({string.Join(", ", arguments)})";
        var isEnglish = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en";
        var format = isEnglish ? text.English : text.Chinese;
        return arguments.Length == 0 ? format : string.Format(isEnglish ? Dates.English : Dates.Chinese, format, arguments);
    }

    public static string Of(Refusal refusal) => Of(refusal.Code, refusal.Arguments);

    /// <summary>Writes a date inside a text as its readers do: 2026年3月31日, in English 2026-03-31. Everything else as no culture in particular does.</summary>
    private sealed class Dates(string pattern) : IFormatProvider, ICustomFormatter
    {
        public static readonly Dates Chinese = new("yyyy年M月d日");
        public static readonly Dates English = new("yyyy-MM-dd");

        public object? GetFormat(Type? formatType) => formatType == typeof(ICustomFormatter) ? this : null;

        public string Format(string? format, object? arg, IFormatProvider? formatProvider) => arg switch
        {
            DateOnly date => date.ToString(format ?? pattern, CultureInfo.InvariantCulture),
            IFormattable value => value.ToString(format, CultureInfo.InvariantCulture),
            _ => arg?.ToString() ?? "",
        };
    }
}
