namespace DoubleRandom.Inspections.Registers;

/// <summary>行业代码 after GB/T 4754-2017: the letter of the section and up to four digits. The division (大类) tells the section.</summary>
public static class IndustryCode
{
    /// <summary>The last division of each section, A to T.</summary>
    private static readonly byte[] LastDivisions = [5, 12, 43, 46, 50, 52, 60, 62, 65, 69, 70, 72, 75, 79, 82, 83, 85, 90, 96, 97];

    /// <summary>As the register has it: digits alone get their letter, a small letter becomes a capital. Anything else stays, to be refused.</summary>
    /// <param name="room">One byte longer than the code.</param>
    internal static ReadOnlySpan<byte> Normalise(ReadOnlySpan<byte> code, Span<byte> room)
    {
        if (code.Length > 0 && char.IsAsciiLetterLower((char)code[0]))
        {
            code.CopyTo(room);
            room[0] -= 32;
            return room[..code.Length];
        }
        if (code.Length is < 2 or > 4 || code.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return code;
        var division = (code[0] - '0') * 10 + code[1] - '0';
        var section = Array.FindIndex(LastDivisions, last => division <= last);
        if (division == 0 || section < 0) return code;
        room[0] = (byte)('A' + section);
        code.CopyTo(room[1..]);
        return room[..(code.Length + 1)];
    }
}
