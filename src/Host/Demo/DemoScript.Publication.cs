using System.Text.Json.Nodes;
using DoubleRandom.Inspections.Publications;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Demo;

/// <summary>Publications and supervision.</summary>
internal sealed partial class DemoScript
{
    private static DateOnly WhenPublication(DemoItem about)
    {
        // Late on purpose: the escalation officer sees it, orders supervision, and only then it goes out.
        if (about is { Form: "publication.publish", Branch: DemoBranch.PublishedLate, Item.DueOn: { } due }) return about.Later(due, 3);
        return about.After(1);
    }

    private static string OutcomeOfPublication(DemoItem about) => about.Form switch
    {
        "publication.review" => about is { Branch: DemoBranch.PublicationReturned, Before: 0, Item.DueOn: not null } ? "退回" : "通过",
        "publication.revise" => "已修改",
        _ => "发布",
    };

    /// <summary>Who wrote it corrects it; who wrote or corrected it does not review it.</summary>
    private static async Task<(string Outcome, string Person)> ChoosePublicationAsync(DemoItem about)
    {
        var publication = await about.Db.Set<Publication>().AsNoTracking().SingleAsync(p => p.Id == about.Item.SubjectId, about.CancellationToken);
        string?[] wrote = [publication.AuthorName, publication.RevisedByName];
        var person = about.Form switch
        {
            "publication.revise" => DemoOffice.People.FirstOrDefault(p => p.Name == publication.AuthorName && p.Roles.Contains(about.Item.Role))?.UserName,
            _ => DemoOffice.People.FirstOrDefault(p => p.Roles.Contains(about.Item.Role) && !wrote.Contains(p.Name) && about.Case?.Team.Any(m => m.Number == p.Number) != true)?.UserName,
        };
        return (OutcomeOfPublication(about), person ?? PersonFor(about));
    }

    private static void FillPublication(DemoItem about, string outcome, JsonObject values)
    {
        if (about.Form == "publication.review") values["opinion"] = outcome == "退回" ? "请补充说明检查方式，便于公众理解。" : "内容属实，已脱敏，同意公示。";
        if (about.Form == "publication.revise") values["remark"] = "本次为双随机实地检查。";
    }

    private static DateOnly WhenSupervision(DemoItem about) => about.Form == "supervision.answer" ? about.After(1) : about.After(3);

    private static string OutcomeOfSupervision(DemoItem about) => about.Form == "supervision.answer" ? "回复" : "核销";

    private static void FillSupervision(DemoItem about, string outcome, JsonObject values)
    {
        if (about.Form == "supervision.answer")
        {
            values["cause"] = "经办人外出培训，公示内容未及时发布。";
            values["measures"] = "已指定专人，当日办理。";
            values["promisedOn"] = Iso(about.Later(about.Today, 2));
        }
        else values["opinion"] = outcome == "核销" ? "事项已办结，予以核销。" : "请尽快办结。";
    }
}
