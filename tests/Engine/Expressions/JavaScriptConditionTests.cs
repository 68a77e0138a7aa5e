using System.Text.Json.Nodes;
using DoubleRandom.Engine.Expressions;
using DoubleRandom.Engine.Storage;
using static DoubleRandom.Tests.Engine.TracedRun;
using static DoubleRandom.Tests.Workflows.Given;

namespace DoubleRandom.Tests.Engine.Expressions;

public sealed class JavaScriptConditionTests
{
    static JavaScriptConditionTests() => EngineTexts.Load();

    [Theory]
    [InlineData("getAmount() > 1000", "Amount > 1000")]
    [InlineData("return getVariable('案件 号') === \"甲\";", "案件 号 = \"甲\"")]
    [InlineData("!variables.Done && (getX() !== null || getInput(\"Kind\") == 'a')", "not(Done) and (X != null or input.Kind = \"a\")")]
    [InlineData("getA() == -1.50", "A = -1.5")]
    [InlineData("true", "true")]
    [InlineData("a_b === 1", null)]
    [InlineData("getA() === getB() > 1", "A = (B > 1)")]
    [InlineData("getA() > 1 === true", "(A > 1) = true")]
    [InlineData("getA() == getB() == true", "(A = B) = true")]
    [InlineData("1 < getA() < 3", "(1 < A) < 3")]
    [InlineData("getA() == undefined || getB() != null", "A = null or B != null")]
    [InlineData("(getA() || getB()) && !getC()", "(A or B) and not(C)")]
    [InlineData("getA() == '\u7532'", "A = \"甲\"")]
    [InlineData("  getA()\n  >= 10 ;\n", "A >= 10")]
    [InlineData("-getA() < -0.5", "-A < -0.5")]
    public void Translate_Simple_IsSaidInFeel(string script, string? feel)
    {
        var result = JavaScriptCondition.Translate(script);

        Assert.Equal(feel, result.Refusal is null ? result.Value.Feel : null);
    }

    [Theory]
    [InlineData("getX() > 1 ? 'a' : 'b'", "if X > 1 then \"a\" else \"b\"")]
    [InlineData("getItems().length > 0", "count(Items) > 0")]
    [InlineData("getName().startsWith('甲')", "starts with(Name, \"甲\")")]
    [InlineData("getA() + getB() > 5", "A + B > 5")]
    [InlineData("variables.Order.Total >= 10", "Order.Total >= 10")]
    [InlineData("getX() ?? 1", "if X != null then X else 1")]
    [InlineData("getName() || '无名'", "if Name != null then Name else \"无名\"")]
    [InlineData("getX() === undefined", "X = null")]
    [InlineData("undefined !== getX()", "null != X")]
    [InlineData("`共 ${getTotal()} 元`", "\"共 \" + string(Total) + \" 元\"")]
    [InlineData("\"Parent: \" + getName();", "\"Parent: \" + string(Name)")]
    [InlineData("'甲' + getA() + '乙'", "\"甲\" + string(A) + \"乙\"")]
    [InlineData("[\"Apple\", 'Pear', 3]", "[\"Apple\", \"Pear\", 3]")]
    [InlineData("({ Message: 'Hello', 'n': getN() })", "({Message: \"Hello\", \"n\": N})")]
    [InlineData("getData()['id'] == getList()[0]", "Data.id = List[1]")]
    public void Translate_Beyond_IsRefusedWithTheFeelToWrite(string script, string feel)
    {
        var refusal = JavaScriptCondition.Translate(script).Refusal;

        Assert.Equal("engine.script-write-feel", refusal?.Code);
        Assert.Equal(feel, refusal!.Arguments[1]);
    }

    [Theory]
    [InlineData("getItems().map(x => x.y)")]
    [InlineData("setVariable('x', 1)")]
    [InlineData("let x = 1; x > 0")]
    [InlineData("`open ${getX()")]
    [InlineData("getX()[")]
    [InlineData("[1, 2")]
    [InlineData("({ a: 1 ")]
    [InlineData("getX() ??")]
    [InlineData("getX()[getY()]")]
    [InlineData("'open")]
    [InlineData("")]
    [InlineData("getX()++")]
    [InlineData("1e5 > getX()")]
    [InlineData("getCorrelationId() == 'a'")]
    [InlineData("getWorkflowInstanceId() != null")]
    [InlineData("getOutputFrom('a', 'Result')")]
    [InlineData("getX() && 'a'")]
    [InlineData("getX() > 1; getY() > 1")]
    [InlineData("getX() = 1")]
    [InlineData("getX() > 1 // 大额")]
    [InlineData("getX() & 1")]
    [InlineData("getX() ** 2 > 4")]
    [InlineData("typeof getX() === 'string'")]
    [InlineData("new Date() > getX()")]
    [InlineData("getX(1) > 1")]
    [InlineData("getX > 1")]
    [InlineData("/a/.test(getX())")]
    [InlineData("() => true")]
    [InlineData("getX() instanceof Object")]
    [InlineData("'a' in getX()")]
    [InlineData("Math.max(getX(), 1) > 1")]
    [InlineData("await getX()")]
    [InlineData("if (getX()) { return true; }")]
    [InlineData("process.exit()")]
    public void Translate_Scripts_AreRefused(string script) => Assert.Equal("engine.script-too-much", JavaScriptCondition.Translate(script).Refusal?.Code);

    [Fact]
    public void Translate_NestedDeep_IsRefusedNotAStackOverflow()
        => Assert.NotNull(JavaScriptCondition.Translate(new string('(', 1500) + "1" + new string(')', 1500)).Refusal);

    [Theory]
    [InlineData(5, "Y")]
    [InlineData(1, "N")]
    public async Task Decision_WithAScript_RunsThroughTheSameEvaluator(int value, string executed)
    {
        var decide = Node("D", "Elsa.FlowDecision", ("condition", new JsonObject { ["typeName"] = "Boolean", ["expression"] = new JsonObject { ["type"] = "JavaScript", ["value"] = "getCaseCount() > 2" } }));

        var run = await StartAsync(Chart("C", [decide, Trace("Y"), Trace("N")], "D.True>Y", "D.False>N"), Variables(("caseCount", value)));

        Assert.Equal((executed, WorkflowStatus.Finished), (run.Executed, run.Instance.Status));
    }

    [Fact]
    public async Task Now_InAStep_IsTheMomentOfTheChange()
    {
        var run = await StartAsync(Node("T", "Bench.Trace", ("label", By("string(today()) + string(now() >= now())"))));

        Assert.Equal("2026-01-05true", run.Executed);
    }
}
