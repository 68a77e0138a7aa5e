using System.Text.Json.Nodes;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Engine.Expressions.Feel;

namespace DoubleRandom.Engine.Activities;

/// <summary>Starts one child workflow and, if asked, waits for its end. <c>Result</c> is the child's output.</summary>
internal sealed class ChildWorkflowBody(bool waitsByDefault) : ActivityBody
{
    public override ValueTask RunAsync(ActivityRun run)
    {
        var definitionId = run.Text("WorkflowDefinitionId") is { Length: > 0 } id ? id : throw new InvalidOperationException($"“{run.DisplayText}”没有指定子流程。");
        var input = run.Input("Input")?.DeepClone() as JsonObject ?? [];
        input["ParentInstanceId"] = run.InstanceId.ToString();
        var wait = run.Flag("WaitForCompletion") ?? waitsByDefault;
        var child = run.Dispatch(definitionId, input, run.Text("CorrelationId") is { Length: > 0 } correlation ? correlation : null, 0, wait);
        if (wait) run.CreateBookmark(new JsonObject { ["ChildInstanceId"] = child.ToString() }, includeExecution: false);
        return ValueTask.CompletedTask;
    }

    public override ValueTask ResumeAsync(ActivityRun run, JsonObject? input)
    {
        run.SetOutput("Result", input?["output"]);
        run.Complete();
        return ValueTask.CompletedTask;
    }
}

/// <summary>
/// Starts one child for each item and waits for all of them: outcome <c>Completed</c> (all finished) or <c>Canceled</c> (one was
/// cancelled), each with <c>Done</c>. What is embedded at ChildCompleted or ChildFaulted runs for each child that ended so, before that.
/// </summary>
internal sealed class BulkDispatchBody : ContainerBody
{
    private const int MaxItems = 100_000;

    public override ValueTask RunAsync(ActivityRun run)
    {
        var definitionId = run.Text("WorkflowDefinitionId") is { Length: > 0 } id ? id : throw new InvalidOperationException($"“{run.DisplayText}”没有指定子流程。");
        if (run.Input("Items") is not JsonArray items) throw new InvalidOperationException($"“{run.DisplayText}”的对象清单不是列表。");
        if (items.Count > MaxItems) throw new InvalidOperationException($"“{run.DisplayText}”的对象多于 {MaxItems} 个。");
        var key = run.Text("DefaultItemInputKey") is { Length: > 0 } itemKey ? itemKey : "Item";
        // As in Elsa the members of an object are the child's inputs; where the node names a key, it is handed over under that.
        var spreads = !run.Node.Inputs.ContainsKey("defaultItemInputKey");
        var shared = run.Input("Input") as JsonObject;
        var correlation = CorrelationOf(run);
        for (var i = 0; i < items.Count; i++)
        {
            var input = shared?.DeepClone().AsObject() ?? [];
            if (spreads && items[i] is JsonObject members) foreach (var (name, value) in members) input[name] = value?.DeepClone();
            else input[key] = items[i]?.DeepClone();
            input["ParentInstanceId"] = run.InstanceId.ToString();
            run.Dispatch(definitionId, input, correlation(items[i]), i, run.Flag("WaitForCompletion") ?? true);
        }
        if (!(run.Flag("WaitForCompletion") ?? true))
        {
            run.Complete();
            return ValueTask.CompletedTask;
        }
        if (items.Count == 0)
        {
            run.Complete("Completed", "Done");
            return ValueTask.CompletedTask;
        }
        run.Execution.Data["waiting"] = items.Count;
        // Nothing is done at a child's end but counting: that costs the same however many there are.
        if (run.Node.Embedded("childCompleted") is null && run.Node.Embedded("childFaulted") is null) run.CountChildren(items.Count);
        run.CreateBookmark(new JsonObject { ["Children"] = items.Count });
        return ValueTask.CompletedTask;
    }

    /// <summary>A child's signal; when nothing is left to wait for or to run, the step is done.</summary>
    public override ValueTask ResumeAsync(ActivityRun run, JsonObject? input)
    {
        var data = run.Execution.Data;
        if (input?["allEnded"] is not null)
        {
            data["waiting"] = 0;
            if (input["anyCancelled"]!.GetValue<bool>()) data["cancelled"] = true;
            CompleteIfAllEnded(run);
            return ValueTask.CompletedTask;
        }
        data["waiting"] = data["waiting"]!.GetValue<int>() - 1;
        var ended = input?["subStatus"]?.GetValue<string>();
        if (ended is "Cancelled") data["cancelled"] = true;
        var then = ended switch { "Faulted" => run.Node.Embedded("childFaulted"), "Finished" => run.Node.Embedded("childCompleted"), _ => null };
        if (then is not null) run.Schedule(then, loopVariables: new Dictionary<string, JsonNode?> { ["ChildInstanceId"] = input?["childInstanceId"]?.DeepClone(), ["ChildOutput"] = input?["output"]?.DeepClone() });
        else CompleteIfAllEnded(run);
        return ValueTask.CompletedTask;
    }

    public override ValueTask ChildCompletedAsync(ActivityRun run, ActivityExecution child, IReadOnlyList<string> outcomes)
    {
        CompleteIfAllEnded(run);
        return ValueTask.CompletedTask;
    }

    private static void CompleteIfAllEnded(ActivityRun run)
    {
        if (run.Execution.Data["waiting"]!.GetValue<int>() > 0 || run.LiveChildren.Count > 0 || run.HasQueuedWork) return;
        run.Complete(run.Execution.Data["cancelled"] is null ? "Completed" : "Canceled", "Done");
    }

    /// <summary>The correlation function is a FEEL text over <c>item</c>; it is kept as an expression and evaluated an item at a time.</summary>
    private static Func<JsonNode?, string?> CorrelationOf(ActivityRun run)
    {
        var text = (run.Node.Json["correlationIdFunction"] as JsonObject)?["expression"]?["value"]?.ToString();
        if (string.IsNullOrWhiteSpace(text)) return _ => null;
        var parsed = FeelExpression.Parse(text);
        if (parsed.Refusal is { } refusal) throw new RefusedException(refusal);
        return item =>
        {
            var result = parsed.Value.Evaluate(name => name == "item" ? item : run.Variable(name));
            if (result.Error is { } error) throw new RefusedException(error);
            return result.ToJson()?.ToString();
        };
    }
}
