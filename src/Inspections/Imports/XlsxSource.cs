using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;

namespace DoubleRandom.Inspections.Imports;

/// <summary>
/// The first visible sheet of an XLSX file, read as a stream: shared and inline texts, numbers, dates by their format, formulas by their last value.
/// Nothing outside the file is ever loaded; what grows too much when it is unpacked is refused before it does.
/// </summary>
internal sealed class XlsxSource : RowSource
{
    /// <summary>Of one part, unpacked: ten million rows of a register. Counted while it is read, whatever the archive declares.</summary>
    private const long MaxPart = 16L * 1024 * 1024 * 1024;

    /// <summary>A part larger than <see cref="FreePart"/> that shrank more than this is no register: real sheets shrink ten- to thirtyfold.</summary>
    private const int MaxRatio = 150;

    private const long FreePart = 20 * 1024 * 1024;

    private const int MaxEntries = 2_000;

    private static readonly Regex Escaped = new("_x[0-9A-Fa-f]{4}_", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    private readonly ZipArchive _zip;
    private readonly XmlReader _sheet;
    private readonly SharedTexts _shared;
    private readonly bool[] _dateStyles;
    private readonly bool _from1904;
    private byte[] _bytes = new byte[8192];
    private int _used;
    private readonly int[] _from = new int[MaxColumns];
    private readonly int[] _length = new int[MaxColumns];
    private int _count;
    private int _line;

    public XlsxSource(Stream stream)
    {
        _zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        if (_zip.Entries.Count > MaxEntries) throw new FileFaultException("imports.bomb");
        var (sheet, from1904) = Workbook();
        _from1904 = from1904;
        _dateStyles = Styles();
        _shared = SharedTexts.Read(_zip.GetEntry("xl/sharedStrings.xml") is { } shared ? Part(shared) : null);
        _sheet = Reader(Part(sheet));
        if (!NextRow()) throw new FileFaultException("imports.empty-file");
        Headers = [.. Enumerable.Range(0, _count).Select(i => Encoding.UTF8.GetString(Field(i)).Trim())];
    }

    public override int Line => _line;

    public override int FieldCount => _count;

    public override ReadOnlySpan<byte> Field(int at) => at < _count ? _bytes.AsSpan(_from[at], _length[at]) : default;

    public override bool Read() => Guarded(NextRow);

    public override void Dispose()
    {
        _sheet.Dispose();
        _shared.Dispose();
        _zip.Dispose();
    }

    private static XmlReader Reader(Stream stream) => XmlReader.Create(stream, new XmlReaderSettings
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        MaxCharactersInDocument = 0,
        CloseInput = true,
    });

    private static Stream Part(ZipArchiveEntry entry)
    {
        if (entry.Length > MaxPart || (entry.Length > FreePart && entry.Length / Math.Max(1, entry.CompressedLength) > MaxRatio)) throw new FileFaultException("imports.bomb");
        return new CountedStream(entry.Open(), Math.Min(MaxPart, Math.Max(FreePart, entry.CompressedLength * MaxRatio)));
    }

