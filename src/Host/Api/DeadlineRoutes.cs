using DoubleRandom.Basics;
using DoubleRandom.Host.Web;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.Supervision;
using DoubleRandom.Workflows.Supervision;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Api;

/// <param name="Explanation">In Chinese: from which day, which days were skipped, which is the last.</param>
/// <param name="DueAt">For periods of hours: the moment the time is over, UTC.</param>
/// <param name="Provisional">Counted over days of a year whose holiday notice is not published.</param>
internal sealed record DeadlineView(Guid Id, string CaseNo, string Title, string Citation, DateOnly DueOn, bool Provisional, DeadlineStatus Status, DateOnly? MetOn, DateOnly? PausedOn, string Explanation, DateTime? DueAt);

internal sealed record AlertView(Guid Id, Guid DeadlineId, string CaseNo, int Rung, string Text, string WhyMe, DateOnly CreatedOn, DateTime? AcknowledgedAt);

/// <param name="Why">In Chinese: the days, document or decision that made the difference.</param>
internal sealed record MoveView(Guid DeadlineId, string CaseNo, string Title, MoveCause Cause, DateOnly From, DateOnly To, string Why, string Before, string After, DateTime MovedAt, string MovedByName);

/// <param name="From">The day it stopped; null: today.</param>
/// <param name="Until">The last day that does not count, when it is over already.</param>
internal sealed record PauseBody(string? Reason, string? Document, DateOnly? From, DateOnly? Until);

internal sealed record ResumeBody(DateOnly? On);

/// <param name="Evidence">SHA-256 of a file recorded as evidence of the case; with <paramref name="Document"/> needed where the rule asks for written approval.</param>
internal sealed record ExtendBody(DateOnly NewDueOn, string? Reason, string? Document = null, string? Evidence = null);

internal sealed record FactBody(string? Event, DateOnly On, string? Document, DateTimeOffset? At);

internal sealed record WithdrawBody(string? Reason);

internal sealed record OrderBody(string? Requirement);

internal sealed record OrderView(Guid Id, string OrderNo, Guid DeadlineId, string CaseNo, string Title, SupervisionStatus Status);

internal static class DeadlineRoutes
{
    private const int Max = 200;

    public static void MapDeadlines(this IEndpointRouteBuilder api)
    {
        api.MapGet("/deadlines", ListAsync).WithSummary("办理时限：caseNo 案件的全部；late=true 已逾期的，久的在前；都不给则计时中的，先到期的在前");
        api.MapGet("/deadlines/moved", MovedAsync).WithSummary("最后一日变动过的时限及其原因，新的在前；cause 限定原因");
        api.MapGet("/deadlines/{id:guid}", GetAsync).WithSummary("一项时限");
        api.MapPost("/deadlines/{id:guid}/pause", PauseAsync).WithSummary("中止计时，或者补记已经结束的中止（负责人）");
        api.MapPost("/deadlines/{id:guid}/resume", ResumeAsync).WithSummary("恢复计时（负责人）");
        api.MapPost("/deadlines/{id:guid}/extend", ExtendAsync).WithSummary("批准延长（负责人）");
        api.MapPost("/deadlines/{id:guid}/facts", RecordAsync).WithSummary("补记、更正起算事实并重算（负责人）");
        api.MapPost("/deadlines/{id:guid}/withdraw", WithdrawAsync).WithSummary("撤销误登记：由“登记起止事项”误启动的时限（负责人）");
        api.MapPost("/deadlines/{id:guid}/supervision", OrderAsync).WithSummary("对逾期事项发出督办单（督办员）");
        api.MapGet("/alerts", AlertsAsync).WithSummary("我的催办、督办");
        api.MapPost("/alerts/{id:guid}/acknowledge", AcknowledgeAsync).WithSummary("知悉");
    }

    private static async Task<IReadOnlyList<DeadlineView>> ListAsync(HttpContext http, DbContext db, TimeProvider time, string? caseNo = null, bool late = false)
    {
        var deadlines = db.Set<Deadline>().AsNoTracking();
        deadlines = late ? deadlines.Late(time.Today)
            : caseNo is not null ? deadlines.Where(d => d.CaseNo == caseNo).OrderBy(d => d.OpenedOn).ThenBy(d => d.Id)
            : deadlines.Where(d => d.Status == DeadlineStatus.Open || d.Status == DeadlineStatus.Overdue).OrderBy(d => d.DueOn).ThenBy(d => d.Id);
        return await deadlines.Take(Max).Select(d => new DeadlineView(d.Id, d.CaseNo, d.Title, d.Citation, d.DueOn, d.Provisional, d.Status, d.MetOn, d.PausedOn, d.Explanation, d.DueAt)).ToListAsync(http.RequestAborted);
    }

