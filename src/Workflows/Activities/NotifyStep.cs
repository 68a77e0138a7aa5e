using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.People;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Workflows.Activities;

/// <summary>通知: a mail to everybody who holds a role; it goes out after the step is committed, once (law 3 of the house).</summary>
internal sealed class NotifyStep : ActivityBody
{
    private const int MaxText = 2000;

    public static ActivityDescriptor Descriptor { get; } = new("Inspection.Notify", "办理", "通知", "给担任某一角色的人员发邮件通知，不需要办理",
        [new("Role", "角色", UiHint: "dropdown", OptionsFrom: "roles"), new("Text", "内容", UiHint: "multiline")], []);

    public override ValueTask RunAsync(ActivityRun run)
    {
        var role = Roles.Find(run.Text("Role") ?? "") ?? throw new RefusedException(Refusal.Invalid("notify.no-role", "role", run.DisplayText));
        if (run.Text("Text") is not { Length: > 0 and <= MaxText } text) throw new RefusedException(Refusal.Invalid("notify.no-text", "text", run.DisplayText, MaxText));
        var outbox = run.Services.GetRequiredService<IOutbox>();
        foreach (var recipient in run.Services.GetRequiredService<IDirectory>().WithRole(role.Key, null).Where(r => r.Mail is not null))
        {
            outbox.Enqueue(run.Change, "mail", $"notify/{run.ExecutionId}/{recipient.Id}", new JsonObject
            {
                ["to"] = recipient.Mail,
                ["name"] = recipient.Name,
                ["subject"] = $"【通知】{run.CorrelationId} {run.DisplayText}",
                ["text"] = text,
                ["path"] = run.CorrelationId is { } number ? $"/cases/{Uri.EscapeDataString(number)}" : "/inbox",
            });
        }
        run.Journal("Notified", $"{role.Name}：{text}");
        run.Complete();
        return ValueTask.CompletedTask;
    }
}
