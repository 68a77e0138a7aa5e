using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Dispatching;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows.Definitions;
using DoubleRandom.Workflows.Forms;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Workflows;

/// <summary>Small published definitions and what is done with them.</summary>
internal static class Given
{
    /// <summary>A form that takes one text and gives it back.</summary>
    public static Form EchoForm { get; } = Form.Of("test.echo", "意见", [new FormField("opinion", "意见", Required: true)],
        (s, _) => Task.FromResult<Result<JsonObject>>(s.Text("opinion") == "拒绝" ? Refusal.Conflict("forms.unknown-choice", "意见", "拒绝") : new JsonObject { ["opinion"] = s.Text("opinion") }));

    public static Task<TestHost> HostAsync(string database) => TestHost.StartAsync(database, services => services.AddSingleton(EchoForm));

    public static JsonObject Literal(string value) => new() { ["typeName"] = "String", ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = value } };

    public static JsonObject Feel(string value) => new() { ["typeName"] = "Object", ["expression"] = new JsonObject { ["type"] = "FEEL", ["value"] = value } };

    public static JsonObject Node(string id, string type, params (string Name, JsonNode Value)[] inputs)
    {
        var node = new JsonObject { ["id"] = id, ["type"] = type, ["version"] = 1 };
        foreach (var (name, value) in inputs) node[name] = value;
        return node;
    }

    public static JsonObject HumanTask(string id, string role, params string[] outcomes)
        => Node(id, "Inspection.HumanTask", ("title", Literal(id)), ("role", Literal(role)), ("form", Literal("test.echo")),
            ("outcomes", new JsonObject { ["typeName"] = "Object", ["expression"] = new JsonObject { ["type"] = "Object", ["value"] = new JsonArray([.. outcomes.Select(o => (JsonNode)o)]).ToJsonString() } }));

    /// <param name="edges">For example <c>A.Done>B</c>.</param>
    public static Task PublishAsync(this TestHost host, string definitionId, JsonObject[] nodes, params string[] edges)
    {
        var connections = edges.Select(e => e.Split('.', '>')).Select(p => (JsonNode)new JsonObject
        {
            ["source"] = new JsonObject { ["activity"] = p[0], ["port"] = p[1] },
            ["target"] = new JsonObject { ["activity"] = p[2], ["port"] = "In" },
        });
        var variable = new JsonObject { ["id"] = "v", ["name"] = "Answer", ["typeName"] = "Object", ["storageDriverTypeName"] = "Elsa.Workflows.WorkflowInstanceStorageDriver, Elsa.Workflows.Core" };
        var json = new JsonObject
        {
            ["id"] = $"{definitionId}-v1",
            ["definitionId"] = definitionId,
            ["name"] = definitionId,
            ["version"] = 1,
            ["variables"] = new JsonArray(variable),
            ["options"] = new JsonObject { ["incidentStrategyType"] = "Elsa.Workflows.IncidentStrategies.ContinueWithIncidentsStrategy, Elsa.Workflows.Core" },
            ["root"] = new JsonObject { ["id"] = "chart", ["type"] = "Elsa.Flowchart", ["version"] = 1, ["activities"] = new JsonArray([.. nodes]), ["connections"] = new JsonArray([.. connections]) },
        };
        return host.PublishJsonAsync(definitionId, json.ToJsonString());
    }

    /// <summary>The definition as if it had come with the product.</summary>
    public static Task PublishJsonAsync(this TestHost host, string definitionId, string json) => host.RunAsync(services =>
    {
        services.GetRequiredService<DbContext>().Add(new DefinitionVersion
        {
            Id = $"{definitionId}-v1",
            DefinitionId = definitionId,
            Version = 1,
            Name = definitionId,
            Json = json,
            Hash = Hashing.Sha256Hex(json),
            Origin = "file",
            IsLatest = true,
            IsPublished = true,
            CreatedAt = host.Time.UtcNow,
            CreatedByName = "测试",
            PublishedAt = host.Time.UtcNow,
        });
        return Task.CompletedTask;
    });

    public static async Task<Guid> StartAsync(this TestHost host, string definitionId, string? correlationId = null, JsonObject? input = null)
    {
        var change = host.Change();
        var id = Ids.New(change);
        var result = await host.RunAsync((services, ct) => services.GetRequiredService<WorkflowRuntime>().StartAsync(new StartWorkflow(definitionId, id, correlationId, null, input), change, ct));
        Assert.Null(result.Refusal);
        return id;
    }

    public static Task<int> DrainAsync(this TestHost host) => host.Services.GetRequiredService<ChildPump>().DrainAsync();

    public static Task<WorkflowInstanceRow> InstanceAsync(this TestHost host, Guid id) => host.ReadAsync(db => db.Set<WorkflowInstanceRow>().AsNoTracking().SingleAsync(i => i.Id == id));

    public static Task<List<BookmarkRow>> BookmarksAsync(this TestHost host, Guid instanceId)
        => host.ReadAsync(db => db.Set<BookmarkRow>().AsNoTracking().Where(b => b.InstanceId == instanceId).OrderBy(b => b.Id).ToListAsync());

    public static Task<Result<BurstReport>> ResumeAsync(this TestHost host, Guid bookmarkId, JsonObject? input = null)
        => host.RunAsync(async (services, ct) =>
        {
            // A bookmark that is gone belongs to no instance; the runtime says the same of both.
            var instance = await services.GetRequiredService<DbContext>().Set<BookmarkRow>().Where(b => b.Id == bookmarkId).Select(b => b.InstanceId).SingleOrDefaultAsync(ct);
            return await services.GetRequiredService<WorkflowRuntime>().ResumeAsync(instance, bookmarkId, input, host.Change(), ct);
        });

    /// <summary>All lines of the journal: of each instance in the order they were written.</summary>
    public static Task<IReadOnlyList<JournalRow>> JournalAsync(this TestHost host)
        => host.ReadAsync(async db => InstanceHistory.Of(await db.Set<BurstRow>().AsNoTracking().OrderBy(b => b.InstanceId).ThenBy(b => b.Revision).ToListAsync()).Lines);

    /// <summary>What the instance's WriteLine steps wrote.</summary>
    public static async Task<List<string>> LinesAsync(this TestHost host, Guid instanceId)
        => [.. (await host.JournalAsync()).Where(j => j.InstanceId == instanceId && j.EventName == "Line").Select(j => j.Message!)];
}
