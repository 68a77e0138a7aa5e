using System.Globalization;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Alerts;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Campaigns;

/// <summary>每日核对: whether everybody who has a seat in a visit to come can still take it on its day (domain 6.3): certificate, appointment, leave, relation, another check.</summary>
public sealed record CheckSeats;

public sealed class CheckSeatsHandler(DbContext db, AlertDesk alerts, TellSharedVisitsHandler shared)
{
    /// <summary>Told once for each seat, day and person told; nothing is changed by it, for a substitution needs its reason, proof and decision.</summary>
    /// <returns>Seats that were told of now.</returns>
    public async Task<Result<int>> HandleAsync(CheckSeats command, ChangeContext change, CancellationToken cancellationToken)
    {
        var told = 0;
        var campaigns = await db.Set<Campaign>().Where(c => (c.Status == CampaignStatus.Drawn || c.Status == CampaignStatus.Locked)
            && db.Set<InspectionAssignment>().Any(a => a.CampaignId == c.Id && a.PlannedOn >= change.On)).OrderBy(c => c.CampaignNo).ToListAsync(cancellationToken);
        foreach (var campaign in campaigns)
        {
            // A list that was drawn or a date that was moved since yesterday brings new ones.
            if ((await shared.HandleAsync(new TellSharedVisits(campaign.Id), change, cancellationToken)).Refusal is { } refusal) return refusal;
            // While a further round is being drawn there is no order to ask.
            if (await Roster.LoadAsync(db, campaign, change, cancellationToken) is not { IsRefused: false } loaded) continue;
            var roster = loaded.Value;
            var begun = (await db.Set<InspectionCase>().Where(c => c.CampaignId == campaign.Id && c.Status != InspectionStatus.Opened && c.Status != InspectionStatus.Approved && c.Status != InspectionStatus.Planned)
                .Select(c => c.InspecteeNumber).ToListAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal);
            var known = (await db.Set<Alert>().Where(a => a.DeadlineId == campaign.Id && a.Rung == Alert.SeatRung).Select(a => a.RecipientKey).ToListAsync(cancellationToken))
                .Select(k => k[(k.IndexOf('#', StringComparison.Ordinal) + 1)..]).ToHashSet(StringComparer.Ordinal);
            foreach (var visit in roster.Visits.Where(v => v.PlannedOn >= change.On && !begun.Contains(v.InspecteeNumber)).ToList())
            {
                foreach (var seat in roster.SeatsOf(visit).ToList())
                {
                    var about = string.Create(CultureInfo.InvariantCulture, $"seat-{seat.Id:N}-{visit.PlannedOn:yyyyMMdd}");
                    if (known.Contains(about) || roster.WhyNot(visit, seat) is not { } reason) continue;
                    alerts.TellSeats(campaign, [Roles.Planner, Roles.DrawOperator], [], about,
                        string.Create(CultureInfo.InvariantCulture, $"{campaign.CampaignNo} 第 {visit.Sequence} 户（{visit.PlannedOn:yyyy年M月d日}）的{LockedSeats.NameOf(seat.Part)}{seat.PersonName}届时不能参加：{reason}。请申报递补，由下一顺位接替，或者改期。"), change);
                    told++;
                }
            }
        }
        return told;
    }
}
