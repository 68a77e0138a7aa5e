using System.Text.Json.Nodes;
using DoubleRandom.Inspections.Findings;
using DoubleRandom.Inspections.Rectification;
using DoubleRandom.Workflows.Forms;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Demo;

/// <summary>One inspectee's check, its rectification and transfer.</summary>
internal sealed partial class DemoScript
{
    private const int RectificationDays = 30;

    private static async Task<DateOnly> WhenInspectionAsync(DemoItem about)
    {
        switch (about.Form)
        {
            case "case.site-plan": return about.Earlier(about.Case!.PlannedOn, 1);
            case "visit.check-in": return about.Case!.PlannedOn;
            case "visit.second": return about.After(2);
            case "result.enter": return about.After(2);
            case "case.archive": return about.After(1);
            case "transfer.approve": return about.After(1);
            case "transfer.receipt": return about.After(3);
            case "rectification.extension": return about.After(1);
            case "rectification.reinspect": return about.After(2);
            case "rectification.track":
                var order = await about.Db.Set<RectificationOrder>().AsNoTracking().Where(o => o.CaseId == about.Case!.Id).OrderByDescending(o => o.Sequence).FirstAsync(about.CancellationToken);
                // An extension is asked for at least ten days before the last day.
                return about is { Branch: DemoBranch.Extended, Before: 0 } ? about.Earlier(order.DueOn.AddDays(-11), 0) : about.Earlier(order.DueOn, 1);
            default: return about.Item.CreatedOn;
        }
    }

    private static string OutcomeOfInspection(DemoItem about) => about.Form switch
    {
        "case.approve" => "批准",
        "visit.check-in" => about.Branch switch
        {
            DemoBranch.Unreachable or DemoBranch.ReachedSecondTime => "无法联系",
            DemoBranch.Closed => "已关闭",
            DemoBranch.EntryRefused => "拒绝检查",
            _ => "到场",
        },
        "visit.second" => about.Branch is DemoBranch.Unreachable ? "无法联系" : "到场",
        "finding.expert-confirm" => about.Branch is DemoBranch.Disputed ? "提出异议" : "确认",
        "visit.feedback" => about.Position == 14 ? "拒签" : "签收",
        "rectification.track" => about is { Branch: DemoBranch.Extended, Before: 0 } ? "申请延期" : "申请复查",
        "rectification.extension" => "同意延期",
        "rectification.reinspect" => about.Branch is DemoBranch.NotRectified ? "仍有不合格" : "全部合格",
        _ => about.Item.Outcomes[0],
    };

