using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.WorkItems;

/// <summary>Who may act on a work item. Decided here, whatever a workflow definition says (law 8).</summary>
public static class WorkItemRules
{
    /// <summary>Whether the person has the item in hand or may take it; suspended ones too.</summary>
    /// <param name="principalId">For whom the person stands in: what that one has claimed is his to do.</param>
    public static Refusal? MayHold(this WorkItem item, Actor actor, Guid? principalId = null)
    {
        if (item.Status is WorkItemStatus.Completed) return Refusal.Conflict("work-items.already-done", item.Title, item.CompletedByName ?? "");
        if (item.Status is WorkItemStatus.Void) return Refusal.Conflict("work-items.void", item.Title, item.VoidReason ?? "");
        if (item.DelegatedById is not null)
        {
            // A delegate gives an opinion and decides nothing, so he needs no role.
            return item.ClaimedById == actor.Id || item.ClaimedById == principalId ? null : Refusal.Conflict("work-items.delegated", item.Title, item.DelegatedByName ?? "", item.ClaimedByName ?? "");
        }
        if (!actor.Is(item.Role)) return Refusal.Forbidden("work-items.not-your-role", item.Title);
        if (item.AssigneeNumbers is { Count: > 0 } numbers && (actor.RegisterNumber is null || !numbers.Contains(actor.RegisterNumber)))
            return Refusal.Forbidden("work-items.not-assigned", item.Title);
        if (item.ClaimedById is { } claimed && claimed != actor.Id && claimed != principalId)
            return Refusal.Conflict("work-items.claimed-by-other", item.Title, item.ClaimedByName ?? "");
        return null;
    }

    /// <summary>Whether the person may decide now.</summary>
    public static Refusal? MayAct(this WorkItem item, Actor actor, Guid? principalId = null)
        => item.MayHold(actor, principalId)
            ?? (item.SuspendedAt is not null ? Refusal.Conflict("work-items.suspended", item.Title, item.SuspendedByName ?? "", item.SuspendReason ?? "") : null)
            ?? (item.DelegatedById is not null ? Refusal.Conflict("work-items.only-opinion", item.Title, item.DelegatedByName ?? "") : null);
}

/// <summary>As whom a person acts: as himself, or for somebody he stands in for.</summary>
/// <param name="As">The person with the name and the powers the act has; the id is always his own, so that four eyes stay four.</param>
public sealed record Capacity(Actor As, Guid? PrincipalId = null);

/// <summary>Whose work a person may do, and to whom it may be given.</summary>
public sealed class WorkItemPeople(DbContext db, IStaff staff)
{
    /// <summary>Roles that stand beside the work and do none of it.</summary>
    private static readonly string[] Aside = [Roles.Admin, Roles.ProcessManager, Roles.Auditor];

    /// <summary>Who gives cross-section work, and the work of others.</summary>
    private static readonly string[] Leaders = [Roles.DeputyDirector, Roles.Director];

    private readonly Dictionary<(Guid, DateOnly), IReadOnlyList<StandIn>> _standIns = [];

    public IStaff Staff => staff;

    public static bool Works(Actor person) => person.Roles.Any(r => !Aside.Contains(r));

    /// <summary>Section heads for their section, deputy directors and the director for all.</summary>
    public static bool Heads(Actor by, Actor person)
        => HeadsAll(by) || (by.Is(Roles.SectionHead) && by.Section is not null && by.Section == person.Section);

    /// <summary>Whose powers a person may give to another one, and whose work he may stop: those he heads who stand below him in the bureau, never the government's.</summary>
    public static bool Commands(Actor by, Actor person)
        => by.Id != person.Id && !person.Is(Roles.Government) && (by.Is(Roles.Director) || (Heads(by, person) && !person.IsAny(Leaders)));

    /// <summary>Whether who has the work in hand, or could take it, is one he commands; of delegated work, who delegated it.</summary>
    public bool CommandsWork(Actor by, WorkItem item)
        => (item.DelegatedById ?? item.ClaimedById) is { } holder ? staff.Find(holder) is { } person ? Commands(by, person) : HeadsAll(by)
            : item.AssigneeNumbers is { Count: > 0 } numbers ? staff.All.Any(p => p.RegisterNumber is { } number && numbers.Contains(number) && Commands(by, p))
            : staff.All.Any(p => p.Is(item.Role) && Commands(by, p));

    /// <summary>Whether the person may end the case from this step as its leader: he has the step himself, or commands who has it.</summary>
    public bool MayEnd(Actor by, WorkItem item) => CommandsWork(by, item) || (Leads(by) && item.DelegatedById is null && item.MayHold(by) is null);

    public static bool HeadsAll(Actor by) => by.IsAny(Leaders);

    public static bool Leads(Actor by) => by.IsAny(Roles.SectionHead, Roles.DeputyDirector, Roles.Director);

