using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.People;
using DoubleRandom.Inspections.WorkItems;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Campaigns;

/// <summary>会签启动: the head of a 会同单位, or who stands in for him, agrees to the scheme or sends it back with the reason.</summary>
/// <param name="Opinion">Needed to refuse.</param>
public sealed record SignCoLaunch(Guid CoLaunchId, bool Agree, string? Opinion = null);

public sealed class SignCoLaunchHandler(DbContext db, WorkItemPeople people, IAuditTrail audit)
{
    public async Task<Result<CoLaunch>> HandleAsync(SignCoLaunch command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (await db.Set<CoLaunch>().FindAsync([command.CoLaunchId], cancellationToken) is not { } sign) return Refusal.NotFound("campaigns.co-launch-gone");
        var campaign = (await db.Set<Campaign>().FindAsync([sign.CampaignId], cancellationToken))!;
        if (!await IsHeadAsync(change, sign.Unit, cancellationToken)) return Refusal.Forbidden("campaigns.co-launch-not-head", sign.Unit);
        // Who wrote the scheme signs it for nobody else: four eyes.
        if (campaign.CreatedById == change.By.Id) return Refusal.Forbidden("campaigns.co-launch-own", campaign.CampaignNo);
        if (campaign.Status is not CampaignStatus.Draft) return Refusal.Conflict("campaigns.already-approved", campaign.CampaignNo);
        if (sign.Agreed is not null) return Refusal.Conflict("campaigns.co-launch-signed", sign.Unit, sign.SignedByName ?? "");
        if (command.Opinion?.Length > CoLaunch.OpinionMaxLength || (!command.Agree && CaseRows.IsBlank(command.Opinion))) return Refusal.Invalid("campaigns.co-launch-opinion", "opinion", CoLaunch.OpinionMaxLength);
        (sign.Agreed, sign.SignedById, sign.SignedByName, sign.SignedAt) = (command.Agree, change.By.Id, change.By.Name, change.At);
        sign.Opinion = CaseRows.IsBlank(command.Opinion) ? null : command.Opinion!.Trim();
        sign.Revision++;
        if (!command.Agree)
        {
            campaign.ReturnReason = Cut($"{sign.Unit}{change.By.Name}不同意启动：{sign.Opinion}");
            campaign.Revision++;
        }
        audit.Record(change, campaign.Chain, command.Agree ? "会同单位会签" : "会同单位退回实施方案", $"campaign {campaign.CampaignNo}", new JsonObject { ["unit"] = sign.Unit, ["opinion"] = sign.Opinion });
        return sign;
    }

    /// <summary>As head of the section, or standing in today for its head.</summary>
    private async Task<bool> IsHeadAsync(ChangeContext change, string unit, CancellationToken cancellationToken)
        => (change.By.Is(Roles.SectionHead) && change.By.Section == unit)
            || (await people.StandInsAsync(change.By, change.On, cancellationToken)).Any(s => s.Powers.Contains(Roles.SectionHead) && s.Principal.Section == unit);

    private static string Cut(string text) => text.Length <= CoLaunch.OpinionMaxLength ? text : text[..CoLaunch.OpinionMaxLength];
}
