using DoubleRandom.Basics;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.WorkItems;

/// <summary>会签: a person whose consent the holder has asked for before he decides.</summary>
public sealed class WorkItemSigner
{
    public const int MostSigners = 30;

    public Guid Id { get; set; }

    public Guid WorkItemId { get; set; }

    public Guid PersonId { get; set; }

    public required string PersonName { get; set; }

    public Guid AddedById { get; set; }

    public required string AddedByName { get; set; }

    /// <summary>The workflow asks, and not the holder.</summary>
    public bool IsOfProcess => AddedById == Actor.System.Id;

    public DateTime AddedAt { get; set; }

    public required string Question { get; set; }

    public bool? Agrees { get; set; }

    public string? Opinion { get; set; }

    /// <summary>Signed, or removed (减签): nothing is asked of the person any more.</summary>
    public DateTime? EndedAt { get; set; }

    public bool IsRemoved { get; set; }
}

internal sealed class WorkItemSignerMapping : IEntityTypeConfiguration<WorkItemSigner>
{
    public void Configure(EntityTypeBuilder<WorkItemSigner> builder)
    {
        builder.ToTable("work_item_signers");
        builder.HasKey(s => s.Id);
        builder.Property(s => s.Id).ValueGeneratedNever();
        builder.Property(s => s.PersonName).HasMaxLength(60);
        builder.Property(s => s.AddedByName).HasMaxLength(140);
        builder.Property(s => s.Question).HasMaxLength(WorkItemAct.OpinionMaxLength);
        builder.Property(s => s.Opinion).HasMaxLength(WorkItemAct.OpinionMaxLength);
        builder.Ignore(s => s.IsOfProcess);
        builder.HasIndex(s => s.WorkItemId);
        builder.HasIndex(s => new { s.PersonId, s.EndedAt });
    }
}

/// <summary>Where the signatures stand.</summary>
/// <param name="Needed">Consents that decide it.</param>
/// <param name="Passed">Null while it can still come out either way.</param>
public sealed record SignTally(int Asked, int Agreed, int Refused, int Needed, bool? Passed)
{
    public int Open => Asked - Agreed - Refused;

    /// <param name="share">Of a hundred; for <see cref="SignRule.Share"/>.</param>
    public static SignTally Of(SignRule rule, int share, IReadOnlyCollection<WorkItemSigner> signers)
    {
        var asked = signers.Count(s => !s.IsRemoved);
        var agreed = signers.Count(s => s is { IsRemoved: false, Agrees: true });
        var refused = signers.Count(s => s is { IsRemoved: false, Agrees: false });
        // A share is rounded up: two thirds of four are three.
        var needed = asked == 0 ? 0 : rule switch { SignRule.All => asked, SignRule.Any => 1, SignRule.Share => Math.Max(1, (asked * share + 99) / 100), _ => 0 };
        return new SignTally(asked, agreed, refused, needed, agreed >= needed ? true : asked - refused < needed ? false : null);
    }
}

/// <summary>加签: asks persons for their consent before the holder decides. All must agree (会签), one (或签), or a share of a hundred (票签).</summary>
/// <param name="Share">1 to 100; for <see cref="SignRule.Share"/>.</param>
public sealed record AddSigners(Guid WorkItemId, IReadOnlyList<Guid> PersonIds, SignRule Rule, int Share, string Question, int? Revision = null);

