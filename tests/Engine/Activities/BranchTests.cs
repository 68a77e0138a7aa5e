using System.Text.Json.Nodes;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Engine.Storage;
using static DoubleRandom.Tests.Engine.TracedRun;
using static DoubleRandom.Tests.Workflows.Given;

namespace DoubleRandom.Tests.Engine.Activities;

public sealed class BranchTests
{
    static BranchTests() => EngineTexts.Load();

    [Theory]
    [InlineData("MatchFirst", 7, "A E")]
    [InlineData("MatchAny", 7, "A B E")]
    [InlineData("MatchFirst", 1, "D E")]
    public async Task Switch_Modes_RunTheMatchingCases(string mode, int x, string executed)
    {
        var cases = new JsonArray(Case("a", "x > 5", Trace("A")), Case("b", "x > 6", Trace("B")));

        var run = await StartAsync(Sequence("S", Node("W", "Elsa.Switch", ("cases", cases), ("mode", Literal(mode)), ("default", Trace("D"))), Trace("E")), Variables(("x", x)));

        Assert.Equal(executed, run.Executed);
    }

    [Theory]
    [InlineData("[1, true, \"甲\", null]", "One Yes A")]
    [InlineData("[]", "")]
    public async Task FlowFork_BranchesOfAnyKind_AreOutcomesByTheirText(string branches, string executed)
    {
        var fork = Node("F", "Elsa.FlowFork", ("branches", new JsonObject { ["typeName"] = "Object", ["expression"] = new JsonObject { ["type"] = "Object", ["value"] = branches } }));

        var run = await StartAsync(Chart("C", [fork, Trace("One"), Trace("Yes"), Trace("A"), Trace("D")], "F.1>One", "F.true>Yes", "F.甲>A", "F.Done>D"));

        Assert.Equal(executed, run.Executed);
    }

    [Fact]
    public async Task Parallel_OneBranchWaits_GoesOnAfterAll()
    {
        var run = await StartAsync(Sequence("S", Node("P", "Elsa.Parallel", ("activities", new JsonArray(Trace("A"), Wait("W")))), Trace("E")));
        Assert.Equal("A W:wait", run.Executed);

        Assert.Equal("W:resumed E", (await run.ResumeAsync("W")).Executed);
    }

    [Fact]
    public async Task Fork_WaitAny_EndsTheOtherBranches()
    {
        var run = await StartAsync(Sequence("S", Node("F", "Elsa.Fork", ("joinMode", "WaitAny"), ("branches", new JsonArray(Wait("A"), Wait("B")))), Trace("E")));

        Assert.Equal("B:resumed E", (await run.ResumeAsync("B")).Executed);
        Assert.Equal(("", WorkflowStatus.Finished), (run.Bookmarks, run.Instance.Status));
    }

    [Fact]
    public async Task Complete_DeepInside_EndsTheWholeWorkflow()
    {
        var run = await StartAsync(Sequence("S", Chart("C", [Node("X", "Elsa.Complete", ("outcomes", Literal("Rejected"))), Trace("N")], "X.Done>N"), Trace("E")));

        Assert.Equal(("", WorkflowSubStatus.Finished), (run.Executed, run.Instance.SubStatus));
    }

    [Fact]
    public async Task WorkflowAsActivity_InputsOutputsOutcome_ReachItsUser()
    {
        var set = Node("O", "Elsa.SetOutput", ("outputName", Literal("Answer")), ("outputValue", By("upper case(input.Question)")));
        var used = Definition("询问", Sequence("S", Trace("Q", "input.Question"), Wait("W"), set, Node("X", "Elsa.Complete", ("outcomes", Literal("Rejected")))), more: new JsonObject
        {
            ["inputs"] = new JsonArray(new JsonObject { ["type"] = "String", ["name"] = "Question" }),
            ["outputs"] = new JsonArray(new JsonObject { ["type"] = "String", ["name"] = "Answer" }),
            ["outcomes"] = new JsonArray("Done", "Rejected"),
        });
        var use = Node("U", "询问", ("workflowDefinitionId", "询问"), ("workflowDefinitionVersionId", "询问-v1"), ("question", By("x")),
            ("answer", new JsonObject { ["typeName"] = "String", ["memoryReference"] = new JsonObject { ["id"] = "var-y" } }));
        var run = await StartAsync(Chart("C", [use, Trace("D"), Trace("R", "y")], "U.Done>D", "U.Rejected>R"), Variables(("x", "甲a"), ("y", null)), null, used);
        Assert.Equal("甲a W:wait", run.Executed);

        Assert.Equal("W:resumed 甲A", (await run.ResumeAsync("W")).Executed);
        Assert.Equal(WorkflowStatus.Finished, run.Instance.Status);
    }

