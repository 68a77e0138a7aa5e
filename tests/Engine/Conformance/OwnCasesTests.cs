using System.Text.Json.Nodes;
using DoubleRandom.Engine.Storage;
using static DoubleRandom.Tests.Engine.TracedRun;
using static DoubleRandom.Tests.Workflows.Given;

namespace DoubleRandom.Tests.Engine.Conformance;

/// <summary>What Elsa's rules say where no observed case lies beside: other join modes, terminals, nesting, strategies.</summary>
public sealed class OwnCasesTests
{
    static OwnCasesTests() => EngineTexts.Load();

    [Theory]
    [InlineData("WaitAny", "W1:resumed E", "", WorkflowStatus.Finished)]
    [InlineData("WaitAll", "W1:resumed", "W2", WorkflowStatus.Running)]
    [InlineData("WaitAllActive", "W1:resumed", "W2", WorkflowStatus.Running)]
    public async Task Join_TwoWaitsOneResumed_GoesOnOnlyInWaitAny(string mode, string executed, string open, WorkflowStatus status)
    {
        var run = await StartAsync(Chart("C", [Trace("S"), Wait("W1"), Wait("W2"), Join("J", mode), Trace("E")], "S.Done>W1", "S.Done>W2", "W1.Done>J", "W2.Done>J", "J.Done>E"));
        Assert.Equal("S W1:wait W2:wait", run.Executed);

        await run.ResumeAsync("W1");

        Assert.Equal((executed, open, status), (run.Executed, run.Bookmarks, run.Instance.Status));
    }

    [Theory]
    [InlineData("WaitAny", "D:True A E")]
    [InlineData("WaitAll", "D:True A")]
    [InlineData("WaitAllActive", "D:True A E")]
    public async Task Join_OnePathDead_GoesOnUnlessAllMustBeFollowed(string mode, string executed)
    {
        var run = await StartAsync(Chart("C", [Decide("D", true), Trace("A"), Trace("B"), Join("J", mode), Trace("E")], "D.True>A", "D.False>B", "A.Done>J", "B.Done>J", "J.Done>E"));

        Assert.Equal((executed, WorkflowStatus.Finished), (run.Executed, run.Instance.Status));
    }

    [Theory]
    [InlineData("WaitAny")]
    [InlineData("WaitAll")]
    [InlineData("WaitAllActive")]
    public async Task Join_InALoop_RunsOnceARound(string mode)
    {
        var loop = Node("L", "Bench.LoopDecision", ("times", Literal("1")));
        var run = await StartAsync(Chart("C", [Trace("S"), Trace("A"), Trace("B"), Trace("X"), Join("J", mode), loop, Trace("E")],
            "S.Done>A", "A.Done>B", "A.Done>X", "B.Done>J", "X.Done>J", "J.Done>L", "L.Again>A", "L.Exit>E"));

        Assert.Equal(("S A B X L:Again A B X L:Exit E", WorkflowStatus.Finished), (run.Executed, run.Instance.Status));
    }

    [Theory]
    [InlineData("Elsa.Finish")]
    [InlineData("Elsa.Complete")]
    [InlineData("Elsa.End")]
    public async Task Terminal_WhileAnotherBranchWaits_EndsTheInstance(string terminal)
    {
        var run = await StartAsync(Chart("C", [Trace("S"), Trace("A"), Wait("W"), Node("T", terminal)], "S.Done>A", "S.Done>W", "A.Done>T"));

        Assert.Equal(("S A W:wait", "", WorkflowSubStatus.Finished), (run.Executed, run.Bookmarks, run.Instance.SubStatus));
    }

    [Theory]
    [InlineData("Elsa.End", "A E")]
    [InlineData("Elsa.Finish", "A")]
    [InlineData("Elsa.Complete", "A")]
    public async Task Terminal_InAnInnerChart_EndsWhatItIsSaidToEnd(string terminal, string executed)
    {
        var run = await StartAsync(Sequence("S", Chart("C", [Trace("A"), Node("T", terminal), Trace("N")], "A.Done>T", "T.Done>N"), Trace("E")));

        Assert.Equal((executed, WorkflowStatus.Finished), (run.Executed, run.Instance.Status));
    }

