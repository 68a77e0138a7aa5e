using DoubleRandom.Basics;
using DoubleRandom.Host.Accounts;
using DoubleRandom.Host.Data;

namespace DoubleRandom.Host.Pages.Inbox;

/// <summary>Tells an open inbox that it has changed, as server-sent events; the page then reads itself again.</summary>
internal static class InboxLive
{
    /// <summary>What other hosts commit is seen this late at the most.</summary>
    private static readonly TimeSpan Recheck = TimeSpan.FromSeconds(10);

    /// <summary>A busy office commits many times a second; a list that changes under the eyes helps nobody.</summary>
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(1);

    /// <summary>Then the browser comes again by itself, with its session checked anew.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    public static async Task StreamAsync(HttpContext http, CurrentActor current, CommitPulse pulse, IServiceScopeFactory scopes, IHostApplicationLifetime lifetime)
    {
        var actor = current.Actor!;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        stop.CancelAfter(Longest);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        try
        {
            await http.Response.WriteAsync("retry: 5000\n\n", stop.Token);
            await http.Response.Body.FlushAsync(stop.Token);
            var seen = await SignatureAsync(scopes, actor, stop.Token);
            while (true)
            {
                var next = pulse.NextAsync();
                await Task.WhenAny(next, Task.Delay(Recheck, stop.Token));
                stop.Token.ThrowIfCancellationRequested();
                await Task.Delay(Calm, stop.Token);
                var now = await SignatureAsync(scopes, actor, stop.Token);
                // A comment keeps the line open through proxies.
                await http.Response.WriteAsync(now == seen ? ": \n\n" : "event: changed\ndata: 1\n\n", stop.Token);
                await http.Response.Body.FlushAsync(stop.Token);
                seen = now;
            }
        }
        catch (OperationCanceledException)
        {
            // The reader has gone, or the time is up.
        }
    }

    private static async Task<string> SignatureAsync(IServiceScopeFactory scopes, Actor actor, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<InboxQueries>().SignatureAsync(actor, cancellationToken);
    }
}
