using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Inspections.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Plans;

/// <summary>Opens the plan whose lines were imported under the number and starts its workflow; for an approved plan, with a reason, its next version.</summary>
public sealed record StartPlan(string PlanNo);

public sealed record StartedPlan(Guid PlanId, string Number, int Version);

public sealed class StartPlanHandler(OpenPlanHandler open, DbContext db, IUnitFlush flush, WorkflowRuntime runtime)
{
    public const string DefinitionId = "plan";

    public async Task<Result<StartedPlan>> HandleAsync(StartPlan command, ChangeContext change, CancellationToken cancellationToken)
    {
        var opened = await open.HandleAsync(new OpenPlan(command.PlanNo), change, cancellationToken);
        if (opened.Refusal is { } refusal) return refusal;
        await flush.FlushAsync(cancellationToken);
        var plan = opened.Value;
        var input = new JsonObject { ["PlanId"] = plan.Id.ToString(), ["CaseNo"] = plan.PlanNo, ["Version"] = plan.Version };
        var started = await runtime.StartAsync(new StartWorkflow(DefinitionId, Ids.New(change), plan.PlanNo, $"{plan.Year}年度抽查工作计划", input), change, cancellationToken);
        if (started.Refusal is { } notStarted) return notStarted;
        db.Started(started.Value.Instance.Id, plan.PlanNo, change);
        return new StartedPlan(plan.Id, plan.PlanNo, plan.Version);
    }
}
