using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows.Definitions;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Tests.Workflows.Definitions;

/// <summary>Files of another Elsa: nothing of them is lost on the way in, through the database and out again.</summary>
public sealed class ElsaFileTests
{
    // What a version says about itself; the database gives it anew.
    private static readonly string[] OfTheVersion = ["id", "version", "isLatest", "isPublished"];

    [Theory, BothDatabases]
    public async Task Import_ForeignExport_IsKeptWholeAndGoesOutAsElsaReadsIt(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var definition = WorkflowDefinition.Parse(Foreign).Value;

        var imported = await host.HandleAsync((ImportDefinitionHandler h) => h.HandleAsync(new ImportDefinition(definition), host.Change(), default));

        Assert.Null(imported.Refusal);
        var row = await host.ReadAsync(db => db.Set<DefinitionVersion>().AsNoTracking().SingleAsync(v => v.DefinitionId == "order-flow"));
        var file = WorkflowDefinition.Parse(row.Json).Value.ToJson();
        var (sent, back) = (JsonNode.Parse(Foreign)!.AsObject(), JsonNode.Parse(file)!.AsObject());
        foreach (var name in OfTheVersion)
        {
            sent.Remove(name);
            Assert.True(back.Remove(name), name);
        }
        Assert.Equal(CanonicalJson.Write(sent), CanonicalJson.Write(back));
        // Out and in again: not a byte differs.
        Assert.Equal(file, WorkflowDefinition.Parse(file).Value.ToJson());
        var again = await host.HandleAsync((ImportDefinitionHandler h) => h.HandleAsync(new ImportDefinition(WorkflowDefinition.Parse(file).Value), host.Change(), default));
        Assert.True(again.Value.Unchanged);
    }

    [Fact]
    public void Compile_ForeignExport_KeepsUnknownNodesOldConnectionsAndEmbeddedActivities()
    {
        var workflow = CompiledWorkflow.Compile(WorkflowDefinition.Parse(Foreign).Value, new ActivityCatalog().AddElsa());

        Assert.Null(workflow.Find("Workflow1:chart:http")!.Body);
        Assert.NotNull(workflow.Find("Workflow1:chart:loop:write")!.Body);
        Assert.Equal(["http", "loop"], workflow.Find("Workflow1:chart")!.Edges.Select(e => e.Target.Id));
        Assert.Equal("v1", workflow.Find("Workflow1:chart:http")!.Outputs["parsedContent"]);
    }

    [Theory]
    [InlineData("""{"definitionId":"a","root":{"id":"r","type":"Elsa.Flowchart"},"n":1.0,"big":12345678901234567890.123456789012345678,"text":"中\\u0001\\\"<>&'"}""")]
    [InlineData("""{"root":{"type":"Elsa.Sequence","id":"r","activities":[]},"definitionId":"a","empty":{},"none":null,"list":[[],[1,2.50]]}""")]
    public void ToJson_NumbersAndOrder_AreNotTouched(string json)
    {
        var written = WorkflowDefinition.Parse(json).Value.ToJson();

        Assert.Equal(WorkflowDefinition.Parse(written).Value.ToJson(), written);
        foreach (var number in new[] { "1.0", "12345678901234567890.123456789012345678", "2.50" }.Where(json.Contains)) Assert.Contains(number, written, StringComparison.Ordinal);
        Assert.Equal(JsonNode.Parse(json)!.AsObject().Select(p => p.Key), JsonNode.Parse(written)!.AsObject().Select(p => p.Key));
    }

    /// <summary>Written by hand after what Elsa 3 writes: with what we do not know, in nodes, inputs, outputs and the envelope.</summary>
    private const string Foreign = """
        {
          "$schema": "https://elsaworkflows.io/schemas/workflow-definition/v3.0.0/schema.json",
          "id": "9d79991be1244bd4", "definitionId": "order-flow", "tenantId": "t1", "name": "Order flow", "description": null,
          "createdAt": "2026-01-02T03:04:05.678901+00:00", "version": 7, "toolVersion": "3.8.0.0",
          "variables": [{ "id": "v1", "name": "Answer", "typeName": "Object", "isArray": false, "value": null, "storageDriverTypeName": "Elsa.Workflows.WorkflowInstanceStorageDriver, Elsa.Workflows.Core", "future": { "x": [1, 2.50] } }],
          "inputs": [{ "type": "String", "isArray": false, "name": "OrderId", "displayName": "Order id", "uiHint": "singleline", "storageDriverType": null }],
          "outputs": [], "outcomes": ["Done", "Rejected"], "customProperties": { "VariableTestValues": { "v1": 1e3 } },
          "isReadonly": false, "isSystem": false, "isLatest": true, "isPublished": true,
          "options": { "activationStrategyType": null, "usableAsActivity": true, "autoUpdateConsumingWorkflows": false, "activityCategory": "Orders", "unheardOf": true },
          "root": {
            "id": "chart", "nodeId": "Workflow1:chart", "name": "Flowchart1", "type": "Elsa.Flowchart", "version": 1,
            "customProperties": { "notFoundConnections": [], "canStartWorkflow": false }, "metadata": {}, "variables": [],
            "activities": [
              { "id": "start", "nodeId": "Workflow1:chart:start", "type": "Elsa.Start", "version": 1, "customProperties": {}, "metadata": { "designer": { "position": { "x": -1.5, "y": 20 } } } },
              { "id": "http", "nodeId": "Workflow1:chart:http", "type": "Elsa.FlowSendHttpRequest", "version": 1, "resilienceStrategy": { "id": "r" },
                "url": { "typeName": "Uri", "expression": { "type": "CSharp", "value": "return new Uri(\"http://x\");" }, "memoryReference": { "id": "http:input-0" } },
                "expectedStatusCodes": { "typeName": "ICollection<Int32>", "expression": { "type": "Object", "value": "[200]" } },
                "parsedContent": { "typeName": "Object", "memoryReference": { "id": "v1" }, "converter?": { "id": "json", "settings": {} } } },
              { "id": "loop", "type": "Elsa.ForEach", "version": 1, "items": { "typeName": "Object", "expression": { "type": "Variable", "value": "{\"id\":\"v1\",\"name\":\"Answer\"}" } },
                "body": { "id": "write", "type": "Elsa.WriteLine", "version": 1, "text": { "typeName": "String", "expression": { "type": "Liquid", "value": "{{ Variables.CurrentValue }}" } } } }
            ],
            "connections": [
              { "source": { "activity": "start", "port": "Done" }, "target": { "activity": "http", "port": "In" }, "vertices": [{ "x": 1, "y": 2 }] },
              { "source": "http", "target": "loop", "sourcePort": "200", "targetPort": "In" }
            ]
          }
        }
        """;
}
