using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using DoubleRandom.Basics;

namespace DoubleRandom.Documents.Rendering;

/// <summary>A finished document. The HTML is one self-contained page for A4 print; the DOCX is made from the same content and has the same bytes each time.</summary>
public sealed record RenderedDocument(string Title, string Html, XElement Content)
{
    public byte[] Docx() => DocxWriter.Write(Content);
}

/// <summary>Fills a template in. A field the law asks for and the data lack is refused by name, never left blank.</summary>
public sealed class DocumentRenderer(DocumentTemplates templates)
{
    private const string Style = """
        @page{size:A4;margin:37mm 26mm 35mm 28mm}body{font-family:仿宋_GB2312,FangSong,STFangsong,"Noto Serif CJK SC",serif;font-size:16pt;line-height:29pt;color:#000;max-width:156mm;margin:10mm auto}
        @media print{body{margin:0}}h1{font-family:方正小标宋简体,"Noto Serif CJK SC",SimSun,serif;font-size:22pt;line-height:34pt;font-weight:normal;text-align:center;margin:14pt 0}
        h2{font-family:黑体,SimHei,"Noto Sans CJK SC",sans-serif;font-size:16pt;font-weight:normal;margin:0;text-indent:2em}p{margin:0;text-indent:2em;text-align:justify}
        p.red{font-family:方正小标宋简体,"Noto Serif CJK SC",serif;color:#c00;font-size:36pt;line-height:50pt;text-align:center;text-indent:0}p.rule{border-bottom:2pt solid #c00;height:4mm;text-indent:0}
        p.number,p.office{text-align:center;text-indent:0}p.to,p.line,p.note{text-indent:0}p.right{text-align:right;text-indent:0;padding-right:4em}p.note{font-size:12pt}
        table{border-collapse:collapse;width:100%;margin:6pt 0}td,th{border:.75pt solid #000;padding:2pt 4pt;font-size:12pt;line-height:20pt;font-weight:normal;vertical-align:middle}th{font-family:黑体,SimHei,sans-serif}.break{page-break-before:always}
        """;

    /// <summary>Makes the document from <paramref name="data"/>; the template of <paramref name="templateCode"/> names the fields it needs.</summary>
    public Result<RenderedDocument> Render(string templateCode, JsonObject data)
    {
        var template = templates.Find(templateCode);
        if (template is null) return Refusal.NotFound("documents.no-template", templateCode);
        foreach (var field in template.Required)
        {
            if (IsMissing(data, field)) return Refusal.Invalid("documents.missing-field", field, template.Title, field);
        }
        var body = template.Body.Render(data, templates.Partial, escape: true);
        var content = XElement.Parse($"<doc>{Head(template, data)}{body}{Foot(template, data)}</doc>");
        var html = $"<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"/><title>{WebUtility.HtmlEncode(template.Title)}</title><style>{Style}</style></head><body>"
            + string.Concat(content.Elements().Select(e => e.ToString(SaveOptions.DisableFormatting))) + "</body></html>";
        return new RenderedDocument(template.Title, Clean(html), content);
    }

    /// <summary>The content of a page made here, as it is turned into other formats.</summary>
    internal static XElement ContentOf(string html)
    {
        var from = html.IndexOf("<body>", StringComparison.Ordinal) + "<body>".Length;
        return XElement.Parse($"<doc>{html[from..html.LastIndexOf("</body>", StringComparison.Ordinal)]}</doc>");
    }

    private static string Clean(string html) => Regex.Replace(html, "<(p|td|th)([^<>]*) />", "<$1$2></$1>");

    private static string Head(DocumentTemplate template, JsonObject data)
    {
        var (office, number) = (Encode(data, "bureau"), Encode(data, "number"));
        return template.Kind == "公文"
            ? $"<p class=\"red\">{office}文件</p><p class=\"number\">{number}</p><p class=\"rule\"></p><h1>{template.Title}</h1>"
            : $"<p class=\"office\">{office}</p><h1>{template.Title}</h1>" + (template.Series.Length == 0 ? "" : $"<p class=\"number\">{number}</p>");
    }

    private static string Foot(DocumentTemplate template, JsonObject data)
    {
        var foot = template.Signatures.Count == 0 ? "" : "<table>" + string.Concat(template.Signatures.Select(s => $"<tr><th>{s}(签名)</th><td></td><th>日期</th><td>年 月 日</td></tr>")) + "</table>";
        if (template.Sealed) foot += $"<p class=\"right\">{Encode(data, "bureau")}(印章)</p><p class=\"right\">{ChineseText.Date(Encode(data, "date"))}</p>";
        return template.Note.Length == 0 ? foot : foot + $"<p class=\"note\">{template.Note}</p>";
    }

    private static string Encode(JsonObject data, string name) => WebUtility.HtmlEncode(data[name]?.ToString() ?? "");

    private static bool IsMissing(JsonObject data, string path)
    {
        JsonNode? node = data;
        foreach (var part in path.Split('.')) node = node is JsonObject map ? map[part] : null;
        return node is null or JsonArray { Count: 0 } || (node is JsonValue && string.IsNullOrWhiteSpace(node.ToString()));
    }
}
