using System.Buffers;
using System.Text;

namespace DoubleRandom.Inspections.Imports;

/// <summary>The values of one row of a file as the columns read them: bytes of UTF-8, whole numbers, days. Used again for the next row.</summary>
public sealed class StagedRow(int columns)
{
    private const int None = -1;

    private readonly int[] _from = new int[columns];
    private readonly int[] _length = new int[columns];
    private readonly int[] _number = new int[columns];
    private byte[] _bytes = new byte[4096];
    private int _used;

    public int Count => columns;

    public bool IsNull(int at) => _length[at] == None;

    /// <summary>Of a text that is there.</summary>
    public ReadOnlySpan<byte> Text(int at) => _bytes.AsSpan(_from[at], _length[at]);

    /// <summary>A number, 1 and 0 for 是 and 否, the day number of a date; of a value that is there.</summary>
    public int Number(int at) => _number[at];

    internal string? TextAt(int at) => IsNull(at) ? null : Encoding.UTF8.GetString(Text(at));

    internal int? NumberAt(int at) => IsNull(at) ? null : _number[at];

    internal void Clear()
    {
        _length.AsSpan().Fill(None);
        _used = 0;
    }

    /// <summary>Nothing when it is empty: an empty cell and no value are the same.</summary>
    internal void SetText(int at, ReadOnlySpan<byte> text)
    {
        if (text.Length == 0) return;
        if (_used + text.Length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _used + text.Length));
        text.CopyTo(_bytes.AsSpan(_used));
        (_from[at], _length[at]) = (_used, text.Length);
        _used += text.Length;
    }

    internal void SetNothing(int at) => _length[at] = None;

    internal void SetNumber(int at, int value) => (_number[at], _length[at]) = (value, 0);
}

/// <summary>A cell as it came: trimmed, without the apostrophe of an export, in Unicode's composed form.</summary>
internal static class Cells
{
    private static readonly SearchValues<byte> Spaces = SearchValues.Create(" \t\r\n"u8);

    /// <summary>Bytes that no text has. Line breaks and tabs may stand in an address.</summary>
    private static readonly SearchValues<byte> Controls = SearchValues.Create([.. Enumerable.Range(0, 32).Where(c => c is not ('\t' or '\n' or '\r')).Select(c => (byte)c), 127]);

    private static ReadOnlySpan<byte> NoCharacters => [0xEF, 0xBF];

    public static bool HasControl(ReadOnlySpan<byte> cell)
    {
        if (cell.ContainsAny(Controls)) return true;
        // U+FFFE and U+FFFF, EF BF BE and EF BF BF: no characters, which no spreadsheet can hold and Unicode's tables do not know.
        for (var rest = cell; rest.IndexOf(NoCharacters) is >= 0 and var at;)
        {
            rest = rest[(at + 2)..];
            if (rest.Length > 0 && rest[0] >= 0xBE) return true;
        }
        // U+0080 to U+009F are C2 80 to C2 9F.
        for (var i = cell.IndexOf((byte)0xC2); i >= 0 && i + 1 < cell.Length;)
        {
            if (cell[i + 1] < 0xA0) return true;
            var next = cell[(i + 2)..].IndexOf((byte)0xC2);
            if (next < 0) return false;
            i += 2 + next;
        }
        return false;
    }

    public static ReadOnlySpan<byte> Plain(ReadOnlySpan<byte> cell)
    {
        cell = Trim(cell);
        return cell.Length > 1 && cell[0] == '\'' ? Trim(cell[1..]) : cell;
    }

    /// <summary>As <see cref="Plain"/> leaves it, composed; mostly the same bytes.</summary>
    public static ReadOnlySpan<byte> Composed(ReadOnlySpan<byte> cell)
        => IsComposed(cell) ? cell : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(cell).Normalize(NormalizationForm.FormC).Trim());

    /// <summary>1.23E+17: a long number of which a spreadsheet kept the first digits only.</summary>
    public static bool IsRounded(ReadOnlySpan<byte> cell)
    {
        if (cell.Length is < 5 or > 26 || !char.IsAsciiDigit((char)cell[0]) || !char.IsAsciiDigit((char)cell[^1])) return false;
        var power = cell.IndexOf("E+"u8);
        if (power < 0) power = cell.IndexOf("e+"u8);
        return power > 0 && !cell[(power + 2)..].ContainsAnyExceptInRange((byte)'0', (byte)'9') && (power == 1 || (power > 2 && cell[1] == '.' && !cell[2..power].ContainsAnyExceptInRange((byte)'0', (byte)'9')));
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> cell)
    {
        while (cell.Length > 0)
        {
            if (Spaces.Contains(cell[0])) cell = cell[1..];
            // The ideographic space, which people type without seeing it.
            else if (cell.StartsWith("　"u8)) cell = cell[3..];
            else break;
        }
        while (cell.Length > 0)
        {
            if (Spaces.Contains(cell[^1])) cell = cell[..^1];
            else if (cell.EndsWith("　"u8)) cell = cell[..^3];
            else break;
        }
        return cell;
    }

    /// <summary>True for what office text is made of; anything else is asked of Unicode's tables.</summary>
    private static bool IsComposed(ReadOnlySpan<byte> cell)
    {
        for (var i = 0; i < cell.Length;)
        {
            var b = cell[i];
            if (b < 0x80) i++;
            // U+4000 to U+9FFF: ideographs stand for themselves; full width forms EF BC and EF BD; Chinese marks U+3000 to U+3029.
            else if (b is >= 0xE4 and <= 0xE9) i += 3;
            else if (b == 0xEF && i + 1 < cell.Length && cell[i + 1] is 0xBC or 0xBD) i += 3;
            else if (b == 0xE3 && i + 2 < cell.Length && cell[i + 1] == 0x80 && cell[i + 2] < 0xAA) i += 3;
            else if (b == 0xC2 && i + 1 < cell.Length && cell[i + 1] >= 0xA0) i += 2;
            else return false;
        }
        return true;
    }
}
