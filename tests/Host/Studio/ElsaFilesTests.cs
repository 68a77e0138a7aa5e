using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using DoubleRandom.Inspections.People;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows.Definitions;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Tests.Host.Studio;

/// <summary>Files of another Elsa: old forms, unknown parts and damage, through every page that shows a draft.</summary>
public sealed class ElsaFilesTests
{
    /// <summary>As Elsa 3.0 wrote it: flat connections, switches at the top, no options; with a type nobody knows and properties of nobody.</summary>
    private const string Old = """
        {"$schema":"https://elsa/definition.json","id":"elsewhere-1","definitionId":"elsewhere","name":"外来流程","version":4,"isLatest":true,"isPublished":true,"usableAsActivity":false,"metadata":{"owner":"甲"},
         "root":{"id":"chart","type":"Elsa.Flowchart","version":1,"start":"a","activities":[
           {"id":"a","type":"Elsa.WriteLine","text":{"typeName":"String","expression":{"type":"Literal","value":"一"},"memoryReference":{"id":"a:input-1"}},"metadata":{"designer":{"position":{"x":-12.5,"y":3}}}},
           {"id":"b","type":"Acme.SendFax","number":{"typeName":"String","expression":{"type":"Python","value":"x"}},"then":{"id":"c","type":"Elsa.WriteLine"},"acme":[1,null,{"type":7}],"metadata":{"displayText":"发传真"}},
           {"id":"d","type":"Elsa.WriteLine","acme":{"kept":true}}],
          "connections":[{"source":"a","target":"b","sourcePort":"Done","targetPort":"In","acme":1},{"source":"b","target":"d","sourcePort":"Sent"}]}}
        """;

    [Theory, BothDatabases]
    public async Task Import_OldFormWithUnknownParts_IsShownDrawnSavedAndExportedWhole(string database)
    {
        await using var site = await EditorAsync(database);
        Assert.Equal(HttpStatusCode.OK, (await ImportAsync(site, Old)).Status);

        var page = WebUtility.HtmlDecode(await site.Client.GetStringAsync("/workflows/publishing/elsewhere"));
        Assert.Contains("class=\"edge", page, StringComparison.Ordinal);
        Assert.Contains("发传真", page, StringComparison.Ordinal);
        Assert.Contains("不执行 Python 脚本", page, StringComparison.Ordinal);
        using var shown = await site.Client.GetAsync("/elsa/api/workflow-definitions/by-definition-id/elsewhere?versionOptions=Latest");
        var model = JsonNode.Parse(await shown.Content.ReadAsStringAsync())!;
        Assert.Equal("b", model["root"]!["connections"]![1]!["source"]!["activity"]!.GetValue<string>());
        Assert.Equal("Sent", model["root"]!["connections"]![1]!["source"]!["port"]!.GetValue<string>());
        Assert.Equal("Elsa.NotFoundActivity", model["root"]!["activities"]![1]!["type"]!.GetValue<string>());

        using var save = new HttpRequestMessage(HttpMethod.Post, "/elsa/api/workflow-definitions") { Content = JsonContent.Create(new { model, publish = (bool?)null }) };
        save.Headers.Add("X-Draft", shown.Headers.GetValues("X-Draft").Single());
        using var saved = await site.Client.SendAsync(save);
        Assert.Equal(HttpStatusCode.OK, saved.StatusCode);
        var export = await site.Client.GetStringAsync("/elsa/api/workflow-definitions/elsewhere/export?versionOptions=Latest");
        var (before, after) = (JsonNode.Parse(Old)!, JsonNode.Parse(export)!);
        foreach (var path in (string[])["$schema", "usableAsActivity", "metadata", "root.start", "root.activities.0.text", "root.activities.0.metadata", "root.activities.1", "root.activities.2.acme", "root.connections.0.acme"])
            Assert.True(JsonNode.DeepEquals(At(before, path), At(after, path)), $"{path}: {At(after, path)?.ToJsonString()}");

        Assert.Equal(HttpStatusCode.OK, (await ImportAsync(site, export)).Status);
        Assert.Equal(1, await site.Host.ReadAsync(db => db.Set<DefinitionVersion>().CountAsync(v => v.DefinitionId == "elsewhere")));
    }

