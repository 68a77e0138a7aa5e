using DoubleRandom.Basics;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Draws;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Workflows.Campaigns;

/// <summary>抽取: computes all lists of the ceremony from what the parties revealed, then the teams from the ticket orders.</summary>
public sealed class DrawStep : ActivityBody
{
    public static ActivityDescriptor Descriptor { get; } = new("Inspection.Draw", "抽取", "抽取并编组", "按已公开的数据计算检查对象、带队人员、执法人员和专家的次序，再按次序排定日期和检查组",
        [new("SubjectId", "抽查任务", UiHint: "expression-editor")],
        [new("Visits", "户数", "Int32"), new("Incomplete", "检查组不全的户数", "Int32")]);

    public override async ValueTask RunAsync(ActivityRun run)
    {
        if (!Guid.TryParse(run.Text("SubjectId"), out var campaign)) throw new RefusedException(Refusal.NotFound("campaigns.not-found"));
        var flush = run.Services.GetRequiredService<IUnitFlush>();
        var drawn = await run.Services.GetRequiredService<ExecuteDrawsHandler>().HandleAsync(new ExecuteDraws(campaign), run.Change, run.CancellationToken);
        if (drawn.Refusal is { } notDrawn) throw new RefusedException(notDrawn);
        await flush.FlushAsync(run.CancellationToken);
        var teams = await run.Services.GetRequiredService<AssignTeamsHandler>().HandleAsync(new AssignTeams(campaign), run.Change, run.CancellationToken);
        if (teams.Refusal is { } noTeams) throw new RefusedException(noTeams);
        run.SetOutput("Visits", teams.Value.Visits);
        run.SetOutput("Incomplete", teams.Value.Incomplete);
        run.Journal("Drawn", $"抽取 {drawn.Value.Count} 个名单，编组 {teams.Value.Visits} 户");
        await flush.FlushAsync(run.CancellationToken);
        var shared = await run.Services.GetRequiredService<TellSharedVisitsHandler>().HandleAsync(new TellSharedVisits(campaign), run.Change, run.CancellationToken);
        if (shared.Refusal is { } notTold) throw new RefusedException(notTold);
    }
}
