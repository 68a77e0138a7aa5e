using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Engine.Expressions;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Publications;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Activities;
using DoubleRandom.Workflows.Credit;
using DoubleRandom.Workflows.Forms;
using DoubleRandom.Workflows.Papers;

namespace DoubleRandom.Workflows.Definitions;

/// <param name="NodeId">The activity's id in the definition; the definition's id where the whole is meant.</param>
/// <param name="Rule">Stable key of the rule.</param>
/// <param name="Message">What is wrong and what to do, in Chinese; a rule of law names its source.</param>
/// <param name="IsError">An error refuses publishing; a warning is only shown.</param>
public sealed record LintFinding(string NodeId, string Rule, string Message, bool IsError = true);

/// <summary>Looks for what would fault, wait for ever or break the law, before a definition is published (law 10).</summary>
public sealed partial class DefinitionLinter(ActivityCatalog catalog, FormCatalogue forms)
{
    /// <summary>Inputs without which a step of ours can only end in an incident.</summary>
    private static readonly Dictionary<string, string[]> Required = new(StringComparer.Ordinal)
    {
        ["Inspection.IssueDocument"] = ["template", "subjectId"],
        ["Inspection.OpenDeadline"] = ["rule", "subjectId"],
        ["Inspection.MeetDeadline"] = ["rule"],
        ["Inspection.DraftPublication"] = ["kind", "subjectId"],
        ["Inspection.CreditEntry"] = ["kind", "subjectId"],
        ["Inspection.CancelDeadline"] = ["rule", "reason"],
        ["Inspection.Notify"] = ["role", "text"],
        ["Elsa.FlowDecision"] = ["condition"],
        ["Elsa.If"] = ["condition"],
        ["Elsa.While"] = ["condition"],
        ["Elsa.ForEach"] = ["items"],
        ["Elsa.ParallelForEach"] = ["items"],
        ["Elsa.BulkDispatchWorkflows"] = ["items"],
    };

    /// <summary>The definition by itself, with whatever of the law can be told from it alone.</summary>
    public IReadOnlyList<LintFinding> Lint(WorkflowDefinition definition) => Lint(definition, []);

    /// <param name="others">The other definitions in force: what it calls, and what calls it.</param>
    /// <param name="used">Versions that are used as activities and are not in force any more.</param>
    public IReadOnlyList<LintFinding> Lint(WorkflowDefinition definition, IReadOnlyList<WorkflowDefinition> others, IReadOnlyList<WorkflowDefinition>? used = null)
    {
        var steps = others.Concat(used ?? []).DistinctBy(o => o.Id).ToDictionary(o => o.Id, StringComparer.Ordinal);
        List<LintFinding> findings = [];
        var sound = LintContainer(definition.Root, definition, findings);
        // Connections of nodes that cannot be told apart say nothing.
        if (!sound || Compile(definition, steps) is not { } workflow)
        {
            if (sound) findings.Add(new(definition.DefinitionId, "unreadable", "定义的格式有误，读不出流程图；请从上一版重新修改。"));
            return findings;
        }
        foreach (var started in workflow.Triggers.Select(t => workflow.StartedBy(t.Id)).Prepend(workflow))
        {
            // What one of the starts leaves out another reaches; everything else is held for each.
            foreach (var chart in ChartsOf(started.Workflow)) FlowLint.Lint(chart, [.. started.Triggers, .. chart.Children.Where(c => c.Id == workflow.Find(chart.NodeId)?.Start?.Id)], findings);
        }
        LintUses(workflow, others, steps, findings);
        LintChildren(workflow, others, findings);
        LintVariables(definition, workflow, findings);
        LintLaw(definition, workflow, others, steps, findings);
        return [.. findings.Distinct()];
    }

    /// <summary>Definition ids that a definition names as children.</summary>
    public static IReadOnlyList<string> ChildrenOf(WorkflowDefinition definition)
    {
        List<string> children = [];
        Walk(definition.Json["root"] as JsonObject ?? []);
        return children;

        void Walk(JsonObject activity)
        {
            if (NodeText.ChildStarters.Contains(DesignerJson.Text(activity, "type")) && NodeText.Literal(activity, "workflowDefinitionId") is { Length: > 0 } child && !children.Contains(child)) children.Add(child);
            foreach (var (_, value) in activity)
            {
                if (value is JsonArray list) foreach (var inner in list.OfType<JsonObject>()) Walk(inner);
                else if (value is JsonObject embedded && embedded["type"] is JsonValue) Walk(embedded);
            }
        }
    }

