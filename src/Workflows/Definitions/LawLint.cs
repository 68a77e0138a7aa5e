using DoubleRandom.Engine.Definitions;
using DoubleRandom.Workflows.Activities;

namespace DoubleRandom.Workflows.Definitions;

/// <summary>
/// Holds the rules of law over the tree of definitions a root can reach: what a called definition surely does counts for its caller, and
/// what the caller has done before counts inside the called one.
/// </summary>
internal sealed class LawLint
{
    private readonly IReadOnlyDictionary<string, CompiledWorkflow> _tree;
    private readonly Dictionary<(string Id, string? Excuse), HashSet<string>> _sure = [];
    private readonly Dictionary<(CompiledNode Chart, string? Excuse), FlowFacts> _facts = [];
    private readonly HashSet<string> _seen = [];
    private readonly HashSet<(string Definition, LintFinding Finding)> _findings = [];

    private LawLint(IReadOnlyDictionary<string, CompiledWorkflow> tree) => _tree = tree;

    /// <returns>Findings by the definition they stand in.</returns>
    public static IReadOnlySet<(string Definition, LintFinding Finding)> Check(IReadOnlyDictionary<string, CompiledWorkflow> tree)
    {
        var lint = new LawLint(tree);
        var called = tree.Values.SelectMany(w => w.ChildDefinitions.Where(c => c != w.Definition.DefinitionId)).ToHashSet(StringComparer.Ordinal);
        // In a ring nobody is first: each member is then looked at as one.
        var roots = tree.Keys.Where(id => !called.Contains(id)).ToList();
        var covered = roots.SelectMany(r => lint.Reached(r)).ToHashSet(StringComparer.Ordinal);
        foreach (var root in roots.Concat(tree.Keys.Where(id => !covered.Contains(id))))
        {
            foreach (var rule in LawRules.All) lint.Walk(rule, root, [], [], [root]);
        }
        return lint._findings;
    }

