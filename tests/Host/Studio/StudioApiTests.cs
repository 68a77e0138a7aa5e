using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Inspections.People;
using DoubleRandom.Tests.Support;
using DoubleRandom.Tests.Workflows;
using Microsoft.Extensions.DependencyInjection;
using static DoubleRandom.Tests.Workflows.Given;

namespace DoubleRandom.Tests.Host.Studio;

/// <summary>Each route the Studio reads, held to the shape its client was seen to need.</summary>
public sealed class StudioApiTests
{
    private static readonly string[] DefinitionKeys =
    [
        "links", "id", "definitionId", "name", "description", "createdAt", "version", "toolVersion", "variables", "inputs", "outputs", "outcomes", "customProperties",
        "isReadonly", "isSystem", "isLatest", "isPublished", "options", "materializerName", "root",
    ];

    [Theory, BothDatabases]
    public async Task Definitions_ListAndGet_HaveTheStudiosShape(string database)
    {
        await using var site = await ReaderAsync(database);
        await site.TakeInAsync();

        var list = await site.GetAsync("/workflow-definitions?versionOptions=Latest&Page=0&PageSize=3&SearchTerm=&IsSystem=False&OrderDirection=Ascending");
        Assert.Equal(3, list.GetProperty("items").GetArrayLength());
        Assert.Equal(Directory.GetFiles(Repository.Path("workflows-json"), "*.json").Length, list.GetProperty("totalCount").GetInt32());
        Assert.Equal("抽查任务", list.GetProperty("items")[0].GetProperty("name").GetString());
        AssertHas(list.GetProperty("items")[0], "links", "id", "definitionId", "name", "description", "version", "isLatest", "isPublished", "isReadonly", "materializerName", "isMaterializerAvailable", "createdAt");
        Assert.DoesNotContain("bulk-publish", Relations(list));

        var second = await site.GetAsync("/workflow-definitions?versionOptions=Latest&Page=1&PageSize=3");
        Assert.NotEqual(list.GetProperty("items")[0].GetProperty("id").GetString(), second.GetProperty("items")[0].GetProperty("id").GetString());
        Assert.Equal(1, (await site.GetAsync("/workflow-definitions?versionOptions=&SearchTerm=" + Uri.EscapeDataString("处罚"))).GetProperty("totalCount").GetInt32());
        Assert.Equal(2, (await site.GetAsync("/workflow-definitions?versionOptions=&Ids=campaign-v1&Ids=inspection-v1")).GetProperty("items").GetArrayLength());
        Assert.Equal(1, (await site.GetAsync("/workflow-definitions?versionOptions=AllVersions&Page=0&PageSize=10&DefinitionIds=campaign&OrderBy=Version&OrderDirection=Descending")).GetProperty("totalCount").GetInt32());
        Assert.Equal(0, (await site.GetAsync("/workflow-definitions?versionOptions=Draft")).GetProperty("totalCount").GetInt32());

        foreach (var path in new[] { "/workflow-definitions/by-definition-id/campaign?versionOptions=Latest", "/workflow-definitions/by-id/campaign-v1" })
        {
            var campaign = await site.GetAsync(path);
            AssertHas(campaign, DefinitionKeys);
            Assert.Equal("抽查任务", campaign.GetProperty("name").GetString());
            Assert.DoesNotContain("publish", Relations(campaign));
            var root = campaign.GetProperty("root");
            Assert.Equal("Workflow1:campaign", root.GetProperty("nodeId").GetString());
            Assert.All(root.GetProperty("activities").EnumerateArray(), a =>
            {
                Assert.Equal($"Workflow1:campaign:{a.GetProperty("id").GetString()}", a.GetProperty("nodeId").GetString());
                Assert.Equal(JsonValueKind.Number, a.GetProperty("metadata").GetProperty("designer").GetProperty("position").GetProperty("x").ValueKind);
                Assert.Matches(@"\p{IsCJKUnifiedIdeographs}", a.GetProperty("metadata").GetProperty("displayText").GetString());
            });
            Assert.NotEmpty(root.GetProperty("connections").EnumerateArray());
        }
        Assert.Equal("campaign", (await site.GetAsync("/workflow-definitions/campaign/export?versionOptions=1")).GetProperty("definitionId").GetString());
        Assert.Contains("campaign", (await site.GetAsync("/workflow-definitions/inspection/consumers")).GetProperty("consumingWorkflowDefinitionIds").EnumerateArray().Select(e => e.GetString()));
        Assert.False((await site.GetAsync("/workflow-definitions/validation/is-name-unique?name=" + Uri.EscapeDataString("检查"))).GetProperty("isUnique").GetBoolean());
        Assert.Equal(2, (await site.GetAsync("/workflow-definitions/many-by-id?ids=campaign-v1&ids=penalty-v1")).GetProperty("count").GetInt32());
        Assert.Equal(HttpStatusCode.NotFound, (await site.Client.GetAsync("/elsa/api/workflow-definitions/by-definition-id/none")).StatusCode);
    }

