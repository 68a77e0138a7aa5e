using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.WorkItems;

/// <summary>In whose inbox an open item lies, as one searchable text: a person's, a register number's, a role's.</summary>
public static class WorkItemQueue
{
    /// <summary>A team is mostly two (两名以上执法人员): so many named persons are told in the item's own row, and who comes after them by a <see cref="WorkItemSeat"/>.</summary>
    internal const int InRow = 2;

    public static string OfPerson(Guid id) => $"p:{id:N}";

    public static string OfNumber(string registerNumber) => $"n:{registerNumber}";

    public static string OfRole(string role) => $"g:{role}";

    internal static string? Of(WorkItem item)
        => item.Status is not WorkItemStatus.Open ? null
            : item.ClaimedById is { } holder ? OfPerson(holder)
            : item.AssigneeNumbers is [var first, ..] ? OfNumber(first) : OfRole(item.Role);

    /// <summary>The second of several named persons, while it lies with them all.</summary>
    internal static string? SecondOf(WorkItem item) => LiesWithAll(item) && item.AssigneeNumbers is [_, var second, ..] ? OfNumber(second) : null;

    /// <summary>Theirs to do who are named, whoever takes it first.</summary>
    internal static bool LiesWithAll(WorkItem item) => item is { Status: WorkItemStatus.Open, ClaimedById: null };
}

/// <summary>
/// A place of the third or a further named person at an item that lies with them all: theirs to do, whoever takes it first. There is one exactly while
/// nobody holds the open item, so that an inbox is read from this table alone.
/// </summary>
public sealed class WorkItemSeat
{
    public Guid WorkItemId { get; set; }

    /// <summary>Number in the officer or expert register.</summary>
    public required string Number { get; set; }

    /// <summary><see cref="WorkItem.DueKey"/> of the item.</summary>
    public DateOnly DueKey { get; set; }
}

internal sealed class WorkItemSeatMapping : IEntityTypeConfiguration<WorkItemSeat>
{
    public void Configure(EntityTypeBuilder<WorkItemSeat> builder)
    {
        builder.ToTable("work_item_seats");
        builder.HasKey(s => new { s.WorkItemId, s.Number });
        builder.Property(s => s.Number).HasMaxLength(40);
        builder.HasIndex(s => new { s.Number, s.DueKey, s.WorkItemId });
    }
}

public static class WorkItemSeats
{
    /// <summary>Whether more persons are named than the item's own row tells.</summary>
    public static bool HasSeats(this WorkItem item) => item.AssigneeNumbers.Count > WorkItemQueue.InRow;

    /// <summary>Gives each named person a place whom the item's own row does not tell.</summary>
    public static void Seat(this DbContext db, WorkItem item)
    {
        foreach (var number in WantedOf(item)) db.Add(new WorkItemSeat { WorkItemId = item.Id, Number = number, DueKey = item.DueKey });
    }

    /// <summary>The places as the item's named persons, holder, last day and status want them now.</summary>
    public static async Task ReseatAsync(this DbContext db, WorkItem item, CancellationToken cancellationToken)
    {
        var known = await db.Set<WorkItemSeat>().Where(s => s.WorkItemId == item.Id).ToListAsync(cancellationToken);
        var wanted = WantedOf(item);
        foreach (var seat in known)
        {
            if (wanted.Remove(seat.Number)) seat.DueKey = item.DueKey;
            else db.Remove(seat);
        }
        foreach (var number in wanted) db.Add(new WorkItemSeat { WorkItemId = item.Id, Number = number, DueKey = item.DueKey });
    }

    private static List<string> WantedOf(WorkItem item) => WorkItemQueue.LiesWithAll(item) ? [.. item.AssigneeNumbers.Skip(WorkItemQueue.InRow)] : [];
}
