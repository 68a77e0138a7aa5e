using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Engine.Storage;

namespace DoubleRandom.Engine.Execution;

internal sealed partial class Burst
{
    /// <param name="eventName"><c>SentBack</c> or <c>TakenBack</c>, as the journal names it.</param>
    public async Task<Refusal?> SendBackAsync(BookmarkRow bookmark, string toActivityId, bool comesBack, string eventName)
    {
        var step = _live[bookmark.ExecutionId];
        if (step.Parent is not { Node.Body: FlowchartBody } chart) return Refusal.Conflict("engine.no-way-back", step.Node.DisplayText, toActivityId);
        var target = chart.Node.Children.FirstOrDefault(c => c.Id == toActivityId);
        var scope = new FlowScope(chart.Data);
        // A step entered by a backward edge alone has no visit, but it has edges behind it that were visited.
        if (target is null || target == step.Node || !FlowGraph.Dominates(target, step.Node, chart.Node.Start!)
            || (scope.VisitsOf(target) == 0 && !target.Outgoing.Any(e => scope.VisitsOf(e) > 0))) return Refusal.Conflict("engine.no-way-back", step.Node.DisplayText, target?.DisplayText ?? toActivityId);
        if (chart.Children.Exists(c => c.Node == target)) return Refusal.Conflict("engine.runs-there", target.DisplayText);
        var behind = FlowGraph.Descendants(target);
        // A child workflow that is under way has its own people and papers: it cannot be left like a step.
        if (!comesBack && chart.Children.Find(c => behind.Contains(c.Node) && !Waits(c)) is { } busy) return Refusal.Conflict("engine.busy-behind", target.DisplayText, busy.Node.DisplayText);
        Journal(step, eventName, $"{target.DisplayText}：{Change.Reason}", new JsonObject { ["To"] = target.Id, ["ComesBack"] = comesBack });
        await FlowchartBody.SendBackAsync(new ActivityRun(this, chart), step, target, comesBack, $"{Change.By.Name}{(eventName is "TakenBack" ? "撤回" : "退回")}到“{target.DisplayText}”：{Change.Reason}");
        await RunAsync();
        return null;
    }

    /// <summary>Whatever is at work in there waits for a person, an event or a time.</summary>
    private bool Waits(ActivityExecution execution)
        => execution.Status is ActivityStatus.Running && (execution.Children.Count == 0 ? HasBookmarks(execution) : execution.Children.TrueForAll(Waits));
}
