using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DoubleRandom.Inspections.WorkItems;

/// <summary>代理: who does a person's work in a period. What the substitute does is labelled 张三代李四; the principal sees it.</summary>
public sealed class Substitution
{
    public const int MaxDays = 366;

    public Guid Id { get; set; }

    public Guid PrincipalId { get; set; }

    public required string PrincipalName { get; set; }

    public Guid SubstituteId { get; set; }

    public required string SubstituteName { get; set; }

    /// <summary>First day, inclusive.</summary>
    public DateOnly From { get; set; }

    /// <summary>Last day, inclusive.</summary>
    public DateOnly To { get; set; }

    /// <summary>Only this role of the principal; null: all his roles.</summary>
    public string? Role { get; set; }

    /// <summary>Only this kind of work (first part of the form's key); null: all.</summary>
    public string? Kind { get; set; }

    public required string Reason { get; set; }

    public DateTime CreatedAt { get; set; }

    public required string CreatedByName { get; set; }

    /// <summary>The day it was ended early.</summary>
    public DateOnly? EndedOn { get; set; }

    public string? EndedByName { get; set; }

    public int Revision { get; set; }
}

internal sealed class SubstitutionMapping : IEntityTypeConfiguration<Substitution>
{
    public void Configure(EntityTypeBuilder<Substitution> builder)
    {
        builder.ToTable("substitutions");
        builder.HasKey(s => s.Id);
        builder.Property(s => s.Id).ValueGeneratedNever();
        builder.Property(s => s.PrincipalName).HasMaxLength(60);
        builder.Property(s => s.SubstituteName).HasMaxLength(60);
        builder.Property(s => s.Role).HasMaxLength(40);
        builder.Property(s => s.Kind).HasMaxLength(40);
        builder.Property(s => s.Reason).HasMaxLength(WorkItemAct.OpinionMaxLength);
        builder.Property(s => s.CreatedByName).HasMaxLength(60);
        builder.Property(s => s.EndedByName).HasMaxLength(60);
        builder.Property(s => s.Revision).IsConcurrencyToken();
        builder.HasIndex(s => new { s.SubstituteId, s.To });
        builder.HasIndex(s => new { s.PrincipalId, s.To });
    }
}

/// <summary>指定代理人: for oneself, or by who heads the section for somebody who is away.</summary>
public sealed record AddSubstitution(Guid PrincipalId, Guid SubstituteId, DateOnly From, DateOnly To, string Reason, string? Role = null, string? Kind = null);

public sealed class AddSubstitutionHandler(DbContext db, WorkItemPeople people, IAuditTrail audit)
{
    public async Task<Result<Substitution>> HandleAsync(AddSubstitution command, ChangeContext change, CancellationToken cancellationToken)
    {
        var reason = WorkItemDesk.Opinion(command.Reason);
        if (reason.Refusal is { } bad) return bad with { Field = "reason" };
        if (people.Staff.Find(command.PrincipalId) is not { } principal) return Refusal.Invalid("work-items.to-unknown", "principal");
        if (people.Staff.Find(command.SubstituteId) is not { } substitute) return Refusal.Invalid("work-items.to-unknown", "substitute");
        if (principal.Id != change.By.Id && !WorkItemPeople.Commands(change.By, principal)) return Refusal.Forbidden("substitutions.not-yours", principal.Name);
        // Nobody gives himself the powers of another one.
        if (principal.Id != change.By.Id && substitute.Id == change.By.Id) return Refusal.Forbidden("substitutions.for-oneself", principal.Name);
        if (principal.Id == substitute.Id) return Refusal.Invalid("substitutions.self", "substitute", principal.Name);
        if (!WorkItemPeople.Works(substitute)) return Refusal.Invalid("work-items.to-aside", "substitute", substitute.Name);
        if (command.To < command.From) return Refusal.Invalid("substitutions.backwards", "to", command.From, command.To);
        if (command.To < change.On) return Refusal.Invalid("substitutions.past", "to", command.To);
        if (command.To.DayNumber - command.From.DayNumber >= Substitution.MaxDays) return Refusal.Invalid("substitutions.too-long", "to", Substitution.MaxDays);
        if (command.Role is { } role && !principal.Is(role)) return Refusal.Invalid("substitutions.role", "role", principal.Name, Roles.Find(role)?.Name ?? role);
        var overlapping = await db.Set<Substitution>().AsNoTracking().Where(s => s.EndedOn == null && s.From <= command.To && s.To >= command.From).ToListAsync(cancellationToken);
        if (overlapping.Find(s => s.PrincipalId == principal.Id && (s.Role is null || command.Role is null || s.Role == command.Role) && (s.Kind is null || command.Kind is null || s.Kind == command.Kind)) is { } same)
            return Refusal.Conflict("substitutions.overlap", principal.Name, same.SubstituteName, same.From, same.To);
        if (PathBack(overlapping, substitute.Id, principal.Id) is { } names) return Refusal.Invalid("substitutions.cycle", "substitute", string.Join(" → ", [principal.Name, .. names]));
        if (overlapping.Find(s => s.PrincipalId == substitute.Id) is { } away)
            return Refusal.Invalid("substitutions.absent", "substitute", substitute.Name, $"由{away.SubstituteName}代理（{away.From.Iso()} 至 {away.To.Iso()}）");
        if (await people.LeaveAsync(substitute, command.From, command.To, cancellationToken) is { } leave) return Refusal.Invalid("substitutions.absent", "substitute", substitute.Name, leave);
        var substitution = new Substitution
        {
            Id = Ids.New(change),
            PrincipalId = principal.Id,
            PrincipalName = principal.Name,
            SubstituteId = substitute.Id,
            SubstituteName = substitute.Name,
            From = command.From,
            To = command.To,
            Role = command.Role,
            Kind = command.Kind,
            Reason = reason.Value,
            CreatedAt = change.At,
            CreatedByName = change.By.Name,
        };
        db.Add(substitution);
        audit.Record(change, "office", "指定代理人", $"{principal.Name} → {substitute.Name}", new JsonObject
        {
            ["from"] = command.From.Iso(),
            ["to"] = command.To.Iso(),
            ["role"] = command.Role,
            ["kind"] = command.Kind,
            ["reason"] = reason.Value,
        });
        return substitution;
    }

