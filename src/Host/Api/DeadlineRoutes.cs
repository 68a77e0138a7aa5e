using DoubleRandom.Basics;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Deadlines;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Api;

/// <param name="Explanation">In Chinese: from which day, which days were skipped, which is the last.</param>
/// <param name="Provisional">Counted over days of a year whose holiday notice is not published.</param>
internal sealed record DeadlineView(Guid Id, string CaseNo, string Title, string Citation, DateOnly DueOn, bool Provisional, DeadlineStatus Status, DateOnly? MetOn, DateOnly? PausedOn, string Explanation);

internal sealed record AlertView(Guid Id, string CaseNo, string Text, string WhyMe, DateOnly CreatedOn, DateTime? AcknowledgedAt);

internal static class DeadlineRoutes
{
    private const int Max = 200;

    public static void MapDeadlines(this IEndpointRouteBuilder api)
    {
        api.MapGet("/deadlines", ListAsync).WithSummary("办理时限：caseNo 案件的全部；late=true 已逾期的，久的在前；都不给则计时中的，先到期的在前");
        api.MapGet("/alerts", AlertsAsync).WithSummary("我的催办、督办");
        api.MapPost("/alerts/{id:guid}/acknowledge", AcknowledgeAsync).WithSummary("知悉");
    }

    private static async Task<IReadOnlyList<DeadlineView>> ListAsync(HttpContext http, DbContext db, TimeProvider time, string? caseNo = null, bool late = false)
    {
        var deadlines = db.Set<Deadline>().AsNoTracking();
        deadlines = late ? deadlines.Late(time.Today)
            : caseNo is not null ? deadlines.Where(d => d.CaseNo == caseNo).OrderBy(d => d.OpenedOn).ThenBy(d => d.Id)
            : deadlines.Where(d => d.Status == DeadlineStatus.Open || d.Status == DeadlineStatus.Overdue).OrderBy(d => d.DueOn).ThenBy(d => d.Id);
        return await deadlines.Take(Max).Select(d => new DeadlineView(d.Id, d.CaseNo, d.Title, d.Citation, d.DueOn, d.Provisional, d.Status, d.MetOn, d.PausedOn, d.Explanation)).ToListAsync(http.RequestAborted);
    }

    private static async Task<IReadOnlyList<AlertView>> AlertsAsync(HttpContext http, DbContext db)
        => [.. (await db.Set<Alert>().AsNoTracking().OpenFor(ApiServices.Actor(http)).Take(Max).ToListAsync(http.RequestAborted)).Select(View)];

    private static Task<IResult> AcknowledgeAsync(Guid id, HttpContext http)
        => ApiServices.RunAsync(http, (s, change, ct) => s.GetRequiredService<AcknowledgeAlertHandler>().HandleAsync(new AcknowledgeAlert(id), change, ct), View);

    private static AlertView View(Alert a) => new(a.Id, a.CaseNo, a.Text, a.WhyMe, a.CreatedOn, a.AcknowledgedAt);
}
