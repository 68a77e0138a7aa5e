using DoubleRandom.Engine;
using DoubleRandom.Engine.Conformance;
using DoubleRandom.Engine.Expressions.Feel;
using DoubleRandom.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace DoubleRandom.Tests.Engine.Feel;

public sealed class FeelCasesTests(ITestOutputHelper output)
{
    static FeelCasesTests() => new ServiceCollection().AddEngine();

    [Fact]
    public void Kit_WhenBesideTheCheckout_PassesNinetyFivePercentOfValuesAndOfErrors()
    {
        var folder = Repository.Path("../shared/dmn-tck");
        if (!Directory.Exists(folder))
        {
            output.WriteLine("The FEEL compatibility kit is not beside the checkout (../shared/dmn-tck): its cases were not run.");
            Console.Error.WriteLine("FEEL compatibility kit absent: cases not run.");
            return;
        }

        var report = FeelCases.Run(folder);

        foreach (var line in report.Values.Failures.Concat(report.Errors.Failures)) output.WriteLine(line);
        Assert.True(report.Values.Passed >= 0.95 * (report.Values.Passed + report.Values.Failed), $"{report.Values.Passed} of {report.Values.Passed + report.Values.Failed} values.");
        Assert.True(report.Errors.Passed >= 0.95 * (report.Errors.Passed + report.Errors.Failed), $"{report.Errors.Passed} of {report.Errors.Passed + report.Errors.Failed} errors.");
    }

    [Theory]
    [InlineData("1 +", "1:4")]
    [InlineData("if true then\n  1 els 2", "2:5")]
    [InlineData("a = = b", "1:5")]
    public void Parse_WrongText_NamesLineAndColumn(string text, string place)
    {
        var refusal = FeelExpression.Parse(text).Refusal;

        Assert.NotNull(refusal);
        Assert.Equal("feel.syntax", refusal.Code);
        Assert.Equal(place, $"{refusal.Arguments[0]}:{refusal.Arguments[1]}");
    }

