using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Planning;

/// <summary>纳入计划: a line of the plan does the task – an existing one, so that one visit serves both, or a new one.</summary>
/// <param name="LineNo">A line that checks the item in that time; null: a new line with the number the task wants.</param>
public sealed record PlanUpperTask(string Number, string PlanNo, int? LineNo = null);

/// <summary>已有检查覆盖: nothing more is planned, and why.</summary>
public sealed record CoverUpperTask(string Number, string Reason);

/// <summary>重新办理: takes an answer back as long as no campaign works on its line.</summary>
public sealed record ReopenUpperTask(string Number);

public sealed class UpperTaskHandler(DbContext db, SavePlanLineHandler save, IAuditTrail audit)
{
    public async Task<Result<UpperTask>> HandleAsync(PlanUpperTask command, ChangeContext change, CancellationToken cancellationToken)
    {
        var opened = await OpenAsync(command.Number, change, cancellationToken);
        if (opened.Refusal is { } refused) return refused;
        var task = opened.Value;
        if (await UpperTasks.ItemAsync(db, task, cancellationToken) is not { } item) return Refusal.Invalid("upper-tasks.no-item", "item", task.Number, task.ItemCode);
        // Who is on the city's list and not in our register would be checked by nobody and missed by nobody.
        var unknown = (await UpperTasks.DrawnAsync(db, task, cancellationToken)).Where(d => d.Entry is null).Select(d => d.Code).ToList();
        if (unknown.Count > 0) return Refusal.Conflict("upper-tasks.unknown-objects", task.Number, unknown.Count, string.Join('、', unknown.Take(5)));
        if (command.LineNo is { } at)
        {
            if (await db.Set<PlanLine>().FindAsync([command.PlanNo, at], cancellationToken) is not { } line) return Refusal.NotFound("campaigns.no-line", command.PlanNo, at);
            if (line.ItemCode != task.ItemCode && !PlanLines.MergedOf(line).Contains(task.ItemCode)) return Refusal.Invalid("upper-tasks.other-item", "target", task.Number, task.ItemCode, at, line.ItemCode);
            if (line.PeriodFrom > task.PeriodTo || line.PeriodTo < task.PeriodFrom) return Refusal.Invalid("upper-tasks.other-days", "target", task.Number, task.PeriodFrom, task.PeriodTo, at, line.PeriodFrom, line.PeriodTo);
            if (task.WantedCount is { } wanted && line.SampleSize < wanted) return Refusal.Invalid("upper-tasks.too-few", "target", task.Number, wanted, at, line.SampleSize);
            task.LineNo = at;
        }
        else
        {
            var like = new Demand { Number = task.Number, Unit = item.OwnerSection ?? "", ItemCode = task.ItemCode, Reason = $"{task.Issuer}下达：{task.Document}", WantedCount = task.WantedCount, PeriodFrom = task.PeriodFrom, PeriodTo = task.PeriodTo };
            var made = await save.HandleAsync(new MakeLineOfDemand(command.PlanNo, like, $"上级任务 {task.Number}"), change with { Reason = $"办理上级任务 {task.Number}" }, cancellationToken);
            if (made.Refusal is { } refusal) return refusal;
            task.LineNo = made.Value.LineNo;
        }
        (task.Answer, task.PlanNo, task.AnswerReason) = (UpperTask.Planned, command.PlanNo, command.LineNo is null ? "新增计划行" : "并入计划行，一次检查");
        return Answered(task, "上级任务纳入计划", change);
    }

    public async Task<Result<UpperTask>> HandleAsync(CoverUpperTask command, ChangeContext change, CancellationToken cancellationToken)
    {
        var opened = await OpenAsync(command.Number, change, cancellationToken);
        if (opened.Refusal is { } refused) return refused;
        if (CaseRows.IsBlank(command.Reason) || command.Reason.Trim().Length > UpperTask.TextMaxLength) return Refusal.Invalid("upper-tasks.reason", "reason", UpperTask.TextMaxLength);
        (opened.Value.Answer, opened.Value.AnswerReason) = (UpperTask.Covered, command.Reason.Trim());
        return Answered(opened.Value, "上级任务已有检查覆盖", change);
    }

    public async Task<Result<UpperTask>> HandleAsync(ReopenUpperTask command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.Is(Roles.Planner)) return Refusal.Forbidden("upper-tasks.not-planner");
        if (await db.Set<UpperTask>().FindAsync([command.Number], cancellationToken) is not { } task) return Refusal.NotFound("upper-tasks.not-found", command.Number);
        if (task.Answer is null) return Refusal.Conflict("upper-tasks.open", task.Number);
        if (task.PlanNo is not null && await db.Set<Campaign>().AsNoTracking().FirstOrDefaultAsync(c => c.PlanNo == task.PlanNo && c.PlanLineNo == task.LineNo, cancellationToken) is { } campaign)
            return Refusal.Conflict("upper-tasks.in-use", task.Number, campaign.CampaignNo);
        Forget(task, change);
        audit.Record(change, $"register/{UpperTask.Form.Kind}", "重新办理上级任务", task.Number);
        return task;
    }

    /// <summary>It waits again.</summary>
    internal static void Forget(UpperTask task, ChangeContext change)
        => (task.Answer, task.PlanNo, task.LineNo, task.AnswerReason, task.AnsweredByName, task.AnsweredOn, task.ChangedAt) = (null, null, null, null, null, null, change.At);

    private async Task<Result<UpperTask>> OpenAsync(string number, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.Is(Roles.Planner)) return Refusal.Forbidden("upper-tasks.not-planner");
        if (await db.Set<UpperTask>().FindAsync([number], cancellationToken) is not { } task) return Refusal.NotFound("upper-tasks.not-found", number.Length > 60 ? number[..60] : number);
        return task.Answer is { } answer ? Refusal.Conflict("upper-tasks.answered", task.Number, answer) : task;
    }

    private UpperTask Answered(UpperTask task, string act, ChangeContext change)
    {
        (task.AnsweredByName, task.AnsweredOn, task.ChangedAt) = (change.By.Name, change.On, change.At);
        audit.Record(change, $"register/{UpperTask.Form.Kind}", act, task.Number, new JsonObject { ["plan"] = task.PlanNo, ["line"] = task.LineNo, ["reason"] = task.AnswerReason });
        return task;
    }
}
