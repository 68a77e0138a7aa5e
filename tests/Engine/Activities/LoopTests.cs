using System.Text.Json.Nodes;
using DoubleRandom.Engine.Storage;
using static DoubleRandom.Tests.Engine.TracedRun;
using static DoubleRandom.Tests.Workflows.Given;

namespace DoubleRandom.Tests.Engine.Activities;

public sealed class LoopTests
{
    static LoopTests() => EngineTexts.Load();

    [Fact]
    public async Task ForEach_WaitInTheBody_GoesOnWithTheNextItemAfterEachResume()
    {
        var run = await StartAsync(Sequence("S", Node("L", "Elsa.ForEach", ("items", By("""["a","b"]""")), ("body", Sequence("B", Trace("T", """CurrentValue + string(CurrentIndex)"""), Wait("W"), Trace("U", "CurrentValue")))), Trace("E")));
        Assert.Equal("a0 W:wait", run.Executed);

        Assert.Equal("W:resumed a b1 W:wait", (await run.ResumeAsync("W")).Executed);
        Assert.Equal("W:resumed b E", (await run.ResumeAsync("W")).Executed);
        Assert.Equal(WorkflowStatus.Finished, run.Instance.Status);
    }

    [Fact]
    public async Task ForEach_ListChangedInside_StillWalksTheListItBeganWith()
    {
        var set = Node("V", "Elsa.SetVariable", ("variable", new JsonObject { ["id"] = "var-list", ["name"] = "list" }), ("value", By("[]")));
        var run = await StartAsync(Node("L", "Elsa.ForEach", ("items", By("list")), ("body", Sequence("B", set, Wait("W"), Trace("T", "CurrentValue")))), Variables(("list", new JsonArray("x", "y"))));

        await run.ResumeAsync("W");
        await run.ResumeAsync("W");

        Assert.Equal("W:resumed y", run.Executed);
        Assert.Equal(WorkflowStatus.Finished, run.Instance.Status);
    }

    [Fact]
    public async Task ForEach_ItemsAreNoList_ParksTheLoop()
    {
        var run = await StartAsync(Node("L", "Elsa.ForEach", ("items", By("3")), ("body", Trace("T"))));

        Assert.Equal("L", run.OpenIncidents.Single().ActivityId);
        Assert.Contains("不是列表", run.OpenIncidents.Single().Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 3, 1, true, "1 2 3")]
    [InlineData(1, 3, 1, false, "1 2")]
    [InlineData(3, 1, -1, true, "3 2 1")]
    [InlineData(3, 1, -2, false, "3")]
    [InlineData(2, 1, 1, true, "")]
    public async Task For_Bounds_AreElsas(int start, int end, int step, bool inclusive, string executed)
    {
        var loop = Node("L", "Elsa.For", ("start", Number(start)), ("end", Number(end)), ("step", Number(step)), ("outerBoundInclusive", Literal(inclusive ? "true" : "false")), ("body", Trace("T", "string(CurrentValue)")));

        var run = await StartAsync(loop);

        Assert.Equal(executed, run.Executed);
        Assert.Equal(WorkflowStatus.Finished, run.Instance.Status);
    }

    [Fact]
    public async Task For_StepZero_ParksInsteadOfRunningForEver()
        => Assert.Contains("步长", (await StartAsync(Node("L", "Elsa.For", ("end", Number(3)), ("step", Number(0)), ("body", Trace("T"))))).OpenIncidents.Single().Message, StringComparison.Ordinal);

    [Fact]
    public async Task While_ConditionOverAVariable_IsAskedBeforeEveryRound()
    {
        var run = await StartAsync(Node("L", "Elsa.While", ("condition", By("x < 2")), ("body", Node("I", "Bench.IncVar", ("varName", Literal("x"))))), Variables(("x", 0)));

        Assert.Equal("I:x=0 I:x=1", run.Executed);
        Assert.Equal(WorkflowStatus.Finished, run.Instance.Status);
    }

    [Fact]
    public async Task While_ConditionUndecidedInTheSecondRound_ParksTheLoopAndRetryGoesOn()
    {
        var body = Sequence("B", Node("I", "Bench.IncVar", ("varName", Literal("x"))));
        var run = await StartAsync(Node("L", "Elsa.While", ("condition", By("if x = 1 then null else x < 2")), ("body", body)), Variables(("x", 0)));
        Assert.Equal("L", run.OpenIncidents.Single().ActivityId);

        // The value is still undecided: the retried loop parks again, and runs no round twice.
        await run.RetryAsync();

        Assert.Equal("", run.Executed);
        Assert.Equal("L", run.OpenIncidents.Single().ActivityId);
        Assert.Equal(1, run.Instance.IncidentCount);
    }

    [Fact]
    public async Task While_NeverFalseAndNeverWaiting_ParksTheStepItHasReached()
    {
        var run = await StartAsync(Node("L", "Elsa.While", ("condition", By("true")), ("body", Trace("T"))));

        Assert.Equal("T", run.OpenIncidents.Single().ActivityId);
        Assert.Equal(WorkflowStatus.Running, run.Instance.Status);
    }

    [Fact]
    public async Task Break_InsideIfInsideSequence_EndsTheInnermostLoopAtOnce()
    {
        var inner = Node("I", "Elsa.ForEach", ("items", By("[1,2,3]")), ("body", Sequence("B", Trace("T", "string(CurrentValue)"),
            Node("C", "Elsa.If", ("condition", By("CurrentValue = 2")), ("then", Node("X", "Elsa.Break"))), Trace("U", "\"u\" + string(CurrentValue)"))));
        var run = await StartAsync(Node("O", "Elsa.ForEach", ("items", By("""["a","b"]""")), ("body", Sequence("OB", inner, Trace("V", "CurrentValue")))));

        Assert.Equal("1 u1 2 a 1 u1 2 b", run.Executed);
    }

    [Fact]
    public async Task ParallelForEach_WaitInTheBody_HoldsEachItemApartAndEndsWithTheLast()
    {
        var run = await StartAsync(Sequence("S", Node("P", "Elsa.ParallelForEach", ("items", By("""["a","b"]""")), ("body", Sequence("B", Wait("W"), Trace("T", "CurrentValue + string(CurrentIndex)")))), Trace("E")));
        Assert.Equal("W:wait W:wait", run.Executed);

        Assert.Equal("W:resumed a0", (await run.ResumeAsync("W")).Executed);
        Assert.Equal("W:resumed b1 E", (await run.ResumeAsync("W")).Executed);
    }

    [Fact]
    public async Task ParallelForEach_MoreItemsThanTheBound_Parks()
        => Assert.Contains("1001", (await StartAsync(Node("P", "Elsa.ParallelForEach", ("items", By("for i in 1..1001 return i")), ("body", Trace("T"))))).OpenIncidents.Single().Message, StringComparison.Ordinal);

    private static JsonObject Number(int value) => new() { ["typeName"] = "Int32", ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = value } };
}
