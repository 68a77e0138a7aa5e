using System.Text.Json.Nodes;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Engine.Storage;

namespace DoubleRandom.Engine.Activities;

/// <summary>Elsa's wrapper of a definition: done when its root is done. Outcomes other than <c>Done</c> come of an <c>Elsa.Complete</c> alone.</summary>
internal sealed class WorkflowBody : ContainerBody
{
    public override ValueTask RunAsync(ActivityRun run)
    {
        run.Schedule(run.Node.Children[0]);
        return ValueTask.CompletedTask;
    }

    public override ValueTask ChildCompletedAsync(ActivityRun run, ActivityExecution child, IReadOnlyList<string> outcomes)
    {
        run.Complete();
        return ValueTask.CompletedTask;
    }
}

/// <summary>顺序: one child after the other.</summary>
internal sealed class SequenceBody : ContainerBody
{
    private static readonly string[] Terminals = ["Elsa.End", "Elsa.Break"];

    public override ValueTask RunAsync(ActivityRun run)
    {
        Next(run);
        return ValueTask.CompletedTask;
    }

    public override ValueTask ChildCompletedAsync(ActivityRun run, ActivityExecution child, IReadOnlyList<string> outcomes)
    {
        if (Breaks.Ask(run.Execution) || (child.Status is ActivityStatus.Completed && Terminals.Contains(child.Node.Type))) run.Complete();
        else Next(run);
        return ValueTask.CompletedTask;
    }

    private static void Next(ActivityRun run)
    {
        var index = run.Execution.Data["i"]?.GetValue<int>() ?? 0;
        if (index >= run.Node.Children.Count)
        {
            run.Complete();
            return;
        }
        run.Execution.Data["i"] = index + 1;
        run.Schedule(run.Node.Children[index]);
    }
}

/// <summary>
/// A definition used as an activity: it runs inside the instance of its user, in a scope of its own. Its inputs are evaluated when it
/// begins; its outputs reach the variables its user bound them to; its outcomes are those of its <c>Elsa.Complete</c>.
/// </summary>
internal sealed class WorkflowActivityBody : ContainerBody
{
    /// <summary>Where the execution's data hold the inputs.</summary>
    public const string InputsKey = "in";

    public override ValueTask RunAsync(ActivityRun run)
    {
        var inputs = new JsonObject();
        foreach (var (name, key) in run.Node.WorkflowInputs) inputs[name] = run.Node.Inputs.TryGetValue(key, out var expression) ? expression.Evaluate(run) : run.Node.Json[key]?.DeepClone();
        run.Execution.Data[InputsKey] = inputs;
        run.Schedule(run.Node.Children[0]);
        return ValueTask.CompletedTask;
    }

    public override ValueTask ChildCompletedAsync(ActivityRun run, ActivityExecution child, IReadOnlyList<string> outcomes)
    {
        run.CompleteWith(outcomes);
        return ValueTask.CompletedTask;
    }
}
