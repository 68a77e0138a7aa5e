using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Incidents;

/// <summary>Who may set a parked step going again. Running a step once more decides nothing; going on without it is a decision and needs a reason.</summary>
public static class IncidentPowers
{
    public static bool MayRetry(Actor actor) => actor.IsAny(Roles.Admin, Roles.SectionHead, Roles.DeputyDirector, Roles.Director);

    public static bool MaySkip(Actor actor) => actor.IsAny(Roles.DeputyDirector, Roles.Director);

    /// <summary>A value can decide which way the case goes.</summary>
    public static bool MayRevise(Actor actor) => MaySkip(actor);
}

/// <summary>重试: runs a parked step again, when its cause has been put right.</summary>
public sealed record RetryIncident(Guid IncidentId);

/// <summary>跳过: goes on behind a parked step with the given outcome; the reason stands in the change.</summary>
public sealed record SkipIncident(Guid IncidentId, string Outcome);

public sealed record ResolvedIncident(Guid IncidentId, string CaseNo);

public sealed class RetryIncidentHandler(DbContext db, WorkflowRuntime runtime, IAuditTrail audit)
{
    public async Task<Result<ResolvedIncident>> HandleAsync(RetryIncident command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!IncidentPowers.MayRetry(change.By)) return Refusal.Forbidden("incidents.may-not-retry");
        var caseNo = await db.CaseNoAsync(command.IncidentId, cancellationToken);
        var resolved = await runtime.RetryIncidentAsync(command.IncidentId, change, cancellationToken);
        if (resolved.Refusal is { } refusal) return refusal;
        audit.Record(change, $"case/{caseNo}", "重试异常步骤", command.IncidentId.ToString());
        return new ResolvedIncident(command.IncidentId, caseNo);
    }
}

public sealed class SkipIncidentHandler(DbContext db, WorkflowRuntime runtime, IDefinitionSource definitions, IAuditTrail audit)
{
    public async Task<Result<ResolvedIncident>> HandleAsync(SkipIncident command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!IncidentPowers.MaySkip(change.By)) return Refusal.Forbidden("incidents.may-not-skip");
        if (string.IsNullOrWhiteSpace(change.Reason)) return Refusal.Invalid("incidents.no-reason", "reason");
        if (await WaysOnAsync(command.IncidentId, cancellationToken) is { } ways && !ways.Contains(command.Outcome)) return Refusal.Invalid("incidents.unknown-outcome", "outcome", command.Outcome, string.Join('、', ways));
        var caseNo = await db.CaseNoAsync(command.IncidentId, cancellationToken);
        var resolved = await runtime.SkipIncidentAsync(command.IncidentId, command.Outcome, change, cancellationToken);
        if (resolved.Refusal is { } refusal) return refusal;
        audit.Record(change, $"case/{caseNo}", "跳过异常步骤", command.IncidentId.ToString(), new JsonObject { ["outcome"] = command.Outcome });
        return new ResolvedIncident(command.IncidentId, caseNo);
    }

    /// <summary>The ways on behind the step: an outcome that no line follows would end the branch in silence. Null when there is no such incident.</summary>
    private async Task<IReadOnlyList<string>?> WaysOnAsync(Guid incidentId, CancellationToken cancellationToken)
    {
        var step = await db.Set<IncidentRow>().Where(i => i.Id == incidentId)
            .Join(db.Set<WorkflowInstanceRow>(), i => i.InstanceId, w => w.Id, (i, w) => new { w.DefinitionVersionId, i.NodeId }).FirstOrDefaultAsync(cancellationToken);
        if (step is null || await definitions.FindVersionAsync(step.DefinitionVersionId, cancellationToken) is not { } workflow) return null;
        return workflow.Find(step.NodeId)?.Outgoing.Select(e => e.Port).Distinct().ToList() is { Count: > 0 } ports ? ports : ["Done"];
    }
}

internal static class IncidentRows
{
    /// <summary>The case's number, or the instance's id where a flow has none.</summary>
    public static async Task<string> CaseNoAsync(this DbContext db, Guid incidentId, CancellationToken cancellationToken)
        => await db.Set<IncidentRow>().Where(i => i.Id == incidentId)
            .Join(db.Set<WorkflowInstanceRow>(), i => i.InstanceId, w => w.Id, (i, w) => w.CorrelationId ?? w.Id.ToString()).FirstOrDefaultAsync(cancellationToken) ?? "";
}
