using DoubleRandom.Basics;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Workflows.Definitions;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Publishing;

/// <summary>What stands against a version going into force, or out of it, among the definitions that are in force.</summary>
public sealed class DefinitionChecks(DbContext db, DefinitionLinter linter)
{
    /// <summary>The most findings one refusal names.</summary>
    private const int Named = 8;

    /// <summary>Findings of one version: its own, and those of the tree of definitions it would belong to.</summary>
    public async Task<IReadOnlyList<LintFinding>> FindAsync(DefinitionVersion row, CancellationToken cancellationToken)
    {
        var definition = WorkflowDefinition.Parse(row.Json).Value;
        var others = await InForceAsync(row.DefinitionId, cancellationToken);
        return linter.Lint(definition, others, await UsedAsync([definition, .. others], cancellationToken));
    }

    internal async Task<Refusal?> RefuseAsync(ChangeKind kind, DefinitionVersion row, CancellationToken cancellationToken)
    {
        switch (kind)
        {
            case ChangeKind.Publish when row.IsPublished:
            case ChangeKind.Restore when row.IsPublished:
                return Refusal.Conflict("publishing.in-force", row.Name, row.Version);
            case ChangeKind.Restore when row.IsDraft:
            case ChangeKind.Publish when !row.IsDraft:
                return Refusal.Conflict(row.IsDraft ? "publishing.never-in-force" : "publishing.not-a-draft", row.Name, row.Version);
            case ChangeKind.Publish when !row.IsLatest:
                return Refusal.Conflict("publishing.not-latest", row.Name, row.Version);
            case ChangeKind.Retract when !row.IsPublished:
                return Refusal.Conflict("publishing.not-in-force", row.Name, row.Version);
            case ChangeKind.Retract:
                var callers = (await InForceAsync(row.DefinitionId, cancellationToken)).Where(d => DefinitionLinter.ChildrenOf(d).Contains(row.DefinitionId)).Select(d => d.Name).ToList();
                return callers.Count > 0 ? Refusal.Conflict("publishing.still-called", row.Name, string.Join('、', callers)) : null;
        }
        var errors = (await FindAsync(row, cancellationToken)).Where(f => f.IsError).Select(f => f.Message).ToList();
        if (errors.Count == 0) return null;
        return Refusal.Invalid("publishing.lint", null, errors.Count, string.Join('\n', errors.Take(Named)) + (errors.Count > Named ? "\n……" : ""));
    }

    /// <summary>The versions used as activities, as they were drawn: what they hold is part of who uses them, in force or not.</summary>
    private async Task<IReadOnlyList<WorkflowDefinition>> UsedAsync(IEnumerable<WorkflowDefinition> users, CancellationToken cancellationToken)
    {
        Dictionary<string, WorkflowDefinition> found = new(StringComparer.Ordinal);
        HashSet<string> asked = new(StringComparer.Ordinal);
        var ids = users.SelectMany(WorkflowUse.In).SelectMany(u => u.Candidates).Where(asked.Add).ToList();
        while (ids.Count > 0)
        {
            var rows = await db.Set<DefinitionVersion>().AsNoTracking().Where(v => ids.Contains(v.Id) && v.PublishedAt != null).Select(v => v.Json).ToListAsync(cancellationToken);
            ids = [];
            foreach (var used in rows.Select(json => WorkflowDefinition.Parse(json).Value))
            {
                found[used.Id] = used;
                ids.AddRange(WorkflowUse.In(used).SelectMany(u => u.Candidates).Where(asked.Add));
            }
        }
        return [.. found.Values];
    }

    private async Task<IReadOnlyList<WorkflowDefinition>> InForceAsync(string except, CancellationToken cancellationToken)
        => [.. (await db.Set<DefinitionVersion>().AsNoTracking().Where(v => v.IsPublished && v.DefinitionId != except).OrderBy(v => v.DefinitionId).Select(v => v.Json).ToListAsync(cancellationToken))
            .Select(json => WorkflowDefinition.Parse(json).Value)];
}
