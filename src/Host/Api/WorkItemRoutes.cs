using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Host.Background;
using DoubleRandom.Host.Web;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Forms;
using DoubleRandom.Workflows.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Api;

/// <summary>A line of the inbox.</summary>
internal sealed record WorkItemView(
    Guid Id, string CaseNo, string Title, string? SubjectName, string Role, WorkItemStatus Status, DateOnly CreatedOn, DateOnly? DueOn,
    string? ClaimedByName, IReadOnlyList<string> Outcomes, int Revision);

/// <summary>An item with its form made ready.</summary>
internal sealed record WorkItemFormView(WorkItemView Item, string FormKey, string FormTitle, IReadOnlyList<FormField> Fields);

/// <param name="Values">The form's values by field name.</param>
/// <param name="Revision">The revision the person saw; another one means that the page is stale.</param>
internal sealed record CompleteBody(string Outcome, JsonObject? Values, int? Revision);

internal static class WorkItemRoutes
{
    private const int PageSize = 50;

    public static void MapWorkItems(this IEndpointRouteBuilder api)
    {
        api.MapGet("/work-items", ListAsync).WithSummary("我能办理的待办，先到期的在前，每页 50 条");
        api.MapGet("/work-items/{id:guid}", GetAsync).WithSummary("待办及其表单");
        api.MapPost("/work-items/{id:guid}/complete", CompleteAsync).WithSummary("办理：选定意见，交表单");
        api.MapPost("/work-items/{id:guid}/claim", ClaimAsync).WithSummary("签收");
        api.MapPost("/work-items/{id:guid}/release", ReleaseAsync).WithSummary("退回签收");
    }

    private static async Task<Page<WorkItemView>> ListAsync(HttpContext http, DbContext db, int page = 1)
    {
        var open = db.Set<WorkItem>().AsNoTracking().OpenFor(ApiServices.Actor(http));
        var skip = (Math.Clamp(page, 1, 100_000) - 1) * PageSize;
        var rows = await open.OrderBy(i => i.DueOn == null).ThenBy(i => i.DueOn).ThenBy(i => i.CreatedAt).ThenBy(i => i.Id).Skip(skip).Take(PageSize).ToListAsync(http.RequestAborted);
        return new Page<WorkItemView>([.. rows.Select(View)], await open.CountAsync(http.RequestAborted));
    }

    private static async Task<IResult> GetAsync(Guid id, HttpContext http, DbContext db, FormCatalogue forms)
    {
        var item = await db.Set<WorkItem>().AsNoTracking().SingleOrDefaultAsync(i => i.Id == id, http.RequestAborted);
        if (item is null) return Refusal.NotFound("work-items.not-found").ToProblem();
        if (item.MayAct(ApiServices.Actor(http)) is { } refusal) return refusal.ToProblem();
        if (forms.Find(item.FormKey) is not { } form) return Refusal.Conflict("work-items.no-form", item.Title, item.FormKey).ToProblem();
        var view = await form.Prepare(item, http.RequestServices, http.RequestAborted);
        return Results.Ok(new WorkItemFormView(View(item), form.Key, form.Title, view.Fields));
    }

    private static async Task<IResult> CompleteAsync(Guid id, CompleteBody body, HttpContext http, DutyRunner duties)
    {
        var command = new CompleteWorkItem(id, body.Outcome ?? "", body.Values ?? [], body.Revision);
        var answer = await ApiServices.RunAsync(http, (s, change, ct) => s.GetRequiredService<CompleteWorkItemHandler>().HandleAsync(command, change, ct), done => done);
        // What follows in other instances happens before the answer, so that a list read next shows it. It is committed either way.
        await duties.RunAsync(Duties.Deliveries, http.RequestAborted);
        return answer;
    }

    private static Task<IResult> ClaimAsync(Guid id, HttpContext http)
        => ApiServices.RunAsync(http, (s, change, ct) => s.GetRequiredService<ClaimWorkItemHandler>().HandleAsync(new ClaimWorkItem(id), change, ct), View);

    private static Task<IResult> ReleaseAsync(Guid id, HttpContext http)
        => ApiServices.RunAsync(http, (s, change, ct) => s.GetRequiredService<ReleaseWorkItemHandler>().HandleAsync(new ReleaseWorkItem(id), change, ct), View);

    private static WorkItemView View(WorkItem i)
        => new(i.Id, i.CaseNo, i.Title, i.SubjectName, i.Role, i.Status, i.CreatedOn, i.DueOn, i.ClaimedByName, i.Outcomes, i.Revision);
}

/// <param name="Total">All there are, on every page.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, int Total);
