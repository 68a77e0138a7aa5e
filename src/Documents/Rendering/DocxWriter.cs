using System.IO.Compression;
using System.Xml.Linq;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;

namespace DoubleRandom.Documents.Rendering;

/// <summary>The small HTML of our templates (h1, h2, p, table) as a Word file after GB/T 9704-2012: margins 37/35/28/26 mm, fixed line pitch 29 pt, page numbers.</summary>
internal static class DocxWriter
{
    private static readonly DateTimeOffset ZipDate = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static byte[] Write(XElement content)
    {
        using var memory = new MemoryStream();
        using (var document = WordprocessingDocument.Create(memory, WordprocessingDocumentType.Document))
        {
            var main = document.AddNewPart<MainDocumentPart>("application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", "rMain");
            var footer = main.AddNewPart<FooterPart>("rFooter");
            footer.Footer = new Footer(new Paragraph(new ParagraphProperties(new Justification { Val = JustificationValues.Center }),
                Run("— ", "宋体", 28), new SimpleField(Run("1", "宋体", 28)) { Instruction = "PAGE" }, Run(" —", "宋体", 28)));
            var body = new Body();
            foreach (var element in content.Elements()) body.Append(element.Name == "table" ? Table(element) : Paragraph(element, false));
            if (body.LastChild is Table) body.Append(new Paragraph());
            body.Append(new SectionProperties(new FooterReference { Type = HeaderFooterValues.Default, Id = "rFooter" }, new PageSize { Width = 11906, Height = 16838 },
                new PageMargin { Top = Twips(37), Bottom = Twips(35), Left = (uint)Twips(28), Right = (uint)Twips(26), Header = 851, Footer = 1400, Gutter = 0 }));
            main.Document = new Document(body);
        }
        return Repack(memory.ToArray());
    }

    private static int Twips(int millimetres) => (int)Math.Round(millimetres * 1440 / 25.4);

    private static Run Run(string text, string font, int halfPoints, string? colour = null)
    {
        var properties = new RunProperties(new RunFonts { Ascii = font == "宋体" ? font : "Times New Roman", HighAnsi = "Times New Roman", EastAsia = font });
        if (colour is not null) properties.Append(new Color { Val = colour });
        properties.Append(new FontSize { Val = halfPoints.ToString(System.Globalization.CultureInfo.InvariantCulture) });
        return new Run(properties, new Text(text) { Space = SpaceProcessingModeValues.Preserve });
    }

    private static Paragraph Paragraph(XElement element, bool cell)
    {
        var kind = (string?)element.Attribute("class") ?? "";
        var name = element.Name.LocalName;
        var (font, size, pitch) = name switch
        {
            "h1" => ("方正小标宋简体", 44, 680),
            "h2" => ("黑体", 32, 580),
            "th" => ("黑体", 24, 400),
            _ when cell => ("仿宋_GB2312", 24, 400),
            _ => kind switch { "red" => ("方正小标宋简体", 72, 1000), "note" => ("仿宋_GB2312", 24, 440), _ => ("仿宋_GB2312", 32, 580) },
        };
        var properties = new ParagraphProperties();
        if (kind == "break") properties.Append(new PageBreakBefore());
        if (kind == "rule") properties.Append(new ParagraphBorders(new BottomBorder { Val = BorderValues.Single, Size = 16, Color = "CC0000", Space = 1 }));
        properties.Append(new SpacingBetweenLines { Line = kind == "rule" ? "240" : pitch.ToString(System.Globalization.CultureInfo.InvariantCulture), LineRule = LineSpacingRuleValues.Exact });
        if (!cell && (name == "h2" || (name == "p" && kind is "" or "break"))) properties.Append(new Indentation { FirstLineChars = 200, FirstLine = "640" });
        if (kind == "right") properties.Append(new Indentation { RightChars = 400, Right = "1280" });
        properties.Append(new Justification { Val = name is "h1" or "th" || kind is "red" or "number" or "office" ? JustificationValues.Center : kind == "right" ? JustificationValues.Right : cell ? JustificationValues.Left : JustificationValues.Both });
        var paragraph = new Paragraph(properties);
        foreach (var node in element.Nodes())
        {
            if (node is XElement { Name.LocalName: "br" }) paragraph.Append(new Run(new Break()));
            else paragraph.Append(Run(node is XText text ? text.Value.Trim('\n') : ((XElement)node).Value, font, size, kind == "red" ? "CC0000" : null));
        }
        return paragraph;
    }

    private static Table Table(XElement table)
    {
        const int width = 8844;
        var columns = table.Elements("tr").Max(r => r.Elements().Sum(Span));
        var borders = new TableBorders(new TopBorder { Val = BorderValues.Single, Size = 6 }, new LeftBorder { Val = BorderValues.Single, Size = 6 }, new BottomBorder { Val = BorderValues.Single, Size = 6 },
            new RightBorder { Val = BorderValues.Single, Size = 6 }, new InsideHorizontalBorder { Val = BorderValues.Single, Size = 6 }, new InsideVerticalBorder { Val = BorderValues.Single, Size = 6 });
        var result = new Table(new TableProperties(new TableWidth { Width = "8844", Type = TableWidthUnitValues.Dxa }, borders, new TableLayout { Type = TableLayoutValues.Fixed }));
        var each = width / columns;
        result.Append(new TableGrid(Enumerable.Range(0, columns).Select(_ => new GridColumn { Width = each.ToString(System.Globalization.CultureInfo.InvariantCulture) })));
        foreach (var row in table.Elements("tr"))
        {
            var line = new TableRow(new TableRowProperties(new CantSplit()));
            foreach (var cell in row.Elements())
            {
                var properties = new TableCellProperties(new TableCellWidth { Width = (each * Span(cell)).ToString(System.Globalization.CultureInfo.InvariantCulture), Type = TableWidthUnitValues.Dxa });
                if (Span(cell) > 1) properties.Append(new GridSpan { Val = Span(cell) });
                properties.Append(new TableCellVerticalAlignment { Val = TableVerticalAlignmentValues.Center });
                line.Append(new TableCell(properties, Paragraph(cell, true)));
            }
            result.Append(line);
        }
        return result;
    }

    private static int Span(XElement cell) => (int?)cell.Attribute("colspan") ?? 1;

    /// <summary>The packaging writes the wall clock into the archive; equal documents must have equal bytes.</summary>
    private static byte[] Repack(byte[] bytes)
    {
        using var source = new ZipArchive(new MemoryStream(bytes), ZipArchiveMode.Read);
        using var target = new MemoryStream();
        using (var archive = new ZipArchive(target, ZipArchiveMode.Create, true))
        {
            foreach (var entry in source.Entries.OrderBy(e => e.FullName == "[Content_Types].xml" ? "" : e.FullName, StringComparer.Ordinal))
            {
                var copy = archive.CreateEntry(entry.FullName, CompressionLevel.Optimal);
                copy.LastWriteTime = ZipDate;
                using var from = entry.Open();
                using var to = copy.Open();
                from.CopyTo(to);
            }
        }
        return target.ToArray();
    }
}
