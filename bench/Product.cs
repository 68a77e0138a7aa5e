using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Host;
using DoubleRandom.Host.Data;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Definitions;
using DoubleRandom.Workflows.Forms;
using DoubleRandom.Workflows.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Bench;

/// <summary>The product's own services on a database of their own, with small published definitions: 承办 → condition → 审核 → 承办 … without an end, and a family that dispatches five children and waits for them.</summary>
internal sealed class Product : IAsyncDisposable
{
    public const string DefinitionId = "bench";
    public const string FamilyId = "bench-family";
    public const string ChildId = "bench-child";
    public const string FanId = "bench-fan";
    private const string VisitId = "bench-visit";

    /// <summary>Children of one family.</summary>
    public const int ChildCount = 5;

    public static readonly Actor Clerk = new(new Guid("00000000-0000-7000-8000-000000000001"), "承办人", new HashSet<string> { "officer", "section-head", "draw-operator" });

    private static readonly Form Opinion = Form.Of("bench.opinion", "意见", [new FormField("opinion", "意见", Required: true)],
        (s, _) => Task.FromResult<Result<JsonObject>>(new JsonObject { ["opinion"] = s.Text("opinion"), ["amount"] = 300 }));

    private readonly ServiceProvider _services;

    private Product(ServiceProvider services, DatabaseSettings settings) => (_services, Settings) = (services, settings);

    public IServiceProvider Services => _services;

    public DatabaseSettings Settings { get; }

    public IUnitOfWork Units => _services.GetRequiredService<IUnitOfWork>();

    public TimeProvider Time => _services.GetRequiredService<TimeProvider>();

    public ChangeContext Change() => ChangeContext.Now(Time, Clerk, null, Guid.NewGuid());

