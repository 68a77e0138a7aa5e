using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Host.Data;
using DoubleRandom.Inspections.People;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows.Definitions;
using DoubleRandom.Workflows.Publishing;
using Microsoft.EntityFrameworkCore;
using static DoubleRandom.Tests.Workflows.Given;

namespace DoubleRandom.Tests.Workflows.Publishing;

/// <summary>From a draft to a version in force and back: two persons, one text, and running cases that stay where they began.</summary>
public sealed class PublishingTests
{
    private static readonly Actor Editor = TestHost.Person("甲", Roles.ProcessManager);
    private static readonly Actor Second = TestHost.Person("乙", Roles.ProcessManager);

    [Theory, BothDatabases]
    public async Task Draft_SavedAgain_IsOverwrittenAndAuditedOnceASitting(string database)
    {
        await using var host = await HostAsync(database);
        var draft = await SaveNewAsync(host, "投诉办理", HumanTask("A", Roles.Planner, "同意"));

        var model = Model(draft);
        model["description"] = "第一次修改";
        var again = await SaveAsync(host, model, draft.Hash);
        var other = Model(again.Value);
        other["description"] = "第二次修改";
        var third = await SaveAsync(host, other, again.Value.Hash);
        var same = await SaveAsync(host, Model(third.Value), third.Value.Hash);

        Assert.Equal(draft.Id, third.Value.Id);
        Assert.Equal(third.Value.Hash, same.Value.Hash);
        var row = await host.ReadAsync(db => db.Set<DefinitionVersion>().SingleAsync());
        Assert.Equal(("第二次修改", true, false, "甲"), (row.Description, row.IsLatest, row.IsPublished, row.EditedByName));
        Assert.Equal(1, await host.ReadAsync(db => db.Set<AuditEntry>().CountAsync(a => a.Action == "新建流程定义" || a.Action == "修改流程草稿")));
    }

    [Theory, BothDatabases]
    public async Task Draft_FromAnOlderText_IsRefusedNamingTheOther(string database)
    {
        await using var host = await HostAsync(database);
        var draft = await SaveNewAsync(host, "投诉办理", HumanTask("A", Roles.Planner, "同意"));
        var theirs = Model(draft);
        theirs["description"] = "乙的修改";
        Assert.Null((await SaveAsync(host, theirs, draft.Hash, Second)).Refusal);

        var mine = Model(draft);
        mine["description"] = "甲的修改";
        var refused = await SaveAsync(host, mine, draft.Hash);

        Assert.Equal("definitions.changed-by-another", refused.Refusal!.Code);
        Assert.Contains("乙已在9月18日 09:00", Texts.Of(refused.Refusal), StringComparison.Ordinal);
        Assert.Equal("乙的修改", await host.ReadAsync(db => db.Set<DefinitionVersion>().Select(v => v.Description).SingleAsync()));
    }

    [Theory, BothDatabases]
    public async Task Draft_OfAPublishedVersion_IsANewVersionAndKeepsWhatTheDesignerDropped(string database)
    {
        await using var host = await HostAsync(database);
        await host.PublishAsync("flow", [HumanTask("A", Roles.Planner, "同意"), Node("E", "Elsa.End")], "A.同意>E");
        var first = await host.ReadAsync(db => db.Set<DefinitionVersion>().AsNoTracking().SingleAsync());
        var model = Model(first);
        model.Remove("options");
        model["root"]!["activities"]![0]!["nodeId"] = "Workflow1:chart:A";

        var unchanged = await SaveAsync(host, model.DeepClone().AsObject(), first.Hash);
        model["name"] = "改名";
        var saved = await SaveAsync(host, model, first.Hash);

        Assert.Equal(first.Id, unchanged.Value.Id);
        Assert.Equal((2, true, false), (saved.Value.Version, saved.Value.IsLatest, saved.Value.IsPublished));
        Assert.NotNull(JsonNode.Parse(saved.Value.Json)!["options"]);
        Assert.DoesNotContain("nodeId", saved.Value.Json, StringComparison.Ordinal);
        Assert.True(await host.ReadAsync(db => db.Set<DefinitionVersion>().AnyAsync(v => v.Version == 1 && v.IsPublished && !v.IsLatest)));
    }

