namespace DoubleRandom.Inspections.Registers;

/// <summary>公民身份号码 after GB 11643-1999: six digits of the region, eight of the birthday, three of the order, one check character (ISO 7064, MOD 11-2).</summary>
public static class IdentityNumber
{
    private static readonly int[] Weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

    public static bool HasForm(string number) => number.Length == 18 && number.AsSpan(0, 17).IndexOfAnyExceptInRange('0', '9') < 0 && (char.IsAsciiDigit(number[17]) || number[17] == 'X');

    /// <param name="number">One that has the form.</param>
    public static bool HasRightCheckCharacter(string number) => "10X98765432"[Weights.Select((w, i) => w * (number[i] - '0')).Sum() % 11] == number[17];
}
