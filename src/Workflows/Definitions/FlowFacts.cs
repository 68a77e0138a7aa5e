using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Workflows.Activities;

namespace DoubleRandom.Workflows.Definitions;

/// <summary>
/// What surely has happened before each step of a flowchart and what surely follows it, as sets of marks (<c>form:penalty.review</c>,
/// <c>form:case.approve=批准</c>, <c>publish:检查结果</c>, <c>type:…</c>, <c>node:…</c>). Choices intersect, parallel branches unite; where it cannot be
/// told, a step counts as one that may be left out.
/// </summary>
internal sealed partial class FlowFacts
{
    private readonly CompiledNode _chart;
    private readonly Func<CompiledNode, IReadOnlySet<string>> _inner;
    private readonly Excuse? _excuse;
    private readonly Dictionary<CompiledNode, List<CompiledNode>> _races = [];
    private readonly HashSet<CompiledNode> _racing = [];
    private readonly Dictionary<CompiledNode, HashSet<string>> _own = [];
    private readonly Dictionary<CompiledNode, HashSet<string>?> _after = [];
    private readonly Dictionary<CompiledNode, HashSet<string>?> _before = [];

    /// <param name="inner">What surely happens inside a step that holds others or calls a definition and waits for it.</param>
    /// <param name="excuse">The condition under which the law does not ask for the step: the way on which it is false is left out.</param>
    public FlowFacts(CompiledNode chart, Func<CompiledNode, IReadOnlySet<string>> inner, Excuse? excuse)
    {
        (_chart, _inner, _excuse) = (chart, inner, excuse is not null && IsFact(chart, excuse) ? excuse : null);
        foreach (var node in chart.Children) _own[node] = Own(node);
        FindRaces();
        FindAfter();
        FindBefore();
    }

    public IReadOnlySet<string> Before(CompiledNode node) => _before.GetValueOrDefault(node) ?? [];

    public IReadOnlySet<string> After(CompiledNode node) => _after.GetValueOrDefault(node) ?? [];

    public IReadOnlySet<string> Marks(CompiledNode node) => _own[node];

    /// <summary>Everything that surely happens when the chart runs.</summary>
    public HashSet<string> Sure => _chart.Start is { } start ? [.. _own[start], .. After(start)] : [];

    /// <summary>Ports that are followed whatever happens; null where one of several is chosen.</summary>
    public static IReadOnlyList<string>? SurePorts(CompiledNode node) => node.Type switch
    {
        "Elsa.FlowFork" or "Elsa.BulkDispatchWorkflows" => PortsOf(node),
        "Elsa.FlowSwitch" when MatchesAny(node) && AlwaysTrue(node) is { Count: > 0 } sure => sure,
        _ => PortsOf(node) is [var only] ? [only] : null,
    };

    public static bool MatchesAny(CompiledNode node) => node.Type == "Elsa.FlowSwitch" && node.Inputs.GetValueOrDefault("mode")?.LiteralText == "MatchAny";

    private static List<string> AlwaysTrue(CompiledNode node)
        => [.. (node.Json["cases"] as JsonArray ?? []).OfType<JsonObject>().Where(c => c["condition"] is JsonObject condition && condition["value"]?.ToString().Trim() is "true" or "True").Select(c => DesignerJson.Text(c, "label") ?? "")];

    /// <summary>Outcomes a step may end with: listed by itself, by its type, or “Done”.</summary>
    public static IReadOnlyList<string> PortsOf(CompiledNode node)
    {
        if (NodeText.Outcomes(node.Json) is { Count: > 0 } listed) return listed;
        return node.Type switch
        {
            "Elsa.FlowSwitch" => [.. node.Cases.Select(c => c.Label), "Default"],
            "Elsa.FlowFork" => NodeText.Branches(node.Json) is { Count: > 0 } branches ? branches : ["Done"],
            // A list that is done is Completed and Done; Canceled only when a child was cancelled.
            "Elsa.BulkDispatchWorkflows" => ["Completed"],
            _ => node.Descriptor?.Ports.Where(p => !p.IsEmbedded).Select(p => p.Name).ToList() is { Count: > 0 } ports ? ports : ["Done"],
        };
    }

