using System.Text.Json.Nodes;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows;
using DoubleRandom.Workflows.Definitions;
using Microsoft.Extensions.DependencyInjection;
using static DoubleRandom.Tests.Workflows.Given;

namespace DoubleRandom.Tests.Workflows.Definitions;

/// <summary>The same breach drawn otherwise is found all the same, and what keeps the law in another drawing is no breach.</summary>
public sealed class LawEscapesTests
{
    /// <summary>Ways around the law, each with the rule that finds it.</summary>
    public static TheoryData<string, string> Escapes => new()
    {
        { "way past by a switch", "law-publication-review" },
        { "inside a sequence", "law-publication-review" },
        { "inside a branch of an if", "law-publication-review" },
        { "inside a loop", "law-publication-review" },
        { "inside a used workflow", "law-publication-review" },
        { "inside an older version of a used workflow", "law-publication-review" },
        { "started in the middle by an event", "law-publication-review" },
        { "reviewed in another branch", "law-publication-review" },
        { "reviewed with another outcome", "law-publication-review" },
        { "reviewed in a branch that a timer overtakes", "law-publication-review" },
        { "excused by a value the drawing writes itself", "law-penalty-hearing" },
        { "excused by another condition", "law-penalty-hearing" },
        { "an end hidden in a sequence before the archive", "law-archive" },
        { "archived in a branch that a timer overtakes", "law-archive" },
        { "archived only in one branch of an if", "law-archive" },
        { "archived only in a loop", "law-archive" },
        { "another kind published by a condition", "law-result-publication" },
        { "another kind named inside the input", "law-result-publication" },
        { "role given inside a used workflow that nobody uses yet", "law-role" },
        { "reviewed in a called workflow that nobody waits for", "law-publication-review" },
        { "statement in the branch of an if that is never taken", "law-penalty-statement" },
        { "decided beside the notice", "law-penalty-notice" },
        { "announced in the round after the visit", "law-announcement" },
        { "role kept in a variable", "task-role" },
        { "archived behind a break", "law-archive" },
        { "archived behind a break in a loop", "law-archive" },
        { "archived in a way of a switch that another overtakes", "law-archive" },
        { "archived in a called workflow that a bare value does not wait for", "law-archive" },
        { "archived in a called workflow that an input does not wait for", "law-archive" },
        { "excused by what the variable holds from the start", "law-penalty-hearing" },
        { "excused by a variable of another name with its id", "law-penalty-hearing" },
        { "excused by a variable that begins with a small letter", "law-penalty-hearing" },
        { "another kind published by the called workflow", "law-result-publication" },
        { "another kind in the copy of a variable", "law-result-publication" },
        { "another kind behind a comment", "law-result-publication" },
        { "another kind under an escaped name", "law-result-publication" },
    };

    /// <summary>Drawings that keep the law.</summary>
    public static TheoryData<string, string> Lawful => new()
    {
        { "review and publish in a sequence", "law-publication-review" },
        { "review in a used workflow", "law-publication-review" },
        { "both branches review", "law-publication-review" },
        { "review in a drawing of its own", "law-publication-review" },
        { "event before the review starts it", "law-publication-review" },
        { "a used workflow whose user reviews", "law-publication-review" },
        { "excused by the default of a switch", "law-penalty-hearing" },
        { "excused by not", "law-penalty-hearing" },
        { "archived behind it in a sequence", "law-archive" },
        { "archived in all branches of a parallel", "law-archive" },
        { "two starts", "unreachable" },
        { "a loop that waits inside a sequence", "endless-loop" },
        { "going back in front of where the ways part", "loop-into-merge" },
        { "going back before a join for any", "loop-into-merge" },
        { "going back only to the end", "loop-into-merge" },
        { "a break behind the archive", "law-archive" },
        { "result published by the called workflow", "law-result-publication" },
        { "result drafted, reviewed and published in one drawing", "law-result-publication" },
    };

    [Theory, MemberData(nameof(Escapes))]
    public void Breach_DrawnOtherwise_IsFound(string drawing, string rule)
    {
        var (definition, others, used) = Drawn(drawing);

        Assert.Contains(Linter().Lint(definition, others, used), f => f.Rule == rule && f.IsError);
    }

    [Theory, MemberData(nameof(Lawful))]
    public void LawKept_DrawnOtherwise_IsNoFinding(string drawing, string rule)
    {
        var (definition, others, used) = Drawn(drawing);

        Assert.DoesNotContain(Linter().Lint(definition, others, used), f => f.Rule == rule || f.Rule is "unreadable" or "workflow-use");
    }

