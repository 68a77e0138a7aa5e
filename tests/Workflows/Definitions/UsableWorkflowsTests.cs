using System.Text.Json.Nodes;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows.Activities;
using DoubleRandom.Workflows.Definitions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static DoubleRandom.Tests.Workflows.Given;

namespace DoubleRandom.Tests.Workflows.Definitions;

public sealed class UsableWorkflowsTests
{
    [Theory, BothDatabases]
    public async Task UsableDefinition_IsAnActivityType_AndRunsInsideItsUser(string database)
    {
        await using var host = await HostAsync(database);
        await host.PublishAsync("ask", [Node("L", "Elsa.WriteLine", ("text", Given.Feel("input.Question"))), Node("W", "Elsa.RunTask"), Node("X", "Elsa.Complete", ("outcomes", Literal("Rejected")))], "L.Done>W", "W.Done>X");
        await host.RunAsync(async s =>
        {
            var row = await s.GetRequiredService<DbContext>().Set<DefinitionVersion>().SingleAsync();
            var json = JsonNode.Parse(row.Json)!.AsObject();
            (json["name"], json["inputs"], json["outcomes"]) = ("询问当事人", new JsonArray(new JsonObject { ["type"] = "String", ["name"] = "Question", ["displayName"] = "问题" }), new JsonArray("Done", "Rejected"));
            json["options"]!["usableAsActivity"] = true;
            row.Json = json.ToJsonString();
        });
        var use = Node("U", "询问当事人", ("workflowDefinitionId", "ask"), ("workflowDefinitionVersionId", "ask-v1"), ("question", Literal("属实？")));
        await host.PublishAsync("user", [use, Node("R", "Elsa.WriteLine", ("text", Literal("退回")))], "U.Rejected>R");

        var id = await host.StartAsync("user");
        await host.ResumeAsync((await host.BookmarksAsync(id)).Single().Id);

        Assert.Equal(["属实？", "退回"], await host.LinesAsync(id));
        Assert.Equal(WorkflowStatus.Finished, (await host.InstanceAsync(id)).Status);
        var descriptor = Assert.Single(await host.ReadAsync(db => new UsableWorkflows(db).AllAsync(default)));
        Assert.Equal(("询问当事人", 1, "Question", "ask-v1"), (descriptor.TypeName, descriptor.Version, descriptor.Inputs.Single().Name, descriptor.Uses!.VersionId));
        Assert.Equal(["Done", "Rejected"], descriptor.Ports.Select(p => p.Name));
    }

    [Fact]
    public async Task Lint_UseOfWhatIsNotInForceAndTimersThatCannotBeTold_AreErrors()
    {
        await using var host = await HostAsync(Databases.Sqlite);
        var linter = host.Services.GetRequiredService<DefinitionLinter>();
        var cron = Node("T", "Elsa.Cron", ("cronExpression", Literal("每天九点")));
        cron["customProperties"] = new JsonObject { ["canStartWorkflow"] = true };
        var definition = Parse("user", [cron, Node("U", "询问当事人", ("workflowDefinitionId", "ask"), ("workflowDefinitionVersionId", "ask-v1"))]);
        var script = Parse("script", [Node("D", "Elsa.FlowDecision", ("condition", new JsonObject { ["expression"] = new JsonObject { ["type"] = "JavaScript", ["value"] = "getX().length > 0" } }))]);
        var simple = Parse("simple", [Node("D", "Elsa.FlowDecision", ("condition", new JsonObject { ["expression"] = new JsonObject { ["type"] = "JavaScript", ["value"] = "getX() > 0" } }))]);

        var findings = linter.Lint(definition, [Parse("other", [Node("S", "Elsa.Start")])]);

        Assert.Contains(findings, f => f is { NodeId: "U", Rule: "workflow-use", IsError: true });
        Assert.Contains(findings, f => f is { NodeId: "T", Rule: "trigger", IsError: true } && f.Message.Contains("每天九点", StringComparison.Ordinal));
        Assert.DoesNotContain(findings, f => f.Rule == "unknown-type");
        Assert.Contains(linter.Lint(script), f => f.Rule == "script" && f.Message.Contains("count(X) > 0", StringComparison.Ordinal));
        Assert.DoesNotContain(linter.Lint(simple), f => f.Rule is "script" or "feel");
    }

    private static WorkflowDefinition Parse(string id, JsonObject[] nodes) => WorkflowDefinition.Parse(new JsonObject
    {
        ["id"] = $"{id}-v1",
        ["definitionId"] = id,
        ["name"] = id,
        ["version"] = 1,
        ["root"] = new JsonObject { ["id"] = "chart", ["type"] = "Elsa.Flowchart", ["activities"] = new JsonArray([.. nodes]), ["connections"] = new JsonArray() },
    }.ToJsonString()).Value;
}