public sealed class AddSignersHandler(WorkItemDesk desk, WorkItemPeople people)
{
    public async Task<Result<WorkItem>> HandleAsync(AddSigners command, ChangeContext change, CancellationToken cancellationToken)
    {
        var begun = await desk.BeginAsync(command.WorkItemId, command.Revision, command.Question, change, cancellationToken);
        if (begun.Refusal is { } bad) return bad;
        var (item, question, isDone) = begun.Value;
        if (isDone) return item;
        var capacity = await people.CapacityAsync(item, change, cancellationToken);
        if (capacity.Refusal is { } refusal) return refusal;
        if (command.Rule is SignRule.None) return Refusal.Invalid("work-items.sign-rule", "rule");
        if (command.Rule is SignRule.Share && command.Share is < 1 or > 100) return Refusal.Invalid("work-items.sign-share", "share", command.Share);
        var ids = command.PersonIds.Distinct().ToList();
        if (ids.Count == 0) return Refusal.Invalid("work-items.sign-nobody", "to");
        var signers = await desk.SignersAsync(item.Id, cancellationToken);
        if (signers.Exists(s => !s.IsRemoved))
        {
            // Whoever asks may not choose the rule, nor more voters, by what has been signed already.
            if ((command.Rule, command.Rule is SignRule.Share ? command.Share : 0) != (item.SignRule, item.SignShare)) return Refusal.Conflict("work-items.sign-rule-stands", item.Title);
            if (SignTally.Of(item.SignRule, item.SignShare, signers).Passed is false) return Refusal.Conflict("work-items.sign-lost", item.Title);
        }
        if (signers.Count(s => !s.IsRemoved) + ids.Count > WorkItemSigner.MostSigners) return Refusal.Invalid("work-items.sign-many", "to", WorkItemSigner.MostSigners);
        List<string> names = [];
        foreach (var id in ids)
        {
            if (people.Staff.Find(id) is not { } person) return Refusal.Invalid("work-items.to-unknown", "to");
            if (person.Id == change.By.Id) return Refusal.Invalid("work-items.sign-self", "to", person.Name);
            if (signers.Exists(s => s.PersonId == id && !s.IsRemoved)) return Refusal.Invalid("work-items.sign-twice", "to", person.Name);
            if (await people.MayReceiveAsync(item, person, change, forOpinion: true, cancellationToken) is { } unfit) return unfit;
            names.Add(person.Name);
            desk.Db.Add(new WorkItemSigner
            {
                Id = Ids.New(change),
                WorkItemId = item.Id,
                PersonId = person.Id,
                PersonName = person.Name,
                AddedById = change.By.Id,
                AddedByName = capacity.Value.As.Name,
                AddedAt = change.At,
                Question = question,
            });
        }
        // Whoever asks decides in the end: the item is his.
        (item.ClaimedById, item.ClaimedByName) = (change.By.Id, item.ClaimedById == change.By.Id ? item.ClaimedByName : capacity.Value.As.Name);
        (item.SignRule, item.SignShare) = (command.Rule, command.Rule is SignRule.Share ? command.Share : 0);
        await desk.FollowHolderAsync(item, cancellationToken);
        desk.Note(item, change with { By = capacity.Value.As }, "加签", ClockNotes.Unchanged, question, null, string.Join('、', names));
        return item;
    }
}

/// <summary>减签: a person who has not signed yet is no longer asked. Whom the workflow asks only while he is away or has left.</summary>
public sealed record RemoveSigner(Guid WorkItemId, Guid PersonId, string Opinion, int? Revision = null);

public sealed class RemoveSignerHandler(WorkItemDesk desk, WorkItemPeople people)
{
    public async Task<Result<WorkItem>> HandleAsync(RemoveSigner command, ChangeContext change, CancellationToken cancellationToken)
    {
        var begun = await desk.BeginAsync(command.WorkItemId, command.Revision, command.Opinion, change, cancellationToken);
        if (begun.Refusal is { } bad) return bad;
        var (item, opinion, isDone) = begun.Value;
        if (isDone) return item;
        var capacity = await people.CapacityAsync(item, change, cancellationToken);
        if (capacity.Refusal is { } refusal) return refusal;
        var signers = await desk.SignersAsync(item.Id, cancellationToken);
        if (signers.Find(s => s.PersonId == command.PersonId && !s.IsRemoved) is not { } signer) return Refusal.Invalid("work-items.sign-not-asked", "to");
        // A signature given stands in the record; it is not taken away by removing who gave it.
        if (signer.EndedAt is not null) return Refusal.Conflict("work-items.sign-given", signer.PersonName);
        if (signer.IsOfProcess && people.Staff.Find(signer.PersonId) is { } asked && await people.IsAbsentAsync(asked, change.On, cancellationToken) is null)
            return Refusal.Conflict("work-items.sign-of-process", item.Title, signer.PersonName);
        (signer.IsRemoved, signer.EndedAt) = (true, change.At);
        if (signers.TrueForAll(s => s.IsRemoved)) (item.SignRule, item.SignShare) = (SignRule.None, 0);
        desk.Note(item, change with { By = capacity.Value.As }, "减签", ClockNotes.Unchanged, opinion, signer.PersonId, signer.PersonName);
        return item;
    }
}

/// <summary>签署: consent or not, with an opinion. Once.</summary>
public sealed record SignWorkItem(Guid WorkItemId, bool Agrees, string Opinion, int? Revision = null);

