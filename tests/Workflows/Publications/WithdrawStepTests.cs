using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Publications;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Tests.Host.Portal;
using DoubleRandom.Tests.Support;
using DoubleRandom.Workflows.Publications;
using DoubleRandom.Workflows.WorkItems;
using Microsoft.EntityFrameworkCore;
using static DoubleRandom.Tests.Workflows.Given;

namespace DoubleRandom.Tests.Workflows.Publications;

/// <summary>撤回公示: the ready step of the toolbox, drawn into a process of managers.</summary>
public sealed class WithdrawStepTests
{
    private static readonly Actor Deputy = TestHost.Person("信建军", Roles.DeputyDirector);

    [Theory, BothDatabases]
    public async Task Withdraw_OfWhatIsPublic_TakesItBackWithTheReasonAndKeepsItsHistory(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        var published = await host.PublishAsync(PublicationKind.Report, "检查通报", "2026-1", new JsonObject { ["正文"] = "略" });
        var drafted = await host.DraftAsync(PublicationKind.Report, "未发布的通报", "2026-2", new JsonObject { ["正文"] = "略" });
        var (instance, item) = await WaitingAsync(host, "withdraw", published);

        Assert.Equal(("publication.withdraw", Roles.DeputyDirector, "撤回公示", "检查通报"), (item.FormKey, item.Role, item.Title, item.SubjectName));
        Assert.Equal("forms.required", await CompleteAsync(host, item, Deputy, ""));
        Assert.NotNull(await CompleteAsync(host, item, TestHost.Person("甲", Roles.Publisher), "处罚决定被撤销"));
        Assert.Null(await CompleteAsync(host, item, Deputy, "处罚决定被撤销"));

        var row = await host.ReadAsync(db => db.Set<Publication>().AsNoTracking().SingleAsync(p => p.Id == published));
        Assert.Equal((PublicationStatus.Withdrawn, "处罚决定被撤销", Deputy.Name), (row.Status, row.WithdrawalReason, row.WithdrawnByName));
        Assert.NotNull(row.PublishedAt);
        Assert.Equal(WorkflowStatus.Finished, (await host.InstanceAsync(instance)).Status);

        // What is not public, or not any more, cannot be taken back; the step waits on.
        Assert.Equal("publications.not-public", await CompleteAsync(host, (await WaitingAsync(host, "again", published)).Item, Deputy, "再次撤回"));
        Assert.Equal("publications.not-public", await CompleteAsync(host, (await WaitingAsync(host, "draft", drafted)).Item, Deputy, "撤回草稿"));
    }

    [Theory, BothDatabases]
    public async Task Withdrawal_OfAnAnnulledPenalty_IsProposedByOneDecidedByAnotherWithinThreeWorkingDays(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        await host.PublishJsonAsync("withdrawal", await File.ReadAllTextAsync(Repository.Path("workflows-json/withdrawal.json")));
        var published = await host.PublishAsync(PublicationKind.Penalty, "处罚信息", "2026-07-001-罚1", new JsonObject { ["正文"] = "略" });
        var legal = TestHost.Person("郑法制", Roles.Legal);
        var today = host.Time.Today;
        Task<Result<StartedWithdrawal>> ProposeAsync(string ground, DateOnly on, Actor by) => host.HandleAsync((StartWithdrawalHandler h) => h.HandleAsync(new ProposeWithdrawal(published, ground, on, "崇政复决〔2026〕1号"), host.Change(by), default));

        Assert.Equal("publications.withdrawal-role", (await ProposeAsync("处罚决定被撤销", today, TestHost.Person("甲", Roles.Officer))).Refusal?.Code);
        Assert.Equal("publications.withdrawal-ground", (await ProposeAsync("不想公开", today, legal)).Refusal?.Code);
        Assert.Equal("publications.withdrawal-day", (await ProposeAsync("处罚决定被撤销", today.AddDays(1), legal)).Refusal?.Code);
        var started = await ProposeAsync("处罚决定被撤销", today, legal);
        Assert.Equal("2026-07-001-罚1-撤1", started.Value.CaseNo);
        Assert.Equal("publications.withdrawal-open", (await ProposeAsync("处罚决定被撤销", today, Deputy)).Refusal?.Code);

        var item = await host.ReadAsync(db => db.Set<WorkItem>().AsNoTracking().SingleAsync());
        var clock = await host.ReadAsync(db => db.Set<Deadline>().AsNoTracking().SingleAsync());
        Assert.Equal(("penalty.withdraw", today, item.DueOn, Roles.DeputyDirector), (clock.RuleKey, clock.AnchorOn, clock.DueOn, clock.OwnerRole));
        Assert.Equal(EmbeddedCalendars.Calendar.Add(today, 3).On, clock.DueOn);
        // The law leaves no choice where the penalty fell.
        Assert.Equal("publications.withdrawal-must", await CompleteAsync(host, item, Deputy, "仍应公开", "不予撤回"));
        Assert.Null(await CompleteAsync(host, item, Deputy, "处罚决定经复议撤销"));

        Assert.Equal(DeadlineStatus.Met, (await host.ReadAsync(db => db.Set<Deadline>().AsNoTracking().SingleAsync())).Status);
        var row = await host.ReadAsync(db => db.Set<Publication>().AsNoTracking().SingleAsync(p => p.Id == published));
        Assert.Equal((PublicationStatus.Withdrawn, "处罚决定经复议撤销"), (row.Status, row.WithdrawalReason));
        Assert.Equal(WorkflowStatus.Finished, (await host.InstanceAsync(item.InstanceId)).Status);
    }

    private static async Task<(Guid Instance, WorkItem Item)> WaitingAsync(TestHost host, string definition, Guid publication)
    {
        await host.PublishAsync(definition, [Node("W", "Inspection.WithdrawPublication", ("subjectId", Literal(publication.ToString()))), Node("E", "Elsa.End")], "W.撤回>E");
        var id = await host.StartAsync(definition, definition);
        return (id, await host.ReadAsync(db => db.Set<WorkItem>().AsNoTracking().SingleAsync(i => i.InstanceId == id)));
    }

    private static async Task<string?> CompleteAsync(TestHost host, WorkItem item, Actor by, string reason, string outcome = "撤回")
        => (await host.HandleAsync((CompleteWorkItemHandler h) => h.HandleAsync(new CompleteWorkItem(item.Id, outcome, new JsonObject { ["reason"] = reason }), host.Change(by), default))).Refusal?.Code;
}
