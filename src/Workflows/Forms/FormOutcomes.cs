using System.Text.Json.Nodes;
using DoubleRandom.Workflows.Activities;
using DoubleRandom.Workflows.Definitions;

namespace DoubleRandom.Workflows.Forms;

/// <summary>
/// The outcomes (办理意见) each form's act knows, the one that grants what was proposed first. An act that tells its outcomes apart would take an unknown
/// one for one of them: “不批准” for an approval, say. So such a form has these and no others.
/// </summary>
public static class FormOutcomes
{
    private static readonly Dictionary<string, string[]> Known = new(StringComparer.Ordinal)
    {
        ["campaign.approve"] = ["批准", "退回"],
        ["campaign.approve-report"] = ["同意", "退回"],
        ["campaign.co-launch"] = ["会签", "退回"],
        ["campaign.freeze"] = ["冻结"],
        ["campaign.report"] = ["提交"],
        ["campaign.scheme"] = ["提交"],
        ["case.approve"] = ["批准", "不予批准"],
        ["case.archive"] = ["归档"],
        ["case.site-plan"] = ["提交"],
        ["credit.decide"] = ["同意列入", "不同意"],
        ["credit.notice"] = ["已送达"],
        ["credit.propose"] = ["建议列入", "不列入"],
        ["credit.statement"] = ["放弃", "已陈述申辩"],
        ["draw.beacon"] = ["录入"],
        ["draw.commit"] = ["提交承诺", "作废"],
        ["draw.confirm-beacon"] = ["一致", "不一致"],
        ["draw.countersign"] = ["会签"],
        ["draw.decide-recusals"] = ["已决定"],
        ["draw.lock"] = ["锁定", "补充申报", "补充抽取"],
        ["draw.recusals"] = ["无人申报", "提交"],
        ["draw.reveal"] = ["揭示", "作废"],
        ["finding.consult"] = ["达成一致"],
        ["finding.expert-confirm"] = ["确认", "提出异议"],
        ["finding.officer-confirm"] = ["确认"],
        ["general.opinion"] = ["提交"],
        ["hazard.accept"] = ["合格", "不合格"],
        ["hazard.delist"] = ["摘牌"],
        ["hazard.extension"] = ["同意延期", "不同意延期"],
        ["hazard.list"] = ["挂牌", "不予挂牌"],
        ["hazard.plan"] = ["已报送"],
        ["hazard.propose"] = ["提请"],
        ["hazard.treat"] = ["申请验收", "申请延期"],
        ["penalty.approve-filing"] = ["批准立案", "不予立案"],
        ["penalty.close"] = ["同意结案"],
        ["penalty.decide"] = ["处罚", "不予处罚"],
        ["penalty.discuss"] = ["形成决定"],
        ["penalty.enforced"] = ["执行完毕", "终结执行"],
        ["penalty.file"] = ["提请立案"],
        ["penalty.hearing"] = ["未申请听证", "听证结束"],
        ["penalty.investigate"] = ["调查终结"],
        ["penalty.notice"] = ["已送达"],
        ["penalty.payment"] = ["已缴清", "制作催告书", "申请法院强制执行"],
        ["penalty.propose"] = ["提出"],
        ["penalty.review"] = ["同意", "退回"],
        ["penalty.serve"] = ["已送达", "已发公告"],
        ["penalty.simple"] = ["当场处罚"],
        ["penalty.statement"] = ["放弃", "已陈述申辩"],
        ["plan.approve"] = ["批准", "退回"],
        ["plan.compile"] = ["提交"],
        ["plan.government"] = ["批准"],
        ["plan.review"] = ["同意", "退回"],
        ["publication.publish"] = ["发布"],
        ["publication.review"] = ["通过", "退回"],
        ["publication.revise"] = ["已修改"],
        ["publication.withdraw"] = ["撤回", "不予撤回"],
        ["rectification.extension"] = ["同意延期", "不同意"],
        ["rectification.reinspect"] = ["全部合格", "仍有不合格"],
        ["rectification.track"] = ["申请复查", "申请延期", "期限届满"],
        ["result.enter"] = ["提交"],
        ["special.open"] = ["立案", "不予受理"],
        ["supervision.answer"] = ["回复"],
        ["supervision.decide"] = ["核销", "继续督办"],
        ["transfer.approve"] = ["移送"],
        ["transfer.receipt"] = ["收到回执"],
        ["visit.check-in"] = ["到场", "无法联系", "已关闭", "拒绝检查"],
        ["visit.checklist"] = ["提交"],
        ["visit.feedback"] = ["签收", "拒签"],
        ["visit.second"] = ["到场", "无法联系", "已关闭", "拒绝检查"],
    };

    /// <summary>Outcomes the form comes with; empty for a form that is not of the house.</summary>
    public static IReadOnlyList<string> Of(string? form) => form is not null && Known.TryGetValue(form, out var outcomes) ? outcomes : [];

    /// <summary>Whether the form's act can be ended so. Where there is one outcome only, the act is the same whatever it is called.</summary>
    public static bool Allows(string? form, string outcome) => Of(form) is not { Count: > 1 } known || known.Contains(outcome);

    /// <summary>
    /// A step whose form was chosen, and whose outcomes are none yet or all of another form, gets the form's own: what is chosen from the list of forms brings its outcomes along.
    /// </summary>
    public static void Fill(JsonObject activity)
    {
        if (HumanSteps.Contains(DesignerJson.Text(activity, "type")) && Of(NodeText.Literal(activity, "form")) is { Count: > 0 } known)
        {
            var own = NodeText.Outcomes(activity);
            // What a person typed stays, right or wrong: the check says what is wrong with it.
            if (own.Count == 0 || (!own.Any(known.Contains) && Known.Values.Any(other => other.SequenceEqual(own))))
                activity["outcomes"] = new JsonObject { ["typeName"] = "Object", ["expression"] = new JsonObject { ["type"] = "Object", ["value"] = new JsonArray([.. known.Select(o => (JsonNode)o)]).ToJsonString() } };
        }
        foreach (var inner in Engine.Definitions.EmbeddedActivities.Of(activity, null)) Fill(inner);
    }
}
