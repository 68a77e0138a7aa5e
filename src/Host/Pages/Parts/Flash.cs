namespace DoubleRandom.Host.Pages.Parts;

/// <summary>A sentence that survives one redirect: what has just been done. It is shown as text, once.</summary>
internal static class Flash
{
    private const string Cookie = "doublerandom-note";

    public static void Set(HttpContext http, string text)
        => http.Response.Cookies.Append(Cookie, Uri.EscapeDataString(text), new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = http.Request.IsHttps, IsEssential = true });

    public static string? Take(HttpContext http)
    {
        if (http.Request.Cookies[Cookie] is not { Length: > 0 } text) return null;
        http.Response.Cookies.Delete(Cookie);
        return Uri.UnescapeDataString(text);
    }
}