    private static async Task<IReadOnlyList<MoveView>> MovedAsync(HttpContext http, DbContext db, MoveCause? cause = null)
        => await db.Set<DeadlineMove>().AsNoTracking().Where(m => cause == null || m.Cause == cause).OrderByDescending(m => m.MovedAt).ThenBy(m => m.Id).Take(Max)
            .Select(m => new MoveView(m.DeadlineId, m.CaseNo, m.Title, m.Cause, m.From, m.To, m.Why, m.Before, m.After, m.MovedAt, m.MovedByName)).ToListAsync(http.RequestAborted);

    private static async Task<IResult> GetAsync(Guid id, HttpContext http, DbContext db)
        => await db.Set<Deadline>().AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, http.RequestAborted) is { } deadline ? Results.Ok(View(deadline)) : Refusal.NotFound("deadlines.not-found").ToProblem();

    private static Task<IResult> PauseAsync(Guid id, PauseBody body, HttpContext http)
        => ActAsync(http, (PauseDeadlineHandler h, ChangeContext c, CancellationToken ct) => h.HandleAsync(new PauseDeadline(id, body.Reason ?? "", body.Document ?? "", body.From, body.Until), c, ct));

    private static Task<IResult> ResumeAsync(Guid id, ResumeBody body, HttpContext http)
        => ActAsync(http, (ResumeDeadlineHandler h, ChangeContext c, CancellationToken ct) => h.HandleAsync(new ResumeDeadline(id, body.On), c, ct));

    private static Task<IResult> ExtendAsync(Guid id, ExtendBody body, HttpContext http)
        => ActAsync(http, (ExtendDeadlineHandler h, ChangeContext c, CancellationToken ct) => h.HandleAsync(new ExtendDeadline(id, body.NewDueOn, body.Reason ?? "", body.Evidence, body.Document), c, ct));

    private static Task<IResult> WithdrawAsync(Guid id, WithdrawBody body, HttpContext http)
        => ActAsync(http, (WithdrawClockActHandler h, ChangeContext c, CancellationToken ct) => h.HandleAsync(new WithdrawClockAct(id, body.Reason ?? ""), c, ct));

    private static Task<IResult> RecordAsync(Guid id, FactBody body, HttpContext http)
        => ActAsync(http, (RecordDeadlineFactHandler h, ChangeContext c, CancellationToken ct) => h.HandleAsync(new RecordDeadlineFact(id, body.Event ?? "", body.On, body.Document ?? "", At: body.At?.UtcDateTime), c, ct));

    private static Task<IResult> OrderAsync(Guid id, OrderBody body, HttpContext http)
        => ApiServices.RunAsync(http, (s, change, ct) => s.GetRequiredService<StartSupervisionHandler>().HandleAsync(new OrderSupervision(id, body.Requirement ?? ""), change, ct),
            o => new OrderView(o.Id, o.OrderNo, o.DeadlineId, o.CaseNo, o.Title, o.Status));

    private static Task<IResult> ActAsync<THandler>(HttpContext http, Func<THandler, ChangeContext, CancellationToken, Task<Result<Deadline>>> act) where THandler : notnull
        => ApiServices.RunAsync(http, (s, change, ct) => act(s.GetRequiredService<THandler>(), change, ct), View);

    private static DeadlineView View(Deadline d) => new(d.Id, d.CaseNo, d.Title, d.Citation, d.DueOn, d.Provisional, d.Status, d.MetOn, d.PausedOn, d.Explanation, d.DueAt);

    private static async Task<IReadOnlyList<AlertView>> AlertsAsync(HttpContext http, DbContext db)
        => [.. (await db.Set<Alert>().AsNoTracking().OpenFor(ApiServices.Actor(http)).Take(Max).ToListAsync(http.RequestAborted)).Select(View)];

    private static Task<IResult> AcknowledgeAsync(Guid id, HttpContext http)
        => ApiServices.RunAsync(http, (s, change, ct) => s.GetRequiredService<AcknowledgeAlertHandler>().HandleAsync(new AcknowledgeAlert(id), change, ct), View);

    private static AlertView View(Alert a) => new(a.Id, a.DeadlineId, a.CaseNo, a.Rung, a.Text, a.WhyMe, a.CreatedOn, a.AcknowledgedAt);
}
