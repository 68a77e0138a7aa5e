using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Workflows.Activities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Workflows.Campaigns;

/// <summary>
/// 会同单位会签 (S004-15): one work item for the head of each unit the scheme names, all at the same time. The first that sends it back ends the step and voids the
/// others' items; it goes on when all have signed. With no unit named it goes on at once.
/// </summary>
public sealed class CoLaunchStep : HumanTask
{
    public const string TypeName = "Inspection.CoLaunch";

    private const string Signed = "会签";

    public override async ValueTask RunAsync(ActivityRun run)
    {
        if (!Guid.TryParse(run.Text("SubjectId"), out var campaign)) throw new RefusedException(Refusal.NotFound("campaigns.not-found"));
        var asked = await CoLaunch.OfAsync(run.Services.GetRequiredService<DbContext>(), campaign, run.CancellationToken);
        // A retry asks only those who have not said.
        foreach (var unit in asked.Where(c => c.Agreed is null)) await OpenAsync(run, unit.Id);
        if (asked.TrueForAll(c => c.Agreed is not null)) run.Complete(Signed);
    }

    public override async ValueTask ResumeAsync(ActivityRun run, JsonObject? input)
    {
        var outcome = Decided(run, input);
        var asked = await CoLaunch.OfAsync(run.Services.GetRequiredService<DbContext>(), Guid.Parse(run.Text("SubjectId")!), run.CancellationToken);
        if (outcome != Signed || asked.TrueForAll(c => c.Agreed is true)) run.Complete(outcome);
    }
}
