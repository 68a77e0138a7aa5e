using System.Text.Json.Nodes;
using DoubleRandom.Engine.Execution;

namespace DoubleRandom.Engine.Activities;

/// <summary>
/// What an activity type does. One body serves all executions, so it holds no state; what must survive a wait goes into variables, the
/// execution's data or the domain. A leaf that neither completes nor creates a bookmark is completed with <c>Done</c>.
/// </summary>
public abstract class ActivityBody
{
    public abstract ValueTask RunAsync(ActivityRun run);

    /// <summary>One of its bookmarks was resumed with the given input. Without an own answer it completes with <c>Done</c>.</summary>
    public virtual ValueTask ResumeAsync(ActivityRun run, JsonObject? input)
    {
        run.Complete();
        return ValueTask.CompletedTask;
    }
}

/// <summary>An activity that holds others and decides what follows on the completion of one.</summary>
public abstract class ContainerBody : ActivityBody
{
    /// <param name="outcomes">Empty when the child was cancelled.</param>
    public abstract ValueTask ChildCompletedAsync(ActivityRun run, ActivityExecution child, IReadOnlyList<string> outcomes);
}