    [Fact]
    public async Task Definitions_EveryTypeUsed_HasADescriptorOfItsVersion()
    {
        await using var site = await ReaderAsync();
        await site.TakeInAsync();
        var known = (await site.GetAsync("/descriptors/activities?Refresh=True")).GetProperty("items").EnumerateArray()
            .Select(d => (d.GetProperty("typeName").GetString(), d.GetProperty("version").GetInt32())).ToHashSet();

        foreach (var item in (await site.GetAsync("/workflow-definitions?versionOptions=Latest")).GetProperty("items").EnumerateArray())
        {
            var root = (await site.GetAsync($"/workflow-definitions/by-id/{item.GetProperty("id").GetString()}")).GetProperty("root");
            Assert.All(root.GetProperty("activities").EnumerateArray().Append(root), a => Assert.Contains((a.GetProperty("type").GetString(), a.GetProperty("version").GetInt32()), known));
        }
    }

    [Fact]
    public async Task Definitions_UnknownType_IsShownAsNotFoundWithItsContent()
    {
        await using var site = await ReaderAsync();
        await site.Host.PublishAsync("strange", [Node("S", "Elsa.Start"), Node("X", "Acme.Unknown", ("text", Literal("原样")))], "S.Done>X");

        var activity = (await site.GetAsync("/workflow-definitions/by-definition-id/strange?versionOptions=Latest")).GetProperty("root").GetProperty("activities")[1];

        Assert.Equal("Elsa.NotFoundActivity", activity.GetProperty("type").GetString());
        Assert.Equal("Acme.Unknown", activity.GetProperty("missingTypeName").GetString());
        Assert.Equal("Workflow1:chart:X", activity.GetProperty("nodeId").GetString());
        Assert.Equal("原样", JsonDocument.Parse(activity.GetProperty("originalActivityJson").GetString()!).RootElement.GetProperty("text").GetProperty("expression").GetProperty("value").GetString());
    }

