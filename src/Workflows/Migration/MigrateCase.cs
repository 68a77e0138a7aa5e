using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Definitions;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Migration;

/// <summary>迁移: moves the instance of a decided proposal. Called by the decision only; two persons stand behind every move.</summary>
public sealed class MoveCase(DbContext db, WorkflowRuntime runtime, IAuditTrail audit)
{
    internal async Task<Result<CaseMigration>> ApplyAsync(MigrationProposal proposal, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!await db.Set<DefinitionVersion>().AnyAsync(v => v.Id == proposal.ToVersionId && v.IsPublished, cancellationToken)) return Refusal.Conflict("case-migration.not-in-force", proposal.ToVersionId);
        var choices = proposal.Choices;
        // Before anything begins: a step that begins takes its matter's clock over.
        var clocks = await db.Set<Deadline>().AsNoTracking().Where(d => d.CaseNo == proposal.CaseNo && (d.Status == DeadlineStatus.Open || d.Status == DeadlineStatus.Overdue)).OrderBy(d => d.Id)
            .Select(d => new ClockOwner(d.Id, d.WorkItemId, d.OwnerRole, d.OwnerNumbers, d.OwnerId, d.OwnerName, d.Section)).ToListAsync(cancellationToken);
        var moved = await runtime.MigrateAsync(proposal.InstanceId, proposal.ToVersionId, choices, change, cancellationToken);
        if (moved.Refusal is { } refusal) return refusal;
        var instance = moved.Value.Report.Instance;
        var from = await db.Set<DefinitionVersion>().AsNoTracking().SingleAsync(v => v.Id == moved.Value.FromVersionId, cancellationToken);
        var migration = new CaseMigration
        {
            Id = Ids.New(change),
            InstanceId = instance.Id,
            CaseNo = proposal.CaseNo,
            DefinitionId = instance.DefinitionId,
            FromVersionId = from.Id,
            FromVersion = from.Version,
            ToVersionId = instance.DefinitionVersionId,
            ToVersion = instance.Version,
            At = change.At,
            ById = proposal.ProposedById,
            ByName = proposal.ProposedByName,
            ApprovedById = change.By.Id,
            ApprovedByName = change.By.Name,
            Reason = proposal.Reason,
            MemoryJson = JsonSerializer.Serialize(new CaseMemory(moved.Value.Memory, clocks)),
            RevisionAfter = moved.Value.Memory.RevisionAfter,
        };
        db.Add(migration);
        var chosen = new JsonObject();
        foreach (var (execution, activity) in choices) chosen[execution.ToString()] = activity;
        audit.Record(change with { Reason = proposal.Reason }, $"case/{migration.CaseNo}", $"流程由第 {from.Version} 版迁移到第 {instance.Version} 版", instance.DefinitionId,
            new JsonObject { ["instance"] = instance.Id.ToString(), ["choices"] = chosen, ["proposedBy"] = proposal.ProposedByName });
        return migration;
    }
}

/// <summary>What taking a move back needs: the engine's memory, and who had the clocks of the case in hand.</summary>
internal sealed record CaseMemory(MigrationMemory Instance, IReadOnlyList<ClockOwner> Clocks);

internal sealed record ClockOwner(Guid DeadlineId, Guid? WorkItemId, string Role, string? Numbers, Guid? Id, string? Name, string? Section);

/// <summary>撤销迁移: back to the version of before, as long as the case has taken no step since; the reason stands in the change.</summary>
public sealed record UndoMigration(Guid MigrationId);

public sealed class UndoMigrationHandler(DbContext db, WorkflowRuntime runtime, IAuditTrail audit)
{
    public async Task<Result<CaseMigration>> HandleAsync(UndoMigration command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!MigrationPowers.MayMigrate(change.By)) return Refusal.Forbidden("case-migration.may-not");
        if (change.Reason?.Trim() is not { Length: > 0 and <= MigrationProposal.ReasonMaxLength } reason) return Refusal.Invalid("case-migration.no-reason", "reason", MigrationProposal.ReasonMaxLength);
        if (await db.Set<CaseMigration>().FindAsync([command.MigrationId], cancellationToken) is not { } migration) return Refusal.NotFound("case-migration.not-found");
        if (migration.UndoneAt is not null) return Refusal.Conflict("case-migration.undone-already", migration.UndoneByName!);
        var memory = JsonSerializer.Deserialize<CaseMemory>(migration.MemoryJson)!;
        var back = await runtime.UndoMigrationAsync(migration.InstanceId, migration.FromVersionId, memory.Instance, change, cancellationToken);
        if (back.Refusal is { } refusal) return refusal;
        await ReopenAsync(memory, change, cancellationToken);
        (migration.UndoneAt, migration.UndoneByName, migration.UndoneReason) = (change.At, change.By.Name, reason);
        audit.Record(change, $"case/{migration.CaseNo}", $"撤销迁移，回到第 {migration.FromVersion} 版", migration.DefinitionId, new JsonObject { ["instance"] = migration.InstanceId.ToString() });
        return migration;
    }

    /// <summary>The steps that were left wait again: so do their work items, and each clock counts for who had it.</summary>
    private async Task ReopenAsync(CaseMemory memory, ChangeContext change, CancellationToken cancellationToken)
    {
        var ids = memory.Instance.Cancelled.Select(b => b.Id).ToList();
        var numbers = memory.Instance.Cancelled.Select(b => WorkItem.CaseNoOf(b.CorrelationId, b.InstanceId)).Distinct().ToList();
        foreach (var item in await db.Set<WorkItem>().Where(i => numbers.Contains(i.CaseNo) && ids.Contains(i.BookmarkId) && i.Status == WorkItemStatus.Void).ToListAsync(cancellationToken))
        {
            (item.Status, item.VoidReason) = (WorkItemStatus.Open, null);
            item.Revision++;
            db.Seat(item);
            audit.Record(change, $"case/{item.CaseNo}", "待办恢复", item.Title);
        }
        foreach (var clock in memory.Clocks)
        {
            if (await db.Set<Deadline>().FindAsync([clock.DeadlineId], cancellationToken) is not { IsRunning: true } deadline || deadline.WorkItemId == clock.WorkItemId) continue;
            // Another part of the case may have taken it over meanwhile; only what the move itself gave away comes back.
            if (deadline.WorkItemId is { } holder && (await db.Set<WorkItem>().FindAsync([holder], cancellationToken))?.Status is WorkItemStatus.Open) continue;
            (deadline.WorkItemId, deadline.OwnerRole, deadline.OwnerNumbers, deadline.OwnerId, deadline.OwnerName, deadline.Section) = (clock.WorkItemId, clock.Role, clock.Numbers, clock.Id, clock.Name, clock.Section);
            deadline.Revision++;
        }
    }
}
