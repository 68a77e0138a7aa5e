using System.Globalization;
using DoubleRandom.Basics;

namespace DoubleRandom.Host.Pages.Parts;

/// <summary>How pages say things. A page's Chinese text is its own key; the English one stands beside it in <c>Texts.json</c>.</summary>
internal static class Wording
{
    public static string T(string chinese, params object[] arguments) => Texts.Of(chinese, arguments);

    public static string Day(DateOnly? date) => date is { } d ? d.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "—";

    /// <summary>An instant as the office's clock showed it.</summary>
    public static string Moment(this TimeProvider time, DateTime? utc)
        => utc is { } at ? TimeZoneInfo.ConvertTimeFromUtc(DateTime.SpecifyKind(at, DateTimeKind.Utc), time.LocalTimeZone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : "—";

    /// <summary>Money kept in fen, written in yuan.</summary>
    public static string Yuan(long fen) => (fen / 100m).ToString("#,0.00", CultureInfo.InvariantCulture);

    public static string Share(decimal ratio) => (ratio * 100).ToString("0.##", CultureInfo.InvariantCulture) + "%";

    public static string Size(long bytes) => bytes switch
    {
        < 1024 => $"{bytes} B",
        < 1024 * 1024 => (bytes / 1024m).ToString("0.0", CultureInfo.InvariantCulture) + " KB",
        _ => (bytes / (1024m * 1024)).ToString("0.0", CultureInfo.InvariantCulture) + " MB",
    };

    /// <summary>A path with its values escaped and the empty ones left out.</summary>
    public static string Url(string path, params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var parts = new List<string>();
        foreach (var (name, value) in query)
        {
            if (!string.IsNullOrEmpty(value)) parts.Add($"{name}={Uri.EscapeDataString(value)}");
        }
        return parts.Count == 0 ? path : $"{path}?{string.Join('&', parts)}";
    }

    public static string CaseUrl(string caseNo) => $"/cases/{Uri.EscapeDataString(caseNo)}";

    public static string WorkItemUrl(Guid id) => $"/work-items/{id}";
}