    [Theory, BothDatabases]
    public async Task Subgraph_OfAUsedWorkflow_IsItsDrawing_UnderTheNodeIdsItRunsBy(string database)
    {
        await using var site = await ReaderAsync(database);
        await site.Host.PublishAsync("ask", [HumanTask("T", Roles.Planner, "同意"), Node("X", "Elsa.End")], "T.同意>X");
        await site.Host.PublishAsync("user", [Node("S", "Elsa.Start"), Node("U", "询问当事人", ("workflowDefinitionId", "ask"), ("workflowDefinitionVersionId", "ask-v1")), Node("E", "Elsa.End")], "S.Done>U", "U.Done>E");
        var id = await site.Host.StartAsync("user");

        var graph = await site.GetAsync("/workflow-definitions/subgraph/user-v1?parentNodeId=" + Uri.EscapeDataString("Workflow1:chart:U"));
        var drawing = graph.GetProperty("children")[0];
        Assert.Equal(("Root", "Workflow1:chart:U:Workflow1:chart"), (drawing.GetProperty("port").GetString(), drawing.GetProperty("nodeId").GetString()));
        Assert.Equal(["Workflow1:chart:U:Workflow1:chart:T", "Workflow1:chart:U:Workflow1:chart:X"], drawing.GetProperty("children").EnumerateArray().Select(c => c.GetProperty("nodeId").GetString()));
        Assert.Equal(2, graph.GetProperty("activity").GetProperty("root").GetProperty("activities").GetArrayLength());

        var way = await site.GetAsync("/workflow-definitions/subgraph/segments/user-v1?childNodeId=" + Uri.EscapeDataString("Workflow1:chart:U:Workflow1:chart:T"));
        var segment = Assert.Single(way.GetProperty("pathSegments").EnumerateArray());
        Assert.Equal(("Workflow1:chart:U", "Root"), (segment.GetProperty("activityNodeId").GetString(), segment.GetProperty("portName").GetString()));
        Assert.Equal("Workflow1:chart:U:Workflow1:chart", way.GetProperty("container").GetProperty("nodeId").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await site.Client.GetAsync("/elsa/api/workflow-definitions/subgraph/user-v1?parentNodeId=Workflow1:chart:Z")).StatusCode);

