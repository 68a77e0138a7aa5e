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
}
