using DoubleRandom.Basics;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Inspections.Planning;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Workflows.Plans;

/// <summary>计划公布: marks the plan as public once its publication is out.</summary>
public sealed class PlanPublishedStep : ActivityBody
{
    public static ActivityDescriptor Descriptor { get; } = new("Inspection.PlanPublished", "计划", "计划已公布", "公示完成后把年度计划记为已公布",
        [new("SubjectId", "年度计划", UiHint: "expression-editor")], []);

    public override async ValueTask RunAsync(ActivityRun run)
    {
        if (!Guid.TryParse(run.Text("SubjectId"), out var plan)) throw new RefusedException(Refusal.NotFound("plans.not-found"));
        var marked = await run.Services.GetRequiredService<MarkPlanPublishedHandler>().HandleAsync(new MarkPlanPublished(plan), run.Change, run.CancellationToken);
        if (marked.Refusal is { } refusal) throw new RefusedException(refusal);
        await run.Services.GetRequiredService<IUnitFlush>().FlushAsync(run.CancellationToken);
    }
}
