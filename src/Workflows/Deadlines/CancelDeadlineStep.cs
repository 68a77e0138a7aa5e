using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Inspections.Deadlines;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Workflows.Deadlines;

/// <summary>取消办理时限: the matter fell away; the clock of the rule ends without being met. Without a running clock it does nothing.</summary>
internal sealed class CancelDeadlineStep : ActivityBody
{
    public static ActivityDescriptor Descriptor { get; } = new("Inspection.CancelDeadline", "时限", "取消办理时限", "该事项不再办理，停止计时并记明理由",
        [new("Rule", "时限规则", UiHint: "dropdown", OptionsFrom: "deadline-rules"), new("Reason", "理由", UiHint: "multiline")], []);

    public override async ValueTask RunAsync(ActivityRun run)
    {
        var db = run.Services.GetRequiredService<DbContext>();
        foreach (var deadline in run.Text("Rule") is { Length: > 0 } rule ? await db.RunningAsync(rule, run.InstanceId, run.ParentInstanceId, run.CancellationToken) : [])
        {
            var cancelled = await run.Services.GetRequiredService<CancelDeadlineHandler>().HandleAsync(new CancelDeadline(deadline.Id, run.Text("Reason") ?? ""), run.Change, run.CancellationToken);
            if (cancelled.Refusal is { } refusal) throw new RefusedException(refusal);
        }
        run.Complete();
    }
}
