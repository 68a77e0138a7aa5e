using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.People;
using DoubleRandom.Workflows.Subjects;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Workflows.Deadlines;

/// <summary>起算办理时限: starts the clock of a rule from the day the record names. Without a rule, or when the clock already runs, it does nothing.</summary>
internal sealed class OpenDeadlineStep : ActivityBody
{
    public static ActivityDescriptor Descriptor { get; } = new("Inspection.OpenDeadline", "时限", "起算办理时限", "按时限规则从案卷记载的日期起算，到期前后自动催办、督办",
        [
            new("Rule", "时限规则", UiHint: "dropdown", OptionsFrom: "deadline-rules"),
            new("SubjectId", "办理对象", UiHint: "expression-editor"),
            new("OwnerRole", "经办角色", UiHint: "dropdown", Description: "不填则为随后办理该时限的角色", OptionsFrom: "roles"),
        ],
        [new("DueOn", "最后期限", "String")]);

    public override async ValueTask RunAsync(ActivityRun run)
    {
        if (run.Text("Rule") is { Length: > 0 } rule)
        {
            var deadline = await OpenAsync(run, rule);
            run.SetOutput("DueOn", deadline.DueOn.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        }
        run.Complete();
    }

    private static async Task<Deadline> OpenAsync(ActivityRun run, string rule)
    {
        var db = run.Services.GetRequiredService<DbContext>();
        if (await db.RunningAsync(rule, run.InstanceId, run.ParentInstanceId, run.CancellationToken) is [.., var running]) return running;
        if (!Guid.TryParse(run.Text("SubjectId"), out var subjectId)) throw new InvalidOperationException($"步骤“{run.DisplayText}”没有办理对象。");
        var subject = await run.Services.GetRequiredService<SubjectFinder>().FindAsync(subjectId, run.CancellationToken);
        var section = await OwnerSection.OfSubjectAsync(db, subjectId, run.CancellationToken);
        Deadline? last = null;
        foreach (var anchor in await DeadlineAnchors.FindAsync(db, rule, subjectId, run.Change, run.CancellationToken))
        {
            var opened = await run.Services.GetRequiredService<OpenDeadlineHandler>().HandleAsync(
                new OpenDeadline(rule, run.CorrelationId ?? run.InstanceId.ToString(), subject?.Kind ?? "case", subjectId, anchor.On, run.Text("OwnerRole") ?? Roles.SectionHead, Section: section,
                    ExplicitDueOn: anchor.DueOn, SubjectName: anchor.Part is { } part ? $"{subject?.Name}（{part}）" : subject?.Name, InstanceId: run.InstanceId, AnchorEvent: anchor.Event),
                run.Change, run.CancellationToken);
            last = opened.Refusal is { } refusal ? throw new RefusedException(refusal) : opened.Value;
        }
        return last!;
    }
}