    [Fact]
    public void UsedWorkflow_WithANewerVersionInForce_IsSaidAtItsStep()
    {
        WorkflowDefinition Version(int number) => Usable("part", number, Chart("c", [Start(), End()], "S.Done>E"));

        var finding = Assert.Single(Linter().Lint(Definition([Start(), Use(1), End()], "S.Done>U", "U.Done>E"), [Version(3)], [Version(1)]), f => f.Rule == "workflow-use-old");

        Assert.Equal(("U", false), (finding.NodeId, finding.IsError));
        Assert.Contains("第 1 版，第 3 版已生效", finding.Message, StringComparison.Ordinal);
    }

    private static (WorkflowDefinition, IReadOnlyList<WorkflowDefinition>, IReadOnlyList<WorkflowDefinition>) Drawn(string drawing)
    {
        var (start, end) = (Node("S", "Elsa.Start"), Node("E", "Elsa.End"));
        JsonObject review = Step("R", "publication.review", "section-head", "通过", "退回"), publish = Step("P", "publication.publish", "publisher", "发布"), draft = HumanTask("D", "planner", "提交");
        JsonObject visit = Step("V", "visit.check-in", "officer", "到场"), archive = Node("A", "Inspection.Archive"), decide = Step("X", "penalty.decide", "director", "决定"), hearing = Step("H", "penalty.hearing", "case-officer", "提交");
        JsonObject timer = Node("T", "Elsa.Delay", ("timeSpan", Literal("1.00:00:00"))), any = Node("J", "Elsa.FlowJoin", ("mode", Literal("WaitAny")));
        JsonObject call = Node("C", "Elsa.ExecuteWorkflow", ("workflowDefinitionId", Literal("publication")), ("input", Feel("{CaseId: 1, Kind: \"检查结果\"}")));
        switch (drawing)
        {
            case "way past by a switch":
                return Alone([start, draft, Switch("W", ("急", "a = 1"), ("常", "a = 2")), review, publish, end], "S.Done>D", "D.提交>W", "W.急>P", "W.常>R", "W.Default>R", "R.通过>P", "R.退回>D", "P.发布>E");
            case "inside a sequence":
                return Alone([start, Sequence("Q", draft, publish), end], "S.Done>Q", "Q.Done>E");
            case "inside a branch of an if":
                return Alone([start, Node("I", "Elsa.If", ("condition", Feel("a = 1")), ("then", publish), ("else", Sequence("Q", review))), end], "S.Done>I", "I.Done>E");
            case "inside a loop":
                return Alone([start, Node("L", "Elsa.ForEach", ("items", Feel("[1]")), ("body", publish)), end], "S.Done>L", "L.Done>E");
            case "inside a used workflow" or "inside an older version of a used workflow":
                var published = Usable("part", drawing.Contains("older", StringComparison.Ordinal) ? 1 : 2, Chart("c", [start, publish, end], "S.Done>P", "P.发布>E"));
                var newer = Usable("part", 2, Chart("c", [start.DeepClone().AsObject(), end.DeepClone().AsObject()], "S.Done>E"));
                return published.Version == 2 ? (Definition([Start(), Use(2), End()], "S.Done>U", "U.Done>E"), [published], []) : (Definition([Start(), Use(1), End()], "S.Done>U", "U.Done>E"), [newer], [published]);
            case "started in the middle by an event":
                return Alone([start, draft, review, Event("T1"), publish, end], "S.Done>D", "D.提交>R", "R.退回>D", "R.通过>T1", "T1.Done>P", "P.发布>E");
            case "reviewed in another branch":
                return Alone([start, Fork(), review, publish, Node("J", "Elsa.FlowJoin", ("mode", Literal("WaitAll"))), end], "S.Done>F", "F.甲>R", "F.乙>P", "R.通过>J", "P.发布>J", "J.Done>E");
            case "reviewed with another outcome":
                return Alone([start, draft, review, publish, end], "S.Done>D", "D.提交>R", "R.通过>P", "R.退回>P", "P.发布>E");
            case "reviewed in a branch that a timer overtakes":
                return Alone([start, Fork(), review, timer, any, publish, end], "S.Done>F", "F.甲>R", "F.乙>T", "R.通过>J", "T.Done>J", "J.Done>P", "P.发布>E");
            case "excused by a value the drawing writes itself":
                return Alone(["Proposal"], [start, Node("N", "Elsa.SetVariable", ("variable", new JsonObject { ["id"] = "Proposal", ["name"] = "Proposal" }), ("value", Feel("{hearing: false}"))), Node("Y", "Elsa.FlowDecision", ("condition", Feel("Proposal.hearing"))), hearing, decide, end],
                    "S.Done>N", "N.Done>Y", "Y.True>H", "Y.False>X", "H.提交>X", "X.决定>E");
            case "excused by another condition":
                return Alone([start, Switch("Y", ("听证", "Proposal.amount > 5")), hearing, decide, end], "S.Done>Y", "Y.听证>H", "Y.Default>X", "H.提交>X", "X.决定>E");
            case "excused by the default of a switch":
                return Alone([start, Switch("Y", ("听证", "Proposal.hearing")), hearing, decide, end], "S.Done>Y", "Y.听证>H", "Y.Default>X", "H.提交>X", "X.决定>E");
            case "excused by not":
                return Alone([start, Node("Y", "Elsa.FlowDecision", ("condition", Feel("not(Proposal.hearing)"))), hearing, decide, end], "S.Done>Y", "Y.False>H", "Y.True>X", "H.提交>X", "X.决定>E");
            case "an end hidden in a sequence before the archive":
                return Alone([start, visit, Sequence("Q", Node("I", "Elsa.If", ("condition", Feel("a = 1")), ("then", Node("Z", "Elsa.Finish")))), archive, end], "S.Done>V", "V.到场>Q", "Q.Done>A", "A.Done>E");
            case "archived in a branch that a timer overtakes":
                return Alone([start, Fork(), visit, archive, timer, any, end], "S.Done>F", "F.甲>V", "V.到场>A", "A.Done>J", "F.乙>T", "T.Done>J", "J.Done>E");
            case "archived only in one branch of an if":
                return Alone([start, visit, Node("I", "Elsa.If", ("condition", Feel("a = 1")), ("then", archive)), end], "S.Done>V", "V.到场>I", "I.Done>E");
            case "archived only in a loop":
                return Alone([start, visit, Node("L", "Elsa.ForEach", ("items", Feel("b")), ("body", archive)), end], "S.Done>V", "V.到场>L", "L.Done>E");
            case "another kind published by a condition":
                return Called(visit, call, "if a = 1 then {CaseId: 1, Kind: \"检查结果\"} else {CaseId: 1}");
            case "another kind named inside the input":
                return Called(visit, call, "{CaseId: 1, Kind: a, More: {Kind: \"检查结果\"}}");
            case "reviewed in a called workflow that nobody waits for":
                return (Definition([Start(), Node("C", "Elsa.DispatchWorkflow", ("workflowDefinitionId", Literal("part"))), publish, End()], "S.Done>C", "C.Done>P", "P.发布>E"), [Usable("part", 1, Chart("c", [start, draft, review, end], "S.Done>D", "D.提交>R", "R.退回>D", "R.通过>E"))], []);
            case "statement in the branch of an if that is never taken":
                return Alone([start, Node("I", "Elsa.If", ("condition", Feel("1 = 1")), ("then", HumanTask("N", "case-officer", "提交")), ("else", Step("H", "penalty.statement", "case-officer", "提交"))), decide, end], "S.Done>I", "I.Done>X", "X.决定>E");
            case "decided beside the notice":
                return Alone([start, Fork(), Step("N", "penalty.notice", "case-officer", "提交"), decide, Node("J", "Elsa.FlowJoin", ("mode", Literal("WaitAll"))), end], "S.Done>F", "F.甲>N", "F.乙>X", "N.提交>J", "X.决定>J", "J.Done>E");
            case "announced in the round after the visit":
                return Alone([start, Node("Y", "Elsa.FlowDecision", ("condition", Feel("a = 1"))), visit, publish, end], "S.Done>Y", "Y.True>V", "V.到场>P", "P.发布>Y", "Y.False>E");
            case "role kept in a variable":
                decide["role"] = new JsonObject { ["typeName"] = "String", ["expression"] = new JsonObject { ["type"] = "Variable", ["value"] = "{\"id\":\"who\",\"name\":\"who\"}" } };
                return Alone(["who"], [start, decide, end], "S.Done>X", "X.决定>E");
            case "archived behind a break":
                return Alone([start, Sequence("Q", visit, Node("I", "Elsa.If", ("condition", Feel("a = 1")), ("then", Node("B", "Elsa.Break"))), archive), end], "S.Done>Q", "Q.Done>E");
            case "archived behind a break in a loop":
                return Alone([start, Node("L", "Elsa.ForEach", ("items", Feel("b")), ("body", Sequence("Q", visit, Sequence("R", Node("I", "Elsa.If", ("condition", Feel("a = 1")), ("then", Node("B", "Elsa.Break")))), archive))), end], "S.Done>L", "L.Done>E");
            case "a break behind the archive":
                return Alone([start, Node("L", "Elsa.ForEach", ("items", Feel("b")), ("body", Sequence("Q", visit, HumanTask("N", "officer", "提交"), archive, Node("I", "Elsa.If", ("condition", Feel("a = 1")), ("then", Node("B", "Elsa.Break")))))), end], "S.Done>L", "L.Done>E");
            case "archived in a way of a switch that another overtakes":
                var many = Switch("F", ("甲", "true"), ("乙", "a = 1"));
                many["mode"] = "MatchAny";
                return Alone([start, many, visit, archive, timer, any, end], "S.Done>F", "F.甲>V", "V.到场>A", "A.Done>J", "F.乙>T", "T.Done>J", "F.Default>J", "J.Done>E");
            case "archived in a called workflow that a bare value does not wait for" or "archived in a called workflow that an input does not wait for":
                var archiving = Usable("part", 1, Chart("c", [start, HumanTask("N", "officer", "提交"), archive, end], "S.Done>N", "N.提交>A", "A.Done>E"));
                var begun = Node("C", drawing.Contains("bare", StringComparison.Ordinal) ? "Elsa.ExecuteWorkflow" : "Elsa.DispatchWorkflow", ("workflowDefinitionId", Literal("part")));
                begun["waitForCompletion"] = drawing.Contains("bare", StringComparison.Ordinal) ? false : new JsonObject { ["typeName"] = "Boolean", ["expression"] = new JsonObject { ["type"] = "Input", ["value"] = "true" } };
                return (Definition([Start(), visit, begun, End()], "S.Done>V", "V.到场>C", "C.Done>E"), [archiving], []);
            case "excused by what the variable holds from the start" or "excused by a variable of another name with its id" or "excused by a variable that begins with a small letter":
                var (held, _, _) = Alone(["Proposal"], [start, Node("N", "Elsa.SetVariable", ("variable", new JsonObject { ["id"] = "zz", ["name"] = "Other" }), ("value", Feel("{hearing: false}"))), Node("Y", "Elsa.FlowDecision", ("condition", Feel("Proposal.hearing"))), hearing, decide, end],
                    "S.Done>N", "N.Done>Y", "Y.True>H", "Y.False>X", "H.提交>X", "X.决定>E");
                var variables = held.Json["variables"]!.AsArray();
                if (drawing.EndsWith("start", StringComparison.Ordinal)) variables[0]!["value"] = "{\"hearing\": false}";
                else if (drawing.EndsWith("id", StringComparison.Ordinal)) variables.Add((JsonNode)new JsonObject { ["id"] = "Proposal", ["name"] = "Other", ["typeName"] = "Object" });
                else (variables[0]!["name"], variables[0]!["value"]) = ("proposal", "{\"hearing\": false}");
                return (held, [], []);
            case "another kind published by the called workflow":
                call["workflowDefinitionId"] = Literal("part");
                return (Definition([Start(), visit, call, End()], "S.Done>V", "V.到场>C", "C.Done>E"),
                    [Usable("part", 1, Chart("c", [start, Node("K", "Inspection.DraftPublication", ("kind", Literal("拟检查公告")), ("subjectId", Feel("1"))), draft, review, publish, end], "S.Done>K", "K.Done>D", "D.提交>R", "R.退回>D", "R.通过>P", "P.发布>E"))], []);
            case "another kind in the copy of a variable":
                var copied = Called(visit, call, "");
                copied.Item1.Json["root"]!["activities"]![2]!["input"] = new JsonObject { ["typeName"] = "Object", ["expression"] = new JsonObject { ["type"] = "Variable", ["value"] = "{\"id\":\"a\",\"name\":\"a\",\"Kind\":\"检查结果\"}" } };
                return copied;
            case "another kind behind a comment":
                return Called(visit, call, "{CaseId: 1, /* Kind: \"检查结果\" */ Kind : a}");
            case "another kind under an escaped name":
                return Called(visit, call, "{\"K\\u0069nd\": a, Other: {}, Kind: \"检查结果\"}");
            case "result published by the called workflow":
                return Called(visit, call, "{CaseId: 1, Kind: \"检查结果\"}");
            case "role given inside a used workflow that nobody uses yet":
                return (Usable("part", 1, Chart("c", [start, Step("X", "penalty.decide", "officer", "决定"), end], "S.Done>X", "X.决定>E")), [], []);
            case "review and publish in a sequence":
                // In a sequence an outcome chooses nothing: it is a drawing in it that lets only what has passed come on.
                return Alone([start, Sequence("Q", HumanTask("N", "planner", "提交"), Chart("G", [Node("GS", "Elsa.Start"), draft, review, publish, Node("GE", "Elsa.End")], "GS.Done>D", "D.提交>R", "R.退回>D", "R.通过>P", "P.发布>GE")), end], "S.Done>Q", "Q.Done>E");
            case "review in a used workflow":
                return (Definition([Start(), Use(2), End()], "S.Done>U", "U.Done>E"), [Usable("part", 2, Chart("c", [start, draft, review, publish, end], "S.Done>D", "D.提交>R", "R.退回>D", "R.通过>P", "P.发布>E"))], []);
            case "both branches review":
                return Alone([start, draft, Node("Y", "Elsa.FlowDecision", ("condition", Feel("a = 1"))), review, Step("R2", "publication.review", "section-head", "通过", "退回"), any, publish, end],
                    "S.Done>D", "D.提交>Y", "Y.True>R", "Y.False>R2", "R.退回>D", "R2.退回>D", "R.通过>J", "R2.通过>J", "J.Done>P", "P.发布>E");
            case "review in a drawing of its own":
                return Alone([start, Chart("G", [Node("GS", "Elsa.Start"), draft, review, publish, Node("GE", "Elsa.End")], "GS.Done>D", "D.提交>R", "R.退回>D", "R.通过>P", "P.发布>GE"), end], "S.Done>G", "G.Done>E");
            case "event before the review starts it" or "two starts":
                return Alone([start, Event("T1"), draft, review, publish, end], "S.Done>D", "T1.Done>D", "D.提交>R", "R.退回>D", "R.通过>P", "P.发布>E");
            case "a used workflow whose user reviews":
                return (Usable("part", 1, Chart("c", [start, publish, end], "S.Done>P", "P.发布>E")), [], []);
            case "archived behind it in a sequence":
                return Alone([start, Sequence("Q", visit, HumanTask("N", "officer", "提交"), archive), end], "S.Done>Q", "Q.Done>E");
            case "archived in all branches of a parallel":
                return Alone([start, visit, Node("L", "Elsa.Parallel", ("activities", new JsonArray(archive, HumanTask("N", "officer", "提交")))), end], "S.Done>V", "V.到场>L", "L.Done>E");
            case "a loop that waits inside a sequence":
                return Alone([start, Sequence("Q", draft), Node("Y", "Elsa.FlowDecision", ("condition", Feel("a = 1"))), end], "S.Done>Q", "Q.Done>Y", "Y.True>E", "Y.False>Q");
            case "going back in front of where the ways part":
                return Alone([start, draft, Node("Y", "Elsa.FlowDecision", ("condition", Feel("a = 1"))), HumanTask("M", "planner", "同意"), HumanTask("N", "planner", "通过", "退回"), end], "S.Done>D", "D.提交>Y", "Y.True>M", "M.同意>N", "Y.False>N", "N.退回>D", "N.通过>E");
            case "going back before a join for any":
                return Alone([start, Node("Y", "Elsa.FlowDecision", ("condition", Feel("a = 1"))), draft, HumanTask("N", "planner", "通过", "退回"), any, HumanTask("M", "planner", "同意"), end], "S.Done>Y", "Y.True>D", "D.提交>N", "N.退回>D", "N.通过>J", "Y.False>J", "J.Done>M", "M.同意>E");
            case "going back only to the end":
                return Alone([start, Node("Y", "Elsa.FlowDecision", ("condition", Feel("a = 1"))), draft, HumanTask("N", "planner", "通过", "退回"), end], "S.Done>Y", "Y.True>D", "D.提交>N", "N.退回>D", "N.通过>E", "Y.False>E");
            default:
                return Alone([start, visit, Node("K", "Inspection.DraftPublication", ("kind", Literal("检查结果")), ("subjectId", Feel("1"))), draft, review, publish, archive, end],
                    "S.Done>V", "V.到场>K", "K.Done>D", "D.提交>R", "R.退回>D", "R.通过>P", "P.发布>A", "A.Done>E");
        }
    }