    /// <returns>False when nodes cannot be told apart.</returns>
    private bool LintContainer(JsonObject container, WorkflowDefinition definition, List<LintFinding> findings)
    {
        var sound = true;
        var activities = (container["activities"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var activity in activities)
        {
            var id = DesignerJson.Text(activity, "id") ?? "";
            if (id.Length == 0)
            {
                findings.Add(new(definition.DefinitionId, "no-id", "有一个节点没有编号（id），请删除后重新放置。"));
                sound = false;
            }
            else if (!ids.Add(id))
            {
                findings.Add(new(id, "duplicate-id", $"节点编号“{id}”重复，请删除其中一个后重新放置。"));
                sound = false;
            }
            sound &= LintActivity(activity, id, definition, findings);
        }
        foreach (var (from, _, to) in FlowConnection.Of(container))
        {
            if (!ids.Contains(from) || !ids.Contains(to)) findings.Add(new(from.Length == 0 ? to : from, "dangling", $"连线“{from} → {to}”的一端不存在，请删除该连线。"));
        }
        return sound;
    }

    private bool LintActivity(JsonObject activity, string id, WorkflowDefinition definition, List<LintFinding> findings)
    {
        var type = DesignerJson.Text(activity, "type") ?? "";
        var name = NodeText.Name(activity);
        if (catalog.Find(type) is null && WorkflowUse.Of(activity) is null) findings.Add(new(id, "unknown-type", $"节点“{name}”的类型“{type}”不受支持，请换用工具箱中的活动。"));
        foreach (var (input, value) in activity)
        {
            if (value is JsonObject o && o["expression"] is JsonObject expression) LintExpression(id, input, name, expression, findings);
        }
        foreach (var entry in (activity["cases"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (entry["condition"] is JsonObject condition) LintExpression(id, "cases", name, condition, findings);
            if (string.IsNullOrWhiteSpace((entry["condition"] as JsonObject)?["value"]?.ToString()))
                findings.Add(new(id, "input-missing", $"“{name}”的情形“{DesignerJson.Text(entry, "label")}”没有填写条件，走到这里会停住。"));
        }
        foreach (var input in Required.GetValueOrDefault(type) ?? [])
        {
            if (NodeText.HasInput(activity, input)) continue;
            var label = catalog.Find(type)?.Inputs.FirstOrDefault(i => string.Equals(i.Name, input, StringComparison.OrdinalIgnoreCase))?.DisplayName ?? input;
            findings.Add(new(id, "input-missing", $"“{name}”没有填写“{label}”，走到这里会停住。"));
        }
        LintChosen(activity, type, id, name, findings);
        if (HumanSteps.Contains(type)) LintTask(activity, id, name, findings);
        if (type == "Elsa.While" && NodeText.Expression(activity, "condition") is { } asked && IsAlwaysTrue(asked) && !activity.ToJsonString().Contains("\"Elsa.Break\"", StringComparison.Ordinal))
            findings.Add(new(id, "endless-loop", $"循环“{name}”的条件总是成立，又没有“跳出循环”，不会结束。"));
        if (NodeText.ChildStarters.Contains(type) && string.IsNullOrEmpty(NodeText.Literal(activity, "workflowDefinitionId")))
            findings.Add(new(id, "child-computed", $"“{name}”的子流程必须直接写明，不能由表达式计算。"));

        var sound = activity["activities"] is not JsonArray || LintContainer(activity, definition, findings);
        foreach (var (_, value) in activity)
        {
            if (value is JsonObject embedded && embedded["type"] is JsonValue && embedded["id"] is JsonValue) sound &= LintActivity(embedded, DesignerJson.Text(embedded, "id") ?? "", definition, findings);
        }
        return sound;
    }

    /// <summary>A condition that asks for nothing and holds: <c>true</c>, <c>1 = 1</c>, <c>not(false)</c>.</summary>
    private static bool IsAlwaysTrue(string condition)
    {
        if (Names().Matches(Quoted().Replace(condition, "")).Any(m => m.Value is not ("true" or "True" or "false" or "not" or "and" or "or"))) return false;
        try
        {
            return CompiledExpression.Compile(new JsonObject { ["type"] = "FEEL", ["value"] = condition.Trim() == "True" ? "true" : condition }) is { Error: null } compiled && compiled.Evaluate(NoScope.It) is JsonValue value && value.TryGetValue<bool>(out var holds) && holds;
        }
        catch (ExpressionException)
        {
            return false;
        }
    }

    private sealed class NoScope : IExpressionScope
    {
        public static NoScope It { get; } = new();

        public JsonNode? Inputs => null;

        public DateTimeOffset? Now => null;

        public bool TryVariableById(string id, out JsonNode? value) => (value = null) is not null;

        public bool TryVariableByName(string name, out JsonNode? value) => (value = null) is not null;
    }

    [GeneratedRegex(@"[\p{L}_][\p{L}\p{N}_]*")]
    private static partial Regex Names();

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Quoted();

    private void LintTask(JsonObject activity, string id, string name, List<LintFinding> findings)
    {
        var role = NodeText.Literal(activity, "role");
        if (string.IsNullOrEmpty(role)) findings.Add(new(id, "task-role", $"人工办理“{name}”没有指定角色，请在属性中选择角色。"));
        else if (Roles.Find(role) is null) findings.Add(new(id, "task-role", $"人工办理“{name}”的角色“{role}”不在角色目录中。"));
        var outcomes = NodeText.Outcomes(activity);
        if (outcomes.Count == 0) findings.Add(new(id, "task-outcomes", $"人工办理“{name}”没有办理意见，请至少填写一个。"));
        var form = NodeText.Literal(activity, "form");
        if (outcomes.Where(o => !FormOutcomes.Allows(form, o)).ToList() is { Count: > 0 } unknown)
            findings.Add(new(id, "outcome-unknown", $"人工办理“{name}”的意见“{string.Join('、', unknown)}”不是表单“{forms.Find(form!)?.Title}”的办理意见，办理时不知道该怎么处理。这张表单的办理意见是：{string.Join('、', FormOutcomes.Of(form))}。"));
        LintSigning(activity, id, name, findings);
        if (string.IsNullOrEmpty(form) || forms.Find(form) is null) findings.Add(new(id, "task-form", $"人工办理“{name}”的表单“{form}”不在表单目录中。"));
    }

    /// <summary>会签、或签、票签: who signs, and of a vote how many must agree.</summary>
    private static void LintSigning(JsonObject activity, string id, string name, List<LintFinding> findings)
    {
        var (rule, role, share) = (NodeText.Literal(activity, "signing"), NodeText.Literal(activity, "signingRole"), NodeText.Literal(activity, "signingShare"));
        if (string.IsNullOrEmpty(rule) || rule == nameof(SignRule.None))
        {
            if (!string.IsNullOrEmpty(role) || !string.IsNullOrEmpty(share)) findings.Add(new(id, "task-signing", $"人工办理“{name}”填了会签的角色或比例，却没有选会签方式，不会请人签署。", IsError: false));
            return;
        }
        if (!Enum.TryParse<SignRule>(rule, out _)) findings.Add(new(id, "task-signing", $"人工办理“{name}”的会签方式“{rule}”不存在，请从列表中选择。"));
        else if (string.IsNullOrEmpty(role) || Roles.Find(role) is null) findings.Add(new(id, "task-signing", $"人工办理“{name}”选了会签方式，却没有选由哪个角色会签。"));
        else if (rule == nameof(SignRule.Share) && !(int.TryParse(share, out var percent) && percent is >= 1 and <= 100)) findings.Add(new(id, "task-signing", $"人工办理“{name}”选了票签，“票签比例”须为 1 至 100 的整数，表示百分之几的人同意才通过。"));
    }

    /// <summary>What is chosen from a list must be in it; what is computed shows itself at run time.</summary>
    private static void LintChosen(JsonObject activity, string type, string id, string name, List<LintFinding> findings)
    {
        if (type is "Inspection.OpenDeadline" or "Inspection.MeetDeadline" or "Inspection.CancelDeadline" && NodeText.Literal(activity, "rule") is { Length: > 0 } rule && DeadlineRules.Embedded.All.All(r => r.Key != rule))
            findings.Add(new(id, "unknown-choice", $"“{name}”的时限规则“{rule}”不在规则目录中。"));
        if (type == "Inspection.IssueDocument" && NodeText.Literal(activity, "template") is { Length: > 0 } template)
        {
            if (PaperKinds.Of(template) is not { } made) findings.Add(new(id, "unknown-choice", $"“{name}”的文书模板“{template}”不能由流程制作，请从列表中选择。"));
            else if (NodeText.Literal(activity, "kind") is { Length: > 0 } chosen && chosen != made) findings.Add(new(id, "unknown-choice", $"“{name}”的文书模板“{template}”属于“{made}”，与所选的文书种类“{chosen}”不符，请重新选择模板。"));
        }
        if (type == "Inspection.CreditEntry" && NodeText.Literal(activity, "kind") is { Length: > 0 } credit && CreditEntryKinds.Find(credit) is null)
            findings.Add(new(id, "unknown-choice", $"“{name}”的类别“{credit}”不在目录中，请从列表中选择。"));
        if (type == "Inspection.DraftPublication" && NodeText.Literal(activity, "kind") is { Length: > 0 } kind && PublicationKinds.Find(kind) is null)
            findings.Add(new(id, "unknown-choice", $"“{name}”的公示类型“{kind}”不在目录中。"));
    }

    private static void LintExpression(string id, string input, string name, JsonObject expression, List<LintFinding> findings)
    {
        if (CompiledExpression.Compile(expression).Error is { } refusal)
            findings.Add(new(id, refusal.Code.StartsWith("engine.script", StringComparison.Ordinal) ? "script" : "feel", $"节点“{name}”的“{input}”表达式有误：{Texts.Of(refusal)}"));
    }

    /// <summary>Workflows used as activities must be there, and what starts the workflow must be told without one.</summary>
    private static void LintUses(CompiledWorkflow workflow, IReadOnlyList<WorkflowDefinition> others, IReadOnlyDictionary<string, WorkflowDefinition> steps, List<LintFinding> findings)
    {
        foreach (var node in workflow.Nodes.Where(n => n.Descriptor is null or { Uses: not null } && WorkflowUse.Of(n.Json) is not null))
        {
            var use = WorkflowUse.Of(node.Json)!;
            var inForce = others.FirstOrDefault(o => o.DefinitionId == use.DefinitionId && WorkflowUse.IsUsable(o));
            var drawn = use.Candidates.Select(steps.GetValueOrDefault).FirstOrDefault(d => d is not null);
            // What is used inside a used workflow is for that one's drawing to renew.
            if (inForce is not null && drawn is not null && drawn.Version < inForce.Version && node.Descriptor?.Uses is not null && IsOwn(node))
                findings.Add(new(node.Id, "workflow-use-old", $"“{node.DisplayText}”使用的是“{drawn.Name}”第 {drawn.Version} 版，第 {inForce.Version} 版已生效。需要改用新版的，选中这一步，在“版本”页对新版点“使用该版本”。", IsError: false));
            else if (others.Count > 0 && inForce is null)
                findings.Add(new(node.Id, "workflow-use", $"“{node.DisplayText}”使用的流程“{use.DefinitionId}”没有正在使用、且可作为活动的版本，请先发布该流程或换用其他活动。"));
        }
        foreach (var trigger in workflow.Triggers)
        {
            var refusal = TriggerTimes.IsTimer(trigger) ? TriggerTimes.Next(trigger, DateTime.UnixEpoch, TimeZoneInfo.Utc).Refusal
                : string.IsNullOrEmpty(trigger.Inputs.GetValueOrDefault("eventName")?.LiteralText) ? Refusal.Invalid("engine.trigger-event", null, trigger.DisplayText) : null;
            if (refusal is not null) findings.Add(new(trigger.Id, "trigger", Texts.Of(refusal)));
        }
    }

    private static void LintChildren(CompiledWorkflow workflow, IReadOnlyList<WorkflowDefinition> others, List<LintFinding> findings)
    {
        if (others.Count == 0) return;
        var own = workflow.Definition.DefinitionId;
        foreach (var node in NodesOf(workflow.Workflow).Where(n => NodeText.ChildStarters.Contains(n.Type)))
        {
            if (node.Inputs.GetValueOrDefault("workflowDefinitionId")?.LiteralText is not { Length: > 0 } child || child == own) continue;
            if (others.FirstOrDefault(o => o.DefinitionId == child) is not { } called)
                findings.Add(new(node.Id, "child-unknown", $"“{node.DisplayText}”要启动的流程“{child}”没有已发布的版本，请先发布它或另选一个。"));
            else if (InputsOf(called) is { Count: > 0 } asked && !NodeText.HasInput(node.Json, "input") && node.Type != "Elsa.BulkDispatchWorkflows")
                findings.Add(new(node.Id, "child-input", $"“{node.DisplayText}”要启动的“{called.Name}”需要{string.Join('、', asked)}，“传入”却空着。请在“传入”中填写，例如 {{{string.Join(", ", asked.Select(i => $"{i}: 变量名"))}}}。"));
        }
    }

    private static IReadOnlyList<string> InputsOf(WorkflowDefinition definition)
        => [.. (definition.Json["inputs"] as JsonArray ?? []).OfType<JsonObject>().Select(i => DesignerJson.Text(i, "name")).OfType<string>()];

    /// <summary>A person's step takes days: what only memory holds is gone when it is done.</summary>
    private static void LintVariables(WorkflowDefinition definition, CompiledWorkflow workflow, List<LintFinding> findings)
    {
        if (!NodesOf(workflow.Workflow).Any(n => HumanSteps.Contains(n.Type))) return;
        foreach (var name in (definition.Json["variables"] as JsonArray ?? []).OfType<JsonObject>().Where(v => DesignerJson.Text(v, "storageDriverTypeName")?.Contains("Workflow", StringComparison.Ordinal) != true
            || DesignerJson.Text(v, "storageDriverTypeName")!.Contains("MemoryStorageDriver", StringComparison.Ordinal)).Select(v => DesignerJson.Text(v, "name") ?? ""))
            findings.Add(new(definition.DefinitionId, "variable-storage", $"变量“{name}”没有选“保存方式”，走到人工办理就会丢失。请在“变量”页改为随流程实例保存。", IsError: false));
    }

    /// <summary>Its own findings; of other definitions' those that were not there without it.</summary>
    private void LintLaw(WorkflowDefinition definition, CompiledWorkflow workflow, IReadOnlyList<WorkflowDefinition> others, IReadOnlyDictionary<string, WorkflowDefinition> steps, List<LintFinding> findings)
    {
        var tree = others.Where(o => o.DefinitionId != definition.DefinitionId).Select(o => (o.DefinitionId, Workflow: Compile(o, steps))).Where(o => o.Workflow is not null)
            .ToDictionary(o => o.DefinitionId, o => o.Workflow!, StringComparer.Ordinal);
        var without = others.FirstOrDefault(o => o.DefinitionId == definition.DefinitionId) is { } before && Compile(before, steps) is { } running ? new Dictionary<string, CompiledWorkflow>(tree, StringComparer.Ordinal) { [definition.DefinitionId] = running } : tree;
        var known = LawLint.Check(without);
        var with = LawLint.Check(new Dictionary<string, CompiledWorkflow>(tree, StringComparer.Ordinal) { [definition.DefinitionId] = workflow });
        foreach (var (at, finding) in with.OrderBy(f => f.Finding.NodeId, StringComparer.Ordinal).ThenBy(f => f.Finding.Rule, StringComparer.Ordinal))
        {
            if (at == definition.DefinitionId) findings.Add(finding);
            else if (!known.Contains((at, finding))) findings.Add(finding with { NodeId = definition.DefinitionId, Message = $"流程“{tree[at].Definition.Name}”因此不合规：{finding.Message}" });
        }
    }

    private static bool IsOwn(CompiledNode node) => node.Parent is not { } parent || (parent.Descriptor?.Uses is null && IsOwn(parent));

    private CompiledWorkflow? Compile(WorkflowDefinition definition, IReadOnlyDictionary<string, WorkflowDefinition> steps)
    {
        try
        {
            return CompiledWorkflow.Compile(definition, catalog, steps);
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or ArgumentException or NullReferenceException)
        {
            // The text is an editor's: a value of the wrong kind is a finding, not a fault.
            return null;
        }
    }

    private static IEnumerable<CompiledNode> ChartsOf(CompiledNode node) => NodesOf(node).Where(n => n.Type == "Elsa.Flowchart");

    private static IEnumerable<CompiledNode> NodesOf(CompiledNode node) => node.Children.SelectMany(NodesOf).Prepend(node);
}
