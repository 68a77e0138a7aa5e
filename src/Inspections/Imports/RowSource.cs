using System.Buffers;
using System.Text;
using System.Text.Unicode;
using System.Xml;
using CsvHelper;
using DoubleRandom.Basics;

namespace DoubleRandom.Inspections.Imports;

/// <summary>A fault of the file as a whole: nothing of it is applied.</summary>
internal sealed class FileFaultException(string code, params object[] arguments) : Exception(Texts.Of(code, arguments))
{
    public string Code => code;
}

/// <summary>The rows of an office's file, one at a time and never more than one in memory.</summary>
internal abstract class RowSource : IDisposable
{
    /// <summary>Far more than any register has; a hostile file has a hundred thousand.</summary>
    public const int MaxColumns = 500;

    /// <summary>No record of an office is longer; a file without line ends must not fill the memory.</summary>
    public const int MaxRecord = 64 * 1024;

    public IReadOnlyList<string> Headers { get; protected set; } = [];

    /// <summary>Of a workbook the sheets that are seen, the one that is read first; empty for other files.</summary>
    public IReadOnlyList<string> Sheets { get; protected set; } = [];

    /// <summary>Of the current row, as the person sees it: the physical line on which a CSV record begins, the row of the sheet.</summary>
    public abstract int Line { get; }

    public abstract int FieldCount { get; }

    /// <summary>The cell's text in UTF-8, until the next <see cref="Read"/>; empty past the end of the row.</summary>
    public abstract ReadOnlySpan<byte> Field(int at);

    /// <summary>False at the end; a <see cref="FileFaultException"/> when the file goes wrong.</summary>
    public abstract bool Read();

    /// <summary>Takes the next row for the header: what stood above it was the list's title. False at the end of the file.</summary>
    public bool TakeNextHeader()
    {
        if (!Read()) return false;
        Headers = [.. Enumerable.Range(0, FieldCount).Select(i => Encoding.UTF8.GetString(Field(i)).Trim('\uFEFF', ' '))];
        return true;
    }

    public abstract void Dispose();

    /// <summary>By what the bytes are, not by the name. The stream must be seekable and is read from its start.</summary>
    public static RowSource Open(Stream stream)
    {
        stream.Position = 0;
        var start = new byte[8];
        var read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        if (read == 0 || start.AsSpan(0, read).SequenceEqual(Encoding.UTF8.Preamble)) throw new FileFaultException("imports.empty-file");
        if (start.AsSpan().StartsWith("PK\u0003\u0004"u8)) return Guarded(() => new XlsxSource(stream));
        if (start.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0])) throw new FileFaultException("imports.old-excel");
        // What older systems call .xls is often a web page or Excel's XML of 2003.
        if (start.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? start[3] == '<' : start[0] == '<') throw new FileFaultException("imports.html");
        return Guarded(() => new CsvSource(stream));
    }

    /// <summary>What the libraries say of a broken file, in words.</summary>
    public static T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (CsvFormatException e)
        {
            throw e.LineNumber > 0 ? new FileFaultException("imports.bad-record", e.LineNumber) : new FileFaultException("imports.bad-file", e.Message);
        }
        catch (DecoderFallbackException)
        {
            throw new FileFaultException("imports.bad-encoding");
        }
        catch (XmlException e)
        {
            throw new FileFaultException(e.Message.Contains("DTD", StringComparison.Ordinal) ? "imports.entities" : "imports.bad-sheet", e.LineNumber);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or NotSupportedException)
        {
            throw new FileFaultException("imports.cut-off");
        }
    }
}

/// <summary>CSV in UTF-8 with or without a byte order mark, in UTF-16 with one, or in GB18030; commas, semicolons, tabs or bars.</summary>
internal sealed class CsvSource : RowSource
{
    /// <summary>Looked at for what parts the cells.</summary>
    private const int TitleLines = 9;

    private readonly CsvReader _csv;
    private readonly bool _endsWithLine;

    public CsvSource(Stream stream)
    {
        var (encoding, endsWithLine, separator) = Look(stream);
        _endsWithLine = endsWithLine;
        stream.Position = 0;
        _csv = CsvReader.Create(stream, new CsvReaderOptions
        {
            Separator = separator,
            Encoding = encoding,
            TrackLineNumbers = true,
            MaxRecordSize = MaxRecord,
            // A quote inside a name is the person's; one that never closes has swallowed what follows it.
            MalformedData = CsvMalformedDataHandling.Recover,
            OnMalformedRecord = static r =>
            {
                if (r.Reason is CsvMalformedReason.UnterminatedQuote) throw new FileFaultException("imports.bad-record", r.LineNumber);
            },
        }, leaveOpen: true);
        _csv.ReadHeader();
        Headers = [.. (_csv.Headers ?? []).Select(h => h.Trim('\uFEFF', ' '))];
        if (Headers.Count > MaxColumns) throw new FileFaultException("imports.too-many-columns", Headers.Count, MaxColumns);
    }

