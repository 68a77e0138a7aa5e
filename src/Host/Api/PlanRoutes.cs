using DoubleRandom.Basics;
using DoubleRandom.Host.Pages.Plans;
using DoubleRandom.Inspections.Planning;

namespace DoubleRandom.Host.Api;

internal sealed record DemandBody(string? Unit, string? ItemCode, string? Reason, DateOnly PeriodFrom, DateOnly PeriodTo, int? WantedCount, bool IsUrgent, string? LateReason);

/// <param name="PlanNo">Null: refused.</param>
internal sealed record DemandDecisionBody(string? PlanNo, int? LineNo, string? Opinion);

internal sealed record DemandAnswer(string Number, string Unit, string ItemCode, string? ItemName, string Reason, int? WantedCount, DateOnly? PeriodFrom, DateOnly? PeriodTo, bool IsUrgent, DateOnly RaisedOn, string? LateReason, string? Status, string? Handling, string? PlanNo, int? LineNo);

internal sealed record ProgressAnswer(string PlanNo, int LineNo, string ItemCode, string ItemName, string LeadUnit, DateOnly PeriodFrom, DateOnly PeriodTo, int Planned, int Drawn, int Visited, int Published, int Late, int Missed);

/// <param name="LineNo">A line that checks the item in that time; null: a new one.</param>
internal sealed record UpperTaskPlanBody(string? PlanNo, int? LineNo);

internal sealed record UpperTaskCoverBody(string? Reason);

/// <param name="Answer">待办理, 纳入计划, 已有检查覆盖.</param>
/// <param name="Drawn">Objects the upper body drew itself, as its list has them.</param>
/// <param name="Listed">Objects on the lists of the line's campaigns.</param>
internal sealed record UpperTaskAnswer(
    string Number, string Issuer, string Document, DateOnly IssuedOn, string ItemCode, string? ItemName, DateOnly PeriodFrom, DateOnly PeriodTo, int? WantedCount, IReadOnlyList<string> Drawn,
    string Answer, string? AnswerReason, string? PlanNo, int? LineNo, IReadOnlyList<string> Campaigns, int Listed, int Checked, int WithFindings);

internal static class PlanRoutes
{
    public static void MapPlans(this IEndpointRouteBuilder api)
    {
        api.MapGet("/plans/{year:int}/demands", DemandsAsync).WithSummary("一年的抽查需求");
        api.MapPost("/plans/demands", HandInAsync).WithSummary("提出抽查需求；截止以后须有逾期理由");
        api.MapPost("/plans/demands/{number}/decide", DecideAsync).WithSummary("采纳到计划行（planNo，无 lineNo 则新增一行）或不采纳");
        api.MapGet("/plans/{year:int}/upper-tasks", UpperTasksAsync).WithSummary("一年的上级任务和完成情况；登记用 POST /registers/upper-tasks/import");
        api.MapPost("/plans/upper-tasks/{number}/plan", PlanUpperTaskAsync).WithSummary("纳入计划：并入已有的行（lineNo）或新增一行（计划员）");
        api.MapPost("/plans/upper-tasks/{number}/cover", CoverUpperTaskAsync).WithSummary("答复已有检查覆盖，写明理由（计划员）");
        api.MapPost("/plans/upper-tasks/{number}/reopen", ReopenUpperTaskAsync).WithSummary("重新办理：还没有下达任务的，答复收回（计划员）");
        api.MapGet("/plans/{year:int}/progress", ProgressAsync).WithSummary("计划与完成：每行的计划、抽取、检查、公示、逾期户数");
    }

    private static async Task<IReadOnlyList<DemandAnswer>> DemandsAsync(int year, HttpContext http, DemandQueries demands)
        => [.. (await demands.OfYearAsync(Math.Clamp(year, 2000, 2999), "全部", http.RequestAborted)).Demands.Select(Answer)];

    private static Task<IResult> HandInAsync(DemandBody body, HttpContext http)
        => ApiServices.RunAsync(http, (s, change, ct) => s.GetRequiredService<HandInDemandHandler>().HandleAsync(
            new HandInDemand(body.Unit ?? "", body.ItemCode ?? "", body.Reason ?? "", body.PeriodFrom, body.PeriodTo, body.WantedCount, body.IsUrgent, body.LateReason), change, ct), Answer);

    private static Task<IResult> DecideAsync(string number, DemandDecisionBody body, HttpContext http)
        => ApiServices.RunAsync(http, (s, change, ct) => s.GetRequiredService<DecideDemandHandler>().HandleAsync(new DecideDemand(number, body.PlanNo, body.LineNo, body.Opinion), change, ct), Answer);

    private static async Task<IReadOnlyList<ProgressAnswer>> ProgressAsync(int year, HttpContext http, PlanQueries plans, TimeProvider time)
        => [.. (await plans.ProgressAsync(year, time.Today, http.RequestAborted)).Select(l => new ProgressAnswer(
            l.Line.PlanNo, l.Line.LineNo, l.Line.ItemCode, l.Line.ItemName, l.Line.LeadUnit, l.Line.PeriodFrom, l.Line.PeriodTo, l.Planned, l.Drawn, l.Visited, l.Published, l.Late, l.Missed))];

    private static async Task<IReadOnlyList<UpperTaskAnswer>> UpperTasksAsync(int year, HttpContext http, DemandQueries demands)
        => [.. (await demands.UpperTasksAsync(Math.Clamp(year, 2000, 2999), http.RequestAborted)).Select(Answer)];

    private static Task<IResult> PlanUpperTaskAsync(string number, UpperTaskPlanBody body, HttpContext http)
        => AnswerUpperTaskAsync(http, (h, change, ct) => h.HandleAsync(new PlanUpperTask(number, body.PlanNo ?? "", body.LineNo), change, ct));

    private static Task<IResult> CoverUpperTaskAsync(string number, UpperTaskCoverBody body, HttpContext http)
        => AnswerUpperTaskAsync(http, (h, change, ct) => h.HandleAsync(new CoverUpperTask(number, body.Reason ?? ""), change, ct));

    private static Task<IResult> ReopenUpperTaskAsync(string number, HttpContext http)
        => AnswerUpperTaskAsync(http, (h, change, ct) => h.HandleAsync(new ReopenUpperTask(number), change, ct));

    private static Task<IResult> AnswerUpperTaskAsync(HttpContext http, Func<UpperTaskHandler, ChangeContext, CancellationToken, Task<Result<UpperTask>>> act)
        => ApiServices.RunAsync(http, (s, change, ct) => act(s.GetRequiredService<UpperTaskHandler>(), change, ct), task => Answer(new UpperTaskFeedback(task, null, [], 0, 0, 0, [])));

    private static UpperTaskAnswer Answer(UpperTaskFeedback f) => new(
        f.Task.Number, f.Task.Issuer, f.Task.Document, f.Task.IssuedOn, f.Task.ItemCode, f.Task.ItemName, f.Task.PeriodFrom, f.Task.PeriodTo, f.Task.WantedCount, f.Task.DrawnCodes,
        f.Task.Answer ?? UpperTask.Pending, f.Task.AnswerReason, f.Task.PlanNo, f.Task.LineNo, f.Campaigns, f.Listed, f.Checked, f.WithFindings);

    private static DemandAnswer Answer(Demand d) => new(d.Number, d.Unit, d.ItemCode, d.ItemName, d.Reason, d.WantedCount, d.PeriodFrom, d.PeriodTo, d.IsUrgent, d.RaisedOn, d.LateReason, d.Status, d.Handling, d.PlanNo, d.LineNo);
}
