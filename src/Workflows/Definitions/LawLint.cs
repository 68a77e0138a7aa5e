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
    private readonly Dictionary<(string Id, Excuse? Excuse), HashSet<string>> _sure = [];
    private readonly Dictionary<(CompiledNode Chart, Excuse? Excuse), FlowFacts> _facts = [];
    private readonly HashSet<string> _seen = [];
    private readonly HashSet<(string Definition, LintFinding Finding)> _findings = [];

    private LawLint(IReadOnlyDictionary<string, CompiledWorkflow> tree) => _tree = tree;

    /// <returns>Findings by the definition they stand in.</returns>
    public static IReadOnlySet<(string Definition, LintFinding Finding)> Check(IReadOnlyDictionary<string, CompiledWorkflow> tree)
    {
        var lint = new LawLint(tree);
        var called = tree.Values.SelectMany(w => w.ChildDefinitions.Where(c => c != w.Definition.DefinitionId)).ToHashSet(StringComparer.Ordinal);
        // In a ring nobody is first: each member is then looked at as one.
        // What is only used as a step of others is judged where it stands: nothing starts it by itself.
        var roots = tree.Where(t => !called.Contains(t.Key) && (!WorkflowUse.IsUsable(t.Value.Definition) || t.Value.Triggers.Count > 0)).Select(t => t.Key).ToList();
        var covered = roots.SelectMany(r => lint.Reached(r)).ToHashSet(StringComparer.Ordinal);
        foreach (var root in roots.Concat(tree.Keys.Where(id => !covered.Contains(id) && called.Contains(id))))
        {
            foreach (var rule in LawRules.All) lint.Walk(rule, root, [], [], [root]);
        }
        // Nobody uses it yet: who may do its steps can be told all the same.
        foreach (var id in tree.Keys.Where(id => !covered.Contains(id) && !called.Contains(id)))
        {
            foreach (var rule in LawRules.All.Where(r => r.Kind is LawRuleKind.Role)) lint.Walk(rule, id, [], [], [id]);
        }
        // A trigger starts in the middle of the drawing: what stands before it has not been done then.
        foreach (var (id, workflow) in tree)
        {
            foreach (var trigger in workflow.Triggers)
            {
                foreach (var rule in LawRules.All) lint.WalkContainer(rule, id, workflow.StartedBy(trigger.Id).Workflow, [], [], [], [id]);
            }
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
        WalkContainer(rule, id, _tree[id].Workflow, before, after, after, callers);
    }

    /// <param name="outside">Of what follows, that which follows the end of the whole definition: an end in the middle does not take it away.</param>
    private void WalkContainer(LawRule rule, string id, CompiledNode container, HashSet<string> before, HashSet<string> after, HashSet<string> outside, List<string> callers)
    {
        var facts = container.Type == "Elsa.Flowchart" ? FactsOf(container, rule.Excuse) : null;
        HashSet<string> earlier = [.. before];
        for (var i = 0; i < container.Children.Count; i++)
        {
            var node = container.Children[i];
            HashSet<string> had = facts is null ? [.. earlier] : [.. before, .. facts.Before(node)];
            HashSet<string> comes = facts is null ? Following(container, i, after, outside, rule.Excuse) : [.. Ends(node) ? outside : after, .. facts.After(node)];
            IReadOnlySet<string> marks = facts is null ? Sure(node, rule.Excuse) : facts.Marks(node);
            // What a called definition does inside is judged there.
            if (rule.At.Any(a => IsOwn(node, a))) Judge(rule, id, node, had, comes);
            if (node.Children.Count > 0) WalkContainer(rule, id, node, [.. had], [.. comes], outside, callers);
            if (Child(node) is { } child && _tree.ContainsKey(child) && !callers.Contains(child))
                Walk(rule, child, [.. had], Waits(node) ? [.. comes] : [], [.. callers, child]);
            if (container.Type == "Elsa.Sequence") earlier.UnionWith(marks);
        }
    }

    /// <summary>What surely follows a step of a container that is no flowchart; in a sequence all that stands behind it, up to where the workflow may end.</summary>
    private HashSet<string> Following(CompiledNode container, int index, HashSet<string> after, HashSet<string> outside, Excuse? excuse)
    {
        if (Ends(container.Children[index])) return [.. outside];
        HashSet<string> comes = [];
        if (container.Type == "Elsa.Sequence")
        {
            // A break ends the row where it is.
            foreach (var later in NodeText.MayBreak(container.Children[index]) ? [] : container.Children.Skip(index + 1))
            {
                comes.UnionWith(Sure(later, excuse));
                if (Ends(later)) return [.. comes, .. outside];
                if (NodeText.MayBreak(later)) break;
            }
        }
        // Beside it another branch may end the workflow.
        else if (container.Children.Any(Ends)) return [.. outside];
        comes.UnionWith(after);
        return comes;
    }

    private static bool Ends(CompiledNode node) => NodeText.MayEndWorkflow(node) || node.Type is "Elsa.Finish" or "Elsa.Complete" or "Elsa.Fault";

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

    private FlowFacts FactsOf(CompiledNode chart, Excuse? excuse)
    {
        if (_facts.TryGetValue((chart, excuse), out var known)) return known;
        return _facts[(chart, excuse)] = new FlowFacts(chart, n => Inner(n, excuse), excuse);
    }

    /// <summary>What surely happens in a step beyond itself.</summary>
    private HashSet<string> Inner(CompiledNode node, Excuse? excuse)
    {
        HashSet<string> marks = [.. node.Children.Count > 0 ? SureInside(node, excuse) : []];
        if (Child(node) is not { } child) return marks;
        marks.Add($"call:{child}");
        // A list may be empty: then nothing of the called definition happens.
        if (!_tree.ContainsKey(child) || !Waits(node) || node.Type == "Elsa.BulkDispatchWorkflows") return marks;
        marks.UnionWith(SureOf(child, excuse));
        if (marks.Contains("form:publication.publish") && NodeText.PublicationKind(node.Json) is { } kind && PublishesWhatItIsTold(_tree[child])) marks.Add($"publish:{kind}");
        return marks;
    }

    /// <summary>Is the kind that the called definition drafts the one its caller names? A kind of its own would be published under the caller's word.</summary>
    private static bool PublishesWhatItIsTold(CompiledWorkflow called)
    {
        var drafts = called.Nodes.Where(n => n.Type == "Inspection.DraftPublication").Select(n => Told(n, "kind")).ToList();
        return drafts.Count > 0 && drafts.TrueForAll(said => said == "input.Kind" || (said is not null && IsKept(said)));

        bool IsKept(string variable)
        {
            var ids = FlowFacts.IdsOf(called.Workflow, [variable]);
            return !called.Nodes.Any(n => FlowFacts.BeginsWithValue(n, ids))
                && called.Nodes.Where(n => FlowFacts.Writes(n, ids)).ToList() is { Count: > 0 } writers && writers.TrueForAll(w => w.Type == "Elsa.SetVariable" && Told(w, "value") == "input.Kind");
        }

        static string? Told(CompiledNode node, string input) => NodeText.ExpressionType(node.Json, input) == "FEEL" ? NodeText.Expression(node.Json, input)?.Trim() : null;
    }

    private HashSet<string> SureOf(string id, Excuse? excuse)
    {
        if (_sure.TryGetValue((id, excuse), out var known)) return known;
        // While it is being worked out (a definition that reaches itself) nothing of it is sure.
        _sure[(id, excuse)] = [];
        return _sure[(id, excuse)] = SureInside(_tree[id].Workflow, excuse);
    }

    private HashSet<string> Sure(CompiledNode node, Excuse? excuse) => FlowFacts.WithGroups([.. Inner(node, excuse), .. FlowFacts.OwnMarks(node), $"node:{node.Id}"]);

    private HashSet<string> SureInside(CompiledNode container, Excuse? excuse)
    {
        switch (container.Type)
        {
            case "Elsa.Flowchart":
                return FactsOf(container, excuse).Sure;
            case "Elsa.Workflow" or "Elsa.Sequence":
                HashSet<string> sure = [];
                foreach (var child in container.Children)
                {
                    sure.UnionWith(Sure(child, excuse));
                    if (NodeText.EndsChart(child.Type) || NodeText.MayEndWorkflow(child) || NodeText.MayBreak(child)) break;
                }
                return sure;
            case "Elsa.Parallel":
                return container.Children.Any(Ends) ? [] : [.. container.Children.SelectMany(c => Sure(c, excuse))];
            case "Elsa.If" when container.Embedded("then") is { } then && container.Embedded("else") is { } otherwise:
                return [.. Sure(then, excuse).Intersect(Sure(otherwise, excuse), StringComparer.Ordinal)];
        }
        // A workflow used as an activity holds its own; of a choice or a loop nothing is sure.
        return container.Descriptor?.Uses is not null ? [.. container.Children.SelectMany(c => Sure(c, excuse))] : [];
    }

    private static string? Child(CompiledNode node)
        => NodeText.ChildStarters.Contains(node.Type) ? node.Inputs.GetValueOrDefault("workflowDefinitionId")?.LiteralText : null;

    private static bool Waits(CompiledNode node)
        // What is computed may be false.
        => NodeText.Expression(node.Json, "waitForCompletion")?.Trim() switch
        {
            "true" or "True" => NodeText.ExpressionType(node.Json, "waitForCompletion") is null or "Literal" or "FEEL",
            null or "" => node.Type != "Elsa.DispatchWorkflow",
            _ => false,
        };
}
