using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DoubleRandom.Tests.Support;

/// <param name="Target">Path and query as they came.</param>
internal sealed record WebhookCall(string Target, string Body, string? Authorization, string? IdempotencyKey);

/// <summary>A real web server of the test's own that robots and gateways can be: keeps what it is told and answers as it is told.</summary>
internal sealed class WebhookServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<WebhookCall> _calls = [];

    private WebhookServer(WebApplication app) => _app = app;

    public string Address { get; private set; } = "";

    /// <summary>Status and body of the answer; waits as long as it likes.</summary>
    public Func<HttpContext, Task<(int Status, string Body)>> Answer { get; set; } = _ => Task.FromResult((200, """{"errcode":0,"errmsg":"ok"}"""));

    public IReadOnlyList<WebhookCall> Calls
    {
        get { lock (_calls) return [.. _calls]; }
    }

    public static async Task<WebhookServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new WebhookServer(builder.Build());
        server._app.Run(server.TakeAsync);
        await server._app.StartAsync();
        server.Address = server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var (status, answer) = await Answer(context);
        lock (_calls)
            _calls.Add(new WebhookCall(context.Request.Path + context.Request.QueryString, body, context.Request.Headers.Authorization.FirstOrDefault(), context.Request.Headers["Idempotency-Key"].FirstOrDefault()));
        context.Response.StatusCode = status;
        if (status is (int)HttpStatusCode.Found) context.Response.Headers.Location = answer;
        else await context.Response.WriteAsync(answer, context.RequestAborted);
    }
}
