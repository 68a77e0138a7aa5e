using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Definitions;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Publishing;

/// <summary>发起流程: starts a case on a workflow that managers drew. What asks for inputs is started by what knows them (a plan, a campaign, another workflow).</summary>
public sealed record StartProcess(string DefinitionId);

public sealed record StartedProcess(Guid InstanceId, string CaseNo);

public sealed class StartProcessHandler(DbContext db, WorkflowRuntime runtime, ApplyDueChangesHandler due, IAuditTrail audit)
{
    public static bool MayStart(Actor actor) => actor.IsAny(Roles.Planner, Roles.SectionHead);

    /// <summary>What a person can start: in force, and asking for nothing.</summary>
    public static bool IsStartable(DefinitionVersion version)
        => version.IsPublished && JsonNode.Parse(version.Json) is JsonObject json && json["inputs"] is null or JsonArray { Count: 0 } && json["options"]?["usableAsActivity"]?.ToString() is not "true";

    public async Task<Result<StartedProcess>> HandleAsync(StartProcess command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!MayStart(change.By)) return Refusal.Forbidden("publishing.not-starter");
        // The day counts, not when the program comes round: what is due today is in force for whoever starts today.
        var applied = await due.HandleAsync(new ApplyDueChanges(), change with { By = Actor.System, Reason = "到达生效日期" }, cancellationToken);
        if (applied.Refusal is { } late) return late;
        var version = await db.Set<DefinitionVersion>().AsNoTracking().SingleOrDefaultAsync(v => v.DefinitionId == command.DefinitionId && v.IsPublished, cancellationToken);
        if (version is null || !IsStartable(version)) return Refusal.Conflict("publishing.not-startable", version?.Name ?? command.DefinitionId);
        var prefix = string.Create(CultureInfo.InvariantCulture, $"LC{change.On.Year}-");
        var numbers = await db.Set<WorkflowInstanceRow>().AsNoTracking().Where(i => i.CorrelationId != null && i.CorrelationId.StartsWith(prefix)).Select(i => i.CorrelationId!).Distinct().ToListAsync(cancellationToken);
        var next = numbers.Select(n => int.TryParse(n.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).DefaultIfEmpty().Max() + 1;
        var caseNo = string.Create(CultureInfo.InvariantCulture, $"{prefix}{next:D4}");
        var started = await runtime.StartAsync(new StartWorkflow(version.DefinitionId, Ids.New(change), caseNo, version.Name), change, cancellationToken);
        if (started.Refusal is { } refusal) return refusal;
        db.Started(started.Value.Instance.Id, caseNo, change);
        audit.Record(change, $"case/{caseNo}", "发起流程", caseNo, new JsonObject { ["definition"] = version.DefinitionId, ["version"] = version.Version });
        return new StartedProcess(started.Value.Instance.Id, caseNo);
    }
}