    private HashSet<string> Own(CompiledNode node)
    {
        HashSet<string> marks = [.. _inner(node), $"node:{node.Id}", .. OwnMarks(node)];
        // What is drafted in the same drawing is what its publishing step publishes.
        if (marks.Contains("form:publication.publish") && Drafts(_chart) is [{ } kind]) marks.Add($"publish:{kind}");
        return WithGroups(marks);
    }

    /// <summary>What a step by itself is to the law.</summary>
    public static HashSet<string> OwnMarks(CompiledNode node)
    {
        HashSet<string> marks = [$"type:{node.Type}"];
        if (HumanSteps.Contains(node.Type) && node.Inputs.GetValueOrDefault("form")?.LiteralText is { } form) marks.Add($"form:{form}");
        return marks;
    }

    /// <summary>The kinds of publication that the chart drafts; null for one that is computed.</summary>
    private static List<string?> Drafts(CompiledNode chart)
        => [.. chart.Children.Where(c => c.Type == "Inspection.DraftPublication").Select(c => c.Inputs.GetValueOrDefault("kind")?.LiteralText).Distinct()];

    /// <summary>Where the law takes one of several steps, the group is a mark of its own: ways that fulfil it differently still fulfil it.</summary>
    public static HashSet<string> WithGroups(HashSet<string> marks)
    {
        foreach (var group in LawRules.Groups)
        {
            if (group.Any(marks.Contains)) marks.Add(LawRules.GroupMark(group));
        }
        return marks;
    }

    private IEnumerable<CompiledEdge> Outgoing(CompiledNode node) => node.Outgoing.Where(e => !Excused(e));

    private IEnumerable<CompiledEdge> Inbound(CompiledNode node) => node.Inbound.Where(e => !Excused(e));

    private bool Excused(CompiledEdge edge)
    {
        if (_excuse is null) return false;
        var said = White().Replace(_excuse.Condition, "");
        // The way on which it is false, however that is drawn: the other side of a decision, or the default of a choice.
        return edge.Source.Type switch
        {
            "Elsa.FlowDecision" => NodeText.Expression(edge.Source.Json, "condition") is { } text && White().Replace(text, "") is var condition
                && (edge.Port == "False" ? condition == said || condition == $"{said}=true" : edge.Port == "True" && (condition == $"not({said})" || condition == $"{said}=false")),
            "Elsa.FlowSwitch" => edge.Port == "Default"
                && Conditions(edge.Source).Any(c => White().Replace(c, "") is var condition && (condition == said || condition == $"{said}=true")),
            _ => false,
        };
    }

    private static IEnumerable<string> Conditions(CompiledNode node)
        => (node.Json["cases"] as JsonArray ?? []).OfType<JsonObject>().Select(c => c["condition"]?["value"]?.ToString()).OfType<string>();

    /// <summary>Is the value that excuses written by the law's own form alone, and by no step that a drawing could put in between?</summary>
    private static bool IsFact(CompiledNode chart, Excuse excuse)
    {
        if (excuse.FactOf is null) return true;
        var top = chart;
        while (top.Parent is { } parent) top = parent;
        var name = excuse.Condition.Split('.')[0];
        // FEEL finds a variable that begins with a small letter as well.
        var ids = IdsOf(top, [name, char.ToLowerInvariant(name[0]) + name[1..]]);
        // What it holds before anybody has written it is nobody's finding.
        return All(top).All(n => !BeginsWithValue(n, ids)
            && (!Writes(n, ids) || (HumanSteps.Contains(n.Type) && n.Inputs.GetValueOrDefault("form")?.LiteralText == excuse.FactOf)));
    }

    /// <summary>The variables of these names, in whatever scope, by id and by every name that has one of the ids.</summary>
    public static HashSet<string> IdsOf(CompiledNode top, IReadOnlyCollection<string> names)
    {
        var declared = All(top).SelectMany(n => n.Variables).ToList();
        var ids = declared.Where(v => names.Contains(v.Name)).Select(v => v.Id).ToHashSet(StringComparer.Ordinal);
        return [.. ids, .. names, .. declared.Where(v => ids.Contains(v.Id)).Select(v => v.Name)];
    }

    /// <summary>Does the node declare one of the variables with a value of the drawing's own?</summary>
    public static bool BeginsWithValue(CompiledNode node, IReadOnlySet<string> variables) => node.Variables.Any(v => variables.Contains(v.Id) && v.Default?.ToString() is { Length: > 0 });