    private static (WorkflowDefinition, IReadOnlyList<WorkflowDefinition>, IReadOnlyList<WorkflowDefinition>) Called(JsonObject visit, JsonObject call, string input)
    {
        call["input"] = Feel(input);
        var publication = Parse(JsonNode.Parse(File.ReadAllText(Repository.Path("workflows-json/publication.json")))!.AsObject());
        return (Definition([Start(), visit, call, End()], "S.Done>V", "V.到场>C", "C.Done>E"), [publication], []);
    }

    private static (WorkflowDefinition, IReadOnlyList<WorkflowDefinition>, IReadOnlyList<WorkflowDefinition>) Alone(JsonObject[] nodes, params string[] edges) => (Definition(nodes, edges), [], []);

    private static (WorkflowDefinition, IReadOnlyList<WorkflowDefinition>, IReadOnlyList<WorkflowDefinition>) Alone(string[] variables, JsonObject[] nodes, params string[] edges)
    {
        var definition = Definition(nodes, edges);
        definition.Json["variables"] = new JsonArray([.. variables.Select(v => (JsonNode)new JsonObject { ["id"] = v, ["name"] = v, ["typeName"] = "Object", ["storageDriverTypeName"] = "Elsa.Workflows.WorkflowInstanceStorageDriver, Elsa.Workflows.Core" })]);
        return (definition, [], []);
    }

