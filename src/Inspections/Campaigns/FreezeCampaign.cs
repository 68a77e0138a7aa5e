using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Draws;
using DoubleRandom.Inspections.Items;
using DoubleRandom.Inspections.Planning;
using DoubleRandom.Inspections.Registers;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Campaigns;

/// <summary>冻结: makes the lists of objects, leaders, officers and experts from the registers and orders the draws of all of them.</summary>
/// <param name="BeaconSource">The public value that will be taken, precisely: publisher, what and when.</param>
/// <param name="PlannedAt">UTC. Commitments are taken before it, the beacon after it.</param>
public sealed record FreezeCampaign(Guid CampaignId, string BeaconSource, DateOnly BeaconOn, DateTime PlannedAt);

public sealed class FreezeCampaignHandler(DbContext db, OrderDrawsHandler order, CalendarSource calendars, PreNotice notice, IAuditTrail audit)
{
    public async Task<Result<List<Draw>>> HandleAsync(FreezeCampaign command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (await db.Set<Campaign>().FindAsync([command.CampaignId], cancellationToken) is not { } campaign) return Refusal.NotFound("campaigns.not-found");
        if (campaign.Status is CampaignStatus.Drawn) return await SupplementAsync(campaign, command, change, cancellationToken);
        if (await RegisterFreshness.StaleAsync(db, await PlanRules.InForceAsync(db, campaign.PeriodFrom, cancellationToken), change, cancellationToken) is { } stale) return stale;
        var objects = await CandidatePools.ObjectsAsync(db, campaign, change.On, cancellationToken);
        if (objects.Refusal is { } bad) return bad;
        var people = await CandidatePools.PersonsAsync(db, campaign, cancellationToken);
        if (await UnsettledAsync(campaign, cancellationToken) is { } unsettled) return unsettled;
        if (campaign.Sampling is Sampling.Full && campaign.Status is CampaignStatus.Approved && objects.Value.Size > 0 && objects.Value.Size != campaign.SampleSize)
        {
            // 全面检查 means all there are on the day of the freeze; the plan's figure was a forecast.
            audit.Record(change, campaign.Chain, "全面检查户数按冻结名单确定", $"campaign {campaign.CampaignNo}", new JsonObject { ["planned"] = campaign.SampleSize, ["frozen"] = objects.Value.Size });
            (campaign.BaseCount, campaign.SampleSize, campaign.BaseOn) = (objects.Value.Size, objects.Value.Size, change.On);
            campaign.Revision++;
        }
        if (await ShrunkAsync(campaign, objects.Value, cancellationToken) is { } planned && string.IsNullOrWhiteSpace(change.Reason))
            return Refusal.Invalid("campaigns.list-shrunk", "reason", objects.Value.Size, planned);
        if (await CheckTeamsAsync(campaign, people, command.BeaconOn, cancellationToken) is { } tooFew) return tooFew;

        // The versions the list was made by: what is put in force after the draw is not what was drawn.
        if (campaign.ItemVersions is null)
        {
            var kept = await KeptItems.OfAsync(db, campaign.ItemCodes.Split(';'), campaign.PeriodFrom, cancellationToken);
            (campaign.ItemVersions, campaign.ChecklistJson) = (kept.Versions, kept.ChecklistJson);
            campaign.Revision++;
            audit.Record(change, campaign.Chain, "记下抽取时的事项和检查表版本", $"campaign {campaign.CampaignNo}", new JsonObject { ["items"] = kept.Versions, ["checklists"] = Hashing.Sha256Hex(kept.ChecklistJson) });
        }
        var drawn = (await CandidatePools.TeamAsync(db, campaign, cancellationToken)).Leader.Drawn;
        return await order.HandleAsync(
            new OrderDraws(campaign.Id, [objects.Value, .. people.Where(p => drawn || p.Kind is not "leader")], command.BeaconSource, command.BeaconOn, command.PlannedAt), change, cancellationToken);
    }

    /// <summary>
    /// 补充抽取: as many objects as wait for a reserve that is not there, from those of the register that are on no visit of the campaign. Persons are not drawn again.
    /// </summary>
    private async Task<Result<List<Draw>>> SupplementAsync(Campaign campaign, FreezeCampaign command, ChangeContext change, CancellationToken cancellationToken)
    {
        var waiting = await db.WithStagedAsync<RosterRequest>(r => r.CampaignId == campaign.Id && r.AwaitsRound, cancellationToken);
        if (waiting.Count == 0) return Refusal.Conflict("campaigns.no-supplement", campaign.CampaignNo);
        var pool = await SupplementPool.OfAsync(db, campaign, change.On, cancellationToken);
        if (pool.Refusal is { } bad) return bad;
        // Everybody the register has is on the list already: what is missing is an entry, not another freeze. Some are better than none: the others wait on.
        if (pool.Value.Size == 0) return Refusal.Conflict("campaigns.supplement-empty", waiting.Count, pool.Value.Size, campaign.ItemCodes.Split(';')[0]);
        waiting = [.. waiting.OrderBy(r => r.Sequence).Take(pool.Value.Size)];
        var because = change.Reason ?? string.Join("；", waiting.Select(r => $"候补用完，补充抽取：{r.Reason}"));
        return await order.HandleAsync(
            new OrderDraws(campaign.Id, [pool.Value], command.BeaconSource, command.BeaconOn, command.PlannedAt, new Supplement(waiting.Count, [.. waiting.Select(r => r.DecidedById!.Value)])),
            change with { Reason = because.Length <= Draw.NoteMaxLength ? because : because[..Draw.NoteMaxLength] }, cancellationToken);
    }

