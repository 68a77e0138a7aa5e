using DoubleRandom.Host.Pages.Cases;
using DoubleRandom.Host.Pages.Parts;
using DoubleRandom.Inspections.Evidence;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Localization;

namespace DoubleRandom.Host.Pages;

internal static class PagesRoutes
{
    /// <summary>Persons get a page for what went wrong; programs (<c>/api</c>, <c>/elsa</c>, <c>/health</c>) get problem details. Neither learns anything of the inside.</summary>
    public static void UseErrorPages(this WebApplication app)
    {
        app.UseStatusCodePagesWithReExecute("/errors/{0}", createScopeForStatusCodePages: true);
        app.Use(static (context, next) =>
        {
            if (IsProgram(context.Request.Path) && context.Features.Get<IStatusCodePagesFeature>() is { } pages) pages.Enabled = false;
            return next(context);
        });
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = AnswerExceptionAsync });
    }

    /// <summary>What pages link to and is no page itself.</summary>
    public static void MapPagesRoutes(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/language/{language}", ChooseLanguage).AllowAnonymous().ExcludeFromDescription();
        routes.MapGet("/cases/{number}/evidence/{id:guid}", EvidenceAsync).RequireAuthorization().ExcludeFromDescription();
    }

    private static bool IsProgram(PathString path)
        => path.StartsWithSegments("/api") || path.StartsWithSegments("/elsa") || path.StartsWithSegments("/health") || path.StartsWithSegments("/openapi");

    /// <summary>An answer without a body becomes the page above.</summary>
    private static async Task AnswerExceptionAsync(HttpContext context)
    {
        if (IsProgram(context.Request.Path)) await Results.Problem(statusCode: context.Response.StatusCode).ExecuteAsync(context);
    }

    /// <summary>Evidence as it was handed in. Only pictures are shown in place, and nothing in it may run.</summary>
    private static async Task<IResult> EvidenceAsync(string number, Guid id, CaseQueries cases, EvidenceStore store, HttpContext context)
    {
        if (await cases.EvidenceAsync(number, id, context.RequestAborted) is not { } item || store.Open(item.Sha256) is not { } bytes) return Results.NotFound();
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        context.Response.Headers.CacheControl = "private, max-age=3600";
        return Results.Stream(bytes, item.ContentType, Uploads.IsImage(item.ContentType) ? null : item.Name, enableRangeProcessing: true);
    }

    private static IResult ChooseLanguage(string language, string? returnTo, HttpContext context)
    {
        var chosen = language == "en" ? "en" : "zh-CN";
        context.Response.Cookies.Append(CookieRequestCultureProvider.DefaultCookieName, CookieRequestCultureProvider.MakeCookieValue(new RequestCulture("zh-CN", chosen)),
            new CookieOptions { MaxAge = TimeSpan.FromDays(365), SameSite = SameSiteMode.Lax, HttpOnly = true, Secure = context.Request.IsHttps });
        return Results.LocalRedirect(LocalPath.OrHome(returnTo));
    }
}
