using DoubleRandom.Basics;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Host.Web;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Api;

internal sealed record CaseView(Guid Id, string InspectionNo, string CampaignNo, string InspecteeNumber, string InspecteeName, InspectionStatus Status, DateOnly PlannedOn, DateOnly? CheckedOn, string? ResultCodes);

/// <summary>A workflow of the case: the check itself, its rectification, penalty …</summary>
internal sealed record CaseInstanceView(Guid Id, string DefinitionId, int Version, Guid? ParentInstanceId, WorkflowStatus Status, WorkflowSubStatus SubStatus, int IncidentCount, DateTime CreatedAt, DateTime? FinishedAt);

internal sealed record CaseStepView(string Title, WorkItemStatus Status, DateOnly CreatedOn, DateOnly? DueOn, DateTime? CompletedAt, string? CompletedByName, string? Outcome);

internal sealed record CaseDetailView(CaseView Case, IReadOnlyList<TeamMember> Team, IReadOnlyList<CaseInstanceView> Instances, IReadOnlyList<CaseStepView> Steps);

internal sealed record CampaignView(Guid Id, string CampaignNo, string PlanNo, string Title, DateOnly PeriodFrom, DateOnly PeriodTo, CampaignStatus Status, int BaseCount, string Ratio, int SampleSize);

internal static class CaseRoutes
{
    private const int PageSize = 50;

    public static void MapCases(this IEndpointRouteBuilder api)
    {
        api.MapGet("/cases", ListAsync).WithSummary("检查案件；q 是检查编号或对象名称的一部分，status 是状态");
        api.MapGet("/cases/{number}", GetAsync).WithSummary("一户一查：检查组、流程、办理经过");
        api.MapGet("/campaigns", CampaignsAsync).WithSummary("抽查任务，新的在前");
        api.MapGet("/campaigns/{number}", CampaignAsync).WithSummary("一个抽查任务");
    }

    private static async Task<Page<CaseView>> ListAsync(HttpContext http, DbContext db, NeedToKnow needs, string? q = null, InspectionStatus? status = null, int page = 1)
    {
        var cases = await needs.KnownAsync(db.Set<InspectionCase>().AsNoTracking(), ApiServices.Actor(http), http.RequestAborted);
        if (status is { } wanted) cases = cases.Where(c => c.Status == wanted);
        if (!string.IsNullOrWhiteSpace(q)) cases = cases.Where(c => c.InspectionNo.StartsWith(q) || c.InspecteeName.Contains(q));
        var skip = (Math.Clamp(page, 1, 100_000) - 1) * PageSize;
        var rows = await cases.OrderByDescending(c => c.InspectionNo).Skip(skip).Take(PageSize).ToListAsync(http.RequestAborted);
        return new Page<CaseView>([.. rows.Select(View)], await cases.CountAsync(http.RequestAborted));
    }

    private static async Task<IResult> GetAsync(string number, HttpContext http, DbContext db)
    {
        var ct = http.RequestAborted;
        if (await Secrecy.AskAsync(http, number) is { } secret) return secret.ToProblem();
        var row = await db.Set<InspectionCase>().AsNoTracking().SingleOrDefaultAsync(c => c.InspectionNo == number, ct);
        if (row is null) return Refusal.NotFound("api.no-case", number).ToProblem();
        var instances = await db.Set<WorkflowInstanceRow>().AsNoTracking().Where(i => i.CorrelationId == number).OrderBy(i => i.CreatedAt).ThenBy(i => i.Id)
            .Select(i => new CaseInstanceView(i.Id, i.DefinitionId, i.Version, i.ParentInstanceId, i.Status, i.SubStatus, i.IncidentCount, i.CreatedAt, i.FinishedAt)).ToListAsync(ct);
        var steps = await db.Set<WorkItem>().AsNoTracking().Where(w => w.CaseNo == number).OrderBy(w => w.CreatedAt).ThenBy(w => w.Id)
            .Select(w => new CaseStepView(w.Title, w.Status, w.CreatedOn, w.DueOn, w.CompletedAt, w.CompletedByName, w.Outcome)).ToListAsync(ct);
        return Results.Ok(new CaseDetailView(View(row), row.Team, instances, steps));
    }

    private static async Task<Page<CampaignView>> CampaignsAsync(HttpContext http, DbContext db, int page = 1)
    {
        var skip = (Math.Clamp(page, 1, 100_000) - 1) * PageSize;
        var rows = await db.Set<Campaign>().AsNoTracking().OrderByDescending(c => c.CampaignNo).Skip(skip).Take(PageSize).ToListAsync(http.RequestAborted);
        return new Page<CampaignView>([.. rows.Select(View)], await db.Set<Campaign>().CountAsync(http.RequestAborted));
    }

    private static async Task<IResult> CampaignAsync(string number, HttpContext http, DbContext db)
        => await db.Set<Campaign>().AsNoTracking().SingleOrDefaultAsync(c => c.CampaignNo == number, http.RequestAborted) is { } row
            ? Results.Ok(View(row)) : Refusal.NotFound("api.no-campaign", number).ToProblem();

    private static CaseView View(InspectionCase c)
        => new(c.Id, c.InspectionNo, c.CampaignNo, c.InspecteeNumber, c.InspecteeName, c.Status, c.PlannedOn, c.CheckedOn, c.ResultCodes);

    private static CampaignView View(Campaign c)
        => new(c.Id, c.CampaignNo, c.PlanNo, c.Title, c.PeriodFrom, c.PeriodTo, c.Status, c.BaseCount, c.Ratio, c.SampleSize);
}
