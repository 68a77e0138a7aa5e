using System.Globalization;

namespace DoubleRandom.Host.Pages.Portal;

/// <summary>How the portal writes dates, instants and figures.</summary>
internal static class PortalText
{
    public static string Date(DateOnly? date) => date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "—";

    /// <summary>An instant on the office's clock, to the minute.</summary>
    public static string Time(TimeProvider time, DateTime? utc)
        => utc is null ? "—" : TimeZoneInfo.ConvertTimeFromUtc(DateTime.SpecifyKind(utc.Value, DateTimeKind.Utc), time.LocalTimeZone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>EXCL of domain 2.14 in words; anything else is shown as it was entered.</summary>
    public static string Exclusion(string reason) => reason switch
    {
        "1" or "EXCL-1" => "法律法规另定检查方式",
        "2" or "EXCL-2" => "投诉举报个案",
        "3" or "EXCL-3" => "风险评估不宜随机抽查",
        "4" or "EXCL-4" => "上级部署的专项检查",
        _ => reason,
    };

    /// <summary>A list as the registers keep it, with semicolons, as people read it.</summary>
    public static string List(string list, string separator) => string.Join(separator, list.Split([';', '；'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    /// <summary><c>0.03</c> → 3%.</summary>
    public static string Percent(decimal ratio) => (ratio * 100).ToString("0.####", CultureInfo.InvariantCulture) + "%";

    public static string Percent(string ratio) => decimal.TryParse(ratio, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? Percent(value) : ratio;

    public static string Size(int bytes) => bytes < 1024 ? $"{bytes} 字节" : bytes < 1024 * 1024 ? $"{bytes / 1024.0:0.#} KB" : $"{bytes / 1024.0 / 1024:0.#} MB";
}