    private static async Task FillInspectionAsync(DemoItem about, string outcome, FormView view, JsonObject values)
    {
        switch (about.Form)
        {
            case "case.approve":
                if (view.Fields.Any(f => f.Name == "waiverReason" && f.Required)) values["waiverReason"] = "县安委会部署的重点行业专项治理";
                break;
            case "case.site-plan":
                values["fileRead"] = true;
                if (string.IsNullOrEmpty(values["focus"]?.GetValue<string>())) values["focus"] = "安全责任制落实、教育培训、隐患排查治理、疏散通道。";
                break;
            case "visit.check-in" or "visit.second":
                (values["certificatesShown"], values["notified"]) = (true, true);
                values["note"] = outcome switch
                {
                    "无法联系" => "按登记住所上门，大门紧锁；拨打登记电话两次均无人接听；询问相邻商户，均称近期未见经营。",
                    "已关闭" => "现场已停业腾空，房东提供了退租协议；登记电话已停机。",
                    "拒绝检查" => "出示证件并说明来意后，负责人以“老板不在”为由拒绝开门，经两次告知法律后果仍拒绝。",
                    _ => "检查组出示证件，负责人陪同检查。",
                };
                if (string.IsNullOrEmpty(values["place"]?.GetValue<string>())) values["place"] = "登记的经营场所";
                if (outcome != "到场") values["evidence"] = List(await PhotoAsync(about, about.Line * 1000 + about.Position * 10 + about.Before));
                if (outcome == "已关闭") values["transferTo"] = "崇信县市场监督管理局";
                break;
            case "visit.checklist":
                await FillChecklistAsync(about, view, values);
                break;
            case "finding.expert-confirm":
                if (outcome == "提出异议")
                {
                    var disputed = view.Fields.Single(f => f.Name == "disputed").Options!;
                    values["disputed"] = List(disputed[0].Value);
                    values["reason"] = "现场通道宽度实测1.3米，符合疏散要求，堆放物为临时周转，建议改为当场纠正。";
                }
                break;
            case "finding.consult":
                FillConsultation(values);
                break;
            case "visit.feedback":
                values["receiver"] = "王建国";
                values["receiverPost"] = "安全管理员";
                values["statement"] = "情况属实，接受整改要求。";
                if (outcome == "拒签") (values["refusalReason"], values["witness"]) = ("负责人认为问题不严重，不愿签字", "赵永福（村委会干部）");
                break;
            case "transfer.approve":
                break;
            case "transfer.receipt":
                foreach (var row in values["receipts"]!.AsArray()) (row!["receiver"], row["reply"]) = ("办公室刘敏", "已登记受理，由该单位依法处理");
                break;
            case "case.archive":
                values["complete"] = true;
                break;
            case "rectification.track":
                values["progress"] = about.Branch is DemoBranch.NotRectified ? "企业称已整改，申请复查。" : "问题已逐项整改完毕，附整改照片，申请复查。";
                if (outcome == "申请延期")
                {
                    values["reason"] = "所需防火门由外地厂家定制，交货期四十五天。";
                    values["interimMeasures"] = "整改期间停用二层仓库，专人值守，每日巡查并记录。";
                    values["proposedDueOn"] = Iso(about.Item.DueOn!.Value.AddDays(30));
                }
                break;
            case "rectification.extension":
                values["opinion"] = "理由属实，延期期间落实防范措施，同意延期。";
                break;
            case "rectification.reinspect":
                var lines = values["lines"]!.AsArray();
                for (var i = 0; i < lines.Count; i++)
                {
                    var passed = outcome == "全部合格" || i > 0;
                    lines[i]!["passed"] = passed ? "已整改" : "未整改";
                    lines[i]!["note"] = passed ? "已按要求整改" : "仍未建立隐患排查治理制度，无排查记录";
                }
                values["evidence"] = List(await PhotoAsync(about, about.Line * 1000 + about.Position * 10 + 5));
                values["opinion"] = outcome == "全部合格" ? "经复查，所列问题已全部整改，予以销号。" : "经复查，仍有问题逾期未整改，依法提请立案。";
                break;
        }
    }

    /// <summary>One line of the demonstration's findings.</summary>
    private sealed record Problem(int Entry, string Description, string Place, string Grade, IReadOnlyList<string> Disposals, string Requirement, string? TransferTo = null);

    private static IReadOnlyList<Problem> ProblemsOf(DemoItem about) => about.Branch switch
    {
        DemoBranch.NothingFound or DemoBranch.ReachedSecondTime or DemoBranch.PublishedLate => [],
        DemoBranch.Disputed =>
        [
            new(4, "疏散通道堆放货物，净宽不足1.4米", "一层东侧疏散通道", "一般", ["责令限期整改"], "清理疏散通道，保持畅通"),
            new(1, "2025年度培训档案缺少3名新员工的三级教育记录", "办公室", "一般", ["责令限期整改"], "补充培训并如实记录"),
        ],
        DemoBranch.NotRectified =>
        [
            new(2, "未建立事故隐患排查治理制度，无排查记录", "安全管理办公室", "一般", ["责令限期整改"], "建立隐患排查治理制度并逐日记录"),
            new(3, "切割机防护罩缺失，无检维修记录", "加工车间", "一般", ["责令限期整改"], "加装防护罩，建立检维修台账"),
        ],
        DemoBranch.SimplePenalty => [new(1, "未如实记录安全生产教育和培训情况", "办公室", "一般", ["当场处罚", "责令限期整改"], "如实记录培训的时间、内容、参加人员和考核结果")],
        DemoBranch.MajorHazard =>
        [
            new(4, "二层员工宿舍与仓库合用，唯一疏散出口被锁闭", "二层", "重大", ["责令立即排除", "责令限期整改"], "立即打开锁闭出口，搬离宿舍，设置符合要求的疏散出口"),
            new(5, "未编制应急救援预案，未组织演练", "办公室", "一般", ["责令限期整改"], "编制预案并组织演练"),
        ],
        DemoBranch.Transferred =>
        [
            new(3, "特种设备（叉车）超过检验有效期仍在使用", "装卸区", "一般", ["移送其他部门"], "停止使用，由特种设备监管部门处理", "崇信县市场监督管理局"),
            new(1, "未开展年度安全再培训", "办公室", "一般", ["责令限期整改"], "组织年度再培训并考核"),
        ],
        DemoBranch.Prosecuted =>
        [
            new(2, "特种作业人员未持证上岗作业", "储存区", "一般", ["立案调查", "责令限期整改"], "停止无证作业，安排持证人员上岗"),
        ],
        _ =>
        [
            new(1, "培训档案不完整，缺少考核试卷", "办公室", "一般", ["责令限期整改"], "补齐培训档案"),
            new(5, "应急预案未按规定每半年演练", "办公室", "一般", ["责令限期整改"], "组织演练并记录、评估"),
        ],
    };