    [Theory, BothDatabases]
    public async Task Import_OneValueOfTheWrongKind_IsRefusedNamingThePlace(string database)
    {
        await using var site = await EditorAsync(database);
        (string Path, string Value, string Refusal)[] damages =
        [
            ("root.activities.0.type", "7", "root.activities[0].type”应是文本"),
            ("root.activities.0.metadata.designer.position.x", "\"links\"", "root.activities[0].metadata.designer.position.x”应是数字"),
            ("root.activities.1.number.expression.type", "[]", "root.activities[1].number.expression.type”应是文本"),
            ("root.activities.2", "null", "root.activities[2]”应是对象"),
            ("root.connections.1.source", "5", "root.connections[1].source”应是文本"),
            ("root.connections", "{}", "root.connections”应是列表"),
            ("root", "[]", "缺少根活动"),
            ("name", "{}", "name”应是文本"),
            ("version", "\"four\"", "version”应是数字"),
            ("definitionId", "5", "definitionId"),
        ];
        foreach (var (path, value, refusal) in damages)
        {
            var json = JsonNode.Parse(Old)!;
            var cut = path.LastIndexOf('.');
            var (parent, key) = (cut < 0 ? json : At(json, path[..cut])!, path[(cut + 1)..]);
            if (parent is JsonArray list) list[int.Parse(key, CultureInfo.InvariantCulture)] = JsonNode.Parse(value);
            else parent[key] = JsonNode.Parse(value);

            var (status, text) = await ImportAsync(site, json.ToJsonString());

            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Contains(refusal, text, StringComparison.Ordinal);
        }
        Assert.Contains("“root.activities[1].metadata.displayText”中有不完整的字符", (await ImportAsync(site, Old.Replace("发传真", "\\ud800", StringComparison.Ordinal))).Text, StringComparison.Ordinal);
        Assert.Contains("“root.activities[2]”中“id”写了两次", (await ImportAsync(site, Old.Replace("\"id\":\"d\"", "\"id\":\"d\",\"id\":\"d\"", StringComparison.Ordinal))).Text, StringComparison.Ordinal);
        Assert.Contains("活动“发传真”中的“root.activities[1].number.expression.type”", (await ImportAsync(site, Old.Replace("\"Python\"", "[]", StringComparison.Ordinal))).Text, StringComparison.Ordinal);
        Assert.Contains("第 1 行第", (await ImportAsync(site, Old[..60])).Text, StringComparison.Ordinal);
        using var alone = await site.Client.PostAsync("/elsa/api/workflow-definitions/import", new StringContent(Old.Replace("外来流程", "\\ud800", StringComparison.Ordinal), Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, alone.StatusCode);
        Assert.False(await site.Host.ReadAsync(db => db.Set<DefinitionVersion>().AnyAsync(v => v.DefinitionId == "elsewhere")));
    }

    [Theory, BothDatabases]
    public async Task Import_DamagedAtRandom_IsTakenAndShownOrRefusedInWords(string database)
    {
        await using var site = await EditorAsync(database);
        var random = new Random(20260918);
        string[] files = [Old, await File.ReadAllTextAsync(Repository.Path("workflows-json/supervision.json"))];
        var (taken, refused) = (0, 0);
        for (var n = 0; n < 60; n++)
        {
            var json = JsonNode.Parse(files[n % files.Length])!.AsObject();
            json["definitionId"] = $"damaged-{n}";
            json["name"] = $"受损{n}";
            var what = Damage(json, random);
            var (status, text) = await ImportAsync(site, json.ToJsonString());
            if (status is HttpStatusCode.BadRequest)
            {
                refused++;
                Assert.True(text.Any(c => c >= '一'), $"{what}: {text}");
                continue;
            }
            Assert.True(status is HttpStatusCode.OK, $"{what}: {text}");
            taken++;
            foreach (var path in (string[])[$"/elsa/api/workflow-definitions/by-definition-id/damaged-{n}?versionOptions=Latest", $"/workflows/publishing/damaged-{n}", $"/workflows/publishing/damaged-{n}/simulate"])
            {
                using var page = await site.Client.GetAsync(path);
                Assert.True((int)page.StatusCode < 500, $"{what}: {path} {(int)page.StatusCode}");
            }
        }
        Assert.True(taken > 5 && refused > 5, $"{taken} taken, {refused} refused.");
    }

    private static string Damage(JsonObject root, Random random)
    {
        List<(JsonNode Parent, string Key)> places = [];
        Walk(root["root"]!);
        foreach (var (name, _) in root.Where(p => p.Key is not ("definitionId" or "name"))) places.Add((root, name));
        var (parent, key) = places[random.Next(places.Count)];
        JsonNode?[] kinds = [null, 5, -1.5, "x", "", true, new JsonArray(), new JsonObject(), new JsonArray(1, null, "a"), new JsonObject { ["id"] = 5, ["type"] = true }];
        var kind = kinds[random.Next(kinds.Length)];
        var place = $"{parent.GetPath()}.{key} = {kind?.ToJsonString() ?? "null"}";
        if (parent is JsonArray list) list[int.Parse(key, CultureInfo.InvariantCulture)] = kind;
        else parent[key] = kind;
        return place;

        void Walk(JsonNode? node)
        {
            if (node is JsonObject o)
            {
                foreach (var (name, value) in o)
                {
                    places.Add((o, name));
                    Walk(value);
                }
            }
            else if (node is JsonArray a)
            {
                for (var i = 0; i < a.Count; i++)
                {
                    places.Add((a, i.ToString(CultureInfo.InvariantCulture)));
                    Walk(a[i]);
                }
            }
        }
    }

    private static JsonNode? At(JsonNode json, string path)
        => path.Split('.').Aggregate((JsonNode?)json, (node, key) => node is JsonArray list ? list[int.Parse(key, CultureInfo.InvariantCulture)] : node?[key]);

    private static async Task<(HttpStatusCode Status, string Text)> ImportAsync(StudioSite site, string json)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes(json)), "files", "file.json" } };
        using var answer = await site.Client.PostAsync("/elsa/api/workflow-definitions/import-files", form);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<StudioSite> EditorAsync(string database)
    {
        var site = await StudioSite.StartAsync(database, StudioPagesTests.FakeAssets.Value);
        await site.SignInAsync("editor", Roles.ProcessManager);
        await site.TakeTokenAsync();
        return site;
    }
}