    [Theory]
    [InlineData("Continue", WorkflowStatus.Running, WorkflowSubStatus.Suspended)]
    [InlineData("Fault", WorkflowStatus.Finished, WorkflowSubStatus.Faulted)]
    public async Task Incident_InOneBranchOfAJoin_HoldsTheJoinUnderBothStrategies(string strategy, WorkflowStatus status, WorkflowSubStatus subStatus)
    {
        var chart = Chart("C", [Trace("S"), Trace("A"), Node("B", "Bench.Boom"), Join("J", "WaitAll"), Trace("E")], "S.Done>A", "S.Done>B", "A.Done>J", "B.Done>J", "J.Done>E");
        var options = new JsonObject { ["options"] = new JsonObject { ["incidentStrategyType"] = strategy == "Continue" ? "ContinueWithIncidentsStrategy" : null } };

        var run = await StartAsync(Definition("case", chart, more: options));

        Assert.Equal(("S A B!throw", status, subStatus), (run.Executed, run.Instance.Status, run.Instance.SubStatus));
        Assert.Equal("B", run.OpenIncidents.Single().ActivityId);
    }

    [Fact]
    public async Task Incident_RetriedUntilItIsRight_EndsAndTheCaseFinishes()
    {
        var run = await StartAsync(Chart("C", [Trace("S"), Wait("W"), Node("D", "Elsa.FlowDecision", ("condition", By("x > 0"))), Join("J", "WaitAll"), Trace("E")],
            "S.Done>W", "S.Done>D", "W.Done>J", "D.True>J", "J.Done>E"), Variables(("x", null)));
        Assert.Equal(("S W:wait", "D"), (run.Executed, run.OpenIncidents.Single().ActivityId));

        Assert.Equal("W:resumed", (await run.ResumeAsync("W")).Executed);
        await run.RetryAsync(new("x", 1));

        Assert.Equal(("E", WorkflowStatus.Finished, 0), (run.Executed, run.Instance.Status, run.Instance.IncidentCount));
        Assert.Empty(run.OpenIncidents);
    }

    [Fact]
    public async Task Outcomes_SeveralPortsAtOnce_AllAreFollowedInOrder()
    {
        var fork = Node("F", "Elsa.FlowFork", ("branches", new JsonObject { ["typeName"] = "Object", ["expression"] = new JsonObject { ["type"] = "Object", ["value"] = """["甲","乙"]""" } }));

        var run = await StartAsync(Chart("C", [fork, Trace("A"), Trace("B"), Trace("N")], "F.甲>A", "F.乙>B", "F.丙>N"));

        Assert.Equal(("A B", WorkflowStatus.Finished), (run.Executed, run.Instance.Status));
    }

    [Fact]
    public async Task Edge_BackToTheDominator_RunsTheNodesBetweenAgain()
    {
        var loop = Node("L", "Bench.LoopDecision", ("times", Literal("2")));
        var run = await StartAsync(Chart("C", [Trace("S"), Wait("W"), loop, Trace("E")], "S.Done>W", "W.Done>L", "L.Again>S", "L.Exit>E"));

        Assert.Equal("W:resumed L:Again S W:wait", (await run.ResumeAsync("W")).Executed);
        Assert.Equal("W:resumed L:Again S W:wait", (await run.ResumeAsync("W")).Executed);
        Assert.Equal("W:resumed L:Exit E", (await run.ResumeAsync("W")).Executed);
    }

    [Theory]
    [InlineData("WaitAny")]
    [InlineData("WaitAll")]
    [InlineData("WaitAllActive")]
    public async Task Join_ReachedWhileAWayBackHasBegunAnAncestorAgain_EndsIt(string mode)
    {
        var loop = Node("L", "Bench.LoopDecision", ("times", Literal("1")));
        var run = await StartAsync(Chart("C", [Wait("W"), loop, Join("J", mode), Trace("E")], "W.Done>L", "L.Again>W", "L.Again>J", "J.Done>E"));

        await run.ResumeAsync("W");

        Assert.Equal(("W:resumed L:Again W:wait E", "", WorkflowStatus.Finished), (run.Executed, run.Bookmarks, run.Instance.Status));
    }