    private static async Task FillChecklistAsync(DemoItem about, FormView view, JsonObject values)
    {
        var results = values["results"]!.AsArray();
        var problems = ProblemsOf(about);
        var issues = new JsonArray();
        var grades = await about.Db.Set<CheckResult>().AsNoTracking().Where(r => r.CaseId == about.Case!.Id).OrderBy(r => r.Position).Select(r => r.DefaultGrade).ToListAsync(about.CancellationToken);
        foreach (var row in results) row!["outcome"] = "符合";
        foreach (var problem in problems)
        {
            // The entry the script means, or for a major hazard one whose failing is major by the criterion of the checklist.
            var at = problem.Grade == "重大" && grades.IndexOf(HazardGrade.Major) is >= 0 and var major ? major : Math.Min(problem.Entry, results.Count - 1);
            results[at]!["outcome"] = "不符合";
            issues.Add((JsonNode)new JsonObject
            {
                ["entry"] = results[at]!["code"]!.GetValue<string>(),
                ["description"] = problem.Description,
                ["place"] = problem.Place,
                ["grade"] = problem.Grade,
                ["criterion"] = problem.Grade == "重大" ? "工贸企业重大事故隐患判定标准（应急管理部令第10号）；疏散出口锁闭、合用场所" : null,
                ["disposals"] = List(problem.Disposals),
                ["requirement"] = problem.Requirement,
                ["dueOn"] = problem.Disposals.Contains("责令限期整改") ? Iso(DueOn(about)) : null,
                ["transferTo"] = problem.TransferTo,
            });
        }
        values["issues"] = issues;
        if (problems.Count > 0) values["evidence"] = List(await PhotoAsync(about, about.Line * 1000 + about.Position * 10), await PhotoAsync(about, about.Line * 1000 + about.Position * 10 + 1));
        _ = view;
    }

    /// <summary>The overdue order of the half-way campaign ends shortly before the demonstration does.</summary>
    private static DateOnly DueOn(DemoItem about) => about.Branch is DemoBranch.RectificationOverdue ? about.Later(about.Today, 8) : about.Later(about.Today.AddDays(RectificationDays), 0);

    private static void FillConsultation(JsonObject values)
    {
        foreach (var row in values["disputes"]!.AsArray())
        {
            row!["outcome"] = "修改";
            row["conclusion"] = "经现场复测，通道净宽1.3米，仍低于该场所1.4米的要求，但属临时堆放；维持问题，处置改为当场纠正。";
            row["description"] = "疏散通道临时堆放货物，净宽1.3米，不足1.4米";
            row["disposals"] = List("当场纠正");
            row["requirement"] = "当场清理，今后不得堆放";
            row["dueOn"] = null;
        }
        foreach (var row in values["opinions"]!.AsArray())
        {
            row!["opinion"] = "同意按复测结果修改。";
            row["stand"] = "同意";
        }
    }
}
