using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Engine.Storage;

namespace DoubleRandom.Engine.Activities;

/// <summary>
/// Elsa's flowchart in counter mode: a join compares how often its forward inbound edges and itself were visited; an edge that was not
/// followed is visited all the same and dies onward (dead-path elimination).
/// </summary>
internal sealed class FlowchartBody : ContainerBody
{
    private static readonly string[] Terminals = ["Elsa.End", "Elsa.Finish", "Elsa.Break"];

    public override ValueTask RunAsync(ActivityRun run)
    {
        if (run.Node.Start is null) run.Complete();
        else run.Schedule(run.Node.Start);
        return ValueTask.CompletedTask;
    }

    public override async ValueTask ChildCompletedAsync(ActivityRun run, ActivityExecution child, IReadOnlyList<string> outcomes)
    {
        if (Terminals.Contains(child.Node.Type) && child.Status is ActivityStatus.Completed)
        {
            run.Complete();
            return;
        }
        var scope = new FlowScope(run.Execution.Data);
        if (!child.EnteredBackward) scope.Visit(child.Node);
        await FollowAsync(run, scope, child.Node, outcomes);
        if (!run.HasQueuedWork && run.LiveChildren.Count == 0) run.Complete();
    }

    private static async ValueTask FollowAsync(ActivityRun run, FlowScope scope, CompiledNode node, IReadOnlyList<string> outcomes)
    {
        foreach (var edge in node.Outgoing)
        {
            var followed = outcomes.Contains(edge.Port);
            scope.Visit(edge, followed);
            if (edge.IsBackward)
            {
                if (!followed) continue;
                if (!edge.IsValid)
                {
                    throw new FlowException($"Invalid backward connection: Every path from the source ('{edge.Source.Id}') must go through the target ('{edge.Target.Id}') when tracing back to the start.");
                }
                run.Schedule(edge.Target, backward: true);
            }
            else
            {
                await ArriveAsync(run, scope, edge);
            }
        }
    }

    private static ValueTask ArriveAsync(ActivityRun run, FlowScope scope, CompiledEdge edge)
    {
        var target = edge.Target;
        var mode = target.Type == "Elsa.FlowJoin" ? JoinMode(target) : "WaitAllActive";
        var visits = scope.VisitsOf(target);
        if (mode == "WaitAny")
        {
            // A join in hand or in the queue answers this edge too; otherwise what follows it would run twice.
            if (scope.VisitsOf(edge) <= visits || run.IsQueued(target) || run.LiveChildren.Any(c => c.Node == target)) return ValueTask.CompletedTask;
            if (scope.WasFollowed(edge))
            {
                run.Schedule(target);
                return ValueTask.CompletedTask;
            }
            return target.Inbound.All(e => scope.VisitsOf(e) > visits) && !target.Inbound.Any(scope.WasFollowed) ? SkipAsync(run, scope, target) : ValueTask.CompletedTask;
        }

        var least = target.Inbound.Min(scope.VisitsOf);
        if (least <= visits) return ValueTask.CompletedTask;
        var schedule = mode == "WaitAll"
            ? target.Inbound.All(scope.WasFollowed)
            : target.Inbound.Any(e => scope.VisitsOf(e) == target.Inbound.Max(scope.VisitsOf) && scope.WasFollowed(e));
        if (!schedule) return SkipAsync(run, scope, target);
        run.Schedule(target);
        return ValueTask.CompletedTask;
    }

    private static ValueTask SkipAsync(ActivityRun run, FlowScope scope, CompiledNode node)
    {
        scope.Visit(node);
        return FollowAsync(run, scope, node, []);
    }

    /// <summary>Called by a WaitAny join: cancels what still runs on the way to it; a cancelled step counts as done with no outcome.</summary>
    internal static async ValueTask CancelAncestorsAsync(ActivityRun chart, CompiledNode join)
    {
        foreach (var running in chart.LiveChildren.Where(c => join.Ancestors.Contains(c.Node)).ToList())
        {
            await chart.CancelAsync(running, "汇合处已由另一分支继续");
            var scope = new FlowScope(chart.Execution.Data);
            if (!running.EnteredBackward) scope.Visit(running.Node);
            await FollowAsync(chart, scope, running.Node, []);
        }
    }

    internal static string JoinMode(CompiledNode join)
        => join.Inputs.GetValueOrDefault("mode")?.LiteralText ?? "WaitAny";
}

/// <summary>The counters of one execution of a flowchart, kept in its data.</summary>
internal readonly struct FlowScope(JsonObject data)
{
    public int VisitsOf(CompiledNode node) => Count("n", node.Id);

    public int VisitsOf(CompiledEdge edge) => Count("e", Key(edge));

    public bool WasFollowed(CompiledEdge edge) => data["f"]?[Key(edge)]?.GetValue<bool>() ?? false;

    public void Visit(CompiledNode node) => Bag("n")[node.Id] = VisitsOf(node) + 1;

    public void Visit(CompiledEdge edge, bool followed)
    {
        Bag("e")[Key(edge)] = VisitsOf(edge) + 1;
        Bag("f")[Key(edge)] = followed;
    }

    public void Set(CompiledNode node, int visits) => Bag("n")[node.Id] = visits;

    public void Set(CompiledEdge edge, int visits, bool followed)
    {
        Bag("e")[Key(edge)] = visits;
        Bag("f")[Key(edge)] = followed;
    }

    private int Count(string bag, string key) => data[bag]?[key]?.GetValue<int>() ?? 0;

    private JsonObject Bag(string name)
    {
        if (data[name] is JsonObject bag) return bag;
        var made = new JsonObject();
        data[name] = made;
        return made;
    }

    private static string Key(CompiledEdge edge) => edge.Index.ToString(CultureInfo.InvariantCulture);
}

/// <summary>汇合. In the mode WaitAny it ends what still runs on the other branches.</summary>
internal sealed class FlowJoinBody : ActivityBody
{
    public override async ValueTask RunAsync(ActivityRun run)
    {
        if (FlowchartBody.JoinMode(run.Node) == "WaitAny" && run.Execution.Parent is { } chart)
            await FlowchartBody.CancelAncestorsAsync(run.For(chart), run.Node);
        run.Complete();
    }
}
