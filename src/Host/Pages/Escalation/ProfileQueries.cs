using DoubleRandom.Basics;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.People;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Host.Pages.Escalation;

/// <param name="TeamBefore">How a group is put together under the profile that is left, and under the new one.</param>
public sealed record ProfileEffect(string Before, string After, IReadOnlyList<ChangedRule> Rules, ProfileRecount Running, TeamProfile TeamBefore, TeamProfile TeamAfter);

/// <param name="Now">What the office goes by today.</param>
/// <param name="Coming">Agreed to, but its day has not come.</param>
internal sealed record ProfileView(string Now, string? OfficeName, ProfileChange? Waiting, ProfileChange? Coming, IReadOnlyList<ProfileChange> History, ProfileEffect? WaitingEffect);

/// <summary>Which law's periods the office goes by, and what another one would change.</summary>
internal sealed class ProfileQueries(DbContext db, DeadlineProfiles profiles, ProfileImpact impact, TimeProvider time)
{
    public async Task<ProfileView> FindAsync(CancellationToken cancellationToken)
    {
        var changes = await db.Set<ProfileChange>().AsNoTracking().OrderByDescending(c => c.ProposedAt).ThenByDescending(c => c.Id).Take(50).ToListAsync(cancellationToken);
        var waiting = changes.Find(c => c.Status == DeadlineRuleStatus.Proposed);
        return new ProfileView(
            await profiles.OfficeAsync(time.Today, cancellationToken), (await OfficeProfile.CurrentAsync(db, cancellationToken))?.Name, waiting,
            changes.Find(c => c.Status == DeadlineRuleStatus.InForce && c.EffectiveFrom > time.Today), [.. changes.Where(c => c.Status != DeadlineRuleStatus.Proposed)],
            waiting is null ? null : await EffectAsync(waiting.Profile, waiting.EffectiveFrom, cancellationToken));
    }

    /// <summary>As the clocks run today.</summary>
    public async Task<ProfileEffect> EffectAsync(string after, DateOnly on, CancellationToken cancellationToken)
    {
        var before = await profiles.OfficeAsync(on, cancellationToken);
        var office = (await OfficeProfile.CurrentAsync(db, cancellationToken))?.Data;
        return new ProfileEffect(
            before, after, await impact.RulesAsync(before, after, on, cancellationToken), await impact.RecountAsync(before, after, null, ChangeContext.Now(time, Actor.System), cancellationToken),
            TeamOf(office, before), TeamOf(office, after));
    }

    private static TeamProfile TeamOf(Organisation? office, string profile) => office?.Team(profile) ?? new TeamProfile(profile, new LeaderRule("副局长"), new OfficerRule(), new ExpertRule());
}