    /// <param name="postgres">Null: SQLite in the folder.</param>
    public static async Task<Product> OpenAsync(string folder, string? postgres)
    {
        var settings = new DatabaseSettings(folder, postgres);
        if (settings.Prepare() is { } refusal) throw new IOException(refusal.ToString());
        var services = new ServiceCollection();
        services.AddLogging(l => l.SetMinimumLevel(LogLevel.Error));
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddDoubleRandom(settings);
        services.AddSingleton(Opinion);
        var product = new Product(services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = false, ValidateOnBuild = false }), settings);
        await using (var scope = product.Services.CreateAsyncScope()) await scope.ServiceProvider.GetRequiredService<Migrator>().ApplyAsync(CancellationToken.None);
        await product.PublishAsync();
        return product;
    }

    /// <summary>Starts one case; committed when the task is complete.</summary>
    public async Task<Guid> StartAsync(string caseNo, string definitionId = DefinitionId)
    {
        var change = Change();
        var id = Ids.New(change);
        var started = await Units.RunAsync((services, ct) =>
        {
            services.GetRequiredService<IAuditTrail>().Record(change, $"case/{caseNo}", "发起", caseNo);
            return services.GetRequiredService<WorkflowRuntime>().StartAsync(new StartWorkflow(definitionId, id, caseNo, null, null), change, ct);
        });
        if (started.Refusal is { } refusal) throw new InvalidOperationException(refusal.ToString());
        return id;
    }

    public async Task<Result<CompletedWorkItem>> CompleteAsync(Guid workItemId)
    {
        var change = Change();
        return await Units.RunAsync((services, ct) => services.GetRequiredService<CompleteWorkItemHandler>()
            .HandleAsync(new CompleteWorkItem(workItemId, "同意", new JsonObject { ["opinion"] = "同意，按程序办理" }), change, ct));
    }

    public async Task<T> ReadAsync<T>(Func<DbContext, Task<T>> read)
    {
        await using var scope = _services.CreateAsyncScope();
        return await read(scope.ServiceProvider.GetRequiredService<DbContext>());
    }

    public Task<List<Guid>> OpenItemsAsync() => ReadAsync(db => db.Set<WorkItem>().Where(i => i.Status == WorkItemStatus.Open).Select(i => i.Id).ToListAsync());

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private async Task PublishAsync()
    {
        if (await ReadAsync(db => db.Set<DefinitionVersion>().AnyAsync(v => v.DefinitionId == DefinitionId))) return;
        var change = Change();
        await Units.RunAsync<Done>((services, _) =>
        {
            var db = services.GetRequiredService<DbContext>();
            db.Add(Version(change, DefinitionId, "承办与审核", [Human("do", "承办", "officer"), Condition(), Human("check", "审核", "section-head")],
                Edge("do", "同意", "large"), Edge("large", "True", "check"), Edge("large", "False", "do"), Edge("check", "同意", "do"), Edge("check", "退回", "do")));
            db.Add(Version(change, FamilyId, "分办", [Human("do", "分办", "officer"), Children()], Edge("do", "同意", "children")));
            db.Add(Version(change, ChildId, "子事项", [new JsonObject { ["id"] = "line", ["type"] = "Elsa.WriteLine", ["version"] = 1, ["text"] = Value("String", "Literal", "已办") }]));
            return Task.FromResult<Result<Done>>(Done.It);
        });
    }

    /// <summary>The end of a campaign: a case for each object of its locked list, each with a workflow of its own that waits for its people.</summary>
    public Task PublishFanAsync(Campaign campaign)
    {
        var change = Change();
        return Units.RunAsync<Done>(async (services, ct) =>
        {
            var db = services.GetRequiredService<DbContext>();
            if (!await db.Set<DefinitionVersion>().AnyAsync(v => v.DefinitionId == VisitId, ct)) db.Add(Version(change, VisitId, "检查", [Human("do", "承办", "officer")]));
            JsonNode open = new JsonObject
            {
                ["id"] = "open",
                ["type"] = "Inspection.OpenCases",
                ["version"] = 1,
                ["subjectId"] = Value("String", "Literal", campaign.Id.ToString()),
                ["items"] = new JsonObject { ["typeName"] = "Object", ["memoryReference"] = new JsonObject { ["id"] = "v" } },
            };
            JsonNode fan = new JsonObject
            {
                ["id"] = "fan",
                ["type"] = "Elsa.BulkDispatchWorkflows",
                ["version"] = 1,
                ["workflowDefinitionId"] = Value("String", "Literal", VisitId),
                ["items"] = Value("Object", "FEEL", "Answer"),
                ["correlationIdFunction"] = Value("String", "FEEL", "item.CaseNo"),
            };
            db.Add(Version(change, $"{FanId}-{campaign.CampaignNo[1..]}", "逐户检查", [open, fan], Edge("open", "Done", "fan")));
            return Done.It;
        });
    }

    private static DefinitionVersion Version(ChangeContext change, string definitionId, string name, JsonNode[] activities, params JsonNode[] connections)
    {
        var json = new JsonObject
        {
            ["id"] = $"{definitionId}-v1",
            ["definitionId"] = definitionId,
            ["name"] = name,
            ["version"] = 1,
            ["variables"] = new JsonArray(new JsonObject { ["id"] = "v", ["name"] = "Answer", ["typeName"] = "Object", ["storageDriverTypeName"] = "Elsa.Workflows.WorkflowInstanceStorageDriver, Elsa.Workflows.Core" }),
            ["options"] = new JsonObject { ["incidentStrategyType"] = "Elsa.Workflows.IncidentStrategies.ContinueWithIncidentsStrategy, Elsa.Workflows.Core" },
            ["root"] = new JsonObject { ["id"] = "chart", ["type"] = "Elsa.Flowchart", ["version"] = 1, ["activities"] = new JsonArray(activities), ["connections"] = new JsonArray(connections) },
        }.ToJsonString();
        return new DefinitionVersion
        {
            Id = $"{definitionId}-v1",
            DefinitionId = definitionId,
            Version = 1,
            Name = name,
            Json = json,
            Hash = Hashing.Sha256Hex(json),
            Origin = "file",
            IsLatest = true,
            IsPublished = true,
            CreatedAt = change.At,
            CreatedByName = change.By.Name,
            PublishedAt = change.At,
        };
    }

    private static JsonObject Children() => new()
    {
        ["id"] = "children",
        ["type"] = "Elsa.BulkDispatchWorkflows",
        ["version"] = 1,
        ["workflowDefinitionId"] = Value("String", "Literal", ChildId),
        ["items"] = Value("Object", "Object", "[1,2,3,4,5]"),
        ["waitForCompletion"] = Value("Boolean", "Literal", "true"),
    };

    private static JsonObject Human(string id, string title, string role) => new()
    {
        ["id"] = id,
        ["type"] = "Inspection.HumanTask",
        ["version"] = 1,
        ["title"] = Value("String", "Literal", title),
        ["role"] = Value("String", "Literal", role),
        ["form"] = Value("String", "Literal", Opinion.Key),
        ["outcomes"] = Value("Object", "Object", "[\"同意\",\"退回\"]"),
        ["result"] = new JsonObject { ["typeName"] = "Object", ["memoryReference"] = new JsonObject { ["id"] = "v" } },
    };

    private static JsonObject Condition() => new()
    {
        ["id"] = "large",
        ["type"] = "Elsa.FlowDecision",
        ["version"] = 1,
        ["condition"] = Value("Boolean", "FEEL", "Answer.amount >= 200 and Answer.opinion != \"退回\""),
    };

    private static JsonObject Value(string type, string language, string value) => new() { ["typeName"] = type, ["expression"] = new JsonObject { ["type"] = language, ["value"] = value } };

    private static JsonObject Edge(string from, string port, string to) => new()
    {
        ["source"] = new JsonObject { ["activity"] = from, ["port"] = port },
        ["target"] = new JsonObject { ["activity"] = to, ["port"] = "In" },
    };
}