    [Theory, BothDatabases]
    public async Task Publish_NeedsAnotherPerson_ThenNewCasesStartOnItAndRunningOnesStay(string database)
    {
        await using var host = await HostAsync(database);
        await host.PublishAsync("flow", [HumanTask("A", Roles.Planner, "同意"), Node("E", "Elsa.End")], "A.同意>E");
        var running = await host.StartAsync("flow", "L-1");
        var first = await host.ReadAsync(db => db.Set<DefinitionVersion>().AsNoTracking().SingleAsync());
        var model = Model(first);
        model["name"] = "改名";
        var draft = (await SaveAsync(host, model, first.Hash)).Value;

        Assert.Equal("definitions.not-editor", (await ProposeAsync(host, ChangeKind.Publish, 2, TestHost.Person("丙", Roles.Planner))).Refusal!.Code);
        Assert.Equal("publishing.no-reason", (await ProposeAsync(host, ChangeKind.Publish, 2, Editor, reason: " ")).Refusal!.Code);
        Assert.Equal("publishing.changed-since", (await ProposeAsync(host, ChangeKind.Publish, 2, Editor, hash: first.Hash)).Refusal!.Code);
        var proposal = (await ProposeAsync(host, ChangeKind.Publish, 2, Editor, hash: draft.Hash)).Value;
        Assert.Equal("publishing.already-proposed", (await ProposeAsync(host, ChangeKind.Publish, 2, Second)).Refusal!.Code);
        Assert.Equal("publishing.own", (await DecideAsync(host, proposal, Editor)).Refusal!.Code);
        Assert.Equal("publishing.not-decider", (await DecideAsync(host, proposal, TestHost.Person("丙", Roles.Planner))).Refusal!.Code);
        Assert.Equal(ChangeStatus.InForce, (await DecideAsync(host, proposal, Second)).Value.Status);
        Assert.Equal("publishing.already-decided", (await DecideAsync(host, proposal, Second)).Refusal!.Code);

        var started = await host.StartAsync("flow", "L-2");
        Assert.Equal(2, (await host.InstanceAsync(started)).Version);
        Assert.Equal(1, (await host.InstanceAsync(running)).Version);
        var bookmark = (await host.BookmarksAsync(running)).Single();
        await host.ResumeAsync(bookmark.Id, new JsonObject { ["outcome"] = "同意" });
        Assert.Equal(WorkflowStatus.Finished, (await host.InstanceAsync(running)).Status);

        // And back: the version before is restored by the same two steps.
        var back = (await ProposeAsync(host, ChangeKind.Restore, 1, Editor)).Value;
        Assert.Equal("flow-v2", (await DecideAsync(host, back, Second)).Value.ReplacedVersionId);
        Assert.Equal(1, (await host.InstanceAsync(await host.StartAsync("flow", "L-3"))).Version);
        Assert.Equal([(1, true), (2, false)], (await host.ReadAsync(db => db.Set<DefinitionVersion>().OrderBy(v => v.Version).ToListAsync())).Select(v => (v.Version, v.IsPublished)));
    }

    [Theory, BothDatabases]
    public async Task Publish_OnALaterDay_WaitsForItAndSavingVoidsIt(string database)
    {
        await using var host = await HostAsync(database);
        var draft = await SaveNewAsync(host, "投诉办理", HumanTask("A", Roles.Planner, "同意"));
        Assert.Equal("publishing.bad-date", (await ProposeAsync(host, ChangeKind.Publish, 1, Editor, draft.DefinitionId, on: new DateOnly(2026, 9, 17))).Refusal!.Code);
        var proposal = (await ProposeAsync(host, ChangeKind.Publish, 1, Editor, draft.DefinitionId, on: new DateOnly(2026, 9, 21))).Value;
        Assert.Equal(ChangeStatus.Confirmed, (await DecideAsync(host, proposal, Second)).Value.Status);
        Assert.Equal(new AppliedChanges(0, 0), await ApplyAsync(host));

        var model = Model(draft);
        model["description"] = "又改了";
        Assert.Null((await SaveAsync(host, model, draft.Hash)).Refusal);
        host.Time.Advance(TimeSpan.FromDays(3));
        Assert.Equal(new AppliedChanges(0, 0), await ApplyAsync(host));
        Assert.Equal(ChangeStatus.Void, await host.ReadAsync(db => db.Set<DefinitionChange>().Select(c => c.Status).SingleAsync()));

        var next = (await ProposeAsync(host, ChangeKind.Publish, 1, Editor, draft.DefinitionId, on: new DateOnly(2026, 9, 22))).Value;
        await DecideAsync(host, next, Second);
        host.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(new AppliedChanges(1, 0), await ApplyAsync(host));
        Assert.Equal(new AppliedChanges(0, 0), await ApplyAsync(host));
        Assert.True(await host.ReadAsync(db => db.Set<DefinitionVersion>().Select(v => v.IsPublished).SingleAsync()));
    }

    [Theory, BothDatabases]
    public async Task Publish_WithErrors_IsRefusedNamingThem(string database)
    {
        await using var host = await HostAsync(database);
        var task = HumanTask("A", Roles.Planner, "同意");
        task.Remove("role");
        var draft = await SaveNewAsync(host, "投诉办理", task);

        var refused = await ProposeAsync(host, ChangeKind.Publish, 1, Editor, draft.DefinitionId);

        Assert.Equal("publishing.lint", refused.Refusal!.Code);
        Assert.Contains("没有指定角色", Texts.Of(refused.Refusal), StringComparison.Ordinal);
    }

