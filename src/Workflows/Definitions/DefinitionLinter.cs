using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Engine.Expressions.Feel;
using DoubleRandom.Inspections.People;
using DoubleRandom.Workflows.Forms;

namespace DoubleRandom.Workflows.Definitions;

/// <param name="NodeId">The activity's id in the definition; the definition's id where the whole is meant.</param>
/// <param name="Rule">Stable key of the rule.</param>
/// <param name="Message">What is wrong and what to do, in Chinese.</param>
/// <param name="IsError">An error refuses publishing; a warning is only shown.</param>
public sealed record LintFinding(string NodeId, string Rule, string Message, bool IsError = true);

/// <summary>Looks for what would fault, wait for ever or break the house's laws, before a definition is published (law 10).</summary>
public sealed class DefinitionLinter(ActivityCatalog catalog, FormCatalogue forms)
{
    private static readonly string[] Terminals = ["Elsa.End", "Elsa.Finish", "Elsa.Complete", "Elsa.Fault"];
    private static readonly string[] ChildStarters = ["Elsa.DispatchWorkflow", "Elsa.ExecuteWorkflow", "Elsa.BulkDispatchWorkflows"];

    public IReadOnlyList<LintFinding> Lint(WorkflowDefinition definition)
    {
        List<LintFinding> findings = [];
        if (definition.Json["root"] is not JsonObject root)
        {
            findings.Add(new(definition.DefinitionId, "no-root", "定义没有根活动（root），请在设计器中新建流程图。"));
            return findings;
        }
        LintContainer(root, definition, findings);
        return findings;
    }

