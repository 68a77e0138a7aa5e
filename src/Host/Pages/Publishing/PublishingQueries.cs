using System.Text.Json.Nodes;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Workflows.Definitions;
using DoubleRandom.Workflows.Drawings;
using DoubleRandom.Workflows.Forms;
using DoubleRandom.Workflows.Publishing;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Pages.Publishing;

/// <summary>One workflow in the list.</summary>
/// <param name="InForce">The version new cases start on; null: none.</param>
/// <param name="Draft">The draft that is newer; null: none.</param>
/// <param name="Waiting">The proposal in hand.</param>
public sealed record PublishingLine(string DefinitionId, string Name, int? InForce, int? Draft, string? Editor, DateTime? EditedAt, DefinitionChange? Waiting);

/// <param name="Running">Instances that still run on it: they stay on it.</param>
public sealed record VersionLine(string Id, int Version, string Name, bool IsLatest, bool IsPublished, bool IsDraft, string Editor, DateTime EditedAt, DateTime? PublishedAt, int Running);

/// <param name="Shown">The version the page compares; <paramref name="Against"/> is the one in force, null where none is.</param>
/// <param name="Drawing">Both in one picture.</param>
public sealed record PublishingView(
    string DefinitionId, string Name, IReadOnlyList<VersionLine> Versions, VersionLine Shown, string Hash, VersionLine? Against, DefinitionDifference Difference, string Drawing,
    IReadOnlyList<LintFinding> Findings, DefinitionChange? Waiting, IReadOnlyList<DefinitionChange> History);

/// <summary>What the publishing pages show.</summary>
internal sealed class PublishingQueries(DbContext db, DefinitionChecks checks, ActivityCatalog catalog, FormCatalogue forms)
{
    private const int MaxHistory = 50;

    public async Task<IReadOnlyList<PublishingLine>> ListAsync(CancellationToken cancellationToken)
    {
        var rows = await db.Set<DefinitionVersion>().AsNoTracking().Where(v => v.IsLatest || v.IsPublished)
            .Select(v => new { v.DefinitionId, v.Version, v.Name, v.IsLatest, v.IsPublished, v.PublishedAt, Editor = v.EditedByName ?? v.CreatedByName, At = v.EditedAt ?? v.CreatedAt }).ToListAsync(cancellationToken);
        var waiting = (await db.Set<DefinitionChange>().AsNoTracking().Where(c => c.Status == ChangeStatus.Proposed || c.Status == ChangeStatus.Confirmed).ToListAsync(cancellationToken)).ToLookup(c => c.DefinitionId);
        return [.. rows.GroupBy(v => v.DefinitionId).Select(g =>
        {
            var draft = g.FirstOrDefault(v => v.IsLatest && v.PublishedAt is null);
            return new PublishingLine(g.Key, g.MaxBy(v => v.Version)!.Name, g.FirstOrDefault(v => v.IsPublished)?.Version, draft?.Version, draft?.Editor, draft?.At, waiting[g.Key].FirstOrDefault());
        }).OrderByDescending(l => l.Waiting is not null).ThenByDescending(l => l.Draft is not null).ThenBy(l => l.DefinitionId, StringComparer.Ordinal)];
    }

    /// <param name="version">Null: what is proposed, else the draft, else the version in force.</param>
    public async Task<PublishingView?> FindAsync(string definitionId, int? version, CancellationToken cancellationToken)
    {
        var rows = await db.Set<DefinitionVersion>().AsNoTracking().Where(v => v.DefinitionId == definitionId).OrderByDescending(v => v.Version).Take(MaxHistory).ToListAsync(cancellationToken);
        if (rows.Count == 0) return null;
        var running = await db.Set<WorkflowInstanceRow>().AsNoTracking().Where(i => i.DefinitionId == definitionId && i.Status == WorkflowStatus.Running)
            .GroupBy(i => i.DefinitionVersionId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        var changes = await db.Set<DefinitionChange>().AsNoTracking().Where(c => c.DefinitionId == definitionId).OrderByDescending(c => c.ProposedAt).ThenByDescending(c => c.Id).Take(MaxHistory).ToListAsync(cancellationToken);
        var waiting = changes.Find(c => c.IsOpen);
        var shown = rows.Find(v => v.Version == (version ?? waiting?.Version)) ?? rows.Find(v => v.IsLatest) ?? rows[0];
        var against = rows.Find(v => v.IsPublished && v.Id != shown.Id) ?? (shown.IsPublished ? rows.Find(v => v.Id == changes.Find(c => c.VersionId == shown.Id && c.Status == ChangeStatus.InForce)?.ReplacedVersionId) : null);
        var before = against is null ? null : JsonNode.Parse(against.Json)!.AsObject();
        var after = JsonNode.Parse(shown.Json)!.AsObject();
        var difference = DefinitionDifference.Between(before, after, catalog, forms);
        return new PublishingView(definitionId, rows[0].Name, [.. rows.Select(Line)], Line(shown), shown.Hash, against is null ? null : Line(against), difference,
            WorkflowDrawing.DrawDifference(before, after, difference.Steps.Where(s => s.Kind == DifferenceKind.Changed).Select(s => s.Id).ToHashSet()),
            await checks.FindAsync(shown, cancellationToken), waiting, changes);

        VersionLine Line(DefinitionVersion v) => new(v.Id, v.Version, v.Name, v.IsLatest, v.IsPublished, v.IsDraft, v.LastEditorName, v.LastEditedAt, v.PublishedAt, running.GetValueOrDefault(v.Id));
    }
}
