using System.Text.Json.Nodes;
using DoubleRandom.Engine.Activities;
using DoubleRandom.Inspections.People;
using DoubleRandom.Workflows.Campaigns;
using DoubleRandom.Workflows.Forms;

namespace DoubleRandom.Workflows.Activities;

/// <summary>
/// The steps of the law that a person does, ready in the toolbox: a human task with its form, role and opinions filled in. What the act may do
/// and who may do it is decided by the form's handler (law 8); the step may be renamed and wired, not widened.
/// </summary>
public static class HumanSteps
{
    private static readonly Dictionary<string, (string Category, string Name, string Description, string Role, string Form)> Steps = new(StringComparer.Ordinal)
    {
        ["Inspection.OpenSpecialCheck"] = ("检查", "立专项检查", "登记投诉举报、转办交办等线索，为一户立专项检查案件；不随机抽取、不预先公告", Roles.Planner, "special.open"),
        ["Inspection.ApproveCheck"] = ("检查", "审批行政检查", "行政机关负责人批准后才能上门", Roles.Director, "case.approve"),
        ["Inspection.SitePlan"] = ("检查", "制定现场检查方案", "时间、范围、重点、分工和检查项", Roles.DeputyDirector, "case.site-plan"),
        ["Inspection.CheckIn"] = ("检查", "到场登记", "两名以上持证人员到场、出示证件、告知后才能检查", Roles.Officer, "visit.check-in"),
        ["Inspection.Checklist"] = ("检查", "逐项检查", "逐项记录结果和证据", Roles.Officer, "visit.checklist"),
        ["Inspection.ConfirmFindings"] = ("检查", "核对问题", "执法人员核对问题汇总", Roles.Officer, "finding.officer-confirm"),
        ["Inspection.EnterResult"] = ("检查", "录入检查结果", "录入结果代码，交公示", Roles.Officer, "result.enter"),
        [CoLaunchStep.TypeName] = ("抽取", "会同单位会签", "方案中写明的会同单位，由各自的负责人同时会签；有一个单位退回即退回，都会签才继续；没有会同单位的直接继续", Roles.SectionHead, "campaign.co-launch"),
        ["Inspection.Substitute"] = ("抽取", "决定回避与递补", "按抽取次序递补，记明理由", Roles.Director, "draw.decide-recusals"),
        ["Inspection.FileCase"] = ("处罚", "提请立案", "提请对违法行为立案", Roles.CaseOfficer, "penalty.file"),
        ["Inspection.ListHazard"] = ("挂牌", "决定挂牌督办", "本级政府决定是否挂牌", Roles.Government, "hazard.list"),
        ["Inspection.Transfer"] = ("检查", "审批移送", "把线索移送有权机关", Roles.DeputyDirector, "transfer.approve"),
        ["Inspection.ReviewPublication"] = ("公示", "审核公示内容", "审核通过后才能发布", Roles.SectionHead, "publication.review"),
        ["Inspection.Publish"] = ("公示", "发布公示", "由发布员发布审核通过的内容", Roles.Publisher, "publication.publish"),
        ["Inspection.WithdrawPublication"] = ("公示", "撤回公示", "决定被变更、撤销的，撤回已发布的内容并说明理由", Roles.DeputyDirector, "publication.withdraw"),
    };

    public static bool Contains(string? type) => type == HumanTask.Descriptor.TypeName || (type is not null && Steps.ContainsKey(type));

    public static IEnumerable<string> Types => Steps.Keys;

    /// <summary>Every type that makes a work item.</summary>
    public static IReadOnlyList<string> All { get; } = [HumanTask.Descriptor.TypeName, .. Steps.Keys];

    public static ActivityCatalog AddHumanSteps(this ActivityCatalog catalog)
    {
        foreach (var (type, step) in Steps) catalog.Add(Descriptor(type, step.Category, step.Name, step.Description, step.Role, step.Form), type == CoLaunchStep.TypeName ? new CoLaunchStep() : new HumanTask());
        return catalog;
    }

    private static ActivityDescriptor Descriptor(string type, string category, string name, string description, string role, string form) => HumanTask.Descriptor with
    {
        TypeName = type,
        Category = category,
        DisplayName = name,
        Description = description,
        Inputs = [.. HumanTask.Descriptor.Inputs.Select(i => i.Name switch
        {
            "Title" => i with { Default = name },
            "Role" => i with { Default = role },
            "Form" => i with { Default = form },
            "Outcomes" => i with { Default = new JsonArray([.. FormOutcomes.Of(form).Select(o => (JsonNode)o)]) },
            _ => i,
        })],
    };
}
