using DoubleRandom.Inspections.People;

namespace DoubleRandom.Host.Accounts;

/// <summary>Two roles that one person should not hold together, and why; a key of the texts.</summary>
public sealed record DutyConflict(string One, string Other, string Why);

/// <summary>职责分离: who draws does not supervise, who writes does not review. The handlers refuse the single act (four eyes); this is said where the roles are given.</summary>
public static class DutyConflicts
{
    private static readonly DutyConflict[] Pairs =
    [
        new(Roles.DrawOperator, Roles.Supervisor, "既抽取又监督，承诺与揭示就没有第二个人"),
        new(Roles.DrawOperator, Roles.Witness, "既抽取又见证，承诺与揭示就没有第二个人"),
        new(Roles.Supervisor, Roles.Witness, "监督人和见证人应当是两个人"),
        new(Roles.DrawOperator, Roles.Planner, "编制名单的人不主持抽取"),
        new(Roles.DrawOperator, Roles.Officer, "主持抽取的人可能抽到自己"),
        new(Roles.Supervisor, Roles.Planner, "监督人不参与被监督的工作"),
        new(Roles.Supervisor, Roles.Officer, "监督人不参与被监督的工作"),
        new(Roles.Planner, Roles.Legal, "编制清单、计划的人不作法制审核"),
        new(Roles.Planner, Roles.Publisher, "编制的人不发布"),
        new(Roles.Registrar, Roles.Legal, "编制清单、计划的人不作法制审核"),
        new(Roles.Registrar, Roles.Publisher, "编制的人不发布"),
        new(Roles.CaseOfficer, Roles.Legal, "办案的人不作法制审核（行政处罚法第五十八条）"),
        new(Roles.CaseOfficer, Roles.Director, "办案的人不审批自己办的案件"),
        new(Roles.CaseOfficer, Roles.DeputyDirector, "办案的人不审批自己办的案件"),
    ];

    /// <summary>Roles that do no business: with any other role the holder could grant, change or look away from what they do themselves.</summary>
    private static readonly (string Role, string Why)[] Apart =
    [
        (Roles.Admin, "系统管理员不办理业务"),
        (Roles.ProcessManager, "流程管理员不办理业务"),
        (Roles.Auditor, "执法监督只查看，不办理业务"),
    ];

    /// <summary>What speaks against one person holding all of them; empty: nothing.</summary>
    public static IReadOnlyList<DutyConflict> Of(IReadOnlyCollection<string> roles)
        =>
        [
            .. Pairs.Where(p => roles.Contains(p.One) && roles.Contains(p.Other)),
            .. Apart.Where(a => roles.Contains(a.Role)).SelectMany(a => roles.Where(r => r != a.Role && (Apart.All(x => x.Role != r) || string.CompareOrdinal(a.Role, r) < 0)).Select(r => new DutyConflict(a.Role, r, a.Why))),
        ];
}