    [Fact]
    public async Task Join_TwoOnTheWay_WhatTheFirstPassesByIsNotLostForTheSecond()
    {
        var loop = Node("L", "Bench.LoopDecision", ("times", Literal("1")));
        var run = await StartAsync(Chart("C", [Wait("W"), loop, Join("K", "WaitAllActive"), Join("J", "WaitAny"), Wait("V")],
            "W.Done>L", "L.Again>W", "L.Exit>K", "L.Again>J", "K.Done>V", "J.Done>V"));

        Assert.Equal("W:resumed L:Again W:wait V:wait", (await run.ResumeAsync("W")).Executed);
        Assert.Equal(("V:resumed", WorkflowStatus.Finished), ((await run.ResumeAsync("V")).Executed, run.Instance.Status));
    }

    [Theory]
    [InlineData("Elsa.End")]
    [InlineData("Elsa.Finish")]
    public async Task Terminal_WithAnotherStepInTheQueue_TheStepDoesNotBegin(string terminal)
    {
        var run = await StartAsync(Chart("C", [Trace("S"), Node("T", terminal), Wait("W")], "S.Done>T", "S.Done>W"));

        Assert.Equal(("S", "", WorkflowSubStatus.Finished), (run.Executed, run.Bookmarks, run.Instance.SubStatus));
    }

    [Fact]
    public async Task Containers_BegunAfterOthersHaveEnded_AreFoundAgainAfterTheWait()
    {
        // What has ended leaves a gap in the state, and what begins later may stand before its own container.
        var decided = Node("If", "Elsa.If", ("condition", Literal("true")), ("then", Chart("C", [Wait("W"), Trace("T")], "W.Done>T")));
        var fork = Node("F", "Elsa.Fork", ("branches", new JsonArray(Trace("B"))), ("joinMode", "WaitAny"));
        var run = await StartAsync(Node("P", "Elsa.Parallel", ("activities", new JsonArray(decided, Trace("A"), fork))));
        Assert.Equal("A B W:wait", run.Executed);

        await run.ResumeAsync("W");

        Assert.Equal(("W:resumed T", WorkflowStatus.Finished), (run.Executed, run.Instance.Status));
    }

    [Fact]
    public async Task Node_NobodyLeadsTo_IsNotWaitedForByAJoin()
    {
        var chart = Chart("C", [Trace("S"), Trace("Lost"), Join("J", "WaitAll"), Trace("E")], "S.Done>J", "Lost.Done>J", "J.Done>E");

        var run = await StartAsync(chart);

        Assert.Equal(("S E", WorkflowStatus.Finished), (run.Executed, run.Instance.Status));
    }

    [Fact]
    public async Task Variables_InnerScope_HidesTheOuterAndIsGoneAfterIt()
    {
        var inner = Sequence("I", Node("A", "Bench.IncVar", ("varName", Literal("x"))), Wait("W"), Node("B", "Bench.IncVar", ("varName", Literal("x"))));
        inner["variables"] = new JsonArray(new JsonObject { ["id"] = "inner-x", ["name"] = "x", ["typeName"] = "Int32", ["value"] = 5, ["storageDriverTypeName"] = "Elsa.Workflows.WorkflowInstanceStorageDriver, Elsa.Workflows.Core" });
        var run = await StartAsync(Sequence("S", inner, Node("C", "Bench.IncVar", ("varName", Literal("x")))), Variables(("x", 1)));

        Assert.Equal("A:x=5 W:wait", run.Executed);
        Assert.Equal("W:resumed B:x=6 C:x=1", (await run.ResumeAsync("W")).Executed);
    }

