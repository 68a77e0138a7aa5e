using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Workflows.Definitions;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Publishing;

/// <summary>Proposes that a version goes into force, is taken back or is restored. Nothing changes until another person agrees.</summary>
/// <param name="Version">The version meant; for a retraction the one in force.</param>
/// <param name="Hash">What the proposer saw of it; null: as it stands.</param>
/// <param name="EffectiveOn">Null: the day it is confirmed.</param>
public sealed record ProposeChange(ChangeKind Kind, string DefinitionId, int Version, string Reason, DateOnly? EffectiveOn = null, string? Hash = null);

public sealed class ProposeChangeHandler(DbContext db, IAuditTrail audit, DefinitionChecks checks)
{
    /// <summary>A change that is to wait longer would be decided on a state of the law nobody knows yet.</summary>
    private const int MaxDaysAhead = 366;

    public async Task<Result<DefinitionChange>> HandleAsync(ProposeChange command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!ProcessRights.MayEdit(change.By)) return Refusal.Forbidden("definitions.not-editor");
        var reason = command.Reason.Trim();
        if (reason.Length is 0 or > DefinitionChange.ReasonMaxLength) return Refusal.Invalid("publishing.no-reason", "reason", DefinitionChange.ReasonMaxLength);
        var on = command.EffectiveOn ?? change.On;
        if (on < change.On || on > change.On.AddDays(MaxDaysAhead)) return Refusal.Invalid("publishing.bad-date", "effectiveOn", change.On, MaxDaysAhead);
        var row = await db.Set<DefinitionVersion>().SingleOrDefaultAsync(v => v.DefinitionId == command.DefinitionId && v.Version == command.Version, cancellationToken);
        if (row is null) return Refusal.NotFound("definitions.no-version", command.Version);
        if (command.Hash is { } seen && seen != row.Hash) return Refusal.Conflict("publishing.changed-since", row.LastEditorName);
        if (await db.Set<DefinitionChange>().AnyAsync(c => c.DefinitionId == row.DefinitionId && (c.Status == ChangeStatus.Proposed || c.Status == ChangeStatus.Confirmed), cancellationToken))
            return Refusal.Conflict("publishing.already-proposed", row.Name);
        if (await checks.RefuseAsync(command.Kind, row, cancellationToken) is { } refusal) return refusal;

        var proposal = new DefinitionChange
        {
            Id = Ids.New(change),
            Kind = command.Kind,
            DefinitionId = row.DefinitionId,
            VersionId = row.Id,
            Version = row.Version,
            Hash = row.Hash,
            Reason = reason,
            EffectiveOn = on,
            Status = ChangeStatus.Proposed,
            ProposedById = change.By.Id,
            ProposedByName = change.By.Name,
            ProposedAt = change.At,
        };
        db.Add(proposal);
        audit.Record(change with { Reason = reason }, "office", $"提出{Word(command.Kind)}流程", row.DefinitionId, new JsonObject { ["version"] = row.Version, ["hash"] = row.Hash, ["effectiveOn"] = on.ToString("O", System.Globalization.CultureInfo.InvariantCulture) });
        return proposal;
    }

    internal static string Word(ChangeKind kind) => kind switch { ChangeKind.Publish => "发布", ChangeKind.Retract => "撤回", _ => "恢复" };
}
