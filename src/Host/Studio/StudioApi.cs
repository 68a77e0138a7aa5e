using System.Text.Json.Nodes;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Host.Accounts;
using DoubleRandom.Host.Web;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Workflows.Definitions;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Studio;

/// <summary>What a dropdown that depends on others is asked with.</summary>
internal sealed record StudioContext(JsonObject? Context);

/// <summary>
/// Elsa's REST interface as far as the Studio uses it (Elsa.Api.Client 3.8.2). Drafts are written here; what is in force is changed on the
/// publishing page by two persons, instances through work items. What is not offered is refused with a text.
/// </summary>
internal static class StudioApi
{
    public const string Root = "/elsa/api";

    /// <summary>A definition and what stands around it.</summary>
    private const int MaxBody = WorkflowDefinition.MaxBytes + 64 * 1024;

    public static void MapStudioApi(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup(Root).RequireAuthorization().ExcludeFromDescription().AddEndpointFilter(GuardAsync).WithMetadata(new RequestSizeLimitAttribute(MaxBody));
        MapDefinitions(api.MapGroup("/workflow-definitions"));
        api.MapStudioEdits();
        MapInstances(api.MapGroup("/workflow-instances").AddEndpointFilter(KeepSecretAsync));
        MapExecutions(api.MapGroup("").AddEndpointFilter(KeepSecretAsync));
        MapDescriptors(api);
        api.MapGet("/features/installed", () => StudioWire.List(StudioDescriptors.Features));
        api.MapGet("/package/version", () => StudioWire.Answer(new { packageVersion = StudioAssets.Version }));
        api.MapGet("/resilience/strategies", () => StudioWire.List(Array.Empty<StudioStrategy>()));
        api.MapGet("/resilience/retries/{id}", (string id) => StudioWire.Answer(new { items = Array.Empty<object>(), totalCount = 0, count = 0 }));

        // Code help for JavaScript, asked whenever a step is selected; expressions here are FEEL.
        api.MapPost("/scripting/javascript/type-definitions/{definitionId}", (string definitionId) => Results.Text(""));

        api.MapGet("/{**path}", StudioWire.NotFound);
        api.MapMethods("/{**path}", ["POST", "PUT", "PATCH", "DELETE"], () => StudioWire.Refuse(StatusCodes.Status400BadRequest, "studio.read-only"));
    }