    private static JsonObject Start() => Node("S", "Elsa.Start");

    private static JsonObject End() => Node("E", "Elsa.End");

    private static JsonObject Use(int version) => Node("U", "Part", ("workflowDefinitionId", "part"), ("workflowDefinitionVersionId", $"part-v{version}"), ("version", version));

    private static JsonObject Fork() => Node("F", "Elsa.FlowFork", ("branches", new JsonObject { ["expression"] = new JsonObject { ["type"] = "Object", ["value"] = "[\"甲\",\"乙\"]" } }));

    private static JsonObject Event(string id) => Node(id, "Elsa.Event", ("eventName", Literal("来件")), ("customProperties", new JsonObject { ["canStartWorkflow"] = true }));

    private static JsonObject Sequence(string id, params JsonObject[] activities) => Node(id, "Elsa.Sequence", ("activities", new JsonArray([.. activities])));

    private static JsonObject Switch(string id, params (string Label, string Condition)[] cases) => Node(id, "Elsa.FlowSwitch",
        ("cases", new JsonArray([.. cases.Select(c => (JsonNode)new JsonObject { ["label"] = c.Label, ["condition"] = new JsonObject { ["type"] = "FEEL", ["value"] = c.Condition } })])));

    private static JsonObject Step(string id, string form, string role, params string[] outcomes)
    {
        var step = HumanTask(id, role, outcomes);
        step["form"] = Literal(form);
        return step;
    }

