using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Inspections.Supervision;
using DoubleRandom.Inspections.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Supervision;

/// <summary>督办: writes the order and starts its workflow, so that the section gets it as a work item.</summary>
public sealed class StartSupervisionHandler(OrderSupervisionHandler order, DbContext db, IUnitFlush flush, WorkflowRuntime runtime)
{
    public const string DefinitionId = "supervision";

    public async Task<Result<SupervisionOrder>> HandleAsync(OrderSupervision command, ChangeContext change, CancellationToken cancellationToken)
    {
        var ordered = await order.HandleAsync(command, change, cancellationToken);
        if (ordered.Refusal is not null) return ordered;
        await flush.FlushAsync(cancellationToken);
        var (id, number) = (ordered.Value.Id, ordered.Value.OrderNo);
        var input = new JsonObject { ["SupervisionId"] = id.ToString(), ["CaseNo"] = number };
        var started = await runtime.StartAsync(new StartWorkflow(DefinitionId, Ids.New(change), number, ordered.Value.Title, input), change, cancellationToken);
        if (started.Refusal is { } refusal) return refusal;
        db.Started(started.Value.Instance.Id, number, change);
        return ordered;
    }
}
