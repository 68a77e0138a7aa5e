using System.Text.Json.Nodes;
using DoubleRandom.Basics;
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

public sealed class SkipIncidentHandler(DbContext db, WorkflowRuntime runtime, IAuditTrail audit)
{
    public async Task<Result<ResolvedIncident>> HandleAsync(SkipIncident command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!IncidentPowers.MaySkip(change.By)) return Refusal.Forbidden("incidents.may-not-skip");
        if (string.IsNullOrWhiteSpace(change.Reason)) return Refusal.Invalid("incidents.no-reason", "reason");
        var caseNo = await db.CaseNoAsync(command.IncidentId, cancellationToken);
        var resolved = await runtime.SkipIncidentAsync(command.IncidentId, command.Outcome, change, cancellationToken);
        if (resolved.Refusal is { } refusal) return refusal;
        audit.Record(change, $"case/{caseNo}", "跳过异常步骤", command.IncidentId.ToString(), new JsonObject { ["outcome"] = command.Outcome });
        return new ResolvedIncident(command.IncidentId, caseNo);
    }
}

internal static class IncidentRows
{
    /// <summary>The case's number, or the instance's id where a flow has none.</summary>
    public static async Task<string> CaseNoAsync(this DbContext db, Guid incidentId, CancellationToken cancellationToken)
        => await db.Set<IncidentRow>().Where(i => i.Id == incidentId)
            .Join(db.Set<WorkflowInstanceRow>(), i => i.InstanceId, w => w.Id, (i, w) => w.CorrelationId ?? w.Id.ToString()).FirstOrDefaultAsync(cancellationToken) ?? "";
}
