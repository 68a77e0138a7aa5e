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
    /// <param name="on">The day of the event.</param>
    public async Task<string> OfAsync(Guid? subjectId, DateOnly on, CancellationToken cancellationToken)
    {
        var campaign = subjectId is { } id ? await CampaignAsync(id, cancellationToken) : null;
        if (campaign is null) return await OfficeAsync(on, cancellationToken);
        // A campaign keeps what it was started with, unless two persons took the office's running matters along.
        return Known(campaign.TeamProfile) is { } own && !await IsTakenAlongAsync(campaign, on, cancellationToken) ? own : await OfficeAsync(on, cancellationToken);
    }

    /// <summary>The office's on a day: as two persons last changed it (<see cref="ProfileChange"/>), else as its file says, else the strictest.</summary>
    public async Task<string> OfficeAsync(DateOnly on, CancellationToken cancellationToken) => Known(await OwnAsync(on, cancellationToken)) ?? Strictest;

    /// <summary>What the office itself says, also a profile for groups that no law knows; null: nothing.</summary>
    public async Task<string?> OwnAsync(DateOnly on, CancellationToken cancellationToken)
        => (await ChangesAsync(on, cancellationToken)).LastOrDefault()?.Profile ?? (await OfficeProfile.CurrentAsync(db, cancellationToken))?.Profile;

    /// <summary>Whether the matter goes by the office's choice and by no other unit's.</summary>
    internal async Task<bool> IsOfficesAsync(Guid subjectId, CancellationToken cancellationToken)
        => await CampaignAsync(subjectId, cancellationToken) is not { } campaign || OfUnit(campaign.LeadUnit, await OfficeProfile.CurrentAsync(db, cancellationToken)) is null;

    /// <summary>Another unit that leads goes by its own field, which its name says; null: the office's own choice holds.</summary>
    internal static string? OfUnit(string? leadUnit, OfficeProfile? office) => leadUnit switch
    {
        null or "" => null,
        // 县应急管理局 is 崇信县应急管理局 as its own county writes it.
        _ when office is not null && (leadUnit == office.ShortName || office.Name.EndsWith(leadUnit, StringComparison.Ordinal)) => null,
        _ when leadUnit.Contains("应急", StringComparison.Ordinal) => "应急",
        _ when leadUnit.Contains("城市管理", StringComparison.Ordinal) || leadUnit.Contains("城管", StringComparison.Ordinal) => "城管",
        _ when leadUnit.Contains("市场监督", StringComparison.Ordinal) || leadUnit.Contains("市监", StringComparison.Ordinal) => "市监",
        _ => null,
    };

    private async Task<bool> IsTakenAlongAsync(Campaign campaign, DateOnly on, CancellationToken cancellationToken)
    {
        var begun = DeadlineClock.OfficeDay(campaign.CreatedAt);
        return (await ChangesAsync(on, cancellationToken)).Exists(c => c.Running == RunningClocks.Recount && c.EffectiveFrom > begun)
            && OfUnit(campaign.LeadUnit, await OfficeProfile.CurrentAsync(db, cancellationToken)) is null;
    }

    private Task<List<ProfileChange>> ChangesAsync(DateOnly on, CancellationToken cancellationToken)
        => db.Set<ProfileChange>().AsNoTracking().Where(c => c.Status == DeadlineRuleStatus.InForce && c.EffectiveFrom <= on).OrderBy(c => c.EffectiveFrom).ThenBy(c => c.DecidedAt).ToListAsync(cancellationToken);

    private async Task<Campaign?> CampaignAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await db.Set<Campaign>().FindAsync([id], cancellationToken) is { } itself) return itself;
        var caseId = (await db.Set<PenaltyCase>().FindAsync([id], cancellationToken))?.CaseId ?? (await db.Set<MajorHazard>().FindAsync([id], cancellationToken))?.CaseId ?? id;
        return (await db.Set<InspectionCase>().FindAsync([caseId], cancellationToken))?.CampaignId is { } campaignId ? await db.Set<Campaign>().FindAsync([campaignId], cancellationToken) : null;
    }

    /// <summary>Groups may be put together by a profile of the office's own; the law knows only these.</summary>
    internal static string? Known(string? profile) => profile is not null && profile != "*" && DeadlineRules.Profiles.Contains(profile) ? profile : null;
}
