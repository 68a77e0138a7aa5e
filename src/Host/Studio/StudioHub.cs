using System.Collections.Concurrent;
using DoubleRandom.Engine.Storage;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Studio;

/// <summary>
/// Elsa's hub for the instance viewer: who looks at an instance is told when it has moved, and the viewer asks again. The Studio derives the
/// address from the one of the API.
/// </summary>
[Authorize]
internal sealed class StudioHub(InstanceWatch watch) : Hub
{
    public const string Address = "/elsa/hubs/workflow-instance";

    public override Task OnConnectedAsync()
    {
        // A socket is opened without our token: the origin tells whose page it is.
        var origin = Context.GetHttpContext()?.Request.Headers.Origin.ToString();
        var own = string.IsNullOrEmpty(origin) || (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Authority == Context.GetHttpContext()!.Request.Host.Value);
        if (!own || Context.User is not { } user || !StudioAccess.Viewers.Any(user.IsInRole)) Context.Abort();
        return base.OnConnectedAsync();
    }

    /// <summary>Called by the Studio, which knows the method by this name.</summary>
    public async Task ObserveInstanceAsync(string instanceId)
    {
        if (!Guid.TryParse(instanceId, out var id)) return;
        await Groups.AddToGroupAsync(Context.ConnectionId, id.ToString(), Context.ConnectionAborted);
        await watch.ObserveAsync(Context.ConnectionId, id, Context.ConnectionAborted);
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        watch.Forget(Context.ConnectionId);
        return base.OnDisconnectedAsync(exception);
    }
}

/// <summary>
/// Looks at the revisions of the instances that somebody watches, twice a second, and tells their viewers: so it is the same whichever host or
/// duty moved the case. Without viewers it asks nothing.
/// </summary>
internal sealed class InstanceWatch(IHubContext<StudioHub> hub, IServiceScopeFactory scopes, ILogger<InstanceWatch> logger) : BackgroundService
{
    /// <summary>The most viewers told on one host; the others ask by themselves when they are loaded again.</summary>
    private const int MaxViewers = 200;

    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<string, Guid> _viewers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Guid, int> _seen = new();

    /// <summary>From its state of this moment on every move of the instance is told.</summary>
    public async Task ObserveAsync(string connection, Guid instance, CancellationToken cancellationToken)
    {
        if (_viewers.Count >= MaxViewers && !_viewers.ContainsKey(connection)) return;
        _viewers[connection] = instance;
        await using var scope = scopes.CreateAsyncScope();
        foreach (var revision in await scope.ServiceProvider.GetRequiredService<DbContext>().Set<WorkflowInstanceRow>().Where(i => i.Id == instance).Select(i => i.Revision).ToListAsync(cancellationToken))
            _seen.TryAdd(instance, revision);
    }

    public void Forget(string connection) => _viewers.TryRemove(connection, out _);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (_viewers.IsEmpty)
                {
                    _seen.Clear();
                    continue;
                }
                try
                {
                    await LookAsync(stoppingToken);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // A database that is away is reported elsewhere; the next look tells.
                    logger.WatchFailed(e);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var ids = _viewers.Values.ToHashSet();
        foreach (var gone in _seen.Keys.Where(id => !ids.Contains(id)).ToList()) _seen.TryRemove(gone, out _);
        await using var scope = scopes.CreateAsyncScope();
        var revisions = await scope.ServiceProvider.GetRequiredService<DbContext>().Set<WorkflowInstanceRow>().AsNoTracking().Where(i => ids.Contains(i.Id)).Select(i => new { i.Id, i.Revision }).ToListAsync(cancellationToken);
        foreach (var now in revisions)
        {
            var known = _seen.TryGetValue(now.Id, out var before);
            _seen[now.Id] = now.Revision;
            if (known && before != now.Revision) await TellAsync(now.Id, scope.ServiceProvider.GetRequiredService<StudioJournal>(), cancellationToken);
        }
    }

    private async Task TellAsync(Guid instance, StudioJournal journal, CancellationToken cancellationToken)
    {
        var viewers = hub.Clients.Group(instance.ToString());
        var report = await journal.ReportAsync(new StudioReportQuery(instance, null), cancellationToken);
        await viewers.SendAsync("WorkflowInstanceUpdatedAsync", new { workflowInstanceId = instance.ToString() }, cancellationToken);
        await viewers.SendAsync("WorkflowExecutionLogUpdatedAsync", new { }, cancellationToken);
        await viewers.SendAsync("ActivityExecutionLogUpdatedAsync", report, cancellationToken);
    }
}

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Watched instances could not be looked at")]
    public static partial void WatchFailed(this ILogger logger, Exception exception);
}