        // What the instance has done inside is told under the same ids.
        var report = await site.PostAsync("/activity-executions/report", new { workflowInstanceId = id, activityNodeIds = new[] { "Workflow1:chart:U:Workflow1:chart:T" } });
        Assert.True(Assert.Single(report.GetProperty("stats").EnumerateArray()).GetProperty("isBlocked").GetBoolean());
    }

    [Theory, BothDatabases]
    public async Task Instances_ListStateAndJournal_ComeFromTheEnginesRows(string database)
    {
        await using var site = await ReaderAsync(database);
        await site.Host.PublishAsync("one-step", [Node("S", "Elsa.Start"), HumanTask("T", Roles.Planner, "同意"), Node("L", "Elsa.WriteLine", ("text", Literal("后续")))], "S.Done>T", "T.同意>L");
        var first = await site.Host.StartAsync("one-step", "QZ-1");
        site.Host.Time.Advance(TimeSpan.FromMinutes(1));
        var id = await site.Host.StartAsync("one-step", "QZ-2", new() { ["No"] = "甲" });

        var list = await site.PostAsync("/workflow-instances", new { page = 0, pageSize = 10, searchTerm = "", definitionIds = Array.Empty<string>(), statuses = Array.Empty<string>(), isSystem = false, orderDirection = "Descending" });
        Assert.Equal(2, list.GetProperty("totalCount").GetInt32());
        var row = list.GetProperty("items")[0];
        Assert.Equal(id, row.GetProperty("id").GetGuid());
        AssertHas(row, "id", "definitionId", "definitionVersionId", "version", "status", "subStatus", "correlationId", "name", "incidentCount", "isSystem", "createdAt", "updatedAt", "finishedAt");
        Assert.Equal(("Running", "Suspended"), (row.GetProperty("status").GetString(), row.GetProperty("subStatus").GetString()));
        Assert.Equal(first, (await site.PostAsync("/workflow-instances", new { searchTerm = "QZ-1" })).GetProperty("items").EnumerateArray().Single().GetProperty("id").GetGuid());
        Assert.Equal(0, (await site.PostAsync("/workflow-instances", new { statuses = new[] { "Finished" } })).GetProperty("totalCount").GetInt32());
        Assert.Equal(2, (await site.PostAsync("/workflow-instances", new { orderBy = "LastExecuted", timestampFilters = new[] { new { column = "CreatedAt", @operator = "GreaterThan", timestamp = "2026-09-01T00:00:00+00:00" } } })).GetProperty("totalCount").GetInt32());
        Assert.Equal(1, (await site.PostAsync("/workflow-instances", new { page = 1, pageSize = 1, orderBy = "Name" })).GetProperty("items").GetArrayLength());

        var instance = await site.GetAsync($"/workflow-instances/{id}");
        var state = instance.GetProperty("workflowState");
        AssertHas(state, "id", "definitionId", "definitionVersion", "status", "subStatus", "bookmarks", "incidents", "completionCallbacks", "activityExecutionContexts", "input", "output", "properties", "createdAt", "updatedAt");
        Assert.Equal("Workflow1:chart:T", state.GetProperty("bookmarks")[0].GetProperty("activityNodeId").GetString());
        Assert.Equal("甲", state.GetProperty("input").GetProperty("No").GetString());
        Assert.Equal("Suspended", (await site.GetAsync($"/workflow-instances/{id}/execution-state")).GetProperty("workflowSubStatus").GetString());
        Assert.Equal("Answer", (await site.GetAsync($"/workflow-instances/{id}/variables")).GetProperty("items")[0].GetProperty("name").GetString());

        var nodes = new[] { "Workflow1:chart:S", "Workflow1:chart:T", "Workflow1:chart:L" };
        var journal = await site.PostAsync($"/workflow-instances/{id}/journal?skip=0&take=111", new { filter = new { activityNodeIds = nodes, excludedActivityTypes = new[] { "Elsa.Workflow", "Elsa.Flowchart" } } });
        var entries = journal.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(journal.GetProperty("totalCount").GetInt32(), entries.Count);
        Assert.Contains(entries, e => e.GetProperty("eventName").GetString() == "Suspended" && e.GetProperty("nodeId").GetString() == "Workflow1:chart:T");
        Assert.Equal(entries.Select(e => e.GetProperty("sequence").GetInt64()).Order(), entries.Select(e => e.GetProperty("sequence").GetInt64()));
        AssertHas(entries[0], "id", "activityInstanceId", "parentActivityInstanceId", "activityId", "activityType", "activityTypeVersion", "activityName", "nodeId", "timestamp", "sequence", "eventName", "message", "source", "activityState", "payload");

        var stats = (await site.PostAsync("/activity-executions/report", new { workflowInstanceId = id, activityNodeIds = nodes })).GetProperty("stats").EnumerateArray().ToDictionary(s => s.GetProperty("activityId").GetString()!);
        Assert.Equal((1, 1, false), (stats["S"].GetProperty("startedCount").GetInt32(), stats["S"].GetProperty("completedCount").GetInt32(), stats["S"].GetProperty("isBlocked").GetBoolean()));
        Assert.Equal((1, 0, true), (stats["T"].GetProperty("startedCount").GetInt32(), stats["T"].GetProperty("completedCount").GetInt32(), stats["T"].GetProperty("isBlocked").GetBoolean()));

        var execution = (await site.GetAsync($"/activity-executions/list?WorkflowInstanceId={id}&ActivityNodeId={Uri.EscapeDataString("Workflow1:chart:T")}")).GetProperty("items")[0];
        Assert.Equal("planner", execution.GetProperty("activityState").GetProperty("Role").GetString());
        var summary = (await site.GetAsync($"/activity-execution-summaries/list?WorkflowInstanceId={id}&ActivityNodeId={Uri.EscapeDataString("Workflow1:chart:T")}")).GetProperty("items")[0];
        Assert.Equal(JsonValueKind.Null, summary.GetProperty("activityState").ValueKind);
        var executionId = execution.GetProperty("id").GetString();
        Assert.Equal("Running", (await site.GetAsync($"/activity-executions/by-id?id={executionId}")).GetProperty("status").GetString());
        var stack = (await site.GetAsync($"/activity-executions/{executionId}/call-stack")).GetProperty("items").EnumerateArray().Select(e => e.GetProperty("activityType").GetString());
        Assert.Equal(["Elsa.Workflow", "Elsa.Flowchart", "Inspection.HumanTask"], stack);
        Assert.Equal(HttpStatusCode.NotFound, (await site.Client.GetAsync($"/elsa/api/workflow-instances/{Guid.Empty}")).StatusCode);
    }

    [Fact]
    public async Task Descriptors_OfHumanTask_OfferTheLiveLists()
    {
        await using var site = await ReaderAsync();

        var task = (await site.GetAsync("/descriptors/activities")).GetProperty("items").EnumerateArray().Single(d => d.GetProperty("typeName").GetString() == "Inspection.HumanTask");

        AssertHas(task, "typeName", "namespace", "name", "version", "category", "displayName", "description", "inputs", "outputs", "kind", "runAsynchronously", "ports", "customProperties", "constructionProperties", "isContainer", "isBrowsable", "isStart", "isTerminal");
        Assert.Equal(("人工办理", "Inspection", "人工办理"), (task.GetProperty("displayName").GetString(), task.GetProperty("namespace").GetString(), task.GetProperty("name").GetString()));
        var inputs = task.GetProperty("inputs").EnumerateArray().ToDictionary(i => i.GetProperty("name").GetString()!);
        AssertHas(inputs["Role"], "name", "typeName", "displayName", "description", "order", "isBrowsable", "isSerializable", "isSynthetic", "isWrapped", "uiHint", "category", "defaultValue", "defaultSyntax", "isReadOnly", "isSensitive", "uiSpecifications");
        Assert.Contains(Choices(inputs["Role"]), c => c == ("director", "局长"));
        Assert.Contains(Choices(inputs["Form"]), c => c.Value.Contains('.', StringComparison.Ordinal));
        Assert.NotEmpty(Choices(inputs["Deadline"]));
        Assert.Equal("dynamic-outcomes", inputs["Outcomes"].GetProperty("uiHint").GetString());
        var mark = await site.GetAsync("/descriptors/activities/Elsa.WriteLine");
        Assert.Equal(("Done", "完成"), (mark.GetProperty("ports")[0].GetProperty("name").GetString(), mark.GetProperty("ports")[0].GetProperty("displayName").GetString()));
        Assert.Empty(task.GetProperty("ports").EnumerateArray());
        var again = await site.GetAsync("/descriptors/activities/Inspection.HumanTask");
        Assert.Equal(task.GetRawText(), again.GetRawText());
        Assert.Equal(Choices(inputs["Role"]).Count, (await site.PostAsync("/descriptors/activities/Inspection.HumanTask/options/Role", new { context = new { } }))
            .GetProperty("items").GetProperty("dropdown").GetProperty("selectList").GetProperty("items").GetArrayLength());
        // The roles follow the form that is chosen: those of the law, as the node stands or as its type comes.
        Assert.True(inputs["Role"].GetProperty("uiSpecifications").GetProperty("Refresh").GetBoolean());
        async Task<IReadOnlyList<string?>> RolesAsync(string type, object form)
            => [.. (await site.PostAsync($"/descriptors/activities/{type}/options/Role", new { context = new Dictionary<string, object> { ["form"] = form } }))
                .GetProperty("items").GetProperty("dropdown").GetProperty("selectList").GetProperty("items").EnumerateArray().Select(c => c.GetProperty("value").GetString())];
        Assert.Equal(["director"], await RolesAsync("Inspection.HumanTask", new { typeName = "String", expression = new { type = "Literal", value = "penalty.decide" } }));
        Assert.Equal(["officer"], await RolesAsync("Inspection.HumanTask", "visit.check-in"));
        Assert.Equal(["planner"], await RolesAsync("Inspection.OpenSpecialCheck", new { }));
        Assert.Equal(Choices(inputs["Role"]).Count, (await RolesAsync("Inspection.HumanTask", "test.echo")).Count);
        // Templates follow the kind of paper.
        var templates = (await site.PostAsync("/descriptors/activities/Inspection.IssueDocument/options/Template", new { context = new { kind = "挂牌督办" } }))
            .GetProperty("items").GetProperty("dropdown").GetProperty("selectList").GetProperty("items").EnumerateArray().Select(c => c.GetProperty("value").GetString());
        Assert.Equal(["D37", "D38", "D39", "D40"], templates);
        // The page answers the same from the table it reads once: all lists that depend on another input.
        var table = await site.GetAsync("/descriptors/dependents");
        var dependents = table.GetProperty("inputs").EnumerateArray().ToDictionary(d => $"{d.GetProperty("activity").GetString()}/{d.GetProperty("input").GetString()}");
        var kinds = table.GetProperty("lists").GetProperty(dependents["Inspection.IssueDocument/template"].GetProperty("list").GetString()!);
        Assert.Equal(["D37", "D38", "D39", "D40"], Values(kinds.GetProperty("挂牌督办")));
        Assert.True(Values(kinds.GetProperty("")).Count > 20);
        var special = dependents["Inspection.OpenSpecialCheck/role"];
        Assert.Equal(("form", "special.open"), (special.GetProperty("by").GetString(), special.GetProperty("default").GetString()));
        Assert.Equal(["planner"], Values(table.GetProperty("lists").GetProperty(special.GetProperty("list").GetString()!).GetProperty("special.open")));
        static IReadOnlyList<string?> Values(JsonElement list)
            => [.. list.GetProperty("dropdown").GetProperty("selectList").GetProperty("items").EnumerateArray().Select(c => c.GetProperty("value").GetString())];
        // The rules of time say the period that is in force in this office.
        Assert.Contains(Choices(inputs["Deadline"]), c => c.Value == "case.decide" && c.Text.StartsWith("作出处罚决定（case.decide）：立案之后 90 日", StringComparison.Ordinal));
        // Expressions open in FEEL: the designer would begin them in JavaScript.
        Assert.Equal("FEEL", task.GetProperty("constructionProperties").GetProperty("subjectId").GetProperty("expression").GetProperty("type").GetString());
    }

    [Fact]
    public async Task Descriptors_EveryDropdownOfTheHouse_HasItsList()
    {
        await using var site = await ReaderAsync();

        // A dropdown without a list is shown as a line to type in: then the list's key is unknown to the Studio's options.
        var shown = (await site.GetAsync("/descriptors/activities")).GetProperty("items").EnumerateArray().ToDictionary(d => d.GetProperty("typeName").GetString()!);
        var dropdowns = site.Host.Services.GetRequiredService<ActivityCatalog>().All.SelectMany(d => d.Inputs.Where(i => i.UiHint == "dropdown").Select(i => (d.TypeName, i.Name))).ToList();

        Assert.NotEmpty(dropdowns);
        Assert.All(dropdowns, d => Assert.NotEmpty(Choices(shown[d.TypeName].GetProperty("inputs").EnumerateArray().Single(i => i.GetProperty("name").GetString() == d.Name))));
    }

    [Fact]
    public async Task Descriptors_Expressions_OfferFeelRightBehindTheLiterals()
    {
        await using var site = await ReaderAsync();

        var expressions = (await site.GetAsync("/descriptors/expression-descriptors")).GetProperty("items").EnumerateArray().ToList();

        Assert.Equal("FEEL", expressions.First(e => e.GetProperty("isBrowsable").GetBoolean()).GetProperty("type").GetString());
        Assert.Equal("plaintext", expressions.Single(e => e.GetProperty("type").GetString() == "FEEL").GetProperty("properties").GetProperty("MonacoLanguage").GetString());
    }

    [Fact]
    public async Task Descriptors_Lists_HaveItemsAndCount()
    {
        await using var site = await ReaderAsync();
        string[] strategy = ["typeName", "displayName", "description"];
        foreach (var (path, keys) in new (string, string[])[]
        {
            ("/descriptors/workflow-activation-strategies", strategy), ("/descriptors/log-persistence-strategies", strategy), ("/descriptors/incident-strategies", strategy),
            ("/descriptors/storage-drivers", ["typeName", "displayName", "priority", "deprecated"]), ("/descriptors/variables", ["typeName", "displayName", "category", "description"]),
            ("/features/installed", ["name", "namespace", "fullName", "displayName", "description"]),
            ("/descriptors/commit-strategies/workflows", []), ("/descriptors/commit-strategies/activities", []), ("/descriptors/output-converters?sourceType=Object&destinationType=Object", []),
        })
        {
            var list = await site.GetAsync(path);

            Assert.Equal(list.GetProperty("count").GetInt32(), list.GetProperty("items").GetArrayLength());
            Assert.Equal(keys.Length > 0, list.GetProperty("count").GetInt32() > 0);
            Assert.All(list.GetProperty("items").EnumerateArray(), i => AssertHas(i, keys));
        }
    }

    [Fact]
    public async Task Writes_ByAReader_AreRefusedWithAReason()
    {
        await using var site = await ReaderAsync();
        await site.TakeInAsync();
        foreach (var (method, path, status, reason) in new[]
        {
            ("POST", "/workflow-definitions", 400, "没有收到流程内容"), ("POST", "/workflow-definitions/campaign/retract", 400, "由另一人批准"),
            ("POST", "/workflow-definitions/campaign/revert/1", 403, "流程管理员"), ("POST", "/workflow-definitions/campaign/execute", 400, "不运行流程"),
            ("DELETE", "/workflow-definitions/campaign", 403, "流程管理员"), ("DELETE", "/workflow-instances/0192d3c0-0000-7000-8000-000000000000", 400, "没有这项操作"),
            ("POST", "/bulk-actions/delete/workflow-instances/by-id", 400, "没有这项操作"), ("POST", "/cancel/workflow-instances/0192d3c0-0000-7000-8000-000000000000", 400, "没有这项操作"),
            ("POST", "/bulk-actions/publish/workflow-definitions/by-definition-ids", 400, "逐个流程"), ("POST", "/tests/activities", 400, "没有这项操作"), ("PUT", "/anything", 400, "没有这项操作"),
        })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), "/elsa/api" + path) { Content = JsonContent.Create(new { }) };
            using var answer = await site.Client.SendAsync(request);

            Assert.Equal(status, (int)answer.StatusCode);
            var error = await answer.Content.ReadFromJsonAsync<JsonElement>();
            Assert.Equal(status, error.GetProperty("statusCode").GetInt32());
            Assert.Contains(reason, error.GetProperty("errors").GetProperty("generalErrors")[0].GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Api_WithoutSignIn_Answers401()
    {
        await using var site = await StudioSite.StartAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, (await site.Client.GetAsync("/elsa/api/workflow-definitions")).StatusCode);
    }

    [Fact]
    public async Task Api_RoleWithoutTheRight_Answers403InChinese()
    {
        await using var site = await StudioSite.StartAsync();
        await site.SignInAsync("officer", Roles.Officer);

        using var answer = await site.Client.GetAsync("/elsa/api/workflow-definitions");

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("不能查看流程", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Api_PostWithoutThePagesToken_Answers400()
    {
        await using var site = await ReaderAsync();
        site.Client.DefaultRequestHeaders.Remove("RequestVerificationToken");

        using var answer = await site.Client.PostAsJsonAsync("/elsa/api/workflow-instances", new { page = 0 });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("刷新页面", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task<StudioSite> ReaderAsync(string database = Databases.Sqlite)
    {
        var site = await StudioSite.StartAsync(database, StudioPagesTests.FakeAssets.Value);
        await site.SignInAsync("manager", Roles.SectionHead);
        await site.TakeTokenAsync();
        return site;
    }

    private static void AssertHas(JsonElement item, params string[] keys)
        => Assert.Empty(keys.Except(item.EnumerateObject().Select(p => p.Name)));

    private static IEnumerable<string?> Relations(JsonElement item) => item.GetProperty("links").EnumerateArray().Select(l => l.GetProperty("rel").GetString());

    private static List<(string Value, string Text)> Choices(JsonElement input)
        => [.. input.GetProperty("uiSpecifications").GetProperty("dropdown").GetProperty("selectList").GetProperty("items").EnumerateArray().Select(i => (i.GetProperty("value").GetString()!, i.GetProperty("text").GetString()!))];
}
