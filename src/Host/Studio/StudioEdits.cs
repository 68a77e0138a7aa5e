using System.Text;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Host.Accounts;
using DoubleRandom.Workflows.Definitions;
using DoubleRandom.Workflows.Publishing;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Studio;

/// <summary>What the Studio sends on each save: half a second after every move, and on its buttons.</summary>
internal sealed record StudioSave(JsonObject? Model, bool? Publish);

internal sealed record StudioIds(string[]? DefinitionIds, string[]? Ids, bool? IncludeConsumingWorkflows = null);

/// <summary>A finding as our script shows it on the node.</summary>
internal sealed record StudioFinding(string NodeId, string Rule, string Message, bool IsError);

/// <summary>Drafts as the Studio writes them. Its publish, retract and delete buttons lead to the publishing page, where two persons act.</summary>
internal static class StudioEdits
{
    /// <summary>The text an editor works on; the Studio knows no such thing, our script sends it back with each save.</summary>
    public const string Tag = "X-Draft";

    public static void MapStudioEdits(this RouteGroupBuilder api)
    {
        var definitions = api.MapGroup("/workflow-definitions");
        definitions.MapPost("", SaveAsync);
        definitions.MapGet("/{definitionId}/findings", ShowFindingsAsync);
        definitions.MapPost("/{definitionId}/publish", async (string definitionId, StudioDefinitions all, DefinitionChecks checks, CancellationToken ct)
            => await all.FindAsync(definitionId, "Latest", ct) is { } row ? await LeadToPublishingAsync(row, checks, ct) : StudioWire.NotFound());
        definitions.MapPost("/{definitionId}/retract", (string definitionId) => StudioWire.Say(StatusCodes.Status400BadRequest, Texts.Of("studio.retract-by-two"), PublishingPage(definitionId)));
        definitions.MapPost("/{definitionId}/revert/{version:int}", (string definitionId, int version, StudioDefinitions all, IUnitOfWork units, CurrentActor current, CancellationToken ct)
            => ActAsync(units, current, (s, change) => s.GetRequiredService<RevertToVersionHandler>().HandleAsync(new RevertToVersion(definitionId, version), change, ct), row => StudioWire.Answer(all.Summary(row)), ct));
        definitions.MapPost("/{definitionId}/update-references", (string definitionId) => StudioWire.Answer(new { updatedWorkflowDefinitionIds = Array.Empty<string>() }));
        definitions.MapPost("/{definitionId}/execute", (string definitionId) => StudioWire.Say(StatusCodes.Status400BadRequest, Texts.Of("studio.start-elsewhere"), PublishingPage(definitionId)));
        definitions.MapDelete("/{definitionId}", (string definitionId, IUnitOfWork units, CurrentActor current, CancellationToken ct)
            => ActAsync(units, current, (s, change) => s.GetRequiredService<DiscardDraftHandler>().HandleAsync(new DiscardDraft(definitionId), change, ct), static _ => Results.NoContent(), ct));
        api.MapDelete("/workflow-definition-versions/{id}", (string id, IUnitOfWork units, CurrentActor current, CancellationToken ct)
            => ActAsync(units, current, (s, change) => DiscardVersionsAsync(s, [id], change, ct), static _ => Results.NoContent(), ct));
        definitions.MapPut("/import", ImportNewAsync);
        definitions.MapPost("/import", ImportNewAsync);
        definitions.MapPut("/{definitionId}/import", ImportIntoAsync);
        definitions.MapPost("/import-files", ImportFilesAsync).DisableAntiforgery();

        var bulk = api.MapGroup("/bulk-actions");
        bulk.MapPost("/delete/workflow-definitions/by-definition-id", DeleteManyAsync);
        bulk.MapPost("/delete/workflow-definitions/by-definition-ids", DeleteManyAsync);
        bulk.MapPost("/delete/workflow-definitions/by-id", (StudioIds ids, IUnitOfWork units, CurrentActor current, CancellationToken ct)
            => ActAsync(units, current, (s, change) => DiscardVersionsAsync(s, ids.Ids ?? [], change, ct), n => StudioWire.Answer(new { deleted = n }), ct));
        bulk.MapPost("/publish/workflow-definitions/by-definition-ids", () => StudioWire.Say(StatusCodes.Status400BadRequest, Texts.Of("studio.one-by-one"), PublishingPage(null)));
        bulk.MapPost("/retract/workflow-definitions/by-definition-ids", () => StudioWire.Say(StatusCodes.Status400BadRequest, Texts.Of("studio.one-by-one"), PublishingPage(null)));
        bulk.MapPost("/export/workflow-definitions", async (StudioIds ids, StudioDefinitions all, CancellationToken ct)
            => Results.File(await all.ExportManyAsync(ids.Ids ?? [], ids.IncludeConsumingWorkflows == true, ct), "application/zip", "workflow-definitions.zip"));
    }