    /// <summary>The first sheet that is not hidden, by the workbook's own order.</summary>
    private (ZipArchiveEntry Sheet, bool From1904) Workbook()
    {
        var workbook = _zip.GetEntry("xl/workbook.xml") ?? throw new FileFaultException("imports.no-sheet");
        string? id = null;
        var from1904 = false;
        List<string> seen = [];
        using (var xml = Reader(Part(workbook)))
        {
            while (xml.Read())
            {
                if (xml.NodeType != XmlNodeType.Element) continue;
                if (xml.LocalName == "workbookPr") from1904 = xml.GetAttribute("date1904") is "1" or "true";
                if (xml.LocalName == "sheet" && seen.Count < MaxEntries && xml.GetAttribute("state") is null or "visible") seen.Add(xml.GetAttribute("name") ?? "");
                if (xml.LocalName == "sheet" && id is null && xml.GetAttribute("state") is null or "visible") id = xml.GetAttribute("id", "http://schemas.openxmlformats.org/officeDocument/2006/relationships") ?? xml.GetAttribute("r:id");
            }
        }
        Sheets = seen;
        string? target = null;
        if (id is not null && _zip.GetEntry("xl/_rels/workbook.xml.rels") is { } relations)
        {
            using var xml = Reader(Part(relations));
            while (xml.Read())
            {
                if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "Relationship" && xml.GetAttribute("Id") == id) target = xml.GetAttribute("Target");
            }
        }
        // Relative to xl/, as addresses are; whatever it says, it names a part of this archive.
        var path = target is null || !Uri.TryCreate(new Uri("part:///xl/"), target, out var part) ? "xl/worksheets/sheet1.xml" : Uri.UnescapeDataString(part.AbsolutePath).TrimStart('/');
        return (_zip.GetEntry(path) ?? throw new FileFaultException("imports.no-sheet"), from1904);
    }

    /// <summary>Which cell formats show a number as a date.</summary>
    private bool[] Styles()
    {
        if (_zip.GetEntry("xl/styles.xml") is not { } styles) return [];
        Dictionary<int, bool> own = [];
        List<bool> formats = [];
        using var xml = Reader(Part(styles));
        var inFormats = false;
        while (xml.Read())
        {
            if (xml.LocalName == "cellXfs") inFormats = xml.NodeType == XmlNodeType.Element && !xml.IsEmptyElement;
            if (xml.NodeType != XmlNodeType.Element) continue;
            if (xml.LocalName == "numFmt" && int.TryParse(xml.GetAttribute("numFmtId"), CultureInfo.InvariantCulture, out var number)) own[number] = ShowsDate(xml.GetAttribute("formatCode") ?? "");
            if (inFormats && xml.LocalName == "xf" && formats.Count < 65_536)
            {
                var format = int.TryParse(xml.GetAttribute("numFmtId"), CultureInfo.InvariantCulture, out var f) ? f : 0;
                formats.Add(own.TryGetValue(format, out var isDate) ? isDate : format is (>= 14 and <= 17) or 22 or (>= 27 and <= 36) or (>= 50 and <= 58));
            }
        }
        return [.. formats];
    }

    private static bool ShowsDate(string format)
    {
        var plain = Regex.Replace(format, "\"[^\"]*\"|\\[[^\\]]*\\]|\\\\.", "", RegexOptions.None, TimeSpan.FromSeconds(1));
        return plain.Contains('y', StringComparison.OrdinalIgnoreCase) || (plain.Contains('d', StringComparison.OrdinalIgnoreCase) && plain.Contains('m', StringComparison.OrdinalIgnoreCase));
    }

    private bool NextRow()
    {
        while (_sheet.Read())
        {
            if (_sheet.NodeType != XmlNodeType.Element || _sheet.LocalName != "row") continue;
            // Lines go up, whatever the sheet says of itself: the refusals are told by them.
            _line = int.TryParse(_sheet.GetAttribute("r"), NumberStyles.None, CultureInfo.InvariantCulture, out var line) && line > _line ? line : _line + 1;
            (_count, _used) = (0, 0);
            if (_sheet.IsEmptyElement) return true;
            var depth = _sheet.Depth;
            while (_sheet.Read() && _sheet.Depth > depth)
            {
                if (_sheet.NodeType == XmlNodeType.Element && _sheet.LocalName == "c") Cell();
            }
            return true;
        }
        return false;
    }

    private void Cell()
    {
        var at = _sheet.GetAttribute("r") is { } reference ? ColumnOf(reference) : _count;
        if (at >= MaxColumns) throw new FileFaultException("imports.too-many-columns", at + 1, MaxColumns);
        var type = _sheet.GetAttribute("t");
        var style = int.TryParse(_sheet.GetAttribute("s"), NumberStyles.None, CultureInfo.InvariantCulture, out var s) ? s : 0;
        while (_count <= at)
        {
            (_from[_count], _length[_count]) = (_used, 0);
            _count++;
        }
        if (_sheet.IsEmptyElement) return;
        var depth = _sheet.Depth;
        var start = _used;
        var inValue = false;
        var inPhonetic = false;
        while (_sheet.Read() && _sheet.Depth > depth)
        {
            switch (_sheet.NodeType)
            {
                case XmlNodeType.Element when _sheet.LocalName is "v" or "t":
                    inValue = !_sheet.IsEmptyElement && !inPhonetic;
                    break;
                case XmlNodeType.Element when _sheet.LocalName is "rPh":
                    inPhonetic = !_sheet.IsEmptyElement;
                    break;
                case XmlNodeType.EndElement:
                    if (_sheet.LocalName is "rPh") inPhonetic = false;
                    inValue = false;
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace when inValue:
                    Append(_sheet.Value);
                    break;
                default:
                    break;
            }
        }
        var value = _bytes.AsSpan(start, _used - start);
        if (type == "s")
        {
            var text = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? _shared[index] : default;
            _used = start;
            Append(text);
        }
        else if (type == "b")
        {
            var isTrue = value is [(byte)'1', ..];
            _used = start;
            Append(isTrue ? "是"u8 : "否"u8);
        }
        else if (type == "d")
        {
            // 2020-01-01T00:00:00: the day is what a register has.
            var time = value.IndexOf((byte)'T');
            if (time > 0) _used = start + time;
        }
        else if (type is null or "n" && value.Length > 0)
        {
            Number(start, style < _dateStyles.Length && _dateStyles[style]);
        }
        if (type is "s" or "str" or "inlineStr") Unescape(start);
        (_from[at], _length[at]) = (start, _used - start);
    }

    /// <summary>A number as a person would have typed it: days as dates, no exponent, no digits that the spreadsheet made up.</summary>
    private void Number(int start, bool isDate)
    {
        var value = _bytes.AsSpan(start, _used - start);
        if (isDate && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var serial) && serial is >= 1 and < 120_000)
        {
            // Serial 60 is a day that never was (1900-02-29): after it all serials are one too many.
            var days = (int)serial;
            var date = _from1904 ? new DateOnly(1904, 1, 1).AddDays(days) : new DateOnly(1899, 12, days < 60 ? 31 : 30).AddDays(days);
            _used = start;
            Append(date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            return;
        }
        // 0.1 lies in the file as 0.10000000000000001, and a telephone number as 1.5490282877E10.
        if ((!value.ContainsAny("eE"u8) && value.Length <= 15) || !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return;
        _used = start;
        // Of more than fifteen digits a spreadsheet keeps fifteen: what it wrote for the others is said to be lost, not taken for a code.
        Append(Math.Abs(number) < 1e15 ? ((decimal)number).ToString("0.############", CultureInfo.InvariantCulture) : number.ToString("0.##############E+0", CultureInfo.InvariantCulture));
    }

    /// <summary>_x000D_ is how a spreadsheet writes a character that XML has not.</summary>
    private void Unescape(int start)
    {
        var value = _bytes.AsSpan(start, _used - start);
        if (value.IndexOf("_x"u8) < 0) return;
        var text = Escaped.Replace(Encoding.UTF8.GetString(value), m => ((char)int.Parse(m.ValueSpan[2..6], NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString());
        _used = start;
        Append(text);
    }

    private static int ColumnOf(string reference)
    {
        var at = 0;
        foreach (var c in reference)
        {
            if (c is >= 'A' and <= 'Z') at = at * 26 + (c - 'A' + 1);
            else if (c is >= 'a' and <= 'z') at = at * 26 + (c - 'a' + 1);
            else break;
            if (at > 100_000) break;
        }
        return at - 1 < 0 ? 0 : at - 1;
    }

    private void Append(string text)
    {
        Room(Encoding.UTF8.GetMaxByteCount(text.Length));
        _used += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(_used));
    }

    private void Append(ReadOnlySpan<byte> text)
    {
        Room(text.Length);
        text.CopyTo(_bytes.AsSpan(_used));
        _used += text.Length;
    }

    private void Room(int length)
    {
        if (_used + length > 4 * 1024 * 1024) throw new FileFaultException("imports.long-row", _line);
        if (_used + length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _used + length));
    }

    /// <summary>Counts what comes out of the archive: what it declares of itself is not believed.</summary>
    private sealed class CountedStream(Stream inner, long limit) : Stream
    {
        private long _count;

        public override int Read(byte[] buffer, int offset, int count) => Count(inner.Read(buffer, offset, count));

        public override int Read(Span<byte> buffer) => Count(inner.Read(buffer));

        private int Count(int read)
        {
            _count += read;
            return _count > limit ? throw new FileFaultException("imports.bomb") : read;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => _count; set => throw new NotSupportedException(); }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    /// <summary>
    /// The texts that cells name by number, each behind its length. The first 16 MB lie in memory, the rest in a file that goes with the reader; only of every
    /// sixteenth text it is remembered where it begins, so that memory does not grow with a million rows of which each has ten texts of its own.
    /// </summary>
    private sealed class SharedTexts : IDisposable
    {
        private const int MaxMemory = 16 * 1024 * 1024;
        private const int MaxText = 128 * 1024;

        /// <summary>More than the cells of text of the longest sheet there can be, 1,048,576 rows of a register.</summary>
        private const int MaxTexts = 64_000_000;

        private const int Block = 16;
        private const int LengthBytes = 4;

        private readonly List<long> _blocks = [];
        private byte[] _memory = new byte[16 * 1024];
        private FileStream? _file;
        private int _count;
        private long _end;

        /// <summary>Where the texts of the file begin.</summary>
        private long _inMemory;
        private byte[] _read = new byte[4096];

        public static SharedTexts Read(Stream? part)
        {
            var texts = new SharedTexts();
            if (part is null) return texts;
            using var xml = Reader(part);
            var buffer = new byte[1024];
            while (xml.Read())
            {
                if (xml.NodeType != XmlNodeType.Element || xml.LocalName != "si") continue;
                var length = 0;
                if (!xml.IsEmptyElement)
                {
                    var depth = xml.Depth;
                    var inText = false;
                    var inPhonetic = false;
                    while (xml.Read() && xml.Depth > depth)
                    {
                        if (xml.NodeType is XmlNodeType.Element && xml.LocalName == "rPh") inPhonetic = !xml.IsEmptyElement;
                        else if (xml.NodeType is XmlNodeType.Element && xml.LocalName == "t") inText = !xml.IsEmptyElement && !inPhonetic;
                        else if (xml.NodeType is XmlNodeType.EndElement)
                        {
                            inText = false;
                            if (xml.LocalName == "rPh") inPhonetic = false;
                        }
                        else if (inText && xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace && inText)
                        {
                            var value = xml.Value;
                            if (length + value.Length > MaxText) throw new FileFaultException("imports.long-row", 0);
                            var need = length + Encoding.UTF8.GetMaxByteCount(value.Length);
                            if (need > buffer.Length) Array.Resize(ref buffer, need);
                            length += Encoding.UTF8.GetBytes(value, buffer.AsSpan(length));
                        }
                    }
                }
                texts.Add(buffer.AsSpan(0, length));
            }
            texts._file?.Flush();
            return texts;
        }

        public ReadOnlySpan<byte> this[int index]
        {
            get
            {
                if (index < 0 || index >= _count) return default;
                var from = _blocks[index / Block];
                var skip = index % Block;
                if (from < _inMemory || _file is null)
                {
                    for (; skip > 0; skip--) from += LengthBytes + LengthAt(_memory, (int)from);
                    return _memory.AsSpan((int)from + LengthBytes, LengthAt(_memory, (int)from));
                }
                // One reading brings the whole block, unless its texts are long.
                from -= _inMemory;
                var (at, read) = (0, 0);
                while (true)
                {
                    if (at + LengthBytes > read) Fetch(LengthBytes);
                    var length = LengthAt(_read, at);
                    if (skip == 0)
                    {
                        if (at + LengthBytes + length > read) Fetch(LengthBytes + length);
                        return _read.AsSpan(at + LengthBytes, length);
                    }
                    at += LengthBytes + length;
                    skip--;
                }

                void Fetch(int least) => (from, at, read) = (from + at, 0, ReadAt(from + at, least));
            }
        }

        public void Dispose() => _file?.Dispose();

        private static int LengthAt(byte[] bytes, int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at));

        /// <summary>At least so many bytes from there on, and what else there is room for.</summary>
        private int ReadAt(long from, int least)
        {
            if (_read.Length < least) _read = new byte[least];
            var read = 0;
            while (read < least)
            {
                var more = RandomAccess.Read(_file!.SafeFileHandle, _read.AsSpan(read), from + read);
                if (more == 0) throw new EndOfStreamException();
                read += more;
            }
            return read;
        }

        private void Add(ReadOnlySpan<byte> text)
        {
            if (_count == MaxTexts) throw new FileFaultException("imports.bomb");
            Span<byte> length = stackalloc byte[LengthBytes];
            BinaryPrimitives.WriteInt32LittleEndian(length, text.Length);
            if (_count++ % Block == 0)
            {
                // A block lies in one place as a whole.
                if (_file is null && _end > MaxMemory)
                {
                    _file = new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 64 * 1024, FileOptions.DeleteOnClose);
                    _inMemory = _end;
                }
                _blocks.Add(_end);
            }
            Write(length);
            Write(text);
        }

        private void Write(ReadOnlySpan<byte> bytes)
        {
            if (_file is not null)
            {
                _file.Write(bytes);
            }
            else
            {
                if (_end + bytes.Length > _memory.Length) Array.Resize(ref _memory, (int)Math.Max(_memory.Length * 2L, _end + bytes.Length));
                bytes.CopyTo(_memory.AsSpan((int)_end));
            }
            _end += bytes.Length;
        }
    }
}
