using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows.Definitions;
using DoubleRandom.Workflows.Migration;
using DoubleRandom.Workflows.WorkItems;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static DoubleRandom.Tests.Workflows.Given;

namespace DoubleRandom.Tests.Workflows.Migration;

public sealed class MigrationTests
{
    private static readonly Actor Manager = TestHost.Person("高明", "process-manager");
    private static readonly Actor Director = TestHost.Person("马国栋", "director");
    private static readonly Actor Planner = TestHost.Person("张三", "planner");

    [Theory, BothDatabases]
    public async Task Migrate_StepAddedBehindAndBefore_GoesOnByTheNewDrawingWithoutReplaying(string database)
    {
        await using var host = await HostAsync(database);
        await host.PublishAsync("flow", [Line("L1", "开始"), HumanTask("审", "planner", "同意"), Line("L2", "完")], "L1.Done>审", "审.同意>L2");
        var id = await host.StartAsync("flow", "甲");
        await PublishNextAsync(host, "flow", 2, [Line("L1", "开始"), Line("N", "从未执行"), HumanTask("审", "planner", "同意"), HumanTask("复核", "planner", "通过"), Line("L2", "完")],
            "L1.Done>N", "N.Done>审", "审.同意>复核", "复核.通过>L2");

        var preview = await PreviewAsync(host);
        var moved = await MigrateAsync(host, id);
        await CompleteAsync(host, "审", "同意");
        await CompleteAsync(host, "复核", "通过");

        Assert.Equal("1 个在办案件：0 个保留第 1 版，1 个可以迁移，0 个需要选择", preview.Summary);
        Assert.Null(moved.Refusal);
        var instance = await host.InstanceAsync(id);
        Assert.Equal((WorkflowStatus.Finished, 2, "flow-v2"), (instance.Status, instance.Version, instance.DefinitionVersionId));
        Assert.Contains("flow-v2", instance.Pins, StringComparison.Ordinal);
        Assert.Equal(["开始", "完"], await host.LinesAsync(id));
    }

    [Theory, BothDatabases]
    public async Task Migrate_WaitingStepGone_NeedsAChoiceAndIsTakenBackUntilTheNextStep(string database)
    {
        await using var host = await HostAsync(database);
        await host.PublishAsync("flow", [HumanTask("审", "planner", "同意"), Line("L", "完")], "审.同意>L");
        var id = await host.StartAsync("flow", "甲");
        await PublishNextAsync(host, "flow", 2, [HumanTask("初审", "planner", "同意"), HumanTask("终审", "planner", "同意"), Line("L", "完")], "初审.同意>终审", "终审.同意>L");
        var before = await host.InstanceAsync(id);
        var choice = Assert.Single(Assert.Single((await PreviewAsync(host)).Lines).Choices);

        var unchosen = await MigrateAsync(host, id);
        var moved = await MigrateAsync(host, id, new() { [choice.ExecutionId] = "终审" });
        var titles = await OpenTitlesAsync(host);
        var undone = await host.HandleAsync((UndoMigrationHandler h) => h.HandleAsync(new UndoMigration(moved.Value.Id), host.Change(Manager, "选错了"), default));

        Assert.Equal(["初审", "终审"], choice.Candidates.Select(c => c.ActivityId));
        Assert.Equal("migration.needs-choice", unchosen.Refusal?.Code);
        Assert.Equal(["终审"], titles);
        Assert.Null(undone.Refusal);
        Assert.Equal(["审"], await OpenTitlesAsync(host));
        var after = await host.InstanceAsync(id);
        Assert.Equal((before.DefinitionVersionId, before.Version, before.Pins), (after.DefinitionVersionId, after.Version, after.Pins));
        // The case goes on as if nothing had been.
        await CompleteAsync(host, "审", "同意");
        Assert.Equal(["完"], await host.LinesAsync(id));
        var twice = await host.HandleAsync((UndoMigrationHandler h) => h.HandleAsync(new UndoMigration(moved.Value.Id), host.Change(Manager, "再撤"), default));
        Assert.Equal("case-migration.undone-already", twice.Refusal?.Code);
    }

