namespace DoubleRandom.Host.Pages.Parts;

internal static class LocalPath
{
    /// <summary>Only ever a page of our own: "//elsewhere" and "/\elsewhere" leave the site.</summary>
    public static string OrHome(string? path, string home = "/")
        => path is ['/', not ('/' or '\\'), ..] && !path.Any(char.IsControl) ? path : path == "/" ? path : home;
}
