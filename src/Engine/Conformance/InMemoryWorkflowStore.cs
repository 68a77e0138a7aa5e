using System.Text.Json;
using DoubleRandom.Engine.Storage;

namespace DoubleRandom.Engine.Conformance;

/// <summary>A store for one process and one thread: conformance cases and unit tests of the engine. Rows are copied in and out, as a database does.</summary>
internal sealed class InMemoryWorkflowStore : IWorkflowStore
{
    private readonly Dictionary<Guid, WorkflowInstanceRow> _instances = [];
    private readonly Dictionary<Guid, BookmarkRow> _bookmarks = [];
    private readonly Dictionary<Guid, IncidentRow> _incidents = [];
    private readonly Dictionary<Guid, DispatchRow> _dispatches = [];
    private readonly Dictionary<Guid, SignalRow> _signals = [];
    private readonly Dictionary<Guid, ChildCountRow> _childCounts = [];

    public List<JournalRow> Journal { get; } = [];

    public IReadOnlyCollection<IncidentRow> Incidents => _incidents.Values;

    public IReadOnlyCollection<BookmarkRow> Bookmarks => _bookmarks.Values;

    public IReadOnlyCollection<WorkflowInstanceRow> Instances => _instances.Values;

    public Task<LockedInstance?> LockAsync(Guid instanceId, CancellationToken cancellationToken)
        => Task.FromResult(Copy(_instances.GetValueOrDefault(instanceId)) is { } instance
            ? new LockedInstance(instance, [.. _bookmarks.Values.Where(b => b.InstanceId == instanceId).Select(b => Copy(b)!)]) : null);

    public Task<WorkflowInstanceRow?> FindInstanceAsync(Guid id, CancellationToken cancellationToken) => Task.FromResult(Copy(_instances.GetValueOrDefault(id)));

    public async Task<IReadOnlyDictionary<Guid, WorkflowInstanceRow>> FindInstancesAsync(IEnumerable<Guid> ids, CancellationToken cancellationToken)
    {
        var found = new Dictionary<Guid, WorkflowInstanceRow>();
        foreach (var id in ids)
        {
            if (await FindInstanceAsync(id, cancellationToken) is { } instance) found[id] = instance;
        }
        return found;
    }

    public Task<IReadOnlyList<BookmarkRow>> FindEventBookmarksAsync(string hash, string? correlationId, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<BookmarkRow>>([.. _bookmarks.Values.Where(b => b.Hash == hash && (correlationId is null || b.CorrelationId == correlationId)).Select(b => Copy(b)!)]);

    public Task<IncidentRow?> FindIncidentAsync(Guid id, CancellationToken cancellationToken) => Task.FromResult(Copy(_incidents.GetValueOrDefault(id)));

    public Task<bool> AnyRunningAsync(string? definitionId, string? correlationId, CancellationToken cancellationToken)
        => Task.FromResult(_instances.Values.Any(i => i.Status is WorkflowStatus.Running && (definitionId is null || i.DefinitionId == definitionId) && (correlationId is null || i.CorrelationId == correlationId)));

    public Task<IReadOnlyList<Guid>> RunningChildrenAsync(Guid parentInstanceId, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<Guid>>([.. _instances.Values.Where(i => i.ParentInstanceId == parentInstanceId && i.RootInstanceId != i.Id && i.Status is WorkflowStatus.Running).Select(i => i.Id)]);

    public void Stage(Checkpoint checkpoint)
    {
        var stored = _instances.GetValueOrDefault(checkpoint.Instance.Id);
        if (checkpoint.IsNew ? stored is not null : stored?.Revision != checkpoint.Instance.Revision - 1) throw new InvalidOperationException("Revision conflict.");
        _instances[checkpoint.Instance.Id] = Copy(checkpoint.Instance)!;
        foreach (var id in checkpoint.RemovedBookmarks) _bookmarks.Remove(id);
        foreach (var row in checkpoint.AddedBookmarks) _bookmarks.Add(row.Id, Copy(row)!);
        foreach (var row in checkpoint.AddedIncidents) _incidents.Add(row.Id, Copy(row)!);
        foreach (var row in checkpoint.ResolvedIncidents) _incidents[row.Id] = Copy(row)!;
        foreach (var row in checkpoint.Dispatches) _dispatches.Add(row.Id, Copy(row)!);
        foreach (var row in checkpoint.Signals) _signals.Add(row.Id, Copy(row)!);
        foreach (var row in checkpoint.ChildCounts) _childCounts.Add(row.ExecutionId, Copy(row)!);
        Journal.AddRange(checkpoint.Journal);
    }

    public Task<IReadOnlyList<DispatchRow>> LockDispatchesAsync(int max, int skip, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<DispatchRow>>([.. _dispatches.Values.Where(d => d.StartedAt is null).Skip(skip).Take(max).Select(d => Copy(d)!)]);

    public Task<IReadOnlyList<SignalRow>> PendingSignalsAsync(int max, int skip, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<SignalRow>>([.. _signals.Values.Where(s => s.ConsumedAt is null).Skip(skip).Take(max).Select(s => Copy(s)!)]);

    public Task<SignalRow?> LockSignalAsync(Guid id, CancellationToken cancellationToken) => Task.FromResult(_signals[id].ConsumedAt is null ? Copy(_signals[id]) : null);

    public Task<ChildCountRow?> LockChildCountAsync(Guid executionId, CancellationToken cancellationToken) => Task.FromResult(Copy(_childCounts.GetValueOrDefault(executionId)));

    public void CountChild(ChildCountRow row, bool cancelled)
    {
        (row.Waiting, row.AnyCancelled) = (row.Waiting - 1, row.AnyCancelled || cancelled);
        if (row.Waiting > 0) _childCounts[row.ExecutionId] = Copy(row)!;
        else _childCounts.Remove(row.ExecutionId);
    }

    public Task<IReadOnlyList<BookmarkRow>> DueBookmarksAsync(DateTime at, int max, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<BookmarkRow>>([.. _bookmarks.Values.Where(b => b.DueAt <= at).Take(max).Select(b => Copy(b)!)]);

    public void MarkDispatched(IReadOnlyCollection<Guid> dispatchIds, DateTime at)
    {
        foreach (var id in dispatchIds) _dispatches[id].StartedAt = at;
    }

    public void MarkConsumed(Guid signalId, DateTime at) => _signals[signalId].ConsumedAt = at;

    private static T? Copy<T>(T? row) where T : class => row is null ? null : JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(row));
}
