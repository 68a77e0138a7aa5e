using DoubleRandom.Engine.Storage;
using DoubleRandom.Workflows.Definitions;
using DoubleRandom.Workflows.Migration;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Pages.Migration;

/// <param name="Behind">Running instances on other versions than the one in force.</param>
/// <param name="Waiting">Proposals that wait for the other person.</param>
public sealed record MigratableDefinition(string DefinitionId, string Name, int Version, int Behind, int Waiting);

/// <param name="CanUndo">The case has taken no step since.</param>
public sealed record MigrationDone(CaseMigration Migration, bool CanUndo);

public sealed class MigrationQueries(DbContext db)
{
    private const int Recent = 50;
    private const int MaxWaiting = 500;

    public async Task<IReadOnlyList<MigratableDefinition>> DefinitionsAsync(CancellationToken cancellationToken)
    {
        var published = await db.Set<DefinitionVersion>().AsNoTracking().Where(v => v.IsPublished).OrderBy(v => v.DefinitionId).Select(v => new { v.Id, v.DefinitionId, v.Name, v.Version }).ToListAsync(cancellationToken);
        var running = await db.Set<WorkflowInstanceRow>().AsNoTracking().Where(i => i.Status == WorkflowStatus.Running)
            .GroupBy(i => new { i.DefinitionId, i.DefinitionVersionId }).Select(g => new { g.Key.DefinitionId, g.Key.DefinitionVersionId, Count = g.Count() }).ToListAsync(cancellationToken);
        var waiting = await db.Set<MigrationProposal>().AsNoTracking().Where(p => p.Status == MigrationProposalStatus.Proposed).GroupBy(p => p.DefinitionId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        return [.. published.Select(p => new MigratableDefinition(p.DefinitionId, p.Name, p.Version, running.Where(r => r.DefinitionId == p.DefinitionId && r.DefinitionVersionId != p.Id).Sum(r => r.Count), waiting.GetValueOrDefault(p.DefinitionId)))];
    }

    public async Task<IReadOnlyList<MigrationProposal>> WaitingAsync(string definitionId, CancellationToken cancellationToken)
        => await db.Set<MigrationProposal>().AsNoTracking().Where(p => p.DefinitionId == definitionId && p.Status == MigrationProposalStatus.Proposed).OrderBy(p => p.ProposedAt).ThenBy(p => p.Id).Take(MaxWaiting).ToListAsync(cancellationToken);

    public async Task<IReadOnlyList<MigrationDone>> RecentAsync(string definitionId, CancellationToken cancellationToken)
    {
        var rows = await db.Set<CaseMigration>().AsNoTracking().Where(m => m.DefinitionId == definitionId).OrderByDescending(m => m.At).ThenByDescending(m => m.Id).Take(Recent).ToListAsync(cancellationToken);
        var ids = rows.Select(m => m.InstanceId).ToList();
        var revisions = await db.Set<WorkflowInstanceRow>().AsNoTracking().Where(i => ids.Contains(i.Id)).ToDictionaryAsync(i => i.Id, i => i.Revision, cancellationToken);
        return [.. rows.Select(m => new MigrationDone(m, m.UndoneAt is null && revisions.GetValueOrDefault(m.InstanceId) == m.RevisionAfter))];
    }
}
