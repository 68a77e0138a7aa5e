using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Host.Background;
using DoubleRandom.Host.Pages.Inbox;
using DoubleRandom.Host.Web;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Forms;
using DoubleRandom.Workflows.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Api;

/// <summary>A line of the inbox.</summary>
internal sealed record WorkItemView(
    Guid Id, string CaseNo, string Title, string? SubjectName, string Role, WorkItemStatus Status, DateOnly CreatedOn, DateOnly? DueOn,
    string? ClaimedByName, string? DelegatedByName, DateTime? SuspendedAt, IReadOnlyList<string> Outcomes, int Revision);

/// <summary>An item with its form made ready.</summary>
internal sealed record WorkItemFormView(WorkItemView Item, string FormKey, string FormTitle, IReadOnlyList<FormField> Fields);

/// <param name="Values">The form's values by field name.</param>
/// <param name="Revision">The revision the person saw; another one means that the page is stale.</param>
internal sealed record CompleteBody(string Outcome, JsonObject? Values, int? Revision);

/// <summary>What a verb needs; each takes of it what it knows.</summary>
/// <param name="To">转办、委派、减签: the person.</param>
/// <param name="People">加签、抄送: the persons.</param>
/// <param name="Rule">加签: All (会签), Any (或签), Share (票签).</param>
/// <param name="Share">票签: of a hundred.</param>
/// <param name="Agrees">签署.</param>
/// <param name="Document">挂起: the document on which the deadline is stopped too.</param>
/// <param name="PauseReason">挂起: for which of the law's reasons it is stopped.</param>
/// <param name="ToStep">退回: the step, from <c>GET …/back-targets</c>.</param>
/// <param name="ComesBack">退回: done again, it comes straight back.</param>
internal sealed record VerbBody(
    string? Opinion = null, int? Revision = null, Guid? To = null, IReadOnlyList<Guid>? People = null, SignRule Rule = SignRule.All, int Share = 0, bool Agrees = true, string? Document = null,
    string? ToStep = null, bool ComesBack = true, string? PauseReason = null);

internal sealed record BulkBody(BulkVerb Verb, IReadOnlyList<BulkItem> Items, Guid? To, string? Opinion);

internal sealed record SubstitutionBody(Guid? Principal, Guid Substitute, DateOnly From, DateOnly To, string Reason, string? Role, string? Kind);

internal static class WorkItemRoutes
{
    private const int PageSize = 50;

