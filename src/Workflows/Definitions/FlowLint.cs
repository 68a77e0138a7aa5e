using DoubleRandom.Engine.Definitions;
using DoubleRandom.Workflows.Activities;

namespace DoubleRandom.Workflows.Definitions;

/// <summary>What would fault, wait for ever or run without end in one flowchart, told from its connections alone.</summary>
internal static class FlowLint
{
    private static readonly string[] Waiting =
        [.. HumanSteps.Types, "Inspection.HumanTask", "Elsa.RunTask", "Elsa.Event", "Elsa.Delay", "Elsa.StartAt", "Elsa.Timer", "Elsa.Cron", "Elsa.ExecuteWorkflow", "Elsa.BulkDispatchWorkflows"];

    /// <param name="starts">Steps that start it besides its start: its triggers.</param>
    public static void Lint(CompiledNode chart, IReadOnlyList<CompiledNode> starts, List<LintFinding> findings)
    {
        if (chart.Start is not { } start) return;
        HashSet<CompiledNode> reached = [start, .. FlowFacts.Forward(start)];
        foreach (var other in starts.Where(s => s.Parent == chart)) reached.UnionWith([other, .. FlowFacts.Forward(other)]);
        var facts = new FlowFacts(chart, static _ => new HashSet<string>(), null);
        foreach (var node in chart.Children)
        {
            if (!reached.Contains(node)) findings.Add(new(node.Id, "unreachable", $"从开始节点到不了“{node.DisplayText}”，请连线或删除。"));
            LintPorts(node, findings);
            if (node.Type == "Elsa.FlowJoin") LintJoin(node, facts, findings);
            LintEndInParallel(node, findings);
            LintSendBack(node, findings);
        }
        foreach (var edge in chart.Edges.Where(e => e.IsBackward))
        {
            if (!edge.IsValid)
                findings.Add(new(edge.Source.Id, "backward", $"退回连线“{edge.Source.DisplayText} → {edge.Target.DisplayText}”不合规则：到“{edge.Source.DisplayText}”的路径不一定经过“{edge.Target.DisplayText}”，运行到此会出错。请退回到必经的一步。"));
            else if (OvertakenMerge(start, edge) is { } merge)
                findings.Add(new(edge.Source.Id, "loop-into-merge", $"从“{edge.Source.DisplayText}”退回“{edge.Target.DisplayText}”以后，这条路径在“{merge.DisplayText}”与别的路径会合时已被当作没有走，流程会提前继续，或者到这里不再继续。是几条路径选一条的，请在会合处放“汇合”，方式选“任一分支到达即继续”；是并行的，请把退回重办的几步画成子流程，或放进“顺序”中的流程图。"));
            if (RunsWithoutWaiting(edge.Target, edge.Source))
                findings.Add(new(edge.Source.Id, "endless-loop", $"从“{edge.Target.DisplayText}”到“{edge.Source.DisplayText}”的循环里没有等待人或时间的一步，会一直空转。请在循环里加人工办理或等待。"));
        }
    }

    private static void LintPorts(CompiledNode node, List<LintFinding> findings)
    {
        if (NodeText.EndsChart(node.Type) || node.Descriptor is null) return;
        var ports = FlowFacts.PortsOf(node);
        var connected = node.Outgoing.Select(e => e.Port).ToHashSet(StringComparer.Ordinal);
        if (ports is ["Done"])
        {
            if (!connected.Contains("Done")) findings.Add(new(node.Id, "no-end", $"“{node.DisplayText}”之后没有连线，请接到下一步或“结束”。", IsError: false));
        }
        else
        {
            foreach (var port in ports.Where(p => !connected.Contains(p)))
            {
                // Nobody chooses the default; where no case applies the branch simply ends.
                var isDefault = node.Type == "Elsa.FlowSwitch" && port == "Default";
                if (isDefault && FlowFacts.SurePorts(node) is not null) continue;
                findings.Add(new(node.Id, "outcome-unconnected", $"“{node.DisplayText}”的意见“{Word(port)}”没有连线，走到这里流程就会停住。", IsError: !isDefault));
            }
        }
        // Bulk dispatch has ports beside those that surely follow.
        var known = node.Descriptor.Ports.Where(p => !p.IsEmbedded).Select(p => p.Name).Concat(ports).Append("Done").ToHashSet(StringComparer.Ordinal);
        foreach (var port in connected.Where(p => !known.Contains(p) || (p == "Done" && ports is not ["Done"] && !node.Descriptor.Ports.Any(d => d.Name == p))))
            findings.Add(new(node.Id, "port-unknown", $"“{node.DisplayText}”没有意见“{Word(port)}”，请修改连线。"));
    }

