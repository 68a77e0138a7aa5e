using DoubleRandom.Inspections.Campaigns;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Hazards;
using DoubleRandom.Inspections.Penalties;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Deadlines;

/// <summary>口径: whose rules a matter is counted by (law 11): those of the campaign it came from, as its leading unit is, and else the office's.</summary>
public sealed class DeadlineProfiles(DbContext db)
{
    /// <summary>An office that says nothing is held to the shortest periods.</summary>
    public const string Strictest = "应急";

    /// <param name="subjectId">Campaign, inspection, penalty or hazard; anything else is the office's.</param>
    public async Task<string> OfAsync(Guid? subjectId, CancellationToken cancellationToken)
    {
        var campaign = subjectId is { } id ? await CampaignAsync(id, cancellationToken) : null;
        return Known(campaign?.TeamProfile) ?? Known((await OfficeProfile.CurrentAsync(db, cancellationToken))?.Profile) ?? Strictest;
    }

    private async Task<Campaign?> CampaignAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await db.Set<Campaign>().FindAsync([id], cancellationToken) is { } itself) return itself;
        var caseId = (await db.Set<PenaltyCase>().FindAsync([id], cancellationToken))?.CaseId ?? (await db.Set<MajorHazard>().FindAsync([id], cancellationToken))?.CaseId ?? id;
        return (await db.Set<InspectionCase>().FindAsync([caseId], cancellationToken))?.CampaignId is { } campaignId ? await db.Set<Campaign>().FindAsync([campaignId], cancellationToken) : null;
    }

    /// <summary>Groups may be put together by a profile of the office's own; the law knows only these.</summary>
    private static string? Known(string? profile) => profile is not null && profile != "*" && DeadlineRules.Profiles.Contains(profile) ? profile : null;
}
