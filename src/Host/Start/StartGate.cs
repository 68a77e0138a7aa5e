using System.Globalization;
using System.Net.Mime;
using DoubleRandom.Basics;

namespace DoubleRandom.Host.Start;

/// <summary>
/// Lets the server open its port while the database is still being prepared, the longer part of a start: requests and duties wait here until it
/// is. Where the database is refused nothing passes at all. A server that nobody closed is open.
/// </summary>
internal sealed class StartGate
{
    private TaskCompletionSource<bool>? _closed;

    public void Close() => _closed = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Open() => _closed?.TrySetResult(true);

    /// <summary>The database was refused: whoever waits is sent away, and the program ends.</summary>
    public void Refuse() => _closed?.TrySetResult(false);

    /// <returns>False when the start was refused.</returns>
    public Task<bool> PassAsync(CancellationToken cancellationToken)
        => _closed is not { } closed ? Passed : closed.Task.IsCompleted ? closed.Task : closed.Task.WaitAsync(cancellationToken);

    private static Task<bool> Passed { get; } = Task.FromResult(true);
}

internal static class StartGateMiddleware
{
    public static void UseStartGate(this IApplicationBuilder app)
    {
        var gate = app.ApplicationServices.GetRequiredService<StartGate>();
        app.Use(next => context =>
        {
            var passed = gate.PassAsync(context.RequestAborted);
            return passed is { IsCompletedSuccessfully: true, Result: true } ? next(context) : AfterAsync(passed, next, context);
        });
    }

    private static async Task AfterAsync(Task<bool> passed, RequestDelegate next, HttpContext context)
    {
        if (await passed) await next(context);
        else await SendAwayAsync(context);
    }

    /// <summary>No page can be made here, for pages read the database; so this one is complete in itself.</summary>
    private static Task SendAwayAsync(HttpContext context)
    {
        var (title, remedy) = (Texts.Of("start.refused"), Texts.Of("start.refused-remedy"));
        if (!context.Request.Headers.Accept.ToString().Contains(MediaTypeNames.Text.Html, StringComparison.OrdinalIgnoreCase))
            return Results.Problem(remedy, statusCode: StatusCodes.Status503ServiceUnavailable, title: title).ExecuteAsync(context);
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync($"""
            <!doctype html>
            <html lang="{CultureInfo.CurrentUICulture.Name}">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/site.css"><title>{title}</title></head>
            <body><main class="narrow"><h1>{title}</h1><p>{remedy}</p></main></body>
            </html>

            """, context.RequestAborted);
    }
}
