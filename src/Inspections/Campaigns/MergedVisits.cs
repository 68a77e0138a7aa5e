using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Items;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Campaigns;

/// <summary>并入: a visit of another campaign that is made with this one, with what it brings along (S004-26).</summary>
/// <param name="Into">The visit that serves both.</param>
/// <param name="Items">Codes of the other campaign's items.</param>
/// <param name="Officers">Its officers, as drawn for it; leader and experts are those of the visit that serves both.</param>
public sealed record MergedVisit(Guid Into, Guid CampaignId, string CampaignNo, string InspecteeNumber, string InspecteeName, DateOnly On, IReadOnlyList<string> Items, string? ItemVersions, string? ChecklistJson, IReadOnlyList<TeamMember> Officers);

public static class MergedVisits
{
    /// <summary>What other campaigns have merged into visits of this one, by object.</summary>
    public static Task<ILookup<string, MergedVisit>> IntoAsync(DbContext db, Guid campaignId, CancellationToken cancellationToken)
        => OfAsync(db, db.Set<InspectionAssignment>().AsNoTracking().Where(m => m.Status == AssignmentStatus.Merged && db.Set<InspectionAssignment>().Any(a => a.Id == m.MergedIntoId && a.CampaignId == campaignId)), cancellationToken);

    /// <summary>Visits of this campaign that others make, by object.</summary>
    public static Task<ILookup<string, MergedVisit>> FromAsync(DbContext db, Guid campaignId, CancellationToken cancellationToken)
        => OfAsync(db, db.Set<InspectionAssignment>().AsNoTracking().Where(m => m.Status == AssignmentStatus.Merged && m.CampaignId == campaignId), cancellationToken);

    /// <summary>The checks in which a campaign's visits are made: its own, and those of others into which some were merged.</summary>
    public static IQueryable<InspectionCase> CasesOf(DbContext db, Guid campaignId)
        => db.Set<InspectionCase>().Where(c => c.CampaignId == campaignId
            || db.Set<InspectionAssignment>().Any(m => m.CampaignId == campaignId && m.Status == AssignmentStatus.Merged && m.InspecteeNumber == c.InspecteeNumber
                && db.Set<InspectionAssignment>().Any(a => a.Id == m.MergedIntoId && a.CampaignId == c.CampaignId)));

    /// <summary>The group that goes: the visit's own, and the officers who come along.</summary>
    public static IReadOnlyList<TeamMember> Join(IReadOnlyList<TeamMember> team, IEnumerable<MergedVisit> merged)
        => [.. team.Concat(merged.SelectMany(m => m.Officers)).DistinctBy(m => m.Number)];

    /// <summary>Versions of all items of the visit; of one that several bring, the visit's own.</summary>
    public static string? Versions(string? own, IEnumerable<MergedVisit> merged)
    {
        var all = merged.Select(m => m.ItemVersions).Prepend(own).OfType<string>().SelectMany(v => v.Split(';', StringSplitOptions.RemoveEmptyEntries)).DistinctBy(v => v.Split('@')[0]).ToList();
        return all.Count == 0 ? null : string.Join(';', all);
    }

    /// <summary>检查表 of a case: as its campaign and those merged into the visit were frozen with; of a check that nobody drew, as in force on its day.</summary>
    public static async Task<IReadOnlyList<ChecklistEntry>> ChecklistAsync(DbContext db, InspectionCase inspection, CancellationToken cancellationToken)
    {
        var own = await db.Set<Campaign>().Where(c => c.Id == inspection.CampaignId).Select(c => c.ChecklistJson).FirstOrDefaultAsync(cancellationToken);
        List<ChecklistEntry> entries = [.. await KeptItems.ChecklistAsync(db, inspection.Items, own, inspection.PlannedOn, cancellationToken)];
        foreach (var merged in (await IntoAsync(db, inspection.CampaignId, cancellationToken))[inspection.InspecteeNumber])
            entries.AddRange(await KeptItems.ChecklistAsync(db, merged.Items, merged.ChecklistJson, inspection.PlannedOn, cancellationToken));
        return [.. entries.DistinctBy(e => e.EntryCode)];
    }

    private static async Task<ILookup<string, MergedVisit>> OfAsync(DbContext db, IQueryable<InspectionAssignment> rows, CancellationToken cancellationToken)
    {
        var found = await rows.ToListAsync(cancellationToken);
        var (ids, campaignIds) = (found.Select(f => f.Id).ToList(), found.Select(f => f.CampaignId).Distinct().ToList());
        var campaigns = await db.Set<Campaign>().AsNoTracking().Where(c => campaignIds.Contains(c.Id)).ToDictionaryAsync(c => c.Id, cancellationToken);
        var seats = (await db.Set<AssignmentSeat>().AsNoTracking().Where(s => ids.Contains(s.AssignmentId) && s.IsActive && s.Part == TeamPart.Officer).ToListAsync(cancellationToken)).ToLookup(s => s.AssignmentId);
        return found.OrderBy(f => f.Id).Select(f =>
        {
            var campaign = campaigns[f.CampaignId];
            return new MergedVisit(f.MergedIntoId!.Value, campaign.Id, campaign.CampaignNo, f.InspecteeNumber, f.InspecteeName, f.PlannedOn, campaign.ItemCodes.Split(';')[..1], campaign.ItemVersions, campaign.ChecklistJson, AssignmentQueries.Team(seats[f.Id]));
        }).ToLookup(m => m.InspecteeNumber, StringComparer.Ordinal);
    }
}
