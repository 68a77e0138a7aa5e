using System.Security.Cryptography;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Host.Data;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Workflows.Forms;

namespace DoubleRandom.Host.Demo;

/// <summary>The annual plan, the campaign and its draw.</summary>
internal sealed partial class DemoScript
{
    /// <summary>The draw is at half past three: the beacon exists only afterwards.</summary>
    public static TimeOnly NotBefore(string form) => form is "draw.beacon" ? new TimeOnly(15, 45) : TimeOnly.MinValue;

    private static DateOnly WhenCampaign(DemoItem about) => about.Form switch
    {
        "plan.compile" => about.After(8),
        "plan.review" => about.After(3),
        "plan.approve" => about.After(2),
        "plan.government" => about.After(5),
        "campaign.scheme" => about.After(2),
        "campaign.approve" or "campaign.freeze" or "draw.beacon" or "draw.recusals" or "draw.decide-recusals" => about.After(1),
        "campaign.report" => about.After(4),
        "campaign.approve-report" => about.After(2),
        _ => about.Item.CreatedOn,
    };

    private static string OutcomeOfCampaign(DemoItem about) => about.Form switch
    {
        "draw.recusals" => about.Line == DemoBranches.WholeLine ? "提交" : "无人申报",
        _ => about.Item.Outcomes[0],
    };

    private static async Task FillCampaignAsync(DemoItem about, string outcome, FormView view, JsonObject values)
    {
        switch (about.Form)
        {
            case "plan.compile":
                (values["otherDays"], values["nonDays"]) = ("1600", "900");
                values["explanation"] = "跨部门事项由牵头单位统筹，同一对象的多个事项合并为一次检查。";
                break;
            case "plan.review":
                values["opinion"] = "事项均在清单内，比例和频次符合规定，同意。";
                break;
            case "plan.approve":
                values["opinion"] = "同意，报县政府批准。";
                break;
            case "plan.government":
                values["documentNo"] = "崇政函〔2026〕6号";
                values["opinion"] = "同意，请向社会公布并组织实施。";
                break;
            case "campaign.scheme":
                // 会同启动 (S004-15): the head of the enforcement team signs the campaign that is carried through to its report.
                if (about.Line == DemoBranches.WholeLine) values["coUnits"] = List(DemoOffice.Team);
                break;
            case "campaign.approve":
                values["opinion"] = "同意。";
                break;
            case "draw.commit":
                values["commitment"] = Hashing.Sha256Hex(await NonceAsync(about));
                break;
            case "draw.reveal":
                values["nonce"] = await NonceAsync(about);
                break;
            case "draw.beacon" or "draw.confirm-beacon":
                values["text"] = BeaconOn(about.Today);
                break;
            case "draw.recusals":
                if (outcome == "提交") values["requests"] = await RequestsAsync(about);
                break;
            case "draw.decide-recusals":
                foreach (var row in values["decisions"]!.AsArray()) (row!["decision"], row["opinion"]) = ("同意", "情况属实，同意");
                break;
            case "campaign.report":
                values["report"] = "对存在问题的单位责令限期整改并逐户复查；逾期未整改、情节严重的依法立案处罚；重大隐患提请挂牌督办；不属本部门职责的已移送。"
                    + "教育培训档案不完整、应急演练走形式、疏散通道堆物是共性问题。建议对小微企业开展集中帮扶，把疏散通道纳入日常巡查。";
                break;
            case "campaign.approve-report":
                values["opinion"] = "同意印发。";
                break;
        }
        _ = view;
    }

    /// <summary>What the exchange of the day published; the demonstration makes one up, the same for everybody who reads it that day.</summary>
    private static string BeaconOn(DateOnly day) => $"{Iso(day)} 上证综合指数收盘 {3000 + day.DayNumber * 37 % 900}.{day.DayNumber * 7919 % 10000:0000}";

    /// <summary>A party's random number, kept outside the database as the party would: in a file of its own until the reveal.</summary>
    private static async Task<string> NonceAsync(DemoItem about)
    {
        var folder = Path.Combine(about.Services.GetRequiredService<DatabaseSettings>().Folder, "demo-parties");
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, $"{about.Item.CaseNo}-{about.Item.Role}");
        if (File.Exists(file)) return await File.ReadAllTextAsync(file, about.CancellationToken);
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        // Whole or not at all: a run killed here makes another number, because nothing was committed yet.
        await File.WriteAllTextAsync($"{file}.new", nonce, about.CancellationToken);
        File.Move($"{file}.new", file);
        return nonce;
    }

    /// <summary>Two recusals and one object that cannot be inspected, declared after the draw.</summary>
    private static async Task<JsonArray> RequestsAsync(DemoItem about)
    {
        var visits = await AssignmentQueries.VisitsAsync(about.Db, about.Item.SubjectId!.Value, about.CancellationToken);
        var (first, second, gone) = (visits[14], visits[17], visits[19]);
        return
        [
            new JsonObject
            {
                ["kind"] = nameof(RosterRequestKind.Recusal),
                ["person"] = first.Team.First(m => m.Part is TeamPart.Officer).Number,
                ["object"] = first.InspecteeNumber,
                ["reason"] = "与该单位安全负责人系近亲属",
                ["proof"] = "本人申报",
            },
            new JsonObject
            {
                ["kind"] = nameof(RosterRequestKind.Recusal),
                ["person"] = second.Team.Last(m => m.Part is TeamPart.Officer).Number,
                ["object"] = second.InspecteeNumber,
                ["reason"] = "两年内曾在该单位任职",
                ["proof"] = "本人申报，劳动合同复印件",
            },
            new JsonObject
            {
                ["kind"] = nameof(RosterRequestKind.Replacement),
                ["object"] = gone.InspecteeNumber,
                ["reason"] = "抽取后该单位已办理注销登记",
                ["proof"] = "登记机关注销通知书",
            },
        ];
    }
}
