using System.Text.Json.Nodes;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows;
using DoubleRandom.Workflows.Definitions;
using Microsoft.Extensions.DependencyInjection;
using static DoubleRandom.Tests.Workflows.Given;

namespace DoubleRandom.Tests.Workflows.Definitions;

/// <summary>Each rule of law and of structure with a definition that breaks it; the shipped tree keeps all.</summary>
public sealed class LawRulesTests
{
    /// <summary>The shipped tree with one thing changed, and where the rule must be found.</summary>
    private static readonly Dictionary<string, (string Definition, string Node, Action<Dictionary<string, JsonObject>> Break)> LawExamples = new(StringComparer.Ordinal)
    {
        ["law-result-publication"] = ("inspection", "visit", t => Bypass(t["inspection"], "publishResult")),
        ["law-archive"] = ("inspection", "visit", t => Bypass(t["inspection"], "archive")),
        ["law-approval-before-visit"] = ("inspection", "visit", t => Bypass(t["inspection"], "approve", "批准")),
        ["law-site-plan"] = ("inspection", "visit", t => Bypass(t["inspection"], "sitePlan")),
        ["law-announcement"] = ("inspection", "visit", t => Bypass(t["campaign"], "publishAnnouncement")),
        ["law-check-in-before-checklist"] = ("inspection", "checklist", t => Retarget(t["inspection"], "team", "checklist")),
        ["law-summary-before-documents"] = ("inspection", "order", t => Bypass(t["inspection"], "summary")),
        ["law-confirm-before-summary"] = ("inspection", "summary", t => Bypass(t["inspection"], "officerConfirm")),
        ["law-draw-commitment"] = ("campaign", "draw", t => Bypass(t["campaign"], "freeze")),
        ["law-roster-locked"] = ("campaign", "openCases", t => Bypass(t["campaign"], "countersign")),
        ["law-filing-before-investigation"] = ("penalty", "investigate", t => Bypass(t["penalty"], "approveFiling", "批准立案")),
        ["law-penalty-notice"] = ("penalty", "decide", t => Bypass(t["penalty"], "serveNotice")),
        ["law-penalty-statement"] = ("penalty", "decide", t => Bypass(t["penalty"], "statement")),
        ["law-penalty-hearing"] = ("penalty", "decide", t => Bypass(t["penalty"], "hearing")),
        ["law-penalty-review"] = ("penalty", "decide", t => Bypass(t["penalty"], "review", "同意")),
        ["law-penalty-discussion"] = ("penalty", "decide", t => Bypass(t["penalty"], "discuss")),
        ["law-penalty-served"] = ("penalty", "payment", t => Bypass(t["penalty"], "serve")),
        ["law-publication-review"] = ("publication", "publish", t => Bypass(t["publication"], "review", "通过")),
        ["law-listing-proposal"] = ("major-hazard", "list", t => Bypass(t["major-hazard"], "propose")),
        ["law-delisting-acceptance"] = ("major-hazard", "delist", t => Bypass(t["major-hazard"], "accept", to: "accepted")),
        ["law-discredit-notice"] = ("credit", "decide", t => Bypass(t["credit"], "notice")),
        ["law-role"] = ("penalty", "decide", t => Activity(t["penalty"], "decide")["role"] = Literal("officer")),
    };

    public static TheoryData<string> Laws => [.. LawRules.All.Select(r => r.Key).Distinct()];

    [Fact]
    public void Shipped_Tree_KeepsEveryRule()
    {
        var tree = Shipped();

        foreach (var id in tree.Keys) Assert.DoesNotContain(Lint(tree, id), f => f.IsError);
    }

