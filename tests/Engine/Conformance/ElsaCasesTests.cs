using System.Text.Json.Nodes;
using DoubleRandom.Engine;
using DoubleRandom.Engine.Conformance;
using DoubleRandom.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Engine.Conformance;

public sealed class ElsaCasesTests
{
    static ElsaCasesTests() => new ServiceCollection().AddEngine();

    public static TheoryData<string> Cases()
    {
        var cases = new TheoryData<string>();
        foreach (var file in Directory.EnumerateFiles(Repository.Path("tests/Engine/elsa-conformance"), "*.json").Order(StringComparer.Ordinal))
        {
            if (JsonNode.Parse(File.ReadAllText(file))!["mode"]?.GetValue<string>() == "counter") cases.Add(Path.GetFileName(file));
        }
        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public async Task Case_RunByOurEngine_BehavesAsObserved(string file)
    {
        var json = JsonNode.Parse(await File.ReadAllTextAsync(Repository.Path($"tests/Engine/elsa-conformance/{file}")))!.AsObject();

        var differences = await ElsaCases.JudgeAsync(json);

        Assert.Empty(differences);
    }

    [Fact]
    public async Task Run_ChangedExpectation_Fails()
    {
        var json = JsonNode.Parse(await File.ReadAllTextAsync(Repository.Path("tests/Engine/elsa-conformance/fork-nojoin.json")))!.AsObject();
        json["observed"]![0]!["executed"] = new JsonArray("S", "WB:wait", "A");

        var differences = await ElsaCases.JudgeAsync(json);

        Assert.Contains(differences, d => d.Contains("executed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_OrphansFlagged_OnlyTheEndedInstanceHasNoBookmarksAndAWaitIsKnownByItsKey()
    {
        var json = JsonNode.Parse("""
            {"id":"own","mode":"counter","flags":["orphan bookmark rows on a finished instance"],"incidentStrategy":"FaultStrategy",
             "workflow":{"id":"chart","type":"Elsa.Flowchart","activities":[
                {"id":"S","type":"Bench.Trace"},
                {"id":"W1","type":"Bench.Wait","key":{"typeName":"String","expression":{"type":"Literal","value":"first"}}},
                {"id":"W2","type":"Bench.Wait","key":{"typeName":"String","expression":{"type":"Literal","value":"second"}}},
                {"id":"X","type":"Bench.Boom"}],
              "connections":[{"source":{"activity":"S"},"target":{"activity":"W1"}},{"source":{"activity":"S"},"target":{"activity":"W2"}},{"source":{"activity":"W1"},"target":{"activity":"X"}}]},
             "observed":[
                {"stimulus":"start","executed":["S","W1:wait","W2:wait"],"status":"Running","subStatus":"Suspended","openBookmarks":["first","second"]},
                {"stimulus":"resume:first","executed":["W1:resumed","X!throw"],"status":"Finished","subStatus":"Faulted","incidents":["X: boom"],"openBookmarks":["second"]}]}
            """)!.AsObject();

        Assert.Empty(await ElsaCases.JudgeAsync(json));

        json["observed"]![0]!["openBookmarks"] = new JsonArray();
        Assert.Contains(await ElsaCases.JudgeAsync(json), d => d.Contains("start: openBookmarks", StringComparison.Ordinal));
    }
}
