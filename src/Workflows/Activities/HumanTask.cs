using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Engine.Execution;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.WorkItems;
using DoubleRandom.Workflows.Deadlines;
using DoubleRandom.Workflows.Subjects;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DoubleRandom.Workflows.Activities;

/// <summary>
/// 人工办理: makes a work item for a role (or for named persons of it) and waits; completes with the outcome the person chose.
/// Output <c>Result</c>: what the form's act gave back.
/// </summary>
public class HumanTask : ActivityBody
{
    public static ActivityDescriptor Descriptor { get; } = new("Inspection.HumanTask", "办理", "人工办理", "交给有相应角色的人员办理，按办理意见继续",
        [
            new("Title", "待办名称"),
            new("Role", "角色", UiHint: "dropdown", OptionsFrom: "roles", OptionsBy: "Form"),
            new("Form", "表单", UiHint: "dropdown", OptionsFrom: "forms"),
            new("Outcomes", "办理意见", "Object", "dynamic-outcomes"),
            new("SubjectId", "办理对象", UiHint: "expression-editor"),
            new("Assignees", "指定人员", "Object", "expression-editor", "执法人员或专家编号的清单；不填则由该角色的任何人办理"),
            new("Data", "传给表单", "Object", "json-editor"),
            new("Deadline", "办理时限", UiHint: "dropdown", OptionsFrom: "deadline-rules"),
            new("Signing", "会签方式", UiHint: "dropdown", Description: "办理前先请人签署；签齐才能办理，签署未通过的不能办理第一项意见", OptionsFrom: "sign-rules"),
            new("SigningRole", "会签角色", UiHint: "dropdown", Description: "由担任该角色的在岗人员签署；须回避、请假的除外", OptionsFrom: "roles"),
            new("SigningShare", "票签比例", Description: "票签时填 1 至 100：同意的达到百分之几才通过"),
        ],
        [new("Result", "办理结果"), new("Outcome", "办理意见", "String")]);

    public override async ValueTask RunAsync(ActivityRun run) => await OpenAsync(run, Guid.TryParse(run.Text("SubjectId"), out var subject) ? subject : null);

    /// <summary>Makes the work item about the subject and waits for it.</summary>
    protected static async Task OpenAsync(ActivityRun run, Guid? subject)
    {
        var db = run.Services.GetRequiredService<DbContext>();
        var item = new WorkItem
        {
            Id = Ids.New(run.Change),
            InstanceId = run.InstanceId,
            RootInstanceId = run.RootInstanceId,
            CaseNo = WorkItem.CaseNoOf(run.CorrelationId, run.InstanceId),
            SubjectId = subject,
            NodeId = run.NodeId,
            ActivityId = run.ActivityId,
            Title = run.Text("Title") ?? run.DisplayText,
            FormKey = run.Text("Form") ?? throw new InvalidOperationException($"步骤“{run.DisplayText}”没有选表单，请在流程图中补上。"),
            Role = run.Text("Role") ?? throw new InvalidOperationException($"步骤“{run.DisplayText}”没有选角色，请在流程图中补上。"),
            OutcomesJson = (run.Input("Outcomes") ?? throw new InvalidOperationException($"步骤“{run.DisplayText}”没有办理意见，请在流程图中补上。")).ToJsonString(),
            Assignees = run.Input("Assignees") is JsonArray people ? WorkItem.JoinAssignees(people.Select(p => p!.GetValue<string>())) : null,
            DataJson = run.Input("Data")?.ToJsonString() ?? "{}",
            CreatedAt = run.Change.At,
            CreatedOn = run.Change.On,
        };
        // The team a running workflow was told may have changed by a substitution since.
        if (item.Assignees is not null) item.Assignees = WorkItem.JoinAssignees(await SeatSuccessors.OfAsync(db, item.CaseNo, item.AssigneeNumbers, run.CancellationToken));
        var about = item.SubjectId is { } id ? await run.Services.GetRequiredService<SubjectFinder>().FindAsync(id, run.CancellationToken) : null;
        item.SubjectName = about?.Name;
        var addressed = item is { Assignees: null, Role: Roles.SectionHead } ? about?.Section : null;
        if (addressed is not null) await AddressAsync(run, item, addressed);
        // Before anything is kept: with nobody to sign the step is an incident and leaves no work item.
        if (Enum.TryParse<SignRule>(run.Text("Signing"), out var signing) && signing is not SignRule.None) await AskAsync(run, item, signing);
        foreach (var deadline in run.Text("Deadline") is { Length: > 0 } rule ? await db.RunningAsync(rule, run.InstanceId, run.ParentInstanceId, run.CancellationToken) : [])
        {
            // Of several the first to end stands on the item.
            if (item.DeadlineId is null) (item.DeadlineId, item.DueOn) = (deadline.Id, deadline.DueOn);
            // The clock belongs to whoever has the matter in hand: reminders go there.
            (deadline.OwnerRole, deadline.OwnerNumbers, deadline.WorkItemId, deadline.OwnerId, deadline.OwnerName) = (item.Role, item.Assignees, item.Id, item.ClaimedById, item.ClaimedByName);
            if (addressed is not null) deadline.Section = addressed;
            if (item.Assignees is { } numbers && await OwnerSection.OfAsync(db, numbers.Split(';', StringSplitOptions.RemoveEmptyEntries), run.CancellationToken) is { } section) deadline.Section = section;
            deadline.Revision++;
        }
        item.BookmarkId = run.CreateBookmark(new JsonObject { ["WorkItemId"] = item.Id.ToString() }, Descriptor.TypeName).Id;
        run.Services.GetRequiredService<INewRows>().Add(item);
        db.Seat(item);
    }

    /// <summary>What is addressed to a section is its head's and no other's, who may give it on; with several heads, none, or one who is away it lies with the group.</summary>
    private static async Task AddressAsync(ActivityRun run, WorkItem item, string section)
    {
        var people = run.Services.GetRequiredService<WorkItemPeople>();
        if (people.Staff.All.Where(p => p.Is(item.Role) && p.Section == section).ToList() is [var head] && await people.IsAbsentAsync(head, run.Change.On, run.CancellationToken) is null)
            (item.ClaimedById, item.ClaimedByName) = (head.Id, head.Name);
    }

    /// <summary>Asks those who sign before the item can be done.</summary>
    private static async Task AskAsync(ActivityRun run, WorkItem item, SignRule rule)
    {
        _ = int.TryParse(run.Text("SigningShare"), out var share);
        var asked = await run.Services.GetRequiredService<WorkItemPeople>().AskRoleAsync(run.Services.GetRequiredService<DbContext>(), item, rule, share, run.Text("SigningRole") ?? "", run.Change, run.CancellationToken);
        if (asked.Refusal is { } refusal) throw new RefusedException(refusal);
        run.Journal("Signing", string.Join('、', asked.Value));
    }

    public override ValueTask ResumeAsync(ActivityRun run, JsonObject? input)
    {
        run.Complete(Decided(run, input));
        return ValueTask.CompletedTask;
    }

    /// <summary>What the person chose, written down.</summary>
    protected static string Decided(ActivityRun run, JsonObject? input)
    {
        var outcome = input?["outcome"]?.GetValue<string>() ?? throw new InvalidOperationException("A human step is resumed with an outcome.");
        run.SetOutput("Result", input["result"]?.DeepClone());
        run.SetOutput("Outcome", outcome);
        run.Journal("Decided", $"{run.Change.By.Name}：{outcome}");
        return outcome;
    }
}
