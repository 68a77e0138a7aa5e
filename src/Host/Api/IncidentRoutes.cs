using DoubleRandom.Engine.Storage;
using DoubleRandom.Workflows.Incidents;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Api;

/// <summary>A step that is parked.</summary>
internal sealed record IncidentView(Guid Id, Guid InstanceId, string? CaseNo, string? Workflow, string ActivityId, string ActivityType, string Message, DateTime At);

/// <param name="Outcome">The way on behind the step.</param>
internal sealed record SkipBody(string? Outcome, string? Reason);

/// <param name="Value">As a person writes it: words as they are, everything else as JSON.</param>
internal sealed record ReviseBody(string? Variable, string? Value, string? Reason);

internal static class IncidentRoutes
{
    private const int PageSize = 50;

    public static void MapIncidents(this IEndpointRouteBuilder api)
    {
        api.MapGet("/incidents", ListAsync).WithSummary("未处理的异常步骤，先发生的在前，每页 50 条");
        api.MapPost("/incidents/{id:guid}/retry", RetryAsync).WithSummary("重试异常步骤");
        api.MapPost("/incidents/{id:guid}/skip", SkipAsync).WithSummary("跳过异常步骤：选定意见，写明理由");
        api.MapPost("/incidents/{id:guid}/revise", ReviseAsync).WithSummary("修改流程变量后重试异常步骤，写明理由");
    }

    private static async Task<Page<IncidentView>> ListAsync(HttpContext http, DbContext db, int page = 1)
    {
        var open = db.Set<IncidentRow>().AsNoTracking().Where(i => i.ResolvedAt == null)
            .Join(db.Set<WorkflowInstanceRow>().AsNoTracking(), i => i.InstanceId, w => w.Id, (i, w) => new { Incident = i, w.CorrelationId, w.Name });
        var rows = await open.OrderBy(r => r.Incident.At).ThenBy(r => r.Incident.Id).Skip((Math.Clamp(page, 1, 100_000) - 1) * PageSize).Take(PageSize).ToListAsync(http.RequestAborted);
        return new Page<IncidentView>(
            [.. rows.Select(r => new IncidentView(r.Incident.Id, r.Incident.InstanceId, r.CorrelationId, r.Name, r.Incident.ActivityId, r.Incident.ActivityType, r.Incident.Message, r.Incident.At))],
            await open.CountAsync(http.RequestAborted));
    }

    private static Task<IResult> RetryAsync(Guid id, HttpContext http)
        => ApiServices.RunAsync(http, (s, change, ct) => s.GetRequiredService<RetryIncidentHandler>().HandleAsync(new RetryIncident(id), change, ct), done => done);

    private static Task<IResult> SkipAsync(Guid id, SkipBody body, HttpContext http)
        => ApiServices.RunAsync(http, (s, change, ct) => s.GetRequiredService<SkipIncidentHandler>().HandleAsync(new SkipIncident(id, body.Outcome ?? ""), change, ct), done => done, body.Reason);

    private static Task<IResult> ReviseAsync(Guid id, ReviseBody body, HttpContext http)
        => ApiServices.RunAsync(http, (s, change, ct) => s.GetRequiredService<ReviseAndRetryIncidentHandler>().HandleAsync(new ReviseAndRetryIncident(id, body.Variable ?? "", body.Value ?? ""), change, ct), done => done, body.Reason);
}