    /// <summary>Signed in is not enough; and a page of another site must not ask in somebody's name, not even to read.</summary>
    private static async ValueTask<object?> GuardAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var context = invocation.HttpContext;
        if (!StudioAccess.MayView(context.RequestServices.GetRequiredService<CurrentActor>())) return StudioWire.Refuse(StatusCodes.Status403Forbidden, "studio.forbidden");
        if (!HttpMethods.IsGet(context.Request.Method) && !await context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context))
            return StudioWire.Refuse(StatusCodes.Status400BadRequest, "studio.csrf");
        context.Response.Headers.CacheControl = "no-store";
        return await next(invocation);
    }

    /// <summary>The course of a check that is still to come shows who was drawn: the same people may read it as its case.</summary>
    private static async ValueTask<object?> KeepSecretAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var context = invocation.HttpContext;
        if (NeedToKnow.KnowsAll(context.RequestServices.GetRequiredService<CurrentActor>().Actor!)) return await next(invocation);
        // An execution's id begins with its instance's.
        var asked = context.Request.RouteValues["id"] as string ?? context.Request.Query["workflowInstanceId"].FirstOrDefault() ?? context.Request.Query["id"].FirstOrDefault();
        if (Guid.TryParse(asked?.Split('.')[0], out var id))
        {
            var number = await context.RequestServices.GetRequiredService<DbContext>().Set<WorkflowInstanceRow>().AsNoTracking().Where(i => i.Id == id).Select(i => i.CorrelationId).SingleOrDefaultAsync(context.RequestAborted);
            if (number is not null && await Secrecy.AskAsync(context, number) is { } refusal) return StudioWire.Refuse(refusal);
        }
        return await next(invocation);
    }

    private static void MapDefinitions(RouteGroupBuilder definitions)
    {
        definitions.MapGet("", async ([AsParameters] StudioDefinitionQuery query, StudioDefinitions all, CancellationToken ct) => StudioWire.Answer(await all.ListAsync(query, ct)));
        definitions.MapGet("/by-definition-id/{definitionId}", async (string definitionId, string? versionOptions, StudioDefinitions all, CancellationToken ct)
            => Shown(await all.FindAsync(definitionId, versionOptions, ct), all));
        definitions.MapGet("/by-id/{id}", async (string id, StudioDefinitions all, CancellationToken ct) => Shown(await all.FindVersionAsync(id, ct), all));
        definitions.MapGet("/many-by-id", async ([FromQuery] string[]? ids, StudioDefinitions all, CancellationToken ct) => StudioWire.List(await all.FindVersionsAsync(ids ?? [], ct)));
        definitions.MapGet("/{definitionId}/versions", async (string definitionId, StudioDefinitions all, CancellationToken ct)
            => StudioWire.Answer(await all.ListAsync(new() { VersionOptions = "AllVersions", DefinitionIds = [definitionId], Page = 0, PageSize = StudioWire.MaxRows, OrderBy = "Version", OrderDirection = "Descending" }, ct)));
        definitions.MapGet("/{definitionId}/consumers", async (string definitionId, StudioDefinitions all, CancellationToken ct)
            => StudioWire.Answer(new { consumingWorkflowDefinitionIds = await all.ConsumersAsync([definitionId], ct) }));
        definitions.MapGet("/{definitionId}/export", async (string definitionId, string? versionOptions, bool? includeConsumingWorkflows, StudioDefinitions all, CancellationToken ct) =>
        {
            if (await all.FindAsync(definitionId, versionOptions, ct) is not { } row) return StudioWire.NotFound();
            return includeConsumingWorkflows == true
                ? Results.File(await all.ExportManyAsync([row.Id], true, ct), "application/zip", "workflow-definitions.zip")
                : Results.File(System.Text.Encoding.UTF8.GetBytes(row.Read().ToJson()), "application/json", $"{row.DefinitionId}-v{row.Version}.json");
        });
        definitions.MapGet("/subgraph/{id}", async (string id, string? parentNodeId, StudioGraphs graphs, CancellationToken ct) => Found(await graphs.SubgraphAsync(id, parentNodeId, ct)));
        definitions.MapGet("/subgraph/segments/{id}", async (string id, string? childNodeId, StudioGraphs graphs, CancellationToken ct) => Found(await graphs.SegmentsAsync(id, childNodeId ?? "", ct)));
        definitions.MapGet("/validation/is-name-unique", async (string? name, string? definitionId, StudioDefinitions all, CancellationToken ct)
            => StudioWire.Answer(new { isUnique = await all.IsNameUniqueAsync(name ?? "", definitionId, ct) }));
    }

    private static void MapInstances(RouteGroupBuilder instances)
    {
        // The Studio asks with a body; it changes nothing.
        instances.MapPost("", async (StudioInstanceQuery query, StudioInstances all, CancellationToken ct) => StudioWire.Answer(await all.ListAsync(query, ct)));
        instances.MapGet("/{id:guid}", async (Guid id, StudioInstances all, CancellationToken ct) => Found(await all.FindAsync(id, ct)));
        instances.MapGet("/{id:guid}/execution-state", async (Guid id, StudioInstances all, CancellationToken ct) => Found(await all.StateAsync(id, ct)));
        instances.MapGet("/{id:guid}/variables", async (Guid id, StudioInstances all, CancellationToken ct)
            => await all.VariablesAsync(id, ct) is { } variables ? StudioWire.List(variables) : StudioWire.NotFound());
        instances.MapPost("/{id:guid}/journal", (Guid id, int? skip, int? take, StudioJournalQuery? query, StudioJournal journal, InstanceWatch watch, CancellationToken ct)
            => JournalAsync(id, query?.Filter, skip, take, journal, watch, ct));
        instances.MapGet("/{id:guid}/journal", (Guid id, int? skip, int? take, StudioJournal journal, InstanceWatch watch, CancellationToken ct)
            => JournalAsync(id, null, skip, take, journal, watch, ct));
    }

    private static async Task<IResult> JournalAsync(Guid id, StudioJournalFilter? filter, int? skip, int? take, StudioJournal journal, InstanceWatch watch, CancellationToken cancellationToken)
    {
        var entries = await journal.EntriesAsync(id, filter, skip, take, cancellationToken);
        watch.JournalRead(id);
        return StudioWire.Answer(entries);
    }

    private static void MapExecutions(RouteGroupBuilder api)
    {
        api.MapGet("/activity-executions/list", async (Guid workflowInstanceId, string? activityNodeId, bool? completed, StudioJournal journal, CancellationToken ct)
            => StudioWire.List(await journal.ExecutionsAsync(workflowInstanceId, activityNodeId, completed, whole: true, ct)));
        api.MapGet("/activity-execution-summaries/list", async (Guid workflowInstanceId, string? activityNodeId, bool? completed, StudioJournal journal, CancellationToken ct)
            => StudioWire.List(await journal.ExecutionsAsync(workflowInstanceId, activityNodeId, completed, whole: false, ct)));
        api.MapGet("/activity-executions/by-id", async (string id, StudioJournal journal, CancellationToken ct) => Found(await journal.ExecutionAsync(id, ct)));
        api.MapGet("/activity-executions/{id}/call-stack", async (string id, StudioJournal journal, CancellationToken ct) => Found(await journal.CallStackAsync(id, ct)));
        api.MapPost("/activity-executions/report", async (StudioReportQuery query, StudioJournal journal, CancellationToken ct) => StudioWire.Answer(await journal.ReportAsync(query, ct)));
    }

    private static void MapDescriptors(RouteGroupBuilder api)
    {
        var descriptors = api.MapGroup("/descriptors");
        descriptors.MapGet("/activities", async (StudioDescriptors all, CancellationToken ct) => StudioWire.List(await all.ActivitiesAsync(ct)));
        descriptors.MapGet("/activities/{typeName}", async (string typeName, StudioDescriptors all, CancellationToken ct) => Found(await all.FindAsync(typeName, ct)));
        descriptors.MapGet("/dependents", (StudioDescriptors all) => StudioWire.Answer(all.Dependents()));
        descriptors.MapGet("/expression-descriptors", () => StudioWire.List(StudioDescriptors.Expressions));
        descriptors.MapGet("/workflow-activation-strategies", () => StudioWire.List(StudioDescriptors.ActivationStrategies));
        descriptors.MapGet("/log-persistence-strategies", () => StudioWire.List(StudioDescriptors.LogPersistenceStrategies));
        descriptors.MapGet("/incident-strategies", () => StudioWire.List(StudioDescriptors.IncidentStrategies));
        descriptors.MapGet("/commit-strategies/workflows", () => StudioWire.List(Array.Empty<StudioStrategy>()));
        descriptors.MapGet("/commit-strategies/activities", () => StudioWire.List(Array.Empty<StudioStrategy>()));
        descriptors.MapGet("/storage-drivers", () => StudioWire.List(StudioDescriptors.StorageDrivers));
        descriptors.MapGet("/variables", () => StudioWire.List(StudioDescriptors.VariableTypes));
        descriptors.MapGet("/output-converters", () => StudioWire.List(Array.Empty<StudioStrategy>()));
        descriptors.MapPost("/activities/{typeName}/options/{property}", async (string typeName, string property, StudioContext? asked, StudioDescriptors all, CancellationToken ct)
            => StudioWire.Answer(new { items = await all.OptionsOfAsync(typeName, property, asked?.Context, ct) ?? [] }));
    }

    private static IResult Shown(DefinitionVersion? row, StudioDefinitions all) => row is null ? StudioWire.NotFound() : StudioEdits.Tagged(all.Show(row), row);

    private static IResult Found<T>(T? value) where T : class => value is null ? StudioWire.NotFound() : StudioWire.Answer(value);
}
