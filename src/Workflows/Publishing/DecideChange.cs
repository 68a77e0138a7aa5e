using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Workflows.Definitions;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Publishing;

/// <summary>The second person's decision about a proposal.</summary>
/// <param name="Opinion">Required where it is rejected.</param>
public sealed record DecideChange(Guid ChangeId, bool Agree, string? Opinion = null);

public sealed class DecideChangeHandler(DbContext db, IAuditTrail audit, DefinitionChecks checks, PutInForce force)
{
    public async Task<Result<DefinitionChange>> HandleAsync(DecideChange command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!ProcessRights.MayDecide(change.By)) return Refusal.Forbidden("publishing.not-decider");
        if (await db.Set<DefinitionChange>().FindAsync([command.ChangeId], cancellationToken) is not { } proposal) return Refusal.NotFound("publishing.not-found");
        if (proposal.Status != ChangeStatus.Proposed) return Refusal.Conflict("publishing.already-decided");
        var row = await db.Set<DefinitionVersion>().SingleAsync(v => v.Id == proposal.VersionId, cancellationToken);
        if (proposal.ProposedById == change.By.Id || (row.IsDraft && row.EditedById == change.By.Id)) return Refusal.Forbidden("publishing.own");
        var opinion = string.IsNullOrWhiteSpace(command.Opinion) ? null : command.Opinion.Trim();
        if (opinion?.Length > DefinitionChange.ReasonMaxLength || (!command.Agree && opinion is null)) return Refusal.Invalid("publishing.no-opinion", "opinion", DefinitionChange.ReasonMaxLength);
        if (command.Agree && row.Hash != proposal.Hash) return Refusal.Conflict("publishing.changed-since", row.LastEditorName);
        if (command.Agree && await checks.RefuseAsync(proposal.Kind, row, cancellationToken) is { } refusal) return refusal;

        (proposal.DecidedById, proposal.DecidedByName, proposal.DecidedAt) = (change.By.Id, change.By.Name, change.At);
        proposal.Close(command.Agree ? ChangeStatus.Confirmed : ChangeStatus.Rejected, opinion);
        audit.Record(change with { Reason = opinion }, "office", $"{(command.Agree ? "批准" : "退回")}{ProposeChangeHandler.Word(proposal.Kind)}流程", proposal.DefinitionId,
            new JsonObject { ["version"] = proposal.Version, ["hash"] = proposal.Hash, ["effectiveOn"] = proposal.EffectiveOn.ToString("O", System.Globalization.CultureInfo.InvariantCulture), ["proposedBy"] = proposal.ProposedByName });
        if (command.Agree && proposal.EffectiveOn <= change.On) await force.ApplyAsync(proposal, row, change, cancellationToken);
        return proposal;
    }
}

/// <summary>The proposer takes the proposal back, also when it is confirmed and waits for its day.</summary>
public sealed record WithdrawChange(Guid ChangeId, string? Reason = null);

public sealed class WithdrawChangeHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<DefinitionChange>> HandleAsync(WithdrawChange command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (await db.Set<DefinitionChange>().FindAsync([command.ChangeId], cancellationToken) is not { } proposal) return Refusal.NotFound("publishing.not-found");
        if (proposal.ProposedById != change.By.Id) return Refusal.Forbidden("publishing.not-proposer", proposal.ProposedByName);
        if (!proposal.IsOpen) return Refusal.Conflict("publishing.already-decided");
        proposal.Close(ChangeStatus.Withdrawn, command.Reason?.Trim() is { Length: > 0 and <= DefinitionChange.ReasonMaxLength } reason ? reason : null);
        audit.Record(change, "office", $"收回{ProposeChangeHandler.Word(proposal.Kind)}流程的申请", proposal.DefinitionId, new JsonObject { ["version"] = proposal.Version });
        return proposal;
    }
}

/// <summary>Puts into force what was confirmed for today or earlier. The program runs it; a second run finds nothing.</summary>
public sealed record ApplyDueChanges;

/// <param name="InForce">Changes that are in force now.</param>
/// <param name="Void">Changes that no longer pass the checks: what they call was changed meanwhile.</param>
public sealed record AppliedChanges(int InForce, int Void);

public sealed class ApplyDueChangesHandler(DbContext db, IAuditTrail audit, DefinitionChecks checks, PutInForce force, IUnitFlush flush)
{
    public async Task<Result<AppliedChanges>> HandleAsync(ApplyDueChanges command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.IsSystem) return Refusal.Forbidden("workflows.system-only");
        var (inForce, dropped) = (0, 0);
        var due = await db.Set<DefinitionChange>().Where(c => c.Status == ChangeStatus.Confirmed && c.EffectiveOn <= change.On).OrderBy(c => c.EffectiveOn).ThenBy(c => c.Id).Take(100).ToListAsync(cancellationToken);
        foreach (var proposal in due)
        {
            var row = await db.Set<DefinitionVersion>().SingleAsync(v => v.Id == proposal.VersionId, cancellationToken);
            if (await checks.RefuseAsync(proposal.Kind, row, cancellationToken) is { } refusal)
            {
                var why = Texts.Of(refusal);
                proposal.Close(ChangeStatus.Void, why.Length > DefinitionChange.ReasonMaxLength ? why[..DefinitionChange.ReasonMaxLength] : why);
                audit.Record(change, "office", $"{ProposeChangeHandler.Word(proposal.Kind)}流程到期未生效", proposal.DefinitionId, new JsonObject { ["version"] = proposal.Version, ["reason"] = why });
                dropped++;
                continue;
            }
            await force.ApplyAsync(proposal, row, change, cancellationToken);
            // The next one is checked against the tree as it is now.
            await flush.FlushAsync(cancellationToken);
            inForce++;
        }
        return new AppliedChanges(inForce, dropped);
    }
}

/// <summary>Changes which version new cases start on. Running cases keep theirs (law 9).</summary>
public sealed class PutInForce(DbContext db, IAuditTrail audit, CompiledWorkflows compiled)
{
    internal async Task ApplyAsync(DefinitionChange proposal, DefinitionVersion row, ChangeContext change, CancellationToken cancellationToken)
    {
        foreach (var other in await db.Set<DefinitionVersion>().Where(v => v.DefinitionId == row.DefinitionId && v.IsPublished && v.Id != row.Id).ToListAsync(cancellationToken))
        {
            proposal.ReplacedVersionId = other.Id;
            other.IsPublished = false;
        }
        if (proposal.Kind == ChangeKind.Retract) proposal.ReplacedVersionId = row.Id;
        row.IsPublished = proposal.Kind != ChangeKind.Retract;
        row.PublishedAt ??= change.At;
        // A start between now and the commit may remember the old version again: its own commit then finds out.
        compiled.ForgetPublished();
        proposal.Status = ChangeStatus.InForce;
        proposal.InForceAt = change.At;
        proposal.Revision++;
        audit.Record(change, "office", $"流程版本{(row.IsPublished ? "生效" : "停用")}", row.DefinitionId,
            new JsonObject { ["version"] = row.Version, ["hash"] = row.Hash, ["replaced"] = proposal.ReplacedVersionId });
    }
}
