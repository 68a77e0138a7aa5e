using DoubleRandom.Basics;
using DoubleRandom.Host.Pages.Inbox;
using DoubleRandom.Host.Pages.Parts;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Tests.Support;
using DoubleRandom.Tests.Workflows.WorkItems;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Tests.Host.Pages;

/// <summary>The hand-made SQL of the inbox against what the items themselves say.</summary>
public sealed class InboxQueriesTests
{
    private static readonly string[] Numbers = ["R1", "R2", "R3", "R4", "R5"];

    [Theory, BothDatabases]
    public async Task Lists_OfNamedHeldAndAnybodysItems_AreWhatTheItemsSayPageByPage(string database)
    {
        await using var host = await TestHost.StartAsync(database);
        List<Actor> officers = [];
        foreach (var number in Numbers) officers.Add(await host.HireAsync($"执法{number}", ["officer"], number, "大队"));
        var random = new Random(20261122);
        List<WorkItem> items = [];
        await host.RunAsync(services =>
        {
            var db = services.GetRequiredService<DbContext>();
            for (var i = 0; i < 240; i++)
            {
                var item = Item(host, i);
                random.Shuffle(Numbers);
                item.Assignees = WorkItem.JoinAssignees(Numbers.Take(random.Next(6)));
                if (random.Next(4) == 0 && officers[random.Next(5)] is var holder && item.MayHold(holder) is null) (item.ClaimedById, item.ClaimedByName) = (holder.Id, holder.Name);
                if (random.Next(3) > 0) item.DueOn = host.Time.Today.AddDays(random.Next(12) - 4);
                if (random.Next(8) == 0) (item.Status, item.CompletedAt, item.CompletedById) = (WorkItemStatus.Completed, host.Time.UtcNow, officers[0].Id);
                db.Add(item);
                db.Seat(item);
                items.Add(item);
            }
            return Task.CompletedTask;
        });

        foreach (var officer in officers)
        {
            var open = items.Where(i => i.Status is WorkItemStatus.Open).ToList();
            Assert.Equal(InOrder(open.Where(i => i.ClaimedById is { } holder ? holder == officer.Id : i.AssigneeNumbers.Contains(officer.RegisterNumber!))), await AllAsync(officer, new InboxQuestion(InboxTab.Mine)));
            Assert.Equal(InOrder(open.Where(i => i is { ClaimedById: null, Assignees: null })), await AllAsync(officer, new InboxQuestion(InboxTab.Group)));
            Assert.Equal(
                InOrder(open.Where(i => i.ClaimedById is null && i.AssigneeNumbers.Contains(officer.RegisterNumber!) && i.DueKey < host.Time.Today && i.CaseNo.Contains('3', StringComparison.Ordinal))),
                (await AllAsync(officer, new InboxQuestion(InboxTab.Mine, "3", Due: DueBucket.Late))).Where(id => items.Single(i => i.Id == id).ClaimedById is null));
        }

        static List<Guid> InOrder(IEnumerable<WorkItem> of) => [.. of.OrderBy(i => i.DueKey).ThenBy(i => i.Id).Select(i => i.Id)];

        async Task<List<Guid>> AllAsync(Actor actor, InboxQuestion question)
        {
            List<Guid> all = [];
            await using var scope = host.Services.CreateAsyncScope();
            var inbox = ActivatorUtilities.CreateInstance<InboxQueries>(scope.ServiceProvider, ActivatorUtilities.CreateInstance<DueReader>(scope.ServiceProvider));
            for (string? after = null; ;)
            {
                var (ids, next) = await inbox.IdsAsync(actor, question with { After = after }, 7, CancellationToken.None);
                all.AddRange(ids);
                if (next is null) break;
                after = next;
            }
            var view = await inbox.ReadAsync(actor, question, CancellationToken.None);
            Assert.Equal(all.Count, view.Matching(question.Tab));
            return all;
        }
    }

    private static WorkItem Item(TestHost host, int n)
    {
        var change = host.Change(TestHost.Person("张三", "case-officer"));
        return new WorkItem
        {
            Id = Ids.New(change),
            InstanceId = Ids.New(change),
            RootInstanceId = Ids.New(change),
            BookmarkId = Ids.New(change),
            CaseNo = $"2026-01-{n:000}",
            NodeId = "do",
            ActivityId = "do",
            Title = "现场检查",
            FormKey = "visit.check",
            Role = "officer",
            OutcomesJson = "[\"同意\"]",
            DataJson = "{}",
            CreatedAt = change.At,
            CreatedOn = change.On,
            Revision = 1,
        };
    }
}
