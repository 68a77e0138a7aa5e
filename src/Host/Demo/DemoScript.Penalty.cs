using System.Text.Json.Nodes;
using DoubleRandom.Inspections.Penalties;
using DoubleRandom.Inspections.People;
using DoubleRandom.Workflows.Forms;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Demo;

/// <summary>Penalties: the ordinary procedure with every right and review, and the one on the spot.</summary>
internal sealed partial class DemoScript
{
    private static Task<PenaltyCase?> PenaltyOfAsync(DemoItem about)
        => about.Db.Set<PenaltyCase>().AsNoTracking().FirstOrDefaultAsync(p => p.Id == about.Item.SubjectId, about.CancellationToken);

    private static async Task<DateOnly> WhenPenaltyAsync(DemoItem about)
    {
        var penalty = await PenaltyOfAsync(about);
        return about.Form switch
        {
            "penalty.file" => about.After(2),
            "penalty.investigate" => about.After(5),
            "penalty.propose" => about.After(1),
            "penalty.statement" => about.After(1),
            // The period for asking for a hearing has to be over.
            "penalty.hearing" => penalty?.HearingUntil is { } until ? about.Later(until, 1) : about.After(6),
            "penalty.review" => about.After(2),
            "penalty.discuss" => about.After(2),
            "penalty.decide" => about.After(1),
            "penalty.serve" => about.After(2),
            "penalty.payment" => about.After(6),
            "penalty.close" => about.After(2),
            "penalty.simple" => about.Item.CreatedOn,
            _ => about.After(1),
        };
    }

    private static async Task<(string Outcome, string Person)> ChoosePenaltyAsync(DemoItem about)
    {
        var outcome = about.Form switch
        {
            "penalty.approve-filing" => "批准立案",
            "penalty.statement" => "已陈述申辩",
            "penalty.hearing" => "未申请听证",
            "penalty.review" => "同意",
            "penalty.decide" => "处罚",
            _ => about.Item.Outcomes[0],
        };
        if (about.Item.Role != Roles.CaseOfficer) return (outcome, PersonFor(about));
        // Who has the case in hand, or may take it: of the group, else of the team that files cases.
        var penalty = await PenaltyOfAsync(about);
        var numbers = penalty?.Officers ?? about.Case?.OfficerNumbers ?? [];
        var officer = DemoOffice.People.FirstOrDefault(p => p.Roles.Contains(Roles.CaseOfficer) && p.Number is { } n && numbers.Contains(n))
            ?? DemoOffice.People.First(p => p.Roles.Contains(Roles.CaseOfficer) && about.Case?.Team.All(m => m.Number != p.Number) != false);
        return (outcome, officer.UserName);
    }

    private static async Task FillPenaltyAsync(DemoItem about, string outcome, FormView view, JsonObject values)
    {
        var penalty = await PenaltyOfAsync(about);
        var grave = about.Branch is DemoBranch.NotRectified;
        switch (about.Form)
        {
            case "penalty.file":
                var (_, person) = await ChoosePenaltyAsync(about);
                var self = DemoOffice.People.Single(p => p.UserName == person).Number!;
                var officers = values["officers"]?.AsArray().Select(n => n!.GetValue<string>()).ToList() ?? [];
                if (!officers.Contains(self)) officers.Insert(0, self);
                values["officers"] = List(officers);
                break;
            case "penalty.approve-filing":
                values["opinion"] = "有违法事实，属本机关管辖，同意立案。";
                break;
            case "penalty.investigate":
                break;
            case "penalty.propose":
                values["basis"] = grave ? "aq-101-overdue" : "aq-97";
                values["kinds"] = List(nameof(PenaltyKind.Fine));
                values["amount"] = grave ? "100000" : "20000";
                values["discretion"] = grave
                    ? "责令限期整改后逾期仍未改正，违法行为持续，参照裁量基准从一般情节处罚。"
                    : "首次违法，积极配合调查，参照裁量基准较轻情节处罚。";
                break;
            case "penalty.statement":
                values["statement"] = "公司已着手整改，经营困难，请求从轻处罚。";
                values["review"] = "经营困难不属于法定从轻情形；整改情况已在裁量中考虑，维持拟处罚意见。";
                break;
            case "penalty.review":
                values["opinion"] = "主体适格，事实清楚，证据确凿，适用法律正确，程序合法，裁量适当。";
                break;
            case "penalty.discuss":
                values["opinions"] = new JsonArray([.. new[] { "马国栋", "信建军", "靳慧芳" }.Where(n => penalty?.OfficerNames.Contains(n, StringComparison.Ordinal) != true)
                    .Append("欧阳占海").Take(3).Select(n => (JsonNode)new JsonObject { ["member"] = n, ["opinion"] = "同意按拟处罚意见处罚" })]);
                values["conclusion"] = "一致同意处以罚款。";
                break;
            case "penalty.decide":
                values["reason"] = "违法事实清楚，证据确凿，当事人陈述申辩意见已复核，依法作出处罚决定。";
                break;
            case "penalty.payment":
                values["receipts"] = new JsonArray((JsonNode)new JsonObject
                {
                    ["amount"] = (penalty!.AmountFen / 100m).ToString("0.##", System.Globalization.CultureInfo.InvariantCulture),
                    ["paidOn"] = Iso(about.Today),
                    ["receiptNo"] = $"62{about.Line:00}{about.Position:0000}",
                });
                break;
            case "penalty.close":
                values["note"] = "罚款已足额缴纳，同意结案。";
                break;
            case "penalty.simple":
                values["amount"] = "1000";
                values["basis"] = "aq-97";
                values["servedTo"] = "王建国";
                (values["told"], values["handedOver"]) = (true, true);
                if (string.IsNullOrEmpty(values["place"]?.GetValue<string>())) values["place"] = "被检查单位办公室";
                break;
        }
        // Whatever else the form demands as text has its default from the case; the rest would be refused and shown.
        _ = (outcome, view);
    }
}
