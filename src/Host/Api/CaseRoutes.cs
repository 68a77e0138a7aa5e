using DoubleRandom.Basics;
using DoubleRandom.Engine.Storage;
using DoubleRandom.Host.Web;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Api;

internal sealed record CaseView(Guid Id, string InspectionNo, string CampaignNo, string InspecteeNumber, string InspecteeName, InspectionStatus Status, DateOnly PlannedOn, DateOnly? CheckedOn, string? ResultCodes);

/// <summary>A workflow of the case: the check itself, its rectification, penalty …</summary>
internal sealed record CaseInstanceView(Guid Id, string DefinitionId, int Version, Guid? ParentInstanceId, WorkflowStatus Status, WorkflowSubStatus SubStatus, int IncidentCount, DateTime CreatedAt, DateTime? FinishedAt);

internal sealed record CaseStepView(string Title, WorkItemStatus Status, DateOnly CreatedOn, DateOnly? DueOn, DateTime? CompletedAt, string? CompletedByName, string? Outcome);

internal sealed record CaseDetailView(CaseView Case, IReadOnlyList<TeamMember> Team, IReadOnlyList<CaseInstanceView> Instances, IReadOnlyList<CaseStepView> Steps);

internal sealed record CampaignView(Guid Id, string CampaignNo, string PlanNo, string Title, DateOnly PeriodFrom, DateOnly PeriodTo, CampaignStatus Status, int BaseCount, string Ratio, int SampleSize);

/// <param name="FromOn">First day of an absence; for 改期 the new date.</param>
/// <param name="ToOn">Last day of an absence, inclusive; null: the period's last.</param>
internal sealed record RosterRequestBody(RosterRequestKind Kind, string? PersonNumber, string? InspecteeNumber, DateOnly? FromOn, DateOnly? ToOn, string? Reason, string? Proof);

/// <param name="Opinion">Needed when it is not granted.</param>
internal sealed record RosterDecisionBody(bool Grant, string? Opinion);

/// <param name="ToOn">The new last day of visits, inclusive.</param>
internal sealed record ExtensionBody(DateOnly ToOn, string? Reason);

/// <param name="FromOn">The last day as it was.</param>
/// <param name="Granted">Null: not decided.</param>
internal sealed record ExtensionView(int Sequence, DateOnly FromOn, DateOnly ToOn, string Reason, string AskedByName, bool? Granted, string? DecidedByName, string? Opinion);

/// <param name="Granted">Null: not decided.</param>
/// <param name="Effect">What followed, in one Chinese sentence.</param>
internal sealed record RosterRequestView(
    int Sequence, RosterRequestKind Kind, string? PersonNumber, string? InspecteeNumber, DateOnly? FromOn, DateOnly? ToOn, string Reason, string? Proof, string FiledByName, bool? Granted, string? DecidedByName, string? Opinion, string? Effect);

/// <param name="Act">Key of an act as <c>GET /cases/{number}/acts</c> lists it.</param>
/// <param name="On">The day of the act.</param>
/// <param name="Document">Number or title of the paper that shows it.</param>
/// <param name="DeadlineId">Which clock it ends, when several run.</param>
/// <param name="At">The moment, with its offset; needed by periods of hours.</param>
/// <param name="EvidenceSha256">A file that is evidence of the case already.</param>
internal sealed record ActBody(string? Act, DateOnly On, string? Document, Guid? SubjectId, Guid? DeadlineId, string? EvidenceSha256, DateTimeOffset? At);

/// <param name="Opens">Keys of the rules whose clocks it starts.</param>
/// <param name="DeadlineId">The clock it would end; null: it only starts one.</param>
internal sealed record PossibleActView(string Act, string Name, Guid SubjectId, string SubjectName, IReadOnlyList<string> Opens, Guid? DeadlineId, string? Deadline, DateOnly? DueOn);

internal sealed record RecordedActView(string Act, Guid? EndedDeadlineId, Guid? StartedDeadlineId, DateOnly? DueOn);