    /// <summary>For whom the person stands in today, with what he may do for each.</summary>
    public async Task<IReadOnlyList<StandIn>> StandInsAsync(Actor person, DateOnly on, CancellationToken cancellationToken)
    {
        if (_standIns.TryGetValue((person.Id, on), out var known)) return known;
        var rows = await db.Set<Substitution>().AsNoTracking().Where(s => s.SubstituteId == person.Id && s.From <= on && s.To >= on && s.EndedOn == null).OrderBy(s => s.From).ThenBy(s => s.Id).ToListAsync(cancellationToken);
        List<StandIn> standIns = [];
        foreach (var row in rows)
        {
            // Who has left gives no powers any more.
            if (staff.Find(row.PrincipalId) is not { } principal) continue;
            var powers = principal.Roles.Where(r => !Aside.Contains(r) && (row.Role is null || row.Role == r)).ToHashSet(StringComparer.Ordinal);
            if (powers.Count == 0) continue;
            standIns.Add(new StandIn(person with { Name = $"{person.Name}代{principal.Name}", Roles = person.Roles.Concat(powers).ToHashSet(StringComparer.Ordinal) }, principal, powers, row.Kind));
        }
        return _standIns[(person.Id, on)] = standIns;
    }

    /// <summary>As whom the person may act on the item; the refusal is the one of acting as himself.</summary>
    /// <param name="mayHoldOnly">The act is not a decision: a suspended or delegated item may be meant.</param>
    public async Task<Result<Capacity>> CapacityAsync(WorkItem item, ChangeContext change, CancellationToken cancellationToken, bool mayHoldOnly = false)
    {
        if ((mayHoldOnly ? item.MayHold(change.By) : item.MayAct(change.By)) is not { } refusal) return new Capacity(change.By);
        if (item.Status is not WorkItemStatus.Open) return refusal;
        foreach (var standIn in await StandInsAsync(change.By, change.On, cancellationToken))
        {
            if (standIn.Covers(item) && (mayHoldOnly ? item.MayHold(standIn.As, standIn.Principal.Id) : item.MayAct(standIn.As, standIn.Principal.Id)) is null)
                return new Capacity(standIn.As, standIn.Principal.Id);
        }
        return refusal;
    }

    /// <summary>Why the work may not be given to the person; null: it may.</summary>
    /// <param name="forOpinion">委派, 加签: an opinion is asked; no role of the step is needed.</param>
    public async Task<Refusal?> MayReceiveAsync(WorkItem item, Actor to, ChangeContext change, bool forOpinion, CancellationToken cancellationToken)
    {
        if (!Works(to)) return Refusal.Invalid("work-items.to-aside", "to", to.Name);
        if (!forOpinion)
        {
            if (!to.Is(item.Role)) return Refusal.Invalid("work-items.to-role", "to", to.Name, Roles.Find(item.Role)?.Name ?? item.Role);
            if (item.AssigneeNumbers is { Count: > 0 } numbers && (to.RegisterNumber is null || !numbers.Contains(to.RegisterNumber)))
                return Refusal.Invalid("work-items.to-named", "to", item.Title, string.Join("、", NamesOf(numbers)), to.Name);
            if (!change.By.IsSystem && !change.By.IsAny(Leaders) && change.By.Section != to.Section)
                return Refusal.Invalid("work-items.to-section", "to", to.Name, to.Section ?? "—");
        }
        if (await IsAbsentAsync(to, change.On, cancellationToken) is { } absent) return Refusal.Invalid("work-items.to-absent", "to", to.Name, absent);
        return await RecusalAsync(item, to, change.On, cancellationToken);
    }

    /// <summary>Why the person is away on the day: approved leave, or somebody stands in for him, and whether that one is away too; null: he is here.</summary>
    public async Task<string?> IsAbsentAsync(Actor person, DateOnly on, CancellationToken cancellationToken)
    {
        var leave = await LeaveAsync(person, on, on, cancellationToken);
        var away = await db.Set<Substitution>().AsNoTracking().Where(s => s.PrincipalId == person.Id && s.From <= on && s.To >= on && s.EndedOn == null).OrderBy(s => s.From).FirstOrDefaultAsync(cancellationToken);
        if (away is null) return leave;
        var covered = $"由{away.SubstituteName}代理（{away.From.Iso()} 至 {away.To.Iso()}）{(await GapAsync(away, on, on, cancellationToken) is { } gap ? $"，但{away.SubstituteName}缺席：{gap}" : "")}";
        return leave is null ? covered : $"{leave}，{covered}";
    }