    /// <summary>The lists as a freeze would make them now.</summary>
    public async Task<Result<IReadOnlyList<CandidatePool>>> PreviewAsync(Campaign campaign, DateOnly on, CancellationToken cancellationToken)
    {
        if (campaign.Status is CampaignStatus.Drawn)
        {
            var supplement = await SupplementPool.OfAsync(db, campaign, on, cancellationToken);
            return supplement.Refusal is { } no ? no : (List<CandidatePool>)[supplement.Value];
        }
        var objects = await CandidatePools.ObjectsAsync(db, campaign, on, cancellationToken);
        if (objects.Refusal is { } bad) return bad;
        return (List<CandidatePool>)[objects.Value, .. await CandidatePools.PersonsAsync(db, campaign, cancellationToken)];
    }

    /// <summary>
    /// What the approved plan counted, when fewer may be drawn now, those whose yearly cap is reached included. An entry that is gone would be drawn by nobody and
    /// missed by nobody: closed firms, exclusions since the plan and entries that were merged are told, and what is told is published with the list.
    /// </summary>
    private async Task<int?> ShrunkAsync(Campaign campaign, CandidatePool objects, CancellationToken cancellationToken)
    {
        var line = await PlanLines.ApprovedLineAsync(db, campaign.PlanNo, campaign.PlanLineNo, cancellationToken);
        if (line?.PoolCount is not { } planned) return null;
        // What the plan left out when it was approved has its reason there. What one person left out since then is told like everything else that is gone.
        var approvedAt = await db.Set<PlanVersion>().Where(v => db.Set<AnnualPlan>().Any(p => p.Id == v.PlanId && p.PlanNo == campaign.PlanNo)).MaxAsync(v => v.FixedAt, cancellationToken);
        var left = await db.Set<PlanExclusion>().Where(e => e.PlanNo == campaign.PlanNo && e.LineNo == campaign.PlanLineNo && e.At <= approvedAt).Select(e => e.InspecteeNumber).ToListAsync(cancellationToken);
        return objects.Size + objects.Exclusions.Count(e => YearlyCaps.IsCap(e.Reason) || e.Reason == UpperTask.DrawnAbove || left.Contains(e.CandidateId)) < planned ? planned : null;
    }

    /// <summary>What one person began and a second has to end before the lists are frozen: exclusions after the plan's approval and marks of the register since, waivers for leaders; and who leads, where nobody is drawn for it.</summary>
    private async Task<Refusal?> UnsettledAsync(Campaign campaign, CancellationToken cancellationToken)
    {
        if (await db.Set<PlanExclusion>().AsNoTracking().Where(e => e.PlanNo == campaign.PlanNo && e.LineNo == campaign.PlanLineNo && e.IsLate && e.ConfirmedAt == null).OrderBy(e => e.InspecteeNumber).FirstOrDefaultAsync(cancellationToken) is { } open)
            return Refusal.Conflict("plan-exclusions.unconfirmed", open.InspecteeName, campaign.PlanLineNo);
        if (await PlanLines.ApprovedLineAsync(db, campaign.PlanNo, campaign.PlanLineNo, cancellationToken) is { } line && await LateMarks.OpenAsync(db, line, cancellationToken) is { Count: > 0 } marked)
            return Refusal.Conflict("plan-exclusions.marked-late", marked.Count, marked[0].Name, campaign.PlanLineNo);
        var named = await db.WithStagedAsync<LeaderAppointment>(a => a.CampaignId == campaign.Id, cancellationToken);
        if (named.FirstOrDefault(a => !a.IsInForce) is { } waiting) return Refusal.Conflict("campaigns.leader-unconfirmed", waiting.PersonName);
        var rule = (await CandidatePools.TeamAsync(db, campaign, cancellationToken)).Leader;
        return !rule.Drawn && named.Count == 0 ? Refusal.Conflict("campaigns.leader-none", rule.Post) : null;
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
        var first = await notice.FirstAfterDrawAsync(drawnOn, cancellationToken);
        var days = (await WorkingDays.OfAsync(calendars, campaign, cancellationToken)).Where(d => d >= first).ToList();
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