    public static void MapWorkItems(this IEndpointRouteBuilder api)
    {
        api.MapGet("/work-items", ListAsync).WithSummary("待办：tab 为 mine、group、started、delegated、copied、done，都不给则我能办理的（我的和本组的）；先到期的在前，每页 50 条，after 取自上一页的 next");
        api.MapGet("/work-items/{id:guid}", GetAsync).WithSummary("待办及其表单");
        api.MapPost("/work-items/{id:guid}/complete", CompleteAsync).WithSummary("办理：选定意见，交表单");
        api.MapPost("/work-items/bulk", BulkAsync).WithSummary("批量签收、放回、转办：逐件办理，逐件答复");
        Map<ClaimWorkItemHandler>(api, "claim", "签收", (h, id, b, c, ct) => h.HandleAsync(new ClaimWorkItem(id, b.Revision), c, ct));
        Map<ReleaseWorkItemHandler>(api, "release", "放回本组", (h, id, b, c, ct) => h.HandleAsync(new ReleaseWorkItem(id, b.Revision, b.Opinion), c, ct));
        Map<TransferWorkItemHandler>(api, "transfer", "转办给同角色的人员", (h, id, b, c, ct) => h.HandleAsync(new TransferWorkItem(id, b.To ?? Guid.Empty, b.Opinion ?? "", b.Revision), c, ct));
        Map<DelegateWorkItemHandler>(api, "delegate", "委派：请人提意见，交回后由委派人决定", (h, id, b, c, ct) => h.HandleAsync(new DelegateWorkItem(id, b.To ?? Guid.Empty, b.Opinion ?? "", b.Revision), c, ct));
        Map<ReturnDelegatedHandler>(api, "return", "交回委派，附意见", (h, id, b, c, ct) => h.HandleAsync(new ReturnDelegated(id, b.Opinion ?? "", b.Revision), c, ct));
        Map<RecallDelegatedHandler>(api, "recall", "收回委派", (h, id, b, c, ct) => h.HandleAsync(new RecallDelegated(id, b.Opinion, b.Revision), c, ct));
        Map<AddSignersHandler>(api, "signers", "加签：会签、或签、票签", (h, id, b, c, ct) => h.HandleAsync(new AddSigners(id, b.People ?? [], b.Rule, b.Share, b.Opinion ?? "", b.Revision), c, ct));
        Map<RemoveSignerHandler>(api, "signers/remove", "减签", (h, id, b, c, ct) => h.HandleAsync(new RemoveSigner(id, b.To ?? Guid.Empty, b.Opinion ?? "", b.Revision), c, ct));
        Map<SignWorkItemHandler>(api, "sign", "签署同意或不同意", (h, id, b, c, ct) => h.HandleAsync(new SignWorkItem(id, b.Agrees, b.Opinion ?? "", b.Revision), c, ct));
        Map<SuspendWorkItemHandler>(api, "suspend", "挂起", (h, id, b, c, ct) => h.HandleAsync(new SuspendWorkItem(id, b.Opinion ?? "", b.Document, b.Revision, b.PauseReason), c, ct));
        Map<ResumeWorkItemHandler>(api, "resume", "恢复", (h, id, b, c, ct) => h.HandleAsync(new ResumeWorkItem(id, b.Opinion, b.Revision), c, ct));
        Map<UrgeWorkItemHandler>(api, "urge", "催办", (h, id, b, c, ct) => h.HandleAsync(new UrgeWorkItem(id, b.Opinion), c, ct));
        Map<CopyWorkItemHandler>(api, "copy", "抄送", (h, id, b, c, ct) => h.HandleAsync(new CopyWorkItem(id, b.People ?? [], b.Opinion), c, ct));
        api.MapGet("/work-items/{id:guid}/back-targets", BackTargetsAsync).WithSummary("可以退回到的步骤，最近的在前");
        api.MapPost("/work-items/{id:guid}/send-back", SendBackAsync).WithSummary("退回到前面的步骤");
        api.MapPost("/work-items/{id:guid}/take-back", TakeBackAsync).WithSummary("撤回自己刚办理的步骤");
        api.MapPost("/work-items/{id:guid}/terminate", TerminateAsync).WithSummary("终止本单位自行设计的流程");
        api.MapPost("/substitutions", SubstituteAsync).WithSummary("指定代理人；principal 不给则为本人");
        api.MapPost("/substitutions/{id:guid}/end", EndSubstitutionAsync).WithSummary("结束代理");
    }

    private static void Map<THandler>(IEndpointRouteBuilder api, string path, string summary, Func<THandler, Guid, VerbBody, ChangeContext, CancellationToken, Task<Result<WorkItem>>> act) where THandler : notnull
        => api.MapPost($"/work-items/{{id:guid}}/{path}", (Guid id, VerbBody? body, HttpContext http)
            => ApiServices.RunAsync(http, (s, change, ct) => act(s.GetRequiredService<THandler>(), id, body ?? new VerbBody(), change, ct), View)).WithSummary(summary);

    private static async Task<IResult> ListAsync(HttpContext http, DbContext db, InboxQueries inbox, string? tab = null, string? q = null, string? kind = null, string? campaign = null, string? after = null, int page = 1)
    {
        var actor = ApiServices.Actor(http);
        var ct = http.RequestAborted;
        var question = new InboxQuestion(InboxAddress.TabOf(tab) ?? InboxTab.Mine, InboxAddress.Clean(q), InboxAddress.Clean(kind), after, InboxAddress.Clean(campaign));
        IReadOnlyList<Guid> ids;
        string? next = null;
        int total;
        if (tab is null)
        {
            // Both lists at once, for programs that do what there is to do.
            var all = new List<Guid>();
            foreach (var one in (InboxTab[])[InboxTab.Mine, InboxTab.Group]) all.AddRange((await inbox.IdsAsync(actor, question with { Tab = one, After = null }, Math.Clamp(page, 1, 200) * PageSize, ct)).Ids);
            ids = [.. all.Skip((Math.Clamp(page, 1, 200) - 1) * PageSize).Take(PageSize)];
            total = await inbox.CountOpenAsync(actor, ct);
        }
        else
        {
            (ids, next) = await inbox.IdsAsync(actor, question, PageSize, ct);
            total = (await inbox.ReadAsync(actor, question, ct)).Counts[question.Tab];
        }
        var rows = await db.Set<WorkItem>().AsNoTracking().Where(i => ids.Contains(i.Id)).ToDictionaryAsync(i => i.Id, ct);
        return Results.Ok(new Page<WorkItemView>([.. ids.Where(rows.ContainsKey).Select(i => View(rows[i]))], total, next));
    }

