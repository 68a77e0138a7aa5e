using System.Buffers.Text;
using System.Globalization;
using System.Linq.Expressions;
using System.Text;
using DoubleRandom.Inspections.Registers;

namespace DoubleRandom.Inspections.Imports;

/// <summary>Columns whose cell holds several values, and texts with a form of their own.</summary>
internal static partial class Columns
{
    /// <summary>
    /// Several values, kept parted by “;”. Offices part them by full width semicolons, commas and 、 as well: a value that is not told from its neighbour is found by no
    /// filter and lets nobody be drawn.
    /// </summary>
    public static Column<T> Several<T>(string header, Expression<Func<T, string?>> of, int max, bool required = false) where T : class
        => Formed(header, of, (cell, row, at) => SetBounded(row, at, ListCells.IsOne(cell) ? cell : Encoding.UTF8.GetBytes(ListCells.Joined(Encoding.UTF8.GetString(cell))), max), required, several: true, max: max);

    /// <summary>One column of <see cref="RegisterForm.Lists"/>: values parted by “;” or “；”, each at the place of its entry; an empty one keeps its place.</summary>
    public static Column<T> Part<T>(string header, Expression<Func<T, string?>> of, int max) where T : class
        => Formed(header, of, (cell, row, at) => SetBounded(row, at, ListCells.IsOne(cell) ? cell : Encoding.UTF8.GetBytes(string.Join(';', ListCells.Places(Encoding.UTF8.GetString(cell)))), max), several: true, max: max);

    /// <summary>The same of dates.</summary>
    public static Column<T> PartDates<T>(string header, Expression<Func<T, string?>> of, int max) where T : class => Formed(header, of, (cell, row, at) =>
    {
        if (cell.Length == 0) return null;
        List<string> days = [];
        foreach (var place in ListCells.Places(Encoding.UTF8.GetString(cell)))
        {
            if (place.Length == 0)
            {
                days.Add("");
                continue;
            }
            if (DayOf(Encoding.UTF8.GetBytes(place), out var day) is { } wrong) return wrong;
            days.Add(Iso(day));
        }
        return SetBounded(row, at, Encoding.UTF8.GetBytes(string.Join(';', days)), max);
    }, several: true, dates: true, max: max, example: ADay);

    /// <summary>经度、纬度 in degrees.</summary>
    public static Column<T> Degrees<T>(string header, Expression<Func<T, string?>> of, int most) where T : class => Formed(header, of, (cell, row, at) =>
    {
        if (cell.Length == 0) return null;
        if (!decimal.TryParse(cell, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var degrees)) return "bad-format";
        if (Math.Abs(degrees) > most) return "out-of-range";
        // Six decimals are a tenth of a metre; spreadsheets that computed them write fifteen.
        return SetBounded(row, at, degrees.Scale <= 6 ? cell : Encoding.UTF8.GetBytes(Math.Round(degrees, 6).ToString(CultureInfo.InvariantCulture)), 16);
    }, example: most == 90 ? "35.223837" : "106.997383");

    /// <summary>An amount in 万元, also as registries write it: 1,000.50万元人民币.</summary>
    public static Column<T> Wan<T>(string header, Expression<Func<T, string?>> of) where T : class => Formed(header, of, (cell, row, at) =>
    {
        if (cell.Length == 0) return null;
        if (cell.Length <= 9 && !cell.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return SetBounded(row, at, cell, 9);
        var text = Encoding.UTF8.GetString(cell).Normalize(NormalizationForm.FormKC).Replace("人民币", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);
        text = text.EndsWith("万元", StringComparison.Ordinal) ? text[..^2] : text.TrimEnd('万');
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var amount)) return "bad-format";
        if (amount is < 0 or > 999_999_999) return "out-of-range";
        return SetBounded(row, at, Encoding.UTF8.GetBytes(amount.ToString("0.######", CultureInfo.InvariantCulture)), 20);
    }, example: "50");

    /// <summary>年月 as 1971-08; also 1971.8, 197108 and 1971年8月.</summary>
    public static Column<T> Month<T>(string header, Expression<Func<T, string?>> of) where T : class => Formed(header, of, (cell, row, at) =>
    {
        if (cell.Length == 0) return null;
        int year, month;
        if (cell.Length == 6 && Utf8Parser.TryParse(cell, out int compact, out var all) && all == 6) (year, month) = (compact / 100, compact % 100);
        else if (!Part(ref cell, out year, 4, "年"u8) || !Part(ref cell, out month, 2, "月"u8) || cell.Length > 0) return "bad-format";
        if (month is < 1 or > 12) return "bad-format";
        if (year is < 1900 or > 2200) return "out-of-range";
        row.SetText(at, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{year:D4}-{month:D2}")));
        return null;
    }, example: "1971-08");

    /// <summary>公民身份号码 after GB 11643, kept sealed (<see cref="PersonalSeal"/>): nobody reads it in the database or a backup.</summary>
    public static Column<T> IdentityNumber<T>(string header, Expression<Func<T, string?>> of) where T : class => Formed(header, of, (cell, row, at) =>
    {
        if (cell.Length == 0) return null;
        var number = Encoding.UTF8.GetString(cell).Normalize(NormalizationForm.FormKC).Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        if (!Registers.IdentityNumber.HasForm(number)) return "bad-identity";
        row.SetText(at, Encoding.UTF8.GetBytes(number));
        return Registers.IdentityNumber.HasRightCheckCharacter(number) ? null : "bad-identity";
    }, personal: true);

    private static Column<T> Formed<T>(string header, Expression<Func<T, string?>> of, Column<T>.Reader read, bool required = false, bool several = false, bool dates = false, bool personal = false, int max = 40, string? example = null) where T : class
    {
        var (name, get, set) = Bind<T, string?>(of);
        return new Column<T>(header, name, ColumnKind.Text, required, r => get(r) ?? "", (r, staged, at) => set(r, staged.TextAt(at)), read) { HoldsSeveral = several, HoldsDates = dates, IsPersonal = personal, MaxLength = max, Example = example };
    }

    private static string? SetBounded(StagedRow row, int at, ReadOnlySpan<byte> text, int max)
    {
        if (text.Length > max && Encoding.UTF8.GetCharCount(text) > max) return "too-long";
        row.SetText(at, text);
        return null;
    }
}
