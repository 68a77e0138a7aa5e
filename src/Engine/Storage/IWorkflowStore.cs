namespace DoubleRandom.Engine.Storage;

/// <summary>Everything one burst changed. Written as one batch in the caller's transaction.</summary>
public sealed class Checkpoint(WorkflowInstanceRow instance, bool isNew)
{
    public WorkflowInstanceRow Instance { get; } = instance;
    public bool IsNew { get; } = isNew;
    public List<BookmarkRow> AddedBookmarks { get; } = [];
    public List<Guid> RemovedBookmarks { get; } = [];
    public List<JournalRow> Journal { get; } = [];
    public List<ActivityExecutionRow> Executions { get; } = [];
    public List<IncidentRow> AddedIncidents { get; } = [];
    public List<IncidentRow> ResolvedIncidents { get; } = [];
    public List<DispatchRow> Dispatches { get; } = [];
    public List<SignalRow> Signals { get; } = [];
    public List<ChildCountRow> ChildCounts { get; } = [];

    /// <summary>Of a start: the versions taken because they were published; they must still be when this commits.</summary>
    public IReadOnlyList<string> PublishedVersions { get; set; } = [];
}

/// <summary>An instance, locked until the transaction ends, with the bookmarks it has now.</summary>
public sealed record LockedInstance(WorkflowInstanceRow Instance, IReadOnlyList<BookmarkRow> Bookmarks);

/// <summary>
/// The engine's rows, as seen from inside one unit of work. What was staged or marked before in the same unit is seen by every find.
/// </summary>
public interface IWorkflowStore
{
    /// <summary>Null when there is no such instance.</summary>
    Task<LockedInstance?> LockAsync(Guid instanceId, CancellationToken cancellationToken);

    /// <summary>The instance without a lock and without its state, for what never changes (pins of a root).</summary>
    Task<WorkflowInstanceRow?> FindInstanceAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>The same for many at once; who is not there is not among them.</summary>
    Task<IReadOnlyDictionary<Guid, WorkflowInstanceRow>> FindInstancesAsync(IEnumerable<Guid> ids, CancellationToken cancellationToken);

    /// <summary>Where an event is waited for.</summary>
    /// <param name="correlationId">Null: any correlation.</param>
    Task<IReadOnlyList<BookmarkRow>> FindEventBookmarksAsync(string hash, string? correlationId, CancellationToken cancellationToken);

    Task<IncidentRow?> FindIncidentAsync(Guid id, CancellationToken cancellationToken);

    /// <param name="definitionId">Null: of any definition.</param>
    /// <param name="correlationId">Null: under any correlation.</param>
    Task<bool> AnyRunningAsync(string? definitionId, string? correlationId, CancellationToken cancellationToken);

    /// <summary>The running children of an instance that belong to its case.</summary>
    Task<IReadOnlyList<Guid>> RunningChildrenAsync(Guid parentInstanceId, CancellationToken cancellationToken);

    /// <summary>A new instance whose id is known already refuses the whole unit with <c>engine.already-started</c>, at the latest when it commits.</summary>
    void Stage(Checkpoint checkpoint);

    /// <summary>Children that wait for their start, the oldest first, locked: what another transaction has in hand is passed over.</summary>
    /// <param name="skip">How many to pass over, in that order.</param>
    Task<IReadOnlyList<DispatchRow>> LockDispatchesAsync(int max, int skip, CancellationToken cancellationToken);

    /// <param name="skip">How many to pass over, in the order they were made.</param>
    Task<IReadOnlyList<SignalRow>> PendingSignalsAsync(int max, int skip, CancellationToken cancellationToken);

    /// <summary>The signal, locked; null when it was consumed meanwhile.</summary>
    Task<SignalRow?> LockSignalAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>What a step still waits for, locked; null: it is told of every child's end.</summary>
    Task<ChildCountRow?> LockChildCountAsync(Guid executionId, CancellationToken cancellationToken);

    /// <summary>One of the children has ended. The row, as it was locked, is counted down; at zero it goes.</summary>
    void CountChild(ChildCountRow row, bool cancelled);

    Task<IReadOnlyList<BookmarkRow>> DueBookmarksAsync(DateTime at, int max, CancellationToken cancellationToken);

    void MarkDispatched(IReadOnlyCollection<Guid> dispatchIds, DateTime at);

    void MarkConsumed(Guid signalId, DateTime at);
}
