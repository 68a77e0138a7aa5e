using DoubleRandom.Basics;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Inspections.Campaigns;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Workflows.Campaigns;

/// <summary>任务归档: closes the campaign once every object is finished and the report is settled.</summary>
public sealed class ArchiveCampaignStep : ActivityBody
{
    public static ActivityDescriptor Descriptor { get; } = new("Inspection.ArchiveCampaign", "归档", "任务归档", "全部检查归档、报告审定后，把抽查任务归档",
        [new("SubjectId", "抽查任务", UiHint: "expression-editor")], []);

    public override async ValueTask RunAsync(ActivityRun run)
    {
        if (!Guid.TryParse(run.Text("SubjectId"), out var campaign)) throw new RefusedException(Refusal.NotFound("campaigns.not-found"));
        var archived = await run.Services.GetRequiredService<ArchiveCampaignHandler>().HandleAsync(new ArchiveCampaign(campaign), run.Change, run.CancellationToken);
        if (archived.Refusal is { } refusal) throw new RefusedException(refusal);
        await run.Services.GetRequiredService<IUnitFlush>().FlushAsync(run.CancellationToken);
    }
}