    private static JsonObject Chart(string id, JsonObject[] nodes, params string[] edges) => Node(id, "Elsa.Flowchart", ("activities", new JsonArray([.. nodes])),
        ("connections", new JsonArray([.. edges.Select(e => e.Split('.', '>')).Select(p => (JsonNode)new JsonObject { ["source"] = new JsonObject { ["activity"] = p[0], ["port"] = p[1] }, ["target"] = new JsonObject { ["activity"] = p[2], ["port"] = "In" } })])));

    private static WorkflowDefinition Definition(JsonObject[] nodes, params string[] edges) => Parse(new JsonObject { ["definitionId"] = "x", ["name"] = "x", ["root"] = Chart("chart", nodes, edges) });

    private static WorkflowDefinition Usable(string id, int version, JsonObject root)
        => Parse(new JsonObject { ["id"] = $"{id}-v{version}", ["definitionId"] = id, ["name"] = "Part", ["version"] = version, ["options"] = new JsonObject { ["usableAsActivity"] = true }, ["root"] = root.DeepClone() });

    private static WorkflowDefinition Parse(JsonObject json) => WorkflowDefinition.Parse(json.ToJsonString()).Value;

    private static DefinitionLinter Linter() => new ServiceCollection().AddWorkflows().AddSingleton(EchoForm).BuildServiceProvider().GetRequiredService<DefinitionLinter>();
}
