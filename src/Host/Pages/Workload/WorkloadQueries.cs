using DoubleRandom.Basics;
using DoubleRandom.Host.Pages.Inbox;
using DoubleRandom.Host.Pages.Parts;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Pages.Workload;

/// <summary>Open items by how many calendar days they have lain: up to 3, 4 to 7, 8 to 15, more.</summary>
/// <param name="Late">Of all, those whose last day is past.</param>
public sealed record Ages(int Fresh, int Week, int Fortnight, int Old, int Late)
{
    public static Ages None { get; } = new(0, 0, 0, 0, 0);

    public int Total => Fresh + Week + Fortnight + Old;

    public static Ages operator +(Ages a, Ages b) => new(a.Fresh + b.Fresh, a.Week + b.Week, a.Fortnight + b.Fortnight, a.Old + b.Old, a.Late + b.Late);
}

/// <param name="Key">What the page's address calls it: a person's id, or <c>role:key</c> for what nobody has taken.</param>
/// <param name="Absent">Why the person is away; null: present, or no person.</param>
public sealed record WorkloadLine(string Key, string Name, string? Section, string? Absent, Ages Ages);

public sealed record WorkloadItem(Guid Id, int Revision, string Title, string CaseNo, string? SubjectName, string Kind, DueView? Due, int Days, bool IsNamed);

/// <param name="Total">All there are; the page shows the first ones.</param>
public sealed record WorkloadDetail(WorkloadLine Line, IReadOnlyList<WorkloadItem> Items, int Total, IReadOnlyList<Actor> Receivers);

public sealed record WorkloadView(IReadOnlyList<WorkloadLine> People, IReadOnlyList<WorkloadLine> Groups, WorkloadDetail? Detail);

/// <summary>Who has how much, and for how long, for those who head them.</summary>
public sealed class WorkloadQueries(DbContext db, WorkItemPeople people, DueReader dues)
{
    public async Task<WorkloadView> ReadAsync(Actor head, string? key, CancellationToken cancellationToken)
    {
        var today = dues.Today;
        var items = db.Set<WorkItem>().AsNoTracking().Where(i => i.Queue != null);
        var byQueue = await CountAsync(items.Select(i => new Aged { Key = i.Queue!, CreatedOn = i.CreatedOn, DueKey = i.DueKey }), today, cancellationToken);
        var bySecond = await CountAsync(items.Where(i => i.SecondQueue != null).Select(i => new Aged { Key = i.SecondQueue!, CreatedOn = i.CreatedOn, DueKey = i.DueKey }), today, cancellationToken);
        var bySeat = await CountAsync(db.Set<WorkItemSeat>().Join(items, s => s.WorkItemId, i => i.Id, (s, i) => new Aged { Key = s.Number, CreatedOn = i.CreatedOn, DueKey = i.DueKey }), today, cancellationToken);
        List<WorkloadLine> lines = [];
        foreach (var person in people.Staff.All.Where(p => WorkItemPeople.Works(p) && (WorkItemPeople.Heads(head, p) || p.Id == head.Id)))
        {
            var ages = byQueue.GetValueOrDefault(WorkItemQueue.OfPerson(person.Id), Ages.None);
            if (person.RegisterNumber is { } number) ages = ages + byQueue.GetValueOrDefault(WorkItemQueue.OfNumber(number), Ages.None) + bySecond.GetValueOrDefault(WorkItemQueue.OfNumber(number), Ages.None) + bySeat.GetValueOrDefault(number, Ages.None);
            lines.Add(new WorkloadLine(person.Id.ToString(), person.Name, person.Section ?? person.Department, await people.IsAbsentAsync(person, today, cancellationToken), ages));
        }
        // A section's head sees what his people could take; what belongs to others is not his to give.
        var groups = Roles.All.Where(r => WorkItemPeople.HeadsAll(head) || people.Staff.All.Any(p => p.Is(r.Key) && (WorkItemPeople.Heads(head, p) || p.Id == head.Id))).Select(r => new WorkloadLine($"role:{r.Key}", r.Name, null, null, byQueue.GetValueOrDefault(WorkItemQueue.OfRole(r.Key), Ages.None))).Where(g => g.Ages.Total > 0).ToList();
        lines = [.. lines.OrderByDescending(l => l.Ages.Total).ThenBy(l => l.Name, StringComparer.Ordinal)];
        var chosen = lines.Concat(groups).FirstOrDefault(l => l.Key == key);
        return new WorkloadView(lines, groups, chosen is null ? null : await DetailAsync(chosen, cancellationToken));
    }

