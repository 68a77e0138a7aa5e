using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Inspections.Cases;

namespace DoubleRandom.Workflows.Inspections;

/// <summary>Opens the check of one inspectee and starts the shipped workflow of a check on it, without a process around it: the sample case of a trial.</summary>
public sealed class StartCheckHandler(OpenSpecialCheckHandler open, IUnitFlush flush, WorkflowRuntime runtime)
{
    public const string DefinitionId = "inspection";

    public async Task<Result<InspectionCase>> HandleAsync(OpenSpecialCheck command, ChangeContext change, CancellationToken cancellationToken)
    {
        var opened = await open.HandleAsync(command, change, cancellationToken);
        if (opened.Refusal is not null) return opened;
        await flush.FlushAsync(cancellationToken);
        var input = new JsonObject { ["Item"] = OpenCasesStep.Item(opened.Value) };
        var started = await runtime.StartAsync(new StartWorkflow(DefinitionId, Ids.New(change), opened.Value.InspectionNo, opened.Value.InspecteeName, input), change, cancellationToken);
        return started.Refusal is { } refusal ? refusal : opened;
    }
}
