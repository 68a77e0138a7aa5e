using DoubleRandom.Inspections.WorkItems;

namespace DoubleRandom.Host.Data;

/// <summary>
/// Of which instance and case a work item is, for the items this process made or opened lately: that never changes, and knowing it spares the database four
/// look-ups when the item is opened. Only a hint: what was read with it is used only where the item says the same.
/// </summary>
internal sealed class WorkItemPlaces
{
    // Two megabytes at most; a power of two.
    private const int Most = 32_768;

    private readonly Place?[] _places = new Place?[Most];

    public sealed record Place(Guid ItemId, Guid InstanceId, string CaseNo);

    public Place? Find(Guid itemId) => Volatile.Read(ref _places[SlotOf(itemId)]) is { } place && place.ItemId == itemId ? place : null;

    public void Note(WorkItem item)
    {
        if (Find(item.Id) is { } known && known.InstanceId == item.InstanceId && known.CaseNo == item.CaseNo) return;
        Volatile.Write(ref _places[SlotOf(item.Id)], new Place(item.Id, item.InstanceId, item.CaseNo));
    }

    private static int SlotOf(Guid id) => id.GetHashCode() & (Most - 1);
}
