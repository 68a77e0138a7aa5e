using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Definitions;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Engine.Storage;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Incidents;

/// <summary>修改变量后重试: puts a value right that a parked step stumbles over, then runs the step again; the reason stands in the change.</summary>
/// <param name="Text">As a person writes it: words as they are, everything else as JSON.</param>
public sealed record ReviseAndRetryIncident(Guid IncidentId, string Variable, string Text);

public sealed class ReviseAndRetryIncidentHandler(DbContext db, WorkflowRuntime runtime, IDefinitionSource definitions, IAuditTrail audit)
{
    public async Task<Result<ResolvedIncident>> HandleAsync(ReviseAndRetryIncident command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!IncidentPowers.MayRevise(change.By)) return Refusal.Forbidden("incidents.may-not-revise");
        if (string.IsNullOrWhiteSpace(change.Reason)) return Refusal.Invalid("incidents.revise-no-reason", "reason");
        var incident = await db.Set<IncidentRow>().AsNoTracking().SingleOrDefaultAsync(i => i.Id == command.IncidentId, cancellationToken);
        if (incident is null) return Refusal.NotFound("engine.no-incident");
        var instance = await db.Set<WorkflowInstanceRow>().AsNoTracking().SingleAsync(i => i.Id == incident.InstanceId, cancellationToken);
        var workflow = (await definitions.FindVersionAsync(instance.DefinitionVersionId, cancellationToken))!;
        if (ScopedVariable.Of(workflow, instance, incident.ExecutionId).FirstOrDefault(v => v.Name == command.Variable) is not { } variable) return Refusal.Invalid("engine.no-variable", "variable", command.Variable);
        var read = variable.Read(command.Text);
        if (read.Refusal is { } wrong) return wrong;
        var resolved = await runtime.RetryIncidentAsync(command.IncidentId, change, cancellationToken, new RevisedVariable(command.Variable, read.Value.Value));
        if (resolved.Refusal is { } refusal) return refusal;
        var caseNo = await db.CaseNoAsync(command.IncidentId, cancellationToken);
        audit.Record(change, $"case/{caseNo}", "修改变量后重试异常步骤", command.IncidentId.ToString(),
            new JsonObject { ["variable"] = command.Variable, ["before"] = variable.Value?.DeepClone(), ["after"] = read.Value.Value?.DeepClone() });
        return new ResolvedIncident(command.IncidentId, caseNo);
    }
}