    /// <summary>WaitAll goes on only when every connection was followed: each must surely come, on a port that is no choice.</summary>
    private static void LintJoin(CompiledNode join, FlowFacts facts, List<LintFinding> findings)
    {
        var mode = join.Inputs.GetValueOrDefault("mode")?.LiteralText ?? "WaitAny";
        if (mode == "WaitAny" && join.Inbound.Count > 1 && facts.ImmediateDominator(join) is { } fork && FlowFacts.SurePorts(fork) is { Count: > 1 })
            findings.Add(new(join.Id, "join-cancels", $"汇合“{join.DisplayText}”的方式是“任一分支到达即继续”，会取消“{fork.DisplayText}”的其余分支。需要等全部分支的，请改为“全部走到的分支到达”。", IsError: false));
        if (mode != "WaitAll" || join.Inbound.Count < 2) return;
        var split = facts.ImmediateDominator(join);
        foreach (var edge in join.Inbound)
        {
            var sure = FlowFacts.SurePorts(edge.Source) is { } ports && ports.Contains(edge.Port);
            var comes = split is not null && FlowFacts.SurePorts(split) is not null && (edge.Source == split || facts.After(split).Contains($"node:{edge.Source.Id}"));
            if (sure && comes) continue;
            findings.Add(new(join.Id, "join-waits", $"汇合“{join.DisplayText}”要等全部连线，但从“{edge.Source.DisplayText}”来的连线不一定会走到，流程会一直等待。请改为“全部走到的分支到达”。"));
            return;
        }
    }

    /// <summary>
    /// 退回 asks for a step to be done anew: it leads to a person, and from there the sender is asked again. Where it leads on or to the end, what was meant as
    /// a request for correction decides the matter.
    /// </summary>
    private static void LintSendBack(CompiledNode node, List<LintFinding> findings)
    {
        if (!HumanSteps.Contains(node.Type)) return;
        foreach (var back in node.Outgoing.Where(e => e.Port.StartsWith("退回", StringComparison.Ordinal)))
        {
            var seen = new HashSet<CompiledNode> { back.Target };
            var stack = new Stack<CompiledNode>(seen);
            while (stack.TryPop(out var step))
            {
                var again = HumanSteps.Contains(step.Type);
                if (again && (step == node || Everywhere(step).Contains(node))) continue;
                if (!again && !NodeText.EndsChart(step.Type) && step.Outgoing.Count > 0)
                {
                    foreach (var edge in step.Outgoing.Where(e => seen.Add(e.Target))) stack.Push(edge.Target);
                    continue;
                }
                findings.Add(new(node.Id, "send-back", again
                    ? $"“{node.DisplayText}”的意见“{back.Port}”到了“{step.DisplayText}”，办完不会再回到“{node.DisplayText}”。退回是请前面的人重新办理，请把连线接到前面要重新办理的一步。"
                    : $"“{node.DisplayText}”的意见“{back.Port}”没有经过任何人就到了“{step.DisplayText}”。退回是请前面的人重新办理，请把连线接到前面要重新办理的一步；要终止的，请把意见改成“不同意”等。"));
                break;
            }
        }
    }

    /// <summary>What can still come behind the step, over backward connections too.</summary>
    private static HashSet<CompiledNode> Everywhere(CompiledNode from)
    {
        var seen = new HashSet<CompiledNode>();
        var stack = new Stack<CompiledNode>([from]);
        while (stack.TryPop(out var node))
        {
            foreach (var edge in node.Outgoing.Where(e => seen.Add(e.Target))) stack.Push(edge.Target);
        }
        return seen;
    }

