using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Conformance;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Engine.Storage;

namespace DoubleRandom.Tests.Engine;

/// <summary>One instance in memory, made of the conformance activities: what was executed, in order, since the last stimulus.</summary>
internal sealed class TracedRun : IDefinitionSource, IServiceProvider
{
    private readonly BenchTrace _trace = new();
    private readonly InMemoryWorkflowStore _store = new();
    private readonly CompiledWorkflow _workflow;
    private readonly Dictionary<string, CompiledWorkflow> _versions = new(StringComparer.Ordinal);
    private readonly WorkflowRuntime _runtime;
    private DateTime _at = new(2026, 1, 5, 1, 0, 0, DateTimeKind.Utc);

    private TracedRun(WorkflowDefinition definition, WorkflowDefinition[] used)
    {
        _workflow = CompiledWorkflow.Compile(definition, BenchTrace.Catalog(_trace), used.ToDictionary(d => d.Id));
        _runtime = new WorkflowRuntime(_store, this, this, []);
        InstanceId = Ids.New(_at);
    }

    public Guid InstanceId { get; }

    public WorkflowInstanceRow Instance => _store.Instances.Single(i => i.Id == InstanceId);

    public string Executed => string.Join(' ', _trace.Executed);

    public string Bookmarks => string.Join(' ', _store.Bookmarks.Select(b => b.ActivityId).Order(StringComparer.Ordinal));

    public IReadOnlyList<IncidentRow> OpenIncidents => [.. _store.Incidents.Where(i => i.ResolvedAt is null)];

    /// <summary>An input given by a FEEL expression.</summary>
    public static JsonObject By(string feel) => Workflows.Given.Feel(feel);

    public static JsonObject Trace(string id, string? feelLabel = null)
        => feelLabel is null ? Workflows.Given.Node(id, "Bench.Trace") : Workflows.Given.Node(id, "Bench.Trace", ("label", Workflows.Given.Feel(feelLabel)));

    public static JsonObject Wait(string id) => Workflows.Given.Node(id, "Bench.Wait", ("key", Workflows.Given.Literal(id)));

    public static JsonObject Sequence(string id, params JsonObject[] activities) => Workflows.Given.Node(id, "Elsa.Sequence", ("activities", new JsonArray([.. activities])));

    /// <param name="edges">For example <c>A.Done>B</c>.</param>
    public static JsonObject Chart(string id, JsonObject[] activities, params string[] edges) => Workflows.Given.Node(id, "Elsa.Flowchart", ("activities", new JsonArray([.. activities])),
        ("connections", new JsonArray([.. edges.Select(e => e.Split('.', '>')).Select(p => (JsonNode)new JsonObject { ["source"] = new JsonObject { ["activity"] = p[0], ["port"] = p[1] }, ["target"] = new JsonObject { ["activity"] = p[2], ["port"] = "In" } })])));

    public static WorkflowDefinition Definition(string id, JsonObject root, JsonArray? variables = null, JsonObject? more = null)
    {
        var json = new JsonObject
        {
            ["id"] = $"{id}-v1",
            ["definitionId"] = id,
            ["name"] = id,
            ["version"] = 1,
            ["variables"] = variables ?? [],
            ["options"] = new JsonObject { ["incidentStrategyType"] = "ContinueWithIncidentsStrategy", ["usableAsActivity"] = true },
            ["root"] = root,
        };
        foreach (var (name, value) in more ?? []) json[name] = value?.DeepClone();
        return WorkflowDefinition.Parse(json.ToJsonString()).Value;
    }

    public static JsonArray Variables(params (string Name, JsonNode? Value)[] variables) => new([.. variables.Select(v => (JsonNode)new JsonObject
    {
        ["id"] = $"var-{v.Name}",
        ["name"] = v.Name,
        ["typeName"] = "Object",
        ["value"] = v.Value,
        ["storageDriverTypeName"] = "Elsa.Workflows.WorkflowInstanceStorageDriver, Elsa.Workflows.Core",
    })]);

