using DoubleRandom.Basics;
using DoubleRandom.Inspections.People;

namespace DoubleRandom.Host.Pages.Parts;

/// <param name="Root">Everything below it belongs to the place.</param>
public sealed record Place(string Name, string Url, string Root);

/// <summary>Where a person may go. What is shown here is what the role works with; what may be done is decided by the handlers.</summary>
internal static class Places
{
    private static readonly Place Inbox = new("待办", "/inbox", "/inbox");

    private static readonly (Place Place, string[] Roles)[] All =
    [
        (new Place("案件", "/cases", "/cases"), []),
        (new Place("抽查任务", "/campaigns", "/campaigns"), []),
        (new Place("年度计划", "/plans", "/plans"), []),
        (new Place("期限日历", "/deadlines/month", "/deadlines/month"), []),
        (new Place("时限督办", "/escalation", "/escalation"), []),
        (new Place("名录库", "/registers", "/registers"), []),
        (new Place("账号", "/accounts", "/accounts"), [Roles.Admin, Roles.Auditor]),
        (new Place("流程设计", "/studio", "/studio"), [Roles.Planner, Roles.SectionHead, Roles.DeputyDirector, Roles.Director, Roles.Legal, Roles.Auditor, Roles.Admin, Roles.ProcessManager]),
        (new Place("发起流程", "/workflows/start", "/workflows/start"), [Roles.Planner, Roles.SectionHead]),
        (new Place("流程发布", "/workflows/publishing", "/workflows/publishing"), [Roles.ProcessManager, Roles.Legal, Roles.Director]),
        (new Place("流程迁移", "/workflows/migration", "/workflows/migration"), [Roles.ProcessManager, Roles.DeputyDirector, Roles.Director]),
    ];

    public static IEnumerable<Place> For(Actor actor)
        => [Inbox, .. Roles.IsOutside(actor.Roles) ? [] : All.Where(p => p.Roles.Length == 0 || actor.IsAny(p.Roles)).Select(p => p.Place)];
}
