using System.Globalization;
using System.IO.Compression;
using System.Xml.Linq;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;

namespace DoubleRandom.Documents.Rendering;

/// <summary>
/// The small HTML of our templates (h1, h2, p, table) as a Word file. 公文 after GB/T 9704-2012: margins 37/35/28/26 mm, 22 lines of 29 pt, 28 characters a line,
/// page numbers outside. Forms: margins 22/20/26/24 mm, 四号, 22 pt, "第 页 共 页".
/// </summary>
internal sealed class DocxWriter
{
    private const string Body = "仿宋_GB2312";
    private const string Black = "黑体";
    private const string Title = "方正小标宋简体";
    private const string Song = "宋体";
    private static readonly DateTimeOffset ZipDate = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly string _kind;
    private readonly int _size;
    private readonly int _pitch;
    private readonly int _width;

    private DocxWriter(string kind)
    {
        _kind = kind;
        (_size, _pitch, _width) = kind == "form" ? (28, 440, Twips(160)) : (32, 580, Twips(156));
    }

    public static byte[] Write(XElement content) => new DocxWriter((string?)content.Attribute("class") ?? "form").Page(content);

    private byte[] Page(XElement content)
    {
        using var memory = new MemoryStream();
        using (var document = WordprocessingDocument.Create(memory, WordprocessingDocumentType.Document))
        {
            var main = document.AddNewPart<MainDocumentPart>("application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", "rMain");
            Fonts(main);
            var section = new SectionProperties();
            foreach (var footer in Footers(main, _kind)) section.Append(footer);
            main.AddNewPart<DocumentSettingsPart>("rSettings").Settings = _kind == "form" ? new Settings() : new Settings(new EvenAndOddHeaders());
            section.Append(new PageSize { Width = 11906, Height = 16838 },
                _kind == "form"
                    ? new PageMargin { Top = Twips(22), Bottom = Twips(20), Left = (uint)Twips(26), Right = (uint)Twips(24), Header = 851, Footer = 680, Gutter = 0 }
                    : new PageMargin { Top = Twips(37), Bottom = Twips(35), Left = (uint)Twips(28), Right = (uint)Twips(26), Header = 851, Footer = 1400, Gutter = 0 });
            if (_kind == "letter") section.Append(new TitlePage());
            var body = new Body();
            var elements = content.Elements().ToList();
            // What closes a document stays together: seal and date never stand alone on a page.
            var tail = elements.FindLastIndex(e => e.Name == "p" && Class(e) == "right");
            var first = tail < 0 ? int.MaxValue : elements.FindIndex(e => Class(e) == "right") - 1;
            for (var i = 0; i < elements.Count; i++)
            {
                var together = (i >= first && i < tail) || (i + 1 < elements.Count && Class(elements[i + 1]) is "sign" or "right");
                if (elements[i].Name != "table") body.Append(Paragraph(elements[i], false, together));
                else
                {
                    // Two tables that touch would grow together.
                    if (body.LastChild is Table) body.Append(Gap());
                    body.Append(Table(elements[i]));
                }
            }
            if (body.LastChild is Table) body.Append(Gap());
            body.Append(section);
            main.Document = new Document(body);
        }
        return Repack(memory.ToArray());
    }

    private static string Class(XElement element) => (string?)element.Attribute("class") ?? "";

    private static int Twips(int millimetres) => (int)Math.Round(millimetres * 1440 / 25.4);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static Paragraph Gap() => new(new ParagraphProperties(new SpacingBetweenLines { Line = "120", LineRule = LineSpacingRuleValues.Exact }));

    /// <summary>Machines without the standard's fonts take the nearest of their own.</summary>
    private static void Fonts(MainDocumentPart main)
    {
        static Font Of(string name, string other, FontFamilyValues family) => new(new AltName { Val = other }, new FontCharSet { Val = "86" }, new FontFamily { Val = family }, new Pitch { Val = FontPitchValues.Variable }) { Name = name };
        main.AddNewPart<FontTablePart>("rFonts").Fonts = new Fonts(
            Of(Body, "仿宋", FontFamilyValues.Modern), Of(Title, "小标宋", FontFamilyValues.Roman), Of(Black, "SimHei", FontFamilyValues.Modern), Of(Song, "SimSun", FontFamilyValues.Auto));
    }

