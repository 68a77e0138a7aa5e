using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Campaigns;

/// <summary>分组: follows from the draws; whoever's act they end, there is nothing to decide in it.</summary>
public sealed record AssignTeams(Guid CampaignId);

/// <param name="Visits">Visits with a date.</param>
/// <param name="Incomplete">Visits with an empty seat: nobody was eligible.</param>
public sealed record AssignedTeams(int Visits, int Incomplete);

public sealed class AssignTeamsHandler(DbContext db, CalendarSource calendars, PreNotice notice, IAuditTrail audit)
{
    /// <summary>A second time it answers what is there.</summary>
    public async Task<Result<AssignedTeams>> HandleAsync(AssignTeams command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (await db.Set<Campaign>().FindAsync([command.CampaignId], cancellationToken) is not { } campaign) return Refusal.NotFound("campaigns.not-found");
        if (campaign.Status is CampaignStatus.Draft or CampaignStatus.Approved) return Refusal.Conflict("campaigns.wrong-status", campaign.CampaignNo);
        var loaded = await Roster.LoadAsync(db, campaign, change, cancellationToken);
        if (loaded.Refusal is { } bad) return bad;
        var roster = loaded.Value;
        await SupplementAsync(roster, campaign, change, cancellationToken);
        if (roster.Visits.Any()) return new AssignedTeams(roster.Visits.Count(), roster.Visits.Count(v => roster.MissingIn(v).Count > 0));

        var orders = (await RosterPeople.OrdersAsync(db, campaign, cancellationToken)).Value;
        // The announcement comes first, and the public has its days to read it.
        var first = await notice.FirstAfterDrawAsync(change.On, cancellationToken);
        var days = (await WorkingDays.OfAsync(calendars, campaign, cancellationToken)).Where(d => d >= first).ToList();
        var people = await RosterPeople.ReadAsync(db, campaign, orders.People, cancellationToken);
        var plan = AssignmentPlanner.Plan(new PlanRequest(orders.Objects, days, people, campaign.OfficersPerGroup, campaign.ExpertsPerGroup));
        if (plan.Refusal is { } tooFew) return tooFew;

        var names = await db.Set<Inspectee>().AsNoTracking().Where(i => orders.Objects.Contains(i.Number)).ToDictionaryAsync(i => i.Number, i => i.Name, cancellationToken);
        for (var i = 0; i < plan.Value.Count; i++)
        {
            var visit = plan.Value[i];
            var assignment = new InspectionAssignment
            {
                Id = Ids.New(change),
                CampaignId = campaign.Id,
                Sequence = i + 1,
                InspecteeNumber = visit.Inspectee,
                InspecteeName = names[visit.Inspectee],
                DrawPosition = i + 1,
                PlannedOn = visit.On,
            };
            db.Add(assignment);
            roster.Add(assignment, visit);
        }
        var incomplete = plan.Value.Count(v => v.Missing.Count > 0);
        audit.Record(change, campaign.Chain, "按抽取顺序编组", $"campaign {campaign.CampaignNo}", new JsonObject
        {
            ["visits"] = plan.Value.Count,
            ["seats"] = plan.Value.Sum(v => v.Seats.Count),
            ["skips"] = plan.Value.Sum(v => v.Skips.Count),
            ["incomplete"] = incomplete,
        });
        return new AssignedTeams(plan.Value.Count, incomplete);
    }

    /// <summary>What waited for a supplementary round takes what it drew, in the order of the requests.</summary>
    private async Task SupplementAsync(Roster roster, Campaign campaign, ChangeContext change, CancellationToken cancellationToken)
    {
        foreach (var request in (await db.WithStagedAsync<RosterRequest>(r => r.CampaignId == campaign.Id && r.AwaitsRound, cancellationToken)).OrderBy(r => r.Sequence))
        {
            request.Effect = await DecideRosterRequestsHandler.ApplyAsync(roster, request, cancellationToken);
            request.Revision++;
            audit.Record(change, campaign.Chain, "补充抽取递补", $"campaign {campaign.CampaignNo}", new JsonObject { ["request"] = request.Sequence, ["effect"] = request.Effect });
        }
    }
}
