using System.Text.Json.Nodes;
using DoubleRandom.Basics;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Draws;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Campaigns;

/// <summary>补充抽取: whom a supplementary round would draw from.</summary>
internal static class SupplementPool
{
    /// <summary>Those of the register that match the campaign's item and were on none of its visits.</summary>
    public static async Task<Result<CandidatePool>> OfAsync(DbContext db, Campaign campaign, DateOnly on, CancellationToken cancellationToken)
    {
        var objects = await CandidatePools.ObjectsAsync(db, campaign, on, cancellationToken);
        if (objects.Refusal is { } bad) return bad;
        var known = (await db.WithStagedAsync<InspectionAssignment>(a => a.CampaignId == campaign.Id, cancellationToken)).Select(a => a.InspecteeNumber).ToHashSet(StringComparer.Ordinal);
        return new CandidatePool("object", CandidatePools.Objects, [.. objects.Value.Ids.Where(id => !known.Contains(id)).Order(StringComparer.Ordinal)], objects.Value.Exclusions);
    }
}

/// <summary>
/// 减少户数: an object drops out, its reserves are used up and the register has nobody left to be drawn, as in a full check. The campaign goes on with fewer, with the
/// reason on record and in public (S001-39); as long as anybody could be drawn nothing is dropped.
/// </summary>
public static class FewerVisits
{
    /// <summary>What of a replaced object's reason was written at the lock.</summary>
    public const string Mark = "没有可以递补的对象，减少一户：";

    /// <summary>Settles what waits for a supplementary round, for the list is about to be locked.</summary>
    /// <param name="reason">Why nobody was entered in the register to be drawn instead; needed when something waits.</param>
    internal static async Task<Refusal?> SettleAsync(DbContext db, Roster roster, string? reason, IAuditTrail audit, ChangeContext change, CancellationToken cancellationToken)
    {
        var campaign = roster.Campaign;
        var waiting = (await db.WithStagedAsync<RosterRequest>(r => r.CampaignId == campaign.Id && r.AwaitsRound, cancellationToken)).OrderBy(r => r.Sequence).ToList();
        if (waiting.Count == 0) return null;
        var pool = await SupplementPool.OfAsync(db, campaign, change.On, cancellationToken);
        if (pool.Refusal is { } bad) return bad;
        if (pool.Value.Size > 0) return Refusal.Conflict("campaigns.awaits-round", waiting[0].Sequence);
        if (CaseRows.IsBlank(reason) || reason!.Trim().Length > RosterRequest.TextMaxLength / 2) return Refusal.Invalid("campaigns.fewer-reason", "fewer", waiting[0].Sequence, waiting.Count, RosterRequest.TextMaxLength / 2);
        foreach (var request in waiting)
        {
            request.AwaitsRound = false;
            request.Revision++;
            request.Effect = roster.VisitTo(request.InspecteeNumber) is not { } visit ? "该对象已不在名单，名单不变"
                : !roster.Drop(visit, Short($"{request.Reason}；{Mark}{reason.Trim()}")) ? "名录库中没有可以递补的对象，任务至少须保留一户，名单不变；到场后按无法检查的情形录入结果"
                : Short($"第 {visit.Sequence} 户没有可以递补或者补充抽取的对象，减少一户：{reason.Trim()}");
            audit.Record(change, campaign.Chain, "没有可以递补的对象，减少户数", $"campaign {campaign.CampaignNo}", new JsonObject { ["request"] = request.Sequence, ["object"] = request.InspecteeNumber, ["effect"] = request.Effect });
        }
        return null;
    }

    /// <summary>Objects that dropped out of a campaign with nobody in their place, in the order of their numbers.</summary>
    public static Task<List<InspectionAssignment>> OfAsync(DbContext db, Guid campaignId, CancellationToken cancellationToken)
        => Rows(db).Where(a => a.CampaignId == campaignId).OrderBy(a => a.Sequence).ToListAsync(cancellationToken);

    internal static IQueryable<InspectionAssignment> Rows(DbContext db)
        => db.Set<InspectionAssignment>().AsNoTracking().Where(a => a.Status == AssignmentStatus.Replaced && !db.Set<InspectionAssignment>().Any(b => b.ReplacesId == a.Id));

    private static string Short(string text) => text.Length <= 400 ? text : text[..399] + "…";
}