    private static IEnumerable<FooterReference> Footers(MainDocumentPart main, string kind)
    {
        static SimpleField Field(string name, int halfPoints) => new(Run("1", Song, halfPoints)) { Instruction = name };
        FooterReference Add(string id, HeaderFooterValues type, Paragraph paragraph)
        {
            main.AddNewPart<FooterPart>(id).Footer = new Footer(paragraph);
            return new FooterReference { Type = type, Id = id };
        }
        if (kind == "form")
        {
            yield return Add("rFooter", HeaderFooterValues.Default, new Paragraph(new ParagraphProperties(new Justification { Val = JustificationValues.Center }),
                Run("第 ", Song, 21), Field("PAGE", 21), Run(" 页　共 ", Song, 21), Field("NUMPAGES", 21), Run(" 页", Song, 21)));
            yield break;
        }
        // The number stands outside, one character from the edge: right on odd pages, left on even ones.
        yield return Add("rFooter", HeaderFooterValues.Default, new Paragraph(new ParagraphProperties(new Indentation { Right = "280" }, new Justification { Val = JustificationValues.Right }),
            Run("— ", Song, 28), Field("PAGE", 28), Run(" —", Song, 28)));
        yield return Add("rFooterEven", HeaderFooterValues.Even, new Paragraph(new ParagraphProperties(new Indentation { Left = "280" }, new Justification { Val = JustificationValues.Left }),
            Run("— ", Song, 28), Field("PAGE", 28), Run(" —", Song, 28)));
        if (kind == "letter")
        {
            yield return Add("rFooterFirst", HeaderFooterValues.First, new Paragraph(new ParagraphProperties(
                new ParagraphBorders(new TopBorder { Val = BorderValues.ThinThickSmallGap, Size = 18, Color = "CC0000", Space = 1 }), new Indentation { Left = "-400", Right = "-400" })));
        }
    }

    private static Run Run(string text, string font, int halfPoints, string? colour = null, int spacing = 0)
    {
        var properties = new RunProperties(new RunFonts { Ascii = font == Song ? font : "Times New Roman", HighAnsi = font == Song ? font : "Times New Roman", EastAsia = font });
        if (colour is not null) properties.Append(new Color { Val = colour });
        if (spacing != 0) properties.Append(new Spacing { Val = spacing });
        properties.Append(new FontSize { Val = Text(halfPoints) }, new FontSizeComplexScript { Val = Text(halfPoints) });
        return new Run(properties, new Text(text) { Space = SpaceProcessingModeValues.Preserve });
    }

    private Paragraph Paragraph(XElement element, bool cell, bool keepWithNext, bool small = false)
    {
        var kind = Class(element);
        var kinds = kind.Split(' ');
        var name = element.Name.LocalName;
        var style = (string?)element.Attribute("style") ?? "";
        var red = kind == "red" ? 2 * Points(style, "font-size:") : 0;
        var (font, size, pitch) = name switch
        {
            "h1" => (Title, 44, 680),
            "h2" => (Black, _size, _pitch),
            _ when cell => (name == "th" ? Black : Body, small ? 21 : 24, small ? 300 : 360),
            _ when kind == "red" => (Title, red, red * 14),
            _ when kind == "note" => (Body, 21, 320),
            _ when kinds.Contains("black") => (Black, _size, _pitch),
            _ => (Body, _size, _pitch),
        };
        if (cell && kind is "copies" or "copies r") (size, pitch) = (28, 480);
        var properties = new ParagraphProperties();
        if (keepWithNext || name is "h1" or "h2") properties.Append(new KeepNext());
        if (name != "p" || kind is "right" or "sign") properties.Append(new KeepLines());
        if (kinds.Contains("break")) properties.Append(new PageBreakBefore());
        if (kind == "blank") properties.Append(new ParagraphBorders(new BottomBorder { Val = BorderValues.Single, Size = 4, Color = "000000", Space = 1 }));
        if (kinds[0] == "rule")
            properties.Append(new ParagraphBorders(new BottomBorder { Val = kind == "rule" ? BorderValues.Single : BorderValues.ThickThinSmallGap, Size = kind == "rule" ? 16u : 18u, Color = "CC0000", Space = 1 }));
        var spacing = new SpacingBetweenLines { Line = kinds[0] == "rule" ? "120" : Text(pitch), LineRule = LineSpacingRuleValues.Exact };
        if (name == "h1") (spacing.Before, spacing.After) = _kind == "form" ? ("60", "120") : ("280", "280");
        if (kinds[0] == "rule") spacing.After = "200";
        properties.Append(spacing);
        if (!cell && (name == "h2" || (name == "p" && kind is "" or "attach"))) properties.Append(new Indentation { FirstLineChars = 200, FirstLine = Text(_size * 20) });
        if (kind == "right") properties.Append(new Indentation { Right = Text(20 * Points(style, "padding-right:")) });
        properties.Append(new Justification
        {
            Val = name is "h1" or "th" || kind is "red" or "number" or "office" or "c" ? JustificationValues.Center
                : kind is "right" or "docno" or "copies r" ? JustificationValues.Right
                : cell || kind is "sign" or "line" or "to" ? JustificationValues.Left : JustificationValues.Both,
        });
        var paragraph = new Paragraph(properties);
        foreach (var node in element.Nodes())
        {
            if (node is XElement { Name.LocalName: "br" }) paragraph.Append(new Run(new Break()));
            // Two tenths of a point less between letters: 28 of them fill the line.
            else paragraph.Append(Run(node is XText text ? text.Value.Replace("\n", "", StringComparison.Ordinal) : ((XElement)node).Value, font, size, kind == "red" ? "CC0000" : null, !cell && name == "p" && size == 32 && _kind != "form" ? -4 : 0));
        }
        return paragraph;
    }

