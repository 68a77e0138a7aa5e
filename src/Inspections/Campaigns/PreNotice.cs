using DoubleRandom.Basics;
using DoubleRandom.Inspections.Calendars;
using DoubleRandom.Inspections.Cases;
using DoubleRandom.Inspections.Deadlines;
using DoubleRandom.Inspections.Publications;
using Microsoft.EntityFrameworkCore;

namespace DoubleRandom.Inspections.Campaigns;

/// <summary>拟检查公告 before the first visit (S001-26): whatever of the list the campaign's policy makes public, the campaign itself is announced, so many working days before as the rule says.</summary>
public sealed class PreNotice(DbContext db, CalendarSource calendars, DeadlineRuleSource rules)
{
    private const string Rule = "notice.pre";

    /// <summary>Working days from the announcement, its own day not counted, to the first day of visits.</summary>
    public async Task<int> WorkingDaysAsync(DateOnly on, CancellationToken cancellationToken)
        => (await rules.CurrentAsync(cancellationToken)).Find(Rule, "*", on)?.Amount ?? 0;

    /// <summary>The first day for which visits are planned at the draw: nothing is announced before it. What is announced later moves the first visits at their site plans.</summary>
    internal Task<DateOnly> FirstAfterDrawAsync(DateOnly drawnOn, CancellationToken cancellationToken) => FirstAfterAsync(drawnOn, cancellationToken);

    /// <summary>The first day on which a locked campaign may visit; null: it is not announced, or nothing was drawn.</summary>
    public async Task<DateOnly?> FirstDayAsync(string campaignNo, CancellationToken cancellationToken)
    {
        var published = await db.Set<Publication>().Where(p => p.SubjectNo == campaignNo && p.Kind == PublicationKind.Announcement && p.PublishedOn != null && p.WithdrawnAt == null).MinAsync(p => p.PublishedOn, cancellationToken);
        return published is { } on ? await FirstAfterAsync(on, cancellationToken) : null;
    }

    /// <summary>Why the check cannot be made on the day yet; null: it can. A special check was not drawn and is not announced.</summary>
    internal async Task<Refusal?> WhyNotYetAsync(InspectionCase inspection, DateOnly on, CancellationToken cancellationToken)
    {
        if (await db.Set<Campaign>().FindAsync([inspection.CampaignId], cancellationToken) is not { LockedAt: not null } campaign) return null;
        var days = await WorkingDaysAsync(on, cancellationToken);
        if (await FirstDayAsync(campaign.CampaignNo, cancellationToken) is not { } first) return Refusal.Conflict("cases.not-announced", campaign.CampaignNo, days);
        return on < first ? Refusal.Conflict("cases.announced-late", on, first, days) : null;
    }

    internal static ClockSubject Of(Campaign campaign) => new(campaign.Id, "campaign", campaign.CampaignNo, campaign.Chain, campaign.Title, []);

    private async Task<DateOnly> FirstAfterAsync(DateOnly announcedOn, CancellationToken cancellationToken)
        => (await calendars.CurrentAsync(cancellationToken)).Add(announcedOn, await WorkingDaysAsync(announcedOn, cancellationToken)).On;
}
