using System.Globalization;

namespace DoubleRandom.Inspections.Imports;

/// <summary>
/// One column of a form: how a cell is read into the row and written back. Reading answers null or one of the stable codes
/// missing-value, bad-format, check-digit, unknown-code, out-of-range, control-character, too-long.
/// </summary>
public sealed record Column<T>(string Header, bool IsRequired, Func<T, string> Get, Func<T, string, string?> Set);

/// <summary>The kinds of columns, so that a form reads as a list.</summary>
internal static class Columns
{
    public static Column<T> Text<T>(string header, Func<T, string?> get, Action<T, string?> set, int max = 200, bool required = false)
        => new(header, required, row => get(row) ?? "", (row, text) =>
        {
            if (text.Length > max) return "too-long";
            set(row, text.Length == 0 ? null : text);
            return null;
        });

    public static Column<T> Choice<T>(string header, Func<T, string?> get, Action<T, string?> set, bool required, params string[] values)
        => new(header, required, row => get(row) ?? "", (row, text) =>
        {
            if (text.Length > 0 && !values.Contains(text)) return "unknown-code";
            set(row, text.Length == 0 ? null : text);
            return null;
        });

    public static Column<T> YesNo<T>(string header, Func<T, bool> get, Action<T, bool> set)
        => new(header, false, row => get(row) ? "是" : "否", (row, text) =>
        {
            if (text is not ("是" or "否" or "")) return "unknown-code";
            set(row, text == "是");
            return null;
        });

    public static Column<T> Date<T>(string header, Func<T, DateOnly?> get, Action<T, DateOnly?> set, bool required = false)
        => new(header, required, row => get(row)?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "", (row, text) =>
        {
            if (text.Length == 0)
            {
                set(row, null);
                return null;
            }
            if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) return "bad-format";
            if (date.Year is < 1900 or > 2200) return "out-of-range";
            set(row, date);
            return null;
        });

    public static Column<T> Number<T>(string header, Func<T, int?> get, Action<T, int?> set, bool required = false, int min = 0, int max = 100_000_000)
        => new(header, required, row => get(row)?.ToString(CultureInfo.InvariantCulture) ?? "", (row, text) =>
        {
            if (text.Length == 0)
            {
                set(row, null);
                return null;
            }
            if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return "bad-format";
            if (number < min || number > max) return "out-of-range";
            set(row, (int)number);
            return null;
        });

    /// <summary>A share between 0 and 1, with the digits as written.</summary>
    public static Column<T> Ratio<T>(string header, Func<T, decimal> get, Action<T, decimal> set)
        => new(header, true, row => get(row).ToString(CultureInfo.InvariantCulture), (row, text) =>
        {
            if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var ratio)) return "bad-format";
            if (ratio is < 0 or > 1) return "out-of-range";
            set(row, ratio);
            return null;
        });

    public static Column<T> CreditCode<T>(string header, Func<T, string?> get, Action<T, string?> set)
        => new(header, false, row => get(row) ?? "", (row, text) =>
        {
            var code = Registers.CreditCode.Normalise(text);
            if (code.Length == 0)
            {
                set(row, null);
                return null;
            }
            if (!Registers.CreditCode.HasForm(code)) return "bad-format";
            if (!Registers.CreditCode.HasRightCheckCharacters(code)) return "check-digit";
            set(row, code);
            return null;
        });
}
