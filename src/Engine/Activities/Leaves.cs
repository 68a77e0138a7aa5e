using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Engine.Expressions;

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

/// <summary>Ends the container around it with outcomes of its own.</summary>
internal sealed class CompleteBody : ActivityBody
{
    public override ValueTask RunAsync(ActivityRun run)
    {
        var outcomes = run.Input("Outcomes") switch
        {
            JsonArray list => list.Select(o => o!.GetValue<string>()).ToArray(),
            JsonValue value => [value.ToString()],
            _ => [],
        };
        run.Complete(outcomes);
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

/// <summary>A condition that is neither true nor false parks the step; it never counts as false.</summary>
internal sealed class FlowDecisionBody : ActivityBody
{
    public override ValueTask RunAsync(ActivityRun run)
    {
        var condition = run.Flag("Condition") ?? throw new ExpressionException(Texts.Of("engine.condition-undecided", run.DisplayText, run.Input("Condition")?.ToJsonString() ?? "null"));
        run.Complete(condition ? "True" : "False");
        return ValueTask.CompletedTask;
    }
}

internal sealed class FlowSwitchBody : ActivityBody
{
    public override ValueTask RunAsync(ActivityRun run)
    {
        var any = run.Text("Mode") == "MatchAny";
        List<string> matches = [];
        foreach (var (label, condition) in run.Node.Cases)
        {
            var value = condition.Evaluate(run);
            var matched = value is JsonValue v && v.GetValueKind() switch
            {
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                JsonValueKind.String when bool.TryParse(v.GetValue<string>(), out var flag) => flag,
                _ => throw Undecided(run, label, value),
            };
            if (value is null) throw Undecided(run, label, value);
            if (!matched) continue;
            matches.Add(label);
            if (!any) break;
        }
        run.Complete(matches.Count > 0 ? [.. matches] : ["Default"]);
        return ValueTask.CompletedTask;
    }

    private static ExpressionException Undecided(ActivityRun run, string label, JsonNode? value)
        => new(Texts.Of("engine.condition-undecided", $"{run.DisplayText}：{label}", value?.ToJsonString() ?? "null"));
}

internal sealed class FlowForkBody : ActivityBody
{
    public override ValueTask RunAsync(ActivityRun run)
    {
        var branches = run.Input("Branches") is JsonArray list ? list.Select(b => b!.GetValue<string>()).ToArray() : [];
        run.Complete(branches);
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
        run.CreateBookmark(Stimulus(run.Text("EventName") ?? ""), includeExecution: false);
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

/// <summary>Delay: waits a span; StartAt: waits until an instant. An instant that has passed completes at once.</summary>
internal sealed class TimerBody(bool isDelay) : ActivityBody
{
    public override ValueTask RunAsync(ActivityRun run)
    {
        DateTime due;
        if (isDelay)
        {
            var text = run.Text("TimeSpan") ?? "";
            if (!TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span)) throw new ExpressionException(Texts.Of("engine.bad-timespan", run.DisplayText, text));
            due = run.Change.At + span;
        }
        else
        {
            var text = run.Text("DateTime") ?? "";
            if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)) throw new ExpressionException(Texts.Of("engine.bad-instant", run.DisplayText, text));
            due = at.UtcDateTime;
        }
        if (due <= run.Change.At) run.Complete();
        else run.CreateBookmark(new JsonObject { ["ResumeAt"] = due.ToString("O", CultureInfo.InvariantCulture) }, dueAt: due);
        return ValueTask.CompletedTask;
    }
}
