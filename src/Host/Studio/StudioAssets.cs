using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace DoubleRandom.Host.Studio;

/// <summary>
/// The files of the Elsa Studio package, put beside the program by the build (<c>Studio.targets</c>). They are public code without data, so
/// they are answered before anybody is asked to sign in.
/// </summary>
internal sealed class StudioAssets
{
    public const string PackageName = "@elsa-workflows/elsa-studio-wasm";
    public const string Version = "3.8.2";

    private static readonly string[] Parts = ["_framework/", "_content/", "Elsa.Studio.Host.CustomElements.styles.css"];
    private static readonly FileExtensionContentTypeProvider Types = new(new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        [".css"] = "text/css",
        [".js"] = "text/javascript",
        [".wasm"] = "application/wasm",
        [".dat"] = "application/octet-stream",
        [".json"] = "application/json",
        [".png"] = "image/png",
        [".svg"] = "image/svg+xml",
        [".ico"] = "image/x-icon",
        [".cur"] = "image/x-icon",
        [".woff2"] = "font/woff2",
        [".ttf"] = "font/ttf",
        [".webmanifest"] = "application/manifest+json",
    });

    private readonly string _folder;

    public StudioAssets(IConfiguration configuration)
    {
        _folder = Path.GetFullPath(configuration["Studio:Folder"] is { Length: > 0 } folder ? folder : Path.Combine(AppContext.BaseDirectory, "studio"));
        IsInstalled = File.Exists(Path.Combine(_folder, "_framework", "blazor.webassembly.js"));
    }

    public bool IsInstalled { get; }

    public Task ServeAsync(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path.Value!;
        if (!path.StartsWith(StudioPages.Root + "/", StringComparison.Ordinal) || !(HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))) return next(context);
        var name = path[(StudioPages.Root.Length + 1)..];
        if (!Array.Exists(Parts, p => name.StartsWith(p, StringComparison.Ordinal))) return next(context);
        return FileAsync(context, name);
    }

    private Task FileAsync(HttpContext context, string name)
    {
        var file = Path.GetFullPath(Path.Combine(_folder, name));
        // A name that leaves the folder is no name of ours.
        if (!file.StartsWith(_folder + Path.DirectorySeparatorChar, StringComparison.Ordinal) || !Types.TryGetContentType(file, out var type) || !File.Exists(file))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }
        var headers = context.Response.Headers;
        var served = file;
        foreach (var (coding, suffix) in new[] { ("br", ".br"), ("gzip", ".gz") })
        {
            if (!Accepts(context.Request, coding) || !File.Exists(file + suffix)) continue;
            headers.ContentEncoding = coding;
            served = file + suffix;
            break;
        }
        headers.Vary = HeaderNames.AcceptEncoding;
        // The names of the runtime's files carry a fingerprint; the others stay the same from version to version.
        headers.CacheControl = name.StartsWith("_framework/", StringComparison.Ordinal) && Path.GetExtension(name) is ".wasm" or ".dat"
            ? "public, max-age=31536000, immutable" : "no-cache";
        var changed = File.GetLastWriteTimeUtc(served);
        var tag = new EntityTagHeaderValue($"\"{Version}-{new FileInfo(served).Length:x}{(served == file ? "" : served[^2..])}\"");
        return Results.File(served, type, lastModified: changed, entityTag: tag).ExecuteAsync(context);
    }

    private static bool Accepts(HttpRequest request, string coding)
        => request.GetTypedHeaders().AcceptEncoding.Any(e => e.Quality is not 0 && e.Value.Equals(coding, StringComparison.OrdinalIgnoreCase));
}
