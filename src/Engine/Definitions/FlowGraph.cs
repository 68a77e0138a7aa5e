using System.Text.Json.Nodes;

namespace DoubleRandom.Engine.Definitions;

/// <summary>The forward graph of a flowchart: which edges lead back, which joins count which edges, and where it starts.</summary>
internal static class FlowGraph
{
    /// <param name="triggerId">The trigger that started the instance: the flowchart that holds it starts there.</param>
    public static void Connect(CompiledNode chart, JsonObject json, string? triggerId)
    {
        var byId = chart.Children.ToDictionary(c => c.Id, StringComparer.Ordinal);
        List<CompiledEdge> edges = [];
        foreach (var (from, port, to) in FlowConnection.Of(json))
        {
            if (byId.TryGetValue(from, out var sourceNode) && byId.TryGetValue(to, out var targetNode)) edges.Add(new CompiledEdge(edges.Count, sourceNode, port, targetNode));
        }
        chart.Edges = edges;
        var outgoing = edges.ToLookup(e => e.Source);
        foreach (var child in chart.Children) child.Outgoing = [.. outgoing[child]];
        chart.Start = (triggerId is null ? null : byId.GetValueOrDefault(triggerId)) ?? StartOf(chart, json, byId, edges);
        if (chart.Start is null) return;

        var reached = MarkBackward(chart.Start, outgoing);
        // What the start cannot reach never runs; a join that counted its edges would wait for ever.
        var inbound = edges.Where(e => !e.IsBackward && reached.Contains(e.Source)).ToLookup(e => e.Target);
        foreach (var child in chart.Children)
        {
            child.Inbound = [.. inbound[child]];
            if (child.Type == "Elsa.FlowJoin") child.Ancestors = Ancestors(child, inbound);
        }
        foreach (var edge in edges.Where(e => e.IsBackward)) edge.IsValid = Dominates(edge.Target, edge.Source, chart.Start);
    }

    private static CompiledNode? StartOf(CompiledNode chart, JsonObject json, Dictionary<string, CompiledNode> byId, List<CompiledEdge> edges)
    {
        var named = json["start"] switch
        {
            JsonValue v when v.TryGetValue<string>(out var id) => byId.GetValueOrDefault(id),
            JsonObject o when o["id"] is JsonValue v => byId.GetValueOrDefault(v.GetValue<string>()),
            _ => null,
        };
        return named
            ?? chart.Children.FirstOrDefault(c => c.Type == "Elsa.Start")
            ?? chart.Children.FirstOrDefault(c => c.CanStartWorkflow)
            ?? chart.Children.FirstOrDefault(c => edges.All(e => e.Target != c))
            ?? (chart.Children.Count > 0 ? chart.Children[0] : null);
    }

    /// <summary>An edge is backward when its target is the source itself or can reach the source by edges already taken as forward.</summary>
    /// <returns>The nodes that can be reached from the start.</returns>
    private static HashSet<CompiledNode> MarkBackward(CompiledNode start, ILookup<CompiledNode, CompiledEdge> outgoing)
    {
        var forward = new Dictionary<CompiledNode, List<CompiledNode>>();
        var visited = new HashSet<CompiledNode> { start };
        var queue = new Queue<CompiledNode>([start]);
        while (queue.TryDequeue(out var node))
        {
            foreach (var edge in outgoing[node])
            {
                if (visited.Contains(edge.Target) && Reaches(forward, edge.Target, node))
                {
                    edge.IsBackward = true;
                    continue;
                }
                (forward.TryGetValue(node, out var next) ? next : forward[node] = []).Add(edge.Target);
                if (visited.Add(edge.Target)) queue.Enqueue(edge.Target);
            }
        }
        return visited;
    }

    private static bool Reaches(Dictionary<CompiledNode, List<CompiledNode>> forward, CompiledNode from, CompiledNode to)
    {
        if (from == to) return true;
        var seen = new HashSet<CompiledNode> { from };
        var stack = new Stack<CompiledNode>([from]);
        while (stack.TryPop(out var node))
        {
            foreach (var next in forward.GetValueOrDefault(node) ?? [])
            {
                if (next == to) return true;
                if (seen.Add(next)) stack.Push(next);
            }
        }
        return false;
    }

    private static HashSet<CompiledNode> Ancestors(CompiledNode node, ILookup<CompiledNode, CompiledEdge> inbound)
    {
        var seen = new HashSet<CompiledNode>();
        var stack = new Stack<CompiledNode>(inbound[node].Select(e => e.Source));
        while (stack.TryPop(out var ancestor))
        {
            if (!seen.Add(ancestor)) continue;
            foreach (var edge in inbound[ancestor]) stack.Push(edge.Source);
        }
        return seen;
    }

    /// <summary>Every way from the start to the source goes through the target: only then may the flow go back to it.</summary>
    public static bool Dominates(CompiledNode target, CompiledNode source, CompiledNode start)
    {
        if (source == target) return true;
        if (source == start) return target == start;
        var seen = new HashSet<CompiledNode> { source };
        var stack = new Stack<CompiledNode>([source]);
        while (stack.TryPop(out var node))
        {
            foreach (var edge in node.Inbound)
            {
                if (edge.Source == target) continue;
                if (edge.Source == start) return false;
                if (seen.Add(edge.Source)) stack.Push(edge.Source);
            }
        }
        return true;
    }

    /// <summary>What can be reached from a step by forward edges, without the step itself.</summary>
    public static HashSet<CompiledNode> Descendants(CompiledNode node)
    {
        var seen = new HashSet<CompiledNode>();
        var stack = new Stack<CompiledNode>([node]);
        while (stack.TryPop(out var at))
        {
            foreach (var edge in at.Outgoing.Where(e => !e.IsBackward))
            {
                if (seen.Add(edge.Target)) stack.Push(edge.Target);
            }
        }
        return seen;
    }
}