    [Fact]
    public async Task Join_WaitAnyReached_EndsTheOtherWaysBeforeTheNextWayOfTheSameStepIsFollowed()
    {
        var run = await StartAsync(Chart("C", [Trace("S"), Wait("W4"), Wait("W5"), Wait("W2"), Trace("T6"), Trace("T7"), Join("J", "WaitAny")],
            "S.Done>W4", "S.Done>W5", "S.Done>W2", "W4.Done>T7", "W2.Done>T7", "W5.Done>J", "W5.Done>T6", "T6.Done>J", "T7.Done>J"));

        Assert.Equal("W4:resumed", (await run.ResumeAsync("W4")).Executed);
        Assert.Equal(("W5:resumed T7 T6", WorkflowStatus.Finished), ((await run.ResumeAsync("W5")).Executed, run.Instance.Status));
    }

    /// <summary>Drawings of a few steps, each with what Elsa does with it; what is not listed as executed does not run.</summary>
    public static TheoryData<string, string, string> Drawings()
    {
        var cases = new TheoryData<string, string, string>();
        Case("a drawing without connections runs its first step alone", Chart("C", [Trace("A"), Trace("B")]), "A");
        Case("an empty drawing is done", Sequence("S", Chart("C", []), Trace("E")), "E");
        Case("a decision whose way is not drawn ends there", Chart("C", [Decide("D", false), Trace("A")], "D.True>A"), "D:False");
        Case("the step behind both ways of a decision runs once", Chart("C", [Decide("D", true), Trace("A"), Trace("B"), Trace("E")], "D.True>A", "D.False>B", "A.Done>E", "B.Done>E"), "D:True A E");
        Case("a join with one way is passed", Chart("C", [Trace("S"), Join("J", "WaitAll"), Trace("E")], "S.Done>J", "J.Done>E"), "S E");
        Case("joins one behind the other", Chart("C", [Trace("S"), Trace("A"), Trace("B"), Join("J", "WaitAll"), Trace("C1"), Trace("D"), Join("K", "WaitAll"), Trace("E")],
            "S.Done>A", "S.Done>B", "A.Done>J", "B.Done>J", "J.Done>C1", "J.Done>D", "C1.Done>K", "D.Done>K", "K.Done>E"), "S A B C1 D E");
        Case("a start in a row is passed", Sequence("S", Trace("A"), Node("B", "Elsa.Start"), Trace("C")), "A C");
        Case("a start in a drawing is where it begins", Chart("C", [Trace("A"), Node("B", "Elsa.Start"), Trace("D")], "B.Done>D"), "D");
        Case("an end in a row ends the row", Sequence("S", Sequence("I", Trace("A"), Node("T", "Elsa.End"), Trace("B")), Trace("C")), "A C");
        Case("a break outside a loop ends its row", Sequence("S", Trace("A"), Node("T", "Elsa.Break"), Trace("B")), "A");
        Case("a finish ends everything", Sequence("S", Sequence("I", Trace("A"), Node("T", "Elsa.Finish"), Trace("B")), Trace("C")), "A");
        Case("a fork without branches is done", Sequence("S", Node("F", "Elsa.Fork", ("branches", new JsonArray())), Trace("E")), "E");
        Case("a finish in one branch ends the fork", Sequence("S", Node("F", "Elsa.Fork", ("branches", new JsonArray(Sequence("P", Trace("A"), Wait("W")), Sequence("Q", Trace("B"), Node("T", "Elsa.Finish"))))), Trace("E")), "A B W:wait");
        Case("an if without the branch it takes is done", Sequence("S", Node("I", "Elsa.If", ("condition", Literal("false")), ("then", Trace("A"))), Trace("E")), "E");
        Case("a loop over nothing is done", Sequence("S", Node("L", "Elsa.ForEach", ("items", By("[]")), ("body", Trace("A"))), Node("P", "Elsa.ParallelForEach", ("items", By("[]")), ("body", Trace("B"))), Trace("E")), "E");
        Case("a count begins at nought and goes up by one unless told", Sequence("S", Node("L", "Elsa.For", ("end", By("2")), ("body", Trace("A", "string(CurrentValue)")))), "0 1 2");
        Case("a break ends a count", Sequence("S", Node("L", "Elsa.For", ("end", By("3")), ("body", Sequence("B", BreakIf("CurrentValue = 2"), Trace("A", "string(CurrentValue)")))), Trace("E")), "0 1 E");
        Case("a break ends only the loop around it", Node("L", "Elsa.ForEach", ("items", By("[\"a\", \"b\"]")), ("body", Sequence("B", Trace("O", "CurrentValue"),
            Node("M", "Elsa.ForEach", ("items", By("[\"x\", \"y\", \"z\"]")), ("body", Sequence("N", BreakIf("CurrentValue = \"y\""), Trace("P", "CurrentValue"))))))), "a x b x");
        Case("an end in the drawing of a round ends that round", Node("L", "Elsa.ForEach", ("items", By("[1, 2]")), ("body", Chart("C", [Trace("A", "string(CurrentValue)"), Node("T", "Elsa.End"), Trace("B")], "A.Done>T", "T.Done>B"))), "1 2");
        Case("a count goes down and leaves out its end", Sequence("S", Node("L", "Elsa.For", ("start", By("3")), ("end", By("1")), ("step", By("-1")), ("outerBoundInclusive", Literal("false")), ("body", Trace("A", "string(CurrentValue)"))), Trace("E")), "3 2 E");
        Case("a break in one of several at once lets the others end, and then the loop", Sequence("S", Each("L", Node("P", "Elsa.Parallel", ("activities", new JsonArray(Sequence("Q", Trace("A"), Node("T", "Elsa.Break"), Trace("B")), Trace("C"))))), Trace("E")), "C A E");
        Case("a break as a step of a drawing ends it and the loop", Sequence("S", Each("L", Chart("C", [Trace("A"), Node("T", "Elsa.Break"), Trace("B")], "A.Done>T", "A.Done>B")), Trace("E")), "A E");
        Case("a break inside an if of a drawing ends the loop when the drawing is done", Sequence("S", Each("L", Chart("C", [Trace("A"), Node("I", "Elsa.If", ("condition", Literal("true")), ("then", Node("T", "Elsa.Break"))), Trace("B")], "A.Done>I", "I.Done>B")), Trace("E")), "A B E");
        Case("a switch without a match runs its default", Sequence("S", Choose("W", "MatchFirst", Trace("D"), ("x", "1 = 2", Trace("A"))), Trace("E")), "D E");
        Case("a switch without a match and a default is done", Sequence("S", Choose("W", "MatchFirst", null, ("x", "1 = 2", Trace("A"))), Trace("E")), "E");
        Case("a switch for any runs all that match", Sequence("S", Choose("W", "MatchAny", Trace("D"), ("x", "1 = 1", Trace("A")), ("y", "1 = 2", Trace("B")), ("z", "2 = 2", Trace("C"))), Trace("E")), "A C E");
        Case("a choice of ways without a match goes by its default", Chart("C", [Choose("W", "MatchFirst", null, ("x", "1 = 2", null), ("y", "1 = 3", null)), Trace("A"), Trace("B"), Trace("D")], "W.x>A", "W.y>B", "W.Default>D"), "D");
        Case("a choice of ways for any joins what it took", Chart("C", [Choose("W", "MatchAny", null, ("x", "1 = 1", null), ("y", "1 = 2", null), ("z", "2 = 2", null)), Trace("A"), Trace("B"), Trace("D"), Join("J", "WaitAllActive"), Trace("E")],
            "W.x>A", "W.y>B", "W.z>D", "A.Done>J", "B.Done>J", "D.Done>J", "J.Done>E"), "A D E");
        Case("a variable of the body begins anew in every round", Each("L", Own(Sequence("B", Node("A", "Bench.IncVar", ("varName", Literal("x"))), Node("A2", "Bench.IncVar", ("varName", Literal("x")))), "x", 5)), "A:x=5 A2:x=6 A:x=5 A2:x=6");
        Case("a drawing in a loop counts anew in every round", Each("L", Chart("C", [Trace("A"), Trace("B"), Trace("D"), Join("J", "WaitAll"), Trace("F")], "A.Done>B", "A.Done>D", "B.Done>J", "D.Done>J", "J.Done>F")), "A B D F A B D F");
        Case("a parallel with nothing in it is done", Sequence("S", Node("P", "Elsa.Parallel", ("activities", new JsonArray())), Trace("E")), "E");
        return cases;

        void Case(string says, JsonObject root, string executed) => cases.Add(says, root.ToJsonString(), executed);
    }