    public static string PublishingPage(string? definitionId) => definitionId is null ? "/workflows/publishing" : $"/workflows/publishing/{Uri.EscapeDataString(definitionId)}";

    /// <summary>An answer with the tag of the text it shows; of an old version none is given, so that nobody saves over the latest from there.</summary>
    public static IResult Tagged(object answer, DefinitionVersion row) => row.IsLatest ? new TaggedResult(StudioWire.Answer(answer), row.Hash) : StudioWire.Answer(answer);

    private static async Task<IResult> SaveAsync(StudioSave save, HttpContext http, StudioDefinitions all, DefinitionChecks checks, IUnitOfWork units, CurrentActor current, CancellationToken cancellationToken)
    {
        if (save.Model is null) return StudioWire.Refuse(StatusCodes.Status400BadRequest, "studio.no-model");
        if (WorkflowDefinition.Unreadable(save.Model) is { } unreadable) return StudioWire.Refuse(unreadable);
        var change = current.Change(operationId: Ids.New(http.RequestServices.GetRequiredService<TimeProvider>().UtcNow));
        var tag = http.Request.Headers[Tag].ToString() is { Length: > 0 } sent ? sent : null;
        var saved = await units.RunAsync((s, ct) => s.GetRequiredService<SaveDraftHandler>().HandleAsync(new SaveDraft(save.Model, tag), change, ct), cancellationToken);
        if (saved.Refusal is { } refusal) return StudioWire.Refuse(refusal);
        var row = saved.Value;
        if (save.Publish == true) return new TaggedResult(await LeadToPublishingAsync(row, checks, cancellationToken), row.Hash);
        return Tagged(new { workflowDefinition = all.Show(row), alreadyPublished = false, consumingWorkflowCount = 0, findings = await FindingsAsync(row, checks, cancellationToken), standing = await all.StandingAsync(row.DefinitionId, cancellationToken) }, row);
    }

    /// <summary>The draft is kept; what goes on is decided by two persons on the publishing page, unless the draft has errors.</summary>
    private static async Task<IResult> LeadToPublishingAsync(DefinitionVersion row, DefinitionChecks checks, CancellationToken cancellationToken)
    {
        if (!row.IsDraft) return StudioWire.Say(StatusCodes.Status400BadRequest, Texts.Of("studio.nothing-to-publish"), PublishingPage(row.DefinitionId));
        var errors = (await checks.FindAsync(row, cancellationToken)).Where(f => f.IsError).Select(f => f.Message).ToList();
        return errors.Count > 0
            ? StudioWire.Say(StatusCodes.Status400BadRequest, Texts.Of("publishing.lint", errors.Count, string.Join('\n', errors.Take(8))))
            : StudioWire.Say(StatusCodes.Status400BadRequest, Texts.Of("studio.publish-by-two"), PublishingPage(row.DefinitionId));
    }

    private static async Task<IResult> ShowFindingsAsync(string definitionId, StudioDefinitions all, DefinitionChecks checks, CancellationToken cancellationToken)
    {
        if (await all.FindAsync(definitionId, "Latest", cancellationToken) is not { } row) return StudioWire.NotFound();
        var items = await FindingsAsync(row, checks, cancellationToken);
        return StudioWire.Answer(new { items, count = items.Count, standing = await all.StandingAsync(definitionId, cancellationToken) });
    }

    private static async Task<IReadOnlyList<StudioFinding>> FindingsAsync(DefinitionVersion row, DefinitionChecks checks, CancellationToken cancellationToken)
        => [.. (await checks.FindAsync(row, cancellationToken)).Select(f => new StudioFinding(f.NodeId, f.Rule, f.Message, f.IsError))];

    private static Task<IResult> ImportNewAsync([FromBody] JsonObject model, IUnitOfWork units, CurrentActor current, StudioDefinitions all, CancellationToken cancellationToken)
        => ImportAsync(model, NewId(current), units, current, all, cancellationToken);

    /// <summary>Into the definition that is open: it keeps its id whatever the file says.</summary>
    private static Task<IResult> ImportIntoAsync(string definitionId, [FromBody] JsonObject model, IUnitOfWork units, CurrentActor current, StudioDefinitions all, CancellationToken cancellationToken)
    {
        if (WorkflowDefinition.Unreadable(model) is null) model["definitionId"] = definitionId;
        return ImportAsync(model, definitionId, units, current, all, cancellationToken);
    }

