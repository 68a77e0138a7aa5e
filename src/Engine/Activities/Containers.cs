using DoubleRandom.Basics;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Engine.Expressions;
using DoubleRandom.Engine.Storage;

namespace DoubleRandom.Engine.Activities;

/// <summary>Elsa's wrapper of a definition: done when its root is done.</summary>
internal sealed class WorkflowBody : ContainerBody
{
    public override ValueTask RunAsync(ActivityRun run)
    {
        run.Schedule(run.Node.Children[0]);
        return ValueTask.CompletedTask;
    }

    public override ValueTask ChildCompletedAsync(ActivityRun run, ActivityExecution child, IReadOnlyList<string> outcomes)
    {
        run.Complete([.. outcomes]);
        return ValueTask.CompletedTask;
    }
}

/// <summary>顺序: one child after the other.</summary>
internal sealed class SequenceBody : ContainerBody
{
    private static readonly string[] Terminals = ["Elsa.End", "Elsa.Complete", "Elsa.Break"];

    public override ValueTask RunAsync(ActivityRun run)
    {
        Next(run);
        return ValueTask.CompletedTask;
    }

    public override ValueTask ChildCompletedAsync(ActivityRun run, ActivityExecution child, IReadOnlyList<string> outcomes)
    {
        if (child.Status is ActivityStatus.Completed && Terminals.Contains(child.Node.Type)) run.Complete([.. OutcomesBy(child, outcomes)]);
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

/// <summary>如果: runs the activity embedded at Then or Else. As everywhere, an undecided condition parks the step.</summary>
internal sealed class IfBody : ContainerBody
{
    public override ValueTask RunAsync(ActivityRun run)
    {
        var condition = run.Flag("Condition") ?? throw new ExpressionException(Texts.Of("engine.condition-undecided", run.DisplayText, run.Input("Condition")?.ToJsonString() ?? "null"));
        run.SetOutput("Result", condition);
        var branch = run.Node.Json[condition ? "then" : "else"]?["id"]?.GetValue<string>();
        if (run.Node.Children.FirstOrDefault(c => c.Id == branch) is { } child) run.Schedule(child);
        else run.Complete();
        return ValueTask.CompletedTask;
    }

    public override ValueTask ChildCompletedAsync(ActivityRun run, ActivityExecution child, IReadOnlyList<string> outcomes)
    {
        run.Complete();
        return ValueTask.CompletedTask;
    }
}
