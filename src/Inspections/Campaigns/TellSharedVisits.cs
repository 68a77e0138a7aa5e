using System.Globalization;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Campaigns;

/// <summary>合并检查提示: two campaigns, of one department or of two, are about to visit the same inspectees. Both sides are told, once for each set of them.</summary>
public sealed record TellSharedVisits(Guid CampaignId);

public sealed class TellSharedVisitsHandler(DbContext db, AlertDesk alerts)
{
    /// <remarks>What goes out by mail names no inspectee: before the visit who was drawn is secret. The names stand on the campaigns' pages.</remarks>
    /// <returns>Other campaigns both sides were told of now.</returns>
    public async Task<Result<int>> HandleAsync(TellSharedVisits command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (await db.Set<Campaign>().FindAsync([command.CampaignId], cancellationToken) is not { } campaign) return Refusal.NotFound("campaigns.not-found");
        var told = 0;
        foreach (var with in (await AssignmentQueries.SharedAsync(db, campaign.Id, cancellationToken)).GroupBy(s => s.OtherCampaignNo, StringComparer.Ordinal))
        {
            var other = await db.Set<Campaign>().SingleAsync(c => c.CampaignNo == with.Key, cancellationToken);
            var (one, two) = string.CompareOrdinal(campaign.CampaignNo, other.CampaignNo) < 0 ? (campaign, other) : (other, campaign);
            // The same set found from the other side, or on the next day, is the same thing told.
            var about = $"shared-{one.CampaignNo}-{two.CampaignNo}-{Hashing.Sha256Hex(string.Join(';', with.Select(s => s.InspecteeNumber).Order(StringComparer.Ordinal)))[..16]}";
            if (await db.Set<Alert>().AnyAsync(a => a.Rung == Alert.SeatRung && (a.DeadlineId == one.Id || a.DeadlineId == two.Id) && a.RecipientKey.EndsWith("#" + about), cancellationToken)) continue;
            Tell(one, two, with.Count(), with.Any(s => s.CanMerge), about, change);
            Tell(two, one, with.Count(), with.Any(s => s.CanMerge), about, change);
            told++;
        }
        return told;
    }

    private void Tell(Campaign campaign, Campaign other, int count, bool canMerge, string about, ChangeContext change)
        => alerts.TellSeats(campaign, [Roles.Planner, Roles.DrawOperator], [], about, string.Create(CultureInfo.InvariantCulture,
            $"任务 {campaign.CampaignNo}“{campaign.Title}”（{campaign.LeadUnit ?? "本局"}）与任务 {other.CampaignNo}“{other.Title}”（{other.LeadUnit ?? "本局"}）都将检查其中 {count} 户，原则上一次上门。请在任务页面查看对象，{(canMerge ? "在“汇总回避申报”时申报并入或改期" : "申报改期到同一天，或者等对方名单锁定后申报并入")}。"), change);
}
