using System.Collections.Frozen;
using System.Globalization;
using DoubleRandom.Documents.Rendering.Liquid;

namespace DoubleRandom.Documents.Rendering;

/// <summary>One official document's template with what is said about it at its head.</summary>
/// <param name="Code">The catalogue's code: D12.</param>
/// <param name="Kind">公文 (laid out after GB/T 9704-2012) or 文书 (form layout).</param>
/// <param name="Series">The name of the number series in the office's profile; empty for internal papers without a number.</param>
/// <param name="Citation">The legal source.</param>
/// <param name="Effective">The first day this version may be used.</param>
/// <param name="Required">Fields that must have a value, dotted.</param>
public sealed record DocumentTemplate(string Code, string Title, string Kind, string Series, string Citation, DateOnly Effective, int Version, IReadOnlyList<string> Required)
{
    internal LiquidTemplate Body { get; private init; } = LiquidTemplate.Parse("");

    internal bool Sealed { get; private init; }

    internal IReadOnlyList<string> Signatures { get; private init; } = [];

    internal string Note { get; private init; } = "";

    internal static DocumentTemplate Read(string source)
    {
        var end = source.IndexOf("\n---", 4, StringComparison.Ordinal);
        var head = source[4..end].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(':', 2)).ToDictionary(p => p[0].Trim(), p => p[1].Trim());
        return new(head["code"], head["title"], head["kind"], head["series"], head["citation"], DateOnly.ParseExact(head["effective"], "yyyy-MM-dd", CultureInfo.InvariantCulture),
            int.Parse(head["version"], CultureInfo.InvariantCulture), head["required"].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            Body = LiquidTemplate.Parse(source[(end + 4)..]),
            Sealed = head.GetValueOrDefault("seal") == "yes",
            Signatures = head.GetValueOrDefault("sign", "").Split(' ', StringSplitOptions.RemoveEmptyEntries),
            Note = head.GetValueOrDefault("note", ""),
        };
    }
}

/// <summary>The templates shipped with the product, read once.</summary>
public sealed class DocumentTemplates
{
    private readonly FrozenDictionary<string, DocumentTemplate> _templates;
    private readonly FrozenDictionary<string, LiquidTemplate> _partials;

    public DocumentTemplates()
    {
        var room = typeof(DocumentTemplates).Assembly;
        var sources = room.GetManifestResourceNames().Where(n => n.EndsWith(".liquid", StringComparison.Ordinal)).Select(n =>
        {
            using var reader = new StreamReader(room.GetManifestResourceStream(n)!);
            return (Name: n, Text: reader.ReadToEnd().ReplaceLineEndings("\n"));
        }).ToList();
        _templates = sources.Where(s => s.Text.StartsWith("---\n", StringComparison.Ordinal)).Select(s => DocumentTemplate.Read(s.Text)).ToFrozenDictionary(t => t.Code);
        _partials = sources.Where(s => !s.Text.StartsWith("---\n", StringComparison.Ordinal)).ToFrozenDictionary(s => s.Name.Split("._")[^1][..^7], s => LiquidTemplate.Parse(s.Text));
    }

    public IEnumerable<DocumentTemplate> All => _templates.Values.OrderBy(t => t.Code, StringComparer.Ordinal);

    public DocumentTemplate? Find(string code) => _templates.GetValueOrDefault(code);

    internal LiquidTemplate? Partial(string name) => _partials.GetValueOrDefault(name);
}
