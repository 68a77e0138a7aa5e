using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using DoubleRandom.Basics;
using DoubleRandom.Documents.Rendering.Liquid;

namespace DoubleRandom.Documents.Rendering;

/// <summary>A finished document. The HTML is one self-contained page for A4 print; the DOCX is made from the same content and has the same bytes each time.</summary>
public sealed record RenderedDocument(string Title, string Html)
{
    public byte[] Docx() => DocxWriter.Write(DocumentRenderer.ContentOf(Html));
}

/// <summary>Fills a template in. A field the law asks for and the data lack is refused by name, never left blank.</summary>
public sealed partial class DocumentRenderer(DocumentTemplates templates)
{
    private const string Forms = "文书";
    private const string Letter = "函";

    // GB/T 9704-2012: A4, margins 37/26/35/28 mm, 22 lines of 28 characters, body 仿宋 三号, title 小标宋 二号, page number 四号 between dashes.
    private const string Style = """
        @page{size:A4;margin:37mm 26mm 35mm 28mm}
        body{font-family:仿宋_GB2312,仿宋,FangSong,STFangsong,"Noto Serif CJK SC",serif;font-size:16pt;line-height:29pt;color:#000;max-width:156mm;margin:10mm auto}
        h1{font-family:方正小标宋简体,小标宋,"Noto Serif CJK SC",SimSun,serif;font-size:22pt;line-height:34pt;font-weight:normal;text-align:center;margin:14pt 0}
        h2{font-family:黑体,SimHei,"Noto Sans CJK SC",sans-serif;font-size:16pt;font-weight:normal;margin:0;text-indent:2em;break-after:avoid}
        p{margin:0;text-indent:2em;text-align:justify;overflow-wrap:anywhere}
        p.red{font-family:方正小标宋简体,小标宋,"Noto Serif CJK SC",serif;color:#c00;line-height:1.4;text-align:center;text-indent:0;white-space:nowrap}
        p.rule{border-bottom:2pt solid #c00;height:4mm;line-height:1px;text-indent:0;margin-bottom:20pt}p.rule.letter{border-bottom:4.5pt double #c00}
        p.number,p.office{text-align:center;text-indent:0}p.docno{text-align:right;text-indent:0}p.to,p.line,p.sign,p.note,p.blank,p.black{text-indent:0}p.black{font-family:黑体,SimHei,"Noto Sans CJK SC",sans-serif}
        p.sign,p.right{break-inside:avoid;break-before:avoid}p.right{text-align:right;text-indent:0}p.note{font-size:10.5pt;line-height:16pt;margin-top:8pt}p.blank{border-bottom:.75pt solid #000}
        table{border-collapse:collapse;width:100%;margin:6pt 0;table-layout:fixed}td,th{border:.75pt solid #000;padding:2pt 4pt;font-size:12pt;line-height:20pt;font-weight:normal;vertical-align:middle;text-align:left;overflow-wrap:anywhere}
        th{font-family:黑体,SimHei,"Noto Sans CJK SC",sans-serif;text-align:center}td.c{text-align:center}table.small td,table.small th{font-size:10.5pt;line-height:16pt}table.list tr{break-inside:avoid}
        table.copies{margin-top:29pt;border-top:1pt solid #000;border-bottom:1pt solid #000}table.copies td{border:0;font-size:14pt;line-height:24pt}td.r{text-align:right}.break{break-before:page}
        body.form{font-size:14pt;line-height:22pt;max-width:160mm}body.form h1{margin:3pt 0 6pt}body.form h2{font-size:14pt}body.form td,body.form th{line-height:18pt}
        @media screen and (max-width:600px){body,body.form{margin:4mm 3mm}}
        @media print{body,body.form{margin:0}}
        """;

    private const string OfficialPages = """@page:right{@bottom-right{content:"— " counter(page) " —";font:14pt SimSun,serif}}@page:left{@bottom-left{content:"— " counter(page) " —";font:14pt SimSun,serif}}""";
    private const string FormPages = """@page{margin:22mm 24mm 20mm 26mm;@bottom-center{content:"第 " counter(page) " 页 共 " counter(pages) " 页";font:10.5pt SimSun,serif}}""";

    /// <summary>Makes the document from <paramref name="data"/>; the template of <paramref name="templateCode"/> names the fields it needs.</summary>
    public Result<RenderedDocument> Render(string templateCode, JsonObject data)
    {
        var template = templates.Find(templateCode);
        return template is null ? Refusal.NotFound("documents.no-template", templateCode) : Render(template, data);
    }

    /// <summary>The same with a template under work: the text of a file with a head like those of <c>Templates</c>.</summary>
    public Result<RenderedDocument> RenderSource(string source, JsonObject data)
    {
        try
        {
            return Render(DocumentTemplate.Read(source.ReplaceLineEndings("\n")), data);
        }
        catch (Exception e) when (e is LiquidException or FormatException or ArgumentOutOfRangeException or IndexOutOfRangeException or KeyNotFoundException or XmlException)
        {
            return Refusal.Invalid("documents.bad-template", "template", e.Message);
        }
    }

    private Result<RenderedDocument> Render(DocumentTemplate template, JsonObject data)
    {
        foreach (var field in template.Required)
        {
            if (IsMissing(data, field)) return Refusal.Invalid("documents.missing-field", field, template.Title, templates.NameOf(field), field);
        }
        var body = template.Body.Render(data, templates.Partial, escape: true);
        var after = template.After.Render(data, templates.Partial, escape: true);
        var content = XElement.Parse($"<doc>{Head(template, data)}{body}{Foot(template, data)}{after}{Copies(template, data)}</doc>");
        foreach (var table in content.Elements("table")) SetWidths(table);
        var html = $"""<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"/><title>{WebUtility.HtmlEncode(template.Title)}</title><style>{Style}{(template.Kind == Forms ? FormPages : OfficialPages)}</style></head><body class="{ClassOf(template.Kind)}">"""
            + string.Concat(content.Elements().Select(e => e.ToString(SaveOptions.DisableFormatting))) + "</body></html>";
        return new RenderedDocument(template.Title, Empties().Replace(html, "<$1$2></$1>"));
    }

