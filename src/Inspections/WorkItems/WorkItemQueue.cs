using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.WorkItems;

/// <summary>In whose inbox an open item lies, as one searchable text: a person's, a register number's, several named persons', a role's.</summary>
public static class WorkItemQueue
{
    /// <summary>Several persons are named; each has a <see cref="WorkItemSeat"/>.</summary>
    public const string Named = "named";

    public static string OfPerson(Guid id) => $"p:{id:N}";

    public static string OfNumber(string registerNumber) => $"n:{registerNumber}";

    public static string OfRole(string role) => $"g:{role}";

    internal static string? Of(WorkItem item)
        => item.Status is not WorkItemStatus.Open ? null
            : item.ClaimedById is { } holder ? OfPerson(holder)
            : item.AssigneeNumbers switch { [] => OfRole(item.Role), [var only] => OfNumber(only), _ => Named };
}

/// <summary>
/// A place of one of several named persons at an item that lies with them all: theirs to do, whoever takes it first. There is one exactly while
/// the item's queue is <see cref="WorkItemQueue.Named"/>, so that an inbox is read from this table alone.
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
    /// <summary>Gives each of several named persons a place; items of one person or of a role need none.</summary>
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

    private static List<string> WantedOf(WorkItem item) => WorkItemQueue.Of(item) == WorkItemQueue.Named ? [.. item.AssigneeNumbers.Distinct()] : [];
}
