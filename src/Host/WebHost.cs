using DoubleRandom.Host.Data;

namespace DoubleRandom.Host;

/// <summary>The web server's table of contents: what it is made of, and in which order a request passes.</summary>
internal static class WebHost
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddDoubleRandom(DatabaseSettings.From(builder.Configuration));
        builder.Host.UseDefaultServiceProvider(o => (o.ValidateScopes, o.ValidateOnBuild) = (true, true));
        if (string.IsNullOrEmpty(builder.Configuration["urls"])) builder.WebHost.UseUrls("http://127.0.0.1:5080");

        var app = builder.Build();
        app.MapGet("/", () => "双随机、一公开");
        return app;
    }
}
