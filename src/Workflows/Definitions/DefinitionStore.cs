using System.Collections.Concurrent;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Definitions;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Definitions;

/// <summary>Compiled graphs by version id. A published version never changes, so an entry is good for ever.</summary>
public sealed class CompiledWorkflows
{
    private readonly ConcurrentDictionary<string, CompiledWorkflow> _byHash = new(StringComparer.Ordinal);

    public CompiledWorkflow GetOrCompile(string hash, Func<CompiledWorkflow> compile) => _byHash.GetOrAdd(hash, _ => compile());

    public CompiledWorkflow? Find(string versionId) => _published.GetValueOrDefault(versionId);

    public void Keep(string versionId, CompiledWorkflow workflow) => _published[versionId] = workflow;

    private readonly ConcurrentDictionary<string, CompiledWorkflow> _published = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, string> _versions = new(StringComparer.Ordinal);

    /// <summary>The version last seen published; another may be by now, so who takes it has it checked when he commits.</summary>
    public string? PublishedVersionOf(string definitionId) => _versions.GetValueOrDefault(definitionId);

    public void KeepPublished(string definitionId, string versionId) => _versions[definitionId] = versionId;

    public void ForgetPublished() => _versions.Clear();
}

/// <summary>Where the engine finds definitions: the database is the truth, the graph is compiled once a version.</summary>
public sealed class DefinitionStore(DbContext db, ActivityCatalog catalog, CompiledWorkflows compiled) : IDefinitionSource
{
    public async ValueTask<CompiledWorkflow?> FindVersionAsync(string versionId, CancellationToken cancellationToken)
    {
        if (compiled.Find(versionId) is { } known) return known;
        var row = await db.Set<DefinitionVersion>().AsNoTracking().SingleOrDefaultAsync(v => v.Id == versionId, cancellationToken);
        if (row is null) return null;
        var parsed = WorkflowDefinition.Parse(row.Json);
        if (parsed.Refusal is { } refusal) throw new InvalidOperationException($"Stored definition {versionId} cannot be read: {refusal}.");
        var used = await UsedAsync(parsed.Value, cancellationToken);
        // The versions used never change once they were published, so the graph of a definition is one for ever, unless one was missing.
        var workflow = used.IsComplete
            ? compiled.GetOrCompile(row.Hash, () => CompiledWorkflow.Compile(parsed.Value, catalog, used.Versions))
            : CompiledWorkflow.Compile(parsed.Value, catalog, used.Versions);
        if (!used.IsComplete) return workflow;
        // A draft may still change under the same version id, so only a version that was ever published is kept by id.
        if (row.PublishedAt is not null) compiled.Keep(versionId, workflow);
        return workflow;
    }

    public async ValueTask<IReadOnlyList<CompiledWorkflow>> PublishedAsync(CancellationToken cancellationToken)
    {
        List<CompiledWorkflow> all = [];
        foreach (var id in await db.Set<DefinitionVersion>().AsNoTracking().Where(v => v.IsPublished).OrderBy(v => v.Id).Select(v => v.Id).ToListAsync(cancellationToken))
        {
            if (await FindVersionAsync(id, cancellationToken) is { } workflow) all.Add(workflow);
        }
        return all;
    }

    /// <summary>The versions a definition uses as activities, and those that they use. Only what was once published can be used.</summary>
    private async Task<(IReadOnlyDictionary<string, WorkflowDefinition> Versions, bool IsComplete)> UsedAsync(WorkflowDefinition definition, CancellationToken cancellationToken)
    {
        var versions = new Dictionary<string, WorkflowDefinition>(StringComparer.Ordinal);
        var complete = true;
        var queue = new Queue<WorkflowUse>(WorkflowUse.In(definition));
        while (queue.TryDequeue(out var use))
        {
            var ids = use.Candidates.ToList();
            if (ids.Exists(versions.ContainsKey)) continue;
            var rows = await db.Set<DefinitionVersion>().AsNoTracking().Where(v => ids.Contains(v.Id) && v.PublishedAt != null).ToListAsync(cancellationToken);
            var row = ids.Select(id => rows.Find(r => r.Id == id)).FirstOrDefault(r => r is not null);
            if (row is null)
            {
                complete = false;
                continue;
            }
            var used = WorkflowDefinition.Parse(row.Json).Value;
            versions[row.Id] = used;
            foreach (var next in WorkflowUse.In(used)) queue.Enqueue(next);
        }
        return (versions, complete);
    }

    public async ValueTask<string?> PublishedVersionOfAsync(string definitionId, CancellationToken cancellationToken)
    {
        if (compiled.PublishedVersionOf(definitionId) is { } known) return known;
        var found = await db.Set<DefinitionVersion>().AsNoTracking().Where(v => v.DefinitionId == definitionId && v.IsPublished)
            .OrderByDescending(v => v.Version).Select(v => v.Id).FirstOrDefaultAsync(cancellationToken);
        if (found is not null) compiled.KeepPublished(definitionId, found);
        return found;
    }
}
