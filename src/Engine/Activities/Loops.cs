using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Engine.Expressions;

namespace DoubleRandom.Engine.Activities;

/// <summary>
/// A loop runs its body round by round. Where it is stands in its data, so that a wait inside the body, or a parked round, loses nothing;
/// what it walks over is fixed when it begins.
/// </summary>
internal abstract class LoopBody : ContainerBody
{
    public override ValueTask RunAsync(ActivityRun run)
    {
        Next(run);
        return ValueTask.CompletedTask;
    }

    public override ValueTask ChildCompletedAsync(ActivityRun run, ActivityExecution child, IReadOnlyList<string> outcomes)
    {
        Next(run);
        return ValueTask.CompletedTask;
    }

    private void Next(ActivityRun run)
    {
        if (Breaks.Ask(run.Execution) || !NextRound(run, out var variables)) run.Complete();
        else run.Schedule(Body(run)!, loopVariables: variables);
    }

    /// <summary>False when there is no further round.</summary>
    protected abstract bool NextRound(ActivityRun run, out Dictionary<string, JsonNode?> variables);

    /// <summary>The embedded activity; a loop without one is done at once.</summary>
    protected static CompiledNode? Body(ActivityRun run) => run.Node.Children.Count > 0 ? run.Node.Children[0] : null;

    /// <summary>The list to walk over, as it was when the loop began.</summary>
    internal static JsonArray Items(ActivityRun run, int max)
    {
        if (run.Execution.Data["items"] is JsonArray fixedItems) return fixedItems;
        if (run.Input("Items") is not JsonArray items) throw new ExpressionException(Texts.Of("engine.items-not-a-list", run.DisplayText));
        if (items.Count > max) throw new ExpressionException(Texts.Of("engine.too-many-items", run.DisplayText, items.Count, max));
        var copy = items.DeepClone().AsArray();
        run.Execution.Data["items"] = copy;
        return copy;
    }
}

/// <summary>逐项: the body once for each item, one after the other.</summary>
internal sealed class ForEachBody : LoopBody
{
    /// <summary>The list is written with every step of the case.</summary>
    private const int MaxItems = 10_000;

    protected override bool NextRound(ActivityRun run, out Dictionary<string, JsonNode?> variables)
    {
        var items = Items(run, MaxItems);
        var index = run.Execution.Data["i"]?.GetValue<int>() ?? 0;
        variables = [];
        if (index >= items.Count || Body(run) is null) return false;
        run.SetOutput("CurrentValue", items[index]);
        run.Execution.Data["i"] = index + 1;
        variables = new() { ["CurrentValue"] = items[index], ["CurrentIndex"] = index };
        return true;
    }
}

/// <summary>计数: the body for each number from Start to End.</summary>
internal sealed class ForBody : LoopBody
{
    protected override bool NextRound(ActivityRun run, out Dictionary<string, JsonNode?> variables)
    {
        variables = [];
        if (Body(run) is null) return false;
        var data = run.Execution.Data;
        if (data["step"] is null)
        {
            var step = Whole(run, "Step");
            if (step == 0) throw new ExpressionException(Texts.Of("engine.step-zero", run.DisplayText));
            data["next"] = Whole(run, "Start");
            data["end"] = Whole(run, "End");
            data["inclusive"] = run.Flag("OuterBoundInclusive") ?? true;
            data["step"] = step;
        }
        var (value, end, by) = (data["next"]!.GetValue<long>(), data["end"]!.GetValue<long>(), data["step"]!.GetValue<long>());
        var left = by > 0 ? end - value : value - end;
        if (left < 0 || (left == 0 && !data["inclusive"]!.GetValue<bool>())) return false;
        run.SetOutput("CurrentValue", value);
        data["next"] = value + by;
        variables = new() { ["CurrentValue"] = value };
        return true;
    }

    /// <summary>Within 32 bits, as Elsa's; so no sum of two can overflow.</summary>
    private static long Whole(ActivityRun run, string input)
    {
        var text = run.Text(input) ?? "";
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number == decimal.Truncate(number) && Math.Abs(number) <= int.MaxValue
            ? (long)number : throw new ExpressionException(Texts.Of("engine.not-a-whole-number", run.DisplayText, input, text));
    }
}

/// <summary>当: the body as long as the condition holds; it is asked before every round. A round costs steps, so a loop that never waits is stopped with its burst.</summary>
internal sealed class WhileBody : LoopBody
{
    protected override bool NextRound(ActivityRun run, out Dictionary<string, JsonNode?> variables)
    {
        variables = [];
        return run.Decided(run.DisplayText, run.InputAgain("Condition")) && Body(run) is not null;
    }
}

/// <summary>同时逐项: the body for all items at once; done when the last round is done.</summary>
internal sealed class ParallelForEachBody : ContainerBody
{
    /// <summary>Every round is live at the same time and written with every step of the case.</summary>
    private const int MaxItems = 1_000;

    public override ValueTask RunAsync(ActivityRun run)
    {
        if (run.Execution.Data["left"] is not null) return ValueTask.CompletedTask;
        var items = LoopBody.Items(run, MaxItems);
        if (items.Count == 0 || run.Node.Children.Count == 0)
        {
            run.Complete();
            return ValueTask.CompletedTask;
        }
        run.Execution.Data["left"] = items.Count;
        for (var i = 0; i < items.Count; i++)
            run.Schedule(run.Node.Children[0], loopVariables: new Dictionary<string, JsonNode?> { ["CurrentValue"] = items[i], ["CurrentIndex"] = i });
        // Each round holds its own item from here on.
        run.Execution.Data.Remove("items");
        return ValueTask.CompletedTask;
    }

    public override ValueTask ChildCompletedAsync(ActivityRun run, ActivityExecution child, IReadOnlyList<string> outcomes)
    {
        var left = run.Execution.Data["left"]!.GetValue<int>() - 1;
        run.Execution.Data["left"] = left;
        if (left == 0) run.Complete();
        return ValueTask.CompletedTask;
    }
}

/// <summary>跳出循环: the innermost loop does not begin another round. What holds the break, up to the loop, ends at once.</summary>
internal sealed class BreakBody : ActivityBody
{
    public override ValueTask RunAsync(ActivityRun run)
    {
        Breaks.Raise(run.Execution);
        run.Complete();
        return ValueTask.CompletedTask;
    }
}

/// <summary>Elsa's break signal: it marks the sequences and forks on its way up and stops at the first loop.</summary>
internal static class Breaks
{
    public static void Raise(ActivityExecution from)
    {
        for (var e = from.Parent; e is not null; e = e.Parent)
        {
            if (e.Node.Body is not (LoopBody or SequenceBody or ForkBody)) continue;
            e.Data["break"] = true;
            if (e.Node.Body is LoopBody) return;
        }
    }

    public static bool Ask(ActivityExecution execution) => execution.Data.ContainsKey("break");
}
