using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Inspections.People;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows.Definitions;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Tests.Host.Studio;

/// <summary>What the Studio writes: drafts with a tag of the text they start from, findings with each save, and publishing that two persons do elsewhere.</summary>
public sealed class StudioEditTests
{
    [Theory, BothDatabases]
    public async Task Create_SaveAndReload_KeepsTheDrawingAndGivesItsFindings(string database)
    {
        await using var site = await EditorAsync(database);

        // As the Studio's create dialog sends it: no id, no activities.
        using var created = await SaveAsync(site, JsonNode.Parse("""{"definitionId":null,"name":"投诉举报专项检查","description":null,"variables":null,"inputs":null,"outputs":null,"outcomes":null,"customProperties":null,"options":null,"createdAt":"0001-01-01T00:00:00+00:00","version":1,"id":null,"root":{"id":"Flowchart1","type":"Elsa.Flowchart","version":1,"name":"Flowchart1"}}""")!.AsObject(), null);
        Assert.True(created.IsSuccessStatusCode, await created.Content.ReadAsStringAsync());
        var answer = await created.Content.ReadFromJsonAsync<JsonElement>();
        var definition = answer.GetProperty("workflowDefinition");
        Assert.Contains("publish", definition.GetProperty("links").EnumerateArray().Select(l => l.GetProperty("rel").GetString()));
        var id = definition.GetProperty("definitionId").GetString()!;

        var model = JsonNode.Parse(definition.GetRawText())!.AsObject();
        model["root"]!["activities"]!.AsArray().Add(JsonNode.Parse("""{"id":"T1","nodeId":"Workflow1:Flowchart1:T1","name":"HumanTask1","type":"Inspection.HumanTask","version":1,"metadata":{"designer":{"position":{"x":40,"y":80}}}}"""));
        using var saved = await SaveAsync(site, model, Tag(created));
        var findings = (await saved.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("findings").EnumerateArray().ToList();

        Assert.Contains(findings, f => f.GetProperty("nodeId").GetString() == "T1" && f.GetProperty("rule").GetString() == "task-role" && f.GetProperty("isError").GetBoolean());
        using var reload = await site.Client.GetAsync($"/elsa/api/workflow-definitions/by-definition-id/{id}?versionOptions=Latest");
        Assert.Equal(Tag(saved), Tag(reload));
        Assert.Equal("Workflow1:Flowchart1:T1", (await reload.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("root").GetProperty("activities")[0].GetProperty("nodeId").GetString());
        Assert.Equal(findings.Count, (await site.GetAsync($"/workflow-definitions/{id}/findings")).GetProperty("count").GetInt32());
        Assert.False((await site.GetAsync("/workflow-definitions/validation/is-name-unique?name=" + Uri.EscapeDataString("投诉举报专项检查"))).GetProperty("isUnique").GetBoolean());
    }

    [Fact]
    public async Task Save_WithoutAnEdit_MakesNoDraftHoweverDeepTheStepsStand()
    {
        await using var site = await EditorAsync(Databases.Sqlite);
        await site.TakeInAsync();
        // Steps in the cases of a switch, in the branches of a fork, in a loop in a row; each has its place in the journal, so each its node id.
        const string Nested = """
            {"definitionId":"nested","name":"层层嵌套","root":{"id":"c","type":"Elsa.Flowchart","version":1,"connections":[],"activities":[
            {"id":"W","type":"Elsa.Switch","version":1,"cases":[{"label":"甲","condition":{"type":"FEEL","value":"1 = 1"},"activity":{"id":"K","type":"Elsa.Sequence","version":1,"activities":[{"id":"L","type":"Elsa.WriteLine","version":1}]}}],"default":{"id":"D","type":"Elsa.WriteLine","version":1}},
            {"id":"F","type":"Elsa.Fork","version":1,"branches":[{"id":"B","type":"Elsa.WriteLine","version":1}]},
            {"id":"E","type":"Elsa.ForEach","version":1,"body":{"id":"Q","type":"Elsa.Flowchart","version":1,"activities":[{"id":"M","type":"Elsa.WriteLine","version":1}],"connections":[]}}]}}
            """;
        using var made = await site.Client.PutAsJsonAsync("/elsa/api/workflow-definitions/import", JsonNode.Parse(Nested));
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync());
        string Rows() => string.Join('\n', site.Host.ReadAsync(db => db.Set<DefinitionVersion>().OrderBy(v => v.Id).Select(v => v.Id + v.Hash + v.Json).ToListAsync()).GetAwaiter().GetResult());
        var before = Rows();

        foreach (var id in await site.Host.ReadAsync(db => db.Set<DefinitionVersion>().Select(v => v.DefinitionId).ToListAsync()))
        {
            using var read = await site.Client.GetAsync($"/elsa/api/workflow-definitions/by-definition-id/{id}?versionOptions=Latest");
            var model = JsonNode.Parse(await read.Content.ReadAsStringAsync())!.AsObject();
            if (id == "nested") Assert.Equal(["Workflow1:c:W:K:L", "Workflow1:c:F:B", "Workflow1:c:E:Q:M"], new[] { model["root"]!["activities"]![0]!["cases"]![0]!["activity"]!["activities"]![0]!, model["root"]!["activities"]![1]!["branches"]![0]!, model["root"]!["activities"]![2]!["body"]!["activities"]![0]! }.Select(n => n["nodeId"]!.GetValue<string>()));
            using var saved = await SaveAsync(site, model, Tag(read));
            Assert.True(saved.IsSuccessStatusCode, $"{id}: {await saved.Content.ReadAsStringAsync()}");
        }

        Assert.Equal(before, Rows());
        // A step in a case is opened like any other.
        var inside = await site.GetAsync("/workflow-definitions/subgraph/nested-v1?parentNodeId=" + Uri.EscapeDataString("Workflow1:c:W:K"));
        Assert.Equal("Workflow1:c:W:K:L", inside.GetProperty("children")[0].GetProperty("nodeId").GetString());
    }

    [Theory]
    [InlineData("""{"id":"r","type":5}""", "root.type")]
    [InlineData("""{"id":[],"type":"Elsa.Flowchart"}""", "root.id")]
    public async Task Save_OfAMisshapenActivity_IsRefusedWithItsPlace(string root, string where)
    {
        await using var site = await EditorAsync(Databases.Sqlite);

        using var refused = await SaveAsync(site, new JsonObject { ["definitionId"] = null, ["name"] = "形状不对", ["root"] = JsonNode.Parse(root) }, null);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains(where, (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.True((await site.GetAsync("/workflow-definitions/validation/is-name-unique?name=" + Uri.EscapeDataString("形状不对"))).GetProperty("isUnique").GetBoolean());
    }

    [Theory, BothDatabases]
    public async Task Save_OnAnOlderText_Is409NamingWhoAndWhen(string database)
    {
        await using var site = await EditorAsync(database);
        await site.TakeInAsync();
        using var first = await site.Client.GetAsync("/elsa/api/workflow-definitions/by-definition-id/supervision?versionOptions=Latest");
        var model = JsonNode.Parse(await first.Content.ReadAsStringAsync())!.AsObject();
        model["description"] = "第一次";
        Assert.Equal(HttpStatusCode.OK, (await SaveAsync(site, model, Tag(first))).StatusCode);

        model["description"] = "第二次";
        using var refused = await SaveAsync(site, model, Tag(first));

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("没有保存：测试员editor已在", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await SaveAsync(site, model, null)).StatusCode);
        // An old version gives no tag: from its page nothing is saved over the latest.
        using var old = await site.Client.GetAsync("/elsa/api/workflow-definitions/by-id/supervision-v1");
        Assert.False(old.Headers.Contains("X-Draft"));
    }

    [Theory, BothDatabases]
    public async Task Publish_Button_KeepsTheDraftAndLeadsToTheSecondPerson(string database)
    {
        await using var site = await EditorAsync(database);
        await site.TakeInAsync();
        using var first = await site.Client.GetAsync("/elsa/api/workflow-definitions/by-definition-id/supervision?versionOptions=Latest");
        var model = JsonNode.Parse(await first.Content.ReadAsStringAsync())!.AsObject();
        model["description"] = "改了说明";

        using var answer = await SaveAsync(site, model, Tag(first), publish: true);

        var error = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((HttpStatusCode.BadRequest, "/workflows/publishing/supervision"), (answer.StatusCode, error.GetProperty("page").GetString()));
        Assert.Contains("草稿已保存", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal([(1, true), (2, false)], (await site.Host.ReadAsync(db => db.Set<DefinitionVersion>().Where(v => v.DefinitionId == "supervision").OrderBy(v => v.Version).ToListAsync())).Select(v => (v.Version, v.IsPublished)));

        Bypass(model);
        using var wrong = await SaveAsync(site, model, Tag(answer), publish: true);
        var message = (await wrong.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("message").GetString();
        Assert.Contains("不能发布", message, StringComparison.Ordinal);
        Assert.Contains("到不了", message, StringComparison.Ordinal);
    }

    [Theory, BothDatabases]
    public async Task Versions_RevertDeleteExportAndImport_AnswerAsTheStudioAsks(string database)
    {
        await using var site = await EditorAsync(database);
        await site.TakeInAsync();

        Assert.Equal(2, (await site.PostAsync("/workflow-definitions/supervision/revert/1", new { })).GetProperty("version").GetInt32());
        Assert.Equal(HttpStatusCode.NoContent, (await site.Client.DeleteAsync("/elsa/api/workflow-definition-versions/supervision-v2")).StatusCode);
        using var inForce = await site.Client.DeleteAsync("/elsa/api/workflow-definition-versions/supervision-v1");
        Assert.Equal(HttpStatusCode.Conflict, inForce.StatusCode);
        Assert.Contains("不能删除", await inForce.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        using var zip = await site.Client.PostAsJsonAsync("/elsa/api/bulk-actions/export/workflow-definitions", new { ids = new[] { "supervision-v1", "plan-v1" } });
        using var archive = new ZipArchive(await zip.Content.ReadAsStreamAsync());
        Assert.Equal(["plan-v1.json", "supervision-v1.json"], archive.Entries.Select(e => e.FullName));
        // With those that start it, and those that start them.
        using var all = new ZipArchive(await site.Client.GetStreamAsync("/elsa/api/workflow-definitions/rectification/export?versionOptions=Latest&includeConsumingWorkflows=True"));
        Assert.Equal("rectification-v1.json", all.Entries[0].FullName);
        Assert.Superset(new HashSet<string> { "campaign-v1.json", "inspection-v1.json" }, all.Entries.Select(e => e.FullName).ToHashSet());
        Assert.DoesNotContain(all.Entries, e => e.FullName == "plan-v1.json");

        var file = (await File.ReadAllTextAsync(Repository.Path("workflows-json/supervision.json"))).Replace("\"name\": \"督办\"", "\"name\": \"督办(导入)\"", StringComparison.Ordinal);
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes(file)), "files", "supervision.json" } };
        using var imported = await site.Client.PostAsync("/elsa/api/workflow-definitions/import-files", form);
        Assert.Equal(1, (await imported.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("count").GetInt32());
        Assert.True(await site.Host.ReadAsync(db => db.Set<DefinitionVersion>().AnyAsync(v => v.DefinitionId == "supervision" && v.Version == 2 && v.IsLatest && !v.IsPublished)));
        // A file that names no definition becomes a new one, as with Elsa; one taken into an open definition keeps its id.
        var nameless = JsonNode.Parse(file)!.AsObject();
        nameless.Remove("definitionId");
        nameless["name"] = "没有编号的";
        using var single = await site.Client.PutAsJsonAsync("/elsa/api/workflow-definitions/import", nameless);
        Assert.Equal(32, (await single.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("definitionId").GetString()!.Length);
        using var many = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes(nameless.ToJsonString())), "files", "a.json" }, { new ByteArrayContent(Encoding.UTF8.GetBytes(nameless.ToJsonString())), "files", "b.json" } };
        using var both = await site.Client.PostAsync("/elsa/api/workflow-definitions/import-files", many);
        Assert.True(both.IsSuccessStatusCode, await both.Content.ReadAsStringAsync());
        Assert.Equal(3, await site.Host.ReadAsync(db => db.Set<DefinitionVersion>().Where(v => v.Name == "没有编号的").Select(v => v.DefinitionId).Distinct().CountAsync()));
        using var into = await site.Client.PutAsJsonAsync("/elsa/api/workflow-definitions/plan/import", nameless);
        Assert.Equal("plan", (await into.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("definitionId").GetString());
        using var one = await site.Client.PostAsJsonAsync("/elsa/api/bulk-actions/delete/workflow-definitions/by-id", new { ids = new[] { "supervision-v2" } });
        Assert.True(one.IsSuccessStatusCode);
    }

    [Theory, BothDatabases]
    public async Task PublishingPage_ProposeAndConfirm_ByTwoPersonsWithoutScripts(string database)
    {
        await using var site = await EditorAsync(database);
        await site.TakeInAsync();
        using var first = await site.Client.GetAsync("/elsa/api/workflow-definitions/by-definition-id/supervision?versionOptions=Latest");
        var model = JsonNode.Parse(await first.Content.ReadAsStringAsync())!.AsObject();
        var answer = model["root"]!["activities"]!.AsArray().Select(a => a!.AsObject()).Single(a => a["id"]!.GetValue<string>() == "answer");
        answer["role"]!["expression"]!["value"] = Roles.DeputyDirector;
        Assert.Equal(HttpStatusCode.OK, (await SaveAsync(site, model, Tag(first))).StatusCode);

        var page = WebUtility.HtmlDecode(await site.Client.GetStringAsync("/workflows/publishing/supervision"));
        Assert.Contains("第 2 版与第 1 版的差异", page, StringComparison.Ordinal);
        Assert.Matches(@"角色：\s*<del>科室负责人</del>\s*<ins>分管副局长</ins>", page);
        Assert.Contains("class=\"node changed\"", page, StringComparison.Ordinal);
        await site.SubmitAsync("/workflows/publishing/supervision", "propose", ("kind", "Publish"), ("version", "2"), ("reason", "回复改由分管副局长"));
        Assert.Contains("须由另一人批准", WebUtility.HtmlDecode(await site.Client.GetStringAsync("/workflows/publishing/supervision")), StringComparison.Ordinal);

        await site.SignInAsync("second", Roles.Legal);
        Assert.Contains("待批准", WebUtility.HtmlDecode(await site.Client.GetStringAsync("/workflows/publishing")), StringComparison.Ordinal);
        await site.SubmitAsync("/workflows/publishing/supervision", "decide", ("decision", "agree"), ("opinion", "同意"));

        Assert.True(await site.Host.ReadAsync(db => db.Set<DefinitionVersion>().AnyAsync(v => v.DefinitionId == "supervision" && v.Version == 2 && v.IsPublished)));
    }

    private static void Bypass(JsonObject model)
    {
        var connections = model["root"]!["connections"]!.AsArray();
        connections.Remove(connections.Single(c => c!["source"]!["activity"]!.GetValue<string>() == "answer"));
    }

    private static async Task<StudioSite> EditorAsync(string database)
    {
        var site = await StudioSite.StartAsync(database, StudioPagesTests.FakeAssets.Value);
        await site.SignInAsync("editor", Roles.ProcessManager);
        await site.TakeTokenAsync();
        return site;
    }

    private static string? Tag(HttpResponseMessage answer) => answer.Headers.GetValues("X-Draft").Single();

    private static async Task<HttpResponseMessage> SaveAsync(StudioSite site, JsonObject model, string? tag, bool publish = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/elsa/api/workflow-definitions") { Content = JsonContent.Create(new { model, publish = publish ? true : (bool?)null }) };
        if (tag is not null) request.Headers.Add("X-Draft", tag);
        return await site.Client.SendAsync(request);
    }
}
