using System.Text.Json;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Workflows.Definitions;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Migration;

/// <summary>提出迁移: asks that one running instance goes on in the published version of its definition; the reason stands in the change. Nothing moves yet.</summary>
/// <param name="Choices">By waiting step (its execution id) the activity id of the new version where it goes on.</param>
public sealed record ProposeMigration(Guid InstanceId, string ToVersionId, IReadOnlyDictionary<Guid, string>? Choices = null);

public sealed class ProposeMigrationHandler(DbContext db, IDefinitionSource definitions, IAuditTrail audit)
{
    public async Task<Result<MigrationProposal>> HandleAsync(ProposeMigration command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!MigrationPowers.MayMigrate(change.By)) return Refusal.Forbidden("case-migration.may-not");
        if (change.Reason?.Trim() is not { Length: > 0 and <= MigrationProposal.ReasonMaxLength } reason) return Refusal.Invalid("case-migration.no-reason", "reason", MigrationProposal.ReasonMaxLength);
        if (!await db.Set<DefinitionVersion>().AnyAsync(v => v.Id == command.ToVersionId && v.IsPublished, cancellationToken)) return Refusal.Conflict("case-migration.not-in-force", command.ToVersionId);
        if (await db.Set<WorkflowInstanceRow>().AsNoTracking().SingleOrDefaultAsync(i => i.Id == command.InstanceId, cancellationToken) is not { } instance) return Refusal.NotFound("engine.no-instance");
        if (instance.Status is not WorkflowStatus.Running) return Refusal.Conflict("engine.already-done");
        if (await db.Set<MigrationProposal>().FirstOrDefaultAsync(p => p.InstanceId == instance.Id && p.Status == MigrationProposalStatus.Proposed, cancellationToken) is { } open)
            return Refusal.Conflict("case-migration.proposed-already", open.ProposedByName);
        var (from, to) = ((await definitions.FindVersionAsync(instance.DefinitionVersionId, cancellationToken))!, (await definitions.FindVersionAsync(command.ToVersionId, cancellationToken))!);
        if (from.Definition.Id == to.Definition.Id) return Refusal.Conflict("migration.same-version", to.Definition.Version);
        if (to.Definition.DefinitionId != instance.DefinitionId) return Refusal.Conflict("case-migration.not-in-force", command.ToVersionId);
        var choices = command.Choices ?? new Dictionary<Guid, string>();
        // Said to who asks and not to who decides: what cannot move, and what still has to be chosen.
        var plan = InstanceMigration.Plan(from, to, instance, choices);
        if (plan.Blocked is { } blocked) return blocked;
        if (!plan.IsReady) return Refusal.Conflict("migration.needs-choice", string.Join('、', plan.Choices.Where(c => c.ChosenId is null).Select(c => c.Step)));

        var proposal = new MigrationProposal
        {
            Id = Ids.New(change),
            InstanceId = instance.Id,
            CaseNo = instance.CorrelationId ?? instance.Id.ToString(),
            DefinitionId = instance.DefinitionId,
            FromVersionId = from.Definition.Id,
            FromVersion = instance.Version,
            ToVersionId = to.Definition.Id,
            ToVersion = to.Definition.Version,
            ChoicesJson = JsonSerializer.Serialize(choices),
            Reason = reason,
            ProposedById = change.By.Id,
            ProposedByName = change.By.Name,
            ProposedAt = change.At,
        };
        db.Add(proposal);
        audit.Record(change, $"case/{proposal.CaseNo}", $"提出由第 {proposal.FromVersion} 版迁移到第 {proposal.ToVersion} 版", proposal.DefinitionId, new JsonObject { ["instance"] = instance.Id.ToString() });
        return proposal;
    }
}

/// <summary>另一人批准或退回迁移申请; agreed, the case moves at once, by what the drawing and the case are now.</summary>
/// <param name="Opinion">Required where it is rejected.</param>
public sealed record DecideMigration(Guid ProposalId, bool Agree, string? Opinion = null);

/// <param name="Migration">The move; null where it was rejected.</param>
public sealed record DecidedMigration(MigrationProposal Proposal, CaseMigration? Migration);

public sealed class DecideMigrationHandler(DbContext db, MoveCase move, IAuditTrail audit)
{
    public async Task<Result<DecidedMigration>> HandleAsync(DecideMigration command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!MigrationPowers.MayMigrate(change.By)) return Refusal.Forbidden("case-migration.may-not");
        if (await db.Set<MigrationProposal>().FindAsync([command.ProposalId], cancellationToken) is not { } proposal) return Refusal.NotFound("case-migration.not-found");
        if (proposal.Status is not MigrationProposalStatus.Proposed) return Refusal.Conflict("case-migration.decided-already");
        if (proposal.ProposedById == change.By.Id) return Refusal.Forbidden("case-migration.own");
        var opinion = string.IsNullOrWhiteSpace(command.Opinion) ? null : command.Opinion.Trim();
        if (opinion?.Length > MigrationProposal.ReasonMaxLength || (!command.Agree && opinion is null)) return Refusal.Invalid("case-migration.no-opinion", "opinion", MigrationProposal.ReasonMaxLength);

        CaseMigration? migration = null;
        if (command.Agree)
        {
            var moved = await move.ApplyAsync(proposal, change, cancellationToken);
            if (moved.Refusal is { } refusal) return refusal;
            migration = moved.Value;
        }
        else
        {
            audit.Record(change with { Reason = opinion }, $"case/{proposal.CaseNo}", $"退回迁移到第 {proposal.ToVersion} 版的申请", proposal.DefinitionId, new JsonObject { ["instance"] = proposal.InstanceId.ToString(), ["proposedBy"] = proposal.ProposedByName });
        }
        (proposal.Status, proposal.Opinion) = (command.Agree ? MigrationProposalStatus.Moved : MigrationProposalStatus.Rejected, opinion);
        (proposal.DecidedById, proposal.DecidedByName, proposal.DecidedAt) = (change.By.Id, change.By.Name, change.At);
        proposal.Revision++;
        return new DecidedMigration(proposal, migration);
    }
}

/// <summary>收回迁移申请: by who made it, while nobody has decided.</summary>
public sealed record WithdrawMigration(Guid ProposalId);

public sealed class WithdrawMigrationHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<MigrationProposal>> HandleAsync(WithdrawMigration command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (await db.Set<MigrationProposal>().FindAsync([command.ProposalId], cancellationToken) is not { } proposal) return Refusal.NotFound("case-migration.not-found");
        if (proposal.ProposedById != change.By.Id) return Refusal.Forbidden("case-migration.not-proposer", proposal.ProposedByName);
        if (proposal.Status is not MigrationProposalStatus.Proposed) return Refusal.Conflict("case-migration.decided-already");
        proposal.Status = MigrationProposalStatus.Withdrawn;
        proposal.Revision++;
        audit.Record(change, $"case/{proposal.CaseNo}", "收回迁移申请", proposal.DefinitionId, new JsonObject { ["instance"] = proposal.InstanceId.ToString() });
        return proposal;
    }
}
