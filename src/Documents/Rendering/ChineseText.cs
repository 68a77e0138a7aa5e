using System.Globalization;
using System.Text;

namespace DoubleRandom.Documents.Rendering;

/// <summary>Money and dates as official documents write them.</summary>
public static class ChineseText
{
    private const string Digits = "零壹贰叁肆伍陆柒捌玖";

    /// <summary>What a person typed, ended as a sentence: with 。 where no mark ends it.</summary>
    public static string Sentence(string text)
    {
        var trimmed = text.TrimEnd();
        // A quotation that ends with its own mark needs no second one.
        var last = trimmed.TrimEnd('”', '」', '）', ')').LastOrDefault();
        return trimmed.Length == 0 || "。！？；：，、….!?;:".Contains(last, StringComparison.Ordinal) ? trimmed : trimmed + "。";
    }

    /// <summary>An amount in fen as uppercase Chinese money: 100000 is 壹仟元整. Negative amounts begin with 负.</summary>
    public static string Money(long fen)
    {
        if (fen == 0) return "零元整";
        if (fen < 0) return "负" + Money(-fen);
        var (yuan, jiao, cents) = (fen / 100, (int)(fen / 10 % 10), (int)(fen % 10));
        var text = new StringBuilder();
        if (yuan > 0) text.Append(Whole(yuan)).Append('元');
        if (jiao == 0 && cents == 0) return text.Append('整').ToString();
        if (jiao > 0) text.Append(Digits[jiao]).Append('角');
        else if (yuan > 0) text.Append('零');
        return cents > 0 ? text.Append(Digits[cents]).Append('分').ToString() : text.Append('整').ToString();
    }

    private static string Whole(long number)
    {
        string[] large = ["", "万", "亿", "万亿", "亿亿"];
        var text = new StringBuilder();
        var gap = false;
        for (var group = large.Length - 1; group >= 0; group--)
        {
            var part = (int)(number / (long)Math.Pow(10_000, group) % 10_000);
            if (part == 0)
            {
                gap |= text.Length > 0;
                continue;
            }
            for (var place = 3; place >= 0; place--)
            {
                var digit = part / (int)Math.Pow(10, place) % 10;
                if (digit == 0)
                {
                    gap |= text.Length > 0;
                    continue;
                }
                if (gap) text.Append('零');
                gap = false;
                text.Append(Digits[digit]);
                if (place > 0) text.Append("仟佰拾"[3 - place]);
            }
            text.Append(large[group]);
            gap = false;
        }
        return text.ToString();
    }

    /// <summary>2026-09-18 as 2026年9月18日; text that is no date stays.</summary>
    public static string Date(string text) => Read(text) is { } date ? $"{date.Year}年{date.Month}月{date.Day}日" : text;

    /// <summary>2026-09-18 as 2026.9.18, for narrow columns; text that is no date stays.</summary>
    public static string DotDate(string text) => Read(text) is { } date ? string.Create(CultureInfo.InvariantCulture, $"{date.Year}.{date.Month}.{date.Day}") : text;

    /// <summary>2026-09-18 as 二〇二六年九月十八日; text that is no date stays.</summary>
    public static string UpperDate(string text)
    {
        if (Read(text) is not { } date) return text;
        var year = string.Concat(date.Year.ToString("0000", CultureInfo.InvariantCulture).Select(c => "〇一二三四五六七八九"[c - '0']));
        return $"{year}年{Small(date.Month)}月{Small(date.Day)}日";
    }

    private static string Small(int number)
    {
        const string small = "〇一二三四五六七八九";
        return (number >= 20 ? small[number / 10].ToString() : "") + (number >= 10 ? "十" : "") + (number % 10 > 0 ? small[number % 10].ToString() : "");
    }

    private static DateOnly? Read(string text) => DateOnly.TryParseExact(text.Length >= 10 ? text[..10] : text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;
}
