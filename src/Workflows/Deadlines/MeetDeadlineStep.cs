using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Inspections.Deadlines;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Workflows.Deadlines;

/// <summary>时限办结: the thing was done today; the clock of the rule stops. A clock already met stays as it was.</summary>
internal sealed class MeetDeadlineStep : ActivityBody
{
    public static ActivityDescriptor Descriptor { get; } = new("Inspection.MeetDeadline", "时限", "时限办结", "该事项已办结，停止计时与催办",
        [new("Rule", "时限规则", UiHint: "dropdown", OptionsFrom: "deadline-rules")], []);

    public override async ValueTask RunAsync(ActivityRun run)
    {
        if (run.Text("Rule") is { Length: > 0 } rule)
        {
            var db = run.Services.GetRequiredService<DbContext>();
            foreach (var deadline in await db.RunningAsync(rule, run.InstanceId, run.ParentInstanceId, run.CancellationToken))
            {
                var met = await run.Services.GetRequiredService<MeetDeadlineHandler>().HandleAsync(new MeetDeadline(deadline.Id), run.Change, run.CancellationToken);
                if (met.Refusal is { } refusal) throw new RefusedException(refusal);
            }
        }
        run.Complete();
    }
}