    [Fact]
    public async Task Preview_ChoiceOfAStepTheCaseHasDone_IsSaidAndStandsLast()
    {
        await using var host = await HostAsync(Databases.Sqlite);
        JsonObject[] nodes = [HumanTask("初审", "planner", "同意", "免审"), HumanTask("另审", "planner", "同意"), HumanTask("终审", "planner", "同意"), Line("L", "完")];
        await host.PublishAsync("flow", nodes, "初审.同意>终审", "初审.免审>另审", "另审.同意>终审", "终审.同意>L");
        await host.StartAsync("flow", "甲");
        await CompleteAsync(host, "初审", "同意");
        await PublishNextAsync(host, "flow", 2, [nodes[0].DeepClone().AsObject(), nodes[1].DeepClone().AsObject(), HumanTask("会审", "planner", "同意"), Line("L", "完")], "初审.同意>会审", "初审.免审>另审", "另审.同意>会审", "会审.同意>L");

        var choice = Assert.Single(Assert.Single((await PreviewAsync(host)).Lines).Choices);

        // What was only passed by has not been done.
        Assert.Equal([("另审", false), ("会审", false), ("初审", true)], choice.Candidates.Select(c => (c.ActivityId, c.IsDone)));
    }

    [Theory, BothDatabases]
    public async Task Undo_AfterAStep_IsRefused(string database)
    {
        await using var host = await HostAsync(database);
        await host.PublishAsync("flow", [HumanTask("审", "planner", "同意"), HumanTask("核", "planner", "同意")], "审.同意>核");
        var id = await host.StartAsync("flow", "甲");
        await PublishNextAsync(host, "flow", 2, [HumanTask("审", "planner", "同意"), HumanTask("核", "planner", "同意"), Line("L", "完")], "审.同意>核", "核.同意>L");
        var moved = await MigrateAsync(host, id);
        await CompleteAsync(host, "审", "同意");

        var undone = await host.HandleAsync((UndoMigrationHandler h) => h.HandleAsync(new UndoMigration(moved.Value.Id), host.Change(Manager, "晚了"), default));

        Assert.Equal("migration.moved-on", undone.Refusal?.Code);
    }

    [Theory]
    // A third branch joined with the two: it has passed already, and the join would wait for it.
    [InlineData("WaitAll", MigrationOutcome.Stays)]
    [InlineData("WaitAllActive", MigrationOutcome.CanMove)]
    public async Task Preview_BranchAddedToAJoin_DependsOnItsMode(string mode, MigrationOutcome outcome)
    {
        await using var host = await HostAsync(Databases.Sqlite);
        JsonObject[] nodes = [Node("S", "Elsa.Start"), HumanTask("甲", "planner", "办"), HumanTask("乙", "planner", "办"), Node("J", "Elsa.FlowJoin", ("mode", Literal(mode))), Line("L", "完")];
        await host.PublishAsync("flow", nodes, "S.Done>甲", "S.Done>乙", "甲.办>J", "乙.办>J", "J.Done>L");
        var id = await host.StartAsync("flow", "案");
        await CompleteAsync(host, "甲", "办");
        await PublishNextAsync(host, "flow", 2, [.. nodes.Select(n => n.DeepClone().AsObject()), HumanTask("丙", "planner", "办")], "S.Done>甲", "S.Done>乙", "S.Done>丙", "甲.办>J", "乙.办>J", "丙.办>J", "J.Done>L");

        var line = Assert.Single((await PreviewAsync(host)).Lines);
        var moved = await MigrateAsync(host, id);

        Assert.Equal(outcome, line.Outcome);
        Assert.Equal(outcome is MigrationOutcome.Stays ? "migration.join-waits" : null, moved.Refusal?.Code);
        await CompleteAsync(host, "乙", "办");
        Assert.Equal(["完"], await host.LinesAsync(id));
    }

    [Fact]
    public async Task Migrate_LoopRunAgainAfterwards_RunsTheNewStepOnce()
    {
        await using var host = await HostAsync(Databases.Sqlite);
        await host.PublishAsync("flow", [Line("A", "起"), HumanTask("审", "planner", "同意", "退回"), Line("L", "完")], "A.Done>审", "审.退回>A", "审.同意>L");
        var id = await host.StartAsync("flow", "甲");
        await CompleteAsync(host, "审", "退回");
        await PublishNextAsync(host, "flow", 2, [Line("A", "起"), Line("N", "新"), HumanTask("审", "planner", "同意", "退回"), Line("L", "完")], "A.Done>N", "N.Done>审", "审.退回>A", "审.同意>L");

        Assert.Null((await MigrateAsync(host, id)).Refusal);
        await CompleteAsync(host, "审", "退回");
        await CompleteAsync(host, "审", "同意");

        Assert.Equal(["起", "起", "起", "新", "完"], await host.LinesAsync(id));
        Assert.Equal(WorkflowStatus.Finished, (await host.InstanceAsync(id)).Status);
    }