    private static string NewId(CurrentActor current) => Ids.New(current.Change()).ToString("N");

    private static async Task<IResult> ImportAsync(JsonObject model, string missingId, IUnitOfWork units, CurrentActor current, StudioDefinitions all, CancellationToken cancellationToken)
    {
        if (WorkflowDefinition.Unreadable(model) is { } broken) return StudioWire.Refuse(broken);
        var parsed = WorkflowDefinition.Parse(model.ToJsonString(), missingId);
        if (parsed.Refusal is { } unreadable) return StudioWire.Refuse(unreadable);
        return await ActAsync(units, current, (s, change) => s.GetRequiredService<ImportDefinitionHandler>().HandleAsync(new ImportDefinition(parsed.Value), change, cancellationToken),
            null, cancellationToken, async imported => await all.FindAsync(imported.DefinitionId, "Latest", cancellationToken) is { } row ? Tagged(all.Show(row), row) : StudioWire.NotFound());
    }

    private static async Task<IResult> ImportFilesAsync(IFormFileCollection files, IUnitOfWork units, CurrentActor current, CancellationToken cancellationToken)
    {
        List<WorkflowDefinition> definitions = [];
        foreach (var file in files.Take(50))
        {
            using var reader = new StreamReader(file.OpenReadStream(), Encoding.UTF8);
            var parsed = WorkflowDefinition.Parse(await reader.ReadToEndAsync(cancellationToken), NewId(current));
            if (parsed.Refusal is { } unreadable) return StudioWire.Say(StatusCodes.Status400BadRequest, $"{file.FileName}：{Texts.Of(unreadable)}");
            definitions.Add(parsed.Value);
        }
        return await ActAsync<IReadOnlyList<ImportedDefinition>>(units, current, async (s, change) =>
        {
            List<ImportedDefinition> done = [];
            foreach (var definition in definitions)
            {
                var imported = await s.GetRequiredService<ImportDefinitionHandler>().HandleAsync(new ImportDefinition(definition), change, cancellationToken);
                if (imported.Refusal is { } refusal) return refusal;
                done.Add(imported.Value);
            }
            return done;
        }, done => StudioWire.Answer(new { count = done.Count }), cancellationToken);
    }

    private static Task<IResult> DeleteManyAsync(StudioIds ids, IUnitOfWork units, CurrentActor current, CancellationToken cancellationToken)
        => ActAsync<Counted>(units, current, async (s, change) =>
        {
            var count = 0;
            foreach (var id in (ids.DefinitionIds ?? []).Distinct())
            {
                var discarded = await s.GetRequiredService<DiscardDraftHandler>().HandleAsync(new DiscardDraft(id), change, cancellationToken);
                if (discarded.Refusal is { } refusal) return refusal;
                count++;
            }
            return new Counted(count);
        }, n => StudioWire.Answer(new { deleted = n.Count }), cancellationToken);

    private static async Task<Result<Counted>> DiscardVersionsAsync(IServiceProvider services, string[] ids, ChangeContext change, CancellationToken cancellationToken)
    {
        var rows = await services.GetRequiredService<DbContext>().Set<DefinitionVersion>().AsNoTracking().Where(v => ids.Take(StudioWire.MaxRows).Contains(v.Id)).ToListAsync(cancellationToken);
        if (rows.Count == 0) return Refusal.NotFound("definitions.not-found", string.Join('、', ids));
        foreach (var row in rows)
        {
            var discarded = await services.GetRequiredService<DiscardDraftHandler>().HandleAsync(new DiscardDraft(row.DefinitionId, row.Version), change, cancellationToken);
            if (discarded.Refusal is { } refusal) return refusal;
            await services.GetRequiredService<IUnitFlush>().FlushAsync(cancellationToken);
        }
        return new Counted(rows.Count);
    }

    private static async Task<IResult> ActAsync<T>(
        IUnitOfWork units, CurrentActor current, Func<IServiceProvider, ChangeContext, Task<Result<T>>> act, Func<T, IResult>? show, CancellationToken cancellationToken, Func<T, Task<IResult>>? showAsync = null) where T : notnull
    {
        var change = current.Change();
        var done = await units.RunAsync((s, _) => act(s, change), cancellationToken);
        if (done.Refusal is { } refusal) return StudioWire.Refuse(refusal);
        return showAsync is null ? show!(done.Value) : await showAsync(done.Value);
    }

    private sealed record Counted(int Count);

    /// <summary>An answer with the tag in its head.</summary>
    private sealed class TaggedResult(IResult inner, string tag) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers[Tag] = tag;
            return inner.ExecuteAsync(httpContext);
        }
    }
}
