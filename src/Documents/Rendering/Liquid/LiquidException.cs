namespace DoubleRandom.Documents.Rendering.Liquid;

/// <summary>A template that cannot be read, or that asked for more than the limits allow; the message says where.</summary>
public sealed class LiquidException : Exception
{
    public LiquidException() { }
    public LiquidException(string message) : base(message) { }
    public LiquidException(string message, Exception inner) : base(message, inner) { }

    internal LiquidException(string message, int offset) : base(message) => Offset = offset;

    private LiquidException(string message, int line, int column, Exception inner) : base(message, inner) => (Line, Column) = (line, column);

    /// <summary>From 1; 0 while the place is not known.</summary>
    public int Line { get; }

    public int Column { get; }

    /// <summary>Place in the source; negative when the tag that runs is all that is known.</summary>
    internal int Offset { get; } = -1;

    /// <summary>The same with line and column of the source.</summary>
    internal LiquidException At(string source, int offset, string? partial = null)
    {
        if (Line > 0) return this;
        if (Offset >= 0) offset = Offset;
        offset = Math.Clamp(offset, 0, source.Length);
        var line = source.AsSpan(0, offset).Count('\n') + 1;
        var column = offset - (offset == 0 ? 0 : source.LastIndexOf('\n', offset - 1) + 1) + 1;
        return new LiquidException($"{(partial is null ? "" : $"“{partial}”")}第 {line} 行第 {column} 列：{Message}", line, column, this);
    }
}
