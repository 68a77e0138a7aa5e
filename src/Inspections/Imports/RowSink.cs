using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml;
using CsvHelper;

namespace DoubleRandom.Inspections.Imports;

/// <summary>Rows on their way to a file, one at a time. Closing it makes the file whole.</summary>
public abstract class RowSink : IDisposable
{
    public const string Csv = "csv";
    public const string Xlsx = "xlsx";

    public abstract void Write(string cell);

    public abstract void EndRow();

    public abstract void Dispose();

    /// <param name="form">Whose columns the file has: a spreadsheet offers their choices and keeps their digits.</param>
    /// <param name="guide">Whether a second sheet explains the columns.</param>
    public static RowSink Open(string format, Stream stream, RegisterForm? form = null, bool guide = false) => format == Xlsx ? new XlsxSink(stream, form, guide) : new CsvSink(stream);

    public void WriteRow(IEnumerable<string> cells)
    {
        foreach (var cell in cells) Write(cell);
        EndRow();
    }
}

/// <summary>With a byte order mark: spreadsheets read Chinese wrong without it. A cell that a spreadsheet would run as a formula gets an apostrophe, which the import takes away again.</summary>
internal sealed class CsvSink : RowSink
{
    private readonly CsvWriter _csv;

    public CsvSink(Stream stream, bool mark = true)
    {
        if (mark) stream.Write(Encoding.UTF8.Preamble);
        _csv = CsvWriter.Create(stream, new CsvWriterOptions { Separator = ',', NewLine = "\n" }, leaveOpen: true);
    }

    public override void Write(string cell) => _csv.WriteField(Neutral(cell));

    public override void EndRow() => _csv.EndRecord();

    public override void Dispose() => _csv.Dispose();

    public static string Neutral(string cell) => cell.Length > 0 && cell[0] is '=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠' or '\'' or '\t' or '\r' ? "'" + cell : cell;
}

/// <summary>One sheet whose cells are all text: nothing is a formula, and no code loses its digits.</summary>
internal sealed class XlsxSink : RowSink
{
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    /// <summary>What a sheet holds.</summary>
    private const int MaxRows = 1_048_576;

    private readonly ZipArchive _zip;
    private readonly RegisterForm? _form;
    private readonly bool _guide;
    private StreamWriter _sheet;
    private int _row;
    private int _column;
    private int _sheets = 1;

    public XlsxSink(Stream stream, RegisterForm? form, bool guide)
    {
        (_form, _guide) = (form, guide);
        _zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        _sheet = Begin();
    }

    public override void Write(string cell)
    {
        if (_column == 0)
        {
            _row++;
            if (_row > MaxRows) Next();
            _sheet.Write("<row r=\"");
            _sheet.Write(_row);
            _sheet.Write("\">");
        }
        if (cell.Length > 0)
        {
            _sheet.Write("<c r=\"");
            _sheet.Write(Name(_column));
            _sheet.Write(_row);
            _sheet.Write(_row == 1 ? "\" s=\"2\" t=\"inlineStr\"><is><t xml:space=\"preserve\">" : "\" s=\"1\" t=\"inlineStr\"><is><t xml:space=\"preserve\">");
            Escaped(cell);
            _sheet.Write("</t></is></c>");
        }
        _column++;
    }

    public override void EndRow()
    {
        _sheet.Write("</row>");
        _column = 0;
    }