    private void LintContainer(JsonObject container, WorkflowDefinition definition, List<LintFinding> findings)
    {
        var activities = container["activities"]?.AsArray().OfType<JsonObject>().ToList() ?? [];
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var activity in activities)
        {
            var id = activity["id"]?.GetValue<string>() ?? "";
            if (id.Length == 0) findings.Add(new(definition.DefinitionId, "no-id", "有一个节点没有编号（id），请删除后重新放置。"));
            else if (!ids.Add(id)) findings.Add(new(id, "duplicate-id", $"节点编号“{id}”重复，请删除其中一个后重新放置。"));
            LintActivity(activity, id, findings);
            if (activity["activities"] is JsonArray) LintContainer(activity, definition, findings);
        }
        if (container["type"]?.GetValue<string>() == "Elsa.Flowchart") LintFlow(container, activities, ids, findings);
    }

    private void LintActivity(JsonObject activity, string id, List<LintFinding> findings)
    {
        var type = activity["type"]?.GetValue<string>() ?? "";
        if (catalog.Find(type) is null) findings.Add(new(id, "unknown-type", $"节点“{Name(activity)}”的类型“{type}”不受支持，请换用工具箱中的活动。"));
        foreach (var (name, value) in activity)
        {
            if (value is JsonObject input && input["expression"] is JsonObject expression) LintExpression(id, name, activity, expression, findings);
        }
        foreach (var entry in activity["cases"] as JsonArray ?? [])
        {
            if (entry?["condition"] is JsonObject condition) LintExpression(id, "cases", activity, condition, findings);
        }
        if (type == "Inspection.HumanTask")
        {
            var role = Literal(activity, "role");
            if (string.IsNullOrEmpty(role)) findings.Add(new(id, "task-role", $"人工办理“{Name(activity)}”没有指定角色，请在属性中选择角色。"));
            else if (Roles.Find(role) is null) findings.Add(new(id, "task-role", $"人工办理“{Name(activity)}”的角色“{role}”不在角色目录中。"));
            if (OutcomesOf(activity).Count == 0) findings.Add(new(id, "task-outcomes", $"人工办理“{Name(activity)}”没有办理意见，请至少填写一个。"));
            var form = Literal(activity, "form");
            if (string.IsNullOrEmpty(form) || forms.Find(form) is null) findings.Add(new(id, "task-form", $"人工办理“{Name(activity)}”的表单“{form}”不在表单目录中。"));
        }
        if (ChildStarters.Contains(type) && string.IsNullOrEmpty(Literal(activity, "workflowDefinitionId")))
            findings.Add(new(id, "child-computed", $"“{Name(activity)}”的子流程必须直接写明，不能由表达式计算。"));
    }

    private static void LintExpression(string id, string input, JsonObject activity, JsonObject expression, List<LintFinding> findings)
    {
        var type = expression["type"]?.GetValue<string>();
        if (type is "FEEL" && expression["value"]?.GetValue<string>() is { } text)
        {
            if (FeelExpression.Parse(text).Refusal is { } refusal)
                findings.Add(new(id, "feel", $"节点“{Name(activity)}”的“{input}”表达式有误：{Texts.Of(refusal)}"));
        }
        else if (type is "JavaScript" or "CSharp" or "Python" or "Liquid")
        {
            findings.Add(new(id, "script", $"节点“{Name(activity)}”的“{input}”使用了 {type} 脚本；请改用 FEEL 表达式。"));
        }
    }

    private static void LintFlow(JsonObject chart, List<JsonObject> activities, HashSet<string> ids, List<LintFinding> findings)
    {
        var edges = new List<(string From, string Port, string To)>();
        foreach (var connection in chart["connections"] as JsonArray ?? [])
        {
            var from = connection?["source"]?["activity"]?.GetValue<string>() ?? connection?["source"]?.GetValue<string>() ?? "";
            var to = connection?["target"]?["activity"]?.GetValue<string>() ?? "";
            var port = connection?["source"]?["port"]?.GetValue<string>() ?? "Done";
            if (!ids.Contains(from) || !ids.Contains(to)) findings.Add(new(from.Length == 0 ? to : from, "dangling", $"连线“{from} → {to}”的一端不存在，请删除该连线。"));
            else edges.Add((from, port, to));
        }
        if (activities.Count == 0) return;

        var startId = activities.FirstOrDefault(a => a["type"]?.GetValue<string>() == "Elsa.Start")?["id"]?.GetValue<string>()
            ?? activities.FirstOrDefault(a => edges.All(e => e.To != a["id"]?.GetValue<string>()))?["id"]?.GetValue<string>()
            ?? activities[0]["id"]!.GetValue<string>();
        var outgoing = edges.ToLookup(e => e.From, e => e.To);
        var reached = Reach(startId, outgoing, null);
        foreach (var activity in activities)
        {
            var id = activity["id"]?.GetValue<string>() ?? "";
            if (!reached.Contains(id)) findings.Add(new(id, "unreachable", $"从开始节点到不了“{Name(activity)}”，请连线或删除。"));
            var type = activity["type"]?.GetValue<string>() ?? "";
            var declared = type switch
            {
                "Inspection.HumanTask" => OutcomesOf(activity),
                "Elsa.FlowDecision" => ["True", "False"],
                _ => [],
            };
            foreach (var outcome in declared.Where(o => !edges.Any(e => e.From == id && e.Port == o)))
                findings.Add(new(id, "outcome-unconnected", $"“{Name(activity)}”的意见“{outcome}”没有连线，选择它流程就会停住。"));
            foreach (var (_, port, _) in edges.Where(e => e.From == id && declared.Count > 0 && !declared.Contains(e.Port)))
                findings.Add(new(id, "port-unknown", $"“{Name(activity)}”没有意见“{port}”，请修改连线。"));
            if (declared.Count == 0 && !Terminals.Contains(type) && !edges.Any(e => e.From == id))
                findings.Add(new(id, "no-end", $"“{Name(activity)}”之后没有连线，请接到下一步或“结束”。", IsError: false));
        }
        foreach (var (from, _, to) in BackwardEdges(startId, edges))
        {
            // Elsa's rule: a backward edge faults at run time unless every forward path to its source passes its target.
            if (Reach(startId, outgoing, without: to).Contains(from))
                findings.Add(new(from, "backward", $"退回连线“{from} → {to}”不合规则：到“{from}”的路径不一定经过“{to}”。请退回到必经的一步。"));
        }
    }

    private static HashSet<string> Reach(string start, ILookup<string, string> outgoing, string? without)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        if (start == without) return seen;
        var queue = new Queue<string>([start]);
        seen.Add(start);
        while (queue.TryDequeue(out var node))
        {
            foreach (var next in outgoing[node])
            {
                if (next != without && seen.Add(next)) queue.Enqueue(next);
            }
        }
        return seen;
    }

    private static IEnumerable<(string From, string Port, string To)> BackwardEdges(string start, List<(string From, string Port, string To)> edges)
    {
        var state = new Dictionary<string, int>(StringComparer.Ordinal);
        List<(string, string, string)> backward = [];
        var outgoing = edges.ToLookup(e => e.From);
        // Depth first with an explicit stack: a definition may be deep.
        var stack = new Stack<(string Node, IEnumerator<(string From, string Port, string To)> Next)>();
        stack.Push((start, outgoing[start].GetEnumerator()));
        state[start] = 1;
        while (stack.TryPeek(out var top))
        {
            if (!top.Next.MoveNext())
            {
                state[top.Node] = 2;
                stack.Pop();
                continue;
            }
            var edge = top.Next.Current;
            var known = state.GetValueOrDefault(edge.To);
            if (known == 1) backward.Add(edge);
            if (known != 0) continue;
            state[edge.To] = 1;
            stack.Push((edge.To, outgoing[edge.To].GetEnumerator()));
        }
        return backward;
    }

    private static IReadOnlyList<string> OutcomesOf(JsonObject activity)
    {
        try
        {
            return activity["outcomes"]?["expression"]?["value"]?.GetValue<string>() is { } text && JsonNode.Parse(text) is JsonArray list
                ? [.. list.Select(o => o!.GetValue<string>())] : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static string? Literal(JsonObject activity, string input)
        => activity[input]?["expression"] is JsonObject e && e["type"]?.GetValue<string>() == "Literal" && e["value"] is JsonValue v && v.TryGetValue<string>(out var text) ? text : null;

    private static string Name(JsonObject activity)
        => activity["metadata"]?["displayText"]?.GetValue<string>() ?? activity["name"]?.GetValue<string>() ?? activity["id"]?.GetValue<string>() ?? "";
}
