using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.Supervision;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Forms;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Workflows.Supervision;

internal static class SupervisionForms
{
    public static IReadOnlyList<Form> All { get; } =
    [
        new("supervision.answer", "回复督办", PrepareAnswerAsync, AnswerAsync),
        new("supervision.decide", "核销督办", PrepareDecisionAsync, DecideAsync),
    ];

    private static async Task<FormView> PrepareAnswerAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var (order, deadline) = await FindAsync(item, services, cancellationToken);
        return new FormView(
        [
            new("matter", "督办事项", FieldKind.Note, Default: $"{order.CaseNo} {order.Title}，最后期限 {DeadlineClock.DueInWords(deadline)}。督办要求：{order.Requirement}"),
            new("cause", "逾期原因", FieldKind.Multiline, Required: true),
            new("measures", "办理措施", FieldKind.Multiline, Required: true),
            new("promisedOn", "承诺办结日期", FieldKind.Date, Required: true),
        ]);
    }

    private static async Task<Result<JsonObject>> AnswerAsync(FormSubmission form, CancellationToken cancellationToken)
    {
        var answered = await form.Get<AnswerSupervisionHandler>().HandleAsync(
            new AnswerSupervision(form.SubjectId, form.Text("cause"), form.Text("measures"), form.Date("promisedOn")!.Value), form.Change, cancellationToken);
        return answered.Refusal is { } refusal ? refusal : new JsonObject { ["orderNo"] = answered.Value.OrderNo };
    }

    private static async Task<FormView> PrepareDecisionAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var (order, deadline) = await FindAsync(item, services, cancellationToken);
        var state = deadline.Status switch
        {
            DeadlineStatus.Met => $"已于 {DeadlineClock.InWords(deadline.MetOn!.Value)} 办结",
            DeadlineStatus.Cancelled => "已取消",
            _ => $"尚未办结，最后期限 {DeadlineClock.DueInWords(deadline)}",
        };
        return new FormView(
        [
            new("matter", "督办事项", FieldKind.Note, Default: $"{order.CaseNo} {order.Title}：{state}"),
            new("answer", "回复", FieldKind.Note, Default: $"原因：{order.Cause}；措施：{order.Measures}；承诺 {DeadlineClock.InWords(order.PromisedOn!.Value)} 办结（{order.AnsweredByName}）"),
            new("opinion", "督办意见", FieldKind.Multiline, Required: true),
        ]);
    }

    private static async Task<Result<JsonObject>> DecideAsync(FormSubmission form, CancellationToken cancellationToken)
    {
        var decided = await form.Get<DecideSupervisionHandler>().HandleAsync(
            new DecideSupervision(form.SubjectId, form.Outcome == "核销", form.Text("opinion")), form.Change, cancellationToken);
        return decided.Refusal is { } refusal ? refusal : new JsonObject { ["orderNo"] = decided.Value.OrderNo };
    }

    private static async Task<(SupervisionOrder Order, Deadline Deadline)> FindAsync(WorkItem item, IServiceProvider services, CancellationToken cancellationToken)
    {
        var db = services.GetRequiredService<DbContext>();
        var order = await db.Set<SupervisionOrder>().AsNoTracking().SingleAsync(o => o.Id == item.SubjectId, cancellationToken);
        return (order, await db.Set<Deadline>().AsNoTracking().SingleAsync(d => d.Id == order.DeadlineId, cancellationToken));
    }
}