    public override int Line => (int)_csv.LineNumber;

    public override int FieldCount => _csv.FieldCount;

    public override ReadOnlySpan<byte> Field(int at) => at < _csv.FieldCount ? _csv.GetSpan(at) : default;

    public override bool Read() => Guarded(() =>
    {
        var short_ = _csv.RowNumber > 0 && _csv.FieldCount < Headers.Count;
        var line = Line;
        if (!_csv.Read())
        {
            // The last row lacks its line end and cells: the file was cut off while it was written or sent.
            if (short_ && !_endsWithLine) throw new FileFaultException("imports.cut-row", line);
            return false;
        }
        if (_csv.FieldCount > MaxColumns) throw new FileFaultException("imports.too-many-columns", _csv.FieldCount, MaxColumns);
        return true;
    });

    public override void Dispose() => _csv.Dispose();

    /// <summary>Reads the file once to see what it is written in: what is not UTF-8 through and through is GB18030, or broken.</summary>
    private static (Encoding? Encoding, bool EndsWithLine, char Separator) Look(Stream stream)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(256 * 1024);
        try
        {
            var kept = 0;
            var first = true;
            var separator = ',';
            byte last = 0;
            var utf8 = true;
            while (true)
            {
                var read = stream.Read(buffer, kept, 256 * 1024 - kept);
                var length = kept + read;
                if (read > 0) last = buffer[length - 1];
                var bytes = buffer.AsSpan(0, length);
                if (first)
                {
                    if (bytes is [0xFF, 0xFE, 0, 0, ..] or [0, 0, 0xFE, 0xFF, ..]) throw new FileFaultException("imports.bad-encoding");
                    // Excel's “Unicode text” has tabs, other programs write commas.
                    if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]) return (null, true, SeparatorOf(Encoding.UTF8.GetBytes((bytes[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode).GetString(bytes[2..(length & ~1)]))).Separator);
                    (separator, var columns) = SeparatorOf(bytes);
                    if (columns > MaxColumns) throw new FileFaultException("imports.too-many-columns", columns, MaxColumns);
                    first = false;
                }
                if (utf8)
                {
                    // The last character may go on in the next block.
                    var whole = read == 0 ? length : WholeCharacters(bytes);
                    utf8 = Utf8.IsValid(bytes[..whole]);
                    kept = utf8 ? length - whole : 0;
                    if (kept > 0) bytes[whole..].CopyTo(buffer);
                }
                else
                {
                    kept = 0;
                }
                if (read == 0) break;
            }
            if (utf8) return (null, last is (byte)'\n' or (byte)'\r', separator);
            return (Gb18030(stream), last is (byte)'\n' or (byte)'\r', separator);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static Encoding Gb18030(Stream stream)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var encoding = Encoding.GetEncoding("GB18030", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        // Once through: a broken place is found before a row is read, whatever the reader makes of it.
        stream.Position = 0;
        using var reader = new StreamReader(stream, encoding, false, 64 * 1024, leaveOpen: true);
        var characters = new char[64 * 1024];
        while (reader.Read(characters) > 0) { }
        return encoding;
    }

    /// <summary>What parts the lines, and into how many columns the first. The line with most of one kind tells it: above the header may stand a title.</summary>
    private static (char Separator, int Columns) SeparatorOf(ReadOnlySpan<byte> start)
    {
        var first = start[..LineEnd(start)];
        var (separator, most) = (',', 0);
        for (var line = 0; line <= TitleLines && start.Length > 0; line++)
        {
            var end = LineEnd(start);
            foreach (var kind in ",\t;|")
            {
                if (start[..end].Count((byte)kind) is var count && count > most) (separator, most) = (kind, count);
            }
            start = start[Math.Min(start.Length, end + 1)..];
        }
        return (separator, first.Count((byte)separator) + 1);
    }

    private static int LineEnd(ReadOnlySpan<byte> text) => text.IndexOfAny((byte)'\n', (byte)'\r') is var end and >= 0 ? end : text.Length;

    private static int WholeCharacters(ReadOnlySpan<byte> bytes)
    {
        for (var back = 1; back <= 3 && back <= bytes.Length; back++)
        {
            var b = bytes[^back];
            if (b < 0x80) return bytes.Length;
            if (b >= 0xC0) return (b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2) > back ? bytes.Length - back : bytes.Length;
        }
        return bytes.Length;
    }
}