    private static int Points(string style, string property)
    {
        var at = style.IndexOf(property, StringComparison.Ordinal);
        return at < 0 ? 0 : int.Parse(style.AsSpan(at + property.Length)[..style.AsSpan(at + property.Length).IndexOf("pt")], CultureInfo.InvariantCulture);
    }

    private Table Table(XElement table)
    {
        var kinds = Class(table).Split(' ');
        var copies = kinds.Contains("copies");
        var rows = table.Elements("tr").ToList();
        var columns = rows.Max(r => r.Elements().Sum(Span));
        var shares = ((string?)table.Attribute("data-cols"))?.Split(' ').Select(w => int.Parse(w, CultureInfo.InvariantCulture)).ToArray() ?? [.. Enumerable.Repeat(1, columns)];
        var widths = shares.Select(s => _width * s / shares.Sum()).ToArray();
        widths[^1] += _width - widths.Sum();
        static T Line<T>(uint size = 6) where T : BorderType, new() => new() { Val = BorderValues.Single, Size = size };
        var borders = copies
            ? new TableBorders(Line<TopBorder>(8), Line<BottomBorder>(8), Line<InsideHorizontalBorder>(4))
            : new TableBorders(Line<TopBorder>(), Line<LeftBorder>(), Line<BottomBorder>(), Line<RightBorder>(), Line<InsideHorizontalBorder>(), Line<InsideVerticalBorder>());
        var properties = new TableProperties();
        // 版记 stands at the foot of the last page.
        if (copies) properties.Append(new TablePositionProperties { VerticalAnchor = VerticalAnchorValues.Margin, HorizontalAnchor = HorizontalAnchorValues.Margin, TablePositionXAlignment = HorizontalAlignmentValues.Left, TablePositionYAlignment = VerticalAlignmentValues.Bottom });
        properties.Append(new TableWidth { Width = Text(_width), Type = TableWidthUnitValues.Dxa }, new TableJustification { Val = TableRowAlignmentValues.Center }, borders, new TableLayout { Type = TableLayoutValues.Fixed },
            new TableCellMarginDefault(new TableCellLeftMargin { Width = 80, Type = TableWidthValues.Dxa }, new TableCellRightMargin { Width = 80, Type = TableWidthValues.Dxa }));
        var result = new Table(properties, new TableGrid(widths.Select(w => new GridColumn { Width = Text(w) })));
        foreach (var row in rows)
        {
            var rowProperties = new TableRowProperties();
            if (kinds.Contains("list") || row.Attribute("data-height") is not null) rowProperties.Append(new CantSplit());
            if ((string?)row.Attribute("data-height") is { } height) rowProperties.Append(new TableRowHeight { Val = uint.Parse(height, CultureInfo.InvariantCulture) * 20, HeightType = HeightRuleValues.AtLeast });
            if (kinds.Contains("list") && row.Elements().All(c => c.Name == "th")) rowProperties.Append(new TableHeader());
            var line = new TableRow();
            if (rowProperties.HasChildren) line.Append(rowProperties);
            var column = 0;
            foreach (var cell in row.Elements())
            {
                var cellProperties = new TableCellProperties(new TableCellWidth { Width = Text(widths.Skip(column).Take(Span(cell)).Sum()), Type = TableWidthUnitValues.Dxa });
                if (Span(cell) > 1) cellProperties.Append(new GridSpan { Val = Span(cell) });
                cellProperties.Append(new TableCellVerticalAlignment { Val = TableVerticalAlignmentValues.Center });
                var content = copies ? new XElement(cell.Name, new XAttribute("class", cell.Attribute("class") is null ? "copies" : "copies r"), cell.Nodes()) : cell;
                line.Append(new TableCell(cellProperties, Paragraph(content, true, false, kinds.Contains("small"))));
                column += Span(cell);
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