    [Theory, BothDatabases]
    public async Task Retract_OfACalledWorkflow_IsRefusedAndOfAnotherStopsNewCases(string database)
    {
        await using var host = await HostAsync(database);
        await host.PublishAsync("flow", [HumanTask("A", Roles.Planner, "同意"), Node("E", "Elsa.End")], "A.同意>E");
        await host.PublishAsync("caller", [Node("C", "Elsa.ExecuteWorkflow", ("workflowDefinitionId", Literal("flow"))), Node("E", "Elsa.End")], "C.Done>E");

        Assert.Equal("publishing.still-called", (await ProposeAsync(host, ChangeKind.Retract, 1, Editor)).Refusal!.Code);
        var proposal = (await ProposeAsync(host, ChangeKind.Retract, 1, Editor, "caller")).Value;
        await DecideAsync(host, proposal, Second);

        var start = await host.RunAsync((s, ct) => ((DoubleRandom.Engine.Execution.WorkflowRuntime)s.GetService(typeof(DoubleRandom.Engine.Execution.WorkflowRuntime))!)
            .StartAsync(new DoubleRandom.Engine.Execution.StartWorkflow("caller", Ids.New(host.Change())), host.Change(), ct));
        Assert.Equal("engine.not-published", start.Refusal!.Code);
        // A version that was in force is not deleted; a draft is.
        Assert.Equal("definitions.was-in-force", (await host.HandleAsync((DiscardDraftHandler h) => h.HandleAsync(new DiscardDraft("caller"), host.Change(Editor), default))).Refusal!.Code);
    }

    [Theory, BothDatabases]
    public async Task Revert_ToAnOldVersion_IsADraftAndDiscardingItLeavesTheOneBefore(string database)
    {
        await using var host = await HostAsync(database);
        await host.PublishAsync("flow", [HumanTask("A", Roles.Planner, "同意"), Node("E", "Elsa.End")], "A.同意>E");

        var reverted = await host.HandleAsync((RevertToVersionHandler h) => h.HandleAsync(new RevertToVersion("flow", 1), host.Change(Editor), default));
        Assert.Equal((2, false), (reverted.Value.Version, reverted.Value.IsPublished));
        Assert.Null((await host.HandleAsync((DiscardDraftHandler h) => h.HandleAsync(new DiscardDraft("flow", 2), host.Change(Editor), default))).Refusal);

        var left = await host.ReadAsync(db => db.Set<DefinitionVersion>().SingleAsync());
        Assert.Equal((1, true, true), (left.Version, left.IsLatest, left.IsPublished));
    }

    private static async Task<DefinitionVersion> SaveNewAsync(TestHost host, string name, JsonObject task)
    {
        var end = Node("E", "Elsa.End");
        var model = new JsonObject
        {
            ["definitionId"] = null,
            ["name"] = name,
            ["root"] = new JsonObject
            {
                ["id"] = "chart",
                ["type"] = "Elsa.Flowchart",
                ["version"] = 1,
                ["activities"] = new JsonArray(task, end),
                ["connections"] = new JsonArray(new JsonObject { ["source"] = new JsonObject { ["activity"] = "A", ["port"] = "同意" }, ["target"] = new JsonObject { ["activity"] = "E", ["port"] = "In" } }),
            },
        };
        var saved = await SaveAsync(host, model, null);
        Assert.Null(saved.Refusal);
        return saved.Value;
    }

    private static JsonObject Model(DefinitionVersion row) => JsonNode.Parse(row.Json)!.AsObject();

    private static Task<Result<DefinitionVersion>> SaveAsync(TestHost host, JsonObject model, string? hash, Actor? by = null)
        => host.HandleAsync((SaveDraftHandler h) => h.HandleAsync(new SaveDraft(model, hash), host.Change(by ?? Editor), default));

    private static Task<Result<DefinitionChange>> ProposeAsync(TestHost host, ChangeKind kind, int version, Actor by, string id = "flow", string reason = "按新规定修改", DateOnly? on = null, string? hash = null)
        => host.HandleAsync((ProposeChangeHandler h) => h.HandleAsync(new ProposeChange(kind, id, version, reason, on, hash), host.Change(by), default));

    private static Task<Result<DefinitionChange>> DecideAsync(TestHost host, DefinitionChange proposal, Actor by, bool agree = true)
        => host.HandleAsync((DecideChangeHandler h) => h.HandleAsync(new DecideChange(proposal.Id, agree), host.Change(by), default));

    private static async Task<AppliedChanges> ApplyAsync(TestHost host)
        => (await host.HandleAsync((ApplyDueChangesHandler h) => h.HandleAsync(new ApplyDueChanges(), host.Change(), default))).Value;
}
