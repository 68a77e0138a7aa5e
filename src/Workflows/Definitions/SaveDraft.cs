using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Workflows.Forms;
using DoubleRandom.Workflows.Publishing;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Definitions;

/// <summary>Keeps what an editor drew as the draft of its definition; a draft is overwritten, a version once in force gets a successor.</summary>
/// <param name="Model">The definition as the designer sends it; without <c>definitionId</c> a new one is made.</param>
/// <param name="BaseHash">The text the editor started from; null for a new definition.</param>
public sealed record SaveDraft(JsonObject Model, string? BaseHash);

public sealed class SaveDraftHandler(DbContext db, IAuditTrail audit, TimeProvider time)
{
    /// <summary>The designer saves half a second after each move: what one person drew within this time is one entry of the audit.</summary>
    private static readonly TimeSpan OneSitting = TimeSpan.FromMinutes(10);

    public async Task<Result<DefinitionVersion>> HandleAsync(SaveDraft command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.IsSystem && !ProcessRights.MayEdit(change.By)) return Refusal.Forbidden("definitions.not-editor");
        var model = DesignerJson.FromDesigner(command.Model);
        var id = DesignerJson.Text(model, "definitionId");
        var isNew = string.IsNullOrEmpty(id);
        if (isNew) model["definitionId"] = Ids.New(change).ToString("N");
        if (model["root"] is JsonObject root) FormOutcomes.Fill(root);
        var parsed = WorkflowDefinition.Parse(model.ToJsonString());
        if (parsed.Refusal is { } unreadable) return unreadable;
        var definition = parsed.Value;
        if (await CheckNameAsync(definition, cancellationToken) is { } badName) return badName;

        var latest = isNew ? null : await db.Set<DefinitionVersion>().SingleOrDefaultAsync(v => v.DefinitionId == definition.DefinitionId && v.IsLatest, cancellationToken);
        if (latest is null)
        {
            if (!isNew) return Refusal.NotFound("definitions.not-found", definition.DefinitionId);
            // A definition made here has our default: what goes wrong parks its step and ends nothing.
            var options = definition.Json["options"] as JsonObject ?? [];
            options["incidentStrategyType"] ??= "Elsa.Workflows.IncidentStrategies.ContinueWithIncidentsStrategy, Elsa.Workflows.Core";
            if (options.Parent is null) definition.Json["options"] = options;
            definition.Json["createdAt"] = change.At;
            var first = await TakeInDefinitionsHandler.AddDraftAsync(db, definition, 1, "studio", change, cancellationToken);
            audit.Record(change, "office", "新建流程定义", definition.DefinitionId, new JsonObject { ["name"] = definition.Name });
            return first;
        }
        if (command.BaseHash != latest.Hash)
            return Refusal.Conflict("definitions.changed-by-another", latest.LastEditorName, TimeZoneInfo.ConvertTimeFromUtc(latest.LastEditedAt, time.LocalTimeZone).ToString("M月d日 HH:mm", CultureInfo.InvariantCulture), latest.Version);
        DesignerJson.KeepUnknown(definition.Json, JsonNode.Parse(latest.Json)!.AsObject());
        if (DesignerJson.SameDrawing(definition.Json, JsonNode.Parse(latest.Json)!.AsObject())) return latest;
        if (!latest.IsDraft)
        {
            var version = 1 + await db.Set<DefinitionVersion>().Where(v => v.DefinitionId == definition.DefinitionId).MaxAsync(v => v.Version, cancellationToken);
            var draft = await TakeInDefinitionsHandler.AddDraftAsync(db, definition, version, "studio", change, cancellationToken);
            audit.Record(change, "office", "修改流程定义，存为草稿", definition.DefinitionId, new JsonObject { ["version"] = version, ["from"] = latest.Version });
            return draft;
        }
        if (latest.EditedById != change.By.Id || change.At - latest.LastEditedAt > OneSitting)
            audit.Record(change, "office", "修改流程草稿", definition.DefinitionId, new JsonObject { ["version"] = latest.Version, ["before"] = latest.Hash });
        Overwrite(latest, definition, change);
        await VoidProposalsAsync(latest, cancellationToken);
        return latest;
    }

    private async Task<Refusal?> CheckNameAsync(WorkflowDefinition definition, CancellationToken cancellationToken)
    {
        var name = DesignerJson.Text(definition.Json, "name")?.Trim() ?? "";
        if (name.Length is 0 or > DefinitionVersion.NameMaxLength) return Refusal.Invalid("definitions.bad-name", "name", DefinitionVersion.NameMaxLength);
        var taken = await db.Set<DefinitionVersion>().AnyAsync(v => v.Name == name && v.DefinitionId != definition.DefinitionId && (v.IsLatest || v.IsPublished), cancellationToken);
        return taken ? Refusal.Invalid("definitions.name-taken", "name", name) : null;
    }

    private static void Overwrite(DefinitionVersion draft, WorkflowDefinition definition, ChangeContext change)
    {
        var json = definition.Json;
        json["id"] = draft.Id;
        json["version"] = draft.Version;
        json["isLatest"] = true;
        json["isPublished"] = false;
        draft.Json = json.ToJsonString();
        draft.Hash = Hashing.Sha256Hex(draft.Json);
        draft.Name = definition.Name;
        draft.Description = DesignerJson.Text(json, "description");
        (draft.EditedById, draft.EditedByName, draft.EditedAt) = (change.By.Id, change.By.Name, change.At);
    }

    /// <summary>A proposal is about the text it was made for.</summary>
    private async Task VoidProposalsAsync(DefinitionVersion draft, CancellationToken cancellationToken)
    {
        var open = await db.Set<DefinitionChange>().Where(c => c.VersionId == draft.Id && (c.Status == ChangeStatus.Proposed || c.Status == ChangeStatus.Confirmed)).ToListAsync(cancellationToken);
        foreach (var proposal in open) proposal.Close(ChangeStatus.Void, Texts.Of("publishing.void-edited", draft.LastEditorName));
    }
}

