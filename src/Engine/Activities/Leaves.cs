using System.Text.Json.Nodes;
using DoubleRandom.Engine.Execution;

namespace DoubleRandom.Engine.Activities;

/// <summary>Start and End: they only mark a place; what End means is the flowchart's affair.</summary>
internal sealed class MarkBody : ActivityBody
{
    public override ValueTask RunAsync(ActivityRun run)
    {
        run.Complete();
        return ValueTask.CompletedTask;
    }
}

/// <summary>Ends the workflow around it, or the workflow used as an activity, with outcomes of its own.</summary>
internal sealed class CompleteBody : ActivityBody
{
    public override ValueTask RunAsync(ActivityRun run)
    {
        var outcomes = run.Input("Outcomes") switch
        {
            JsonArray list => list.OfType<JsonNode>().Select(o => o.ToString()).ToArray(),
            JsonValue value => [value.ToString()],
            _ => ["Done"],
        };
        run.CompleteWorkflow(outcomes);
        return ValueTask.CompletedTask;
    }
}

internal sealed class FinishBody : ActivityBody
{
    public override ValueTask RunAsync(ActivityRun run)
    {
        run.Complete();
        run.Finish();
        return ValueTask.CompletedTask;
    }
}

/// <summary>Fault: parks the branch on purpose.</summary>
internal sealed class FaultBody : ActivityBody
{
    public override ValueTask RunAsync(ActivityRun run)
        => throw new InvalidOperationException(run.Text("Message") is { Length: > 0 } message ? message : $"{run.Text("Code")} {run.Text("Category")}".Trim());
}

internal sealed class FlowDecisionBody : ActivityBody
{
    public override ValueTask RunAsync(ActivityRun run)
    {
        run.Complete(run.Decided(run.DisplayText, run.Input("Condition")) ? "True" : "False");
        return ValueTask.CompletedTask;
    }
}

internal sealed class FlowForkBody : ActivityBody
{
    public override ValueTask RunAsync(ActivityRun run)
    {
        // A branch is an outcome, whatever it was written as. Without a list it is "Done"; an empty list leads nowhere.
        run.CompleteWith(run.Input("Branches") is JsonArray list ? [.. list.OfType<JsonNode>().Select(b => b.ToString())] : ["Done"]);
        return ValueTask.CompletedTask;
    }
}

internal sealed class SetVariableBody : ActivityBody
{
    public override ValueTask RunAsync(ActivityRun run)
    {
        var variable = run.Node.Json["variable"] as JsonObject;
        var id = variable?["id"]?.GetValue<string>();
        var name = variable?["name"]?.GetValue<string>();
        var value = run.Input("Value");
        if ((id is null || !run.SetVariableById(id, value)) && (name is null || !run.SetVariable(name, value)))
            throw new InvalidOperationException($"“{run.DisplayText}”要写的变量“{name ?? id}”不在范围内。");
        return ValueTask.CompletedTask;
    }
}

/// <summary>设置输出: an output of the workflow, or of the workflow used as an activity.</summary>
internal sealed class SetOutputBody : ActivityBody
{
    public override ValueTask RunAsync(ActivityRun run)
    {
        var name = run.Text("OutputName") is { Length: > 0 } given ? given : throw new InvalidOperationException($"“{run.DisplayText}”没有指定输出名称。");
        run.SetWorkflowOutput(name, run.Input("OutputValue"));
        return ValueTask.CompletedTask;
    }
}

internal sealed class SetNameBody : ActivityBody
{
    public override ValueTask RunAsync(ActivityRun run)
    {
        run.WorkflowName = run.Text("Value");
        return ValueTask.CompletedTask;
    }
}

internal sealed class CorrelateBody : ActivityBody
{
    public override ValueTask RunAsync(ActivityRun run)
    {
        run.CorrelationId = run.Text("CorrelationId");
        return ValueTask.CompletedTask;
    }
}

internal sealed class WriteLineBody : ActivityBody
{
    public override ValueTask RunAsync(ActivityRun run)
    {
        run.Journal("Line", run.Text("Text"));
        return ValueTask.CompletedTask;
    }
}

/// <summary>Waits for somebody outside to report the task done.</summary>
internal sealed class RunTaskBody : ActivityBody
{
    public override ValueTask RunAsync(ActivityRun run)
    {
        var taskId = run.ExecutionId.ToString("N");
        run.SetOutput("TaskId", taskId);
        // Elsa leaves the task's name and the execution out of the hash: the id alone finds the bookmark.
        run.CreateBookmark(new JsonObject { ["TaskId"] = taskId }, includeExecution: false);
        return ValueTask.CompletedTask;
    }

    public override ValueTask ResumeAsync(ActivityRun run, JsonObject? input)
    {
        run.SetOutput("Result", input?["RunTaskInput"]);
        run.Complete();
        return ValueTask.CompletedTask;
    }
}

/// <summary>Waits for an event of that name under the instance's correlation.</summary>
internal sealed class EventBody : ActivityBody
{
    public const string TypeName = "Elsa.Event";

    public static JsonObject Stimulus(string eventName) => new() { ["EventName"] = eventName };

    public override ValueTask RunAsync(ActivityRun run)
    {
        if (run.IsTrigger)
        {
            run.SetOutput("Result", run.TriggerPayload);
            run.Complete();
        }
        else
        {
            run.CreateBookmark(Stimulus(run.Text("EventName") ?? ""), includeExecution: false);
        }
        return ValueTask.CompletedTask;
    }

    public override ValueTask ResumeAsync(ActivityRun run, JsonObject? input)
    {
        run.SetOutput("Result", input?["payload"]);
        run.Complete();
        return ValueTask.CompletedTask;
    }
}

internal sealed class PublishEventBody : ActivityBody
{
    public override ValueTask RunAsync(ActivityRun run)
    {
        run.PublishEvent(run.Text("EventName") ?? "", run.Text("CorrelationId") is { Length: > 0 } id ? id : null, run.Input("Payload"));
        return ValueTask.CompletedTask;
    }
}
