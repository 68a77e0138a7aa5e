using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows.Definitions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static DoubleRandom.Tests.Workflows.Given;

namespace DoubleRandom.Tests.Workflows.Definitions;

/// <summary>Shipped and imported files: what is taken in, what is only a draft, what is refused and why.</summary>
public sealed class DefinitionFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dr-definitions-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Shipped => [.. Directory.EnumerateFiles(Repository.Path("workflows-json"), "*.json").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Shipped))]
    public async Task Shipped_ImportedAndExported_IsTheSameByteForByte(string name)
    {
        var text = await File.ReadAllTextAsync(Repository.Path(Path.Combine("workflows-json", name)));

        Assert.Equal(text, await ThereAndBackAsync(text));
        Assert.Equal(Path.GetFileNameWithoutExtension(name), WorkflowDefinition.Parse(text).Value.DefinitionId);
    }

    /// <summary>The comparison would see it: a file of a shipped definition that is written otherwise does not come back as it was.</summary>
    [Theory]
    [InlineData("\"version\": 1", "\"version\":  1")]
    [InlineData("\n  \"root\": {", "\n\n  \"root\": {")]
    [InlineData("检查", "\\u68c0\u67e5")]
    public async Task Shipped_WrittenOtherwise_IsSeenByTheComparison(string said, string written)
    {
        var text = await File.ReadAllTextAsync(Repository.Path("workflows-json/inspection.json"));
        var other = text[..text.IndexOf(said, StringComparison.Ordinal)] + written + text[(text.IndexOf(said, StringComparison.Ordinal) + said.Length)..];

        Assert.NotEqual(other, await ThereAndBackAsync(other));
        Assert.Equal(text, await ThereAndBackAsync(other));
    }

    private static async Task<string> ThereAndBackAsync(string text)
    {
        await using var host = await TestHost.StartAsync();

        var imported = await host.HandleAsync((ImportDefinitionHandler h) => h.HandleAsync(new ImportDefinition(WorkflowDefinition.Parse(text).Value), host.Change(), default));
        var row = await host.ReadAsync(db => db.Set<DefinitionVersion>().SingleAsync());

        Assert.False(row.IsPublished);
        var back = WorkflowDefinition.Parse(row.Json).Value;
        // The draft says of itself that it is not published; nothing else differs.
        back.Json["isPublished"] = true;
        Assert.Equal(imported.Value.DefinitionId, back.DefinitionId);
        return back.ToJson();
    }

    [Theory, BothDatabases]
    public async Task TakeIn_NewAndChangedFiles_PublishOnceThenWaitAsDrafts(string database)
    {
        await using var host = await HostAsync(database);
        await WriteAsync("good", Definition("good", HumanTask("A", "planner", "同意")));

        var first = await TakeInAsync(host);
        var again = await TakeInAsync(host);
        await WriteAsync("good", Definition("good", HumanTask("B", "planner", "同意")));
        var changed = await TakeInAsync(host);

        Assert.Equal(["good"], first.Published);
        Assert.Empty(again.Published);
        Assert.Empty(again.Drafts);
        Assert.Equal(["good"], changed.Drafts);
        var versions = await host.ReadAsync(db => db.Set<DefinitionVersion>().OrderBy(v => v.Version).ToListAsync());
        Assert.Equal([(1, true, false), (2, false, true)], versions.Select(v => (v.Version, v.IsPublished, v.IsLatest)));
    }

    [Theory, BothDatabases]
    public async Task TakeIn_FileWithErrors_IsNamedAndTheOthersGoOn(string database)
    {
        await using var host = await HostAsync(database);
        await WriteAsync("good", Definition("good", HumanTask("A", "planner", "同意")));
        await WriteAsync("bad", Definition("bad", Node("X", "Inspection.Nothing")));
        await WriteAsync("misnamed", Definition("other", HumanTask("A", "planner", "同意")));
        await File.WriteAllTextAsync(Path.Combine(_folder, "broken.json"), "{");

        var taken = await TakeInAsync(host);

        Assert.Equal(["good"], taken.Published);
        Assert.Equal(["bad.json:X:unknown-type", "broken.json:-:unreadable", "misnamed.json:other:file-name"], taken.Refused.Select(f => string.Join(':', f.ToString().Split(':').Take(3))));

        // What was refused is looked at again once it is right.
        await WriteAsync("bad", Definition("bad", HumanTask("A", "planner", "同意")));
        Assert.Equal(["bad"], (await TakeInAsync(host)).Published);
    }

    [Theory, BothDatabases]
    public async Task Import_SameDrawing_ChangesNothingAndNeverPublishes(string database)
    {
        await using var host = await HostAsync(database);
        var definition = WorkflowDefinition.Parse(Definition("good", HumanTask("A", "planner", "同意")).ToJsonString()).Value;
        Task<Result<ImportedDefinition>> ImportAsync(WorkflowDefinition d, Actor? by = null)
            => host.HandleAsync((ImportDefinitionHandler h) => h.HandleAsync(new ImportDefinition(d), host.Change(by), default));

        Assert.Equal("workflows.not-admin", (await ImportAsync(definition, TestHost.Person("甲", "planner"))).Refusal!.Code);
        Assert.Equal(1, (await ImportAsync(definition)).Value.Version);
        Assert.True((await ImportAsync(definition)).Value.Unchanged);
        definition.Json["name"] = "改名";
        Assert.Equal(2, (await ImportAsync(definition)).Value.Version);

        Assert.Equal(0, await host.ReadAsync(db => db.Set<DefinitionVersion>().CountAsync(v => v.IsPublished)));
        Assert.Equal(2, await host.ReadAsync(db => db.Set<DefinitionVersion>().CountAsync()));
    }

    private static JsonObject Definition(string id, params JsonObject[] nodes) => new()
    {
        ["id"] = $"{id}-v1",
        ["definitionId"] = id,
        ["name"] = id,
        ["version"] = 1,
        ["root"] = new JsonObject
        {
            ["id"] = "chart",
            ["type"] = "Elsa.Flowchart",
            ["activities"] = new JsonArray([.. nodes, Node("E", "Elsa.End")]),
            ["connections"] = new JsonArray([.. nodes.Select(n => (JsonNode)new JsonObject
            {
                ["source"] = new JsonObject { ["activity"] = n["id"]!.DeepClone(), ["port"] = n["type"]!.GetValue<string>() == "Inspection.HumanTask" ? "同意" : "Done" },
                ["target"] = new JsonObject { ["activity"] = "E", ["port"] = "In" },
            })]),
        },
    };

    private Task WriteAsync(string name, JsonObject definition) => File.WriteAllTextAsync(Path.Combine(_folder, $"{name}.json"), definition.ToJsonString());

    private async Task<TakenIn> TakeInAsync(TestHost host)
    {
        var taken = await host.HandleAsync((TakeInDefinitionsHandler h) => h.HandleAsync(new TakeInDefinitions(_folder), host.Change(), default));
        Assert.Null(taken.Refusal);
        return taken.Value;
    }
}
