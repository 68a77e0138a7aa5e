using System.Globalization;
using DoubleRandom.Host.Accounts;
using DoubleRandom.Host.Api;
using DoubleRandom.Host.Background;
using DoubleRandom.Host.Clock;
using DoubleRandom.Host.Data;
using DoubleRandom.Host.Feeds;
using DoubleRandom.Host.Pages;
using DoubleRandom.Host.Pages.Portal;
using DoubleRandom.Host.Simulation;
using DoubleRandom.Host.Start;
using DoubleRandom.Host.Studio;
using DoubleRandom.Host.Web;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;

namespace DoubleRandom.Host;

/// <summary>The web server's table of contents: what it is made of, and in which order a request passes.</summary>
internal static class WebHost
{
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        // Static files lie beside the program, wherever it was started.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            // Settings are read at start. Watching for changes would watch every folder below the program, the data folder's too where it lies there.
            Args = [.. args, "--hostBuilder:reloadConfigOnChange=false"],
            ContentRootPath = AppContext.BaseDirectory,
        });
        var settings = DatabaseSettings.From(builder.Configuration);
        settings.MakeModelAhead();
        // Whether every service can be made is a test's question; asked at each start it would cost a tenth of a second.
        builder.Host.UseDefaultServiceProvider(o => (o.ValidateScopes, o.ValidateOnBuild) = (true, false));
        if (string.IsNullOrEmpty(builder.Configuration["urls"])) builder.WebHost.UseUrls("http://127.0.0.1:5080");
        // What the server is made of is nobody's business outside.
        builder.WebHost.ConfigureKestrel(o => o.AddServerHeader = false);
        builder.Services.AddDoubleRandom(settings);
        builder.Services.AddSingleton<StartGate>();
        builder.Services.AddSessions();
        builder.Services.AddPortal();
        builder.Services.AddHealth();
        builder.Services.AddFeeds();
        builder.Services.AddWaker();
        builder.Services.AddApi();
        builder.Services.AddRazorComponents();
        builder.Services.AddPages();
        builder.Services.AddStudio();
        builder.Services.AddSimulation();
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseErrorPages();
        app.UseSecurityHeaders();
        app.UseRequestLocalization(o =>
        {
            o.DefaultRequestCulture = new("zh-CN");
            o.SupportedUICultures = [new CultureInfo("zh-CN"), new CultureInfo("en")];
            o.SupportedCultures = [new CultureInfo("zh-CN")];
            // Pages are Chinese; only a program that asks for English gets a refusal's English text.
            o.ApplyCurrentCultureToResponseHeaders = true;
        });
        app.UseWhen(static c => c.Request.Path.StartsWithSegments("/api"), static api => api.UseStatusCodePages());
        app.UseStaticFiles();
        app.UseStudioAssets();
        app.UseStartGate();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UsePortal();
        app.UseAntiforgery();

        app.MapPortal();
        app.MapHealth();
        app.MapFeeds();
        app.MapOpenApi().AllowAnonymous();
        app.MapPost("/signout", SignOutAsync).ExcludeFromDescription();
        app.MapAdvanceDay();
        app.MapApi();
        app.MapPagesRoutes();
        app.MapStudio();
        app.MapRazorComponents<App>();
        return app;
    }

    private static async Task<IResult> SignOutAsync(HttpContext context, IAntiforgery antiforgery)
    {
        if (!await antiforgery.IsRequestValidAsync(context)) return Results.BadRequest();
        await context.SignOutAsync();
        return Results.Redirect("/");
    }
}
