using DoubleRandom.Basics;
using DoubleRandom.Documents.Issuing;
using DoubleRandom.Host.Accounts;
using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.People;

namespace DoubleRandom.Host.Web;

/// <summary>What every page and address asks before it shows a check, or a campaign's list, that is still to come (知悉范围).</summary>
internal static class Secrecy
{
    /// <summary>实施方案, 拟检查公告, 执法检查报告: papers of a campaign that name nobody before the visits.</summary>
    private static readonly string[] NamingNobody = ["D03", "D06", "D43"];

    /// <param name="number">Of the check or the campaign.</param>
    /// <returns>Why the person who is signed in may not read it; null: he may, and where it is secret still, that he did is kept.</returns>
    public static async Task<Refusal?> AskAsync(HttpContext http, string number)
    {
        var change = http.RequestServices.GetRequiredService<CurrentActor>().Change(null);
        if (Roles.IsOutside(change.By.Roles) && !await http.RequestServices.GetRequiredService<NeedToKnow>().HasPartAsync(number, change.By, http.RequestAborted)) return Refusal.Forbidden("people.no-part", number);
        var answer = await http.RequestServices.GetRequiredService<IUnitOfWork>()
            .RunAsync((services, ct) => services.GetRequiredService<ReadDrawnListHandler>().HandleAsync(new ReadDrawnList(number), change, ct), http.RequestAborted);
        return answer.Refusal ?? (answer.Value is DrawnListAnswer.Refused ? Refusal.Forbidden("campaigns.before-visit", number) : null);
    }

    /// <summary>The same of a paper: it shows what its case is about.</summary>
    public static Task<Refusal?> AskAsync(HttpContext http, OfficialDocument document)
        => NamingNobody.Contains(document.Template) && !Roles.IsOutside(http.RequestServices.GetRequiredService<CurrentActor>().Actor!.Roles) ? Task.FromResult<Refusal?>(null) : AskAsync(http, document.CaseNo);
}