    [Theory]
    [InlineData("matches(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\", \"^(a+)+$\")", "false")]
    [InlineData("matches(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\", \"(a|aa)+$\")", "false")]
    [InlineData("replace(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", \"(a*)*b\", \"x\")", "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"")]
    [InlineData("matches(\"abab\", \"^(ab)\\1$\")", "true")]
    public void Evaluate_PatternsThatTryEveryWay_AreAnswered(string text, string value)
        => Assert.Equal(value, FeelExpression.Parse(text).Value.Evaluate(_ => null).ToJson()?.ToJsonString());

    [Theory]
    [InlineData("matches(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\", \"^(a+)+\\1$\")", "feel.too-slow")]
    [InlineData("for i in 1..1000000000 return i", "feel.too-")]
    [InlineData("[1..1000000000][item > 5]", "feel.too-large")]
    [InlineData("[1..1000000000][1]", "feel.too-large")]
    [InlineData("count(for i in 1..3000, j in 1..3000 return i * j)", "feel.too-")]
    [InlineData("count(distinct values(for i in 1..60000 return i))", "feel.too-slow")]
    [InlineData("for i in 1..60 return if i = 1 then [1] else [partial[-1], partial[-1]]", "feel.too-large")]
    [InlineData("for i in 1..400 return if i = 1 then [1] else [partial[-1]]", "feel.too-deep")]
    [InlineData("count(for i in 1..50000 return replace(\"aaaaaaaaaaaaaaaaaaaaaaaa!\", \"(a+)+$\", \"x\"))", "feel.too-slow")]
    public void Evaluate_BeyondTheBounds_IsStopped(string text, string code)
    {
        var result = FeelExpression.Parse(text).Value.Evaluate(_ => null);

        Assert.StartsWith(code, result.Error!.Code, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1 +\n  count(for i in 1..3000, j in 1..3000 return i * j)", "feel.too-", "2:")]
    [InlineData("if true then\n  [1..1000000000][item > 5] else 1", "feel.too-large", "2:3")]
    [InlineData("1 + count(\nmatches(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\", \"^(a+)+\\1$\"))", "feel.too-slow", "2:1")]
    [InlineData("{a: 1,\n b: for i in 1..400 return if i = 1 then [1] else [partial[-1]]}", "feel.too-deep", "1:1")]
    public void Evaluate_BeyondTheBounds_SaysWhere(string text, string code, string place)
    {
        var error = FeelExpression.Parse(text).Value.Evaluate(_ => null).Error!;

        Assert.StartsWith(code, error.Code, StringComparison.Ordinal);
        Assert.StartsWith(place, $"{error.Arguments[0]}:{error.Arguments[1]}", StringComparison.Ordinal);
        Assert.StartsWith($"表达式第 {error.Arguments[0]} 行第 {error.Arguments[1]} 列有误：", DoubleRandom.Basics.Texts.Of(error), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_TooLong_SaysWhereTheBoundIs()
    {
        var error = FeelExpression.Parse(new string('1', 10) + "\n" + new string('1', 70_000)).Refusal!;

        Assert.Equal(("feel.too-long", 2, 65_526), (error.Code, error.Arguments[0], error.Arguments[1]));
    }

    [Theory]
    [InlineData("{f: function(n: number) n, r: f(10)}.r", "10")]
    [InlineData("{f: function(n: number) n, r: f([10])}.r", "10")]
    [InlineData("{f: function(n: number) n != null, r: f(\"x\")}.r", "null")]
    [InlineData("{f: function(n: list<number>) n, r: f(10)}.r", "[10]")]
    [InlineData("{f: function(n: list<number>, m) count(n) + m, r: f([1, \"x\"], 1)}.r", "null")]
    [InlineData("{f: function(n: context<a: number>) n.a, r: f({a: 5})}.r", "5")]
    [InlineData("{f: function(n: tDeclaredElsewhere) n, r: f(\"x\")}.r", "\"x\"")]
    [InlineData("{f: function(pre-risk, a/b) pre-risk + a/b, r: f(a/b: 1, pre-risk: 2)}.r", "3")]
    public void Function_ParametersWithTypesAndNamesWithSigns_AreTakenAsDeclared(string text, string literal) => Assert.Equal(literal, FeelExpression.Parse(text).Value.Evaluate(_ => null).ToLiteral());

    [Theory]
    [InlineData("range(\"[18..21)\")", "[18..21)")]
    [InlineData("20 in range(\"[18..21]\")", "true")]
    [InlineData("range(\"(date(\\\"1970-01-01\\\")..@\\\"1970-01-02\\\")\")", "(@\"1970-01-01\"..@\"1970-01-02\")")]
    [InlineData("range(\"[21..18]\")", "null")]
    [InlineData("range(\"[1..x]\")", "null")]
    [InlineData("range(\"nonsense\")", "null")]
    [InlineData("range(from: \"[-1..1]\")", "[-1..1]")]
    public void Range_FromText_IsReadOrNull(string text, string literal) => Assert.Equal(literal, FeelExpression.Parse(text).Value.Evaluate(_ => null).ToLiteral());

    [Theory]
    [InlineData("is(value1: @\"2021-02-13\")", "false")]
    [InlineData("is(1)", "null")]
    [InlineData("list replace([1,2,3], 2.5, 4)", "[1, 4, 3]")]
    [InlineData("list replace([1,2,3], -1.5, 4)", "[1, 2, 4]")]
    [InlineData("for i in [2..1] return i", "null")]
    [InlineData("for i in 2..1 return i", "[2, 1]")]
    [InlineData("(=10) = [10..10]", "false")]
    [InlineData("10 in (=10)", "true")]
    [InlineData("upper case([\"a\"])", "\"A\"")]
    [InlineData("upper case([\"a\", \"b\"])", "null")]
    [InlineData("time(\"10:30:00.0001\") = time(\"10:30:00.0002\")", "true")]
    [InlineData("time(\"10:30:00.0001\") = time(\"10:30:01\")", "false")]
    [InlineData("string(date and time(\"2017-09-05T09:15:30.987654321\"))", "\"2017-09-05T09:15:30.987654321\"")]
    public void Evaluate_AtTheEdgesOfTheStandard_IsAsItsKitHasIt(string text, string literal) => Assert.Equal(literal, FeelExpression.Parse(text).Value.Evaluate(_ => null).ToLiteral());

    [Fact]
    public void NowAndToday_AreTheOfficesOrNull()
    {
        var office = new DateTimeOffset(2026, 9, 18, 0, 30, 0, TimeSpan.FromHours(8));

        Assert.Equal("@\"2026-09-18\"", FeelExpression.Parse("today()").Value.Evaluate(_ => null, now: office).ToLiteral());
        Assert.Equal("@\"2026-09-18T00:30:00+08:00\"", FeelExpression.Parse("now()").Value.Evaluate(_ => null, now: office).ToLiteral());
        Assert.Equal("null", FeelExpression.Parse("now()").Value.Evaluate(_ => null).ToLiteral());
    }
}