    [Theory]
    [MemberData(nameof(Drawings))]
    public async Task Drawing_OfAFewSteps_RunsAsElsaRunsIt(string says, string root, string executed)
    {
        var run = await StartAsync(JsonNode.Parse(root)!.AsObject());

        Assert.True(executed == run.Executed, $"{says}: [{executed}] was [{run.Executed}]");
        Assert.Equal(("", WorkflowSubStatus.Finished), (run.Bookmarks, run.Instance.SubStatus));
    }

    [Fact]
    public async Task While_WithAJoinInside_AsksAgainWhenTheJoinedRoundIsDone()
    {
        var round = Chart("C", [Node("I", "Bench.IncVar", ("varName", Literal("x"))), Wait("W1"), Wait("W2"), Join("J", "WaitAll"), Trace("R")], "I.Done>W1", "I.Done>W2", "W1.Done>J", "W2.Done>J", "J.Done>R");
        var run = await StartAsync(Sequence("S", Node("L", "Elsa.While", ("condition", By("x < 2")), ("body", round)), Trace("E")), Variables(("x", 0)));
        Assert.Equal("I:x=0 W1:wait W2:wait", run.Executed);

        Assert.Equal("W2:resumed", (await run.ResumeAsync("W2")).Executed);
        Assert.Equal("W1:resumed R I:x=1 W1:wait W2:wait", (await run.ResumeAsync("W1")).Executed);
        Assert.Equal("W1:resumed", (await run.ResumeAsync("W1")).Executed);
        Assert.Equal(("W2:resumed R E", WorkflowStatus.Finished), ((await run.ResumeAsync("W2")).Executed, run.Instance.Status));
    }