public sealed class SignWorkItemHandler(WorkItemDesk desk)
{
    public async Task<Result<WorkItem>> HandleAsync(SignWorkItem command, ChangeContext change, CancellationToken cancellationToken)
    {
        // Whoever does not agree says why.
        // Others sign at the same time: their signatures do not make this page stale.
        var begun = await desk.BeginAsync(command.WorkItemId, null, command.Opinion, change, cancellationToken, opinionNeeded: !command.Agrees);
        if (begun.Refusal is { } bad) return bad;
        var (item, opinion, isDone) = begun.Value;
        if (isDone) return item;
        if (item.Status is not WorkItemStatus.Open) return await desk.StaleAsync(item, cancellationToken);
        if (item.SuspendedAt is not null) return Refusal.Conflict("work-items.suspended", item.Title, item.SuspendedByName ?? "", item.SuspendReason ?? "");
        var signers = await desk.SignersAsync(item.Id, cancellationToken);
        if (signers.Find(s => s.PersonId == change.By.Id && !s.IsRemoved) is not { } signer) return Refusal.Forbidden("work-items.sign-not-you", item.Title);
        if (signer.EndedAt is not null) return Refusal.Conflict("work-items.sign-given", signer.PersonName);
        (signer.Agrees, signer.Opinion, signer.EndedAt) = (command.Agrees, opinion.Length == 0 ? null : opinion, change.At);
        desk.Note(item, change, command.Agrees ? "签署同意" : "签署不同意", ClockNotes.Unchanged, signer.Opinion);
        return item;
    }
}

public static class Signing
{
    /// <summary>会签 that the workflow asks for when its step begins: of everybody in the role who is here and has no relation to the inspectee.</summary>
    /// <returns>The names of those who are asked.</returns>
    public static async Task<Result<IReadOnlyList<string>>> AskRoleAsync(this WorkItemPeople people, DbContext db, WorkItem item, SignRule rule, int share, string role, ChangeContext change, CancellationToken cancellationToken)
    {
        if (rule is SignRule.Share && share is < 1 or > 100) return Refusal.Invalid("work-items.sign-share", "share", share);
        List<Actor> asked = [];
        foreach (var person in people.Staff.All.Where(p => p.Is(role)))
        {
            if (await people.MayReceiveAsync(item, person, change, forOpinion: true, cancellationToken) is null) asked.Add(person);
        }
        if (asked.Count == 0) return Refusal.Conflict("work-items.sign-no-one", item.Title, Roles.Find(role)?.Name ?? role);
        if (asked.Count > WorkItemSigner.MostSigners) return Refusal.Conflict("work-items.sign-many", WorkItemSigner.MostSigners);
        db.AddRange(asked.Select(person => new WorkItemSigner
        {
            Id = Ids.New(change),
            WorkItemId = item.Id,
            PersonId = person.Id,
            PersonName = person.Name,
            AddedById = Actor.System.Id,
            AddedByName = Actor.System.Name,
            AddedAt = change.At,
            Question = item.Title,
        }));
        (item.SignRule, item.SignShare) = (rule, rule is SignRule.Share ? share : 0);
        return asked.ConvertAll(p => p.Name);
    }

    internal static Task<List<WorkItemSigner>> SignersAsync(this WorkItemDesk desk, Guid itemId, CancellationToken cancellationToken)
        => desk.Db.Set<WorkItemSigner>().Where(s => s.WorkItemId == itemId).OrderBy(s => s.AddedAt).ThenBy(s => s.Id).ToListAsync(cancellationToken);

    /// <summary>
    /// Whether the signatures allow the outcome. While they are open nothing is decided; where they came out against it, the first outcome (the
    /// one that grants what was proposed) is not to be had, the others are.
    /// </summary>
    public static async Task<Refusal?> CheckSignaturesAsync(this DbContext db, WorkItem item, string outcome, CancellationToken cancellationToken)
    {
        if (item.SignRule is SignRule.None) return null;
        var signers = await db.Set<WorkItemSigner>().AsNoTracking().Where(s => s.WorkItemId == item.Id).ToListAsync(cancellationToken);
        var tally = SignTally.Of(item.SignRule, item.SignShare, signers);
        return tally.Passed switch
        {
            true => null,
            null => Refusal.Conflict("work-items.sign-open", item.Title, string.Join('、', signers.Where(s => s.EndedAt is null).Select(s => s.PersonName))),
            _ => outcome == item.Outcomes[0] ? Refusal.Conflict("work-items.sign-failed", item.Title, tally.Agreed, tally.Refused, tally.Needed, outcome) : null,
        };
    }
}
