using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Engine.Storage;

namespace DoubleRandom.Engine.Conformance;

/// <summary>How many cases behaved as observed, and a line for each that did not.</summary>
public sealed record CaseReport(int Passed, IReadOnlyList<string> Failures)
{
    public int Failed => Failures.Count;
}

/// <summary>
/// Runs observed cases of a real Elsa (workflow, stimuli, what was seen) and judges ours. Compared are the trace, status, sub-status, open
/// bookmarks and incidents; three flags mark defects of Elsa where we deliberately do better.
/// </summary>
public static class ElsaCases
{
    public static async Task<CaseReport> RunAsync(string folder)
    {
        var passed = 0;
        List<string> failures = [];
        foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            if (JsonNode.Parse(await File.ReadAllTextAsync(file)) is not JsonObject json || json["mode"]?.GetValue<string>() != "counter") continue;
            var differences = await JudgeAsync(json);
            if (differences.Count == 0) passed++;
            else failures.Add($"{json["id"]}: {string.Join("; ", differences)}");
        }
        return new CaseReport(passed, failures);
    }

    /// <summary>The differences of one case; empty when it passes.</summary>
    internal static async Task<IReadOnlyList<string>> JudgeAsync(JsonObject json)
    {
        var trace = new BenchTrace();
        var store = new InMemoryWorkflowStore();
        var source = new OneDefinition(CompiledWorkflow.Compile(Definition(json), BenchTrace.Catalog(trace)));
        var runtime = new WorkflowRuntime(store, source, NoServices.It, []);
        var instanceId = Ids.New(Start);
        var flags = (json["flags"] as JsonArray ?? []).Select(f => f!.GetValue<string>()).ToList();
        List<string> differences = [];
        var at = Start;
        foreach (var step in json["observed"]!.AsArray().Select(o => o!.AsObject()))
        {
            at = at.AddSeconds(1);
            var change = new ChangeContext(Actor.System, at, DateOnly.FromDateTime(at));
            trace.Executed.Clear();
            var stimulus = step["stimulus"]!.GetValue<string>();
            if (stimulus == "start")
            {
                await runtime.StartAsync(new StartWorkflow("case", instanceId), change, default);
            }
            else
            {
                // Both an open and a consumed key are looked for among the stored bookmarks: a consumed one is not there any more.
                var key = stimulus[(stimulus.IndexOf(':', StringComparison.Ordinal) + 1)..];
                if (store.Bookmarks.FirstOrDefault(b => KeyOf(b) == key) is { } bookmark) await runtime.ResumeAsync(bookmark.InstanceId, bookmark.Id, null, change, default);
            }
            Compare(stimulus, step, trace, store, instanceId, flags, differences);
        }
        return differences;
    }

    private static DateTime Start => new(2026, 1, 5, 1, 0, 0, DateTimeKind.Utc);

    private static void Compare(string stimulus, JsonObject step, BenchTrace trace, InMemoryWorkflowStore store, Guid instanceId, List<string> flags, List<string> differences)
    {
        var instance = store.Instances.Single(i => i.Id == instanceId);
        var expected = Texts(step["executed"]);
        if (flags.Any(f => f.Contains("J executed 2x", StringComparison.Ordinal))) expected = [.. Once(expected, "J")];
        // Orphans are what stays open of an instance that has ended; while it runs its bookmarks are as observed.
        var orphans = instance.Status is WorkflowStatus.Finished && flags.Any(f => f.Contains("orphan bookmark rows", StringComparison.Ordinal));
        var bookmarks = orphans ? [] : Texts(step["openBookmarks"]);
        Check("executed", string.Join(" ", expected), string.Join(" ", trace.Executed));
        Check("status", step["status"]!.GetValue<string>(), instance.Status.ToString());
        Check("subStatus", step["subStatus"]!.GetValue<string>(), instance.SubStatus.ToString());
        Check("openBookmarks", Set(bookmarks), Set(store.Bookmarks.Select(KeyOf)));
        Check("incidents", Set(Texts(step["incidents"]).Select(Head)), Set(store.Incidents.Select(i => i.ActivityId)));

        void Check(string what, string wanted, string found)
        {
            if (wanted != found) differences.Add($"{stimulus}: {what} [{wanted}] was [{found}]");
        }
    }

    private static IEnumerable<string> Once(IEnumerable<string> executed, string label)
    {
        var seen = false;
        foreach (var entry in executed)
        {
            if (entry == label && seen) continue;
            seen |= entry == label;
            yield return entry;
        }
    }

    /// <summary>The key that the wait was given; where it has none, its id.</summary>
    private static string KeyOf(BookmarkRow bookmark) => JsonNode.Parse(bookmark.Payload)?["Key"]?.ToString() is { Length: > 0 } key ? key : bookmark.ActivityId;

    private static string Head(string incident) => incident.Split(':')[0];

    private static string Set(IEnumerable<string> values) => string.Join(" ", values.Order(StringComparer.Ordinal));

    private static List<string> Texts(JsonNode? list) => [.. (list as JsonArray ?? []).Select(e => e!.GetValue<string>())];

    private static WorkflowDefinition Definition(JsonObject json)
    {
        var variables = new JsonArray();
        foreach (var text in Texts(json["workflowVariables"]))
        {
            // For example "x=10 driver=WorkflowInstanceStorageDriver".
            var (name, rest) = (text.Split('=')[0], text[(text.IndexOf('=', StringComparison.Ordinal) + 1)..].Split(" driver="));
            variables.Add((JsonNode)new JsonObject { ["id"] = $"var-{name}-outer", ["name"] = name, ["typeName"] = "Int32", ["value"] = rest[0], ["storageDriverTypeName"] = rest.Length > 1 && rest[1] != "null" ? rest[1] : null });
        }
        var definition = new JsonObject
        {
            ["id"] = "case-v1",
            ["definitionId"] = "case",
            ["name"] = "case",
            ["version"] = 1,
            ["variables"] = variables,
            ["options"] = new JsonObject { ["incidentStrategyType"] = json["incidentStrategy"]?.DeepClone() },
            ["root"] = json["workflow"]!.DeepClone(),
        };
        var parsed = WorkflowDefinition.Parse(definition.ToJsonString());
        return parsed.Value;
    }

    private sealed class OneDefinition(CompiledWorkflow workflow) : IDefinitionSource
    {
        public ValueTask<CompiledWorkflow?> FindVersionAsync(string versionId, CancellationToken cancellationToken) => ValueTask.FromResult<CompiledWorkflow?>(workflow);

        public ValueTask<string?> PublishedVersionOfAsync(string definitionId, CancellationToken cancellationToken)
            => ValueTask.FromResult<string?>(definitionId == "case" ? "case-v1" : string.Create(CultureInfo.InvariantCulture, $"{definitionId}-v1"));

        public ValueTask<IReadOnlyList<CompiledWorkflow>> PublishedAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<CompiledWorkflow>>([workflow]);
    }

    private sealed class NoServices : IServiceProvider
    {
        public static NoServices It { get; } = new();

        public object? GetService(Type serviceType) => null;
    }
}
