using System.Diagnostics;
using System.Text.Json.Nodes;
using DoubleRandom.Documents.Conformance;
using DoubleRandom.Documents.Rendering.Liquid;
using DoubleRandom.Tests.Support;
using Xunit.Abstractions;

namespace DoubleRandom.Tests.Documents;

public sealed class LiquidTests(ITestOutputHelper output)
{
    /// <summary>The outside judge: 90 % at least. The cases lie beside the checkout and are no part of it.</summary>
    [Fact]
    public void GoldenLiquid_CasesBesideTheCheckout_NinetyPercentPass()
    {
        var folder = Path.Combine(Repository.Root, "..", "shared", "golden-liquid");
        for (var up = new DirectoryInfo(Repository.Root).Parent; up is not null && !Directory.Exists(folder); up = up.Parent) folder = Path.Combine(up.FullName, "shared", "golden-liquid");
        if (!Directory.Exists(folder))
        {
            output.WriteLine("golden-liquid is not beside the checkout: its cases were not run.");
            return;
        }

        var report = LiquidCases.Run(folder);

        output.WriteLine(string.Join('\n', report.Failures));
        Assert.True(report.Passed >= 0.9 * (report.Passed + report.Failures.Count), $"{report.Passed} passed, {report.Failures.Count} failed");
    }

    [Theory]
    [InlineData("{% if a %}\n\n  {% bad %}\n{% endif %}", 3, 6, "没有名为“bad”的标签")]
    [InlineData("甲乙\n{{ a | nosuch }}", 2, 8, "没有名为“nosuch”的过滤器")]
    [InlineData("{{ a | append }}", 1, 8, "缺少参数")]
    [InlineData("x\n{{ a", 2, 1, "没有以“}}”结束")]
    [InlineData("{% for i a %}{% endfor %}", 1, 10, "for 的变量之后应是 in")]
    [InlineData("一\n二 {{ a | divided_by: 0 }}", 2, 5, "除数为 0")]
    [InlineData("{% if a %}", 1, 6, "缺少 endif")]
    public void Mistake_InATemplate_IsToldWithItsPlace(string template, int line, int column, string message)
    {
        var e = Assert.Throws<LiquidException>(() => LiquidTemplate.Parse(template).Render([]));

        Assert.Equal((line, column), (e.Line, e.Column));
        Assert.StartsWith($"第 {line} 行第 {column} 列：", e.Message, StringComparison.Ordinal);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Greedy => new()
    {
        { "range", "{% for i in (1..1000000000000) %}x{% endfor %}" },
        { "nested loops", "{% for i in (1..99999) %}{% for j in (1..99999) %}x{% endfor %}{% endfor %}" },
        { "growing text", "{% assign s='aaaaaaaaaaaaaaaa' %}{% for i in (1..60) %}{% assign s = s | append: s %}{% endfor %}{{ s }}" },
        { "growing capture", "{% assign s='aaaaaaaaaaaaaaaa' %}{% for i in (1..60) %}{% capture s %}{{ s }}{{ s }}{% endcapture %}{% endfor %}" },
        { "growing list", "{% assign l=(1..90000) %}{% for i in (1..40) %}{% assign l = l | concat: l %}{% endfor %}" },
        { "sorting again and again", "{% assign l=(1..90000) %}{% for i in (1..1000) %}{% assign m = l | sort %}{% endfor %}" },
        { "replacing by itself", "{% assign s='aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' %}{% for i in (1..10) %}{% assign s = s | replace: 'a', s %}{% endfor %}" },
        { "endless partial", "{% include 'self' %}" },
        { "deep tags", string.Concat(Enumerable.Repeat("{% if true %}", 5000)) },
        { "deep parentheses", $"{{{{ {new string('(', 100_000)} }}}}" },
        { "open marks", string.Concat(Enumerable.Repeat("{{ ", 300_000)) },
        { "ten megabytes", new string('x', 10_000_000) },
    };

    [Theory, MemberData(nameof(Greedy))]
    public void Render_MoreThanIsAllowed_IsStoppedSoon(string name, string template)
    {
        var clock = Stopwatch.StartNew();

        Assert.Throws<LiquidException>(() => LiquidTemplate.Parse(template).Render([], _ => LiquidTemplate.Parse("{% include 'self' %}")));

        // Generous: on a quiet machine each takes well under a second.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"{name} took {clock.Elapsed}");
    }

    [Fact]
    public void Render_ValueWithMarkup_IsText()
        => Assert.Equal("&lt;b&gt;甲<br/>乙", LiquidTemplate.Parse("{{ a }}").Render(new JsonObject { ["a"] = "<b>甲\n乙" }, escape: true));

    [Theory]
    [InlineData("疏散通道堵塞", "疏散通道堵塞。")]
    [InlineData("已清理完毕。", "已清理完毕。")]
    [InlineData("答：“知道了。”", "答：“知道了。”")]
    [InlineData("某油坊(普通合伙)", "某油坊(普通合伙)。")]
    [InlineData("附：", "附：")]
    [InlineData(" ", "")]
    public void Sentence_WhatWasTyped_EndsWithOneMark(string typed, string ended)
        => Assert.Equal(ended, LiquidTemplate.Parse("{{ a | sentence }}").Render(new JsonObject { ["a"] = typed }));
}
