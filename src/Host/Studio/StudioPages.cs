using DoubleRandom.Host.Accounts;
using DoubleRandom.Host.Simulation;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DoubleRandom.Host.Studio;

/// <summary>
/// The designer's pages: the real Elsa Studio, as elements in pages of ours. Addresses are the Studio's own, so that what it pushes into
/// the address bar can be loaded again.
/// </summary>
internal static class StudioPages
{
    public const string Root = "/studio";

    /// <summary>
    /// The runtime compiles WebAssembly (<c>wasm-unsafe-eval</c>), its components set style attributes, the code editor works in a blob
    /// worker. Inline script: only the two texts of this version of the Studio that bind Ctrl+S and Ctrl+R, by their hashes. No <c>eval</c>;
    /// nothing from and to elsewhere.
    /// </summary>
    public const string ContentSecurityPolicy =
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval' 'sha256-snlP1jz0gjwc5cTz9ErZcliXuCK63+Mmf68RRCeptgc=' 'sha256-vu6sQrKXQHR4Yn3FMMihA/9TxxfIXnCxKwvLrTPJ5ts='; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        + "connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'";

    public static IServiceCollection AddStudio(this IServiceCollection services)
    {
        services.AddSingleton<StudioAssets>();
        services.AddScoped<StudioOptions>();
        services.AddScoped<StudioDescriptors>();
        services.AddScoped<StudioDefinitions>();
        services.AddScoped<StudioGraphs>();
        services.AddScoped<StudioInstances>();
        services.AddScoped<StudioJournal>();
        services.AddSignalR(o => o.MaximumReceiveMessageSize = 4 * 1024);
        services.AddSingleton<InstanceWatch>().AddHostedService(s => s.GetRequiredService<InstanceWatch>());
        return services;
    }

    public static void UseStudioAssets(this WebApplication app)
    {
        var assets = app.Services.GetRequiredService<StudioAssets>();
        app.Use(next => context => assets.ServeAsync(context, next));
    }

    public static void MapStudio(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Root).RequireAuthorization().ExcludeFromDescription();
        pages.MapGet("", Page("elsa-workflow-definition-list", "流程定义"));
        pages.MapGet("/workflows/definitions", Page("elsa-workflow-definition-list", "流程定义"));
        pages.MapGet("/workflows/definitions/{id}/edit", Page("elsa-workflow-definition-editor", "流程图"));
        pages.MapGet("/workflows/instances", Page("elsa-workflow-instance-list", "流程实例"));
        pages.MapGet("/workflows/instances/{id}/view", Page("elsa-workflow-instance-viewer", "流程实例"));
        routes.MapStudioApi();
        routes.MapHub<StudioHub>(StudioHub.Address, o => o.CloseOnAuthenticationExpiration = true);
    }

    private static RequestDelegate Page(string element, string title)
        => context =>
        {
            var (current, assets) = (context.RequestServices.GetRequiredService<CurrentActor>(), context.RequestServices.GetRequiredService<StudioAssets>());
            var may = StudioAccess.MayView(current);
            var shown = may && assets.IsInstalled;
            return new RazorComponentResult<StudioPage>(new Dictionary<string, object?>
            {
                [nameof(StudioPage.Title)] = title,
                [nameof(StudioPage.Element)] = shown ? element : null,
                [nameof(StudioPage.Id)] = context.GetRouteValue("id") as string,
                [nameof(StudioPage.PersonName)] = current.Actor?.Name,
                [nameof(StudioPage.MayView)] = may,
                [nameof(StudioPage.MayTry)] = current.Actor is { } actor && Simulations.MayRun(actor),
                [nameof(StudioPage.MayEdit)] = StudioAccess.MayEdit(current),
                // The Studio knows nothing of our tokens: a script of ours adds it to every request.
                [nameof(StudioPage.Token)] = shown ? context.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(context).RequestToken : null,
            })
            {
                StatusCode = may ? assets.IsInstalled ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable : StatusCodes.Status403Forbidden,
            }.ExecuteAsync(context);
        };
}
