using DoubleRandom.Inspections.WorkItems;

namespace DoubleRandom.Workflows.WorkItems;

/// <summary>Inside a unit of work: opens a work item in order to act on it.</summary>
public interface IWorkItemOpener
{
    /// <summary>
    /// The work item, tracked, after its instance was locked. What a resume of the instance reads comes in the same round trip: nobody else can move the
    /// case until the unit ends, so it need not be read again.
    /// </summary>
    Task<WorkItem?> OpenAsync(Guid id, CancellationToken cancellationToken);
}
