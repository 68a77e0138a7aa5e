using DoubleRandom.Engine.Definitions;
using DoubleRandom.Engine.Execution;

namespace DoubleRandom.Engine.Activities;

/// <summary>如果: runs the activity embedded at Then or Else. As everywhere, an undecided condition parks the step.</summary>
internal sealed class IfBody : ContainerBody
{
    public override ValueTask RunAsync(ActivityRun run)
    {
        var condition = run.Decided(run.DisplayText, run.Input("Condition"));
        run.SetOutput("Result", condition);
        if (run.Node.Embedded(condition ? "then" : "else") is { } child) run.Schedule(child);
        else run.Complete();
        return ValueTask.CompletedTask;
    }

    public override ValueTask ChildCompletedAsync(ActivityRun run, ActivityExecution child, IReadOnlyList<string> outcomes)
    {
        run.Complete();
        return ValueTask.CompletedTask;
    }
}

/// <summary>A container that starts several children at once and is done when all of them are, or with the first.</summary>
internal abstract class TogetherBody : ContainerBody
{
    protected static void ScheduleAll(ActivityRun run, IReadOnlyCollection<CompiledNode> children)
    {
        if (children.Count == 0)
        {
            run.Complete();
            return;
        }
        run.Execution.Data["left"] = children.Count;
        foreach (var child in children) run.Schedule(child);
    }

    public override ValueTask ChildCompletedAsync(ActivityRun run, ActivityExecution child, IReadOnlyList<string> outcomes)
    {
        var left = run.Execution.Data["left"]!.GetValue<int>() - 1;
        run.Execution.Data["left"] = left;
        if (left == 0 || EndsWithFirst(run)) run.Complete();
        return ValueTask.CompletedTask;
    }

    protected virtual bool EndsWithFirst(ActivityRun run) => false;
}

/// <summary>多选一(嵌入): runs the activities of the cases that match, else the default.</summary>
internal sealed class SwitchBody : TogetherBody
{
    public override ValueTask RunAsync(ActivityRun run)
    {
        var matches = SwitchCases.Matching(run);
        List<CompiledNode?> chosen = matches.Count > 0 ? [.. matches.Select(c => c.Activity)] : [run.Node.Embedded("default")];
        ScheduleAll(run, [.. chosen.OfType<CompiledNode>()]);
        return ValueTask.CompletedTask;
    }
}

/// <summary>并列: all activities at once; done when all are done.</summary>
internal sealed class ParallelBody : TogetherBody
{
    public override ValueTask RunAsync(ActivityRun run)
    {
        ScheduleAll(run, run.Node.Children);
        return ValueTask.CompletedTask;
    }
}

/// <summary>分叉: all branches at once; done with all of them or, in the mode WaitAny, with the first, which ends the others.</summary>
internal sealed class ForkBody : TogetherBody
{
    public override ValueTask RunAsync(ActivityRun run)
    {
        ScheduleAll(run, run.Node.Children);
        return ValueTask.CompletedTask;
    }

    protected override bool EndsWithFirst(ActivityRun run) => Breaks.Ask(run.Execution) || run.Text("JoinMode") == "WaitAny";
}

/// <summary>多路选择: its outcomes are the labels of the cases that match, else <c>Default</c>.</summary>
internal sealed class FlowSwitchBody : ActivityBody
{
    public override ValueTask RunAsync(ActivityRun run)
    {
        var matches = SwitchCases.Matching(run);
        run.Complete(matches.Count > 0 ? [.. matches.Select(c => c.Label)] : ["Default"]);
        return ValueTask.CompletedTask;
    }
}

internal static class SwitchCases
{
    /// <summary>The first case that holds, or all of them in the mode MatchAny. A case that is neither true nor false parks the step.</summary>
    public static IReadOnlyList<SwitchCase> Matching(ActivityRun run)
    {
        var any = run.Text("Mode") == "MatchAny";
        List<SwitchCase> matches = [];
        foreach (var entry in run.Node.Cases)
        {
            if (!run.Decided($"{run.DisplayText}：{entry.Label}", entry.Condition.Evaluate(run))) continue;
            matches.Add(entry);
            if (!any) break;
        }
        return matches;
    }
}