/// <summary>退回到旧版: a copy of an earlier version becomes the draft. What was drawn since stays in the history.</summary>
public sealed record RevertToVersion(string DefinitionId, int Version);

public sealed class RevertToVersionHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<DefinitionVersion>> HandleAsync(RevertToVersion command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!ProcessRights.MayEdit(change.By)) return Refusal.Forbidden("definitions.not-editor");
        var versions = await db.Set<DefinitionVersion>().Where(v => v.DefinitionId == command.DefinitionId).ToListAsync(cancellationToken);
        if (versions.Find(v => v.Version == command.Version) is not { } old) return Refusal.NotFound("definitions.no-version", command.Version);
        var next = versions.Max(v => v.Version) + 1;
        var draft = await TakeInDefinitionsHandler.AddDraftAsync(db, WorkflowDefinition.Parse(old.Json).Value, next, "studio", change, cancellationToken);
        audit.Record(change, "office", "以旧版为底稿新建草稿", command.DefinitionId, new JsonObject { ["version"] = next, ["from"] = old.Version });
        return draft;
    }
}

/// <summary>删除草稿: only what was never in force. Null version: the whole definition, when none of its versions ever was.</summary>
public sealed record DiscardDraft(string DefinitionId, int? Version = null);

public sealed class DiscardDraftHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<Done>> HandleAsync(DiscardDraft command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!ProcessRights.MayEdit(change.By)) return Refusal.Forbidden("definitions.not-editor");
        var versions = await db.Set<DefinitionVersion>().Where(v => v.DefinitionId == command.DefinitionId).OrderBy(v => v.Version).ToListAsync(cancellationToken);
        var gone = command.Version is { } version ? versions.FindAll(v => v.Version == version) : versions;
        if (gone.Count == 0) return Refusal.NotFound("definitions.not-found", command.DefinitionId);
        if (gone.Find(v => !v.IsDraft) is { } used) return Refusal.Conflict("definitions.was-in-force", used.Name, used.Version);
        var ids = gone.Select(v => v.Id).ToList();
        foreach (var proposal in await db.Set<DefinitionChange>().Where(c => ids.Contains(c.VersionId) && (c.Status == ChangeStatus.Proposed || c.Status == ChangeStatus.Confirmed)).ToListAsync(cancellationToken))
            proposal.Close(ChangeStatus.Void, Texts.Of("publishing.void-edited", change.By.Name));
        db.RemoveRange(gone);
        if (versions.Except(gone).MaxBy(v => v.Version) is { } left) left.IsLatest = true;
        audit.Record(change, "office", "删除流程草稿", command.DefinitionId, new JsonObject { ["versions"] = string.Join('、', gone.Select(v => v.Version)), ["hash"] = gone[^1].Hash });
        return Done.It;
    }
}