    /// <summary>The content of a page made here, as it is turned into other formats.</summary>
    internal static XElement ContentOf(string html)
    {
        var from = html.IndexOf("<body", StringComparison.Ordinal);
        return XElement.Parse(html[from..(html.LastIndexOf("</body>", StringComparison.Ordinal) + "</body>".Length)]);
    }

    [GeneratedRegex("<(p|td|th)([^<>]*) />")]
    private static partial Regex Empties();

    private static string ClassOf(string kind) => kind switch { Forms => "form", Letter => "letter", _ => "official" };

    private string Head(DocumentTemplate template, JsonObject data)
    {
        var (office, number) = (Encode(data, "bureau"), Encode(data, "number"));
        var heading = Balanced(template.Heading.Render(data, templates.Partial, escape: false));
        if (template.Kind == Forms)
            return $"<p class=\"office\">{office}</p><h1>{heading}</h1>" + (template.Series.Length == 0 ? "" : $"<p class=\"docno\">{number}</p>");
        var name = template.Kind == Letter ? office : office + "文件";
        // The issuing office's name fills the line: as large as it fits, 二十二毫米 high letters at most.
        var size = Math.Clamp(430 / name.Length, 22, 50);
        var red = string.Create(CultureInfo.InvariantCulture, $"<p class=\"red\" style=\"font-size:{size}pt\">{name}</p>");
        return template.Kind == Letter
            ? $"{red}<p class=\"rule letter\"></p><p class=\"docno\">{number}</p><h1>{heading}</h1>"
            : $"{red}<p class=\"number\">{number}</p><p class=\"rule\"></p><h1>{heading}</h1>";
    }

    /// <summary>A title of two lines is broken near its middle, where a word ends (GB/T 9704-2012, 7.3.1).</summary>
    private static string Balanced(string heading)
    {
        const int line = 20;
        const string ends = "局部会司厂店社院校站所县市乡镇度的、，》”）";
        if (heading.Length is <= line or > 2 * line) return WebUtility.HtmlEncode(heading);
        var middle = (heading.Length + 1) / 2;
        var at = Enumerable.Range(heading.Length - line, 2 * line - heading.Length + 1).Where(i => ends.Contains(heading[i - 1]) && !"、，》”）".Contains(heading[i])).DefaultIfEmpty(middle).MinBy(i => Math.Abs(i - middle));
        return $"{WebUtility.HtmlEncode(heading[..at])}<br/>{WebUtility.HtmlEncode(heading[at..])}";
    }

    private static string Foot(DocumentTemplate template, JsonObject data)
    {
        var foot = "";
        if (template.Sealed)
        {
            // The office's name is centred over the date, the date four characters from the right; a longer name two characters (GB/T 9704-2012, 7.3.5).
            var office = Encode(data, "bureau") + (template.Kind == Forms ? "（印章）" : "");
            var date = ChineseText.Date(Encode(data, "date"));
            var letter = template.Kind == Forms ? 14 : 16;
            var (officeWidth, dateWidth) = (office.Length * letter, date.Sum(c => char.IsAsciiDigit(c) ? letter / 2 : letter));
            var (officeRight, dateRight) = (4 * letter + (dateWidth - officeWidth) / 2, 4 * letter);
            if (officeRight < 2 * letter) (officeRight, dateRight) = (2 * letter, 2 * letter + (officeWidth - dateWidth) / 2);
            foot = string.Create(CultureInfo.InvariantCulture, $"<p class=\"right\">　</p><p class=\"right\" style=\"padding-right:{officeRight}pt\">{office}</p><p class=\"right\" style=\"padding-right:{dateRight}pt\">{date}</p>");
        }
        if (template.Note.Length > 0) foot += $"<p class=\"note\">{template.Note}</p>";
        return foot;
    }

    /// <summary>版记: who gets copies, who printed it and when.</summary>
    private static string Copies(DocumentTemplate template, JsonObject data)
    {
        if (template.Kind != "公文") return "";
        var copies = Encode(data, "copies");
        return "<table class=\"copies\" data-cols=\"60 40\">" + (copies.Length == 0 ? "" : $"<tr><td colspan=\"2\">　抄送：{copies}。</td></tr>")
            + $"<tr><td>　{Encode(data, "bureau")}</td><td class=\"r\">{ChineseText.Date(Encode(data, "date"))}印发　</td></tr></table>";
    }

    /// <summary>Widths of columns, per cent, as browsers want them; the Word file reads the attribute.</summary>
    private static void SetWidths(XElement table)
    {
        if (table.Attribute("data-cols")?.Value.Split(' ') is { } widths)
            table.AddFirst(new XElement("colgroup", widths.Select(w => new XElement("col", new XAttribute("style", $"width:{w}%")))));
        foreach (var row in table.Elements("tr"))
        {
            if (row.Attribute("data-height") is { } height) row.SetAttributeValue("style", $"height:{height.Value}pt");
        }
    }

    private static string Encode(JsonObject data, string name) => WebUtility.HtmlEncode(data[name]?.ToString() ?? "");

    private static bool IsMissing(JsonObject data, string path)
    {
        JsonNode? node = data;
        foreach (var part in path.Split('.')) node = node is JsonObject map ? map[part] : null;
        return node is null or JsonArray { Count: 0 } || (node is JsonValue && string.IsNullOrWhiteSpace(node.ToString()));
    }
}
