using DoubleRandom.Basics;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Host.Data;
using DoubleRandom.Host.Invariants;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Tests.Support;
using DoubleRandom.Tests.Workflows;
using DoubleRandom.Workflows.WorkItems;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Invariants;

/// <summary>Each check finds what it is for, and nothing in a sound database.</summary>
public sealed class InvariantTests
{
    private static async Task<(TestHost Host, Guid Instance)> WalkedAsync(string database)
    {
        var host = await Given.HostAsync(database);
        await host.PublishAsync("child", [Given.Node("W", "Elsa.RunTask")]);
        await host.PublishAsync("case", [Given.HumanTask("审批", "planner", "同意"), Given.HumanTask("复核", "planner", "同意"), Given.Node("D", "Elsa.DispatchWorkflow", ("workflowDefinitionId", Given.Literal("child")))], "审批.同意>D", "D.Done>复核");
        var instance = await host.StartAsync("case", "C-1");
        var item = await host.ReadAsync(db => db.Set<WorkItem>().SingleAsync());
        var done = await host.HandleAsync((CompleteWorkItemHandler h) => h.HandleAsync(new CompleteWorkItem(item.Id, "同意", new() { ["opinion"] = "好" }), host.Change(TestHost.Person("张三", "planner")), default));
        Assert.Null(done.Refusal);
        await host.DrainAsync();
        return (host, instance);
    }

    private static async Task<IReadOnlyList<string>> BrokenAsync(TestHost host)
        => [.. (await InvariantCatalogue.CheckAsync(host.Services)).Checks.Where(c => !c.Ok).Select(c => c.Id)];

    [Theory, BothDatabases]
    public async Task Invariants_AfterAWalk_AllHold(string database)
    {
        var (host, _) = await WalkedAsync(database);
        await using (host)
        {
            var report = await InvariantCatalogue.CheckAsync(host.Services);
            Assert.True(report.Ok, string.Join('\n', report.Checks.SelectMany(c => c.Broken.Select(b => $"{c.Id}: {b}"))));
            Assert.Equal(report.Checks.Count, report.Checks.Select(c => c.Id).Distinct().Count());
        }
    }

    public static TheoryData<string, string> Damages => new()
    {
        { "DELETE FROM bookmarks WHERE name = 'Inspection.HumanTask'", "work-item-bookmark" },
        { "UPDATE work_items SET status = 'Void' WHERE status = 'Open'", "bookmark-work-item" },
        { "UPDATE workflow_instances SET status = 'Finished' WHERE definition_id = 'case'", "finished-bookmark finished-children" },
        { "UPDATE work_items SET completed_by_id = NULL WHERE status = 'Completed'", "work-item-person" },
        { "UPDATE workflow_instances SET incident_count = 3 WHERE definition_id = 'child'", "incident-count" },
        { "UPDATE definition_versions SET name = 'x', json = json || ' ' WHERE definition_id = 'case'", "definition-hash" },
        { "INSERT INTO audit_entries (chain, sequence, at, by_id, by_name, action, subject, operation_id, previous_hash, hash) SELECT chain, sequence + 1, at, by_id, by_name, action, subject, operation_id, hash, hash FROM audit_entries e WHERE chain = 'case/C-1' AND sequence = (SELECT max(sequence) FROM audit_entries m WHERE m.chain = e.chain)", "audit-chains" },
        { "UPDATE work_items SET node_id = 'elsewhere' WHERE status = 'Completed'", "completed-audited" },
        { "DELETE FROM dispatches", "child-parent" },
        { "UPDATE dispatches SET child_instance_id = id", "dispatch-child child-parent" },
    };

    [Theory, MemberData(nameof(Damages))]
    public async Task Invariants_RowChangedByHand_NamesTheBrokenOnes(string sql, string expected)
    {
        var (host, _) = await WalkedAsync(Databases.Sqlite);
        await using (host)
        {
            await host.RunAsync(s => s.GetRequiredService<DbContext>().Database.ExecuteSqlRawAsync(sql));
            Assert.Equal(expected.Split(' ').Order(), (await BrokenAsync(host)).Order());
        }
    }

    [Fact]
    public async Task Invariants_InstanceChangedWithoutAJournalLine_IsFound()
    {
        var (host, instance) = await WalkedAsync(Databases.Sqlite);
        await using (host)
        {
            var at = host.Time.UtcNow.AddMinutes(3);
            await host.RunAsync(s => s.GetRequiredService<DbContext>().Set<WorkflowInstanceRow>().Where(i => i.Id == instance).ExecuteUpdateAsync(set => set.SetProperty(i => i.UpdatedAt, at)));
            Assert.Equal(["instance-journal"], await BrokenAsync(host));
        }
    }

    [Fact]
    public async Task Invariants_MessageSentWithoutAnAttempt_IsFound()
    {
        await using var host = await TestHost.StartAsync();
        await host.RunAsync(s =>
        {
            s.GetRequiredService<DbContext>().Add(new OutboxMessage { Id = Ids.New(host.Time.UtcNow), Kind = "mail", DedupeKey = "k", Payload = "{}", SentAt = host.Time.UtcNow });
            return Task.CompletedTask;
        });
        Assert.Equal(["outbox-once"], await BrokenAsync(host));
    }
}
