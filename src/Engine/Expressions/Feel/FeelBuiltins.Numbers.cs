using System.Globalization;

namespace DoubleRandom.Engine.Expressions.Feel;

/// <summary>What the functions on numbers do.</summary>
internal static partial class FeelBuiltins
{
    private static object? Parse(string text, object? grouping, object? point)
    {
        if (grouping is not (null or " " or "," or ".") || point is not (null or "," or ".") || (grouping is not null && grouping.Equals(point))) return null;
        if (grouping is string g) text = text.Replace(g, "", StringComparison.Ordinal);
        if (point is ",") text = text.Replace(',', '.');
        else if (text.Contains(',', StringComparison.Ordinal)) return null;
        return decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private static object? Median(List<decimal> numbers)
    {
        if (numbers.Count == 0) return null;
        numbers.Sort();
        var middle = numbers.Count / 2;
        return numbers.Count % 2 == 1 ? numbers[middle] : (numbers[middle - 1] + numbers[middle]) / 2;
    }

    private static object? Deviation(List<decimal> numbers)
    {
        if (numbers.Count < 2) return null;
        var mean = numbers.Sum() / numbers.Count;
        return Root(numbers.Sum(n => (n - mean) * (n - mean)) / (numbers.Count - 1));
    }

    /// <summary>Newton's method: a double's root has too few digits.</summary>
    private static decimal Root(decimal value)
    {
        if (value == 0) return 0;
        var guess = (decimal)Math.Sqrt((double)value);
        for (var i = 0; i < 3; i++) guess = (guess + value / guess) / 2;
        return guess;
    }

    private static List<object?> Mode(List<decimal> numbers)
    {
        var groups = numbers.GroupBy(n => n).ToList();
        if (groups.Count == 0) return [];
        var most = groups.Max(g => g.Count());
        return [.. groups.Where(g => g.Count() == most).Select(g => g.Key).Order().Cast<object?>()];
    }

    private static object? Round(decimal n, decimal scale, MidpointRounding mode)
    {
        var digits = (int)decimal.Truncate(scale);
        if (digits is < -6111 or > 6176) return null;
        if (digits > 27) return n;
        if (digits >= 0) return Math.Round(n, Math.Min(digits, 28), mode);
        if (digits < -27) return 0m;
        decimal power = 1;
        for (var i = 0; i < -digits; i++) power *= 10;
        return Math.Round(n / power, 0, mode) * power;
    }

    private static object? RoundUp(decimal n, decimal scale) => Round(n, scale, n < 0 ? MidpointRounding.ToNegativeInfinity : MidpointRounding.ToPositiveInfinity);

    private static object? RoundHalfDown(decimal n, decimal scale)
    {
        if (Round(n, scale, MidpointRounding.ToZero) is not decimal down || Round(n, scale, MidpointRounding.AwayFromZero) is not decimal near) return null;
        return Math.Abs(n - down) <= Math.Abs(near - n) ? down : near;
    }
}