    [Fact]
    public async Task Parallel_InALoop_TheNextRoundBeginsWhenAllOfThisOneAreDone()
    {
        var run = await StartAsync(Sequence("S", Each("L", Node("P", "Elsa.Parallel", ("activities", new JsonArray(Wait("W1"), Sequence("Q", Wait("W2"), Trace("A")))))), Trace("E")));
        Assert.Equal("W1:wait W2:wait", run.Executed);

        Assert.Equal("W2:resumed A", (await run.ResumeAsync("W2")).Executed);
        Assert.Equal(("W1:resumed W1:wait W2:wait", "W1 W2"), ((await run.ResumeAsync("W1")).Executed, run.Bookmarks));
        await run.ResumeAsync("W1");
        Assert.Equal(("W2:resumed A E", "", WorkflowStatus.Finished), ((await run.ResumeAsync("W2")).Executed, run.Bookmarks, run.Instance.Status));
    }

    [Fact]
    public async Task Break_WhileAnotherOfSeveralWaits_WaitsForItAndBeginsNoFurtherRound()
    {
        var run = await StartAsync(Sequence("S", Each("L", Node("P", "Elsa.Parallel", ("activities", new JsonArray(Wait("W"), Sequence("Q", Trace("A"), Node("T", "Elsa.Break")))))), Trace("E")));
        Assert.Equal(("A W:wait", "W"), (string.Join(' ', run.Executed.Split(' ').Order(StringComparer.Ordinal)), run.Bookmarks));

        Assert.Equal(("W:resumed E", WorkflowStatus.Finished), ((await run.ResumeAsync("W")).Executed, run.Instance.Status));
    }

    [Fact]
    public async Task JoinForAny_InALoop_EndsTheOtherWaysOfItsOwnRoundOnly()
    {
        var run = await StartAsync(Sequence("S", Each("L", Chart("C", [Trace("A"), Wait("W1"), Wait("W2"), Join("J", "WaitAny"), Trace("R")], "A.Done>W1", "A.Done>W2", "W1.Done>J", "W2.Done>J", "J.Done>R")), Trace("E")));

        Assert.Equal(("W2:resumed R A W1:wait W2:wait", "W1 W2"), ((await run.ResumeAsync("W2")).Executed, run.Bookmarks));
        Assert.Equal(("W1:resumed R E", "", WorkflowStatus.Finished), ((await run.ResumeAsync("W1")).Executed, run.Bookmarks, run.Instance.Status));
    }

