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
    public void ObserveInstanceAsync(string instanceId)
    {
        if (Guid.TryParse(instanceId, out var id)) watch.Observe(Context.ConnectionId, id);
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
/// <remarks>
/// The Studio's viewer reads first and observes afterwards, and it draws the lines of the journal that it has read only when it is told of the
/// instance the next time. So a new observer is told what stands, each move is told twice, and who has read the journal is told of the instance again:
/// whatever comes first in the browser, the last telling finds everything read.
/// </remarks>
internal sealed class InstanceWatch(IHubContext<StudioHub> hub, IServiceScopeFactory scopes, ILogger<InstanceWatch> logger) : BackgroundService
{
    /// <summary>The most viewers told on one host; the others ask by themselves when they are loaded again.</summary>
    private const int MaxViewers = 200;

    /// <summary>The most times the reading of the journal is answered after one move: what a person reads by scrolling needs no telling.</summary>
    private const int MaxRedraws = 8;

    /// <summary>Looks between the first and the second telling of a move: two seconds.</summary>
    private const int Again = 4;

    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<string, Viewer> _viewers = new(StringComparer.Ordinal);

    /// <summary>What stands is told at the next look, and from then on every move.</summary>
    public void Observe(string connection, Guid instance)
    {
        if (_viewers.Count < MaxViewers || _viewers.ContainsKey(connection)) _viewers[connection] = new Viewer(instance);
    }

    public void Forget(string connection) => _viewers.TryRemove(connection, out _);

    /// <summary>Somebody has read the journal of the instance.</summary>
    public void JournalRead(Guid instance)
    {
        foreach (var viewer in _viewers.Values.Where(v => v.Instance == instance)) viewer.MarkRead();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (_viewers.IsEmpty) continue;
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
        var viewers = _viewers.ToArray();
        var ids = viewers.Select(v => v.Value.Instance).ToHashSet();
        await using var scope = scopes.CreateAsyncScope();
        var revisions = await scope.ServiceProvider.GetRequiredService<DbContext>().Set<WorkflowInstanceRow>().AsNoTracking().Where(i => ids.Contains(i.Id))
            .Select(i => new { i.Id, i.Revision, i.Status }).ToListAsync(cancellationToken);
        foreach (var now in revisions)
        {
            List<string> moved = [], read = [];
            foreach (var (connection, viewer) in viewers.Where(v => v.Value.Instance == now.Id))
            {
                if (viewer.Revision != now.Revision)
                {
                    (viewer.Revision, viewer.Left) = (now.Revision, Again);
                    viewer.AllowRedraws(MaxRedraws);
                    moved.Add(connection);
                }
                else if (viewer.Left > 0 && --viewer.Left == 0)
                {
                    moved.Add(connection);
                }
                // A finished instance is read anew by the viewer whenever it is told of it: telling it of its own reading would never end.
                else if (now.Status is WorkflowStatus.Running && viewer.TakeRead())
                {
                    read.Add(connection);
                }
            }
            if (moved.Count > 0) await TellAsync(now.Id, hub.Clients.Clients(moved), scope.ServiceProvider.GetRequiredService<StudioJournal>(), cancellationToken);
            if (read.Count > 0) await TellInstanceAsync(now.Id, hub.Clients.Clients(read), cancellationToken);
        }
    }

    private static async Task TellAsync(Guid instance, IClientProxy viewers, StudioJournal journal, CancellationToken cancellationToken)
    {
        var report = await journal.ReportAsync(new StudioReportQuery(instance, null), cancellationToken);
        await viewers.SendAsync("WorkflowExecutionLogUpdatedAsync", new { }, cancellationToken);
        await viewers.SendAsync("ActivityExecutionLogUpdatedAsync", report, cancellationToken);
        await TellInstanceAsync(instance, viewers, cancellationToken);
    }

    private static Task TellInstanceAsync(Guid instance, IClientProxy viewers, CancellationToken cancellationToken)
        => viewers.SendAsync("WorkflowInstanceUpdatedAsync", new { workflowInstanceId = instance.ToString() }, cancellationToken);

    /// <summary>One connection and what it was told; apart from the marks of readings only the look writes here.</summary>
    private sealed class Viewer(Guid instance)
    {
        private int _read, _redraws;

        public Guid Instance => instance;

        /// <summary>As it was last told; -1: not yet.</summary>
        public int Revision { get; set; } = -1;

        /// <summary>Looks until the move is told once more; 0: done.</summary>
        public int Left { get; set; }

        public void AllowRedraws(int most) => _redraws = most;

        /// <summary>Two looks: the answer may still be on its way at the first.</summary>
        public void MarkRead() => Volatile.Write(ref _read, 2);

        public bool TakeRead()
        {
            if (_redraws == 0 || Volatile.Read(ref _read) == 0) return false;
            Interlocked.Decrement(ref _read);
            _redraws--;
            return true;
        }
    }
}

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Watched instances could not be looked at")]
    public static partial void WatchFailed(this ILogger logger, Exception exception);
}