    /// <summary>Why who stands in is away himself in these days: approved leave, or somebody stands in for him in turn; null: he is here.</summary>
    public async Task<string?> GapAsync(Substitution substitution, DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        if (staff.Find(substitution.SubstituteId) is not { } substitute) return "账号已停用";
        if (await LeaveAsync(substitute, from, to, cancellationToken) is { } leave) return leave;
        return await db.Set<Substitution>().AsNoTracking().Where(s => s.PrincipalId == substitute.Id && s.From <= to && s.To >= from && s.EndedOn == null).OrderBy(s => s.From).FirstOrDefaultAsync(cancellationToken) is { } next
            ? $"由{next.SubstituteName}代理（{next.From.Iso()} 至 {next.To.Iso()}）" : null;
    }

    /// <summary>Approved leave that touches the days.</summary>
    public async Task<string?> LeaveAsync(Actor person, DateOnly from, DateOnly to, CancellationToken cancellationToken)
        => person.RegisterNumber is { } number
            && await db.Set<LeavePeriod>().AsNoTracking().Where(l => l.PersonNumber == number && l.Status == "已批准" && l.From <= to && l.To >= from).OrderBy(l => l.From).FirstOrDefaultAsync(cancellationToken) is { } leave
            ? $"{leave.Kind}（{leave.From.Iso()} 至 {leave.To.Iso()}）" : null;

    /// <summary>回避: a relation of the person to the case's inspectee that is registered and not over.</summary>
    private async Task<Refusal?> RecusalAsync(WorkItem item, Actor to, DateOnly on, CancellationToken cancellationToken)
    {
        if (to.RegisterNumber is not { } number) return null;
        var inspectee = await db.Set<InspectionCase>().AsNoTracking().Where(c => c.InspectionNo == item.CaseNo || c.Id == item.SubjectId).Select(c => c.InspecteeNumber).FirstOrDefaultAsync(cancellationToken);
        if (inspectee is null) return null;
        return await db.Set<Relation>().AsNoTracking().Where(r => r.PersonNumber == number && r.InspecteeNumber == inspectee && r.From <= on && (r.To == null || r.To >= on)).FirstOrDefaultAsync(cancellationToken) is { } relation
            ? Refusal.Invalid("work-items.to-recused", "to", to.Name, relation.InspecteeName ?? item.SubjectName ?? inspectee, relation.Kind) : null;
    }

    private IEnumerable<string> NamesOf(IReadOnlyList<string> numbers) => numbers.Select(n => staff.All.FirstOrDefault(a => a.RegisterNumber == n)?.Name ?? n);
}

/// <summary>代理 in force: what a person may do for another one.</summary>
/// <param name="As">The person with the principal's powers added, named 张三代李四.</param>
/// <param name="Powers">Roles of the principal that are covered.</param>
/// <param name="Kind">First part of the form's key; null: all kinds of work.</param>
public sealed record StandIn(Actor As, Actor Principal, IReadOnlySet<string> Powers, string? Kind)
{
    // What the draw has given to named persons is no substitute's: who drops out there is replaced in the drawn order.
    public bool Covers(WorkItem item)
        => (Kind is null || item.FormKey.StartsWith(Kind + ".", StringComparison.Ordinal)) && (item.DelegatedById is not null || Powers.Contains(item.Role)) && (item.AssigneeNumbers.Count == 0);
}

internal static class WorkItemHandOver
{
    /// <summary>Open items about a subject that are reserved to a person go to the successor; a claim of the predecessor ends with it.</summary>
    public static async Task HandOverAsync(this DbContext db, Guid subjectId, string from, string to, ChangeContext change, CancellationToken cancellationToken)
    {
        var mark = $";{from};";
        foreach (var item in await db.Set<WorkItem>().Where(i => i.SubjectId == subjectId && i.Status == WorkItemStatus.Open && i.Assignees != null && i.Assignees.Contains(mark)).ToListAsync(cancellationToken))
        {
            // The item that is being completed by this very act stays with who completes it.
            if (item.Status != WorkItemStatus.Open) continue;
            item.Assignees = WorkItem.JoinAssignees(item.AssigneeNumbers.Select(n => n == from ? to : n).Distinct());
            (item.ClaimedById, item.ClaimedByName, item.DelegatedById, item.DelegatedByName) = (null, null, null, null);
            foreach (var delegation in await db.Set<Delegation>().Where(d => d.WorkItemId == item.Id && d.EndedAt == null).ToListAsync(cancellationToken)) delegation.EndedAt = change.At;
            item.Revision++;
            await db.ReseatAsync(item, cancellationToken);
            // Reminders go to whoever has the matter in hand.
            if (item.DeadlineId is { } id && await db.Set<Deadline>().FindAsync([id], cancellationToken) is { } deadline && deadline.WorkItemId == item.Id)
            {
                (deadline.OwnerNumbers, deadline.OwnerId, deadline.OwnerName) = (item.Assignees, null, null);
                deadline.Revision++;
            }
        }
    }
}
