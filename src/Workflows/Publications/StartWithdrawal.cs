using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Inspections.Publications;
using DoubleRandom.Inspections.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Workflows.Publications;

/// <param name="CaseNo">Under which the matter is found.</param>
public sealed record StartedWithdrawal(Guid PublicationId, string CaseNo);

/// <summary>提请撤回公示: writes the proposal and starts its workflow, so that the deputy director gets it with its three working days.</summary>
public sealed class StartWithdrawalHandler(ProposeWithdrawalHandler propose, DbContext db, IUnitFlush flush, WorkflowRuntime runtime)
{
    public const string DefinitionId = "withdrawal";
    internal const string Rule = "penalty.withdraw";

    public async Task<Result<StartedWithdrawal>> HandleAsync(ProposeWithdrawal command, ChangeContext change, CancellationToken cancellationToken)
    {
        var proposed = await propose.HandleAsync(command, change, cancellationToken);
        if (proposed.Refusal is { } refusal) return refusal;
        await flush.FlushAsync(cancellationToken);
        var publication = proposed.Value;
        var number = $"{publication.SubjectNo}-撤{publication.WithdrawalsProposed}";
        // Only what the law names has a period; a slip of the pen is put right without one.
        var rule = ProposeWithdrawalHandler.OfTheLaw.Contains(command.Ground) ? Rule : null;
        var input = new JsonObject { ["PublicationId"] = publication.Id.ToString(), ["CaseNo"] = number, ["Rule"] = rule };
        var started = await runtime.StartAsync(new StartWorkflow(DefinitionId, Ids.New(change), number, $"撤回公示：{publication.Title}", input), change, cancellationToken);
        if (started.Refusal is { } notStarted) return notStarted;
        db.Started(started.Value.Instance.Id, number, change);
        return new StartedWithdrawal(publication.Id, number);
    }
}
