using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Draws;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Campaigns;

/// <summary>冻结: makes the lists of objects, leaders, officers and experts from the registers and orders the draws of all of them.</summary>
/// <param name="BeaconSource">The public value that will be taken, precisely: publisher, what and when.</param>
/// <param name="PlannedAt">UTC. Commitments are taken before it, the beacon after it.</param>
public sealed record FreezeCampaign(Guid CampaignId, string BeaconSource, DateOnly BeaconOn, DateTime PlannedAt);

public sealed class FreezeCampaignHandler(DbContext db, OrderDrawsHandler order, CalendarSource calendars, IAuditTrail audit)
{
    public async Task<Result<List<Draw>>> HandleAsync(FreezeCampaign command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (await db.Set<Campaign>().FindAsync([command.CampaignId], cancellationToken) is not { } campaign) return Refusal.NotFound("campaigns.not-found");
        var objects = await CandidatePools.ObjectsAsync(db, campaign, cancellationToken);
        if (objects.Refusal is { } bad) return bad;
        var people = await CandidatePools.PersonsAsync(db, campaign, cancellationToken);
        if (campaign.Sampling is Sampling.Full && campaign.Status is CampaignStatus.Approved && objects.Value.Ids.Count > 0 && objects.Value.Ids.Count != campaign.SampleSize)
        {
            // 全面检查 means all there are on the day of the freeze; the plan's figure was a forecast.
            audit.Record(change, campaign.Chain, "全面检查户数按冻结名单确定", $"campaign {campaign.CampaignNo}", new JsonObject { ["planned"] = campaign.SampleSize, ["frozen"] = objects.Value.Ids.Count });
            (campaign.BaseCount, campaign.SampleSize, campaign.BaseOn) = (objects.Value.Ids.Count, objects.Value.Ids.Count, change.On);
            campaign.Revision++;
        }
        if (await CheckTeamsAsync(campaign, people, command.BeaconOn, cancellationToken) is { } tooFew) return tooFew;

        var drawn = (await CandidatePools.TeamAsync(db, campaign, cancellationToken)).Leader.Drawn;
        return await order.HandleAsync(
            new OrderDraws(campaign.Id, [objects.Value, .. people.Where(p => drawn || p.Kind is not "leader")], command.BeaconSource, command.BeaconOn, command.PlannedAt), change, cancellationToken);
    }

    /// <summary>The lists as a freeze would make them now.</summary>
    public async Task<Result<IReadOnlyList<CandidatePool>>> PreviewAsync(Campaign campaign, CancellationToken cancellationToken)
    {
        var objects = await CandidatePools.ObjectsAsync(db, campaign, cancellationToken);
        if (objects.Refusal is { } bad) return bad;
        return (List<CandidatePool>)[objects.Value, .. await CandidatePools.PersonsAsync(db, campaign, cancellationToken)];
    }

    /// <summary>Before anything is public: a campaign its people cannot carry is not drawn.</summary>
    private async Task<Refusal?> CheckTeamsAsync(Campaign campaign, IReadOnlyList<CandidatePool> people, DateOnly drawnOn, CancellationToken cancellationToken)
    {
        var tickets = people.SelectMany(p => p.Ids.Select(id => (Part: RosterPeople.PartOf(p.Kind), Id: id))).ToLookup(p => p.Part, p => p.Id);
        foreach (var (part, name, wanted) in (ReadOnlySpan<(TeamPart, string, int)>)[
            (TeamPart.Leader, CandidatePools.Leaders, 1), (TeamPart.Officer, CandidatePools.Officers, campaign.OfficersPerGroup), (TeamPart.Expert, CandidatePools.Experts, campaign.ExpertsPerGroup)])
        {
            if (tickets[part].Count() < wanted) return Refusal.Conflict("campaigns.too-few-candidates", name, tickets[part].Count(), wanted);
        }
        var days = (await WorkingDays.OfAsync(calendars, campaign, cancellationToken)).Where(d => d > drawnOn).ToList();
        var request = new PlanRequest([.. Enumerable.Range(1, campaign.SampleSize).Select(i => $"{i}")], days,
            await RosterPeople.ReadAsync(db, campaign, tickets, cancellationToken), campaign.OfficersPerGroup, campaign.ExpertsPerGroup);
        return AssignmentPlanner.ProposeDates(request).Refusal;
    }
}

internal static class WorkingDays
{
    /// <summary>Working days of the campaign's period, both ends inclusive.</summary>
    public static async Task<IReadOnlyList<DateOnly>> OfAsync(CalendarSource calendars, Campaign campaign, CancellationToken cancellationToken)
    {
        var calendar = await calendars.CurrentAsync(cancellationToken);
        return [.. Enumerable.Range(0, campaign.PeriodTo.DayNumber - campaign.PeriodFrom.DayNumber + 1).Select(campaign.PeriodFrom.AddDays).Where(calendar.IsWorkingDay)];
    }
}