    [Theory]
    [InlineData("甲", "U A")]
    [InlineData("乙", "U B")]
    [InlineData("丙", "U")]
    public async Task UsedWorkflow_CompletedWithAnOutcome_GoesOnByItAlone(string outcome, string executed)
    {
        var used = Definition("part", Chart("P", [Wait("W"), Trace("U"), Node("T", "Elsa.Complete", ("outcomes", By($"[\"{outcome}\"]")))], "W.Done>U", "U.Done>T"), more: new JsonObject { ["outcomes"] = new JsonArray("甲", "乙") });
        var run = await StartAsync(Chart("C", [Node("N", "part", ("workflowDefinitionId", "part"), ("workflowDefinitionVersionId", "part-v1")), Trace("A"), Trace("B"), Trace("D")], "N.甲>A", "N.乙>B", "N.Done>D"), used: used);

        await run.ResumeAsync("W");

        Assert.Equal(($"W:resumed {executed}", WorkflowStatus.Finished), (run.Executed, run.Instance.Status));
    }

    [Fact]
    public async Task Timer_InALoop_WaitsAnewInEveryRound()
    {
        var run = await StartAsync(Sequence("S", Each("L", Sequence("B", Node("T", "Elsa.Timer", ("interval", Literal("01:00:00"))), Node("D", "Elsa.Delay", ("timeSpan", Literal("00:10:00"))), Trace("A", "string(CurrentValue)"))), Trace("E")));

        foreach (var executed in (string[])["1", "2 E"])
        {
            Assert.Equal("T", run.Bookmarks);
            Assert.Equal(("", "D"), ((await run.ResumeAsync("T")).Executed, run.Bookmarks));
            Assert.Equal(executed, (await run.ResumeAsync("D")).Executed);
        }
        Assert.Equal(WorkflowStatus.Finished, run.Instance.Status);
    }

    /// <summary>Two rounds.</summary>
    private static JsonObject Each(string id, JsonObject body) => Node(id, "Elsa.ForEach", ("items", By("[1, 2]")), ("body", body));

    private static JsonObject Own(JsonObject container, string variable, int value)
    {
        container["variables"] = new JsonArray(new JsonObject { ["id"] = $"own-{variable}", ["name"] = variable, ["typeName"] = "Int32", ["value"] = value, ["storageDriverTypeName"] = "Elsa.Workflows.WorkflowInstanceStorageDriver, Elsa.Workflows.Core" });
        return container;
    }

    /// <summary>With activities a switch that holds them, without a choice of ways.</summary>
    private static JsonObject Choose(string id, string mode, JsonObject? otherwise, params (string Label, string Condition, JsonObject? Activity)[] cases)
    {
        var node = Node(id, cases[0].Activity is null ? "Elsa.FlowSwitch" : "Elsa.Switch", ("mode", Literal(mode)),
            ("cases", new JsonArray([.. cases.Select(c => (JsonNode)new JsonObject { ["label"] = c.Label, ["condition"] = new JsonObject { ["type"] = "FEEL", ["value"] = c.Condition }, ["activity"] = c.Activity })])));
        if (otherwise is not null) node["default"] = otherwise;
        return node;
    }

    private static JsonObject BreakIf(string condition)
    {
        var id = $"If{condition.GetHashCode(StringComparison.Ordinal)}";
        return Node(id, "Elsa.If", ("condition", By(condition)), ("then", Node($"{id}b", "Elsa.Break")));
    }

    private static JsonObject Join(string id, string mode) => Node(id, "Elsa.FlowJoin", ("mode", Literal(mode)));

    private static JsonObject Decide(string id, bool value) => Node(id, "Bench.Decide", ("value", Literal(value ? "true" : "false")));
}
