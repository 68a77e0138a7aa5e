using System.Globalization;
using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Campaigns;

/// <summary>锁定名单: from here on a seat changes only by a recorded substitution.</summary>
/// <param name="FewerReason">Why the campaign goes on with fewer objects; needed when one dropped out and the register has nobody left to be drawn.</param>
public sealed record LockRoster(Guid CampaignId, string? FewerReason = null);

public sealed class LockRosterHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<Campaign>> HandleAsync(LockRoster command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.Is(Roles.DrawOperator)) return Refusal.Forbidden("draws.not-operator");
        if (await db.Set<Campaign>().FindAsync([command.CampaignId], cancellationToken) is not { } campaign) return Refusal.NotFound("campaigns.not-found");
        if (campaign.LockedAt is not null) return Refusal.Conflict("campaigns.already-locked", campaign.CampaignNo);
        if (campaign.Status is not CampaignStatus.Drawn) return Refusal.Conflict("campaigns.wrong-status", campaign.CampaignNo);
        if ((await db.WithStagedAsync<RosterRequest>(r => r.CampaignId == campaign.Id && r.Granted == null, cancellationToken)).FirstOrDefault() is { } open)
            return Refusal.Conflict("campaigns.undecided", open.Sequence);
        var loaded = await Roster.LoadAsync(db, campaign, change, cancellationToken);
        if (loaded.Refusal is { } bad) return bad;
        if (await FewerVisits.SettleAsync(db, loaded.Value, command.FewerReason, audit, change, cancellationToken) is { } waits) return waits;
        var visits = loaded.Value.Visits.ToList();
        var listed = visits.Count + loaded.Value.MergedVisits + loaded.Value.DroppedVisits;
        if (listed != campaign.SampleSize) return Refusal.Conflict("campaigns.list-size", listed, campaign.SampleSize);
        if (visits.FirstOrDefault(v => loaded.Value.MissingIn(v).Count > 0) is { } gap) return Refusal.Conflict("campaigns.empty-seat", gap.Sequence, gap.InspecteeName, gap.PlannedOn);

        foreach (var visit in visits)
        {
            visit.Status = AssignmentStatus.Locked;
            visit.Revision++;
        }
        campaign.RosterHash = Hashing.Sha256Hex(CanonicalJson.Write(new JsonArray([.. visits.Select(v => (JsonNode)new JsonObject
        {
            ["no"] = v.Sequence,
            ["object"] = v.InspecteeNumber,
            ["on"] = v.PlannedOn.ToString("O", CultureInfo.InvariantCulture),
            ["team"] = new JsonArray([.. AssignmentQueries.Team(loaded.Value.SeatsOf(v)).Select(m => (JsonNode)m.Number)]),
        })])));
        (campaign.Status, campaign.LockedById, campaign.LockedByName, campaign.LockedAt) = (CampaignStatus.Locked, change.By.Id, change.By.Name, change.At);
        campaign.Revision++;
        audit.Record(change, campaign.Chain, "锁定检查名单", $"campaign {campaign.CampaignNo}", new JsonObject { ["visits"] = visits.Count, ["merged"] = loaded.Value.MergedVisits, ["dropped"] = loaded.Value.DroppedVisits, ["rosterHash"] = campaign.RosterHash });
        return campaign;
    }
}

/// <summary>会签: the supervisor puts his name to the locked list.</summary>
public sealed record CountersignRoster(Guid CampaignId);

public sealed class CountersignRosterHandler(DbContext db, IAuditTrail audit)
{
    public async Task<Result<Campaign>> HandleAsync(CountersignRoster command, ChangeContext change, CancellationToken cancellationToken)
    {
        if (!change.By.Is(Roles.Supervisor)) return Refusal.Forbidden("campaigns.not-supervisor");
        if (await db.Set<Campaign>().FindAsync([command.CampaignId], cancellationToken) is not { } campaign) return Refusal.NotFound("campaigns.not-found");
        if (campaign.LockedAt is null) return Refusal.Conflict("campaigns.not-locked", campaign.CampaignNo);
        if (campaign.CountersignedAt is not null) return Refusal.Conflict("campaigns.already-countersigned", campaign.CampaignNo);
        if (campaign.LockedById == change.By.Id) return Refusal.Forbidden("campaigns.own-lock", campaign.CampaignNo);
        (campaign.CountersignedById, campaign.CountersignedByName, campaign.CountersignedAt) = (change.By.Id, change.By.Name, change.At);
        campaign.Revision++;
        audit.Record(change, campaign.Chain, "监督人会签", $"campaign {campaign.CampaignNo}", new JsonObject { ["rosterHash"] = campaign.RosterHash });
        return campaign;
    }
}
