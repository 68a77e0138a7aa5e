using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DoubleRandom.Engine.Storage;

/// <summary>A writer of JSON texts that each thread keeps: a step writes several. Chinese stands as it is, which is half as long as its escapes.</summary>
internal sealed class JsonSpare
{
    // A text longer than this is rare, and its buffer need not be kept.
    private const int MostKept = 1 << 20;

    [ThreadStatic]
    private static JsonSpare? _spare;

    private readonly ArrayBufferWriter<byte> _buffer = new(4096);

    private JsonSpare() => Writer = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });

    public Utf8JsonWriter Writer { get; }

    /// <summary>Empty; until <see cref="Text"/> nothing else on the thread may take it.</summary>
    public static JsonSpare Take()
    {
        var spare = _spare ??= new JsonSpare();
        spare._buffer.ResetWrittenCount();
        spare.Writer.Reset();
        return spare;
    }

    public string Text()
    {
        Writer.Flush();
        var text = Encoding.UTF8.GetString(_buffer.WrittenSpan);
        if (_buffer.Capacity > MostKept) _spare = null;
        return text;
    }
}