    public override void Dispose()
    {
        End();
        if (_guide && _form is not null) Guide(_form);
        Text("xl/workbook.xml", $"<workbook xmlns=\"{Main}\" xmlns:r=\"{Relations}\"><sheets>{string.Concat(Enumerable.Range(1, _sheets).Select(i => $"<sheet name=\"{SheetName(i)}\" sheetId=\"{i}\" r:id=\"rId{i}\"/>"))}</sheets></workbook>");
        Text("xl/_rels/workbook.xml.rels", $"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{string.Concat(Enumerable.Range(1, _sheets).Select(i => $"<Relationship Id=\"rId{i}\" Type=\"{Relations}/worksheet\" Target=\"worksheets/sheet{i}.xml\"/>"))}<Relationship Id=\"rId{_sheets + 1}\" Type=\"{Relations}/styles\" Target=\"styles.xml\"/></Relationships>");
        Text("xl/styles.xml", $"<styleSheet xmlns=\"{Main}\"><fonts count=\"2\"><font><sz val=\"11\"/><name val=\"宋体\"/></font><font><b/><sz val=\"11\"/><name val=\"宋体\"/></font></fonts><fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills><borders count=\"1\"><border/></borders><cellStyleXfs count=\"1\"><xf/></cellStyleXfs><cellXfs count=\"3\"><xf/><xf numFmtId=\"49\" applyNumberFormat=\"1\"/><xf numFmtId=\"49\" fontId=\"1\" applyNumberFormat=\"1\" applyFont=\"1\"/></cellXfs></styleSheet>");
        Text("[Content_Types].xml", $"<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/><Override PartName=\"/xl/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/>{string.Concat(Enumerable.Range(1, _sheets).Select(i => $"<Override PartName=\"/xl/worksheets/sheet{i}.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"))}</Types>");
        Text("_rels/.rels", $"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"{Relations}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
        _zip.Dispose();
    }

    private string SheetName(int i) => _guide && i == _sheets && i > 1 ? "填写说明" : i == 1 ? "数据" : $"数据{i}";

    private StreamWriter Begin()
    {
        var sheet = new StreamWriter(_zip.CreateEntry($"xl/worksheets/sheet{_sheets}.xml", CompressionLevel.Fastest).Open(), new UTF8Encoding(false), 64 * 1024);
        sheet.Write($"<?xml version=\"1.0\" encoding=\"UTF-8\"?><worksheet xmlns=\"{Main}\"><sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews><cols><col min=\"1\" max=\"{Math.Max(1, _form?.All.Count ?? 60)}\" width=\"18\" style=\"1\" customWidth=\"1\"/></cols><sheetData>");
        return sheet;
    }

    private void End()
    {
        _sheet.Write("</sheetData>");
        if (_form?.All.Select((c, i) => (Column: c, At: i)).Where(c => c.Column.Choices.Count > 0).ToList() is { Count: > 0 } choices)
        {
            _sheet.Write(string.Create(CultureInfo.InvariantCulture, $"<dataValidations count=\"{choices.Count}\">"));
            foreach (var (column, at) in choices)
                _sheet.Write(string.Create(CultureInfo.InvariantCulture, $"<dataValidation type=\"list\" allowBlank=\"1\" showErrorMessage=\"1\" sqref=\"{Name(at)}2:{Name(at)}{MaxRows}\"><formula1>\"{string.Join(',', column.Choices)}\"</formula1></dataValidation>"));
            _sheet.Write("</dataValidations>");
        }
        _sheet.Write("</worksheet>");
        _sheet.Dispose();
    }

    /// <summary>A sheet is full: the next one begins. The import reads the first; a register of this size travels as CSV.</summary>
    private void Next()
    {
        End();
        _sheets++;
        _sheet = Begin();
        _row = 1;
    }

    private void Guide(RegisterForm form)
    {
        _sheets++;
        using var sheet = new StreamWriter(_zip.CreateEntry($"xl/worksheets/sheet{_sheets}.xml", CompressionLevel.Fastest).Open(), new UTF8Encoding(false));
        _sheet = sheet;
        sheet.Write($"<?xml version=\"1.0\" encoding=\"UTF-8\"?><worksheet xmlns=\"{Main}\"><cols><col min=\"1\" max=\"3\" width=\"24\" customWidth=\"1\"/></cols><sheetData>");
        (_row, _column) = (0, 0);
        WriteRow(["列名", "是否必填", "可填内容"]);
        foreach (var column in form.All) WriteRow([column.Header, column.IsRequired ? "必填" : "", Hint(column)]);
        sheet.Write("</sheetData></worksheet>");
    }

    internal static string Hint(Column column) => column switch
    {
        { Choices.Count: > 0 } => string.Join('、', column.Choices),
        { Kind: ColumnKind.Date } => "日期，如 2026-09-18",
        { Kind: ColumnKind.Number } => "整数",
        { HoldsDates: true } => "日期，如 2026-09-18；有几个的用分号隔开，与同组的列一一对应",
        { HoldsSeveral: true } => "文字；有几个的用分号隔开",
        { HasCheckCharacters: true } => "18 位统一社会信用代码",
        _ => "文字",
    };

    private void Text(string path, string xml)
    {
        using var writer = new StreamWriter(_zip.CreateEntry(path, CompressionLevel.Fastest).Open(), new UTF8Encoding(false));
        writer.Write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + xml);
    }

    private void Escaped(string text)
    {
        foreach (var c in text)
        {
            switch (c)
            {
                case '<': _sheet.Write("&lt;"); break;
                case '>': _sheet.Write("&gt;"); break;
                case '&': _sheet.Write("&amp;"); break;
                case '\r': _sheet.Write("&#13;"); break;
                default:
                    // Half a surrogate pair is written with its other half; what XML cannot hold is shown as such.
                    _sheet.Write(XmlConvert.IsXmlChar(c) || char.IsSurrogate(c) ? c : '\uFFFD');
                    break;
            }
        }
    }

    private static readonly string[] Names = [.. Enumerable.Range(0, 702).Select(i => i < 26 ? $"{(char)('A' + i)}" : $"{(char)('A' + i / 26 - 1)}{(char)('A' + i % 26)}")];

    private static string Name(int column) => Names[column];
}
