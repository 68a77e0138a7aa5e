using System.IO.Compression;
using System.Security.Cryptography;
using DoubleRandom.Basics;
using Microsoft.Net.Http.Headers;

namespace DoubleRandom.Host.Pages.Portal;

/// <summary>What the portal needs beside its pages: files of draws, validators for caches (docs/adr), the citizens' front door.</summary>
internal static class PortalEndpoints
{
    /// <summary>Set among the request's items by a page that found nothing. The status is set when the page is drawn: a component that sets 404 itself gets no body.</summary>
    public const string Missing = "portal.missing";

    // A browser asks each time and is answered 304; a shared cache may answer for half a minute, so a withdrawal is gone within that.
    private const string CacheControl = "public, max-age=0, s-maxage=30, must-revalidate";
    private static readonly string[] Types = ["text/tab-separated-values; charset=utf-8", "application/json", "application/json", "application/json"];

    public static void AddPortal(this IServiceCollection services) => services.AddSingleton<DrawDigests>().AddScoped<PortalReader>();

    /// <summary>After authentication: nobody signed in means a citizen, who comes to the portal.</summary>
    public static void UsePortal(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        var request = context.Request;
        if (!HttpMethods.IsGet(request.Method)) return next(context);
        if (request.Path == "/" && context.User.Identity?.IsAuthenticated != true)
        {
            context.Response.Redirect("/portal");
            return Task.CompletedTask;
        }
        return request.Path.StartsWithSegments("/portal", out var rest) && !rest.Value!.Contains("/files/", StringComparison.Ordinal) ? ValidateAsync(context, next) : next(context);
    });

    public static void MapPortal(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/portal/draws/{number}/files/{file}", FileAsync).AllowAnonymous().ExcludeFromDescription();
        // Short enough to be typed from an invitation.
        routes.MapGet("/draws/{number}/ceremony", (string number) => Results.Redirect($"/portal/draws/{Uri.EscapeDataString(number)}/ceremony")).AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task ValidateAsync(HttpContext context, RequestDelegate next)
    {
        var answer = context.Response.Body;
        using var page = new MemoryStream();
        context.Response.Body = page;
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = answer;
        }
        if (page.Length == 0) return;
        var bytes = page.GetBuffer().AsMemory(0, (int)page.Length);
        if (context.Items.ContainsKey(Missing)) context.Response.StatusCode = StatusCodes.Status404NotFound;
        if (context.Response.StatusCode == StatusCodes.Status200OK && !context.Response.HasStarted && IsUnchanged(context, Convert.ToHexStringLower(SHA256.HashData(bytes.Span)[..16]))) return;
        await answer.WriteAsync(bytes, context.RequestAborted);
    }

    private static async Task<IResult> FileAsync(string number, string file, PortalReader reader, HttpContext context)
    {
        // Who has the file is told so before it is read.
        if (await reader.KnownHashAsync(number, file, context.RequestAborted) is { } hash && IsUnchanged(context, hash)) return Results.Empty;
        var files = await reader.DrawFilesAsync(number, context.RequestAborted);
        if (files is null) return Results.NotFound();
        byte[]? bytes;
        string type;
        if (file == $"{number}.zip")
        {
            (bytes, type) = (Zip(files), "application/zip");
        }
        else
        {
            bytes = files.FirstOrDefault(f => f.Name == file).Bytes;
            type = Types[Math.Max(0, Array.IndexOf(Inspections.Draws.Protocol.DrawFiles.Names, file))];
        }
        if (bytes is null) return Results.NotFound();
        if (IsUnchanged(context, Hashing.Sha256Hex(bytes))) return Results.Empty;
        return Results.File(bytes, type, file);
    }

    /// <summary>Sets the validator and how long it holds; true when the reader has this very content and is told so.</summary>
    private static bool IsUnchanged(HttpContext context, string hash)
    {
        var tag = new EntityTagHeaderValue($"\"{hash}\"");
        context.Response.Headers.CacheControl = CacheControl;
        context.Response.Headers.ETag = tag.ToString();
        if (!EntityTagHeaderValue.TryParseList(context.Request.Headers.IfNoneMatch, out var known) || !known.Any(k => k.Compare(tag, useStrongComparison: false))) return false;
        context.Response.StatusCode = StatusCodes.Status304NotModified;
        context.Response.ContentLength = null;
        context.Response.Headers.ContentType = default;
        return true;
    }

    /// <summary>The same files make the same bytes: entries carry the earliest date a zip knows.</summary>
    private static byte[] Zip(IReadOnlyList<(string Name, byte[] Bytes)> files)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in files)
            {
                var entry = zip.CreateEntry(name, CompressionLevel.Fastest);
                entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
                using var to = entry.Open();
                to.Write(bytes);
            }
        }
        return stream.ToArray();
    }
}
