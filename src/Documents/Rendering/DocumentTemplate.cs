using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using DoubleRandom.Documents.Rendering.Liquid;

namespace DoubleRandom.Documents.Rendering;

/// <summary>One official document's template with what is said about it at its head.</summary>
/// <param name="Code">The catalogue's code: D12.</param>
/// <param name="Kind">公文 and 函 (laid out after GB/T 9704-2012) or 文书 (form layout).</param>
/// <param name="Series">The name of the number series in the office's profile; empty for papers without a number.</param>
/// <param name="Citation">The legal source.</param>
/// <param name="Effective">The first day this version may be used.</param>
/// <param name="Required">Fields that must have a value, dotted.</param>
public sealed record DocumentTemplate(string Code, string Title, string Kind, string Series, string Citation, DateOnly Effective, int Version, IReadOnlyList<string> Required)
{
    private const string AfterMark = "\n---after---\n";

    internal LiquidTemplate Heading { get; private init; } = LiquidTemplate.Parse("");

    internal LiquidTemplate Body { get; private init; } = LiquidTemplate.Parse("");

    /// <summary>What follows seal and date: annexes.</summary>
    internal LiquidTemplate After { get; private init; } = LiquidTemplate.Parse("");

    internal bool Sealed { get; private init; }

    internal string Note { get; private init; } = "";

    internal static DocumentTemplate Read(string source)
    {
        var end = source.IndexOf("\n---", 4, StringComparison.Ordinal);
        var head = source[4..end].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(':', 2)).ToDictionary(p => p[0].Trim(), p => p[1].Trim());
        // Empty lines stand for what was cut off, so that a mistake is told with its line in the file.
        var body = Lines(source, end + 4) + source[(end + 4)..];
        var after = body.IndexOf(AfterMark, StringComparison.Ordinal);
        return new(head["code"], head["title"], head["kind"], head["series"], head["citation"], DateOnly.ParseExact(head["effective"], "yyyy-MM-dd", CultureInfo.InvariantCulture),
            int.Parse(head["version"], CultureInfo.InvariantCulture), head["required"].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            Heading = LiquidTemplate.Parse(head.GetValueOrDefault("heading") ?? head["title"]),
            Body = LiquidTemplate.Parse(after < 0 ? body : body[..after]),
            After = LiquidTemplate.Parse(after < 0 ? "" : Lines(body, after + AfterMark.Length) + body[(after + AfterMark.Length)..]),
            Sealed = head.GetValueOrDefault("seal") == "yes",
            Note = head.GetValueOrDefault("note", ""),
        };

        static string Lines(string text, int before) => new('\n', text.AsSpan(0, before).Count('\n'));
    }
}

/// <summary>The templates shipped with the product, read once.</summary>
public sealed class DocumentTemplates
{
    private readonly FrozenDictionary<string, DocumentTemplate> _templates;
    private readonly FrozenDictionary<string, LiquidTemplate> _partials;
    private readonly FrozenDictionary<string, string> _fields;

    public DocumentTemplates()
    {
        var room = typeof(DocumentTemplates).Assembly;
        var sources = room.GetManifestResourceNames().Where(n => n.EndsWith(".liquid", StringComparison.Ordinal)).Select(n => (Name: n, Text: Text(n))).ToList();
        _templates = sources.Where(s => s.Text.StartsWith("---\n", StringComparison.Ordinal)).Select(s => DocumentTemplate.Read(s.Text)).ToFrozenDictionary(t => t.Code);
        _partials = sources.Where(s => !s.Text.StartsWith("---\n", StringComparison.Ordinal)).ToFrozenDictionary(s => s.Name.Split("._")[^1][..^7], s => LiquidTemplate.Parse(s.Text));
        _fields = JsonSerializer.Deserialize<Dictionary<string, string>>(Text(room.GetManifestResourceNames().Single(n => n.EndsWith(".fields.json", StringComparison.Ordinal))))!.ToFrozenDictionary();

        string Text(string name)
        {
            using var reader = new StreamReader(room.GetManifestResourceStream(name)!);
            return reader.ReadToEnd().ReplaceLineEndings("\n");
        }
    }

    public IEnumerable<DocumentTemplate> All => _templates.Values.OrderBy(t => t.Code, StringComparer.Ordinal);

    public DocumentTemplate? Find(string code) => _templates.GetValueOrDefault(code);

    /// <summary>What a field is called in the office; a field without a name shows itself.</summary>
    public string NameOf(string field) => _fields.GetValueOrDefault(field, field);

    internal LiquidTemplate? Partial(string name) => _partials.GetValueOrDefault(name);
}