    public static bool Writes(CompiledNode node, IReadOnlySet<string> variables) => node.Outputs.Values.Any(variables.Contains)
        || (node.Json["variable"] is JsonObject variable && (variables.Contains(DesignerJson.Text(variable, "id") ?? "") || variables.Contains(DesignerJson.Text(variable, "name") ?? "")));

    private static IEnumerable<CompiledNode> All(CompiledNode node) => node.Children.SelectMany(All).Prepend(node);

    /// <summary>Greatest solution: a loop is taken to end.</summary>
    private void FindAfter()
    {
        foreach (var node in _chart.Children) _after[node] = null;
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var node in _chart.Children.Reverse())
            {
                var now = AfterOf(node);
                if (now is null || (_after[node] is { } old && old.SetEquals(now))) continue;
                _after[node] = now;
                changed = true;
            }
        }
    }

    private HashSet<string>? AfterOf(CompiledNode node)
    {
        if (NodeText.EndsChart(node.Type) || NodeText.MayEndWorkflow(node)) return [];
        var byPort = Outgoing(node).ToLookup(e => e.Port);
        var sure = SurePorts(node);
        var racing = _racing.Contains(node);
        var together = sure is not null && !racing;
        HashSet<string>? result = null;
        var some = false;
        foreach (var port in (together ? sure! : PortsOf(node)).Where(p => byPort[p].Any() || !IsExcusedPort(node, p)))
        {
            HashSet<string>? way = [];
            var first = true;
            foreach (var edge in byPort[port])
            {
                // Not known yet: everything.
                if (_after[edge.Target] is not { } rest) way = null;
                // Of ways that race only what all have in common is sure.
                else if (racing && !first) way?.IntersectWith([.. _own[edge.Target], .. rest]);
                else way?.UnionWith([.. _own[edge.Target], .. rest]);
                if (way is null) break;
                first = false;
            }
            some = true;
            if (way is null)
            {
                if (together) return null;
                continue;
            }
            if (result is null) result = way;
            else if (together) result.UnionWith(way);
            else result.IntersectWith(way);
        }
        if (!some) return [];
        // A branch that another may overtake is cut off where it is: what comes at the join and behind it is sure, the rest of the branch is not.
        foreach (var join in _races.GetValueOrDefault(node) ?? [])
        {
            if (_after[join] is { } behind) result?.IntersectWith([.. _own[join], .. behind]);
        }
        return result;
    }

    private bool IsExcusedPort(CompiledNode node, string port) => node.Outgoing.Any(e => e.Port == port && Excused(e));

    /// <summary>A join that waits for any one cancels what still runs on the way to it: where two ways of one parallel split come to it, each may be cut off.</summary>
    private void FindRaces()
    {
        foreach (var join in _chart.Children.Where(j => j.Type == "Elsa.FlowJoin" && (j.Inputs.GetValueOrDefault("mode")?.LiteralText ?? "WaitAny") == "WaitAny" && j.Inbound.Count > 1))
        {
            foreach (var split in join.Ancestors.Where(IsParallel))
            {
                var ways = split.Outgoing.Where(e => !e.IsBackward && (e.Target == join || join.Ancestors.Contains(e.Target))).Select(e => e.Target).Distinct().ToList();
                if (ways.Count < 2) continue;
                HashSet<CompiledNode> between = [.. Forward(split).Where(join.Ancestors.Contains)];
                // Where all ways meet before, they do not race to this join.
                if (between.Any(meet => !ways.Exists(w => w != meet && ReachesWithout(w, join, meet)))) continue;
                _racing.Add(split);
                foreach (var node in between) (_races.TryGetValue(node, out var joins) ? joins : _races[node] = []).Add(join);
            }
        }

        static bool IsParallel(CompiledNode node) => node.Type is "Elsa.FlowFork" || MatchesAny(node) || node.Outgoing.Where(e => !e.IsBackward).GroupBy(e => e.Port).Any(g => g.Select(e => e.Target).Distinct().Count() > 1);
    }

    /// <summary>Is there a way by forward connections that does not touch the barred step?</summary>
    public static bool ReachesWithout(CompiledNode from, CompiledNode to, CompiledNode barred)
    {
        if (from == to) return true;
        var seen = new HashSet<CompiledNode> { from, barred };
        var stack = new Stack<CompiledNode>([from]);
        while (stack.TryPop(out var node))
        {
            foreach (var edge in node.Outgoing.Where(e => !e.IsBackward))
            {
                if (edge.Target == to) return true;
                if (seen.Add(edge.Target)) stack.Push(edge.Target);
            }
        }
        return false;
    }

    private void FindBefore()
    {
        foreach (var node in _chart.Children) _before[node] = null;
        if (_chart.Start is not { } start) return;
        _before[start] = [];
        var dominators = Dominators(start);
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var node in _chart.Children.Where(n => n != start))
            {
                var now = BeforeOf(node, dominators);
                if (now is null || (_before[node] is { } old && old.SetEquals(now))) continue;
                _before[node] = now;
                changed = true;
            }
        }
    }

    private HashSet<string>? BeforeOf(CompiledNode node, Dictionary<CompiledNode, HashSet<CompiledNode>> dominators)
    {
        var ways = Inbound(node).Where(e => _before[e.Source] is not null).ToList();
        if (ways.Count == 0) return null;
        var waitsForAny = node.Type == "Elsa.FlowJoin" && (node.Inputs.GetValueOrDefault("mode")?.LiteralText ?? "WaitAny") == "WaitAny";
        var split = waitsForAny || ways.Count == 1 ? null : ImmediateDominator(node, dominators);
        if (split is null || SurePorts(split) is not { } sure) return Intersect(ways);
        // Of a parallel split each branch is through when the join goes on, if it cannot end elsewhere.
        HashSet<string>? union = null;
        foreach (var branch in Outgoing(split).Where(e => sure.Contains(e.Port)))
        {
            var within = ways.Where(w => w == branch || Reaches(branch.Target, w.Source)).ToList();
            if (within.Count == 0) continue;
            if (branch.Target != node && _after[branch.Target]?.Contains($"node:{node.Id}") != true) continue;
            (union ??= []).UnionWith(Intersect(within)!);
        }
        return union ?? Intersect(ways);
    }

    private HashSet<string>? Intersect(List<CompiledEdge> ways)
    {
        HashSet<string>? result = null;
        foreach (var edge in ways)
        {
            var way = WithGroups([.. _before[edge.Source]!, .. _own[edge.Source], $"type:{edge.Source.Type}={edge.Port}",
                .. _own[edge.Source].Where(m => m.StartsWith("form:", StringComparison.Ordinal) && !m.Contains('=')).Select(m => $"{m}={edge.Port}")]);
            if (result is null) result = way;
            else result.IntersectWith(way);
        }
        return result;
    }

    private static bool Reaches(CompiledNode from, CompiledNode to) => from == to || Forward(from).Contains(to);

    /// <summary>Everything that forward connections lead to.</summary>
    public static HashSet<CompiledNode> Forward(CompiledNode from)
    {
        var seen = new HashSet<CompiledNode>();
        var stack = new Stack<CompiledNode>([from]);
        while (stack.TryPop(out var node))
        {
            foreach (var edge in node.Outgoing.Where(e => !e.IsBackward))
            {
                if (seen.Add(edge.Target)) stack.Push(edge.Target);
            }
        }
        return seen;
    }

    private Dictionary<CompiledNode, HashSet<CompiledNode>> Dominators(CompiledNode start)
    {
        var reached = Forward(start);
        reached.Add(start);
        var result = reached.ToDictionary(n => n, n => n == start ? [start] : new HashSet<CompiledNode>(reached));
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var node in reached.Where(n => n != start))
            {
                HashSet<CompiledNode>? common = null;
                foreach (var edge in Inbound(node).Where(e => reached.Contains(e.Source)))
                {
                    if (common is null) common = [.. result[edge.Source]];
                    else common.IntersectWith(result[edge.Source]);
                }
                common ??= [];
                common.Add(node);
                if (common.SetEquals(result[node])) continue;
                result[node] = common;
                changed = true;
            }
        }
        return result;
    }

    /// <summary>The last step that every way to this one passes.</summary>
    public CompiledNode? ImmediateDominator(CompiledNode node) => _chart.Start is { } start ? ImmediateDominator(node, Dominators(start)) : null;

    private static CompiledNode? ImmediateDominator(CompiledNode node, Dictionary<CompiledNode, HashSet<CompiledNode>> dominators)
        => dominators.TryGetValue(node, out var own) ? own.Where(d => d != node).MaxBy(d => dominators[d].Count) : null;

    [GeneratedRegex(@"\s+")]
    private static partial Regex White();
}
