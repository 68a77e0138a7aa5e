using System.Text;

namespace DoubleRandom.Inspections.Registers;

/// <summary>统一社会信用代码 after GB 32100-2015, with the organisation code of GB 11714 inside (positions 9–17).</summary>
public static class CreditCode
{
    public const int Length = 18;

    private const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    private static readonly int[] Weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
    private static readonly int[] OrganisationWeights = [3, 7, 9, 10, 5, 8, 4, 2];

    /// <summary>Value of a byte in the code; -1: it is none of its characters.</summary>
    private static readonly sbyte[] Values = [.. Enumerable.Range(0, 256).Select(b => (sbyte)Alphabet.IndexOf((char)b, StringComparison.Ordinal))];

    /// <summary>As people type it: full width, lower case and spaces are put right.</summary>
    public static string Normalise(string text)
        => new([.. text.Replace("\uFFFE", "", StringComparison.Ordinal).Normalize(NormalizationForm.FormKC).Where(c => !char.IsWhiteSpace(c)).Select(char.ToUpperInvariant)]);

    public static bool HasForm(string code) => HasForm(Encoding.UTF8.GetBytes(code));

    public static bool HasForm(ReadOnlySpan<byte> code)
    {
        if (code.Length != Length) return false;
        foreach (var b in code)
        {
            if (Values[b] < 0) return false;
        }
        return true;
    }

    /// <summary>Both check characters; only for a code that has the form.</summary>
    public static bool HasRightCheckCharacters(string code) => HasRightCheckCharacters(Encoding.UTF8.GetBytes(code));

    public static bool HasRightCheckCharacters(ReadOnlySpan<byte> code)
    {
        var sum = 0;
        for (var i = 0; i < 17; i++) sum += Values[code[i]] * Weights[i];
        if (code[17] != Alphabet[(31 - sum % 31) % 31]) return false;
        var organisation = 0;
        for (var i = 0; i < 8; i++) organisation += ValueOf((char)code[8 + i]) * OrganisationWeights[i];
        var check = 11 - organisation % 11;
        return code[16] == check switch { 10 => 'X', 11 => '0', _ => (char)('0' + check) };
    }

    private static int ValueOf(char c) => char.IsAsciiDigit(c) ? c - '0' : c - 'A' + 10;
}