    private static async Task<IResult> GetAsync(Guid id, HttpContext http, DbContext db, FormCatalogue forms, WorkItemPeople people)
    {
        var item = await db.Set<WorkItem>().AsNoTracking().SingleOrDefaultAsync(i => i.Id == id, http.RequestAborted);
        if (item is null) return Refusal.NotFound("work-items.not-found").ToProblem();
        if ((await people.CapacityAsync(item, ApiServices.Change(http), http.RequestAborted)).Refusal is { } refusal) return refusal.ToProblem();
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

    private static async Task<IResult> BulkAsync(BulkBody body, HttpContext http, BulkDesk bulk)
    {
        var answer = await bulk.RunAsync(new BulkAct(body.Verb, body.Items ?? [], body.To, body.Opinion), ApiServices.Change(http), http.RequestAborted);
        return answer.Refusal is { } refusal ? refusal.ToProblem() : Results.Ok(answer.Value);
    }

    private static async Task<IResult> BackTargetsAsync(Guid id, HttpContext http, DbContext db, BackDesk back, WorkItemPeople people)
    {
        if (await db.Set<WorkItem>().AsNoTracking().SingleOrDefaultAsync(i => i.Id == id, http.RequestAborted) is not { } item) return Refusal.NotFound("work-items.not-found").ToProblem();
        if ((await people.CapacityAsync(item, ApiServices.Change(http), http.RequestAborted)).Refusal is { } refusal) return refusal.ToProblem();
        return Results.Ok(await back.TargetsAsync(item, http.RequestAborted));
    }

    private static async Task<IResult> SendBackAsync(Guid id, VerbBody body, HttpContext http, BackRehearsal back)
        => Answer(await back.SendBackAsync(new SendBackWorkItem(id, body.ToStep ?? "", body.ComesBack, body.Opinion ?? "", body.Revision), ApiServices.Change(http), http.RequestAborted));

    private static async Task<IResult> TakeBackAsync(Guid id, VerbBody body, HttpContext http, BackRehearsal back)
        => Answer(await back.TakeBackAsync(new TakeBackWorkItem(id, body.Opinion ?? ""), ApiServices.Change(http), http.RequestAborted));

    private static async Task<IResult> TerminateAsync(Guid id, VerbBody body, HttpContext http, DutyRunner duties)
    {
        var answer = await ApiServices.RunAsync(http, (s, change, ct) => s.GetRequiredService<TerminateCaseHandler>().HandleAsync(new TerminateCase(id, body.Opinion ?? "", body.Revision), change, ct), done => done);
        await duties.RunAsync(Duties.Deliveries, http.RequestAborted);
        return answer;
    }

    private static Task<IResult> SubstituteAsync(SubstitutionBody body, HttpContext http)
        => ApiServices.RunAsync(http, (s, change, ct) => s.GetRequiredService<AddSubstitutionHandler>().HandleAsync(
            new AddSubstitution(body.Principal ?? change.By.Id, body.Substitute, body.From, body.To, body.Reason ?? "", body.Role, body.Kind), change, ct), row => row);

    private static Task<IResult> EndSubstitutionAsync(Guid id, HttpContext http)
        => ApiServices.RunAsync(http, (s, change, ct) => s.GetRequiredService<EndSubstitutionHandler>().HandleAsync(new EndSubstitution(id), change, ct), row => row);

    private static IResult Answer<T>(Result<T> result) where T : notnull => result.Refusal is { } refusal ? refusal.ToProblem() : Results.Ok(result.Value);

    private static WorkItemView View(WorkItem i)
        => new(i.Id, i.CaseNo, i.Title, i.SubjectName, i.Role, i.Status, i.CreatedOn, i.DueOn, i.ClaimedByName, i.DelegatedByName, i.SuspendedAt, i.Outcomes, i.Revision);
}

/// <param name="Total">All there are, on every page.</param>
/// <param name="Next">Where the next page begins; null on the last, and in lists read by page number.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, int Total, string? Next = null);
