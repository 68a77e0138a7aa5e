using System.Text.Json.Nodes;
using DoubleRandom.Inspections.Hazards;
using DoubleRandom.Workflows.Forms;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Demo;

/// <summary>Listed supervision of the major hazard: treated after its term on purpose, so that the escalation is seen; and credit.</summary>
internal sealed partial class DemoScript
{
    private const int TreatmentDays = 45;

    private static async Task<DateOnly> WhenHazardAsync(DemoItem about)
    {
        switch (about.Form)
        {
            case "hazard.propose" or "hazard.list" or "hazard.accept" or "hazard.delist": return about.After(2);
            case "hazard.plan": return about.After(6);
            case "hazard.treat":
                var due = await about.Db.Set<MajorHazard>().Where(h => h.Id == about.Item.SubjectId).Select(h => h.DueOn).SingleAsync(about.CancellationToken);
                return about.Later(due!.Value, 3);
            default: return about.After(1);
        }
    }

    private static string OutcomeOfHazard(DemoItem about) => about.Form switch
    {
        "hazard.treat" => "申请验收",
        "hazard.accept" => "合格",
        "credit.propose" => "不列入",
        _ => about.Item.Outcomes[0],
    };

    private static async Task FillHazardAsync(DemoItem about, string outcome, FormView view, JsonObject values)
    {
        switch (about.Form)
        {
            case "hazard.propose":
                if (string.IsNullOrEmpty(values["criterion"]?.GetValue<string>())) values["criterion"] = "生产经营场所疏散出口锁闭、合用场所，属重大事故隐患";
                break;
            case "hazard.list":
                var listed = await about.Db.Set<MajorHazard>().CountAsync(h => h.ListNo != null, about.CancellationToken);
                values["listNo"] = $"崇安委〔{about.Today.Year}〕{listed + 1}号";
                values["dueOn"] = Iso(about.Later(about.Today.AddDays(TreatmentDays), 0));
                values["supervisingUnit"] = "崇信县应急管理局";
                values["stoppage"] = "二层宿舍停止使用";
                break;
            case "hazard.plan":
                values["responsibility"] = "主要负责人为第一责任人，安全管理员具体负责";
                values["measures"] = "搬离宿舍，打通第二疏散出口，安装推杠锁";
                values["funds"] = "企业自筹八万元";
                values["schedule"] = "三十日内完成土建，十日内完成验收准备";
                values["contingency"] = "治理期间停止使用二层，专人看守";
                break;
            case "hazard.treat":
                values["progress"] = new JsonArray((JsonNode)new JsonObject { ["on"] = Iso(about.Today), ["percent"] = 100, ["text"] = "第二疏散出口已打通，宿舍已搬离" });
                values["report"] = "重大事故隐患已治理完毕，因施工队延误超过治理期限三个工作日，申请验收。";
                break;
            case "hazard.accept":
                values["members"] = new JsonArray([.. new[] { "信建军（副局长）", "邵亚军（专家）", "戴晖（专家）" }.Select(n => (JsonNode)new JsonObject { ["name"] = n })]);
                values["opinion"] = "现场核验，隐患已消除，验收合格。";
                break;
            case "hazard.delist":
                values["delistNo"] = $"崇安委摘〔{about.Today.Year}〕1号";
                break;
            case "credit.propose" or "credit.decide":
                foreach (var field in view.Fields.Where(f => f.Required && !values.ContainsKey(f.Name) && f.Kind is FieldKind.Text or FieldKind.Multiline)) values[field.Name] = "未达到列入标准。";
                break;
        }
        _ = outcome;
    }
}