    [Theory, BothDatabases]
    public async Task Migrate_ByOthersOrWithoutReasonOrToADraft_IsRefused(string database)
    {
        await using var host = await HostAsync(database);
        await host.PublishAsync("flow", [HumanTask("审", "planner", "同意")]);
        var id = await host.StartAsync("flow", "甲");
        await PublishNextAsync(host, "flow", 2, [HumanTask("审", "planner", "同意"), Line("L", "完")], "审.同意>L");

        var forbidden = await host.HandleAsync((ProposeMigrationHandler h) => h.HandleAsync(new ProposeMigration(id, "flow-v2"), host.Change(Planner, "试试"), default));
        var silent = await host.HandleAsync((ProposeMigrationHandler h) => h.HandleAsync(new ProposeMigration(id, "flow-v2"), host.Change(Manager), default));
        var old = await host.HandleAsync((ProposeMigrationHandler h) => h.HandleAsync(new ProposeMigration(id, "flow-v1"), host.Change(Manager, "回去"), default));

        Assert.Equal(("case-migration.may-not", "case-migration.no-reason", "case-migration.not-in-force"), (forbidden.Refusal?.Code, silent.Refusal?.Code, old.Refusal?.Code));
        Assert.Equal(1, (await host.InstanceAsync(id)).Version);
    }

    [Theory, BothDatabases]
    public async Task Migrate_ByOnePersonAlone_NeverHappens(string database)
    {
        await using var host = await HostAsync(database);
        await host.PublishAsync("flow", [HumanTask("审", "planner", "同意")]);
        var id = await host.StartAsync("flow", "甲");
        await PublishNextAsync(host, "flow", 2, [HumanTask("审", "planner", "同意"), Line("L", "完")], "审.同意>L");

        var proposal = (await ProposeAsync(host, id)).Value;
        Assert.Equal(1, (await host.InstanceAsync(id)).Version);
        Assert.Equal("case-migration.proposed-already", (await ProposeAsync(host, id)).Refusal?.Code);
        Assert.Equal("case-migration.own", (await DecideAsync(host, proposal.Id, agree: true, by: Manager)).Refusal?.Code);
        Assert.Equal("case-migration.may-not", (await DecideAsync(host, proposal.Id, agree: true, by: Planner)).Refusal?.Code);
        Assert.Equal("case-migration.no-opinion", (await DecideAsync(host, proposal.Id, agree: false)).Refusal?.Code);
        Assert.Equal(MigrationProposalStatus.Rejected, (await DecideAsync(host, proposal.Id, agree: false, "再等一等")).Value.Proposal.Status);
        Assert.Equal("case-migration.decided-already", (await DecideAsync(host, proposal.Id, agree: true)).Refusal?.Code);
        Assert.Equal(1, (await host.InstanceAsync(id)).Version);

        var withdrawn = (await ProposeAsync(host, id)).Value;
        Assert.Equal("case-migration.not-proposer", (await host.HandleAsync((WithdrawMigrationHandler h) => h.HandleAsync(new WithdrawMigration(withdrawn.Id), host.Change(Director), default))).Refusal?.Code);
        Assert.Null((await host.HandleAsync((WithdrawMigrationHandler h) => h.HandleAsync(new WithdrawMigration(withdrawn.Id), host.Change(Manager), default))).Refusal);

        var moved = (await MigrateAsync(host, id)).Value;
        Assert.Equal((2, Manager.Name, Director.Name), ((await host.InstanceAsync(id)).Version, moved.ByName, moved.ApprovedByName));
    }

