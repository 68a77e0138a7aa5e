namespace DoubleRandom.Engine.Storage;

/// <summary>Elsa's status of an instance. A finished instance never changes its status again.</summary>
public enum WorkflowStatus { Running, Finished }

public enum WorkflowSubStatus { Pending, Executing, Suspended, Finished, Cancelled, Faulted }

public enum ActivityStatus { Pending, Running, Completed, Canceled, Faulted }

/// <summary>A workflow instance as it is kept between two bursts. <see cref="State"/> holds only what is live, so it stays small.</summary>
public sealed class WorkflowInstanceRow
{
    public Guid Id { get; set; }
    public required string DefinitionId { get; set; }
    public required string DefinitionVersionId { get; set; }
    public int Version { get; set; }
    public string? CorrelationId { get; set; }
    public string? Name { get; set; }

    /// <summary>The case this instance belongs to; its own id for a root.</summary>
    public Guid RootInstanceId { get; set; }
    public Guid? ParentInstanceId { get; set; }
    public Guid? ParentExecutionId { get; set; }
    public int ParentIndex { get; set; }

    /// <summary>On a root: definition id → version id of everything it can reach, fixed at the start (law 9).</summary>
    public string? Pins { get; set; }
    public WorkflowStatus Status { get; set; }
    public WorkflowSubStatus SubStatus { get; set; }
    public string State { get; set; } = "{}";
    public int IncidentCount { get; set; }

    /// <summary>Grows by one with every burst: two bursts of one instance can never both commit.</summary>
    public int Revision { get; set; }
    public DateTime CreatedAt { get; set; }
    public DateTime UpdatedAt { get; set; }
    public DateTime? FinishedAt { get; set; }
}

/// <summary>Where a branch waits. A resume consumes the row: the second one finds nothing (law 2).</summary>
public sealed class BookmarkRow
{
    public Guid Id { get; set; }
    public Guid InstanceId { get; set; }
    public required string Name { get; set; }
    public required string Hash { get; set; }
    public string Payload { get; set; } = "{}";
    public required string ActivityId { get; set; }
    public required string NodeId { get; set; }
    public Guid ExecutionId { get; set; }
    public string? CorrelationId { get; set; }
    public DateTime CreatedAt { get; set; }

    /// <summary>For Delay, StartAt and timers: the instant from which the sweep resumes it.</summary>
    public DateTime? DueAt { get; set; }
}

/// <summary>One line of the journal: what happened at which node, when, by whom.</summary>
public sealed class JournalRow
{
    public Guid InstanceId { get; set; }

    /// <summary>Strictly increasing within an instance.</summary>
    public long Sequence { get; set; }
    public DateTime At { get; set; }
    public required string ByName { get; set; }
    public required string ActivityId { get; set; }
    public required string ActivityType { get; set; }
    public string? ActivityName { get; set; }
    public required string NodeId { get; set; }
    public Guid ExecutionId { get; set; }
    public Guid? ParentExecutionId { get; set; }
    public required string EventName { get; set; }
    public string? Message { get; set; }
    public string? Payload { get; set; }
}

/// <summary>One execution of one activity: inputs as evaluated, outcomes, outputs, status.</summary>
public sealed class ActivityExecutionRow
{
    public Guid Id { get; set; }
    public Guid InstanceId { get; set; }
    public required string ActivityId { get; set; }
    public required string ActivityType { get; set; }
    public string? ActivityName { get; set; }
    public required string NodeId { get; set; }
    public ActivityStatus Status { get; set; }
    public DateTime StartedAt { get; set; }
    public DateTime? CompletedAt { get; set; }
    public string? State { get; set; }
    public string? Payload { get; set; }
    public string? Outputs { get; set; }
    public string? Exception { get; set; }
    public bool HasBookmarks { get; set; }
    public int AggregateFaultCount { get; set; }
    public Guid? ParentExecutionId { get; set; }
}

/// <summary>An exception parked its branch (law 10): it stays until a person retries or skips it.</summary>
public sealed class IncidentRow
{
    public Guid Id { get; set; }
    public Guid InstanceId { get; set; }
    public required string ActivityId { get; set; }
    public required string ActivityType { get; set; }
    public required string NodeId { get; set; }
    public Guid ExecutionId { get; set; }
    public required string Message { get; set; }
    public string? Detail { get; set; }
    public DateTime At { get; set; }
    public DateTime? ResolvedAt { get; set; }
    public string? ResolvedBy { get; set; }
    public string? Resolution { get; set; }
}

/// <summary>A child to be started in a transaction of its own; written in the parent's burst, unique by parent execution and index.</summary>
public sealed class DispatchRow
{
    public Guid Id { get; set; }
    public Guid ParentInstanceId { get; set; }
    public Guid ParentExecutionId { get; set; }
    public int Index { get; set; }
    public Guid ChildInstanceId { get; set; }

    /// <summary>The case the child joins; null: the child is a root, a case of its own.</summary>
    public Guid? RootInstanceId { get; set; }
    public required string DefinitionId { get; set; }
    public string? CorrelationId { get; set; }
    public string? Input { get; set; }
    public bool WaitForCompletion { get; set; }
    public DateTime CreatedAt { get; set; }
    public DateTime? StartedAt { get; set; }
}

/// <summary>
/// How many children a step still waits for, where it does nothing at each child's end but count. Kept beside the instance: its state, with the list of all
/// children's subjects in it, is written again only when the last has ended. Gone with the last.
/// </summary>
public sealed class ChildCountRow
{
    public Guid ExecutionId { get; set; }
    public int Waiting { get; set; }
    public bool AnyCancelled { get; set; }
}

/// <summary>What a signal tells.</summary>
public static class SignalKinds
{
    /// <summary>A child ended: to the step of its parent that waits for it.</summary>
    public const string Child = "child";

    /// <summary>An event by name and correlation: to whoever waits for it, and to the definitions it starts.</summary>
    public const string Event = "event";

    /// <summary>The instance was cancelled: its running children of the same case are.</summary>
    public const string CancelChildren = "cancel-children";
}

/// <summary>A message to an instance: a child that finished, or an event by name and correlation. Delivered once.</summary>
public sealed class SignalRow
{
    public Guid Id { get; set; }
    public required string Kind { get; set; }
    public Guid? InstanceId { get; set; }
    public Guid? ExecutionId { get; set; }
    public Guid? ChildInstanceId { get; set; }
    public int Index { get; set; }
    public string? EventName { get; set; }
    public string? CorrelationId { get; set; }
    public string? Payload { get; set; }
    public DateTime CreatedAt { get; set; }
    public DateTime? ConsumedAt { get; set; }
}
