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

    /// <summary>In the data of a step that another was sent back to: where its end leads.</summary>
    internal const string BackKey = "$back";

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
        if (child.Data[BackKey] is JsonObject back && outcomes.Count > 0)
        {
            await ComeBackAsync(run, scope, child, back, outcomes);
        }
        else
        {
            if (!child.EnteredBackward) scope.Visit(child.Node);
            await FollowAsync(run, scope, child.Node, outcomes);
        }
        if (!run.HasQueuedWork && run.LiveChildren.Count == 0) run.Complete();
    }

    /// <summary>
    /// Sends a waiting step back to an earlier one, which begins anew as by a backward edge. Nothing that is done is undone or written over.
    /// </summary>
    /// <param name="run">The flowchart's.</param>
    /// <param name="comesBack">The earlier step's end leads straight back to this one; else everything behind the earlier step is done again.</param>
    internal static async ValueTask SendBackAsync(ActivityRun run, ActivityExecution step, CompiledNode target, bool comesBack, string reason)
    {
        if (comesBack)
        {
            // No counter moves: for the flowchart the step is still under way.
            var back = new JsonObject { ["to"] = step.Node.Id, ["b"] = step.EnteredBackward };
            if (step.Data[BackKey] is { } further) back["then"] = further.DeepClone();
            await run.CancelAsync(step, reason);
            run.Schedule(target, backward: true, data: new JsonObject { [BackKey] = back });
            return;
        }
        await RewindAsync(run, target, reason);
        run.Schedule(target, backward: true);
    }

    /// <summary>The step to which another was sent back has ended: if it ended as before, the other goes on; a new decision goes its own way.</summary>
    private static async ValueTask ComeBackAsync(ActivityRun run, FlowScope scope, ActivityExecution child, JsonObject back, IReadOnlyList<string> outcomes)
    {
        var sender = run.Node.Children.First(c => c.Id == back["to"]!.GetValue<string>());
        var enteredBackward = back["b"]!.GetValue<bool>();
        if (child.Node.Outgoing.All(e => outcomes.Contains(e.Port) == (!e.IsBackward && scope.WasFollowed(e))))
        {
            run.For(child).Journal("CameBack", sender.DisplayText);
            run.Schedule(sender, enteredBackward, data: back["then"] is { } further ? new JsonObject { [BackKey] = further.DeepClone() } : null);
            return;
        }
        // The sender does not go on: it counts as left.
        if (!enteredBackward) scope.Visit(sender);
        await RewindAsync(run, child.Node, $"“{child.Node.DisplayText}”已重新决定");
        await FollowAsync(run, scope, child.Node, outcomes);
    }

    /// <summary>
    /// Leaves everything that runs behind a step, and makes its counters say that whatever had come there has been dealt with: so each join waits for
    /// all its edges again, and none counts what came before.
    /// </summary>
    private static async ValueTask RewindAsync(ActivityRun run, CompiledNode to, string reason)
    {
        var scope = new FlowScope(run.Execution.Data);
        var behind = FlowGraph.Descendants(to);
        foreach (var running in run.LiveChildren.Where(c => behind.Contains(c.Node)).ToList())
        {
            await run.CancelAsync(running, reason);
            if (!running.EnteredBackward) scope.Visit(running.Node);
        }
        foreach (var node in behind)
        {
            foreach (var edge in node.Inbound.Where(e => e.Source == to || behind.Contains(e.Source))) scope.Set(edge, scope.VisitsOf(node), scope.WasFollowed(edge));
        }
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

    private static async ValueTask ArriveAsync(ActivityRun run, FlowScope scope, CompiledEdge edge)
    {
        var target = edge.Target;
        var mode = target.Type == "Elsa.FlowJoin" ? JoinMode(target) : "WaitAllActive";
        var visits = scope.VisitsOf(target);
        if (mode == "WaitAny")
        {
            if (scope.VisitsOf(edge) <= visits || run.IsQueued(target)) return;
            if (AnyFollowed(scope, target, visits))
            {
                // A join in hand answers this edge too; otherwise what follows it would run twice.
                if (run.LiveChildren.Any(c => c.Node == target)) return;
                run.Schedule(target);
                await CancelAncestorsAsync(run, target);
                return;
            }
            if (target.Inbound.All(e => scope.VisitsOf(e) > visits)) await SkipAsync(run, scope, target);
            return;
        }

        if (target.Inbound.Min(scope.VisitsOf) <= visits) return;
        var latest = target.Inbound.Max(scope.VisitsOf);
        var schedule = mode == "WaitAll" ? target.Inbound.All(e => scope.VisitsOf(e) == latest && scope.WasFollowed(e)) : AnyFollowed(scope, target, visits);
        if (schedule) run.Schedule(target);
        else await SkipAsync(run, scope, target);
    }

    /// <summary>Was one of the edges that were visited most often followed the last time?</summary>
    private static bool AnyFollowed(FlowScope scope, CompiledNode target, int visits)
        => target.Inbound.Max(scope.VisitsOf) is var latest && latest > visits && target.Inbound.Any(e => scope.VisitsOf(e) == latest && scope.WasFollowed(e));

    private static ValueTask SkipAsync(ActivityRun run, FlowScope scope, CompiledNode node)
    {
        scope.Visit(node);
        return FollowAsync(run, scope, node, []);
    }

    /// <summary>When a WaitAny join is reached, and again when any join runs: cancels what still runs on the way to it (in the waiting modes only what a way back has begun again); a cancelled step counts as done with no outcome.</summary>
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

/// <summary>汇合. It ends what still runs on the way to it.</summary>
internal sealed class FlowJoinBody : ActivityBody
{
    public override async ValueTask RunAsync(ActivityRun run)
    {
        if (run.Execution.Parent is { Node.Body: FlowchartBody } chart) await FlowchartBody.CancelAncestorsAsync(run.For(chart), run.Node);
        run.Complete();
    }
}