    [Fact]
    public void WorkflowAsActivity_UsesItself_IsNotUnfoldedForEver()
    {
        var definition = Definition("case", Sequence("S", Node("U", "case", ("workflowDefinitionId", "case"), ("workflowDefinitionVersionId", "case-v1"))));

        var workflow = CompiledWorkflow.Compile(definition, new ActivityCatalog().AddElsa(), new Dictionary<string, WorkflowDefinition> { ["case-v1"] = definition });

        Assert.Null(workflow.Find("Workflow1:S:U")!.Body);
    }

    [Fact]
    public async Task Trigger_OneOfTwo_StartsTheChartThereAndTheOtherIsNotWaitedFor()
    {
        var chart = Chart("C", [Event("A", "甲"), Event("B", "乙"), Wait("W"), Trace("T")], "A.Done>T", "B.Done>W", "W.Done>T");

        var run = await StartAsync(Definition("case", chart), null, new StartedByTrigger("B", "内容"));

        Assert.Equal(("W:wait", "W"), (run.Executed, run.Bookmarks));
        // The joined step counts only edges that the start can reach, after a wait too.
        Assert.Equal("W:resumed T", (await run.ResumeAsync("W")).Executed);
        Assert.Equal(WorkflowStatus.Finished, run.Instance.Status);
    }

    [Theory]
    [InlineData("0 9 * * MON-FRI", "2026-09-18T01:00:00Z", "2026-09-21T01:00:00Z")]
    [InlineData("*/15 * * * *", "2026-09-18T01:00:00Z", "2026-09-18T01:15:00Z")]
    [InlineData("30 0 8 1 1 *", "2026-09-18T01:00:00Z", "2027-01-01T00:00:30Z")]
    [InlineData("0 0 L * *", "2026-02-10T00:00:00Z", "2026-02-27T16:00:00Z")]
    [InlineData("0 0 29 2 *", "2026-09-18T01:00:00Z", "2028-02-28T16:00:00Z")]
    [InlineData("0 0 31 2 *", "2026-09-18T01:00:00Z", null)]
    public void Cron_Next_IsReadInTheOffice(string text, string from, string? next)
    {
        var at = CronExpression.Parse(text).Value.Next(Utc(from), TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"));

        Assert.Equal(next is null ? null : Utc(next), at);
    }

    [Theory]
    [InlineData("0 9 * *")]
    [InlineData("60 * * * *")]
    [InlineData("* * 0 * *")]
    [InlineData("5-1 * * * *")]
    [InlineData("*/0 * * * *")]
    [InlineData("a b c d e")]
    public void Cron_Wrong_IsRefused(string text) => Assert.Equal("engine.bad-cron", CronExpression.Parse(text).Refusal?.Code);

    private static DateTime Utc(string text) => DateTime.Parse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AdjustToUniversal);

    private static JsonObject Event(string id, string name)
    {
        var node = Node(id, "Elsa.Event", ("eventName", Literal(name)));
        node["customProperties"] = new JsonObject { ["canStartWorkflow"] = true };
        return node;
    }

    private static JsonObject Case(string label, string condition, JsonObject activity)
        => new() { ["label"] = label, ["condition"] = new JsonObject { ["type"] = "FEEL", ["value"] = condition }, ["activity"] = activity };
}