internal static class CaseRoutes
{
    private const int PageSize = 50;

    public static void MapCases(this IEndpointRouteBuilder api)
    {
        api.MapGet("/cases", ListAsync).WithSummary("检查案件；q 是检查编号或对象名称的一部分，status 是状态");
        api.MapGet("/cases/{number}", GetAsync).WithSummary("一户一查：检查组、流程、办理经过");
        api.MapGet("/cases/{number}/acts", ActsAsync).WithSummary("本案现在可以登记的起止事项：起算的规则、办结的时限、证明文书");
        api.MapPost("/cases/{number}/acts", RecordActAsync).WithSummary("登记起止事项（先行登记保存、查封扣押、催告、移送公安 …）：时限随之起算或者办结");
        api.MapGet("/campaigns", CampaignsAsync).WithSummary("抽查任务，新的在前");
        api.MapGet("/campaigns/{number}", CampaignAsync).WithSummary("一个抽查任务");
        api.MapGet("/campaigns/{number}/requests", RequestsAsync).WithSummary("回避、不能参加与递补的申报和决定");
        api.MapPost("/campaigns/{number}/requests", FileRequestAsync).WithSummary("申报回避、不能参加；名单锁定后也可以，须有证明材料（抽取员）");
        api.MapGet("/campaigns/{number}/extensions", ExtensionsAsync).WithSummary("任务期限的延长申请和决定");
        api.MapPost("/campaigns/{number}/extensions", AskExtensionAsync).WithSummary("申请延长任务期限，在计划行的时间安排以内（计划员、科室负责人）");
        api.MapPost("/campaigns/{number}/extensions/{sequence:int}/decision", DecideExtensionAsync).WithSummary("决定延长申请，申请人自己不能决定（局领导）");
        api.MapPost("/campaigns/{number}/requests/{sequence:int}/decision", DecideRequestAsync).WithSummary("名单锁定后决定一项申报；同意的，由抽取顺序中下一位可以参加的人递补（局领导）");
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

    private static async Task<IResult> ActsAsync(string number, HttpContext http, DbContext db, TimeProvider time, RecordClockActHandler handler)
    {
        if (await Secrecy.AskAsync(http, number) is { } secret) return secret.ToProblem();
        if (await db.Set<InspectionCase>().AsNoTracking().SingleOrDefaultAsync(c => c.InspectionNo == number, http.RequestAborted) is not { } inspection) return Refusal.NotFound("api.no-case", number).ToProblem();
        var actor = ApiServices.Actor(http);
        return Results.Ok((await handler.PossibleAsync(inspection, time.Today, http.RequestAborted)).Where(p => p.Act.By.Any(actor.Is))
            .Select(p => new PossibleActView(p.Act.Key, p.Act.Name, p.Subject.Id, p.Subject.Name, p.Act.Opens, p.Ends?.Id, p.Ends?.Title, p.Ends?.DueOn)));
    }

    private static async Task<IResult> RecordActAsync(string number, ActBody body, HttpContext http, DbContext db)
    {
        if (await Secrecy.AskAsync(http, number) is { } secret) return secret.ToProblem();
        var id = await db.Set<InspectionCase>().Where(c => c.InspectionNo == number).Select(c => (Guid?)c.Id).SingleOrDefaultAsync(http.RequestAborted);
        if (id is not { } caseId) return Refusal.NotFound("api.no-case", number).ToProblem();
        return await ApiServices.RunAsync(http,
            (s, change, ct) => s.GetRequiredService<RecordClockActHandler>().HandleAsync(new RecordClockAct(caseId, body.Act ?? "", body.On, body.Document ?? "", body.SubjectId, body.DeadlineId, body.EvidenceSha256, body.At?.UtcDateTime), change, ct),
            r => new RecordedActView(r.Act, r.Ended?.Id, r.Started?.Id, r.Started?.DueOn));
    }

    private static async Task<IResult> RequestsAsync(string number, HttpContext http, DbContext db)
    {
        if (await Secrecy.AskAsync(http, number) is { } secret) return secret.ToProblem();
        if (await CampaignIdAsync(number, http, db) is not { } id) return Refusal.NotFound("campaigns.not-found").ToProblem();
        return Results.Ok((await db.Set<RosterRequest>().AsNoTracking().Where(r => r.CampaignId == id).OrderBy(r => r.Sequence).ToListAsync(http.RequestAborted)).ConvertAll(View));
    }

    private static async Task<IResult> FileRequestAsync(string number, RosterRequestBody body, HttpContext http, DbContext db)
    {
        if (await CampaignIdAsync(number, http, db) is not { } id) return Refusal.NotFound("campaigns.not-found").ToProblem();
        var line = new RosterRequestLine(body.Kind, body.PersonNumber, body.InspecteeNumber, body.FromOn, body.ToOn, body.Reason?.Trim() ?? "", body.Proof?.Trim());
        return await ApiServices.RunAsync(http, (s, change, ct) => s.GetRequiredService<FileRosterRequestsHandler>().HandleAsync(new FileRosterRequests(id, [line]), change, ct), rows => View(rows[0]));
    }

    private static async Task<IResult> DecideRequestAsync(string number, int sequence, RosterDecisionBody body, HttpContext http, DbContext db)
    {
        if (await CampaignIdAsync(number, http, db) is not { } id) return Refusal.NotFound("campaigns.not-found").ToProblem();
        return await ApiServices.RunAsync(http, (s, change, ct) => s.GetRequiredService<DecideRosterRequestsHandler>().HandleAsync(new DecideRosterRequests(id, [new RosterDecision(sequence, body.Grant, body.Opinion?.Trim())]), change, ct),
            rows => rows.Where(r => r.Sequence == sequence).Select(View).FirstOrDefault());
    }

    private static async Task<IResult> ExtensionsAsync(string number, HttpContext http, DbContext db)
        => await CampaignIdAsync(number, http, db) is { } id ? Results.Ok((await CampaignExtension.OfAsync(db, id, http.RequestAborted)).ConvertAll(View)) : Refusal.NotFound("campaigns.not-found").ToProblem();

    private static async Task<IResult> AskExtensionAsync(string number, ExtensionBody body, HttpContext http, DbContext db)
    {
        if (await CampaignIdAsync(number, http, db) is not { } id) return Refusal.NotFound("campaigns.not-found").ToProblem();
        return await ApiServices.RunAsync(http, (s, change, ct) => s.GetRequiredService<ExtendCampaignHandler>().HandleAsync(new AskExtension(id, body.ToOn, body.Reason ?? ""), change, ct), View);
    }

    private static async Task<IResult> DecideExtensionAsync(string number, int sequence, RosterDecisionBody body, HttpContext http, DbContext db)
    {
        if (await CampaignIdAsync(number, http, db) is not { } id) return Refusal.NotFound("campaigns.not-found").ToProblem();
        return await ApiServices.RunAsync(http, (s, change, ct) => s.GetRequiredService<ExtendCampaignHandler>().HandleAsync(new DecideExtension(id, sequence, body.Grant, body.Opinion), change, ct), View);
    }

    private static ExtensionView View(CampaignExtension e) => new(e.Sequence, e.FromOn, e.ToOn, e.Reason, e.AskedByName, e.Granted, e.DecidedByName, e.Opinion);

    private static async Task<Guid?> CampaignIdAsync(string number, HttpContext http, DbContext db)
        => await db.Set<Campaign>().Where(c => c.CampaignNo == number).Select(c => (Guid?)c.Id).SingleOrDefaultAsync(http.RequestAborted);

    private static RosterRequestView View(RosterRequest r)
        => new(r.Sequence, r.Kind, r.PersonNumber, r.InspecteeNumber, r.FromOn, r.ToOn, r.Reason, r.Proof, r.FiledByName, r.Granted, r.DecidedByName, r.Opinion, r.Effect);

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