    [Theory, MemberData(nameof(Laws))]
    public void Law_BrokenInTheTree_IsFoundAtItsStepWithItsSource(string key)
    {
        Assert.True(LawExamples.ContainsKey(key), $"{key} has no failing example.");
        var (definition, node, breaking) = LawExamples[key];
        var tree = Shipped();
        breaking(tree);

        var finding = Assert.Single(Lint(tree, definition), f => f.Rule == key && f.NodeId == node);

        Assert.True(finding.IsError);
        Assert.Contains(LawRules.All.First(r => r.Key == key).Citation, finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Law_BrokenByWhatACalledWorkflowNoLongerDoes_IsFoundAtTheCallersStepAndAtTheCulprit()
    {
        var tree = Shipped();
        // The publication that is called now ends before it publishes.
        Retarget(tree["publication"], "draft", "end");

        Assert.Contains(Lint(tree, "inspection"), f => f is { Rule: "law-result-publication", NodeId: "visit" });
        // Who publishes the called one is told that its callers break.
        var others = Shipped();
        Assert.Contains(Linter().Lint(Parse(tree["publication"]), [.. others.Values.Select(Parse)]), f => f is { Rule: "law-result-publication", NodeId: "publication" });
    }

    [Fact]
    public void Law_HearingOnlyWhereThereIsTheRight_IsExcusedByTheLawsOwnConditionAndNoOther()
    {
        var tree = Shipped();
        Assert.DoesNotContain(Lint(tree, "penalty"), f => f.Rule == "law-penalty-hearing");

        Activity(tree["penalty"], "hearingRight2")["condition"] = Feel("Proposal.amount > 100000");

        Assert.Contains(Lint(tree, "penalty"), f => f is { Rule: "law-penalty-hearing", NodeId: "decide" });
    }

    public static TheoryData<string> Structures =>
    [
        "backward", "loop-into-merge", "endless-loop", "endless-while", "join-waits", "join-cancels", "end-in-parallel", "unreachable", "outcome-unconnected", "port-unknown", "no-end", "dangling", "duplicate-id", "no-id", "unknown-type",
        "task-role", "task-outcomes", "task-form", "child-computed", "child-unknown", "child-input", "variable-storage", "input-missing", "unknown-choice", "feel", "script",
        "send-back", "send-back-onward", "outcome-unknown", "task-signing", "task-signing-share", "condition-missing", "case-missing", "paper-kind", "workflow-use", "trigger",
    ];

    [Theory, MemberData(nameof(Structures))]
    public void Structure_Broken_IsFound(string rule)
    {
        var (node, definition) = Broken(rule);
        // One rule may be broken in several ways, each with an example of its own.
        var key = rule switch { "send-back-onward" => "send-back", "task-signing-share" => "task-signing", "condition-missing" or "case-missing" => "input-missing", "paper-kind" => "unknown-choice", "endless-while" => "endless-loop", _ => rule };

        var finding = Linter().Lint(Parse(definition), [Parse(Chart("other", [Node("E", "Elsa.End")])), Parse(Asking())]).FirstOrDefault(f => f.Rule == key);

        Assert.NotNull(finding);
        Assert.Equal(node, finding.NodeId);
        Assert.Equal(rule is not ("join-cancels" or "no-end" or "variable-storage"), finding.IsError);
        Assert.Matches(@"\p{IsCJKUnifiedIdeographs}", finding.Message);
    }

    private static (string Node, JsonObject Definition) Broken(string rule)
    {
        var start = Node("S", "Elsa.Start");
        var end = Node("E", "Elsa.End");
        JsonObject Task(string id = "A", params string[] outcomes) => HumanTask(id, "planner", outcomes.Length == 0 ? ["同意"] : outcomes);
        JsonObject With(JsonObject node, string name, JsonNode? value)
        {
            if (value is null) node.Remove(name);
            else node[name] = value;
            return node;
        }
        JsonObject Fork() => Node("F", "Elsa.FlowFork", ("branches", new JsonObject { ["expression"] = new JsonObject { ["type"] = "Object", ["value"] = "[\"甲\",\"乙\"]" } }));
        JsonObject Join(string mode) => Node("J", "Elsa.FlowJoin", ("mode", Literal(mode)));
        return rule switch
        {
            "backward" => ("B", Chart("x", [start, Node("D", "Elsa.FlowDecision", ("condition", Feel("1 = 1"))), Task(), Task("B", "通过", "退回"), end], "S.Done>D", "D.True>A", "D.False>B", "A.同意>B", "B.通过>E", "B.退回>A")),
            "loop-into-merge" => ("B", Chart("x", [start, Node("D", "Elsa.FlowDecision", ("condition", Feel("a = 1"))), Task(), Task("B", "通过", "退回"), Task("C"), end], "S.Done>D", "D.True>A", "A.同意>B", "B.退回>A", "B.通过>C", "D.False>C", "C.同意>E")),
            "endless-while" => ("W", Chart("x", [start, Node("W", "Elsa.While", ("condition", Feel("not(1 > 2)")), ("body", Task())), end], "S.Done>W", "W.Done>E")),
            "endless-loop" => ("D", Chart("x", [start, Node("W", "Elsa.WriteLine"), Node("D", "Elsa.FlowDecision", ("condition", Feel("1 = 2"))), end], "S.Done>W", "W.Done>D", "D.True>E", "D.False>W")),
            "join-waits" => ("J", Chart("x", [start, Task("A", "同意", "不同意"), Node("W", "Elsa.WriteLine"), Join("WaitAll"), end], "S.Done>A", "A.同意>W", "W.Done>J", "A.不同意>J", "J.Done>E")),
            "join-cancels" => ("J", Chart("x", [start, Fork(), Task(), Task("B"), Join("WaitAny"), end], "S.Done>F", "F.甲>A", "F.乙>B", "A.同意>J", "B.同意>J", "J.Done>E")),
            "end-in-parallel" => ("E", Chart("x", [start, Fork(), Task(), Task("B"), end], "S.Done>F", "F.甲>A", "F.乙>B", "A.同意>E")),
            "unreachable" => ("B", Chart("x", [start, Task(), Task("B"), end], "S.Done>A", "A.同意>E", "B.同意>E")),
            "outcome-unconnected" => ("A", Chart("x", [start, Task("A", "同意", "退回"), end], "S.Done>A", "A.同意>E")),
            "port-unknown" => ("A", Chart("x", [start, Task(), end], "S.Done>A", "A.同意>E", "A.作废>E")),
            "no-end" => ("W", Chart("x", [start, Node("W", "Elsa.WriteLine")], "S.Done>W")),
            "dangling" => ("S", Chart("x", [start, end], "S.Done>E", "S.Done>Z")),
            "duplicate-id" => ("S", Chart("x", [start, Node("S", "Elsa.WriteLine"), end], "S.Done>E")),
            "no-id" => ("x", Chart("x", [start, With(Node("W", "Elsa.WriteLine"), "id", null), end], "S.Done>E")),
            "unknown-type" => ("U", Chart("x", [start, Node("U", "Acme.Unknown"), end], "S.Done>U", "U.Done>E")),
            "task-role" => ("A", Chart("x", [start, With(Task(), "role", null), end], "S.Done>A", "A.同意>E")),
            "task-outcomes" => ("A", Chart("x", [start, With(Task(), "outcomes", null), end], "S.Done>A", "A.Done>E")),
            "task-form" => ("A", Chart("x", [start, With(Task(), "form", Literal("none")), end], "S.Done>A", "A.同意>E")),
            "child-computed" => ("C", Chart("x", [start, Node("C", "Elsa.ExecuteWorkflow", ("workflowDefinitionId", Feel("\"other\""))), end], "S.Done>C", "C.Done>E")),
            "child-unknown" => ("C", Chart("x", [start, Node("C", "Elsa.ExecuteWorkflow", ("workflowDefinitionId", Literal("nowhere"))), end], "S.Done>C", "C.Done>E")),
            "child-input" => ("C", Chart("x", [start, Node("C", "Elsa.ExecuteWorkflow", ("workflowDefinitionId", Literal("asking"))), end], "S.Done>C", "C.Done>E")),
            "variable-storage" => ("x", With(Chart("x", [start, Task(), end], "S.Done>A", "A.同意>E"), "variables", new JsonArray(new JsonObject { ["id"] = "v", ["name"] = "案件", ["typeName"] = "Object" }))),
            "input-missing" => ("I", Chart("x", [start, Node("I", "Inspection.IssueDocument", ("template", Literal("D04"))), end], "S.Done>I", "I.Done>E")),
            "unknown-choice" => ("I", Chart("x", [start, Node("I", "Inspection.IssueDocument", ("template", Literal("D99")), ("subjectId", Feel("1"))), end], "S.Done>I", "I.Done>E")),
            "send-back" => ("B", Chart("x", [start, Task(), Task("B", "通过", "退回"), end], "S.Done>A", "A.同意>B", "B.通过>E", "B.退回>E")),
            "send-back-onward" => ("A", Chart("x", [start, Task("A", "通过", "退回"), Task("B"), end], "S.Done>A", "A.通过>E", "A.退回>B", "B.同意>E")),
            "outcome-unknown" => ("A", Chart("x", [start, With(Task("A", "批准", "不批准"), "form", Literal("case.approve")), end], "S.Done>A", "A.批准>E", "A.不批准>E")),
            "task-signing" => ("A", Chart("x", [start, With(Task(), "signing", Literal("All")), end], "S.Done>A", "A.同意>E")),
            "task-signing-share" => ("A", Chart("x", [start, With(With(Task(), "signing", Literal("Share")), "signingRole", Literal("deputy-director")), end], "S.Done>A", "A.同意>E")),
            "condition-missing" => ("D", Chart("x", [start, Node("D", "Elsa.FlowDecision", ("condition", Feel(""))), end], "S.Done>D", "D.True>E", "D.False>E")),
            "case-missing" => ("D", Chart("x", [start, Node("D", "Elsa.FlowSwitch", ("cases", new JsonArray(new JsonObject { ["label"] = "甲", ["condition"] = new JsonObject { ["type"] = "FEEL", ["value"] = "" } }))), end], "S.Done>D", "D.甲>E", "D.Default>E")),
            "paper-kind" => ("I", Chart("x", [start, Node("I", "Inspection.IssueDocument", ("kind", Literal("检查")), ("template", Literal("D37")), ("subjectId", Feel("1"))), end], "S.Done>I", "I.Done>E")),
            "workflow-use" => ("U", Chart("x", [start, Node("U", "Other", ("workflowDefinitionId", "other")), end], "S.Done>U", "U.Done>E")),
            "trigger" => ("T", Chart("x", [Node("T", "Elsa.Timer", ("interval", Literal("soon")), ("customProperties", new JsonObject { ["canStartWorkflow"] = true })), end], "T.Done>E")),
            "feel" => ("W", Chart("x", [start, Node("W", "Elsa.WriteLine", ("text", Feel("1 +"))), end], "S.Done>W", "W.Done>E")),
            "script" => ("W", Chart("x", [start, Node("W", "Elsa.WriteLine", ("text", new JsonObject { ["expression"] = new JsonObject { ["type"] = "CSharp", ["value"] = "1" } })), end], "S.Done>W", "W.Done>E")),
            _ => throw new InvalidOperationException($"{rule} has no failing example."),
        };
    }

    /// <summary>A definition that cannot do without what its caller hands over.</summary>
    private static JsonObject Asking()
    {
        var asking = Chart("asking", [Node("E", "Elsa.End")]);
        asking["inputs"] = new JsonArray(new JsonObject { ["name"] = "Item", ["type"] = "Object" });
        return asking;
    }

    private static JsonObject Chart(string id, JsonObject[] nodes, params string[] edges) => new()
    {
        ["definitionId"] = id,
        ["name"] = id,
        ["root"] = new JsonObject
        {
            ["id"] = "chart",
            ["type"] = "Elsa.Flowchart",
            ["activities"] = new JsonArray([.. nodes]),
            ["connections"] = new JsonArray([.. edges.Select(e => e.Split('.', '>')).Select(p => (JsonNode)Edge(p[0], p[1], p[2]))]),
        },
    };

    private static JsonObject Edge(string from, string port, string to) => new()
    {
        ["source"] = new JsonObject { ["activity"] = from, ["port"] = port },
        ["target"] = new JsonObject { ["activity"] = to, ["port"] = "In" },
    };

    private static Dictionary<string, JsonObject> Shipped() => Directory.EnumerateFiles(Repository.Path("workflows-json"), "*.json")
        .ToDictionary(f => Path.GetFileNameWithoutExtension(f), f => JsonNode.Parse(File.ReadAllText(f))!.AsObject(), StringComparer.Ordinal);

    private static IReadOnlyList<LintFinding> Lint(Dictionary<string, JsonObject> tree, string id)
        => Linter().Lint(Parse(tree[id]), [.. tree.Where(t => t.Key != id).Select(t => Parse(t.Value))]);

    private static WorkflowDefinition Parse(JsonObject json) => WorkflowDefinition.Parse(json.ToJsonString()).Value;

    // The linter looks at texts only: no database stands behind it.
    private static DefinitionLinter Linter() => new ServiceCollection().AddWorkflows().AddSingleton(EchoForm).BuildServiceProvider().GetRequiredService<DefinitionLinter>();

    private static JsonObject Activity(JsonObject definition, string id) => definition["root"]!["activities"]!.AsArray().Select(a => a!.AsObject()).Single(a => a["id"]!.GetValue<string>() == id);

    private static List<JsonObject> Connections(JsonObject definition) => [.. definition["root"]!["connections"]!.AsArray().Select(c => c!.AsObject())];

    /// <summary>Takes a step out: what led to it leads to what followed.</summary>
    private static void Bypass(JsonObject definition, string id, string? port = null, string? to = null)
    {
        var connections = definition["root"]!["connections"]!.AsArray();
        var next = to ?? Connections(definition).First(c => c["source"]!["activity"]!.GetValue<string>() == id && (port is null || c["source"]!["port"]!.GetValue<string>() == port))["target"]!["activity"]!.GetValue<string>();
        foreach (var connection in Connections(definition))
        {
            if (connection["source"]!["activity"]!.GetValue<string>() == id) connections.Remove(connection);
            else if (connection["target"]!["activity"]!.GetValue<string>() == id) connection["target"]!["activity"] = next;
        }
        definition["root"]!["activities"]!.AsArray().Remove(Activity(definition, id));
    }

    private static void Retarget(JsonObject definition, string from, string to)
    {
        foreach (var connection in Connections(definition).Where(c => c["source"]!["activity"]!.GetValue<string>() == from)) connection["target"]!["activity"] = to;
    }
}
