using System.Text.Json.Nodes;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows;
using DoubleRandom.Workflows.Activities;
using DoubleRandom.Workflows.Forms;
using Microsoft.Extensions.DependencyInjection;
using static DoubleRandom.Tests.Workflows.Given;

namespace DoubleRandom.Tests.Workflows.Forms;

/// <summary>What a form's act can be ended with, and how a chosen form brings it along.</summary>
public sealed class FormOutcomesTests
{
    [Fact]
    public void EveryForm_HasItsOutcomes_AndTheShippedStepsUseNoOthers()
    {
        var forms = new ServiceCollection().AddWorkflows().BuildServiceProvider().GetRequiredService<FormCatalogue>();

        Assert.All(forms.All, f => Assert.NotEmpty(FormOutcomes.Of(f.Key)));
        List<(string Form, string Outcome)> used = [];
        foreach (var file in Directory.EnumerateFiles(Repository.Path("workflows-json"), "*.json")) Walk(JsonNode.Parse(File.ReadAllText(file))!);
        Assert.True(used.Count > 60);
        Assert.All(used, u => Assert.Contains(u.Outcome, FormOutcomes.Of(u.Form)));

        void Walk(JsonNode? node)
        {
            if (node is JsonArray list) foreach (var inner in list) Walk(inner);
            if (node is not JsonObject step) return;
            if (HumanSteps.Contains(step["type"]?.ToString()) && step["outcomes"] is JsonObject outcomes)
                used.AddRange(JsonNode.Parse(outcomes["expression"]!["value"]!.GetValue<string>())!.AsArray().Select(o => (step["form"]!["expression"]!["value"]!.GetValue<string>(), o!.GetValue<string>())));
            foreach (var (_, inner) in step) Walk(inner);
        }
    }

    [Theory]
    [InlineData("case.approve", null, "批准、不予批准")]
    // Those of the form that was chosen before give way; what a person typed does not.
    [InlineData("case.approve", "同意、退回", "批准、不予批准")]
    [InlineData("case.approve", "批准、暂缓", "批准、暂缓")]
    [InlineData("case.approve", "暂缓", "暂缓")]
    [InlineData("test.echo", "暂缓", "暂缓")]
    public void Fill_AStepWithAChosenForm(string form, string? before, string after)
    {
        var step = HumanTask("A", "director", before?.Split('、') ?? []);
        step["form"] = Literal(form);
        if (before is null) step.Remove("outcomes");
        var chart = new JsonObject { ["type"] = "Elsa.Flowchart", ["id"] = "chart", ["activities"] = new JsonArray(step) };

        FormOutcomes.Fill(chart);

        Assert.Equal(after.Split('、'), JsonNode.Parse(step["outcomes"]!["expression"]!["value"]!.GetValue<string>())!.AsArray().Select(o => o!.GetValue<string>()));
    }

    [Fact]
    public void Allows_OnlyWhatTheActTellsApart()
    {
        Assert.True(FormOutcomes.Allows("case.approve", "批准"));
        Assert.False(FormOutcomes.Allows("case.approve", "不批准"));
        // One outcome: nothing is told apart, an office may call it what it likes.
        Assert.True(FormOutcomes.Allows("result.enter", "录入完毕"));
    }
}
