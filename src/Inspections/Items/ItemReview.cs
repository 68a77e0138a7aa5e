using DoubleRandom.Basics;
using DoubleRandom.Inspections.Imports;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Items;

/// <summary>法制审核 of a version of an item, before it is published (S001-10). The opinion is the change's reason. Who wrote the version does not review it.</summary>
/// <param name="Key">Item number / version.</param>
/// <param name="Agrees">False: it goes back to who keeps the list; the opinion stays with it.</param>
/// <param name="Seen">The change that had made the version the person read; another one since then is a conflict.</param>
public sealed record ReviewItem(string Key, bool Agrees, Guid? Seen);

public sealed class ReviewItemHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<InspectionItem>> HandleAsync(ReviewItem command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.Is(Roles.Legal)) return Refusal.Forbidden("items.not-legal");
        if (string.IsNullOrWhiteSpace(change.Reason)) return Refusal.Invalid("items.opinion-missing", "reason");
        if (change.Reason.Length > 380) return Refusal.Invalid("imports.reason-too-long", "reason", 380);
        var opened = await ItemSteps.OpenAsync(db, command.Key, command.Seen, cancellationToken);
        if (opened.Refusal is { } refusal) return refusal;
        var item = opened.Value;
        if (item.PublishedOn is not null) return Refusal.Conflict("items.published-already", command.Key);
        if (item.ReviewedOn is not null) return Refusal.Conflict("items.reviewed-already", command.Key, item.ReviewedBy ?? "—");
        if (await ItemSteps.LastHandsAsync(db, item, 1, cancellationToken) is var hands && hands.Contains(change.By.Id)) return Refusal.Forbidden("items.own-version", command.Key);
        ItemSteps.Keep(db, audit, item, command.Agrees ? "法制审核" : "审核退回", change, i =>
            (i.ReviewedBy, i.ReviewedOn, i.ReviewOpinion) = (change.By.Name, command.Agrees ? change.On : null, command.Agrees ? change.Reason : $"不同意：{change.Reason}"));
        return item;
    }
}

/// <summary>公示 of a reviewed version of an item: from now on its content stays; what changes is a new version. Neither who wrote it nor who reviewed it publishes it.</summary>
/// <param name="Channel">Where it is published besides the portal, as the public knows it.</param>
public sealed record PublishItem(string Key, string Channel, Guid? Seen);

public sealed class PublishItemHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<InspectionItem>> HandleAsync(PublishItem command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.Is(Roles.Publisher)) return Refusal.Forbidden("items.not-publisher");
        if (command.Channel.Trim() is not { Length: > 0 and <= 200 }) return Refusal.Invalid("items.channel-missing", "channel");
        var opened = await ItemSteps.OpenAsync(db, command.Key, command.Seen, cancellationToken);
        if (opened.Refusal is { } refusal) return refusal;
        var item = opened.Value;
        if (item.PublishedOn is not null) return Refusal.Conflict("items.published-already", command.Key);
        if (item.ReviewedOn is null) return Refusal.Conflict("items.not-reviewed", command.Key);
        if (await ItemSteps.LastHandsAsync(db, item, 2, cancellationToken) is var hands && hands.Contains(change.By.Id)) return Refusal.Forbidden("items.own-publication", command.Key);
        ItemSteps.Keep(db, audit, item, "公示", change, i => (i.PublishedOn, i.Channel) = (change.On, command.Channel.Trim()));
        return item;
    }
}

internal static class ItemSteps
{
    public static async Task<Result<InspectionItem>> OpenAsync(DbContext db, string key, Guid? seen, CancellationToken cancellationToken)
    {
        if (await EditEntryHandler.FindAsync(db, RegisterForms.Items, key, cancellationToken) is not InspectionItem item) return Refusal.NotFound("registers.no-entry", key);
        if (item.ChangeId == seen) return item;
        var other = await db.Set<RegisterChange>().FindAsync([item.ChangeId], cancellationToken);
        return Refusal.Conflict("registers.changed-meanwhile", key, other?.ByName ?? "—");
    }

    /// <summary>Who made the version what it is: the last so many changes.</summary>
    public static async Task<IReadOnlyCollection<Guid>> LastHandsAsync(DbContext db, InspectionItem item, int changes, CancellationToken cancellationToken)
    {
        var key = RegisterForms.Items.KeyOf(item);
        HashSet<Guid> hands = [];
        for (var (id, n) = (item.ChangeId, 0); id is { } current && n < changes; n++)
        {
            if (await db.Set<RegisterChange>().FindAsync([current], cancellationToken) is { } made) hands.Add(made.ById);
            id = await db.Set<RegisterVersion>().Where(v => v.Kind == RegisterForms.Items.Kind && v.Key == key && v.ChangeId == current).Select(v => v.MadeBy).FirstOrDefaultAsync(cancellationToken);
        }
        return hands;
    }

    /// <summary>Changes the version as any change of a register is made: what it was is kept, with who, when and why.</summary>
    public static void Keep(DbContext db, IAuditTrail audit, InspectionItem item, string act, ChangeContext change, Action<InspectionItem> set)
    {
        var (form, key) = (RegisterForms.Items, RegisterForms.Items.KeyOf(item));
        var record = new RegisterChange { Id = Ids.New(change), Kind = form.Kind, At = change.At, ById = change.By.Id, ByName = change.By.Name, Act = act, Reason = change.Reason, Updated = 1 };
        db.Add(record);
        db.Add(new RegisterVersion { Kind = form.Kind, Key = key, ChangeId = record.Id, MadeBy = item.ChangeId, FromAt = item.ChangedAt, ToAt = change.At, Data = EditEntryHandler.DataOf(db, form, item) });
        set(item);
        (item.ChangeId, item.ChangedAt) = (record.Id, change.At);
        audit.Record(change, $"register/{form.Kind}", $"{act}{form.Title}", key, new() { ["change"] = record.Id.ToString() });
    }
}
