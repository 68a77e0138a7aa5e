using System.Text;
using DoubleRandom.Documents.Issuing;
using DoubleRandom.Host.Accounts;
using DoubleRandom.Host.Pages.Cases;
using DoubleRandom.Host.Pages.Errors;
using DoubleRandom.Host.Pages.Escalation;
using DoubleRandom.Host.Pages.Inbox;
using DoubleRandom.Host.Pages.Parts;
using DoubleRandom.Host.Pages.Plans;
using DoubleRandom.Host.Pages.Registers;
using DoubleRandom.Host.Simulation;
using DoubleRandom.Host.Web;
using DoubleRandom.Inspections.Evidence;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Localization;

namespace DoubleRandom.Host.Pages;

internal static class PagesRoutes
{
    /// <summary>A paper's own styles are in it; nothing in it may run or load.</summary>
    private const string PaperPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox allow-modals";

    /// <summary>Persons get a page for what went wrong; programs (<c>/api</c>, <c>/elsa</c>, <c>/health</c>) get problem details. Neither learns anything of the inside.</summary>
    public static void UseErrorPages(this WebApplication app)
    {
        app.UseStatusCodePagesWithReExecute("/errors/{0}", createScopeForStatusCodePages: true);
        app.Use(static (context, next) =>
        {
            if (IsProgram(context.Request.Path) && context.Features.Get<IStatusCodePagesFeature>() is { } pages) pages.Enabled = false;
            return next(context);
        });
        app.Use(LeaveNoEmptyPageAsync);
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = AnswerExceptionAsync });
    }

    /// <summary>What pages link to and is no page itself.</summary>
    public static void MapPagesRoutes(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/language/{language}", ChooseLanguage).AllowAnonymous().ExcludeFromDescription();
        routes.MapGet("/inbox/live", InboxLive.StreamAsync).RequireAuthorization().WithMetadata(new OpenToOutsidersAttribute()).ExcludeFromDescription();
        routes.MapGet("/cases/{number}/evidence/{id:guid}", EvidenceAsync).RequireAuthorization().WithMetadata(new OpenToOutsidersAttribute()).ExcludeFromDescription();
        routes.MapGet("/documents/{id:guid}/page", DocumentAsync).RequireAuthorization().WithMetadata(new OpenToOutsidersAttribute()).ExcludeFromDescription();
        routes.MapGet("/documents/{id:guid}.docx", DocumentFileAsync).RequireAuthorization().WithMetadata(new OpenToOutsidersAttribute()).ExcludeFromDescription();
        routes.MapGet("/workflows/publishing/simulations/{job:guid}/documents/{at:int}", SimulatedDocument).RequireAuthorization().ExcludeFromDescription();
        routes.MapRegisterFiles();
        routes.MapPlanFiles();
        routes.MapCalendarFiles();
    }

    private static bool IsProgram(PathString path)
        => path.StartsWithSegments("/api") || path.StartsWithSegments("/elsa") || path.StartsWithSegments("/health") || path.StartsWithSegments("/openapi");

    /// <summary>
    /// A press on a stale page: the framework answers 400 with a type and without a body, which a browser shows as an empty page. Without the type the
    /// page above is put in its place. The type is a plain text's when the page has no such form any more, else the press itself was not to be trusted.
    /// </summary>
    private static async Task LeaveNoEmptyPageAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        var answer = context.Response;
        if (answer.HasStarted || answer.StatusCode != StatusCodes.Status400BadRequest || answer.ContentLength is not null || !HttpMethods.IsPost(context.Request.Method) || IsProgram(context.Request.Path)) return;
        if (answer.ContentType?.StartsWith("text/plain", StringComparison.Ordinal) is true) context.Items[ErrorPage.FormGone] = true;
        answer.ContentType = null;
        // The page in its place is read and takes nothing from the form.
        context.Request.Method = HttpMethods.Get;
    }

    /// <summary>An answer without a body becomes the page above.</summary>
    private static async Task AnswerExceptionAsync(HttpContext context)
    {
        if (IsProgram(context.Request.Path)) await Results.Problem(statusCode: context.Response.StatusCode).ExecuteAsync(context);
    }

    /// <summary>Evidence as it was handed in. Only pictures are shown in place, and nothing in it may run.</summary>
    private static async Task<IResult> EvidenceAsync(string number, Guid id, CaseQueries cases, EvidenceStore store, HttpContext context)
    {
        if (await cases.EvidenceAsync(number, id, context.RequestAborted) is not { } item || store.Open(item.Sha256) is not { } bytes) return Results.NotFound();
        if (await Secrecy.AskAsync(context, number) is not null) return Results.StatusCode(StatusCodes.Status403Forbidden);
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        context.Response.Headers.CacheControl = "private, max-age=3600";
        return Results.Stream(bytes, item.ContentType, Uploads.IsImage(item.ContentType) ? null : item.Name, enableRangeProcessing: true);
    }

    /// <summary>The page as it was signed.</summary>
    private static async Task<IResult> DocumentAsync(Guid id, DocumentQueries documents, HttpContext context)
    {
        if (await documents.FindAsync(id, context.RequestAborted) is not { } document) return Results.NotFound();
        if (await Secrecy.AskAsync(context, document) is not null) return Results.StatusCode(StatusCodes.Status403Forbidden);
        context.Response.Headers.ContentSecurityPolicy = PaperPolicy;
        return Results.Text(document.Html, "text/html", Encoding.UTF8);
    }

    /// <summary>A paper of a trial: nobody's, and gone with the trial.</summary>
    private static IResult SimulatedDocument(Guid job, int at, Simulations simulations, CurrentActor current, HttpContext context)
    {
        if (current.Actor is not { } actor || !Simulations.MayRun(actor)) return Results.StatusCode(StatusCodes.Status403Forbidden);
        if (simulations.Find(job)?.Report?.Documents is not { } documents || at < 0 || at >= documents.Count) return Results.NotFound();
        context.Response.Headers.ContentSecurityPolicy = PaperPolicy;
        context.Response.Headers.CacheControl = "no-store";
        return Results.Text(documents[at].Html, "text/html", Encoding.UTF8);
    }

    private static async Task<IResult> DocumentFileAsync(Guid id, DocumentQueries documents, HttpContext context)
    {
        if (await documents.FindAsync(id, context.RequestAborted) is not { } document) return Results.NotFound();
        if (await Secrecy.AskAsync(context, document) is not null) return Results.StatusCode(StatusCodes.Status403Forbidden);
        return Results.File(DocumentQueries.Docx(document), "application/vnd.openxmlformats-officedocument.wordprocessingml.document", $"{document.Title}{document.Number}.docx");
    }

    private static IResult ChooseLanguage(string language, string? returnTo, HttpContext context)
    {
        var chosen = language == "en" ? "en" : "zh-CN";
        context.Response.Cookies.Append(CookieRequestCultureProvider.DefaultCookieName, CookieRequestCultureProvider.MakeCookieValue(new RequestCulture("zh-CN", chosen)),
            new CookieOptions { MaxAge = TimeSpan.FromDays(365), SameSite = SameSiteMode.Lax, HttpOnly = true, Secure = context.Request.IsHttps });
        return Results.LocalRedirect(LocalPath.OrHome(returnTo));
    }
}
