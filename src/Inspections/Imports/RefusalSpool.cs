using System.Buffers.Binary;
using System.Text;

namespace DoubleRandom.Inspections.Imports;

/// <summary>Refused rows on the disk until the file for the person is written: a million of them take no memory.</summary>
internal sealed class RefusalSpool : IDisposable
{
    private readonly FileStream _early = Open();
    private FileStream? _late;
    private byte[] _buffer = new byte[4096];

    public void Add(int line, string reason, RowSource source)
    {
        var count = Math.Max(source.FieldCount, 0);
        Begin(_early, line, reason, count);
        for (var i = 0; i < count; i++) Write(_early, source.Field(i));
    }

    public void AddLate(int line, string reason, IReadOnlyList<string> cells)
    {
        _late ??= Open();
        Begin(_late, line, reason, cells.Count);
        foreach (var cell in cells) Write(_late, Encoding.UTF8.GetBytes(cell));
    }

    /// <summary>Both spools lie in the order of the file: they are read side by side.</summary>
    public void Read(Action<int, string, IReadOnlyList<string>> each)
    {
        _early.Position = 0;
        if (_late is not null) _late.Position = 0;
        var early = Next(_early);
        var late = _late is null ? null : Next(_late);
        while (early is not null || late is not null)
        {
            if (late is null || (early is not null && early.Value.Line <= late.Value.Line))
            {
                each(early!.Value.Line, early.Value.Reason, early.Value.Cells);
                early = Next(_early);
            }
            else
            {
                each(late.Value.Line, late.Value.Reason, late.Value.Cells);
                late = Next(_late!);
            }
        }
    }

    public void Dispose()
    {
        _early.Dispose();
        _late?.Dispose();
    }

    private static FileStream Open() => new(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 256 * 1024, FileOptions.DeleteOnClose);

    private static void Begin(FileStream file, int line, string reason, int count)
    {
        Span<byte> head = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(head, line);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], count);
        file.Write(head);
        Write(file, Encoding.UTF8.GetBytes(reason));
    }

    private static void Write(FileStream file, ReadOnlySpan<byte> text)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, text.Length);
        file.Write(length);
        file.Write(text);
    }

    private (int Line, string Reason, IReadOnlyList<string> Cells)? Next(FileStream file)
    {
        Span<byte> head = stackalloc byte[8];
        if (file.ReadAtLeast(head, 8, throwOnEndOfStream: false) < 8) return null;
        var count = BinaryPrimitives.ReadInt32LittleEndian(head[4..]);
        var reason = Text(file);
        var cells = new string[count];
        for (var i = 0; i < count; i++) cells[i] = Text(file);
        return (BinaryPrimitives.ReadInt32LittleEndian(head), reason, cells);
    }

    private string Text(FileStream file)
    {
        Span<byte> head = stackalloc byte[4];
        file.ReadExactly(head);
        var length = BinaryPrimitives.ReadInt32LittleEndian(head);
        if (_buffer.Length < length) _buffer = new byte[length];
        file.ReadExactly(_buffer.AsSpan(0, length));
        return Encoding.UTF8.GetString(_buffer.AsSpan(0, length));
    }
}
