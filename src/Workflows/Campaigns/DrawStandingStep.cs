using DoubleRandom.Basics;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Inspections.Draws;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Workflows.Campaigns;

/// <summary>抽取是否有效: whether the ceremony still stands, or a party made it void and the next round is to be ordered.</summary>
public sealed class DrawStandingStep : ActivityBody
{
    private const string Stands = "有效";
    private const string Void = "作废";

    public static ActivityDescriptor Descriptor { get; } = new("Inspection.DrawStanding", "抽取", "抽取是否有效", "有一方不能承诺或揭示而作废时，回到冻结名单重新下达",
        [new("SubjectId", "抽查任务", UiHint: "expression-editor")], [], [new(Stands, Stands), new(Void, Void)]);

    public override async ValueTask RunAsync(ActivityRun run)
    {
        if (!Guid.TryParse(run.Text("SubjectId"), out var campaign)) throw new RefusedException(Refusal.NotFound("campaigns.not-found"));
        run.Complete(await DrawRounds.LastIsVoidAsync(run.Services.GetRequiredService<DbContext>(), campaign, run.CancellationToken) ? Void : Stands);
    }
}