    [Theory, BothDatabases]
    public async Task Migrate_ChildOfACase_PinsTheVersionForTheCase(string database)
    {
        await using var host = await HostAsync(database);
        await host.PublishAsync("flow", [HumanTask("审", "planner", "同意")]);
        await host.PublishAsync("case", [Node("E", "Elsa.ExecuteWorkflow", ("workflowDefinitionId", Literal("flow"))), Node("F", "Elsa.ExecuteWorkflow", ("workflowDefinitionId", Literal("flow")))], "E.Done>F");
        var root = await host.StartAsync("case", "甲");
        await host.DrainAsync();
        await PublishNextAsync(host, "flow", 2, [HumanTask("审", "planner", "同意"), Line("L", "完")], "审.同意>L");
        var child = await host.ReadAsync(db => db.Set<WorkflowInstanceRow>().AsNoTracking().SingleAsync(i => i.ParentInstanceId == root));

        Assert.Null((await MigrateAsync(host, child.Id)).Refusal);
        await CompleteAsync(host, "审", "同意");
        await host.DrainAsync();

        var next = await host.ReadAsync(db => db.Set<WorkflowInstanceRow>().AsNoTracking().SingleAsync(i => i.ParentInstanceId == root && i.Status == WorkflowStatus.Running));
        Assert.Equal("flow-v2", next.DefinitionVersionId);
    }

    private static JsonObject Line(string id, string text) => Node(id, "Elsa.WriteLine", ("text", Literal(text)));

    private static async Task<MigrationPreview> PreviewAsync(TestHost host)
        => (await host.HandleAsync((PreviewMigrationHandler h) => h.HandleAsync(new PreviewMigration("flow"), host.Change(Manager), default))).Value;

    /// <summary>One proposes, the other agrees.</summary>
    private static async Task<Result<CaseMigration>> MigrateAsync(TestHost host, Guid id, Dictionary<Guid, string>? choices = null)
    {
        var proposed = await ProposeAsync(host, id, choices);
        if (proposed.Refusal is { } refusal) return refusal;
        var decided = await DecideAsync(host, proposed.Value.Id, agree: true);
        return decided.Refusal is { } no ? no : decided.Value.Migration!;
    }

    private static Task<Result<MigrationProposal>> ProposeAsync(TestHost host, Guid id, Dictionary<Guid, string>? choices = null)
        => host.HandleAsync((ProposeMigrationHandler h) => h.HandleAsync(new ProposeMigration(id, "flow-v2", choices), host.Change(Manager, "按新版本办理"), default));

    private static Task<Result<DecidedMigration>> DecideAsync(TestHost host, Guid proposal, bool agree, string? opinion = null, Actor? by = null)
        => host.HandleAsync((DecideMigrationHandler h) => h.HandleAsync(new DecideMigration(proposal, agree, opinion), host.Change(by ?? Director), default));

    private static Task<List<string>> OpenTitlesAsync(TestHost host) => host.ReadAsync(db => db.Set<WorkItem>().Where(i => i.Status == WorkItemStatus.Open).OrderBy(i => i.Title).Select(i => i.Title).ToListAsync());

    private static async Task CompleteAsync(TestHost host, string title, string outcome)
    {
        var item = await host.ReadAsync(db => db.Set<WorkItem>().AsNoTracking().SingleAsync(i => i.Title == title && i.Status == WorkItemStatus.Open));
        var done = await host.HandleAsync((CompleteWorkItemHandler h) => h.HandleAsync(new CompleteWorkItem(item.Id, outcome, new JsonObject { ["opinion"] = "可" }), host.Change(Planner), default));
        Assert.Null(done.Refusal);
    }

    /// <summary>The definition's next version is in force instead of the one before.</summary>
    internal static async Task PublishNextAsync(TestHost host, string definitionId, int version, JsonObject[] nodes, params string[] edges)
    {
        var kept = $"{definitionId}-v{version}";
        await host.PublishAsync($"{definitionId}-next", nodes, edges);
        await host.RunAsync(async services =>
        {
            var db = services.GetRequiredService<DbContext>();
            var row = await db.Set<DefinitionVersion>().SingleAsync(v => v.DefinitionId == definitionId + "-next");
            db.Remove(row);
            foreach (var old in await db.Set<DefinitionVersion>().Where(v => v.DefinitionId == definitionId).ToListAsync()) (old.IsPublished, old.IsLatest) = (false, false);
            var json = JsonNode.Parse(row.Json)!.AsObject();
            (json["id"], json["definitionId"], json["version"]) = (kept, definitionId, version);
            db.Add(new DefinitionVersion
            {
                Id = kept,
                DefinitionId = definitionId,
                Version = version,
                Name = definitionId,
                Json = json.ToJsonString(),
                Hash = Hashing.Sha256Hex(json.ToJsonString()),
                Origin = "studio",
                IsLatest = true,
                IsPublished = true,
                CreatedAt = host.Time.UtcNow,
                CreatedByName = "测试",
                PublishedAt = host.Time.UtcNow,
            });
        });
    }
}