    /// <summary>Who stands in for whom, from a person until it comes back to the principal; null: it does not.</summary>
    private static List<string>? PathBack(List<Substitution> rows, Guid from, Guid principal)
    {
        var seen = new HashSet<Guid> { from };
        var queue = new Queue<(Guid Id, List<string> Path)>([(from, [])]);
        while (queue.TryDequeue(out var at))
        {
            foreach (var next in rows.Where(r => r.PrincipalId == at.Id))
            {
                List<string> path = [.. at.Path, next.PrincipalName];
                if (next.SubstituteId == principal) return [.. path, next.SubstituteName];
                if (seen.Add(next.SubstituteId)) queue.Enqueue((next.SubstituteId, path));
            }
        }
        return null;
    }
}

/// <summary>结束代理 before its last day.</summary>
public sealed record EndSubstitution(Guid Id);

public sealed class EndSubstitutionHandler(DbContext db, WorkItemPeople people, SubstitutedWork work, IAuditTrail audit)
{
    public async Task<Result<Substitution>> HandleAsync(EndSubstitution command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (await db.Set<Substitution>().FindAsync([command.Id], cancellationToken) is not { } row) return Refusal.NotFound("substitutions.not-found");
        if (row.PrincipalId != change.By.Id && (people.Staff.Find(row.PrincipalId) is not { } principal || !WorkItemPeople.Commands(change.By, principal))) return Refusal.Forbidden("substitutions.not-yours", row.PrincipalName);
        if (row.EndedOn is not null) return row;
        (row.EndedOn, row.EndedByName) = (change.On, change.By.Name);
        row.Revision++;
        await work.ReturnAsync(row, change, cancellationToken);
        audit.Record(change, "office", "结束代理", $"{row.PrincipalName} → {row.SubstituteName}");
        return row;
    }
}

/// <summary>代理结束: what the substitute still has in hand for the principal goes back to him, or to the group when he may not do it any more.</summary>
public sealed class SubstitutedWork(DbContext db, WorkItemDesk desk, WorkItemPeople people)
{
    /// <summary>Calendar days after the last one in which an ended period is still looked at: the program may have stood still.</summary>
    private const int DaysLooked = 31;

    /// <summary>Of periods whose last day is over. A second time finds nothing.</summary>
    public async Task<Result<Done>> ReturnDueAsync(ChangeContext change, CancellationToken cancellationToken)
    {
        var since = change.On.AddDays(-DaysLooked);
        foreach (var row in await db.Set<Substitution>().AsNoTracking().Where(s => s.EndedOn == null && s.To < change.On && s.To >= since).OrderBy(s => s.To).ThenBy(s => s.Id).ToListAsync(cancellationToken))
            await ReturnAsync(row, change, cancellationToken);
        return Done.It;
    }

    internal async Task ReturnAsync(Substitution row, ChangeContext change, CancellationToken cancellationToken)
    {
        // One period may follow another, or another scope may be left.
        if (await db.Set<Substitution>().AsNoTracking().AnyAsync(s => s.Id != row.Id && s.PrincipalId == row.PrincipalId && s.SubstituteId == row.SubstituteId && s.EndedOn == null && s.From <= change.On && s.To >= change.On, cancellationToken)) return;
        var name = $"{row.SubstituteName}代{row.PrincipalName}";
        var principal = people.Staff.Find(row.PrincipalId);
        foreach (var item in await db.Set<WorkItem>().Where(i => i.Status == WorkItemStatus.Open && i.ClaimedById == row.SubstituteId && i.ClaimedByName == name && i.DelegatedById == null).OrderBy(i => i.Id).ToListAsync(cancellationToken))
        {
            var back = principal is not null && principal.Is(item.Role) ? principal : null;
            (item.ClaimedById, item.ClaimedByName) = (back?.Id, back?.Name);
            desk.Note(item, change, "放回", await desk.FollowHolderAsync(item, cancellationToken), "代理结束", item.ClaimedById, item.ClaimedByName);
        }
    }
}