    public static Task<TracedRun> StartAsync(JsonObject root, JsonArray? variables = null, JsonObject? input = null, params WorkflowDefinition[] used)
        => StartAsync(Definition("case", root, variables), input, null, used);

    public static async Task<TracedRun> StartAsync(WorkflowDefinition definition, JsonObject? input = null, StartedByTrigger? trigger = null, params WorkflowDefinition[] used)
    {
        var run = new TracedRun(definition, used);
        var result = await run._runtime.StartAsync(new StartWorkflow("case", run.InstanceId, Input: input, Trigger: trigger), run.Change(), default);
        Assert.Null(result.Refusal);
        return run;
    }

    public async Task<TracedRun> ResumeAsync(string activityId)
    {
        var bookmark = _store.Bookmarks.First(b => b.ActivityId == activityId);
        Assert.Null((await _runtime.ResumeAsync(bookmark.InstanceId, bookmark.Id, null, Change(), default)).Refusal);
        return this;
    }

    public async Task<TracedRun> RetryAsync(RevisedVariable? revised = null)
    {
        Assert.Null((await _runtime.RetryIncidentAsync(OpenIncidents[0].Id, Change(), default, revised)).Refusal);
        return this;
    }

    public async Task<TracedRun> SkipAsync(string outcome)
    {
        Assert.Null((await _runtime.SkipIncidentAsync(OpenIncidents[0].Id, outcome, Change(), default)).Refusal);
        return this;
    }

    /// <summary>The ways on behind the step of the first open incident.</summary>
    public IReadOnlyList<string> WaysOn => _workflow.Find(OpenIncidents[0].NodeId)!.Outgoing.Select(e => e.Port).Distinct().ToList() is { Count: > 0 } ports ? ports : ["Done"];

    /// <summary>Another version of the same definition.</summary>
    public CompiledWorkflow Add(WorkflowDefinition version) => _versions[version.Id] = CompiledWorkflow.Compile(version, BenchTrace.Catalog(_trace));

    public MigrationPlan PlanFor(string versionId, IReadOnlyDictionary<Guid, string> chosen) => InstanceMigration.Plan(_workflow, _versions[versionId], Instance, chosen);

    public async Task<MigrationMemory> MigrateAsync(string versionId, IReadOnlyDictionary<Guid, string> chosen)
    {
        var moved = await _runtime.MigrateAsync(InstanceId, versionId, chosen, Change(), default);
        Assert.Null(moved.Refusal);
        return moved.Value.Memory;
    }

    public async Task UndoAsync(MigrationMemory memory) => Assert.Null((await _runtime.UndoMigrationAsync(InstanceId, _workflow.Definition.Id, memory, Change(), default)).Refusal);

    /// <summary>The steps that were completed, in order.</summary>
    public IReadOnlyList<string> Completed => [.. _store.Journal.Where(j => j.EventName == "Completed").Select(j => j.ActivityId)];

    public IReadOnlyList<string> BookmarkRows => [.. _store.Bookmarks.Select(b => System.Text.Json.JsonSerializer.Serialize(b)).Order(StringComparer.Ordinal)];

    public ValueTask<CompiledWorkflow?> FindVersionAsync(string versionId, CancellationToken cancellationToken) => ValueTask.FromResult<CompiledWorkflow?>(_versions.GetValueOrDefault(versionId, _workflow));

    public ValueTask<string?> PublishedVersionOfAsync(string definitionId, CancellationToken cancellationToken) => ValueTask.FromResult<string?>($"{definitionId}-v1");

    public ValueTask<IReadOnlyList<CompiledWorkflow>> PublishedAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<CompiledWorkflow>>([_workflow]);

    public object? GetService(Type serviceType) => null;

    private ChangeContext Change()
    {
        _trace.Executed.Clear();
        _at = _at.AddSeconds(1);
        return new ChangeContext(Actor.System, _at, DateOnly.FromDateTime(_at));
    }
}
