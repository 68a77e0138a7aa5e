using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Inspections.Hazards;

namespace DoubleRandom.Workflows.Hazards;

/// <summary>曝光决定: decides the proposal; when the hazard is exposed, the procedure of the discredit list begins (S000-21), which hears the party first.</summary>
public sealed class ConfirmExposureHandler(DecideExposureHandler decide, IUnitFlush flush, WorkflowRuntime runtime)
{
    private const string Credit = "credit";

    public async Task<Result<ExposureProposal>> HandleAsync(DecideExposure command, ChangeContext change, CancellationToken cancellationToken)
    {
        var decided = await decide.HandleAsync(command, change, cancellationToken);
        if (decided.Refusal is not null || decided.Value.Decision != ExposureDecision.Exposed) return decided;
        await flush.FlushAsync(cancellationToken);
        var proposal = decided.Value;
        var input = new JsonObject { ["SubjectId"] = proposal.HazardId.ToString(), ["CaseNo"] = proposal.CaseNo };
        var started = await runtime.StartAsync(new StartWorkflow(Credit, Ids.New(change), proposal.CaseNo, proposal.InspecteeName, input), change, cancellationToken);
        return started.Refusal is { } refusal ? refusal : decided;
    }
}
