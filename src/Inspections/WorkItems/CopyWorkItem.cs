using DoubleRandom.Basics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.WorkItems;

/// <summary>抄送: a person who is to know of an item and has nothing to do.</summary>
public sealed class WorkItemCopy
{
    public Guid Id { get; set; }

    public Guid WorkItemId { get; set; }

    public Guid PersonId { get; set; }

    public required string PersonName { get; set; }

    public required string ByName { get; set; }

    public string? Note { get; set; }

    public DateTime At { get; set; }

    public DateTime? ReadAt { get; set; }
}

internal sealed class WorkItemCopyMapping : IEntityTypeConfiguration<WorkItemCopy>
{
    public void Configure(EntityTypeBuilder<WorkItemCopy> builder)
    {
        builder.ToTable("work_item_copies");
        builder.HasKey(c => c.Id);
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.Property(c => c.PersonName).HasMaxLength(60);
        builder.Property(c => c.ByName).HasMaxLength(140);
        builder.Property(c => c.Note).HasMaxLength(WorkItemAct.OpinionMaxLength);
        builder.HasIndex(c => new { c.WorkItemId, c.PersonId }).IsUnique();
        builder.HasIndex(c => new { c.PersonId, c.At });
    }
}

public sealed record CopyWorkItem(Guid WorkItemId, IReadOnlyList<Guid> PersonIds, string? Opinion);

public sealed class CopyWorkItemHandler(WorkItemDesk desk, WorkItemPeople people)
{
    public async Task<Result<WorkItem>> HandleAsync(CopyWorkItem command, ChangeContext change, CancellationToken cancellationToken)
    {
        var begun = await desk.BeginAsync(command.WorkItemId, null, command.Opinion, change, cancellationToken, opinionNeeded: false);
        if (begun.Refusal is { } bad) return bad;
        var (item, opinion, isDone) = begun.Value;
        if (isDone) return item;
        // Who has decided may tell others of it too.
        var isMine = item.CompletedById == change.By.Id;
        var capacity = await people.CapacityAsync(item, change, cancellationToken, mayHoldOnly: true);
        if (capacity.Refusal is { } refusal && !isMine) return refusal;
        if (command.PersonIds.Count is 0 or > WorkItemSigner.MostSigners) return Refusal.Invalid(command.PersonIds.Count == 0 ? "work-items.copy-nobody" : "work-items.sign-many", "to", WorkItemSigner.MostSigners);
        var known = await desk.Db.Set<WorkItemCopy>().AsNoTracking().Where(c => c.WorkItemId == item.Id).Select(c => c.PersonId).ToListAsync(cancellationToken);
        List<string> names = [];
        foreach (var id in command.PersonIds.Distinct().Where(id => !known.Contains(id)))
        {
            if (people.Staff.Find(id) is not { } person) return Refusal.Invalid("work-items.to-unknown", "to");
            names.Add(person.Name);
            desk.Db.Add(new WorkItemCopy
            {
                Id = Ids.New(change),
                WorkItemId = item.Id,
                PersonId = person.Id,
                PersonName = person.Name,
                ByName = change.By.Name,
                Note = opinion.Length == 0 ? null : opinion,
                At = change.At,
            });
        }
        if (names.Count == 0) return Refusal.Conflict("work-items.copied-already", item.Title);
        desk.Note(item, change with { By = capacity.Refusal is null ? capacity.Value.As : change.By }, "抄送", ClockNotes.Unchanged, opinion.Length == 0 ? null : opinion, null, string.Join('、', names));
        return item;
    }
}

/// <summary>已阅.</summary>
public sealed record ReadCopy(Guid WorkItemId);

public sealed class ReadCopyHandler(DbContext db)
{
    public async Task<Result<Done>> HandleAsync(ReadCopy command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (await db.Set<WorkItemCopy>().FirstOrDefaultAsync(c => c.WorkItemId == command.WorkItemId && c.PersonId == change.By.Id, cancellationToken) is not { } copy) return Refusal.NotFound("work-items.not-found");
        copy.ReadAt ??= change.At;
        return Done.It;
    }
}