    private async Task<WorkloadDetail> DetailAsync(WorkloadLine line, CancellationToken cancellationToken)
    {
        var items = db.Set<WorkItem>().AsNoTracking();
        if (line.Key.StartsWith("role:", StringComparison.Ordinal))
        {
            var queue = WorkItemQueue.OfRole(line.Key[5..]);
            items = items.Where(i => i.Queue == queue);
        }
        else
        {
            var person = people.Staff.Find(Guid.Parse(line.Key))!;
            var (own, number) = (WorkItemQueue.OfPerson(person.Id), person.RegisterNumber);
            var named = number is null ? own : WorkItemQueue.OfNumber(number);
            items = items.Where(i => i.Queue == own || i.Queue == named || i.SecondQueue == named || (i.Queue != null && db.Set<WorkItemSeat>().Any(s => s.WorkItemId == i.Id && s.Number == number)));
        }
        var total = await items.CountAsync(cancellationToken);
        var rows = await items.OrderBy(i => i.DueKey).ThenBy(i => i.Id).Take(BulkMost).ToListAsync(cancellationToken);
        var ends = await dues.ReadAsync([.. rows.Select(i => (i.Id, i.DueOn))], cancellationToken);
        List<WorkloadItem> shown = [.. rows.Zip(ends, (i, due) => new WorkloadItem(i.Id, i.Revision, i.Title, i.CaseNo, i.SubjectName, InboxQueries.KindOf(i.FormKey), due, dues.Today.DayNumber - i.CreatedOn.DayNumber, i.Assignees is not null))];
        var roles = rows.Select(i => i.Role).ToHashSet(StringComparer.Ordinal);
        List<Actor> receivers = [];
        foreach (var person in people.Staff.All.Where(p => p.Id.ToString() != line.Key && WorkItemPeople.Works(p) && p.Roles.Overlaps(roles)))
        {
            if (await people.IsAbsentAsync(person, dues.Today, cancellationToken) is null) receivers.Add(person);
        }
        return new WorkloadDetail(line, shown, total, receivers);
    }

    private const int BulkMost = DoubleRandom.Workflows.WorkItems.BulkDesk.Most;

    private sealed class Aged
    {
        public required string Key { get; init; }

        public DateOnly CreatedOn { get; init; }

        public DateOnly DueKey { get; init; }
    }

    private static async Task<Dictionary<string, Ages>> CountAsync(IQueryable<Aged> items, DateOnly today, CancellationToken cancellationToken)
    {
        var (three, seven, fifteen) = (today.AddDays(-3), today.AddDays(-7), today.AddDays(-15));
        var rows = await items.GroupBy(i => i.Key).Select(g => new
        {
            g.Key,
            Total = g.Count(),
            Fresh = g.Sum(i => i.CreatedOn >= three ? 1 : 0),
            Week = g.Sum(i => i.CreatedOn < three && i.CreatedOn >= seven ? 1 : 0),
            Fortnight = g.Sum(i => i.CreatedOn < seven && i.CreatedOn >= fifteen ? 1 : 0),
            Late = g.Sum(i => i.DueKey < today ? 1 : 0),
        }).ToListAsync(cancellationToken);
        return rows.ToDictionary(r => r.Key, r => new Ages(r.Fresh, r.Week, r.Fortnight, r.Total - r.Fresh - r.Week - r.Fortnight, r.Late), StringComparer.Ordinal);
    }
}