    /// <summary>An end ends its whole flowchart: inside one of several branches it cancels the others.</summary>
    private static void LintEndInParallel(CompiledNode split, List<LintFinding> findings)
    {
        var branches = Branches(split);
        if (branches.Count < 2) return;
        var reach = branches.ConvertAll(b =>
        {
            var nodes = FlowFacts.Forward(b);
            nodes.Add(b);
            return nodes;
        });
        var common = reach.Aggregate((IEnumerable<CompiledNode>)reach[0], (all, next) => all.Intersect(next)).ToHashSet();
        foreach (var branch in branches)
        {
            foreach (var end in Without(branch, common).Where(n => n.Type is "Elsa.End" or "Elsa.Finish" or "Elsa.Complete" || NodeText.MayEndWorkflow(n)))
            {
                if (findings.Any(f => f.NodeId == end.Id && f.Rule == "end-in-parallel")) continue;
                findings.Add(new(end.Id, "end-in-parallel", $"“{end.DisplayText}”在“{split.DisplayText}”的一个分支里，走到这里会取消其余分支。请先汇合再结束。"));
            }
        }
    }

    private static List<CompiledNode> Branches(CompiledNode node)
    {
        if (node.Type is "Elsa.FlowFork" || FlowFacts.MatchesAny(node)) return [.. node.Outgoing.Where(e => !e.IsBackward && e.Port != "Default").Select(e => e.Target).Distinct()];
        // Two connections on one port part the flow too.
        return node.Outgoing.Where(e => !e.IsBackward).GroupBy(e => e.Port).Select(g => g.Select(e => e.Target).Distinct().ToList()).FirstOrDefault(g => g.Count > 1) ?? [];
    }

    private static HashSet<CompiledNode> Without(CompiledNode from, HashSet<CompiledNode> barred)
    {
        var seen = new HashSet<CompiledNode>();
        if (barred.Contains(from)) return seen;
        seen.Add(from);
        var stack = new Stack<CompiledNode>([from]);
        while (stack.TryPop(out var node))
        {
            foreach (var edge in node.Outgoing.Where(e => !e.IsBackward && !barred.Contains(e.Target)))
            {
                if (seen.Add(edge.Target)) stack.Push(edge.Target);
            }
        }
        return seen;
    }

    /// <summary>
    /// Going back passes by all other ways of the step: what lies ahead counts this branch as dead. Where a step ahead can be reached past the loop as well,
    /// its ways are then counted unequally for good. Null where every way ahead leads through the loop, or only to the end.
    /// </summary>
    private static CompiledNode? OvertakenMerge(CompiledNode start, CompiledEdge back)
    {
        if (start == back.Target) return null;
        var ahead = FlowFacts.Forward(back.Source);
        // Behind a join that goes on with any one way all ways are counted alike again.
        var joins = ahead.Where(IsForAny).ToList();
        return ahead.FirstOrDefault(n => n.Inbound.Count > 1 && n.Type is not ("Elsa.End" or "Elsa.Finish") && !IsForAny(n)
            && FlowFacts.ReachesWithout(start, n, back.Target) && joins.TrueForAll(j => FlowFacts.ReachesWithout(start, n, j)));

        static bool IsForAny(CompiledNode node) => node.Type == "Elsa.FlowJoin" && (node.Inputs.GetValueOrDefault("mode")?.LiteralText ?? "WaitAny") == "WaitAny";
    }

    /// <summary>A step that waits, or holds one that does.</summary>
    private static bool Waits(CompiledNode node) => Waiting.Contains(node.Type) || node.Children.Any(Waits);

    private static bool RunsWithoutWaiting(CompiledNode from, CompiledNode to)
    {
        if (Waits(from) || Waits(to)) return false;
        if (from == to) return true;
        var seen = new HashSet<CompiledNode> { from };
        var stack = new Stack<CompiledNode>([from]);
        while (stack.TryPop(out var node))
        {
            foreach (var edge in node.Outgoing.Where(e => !e.IsBackward && !Waits(e.Target)))
            {
                if (edge.Target == to) return true;
                if (seen.Add(edge.Target)) stack.Push(edge.Target);
            }
        }
        return false;
    }

    private static string Word(string port) => port switch { "True" => "是", "False" => "否", "Done" => "完成", "Default" => "其他", _ => port };
}