    private HashSet<string> Reached(string root)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { root };
        var stack = new Stack<string>([root]);
        while (stack.TryPop(out var id))
        {
            foreach (var child in _tree[id].ChildDefinitions.Where(_tree.ContainsKey))
            {
                if (seen.Add(child)) stack.Push(child);
            }
        }
        return seen;
    }

    /// <param name="before">Marks of what has surely been done before this definition is called.</param>
    /// <param name="after">Marks of what surely follows its end.</param>
    /// <param name="callers">This definition and those above it: a definition that calls itself is not followed again.</param>
    private void Walk(LawRule rule, string id, HashSet<string> before, HashSet<string> after, List<string> callers)
    {
        var relevant = (rule.Needs ?? []).Select(LawRules.GroupMark).ToHashSet(StringComparer.Ordinal);
        before.IntersectWith(relevant);
        after.IntersectWith(relevant);
        if (!_seen.Add($"{rule.Key}|{id}|{string.Join(',', before.Order(StringComparer.Ordinal))}|{string.Join(',', after.Order(StringComparer.Ordinal))}")) return;
        WalkContainer(rule, id, _tree[id].Workflow, before, after, callers);
    }

    private void WalkContainer(LawRule rule, string id, CompiledNode container, HashSet<string> before, HashSet<string> after, List<string> callers)
    {
        var facts = container.Type == "Elsa.Flowchart" ? FactsOf(container, rule.UnlessFalse) : null;
        HashSet<string> earlier = [.. before];
        foreach (var node in container.Children)
        {
            HashSet<string> had = facts is null ? [.. earlier] : [.. before, .. facts.Before(node)];
            HashSet<string> comes = facts is null ? [.. after] : [.. after, .. facts.After(node)];
            IReadOnlySet<string> marks = facts is null ? Sure(node, rule.UnlessFalse) : facts.Marks(node);
            // What a called definition does inside is judged there.
            if (rule.At.Any(a => IsOwn(node, a))) Judge(rule, id, node, had, comes);
            if (node.Children.Count > 0) WalkContainer(rule, id, node, [.. had], [.. comes], callers);
            if (Child(node) is { } child && _tree.ContainsKey(child) && !callers.Contains(child))
                Walk(rule, child, [.. had], Waits(node) ? [.. comes] : [], [.. callers, child]);
            if (container.Type == "Elsa.Sequence") earlier.UnionWith(marks);
        }
    }

    private void Judge(LawRule rule, string id, CompiledNode node, HashSet<string> had, HashSet<string> comes)
    {
        var fits = rule.Kind switch
        {
            LawRuleKind.Role => node.Inputs.GetValueOrDefault("role")?.LiteralText is not { Length: > 0 } role || rule.Roles!.Contains(role),
            LawRuleKind.Before => rule.Needs!.All(group => had.Contains(LawRules.GroupMark(group))),
            _ => rule.Needs!.All(group => comes.Contains(LawRules.GroupMark(group))),
        };
        if (!fits) _findings.Add((id, new LintFinding(node.Id, rule.Key, $"“{node.DisplayText}”：{rule.Message}（{rule.Citation}）")));
    }

    private static bool IsOwn(CompiledNode node, string mark)
        => mark == $"type:{node.Type}" || (HumanSteps.Contains(node.Type) && node.Inputs.GetValueOrDefault("form")?.LiteralText is { } form && mark == $"form:{form}");

    private FlowFacts FactsOf(CompiledNode chart, string? excuse)
    {
        if (_facts.TryGetValue((chart, excuse), out var known)) return known;
        return _facts[(chart, excuse)] = new FlowFacts(chart, n => Inner(n, excuse), excuse);
    }

    /// <summary>What surely happens in a step beyond itself.</summary>
    private HashSet<string> Inner(CompiledNode node, string? excuse)
    {
        HashSet<string> marks = [.. node.Children.Count > 0 ? SureInside(node, excuse) : []];
        if (Child(node) is not { } child) return marks;
        marks.Add($"call:{child}");
        // A list may be empty: then nothing of the called definition happens.
        if (!_tree.ContainsKey(child) || !Waits(node) || node.Type == "Elsa.BulkDispatchWorkflows") return marks;
        marks.UnionWith(SureOf(child, excuse));
        if (marks.Contains("form:publication.publish") && NodeText.PublicationKind(node.Json) is { } kind) marks.Add($"publish:{kind}");
        return marks;
    }

    private HashSet<string> SureOf(string id, string? excuse)
    {
        if (_sure.TryGetValue((id, excuse), out var known)) return known;
        // While it is being worked out (a definition that reaches itself) nothing of it is sure.
        _sure[(id, excuse)] = [];
        return _sure[(id, excuse)] = SureInside(_tree[id].Workflow, excuse);
    }

    private HashSet<string> Sure(CompiledNode node, string? excuse) => [.. Inner(node, excuse), $"type:{node.Type}", $"node:{node.Id}"];

    private HashSet<string> SureInside(CompiledNode container, string? excuse)
    {
        // The workflow around the root, and sequences, do everything in them; of a choice or a loop nothing is sure.
        if (container.Type == "Elsa.Flowchart") return Facts(container);
        if (container.Type is "Elsa.Workflow" or "Elsa.Sequence")
            return [.. container.Children.SelectMany(c => c.Type == "Elsa.Flowchart" ? [.. Facts(c), .. Sure(c, excuse)] : Own(c))];
        return [];

        HashSet<string> Facts(CompiledNode chart) => FactsOf(chart, excuse).Sure;
        HashSet<string> Own(CompiledNode node) => HumanSteps.Contains(node.Type) && node.Inputs.GetValueOrDefault("form")?.LiteralText is { } form
            ? [.. Sure(node, excuse), $"form:{form}"] : Sure(node, excuse);
    }

    private static string? Child(CompiledNode node)
        => NodeText.ChildStarters.Contains(node.Type) ? node.Inputs.GetValueOrDefault("workflowDefinitionId")?.LiteralText : null;

    private static bool Waits(CompiledNode node)
        => NodeText.Expression(node.Json, "waitForCompletion")?.Trim() switch { "true" or "True" => true, "false" or "False" => false, _ => node.Type != "Elsa.DispatchWorkflow" };
}
